"""What a sentence may say of the change since the wave before.

One test stands behind all of it, that of `compare`, and the thresholds are those of `changes` in
wave.yml.
"""

from __future__ import annotations

from barometer.prose.statements import Statement, equivalent, every, larger, smaller
from barometer.prose.text import Text
from barometer.survey.compare import change, earlier
from barometer.survey.estimates import Absent, Estimate, absent

__all__ = ["earlier", "fell", "growth", "rose", "stable", "trend", "was"]


def was(estimate: Estimate) -> Estimate:
    """The estimate of the wave before, absent where there is none: `pct(was(use))`."""
    return earlier(estimate) or _nothing_before(estimate)


def growth(estimate: Estimate) -> Estimate:
    """The change since the wave before in percentage points, absent where there is none."""
    return change(estimate) or _nothing_before(estimate)


def _nothing_before(estimate: Estimate) -> Absent:
    """What is absent: the estimate itself, or that of the wave before."""
    if isinstance(estimate, Absent):
        return estimate
    before = estimate.of.survey.previous
    return absent(estimate, year=before.year if before else 0)


def rose(*estimates: Estimate, strongly: bool = False) -> Statement:
    """State that each share is higher than in the wave before; `strongly` by `strong` points.

    A share that the earlier wave lacks gives a statement that fails.
    """
    return every(larger(growth(e), _at_least(e, strongly)) for e in estimates)


def fell(*estimates: Estimate, strongly: bool = False) -> Statement:
    """State that each share is lower than in the wave before; `strongly` by `strong` points."""
    return every(smaller(growth(e), -_at_least(e, strongly)) for e in estimates)


def _at_least(e: Estimate, strongly: bool) -> float:
    return e.of.survey.meta.changes.strong if strongly else 0.0


def stable(*estimates: Estimate) -> Statement:
    """State that no share changed by more than the margin `stable`.

    Shown by a test of equivalence: the absence of a significant change is not stability.
    """

    def each(e: Estimate) -> Statement:
        return equivalent(growth(e), e.of.survey.meta.changes.stable)

    return every(each(e) for e in estimates)


def trend(estimate: Estimate) -> Text:
    """Say how a share moved since the wave before: "steeg sterk", "daalde licht", "bleef stabiel".

    A significant change of at least `strong` points is "sterk", of less than `slight` points
    "licht"; without one a share is stable where that is shown, else it "veranderde niet
    aantoonbaar". A share without an earlier one, or withheld, is "niet vergelijkbaar".
    """
    found = growth(estimate)
    if isinstance(found, Absent):
        of = found if estimate.of.survey.tolerant else estimate
        return Text("is niet vergelijkbaar", "trend", of)
    up = float(found) > 0
    moved = rose(estimate) if up else fell(estimate)
    if moved.verdict == "holds":
        size, steps = abs(float(found)), estimate.of.survey.meta.changes
        how = " sterk" if size >= steps.strong else " licht" if size < steps.slight else ""
        return Text(("steeg" if up else "daalde") + how, "trend", found, moved)
    still = stable(estimate)
    if still.verdict == "holds":
        return Text("bleef stabiel", "trend", found, still)
    return Text("veranderde niet aantoonbaar", "trend", found, moved)
