"""Which names a sentence may rank, and whether what it says still holds.

A chapter computes the names it ranks (`names(highest(use.by("sector"), 2))`) and puts a claim
behind what it states in words: `claim(rose(before, after))`. A predicate on a missing or withheld
value is False: what cannot be shown is not claimed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, SupportsFloat, TypeVar

__all__ = [
    "about",
    "above",
    "below",
    "claim",
    "falling",
    "fell",
    "highest",
    "larger",
    "lowest",
    "rising",
    "rose",
    "smaller",
    "stable",
]

# Two-sided 95 % point of the normal distribution: the report's level for "a change".
Z = 1.959963984540054

Number = TypeVar("Number", bound=SupportsFloat)


class Measured(SupportsFloat, Protocol):
    """An estimate with its standard error, in percentage points."""

    @property
    def se(self) -> float: ...


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


def _z(before: Measured | None, after: Measured | None) -> float:
    """Difference of two independent estimates in standard errors; NaN where one is missing."""
    if before is None or after is None:
        return math.nan
    gap, error = float(after) - float(before), math.hypot(before.se, after.se)
    if error == 0:
        return math.copysign(math.inf, gap) if gap else 0.0
    return gap / error


def rose(before: Measured | None, after: Measured | None) -> bool:
    """Whether a share is significantly higher (5 %, two-sided) in the second of two waves.

    The waves are drawn independently, so Var(difference) is the sum of the variances. None, for a
    question the earlier wave did not ask, gives False.
    """
    return _z(before, after) > Z


def fell(before: Measured | None, after: Measured | None) -> bool:
    """Whether a share is significantly lower (5 %, two-sided) in the second of two waves."""
    return _z(before, after) < -Z


def stable(before: Measured | None, after: Measured | None) -> bool:
    """Whether two independent estimates do not differ significantly (5 %, two-sided)."""
    return abs(_z(before, after)) <= Z
