"""Weights add up to the population, by whichever strata, and say so when they can't."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.errors import BarometerError
from weighting.shares import shares
from barometer.survey.survey import Survey, load_survey
from weighting.weights import (
    collapse_strata,
    effective_sample_size,
    rake,
    stratum_weights,
    weight_summary,
)

POPULATION = pd.DataFrame(
    {"sector": [*"AAABBB"], "size": [*"SMLSML"], "firms": [100, 20, 5, 60, 30, 4]}
)
RESPONDENTS = pd.DataFrame({"sector": [*"AAAAABBBBB"], "size": [*"SSSMLSSMML"]})


def with_strata(frame: pd.DataFrame, rules: list[dict[str, object]]) -> pd.DataFrame:
    return frame.assign(stratum=collapse_strata(frame, rules))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 1000)), min_size=1, max_size=44))
@settings(deadline=None)
def test_weights_add_up_to_the_population_of_each_stratum(sizes: list[tuple[int, int]]) -> None:
    names = [f"s{h}" for h in range(len(sizes))]
    population = pd.DataFrame({"stratum": names, "firms": [n + extra for n, extra in sizes]})
    respondents = pd.DataFrame({"stratum": np.repeat(names, [n for n, _ in sizes])})
    weights = stratum_weights(population, respondents)
    sums = weights.groupby(respondents["stratum"]).sum()
    expected = population.set_index("stratum")["firms"]
    assert sums[names].to_numpy() == pytest.approx(expected[names].to_numpy())
    assert (weights >= 1).all()


def test_weights_of_the_wave_add_up_by_stratum(survey: Survey) -> None:
    sums = survey.answers.groupby(["sector", "size"])["weight"].sum()
    firms = survey.population.set_index(["sector", "size"])["firms"]
    assert sums.loc[firms.index].to_numpy() == pytest.approx(firms.to_numpy())


def test_a_stratum_without_respondents_is_named_with_the_remedy() -> None:
    respondents = with_strata(RESPONDENTS[RESPONDENTS["size"] != "L"], [])
    with pytest.raises(BarometerError) as error:
        stratum_weights(with_strata(POPULATION, []), respondents)
    assert "stratum A × L: found 5 firms and no respondent" in str(error.value)
    assert "stratum B × L" in str(error.value)
    assert "`collapse` in wave.yml" in str(error.value)


def test_the_remedy_works() -> None:
    rules = [{"sector": "A", "sizes": ["M", "L"]}]
    lost = (RESPONDENTS["sector"] == "A") & (RESPONDENTS["size"] == "L")
    respondents = with_strata(RESPONDENTS[~lost], rules)
    weights = stratum_weights(with_strata(POPULATION, rules), respondents)
    assert weights[respondents["stratum"] == "A × M + L"].tolist() == [25.0]
    assert weights.sum() == pytest.approx(POPULATION["firms"].sum())


def test_two_rules_on_one_size_class_are_refused() -> None:
    rules = [{"sector": "A", "sizes": ["S", "M"]}, {"sector": "A", "sizes": ["M", "L"]}]
    with pytest.raises(BarometerError, match="A × M in two rules"):
        collapse_strata(POPULATION, rules)


@pytest.mark.parametrize(("firms", "found"), [(2, "3 respondents and 2 firms"), (0, "and 0 firms")])
def test_more_respondents_than_firms_is_refused(firms: int, found: str) -> None:
    population = with_strata(POPULATION.assign(firms=[firms, 20, 5, 60, 30, 4]), [])
    with pytest.raises(BarometerError, match=f"stratum A × S: found .*{found}"):
        stratum_weights(population, with_strata(RESPONDENTS, []))


def test_raking_meets_both_margins_and_leaves_what_meets_them_alone() -> None:
    start = pd.Series(np.linspace(1, 3, len(RESPONDENTS)))
    raked = rake(start, RESPONDENTS, POPULATION)
    for margin in ("sector", "size"):
        sums = raked.groupby(RESPONDENTS[margin]).sum()
        expected = POPULATION.groupby(margin)["firms"].sum()
        assert sums.to_numpy() == pytest.approx(expected.to_numpy())
    design = stratum_weights(with_strata(POPULATION, []), with_strata(RESPONDENTS, []))
    assert rake(design, RESPONDENTS, POPULATION).to_numpy() == pytest.approx(design.to_numpy())


def test_a_wave_with_merged_strata_is_calibrated_to_the_size_margins(data: Path) -> None:
    with (data / "2025" / "wave.yml").open("a", encoding="utf-8") as file:
        file.write("\ncollapse: [{sector: NACE 10-33, sizes: [Micro, Klein]}]\n")
    merged, raked = load_survey(2025, data), load_survey(2025, data, calibrate=True)
    expected = merged.population.groupby("size")["firms"].sum()
    for survey, meets in ((merged, False), (raked, True)):
        sums = survey.answers.groupby("size")["weight"].sum()
        assert (sums.to_numpy() == pytest.approx(expected.to_numpy())) is meets
    # the sizes of the margins are known now, so the share in a size class has no variance left
    micro = (raked.answers["size"] == "Micro").to_numpy(dtype=float)[:, None]
    everyone = np.ones((len(micro), 1), dtype=bool)
    assert shares(raked.design, micro, everyone).se[0, 0] == pytest.approx(0, abs=1e-9)
    assert shares(merged.design, micro, everyone).se[0, 0] > 0.1


def test_raking_keeps_the_odds_ratios_within_the_sample() -> None:
    """What makes raking raking: cross-products of the table of weights stay as they were."""
    start = pd.Series(np.linspace(1, 3, len(RESPONDENTS)))

    def odds(weights: pd.Series) -> float:
        table = weights.groupby([RESPONDENTS["sector"], RESPONDENTS["size"]]).sum()
        return float(table["A", "S"] * table["B", "M"] / table["A", "M"] / table["B", "S"])

    assert odds(rake(start, RESPONDENTS, POPULATION)) == pytest.approx(odds(start))


def test_raking_that_cannot_converge_says_so() -> None:
    # all S is in A and all M in B, so sector and size margins contradict each other
    respondents = pd.DataFrame({"sector": [*"AB"], "size": [*"SM"]})
    population = POPULATION[POPULATION["size"] != "L"]
    with pytest.raises(BarometerError, match="did not converge in 50 rounds"):
        rake(pd.Series([1.0, 1.0]), respondents, population, rounds=50)


def test_raking_to_a_margin_without_respondents_is_refused() -> None:
    respondents = RESPONDENTS[RESPONDENTS["size"] != "L"]
    with pytest.raises(
        BarometerError, match="raking to size: found 9 firms and no respondent in L"
    ):
        rake(pd.Series(1.0, index=respondents.index), respondents, POPULATION)


def test_effective_sample_size() -> None:
    assert effective_sample_size(pd.Series([2.0] * 7)) == pytest.approx(7)
    assert effective_sample_size(np.array([1.0, 3.0])) == pytest.approx(16 / 10)


def test_weight_summary_in_total_and_by_sector() -> None:
    respondents = RESPONDENTS.assign(weight=[1.0, 1, 1, 1, 1, 1, 3, 1, 3, 2])
    total = weight_summary(respondents).loc["total"]
    assert (total["respondents"], total["firms"]) == (10, 15)
    assert (total["smallest"], total["median"], total["largest"]) == (1, 1, 3)
    by_sector = weight_summary(respondents, "sector")
    assert by_sector.loc["A", "cv"] == 0
    assert by_sector.loc["A", "effective_sample_size"] == pytest.approx(5)
    assert by_sector.loc["B", "effective_sample_size"] == pytest.approx(100 / 24)
