"""Helpers that several chapters share: who leads, and whether the evolution is illustrative."""

from __future__ import annotations

import dataclasses

import pytest

from barometer.prose.facts import illustrative
from barometer.prose.ranking import highest, led_by
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.survey import Survey
from tests.survey.cases import with_meta

SIZES = ["Micro", "Klein", "Middelgroot", "Groot"]
HOLDS, ONLY, FAILS = "holds", "estimates_only", "fails"


def invented(survey: Survey, *shares: float, flagged: str = "") -> Estimate:
    """The use of AI with these shares by size class; its precision stays that of the wave."""

    class Invented(Estimates):
        def estimates(self, by: str | None = None) -> list[Estimate]:
            found = Estimates.estimates(self, by)
            if by != "size":
                return found
            value = dict(zip(SIZES, shares, strict=True))
            return [
                dataclasses.replace(
                    e,
                    estimate=value[e.domain_value],
                    flag="u" if e.domain_value == flagged else e.flag,
                )
                for e in found
            ]

    status = survey["ai_use_status"]
    of = Invented(survey, status.id, status.universe)
    return dataclasses.replace(status["use"], of=of)


@pytest.mark.parametrize(
    ("shares", "values", "by", "verdict"),
    [
        ((10, 20, 30, 40), ("Groot",), 0, HOLDS),
        ((10, 20, 30, 40), ("Middelgroot", "Groot"), 0, HOLDS),
        ((10, 20, 30, 40), ("Groot", "Middelgroot"), 0, HOLDS),
        ((10, 20, 30, 40), ("Middelgroot",), 0, FAILS),
        ((10, 20, 30, 40), ("Groot", "Klein"), 0, FAILS),
        ((10, 20, 37, 40), ("Groot",), 2.9, ONLY),
        ((10, 20, 37, 40), ("Groot",), 3, FAILS),
        ((10, 20, 37, 40), ("Groot", "Middelgroot"), 3, HOLDS),  # between the two it doesn't count
        ((10, 20, 40, 40), ("Groot",), 0, FAILS),  # a tie: not alone at the top
        ((10, float("nan"), 30, 40), ("Groot",), 0, HOLDS),
        ((10, 20, 30, float("nan")), ("Groot",), 0, FAILS),  # withheld: nothing is claimed
        ((10, 20, 30, 40), ("Reusachtig",), 0, FAILS),
        ((10, 20, 30, 40), ("Groot", "NACE 58-63"), 0, FAILS),  # of two domains
        ((10, 20, 30, 40), (), 0, FAILS),
        ((10, 20, 30, 40), tuple(SIZES), 0, HOLDS),
    ],
)
def test_led_by(
    survey: Survey, shares: tuple[float, ...], values: tuple[str, ...], by: float, verdict: str
) -> None:
    """The precision is that of the wave, in which all sizes differ significantly."""
    assert led_by([invented(survey, *shares)], *values, by=by).verdict == verdict


def test_led_by_holds_for_each(survey: Survey) -> None:
    large, small = invented(survey, 10, 20, 30, 40), invented(survey, 40, 30, 20, 10)
    assert led_by([large, large], "Groot").verdict == HOLDS
    assert len(led_by([large, large], "Groot").comparisons) == 2 * 3
    assert led_by([large, small], "Groot").verdict == FAILS
    assert led_by([], "Groot").verdict == FAILS, "nothing is said of no estimates"


def test_the_unreliable_do_not_lead(survey: Survey) -> None:
    """The next takes the place of a flagged one, but nobody can tell which of them is first."""
    doubtful = invented(survey, 10, 20, 30, 40, flagged="Groot")
    assert led_by([doubtful], "Groot").verdict == FAILS
    assert led_by([doubtful], "Middelgroot").verdict == ONLY
    assert [c.shown for c in led_by([doubtful], "Middelgroot").comparisons].count(False) == 1
    low = invented(survey, 10, 20, 30, 40, flagged="Micro")
    assert led_by([low], "Groot").verdict == HOLDS
    assert len(led_by([low], "Groot").comparisons) == 2


def test_a_lead_that_chance_may_explain_holds_of_the_estimates_only(survey: Survey) -> None:
    """By sector the first place is not always significant, by size it is."""
    tech = list(survey["technology_use"])
    sectors = {e.category: highest(e.by("sector")) for e in tech}
    first = {name: top[0].domain_value for name, top in sectors.items()}
    tied = [e for e in tech if sectors[e.category].tied]
    alone = [e for e in tech if not sectors[e.category].tied]
    assert tied
    assert alone
    for e in tied:
        assert led_by([e], first[e.category]).verdict == ONLY
    for e in alone:
        assert led_by([e], first[e.category]).verdict == HOLDS
    # of several the weakest decides
    leader = first[alone[0].category]
    same = [e for e in tied if first[e.category] == leader]
    assert led_by([alone[0], *same], leader).verdict == (ONLY if same else HOLDS) == ONLY


def test_an_evolution_is_illustrative_when_any_of_its_waves_is(survey: Survey) -> None:
    assert {year: w.meta.illustrative for year, w in survey.history().items()}[2025] is False
    assert illustrative(survey) is any(w.meta.illustrative for w in survey.history().values())
    alone = with_meta(survey)
    alone._earlier = {}
    assert illustrative(alone) is False
    assert illustrative(with_meta(alone, illustrative=True)) is True
