"""What changed between two waves, and which changes the data carry.

A change is a difference between estimates of two waves. Its test is the same for a sentence
(`change`) and for the whole register (`compare`). Which estimate of a wave was which of the wave
before, `matching` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from barometer.errors import BarometerError
from barometer.survey.coarsening import KEYS, Key
from barometer.survey.estimates import Absent, Combination, Estimate, combine
from barometer.survey.joined import one
from barometer.survey.matching import keys, matched, rows, step
from barometer.survey.survey import Survey
from weighting import Array, independent_difference, linearised, overlap_covariance

#: What a test takes of an estimate.
TESTED = ["estimate", "se_tested", "df", "flag"]


def compare(before: Survey, after: Survey, questions: Iterable[str] | None = None) -> pd.DataFrame:
    """Compare every estimate that two waves have in common, whatever they call it.

    Returns question, category, universe, domain, domain_value, estimate_a (before) and estimate_b
    (after, percent), difference (b − a) and se (percentage points), p_value, flag, significant,
    p_adjusted and survives, in the order and with the names of the later wave. Rows of which either
    estimate is withheld or has no base are left out. A change is `significant` when its p-value is
    below the level of the later wave (`changes` in wave.yml) and neither estimate is flagged.
    `survives` says so of `p_adjusted`, that of Benjamini & Hochberg (1995, Journal of the Royal
    Statistical Society B 57) over all changes that are neither flagged nor without a test: of those
    that survive, at most that share is expected to be chance.

    `questions`: only these indicators. Raises BarometerError for one that either wave lacks, and
    for a wave compared with itself.
    """
    if before.year == after.year:
        raise BarometerError(
            f"compare: found {before.year} twice; expected two different waves, e.g. 2023 2025"
        )
    pairs = _pairs(before, after)
    for question in (wanted := list(questions or [])):
        lacking = [
            str(survey.year)
            for survey in (before, after)
            if question not in survey.questionnaire.indicators
            and not any(question == name for name, *_ in pairs)
        ]
        if lacking:
            raise BarometerError(
                f"compare: found no estimates of '{question}' in {' and '.join(lacking)}; "
                "expected an indicator of both waves. See questionnaire.yml of each."
            )
    known = {
        name: (a, b)
        for name, (a, b) in pairs.items()
        if not np.isnan(float(a) + float(b)) and (name[0] in wanted or questions is None)
    }
    sides = [
        pd.DataFrame(
            [[getattr(pair[side], name) for name in TESTED] for pair in known.values()],
            columns=[f"{name}_{'ab'[side]}" for name in TESTED],
        )
        for side in (0, 1)
    ]
    frame = pd.concat([pd.DataFrame(list(known), columns=KEYS), *sides], axis=1)
    covariance = _covariances(list(known.values()), before, after)
    return _tested(frame, covariance, after.meta.changes.level / 100)


def _pairs(before: Survey, after: Survey) -> dict[Key, tuple[Estimate, Estimate]]:
    """Per row of the register of the later wave that both have, its estimates before and after.

    Which of the two is the later one does not matter.
    """
    older, newer = sorted((before, after), key=lambda survey: survey.year)
    there, found = _register(older), {}
    for name, now in _register(newer).items():
        then = matched(name, newer, older)
        if then and set(then) <= set(there):
            both = one([there[part] for part in then], now), now
            found[name] = both if before is older else both[::-1]
    return found


def _register(survey: Survey) -> dict[Key, Estimate]:
    return {
        keys(e)[0]: e
        for found in survey.reported()
        for by in (None, *survey.meta.domains)
        for e in found.estimates(by)
    }


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


def _covariances(
    pairs: Sequence[tuple[Estimate, Estimate]], before: Survey, after: Survey
) -> Array:
    """The covariance of each pair (percentage points squared) from firms that are in both waves."""
    partners = before.partners(after), after.partners(before)
    if (partners[0] < 0).all():
        return np.zeros(len(pairs))
    found = [
        overlap_covariance(
            (before.design, _linearised(a), partners[0]),
            (after.design, _linearised(b), partners[1]),
        )
        for a, b in pairs
    ]
    return np.array(found)


def _linearised(e: Estimate) -> Array:
    """The linearised variable (n) of an estimate, in percentage points."""
    y, base = e.members()
    inside = base.domain & e.of.survey.universe(e.universe)
    return np.asarray(100 * linearised(e.of.survey.design, y[:, None], inside)[1][:, 0])


def earlier(estimate: Estimate) -> Estimate | None:
    """Look up the same estimate in the wave before: same universe, same place.

    None where there is no earlier wave, where it lacked the question, category or place, or asked
    it of nobody; and where one of them was defined otherwise, unless `previous` says that they
    compare.
    """
    if isinstance(estimate, Absent):
        return None
    if isinstance(estimate, Combination):
        parts = [(a, earlier(e)) for a, e in estimate.terms]
        known = [(a, e) for a, e in parts if e is not None]
        return combine(known) if len(known) == len(parts) else None
    survey = estimate.of.survey
    if survey.previous is None:
        return None
    found = step(keys(estimate), survey, survey.previous)
    return rows(survey.previous, found.keys, estimate) if found.compares else None


def change(estimate: Estimate) -> Combination | None:
    """The change since the wave before, later minus earlier; None where it cannot be known.

    Its `p_value` is that of `compare`; its flag is u when either estimate has it.
    """
    before = earlier(estimate)
    if before is None:
        return None
    found = combine([*estimate.terms, *((-a, e) for a, e in before.terms)])
    return None if np.isnan(float(found)) else found
