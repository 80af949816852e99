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
from barometer.render.sources import read_report
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.survey import Survey
from tests.helpers import ROOT


@dataclass
class Reading:
    """What the chapters say of a wave: their text, and place and verdict of each claim.

    `lines`: file, line and text, with an empty one where a cell ends; `statements`: file and record
    of each claim, ranking and choice of words.
    """

    text: str = ""
    claims: list[tuple[str, str]] = field(default_factory=list)
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
            known["year"] = year
        elif cell.cell_type == "code":
            exec(_compiled(cell.source, place(cell), "exec"), known)
        else:
            rows = cell.metadata["barometer"]["lines"]
            for (file, number), line in zip(rows, cell.source.splitlines(), strict=False):
                filled = _filled_in(line, file, number, known, reading)
                reading.lines.append((file, number, filled))
                reading.text += filled + "\n"
            reading.lines.append((file, number, ""))
            reading.text += "\n"
    return reading


def _filled_in(line: str, file: str, number: int, known: dict[str, Any], reading: Reading) -> str:
    """A line of text with its expressions evaluated; claims are set apart."""
    text = ""
    end = 0
    where = f"{file}:{number}"
    for found in INLINE.finditer(line):
        value = eval(_compiled(found.group(1).strip(), where, "eval"), known)
        if isinstance(value, Claim):
            reading.claims.append((where, value.statement.verdict))
            reading.statements.append((file, value.statement.record()))
        else:
            assert str(value) or isinstance(value, Text), where
            if isinstance(value, Text) and value.evidence is not None:
                reading.statements.append((file, value.evidence.record()))
        text += line[end : found.start()]
        text += "" if isinstance(value, Claim) else str(value)
        end = found.end()
    return text + line[end:]


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
