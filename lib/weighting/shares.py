"""Weighted shares with the precision of the design, for many categories and domains at once.

Plain numpy, to be read beside the formulas. y is a 0/1 variable, d the indicator of a domain (its
value and the universe together), w the design weight:

    p = Σ w d y / Σ w d                  (Horvitz–Thompson ratio)
    u = w d (y − p) / Σ w d              (linearised variable)
    V = variance of the total of u       (see `design`)

The variance runs over all respondents of the design, those outside the domain with u = 0: the
size of a domain is itself random (Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling,
sections 5.6–5.8; Lumley 2010, Complex Surveys, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from weighting.design import Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.hotdeck import Base
from weighting.intervals import ALPHA, interval
from weighting.weights import effective_sample_size

#: Respondents in a category, or out of it, on which a variance can be estimated.
FEW = 10


@dataclass(frozen=True, eq=False)
class Shares:
    """Estimates for d domains × k categories, in percent (0–100) and percentage points.

    `se` holds the variance of the sample and that of imputation, `se_imputation` the root of the
    latter alone; `imputed_share`: the weighted percentage of the base that took an answer. `n`:
    respondents in the base, `n_category`: of them in the category, both unweighted. `deff`: the
    design effect, the variance over that of a simple random sample of n with replacement,
    p(1−p)/(n−1) (Kish 1965, Survey Sampling, section 8.2; R: deff="replace"); it has no unit and is
    nan for p = 0 or 1. `n_effective`: the effective sample size, p(1−p)/se² but at most n, and by
    Kish for p = 0 or 1; `df`: the effective degrees of freedom (`Design.effective_df`);
    `se_tested`: the standard error that tests take. With fewer than FEW respondents in a category,
    or out of it, its variance is hardly known: where those few happen to weigh little it seems
    tiny, and tests would find differences too often. Then the longer arm of the interval over t
    takes its place, if it is larger ("variance recovered from the limits": Zou & Donner 2008,
    Statistics in Medicine 27).
    """

    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    deff: Array
    n: npt.NDArray[np.int64]
    n_category: npt.NDArray[np.int64]
    se_imputation: Array
    imputed_share: Array
    n_effective: Array
    df: Array
    se_tested: Array


def linearised(design: Design, y: Array, inside: BoolArray) -> tuple[Array, Array]:
    """The means of k variables y (n, k) in a domain (n), linearised; of 0/1 variables shares.

    Returns p (k) and u (n, k) = w d (y − p) / Σ w d. Raises WeightingError for a domain without
    respondents and for missing values inside it.
    """
    if not inside.any():
        raise WeightingError("found a domain without respondents; expected at least one")
    w = design.weight * inside
    total = float(w.sum())
    p = w @ y / total
    if not np.isfinite(p).all():
        y = np.where(inside[:, None], y, 0.0)  # what y holds outside may be missing
        p = w @ y / total
    if not np.isfinite(p).all():
        raise WeightingError("found missing values among the respondents of a domain; impute first")
    return p, (w / total)[:, None] * (y - p)


def imputation_part(design: Design, y: Array, p: Array, base: Base) -> Array | None:
    """What donors add to the linearised variable of shares p (k) of y (n, k); see `hotdeck`."""
    total = float(design.weight[base.inside].sum())
    return base.donated(design.weight, np.nan_to_num(y - p) / total)


def imputation_variance(design: Design, u: Array, donated: Array | None) -> Array:
    """The variance (k) that imputation adds to that of u (n, k); never negative."""
    if donated is None:
        return np.zeros(u.shape[1])
    bare = design.without_correction()
    return np.maximum(bare.variance(u + donated) - bare.variance(u), 0.0)


def recovered_variance(design: Design, inside: BoolArray) -> float:
    """The variance of a share of 0 or 1, of which the linearised one is 0, from its exact interval.

    (arm/t)² with the arm of that interval: "variance recovered from the limits" (Zou & Donner 2008,
    Statistics in Medicine 27).
    """
    df, kish = design.effective_df(inside), effective_sample_size(design.weight[inside])
    nobody = np.zeros(1)
    high = interval(nobody, nobody, df, int(inside.sum()), kish, design.remaining(inside))[1][0]
    return float(high / special.stdtrit(df, 1 - ALPHA)) ** 2


def shares(
    design: Design,
    y: Array,
    domains: BoolArray,
    universe: BoolArray | None = None,
    base: Base | None = None,
    method: str = "beta",
) -> Shares:
    """Estimate the shares of k categories in d domains.

    `y`: (n, k) of 0 and 1; `domains`: (n, d) membership; `universe`: (n) restricts every domain.
    `base`: says what was imputed (its own domain and universe are replaced); `method`: that of the
    `interval`. A domain without respondents gives n = 0 and nan. Raises WeightingError when y has
    another number of respondents than the design.
    """
    respondents = len(design.stratum)
    if len(y) != respondents or len(domains) != respondents:
        raise WeightingError(
            f"found {len(y)} answers and {len(domains)} rows of domains for a design of "
            f"{respondents} respondents; expected one row per respondent in each"
        )
    shape = (domains.shape[1], y.shape[1])
    estimate, se, low, high, deff = (np.full(shape, np.nan) for _ in range(5))
    se_imputation, imputed, effective, df, tested = (np.full(shape, np.nan) for _ in range(5))
    n, n_category = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    base = Base(np.ones(respondents, dtype=bool)) if base is None else base
    for row, domain in enumerate(domains.T):
        own = replace(base, domain=domain, universe=universe)
        n[row] = size = int(own.inside.sum())
        if not size:
            continue
        p, u = linearised(design, y, own.inside)
        n_category[row] = y[own.inside].sum(axis=0).round()
        variance = design.variance(u, own.inside)
        # a category that everybody or nobody is in has p = 1 or 0 but for rounding
        p = np.where(n_category[row] == size, 1.0, np.where(n_category[row] == 0, 0.0, p))
        edge = (p == 0) | (p == 1)
        variance[edge & np.isfinite(variance)] = 0.0
        with np.errstate(invalid="ignore", divide="ignore"):
            deff[row] = np.where(edge, np.nan, variance / (p * (1 - p) / (size - 1)))
        added = imputation_variance(design, u, imputation_part(design, y, p, own))
        added[edge] = 0.0
        estimate[row], se[row], se_imputation[row] = p, np.sqrt(variance + added), np.sqrt(added)
        imputed[row] = own.imputed_share(design.weight, y.shape[1])
        df[row] = design.effective_df(own.inside)
        kish = effective_sample_size(design.weight[own.inside])
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = np.where(edge, kish, p * (1 - p) / np.square(se[row]))
        effective[row] = np.minimum(simple, size)
        low[row], high[row] = interval(
            p, se[row], df[row, 0], size, kish, design.remaining(own.inside), method
        )
        few = np.minimum(n_category[row], size - n_category[row]) < FEW
        arm = np.maximum(high[row] - p, p - low[row]) / special.stdtrit(df[row, 0], 1 - ALPHA)
        tested[row] = np.where(few, np.maximum(se[row], arm), se[row])
    return Shares(
        estimate=100 * estimate,
        se=100 * se,
        ci_low=100 * low,
        ci_high=100 * high,
        deff=deff,
        n=n,
        n_category=n_category,
        se_imputation=100 * se_imputation,
        imputed_share=100 * imputed,
        n_effective=effective,
        df=df,
        se_tested=100 * tested,
    )
