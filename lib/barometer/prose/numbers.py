"""Numbers as readers expect them, in Dutch unless asked otherwise; dates and periods in Dutch.

Every number the report shows, in a sentence, a table or a figure, goes through `round_half_up`,
so the three never disagree; an estimate on few respondents is rounded further, and has no decimals
(`survey.coarsening`). Anything with a `float()` is a number here: an estimate too, and the
text then knows it (`Text`). NaN, the value of a withheld estimate, reads "n.b." (niet beschikbaar).
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import SupportsFloat, SupportsInt

from babel.dates import format_date
from babel.numbers import format_decimal

from barometer.errors import BarometerError
from barometer.prose.languages import DUTCH, Language
from barometer.prose.text import Text
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.rounding import FINE, round_half_up, to_step

__all__ = [
    "NOT_AVAILABLE",
    "date",
    "num",
    "number_word",
    "ordinal_word",
    "p_value",
    "pct",
    "period",
    "points",
    "round_half_up",
]

LOCALE = DUTCH.locale
NOT_AVAILABLE = DUTCH.missing
UNRELIABLE = "°"
MINUS = "\N{MINUS SIGN}"
#: By how much the arms of an interval may differ (percentage points) for ± to stand for both.
LOPSIDED = Decimal("0.2")

# fmt: off
ORDINALS = (
    "nulde", "eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste",
    "negende", "tiende", "elfde", "twaalfde",
)
# fmt: on


def num(x: SupportsFloat, decimals: int = 0, *, language: Language = DUTCH) -> Text:
    """Write a number with decimal comma and a dot per thousand: 2915 → "2.915"."""
    return Text(_written(x, decimals, language), "number", x)


def _written(x: SupportsFloat, decimals: int, language: Language = DUTCH) -> str:
    if isinstance(x, Estimate) and (step := x.grain.step) > FINE:
        x, decimals = to_step(x, step), 0
    rounded = round_half_up(x, decimals)
    if not rounded.is_finite():
        return language.missing
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), pattern, language.locale)
    return MINUS + text if rounded < 0 else text


def pct(
    x: SupportsFloat, decimals: int = 1, margin: bool = False, *, language: Language = DUTCH
) -> Text:
    """Write a percentage (0–100): 58.8 → "58,8%"; an unreliable one carries its mark: "58,8%°".

    `margin` adds how sure an estimate is: "58,8% (± 2,2)", half the width of its 95 % interval, or
    the interval where it is lopsided: "1,2% (0,6 tot 2,3%)". BarometerError for a difference, and
    for a margin of what is no estimate.
    """
    text = _written(x, decimals, language)
    if margin and not isinstance(x, Estimate):
        raise BarometerError(
            f"pct(): found a margin asked of {text}, which is no estimate; expected an estimate of "
            "the survey. A number without an interval: pct(…) alone."
        )
    if text == language.missing:
        return Text(text, "missing", x)
    if isinstance(x, Combination) and abs(sum(a for a, _ in x.terms)) < 1e-9:
        raise BarometerError(
            f"pct(): found a difference between percentages ({text}); expected a percentage. "
            "A difference is in percentage points: points(...)."
        )
    mark = UNRELIABLE if isinstance(x, Estimate) and x.flag == "u" else ""
    beside = _margin(x, decimals, language) if margin and isinstance(x, Estimate) else ""
    return Text(f"{text}%{mark}{beside}", "percentage", x)


def _margin(e: Estimate, decimals: int, language: Language) -> str:
    """The margin behind a percentage, or the interval where ± would misstate its ends."""
    of = e.shown if e.grain.smooth else e
    p, low, high = of.estimate, of.ci_low, of.ci_high
    arms = [round_half_up(arm, decimals) for arm in (p - low, high - p)]
    half = round_half_up((high - low) / 2, decimals)
    room = min(round_half_up(p, decimals), 100 - round_half_up(p, decimals))
    if half < room and abs(arms[0] - arms[1]) <= LOPSIDED:
        return f" (±\N{NO-BREAK SPACE}{_written(half, decimals, language)})"
    limits = (_written(limit, decimals, language) for limit in (low, high))
    return f" ({language.interval.format(*limits)})"


def points(x: SupportsFloat, decimals: int = 1) -> Text:
    """Write a difference between percentages: "26,6 procentpunt"."""
    text = _written(x, decimals)
    return Text(text if text == NOT_AVAILABLE else f"{text} procentpunt", "points", x)


def _day(value: datetime.date | str) -> datetime.date:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def date(value: datetime.date | str) -> str:
    """Write a date (object or ISO text): "1 juni 2025"."""
    return format_date(_day(value), "d MMMM y", LOCALE)


def period(start: datetime.date | str, end: datetime.date | str) -> str:
    """Write a period in months: "juni tot en met september 2025"."""
    first, last = _day(start), _day(end)
    closing = format_date(last, "MMMM y", LOCALE)
    if (first.year, first.month) == (last.year, last.month):
        return closing
    opening = format_date(first, "MMMM" if first.year == last.year else "MMMM y", LOCALE)
    return f"{opening} tot en met {closing}"


def number_word(n: SupportsInt, *, language: Language = DUTCH) -> Text:
    """Write a whole number in letters up to twenty: 8 → "acht"; beyond in digits."""
    whole = int(n)
    known = language.numbers
    word = known[whole] if 0 <= whole < len(known) else num(whole, language=language)
    return Text(word, "number", n)


def ordinal_word(n: int) -> str:
    """Write a rank in letters up to twelve: 4 → "vierde"; beyond as "13de"."""
    return ORDINALS[n] if 0 <= n < len(ORDINALS) else f"{n}{'ste' if n >= 20 else 'de'}"


def p_value(p: SupportsFloat) -> Text:
    """Write the p-value of a test, or of a difference, to three decimals: "p = 0,023".

    Its parts are held on one line by non-breaking spaces.
    """
    value = p.p_value if isinstance(p, Combination) else p
    text = _written(value, 3)
    said = "p < 0,001" if text == "0,000" else f"p = {text}"
    return Text(said.replace(" ", "\N{NO-BREAK SPACE}"), "test", p)
