"""Numbers and fractions as Dutch readers expect them.

Every number the report shows, in a sentence, a table or a figure, goes through `round_half_up`,
so the three never disagree. Anything with a `float()` is a number here: an estimate too. NaN, the
value of a withheld estimate, reads "n.b." (niet beschikbaar).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Protocol, SupportsFloat

if TYPE_CHECKING:
    from barometer.indicator import Indicator
    from barometer.survey import Survey

__all__ = [
    "NOT_AVAILABLE",
    "base",
    "bases",
    "capital",
    "date",
    "euro",
    "join",
    "names",
    "num",
    "number_word",
    "ordinal_word",
    "p_value",
    "pct",
    "per_wave",
    "period",
    "points",
    "round_half_up",
]

NOT_AVAILABLE = "n.b."
MINUS = "\N{MINUS SIGN}"
# Binary arithmetic leaves noise far below any decimal shown; a half-way case must not hang on it.
NOISE = Decimal("1e-9")

# fmt: off
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)
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


class Named(Protocol):
    """An estimate as far as its name goes."""

    @property
    def label(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def domain_value(self) -> str: ...
    @property
    def domain_label(self) -> str: ...
    def __float__(self) -> float: ...


class Based(Protocol):
    """An indicator as far as its base goes."""

    @property
    def n(self) -> int: ...
    @property
    def universe_label(self) -> str: ...


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


def num(x: SupportsFloat, decimals: int = 0) -> str:
    """Write a number with decimal comma and a dot per thousand: 2915 → "2.915"."""
    rounded = round_half_up(x, decimals)
    if not rounded.is_finite():
        return NOT_AVAILABLE
    text = f"{abs(rounded):,f}".translate(str.maketrans(",.", ".,"))
    return MINUS + text if rounded < 0 else text


def pct(x: SupportsFloat, decimals: int = 1) -> str:
    """Write a percentage (0–100): 58.8 → "58,8%"."""
    text = num(x, decimals)
    return text if text == NOT_AVAILABLE else text + "%"


def points(a: SupportsFloat, b: SupportsFloat = 0.0, decimals: int = 1) -> str:
    """Write how far two percentages lie apart, unsigned: "26,7 procentpunt".

    The sentence says the direction; see `moved` for the verb.
    """
    text = num(abs(float(a) - float(b)), decimals)
    return text if text == NOT_AVAILABLE else f"{text} procentpunt"


def euro(amount: SupportsFloat, decimals: int = 0) -> str:
    """Write an amount with the sign before it: 887766 → "€ 887.766" (no line break between)."""
    text = num(amount, decimals)
    return text if text == NOT_AVAILABLE else f"€ {text}"


def _day(value: datetime.date | str) -> datetime.date:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def date(value: datetime.date | str) -> str:
    """Write a date (object or ISO text): "1 juni 2025"."""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period(start: datetime.date | str, end: datetime.date | str) -> str:
    """Write a period in months: "juni tot en met september 2025"."""
    first, last = _day(start), _day(end)
    opening = MONTHS[first.month - 1]
    if first.year != last.year:
        opening += f" {first.year}"
    elif first.month == last.month:
        return f"{opening} {last.year}"
    return f"{opening} tot en met {MONTHS[last.month - 1]} {last.year}"


def number_word(n: int) -> str:
    """Write a whole number in letters up to twenty: 8 → "acht"; beyond in digits."""
    return NUMBER_WORDS[n] if 0 <= n < len(NUMBER_WORDS) else num(n)


def ordinal_word(n: int) -> str:
    """Write a rank in letters up to twelve: 4 → "vierde"; beyond as "13de"."""
    return ORDINALS[n] if 0 <= n < len(ORDINALS) else f"{n}{'ste' if n >= 20 else 'de'}"


def p_value(p: SupportsFloat) -> str:
    """Write the p-value of a test to three decimals: "p = 0,023", "p < 0,001"."""
    text = num(p, 3)
    return "p < 0,001" if text == "0,000" else f"p = {text}"


def capital(text: str) -> str:
    """Give the text a capital, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def join(items: Sequence[str], last: str = "en") -> str:
    """Enumerate: "a, b en c"; with semicolons where a name of three or more holds a comma.

    Decimal commas and those of "beeld-, video- en audiogeneratie" do not count. An empty
    enumeration reads "geen enkele".
    """
    if not items:
        return "geen enkele"
    if len(items) == 1:
        return items[0]
    if len(items) > 2 and any(re.search(r"(?<!-), ", item) for item in items):
        return "; ".join(items[:-1]) + f"; {last} {items[-1]}"
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


def _in_sentence(label: str) -> str:
    """Drop the capital of a label, but not that of an abbreviation (ICT-beveiliging)."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _name(item: Named | str, quoted: bool, figures: bool) -> str:
    if isinstance(item, str):
        return item
    figure = pct(item) if figures else ""
    if item.domain == "sector":
        name = item.domain_label if " " in item.domain_label else f"de {item.domain_label}"
        name = f"‘{item.domain_label}’" if quoted else name
        code = item.domain_value.replace(";", " en ")
        return f"{name} ({code}{figure and ': '}{figure})"
    name = _in_sentence(item.label) if item.domain == "total" else item.domain_label
    return f"{name} ({figure})" if figures else name


def names(items: Iterable[Named | str], last: str = "en", *, figures: bool = False) -> str:
    """Enumerate estimates by the name of their domain, or of their category at total level.

    A sector closes with its NACE code, so that the "en" within "vervoer en opslag" cannot be taken
    for that of the enumeration; where one of them holds a semicolon or comma all are quoted. A
    sector of one word takes its article: "de bouwnijverheid". Names that end alike share the
    ending: "grote en middelgrote bedrijven". `figures` adds each percentage: "tekstanalyse (41,2%)
    en spraakherkenning (18,9%)".
    """
    listed = list(items)
    sectors = [i.domain_label for i in listed if not isinstance(i, str) and i.domain == "sector"]
    quoted = any(";" in name or "," in name for name in sectors)
    written = [_name(item, quoted, figures) for item in listed]
    endings = {name.rpartition(" ")[2] if name.count(" ") == 1 else "" for name in written}
    if len(written) > 1 and not sectors and not figures and len(endings) == 1 and "" not in endings:
        stems = [name.rpartition(" ")[0] for name in written]
        return f"{join(stems, last)} {endings.pop()}"
    if quoted:  # a comma between quotes does not disturb the enumeration
        return join([name.replace(",", "\0") for name in written], last).replace("\0", ",")
    return join(written, last)


def base(indicator: Based) -> str:
    """Write the base of a figure or table: "N = 1.982, ondernemingen die AI gebruiken"."""
    return f"N = {num(indicator.n)}, {indicator.universe_label}"


def per_wave(survey: Survey, count: str) -> str:
    """Write a count of the response accounting per wave: "14.274 (2021) en 9.610 (2025)"."""
    waves = survey.history().items()
    return join([f"{num(wave.accounting[count])} ({year})" for year, wave in waves])


def bases(indicator: Indicator) -> str:
    """Write the base in each wave that asked: "N = 1.102 (2023) en 1.982 (2025), …"."""
    waves = indicator.survey.history().items()
    asked = {year: wave for year, wave in waves if wave.asked(indicator.id)}
    counts = [f"{num(w[indicator.id, indicator.universe].n)} ({y})" for y, w in asked.items()]
    return f"N = {join(counts)}, {indicator.universe_label}"
