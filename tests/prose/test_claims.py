"""Rankings and predicates: what a missing value may never do is support a claim."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer import claims


@dataclass(frozen=True)
class Estimate:
    estimate: float
    se: float = 1.0

    def __float__(self) -> float:
        return float(self.estimate)


MISSING = Estimate(math.nan, math.nan)


def test_ranking_leaves_out_the_withheld_and_keeps_ties_in_order():
    a, b, c = Estimate(3), Estimate(5), Estimate(5)
    assert claims.highest([a, MISSING, b, c], 2) == [b, c]
    assert claims.highest([a, b, c])[0] is b
    assert claims.lowest([MISSING, b, a], 5) == [a, b]
    assert claims.above([a, MISSING, b], 3) == [b]
    assert claims.below([b, MISSING, a], b) == [a]
    assert claims.highest([MISSING]) == []


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0, 100))
def test_above_and_below_never_overlap(values, threshold):
    over, under = claims.above(values, threshold), claims.below(values, threshold)
    assert len(over) + len(under) + sum(v == threshold for v in values) == len(values)
    assert over == sorted(over, reverse=True)
    assert under == sorted(under)


def test_are_names_categories_or_domain_values_in_any_order():
    total = Wave({"nlg": (10, 1), "text_mining": (20, 1)})
    estimates = [total["nlg"], total["text_mining"]]
    assert claims.are(estimates, "text_mining", "nlg")
    assert not claims.are(estimates, "nlg")
    large = WaveEstimate(5, 1, "nlg", total, domain="size", domain_value="Groot")
    assert claims.are([large], "Groot")


def test_balance_covers_total_sectors_and_sizes():
    @dataclass(frozen=True)
    class Divided(WaveEstimate):
        def by(self, domain):
            shift = {"sector": 1, "size": 2}[domain]
            return [WaveEstimate(self.estimate + shift, domain=domain, domain_value=domain)]

    assert claims.balance(Divided(5), Divided(3)) == {"Totaal": 2, "sector": 2, "size": 2}


def test_among_is_a_weighted_share_of_the_groups():
    # weights 1, 2, 3, 4; groups hold rows 0-1 and 2: (1*1 + 2*0 + 3*1) / (1 + 2 + 3)
    survey = SimpleNamespace(
        answers=pd.DataFrame({"weight": [1.0, 2, 3, 4]}),
        categories={
            "budget": pd.DataFrame({"up": [1.0, 0, 1, 1]}),
            "phase": pd.DataFrame({"a": [1.0, 1, 0, 0], "b": [0.0, 0, 1, 0], "c": [0.0, 0, 0, 0]}),
        }.__getitem__,
    )
    assert claims.among(survey, "budget.up", "phase.a", "phase.b") == pytest.approx(400 / 6)
    assert claims.among(survey, "budget.up", "phase.a") == pytest.approx(100 / 3)
    assert math.isnan(claims.among(survey, "budget.up", "phase.c"))


def test_monotone():
    assert claims.rising(1, 2, 3)
    assert not claims.rising(1, 1, 2)
    assert claims.falling(3, 2)
    assert not claims.falling(3)


def test_larger_by_a_margin():
    assert claims.larger(10, 4, by=5)
    assert not claims.larger(9, 4, by=5)
    assert claims.smaller(4, 9)
    assert claims.about(10, 12.5)
    assert not claims.about(10, 12.6)


@dataclass(frozen=True)
class Wave:
    """As much of a survey as the comparison with the wave before looks at."""

    values: dict[str, tuple[float, float]]
    previous: "Wave | None" = None

    @property
    def categories(self):
        return list(self.values)

    def asked(self, question):
        return question == "technology_use"

    def __getitem__(self, key):
        if key == "technology_use" or isinstance(key, tuple):
            return self
        value, se = self.values[key]
        return WaveEstimate(value, se, key, self)


@dataclass(frozen=True)
class WaveEstimate(Estimate):
    category: str = ""
    wave: Wave | None = None
    question: str = "technology_use"
    universe: str = "all"
    domain: str = "total"
    domain_value: str = "Totaal"

    @property
    def indicator(self):
        return SimpleNamespace(survey=self.wave)


def change(before, after):
    """The later of two estimates (value, se), with the earlier wave behind it."""
    return Wave({"nlg": after}, Wave({"nlg": before}))["nlg"]


def test_a_change_needs_significance():
    # z = 4 / sqrt(2) = 2.83 and 2 / sqrt(2) = 1.41
    up, down, little = change((30, 1), (34, 1)), change((34, 1), (30, 1)), change((30, 1), (32, 1))
    assert [claims.rose(e) for e in (up, down, little)] == [True, False, False]
    assert [claims.fell(e) for e in (up, down, little)] == [False, True, False]
    assert [claims.stable(e) for e in (up, down, little)] == [False, False, True]
    assert claims.was(up) == 30


def test_a_change_without_sampling_error():
    assert claims.rose(change((0, 0), (1, 0)))
    assert claims.stable(change((1, 0), (1, 0)))


@pytest.mark.parametrize(
    "estimate",
    [
        Wave({"nlg": (10, 1)})["nlg"],  # no earlier wave
        Wave({"nlg": (10, 1)}, Wave({"text_mining": (5, 1)}))["nlg"],  # category is new
        change((math.nan, math.nan), (10, 1)),  # withheld then
        change((10, 1), (math.nan, math.nan)),  # withheld now
    ],
)
def test_no_claim_where_a_wave_has_no_answer(estimate):
    assert not claims.rose(estimate)
    assert not claims.fell(estimate)
    assert not claims.stable(estimate)


def test_was_is_nan_without_an_earlier_wave():
    assert math.isnan(claims.was(Wave({"nlg": (10, 1)})["nlg"]))


def test_spread():
    assert claims.spread([Estimate(3), MISSING, Estimate(10)]) == 7
    assert math.isnan(claims.spread([Estimate(3)]))


@pytest.mark.parametrize(
    "verdict",
    [
        claims.rising(1, math.nan),
        claims.falling(math.nan, 1),
        claims.larger(math.nan, 1),
        claims.smaller(1, math.nan),
        claims.about(math.nan, 1),
        claims.spread([MISSING, Estimate(1)]) > 0,
    ],
)
def test_a_missing_value_supports_nothing(verdict):
    assert not verdict


def test_the_mark_is_an_empty_span():
    assert claims.claim(True)._repr_markdown_() == "[]{.claim-holds}"
    assert claims.claim(1 > 2)._repr_markdown_() == "[]{.claim-broken}"
    assert not claims.claim([]).holds
