"""Numbers, dates and periods as Dutch readers expect them.

Every number the report shows, in a sentence, a table or a figure, goes through `round_half_up`,
so the three never disagree. Anything with a `float()` is a number here: an estimate too, and the
text then knows it (`Text`). NaN, the value of a withheld estimate, reads "n.b." (niet beschikbaar).
"""

from __future__ import annotations

import datetime
from typing import SupportsFloat, SupportsInt

from babel.dates import format_date
from babel.numbers import format_decimal

from barometer.errors import BarometerError
from barometer.prose.text import Text
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.rounding import round_half_up

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

LOCALE = "nl_BE"
NOT_AVAILABLE = "n.b."
UNRELIABLE = "°"
MINUS = "\N{MINUS SIGN}"

# fmt: off
NUMBER_WORDS = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien",
    "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien",
    "negentien", "twintig",
)
ORDINALS = (
    "nulde", "eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste",
    "negende", "tiende", "elfde", "twaalfde",
)
# fmt: on


def num(x: SupportsFloat, decimals: int = 0) -> Text:
    """Write a number with decimal comma and a dot per thousand: 2915 → "2.915"."""
    return Text(_written(x, decimals), "number", x)


def _written(x: SupportsFloat, decimals: int) -> str:
    rounded = round_half_up(x, decimals)
    if not rounded.is_finite():
        return NOT_AVAILABLE
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), pattern, LOCALE)
    return MINUS + text if rounded < 0 else text


def pct(x: SupportsFloat, decimals: int = 1) -> Text:
    """Write a percentage (0–100): 58.8 → "58,8%"; an unreliable one carries its mark: "58,8%°"."""
    text = _written(x, decimals)
    if text == NOT_AVAILABLE:
        return Text(text, "missing", x)
    if isinstance(x, Combination) and abs(sum(a for a, _ in x.terms)) < 1e-9:
        raise BarometerError(
            f"pct(): found a difference between percentages ({text}); expected a percentage. "
            "A difference is in percentage points: points(...)."
        )
    mark = UNRELIABLE if isinstance(x, Estimate) and x.flag == "u" else ""
    return Text(text + "%" + mark, "percentage", x)


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


def number_word(n: SupportsInt) -> Text:
    """Write a whole number in letters up to twenty: 8 → "acht"; beyond in digits."""
    whole = int(n)
    word = NUMBER_WORDS[whole] if 0 <= whole < len(NUMBER_WORDS) else num(whole)
    return Text(word, "number", n)


def ordinal_word(n: int) -> str:
    """Write a rank in letters up to twelve: 4 → "vierde"; beyond as "13de"."""
    return ORDINALS[n] if 0 <= n < len(ORDINALS) else f"{n}{'ste' if n >= 20 else 'de'}"


def p_value(p: SupportsFloat) -> Text:
    """Write the p-value of a test, or of a difference, to three decimals: "p = 0,023"."""
    value = p.p_value if isinstance(p, Combination) else p
    text = _written(value, 3)
    return Text("p < 0,001" if text == "0,000" else f"p = {text}", "test", p)
