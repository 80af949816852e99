"""Fractions in words, chosen from the number they stand for, with documented thresholds.

Percentages are 0–100; a withheld estimate (NaN) reads "n.b.".
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from decimal import Decimal
from typing import ParamSpec, SupportsFloat

from barometer.errors import BarometerError
from barometer.prose.numbers import NOT_AVAILABLE, number_word, pct, round_half_up
from barometer.prose.statements import larger, smaller
from barometer.prose.text import Text

__all__ = ["against", "out_of", "share_words", "times_words"]

P = ParamSpec("P")
FRACTIONS = {
    "een tiende": 10.0,
    "een vijfde": 20.0,
    "een kwart": 25.0,
    "een derde": 100 / 3,
    "twee vijfde": 40.0,
    "de helft": 50.0,
    "drie vijfde": 60.0,
    "twee derde": 200 / 3,
    "drie kwart": 75.0,
    "vier vijfde": 80.0,
    "negen tiende": 90.0,
}
MULTIPLES = {2: "verdubbeling", 3: "verdrievoudiging", 4: "verviervoudiging"}


def _words(say: Callable[P, str]) -> Callable[P, Text]:
    """Make the words know the numbers they were chosen from."""

    @functools.wraps(say)
    def with_sources(*numbers: P.args, **options: P.kwargs) -> Text:
        return Text(say(*numbers, **options), "fraction", [*numbers, *options.values()])

    return with_sources


@_words
def share_words(x: SupportsFloat) -> str:
    """Say which fraction a percentage is close to; fits before "van de ondernemingen".

    The nearest fraction is taken. Shown to one decimal, the difference d in points decides:
    d = 0 "de helft"; |d| ≤ 0,5 "ongeveer een kwart"; below that "bijna de helft" (48,7), above it
    "ruim een kwart" (26). Near the half the middle step is finer, because readers look for the
    majority there: up to 2 points above it "iets meer dan de helft", any amount below it "bijna".
    Below 7,5 "minder dan een tiende", above 92,5 "meer dan negen tiende".
    """
    value = float(x)
    if math.isnan(value):
        return NOT_AVAILABLE
    if value < 7.5:
        return "minder dan een tiende"
    if value > 92.5:
        return "meer dan negen tiende"
    name, anchor = min(FRACTIONS.items(), key=lambda item: abs(item[1] - value))
    gap = round_half_up(value, 1) - round_half_up(anchor, 1)
    if gap == 0:
        return name
    if anchor == 50 and 0 < gap <= 2:
        return f"iets meer dan {name}"
    if anchor != 50 and abs(gap) <= Decimal("0.5"):
        return f"ongeveer {name}"
    return f"ruim {name}" if gap > 0 else f"bijna {name}"


def against(x: SupportsFloat, fraction: str) -> Text:
    """Say on which side of a fraction a percentage lies: "meer dan een kwart".

    An estimate that does not differ significantly from the fraction is "ongeveer een kwart". A
    percentage that reads the same, to one decimal, is "een kwart". Raises BarometerError for a
    fraction not in FRACTIONS.
    """
    if fraction not in FRACTIONS:
        known = ", ".join(FRACTIONS)
        raise BarometerError(f"unknown fraction {fraction!r} in against(); known: {known}")
    value, anchor = round_half_up(x, 1), round_half_up(FRACTIONS[fraction], 1)
    if value.is_nan() or value == anchor:
        return Text(NOT_AVAILABLE if value.is_nan() else fraction, "fraction", x)
    state, word = (larger, "meer") if value > anchor else (smaller, "minder")
    side = state(x, FRACTIONS[fraction])
    sure = side.verdict == "holds"
    return Text(f"{word} dan {fraction}" if sure else f"ongeveer {fraction}", "fraction", x, side)


@_words
def out_of(x: SupportsFloat, base: int = 10) -> str:
    """Say a percentage as so many in `base`: 58.8 → "ongeveer zes op de tien".

    Within 2,5 points of the step "ongeveer", farther above it "ruim", farther below "bijna";
    fits before a plural noun. Under the first step "minder dan een op de …", at the last one
    "alle" or "bijna alle".
    """
    value = float(x)
    if math.isnan(value):
        return NOT_AVAILABLE
    steps = int(round_half_up(value * base / 100))
    unit = number_word(base)
    if steps == 0:
        return f"minder dan een op de {unit}"
    if steps >= base:
        return "alle" if round_half_up(value, 1) == 100 else "bijna alle"
    gap = round_half_up(value - steps * 100 / base, 1)
    adverb = "ongeveer" if abs(gap) <= Decimal("2.5") else "ruim" if gap > 0 else "bijna"
    return f"{adverb} {number_word(steps)} op de {unit}"


@_words
def times_words(before: SupportsFloat, after: SupportsFloat) -> str:
    """Say by how many times a value grew: 32.1 → 58.8 is "bijna een verdubbeling".

    For a ratio r within 0,05 of 2, 3 or 4 "een verdubbeling"; from 0,25 below it "bijna", up to
    0,5 above it "meer dan". Other rises and falls in whole percent of the old value: "een stijging
    met 28%"; between −5% and 5% "nagenoeg geen verandering"; r from 0,45 to 0,55 "een halvering".
    """
    old, new = float(before), float(after)
    if math.isnan(old) or math.isnan(new) or old <= 0:
        return NOT_AVAILABLE
    ratio = new / old
    for times, noun in MULTIPLES.items():
        if abs(ratio - times) <= 0.05:
            return f"een {noun}"
        if times - 0.25 <= ratio < times:
            return f"bijna een {noun}"
        if times < ratio <= times + 0.5:
            return f"meer dan een {noun}"
    if abs(ratio - 1) < 0.05:
        return "nagenoeg geen verandering"
    if 0.45 <= ratio <= 0.55:
        return "een halvering"
    return f"een {'stijging' if ratio > 1 else 'daling'} met {pct(100 * abs(ratio - 1), 0)}"
