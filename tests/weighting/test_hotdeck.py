"""What imputation adds to a variance: by hand, by invariants and by many draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.weighting.hand import Sample, samples
from weighting import Array, Base, BoolArray, Design, HotDeck, Shares, combination, shares

# Six units in one stratum of 12: four donors, then two who took their answers from these.
SIX = Design(np.zeros(6, dtype=int), np.full(6, 2.0), np.array([12.0]))
TAKEN = np.array([[1.0], [1], [0], [0], [1], [0]])
DECK = HotDeck(np.array([-1, -1, -1, -1, 0, 0]), [np.arange(4)])
ALL = np.ones((6, 1), dtype=bool)


def precision(
    design: Design, y: Array, domains: BoolArray, deck: HotDeck | None, **base: BoolArray
) -> Shares:
    everyone = np.ones(len(y), dtype=bool)
    universe = base.pop("universe", None)
    return shares(design, y, domains, universe, Base(everyone, None, deck, **base))


def same_variance(a: Shares, b: Shares) -> None:
    """Equal but for rounding, which the root of a variance of 0 would magnify."""
    for name in ("se", "se_imputation"):
        one, other = np.square(getattr(a, name)), np.square(getattr(b, name))
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8)


def test_by_hand() -> None:
    """Rao & Shao's variance of a mean of one class, n = 6, r = 4, m = 2, both means ½.

    Without correction 6/5 · Σu²: a donor has u = (y − ½)(1 + m/(r − 1))/6, the others (y − ½)/6,
    so 6/5 · (25/9 + 1/2)/36 = 59/540, of which 6/5 · 1.5/36 = 1/20 by the sample if all six had
    answered. Half of the population was sampled, which halves the latter and nothing else.
    """
    found = precision(SIX, TAKEN, ALL, DECK)
    added = 59 / 540 - 1 / 20
    assert found.estimate[0, 0] == 50
    assert found.se_imputation[0, 0] == pytest.approx(100 * added**0.5)
    assert found.se[0, 0] == pytest.approx(100 * (0.5 / 20 + added) ** 0.5)
    assert found.imputed_share[0, 0] == pytest.approx(100 / 3)


@pytest.mark.parametrize("what", ["domain", "universe"])
def test_a_donor_outside_counts(what: str) -> None:
    """Two firms, one of whom took its answer: p = ½; both its donors are elsewhere.

    A donor has u = 1/(r − 1) · (y − ½)/2 = ±¼, and the two in the domain ±¼ of their own. The mean
    of u is 0: 4/3 · (4/16) without correction, of which 4/3 · (2/16) by the sample.
    """
    design = Design(np.zeros(4, dtype=int), np.full(4, 5.0), np.array([20.0]), fpc=False)
    y, domain = np.array([[1.0], [0], [1], [0]]), np.array([[False], [False], [True], [True]])
    deck = HotDeck(np.array([-1, -1, 0, -1]), [np.array([0, 1])])
    if what == "domain":
        found = precision(design, y, domain, deck)
    else:  # that the recipient is known to be in
        found = precision(design, y, domain | True, deck, universe=domain[:, 0])
    assert found.se[0, 0] == pytest.approx(100 * (1 / 3) ** 0.5)
    assert found.se_imputation[0, 0] == pytest.approx(100 * (1 / 6) ** 0.5)
    assert found.imputed_share[0, 0] == 50


def test_whoever_might_have_fallen_outside_counts_outside() -> None:
    """Of six firms the filter of the last two was imputed; one of them ended in the universe.

    The universe holds units 0–2 and 4 with answers 1, 1, 0, 0: p = ½, z = ±1/16, of weight 8.
    Donors 0–3 have z = 1/16, 1/16, −1/16 and, outside, 0: z̄ = 1/64. c = 4, for both recipients: 4/3
    of 3/64, 3/64, −5/64 and −1/64 comes to w z = ⅛, ⅛, −⅛, 0 (and −⅛, 0 for the recipients).
    """
    y = np.array([[1.0], [1], [0], [0], [0], [0]])
    universe = np.array([True, True, True, False, True, False])
    drawn = np.array([False, False, False, False, True, True])
    bare = Design(SIX.stratum, SIX.weight, SIX.population, fpc=False)
    found = precision(bare, y, ALL, DECK, universe=universe, taken=ALL & False, drawn=drawn)
    u = np.array([1 / 8 + 1 / 16, 1 / 8 + 1 / 16, -1 / 8 - 5 / 48, -1 / 48, -1 / 8, 0])
    assert u.sum() == pytest.approx(0)
    assert found.estimate[0, 0] == 50
    assert found.se[0, 0] == pytest.approx(100 * (6 / 5 * (u**2).sum()) ** 0.5)
    assert found.imputed_share[0, 0] == 25


def test_only_categories_that_were_taken_gain_variance() -> None:
    y = np.hstack([TAKEN, TAKEN])
    found = precision(SIX, y, ALL, DECK, taken=np.array([[True, False]] * 6))
    assert found.se_imputation[0, 0] > 0
    assert found.se_imputation[0, 1] == 0
    assert found.se[0, 1] == precision(SIX, TAKEN, ALL, None).se[0, 0]
    assert found.imputed_share[0].tolist() == pytest.approx([100 / 3, 0])


def test_a_recipient_of_several_answers_counts_for_the_first() -> None:
    one = HotDeck(np.array([-1, 0, -1, -1]), [np.array([2, 3])])
    other = HotDeck(np.array([0, 0, -1, -1]), [np.array([3])])
    joined = HotDeck.first([one, other], 4)
    assert joined.recipients.tolist() == [True, True, False, False]
    assert joined.donors[joined.pool[1]].tolist() == [2, 3]
    assert joined.donors[joined.pool[0]].tolist() == [3]
    assert not HotDeck.first([], 4).recipients.any()
    assert joined.only(np.array([True, False, True, True])).recipients.tolist() == [True] + 3 * [
        False
    ]


def test_a_combination_has_the_covariance_of_what_was_taken() -> None:
    """Two categories that exclude each other add up to what everybody is: no variance."""
    base = Base(ALL[:, 0], None, DECK)
    whole = combination(SIX, [(1, TAKEN[:, 0], base), (1, 1 - TAKEN[:, 0], base)])
    assert whole.se == pytest.approx(0, abs=1e-6)
    twice = combination(SIX, [(1, TAKEN[:, 0], base), (-1, 1 - TAKEN[:, 0], base)])
    assert twice.se == pytest.approx(2 * precision(SIX, TAKEN, ALL, DECK).se[0, 0])


Imputed = tuple[Sample, HotDeck]


@st.composite
def imputed(draw: st.DrawFn) -> Imputed:
    """A sample with pools of donors that overlap, and some recipients."""
    design, y, domains = draw(samples())
    n = len(y)
    recipient = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    donors = np.flatnonzero(~recipient)
    if not len(donors):
        return (design, y, domains), HotDeck(np.full(n, -1), [])
    pools = [np.sort(rng.choice(donors, rng.integers(1, len(donors) + 1), False)) for _ in range(3)]
    return (design, y, domains), HotDeck(np.where(recipient, rng.integers(0, 3, n), -1), pools)


@settings(max_examples=60, deadline=None)
@given(imputed())
def test_imputation_only_adds(case: Imputed) -> None:
    """V = V of the sample + V of imputation; estimates, bases and design effects stay."""
    (design, y, domains), deck = case
    without, found = shares(design, y, domains), precision(design, y, domains, deck)
    for name in ("estimate", "n", "n_category", "deff", "df"):
        np.testing.assert_array_equal(getattr(found, name), getattr(without, name))
    np.testing.assert_allclose(
        found.se**2, without.se**2 + found.se_imputation**2, rtol=1e-9, atol=1e-9
    )
    assert (found.n_effective[found.n > 0] <= without.n_effective[found.n > 0] + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(imputed())
def test_nothing_taken_nothing_added(case: Imputed) -> None:
    (design, y, domains), deck = case
    nobody = HotDeck(np.full(len(y), -1), deck.donors)
    without = shares(design, y, domains)
    for found in (
        precision(design, y, domains, nobody),
        precision(design, y, domains, deck, taken=np.zeros(y.shape, dtype=bool)),
    ):
        np.testing.assert_array_equal(found.se, without.se)
        np.testing.assert_array_equal(found.ci_high, without.ci_high)
        empty = found.n == 0
        assert (found.se_imputation[~empty] == 0).all()
        assert (found.imputed_share[~empty] == 0).all()


@settings(max_examples=60, deadline=None)
@given(imputed())
def test_donors_who_agree_leave_nothing_to_chance(case: Imputed) -> None:
    (design, y, domains), deck = case
    y = y.copy()
    for donors in deck.donors:
        y[donors] = y[deck.donors[0][0]]  # pools overlap
    found = precision(design, y, domains, deck)
    assert np.nanmax(found.se_imputation, initial=0) == pytest.approx(0, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(imputed(), st.floats(0.01, 100))
def test_the_unit_of_weight_does_not_matter(case: Imputed, factor: float) -> None:
    (design, y, domains), deck = case
    scaled = Design(design.stratum, factor * design.weight, design.population)
    a, b = precision(design, y, domains, deck), precision(scaled, y, domains, deck)
    same_variance(a, b)


@settings(max_examples=60, deadline=None)
@given(imputed(), st.integers(0, 999))
def test_order_does_not_matter(case: Imputed, seed: int) -> None:
    (design, y, domains), deck = case
    order = np.random.default_rng(seed).permutation(len(y))
    place = np.argsort(order)  # where each respondent has gone
    shuffled = Design(design.stratum[order], design.weight[order], design.population)
    moved = HotDeck(deck.pool[order], [place[donors] for donors in deck.donors])
    a = precision(design, y, domains, deck)
    b = precision(shuffled, y[order], domains[order], moved)
    same_variance(a, b)
    np.testing.assert_allclose(a.imputed_share, b.imputed_share, rtol=1e-8)


@settings(max_examples=60, deadline=None)
@given(imputed())
def test_a_category_and_its_complement_are_as_precise(case: Imputed) -> None:
    (design, y, domains), deck = case
    a, b = precision(design, y, domains, deck), precision(design, 1 - y, domains, deck)
    same_variance(a, b)


def test_expected_variance_is_that_of_many_draws() -> None:
    """20,000 finite populations at once, each a column: two strata of 80 and 600 units, of which 40
    and 60 in the sample; a third of these don't answer and take theirs from their stratum."""
    rng = np.random.default_rng(5)
    sizes, counts, p, k = np.array([80, 600]), np.array([40, 60]), (0.3, 0.6), 20_000
    population = [rng.random((size, k)) < share for size, share in zip(sizes, p, strict=True)]
    y = np.vstack([units[:n] for units, n in zip(population, counts, strict=True)]).astype(float)
    stratum = np.repeat([0, 1], counts)
    silent = np.arange(100) % 3 == 0
    donors = [np.flatnonzero(~silent & (stratum == h)) for h in (0, 1)]
    for h in (0, 1):
        taking = np.flatnonzero(silent & (stratum == h))
        y[taking] = y[rng.choice(donors[h], (len(taking), k)), np.arange(k)]
    design = Design(stratum, (sizes / counts)[stratum], sizes.astype(float))
    deck = HotDeck(np.where(silent, stratum, -1), donors)
    found = precision(design, y, np.ones((100, 1), dtype=bool), deck)
    error = found.estimate[0] - 100 * np.vstack(population).mean(axis=0)
    real, estimated = np.square(error).mean(), np.square(found.se).mean()
    assert estimated == pytest.approx(real, rel=0.03)
    assert np.square(found.se_imputation).mean() > 0.4 * real
