"""How far the estimates depend on choices: the donors of the hot deck and the way of weighting.

Both answers are aggregate tables of the estimates in total, with Dutch column names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.survey.survey import Survey
from barometer.survey.weight import population_by_stratum, raked_to_domains, strata, weight
from barometer.wave.cleaning import clean
from barometer.wave.imputation import impute
from barometer.wave.reading import read_wave
from barometer.wave.validation import validate
from weighting import shares


def raked_weights(survey: Survey) -> pd.Series:
    """Weights that meet the margin of each domain of the strata only, not every stratum.

    The inverse of the sampling fraction of the stratum, N_h/m_h, raked to the margins: response is
    then taken to depend on each domain by itself, instead of on every combination.
    """
    meta = survey.meta
    sampled = strata(survey.sample, survey.population, meta).value_counts()
    fraction = sampled / population_by_stratum(survey.population, meta)
    start = 1 / survey.answers["stratum"].map(fraction)
    return raked_to_domains(start, survey.answers, survey.population, meta)


def calibration(survey: Survey) -> pd.DataFrame:
    """Every estimate in total by the weights of the wave and by `raked_weights`, in percent.

    The difference is in percentage points, and relative to the standard error of the estimate.
    """
    raked = dataclasses.replace(survey.design, weight=raked_weights(survey).to_numpy())
    everyone = np.ones((len(survey.answers), 1), dtype=bool)
    other = []
    for indicator in survey.reported():
        y = survey.categories(indicator.id).to_numpy()
        found = shares(raked, y, everyone, survey.universe(indicator.universe))
        other.extend(found.estimate[0])
    frame = totals(survey)
    frame["% na raking"] = np.where(frame["%"].isna(), np.nan, other)  # withheld stays withheld
    frame["verschil"] = frame["% na raking"] - frame["%"]
    frame["verschil / standaardfout"] = _relative(frame["verschil"], frame["standaardfout"])
    return frame


def totals(survey: Survey) -> pd.DataFrame:
    """Every estimate in total, in percent, with its standard error (indexed as in the register)."""
    frame = pd.concat([survey.share(e.id, universe=e.universe) for e in survey.reported()])
    frame = frame.set_index(["question", "universe", "category"])[["estimate", "se"]]
    return frame.set_axis(["%", "standaardfout"], axis=1)


def seed_spread(year: int, seeds: Iterable[int], data: Path | str | None = None) -> pd.DataFrame:
    """How far the estimates in total move when the hot deck draws other donors.

    Per estimate: with the wave's own seed, its standard error, and over `seeds` the mean, the
    standard deviation, the smallest and the largest, in percent(age points); whether the wave's own
    seed lies between those; and the standard deviation over the standard error, which shows what
    the draw adds to the uncertainty.
    """
    wave = validate(read_wave(year, data))  # once: only the draw differs
    usable = clean(wave.responses, wave.sample, wave.questionnaire)

    def draw(seed: int | None) -> pd.DataFrame:
        complete = impute(usable, wave.questionnaire, wave.meta.imputation, wave.firms, seed)
        weighted = weight(complete, wave.population, wave.meta)
        return totals(Survey(wave, weighted, usable != complete, data))

    own = draw(None)
    drawn = pd.DataFrame({seed: draw(seed)["%"] for seed in seeds})
    smallest, largest = drawn.min(axis=1), drawn.max(axis=1)
    own["gemiddelde"] = drawn.mean(axis=1)
    own["spreiding"] = drawn.std(axis=1, ddof=1).where(largest > smallest, 0.0)  # else rounding
    own["kleinste"], own["grootste"] = smallest, largest
    own["binnen de uitersten"] = own["%"].between(smallest - 1e-9, largest + 1e-9)
    own["spreiding / standaardfout"] = _relative(own["spreiding"], own["standaardfout"])
    return own


def _relative(values: pd.Series, se: pd.Series) -> pd.Series:
    return (values / se).where(se > 0)
