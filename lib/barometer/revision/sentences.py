"""The sentences of an edition: their words, what they stand on, and those of another edition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from nbformat import NotebookNode

from barometer.render.inline import INLINE
from barometer.render.stated import ABBREVIATED, MARKUP
from barometer.wave.corrections import KEYS, Key

#: Lines of a chapter that are no sentences: marks of blocks, rows of tables.
NO_PROSE = re.compile(r"^\s*(:{3,}|\||---)")
#: What a reader does not see: signs that are drawn, the mark and the identifier of a heading.
UNSEEN = re.compile(r"\[\]\{[^}]*\}|^#+ |\s*\{[#.][^}]*\}\s*$")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
#: As alike as this two sentences are versions of one.
ALIKE = 0.6


@dataclass(frozen=True)
class Sentence:
    """A sentence as rendered, with its place, the figures it stands on and what it states.

    `figures`: year and figure; `verdicts`: of each statement in it, in order.
    """

    chapter: str
    line: int
    text: str
    figures: frozenset[tuple[int, Key]] = frozenset()
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reworded:
    """A sentence that reads otherwise, or whose verdict is another; None where it is not there."""

    old: Sentence | None
    new: Sentence | None

    @property
    def place(self) -> str:
        """Chapter and line, in the new edition if it is there."""
        sentence = self.new or self.old
        return f"{sentence.chapter}:{sentence.line}" if sentence else ""


def sentences(notebook: NotebookNode) -> Iterator[Sentence]:
    """Every sentence of an executed report, headings and captions among them, in order."""
    for cell in notebook.cells:
        origin = cell.metadata.get("barometer")
        if cell.cell_type == "markdown" and origin:
            yield from _of_cell(origin.get("source", cell.source), origin)


def _of_cell(source: str, origin: dict[str, Any]) -> Iterator[Sentence]:
    records, fence = iter(origin.get("inline", ())), ""
    for (file, number), line in zip(origin["lines"], source.splitlines(), strict=False):
        ticks = re.match(r"^`{3,}(?!\{python\} )", line)
        if ticks and fence in ("", ticks[0]):
            fence = "" if fence else ticks[0]
        found = [next(records) for _ in INLINE.finditer(line)]
        if not (fence or ticks or NO_PROSE.match(line)):
            yield from _of_line(line, found, str(file), int(number))


def _of_line(
    line: str, records: Sequence[dict[str, Any]], file: str, number: int
) -> Iterator[Sentence]:
    """The sentences of a line as written, given what its expressions became."""
    pieces: list[str] = []
    ends: list[int] = []
    last = 0
    for match, record in zip(INLINE.finditer(line), records, strict=True):
        pieces.append(line[last : match.start()])
        ends.append(len(_plain(pieces)))
        pieces.append(str(record["text"]))
        last = match.end()
    text = _plain([*pieces, line[last:]])
    done = 0
    for sentence in re.split(ABBREVIATED, text):
        start, done = done, text.index(sentence, done) + len(sentence)
        inside = [
            record
            for end, record in zip(ends, records, strict=True)
            if end <= done and (end > start or start == 0)
        ]
        if words := " ".join(sentence.split()):
            verdicts = tuple(str(r["verdict"]) for r in inside if "verdict" in r)
            yield Sentence(file, number, words, frozenset(_figures(inside)), verdicts)


def _plain(pieces: Iterable[str]) -> str:
    return MARKUP.sub("", UNSEEN.sub("", "".join(pieces)))


def _figures(records: Iterable[dict[str, Any]]) -> Iterator[tuple[int, Key]]:
    """The figures of the register that stand behind texts; a difference has more than one."""
    for record in records:
        for source in record["sources"]:
            for row in source.get("terms", [source]):
                if "question" in row:
                    question, category, universe, domain, value = (row[name] for name in KEYS)
                    yield int(row["year"]), (question, category, universe, domain, value)


def reworded(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Reworded]:
    """The sentences that differ between two editions, chapter by chapter.

    Those in which only numbers differ belong together; of the others, those that are much alike.
    """
    chapters = dict.fromkeys([*(s.chapter for s in new), *(s.chapter for s in old)])
    return [
        pair
        for chapter in chapters
        for pair in _aligned(*([s for s in side if s.chapter == chapter] for side in (old, new)))
        if pair.old is None or pair.new is None or _says(pair.old) != _says(pair.new)
    ]


def _says(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    return sentence.text, sentence.verdicts


def _aligned(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Reworded]:
    before, after = ([NUMBER.sub("#", s.text) for s in side] for side in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from map(Reworded, old[a:b], new[c:d])
        else:
            yield from _alike(old[a:b], new[c:d])


def _alike(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Reworded]:
    """Pair each new sentence with the first old one that is much like it, in order."""
    left = list(old)
    for sentence in new:
        close = (i for i, other in enumerate(left) if _ratio(other.text, sentence.text) >= ALIKE)
        place = next(close, None)
        if place is None:
            yield Reworded(None, sentence)
            continue
        yield from (Reworded(other, None) for other in left[:place])
        yield Reworded(left[place], sentence)
        left = left[place + 1 :]
    yield from (Reworded(other, None) for other in left)


def _ratio(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
