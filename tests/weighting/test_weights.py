"""Weights add up to the population, by whichever strata, and say so when they can't."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighting import (
    WeightingError,
    effective_sample_size,
    merge_strata,
    rake,
    stratum_weights,
    weight_summary,
)

DOMAINS = ["sector", "size"]
POPULATION = pd.DataFrame(
    {"sector": [*"AAABBB"], "size": [*"SMLSML"], "firms": [100, 20, 5, 60, 30, 4]}
)
RESPONDENTS = pd.DataFrame({"sector": [*"AAAAABBBBB"], "size": [*"SSSMLSSMML"]})
TARGETS = {margin: POPULATION.groupby(margin)["firms"].sum() for margin in DOMAINS}
START = pd.Series(np.linspace(1, 3, len(RESPONDENTS)))


def by_stratum(
    population: pd.DataFrame = POPULATION, merges: list[Mapping[str, str | list[str]]] | None = None
) -> pd.Series:
    return population.groupby(merge_strata(population[DOMAINS], merges or []))["firms"].sum()


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 1000)), min_size=1, max_size=44))
@settings(deadline=None)
def test_weights_add_up_to_the_population_of_each_stratum(sizes: list[tuple[int, int]]) -> None:
    names = [f"s{h}" for h in range(len(sizes))]
    population = pd.Series([n + extra for n, extra in sizes], index=names)
    strata = pd.Series(np.repeat(names, [n for n, _ in sizes]))
    weights = stratum_weights(strata, population)
    assert weights.groupby(strata).sum()[names].to_numpy() == pytest.approx(population.to_numpy())
    assert (weights >= 1).all()
    assert (weights.groupby(strata).nunique() == 1).all()


def test_strata_without_respondents_are_all_named() -> None:
    strata = merge_strata(RESPONDENTS[RESPONDENTS["size"] != "L"])
    with pytest.raises(WeightingError) as error:
        stratum_weights(strata, by_stratum())
    assert "stratum A × L: found a population of 5 and no respondent" in str(error.value)
    assert "stratum B × L: found a population of 4 and no respondent" in str(error.value)


def test_a_stratum_that_is_empty_in_the_population_too_is_no_problem() -> None:
    strata = pd.Series([*"aab"])
    weights = stratum_weights(strata, pd.Series({"a": 10, "b": 4, "c": 0}))
    assert weights.tolist() == [5, 5, 4]


def test_merging_is_the_remedy() -> None:
    merges: list[Mapping[str, str | list[str]]] = [{"sector": "A", "size": ["M", "L"]}]
    lost = (RESPONDENTS["sector"] == "A") & (RESPONDENTS["size"] == "L")
    strata = merge_strata(RESPONDENTS[~lost], merges)
    weights = stratum_weights(strata, by_stratum(merges=merges))
    assert weights[strata == "A × M + L"].tolist() == [25.0]
    assert weights.sum() == pytest.approx(POPULATION["firms"].sum())


def test_strata_are_merged_over_several_domains() -> None:
    names = merge_strata(RESPONDENTS, [{"sector": ["A", "B"], "size": ["M", "L"]}])
    assert set(names) == {"A × S", "B × S", "A + B × M + L"}


@pytest.mark.parametrize(
    ("merges", "message"),
    [
        (
            [{"sector": "A", "size": ["S", "M"]}, {"sector": "A", "size": ["M", "L"]}],
            "A × M in two merges",
        ),
        ([{"sector": "C", "size": ["S", "M"]}], "found C for sector; expected one or more of A, B"),
        ([{"sector": "A", "size": []}], "found nothing for size"),
        ([{"sector": "A"}], "found nothing for size"),
        ([{"sector": "A", "size": "S", "region": "north"}], "found region; expected values of"),
    ],
)
def test_merges_that_name_no_strata_are_refused(
    merges: list[Mapping[str, str | list[str]]], message: str
) -> None:
    with pytest.raises(WeightingError, match=message):
        merge_strata(POPULATION[DOMAINS], merges)


@pytest.mark.parametrize("firms", [2, 0])
def test_more_respondents_than_population_is_refused(firms: int) -> None:
    population = by_stratum(POPULATION.assign(firms=[firms, 20, 5, 60, 30, 4]))
    found = f"stratum A × S: found 3 respondents and a population of {firms}"
    with pytest.raises(WeightingError, match=found):
        stratum_weights(merge_strata(RESPONDENTS), population)


def test_raking_meets_both_margins_and_leaves_what_meets_them_alone() -> None:
    raked = rake(START, RESPONDENTS, TARGETS)
    for margin, target in TARGETS.items():
        sums = raked.groupby(RESPONDENTS[margin]).sum()
        assert sums[target.index].to_numpy() == pytest.approx(target.to_numpy())
    strata = merge_strata(RESPONDENTS)
    weights = stratum_weights(strata, by_stratum())
    assert rake(weights, RESPONDENTS, TARGETS).to_numpy() == pytest.approx(weights.to_numpy())


def test_raking_keeps_the_odds_ratios_within_the_sample() -> None:
    """What makes raking raking: cross-products of the table of weights stay as they were."""

    def odds(weights: pd.Series) -> float:
        table = weights.groupby([RESPONDENTS["sector"], RESPONDENTS["size"]]).sum()
        return float(table["A", "S"] * table["B", "M"] / table["A", "M"] / table["B", "S"])

    assert odds(rake(START, RESPONDENTS, TARGETS)) == pytest.approx(odds(START))


def test_raking_that_cannot_converge_says_so() -> None:
    # all S is in A and all M in B, so sector and size margins contradict each other
    respondents = pd.DataFrame({"sector": [*"AB"], "size": [*"SM"]})
    targets = {"sector": TARGETS["sector"], "size": TARGETS["size"].drop("L")}
    with pytest.raises(WeightingError, match="did not converge in 50 rounds"):
        rake(pd.Series([1.0, 1.0]), respondents, targets, rounds=50)


def test_raking_to_a_margin_without_respondents_is_refused() -> None:
    respondents = RESPONDENTS[RESPONDENTS["size"] != "L"]
    with pytest.raises(
        WeightingError, match="raking to size: found a population of 9 and no respondent in L"
    ):
        rake(pd.Series(1.0, index=respondents.index), respondents, TARGETS)


@pytest.mark.parametrize("target", [{"S": 160, "M": 50}, {"S": 160, "M": 50, "L": 0}])
def test_respondents_whom_the_margin_lacks_are_refused(target: dict[str, int]) -> None:
    """Their weight was once nan, and with it every estimate."""
    with pytest.raises(
        WeightingError, match="raking to size: found respondents in L and no population"
    ):
        rake(START, RESPONDENTS, {**TARGETS, "size": pd.Series(target)})


def test_effective_sample_size() -> None:
    assert effective_sample_size(pd.Series([2.0] * 7)) == pytest.approx(7)
    assert effective_sample_size(np.array([1.0, 3.0])) == pytest.approx(16 / 10)


def test_weight_summary_by_hand() -> None:
    """1, 1, 3, 3, 4: mean 2.4, variance 36/5 − 2.4² = 1.44, so cv = 1.2/2.4."""
    total = weight_summary(pd.Series([1.0, 3, 1, 4, 3])).loc["total"]
    assert (total["respondents"], total["population"]) == (5, 12)
    assert (total["smallest"], total["median"], total["largest"]) == (1, 3, 4)
    assert total["cv"] == pytest.approx(0.5)
    assert total["effective_sample_size"] == pytest.approx(144 / 36)
    assert total["effective_sample_size"] == pytest.approx(5 / (1 + total["cv"] ** 2))


def test_weight_summary_by_group() -> None:
    weights = pd.Series([1.0, 1, 1, 1, 1, 1, 3, 1, 3, 2])
    by_sector = weight_summary(weights, RESPONDENTS["sector"])
    assert by_sector.loc["A", "cv"] == 0
    assert by_sector.loc["A", "effective_sample_size"] == pytest.approx(5)
    assert by_sector.loc["B", "effective_sample_size"] == pytest.approx(100 / 24)
    assert by_sector["population"].tolist() == [5, 10]
