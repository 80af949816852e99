"""Who answered: response by stratum and by contact mode."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from barometer.audit.nonresponse import EMAIL, LETTER, fieldwork
from barometer.survey.survey import Survey
from barometer.survey.weight import strata


def stratum_rates(survey: Survey) -> pd.Series:
    """Usable answers in percent of the firms sampled, per stratum.

    Strata with fewer sampled firms than the disclosure threshold are left out.
    """
    sampled = strata(survey.sample, survey.population, survey.meta).value_counts(sort=False)
    usable = survey.answers["stratum"].value_counts().reindex(sampled.index, fill_value=0)
    return (100 * usable / sampled)[sampled >= survey.meta.thresholds.disclosure]


def by_mode(survey: Survey) -> pd.DataFrame:
    """Firms sampled, reached and with a usable answer by contact mode, with rates in percent.

    `matched`: firms in strata where both modes were used; `matched_rate`: the response rate there,
    each stratum counting alike for both modes, by m₁m₂/(m₁ + m₂) (Mantel & Haenszel 1959, Journal
    of the National Cancer Institute 22). nan where there are no such strata.
    """
    sampled, usable = _modes(survey)
    reached = survey.sample[survey.sample["delivery"] != "undeliverable"]
    frame = pd.DataFrame({"sampled": sampled.sum(), "usable": usable.sum()})
    frame["reached"] = reached["contact_mode"].value_counts().reindex(frame.index, fill_value=0)
    frame["rate"] = 100 * frame["usable"] / frame["sampled"].where(frame["sampled"] > 0)
    both = (sampled > 0).all(axis=1)
    frame["matched"] = sampled[both].sum()
    share = sampled[both].prod(axis=1) / sampled[both].sum(axis=1)
    rates = usable[both] / sampled[both]
    total = share.sum() if both.any() else np.nan
    frame["matched_rate"] = 100 * rates.mul(share, axis=0).sum() / total
    return frame


def mode_p_value(survey: Survey) -> float:
    """Test whether response hangs together with the contact mode within strata; nan if undefined.

    The two-sided test of Cochran (1954) and Mantel & Haenszel (1959), without correction for
    continuity (R: mantelhaen.test(correct = FALSE)).
    """
    sampled, usable = _modes(survey)
    both = (sampled > 0).all(axis=1)
    m, n = sampled[both], usable[both]
    total, answered = m.sum(axis=1), n.sum(axis=1)
    excess = (n[LETTER] - m[LETTER] * answered / total).sum()
    variance = (m.prod(axis=1) * answered * (total - answered) / (total**2 * (total - 1))).sum()
    return float(special.chdtrc(1, excess**2 / variance)) if variance > 0 else float("nan")


def _modes(survey: Survey) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Firms sampled and usable answers, per stratum (rows) and contact mode."""
    own = strata(survey.sample, survey.population, survey.meta)
    sampled = pd.crosstab(own, survey.sample["contact_mode"])
    sampled = sampled.reindex(columns=[EMAIL, LETTER], fill_value=0)
    usable = pd.crosstab(survey.answers["stratum"], fieldwork(survey)["contact_mode"])
    return sampled, usable.reindex_like(sampled).fillna(0).astype("int64")
