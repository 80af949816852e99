"""What differs between the languages of the report: separators and phrases, never a rule.

`numbers`, `names` and `words` decide which number, step or side is meant, and take the words for it
from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DUTCH", "ENGLISH", "Language"]


@dataclass(frozen=True)
class Language:
    """The words of a language.

    `locale`: that of Babel, for separators; `missing`: what a withheld number reads; `interval`:
    its two limits. `joint`: the word before the last of an enumeration, `nobody`: an empty one.
    `numbers`: 0, 1, 2 …; `fractions`: names with their percentage; `ratio`: so many out of so many.
    `near`, `over`, `barely_over` and `under` describe on which side of a step an estimate lies,
    `between` two of them; `more` and `less` say what a test shows, or that there is no step beyond.
    `fewer`: less than the first ratio; `everybody`: the last one. `multiples`: growth to so many
    times as much; `half`, `rise`, `fall` and `same`: other changes.
    """

    locale: str
    missing: str
    interval: str
    joint: str
    nobody: str
    numbers: tuple[str, ...]
    fractions: Mapping[str, float]
    ratio: str
    near: str
    over: str
    barely_over: str
    under: str
    between: str
    more: str
    less: str
    fewer: str
    everybody: str
    multiples: Mapping[int, str]
    half: str
    rise: str
    fall: str
    same: str


# fmt: off
DUTCH_NUMBERS = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien",
    "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien",
    "negentien", "twintig",
)
ENGLISH_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)
# fmt: on

DUTCH = Language(
    locale="nl_BE",
    missing="n.b.",
    interval="{} tot {}%",
    joint="en",
    nobody="geen enkele",
    numbers=DUTCH_NUMBERS,
    fractions={
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
    },
    ratio="{} op de {}",
    near="ongeveer",
    over="ruim",
    barely_over="iets meer dan",
    under="bijna",
    between="tussen {} en {}",
    more="meer dan",
    less="minder dan",
    fewer="minder dan",
    everybody="alle",
    multiples={2: "een verdubbeling", 3: "een verdrievoudiging", 4: "een verviervoudiging"},
    half="een halvering",
    rise="een stijging met {}",
    fall="een daling met {}",
    same="nagenoeg geen verandering",
)

ENGLISH = Language(
    locale="en_GB",
    missing="n/a",
    interval="{}% to {}%",
    joint="and",
    nobody="none",
    numbers=ENGLISH_NUMBERS,
    fractions={
        "a tenth": 10.0,
        "a fifth": 20.0,
        "a quarter": 25.0,
        "a third": 100 / 3,
        "two-fifths": 40.0,
        "half": 50.0,
        "three-fifths": 60.0,
        "two-thirds": 200 / 3,
        "three-quarters": 75.0,
        "four-fifths": 80.0,
        "nine-tenths": 90.0,
    },
    ratio="{} in {}",
    near="about",
    over="over",
    barely_over="just over",
    under="nearly",
    between="between {} and {}",
    more="more than",
    less="less than",
    fewer="fewer than",
    everybody="all",
    multiples={2: "doubled", 3: "tripled", 4: "quadrupled"},
    half="halved",
    rise="rose by {} in relative terms",
    fall="fell by {} in relative terms",
    same="hardly changed",
)
