"""Numbers, dates and periods in Dutch."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose import numbers
from barometer.survey.accounting import Fact
from barometer.survey.estimates import Estimate
from tests.prose.small_waves import wave


@pytest.mark.parametrize(
    ("x", "decimals", "expected"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-2.5, 0, "-3"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (0.1 + 0.2, 1, "0.3"),
        (58.85, 1, "58.9"),
        (58.849, 1, "58.8"),
        (0.15 + 0.1, 1, "0.3"),
        (-0.04, 1, "0.0"),
        (0, 1, "0.0"),
        (100, 1, "100.0"),
        (1e20, 0, "100000000000000000000"),
    ],
)
def test_half_goes_away_from_zero_on_the_decimal_value(
    x: float, decimals: int, expected: str
) -> None:
    assert str(numbers.round_half_up(x, decimals)) == expected


def test_noise_of_binary_arithmetic_does_not_decide_a_tie() -> None:
    assert numbers.round_half_up(100 * (1 - 0.4115), 1) == Decimal("58.9")
    assert numbers.round_half_up(12.35 - 1e-12, 1) == Decimal("12.4")


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_rounding_is_odd_near_and_repeatable(x: float, decimals: int) -> None:
    rounded = numbers.round_half_up(x, decimals)
    assert numbers.round_half_up(-x, decimals) == -rounded
    assert abs(float(rounded) - x) <= 0.5 * 10**-decimals + 1e-6
    assert numbers.round_half_up(float(rounded), decimals) == rounded


def test_numbers() -> None:
    assert numbers.num(2915) == "2.915"
    assert numbers.num(37839.5) == "37.840"
    assert numbers.num(1234567.891, 2) == "1.234.567,89"
    assert numbers.num(-1234.5, 1) == "−1.234,5"
    assert numbers.num(-0.01, 1) == "0,0"
    assert numbers.num(0) == "0"


def test_percentages() -> None:
    assert numbers.pct(58.8) == "58,8%"
    assert numbers.pct(0) == "0,0%"
    assert numbers.pct(100) == "100,0%"
    assert numbers.pct(16.04, 0) == "16%"
    assert numbers.pct(-1.25) == "−1,3%"


@pytest.mark.parametrize("write", [numbers.num, numbers.pct])
@pytest.mark.parametrize("x", [math.nan, math.inf])
def test_withheld_reads_not_available(write: Callable[[float], str], x: float) -> None:
    assert write(x) == "n.b."


def sure(estimate: float, low: float, high: float, flag: str = "") -> Estimate:
    """An estimate with this interval."""
    one = wave(2025, 121)["lease"]["yes"]
    return replace(one, estimate=estimate, ci_low=low, ci_high=high, flag=flag)


@pytest.mark.parametrize(
    ("estimate", "decimals", "expected"),
    [
        (sure(58.76, 56.52, 60.96), 1, "58,8% (±\xa02,2)"),
        (sure(58.76, 56.52, 60.96), 0, "59% (±\xa02)"),
        (sure(12.0, 11.1, 13.1), 1, "12,0% (±\xa01,0)"),  # arms of 0.9 and 1.1
        (sure(12.0, 11.1, 13.2), 1, "12,0% (11,1 tot 13,2%)"),
        (sure(12.0, 10.9, 13.1), 1, "12,0% (±\xa01,1)"),
        (sure(12.0, 10.8, 12.9), 1, "12,0% (10,8 tot 12,9%)"),
        (sure(1.2, 0.64, 2.3), 1, "1,2% (0,6 tot 2,3%)"),
        (sure(33.4, 20.1, 49.6, "u"), 1, "33,4%° (20,1 tot 49,6%)"),
        (sure(33.4, 18.4, 48.4, "u"), 1, "33,4%° (±\xa015,0)"),
        (sure(0.2, 0.1, 0.4), 1, "0,2% (0,1 tot 0,4%)"),  # not down to nobody
        (sure(0, 0, 0.1), 1, "0,0% (0,0 tot 0,1%)"),
        (sure(100, 99.9, 100), 1, "100,0% (99,9 tot 100,0%)"),
        (sure(math.nan, math.nan, math.nan, "c"), 1, "n.b."),
    ],
)
def test_a_margin_stands_behind_the_percentage(
    estimate: Estimate, decimals: int, expected: str
) -> None:
    said = numbers.pct(estimate, decimals, margin=True)
    assert said == expected
    assert said.sources == (estimate,)
    assert numbers.pct(estimate, decimals) == expected.partition(" ")[0]


def read(text: str) -> float:
    return float(text.replace(",", "."))


@given(st.floats(0, 100), st.floats(0, 30), st.floats(0, 30))
def test_a_margin_never_misstates_the_interval(estimate: float, below: float, above: float) -> None:
    """What a reader works out differs from either end by no more than rounding and half 0.2."""
    low, high = max(0.0, estimate - below), min(100.0, estimate + above)
    said = numbers.pct(sure(estimate, low, high), margin=True)
    if found := re.fullmatch(r"(\S+)% \(±\xa0(\S+)\)", said):
        middle, half = (read(part) for part in found.groups())
        ends, slack = (middle - half, middle + half), 0.1 + 3 * 0.05
        assert min(ends[0], 100 - ends[1]) > 0
    else:
        found = re.fullmatch(r"\S+% \((\S+) tot (\S+)%\)", said)
        assert found
        ends, slack = (read(found[1]), read(found[2])), 0.05
    assert ends == pytest.approx((low, high), abs=slack + 1e-6)


def test_only_an_estimate_has_a_margin() -> None:
    one = wave(2025, 121)["lease"]
    with pytest.raises(BarometerError, match=r"a margin asked of 58,8, which is no estimate"):
        numbers.pct(58.8, margin=True)
    with pytest.raises(BarometerError, match="difference between percentages"):
        numbers.pct(one["yes"] - one["no"], margin=True)
    assert numbers.pct((one["yes"] + one["no"]) / 2, margin=True).startswith("50,0% (")


def test_dates_and_periods() -> None:
    assert numbers.date(datetime.date(2025, 6, 1)) == "1 juni 2025"
    assert numbers.date("2024-08-01") == "1 augustus 2024"
    assert numbers.period("2025-06-01", "2025-09-30") == "juni tot en met september 2025"
    assert numbers.period("2022-11-15", "2023-02-01") == "november 2022 tot en met februari 2023"
    assert numbers.period("2025-06-01", "2025-06-30") == "juni 2025"


def test_number_words() -> None:
    assert numbers.number_word(8) == "acht"
    assert numbers.number_word(21) == "21"
    assert numbers.number_word(1200) == "1.200"


def test_a_count_in_letters_is_known_as_that_count() -> None:
    """Also one of the response accounting, which is a float in Python."""
    count = Fact(3, "reminders", 2025)
    assert numbers.number_word(count) == "drie"
    assert numbers.number_word(count).sources == (count,)
    assert numbers.number_word(3).sources == ()


def test_ordinals_and_p_values() -> None:
    assert numbers.ordinal_word(4) == "vierde"
    assert numbers.ordinal_word(13) == "13de"
    assert numbers.ordinal_word(21) == "21ste"
    assert numbers.p_value(0.0234) == "p\xa0=\xa00,023"
    assert numbers.p_value(0.0004) == "p\xa0<\xa00,001"
    assert numbers.p_value(0.0005) == "p\xa0=\xa00,001"
    assert numbers.p_value(1) == "p\xa0=\xa01,000"
    assert numbers.p_value(math.nan) == "p\xa0=\xa0n.b."
