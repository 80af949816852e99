"""Weighted shares against hand calculation, and by their properties."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.weighting.hand import ALL, EVERYONE, HAND, STRATUM, Sample, Y, samples
from weighting import (
    SINGLETON,
    Array,
    Base,
    Design,
    HotDeck,
    Shares,
    WeightingError,
    linearised,
    shares,
)


def test_stratified_share_by_hand() -> None:
    found = shares(HAND, Y, ALL)
    # p = (2 + 10)/34; V = Σ (N_h/N)² (1 − f_h) s_h²/n_h with s² = 1/2 and 1/3
    variance = (4 / 34) ** 2 * 0.5 * 0.5 / 2 + (30 / 34) ** 2 * 0.9 * (1 / 3) / 3
    assert found.estimate[0, 0] == pytest.approx(100 * 12 / 34)
    assert found.se[0, 0] == pytest.approx(100 * variance**0.5)
    p = 12 / 34
    assert found.deff[0, 0] == pytest.approx(variance / (p * (1 - p) / 4))
    assert (found.n[0, 0], found.n_category[0, 0]) == (5, 2)


def test_share_of_a_domain_is_a_ratio() -> None:
    """The size of a domain is random: those outside count in the variance, with u = 0."""
    domain = np.array([True, True, True, True, False])
    found = shares(HAND, Y, domain[:, None])
    # p = 12/24; u = w (y − p)/24 = ±1/24 in the first stratum, ±5/24 and 0 in the second
    variance = (0.5 * 2 * 2 + 0.9 * 3 / 2 * 50) / 24**2
    assert found.estimate[0, 0] == pytest.approx(50)
    assert found.se[0, 0] == pytest.approx(100 * variance**0.5)
    assert (found.n[0, 0], found.n_category[0, 0]) == (4, 2)


def test_the_universe_restricts_every_domain() -> None:
    domains = np.column_stack([EVERYONE, STRATUM == 1])
    universe = np.array([True, True, True, True, False])
    within = shares(HAND, Y, domains, universe)
    assert within.n.ravel().tolist() == [4, 2]
    # firms 3 and 4, of equal weight: u = ±10 (1/2)/20 = ±1/4, V = 0.9 · 3/2 · 1/8
    assert within.estimate.ravel() == pytest.approx([50, 50])
    assert within.se[1, 0] == pytest.approx(100 * (0.9 * 1.5 / 8) ** 0.5)


def test_empty_domain_gives_nan_and_no_base() -> None:
    found = shares(HAND, Y, np.column_stack([ALL, ~ALL]))
    each = [found.estimate, found.se, found.ci_low, found.ci_high, found.deff]
    assert all(np.isnan(number[1, 0]) for number in each)
    assert all(np.isfinite(number[0, 0]) for number in each)
    assert (found.n[1, 0], found.n_category[1, 0]) == (0, 0)
    with pytest.raises(WeightingError, match="without respondents"):
        linearised(HAND, Y, ~EVERYONE)


def test_missing_answers_count_only_outside_the_universe() -> None:
    y = np.array([[1.0], [0], [1], [0], [np.nan]])
    universe = np.array([True, True, True, True, False])
    assert shares(HAND, y, ALL, universe).estimate[0, 0] == pytest.approx(50)
    with pytest.raises(WeightingError, match="missing values"):
        shares(HAND, y, ALL)


@pytest.mark.parametrize("y", [0.0, 1.0, 0.5])
def test_whole_population_observed_leaves_nothing_uncertain(y: float) -> None:
    design = Design(np.zeros(4, dtype=int), np.ones(4), np.array([4.0]))
    answers = np.array([[1.0], [1], [0], [0]]) if y == 0.5 else np.full((4, 1), y)
    found = shares(design, answers, np.ones((4, 1), dtype=bool))
    assert found.se[0, 0] == 0
    assert found.ci_low[0, 0] == found.ci_high[0, 0] == found.estimate[0, 0] == 100 * y


def test_a_stratum_observed_whole_is_known_within_a_sample() -> None:
    weight = np.array([1.0, 1, 5, 5])
    design = Design(np.array([0, 0, 1, 1]), weight, np.array([2.0, 10]))
    domains = np.array([[True, True, False, False], [False, False, True, True]]).T
    found = shares(design, np.zeros((4, 1)), domains)
    assert found.ci_high[0, 0] == 0
    assert found.ci_high[1, 0] > 50


def test_nobody_and_everybody_have_no_standard_error_but_an_interval() -> None:
    """With equal weights that of Clopper & Pearson, on n/(1 − n/N) respondents."""
    design = Design(np.zeros(40, dtype=int), np.full(40, 25.0), np.array([1000.0]))
    everyone = np.ones((40, 1), dtype=bool)
    y = np.column_stack([np.zeros(40), np.ones(40)])
    found, bare = (shares(d, y, everyone) for d in (design, design.without_correction()))
    for k, successes in enumerate((0, 40)):
        exact = stats.binomtest(successes, 40).proportion_ci(method="exact")
        assert bare.ci_low[0, k] == pytest.approx(100 * exact.low)
        assert bare.ci_high[0, k] == pytest.approx(100 * exact.high)
        assert (found.se[0, k], found.se_imputation[0, k]) == (0, 0)
        assert np.isnan(found.deff[0, k])
        assert found.n_effective[0, k] == 40
    assert found.ci_high[0, 0] == pytest.approx(100 * (1 - 0.025 ** (0.96 / 40)))


def test_everybody_is_exactly_100_percent_whatever_the_weights() -> None:
    """Sums of many weights round; that must give neither 99.99… % nor a standard error of 1e-16."""
    population = np.random.default_rng(3).uniform(50, 900, 44)
    stratum = np.arange(2900) % 44
    design = Design(stratum, (population / np.bincount(stratum))[stratum], population * 3)
    found = shares(design, np.ones((2900, 2)), np.ones((2900, 1), dtype=bool))
    assert (found.estimate[0, 0], found.se[0, 0]) == (100, 0)
    assert np.isnan(found.deff[0, 0])


def test_one_respondent_per_stratum_still_has_an_interval() -> None:
    """Zero degrees of freedom count as one, so the interval is wide but there."""
    design = Design(np.arange(2), np.array([5.0, 5]), np.array([5.0, 5]))
    found = shares(design, np.array([[0.0], [1]]), np.ones((2, 1), dtype=bool))
    assert found.df[0, 0] == 1
    assert 0 <= found.ci_low[0, 0] < 5
    assert 95 < found.ci_high[0, 0] <= 100


def test_one_respondent() -> None:
    """Nothing but that it answered: an interval of nearly all there is, under any rule."""
    for singleton in SINGLETON:
        design = Design(np.zeros(1, dtype=int), np.array([9.0]), np.array([9.0]), singleton)
        found = shares(design, np.array([[0.0, 1.0]]), np.ones((1, 1), dtype=bool))
        assert found.estimate.tolist() == [[0, 100]]
        assert found.ci_high[0, 0] == pytest.approx(100 * (1 - 0.025 ** (8 / 9)))
        assert found.ci_low[0, 1] == pytest.approx(100 * 0.025 ** (8 / 9))
        assert (found.n_effective[0, 0], found.df[0, 0]) == (1, 1)


def test_without_imputation_nothing_is_due_to_it() -> None:
    found = shares(HAND, Y, ALL)
    assert (found.se_imputation[0, 0], found.imputed_share[0, 0]) == (0, 0)


def test_what_imputation_adds_counts_in_every_measure_of_precision() -> None:
    """The fifth took the answer of the third or the fourth."""
    deck = HotDeck(np.array([-1, -1, -1, -1, 0]), [np.array([2, 3])])
    bare = shares(HAND, Y, ALL)
    found = shares(HAND, Y, ALL, base=Base(EVERYONE, deck=deck))
    assert found.estimate == bare.estimate
    assert found.imputed_share[0, 0] == pytest.approx(100 * 10 / 34)
    assert found.se_imputation[0, 0] > 1
    assert found.se[0, 0] == pytest.approx(np.hypot(bare.se[0, 0], found.se_imputation[0, 0]))
    p, se = 12 / 34, found.se[0, 0] / 100
    assert found.n_effective[0, 0] == pytest.approx(p * (1 - p) / se**2)
    assert found.deff == bare.deff, "the design effect is that of the sample"
    size = found.n_effective[0, 0]  # below that observed, so the bound takes nothing off
    size *= (stats.t.ppf(0.975, 4) / stats.t.ppf(0.975, found.df[0, 0])) ** 2
    low = stats.beta.ppf(0.025, size * p, size * (1 - p) + 1)
    assert found.ci_low[0, 0] == pytest.approx(100 * low)


def test_answers_or_domains_of_another_length_are_refused() -> None:
    with pytest.raises(WeightingError, match="4 answers and 5 rows of domains"):
        shares(HAND, Y[:4], ALL)
    with pytest.raises(WeightingError, match="5 answers and 4 rows of domains"):
        shares(HAND, Y, ALL[:4])


def numbers(found: Shares) -> Array:
    return np.stack([found.estimate, found.se, found.ci_low, found.ci_high])


@given(samples())
@settings(deadline=None)
def test_shares_add_up_and_intervals_hold_the_estimate(sample: Sample) -> None:
    design, y, domains = sample
    found = shares(design, y, domains)
    some = found.n[:, 0] > 0
    assert found.estimate[some].sum(axis=1) == pytest.approx(100)
    assert (found.n_category.sum(axis=1) == found.n[:, 0]).all()
    everybody = found.n_category == found.n
    assert (found.estimate[everybody & (found.n > 0)] == 100).all()
    assert (found.se[everybody & (found.n > 0)] == 0).all()
    estimate, se, low, high = numbers(found)[:, some]
    assert (se >= 0).all()
    assert (low >= 0).all()
    assert (high <= 100).all()
    assert (low <= estimate + 1e-9).all()
    assert (estimate <= high + 1e-9).all()


@given(samples(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_does_not_matter(sample: Sample, random: Random) -> None:
    design, y, domains = sample
    order = np.array(random.sample(range(len(y)), len(y)))
    shuffled = Design(design.stratum[order], design.weight[order], design.population)
    before, after = shares(design, y, domains), shares(shuffled, y[order], domains[order])
    assert numbers(after) == pytest.approx(numbers(before), nan_ok=True, abs=1e-6)


@given(samples(), st.integers(2, 4))
@settings(deadline=None)
def test_replicating_the_file_leaves_estimates_alone(sample: Sample, k: int) -> None:
    design, y, domains = sample
    many = Design(np.tile(design.stratum, k), np.tile(design.weight, k), k * design.population)
    before = shares(design, y, domains)
    after = shares(many, np.tile(y, (k, 1)), np.tile(domains, (k, 1)))
    assert after.estimate == pytest.approx(before.estimate, nan_ok=True)
    assert (after.n == k * before.n).all()


@given(samples(), st.data())
@settings(deadline=None)
def test_splitting_a_stratum_at_the_same_rate_leaves_estimates_alone(
    sample: Sample, data: st.DataObject
) -> None:
    """A stratum's rows become two strata with N_h divided as the respondents are."""
    design, y, domains = sample
    moved = np.array(data.draw(st.lists(st.booleans(), min_size=len(y), max_size=len(y))))
    moved &= design.stratum == 0
    stratum = np.where(moved, len(design.population), design.stratum)
    n, first = (design.stratum == 0).sum(), design.population[0]
    halves = first * (n - moved.sum()) / n, first * moved.sum() / n
    population = np.array([halves[0], *design.population[1:], halves[1]])
    split = Design(stratum, design.weight, population)
    before, after = shares(design, y, domains), shares(split, y, domains)
    assert after.estimate == pytest.approx(before.estimate, nan_ok=True)
