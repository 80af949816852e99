"""Linear combinations of shares: by hand, by identities, with what shares of 0 and 1 recover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy import stats

from tests.weighting.hand import EVERYONE, HAND, STRATUM, Sample, Y, samples
from weighting import Design, WeightingError, combination, joint, shares, two_sided
from weighting.shares import recovered_variance

FIRST = Y[:, 0]
NOBODY = np.zeros(5)
#: 20 of 400 units and 30 of 60: the second stratum has a correction of 1/2
TWO = np.repeat([0, 1], [20, 30])
LARGE = Design(TWO, np.array([20.0, 2])[TWO], np.array([400.0, 60]))


def test_one_share_is_a_combination() -> None:
    found = combination(HAND, [(1, FIRST, EVERYONE)])
    share = shares(HAND, Y, EVERYONE[:, None])
    assert found.estimate == pytest.approx(share.estimate[0, 0])
    assert found.se == pytest.approx(share.se[0, 0])
    assert found.df == share.df[0, 0]
    assert found.p_value == pytest.approx(2 * stats.t.sf(found.estimate / found.se, found.df))


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
    """Also where nobody is in one of the two: it then adds nothing to the other."""
    design, y, domains = sample
    inside = domains[:, 0]
    union = shares(design, (y[:, [0]] + y[:, [1]]), inside[:, None])
    found = combination(design, [(1, y[:, 0], inside), (1, y[:, 1], inside)])
    assert found.estimate == pytest.approx(union.estimate[0, 0])
    varies = (y[:, :2] != y[0, :2]).any()
    if varies:
        assert found.se == pytest.approx(union.se[0, 0], abs=1e-6)
    everything = combination(design, [(1, y[:, k], inside) for k in range(3)])
    assert everything.estimate == pytest.approx(100)
    if varies:
        assert everything.se == pytest.approx(0, abs=1e-6)


def test_nobody_recovers_a_variance_from_the_exact_interval() -> None:
    """The arm of the interval is t standard errors long."""
    none = np.zeros(50)
    everyone = np.ones(50, dtype=bool)
    found = combination(LARGE, [(1, none, everyone)])
    share = shares(LARGE, none[:, None], everyone[:, None])
    t = stats.t.ppf(0.975, share.df[0, 0])
    assert (found.estimate, share.se[0, 0]) == (0, 0)
    assert found.se == pytest.approx(share.ci_high[0, 0] / t)
    assert found.se == pytest.approx(100 * recovered_variance(LARGE, everyone) ** 0.5)
    mirrored = combination(LARGE, [(1, none + 1, everyone)])
    assert mirrored.estimate == 100
    assert mirrored.se == pytest.approx(found.se)


def test_nobody_in_one_domain_against_some_in_another() -> None:
    """Two domains: variances add up, the recovered one with the square of its factor."""
    y = np.where(TWO == 1, np.arange(50) % 3 == 0, 0.0)
    first, second = TWO == 0, TWO == 1
    share = shares(LARGE, y[:, None], second[:, None])
    for factor in (1.0, -1.0, 0.25):
        found = combination(LARGE, [(factor, y, first), (1, y, second)])
        recovered = factor**2 * recovered_variance(LARGE, first)
        assert found.se == pytest.approx(100 * (share.se[0, 0] ** 2 / 1e4 + recovered) ** 0.5)
        assert found.df == pytest.approx(LARGE.effective_df(first | second))


def test_nobody_and_everybody_on_the_same_respondents() -> None:
    """What is uncertain of 0 % is more, of 100 % less: a difference has both, a sum neither."""
    alone = combination(HAND, [(1, NOBODY, EVERYONE)]).se
    terms = [(1.0, NOBODY, EVERYONE), (1.0, 1 - NOBODY, EVERYONE)]
    assert combination(HAND, terms).se == 0
    terms = [(1.0, NOBODY, EVERYONE), (-1.0, 1 - NOBODY, EVERYONE)]
    assert combination(HAND, terms).se == pytest.approx(2 * alone)
    terms = [(1.0, NOBODY, EVERYONE), (-1.0, NOBODY, EVERYONE)]
    assert combination(HAND, terms).se == 0


def test_where_all_is_observed_nothing_is_recovered() -> None:
    counted = Design(np.zeros(4, dtype=int), np.ones(4), np.array([4.0]))
    everyone = np.ones(4, dtype=bool)
    assert recovered_variance(counted, everyone) == 0
    assert combination(counted, [(1, np.zeros(4), everyone)]).se == 0


@given(samples())
@settings(deadline=None)
def test_combinations_at_once_are_those_one_by_one(sample: Sample) -> None:
    """Their covariances are those that differences have; a sum of variances minus twice that."""
    design, y, domains = sample
    assume(domains[:, 1].any())
    whole, part = domains.T
    rows = [
        [(1.0, y[:, 0], whole)],
        [(1.0, y[:, 1], part)],
        [(0.5, y[:, 0], whole), (-2.0, y[:, 2], part)],
    ]
    found = joint(design, rows)
    for k, terms in enumerate(rows):
        alone = combination(design, terms)
        assert found.estimate[k] == pytest.approx(alone.estimate)
        assert found.covariance[k, k] ** 0.5 == pytest.approx(alone.se, abs=1e-6)
    assert found.covariance == pytest.approx(found.covariance.T)
    varies = all((y[where] != y[where][0]).any(axis=0).all() for where in (whole, part))
    if varies:  # what shares of 0 and 1 recover counts once per combination
        pair = found.pair(design, 0, 2)
        minus = combination(design, [*rows[0], *((-a, v, where) for a, v, where in rows[2])])
        assert pair.estimate == pytest.approx(minus.estimate)
        assert pair.se == pytest.approx(minus.se, abs=1e-6)
        assert pair.df == pytest.approx(minus.df)


def test_a_pair_stands_on_the_degrees_of_freedom_of_both() -> None:
    """Two strata of 20 and 30, unlike in weight: neither has those of the two together."""
    y = np.where(np.arange(50) % 3 == 0, 1.0, 0.0)
    first, second = TWO == 0, TWO == 1
    found = joint(LARGE, [[(1.0, y, first)], [(1.0, y, second)]])
    pair = found.pair(LARGE, 0, 1)
    together = LARGE.effective_df(first | second)
    assert pair.df == found.pair(LARGE, 1, 0).df == pytest.approx(together)
    assert together > 19.1
    alone = [shares(LARGE, y[:, None], where[:, None]) for where in (first, second)]
    assert pair.estimate == pytest.approx(alone[0].estimate[0, 0] - alone[1].estimate[0, 0])
    assert pair.se == pytest.approx(np.hypot(alone[0].se[0, 0], alone[1].se[0, 0]))
    assert pair.p_value == pytest.approx(2 * stats.t.sf(abs(pair.estimate) / pair.se, together))


def test_two_sided_is_that_of_t_and_of_the_normal_distribution() -> None:
    change, se = np.array([2.0, -2, 0, 5, 5]), np.array([1.0, 1, 1, 0, np.nan])
    for df in (1, 2.5, 30, np.inf):
        found = two_sided(change, se, df)
        expected = 2 * (stats.norm.sf(2) if np.isinf(df) else stats.t.sf(2, df))
        assert found[:3] == pytest.approx([expected, expected, 1])
        assert np.isnan(found[3:]).all()
    each = two_sided(change[:3], se[:3], np.array([3, np.inf, 5]))
    assert each == pytest.approx([2 * stats.t.sf(2, 3), 2 * stats.norm.sf(2), 1])
