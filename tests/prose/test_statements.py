"""Statements: what is true of the estimates, what the data carry, and what a missing value may
never do, which is support a claim."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from barometer.errors import BarometerError
from barometer.prose import statements as say
from barometer.prose.names import join
from barometer.prose.numbers import pct, points
from barometer.prose.statements import Comparison, Statement
from barometer.prose.text import Text
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.register import PROVENANCE
from tests.prose.small_waves import N, several, wave

HOLDS, ONLY, FAILS = "holds", "estimates_only", "fails"


@pytest.fixture(scope="module")
def one() -> Estimate:
    return wave(2025, 120)["lease"]["yes"]


@pytest.fixture(scope="module")
def missing() -> Estimate:
    """A withheld estimate."""
    hidden = wave(2025, 120, disclosure=N + 1)["lease"]["yes"]
    assert (hidden.flag, math.isnan(float(hidden))) == ("c", True)
    return hidden


# --- verdicts -----------------------------------------------------------------------------------


def test_a_difference_holds_when_it_is_significant() -> None:
    """A paired test by hand: of two answers of the same firms the difference d_i is −1, 0 or 1."""
    high, low = several(200, 150)
    y = [e.of.survey.categories(e.question)[e.category].to_numpy() for e in (high, low)]
    d = y[0] - y[1]
    se = 100 * d.std(ddof=1) / math.sqrt(N) * math.sqrt(1 - N / 1_000_000)
    (test,) = say.larger(high, low).comparisons
    assert test.difference == pytest.approx(12.5)
    assert test.se == pytest.approx(se)
    assert test.p_value == pytest.approx(2 * stats.t.sf(12.5 / se, N - 1))
    assert (test.n, test.shown) == (N, True)
    assert say.larger(high, low).verdict == HOLDS
    assert say.smaller(low, high).verdict == HOLDS
    assert say.larger(low, high).verdict == FAILS


def test_a_difference_that_chance_may_explain_holds_of_the_estimates_only() -> None:
    high, low = several(162, 150)
    assert say.larger(high, low).verdict == ONLY
    assert say.larger(low, high).verdict == FAILS


def test_the_level_is_that_of_the_wave(one: Estimate) -> None:
    """30 % against 27 %: p = 0.19."""
    survey = one.of.survey
    assert say.larger(one, 27).verdict == ONLY
    meta = survey.meta.model_copy(
        update={"changes": survey.meta.changes.model_copy(update={"level": 20.0})}
    )
    lax = dataclasses.replace(survey, _wave=dataclasses.replace(survey._wave, meta=meta))
    assert say.larger(lax["lease"]["yes"], 27).verdict == HOLDS


@pytest.mark.parametrize(
    ("threshold", "verdict"), [(25, HOLDS), (29, ONLY), (30, FAILS), (40, FAILS)]
)
def test_an_estimate_against_a_number_is_tested(
    one: Estimate, threshold: float, verdict: str
) -> None:
    assert say.larger(one, threshold).verdict == verdict
    assert say.smaller(threshold, one).verdict == verdict


def test_by_a_margin_the_margin_is_tested() -> None:
    high, low = several(200, 150)
    assert say.larger(high, low, by=2).verdict == HOLDS
    assert say.larger(high, low, by=11).verdict == ONLY
    assert say.larger(high, low, by=13).verdict == FAILS
    (test,) = say.larger(high, low, by=2).comparisons
    assert test.difference == pytest.approx(12.5)


def test_what_is_unreliable_shows_nothing(one: Estimate) -> None:
    unreliable = dataclasses.replace(one, flag="u")
    assert say.larger(one, 10).verdict == HOLDS
    assert say.larger(unreliable, 10).verdict == ONLY
    assert say.larger(unreliable, 40).verdict == FAILS


def test_where_every_firm_answered_the_difference_shows_itself(one: Estimate) -> None:
    known = dataclasses.replace(one, se=0.0, se_tested=0.0)
    assert say.larger(known, 29.9).verdict == HOLDS
    assert say.larger(known, 30).verdict == FAILS


def test_numbers_alone_compare_nothing() -> None:
    assert say.larger(10, 4, by=5) == Statement(True)
    assert say.larger(9, 4, by=5) == Statement(False)
    assert say.smaller(4, 4) == Statement(False)
    assert say.about(10, 12.5) == Statement(True)
    assert say.about(10, 12.6) == Statement(False)


def test_nobody_is_no_certainty() -> None:
    """None of 400: the exact interval reaches to 0.92 %, so 0.5 % isn't shown to lie above."""
    (few, _) = several(1, 200)
    few.of.survey.answers["a"] = "no"
    few.of.survey._categories.clear()
    few.of.survey._shares.clear()
    few.of.survey.kept_estimates.clear()
    nobody = few.of["yes"]
    assert float(nobody) == nobody.se == 0
    assert say.smaller(nobody, 0.5).verdict == ONLY
    assert say.smaller(nobody, 1.5).verdict == HOLDS


# --- likeness -----------------------------------------------------------------------------------


def test_likeness_must_be_shown() -> None:
    """Two one-sided tests: |difference| + t(0.95) × SE within the margin."""
    alike, other = several(150, 151)
    (test,) = say.about(alike, other, within=6).comparisons
    bound = abs(test.difference) + stats.t.ppf(0.95, N - 1) * test.se
    assert say.about(alike, other, within=bound + 0.01).verdict == HOLDS
    assert say.about(alike, other, within=bound - 0.01).verdict == ONLY
    assert say.about(alike, other, within=0.2).verdict == FAILS
    assert test.p_value == pytest.approx(stats.t.sf((6 - abs(test.difference)) / test.se, N - 1))


def test_beside_a_number_likeness_describes(one: Estimate) -> None:
    assert say.about(one, 31, within=2) == Statement(True)
    assert say.about(one, 33, within=2) == Statement(False)


# --- several ------------------------------------------------------------------------------------


def test_all_of_several_holds_when_each_does() -> None:
    a, b, c = several(250, 150, 140)
    assert say.rising(c, a).verdict == HOLDS
    assert say.rising(c, b, a).verdict == ONLY
    assert say.rising(b, c, a).verdict == FAILS
    assert say.falling(a, b).verdict == HOLDS
    assert say.falling(a, b, c).verdict == ONLY
    assert (say.larger(a, b) & say.larger(b, c)).verdict == ONLY
    assert (say.larger(a, b) & say.larger(c, b)).verdict == FAILS
    assert say.every(say.larger(a, e) for e in (b, c)).verdict == HOLDS
    assert len(say.every(say.larger(a, b), say.larger(a, c)).comparisons) == 2


def test_nothing_at_all_fails() -> None:
    assert say.every().verdict == FAILS
    assert say.every([]).verdict == FAILS
    assert say.rising(1).verdict == FAILS
    assert say.falling().verdict == FAILS
    assert say.rising(1, 1, 2).verdict == FAILS
    assert say.rising(1, 2, 3).verdict == HOLDS


@given(st.lists(st.sampled_from([HOLDS, ONLY, FAILS]), min_size=1, max_size=6))
def test_several_are_as_strong_as_the_weakest(verdicts: list[str]) -> None:
    def made(verdict: str) -> Statement:
        return Statement(verdict != FAILS, (Comparison(1, 1, 0.3, 9, verdict == HOLDS),))

    weakest = max(verdicts, key=[HOLDS, ONLY, FAILS].index)
    assert say.every(made(v) for v in verdicts).verdict == weakest


def test_the_weakest_comparison_is_the_one_reported() -> None:
    a, b, c = several(250, 150, 140)
    record = (say.larger(a, b) & say.larger(b, c)).record()
    assert record["difference"] == pytest.approx(2.5, abs=0.01)
    assert record["p"] == pytest.approx(say.larger(b, c).comparisons[0].p_value, rel=1e-2)
    assert [test["significant"] for test in record["comparisons"]] == [True, False]
    assert say.fact(True).record()["p"] is None


def test_unproven_says_that_a_test_shows_nothing() -> None:
    a, b, c = several(250, 150, 140)
    assert say.unproven(say.larger(a, b)).verdict == FAILS
    assert say.unproven(say.larger(b, c)).verdict == HOLDS
    assert say.unproven(say.larger(c, b)).verdict == HOLDS
    assert len(say.unproven(say.larger(b, c)).comparisons) == 1


@given(st.integers(130, 170), st.integers(130, 170))
@settings(max_examples=15, deadline=None)
def test_contradicted_is_what_the_data_show_the_opposite_of(one: int, other: int) -> None:
    a, b = several(one, other)
    opposite = say.larger(b, a).verdict == HOLDS
    assert say.larger(a, b).contradicted == say.smaller(b, a).contradicted == opposite
    assert say.unproven(say.larger(a, b)).contradicted == (say.larger(a, b).verdict == HOLDS)


def test_of_what_is_contradicted_the_comparison_that_does_so_is_told() -> None:
    """With its estimates, in the order they are compared: also where others are less certain."""
    high, low, lower = several(200, 150, 145)
    said = say.every(say.larger(low, lower), say.larger(low, high), say.larger(lower, low))
    assert said.contradicted
    assert said.estimates == (low, high)
    assert say.larger(low, lower).estimates == (low, lower)
    record = say.claim(said)._repr_mimebundle_()[PROVENANCE]
    assert record["contradicted"]
    assert [source["question"] for source in record["sources"]] == ["b", "a"]
    assert record["difference"] == -12.5


def test_only_a_test_contradicts(one: Estimate, missing: Estimate) -> None:
    high, low = several(200, 150)
    assert say.about(high, low, within=5).contradicted
    assert not say.about(high, low, within=12).contradicted, "chance may explain half a point"
    assert say.larger(high, low, by=20).contradicted
    assert not say.larger(high, low, by=13).contradicted
    assert not say.larger(missing, 50).contradicted
    assert not say.fact(False).contradicted
    unreliable = dataclasses.replace(one, flag="u")
    assert say.larger(one, 60).contradicted
    assert not say.larger(unreliable, 60).contradicted


def test_nothing_is_unproven_of_what_was_not_compared(missing: Estimate) -> None:
    """No test was done, so none was without result."""
    for statement in (say.larger(missing, 10), say.fact(False), say.larger(1, 2), say.every()):
        assert say.unproven(statement).verdict == FAILS


# --- missing values -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state",
    [
        say.rising,
        say.falling,
        say.larger,
        say.smaller,
        say.about,
        lambda a, b: say.larger(say.spread([a, b]), 0),
    ],
)
def test_a_missing_value_supports_nothing(
    one: Estimate, missing: Estimate, state: Callable[[Estimate, Estimate], Statement]
) -> None:
    assert state(one, missing).verdict == FAILS
    assert state(missing, one).verdict == FAILS


def test_spread_is_an_estimate_of_the_reliable(one: Estimate, missing: Estimate) -> None:
    a, b, c = several(250, 150, 140)
    assert float(say.spread([b, a, c])) == pytest.approx(float(a) - float(c))
    assert float(say.spread([b, a, dataclasses.replace(c, flag="u")])) == pytest.approx(25)
    assert math.isnan(float(say.spread([one, missing])))


# --- in the text --------------------------------------------------------------------------------


def test_the_mark_of_a_claim_is_an_empty_span_with_its_verdict(one: Estimate) -> None:
    marks = [
        say.claim(say.larger(one, x))._repr_mimebundle_()["text/markdown"] for x in (10, 29, 50)
    ]
    assert marks == ["[]{.claim-holds}", "[]{.claim-estimates-only}", "[]{.claim-fails}"]


def test_a_bare_truth_value_is_refused() -> None:
    with pytest.raises(BarometerError, match="found True; expected a statement"):
        say.claim(True)  # type: ignore[arg-type]
    assert say.claim(say.fact(1 > 2)).statement.verdict == FAILS


def test_python_may_not_make_a_truth_value_of_a_statement(one: Estimate) -> None:
    """`all`, `and` and `not` would lose what was compared."""
    with pytest.raises(BarometerError, match="it has three verdicts"):
        all(say.larger(e, 10) for e in (one, one))
    with pytest.raises(BarometerError, match="it has three verdicts"):
        say.claim(not say.larger(one, 10))  # type: ignore[arg-type]


def test_words_follow_the_verdict(one: Estimate) -> None:
    def word(threshold: float) -> str:
        return say.wording(say.larger(one, threshold), "meer", "wellicht meer", "niet meer")

    assert [word(x) for x in (10, 29, 50)] == ["meer", "wellicht meer", "niet meer"]
    said = say.wording(say.larger(one, 29), "meer", "wellicht meer")._repr_mimebundle_()
    (record,) = [value for key, value in said.items() if "provenance" in key]
    assert (record["kind"], record["verdict"]) == ("wording", ONLY)


def test_without_words_for_what_fails_it_is_a_claim(one: Estimate) -> None:
    """A wave with other answers still has its edition, and a list of what to rewrite."""
    found = say.wording(say.larger(one, 50), "meer", "wellicht meer")
    assert (found, found.kind) == ("wellicht meer", "claim")
    assert found.evidence is not None
    assert found.evidence.record()["verdict"] == FAILS
    assert say.wording(say.larger(one, 29), "meer", "wellicht meer").kind == "wording"


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda e: say.fact(e), "found a Estimate; expected true or false"),
        (lambda e: say.larger(e, cast(Any, "50")), "found a str in a comparison"),
        (lambda e: say.larger(cast(Any, [e, e]), 3), "Spread a list"),
        (lambda e: e > 50, r"expected larger\(a, b\)"),
        (lambda e: say.larger(e, 10) | say.larger(e, 20), "expected `&`"),
        (lambda e: pct(e - e), r"in percentage points: points\("),
    ],
)
def test_usual_mistakes_say_what_to_do(
    one: Estimate, mistake: Callable[[Estimate], object], said: str
) -> None:
    with pytest.raises(BarometerError, match=said):
        mistake(one)


def test_joined_texts_keep_what_each_states(one: Estimate) -> None:
    def word(threshold: float) -> Text:
        return say.wording(say.larger(one, threshold), "meer", "wellicht", "minder")

    for text in (word(10) + " en " + word(29), join([word(10), word(29)])):
        assert text == "meer en wellicht"
        assert text.evidence is not None
        record = text.evidence.record()
        assert record["verdict"] == ONLY
        assert len(record["comparisons"]) == 2
    assert points(say.spread(several(250, 150))) == "25,0 procentpunt"


def test_what_the_data_chose_stays_chosen() -> None:
    a, b, c = several(250, 150, 140)
    apart = say.spread([a, b, c])
    assert isinstance(apart, Combination)
    (once,) = say.larger(apart, 20).comparisons
    (half,) = say.larger(apart / 2, 10).comparisons
    assert once.p_value == pytest.approx(half.p_value)
    assert once.p_value == pytest.approx(3 * say.larger(a - c, 20).comparisons[0].p_value)
