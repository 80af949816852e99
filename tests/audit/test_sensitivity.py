"""How far estimates move with other donors and other weights: little, but measurably."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from barometer.audit.sensitivity import calibration, raked_weights, seed_spread
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA

SEEDS = [1, 2]


@pytest.fixture(scope="module")
def spread() -> pd.DataFrame:
    return seed_spread(2025, SEEDS, DATA)


def test_other_donors_move_an_estimate_within_its_precision(spread: pd.DataFrame) -> None:
    mandatory = spread.loc["technology_use"]
    assert (mandatory["spreiding"] == 0).all()  # nothing is imputed, so nothing moves
    others = spread.drop(index=["technology_use", "technology_potential"], level="question")
    assert (others["spreiding"] > 0).mean() > 0.8
    assert (spread["kleinste"] <= spread["gemiddelde"] + 1e-9).all()
    assert (spread["gemiddelde"] <= spread["grootste"] + 1e-9).all()
    assert spread["spreiding / standaardfout"].max() < 1


def test_the_spread_is_that_of_the_seeds(spread: pd.DataFrame) -> None:
    """Recomputed for one estimate from a survey per seed."""
    drawn = [
        float(load_survey(2025, DATA, seed=seed)["ai_act_awareness"]["aware"]) for seed in SEEDS
    ]
    row = spread.loc["ai_act_awareness"].loc["adopters"].loc["aware"]
    assert row["gemiddelde"] == pytest.approx(np.mean(drawn))
    assert row["spreiding"] == pytest.approx(np.std(drawn, ddof=1))
    assert (row["kleinste"], row["grootste"]) == pytest.approx((min(drawn), max(drawn)))


def test_raking_meets_the_margins_and_moves_little(survey: Survey) -> None:
    weights = raked_weights(survey)
    for margin in ("sector", "size"):
        firms = survey.population.groupby(margin)["firms"].sum()
        assert weights.groupby(survey.answers[margin]).sum().to_dict() == pytest.approx(
            firms.to_dict()
        )
    assert not np.allclose(weights, survey.answers["weight"])
    change = calibration(survey)
    assert change["verschil"].abs().max() > 0.05
    assert change["verschil / standaardfout"].abs().max() < 1
    share = (weights * survey.categories("ai_use_status")["use"]).sum() / weights.sum()
    found = change.loc[("ai_use_status", "all", "use"), "% na raking"]
    assert found == pytest.approx(100 * share)
