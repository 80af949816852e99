"""An estimate over the waves: its points, and where the series breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from barometer.display.block import Block
from barometer.display.drawing import HIDDEN, known, shown
from barometer.prose.names import join
from barometer.survey.estimates import Absent, Estimate
from barometer.survey.matching import keys, rows, steps
from barometer.wave.previous import Kind

#: The mark of Eurostat for a break in a time series; it stands at the first value after it.
BREAK = "b"
#: Why a series breaks, behind "sinds 2025".
WHY: dict[Kind, str] = {
    "wording": "een andere vraag",
    "answers": "andere antwoorden",
    "base": "aan andere ondernemingen gesteld",
    "definition": "anders afgeleid uit de antwoorden",
    "redefined": "anders omschreven",
}


@dataclass(frozen=True)
class Series:
    """An estimate by year, oldest first; `breaks`: by the year of the first wave after each, why.

    A wave that did not ask has no point.
    """

    short: str
    points: dict[int, Estimate] = field(default_factory=dict)
    breaks: dict[int, Kind] = field(default_factory=dict)

    def mark(self, year: int) -> str:
        """What stands beside the value of a year: `b` after a break."""
        return BREAK if year in self.breaks else ""

    def stretches(self) -> list[list[Estimate]]:
        """The points that may be shown, those between two breaks together."""
        starts = [0, *sorted(self.breaks), 10_000]
        shown_points = known(self.points.values())
        found = [
            [e for e in shown_points if start <= e.year < end] for start, end in pairwise(starts)
        ]
        return [stretch for stretch in found if stretch]

    def course(self, years: Sequence[int]) -> str:
        """Say how it went from the first to the last wave that asked it; not across a break."""
        missing = [str(year) for year in years if year not in self.points]
        gap = f", niet bevraagd in {join(missing)}" if missing else ""
        told = [_course(stretch) for stretch in self.stretches()] or [HIDDEN]
        return f"{self.short}: {'; na een breuk '.join(told)}{gap}."


def _course(points: Sequence[Estimate]) -> str:
    first, last = points[0], points[-1]
    if first is last:
        return f"{shown(first)} in {first.year}"
    return f"van {shown(first)} in {first.year} naar {shown(last)} in {last.year}"


def series(estimate: Estimate) -> Series:
    """Follow an estimate back through the waves, under the names it had (see `matching`)."""
    if isinstance(estimate, Absent):
        return Series(estimate.short)
    survey = estimate.of.survey
    earlier = [wave for wave in survey.history().values() if wave is not survey][::-1]
    points, breaks, year = {survey.year: estimate}, {}, survey.year
    for wave, step in zip(earlier, steps(keys(estimate), survey, earlier), strict=True):
        if step.keys:
            points[wave.year] = rows(wave, step.keys, estimate)
            if step.broken:
                breaks[year] = step.broken
            year = wave.year
    return Series(estimate.short, dict(sorted(points.items())), breaks)


def break_notes(lines: Sequence[Series]) -> list[str]:
    """Say below a figure since when and why series break; which, where not all of them do."""
    found: dict[tuple[int, Kind], list[str]] = {}
    for line in lines:
        for year, kind in line.breaks.items():
            found.setdefault((year, kind), []).append(line.short)
    return [
        f"{BREAK} breuk in de tijdreeks: sinds {year} {WHY[kind]}"
        + (f" ({'; '.join(names)})." if len(names) < len(lines) else ".")
        for (year, kind), names in sorted(found.items())
    ]


def with_breaks(block: Block, lines: Sequence[Series]) -> Block:
    """The block with `b` among the flags of its data."""
    if block.data is None:
        return block
    marks = [line.mark(year) for line in lines for year in line.points]
    return replace(block, data=block.data.assign(vlag=block.data["vlag"] + marks))
