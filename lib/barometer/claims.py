"""Which names a sentence may rank, and whether what it says still holds.

A chapter computes the names it ranks (`names(highest(use.by("sector"), 2))`) and puts a claim
behind what it states in words: `claim(rose(use))`. A predicate on a missing or withheld
value is False: what cannot be shown is not claimed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, SupportsFloat, TypeVar

if TYPE_CHECKING:
    from barometer.indicator import Estimate
    from barometer.survey import Survey

__all__ = [
    "about",
    "above",
    "among",
    "are",
    "balance",
    "below",
    "claim",
    "earlier",
    "falling",
    "fell",
    "highest",
    "larger",
    "lowest",
    "rising",
    "rose",
    "smaller",
    "spread",
    "stable",
    "was",
]

# Two-sided 95 % point of the normal distribution: the report's level for "a change".
Z = 1.959963984540054

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
    return highest((e for e in _known(estimates) if float(e) > float(threshold)), k=10**6)


def below(estimates: Iterable[Number], threshold: SupportsFloat) -> list[Number]:
    """Return those below the threshold (a number or an estimate), from low to high."""
    return lowest((e for e in _known(estimates) if float(e) < float(threshold)), k=10**6)


# --- predicates ---------------------------------------------------------------------------------


def _steps(values: Sequence[SupportsFloat]) -> list[float]:
    return [float(b) - float(a) for a, b in pairwise(values)]


def rising(*values: SupportsFloat) -> bool:
    """Whether each value is above the one before: `rising(*use.by("size"))`."""
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

    `are(highest(use.by("size")), "Groot")`.
    """
    return {e.category if e.domain == "total" else e.domain_value for e in estimates} == set(
        identifiers
    )


def balance(more: Estimate, less: Estimate) -> dict[str, float]:
    """Give `more` − `less` in points for the total and for each sector and size, by identifier."""
    pairs = [(more, less)]
    for domain in ("sector", "size"):
        pairs += zip(more.by(domain), less.by(domain), strict=True)
    return {a.domain_value: float(a) - float(b) for a, b in pairs}


def among(survey: Survey, outcome: str, *groups: str) -> float:
    """Give the weighted percentage for whom `outcome` holds among those in any of the groups.

    `outcome` and `groups` are categories: "budget_change.increase", "adoption_phase.scaling".
    NaN where nobody is in a group. For the test of the association see `survey.test`.
    """
    question, _, category = outcome.partition(".")
    holds = survey.categories(question)[category]
    member = holds * 0
    for group in groups:
        of, _, value = group.partition(".")
        member = member.clip(lower=survey.categories(of)[value])
    weight = survey.answers["weight"] * member
    total = float(weight.sum())
    return 100 * float((weight * holds).sum()) / total if total else math.nan


def spread(estimates: Iterable[SupportsFloat]) -> float:
    """Give the distance between the highest and the lowest, in points; NaN for fewer than two."""
    known = [float(e) for e in estimates if not math.isnan(float(e))]
    return max(known) - min(known) if len(known) > 1 else math.nan


# --- against the wave before --------------------------------------------------------------------


def earlier(estimate: Estimate) -> Estimate | None:
    """Look up the same category in the wave before: same universe, same sector or size.

    None where there is no earlier wave, or where it lacked the question, category or domain.
    """
    wave = estimate.indicator.survey.previous
    question, category = estimate.question, estimate.category
    if wave is None or not wave.asked(question) or category not in wave[question].categories:
        return None
    indicator = wave[question, estimate.universe]
    if estimate.domain == "total":
        return indicator[category]
    values = {e.domain_value: e for e in indicator[category].by(estimate.domain)}
    return values.get(estimate.domain_value)


def was(estimate: Estimate) -> float:
    """Give the percentage of the wave before, NaN where there is none: `pct(was(use))`."""
    before = earlier(estimate)
    return math.nan if before is None else float(before)


def _z(after: Estimate) -> float:
    """Difference with the wave before in standard errors; NaN where there is none."""
    before = earlier(after)
    if before is None:
        return math.nan
    gap, error = float(after) - float(before), math.hypot(before.se, after.se)
    if error == 0:
        return math.copysign(math.inf, gap) if gap else 0.0
    return gap / error


def rose(estimate: Estimate) -> bool:
    """Whether a share is significantly higher (5 %, two-sided) than in the wave before.

    The waves are drawn independently, so Var(difference) is the sum of the variances. A share the
    earlier wave lacks gives False.
    """
    return _z(estimate) > Z


def fell(estimate: Estimate) -> bool:
    """Whether a share is significantly lower (5 %, two-sided) than in the wave before."""
    return _z(estimate) < -Z


def stable(estimate: Estimate) -> bool:
    """Whether a share does not differ significantly (5 %, two-sided) from the wave before."""
    return abs(_z(estimate)) <= Z
