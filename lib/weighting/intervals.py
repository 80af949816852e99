"""95 % intervals of shares: Korn & Graubard's, which cover in small domains too, and the logit.

Both stay inside 0–1 and ask for degrees of freedom, for which `Design.effective_df` gives those
that a few strata with nearly all the weight leave.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from weighting.design import Array
from weighting.errors import WeightingError

CONFIDENCE = 0.95
ALPHA = (1 - CONFIDENCE) / 2
METHODS = ("beta", "logit")


def interval(
    p: Array,
    se: Array,
    df: float,
    n: int,
    kish: float,
    remaining: float = 1.0,
    method: str = "beta",
) -> tuple[Array, Array]:
    """95 % interval (low, high) of shares p (0–1) with standard errors se.

    `df`: degrees of freedom; `n`: respondents in the base; `kish`: their effective number,
    (Σw)²/Σw²; `remaining`: what the finite population correction leaves of a variance (0–1;
    `Design.remaining`). `method`:

    beta   the exact binomial interval of Clopper & Pearson (1934) on an effective sample size
           n* = min(p(1−p)/se², n/remaining) · (t_{n−1}/t_df)² (Korn & Graubard 1998, Survey
           Methodology 24; R: svyciprop(method="beta"), which lets n* exceed n; Parker et al. 2017,
           Vital and Health Statistics 2/175, don't: few answers seem precise by chance)
    logit  logit(p) ± t_df se/(p(1−p)), carried back (R: svyciprop(method="logit"))

    The logit covers less than it says where p is near 0 or 1 in a small domain (see
    benchmarks/coverage.py), and is the point p where the standard error is 0; that of beta is so
    only if every unit is observed, for strata that happen to agree within leave p uncertain.

    For p = 0 or 1 there is no design effect: n* is then kish/remaining · (t_{n−1}/t_df)² by either
    method, which gives (0, 1 − 0.025^(1/n*)) and its mirror image; the point p if every unit is
    observed. Raises WeightingError for an unknown method.
    """
    if method not in METHODS:
        raise WeightingError(f"interval '{method}'; expected one of {', '.join(METHODS)}")
    edge = (p <= 0) | (p >= 1)
    inner = np.where(edge, 0.5, p)
    spread = inner * (1 - inner)
    t = -special.stdtrit(df, ALPHA)
    shrink = (special.stdtrit(max(n - 1, 1), ALPHA) / t) ** 2
    if method == "logit":
        centre, width = special.logit(inner), t * se / spread
        low, high = special.expit(centre - width), special.expit(centre + width)
    else:
        most = n / remaining if remaining > 0 else np.inf
        with np.errstate(divide="ignore"):
            effective = shrink * np.minimum(spread / np.square(se), most)
        point = np.isinf(effective)
        effective = np.where(point, 1.0, effective)
        low = special.betaincinv(effective * inner, effective * (1 - inner) + 1, ALPHA)
        high = special.betaincinv(effective * inner + 1, effective * (1 - inner), 1 - ALPHA)
        low, high = np.where(point, inner, low), np.where(point, inner, high)
    exact = ALPHA ** (remaining / (kish * shrink))
    low = np.where(p <= 0, 0.0, np.where(p >= 1, exact, low))
    high = np.where(p >= 1, 1.0, np.where(p <= 0, 1 - exact, high))
    return low, high
