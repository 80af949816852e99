"""What an author must mend: sentences that the data do not carry, facts past their time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barometer.project import beside_waves, project_root
from barometer.render.lines import read_lines
from barometer.render.stated import NUMBERS, Stated
from barometer.wave.facts import FACTS, DatedFact, read_facts

#: The worst first.
RANKS = ("contradicted", "fails", "overdue", "estimates_only")
SAID = {
    "contradicted": "contradicted",
    "fails": "no longer holds",
    "overdue": "to be looked at again",
    "estimates_only": "of the estimates only",
}


@dataclass(frozen=True)
class Overdue:
    """A fact of facts.yml that a wave has outlived, with where it stands and is told of.

    `until`: the last day of the fieldwork of the wave.
    """

    fact: DatedFact
    line: int
    until: datetime.date
    told: tuple[str, ...]
    chapter: str = f"data/{FACTS}"
    rank: str = "overdue"

    @property
    def sentence(self) -> str:
        """The fact, its date and what it is."""
        return f"{self.fact.id}, {self.fact.date}: {self.fact.what}"

    @property
    def expected(self) -> str:
        """Until when it may be told of."""
        return f"a look at its source after {self.fact.review_after}: {self.fact.source}"

    @property
    def found(self) -> str:
        """Until when the fieldwork went, and which lines tell of the fact."""
        return f"fieldwork until {self.until}; told of in {', '.join(self.told) or 'no chapter'}"

    def as_json(self) -> dict[str, Any]:
        """One row of `barometer claims --format json`."""
        return {
            **{"chapter": self.chapter, "line": self.line, "sentence": self.sentence},
            **{"kind": "fact", "verdict": self.rank, "contradicted": False},
            **{"expected": self.expected, "found": self.found},
            **dict.fromkeys(NUMBERS),
        }


def overdue(until: datetime.date, data: Path | str | None = None) -> list[Overdue]:
    """The facts beside the waves that must be looked at again, for fieldwork until a day.

    In the order of the file; empty where there is none.
    """
    path = beside_waves(FACTS, data)
    if not path.is_file():
        return []
    rows = path.read_text(encoding="utf-8").splitlines()
    found = [fact for fact in read_facts(path).values() if fact.outlived_by(until)]
    told = _told([fact.id for fact in found])
    return [
        Overdue(
            fact,
            next(n for n, row in enumerate(rows, 1) if row.startswith(f"{fact.id}:")),
            until,
            tuple(told[fact.id]),
        )
        for fact in found
    ]


def _told(facts: list[str]) -> dict[str, list[str]]:
    """Per fact the lines of the report that ask for it, as file:line."""
    places: dict[str, list[str]] = {fact: [] for fact in facts}
    root = project_root()
    for line in read_lines(root / "report.qmd", root) if facts else ():
        for name in re.findall(r"\bdated\([\"'](\w+)[\"']\)", line.text):
            place = f"{line.file}:{line.number}"
            if name in places and place not in places[name]:
                places[name].append(place)
    return places


def to_mend(found: Iterable[Stated], facts: Iterable[Overdue] = ()) -> list[Stated | Overdue]:
    """What must be mended, the worst first.

    Guarded sentences of which a test shows the opposite, those that fail otherwise, facts past
    their time, guarded sentences that hold of the estimates only. Within each what is least likely
    to be so comes first, then the order of the text.
    """
    broken = [s for s in found if s.guarded and s.verdict != "holds"]
    return sorted([*broken, *facts], key=_badness)


def _badness(each: Stated | Overdue) -> tuple[int, float]:
    p_value = each.record["p"] if isinstance(each, Stated) else None
    likely = 1.0 if p_value is None else float(p_value)
    return RANKS.index(each.rank), -likely if each.rank == "estimates_only" else likely


def as_text(each: Stated | Overdue) -> Iterator[str]:
    """Say what must be mended in three lines: place and sentence, what was expected, what is so."""
    yield f"{each.chapter}:{each.line}: {SAID[each.rank]}: {each.sentence}"
    yield f"    expected: {each.expected}"
    yield f"    found: {each.found}"
