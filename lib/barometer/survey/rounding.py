"""One rule of rounding for all that is shown or published."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import SupportsFloat

# Binary arithmetic leaves noise far below any decimal shown; a half-way case must not hang on it.
NOISE = Decimal("1e-9")


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
