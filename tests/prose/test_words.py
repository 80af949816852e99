"""Fractions in words: the thresholds of the docstrings, at and beside each step."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose import words
from barometer.prose.languages import DUTCH
from tests.prose.small_waves import N, wave


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0, "minder dan een tiende"),
        (7.4, "minder dan een tiende"),
        (9.4, "bijna een tiende"),
        (24.9, "ongeveer een kwart"),
        (25, "een kwart"),
        (25.5, "ongeveer een kwart"),
        (26, "ruim een kwart"),
        (28.2, "ruim een kwart"),
        (33.4, "ongeveer een derde"),
        (48.7, "bijna de helft"),
        (49.9, "bijna de helft"),
        (49.96, "de helft"),
        (50, "de helft"),
        (50.04, "de helft"),
        (50.05, "iets meer dan de helft"),
        (52, "iets meer dan de helft"),
        (52.04, "iets meer dan de helft"),
        (53.6, "ruim de helft"),
        (58.8, "bijna drie vijfde"),
        (65, "bijna twee derde"),
        (92.5, "ruim negen tiende"),
        (100, "meer dan negen tiende"),
    ],
)
def test_share_words(x: float, expected: str) -> None:
    assert words.share_words(x) == expected


@given(st.floats(0, 100))
def test_bijna_and_ruim_tell_the_truth(x: float) -> None:
    text = words.share_words(x)
    for name, anchor in DUTCH.fractions.items():
        if text == f"bijna {name}":
            assert x < anchor
        if text in (f"ruim {name}", f"iets meer dan {name}"):
            assert x > anchor


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
        (62.5, 10, "ongeveer zes op de tien"),
        (62.6, 10, "ruim zes op de tien"),
        (57.4, 10, "bijna zes op de tien"),
        (55, 10, "bijna zes op de tien"),
        (54.9, 10, "ruim vijf op de tien"),
        (21.4, 5, "ongeveer een op de vijf"),
        (26.3, 4, "ongeveer een op de vier"),
        (4.9, 10, "minder dan een op de tien"),
        (97, 10, "bijna alle"),
        (100, 10, "alle"),
        (0, 5, "minder dan een op de vijf"),
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
