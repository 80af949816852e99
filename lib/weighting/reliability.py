"""Whether a percentage is precise enough to be shown without a mark."""

from __future__ import annotations

import numpy as np

from weighting.design import BoolArray
from weighting.shares import Shares


def unreliable(
    found: Shares,
    *,
    effective_n: float = 30,
    degrees_of_freedom: float = 8,
    width: float = 30,
    narrow: float = 5,
    relative_width: float = 130,
) -> BoolArray:
    """Tell which shares (d, k) fail the presentation standards of NCHS for proportions.

    A share fails with an effective sample size below `effective_n`, with fewer than
    `degrees_of_freedom`, with an interval of `width` percentage points or more; and, unless its
    interval is at most `narrow` points wide, when it is wider than `relative_width` percent of the
    share or of its complement (Parker et al. 2017, Vital and Health Statistics 2/175; R:
    surveytable). False for an empty base: there is nothing to mark.
    """
    wide = found.ci_high - found.ci_low
    smaller = np.minimum(found.estimate, 100 - found.estimate)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (found.n_effective < effective_n)
            | (found.df < degrees_of_freedom)
            | (wide >= width)
            | ((wide > narrow) & (100 * wide > relative_width * smaller))
        )
