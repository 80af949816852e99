"""Differences between samples and tests of tables: by hand, by enumeration and against scipy."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import stats

from tests.weighting.hand import HAND, STRATUM
from weighting import (
    Array,
    Design,
    WeightingError,
    holm,
    independent_difference,
    linearised,
    overlap_covariance,
    rao_scott,
)


def test_differences_between_samples_by_hand() -> None:
    """3-4-5: variances add up, and the test is that of the normal distribution."""
    earlier, later = np.array([10.0, 40.0, 7.0]), np.array([20.0, 31.0, 7.0])
    found = independent_difference(earlier, np.array([3.0] * 3), later, np.array([4.0] * 3))
    assert found.estimate.tolist() == [10, -9, 0]
    assert found.se.tolist() == [5, 5, 5]
    assert found.p_value[0] == pytest.approx(2 * stats.norm.sf(2))
    assert found.p_value[1] == pytest.approx(2 * stats.norm.sf(1.8))
    assert found.p_value[2] == 1


def test_few_degrees_of_freedom_make_the_test_that_of_welch() -> None:
    """On two simple random samples that of scipy's ttest_ind for unequal variances."""
    rng = np.random.default_rng(5)
    before, after = rng.normal(40, 3, 6), rng.normal(44, 12, 9)
    mean = [np.array([x.mean()]) for x in (before, after)]
    se = [np.array([x.std(ddof=1) / len(x) ** 0.5]) for x in (before, after)]
    found = independent_difference(mean[0], se[0], mean[1], se[1], 5, 8)
    welch = stats.ttest_ind(after, before, equal_var=False)
    assert found.estimate[0] / found.se[0] == pytest.approx(welch.statistic)
    assert found.p_value[0] == pytest.approx(welch.pvalue)
    one_sided = independent_difference(mean[0], se[0], mean[1], se[1], 5, np.inf)
    df = (se[0] ** 2 + se[1] ** 2) ** 2 / (se[0] ** 4 / 5)
    t = abs(found.estimate / found.se)
    assert one_sided.p_value[0] == pytest.approx(2 * stats.t.sf(t, df)[0])


def test_what_two_samples_share_narrows_their_difference() -> None:
    """3² + 4² − 2 · 4.5 = 4²; never below 0."""
    ten = np.array([10.0])
    found = independent_difference(ten, ten - 7, 2 * ten, ten - 6, covariance=4.5)
    assert found.se[0] == pytest.approx(4)
    assert found.p_value[0] == pytest.approx(2 * stats.norm.sf(2.5))
    wider = independent_difference(ten, ten - 7, 2 * ten, ten - 6, covariance=-5.5)
    assert wider.se[0] == pytest.approx(6)
    assert independent_difference(ten, ten, ten, ten, covariance=101).se[0] == 0


X = np.array([3.0, 1, 4, 1, 5, 9])
LATER = np.array([2.0, 7, 1, 8, 2, 8])


def drawn(units: tuple[int, ...], values: Array, size: int) -> tuple[Design, Array]:
    """A simple random sample of units with the weighted values that add up to an estimate."""
    n = len(units)
    weight = np.full(n, size / n)
    design = Design(np.zeros(n, dtype=int), weight, np.array([float(size)]))
    return design, weight * values[list(units)]


def positions(units: tuple[int, ...], others: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Where each unit stands in the other sample, or −1."""
    return np.array([others.index(unit) if unit in others else -1 for unit in units])


def covariance_of(one: tuple[int, ...], two: tuple[int, ...], size: int) -> float:
    (design, u), (other, v) = drawn(one, X, size), drawn(two, LATER, size)
    return overlap_covariance((design, u, positions(one, two)), (other, v, positions(two, one)))


@pytest.mark.parametrize(
    ("size", "n1", "n2", "m"),
    # by chance n₁n₂/N are in both: fewer give a covariance of the other sign, as many none
    [(5, 3, 3, 2), (5, 4, 3, 2), (6, 4, 4, 2), (6, 4, 3, 3), (6, 5, 4, 3), (6, 3, 4, 2)],
)
def test_the_covariance_is_right_over_all_samples_there_are(
    size: int, n1: int, n2: int, m: int
) -> None:
    """All pairs of samples with m units in both, equally likely: Tam's estimate has no bias."""
    pairs = [
        (one, two)
        for one in combinations(range(size), n1)
        # backwards, so that no unit stands where it stood before
        for two in combinations(range(size - 1, -1, -1), n2)
        if len({*one} & {*two}) == m
    ]
    totals = np.array(
        [[drawn(one, X, size)[1].sum(), drawn(two, LATER, size)[1].sum()] for one, two in pairs]
    )
    truth = np.cov(totals.T, ddof=0)[0, 1]
    found = np.mean([covariance_of(one, two, size) for one, two in pairs])
    assert found == pytest.approx(truth)
    assert (abs(truth) > 0.01) == (m * size != n1 * n2)


def test_the_same_sample_with_the_same_answers_has_not_changed() -> None:
    """V₁ + V₂ − 2C is 0, over strata too, in whatever order the later sample stands."""
    stratum = np.array([0, 0, 0, 1, 1, 1, 1])
    design = Design(stratum, np.array([5.0, 3])[stratum], np.array([15.0, 12]))
    _, u = linearised(design, np.array([[1.0], [0], [1], [0], [0], [1], [0]]), np.full(7, True))
    order = np.array([6, 2, 0, 5, 3, 1, 4])
    later = Design(design.stratum[order], design.weight[order], design.population)
    found = overlap_covariance((design, u[:, 0], np.argsort(order)), (later, u[order, 0], order))
    assert found == pytest.approx(design.variance(u)[0])
    assert found > 0


def test_who_is_in_one_sample_only_gives_no_covariance() -> None:
    assert covariance_of((0, 1, 2), (3, 4, 5), 6) == 0
    assert covariance_of((0, 1, 2), (2, 3, 4), 6) == 0, "one unit has no spread"


def test_the_larger_population_of_two_waves_counts() -> None:
    """C = (1 − n₁n₂/(mN)) m/(m − 1) Σ with 3 of 3 in both, Σ = 6: 9(1 − 3/N)."""
    u = np.array([1.0, 2, 3])
    here = np.arange(3)
    designs = {
        size: Design(np.zeros(3, dtype=int), np.full(3, size / 3), np.array([size]))
        for size in (6.0, 12.0)
    }
    for a, b in ((6.0, 12.0), (12.0, 6.0)):
        found = overlap_covariance((designs[a], u, here), (designs[b], 3 * u, here))
        assert found == pytest.approx(9 * (1 - 3 / 12))


def test_holm_by_hand() -> None:
    """The smallest of four times 4, the next times 3, …; never less than one before, at most 1."""
    found = holm(np.array([0.04, 0.01, 0.03, 0.9]))
    assert found.tolist() == pytest.approx([0.09, 0.04, 0.09, 0.9])
    assert holm(np.array([0.6, 0.7])).tolist() == pytest.approx([1, 1])
    assert holm(np.array([0.02])).tolist() == [0.02]


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
