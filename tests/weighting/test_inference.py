"""Combinations, differences and tests: by hand, by identities and against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from tests.weighting.hand import EVERYONE, HAND, STRATUM, Sample, Y, samples
from weighting import (
    Design,
    WeightingError,
    combination,
    independent_difference,
    rao_scott,
    shares,
)

FIRST = Y[:, 0]


def test_one_share_is_a_combination() -> None:
    found = combination(HAND, [(1, FIRST, EVERYONE)])
    share = shares(HAND, Y, EVERYONE[:, None])
    assert found.estimate == pytest.approx(share.estimate[0, 0])
    assert found.se == pytest.approx(share.se[0, 0])
    assert found.df == 3
    assert found.p_value == pytest.approx(2 * stats.t.sf(found.estimate / found.se, 3))


def test_shares_of_separate_strata_are_independent() -> None:
    parts = [STRATUM == 0, STRATUM == 1]
    single = [shares(HAND, Y, part[:, None]).se[0, 0] for part in parts]
    found = combination(HAND, [(1, FIRST, parts[0]), (-1, FIRST, parts[1])])
    assert found.estimate == pytest.approx(50 - 100 / 3)
    assert found.se == pytest.approx(np.hypot(*single))


def test_a_difference_carries_the_covariance() -> None:
    """A part against the whole, by hand: u = w_d (y − p_d) − w (y − p) for each of the five."""
    part = np.array([True, False, True, True, False])
    # p = 12/22 in the part and 12/34 in all; strata of 2 of 4 and 3 of 30
    u = HAND.weight * (part * (FIRST - 12 / 22) / 22 - (FIRST - 12 / 34) / 34)
    v = 0.5 * 2 * u[:2].var(ddof=1) + 0.9 * 3 * u[2:].var(ddof=1)
    found = combination(HAND, [(1, FIRST, part), (-1, FIRST, EVERYONE)])
    assert found.se == pytest.approx(100 * v**0.5)
    single = [shares(HAND, Y, d[:, None]).se[0, 0] for d in (part, EVERYONE)]
    assert found.se != pytest.approx(np.hypot(*single))


def test_a_share_minus_itself_is_exactly_nothing() -> None:
    same = combination(HAND, [(1, FIRST, EVERYONE), (-1, FIRST, EVERYONE)])
    assert (same.estimate, same.se) == (0, 0)
    assert np.isnan(same.p_value)


def test_a_combination_needs_respondents_in_each_domain() -> None:
    with pytest.raises(WeightingError, match="without respondents"):
        combination(HAND, [(1, FIRST, EVERYONE), (-1, FIRST, ~EVERYONE)])


@given(samples())
@settings(deadline=None)
def test_a_sum_of_categories_is_the_share_of_their_union(sample: Sample) -> None:
    design, y, domains = sample
    inside = domains[:, 0]
    union = shares(design, (y[:, [0]] + y[:, [1]]), inside[:, None])
    found = combination(design, [(1, y[:, 0], inside), (1, y[:, 1], inside)])
    assert found.estimate == pytest.approx(union.estimate[0, 0])
    assert found.se == pytest.approx(union.se[0, 0], abs=1e-6)
    everything = combination(design, [(1, y[:, k], inside) for k in range(3)])
    assert everything.estimate == pytest.approx(100)
    assert everything.se == pytest.approx(0, abs=1e-6)


def test_differences_between_samples_by_hand() -> None:
    """3-4-5: variances add up, and the test is that of the normal distribution."""
    earlier, later = np.array([10.0, 40.0, 7.0]), np.array([20.0, 31.0, 7.0])
    found = independent_difference(earlier, np.array([3.0] * 3), later, np.array([4.0] * 3))
    assert found.estimate.tolist() == [10, -9, 0]
    assert found.se.tolist() == [5, 5, 5]
    assert found.p_value[0] == pytest.approx(2 * stats.norm.sf(2))
    assert found.p_value[1] == pytest.approx(2 * stats.norm.sf(1.8))
    assert found.p_value[2] == 1


def test_without_a_standard_error_there_is_no_test() -> None:
    nothing = np.zeros(2)
    found = independent_difference(nothing, np.array([0, np.nan]), nothing + 5, np.array([0.0, 1]))
    assert np.isnan(found.p_value).all()


def test_rao_scott_is_pearson_for_a_simple_random_sample() -> None:
    """Without strata, fpc and weights the correction is n/(n − 1), whatever the table."""
    rng = np.random.default_rng(7)
    rows, columns = rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    design = Design(np.zeros(200, dtype=int), np.ones(200), np.array([200.0]), fpc=False)
    found = rao_scott(design, rows, columns)
    table = pd.crosstab(rows, columns).to_numpy()
    pearson = stats.chi2_contingency(table, correction=False)
    assert found.statistic * 2 == pytest.approx(pearson.statistic * 199 / 200)
    assert found.df1 == pytest.approx(2)
    assert found.n == 200


def test_rao_scott_is_about_the_universe_and_those_with_both_labels() -> None:
    """What stands outside, or misses a label, changes nothing but that it isn't there."""
    rng = np.random.default_rng(8)
    rows, columns = rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    design = Design(np.arange(200) % 4, np.full(200, 5.0), np.full(4, 250.0))
    universe = np.arange(200) >= 60
    found = rao_scott(design, rows, columns, universe)
    assert found.n == 140
    blank = pd.Series(rows).where(universe)
    other = np.where(universe, columns, 7)
    assert rao_scott(design, blank, columns) == found
    assert rao_scott(design, rows, other, universe) == found


def test_rao_scott_leaves_out_contrasts_of_empty_cells_only() -> None:
    """A block of empty cells has no variance: the estimable contrasts remain, whatever the names.

    Two rows and two columns of which nobody is in any combination leave 4 − 1 of the 2 × 2
    contrasts, and of a simple random sample Δ is nearly the identity of that order.
    """
    table = np.array([[9, 12, 21], [14, 0, 0], [17, 0, 0]])
    pairs = np.repeat(np.argwhere(table + 1), table.ravel(), axis=0)
    design = Design(np.zeros(len(pairs), int), np.ones(len(pairs)), np.array([1e3]), fpc=False)
    found = rao_scott(design, pairs[:, 0], pairs[:, 1])
    assert 2.99 < found.df1 <= 3
    renamed = rao_scott(design, np.array([*"cab"])[pairs[:, 0]], np.array([*"zyx"])[pairs[:, 1]])
    assert renamed.statistic == pytest.approx(found.statistic)
    assert renamed.p_value == pytest.approx(found.p_value)


def test_rao_scott_needs_two_categories_and_variance() -> None:
    with pytest.raises(WeightingError, match="1 × 2 categories on 5"):
        rao_scott(HAND, ["a"] * 5, [*"ababa"])
    counted = Design(STRATUM, np.ones(5), np.array([2.0, 3]))
    with pytest.raises(WeightingError, match="no variance"):
        rao_scott(counted, [*"abaab"], [*"xyyxy"])
