"""How precisely an estimate is shown, so that nobody's answers can be worked out from it.

The weights of the strata follow from the tables of population and response. A percentage is then a
sum of known weights, its standard error another equation, and where few respondents leave few
possibilities, both together tell how many in a stratum gave an answer. Therefore a cell (a universe
in one value of a domain, or in total) that a small stratum is part of is shown less precisely:
docs/decisions/0008-decoding.md has the attack, and what it found before and finds now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from barometer.survey.disclosure import coarse_counts
from barometer.survey.rounding import FINE, one_decimal, to_step
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import BoolArray
from weighting import Design, effective_sample_size, interval

#: A stratum with fewer respondents in the cell is small: below ten a count is not given out
#: (Brandt et al. 2010, Guidelines for the checking of output based on microdata research).
SMALL = 10
#: With so many possible answers (the product of m + 1 over strata of m respondents) no standard
#: error narrows them down to one, small strata or not.
POSSIBLE = 1e8
#: Percentage points that a percentage is rounded to on fewer respondents than the first number.
STEPS = ((15, 25.0), (25, 10.0), (75, 1.0))
#: And where one respondent weighs more than so many percent of the cell.
WEIGHTS = ((25, 25.0), (10, 10.0))
PRECISION = ["estimate", "se", "ci_low", "ci_high", "imputed_share", "se_imputation"]
#: What a smooth cell doesn't show of a row.
HIDDEN = ["n_category", "deff", "n_effective", "se_tested"]


#: Question, category, universe, domain, domain value.
Key = tuple[str, ...]
KEYS = ["question", "category", "universe", "domain", "domain_value"]


class Answers(Protocol):
    """What is needed of a survey."""

    answers: pd.DataFrame

    @property
    def meta(self) -> Meta:
        """What wave.yml says."""

    @property
    def design(self) -> Design:
        """Strata, weights and population."""

    def universe(self, name: str) -> BoolArray:
        """The members of a universe."""

    def domain(self, by: str | None) -> dict[str, BoolArray]:
        """The members of each value."""

    @property
    def printed(self) -> frozenset[Key]:
        """The percentages that were published to one decimal before."""

    def grains(self, universe: str, by: str | None) -> dict[str, Grain]:
        """See `grains`."""


class Shown(NamedTuple):
    """The numbers of an estimate as they are shown; nan for what isn't."""

    estimate: float
    se: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Grain:
    """How the estimates of a cell are shown: rounded to `step` percentage points.

    `smooth`: with a standard error and an interval that depend on nothing but the percentage shown.
    The other numbers are those of the cell that they take: respondents, their effective number,
    degrees of freedom, and what the finite population correction leaves of a variance.
    """

    step: float = FINE
    smooth: bool = False
    n: int = 0
    kish: float = 0.0
    df: float = 1.0
    remaining: float = 1.0


def grains(survey: Answers, universe: str, by: str | None) -> dict[str, Grain]:
    """How the estimates of a universe are shown in each value of a domain (None: the total).

    A wave that withholds nothing (`thresholds.disclosure` of 0 or 1) shows everything as it is.
    """
    inside, strata = survey.universe(universe), pd.factorize(survey.answers["stratum"])[0]
    found = {}
    for value, members in survey.domain(by).items():
        cell = members & inside
        n, counts = int(cell.sum()), np.bincount(strata[cell])
        small = bool(((counts > 0) & (counts < SMALL)).any())
        few = np.log(counts + 1.0).sum() < np.log(POSSIBLE)
        found[value] = Grain()
        if small and few and survey.meta.thresholds.disclosure > 1:
            weights = survey.answers["weight"].to_numpy(dtype=float)[cell]
            heaviest = 100 * weights.max() / weights.sum()
            steps = [step for below, step in STEPS if n < below]
            steps += [step for above, step in WEIGHTS if heaviest > above]
            found[value] = Grain(
                max(steps, default=FINE),
                True,
                n,
                effective_sample_size(weights),
                survey.design.effective_df(cell),
                survey.design.remaining(cell),
            )
    return found


def published(frame: pd.DataFrame, survey: Answers) -> pd.DataFrame:
    """Rows of the register, or of `Survey.precision`, as they may be published; nan stays.

    Numbers to one decimal and counts in categories coarsened (see `coarse_counts`). In a cell that
    is `smooth` percentages are rounded to its step, standard error and interval are those of
    `_smooth`, and neither the count nor a design effect is shown. What was published to one decimal
    before (`printed`) keeps it: rounding it now would protect nobody.
    """
    counts = coarse_counts(frame["n_category"], frame["n"], survey.meta.thresholds.disclosure)
    fine = {name: one_decimal(frame[name]) for name in PRECISION}
    shown = frame.assign(**fine, n_category=counts)
    for (universe, by), rows in frame.groupby(["universe", "domain"], sort=False):
        for value, grain in survey.grains(str(universe), str(by)).items():
            if grain.smooth:
                cell = rows[rows["domain_value"] == value]
                before = [
                    key in survey.printed for key in cell[KEYS].itertuples(index=False, name=None)
                ]
                shown.loc[cell.index, PRECISION] = _smooth(cell, grain, np.array(before))
                hidden = frame.columns.intersection(HIDDEN)
                shown.loc[cell.index, hidden] = np.nan
    return shown


def _smooth(rows: pd.DataFrame, grain: Grain, printed: BoolArray) -> pd.DataFrame:
    """The PRECISION of the rows of a smooth cell as shown.

    The variance is p(1−p) with the p shown, over the effective number of respondents who answered
    themselves: what it would be if answers varied as much in each stratum, a generalised variance
    (Wolter 2007, Introduction to Variance Estimation, chapter 7). It tells no more than p does.
    """
    shown = pd.DataFrame(np.nan, index=rows.index, columns=PRECISION)
    coarse = rows["estimate"].map(lambda x: to_step(x, grain.step))
    shown["estimate"] = coarse.where(~printed, one_decimal(rows["estimate"]))
    shown["imputed_share"] = rows["imputed_share"].map(lambda x: to_step(x, 1))
    for imputed, part in shown.groupby("imputed_share"):  # those withheld are in none
        own = max(grain.kish * (1 - float(str(imputed)) / 100), 1.0)
        p = part["estimate"].to_numpy() / 100
        variance = p * (1 - p) * grain.remaining / own
        added = np.sqrt(variance * max(1 - own / grain.kish, 0))
        se = np.sqrt(variance)
        low, high = interval(p, se, grain.df, grain.n, own, grain.remaining)
        found = {"se": se, "ci_low": low, "ci_high": high, "se_imputation": added}
        for name, numbers in found.items():
            shown.loc[part.index, name] = [to_step(100 * x, FINE) for x in numbers]
    return shown
