"""Sentences left out of a report, for the wave lacks what they would tell of.

A chapter has a line for each sentence. One with an expression of something absent (see
`barometer.survey.estimates.Absent`) goes whole: with what it guards and refers to. An item of a
list goes with its first line, a term with its definition, a footnote with the last sentence that
refers to it, and the mark of a footnote with its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) ")
DEFINITION = re.compile(r"^:\s+")
NOTE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)


@dataclass(frozen=True)
class LeftOut:
    """A line of a chapter that is not in the text, and what the wave lacks for it."""

    chapter: str
    line: int
    lacks: tuple[str, ...]


def rows_without(lines: Sequence[str], lacking: Set[int]) -> set[int]:
    """Which lines of a text go (counted from 0), where those lack something."""
    gone = set(lacking)
    for row in lacking:
        if ITEM.match(lines[row]):
            rest = range(row + 1, len(lines))
            end = next((n for n in rest if not lines[n].strip() or ITEM.match(lines[n])), None)
            gone.update(range(row, len(lines) if end is None else end))
        if DEFINITION.match(lines[row]) and row:
            gone.add(row - 1)
    return gone


def leave_out(cell: NotebookNode, lacking: Mapping[int, list[str]]) -> set[tuple[str, int]]:
    """Take lines out of a markdown cell before its expressions are replaced.

    `lacking`: by line of the cell, counted from 0, what is absent. What went is kept under
    metadata.barometer.left_out. Returns file and number of the lines that stay.
    """
    origin, lines = cell.metadata["barometer"], cell.source.split("\n")
    gone, places = rows_without(lines, set(lacking)), origin["lines"]
    origin["left_out"] = [
        {"place": places[row], "lacks": list(dict.fromkeys(lacking[row]))}
        for row in sorted(lacking)
    ]
    kept = [row for row in range(len(lines)) if row not in gone]
    cell.source = origin["source"] = "\n".join(lines[row] for row in kept)
    origin["lines"] = [places[row] for row in kept]
    left = {(file, number) for file, number in origin["lines"]}
    origin["inline"] = [r for r in origin["inline"] if (r["file"], r["line"]) in left]
    return left


def settle_notes(notebook: NotebookNode) -> None:
    """Take out footnotes that no sentence refers to any more, and marks whose text went."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    if not any(cell.metadata.get("barometer", {}).get("left_out") for cell in cells):
        return
    whole = "\n".join(cell.source for cell in cells)
    referred, written = set(NOTE.findall(whole)), set(NOTE_TEXT.findall(whole))
    for cell in cells:
        origin = cell.metadata.get("barometer", {})
        if unread := written.difference(referred) & set(NOTE_TEXT.findall(cell.source)):
            _drop_notes(cell, unread)
        for text in (cell, origin):
            if "source" in text:
                text["source"] = NOTE.sub(lambda m: m[0] if m[1] in written else "", text["source"])


def _drop_notes(cell: NotebookNode, names: Set[str]) -> None:
    """Take footnotes out of an executed cell, with what they state."""

    def unread(line: str) -> bool:
        found = NOTE_TEXT.match(line)
        return found is not None and found[1] in names

    origin = cell.metadata["barometer"]
    lines = origin.get("source", cell.source).split("\n")
    gone = [row for row, line in zip(origin["lines"], lines, strict=False) if unread(line)]
    for text in (cell, origin):
        if "source" in text:
            kept = (line for line in text["source"].split("\n") if not unread(line))
            text["source"] = "\n".join(kept)
    origin["lines"] = [row for row in origin["lines"] if row not in gone]
    if "inline" in origin:
        origin["inline"] = [r for r in origin["inline"] if [r["file"], r["line"]] not in gone]


def left_out(notebook: NotebookNode) -> Iterator[LeftOut]:
    """Every line left out of an executed report, in order."""
    for cell in notebook.cells:
        origin: dict[str, Any] = cell.metadata.get("barometer", {})
        for gone in origin.get("left_out", ()):
            file, number = gone["place"]
            yield LeftOut(file, number, tuple(gone["lacks"]))
