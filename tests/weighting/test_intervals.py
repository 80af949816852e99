"""Both intervals against scipy and by their properties; the degrees of freedom they stand on."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.weighting.hand import ALL, EVERYONE, HAND, STRATUM, Sample, Y, samples
from weighting import (
    Array,
    BoolArray,
    Design,
    WeightingError,
    effective_sample_size,
    interval,
    shares,
)

METHODS = ["beta", "logit"]


def one(p: float, se: float, *rest: Any, **more: Any) -> tuple[float, float]:
    low, high = interval(np.array([p]), np.array([se]), *rest, **more)
    return float(low[0]), float(high[0])


def simple(successes: int, n: int) -> tuple[float, float]:
    """A share of a simple random sample with replacement: p(1 − p)/n is its variance."""
    p = successes / n
    return p, (p * (1 - p) / n) ** 0.5


@pytest.mark.parametrize("case", ["0/12", "1/12", "7/12", "11/12", "12/12", "3/400"])
def test_beta_is_clopper_pearson_for_a_simple_random_sample(case: str) -> None:
    """scipy's exact binomial test, where degrees of freedom and weights take nothing away."""
    successes, n = map(int, case.split("/"))
    exact = stats.binomtest(successes, n).proportion_ci(method="exact")
    found = one(*simple(successes, n), n - 1, n, n)
    assert found == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize("p", [0.02, 0.3, 0.98])
def test_beta_by_hand(p: float) -> None:
    """A design effect of 2 and 6 degrees of freedom: n* = 80/2 (t₇₉/t₆)²."""
    se = (2 * p * (1 - p) / 80) ** 0.5
    size = 40 * (stats.t.ppf(0.975, 79) / stats.t.ppf(0.975, 6)) ** 2
    low = stats.beta.ppf(0.025, size * p, size * (1 - p) + 1)
    high = stats.beta.ppf(0.975, size * p + 1, size * (1 - p))
    assert one(p, se, 6, 80, 55.0) == pytest.approx((low, high))
    assert one(p, se, 6, 80, 70.0, 0.9) == pytest.approx((low, high)), "neither counts here"


def test_logit_by_hand() -> None:
    t = stats.t.ppf(0.975, 6)
    centre, width = np.log(0.3 / 0.7), t * 0.1 / 0.21
    expected = stats.logistic.cdf([centre - width, centre + width])
    assert one(0.3, 0.1, 6, 80, 55.0, 0.9, "logit") == pytest.approx(tuple(expected))


@pytest.mark.parametrize("remaining", [1.0, 0.8])
def test_the_effective_sample_is_at_most_that_observed(remaining: float) -> None:
    """A standard error that is small by chance, or 0 for strata that happen to agree within.

    With a correction, which makes standard errors smaller, that much more.
    """
    most = 50 / remaining
    se_at_most = (0.2 * 0.8 / most) ** 0.5
    bounded = one(0.2, se_at_most, 20, 50, 41.0, remaining)
    for se in (se_at_most / 1.01, se_at_most / 3, 0.0):
        assert one(0.2, se, 20, 50, 41.0, remaining) == pytest.approx(bounded)
    assert np.ptp(one(0.2, 1.01 * se_at_most, 20, 50, 41.0, remaining)) > np.ptp(bounded)


@pytest.mark.parametrize("method", METHODS)
def test_nobody_has_the_exact_interval_on_the_effective_number(method: str) -> None:
    """(0, 1 − 0.025^(1/n*)), n* = 30/0.8 (t₄₉/t₂₀)²; without correction and on n − 1: 30."""
    assert one(0, 0, 49, 50, 30.0, 1.0, method) == pytest.approx((0, 1 - 0.025 ** (1 / 30)))
    size = 30 / 0.8 * (stats.t.ppf(0.975, 49) / stats.t.ppf(0.975, 20)) ** 2
    low, high = one(0, 0, 20, 50, 30.0, 0.8, method)
    assert low == 0
    assert high == pytest.approx(stats.beta.ppf(0.975, 1, size))
    assert one(1, 0, 20, 50, 30.0, 0.8, method) == pytest.approx((1 - high, 1))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("p", [0.0, 0.4, 1.0])
def test_what_is_observed_whole_has_a_point(method: str, p: float) -> None:
    assert one(p, 0, 5, 6, 6.0, 0.0, method) == (p, p)


def test_imputation_leaves_an_interval_where_all_are_observed() -> None:
    low, high = one(0.4, 0.1, 5, 6, 6.0, 0.0)
    assert 0.1 < low < 0.3
    assert 0.5 < high < 0.8


def test_one_respondent_has_a_wide_interval() -> None:
    for p in (0.0, 1.0):
        low, high = one(p, 0.0, 1.0, 1, 1.0)
        assert high - low == pytest.approx(0.975)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(WeightingError, match="interval 'wilson'; expected one of beta, logit"):
        one(0.5, 0.1, 5, 9, 9.0, 1.0, "wilson")
    with pytest.raises(WeightingError, match="expected one of beta"):
        shares(HAND, Y, ALL, method="")


def test_a_missing_standard_error_gives_no_interval() -> None:
    for method in METHODS:
        assert np.isnan(one(0.5, np.nan, 5, 9, 9.0, 1.0, method)).all()


@pytest.mark.parametrize("method", METHODS)
def test_intervals_hold_the_estimate_within_0_and_1_and_have_a_mirror_image(method: str) -> None:
    """Over shares and standard errors from nearly nothing to all there is."""
    p = np.repeat([1e-3, 0.02, 0.3, 0.5, 0.77, 0.999], 5)
    se = np.tile([1e-4, 1e-3, 0.02, 0.1, 0.4], 6)
    for df, n, remaining in product([1, 1.7, 6, 250], [1, 2, 31, 3000], [1.0, 0.4, 0.01]):
        low, high = interval(p, se, df, n, n, remaining, method)
        assert ((low >= 0) & (low <= p) & (p <= high) & (high <= 1)).all(), (df, n, remaining)
        assert (low < high).all()
        mirror = interval(1 - p, se, df, n, n, remaining, method)
        assert mirror[0] == pytest.approx(1 - high, abs=1e-9)
        assert mirror[1] == pytest.approx(1 - low, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [41, 80, 400])
def test_more_respondents_or_degrees_of_freedom_narrow_an_interval(n: int, method: str) -> None:
    for successes, df in product([0, 1, 20, 40], [2, 7.5, 40]):
        p, se = simple(successes, n)
        width = np.ptp(one(p, se, df, n, n, 1.0, method))
        assert np.ptp(one(p, se / 2**0.5, df, 2 * n, 2 * n, 1.0, method)) < width
        assert np.ptp(one(p, se, df / 2, n, n, 1.0, method)) > width


def test_the_default_interval_of_shares_by_hand() -> None:
    """HAND has weights of 2, 2, 10, 10, 10 and corrections of 1/2 and 9/10.

    a = (0.5 · 4²/2, 0.9 · 30²/3) = (4, 270), so that df = 274²/(4²/1 + 270²/2).
    """
    found = shares(HAND, Y, ALL)
    df, remaining = 274**2 / (16 + 270**2 / 2), 274 / (8 + 300)
    assert found.df[0, 0] == pytest.approx(df)
    p, se = 12 / 34, found.se[0, 0] / 100
    assert found.n_effective[0, 0] == pytest.approx(p * (1 - p) / se**2)
    size = min(p * (1 - p) / se**2, 5 / remaining)
    size *= (stats.t.ppf(0.975, 4) / stats.t.ppf(0.975, df)) ** 2
    low = stats.beta.ppf(0.025, size * p, size * (1 - p) + 1)
    assert found.ci_low[0, 0] == pytest.approx(100 * low)
    nobody = shares(HAND, 0 * Y, ALL)
    size = 34**2 / 308 / remaining * (stats.t.ppf(0.975, 4) / stats.t.ppf(0.975, df)) ** 2
    assert nobody.ci_high[0, 0] == pytest.approx(100 * (1 - 0.025 ** (1 / size)))
    assert nobody.n_effective[0, 0] == pytest.approx(34**2 / 308)


def test_the_logit_of_shares_by_hand() -> None:
    found = shares(HAND, Y, ALL, method="logit")
    p, se = 12 / 34, found.se[0, 0] / 100
    width = stats.t.ppf(0.975, found.df[0, 0]) * se / (p * (1 - p))
    centre = np.log(p / (1 - p))
    assert found.ci_low[0, 0] == pytest.approx(100 * stats.logistic.cdf(centre - width))
    assert found.ci_high[0, 0] == pytest.approx(100 * stats.logistic.cdf(centre + width))


def test_the_effective_sample_is_at_most_the_base() -> None:
    """Answers that agree within strata give a standard error of nearly nothing."""
    agreeing = (STRATUM == 0)[:, None].astype(float)
    found = shares(HAND, agreeing, ALL)
    assert found.se[0, 0] == pytest.approx(0, abs=1e-12)
    assert found.n_effective[0, 0] == 5
    assert found.ci_high[0, 0] - found.ci_low[0, 0] > 20, "but no interval that is a point"


def quadratic(design: Design, inside: BoolArray) -> Array:
    """Q of yᵀQy, the variance of a total of y over a domain."""
    return design.covariance(np.diag(design.weight * inside), inside)


@st.composite
def domains_of_strata(draw: st.DrawFn) -> tuple[Design, BoolArray]:
    """Strata of two respondents or more, and a domain of some of them, not all observed whole."""
    counts = np.array(draw(st.lists(st.integers(2, 9), min_size=1, max_size=6)))
    extra = draw(st.lists(st.integers(0, 300), min_size=len(counts), max_size=len(counts)))
    chosen = np.array(draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))))
    population = counts + np.array(extra, dtype=float)
    population[0] += 1
    chosen[0] = True
    stratum = np.repeat(np.arange(len(counts)), counts)
    design = Design(stratum, (population / counts)[stratum], population)
    return design, chosen[stratum]


@given(domains_of_strata())
@settings(deadline=None)
def test_effective_degrees_of_freedom_are_those_of_the_quadratic_form(
    case: tuple[Design, BoolArray],
) -> None:
    """2 E(V)²/Var(V) of the variance itself, for normal answers: tr(Q)²/tr(Q²)."""
    design, inside = case
    q = quadratic(design, inside)
    expected = np.trace(q) ** 2 / np.trace(q @ q)
    assert design.effective_df(inside) == pytest.approx(expected)
    without = quadratic(design.without_correction(), inside)
    assert design.remaining(inside) == pytest.approx(np.trace(q) / np.trace(without))
    assert design.without_correction().remaining(inside) == 1


@given(samples())
@settings(deadline=None)
def test_effective_degrees_of_freedom_are_at_most_the_ordinary_ones(sample: Sample) -> None:
    design, _, domains = sample
    for inside in domains.T:
        assert design.effective_df(inside) >= 1
        if inside.any():
            assert design.effective_df(inside) <= design.degrees_of_freedom(inside) + 1e-9
            assert 0 <= design.remaining(inside) <= 1


@pytest.mark.parametrize("n", [2, 3, 17])
def test_one_stratum_has_n_minus_1(n: int) -> None:
    design = Design(np.zeros(n, dtype=int), np.full(n, 3.0), np.array([3.0 * n]))
    everyone = np.ones(n, dtype=bool)
    assert design.effective_df(everyone) == pytest.approx(n - 1)
    assert design.remaining(everyone) == pytest.approx(2 / 3)


def test_like_strata_have_respondents_minus_strata() -> None:
    stratum = np.repeat(np.arange(4), 5)
    design = Design(stratum, np.full(20, 2.0), np.full(4, 10.0))
    assert design.effective_df(np.ones(20, dtype=bool)) == pytest.approx(16)


def test_a_small_stratum_with_all_the_weight_leaves_few() -> None:
    """Forty respondents, four of whom stand for a thousand units each: nearly 3."""
    stratum = np.repeat([0, 1], [36, 4])
    design = Design(stratum, np.array([1.5, 1000])[stratum], np.array([54.0, 4000]))
    everyone = np.ones(40, dtype=bool)
    assert design.degrees_of_freedom(everyone) == 38
    assert 3 < design.effective_df(everyone) < 3.01


def test_strata_with_one_respondent() -> None:
    """Alone they leave one degree of freedom; beside others each counts as one."""
    lone = Design(np.arange(3), np.array([4.0, 4, 4]), np.full(3, 4.0))
    assert lone.effective_df(np.ones(3, dtype=bool)) == 1
    # a = 3/4 · 4²/1 twice and 1/2 · 10²/5: 34²/(12² + 12² + 10²/4)
    stratum = np.array([0, 1, 2, 2, 2, 2, 2])
    mixed = Design(stratum, np.array([4.0, 4, 2])[stratum], np.array([4.0, 4, 10]))
    found = mixed.effective_df(np.ones(7, dtype=bool))
    assert found == pytest.approx(34**2 / (144 + 144 + 25))


def test_where_all_are_observed_degrees_of_freedom_are_the_ordinary_ones() -> None:
    counted = Design(STRATUM, np.ones(5), np.array([2.0, 3]))
    assert counted.effective_df(EVERYONE) == 3
    assert counted.remaining(EVERYONE) == 0
    assert counted.effective_df(~EVERYONE) == 1, "nobody"


def test_weights_that_differ_widen_the_interval_of_nobody() -> None:
    """Within a stratum, as after calibration: Kish's number counts, not that of respondents."""
    everyone = np.ones((40, 1), dtype=bool)
    weight = np.where(np.arange(40) < 10, 70.0, 10.0)
    high = {}
    for name, each in {"equal": np.full(40, 25.0), "unequal": weight}.items():
        design = Design(np.zeros(40, dtype=int), each, np.array([1000.0]))
        high[name] = shares(design, np.zeros((40, 1)), everyone).ci_high[0, 0]
        size = effective_sample_size(each) / 0.96
        assert high[name] == pytest.approx(100 * (1 - 0.025 ** (1 / size)))
    assert high["equal"] < high["unequal"]
