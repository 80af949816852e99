"""All that a survey says of the wave of 2025, held against R's survey package."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.survey.estimates import Combination, Estimate
from barometer.survey.survey import Survey
from tests.reference.r.goldens import FACTORS, GOLDEN, TOLERANCE, assert_equals_r, has_survey, read
from tests.reference.r.remake import remake, wave_answers

KEYS = ["question", "category", "universe", "domain", "domain_value"]
NUMBERS = ["estimate", "se", "ci_low", "ci_high"]


def test_shares_combinations_and_table_equal_r(survey: Survey) -> None:
    golden = read(GOLDEN / "2025.csv")
    assert set(golden["what"]) == {"share", *FACTORS, "rao_scott"}
    assert_equals_r(wave_answers(survey), golden)


def test_the_whole_register_equals_r(survey: Survey) -> None:
    """R makes strata, weights, categories and universes by itself, from the completed answers."""
    golden = read(GOLDEN / "register-2025.csv").set_index(KEYS)
    register = survey.register().set_index(KEYS)
    assert (register["flag"] != "c").all()
    pd.testing.assert_frame_equal(
        register[[*NUMBERS, "n", "n_category"]],
        golden.loc[register.index],
        check_dtype=False,
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    assert len(golden) == len(register)


@pytest.mark.parametrize(
    "row", list(read(GOLDEN / "tests-2025.csv").itertuples()), ids=lambda row: f"{row.a} × {row.b}"
)
def test_association_equals_r(survey: Survey, row: Any) -> None:
    universe = None if pd.isna(row.universe) else row.universe
    found = survey.test(row.a, row.b, universe)
    assert found.n == row.n
    for name in ("statistic", "df1", "df2", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(row, name), rel=TOLERANCE), name


def term(survey: Survey, text: str) -> Estimate:
    """An estimate times a factor, named as in wave.R."""
    factor, name, universe, domain, value = text.split(" ", 4)
    question, _, category = name.partition(".")
    estimate = survey[question, universe][category]
    return float(factor) * (estimate if domain == "total" else estimate.at(value))


@pytest.mark.parametrize(
    "row", list(read(GOLDEN / "combinations-2025.csv").itertuples()), ids=lambda row: row.terms
)
def test_arithmetic_on_estimates_equals_r(survey: Survey, row: Any) -> None:
    found = reduce(add, (term(survey, text) for text in row.terms.split(";")))
    assert isinstance(found, Combination)
    assert found.n == row.n
    for name in (*NUMBERS, "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(row, name), rel=TOLERANCE), name


@pytest.mark.skipif(not has_survey(), reason="needs R with the package survey")
def test_r_still_gives_the_golden_values(tmp_path: Path, survey: Survey) -> None:
    remake(tmp_path, survey)
    assert {path.name for path in tmp_path.iterdir()} == {p.name for p in GOLDEN.glob("*.csv")}
    for path in sorted(GOLDEN.glob("*.csv")):
        made = read(tmp_path / path.name)
        pd.testing.assert_frame_equal(made, read(path), rtol=TOLERANCE, atol=TOLERANCE)


def test_most_intervals_of_the_register_come_from_r() -> None:
    """The golden file itself: no empty numbers, and no interval that is a point by accident."""
    golden = read(GOLDEN / "register-2025.csv")
    assert golden.notna().all(axis=None)
    assert (np.diff(golden[["ci_low", "estimate", "ci_high"]]) >= 0).all()
    assert (golden["ci_low"] < golden["ci_high"]).all()
