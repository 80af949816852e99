"""All that a survey says of the wave of 2025, held against R's survey package.

R has no variance for imputation: where answers were imputed, it is the rest of the precision that
equals R's, and `tests/weighting` holds what imputation adds against a source of its own.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from barometer.survey.estimates import Combination, Estimate
from barometer.survey.survey import Survey
from tests.reference.r.goldens import FACTORS, GOLDEN, TOLERANCE, assert_equals_r, has_survey, read
from tests.reference.r.remake import remake, wave_answers
from weighting import combination, interval, joint

KEYS = ["question", "category", "universe", "domain", "domain_value"]
EXACT: dict[str, Any] = {"rtol": TOLERANCE, "atol": TOLERANCE}
SVYCIPROP = ["logit_low", "logit_high", "beta_low", "beta_high"]


@pytest.fixture(scope="module")
def golden() -> pd.DataFrame:
    """R's register."""
    return read(GOLDEN / "register-2025.csv").set_index(KEYS)


@pytest.fixture(scope="module")
def register(survey: Survey, golden: pd.DataFrame) -> pd.DataFrame:
    """Ours with its precision, and what the sample alone makes of the standard error."""
    names = ["estimate", "se", "ci_low", "ci_high", "n", "n_category", "flag"]
    names += ["se_imputation", "imputed_share", "n_effective", "df"]
    frame = survey.register([*KEYS, *names]).set_index(KEYS)
    assert len(frame) == len(golden)
    assert (frame["flag"] != "c").all()
    frame["se_sample"] = np.sqrt(frame["se"] ** 2 - frame["se_imputation"] ** 2)
    return frame.loc[golden.index]


def test_shares_combinations_and_table_equal_r(survey: Survey) -> None:
    golden = read(GOLDEN / "2025.csv")
    assert set(golden["what"]) == {"share", *FACTORS, "rao_scott"}
    assert_equals_r(wave_answers(survey), golden)


def test_the_whole_register_equals_r(register: pd.DataFrame, golden: pd.DataFrame) -> None:
    """R makes strata, weights, categories and universes by itself, from the completed answers."""
    pairs = {"estimate": "estimate", "se_sample": "se", "n": "n", "n_category": "n_category"}
    for ours, theirs in (pairs | {"df": "effective_df"}).items():
        np.testing.assert_allclose(register[ours], golden[theirs], **EXACT, err_msg=ours)


def test_a_figure_without_imputed_answers_keeps_the_precision_of_the_sample(
    register: pd.DataFrame, golden: pd.DataFrame
) -> None:
    """Its standard error is R's, its interval that of the formula worked out in R.

    Imputation adds to a figure without imputed answers where they decide who is in its universe:
    some who took an answer stand outside, and might have stood in it.
    """
    bare = (register["se_imputation"] == 0).to_numpy()
    assert 100 < bare.sum() < len(bare)
    everyone = register.index.get_level_values("universe") == "all"
    inner = register["estimate"].between(0, 100, inclusive="neither")
    assert (bare == (register["imputed_share"] == 0))[everyone & inner].all()
    for ours, theirs in {"se": "se", "ci_low": "low", "ci_high": "high"}.items():
        np.testing.assert_allclose(register[bare][ours], golden[bare][theirs], **EXACT)


def intervals(golden: pd.DataFrame, df: str, method: str, bounded: bool) -> np.ndarray[Any, Any]:
    """Our interval (rows, 2) on R's estimates, its standard errors and degrees of freedom."""
    ends = []
    for p, se, freedom, n, kish, remaining in golden[
        ["estimate", "se", df, "n", "kish", "remaining"]
    ].to_numpy(dtype=float):
        # without anything left of a variance there is no bound, as in R
        left = remaining if bounded else 0.0
        one, error = np.array([p / 100]), np.array([se / 100])
        ends.append(interval(one, error, freedom, int(n), kish, left, method))
    return 100 * np.array(ends)[:, :, 0]


@pytest.mark.parametrize("method", ["logit", "beta"])
def test_both_intervals_equal_those_of_r(golden: pd.DataFrame, method: str) -> None:
    """svyciprop's, in closed form in R; it has none for nobody and everybody."""
    theirs = golden[golden["logit_low"].notna()]
    assert len(theirs) > len(golden) - 60
    found = intervals(theirs, "df", method, bounded=False)
    np.testing.assert_allclose(found, theirs[[f"{method}_low", f"{method}_high"]], **EXACT)


def test_the_default_interval_equals_that_worked_out_in_r(golden: pd.DataFrame) -> None:
    """With effective degrees of freedom and the bound, which holds back a part of the rows only."""
    found = intervals(golden, "effective_df", "beta", bounded=True)
    np.testing.assert_allclose(found, golden[["low", "high"]], **EXACT)
    unbounded = intervals(golden, "effective_df", "beta", bounded=False)
    inner = golden["logit_low"].notna().to_numpy()
    wider = np.ptp(found, axis=1)[inner] > np.ptp(unbounded, axis=1)[inner] + TOLERANCE
    assert 0.05 < wider.mean() < 0.6


def test_the_closed_form_is_that_of_svyciprop(golden: pd.DataFrame) -> None:
    """For the smallest domains and each fiftieth row R fitted the interval itself."""
    fitted = read(GOLDEN / "svyciprop-2025.csv").set_index(KEYS)
    assert len(fitted) > 60
    assert golden.loc[fitted.index, "n"].min() < 20
    closed = golden.loc[fitted.index, SVYCIPROP]
    np.testing.assert_allclose(closed.iloc[:, 2:], fitted[SVYCIPROP[2:]], **EXACT)
    # R stops fitting a logit a bit before 1e-8
    np.testing.assert_allclose(closed.iloc[:, :2], fitted[SVYCIPROP[:2]], rtol=1e-6)


def test_intervals_of_the_register_follow_from_its_own_columns(
    register: pd.DataFrame, golden: pd.DataFrame
) -> None:
    """Clopper and Pearson's on n*, from beta quantiles of scipy's; the standard error counts all.

    Base, Kish's number and what the correction leaves come from R.
    """
    p, se, df = (register[name].to_numpy() for name in ("estimate", "se", "df"))
    p = p / 100
    edge = (p == 0) | (p == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = np.minimum(p * (1 - p) / (se / 100) ** 2, golden["n"] / golden["remaining"])
    shrink = (stats.t.ppf(0.975, golden["n"] - 1) / stats.t.ppf(0.975, df)) ** 2
    size = np.where(edge, golden["kish"] / golden["remaining"], simple) * shrink
    low = np.where(p == 0, 0, stats.beta.ppf(0.025, size * p, size * (1 - p) + 1))
    high = np.where(p == 1, 1, stats.beta.ppf(0.975, size * p + 1, size * (1 - p)))
    np.testing.assert_allclose(register["ci_low"], 100 * low, **EXACT)
    np.testing.assert_allclose(register["ci_high"], 100 * high, **EXACT)


def test_flags_follow_the_standards_of_nchs(
    survey: Survey, register: pd.DataFrame, golden: pd.DataFrame
) -> None:
    """Parker et al. 2017, figure 1, row by row, with the numbers of wave.yml."""
    rules = survey.meta.thresholds.reliability

    def why(row: Any) -> str:
        p, wide = row.estimate / 100, (row.ci_high - row.ci_low) / 100
        simple = p * (1 - p) / (row.se / 100) ** 2 if 0 < p < 1 else row.kish
        if min(simple, row.n) < rules.effective_n:
            return "sample"
        if row.df < rules.degrees_of_freedom:
            return "freedom"
        if wide >= rules.width / 100:
            return "wide"
        if wide <= rules.narrow / 100:
            return ""
        relative = max(wide / p if p > 0 else np.inf, wide / (1 - p) if p < 1 else np.inf)
        return "relative" if relative > rules.relative_width / 100 else ""

    rows = register.assign(kish=golden["kish"])
    reasons = pd.Series([why(row) for row in rows.itertuples()], index=rows.index)
    assert ((reasons != "") == (register["flag"] == "u")).all()
    assert set(reasons) >= {"sample", "wide", "relative", ""}, "each rule has rows to show it"


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


def whole(survey: Survey, row: Any) -> Estimate:
    """A combination of wave.R, made with the arithmetic of estimates."""
    return reduce(add, (term(survey, text) for text in row.terms.split(";")))


COMBINATIONS = list(read(GOLDEN / "combinations-2025.csv").itertuples())


@pytest.mark.parametrize("row", COMBINATIONS, ids=lambda row: row.terms)
def test_combinations_of_completed_answers_equal_r(survey: Survey, row: Any) -> None:
    """As if nothing had been imputed, which is all that R knows of."""
    terms = []
    for text in row.terms.split(";"):
        ((factor, estimate),) = term(survey, text).terms
        y, base = estimate.members()
        terms.append((factor, y, base.inside))
    found = combination(survey.design, terms)
    expected = {
        "estimate": row.estimate,
        "se": (row.se**2 + row.recovered) ** 0.5,
        "df": row.effective_df,
        "p_value": row.p_value,
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=TOLERANCE), name
    together = np.logical_or.reduce([inside for *_, inside in terms])
    assert survey.design.degrees_of_freedom(together) == row.df


@pytest.mark.parametrize("row", COMBINATIONS, ids=lambda row: row.terms)
def test_arithmetic_on_estimates_is_such_a_combination(survey: Survey, row: Any) -> None:
    """With what imputation adds, and an interval and a test on effective degrees of freedom."""
    found = whole(survey, row)
    assert isinstance(found, Combination)
    assert found.n == row.n
    assert found.estimate == pytest.approx(row.estimate, rel=TOLERANCE)
    assert found.df == pytest.approx(row.effective_df, rel=TOLERANCE)
    sample = (row.se**2 + row.recovered) ** 0.5
    assert sample * (1 - TOLERANCE) <= found.se < 1.2 * sample
    imputed = any(e.imputed_share > 0 for _, e in found.terms)
    assert (found.se > sample * (1 + TOLERANCE)) == imputed
    half = stats.t.ppf(0.975, row.effective_df) * found.se
    assert found.ci_low == pytest.approx(row.estimate - half, rel=TOLERANCE)
    assert found.ci_high == pytest.approx(row.estimate + half, rel=TOLERANCE)
    t = abs(row.estimate) / found.se_tested
    assert found.p_value == pytest.approx(2 * stats.t.sf(t, row.effective_df), rel=TOLERANCE)


def test_several_combinations_at_once_have_the_precision_of_each(survey: Survey) -> None:
    """And the covariance between two of them makes that of their difference."""
    rows = [[(a, *e.members()) for a, e in whole(survey, row).terms] for row in COMBINATIONS[:5]]
    found = joint(survey.design, rows)
    for k, terms in enumerate(rows):
        alone = combination(survey.design, terms)
        assert found.estimate[k] == pytest.approx(alone.estimate)
        assert found.covariance[k, k] ** 0.5 == pytest.approx(alone.se)
    pair = found.pair(survey.design, 0, 1)
    minus = combination(survey.design, [*rows[0], *((-a, y, base) for a, y, base in rows[1])])
    assert pair.estimate == pytest.approx(minus.estimate)
    assert pair.se == pytest.approx(minus.se)
    assert pair.df == pytest.approx(minus.df)
    assert pair.p_value == pytest.approx(minus.p_value)


@pytest.mark.skipif(not has_survey(), reason="needs R with the package survey")
def test_r_still_gives_the_golden_values(tmp_path: Path, survey: Survey) -> None:
    remake(tmp_path, survey)
    assert {path.name for path in tmp_path.iterdir()} == {p.name for p in GOLDEN.glob("*.csv")}
    for path in sorted(GOLDEN.glob("*.csv")):
        made = read(tmp_path / path.name)
        pd.testing.assert_frame_equal(made, read(path), rtol=TOLERANCE, atol=TOLERANCE)


def test_most_intervals_of_the_register_come_from_r(golden: pd.DataFrame) -> None:
    """The golden file itself: no empty numbers, and no interval that is a point by accident."""
    edge = golden["n_category"].isin([0]) | (golden["n_category"] == golden["n"])
    assert (golden[SVYCIPROP].notna().all(axis=1) == ~edge).all()
    assert golden.drop(columns=SVYCIPROP).notna().all(axis=None)
    for method in ("", "beta_", "logit_"):
        ends = golden.loc[
            golden[f"{method}low"].notna(), [f"{method}low", "estimate", f"{method}high"]
        ]
        assert (np.diff(ends) >= 0).all()
        assert (ends.iloc[:, 0] < ends.iloc[:, 2]).all()
