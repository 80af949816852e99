"""Fractions in words, chosen from the number they stand for, with documented thresholds.

The thresholds hold in every language; the examples are in Dutch. Percentages are 0–100; a withheld
estimate (NaN) reads "n.b.".
"""

from __future__ import annotations

import bisect
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

# How far from a step, in points, its name is still fair: below it "bijna", above it "ruim" (the
# looser word), and on either side "ongeveer", for a fraction and for so many in ten.
BELOW, ABOVE = Decimal("2.5"), Decimal("3.5")
CLOSE, ROUGHLY = Decimal("0.5"), Decimal("1.5")


def _words(say: Callable[P, str]) -> Callable[P, Text]:
    """Make the words know the numbers they were chosen from."""

    @functools.wraps(say)
    def with_sources(*numbers: P.args, **options: P.kwargs) -> Text:
        return Text(say(*numbers, **options), "fraction", [*numbers, *options.values()])

    return with_sources


def _shown(x: SupportsFloat) -> float:
    """A percentage as the reader sees it, to one decimal: that decides, not what is rounded off."""
    return float(round_half_up(x, 1))


def _beside(value: float, step: float, near: Decimal, language: Language) -> str | None:
    """The word for where a value lies beside a step: "" on it, None too far off."""
    gap = round_half_up(value, 1) - round_half_up(step, 1)
    if gap == 0:
        return ""
    if abs(gap) <= near:
        return language.near
    if gap < 0:
        return language.under if gap >= -BELOW else None
    return language.over if gap <= ABOVE else None


@_words
def share_words(x: SupportsFloat, *, language: Language = DUTCH) -> str:
    """Say which fraction a percentage is close to; fits before "van de ondernemingen".

    The nearest fraction is taken. Shown to one decimal, the difference d in points decides:
    d = 0 "een kwart"; |d| ≤ 0,5 "ongeveer een kwart"; down to 2,5 below it "bijna een kwart", up to
    3,5 above it "ruim een kwart" (28,2). Where no fraction is that close, both neighbours are
    named: "tussen een tiende en een vijfde" (14,8), "minder dan een tiende" (7), "meer dan negen
    tiende" (95). The half has no "ongeveer", because readers look for the majority there: any
    amount below it is "bijna", up to 2 points above it "iets meer dan de helft".
    """
    value = _shown(x)
    if math.isnan(value):
        return language.missing
    names, steps = list(language.fractions), list(language.fractions.values())
    nearest = min(range(len(steps)), key=lambda i: abs(steps[i] - value))
    word = _beside(value, steps[nearest], CLOSE if steps[nearest] != 50 else Decimal(0), language)
    if word == language.over and steps[nearest] == 50 and value <= 52:
        word = language.barely_over
    if word is not None:
        return f"{word} {names[nearest]}".strip()
    next_up = bisect.bisect(steps, value)
    if next_up == 0:
        return f"{language.less} {names[0]}"
    if next_up == len(steps):
        return f"{language.more} {names[-1]}"
    return language.between.format(names[next_up - 1], names[next_up])


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

    Fits before a plural noun. Shown to one decimal, the difference d from the nearest step in
    points decides: d = 0 "zes op de tien"; |d| ≤ 1,5 "ongeveer"; down to 2,5 below it "bijna", up
    to 3,5 above it "ruim"; at most 2,5 below 100 "bijna alle", at 100 "alle". A percentage that
    lies close to no step of its base is said in tenths ("ruim een op de tien" for 12,5 in fourths),
    and where no tenth is close "tussen vijf en zes op de tien" (55), "minder dan een op de tien"
    (4) or "meer dan negen op de tien" (95).
    """
    value = _shown(x)
    if math.isnan(value):
        return language.missing
    step = int(round_half_up(value * base / 100))
    word = _beside(value, step * 100 / base, ROUGHLY, language) if step else None
    if word is not None and step == base:
        return f"{language.under} {language.everybody}" if word else language.everybody
    if word is not None:
        return f"{word} {_ratio(number_word(step, language=language), base, language)}".strip()
    if base != 10:
        return str(out_of(value, language=language))
    below = int(value / 10)
    lower, upper = (number_word(n, language=language) for n in (below, below + 1))
    if below == 0:
        return f"{language.fewer} {_ratio(upper, base, language)}"
    if below == base - 1:
        return f"{language.more} {_ratio(lower, base, language)}"
    return _ratio(language.between.format(lower, upper), base, language)


def _ratio(count: str, base: int, language: Language) -> str:
    """So many in `base`, the number in words."""
    return language.ratio.format(count, number_word(base, language=language))


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
