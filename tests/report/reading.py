"""Read the report within the test's own process: all of it computed, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import barometer.chapters
from barometer.display.block import at_least_one
from barometer.prose.statements import Claim
from barometer.prose.text import Text
from barometer.render.conditions import applies
from barometer.render.inline import INLINE, place
from barometer.render.left_out import NOTE, NOTE_TEXT, rows_without
from barometer.render.sources import read_report
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.survey import Survey
from tests.helpers import ROOT


@dataclass
class Reading:
    """What the chapters say of a wave: their text, and place and verdict of each claim.

    `left_out`: place of each line that lacks something, with what. `lines`: file, line and text,
    with an empty one where a cell ends. `statements`: file and record of each claim, ranking and
    choice of words.
    """

    text: str = ""
    claims: list[tuple[str, str]] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    lines: list[tuple[str, int, str]] = field(default_factory=list)
    statements: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


Read = Callable[[int, Path], Reading]


def reader(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Give what reads the report for a wave in a data folder.

    Figures and tables only take the estimates they would show. Estimates and domains are kept, for
    chapters ask for the same often.
    """
    for name, stand_in in STAND_INS.items():
        monkeypatch.setattr(barometer.chapters, name, stand_in)
    monkeypatch.setattr(Estimates, "estimates", cache(Estimates.estimates))
    monkeypatch.setattr(Survey, "domain", cache(Survey.domain))
    monkeypatch.chdir(ROOT)

    def read(year: int, data: Path) -> Reading:
        monkeypatch.setenv("BAROMETER_DATA", str(data))
        return _read(year, data)

    return read


def _read(year: int, data: Path) -> Reading:
    """Execute cells and expressions in order, as a kernel would."""
    known: dict[str, Any] = {}
    reading = Reading()
    for cell in read_report(ROOT / "report.qmd", applies(year, data)).cells:
        if "parameters" in cell.metadata.get("tags", []):
            exec(_compiled(cell.source, place(cell), "exec"), known)
            known["year"] = year
        elif cell.cell_type == "code":
            exec(_compiled(cell.source, place(cell), "exec"), known)
        else:
            _read_text(cell, known, reading)
    _settle_notes(reading)
    reading.text = "".join(f"{text}\n" for *_, text in reading.lines)
    return reading


def _read_text(cell: Any, known: dict[str, Any], reading: Reading) -> None:
    """The lines of a cell, without those that tell of something absent."""
    places, lines = cell.metadata["barometer"]["lines"], cell.source.splitlines()
    read = [_filled_in(*each, known) for each in zip(lines, places, strict=False)]
    lacking = {row for row, line in enumerate(read) if line.lacks}
    for row in sorted(lacking):
        reading.left_out["{}:{}".format(*places[row])] = read[row].lacks
    gone = rows_without(lines, lacking)
    for row, ((file, number), line) in enumerate(zip(places, read, strict=False)):
        if row not in gone:
            reading.claims += line.claims
            reading.statements += line.statements
            reading.lines.append((file, number, line.text))
    reading.lines.append((*places[-1], ""))


@dataclass
class Filled:
    """A line with its expressions evaluated; claims are set apart."""

    text: str = ""
    lacks: list[str] = field(default_factory=list)
    claims: list[tuple[str, str]] = field(default_factory=list)
    statements: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def _filled_in(line: str, at: tuple[str, int], known: dict[str, Any]) -> Filled:
    """Evaluate the expressions of a line."""
    filled, end, where = Filled(), 0, "{}:{}".format(*at)
    for found in INLINE.finditer(line):
        value = eval(_compiled(found.group(1).strip(), where, "eval"), known)
        if isinstance(value, Claim):
            filled.claims.append((where, value.statement.verdict))
            filled.statements.append((at[0], value.statement.record()))
            filled.lacks += [e.named for e in value.lacking]
        else:
            assert str(value) or isinstance(value, Text), where
            if isinstance(value, Text):
                filled.lacks += value.lacks
                if value.evidence is not None:
                    filled.statements.append((at[0], value.evidence.record()))
        filled.text += line[end : found.start()]
        filled.text += "" if isinstance(value, Claim) else str(value)
        end = found.end()
    filled.text += line[end:]
    return filled


def _settle_notes(reading: Reading) -> None:
    """Footnotes nobody refers to go, and marks without a text."""
    whole = "\n".join(text for *_, text in reading.lines)
    referred, written = set(NOTE.findall(whole)), set(NOTE_TEXT.findall(whole))

    def kept(text: str) -> bool:
        note = NOTE_TEXT.match(text)
        return note is None or note[1] in referred

    reading.lines = [
        (file, number, NOTE.sub(lambda m: m[0] if m[1] in written else "", text))
        for file, number, text in reading.lines
        if kept(text)
    ]


@cache
def _compiled(source: str, where: str, mode: str) -> Any:
    """Code with the place it came from, which a traceback names; kept for the next wave."""
    return compile(source, where, mode)


def _bars(estimates: Iterable[Estimate], *_: object, **__: object) -> None:
    at_least_one(estimates, "bars")


def _grouped_bars(a: Estimates, b: Estimates, labels: Sequence[str]) -> None:
    assert list(a)
    assert list(b)
    assert len(labels) == 2


def _evolution(estimates: Estimates, categories: Sequence[str] | None = None) -> None:
    assert [estimates[category] for category in categories or estimates.categories]


def _crosstab(estimates: Iterable[Estimate], by: str) -> None:
    assert all(e.by(by) for e in at_least_one(estimates, "crosstab"))


def _over_time(estimate: Estimate) -> None:
    assert estimate.of[estimate.category] == estimate


def _by_domain(estimate: Estimate, by: str) -> None:
    assert estimate.by(by)


def _nothing(*_: object) -> None:
    """Stand in for what shows no question."""


STAND_INS: dict[str, Callable[..., None]] = {
    "bars": _bars,
    "likert": _bars,
    "grouped_bars": _grouped_bars,
    "evolution": _evolution,
    "over_time": _over_time,
    "by_domain": _by_domain,
    "crosstab": _crosstab,
    "frame_table": _nothing,
    "response_table": _nothing,
    "domain_table": _nothing,
    "cover": _nothing,
}
