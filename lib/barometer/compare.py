"""What changed between two waves, and which changes the data carry."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from barometer.errors import BarometerError
from barometer.inference import independent_difference
from barometer.survey import Survey

KEYS = ["question", "category", "universe", "domain", "domain_value"]
SIGNIFICANCE = 0.05
Z = 1.959963984540054  # the normal quantile of a two-sided 95 % interval


def compare(
    survey_a: Survey, survey_b: Survey, questions: Iterable[str] | None = None
) -> pd.DataFrame:
    """Compare every estimate that two waves have in common; wave b is the later one.

    Returns question, category, universe, domain, domain_value, estimate_a, estimate_b (percent),
    difference (b − a) and se (percentage points), p_value, flag and significant, in the order of
    wave b. The samples are independent: see `inference.independent_difference`. Rows of which
    either estimate is withheld or has no base are left out. `flag` is u when either estimate has
    it; a change is `significant` when its p-value is below 0.05 and neither estimate is flagged.

    `questions`: only these indicators. Raises BarometerError for one that either wave lacks, and
    for a wave compared with itself.
    """
    if survey_a.year == survey_b.year:
        raise BarometerError(
            f"compare: found {survey_a.year} twice; expected two different waves, e.g. 2023 2025"
        )
    a, b = _estimates(survey_a), _estimates(survey_b)
    if questions is not None:
        wanted = list(questions)
        for question in wanted:
            lacking = [
                str(survey.year)
                for survey, frame in ((survey_a, a), (survey_b, b))
                if question not in set(frame["question"])
            ]
            if lacking:
                raise BarometerError(
                    f"compare: found no estimates of '{question}' in {' and '.join(lacking)}; "
                    "expected an indicator of both waves. See questionnaire.yml of each."
                )
        a, b = a[a["question"].isin(wanted)], b[b["question"].isin(wanted)]
    frame = a.merge(b, on=KEYS, how="right", suffixes=("_a", "_b"), indicator=True)
    known = frame[["estimate_a", "estimate_b"]].notna().all(axis=1)
    frame = frame[(frame.pop("_merge") == "both") & known].reset_index(drop=True)
    change = independent_difference(
        *(
            frame[name].to_numpy(dtype=float)
            for name in ("estimate_a", "se_a", "estimate_b", "se_b")
        )
    )
    flagged = (frame[["flag_a", "flag_b"]] != "").any(axis=1)
    return frame[[*KEYS, "estimate_a", "estimate_b"]].assign(
        difference=change.estimate,
        se=change.se,
        p_value=change.p_value,
        flag=np.where(flagged, "u", ""),
        significant=(change.p_value < SIGNIFICANCE) & ~flagged,
    )


def _estimates(survey: Survey) -> pd.DataFrame:
    """Every estimate of a wave as in its register, with a standard error for 0 and 100 % too.

    There the linearised variance is 0, though the exact interval isn't a point. The arm of that
    interval over 1.96 takes its place ("variance recovered from the limits": Zou & Donner 2008,
    Statistics in Medicine 27).
    """
    frame = survey.register()
    edge = frame["estimate"].isin([0.0, 100.0])
    arm = (frame["ci_high"] - frame["ci_low"]) / Z
    return frame[[*KEYS, "estimate", "flag"]].assign(se=frame["se"].where(~edge, arm))
