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

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from weighting.design import Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.weights import effective_sample_size

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Shares:
    """Estimates for d domains × k categories, in percent (0–100) and percentage points.

    `n`: respondents in the base, `n_category`: of them in the category, both unweighted. `deff`:
    the design effect, the variance over that of a simple random sample of n with replacement,
    p(1−p)/(n−1), so n/deff is an effective sample size (Kish 1965, Survey Sampling, section 8.2;
    R: deff="replace"). It has no unit and is nan for p = 0 or 1.
    """

    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    deff: Array
    n: npt.NDArray[np.int64]
    n_category: npt.NDArray[np.int64]


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


def shares(
    design: Design, y: Array, domains: BoolArray, universe: BoolArray | None = None
) -> Shares:
    """Estimate the shares of k categories in d domains.

    `y`: (n, k) of 0 and 1; `domains`: (n, d) membership; `universe`: (n) restricts every domain.
    A domain without respondents gives n = 0 and nan. Raises WeightingError when y has another
    number of respondents than the design.
    """
    respondents = len(design.stratum)
    if len(y) != respondents or len(domains) != respondents:
        raise WeightingError(
            f"found {len(y)} answers and {len(domains)} rows of domains for a design of "
            f"{respondents} respondents; expected one row per respondent in each"
        )
    shape = (domains.shape[1], y.shape[1])
    estimate, se, low, high, deff = (np.full(shape, np.nan) for _ in range(5))
    n, n_category = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, domain in enumerate(domains.T):
        inside = domain if universe is None else domain & universe
        n[row] = base = int(inside.sum())
        if not base:
            continue
        p, u = linearised(design, y, inside)
        n_category[row] = y[inside].sum(axis=0).round()
        variance = design.variance(u, inside)
        # a category that everybody or nobody is in has p = 1 or 0 but for rounding
        p = np.where(n_category[row] == base, 1.0, np.where(n_category[row] == 0, 0.0, p))
        edge = (p == 0) | (p == 1)
        variance[edge & np.isfinite(variance)] = 0.0
        with np.errstate(invalid="ignore", divide="ignore"):
            deff[row] = np.where(edge, np.nan, variance / (p * (1 - p) / (base - 1)))
        estimate[row], se[row] = p, np.sqrt(variance)
        size = np.inf if design.known(inside) else effective_sample_size(design.weight[inside])
        low[row], high[row] = interval(p, se[row], design.degrees_of_freedom(inside), size)
    return Shares(100 * estimate, 100 * se, 100 * low, 100 * high, deff, n=n, n_category=n_category)


def interval(p: Array, se: Array, df: int, size: float) -> tuple[Array, Array]:
    """95 % interval of shares p (0–1) with standard errors se.

    logit(p) ± t_df se/(p(1−p)), carried back to the scale of p: it stays inside 0–1 (Korn &
    Graubard 1998, Survey Methodology 24; R: svyciprop(method="logit"), whose df are those of the
    subset). A standard error of 0 gives the point p.

    For p = 0 or 1 the logit is undefined. Then the exact binomial interval of Clopper & Pearson
    (1934) on the effective sample size takes its place: (0, 1 − 0.025^(1/size)) and its mirror
    image. `size` is that of Kish, (Σw)²/Σw² over the domain, since the design effect by which Korn
    & Graubard divide n is undefined too; infinite if all units are observed: the point p.
    """
    edge = (p <= 0) | (p >= 1)
    inner = np.where(edge, 0.5, p)
    t = special.stdtrit(df, (1 + CONFIDENCE) / 2)
    centre, width = special.logit(inner), t * se / (inner * (1 - inner))
    exact = ((1 - CONFIDENCE) / 2) ** (1 / size)
    low, high = special.expit(centre - width), special.expit(centre + width)
    low = np.where(p <= 0, 0.0, np.where(p >= 1, exact, low))
    high = np.where(p >= 1, 1.0, np.where(p <= 0, 1 - exact, high))
    return low, high
