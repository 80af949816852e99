"""A share over several size classes: exact, with the precision of the firms it is about."""

from __future__ import annotations

import math

import pytest

from barometer.errors import BarometerError
from barometer.survey.pooled import pooled
from barometer.survey.survey import Survey
from tests.survey.cases import with_thresholds
from weighting import shares

FROM_TEN = ["Klein", "Middelgroot", "Groot"]


@pytest.mark.parametrize("values", [FROM_TEN, ["Groot", "Micro"]])
def test_it_is_the_share_among_those_firms(survey: Survey, values: list[str]) -> None:
    """As estimated at once, of the respondents of all these classes."""
    found = pooled(survey["ai_use_status"]["use"], values)
    inside = survey.answers["size"].isin(values).to_numpy()
    y = survey.categories("ai_use_status")["use"].to_numpy()[:, None]
    at_once = shares(survey.design, y, inside[:, None])
    assert float(found) == pytest.approx(float(at_once.estimate[0, 0]), abs=1e-9)
    assert found.se == pytest.approx(float(at_once.se[0, 0]), abs=1e-9)
    assert found.n == inside.sum()


def test_all_values_together_are_the_total(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    found = pooled(use, survey.meta.values("size"))
    assert float(found) == pytest.approx(float(use), abs=1e-9)
    assert found.n == use.n
    by_sector = pooled(use, survey.meta.values("sector"))
    assert float(by_sector) == pytest.approx(float(use), abs=1e-9)


def test_of_one_value_it_is_that_of_the_register(survey: Survey) -> None:
    """With its own exact interval."""
    use = survey["ai_use_status"]["use"]
    assert pooled(use, ["Groot"]) == use.at("Groot")


def test_it_is_withheld_with_a_part(survey: Survey) -> None:
    few = with_thresholds(survey, disclosure=500)  # fewer large firms than that answered
    found = pooled(few["ai_use_status"]["use"], FROM_TEN)
    assert found.flag == "c"
    assert math.isnan(float(found))


def test_what_cannot_be_pooled_is_refused(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    with pytest.raises(BarometerError, match="expected a question asked of everyone"):
        pooled(next(iter(survey["source"])), FROM_TEN)
    with pytest.raises(BarometerError, match=r"found Groot, NACE 10-33; expected values of one of"):
        pooled(use, ["Groot", "NACE 10-33"])
    with pytest.raises(BarometerError, match="found no values; expected a total"):
        pooled(use, [])
    with pytest.raises(BarometerError, match="found Groot; expected a total, and values to pool"):
        pooled(use.at("Groot"), ["Groot"])
