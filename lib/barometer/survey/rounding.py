"""One rule of rounding for all that is shown or published."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import SupportsFloat

import pandas as pd

# Binary arithmetic leaves noise far below any decimal shown; a half-way case must not hang on it.
NOISE = Decimal("1e-9")
#: Percentage points that a percentage is rounded to, unless few respondents ask for more.
FINE = 0.1


def round_half_up(x: SupportsFloat, decimals: int = 0) -> Decimal:
    """Round half away from zero on the decimal value: 0.5 → 1, −0.5 → −1, 2.675 → 2.68.

    Returns a Decimal with exactly `decimals` decimals, never a negative zero; NaN and infinity
    come back as they are.
    """
    exact = Decimal(repr(float(x)))
    if not exact.is_finite():
        return exact
    if abs(exact) < 10**15:  # beyond that a float has no decimals left to be noisy
        exact = exact.quantize(NOISE, rounding=ROUND_HALF_UP)
    step = Decimal(1).scaleb(-decimals)
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def to_step(x: SupportsFloat, step: float) -> float:
    """Round half away from zero to a multiple of `step`: 0.1, or whole points.

    >>> [to_step(62.46, step) for step in (0.1, 1, 10, 25)]
    [62.5, 62.0, 60.0, 50.0]
    """
    if step == FINE:
        return float(round_half_up(x, 1))
    return float(round_half_up(float(x) / step)) * step


def one_decimal(numbers: pd.Series) -> pd.Series:
    """Numbers as the text prints them: half away from zero."""
    return numbers.astype(float).map(lambda x: to_step(x, FINE))
