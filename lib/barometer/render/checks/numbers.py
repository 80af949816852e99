"""Numbers as an edition writes them: in files with a point, for readers in Dutch."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

NOISE = 1e-9
NUMBER = r"[−-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"
#: A number of its own, and whether a percent sign follows: not the 2025 of "2025-06".
SHOWN = re.compile(rf"(?<![\d.,\w])({NUMBER})(%?)(?![\d\w])")


@dataclass(frozen=True)
class Shown:
    """A number as it is printed, with the decimals it has; `percent` where a % follows."""

    text: str
    value: float
    decimals: int
    percent: bool

    def is_of(self, exact: float) -> bool:
        """Whether it is that number, rounded to the decimals it shows.

        >>> [shown("41,2%")[0].is_of(x) for x in (41.15, 41.25, 41.2501)]
        [True, True, False]
        """
        return abs(self.value - exact) <= 0.5 * 10.0**-self.decimals + NOISE


def shown(text: str) -> list[Shown]:
    """Every number printed in a Dutch text, in order.

    >>> [(x.value, x.decimals, x.percent) for x in shown("N = 2.915: van 9,8% naar 41%")]
    [(2915.0, 0, False), (9.8, 1, True), (41.0, 0, True)]
    """
    found = []
    for number, percent in SHOWN.findall(text):
        plain = number.replace(".", "").replace(",", ".").replace("−", "-")
        decimals = len(plain.partition(".")[2])
        found.append(Shown(number, float(plain), decimals, bool(percent)))
    return found


def number(text: str) -> float:
    """A number as a file writes it; nan for what is none, an empty cell among it."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def same(a: str, b: str) -> bool:
    """Whether two files say the same number, one perhaps rounded to one decimal, or both nothing.

    >>> same("41.1534433722", "41.2"), same("41.1534433722", "41.1534433723"), same("", "")
    (True, True, True)
    >>> same("41.1534433722", "41.16"), same("", "0")
    (False, False)
    """
    x, y = number(a), number(b)
    if math.isnan(x) or math.isnan(y):
        return a == b
    rounded = any(abs(z - round(z, 1)) < NOISE for z in (x, y))
    return abs(x - y) <= (0.05 + NOISE if rounded else NOISE * max(1.0, abs(x)))
