"""What changed between two waves, and which changes the data carry.

There is one test of a change, for sentences (`change`) and for the whole register (`compare`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from barometer.errors import BarometerError
from barometer.survey.estimates import Combination, Estimate, combine
from barometer.survey.survey import Survey
from weighting import Array, independent_difference

KEYS = ["question", "category", "universe", "domain", "domain_value"]
NUMBERS = ["estimate", "se", "ci_low", "ci_high", "flag"]
SIGNIFICANCE = 0.05
Z = 1.959963984540054  # the normal quantile of a two-sided 95 % interval


@dataclass(frozen=True)
class Change:
    """Later minus earlier, in percentage points; `significant` at 5 %, two-sided.

    `flag` is u when either estimate has it; such a change is never significant.
    """

    difference: float
    se: float
    p_value: float
    flag: str
    significant: bool


def compare(before: Survey, after: Survey, questions: Iterable[str] | None = None) -> pd.DataFrame:
    """Compare every estimate that two waves have in common.

    Returns question, category, universe, domain, domain_value, estimate_a (before) and estimate_b
    (after, percent), difference (b − a) and se (percentage points), p_value, flag and significant,
    in the order of the later wave. Rows of which either estimate is withheld or has no base are
    left out. A change is `significant` when its p-value is below 0.05 and neither is flagged.

    `questions`: only these indicators. Raises BarometerError for one that either wave lacks, and
    for a wave compared with itself.
    """
    if before.year == after.year:
        raise BarometerError(
            f"compare: found {before.year} twice; expected two different waves, e.g. 2023 2025"
        )
    a, b = before.register(), after.register()
    for question in (wanted := list(questions or [])):
        lacking = [
            str(survey.year)
            for survey, frame in ((before, a), (after, b))
            if question not in set(frame["question"])
        ]
        if lacking:
            raise BarometerError(
                f"compare: found no estimates of '{question}' in {' and '.join(lacking)}; "
                "expected an indicator of both waves. See questionnaire.yml of each."
            )
    frame = b.merge(a, on=KEYS, suffixes=("_b", "_a"), validate="one_to_one")
    known = frame[["estimate_a", "estimate_b"]].notna().all(axis=1)
    frame = frame[known & (frame["question"].isin(wanted) | (questions is None))]
    return _changes(frame.reset_index(drop=True))


def _changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Test each row; the one place where a change is called significant."""
    change = independent_difference(
        frame["estimate_a"].to_numpy(dtype=float),
        _standard_error(frame, "_a"),
        frame["estimate_b"].to_numpy(dtype=float),
        _standard_error(frame, "_b"),
    )
    flagged = (frame[["flag_a", "flag_b"]] != "").any(axis=1)
    return frame[[*KEYS, "estimate_a", "estimate_b"]].assign(
        difference=change.estimate,
        se=change.se,
        p_value=change.p_value,
        flag=np.where(flagged, "u", ""),
        significant=(change.p_value < SIGNIFICANCE) & ~flagged,
    )


def _standard_error(frame: pd.DataFrame, wave: str) -> Array:
    """The standard errors of a wave, for 0 and 100 % too.

    There the linearised variance is 0, though the exact interval isn't a point. The arm of that
    interval over 1.96 takes its place ("variance recovered from the limits": Zou & Donner 2008,
    Statistics in Medicine 27).
    """
    se = frame[f"se{wave}"].astype(float)
    edge = frame[f"estimate{wave}"].isin([0.0, 100.0]) & (se == 0)
    arm = (frame[f"ci_high{wave}"] - frame[f"ci_low{wave}"]).astype(float) / Z
    return np.asarray(se.where(~edge, arm), dtype=np.float64)


def earlier(estimate: Estimate) -> Estimate | None:
    """Look up the same estimate in the wave before: same universe, same place.

    None where there is no earlier wave, or where it lacked the question, category or place.
    """
    if isinstance(estimate, Combination):
        parts = [(a, earlier(e)) for a, e in estimate.terms]
        known = [(a, e) for a, e in parts if e is not None]
        return combine(known) if len(known) == len(parts) else None
    wave = estimate.of.survey.previous
    if wave is None or not wave.asked(f"{estimate.question}.{estimate.category}"):
        return None
    if estimate.universe not in wave.questionnaire.universes:
        return None
    then = wave[estimate.question, estimate.universe][estimate.category]
    if estimate.domain == "total":
        return then
    if estimate.domain not in wave.meta.domains and not wave.asked(estimate.domain):
        return None
    return next(
        (e for e in then.by(estimate.domain) if e.domain_value == estimate.domain_value), None
    )


def change(estimate: Estimate) -> Change | None:
    """The change since the wave before, tested as in `compare`; None where it cannot be known."""
    before = earlier(estimate)
    if before is None or np.isnan([float(before), float(estimate)]).any():
        return None
    rows = {
        f"{name}{wave}": [getattr(e, name)]
        for e, wave in ((before, "_a"), (estimate, "_b"))
        for name in NUMBERS
    }
    keys = {name: [getattr(estimate, name)] for name in KEYS}
    row = _changes(pd.DataFrame({**keys, **rows})).iloc[0]
    difference, se, p_value = (float(row[name]) for name in ("difference", "se", "p_value"))
    return Change(difference, se, p_value, str(row["flag"]), bool(row["significant"]))
