"""Fractions in words, chosen from the number they stand for, with documented thresholds.

The thresholds hold in every language; the examples are in Dutch. Percentages are 0–100; a withheld
estimate (NaN) reads "n.b.".
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from decimal import Decimal
from typing import ParamSpec, SupportsFloat

from barometer.errors import BarometerError
from barometer.prose.languages import DUTCH, Language
from barometer.prose.numbers import number_word, pct, round_half_up
from barometer.prose.statements import larger, smaller
from barometer.prose.text import Text

__all__ = ["against", "out_of", "share_words", "times_words"]

P = ParamSpec("P")


def _words(say: Callable[P, str]) -> Callable[P, Text]:
    """Make the words know the numbers they were chosen from."""

    @functools.wraps(say)
    def with_sources(*numbers: P.args, **options: P.kwargs) -> Text:
        return Text(say(*numbers, **options), "fraction", [*numbers, *options.values()])

    return with_sources


@_words
def share_words(x: SupportsFloat, *, language: Language = DUTCH) -> str:
    """Say which fraction a percentage is close to; fits before "van de ondernemingen".

    The nearest fraction is taken. Shown to one decimal, the difference d in points decides:
    d = 0 "de helft"; |d| ≤ 0,5 "ongeveer een kwart"; below that "bijna de helft" (48,7), above it
    "ruim een kwart" (26). Near the half the middle step is finer, because readers look for the
    majority there: up to 2 points above it "iets meer dan de helft", any amount below it "bijna".
    Below 7,5 "minder dan een tiende", above 92,5 "meer dan negen tiende".
    """
    value = float(x)
    if math.isnan(value):
        return language.missing
    lowest, *_, highest = language.fractions
    if value < 7.5:
        return f"{language.less} {lowest}"
    if value > 92.5:
        return f"{language.more} {highest}"
    name, anchor = min(language.fractions.items(), key=lambda item: abs(item[1] - value))
    gap = round_half_up(value, 1) - round_half_up(anchor, 1)
    if gap == 0:
        return name
    if anchor == 50 and 0 < gap <= 2:
        return f"{language.barely_over} {name}"
    if anchor != 50 and abs(gap) <= Decimal("0.5"):
        return f"{language.near} {name}"
    return f"{language.over} {name}" if gap > 0 else f"{language.under} {name}"


def against(x: SupportsFloat, fraction: str, *, language: Language = DUTCH) -> Text:
    """Say on which side of a fraction a percentage lies: "meer dan een kwart".

    An estimate that does not differ significantly from the fraction is "ongeveer een kwart". A
    percentage that reads the same, to one decimal, is "een kwart". Raises BarometerError for a
    fraction that the language does not name.
    """
    if fraction not in language.fractions:
        known = ", ".join(language.fractions)
        raise BarometerError(f"unknown fraction {fraction!r} in against(); known: {known}")
    exact = language.fractions[fraction]
    value, anchor = round_half_up(x, 1), round_half_up(exact, 1)
    if value.is_nan() or value == anchor:
        return Text(language.missing if value.is_nan() else fraction, "fraction", x)
    state, word = (larger, language.more) if value > anchor else (smaller, language.less)
    side = state(x, exact)
    said = word if side.verdict == "holds" else language.near
    return Text(f"{said} {fraction}", "fraction", x, side)


@_words
def out_of(x: SupportsFloat, base: int = 10, *, language: Language = DUTCH) -> str:
    """Say a percentage as so many in `base`: 58.8 → "ongeveer zes op de tien".

    Within 2,5 points of the step "ongeveer", farther above it "ruim", farther below "bijna";
    fits before a plural noun. Under the first step "minder dan een op de …", at the last one
    "alle" or "bijna alle".
    """
    value = float(x)
    if math.isnan(value):
        return language.missing
    steps = int(round_half_up(value * base / 100))
    if steps >= base:
        everybody = language.everybody
        return everybody if round_half_up(value, 1) == 100 else f"{language.under} {everybody}"
    counted = (number_word(n, language=language) for n in (max(steps, 1), base))
    ratio = language.ratio.format(*counted)
    if steps == 0:
        return f"{language.fewer} {ratio}"
    gap = round_half_up(value - steps * 100 / base, 1)
    side = language.over if gap > 0 else language.under
    return f"{language.near if abs(gap) <= Decimal('2.5') else side} {ratio}"


@_words
def times_words(before: SupportsFloat, after: SupportsFloat, *, language: Language = DUTCH) -> str:
    """Say by how many times a value grew: 32.1 → 58.8 is "bijna een verdubbeling".

    For a ratio r within 0,05 of 2, 3 or 4 "een verdubbeling"; from 0,25 below it "bijna", up to
    0,5 above it "meer dan". Other rises and falls in whole percent of the old value: "een stijging
    met 28%"; between −5% and 5% "nagenoeg geen verandering"; r from 0,45 to 0,55 "een halvering".
    """
    old, new = float(before), float(after)
    if math.isnan(old) or math.isnan(new) or old <= 0:
        return language.missing
    ratio = new / old
    for times, word in language.multiples.items():
        if abs(ratio - times) <= 0.05:
            return word
        if times - 0.25 <= ratio < times:
            return f"{language.under} {word}"
        if times < ratio <= times + 0.5:
            return f"{language.more} {word}"
    if abs(ratio - 1) < 0.05:
        return language.same
    if 0.45 <= ratio <= 0.55:
        return language.half
    change = language.rise if ratio > 1 else language.fall
    return change.format(pct(100 * abs(ratio - 1), 0, language=language))
