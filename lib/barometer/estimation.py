"""Weighted shares with the precision of the design: stratified simple random sampling.

Plain numpy, to be read beside the formulas. y is a 0/1 variable, d the indicator of a domain (its
value and the universe together), w = N_h/n_h the design weight:

    p = Σ w d y / Σ w d                                     (Horvitz–Thompson ratio)
    u = w d (y − p) / Σ w d                                 (linearised variable)
    V = Σ_h (1 − f_h) n_h/(n_h − 1) Σ_{i in h} (u_i − ū_h)²   with f_h = n_h/N_h

The sum runs over all respondents of the design, those outside the domain with u = 0: a domain's
size is itself random (Särndal, Swensson & Wretman 1992, sections 5.6–5.8; Lumley 2010, Complex
Surveys, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from barometer.errors import BarometerError

Array = npt.NDArray[np.float64]
SINGLETON = ("adjust", "certainty", "average", "remove", "collapse")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Design:
    """A stratified sample: per respondent stratum code and weight, per stratum the N_h.

    `stratum`: codes 0…H−1 (n); `weight`: (n); `population`: N_h (H), inf for no finite population
    correction. `singleton` says what a stratum with one respondent adds to a variance:

    adjust     the square of its u, as if the stratum mean were the grand mean, 0 (conservative)
    certainty  nothing
    remove     nothing: its respondent counts in the estimate, not in the variance
    average    the mean contribution of the other strata
    collapse   what it adds joined with the stratum before it (or, for the first, after it)

    The first four are those of R's `survey` (options(survey.lonely.psu)).
    """

    stratum: npt.NDArray[np.int64]
    weight: Array
    population: Array
    singleton: str = "adjust"

    def __post_init__(self) -> None:
        """Refuse weights and strata on which no variance can be based."""
        if self.singleton not in SINGLETON:
            known = ", ".join(SINGLETON)
            raise BarometerError(f"singleton rule '{self.singleton}'; expected one of {known}")
        bad = ~(np.isfinite(self.weight) & (self.weight > 0))
        if len(self.weight) != len(self.stratum) or bad.any():
            raise BarometerError(
                f"weights: found {int(bad.sum())} of {len(self.weight)} missing, infinite, zero or "
                f"negative; expected {len(self.stratum)} positive weights"
            )
        if (self.counts > self.population).any():
            raise BarometerError("found a stratum with more respondents than firms")

    @classmethod
    def from_frame(
        cls, respondents: pd.DataFrame, population: pd.Series, singleton: str = "adjust"
    ) -> Self:
        """Make a design of columns stratum and weight, and a series N_h by stratum name."""
        names = population.index[population.index.isin(respondents["stratum"])]
        unknown = sorted(set(respondents["stratum"]) - set(names))
        if unknown:
            raise BarometerError(f"found no population for stratum {', '.join(unknown)}")
        codes = pd.Index(names).get_indexer(respondents["stratum"])
        return cls(
            codes.astype(np.int64),
            respondents["weight"].to_numpy(dtype=float),
            population[names].to_numpy(dtype=float),
            singleton,
        )

    @property
    def counts(self) -> Array:
        """n_h, the respondents per stratum."""
        return np.bincount(self.stratum, minlength=len(self.population)).astype(float)

    @cached_property
    def _strata(self) -> tuple[npt.NDArray[np.int64], Array, Array]:
        """Code per respondent, n and N per stratum, singletons joined if the rule asks."""
        counts = self.counts
        joined = np.arange(len(counts), dtype=np.int64)
        if self.singleton == "collapse":
            for h in np.flatnonzero(counts == 1):
                joined[h] = joined[h - 1] if h else 1 % len(counts)
        return (
            joined[self.stratum],
            np.bincount(joined, counts, len(counts)).astype(float),
            np.bincount(joined, self.population, len(counts)).astype(float),
        )

    def spread(self, u: Array) -> tuple[Array, Array]:
        """Centre linearised variables u (n, k) within strata and scale their squares.

        Returns c (n, k) and s (n) such that the covariance matrix of the totals of u is
        Σ s c cᵀ and their variances Σ s c².
        """
        labels, counts, sizes = self._strata
        means: Array = np.column_stack(
            [np.bincount(labels, column, len(counts)).astype(float) for column in u.T]
        )
        single = counts == 1
        with np.errstate(invalid="ignore", divide="ignore"):
            means = means / counts[:, None]
            remaining = 1.0 - counts / sizes
            scale = np.where(single, remaining, remaining * counts / (counts - 1))
        if self.singleton == "adjust":
            means[single] = 0.0
        elif self.singleton == "average":
            lost = int((single & (remaining > 0)).sum())
            strata = int((counts > 0).sum())
            scale = scale * (strata / (strata - lost) if strata > lost else np.nan)
        return u - means[labels], scale[labels]

    def variance(self, u: Array) -> Array:
        """Variances (k) of the totals of linearised variables u (n, k)."""
        centred, scale = self.spread(u)
        return np.asarray(scale @ np.square(centred))

    def covariance(self, u: Array) -> Array:
        """Covariance matrix (k, k) of the totals of linearised variables u (n, k)."""
        centred, scale = self.spread(u)
        return np.asarray((centred * scale[:, None]).T @ centred)

    def degrees_of_freedom(self, inside: npt.NDArray[np.bool_]) -> int:
        """Respondents minus strata, both counted in the domain, at least 1 (R: degf)."""
        return max(int(inside.sum()) - len(np.unique(self.stratum[inside])), 1)


@dataclass(frozen=True)
class Shares:
    """Estimates for d domains × k categories, in percent (0–100) and percentage points.

    `n`: respondents in the base, `n_category`: of them in the category, both unweighted. `deff`:
    the variance over that of a simple random sample of n with replacement.
    """

    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    deff: Array
    n: npt.NDArray[np.int64]
    n_category: npt.NDArray[np.int64]


def linearised(design: Design, y: Array, inside: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """The shares p (k) of y (n, k) within a domain (n), and their linearised variables u (n, k)."""
    w = design.weight * inside
    p = w @ y / w.sum()
    return p, (w / w.sum())[:, None] * (y - p)


def shares(
    design: Design,
    y: Array,
    domains: npt.NDArray[np.bool_],
    universe: npt.NDArray[np.bool_] | None = None,
) -> Shares:
    """Estimate the shares of k categories in d domains.

    `y`: (n, k) of 0 and 1; `domains`: (n, d) membership; `universe`: (n) restricts every domain.
    A domain without respondents gives n = 0 and nan.
    """
    shape = (domains.shape[1], y.shape[1])
    estimate, se, low, high, deff = (np.full(shape, np.nan) for _ in range(5))
    n, n_category = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, domain in enumerate(domains.T):
        inside = domain if universe is None else domain & universe
        n[row] = inside.sum()
        if not inside.any():
            continue
        n_category[row] = y[inside].sum(axis=0).round()
        p, u = linearised(design, y, inside)
        variance = design.variance(u)
        with np.errstate(invalid="ignore", divide="ignore"):
            deff[row] = variance / (p * (1 - p) / n[row])
        estimate[row], se[row] = p, np.sqrt(variance)
        low[row], high[row] = interval(p, se[row], design.degrees_of_freedom(inside), n[row])
    return Shares(100 * estimate, 100 * se, 100 * low, 100 * high, deff, n=n, n_category=n_category)


def interval(p: Array, se: Array, df: int, n: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """95 % interval of shares p (0–1) with standard errors se, on n respondents.

    logit(p) ± t_df se/(p(1−p)), carried back to the scale of p: it stays inside 0–1 (Korn &
    Graubard 1998, Survey Methodology 24; R: svyciprop(method="logit")). For p = 0 or 1 that is
    undefined and the exact binomial interval of Clopper & Pearson (1934) on n takes its place:
    (0, 1 − 0.025^(1/n)) and its mirror image.
    """
    degenerate = (p <= 0) | (p >= 1)
    inner = np.where(degenerate, 0.5, p)
    t = stats.t.ppf((1 + CONFIDENCE) / 2, df)
    centre, width = np.log(inner / (1 - inner)), t * se / (inner * (1 - inner))
    exact = ((1 - CONFIDENCE) / 2) ** (1 / n)
    low = np.where(p <= 0, 0.0, np.where(p >= 1, exact, _expit(centre - width)))
    high = np.where(p >= 1, 1.0, np.where(p <= 0, 1 - exact, _expit(centre + width)))
    return low, high


def _expit(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))
