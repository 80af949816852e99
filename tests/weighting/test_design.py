"""Which designs are refused, and what a design knows of its strata."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.weighting.hand import EVERYONE, HAND, STRATUM, Y
from weighting import Design, WeightingError, linearised

STRATA = pd.Series([*"aabbb"])
WEIGHTS = pd.Series([2.0, 2, 10, 10, 10])
POPULATION = pd.Series({"b": 30, "a": 4, "nobody": 7})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": None}, "weights: found 1 for 5"),
        ({"weight": np.ones(4)}, "weights: found 4 for 5"),
        ({"weight": np.array([1.0, np.nan, 1, 1, 1])}, "1 of them missing"),
        ({"weight": np.array([1.0, -1, 1, 1, 1])}, "1 of them .*negative"),
        ({"weight": np.array([1.0, 0, 1, 1, 0])}, "2 of them"),
        ({"weight": np.array([1.0, np.inf, 1, 1, 1])}, "1 of them .*infinite"),
        ({"population": np.array([4.0, 2])}, "more respondents than population"),
        ({"population": np.array([4.0])}, "without population"),
        ({"population": np.array([4.0, np.nan])}, "without population"),
        ({"population": np.array([4.0, 0])}, "without population"),
        ({"singleton": "guess"}, "expected one of adjust"),
        ({"singleton": "collapse"}, "singleton rule 'collapse'"),
    ],
)
def test_impossible_designs_are_refused(change: dict[str, Any], message: str) -> None:
    parts = {"stratum": STRATUM, "weight": HAND.weight, "population": HAND.population}
    with pytest.raises(WeightingError, match=message):
        Design(**{**parts, **change})


def test_a_design_from_names_is_that_from_codes() -> None:
    """Whatever the order of the population, which may have strata without respondents."""
    design = Design.from_strata(STRATA, WEIGHTS, POPULATION)
    _, u = linearised(HAND, Y, EVERYONE)
    assert design.variance(u) == pytest.approx(HAND.variance(u))
    assert dict(zip(STRATA, design.population[design.stratum], strict=True)) == {"a": 4, "b": 30}


def test_options_reach_the_design() -> None:
    design = Design.from_strata(STRATA, WEIGHTS, POPULATION, singleton="remove", fpc=False)
    assert (design.singleton, design.fpc) == ("remove", False)


def test_a_stratum_without_population_is_named() -> None:
    with pytest.raises(WeightingError, match="no population for stratum b;"):
        Design.from_strata(STRATA, WEIGHTS, POPULATION.drop("b"))


def test_degrees_of_freedom_are_respondents_minus_strata_of_the_domain() -> None:
    assert HAND.degrees_of_freedom(EVERYONE) == 3
    assert HAND.degrees_of_freedom(STRATUM == 1) == 2
    assert HAND.degrees_of_freedom(np.array([True, False, True, False, False])) == 1


def test_without_correction_a_variance_is_that_of_an_infinite_population() -> None:
    """(1 − n/N) is 1/2 and 9/10 here; a whole stratum then no longer counts for nothing."""
    _, u = linearised(HAND, Y, EVERYONE)
    without = dataclasses.replace(HAND, fpc=False)
    small, large = (u * inside[:, None] for inside in (STRATUM == 0, STRATUM == 1))
    assert HAND.variance(small) == pytest.approx(without.variance(small) / 2)
    assert HAND.variance(large) == pytest.approx(without.variance(large) * 0.9)


def test_the_covariance_matrix_holds_the_variances() -> None:
    _, u = linearised(HAND, np.column_stack([Y, 1 - Y, Y]), EVERYONE)
    covariance = HAND.covariance(u)
    assert np.diag(covariance) == pytest.approx(HAND.variance(u))
    assert covariance[0, 1] == pytest.approx(-covariance[0, 0])
    assert covariance[0, 2] == pytest.approx(covariance[0, 0])


@pytest.mark.parametrize(
    ("singleton", "variance"),
    # two strata of 2 of 10: s² = 2 and n (1 − f) s² = 3.2 each; the third has u = 3, f = 1/10
    [("adjust", 6.4 + 0.9 * 9), ("certainty", 6.4), ("remove", 6.4), ("average", 6.4 * 3 / 2)],
)
def test_a_lone_respondent_counts_by_the_rule(singleton: str, variance: float) -> None:
    stratum = np.array([0, 0, 1, 1, 2])
    design = Design(stratum, np.ones(5), np.array([10.0, 10, 10]), singleton)
    u = np.array([[1.0], [-1], [5], [3], [3]])
    assert design.variance(u)[0] == pytest.approx(variance)


def test_on_average_nothing_is_known_of_lone_respondents_only() -> None:
    design = Design(np.arange(2), np.ones(2), np.array([10.0, 10]), "average")
    assert np.isnan(design.variance(np.ones((2, 1)))[0])


def test_a_lone_respondent_that_is_all_there_is_adds_nothing() -> None:
    design = Design(np.array([0, 0, 1]), np.ones(3), np.array([10.0, 10]), "adjust")
    alone = Design(np.array([0, 0, 1]), np.ones(3), np.array([10.0, 1]), "adjust")
    u = np.array([[0.0], [0], [3]])
    assert design.variance(u)[0] > 0
    assert alone.variance(u)[0] == 0


def test_calibration_takes_out_what_the_margins_explain() -> None:
    """The size of a margin is known, so its share has no variance left."""
    margins = pd.DataFrame({"region": [*"nsnss"]})
    member = (margins[["region"]] == "n").to_numpy(dtype=float)
    design = HAND.calibrated(HAND.weight * np.array([1.5, 0.75, 1, 1, 1]), margins)
    _, u = linearised(design, member, EVERYONE)
    assert design.variance(u)[0] == pytest.approx(0, abs=1e-20)
    assert HAND.variance(u)[0] > 1e-6
