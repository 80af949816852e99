"""What a sentence may say of a change: one test, and likeness only where it is shown."""

from __future__ import annotations

import dataclasses
import math

import pytest
from scipy import stats

from barometer.prose import trends
from barometer.survey.estimates import Estimate
from tests.helpers import small_survey
from tests.prose.small_waves import N, changed, wave

HOLDS, ONLY, FAILS = "holds", "estimates_only", "fails"


def test_a_change_needs_significance() -> None:
    """30 to 37 % is 2.10 standard errors, to 36 % is 1.81: enough one-sided, not two-sided."""
    up, down, little = changed(120, 148), changed(148, 120), changed(120, 144)
    assert [trends.rose(e).verdict for e in (up, down, little)] == [HOLDS, FAILS, ONLY]
    assert [trends.fell(e).verdict for e in (up, down, little)] == [FAILS, HOLDS, FAILS]
    assert float(trends.was(up)) == pytest.approx(30)
    assert float(trends.growth(up)) == pytest.approx(7)
    assert float(trends.growth(down)) == pytest.approx(-7)
    before = trends.earlier(up)
    assert before is not None
    assert (before.year, before.category) == (2023, "yes")


def test_the_absence_of_a_significant_change_is_not_stability() -> None:
    """A margin of 5 points: shown when |change| + t(0.95) × SE is less; the SE is about 3.3."""
    assert trends.rose(changed(120, 121)).verdict == ONLY
    assert trends.stable(changed(120, 121)).verdict == ONLY
    small = changed(8, 9)
    (test,) = trends.stable(small).comparisons
    assert test.difference + stats.t.ppf(0.95, 2 * N) * test.se < 5
    assert trends.stable(small).verdict == HOLDS
    assert trends.stable(changed(120, 148)).verdict == FAILS


def test_strongly_asks_for_ten_points() -> None:
    assert trends.rose(changed(120, 148), strongly=True).verdict == FAILS
    assert trends.rose(changed(120, 164), strongly=True).verdict == ONLY
    assert trends.rose(changed(100, 200), strongly=True).verdict == HOLDS
    assert trends.fell(changed(200, 100), strongly=True).verdict == HOLDS
    assert trends.fell(changed(148, 120), strongly=True).verdict == FAILS


def test_every_one_of_several_must_have_changed() -> None:
    up, little = changed(120, 148), changed(120, 144)
    assert trends.rose(up, changed(100, 150)).verdict == HOLDS
    assert trends.rose(up, little).verdict == ONLY
    assert trends.rose().verdict == trends.stable().verdict == FAILS


def test_nobody_before_is_no_certainty() -> None:
    """A share of 0 % has no sampling error, yet from 0 to 5 of 400 firms is no change.

    Its exact interval reaches to 0.92 %; as a certainty, 1.25 % would be 2.25 standard errors off.
    """
    nobody = wave(2023, 1)
    nobody.answers = nobody.answers.assign(lease="no")
    assert float(nobody["lease"]["yes"]) == nobody["lease"]["yes"].se == 0
    assert trends.rose(wave(2025, 5, nobody)["lease"]["yes"]).verdict == ONLY
    assert trends.rose(wave(2025, 20, nobody)["lease"]["yes"]).verdict == HOLDS


def test_an_unreliable_change_shows_nothing() -> None:
    up = changed(120, 200)
    assert trends.rose(up).verdict == HOLDS
    assert trends.rose(dataclasses.replace(up, flag="u")).verdict == ONLY
    assert trends.stable(dataclasses.replace(changed(8, 9), flag="u")).verdict == ONLY


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
    assert trends.rose(estimate).verdict == FAILS
    assert trends.fell(estimate).verdict == FAILS
    assert trends.stable(estimate).verdict == FAILS
    assert math.isnan(float(trends.growth(estimate)))
    assert trends.trend(estimate) == "is niet vergelijkbaar"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (120, 148, "steeg"),
        (148, 120, "daalde"),
        (100, 150, "steeg sterk"),
        (150, 100, "daalde sterk"),
        (1, 12, "steeg licht"),
        (12, 1, "daalde licht"),
        (8, 9, "bleef stabiel"),
        (120, 144, "veranderde niet aantoonbaar"),
    ],
)
def test_trend_chooses_the_words(before: int, after: int, said: str) -> None:
    assert trends.trend(changed(before, after)) == said
