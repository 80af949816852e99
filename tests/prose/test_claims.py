"""Rankings and predicates: what a missing value may never do is support a claim."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.prose import claims
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey
from tests.helpers import small_survey

#: Answers of 400 firms: the standard error of a share is about 2.4 points.
N = 400


def wave(year: int, yes: int, *earlier: Survey, disclosure: int = 0) -> Survey:
    return small_survey(
        year, {"lease": ["yes"] * yes + ["no"] * (N - yes)}, earlier, disclosure=disclosure
    )


def changed(before: int, after: int) -> Estimate:
    """The share of yes among 400 firms in 2025, with the wave of 2023 behind it."""
    return wave(2025, after, wave(2023, before))["lease"]["yes"]


@pytest.fixture(scope="module")
def one() -> Estimate:
    return wave(2025, 120)["lease"]["yes"]


@pytest.fixture(scope="module")
def missing(one: Estimate) -> Estimate:
    """A withheld estimate."""
    hidden = wave(2025, 120, disclosure=N + 1)["lease"]["yes"]
    assert (hidden.flag, math.isnan(float(hidden))) == ("c", True)
    return hidden


def test_ranking_leaves_out_the_withheld_and_keeps_ties_in_order(
    one: Estimate, missing: Estimate
) -> None:
    a, b, c = (dataclasses.replace(one, estimate=float(x), n=i) for i, x in enumerate((3, 5, 5)))
    assert [e.n for e in claims.highest([a, missing, b, c], 2)] == [b.n, c.n]
    assert claims.highest([a, b, c])[0] is b
    assert claims.lowest([missing, b, a], 5) == [a, b]
    assert claims.above([a, missing, b], 3) == [b]
    assert claims.above([a, b, c], a) == [b, c]
    assert claims.highest([missing]) == []


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0, 100))
def test_above_gives_all_of_them_from_high_to_low(values: list[float], threshold: float) -> None:
    over = claims.above(values, threshold)
    assert over == sorted((v for v in values if v > threshold), reverse=True)


def test_are_names_categories_or_domain_values_in_any_order(one: Estimate) -> None:
    both = list(one.of)
    assert claims.are(both, "no", "yes")
    assert not claims.are(both, "yes")
    assert not claims.are(both, "yes", "no", "perhaps")
    assert claims.are(one.by("region"), "hier")


def test_monotone() -> None:
    assert claims.rising(1, 2, 3)
    assert not claims.rising(1, 1, 2)
    assert claims.falling(3, 2)
    assert not claims.falling(3, 2, 2)
    assert not claims.falling(3)
    assert not claims.rising()


def test_larger_by_a_margin() -> None:
    assert claims.larger(10, 4, by=5)
    assert not claims.larger(9, 4, by=5)
    assert claims.smaller(4, 9)
    assert not claims.smaller(4, 4)
    assert claims.about(10, 12.5)
    assert not claims.about(10, 12.6)


def test_a_change_needs_significance() -> None:
    """30 to 37 % is 2.10 standard errors, to 36 % is 1.81: enough one-sided, not two-sided."""
    up, down, little = changed(120, 148), changed(148, 120), changed(120, 144)
    assert [claims.rose(e) for e in (up, down, little)] == [True, False, False]
    assert [claims.fell(e) for e in (up, down, little)] == [False, True, False]
    assert [claims.stable(e) for e in (up, down, little)] == [False, False, True]
    assert claims.was(up) == pytest.approx(30)
    assert claims.growth(up) == pytest.approx(7)
    assert claims.growth(down) == pytest.approx(-7)
    before = claims.earlier(up)
    assert before is not None
    assert (before.year, before.category) == (2023, "yes")


def test_every_one_of_several_must_have_changed() -> None:
    up, little = changed(120, 148), changed(120, 144)
    assert claims.rose(up, changed(100, 150))
    assert not claims.rose(up, little)
    assert not claims.stable(up, little)
    assert not claims.rose()
    assert not claims.stable()


def test_nobody_before_is_no_certainty() -> None:
    """A share of 0 % has no sampling error, yet from 0 to 5 of 400 firms is no change.

    Its exact interval reaches to 0.92 %; as a certainty, 1.25 % would be 2.25 standard errors off.
    """
    nobody = wave(2023, 1)
    nobody.answers = nobody.answers.assign(lease="no")
    assert float(nobody["lease"]["yes"]) == nobody["lease"]["yes"].se == 0
    assert claims.stable(wave(2025, 5, nobody)["lease"]["yes"])
    assert claims.rose(wave(2025, 20, nobody)["lease"]["yes"])


def test_an_unreliable_change_supports_nothing() -> None:
    up = changed(120, 200)
    assert claims.rose(up)
    unreliable = dataclasses.replace(up, flag="u")
    assert not claims.rose(unreliable)
    assert not claims.stable(unreliable)


def without_answer() -> dict[str, Estimate]:
    now = wave(2025, 148)["lease"]["yes"]
    other = small_survey(2023, {"rack": ["yes", "no"] * 200})
    category = small_survey(2023, {"lease": ["no", "never"] * 200})
    return {
        "no earlier wave": now,
        "not asked then": wave(2025, 148, other)["lease"]["yes"],
        "a new category": wave(2025, 148, category)["lease"]["yes"],
        "withheld then": wave(2025, 148, wave(2023, 100, disclosure=N + 1))["lease"]["yes"],
        "withheld now": wave(2025, 148, wave(2023, 100), disclosure=N + 1)["lease"]["yes"],
    }


@pytest.mark.parametrize("case", list(without_answer()))
def test_no_claim_where_a_wave_has_no_answer(case: str) -> None:
    estimate = without_answer()[case]
    assert not claims.rose(estimate)
    assert not claims.fell(estimate)
    assert not claims.stable(estimate)
    assert math.isnan(claims.growth(estimate))


def test_spread(one: Estimate, missing: Estimate) -> None:
    assert claims.spread([3, missing, 10]) == 7
    assert math.isnan(claims.spread([one, missing]))


def test_a_missing_value_supports_nothing(one: Estimate, missing: Estimate) -> None:
    assert not claims.rising(one, missing)
    assert not claims.falling(missing, one)
    assert not claims.larger(missing, one)
    assert not claims.smaller(one, missing)
    assert not claims.about(missing, one)
    assert not claims.spread([missing, one]) > 0


def test_the_mark_is_an_empty_span() -> None:
    assert claims.claim(True)._repr_markdown_() == "[]{.claim-holds}"
    assert claims.claim(1 > 2)._repr_markdown_() == "[]{.claim-broken}"
    assert not claims.claim([]).holds
