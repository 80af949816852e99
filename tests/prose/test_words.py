"""Fractions in words: the thresholds of the docstrings, at and beside each step."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose import words
from barometer.prose.languages import DUTCH
from barometer.survey.rounding import round_half_up
from tests.prose.small_waves import N, wave


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0, "minder dan een tiende"),
        (7.4, "minder dan een tiende"),
        (9.4, "bijna een tiende"),
        (14.8, "tussen een tiende en een vijfde"),
        (24.9, "ongeveer een kwart"),
        (25, "een kwart"),
        (25.5, "ongeveer een kwart"),
        (26, "ruim een kwart"),
        (28.2, "ruim een kwart"),
        (28.5, "ruim een kwart"),
        (28.6, "tussen een kwart en een derde"),
        (33.4, "ongeveer een derde"),
        (37.4, "tussen een derde en twee vijfde"),
        (37.5, "bijna twee vijfde"),
        (47.6, "bijna de helft"),
        (48.9, "bijna de helft"),
        (49.9, "bijna de helft"),
        (49.96, "de helft"),
        (50, "de helft"),
        (50.04, "de helft"),
        (50.05, "iets meer dan de helft"),
        (51.5, "iets meer dan de helft"),
        (52.04, "iets meer dan de helft"),
        (52.05, "ruim de helft"),
        (54.1, "tussen de helft en drie vijfde"),
        (58.8, "bijna drie vijfde"),
        (65, "bijna twee derde"),
        (92.5, "ruim negen tiende"),
        (100, "meer dan negen tiende"),
    ],
)
def test_share_words(x: float, expected: str) -> None:
    assert words.share_words(x) == expected


# What a reader may take each word for: how far a share to one decimal, in tenths of a point, lies
# from the step that is named. Nothing here is taken from the module.
FAIR = {
    "": range(1),
    "ongeveer": range(-15, 16),
    "bijna": range(-25, 0),
    "ruim": range(1, 36),
    "iets meer dan": range(1, 21),
    "minder dan": range(-100, 0),
    "meer dan": range(1, 101),
}
TENTHS = {
    **{"een tiende": 100, "een vijfde": 200, "een kwart": 250, "een derde": 333, "de helft": 500},
    **{"twee vijfde": 400, "drie vijfde": 600, "twee derde": 667, "drie kwart": 750},
    **{"vier vijfde": 800, "negen tiende": 900, "alle": 1000},
}
COUNTED = dict(zip(DUTCH.numbers, range(21), strict=True))


def placed(said: str) -> tuple[str, list[int]]:
    """The word before the steps that a phrase names, and those steps in tenths of a percent."""
    if found := re.fullmatch(r"(.*?) ?(?:(\w+) en )?(\w+) op de (\w+)", said):
        word, *counts, base = found.groups()
        known = [COUNTED[n] / COUNTED[base] for n in counts if n]
        return word, [int(1000 * share + 0.5) for share in known]
    steps = re.findall("|".join(TENTHS), said)
    return said.partition(steps[0])[0].strip(), [TENTHS[name] for name in steps]


def fair(tenths: int, said: str) -> bool:
    """Whether a phrase is true of a share in tenths of a percent, and near enough to be fair."""
    word, steps = placed(said)
    if word == "tussen":
        low, high = steps
        return low < tenths < high and high - low <= 100
    (step,) = steps
    return tenths - step in FAIR[word]


def test_the_judge_knows_what_was_wrong() -> None:
    assert not fair(125, "bijna een op de vier")
    assert not fair(101, "bijna een op de vijf")
    assert not fair(499, "ruim een op de drie")
    assert not fair(541, "bijna twee op de drie")
    assert not fair(148, "ruim een tiende")
    assert not fair(255, "bijna een kwart")
    assert fair(255, "ruim een kwart")
    assert fair(148, "tussen een tiende en een vijfde")
    assert not fair(208, "tussen een tiende en een vijfde")
    assert fair(550, "tussen vijf en zes op de tien")


def test_each_tenth_of_a_percent_has_a_true_and_fair_fraction() -> None:
    said = {tenths: words.share_words(tenths / 10) for tenths in range(1001)}
    assert {tenths: text for tenths, text in said.items() if not fair(tenths, text)} == {}


@pytest.mark.parametrize("base", range(2, 21))
def test_each_tenth_of_a_percent_is_truly_so_many_in(base: int) -> None:
    said = {tenths: words.out_of(tenths / 10, base) for tenths in range(1001)}
    assert {tenths: text for tenths, text in said.items() if not fair(tenths, text)} == {}


@given(st.floats(0, 100), st.integers(2, 20))
def test_what_is_shown_to_one_decimal_decides(x: float, base: int) -> None:
    shown = float(round_half_up(x, 1))
    assert words.share_words(x) == words.share_words(shown)
    assert words.out_of(x, base) == words.out_of(shown, base)


def test_against_a_fraction() -> None:
    assert words.against(28.2, "een kwart") == "meer dan een kwart"
    assert words.against(31.8, "een derde") == "minder dan een derde"
    assert words.against(33.33, "een derde") == "een derde"
    assert words.against(50.04, "de helft") == "de helft"
    with pytest.raises(BarometerError, match="de helft"):
        words.against(50, "het merendeel")


def test_an_estimate_lies_on_a_side_only_where_that_is_significant() -> None:
    """30.25 % of 400 firms, with a standard error of 2.3."""
    one = wave(2025, 121)["lease"]["yes"]
    assert words.against(one, "een kwart") == "meer dan een kwart"
    assert words.against(one, "twee vijfde") == "minder dan twee vijfde"
    near = words.against(one, "een derde")
    assert near == "ongeveer een derde"
    assert near.sources == (one,)
    assert near.evidence is not None
    assert near.evidence.record()["verdict"] == "estimates_only"
    assert near.evidence.record()["difference"] == pytest.approx(100 / 3 - 30.25, abs=0.01)
    doubtful = dataclasses.replace(one, flag="u")
    assert words.against(doubtful, "een kwart") == "ongeveer een kwart"
    hidden = wave(2025, 121, disclosure=N + 1)["lease"]["yes"]
    assert words.against(hidden, "een kwart") == "n.b."


@pytest.mark.parametrize(
    ("x", "base", "expected"),
    [
        (58.8, 10, "ongeveer zes op de tien"),
        (60, 10, "zes op de tien"),
        (61.5, 10, "ongeveer zes op de tien"),
        (61.6, 10, "ruim zes op de tien"),
        (57.5, 10, "bijna zes op de tien"),
        (57.4, 10, "tussen vijf en zes op de tien"),
        (55, 10, "tussen vijf en zes op de tien"),
        (21.4, 5, "ongeveer een op de vijf"),
        (26.3, 4, "ongeveer een op de vier"),
        (12.5, 4, "ruim een op de tien"),
        (10.1, 5, "ongeveer een op de tien"),
        (49.9, 3, "ongeveer vijf op de tien"),
        (4.9, 10, "minder dan een op de tien"),
        (95, 10, "meer dan negen op de tien"),
        (97.5, 10, "bijna alle"),
        (100, 10, "alle"),
        (0, 5, "minder dan een op de tien"),
    ],
)
def test_out_of(x: float, base: int, expected: str) -> None:
    assert words.out_of(x, base) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (32.1, 58.8, "bijna een verdubbeling"),
        (10, 19.6, "een verdubbeling"),
        (10, 20.6, "meer dan een verdubbeling"),
        (10, 28, "bijna een verdrievoudiging"),
        (25, 32, "een stijging met 28%"),
        (25, 26, "nagenoeg geen verandering"),
        (20, 15, "een daling met 25%"),
        (20, 10, "een halvering"),
    ],
)
def test_times_words(before: float, after: float, expected: str) -> None:
    assert words.times_words(before, after) == expected


def test_withheld_reads_not_available() -> None:
    missing = math.nan
    assert words.share_words(missing) == "n.b."
    assert words.against(missing, "een kwart") == "n.b."
    assert words.out_of(missing) == "n.b."
    assert words.times_words(missing, 2) == "n.b."
    assert words.times_words(0, 2) == "n.b."
