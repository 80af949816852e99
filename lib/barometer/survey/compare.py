"""What changed between two waves, and which changes the data carry.

A change is a difference between estimates of two waves. Its test is the same for a sentence
(`change`) and for the whole register (`compare`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from barometer.errors import BarometerError
from barometer.survey.estimates import Combination, Estimate, combine
from barometer.survey.survey import REGISTER, Survey
from weighting import Array, independent_difference, linearised, overlap_covariance

KEYS = ["question", "category", "universe", "domain", "domain_value"]


def compare(before: Survey, after: Survey, questions: Iterable[str] | None = None) -> pd.DataFrame:
    """Compare every estimate that two waves have in common.

    Returns question, category, universe, domain, domain_value, estimate_a (before) and estimate_b
    (after, percent), difference (b − a) and se (percentage points), p_value, flag, significant,
    p_adjusted and survives, in the order of the later wave. Rows of which either estimate is
    withheld or has no base are left out. A change is `significant` when its p-value is below the
    level of the later wave (`changes` in wave.yml) and neither estimate is flagged. `survives` says
    so of `p_adjusted`, that of Benjamini & Hochberg (1995, Journal of the Royal Statistical Society
    B 57) over all changes that are neither flagged nor without a test: of those that survive, at
    most that share is expected to be chance.

    `questions`: only these indicators. Raises BarometerError for one that either wave lacks, and
    for a wave compared with itself.
    """
    if before.year == after.year:
        raise BarometerError(
            f"compare: found {before.year} twice; expected two different waves, e.g. 2023 2025"
        )
    a, b = (survey.register([*REGISTER, "df", "se_tested"]) for survey in (before, after))
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
    frame = frame.reset_index(drop=True)
    return _tested(frame, _covariances(frame, before, after), after.meta.changes.level / 100)


def _tested(frame: pd.DataFrame, covariance: Array, level: float) -> pd.DataFrame:
    change = independent_difference(
        frame["estimate_a"].to_numpy(dtype=float),
        frame["se_tested_a"].to_numpy(dtype=float),
        frame["estimate_b"].to_numpy(dtype=float),
        frame["se_tested_b"].to_numpy(dtype=float),
        frame["df_a"].to_numpy(dtype=float),
        frame["df_b"].to_numpy(dtype=float),
        covariance,
    )
    # where every firm answered chance explains nothing, as a sentence has it too
    p_value = np.where((change.se == 0) & (change.estimate != 0), 0.0, change.p_value)
    flagged = (frame[["flag_a", "flag_b"]] != "").any(axis=1).to_numpy()
    tested = ~flagged & np.isfinite(p_value)
    adjusted = np.full(len(frame), np.nan)
    if tested.any():
        adjusted[tested] = stats.false_discovery_control(p_value[tested])
    return frame[[*KEYS, "estimate_a", "estimate_b"]].assign(
        difference=change.estimate,
        se=change.se,
        p_value=p_value,
        flag=np.where(flagged, "u", ""),
        significant=tested & (p_value < level),
        p_adjusted=adjusted,
        survives=adjusted < level,
    )


def _covariances(frame: pd.DataFrame, before: Survey, after: Survey) -> Array:
    """The covariance of each pair (percentage points squared) from firms that are in both waves."""
    partners = before.partners(after), after.partners(before)
    if (partners[0] < 0).all():
        return np.zeros(len(frame))
    found = [
        overlap_covariance(
            (before.design, _linearised(before, row), partners[0]),
            (after.design, _linearised(after, row), partners[1]),
        )
        for row in frame[KEYS].itertuples(index=False)
    ]
    return np.array(found)


def _linearised(survey: Survey, row: tuple[str, ...]) -> Array:
    """The linearised variable (n) of an estimate, in percentage points."""
    question, category, universe, domain, value = row
    y = survey.categories(question)[[category]].to_numpy()
    inside = survey.domain(domain)[value] & survey.universe(universe)
    return np.asarray(100 * linearised(survey.design, y, inside)[1][:, 0])


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


def change(estimate: Estimate) -> Combination | None:
    """The change since the wave before, later minus earlier; None where it cannot be known.

    Its `p_value` is that of `compare`; its flag is u when either estimate has it.
    """
    before = earlier(estimate)
    if before is None:
        return None
    found = combine([*estimate.terms, *((-a, e) for a, e in before.terms)])
    return None if np.isnan(float(found)) else found
