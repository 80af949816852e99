"""Which names a sentence may rank, and whether what it says still holds.

A chapter computes the names it ranks (`names(highest(export.by("region"), 2))`) and puts a claim
behind what it states in words: `claim(rose(export))`. A predicate on a missing or withheld
value is False: what cannot be shown is not claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import SupportsFloat, TypeVar

from barometer.survey.compare import Change, change, earlier
from barometer.survey.estimates import Estimate

__all__ = [
    "about",
    "above",
    "are",
    "claim",
    "earlier",
    "falling",
    "fell",
    "growth",
    "highest",
    "larger",
    "led_by",
    "lowest",
    "rising",
    "rose",
    "smaller",
    "spread",
    "stable",
    "was",
]

Number = TypeVar("Number", bound=SupportsFloat)


@dataclass(frozen=True)
class Claim:
    """The verdict on the sentence it stands behind; invisible in the public edition."""

    holds: bool

    def _repr_markdown_(self) -> str:
        return "[]{.claim-holds}" if self.holds else "[]{.claim-broken}"


def claim(holds: object) -> Claim:
    """Guard the sentence before it. The source sentence is found in the chapter, not here."""
    return Claim(bool(holds))


# --- ranking ------------------------------------------------------------------------------------


def _known(estimates: Iterable[Number]) -> list[Number]:
    return [e for e in estimates if not math.isnan(float(e))]


def highest(estimates: Iterable[Number], k: int = 1) -> list[Number]:
    """Return the k highest, from high to low; ties keep the order given, withheld ones drop out."""
    return sorted(_known(estimates), key=float, reverse=True)[:k]


def lowest(estimates: Iterable[Number], k: int = 1) -> list[Number]:
    """Return the k lowest, from low to high; ties keep the order given, withheld ones drop out."""
    return sorted(_known(estimates), key=float)[:k]


def above(estimates: Iterable[Number], threshold: SupportsFloat) -> list[Number]:
    """Return those above the threshold (a number or an estimate), from high to low."""
    over = [e for e in _known(estimates) if float(e) > float(threshold)]
    return highest(over, len(over))


# --- predicates ---------------------------------------------------------------------------------


def _steps(values: Sequence[SupportsFloat]) -> list[float]:
    return [float(b) - float(a) for a, b in pairwise(values)]


def rising(*values: SupportsFloat) -> bool:
    """Whether each value is above the one before: `rising(*export.by("age"))`."""
    steps = _steps(values)
    return bool(steps) and all(step > 0 for step in steps)


def falling(*values: SupportsFloat) -> bool:
    """Whether each value is below the one before."""
    steps = _steps(values)
    return bool(steps) and all(step < 0 for step in steps)


def larger(a: SupportsFloat, b: SupportsFloat, by: float = 0.0) -> bool:
    """Whether a is above b by more than `by` percentage points."""
    return float(a) - float(b) > by


def smaller(a: SupportsFloat, b: SupportsFloat, by: float = 0.0) -> bool:
    """Whether a is below b by more than `by` percentage points."""
    return larger(b, a, by)


def about(a: SupportsFloat, b: SupportsFloat, within: float = 2.5) -> bool:
    """Whether a and b lie at most `within` percentage points apart."""
    return abs(float(a) - float(b)) <= within


def are(estimates: Iterable[Estimate], *identifiers: str) -> bool:
    """Whether these are exactly the categories, or domain values, named; in any order.

    `are(highest(export.by("region")), "north")`.
    """
    return {e.category if e.domain == "total" else e.domain_value for e in estimates} == set(
        identifiers
    )


def led_by(estimates: Iterable[Estimate], *values: str, by: float = 0.0) -> bool:
    """Whether each share is highest in the domain values named, in any order.

    `led_by(goods, "north")`: each of the goods is exported most in the north. `by`: how many
    percentage points the next value must at least lie below them. False where the values are not
    those of one domain of the wave.
    """

    def led(e: Estimate) -> bool:
        domains = e.of.survey.meta.domains
        found = [name for name, domain in domains.items() if set(values) <= set(domain.values)]
        ranked = highest(e.by(found[0]), len(values) + 1) if found else []
        top, rest = ranked[: len(values)], ranked[len(values) :]
        return are(top, *values) and all(larger(top[-1], next_one, by) for next_one in rest)

    each = [led(e) for e in estimates] if values else []
    return bool(each) and all(each)


def spread(estimates: Iterable[SupportsFloat]) -> float:
    """Give the distance between the highest and the lowest, in points; NaN for fewer than two."""
    known = [float(e) for e in estimates if not math.isnan(float(e))]
    return max(known) - min(known) if len(known) > 1 else math.nan


# --- against the wave before --------------------------------------------------------------------


def was(estimate: Estimate) -> float:
    """Give the percentage of the wave before, NaN where there is none: `pct(was(use))`."""
    before = earlier(estimate)
    return math.nan if before is None else float(before)


def growth(estimate: Estimate) -> float:
    """Give the change since the wave before in percentage points, NaN where there is none."""
    return float(estimate) - was(estimate)


def rose(*estimates: Estimate) -> bool:
    """Whether each share is significantly higher (see `compare.change`) than in the wave before.

    A share that the earlier wave lacks, or one that is flagged, gives False.
    """
    return _each(estimates, lambda change: change.significant and change.difference > 0)


def fell(*estimates: Estimate) -> bool:
    """Whether each share is significantly lower (see `compare.change`) than in the wave before."""
    return _each(estimates, lambda change: change.significant and change.difference < 0)


def stable(*estimates: Estimate) -> bool:
    """Whether no share, of those that carry a test, differs significantly from the wave before."""
    return _each(estimates, lambda change: not change.significant and not change.flag)


def _each(estimates: Sequence[Estimate], holds: Callable[[Change], bool]) -> bool:
    changes = [change(e) for e in estimates]
    return bool(changes) and all(found is not None and holds(found) for found in changes)
