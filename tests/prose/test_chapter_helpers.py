"""Helpers that several chapters share: who leads, and whether the evolution is illustrative."""

from __future__ import annotations

import dataclasses

import pytest

from barometer.prose.claims import led_by
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.survey import Survey

SIZES = ["Micro", "Klein", "Middelgroot", "Groot"]


def invented(survey: Survey, *shares: float) -> Estimate:
    """The use of AI with these shares by size class."""

    class Invented(Estimates):
        def estimates(self, by: str | None = None) -> list[Estimate]:
            found = Estimates.estimates(self, by)
            if by != "size":
                return found
            value = dict(zip(SIZES, shares, strict=True))
            return [dataclasses.replace(e, estimate=value[e.domain_value]) for e in found]

    status = survey["ai_use_status"]
    of = Invented(survey, status.id, status.universe)
    return dataclasses.replace(status["use"], of=of)


@pytest.mark.parametrize(
    ("shares", "values", "by", "holds"),
    [
        ((10, 20, 30, 40), ("Groot",), 0, True),
        ((10, 20, 30, 40), ("Middelgroot", "Groot"), 0, True),
        ((10, 20, 30, 40), ("Groot", "Middelgroot"), 0, True),
        ((10, 20, 30, 40), ("Middelgroot",), 0, False),
        ((10, 20, 30, 40), ("Groot", "Klein"), 0, False),
        ((10, 20, 37, 40), ("Groot",), 2.9, True),
        ((10, 20, 37, 40), ("Groot",), 3, False),
        ((10, 20, 37, 40), ("Groot", "Middelgroot"), 3, True),  # between the two it doesn't count
        ((10, 20, 40, 40), ("Groot",), 0, False),  # a tie: not alone at the top
        ((10, float("nan"), 30, 40), ("Groot",), 0, True),
        ((10, 20, 30, float("nan")), ("Groot",), 0, False),  # withheld: nothing is claimed
        ((10, 20, 30, 40), ("Reusachtig",), 0, False),
        ((10, 20, 30, 40), ("Groot", "NACE 58-63"), 0, False),  # of two domains
        ((10, 20, 30, 40), (), 0, False),
        ((10, 20, 30, 40), tuple(SIZES), 0, True),
    ],
)
def test_led_by(
    survey: Survey, shares: tuple[float, ...], values: tuple[str, ...], by: float, holds: bool
) -> None:
    assert led_by([invented(survey, *shares)], *values, by=by) is holds


def test_led_by_holds_for_each(survey: Survey) -> None:
    large, small = invented(survey, 10, 20, 30, 40), invented(survey, 40, 30, 20, 10)
    assert led_by([large, large], "Groot")
    assert not led_by([large, small], "Groot")
    assert not led_by([], "Groot"), "nothing is said of no estimates"
