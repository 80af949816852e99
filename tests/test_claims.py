"""Rankings and predicates: what a missing value may never do is support a claim."""

import math
from dataclasses import dataclass

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


def test_a_change_needs_significance():
    # z = 4 / sqrt(2) = 2.83 and 2 / sqrt(2) = 1.41
    assert claims.rose(Estimate(30), Estimate(34))
    assert claims.fell(Estimate(34), Estimate(30))
    assert not claims.rose(Estimate(30), Estimate(32))
    assert claims.stable(Estimate(30), Estimate(32))
    assert not claims.stable(Estimate(30), Estimate(34))


def test_a_change_without_sampling_error():
    assert claims.rose(Estimate(0, 0), Estimate(1, 0))
    assert claims.stable(Estimate(1, 0), Estimate(1, 0))


@pytest.mark.parametrize("predicate", [claims.rose, claims.fell, claims.stable])
@pytest.mark.parametrize("missing", [None, MISSING])
def test_no_claim_on_a_wave_that_did_not_ask(predicate, missing):
    assert not predicate(missing, Estimate(10))
    assert not predicate(Estimate(10), missing)


@pytest.mark.parametrize(
    "verdict",
    [
        claims.rising(1, math.nan),
        claims.falling(math.nan, 1),
        claims.larger(math.nan, 1),
        claims.smaller(1, math.nan),
        claims.about(math.nan, 1),
    ],
)
def test_a_missing_value_supports_nothing(verdict):
    assert not verdict


def test_the_mark_is_an_empty_span():
    assert claims.claim(True)._repr_markdown_() == "[]{.claim-holds}"
    assert claims.claim(1 > 2)._repr_markdown_() == "[]{.claim-broken}"
    assert not claims.claim([]).holds
