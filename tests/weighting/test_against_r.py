"""Estimates against R's survey package, on files that have nothing to do with a wave."""

from __future__ import annotations

import numpy as np
import pytest

from tests.reference.r.goldens import FACTORS, GOLDEN, R, assert_equals_r, make_design, read
from weighting import linearised, shares

WHAT = ["share", *FACTORS, "rao_scott"]


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("fpc", [True, False])
def test_apistrat_equals_r(what: str, fpc: bool) -> None:
    golden = read(GOLDEN / "apistrat.csv").query("what == @what and fpc == @fpc")
    assert len(golden)
    assert_equals_r(read(GOLDEN / "apistrat-data.csv"), golden)


@pytest.mark.parametrize("singleton", ["adjust", "certainty", "average", "remove"])
@pytest.mark.parametrize("fpc", [True, False])
def test_singletons_equal_r(singleton: str, fpc: bool) -> None:
    golden = read(GOLDEN / "invented.csv").query("singleton == @singleton and fpc == @fpc")
    golden = golden[golden["what"].isin(WHAT)]
    assert set(golden["what"]) == set(WHAT)
    assert_equals_r(read(R / "invented.csv"), golden)


def test_raking_equals_r() -> None:
    """Estimates on raked weights, and variances of residuals: R's calibrate()."""
    golden = read(GOLDEN / "invented.csv").query("what == 'calibrated'")
    assert len(golden) > 30
    assert (golden["se"] > 0).any()
    assert_equals_r(read(R / "invented.csv"), golden)


def test_published_mean_of_apistrat() -> None:
    """R's documentation of svydesign: mean of api00 662.29 with standard error 9.4089."""
    answers = read(GOLDEN / "apistrat-data.csv")
    design = make_design(answers)
    y, everyone = answers[["api00"]].to_numpy(dtype=float), np.ones(len(answers), dtype=bool)
    mean, u = linearised(design, y, everyone)
    assert mean[0] == pytest.approx(662.29, abs=0.005)
    assert design.variance(u)[0] ** 0.5 == pytest.approx(9.4089, abs=0.00005)


def test_share_of_apistrat_by_the_textbook() -> None:
    """p = Σ W p_h and V = Σ W² (1 − f_h) p_h (1 − p_h)/(n_h − 1), with W = N_h/N (Cochran 5.3)."""
    answers = read(GOLDEN / "apistrat-data.csv")
    strata = answers.groupby("stratum").agg(
        firms=("firms", "first"), n=("y.awards", "size"), p=("y.awards", "mean")
    )
    weight = strata["firms"] / strata["firms"].sum()
    unobserved = 1 - strata["n"] / strata["firms"]
    spread = strata["p"] * (1 - strata["p"]) / (strata["n"] - 1)
    everyone = np.ones((len(answers), 1), dtype=bool)
    found = shares(make_design(answers), answers[["y.awards"]].to_numpy(dtype=float), everyone)
    assert found.estimate[0, 0] == pytest.approx(100 * (weight * strata["p"]).sum())
    assert found.se[0, 0] == pytest.approx(100 * (weight**2 * unobserved * spread).sum() ** 0.5)
