"""Rankings: who is named, who cannot be told apart, who is not ranked at all."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose import ranking as rank
from barometer.prose.names import names
from barometer.prose.statements import larger, unproven
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey
from tests.prose.small_waves import N, several, wave

HOLDS, ONLY, FAILS = "holds", "estimates_only", "fails"


def test_ranking_leaves_out_the_withheld_and_keeps_ties_in_order() -> None:
    one = wave(2025, 120)["lease"]["yes"]
    missing = wave(2025, 120, disclosure=N + 1)["lease"]["yes"]
    a, b, c = (dataclasses.replace(one, estimate=float(x), n=i) for i, x in enumerate((3, 5, 5)))
    assert [e.n for e in rank.highest([a, missing, b, c], 2)] == [b.n, c.n]
    assert rank.highest([a, b, c])[0] == b
    assert rank.lowest([missing, b, a], 5) == [a, b]
    assert rank.highest([missing]) == []
    assert rank.above([a, missing, b], 3) == [b]
    assert rank.above([a, b, c], a) == [b, c]


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0, 100))
def test_above_gives_all_of_them_from_high_to_low(values: list[float], threshold: float) -> None:
    over = rank.above(values, threshold)
    assert over == sorted((v for v in values if v > threshold), reverse=True)


def test_those_that_cannot_be_told_apart_are_named() -> None:
    """By hand: Holm over the six pairs, of which the smallest three are far below the level."""
    shares = several(300, 180, 170, 60)
    first = rank.highest(shares)
    assert [e.question for e in first] == ["a"]
    assert first.tied == []
    assert first.statement.verdict == HOLDS
    two = rank.highest(shares, 2)
    assert [e.question for e in two.tied] == ["c"]
    assert two.statement.verdict == ONLY
    assert rank.highest(shares, 3).statement.verdict == HOLDS
    assert [e.question for e in rank.lowest(shares, 2)] == ["d", "c"]
    assert [e.question for e in rank.lowest(shares, 2).tied] == ["b"]


def test_any_two_that_differ() -> None:
    """All six pairs are tested: the smallest p-value times six, of whichever pair has it."""
    shares = several(250, 225, 222, 195)
    by_hand = min((a - b).p_value for a, b in combinations(shares, 2))
    found = rank.differing(shares)
    assert found.comparisons[0].p_value == pytest.approx(6 * by_hand)
    assert found.verdict == (HOLDS if 6 * by_hand < 0.05 else ONLY)
    assert rank.differing(several(300, 180, 170, 60)).verdict == HOLDS
    assert unproven(rank.differing(several(202, 201, 200, 199))).verdict == HOLDS
    assert rank.differing(several(200, 200, 200, 200)).verdict == FAILS
    # one that is unreliable is no witness, and one alone differs from nobody
    flagged = dataclasses.replace(shares[0], flag="u")
    rest = 3 * min((a - b).p_value for a, b in combinations(shares[1:], 2))
    assert rank.differing([flagged, *shares[1:]]).comparisons[0].p_value == pytest.approx(rest)
    assert unproven(rank.differing(shares[:1])).verdict == FAILS


def test_p_values_are_adjusted_for_every_pair() -> None:
    """Holm by its definition: the i-th smallest of m p-values times m − i + 1, never decreasing."""
    shares = several(250, 225, 200, 195)
    pairs = list(combinations(range(4), 2))
    p_values = {p: larger(shares[p[0]], shares[p[1]]).comparisons[0].p_value for p in pairs}
    running, adjusted = 0.0, {}
    for i, pair in enumerate(sorted(pairs, key=p_values.__getitem__)):
        running = max(running, (6 - i) * p_values[pair])
        adjusted[pair] = min(running, 1.0)
    found = rank.highest(shares).comparisons
    assert [c.p_value for c in found] == pytest.approx([adjusted[0, j] for j in (1, 2, 3)])
    assert [c.difference for c in found] == pytest.approx(
        [float(shares[0]) - float(e) for e in shares[1:]]
    )
    # what a test of one pair would have called different is not, among six
    assert p_values[0, 2] < 0.05 / 6 < 0.05
    assert {j: c.shown for j, c in enumerate(found, 1)} == {
        j: adjusted[0, j] < 0.05 for j in (1, 2, 3)
    }


def test_pairs_carry_the_covariance_of_answers_of_the_same_firms() -> None:
    shares = several(250, 225, 100)
    found = rank.highest(shares).comparisons[0]
    single = larger(shares[0], shares[1]).comparisons[0]
    assert (found.difference, found.se) == pytest.approx((single.difference, single.se))


def test_the_unreliable_are_not_ranked() -> None:
    shares = several(300, 250, 200, 100)
    doubtful = [dataclasses.replace(shares[0], flag="u"), *shares[1:]]
    found = rank.highest(doubtful)
    assert [e.question for e in found] == ["b"]
    assert [e.question for e in found.unranked] == ["a"]
    # it lies before the first, and nobody can tell whether it is
    assert [e.question for e in found.tied] == ["a"]
    assert found.statement.verdict == ONLY
    behind = rank.highest([shares[0], shares[1], dataclasses.replace(shares[3], flag="u")])
    assert (behind.tied, behind.statement.verdict) == ([], HOLDS)
    # nor where nobody else is left to compare with
    alone = rank.highest([shares[0], *(dataclasses.replace(e, flag="u") for e in shares[1:])])
    assert [e.question for e in alone.tied] == ["b", "c", "d"]
    # too few would be left
    everyone = rank.highest([dataclasses.replace(e, flag="u") for e in shares], 2)
    assert [e.question for e in everyone] == ["a", "b"]
    assert everyone.unranked == []
    assert everyone.statement.verdict == ONLY


def test_combinations_are_ranked_too(survey: Survey) -> None:
    status = survey["ai_use_status"]
    gaps = [a - b for a, b in zip(status["use"].by("size"), status["none"].by("size"), strict=True)]
    found = rank.highest(gaps)
    assert found[0].domain_value == "Groot"
    runner_up = found.ranked[1]
    test = larger(found[0], runner_up).comparisons[0]
    assert (found.comparisons[0].difference, found.comparisons[0].se) == pytest.approx(
        (test.difference, test.se)
    )


def test_changes_are_ranked_over_waves(survey: Survey) -> None:
    from barometer.prose.trends import growth

    changes = [growth(e) for e in survey["technology_use"]]
    found = rank.highest(changes, 2)
    assert {e.category for e in found if isinstance(e, Estimate)} == {"text_mining", "nlg"}
    assert len(found.comparisons) == 5  # one technology is new
    assert not found.tied


def test_numbers_are_ranked_without_a_test() -> None:
    assert rank.highest([1.0, 3.0, 2.0], 2) == [3.0, 2.0]
    assert rank.highest([1.0, 3.0]).comparisons == ()


def test_ties_are_said_only_where_there_are() -> None:
    shares = several(300, 180, 170, 60)
    template = ", al is het verschil met {} niet significant"
    none = rank.ties(rank.highest(shares), template)
    assert none == ""
    assert none._repr_mimebundle_()["text/markdown"] == "[]{.nothing}"
    assert rank.ties(rank.highest(shares, 2), template) == template.format("yes")
    many = several(200, 199, 198, 197, 196)
    assert rank.ties(rank.highest(many), template) == template.format("vier andere")
    assert "vier" not in rank.ties(rank.highest(many), template, most=4)


def test_are_names_categories_or_domain_values_in_any_order() -> None:
    one = wave(2025, 120)["lease"]["yes"]
    both = rank.highest(one.of, 2)
    assert rank.are(both, "no", "yes").verdict == HOLDS
    assert rank.are(both, "yes").verdict == FAILS
    assert rank.are(both, "yes", "no", "perhaps").verdict == FAILS
    assert rank.are(rank.highest(one.by("region")), "hier").verdict == HOLDS
    assert rank.are(rank.above(one.of, 50), "no").verdict == HOLDS
    assert rank.are(rank.above(one.of, 99)).verdict == FAILS


def test_what_was_not_ranked_is_refused() -> None:
    one = wave(2025, 120)["lease"]["yes"]
    with pytest.raises(BarometerError, match="found a list; expected highest"):
        rank.are([one], "yes")
    with pytest.raises(BarometerError, match="ranking of the first 0; expected one or more"):
        rank.highest([one], 0)
    with pytest.raises(BarometerError, match="expected a ranking"):
        rank.ties(rank.highest([one]), "niemand")


def test_the_first_few_of_a_ranking_are_one() -> None:
    shares = several(300, 180, 170, 60)
    top = rank.highest(shares, 3)
    first = top[:2]
    assert isinstance(first, rank.Ranking)
    assert first.tied == rank.highest(shares, 2).tied != []
    assert top[:2] == top[0:2] == list(rank.highest(shares, 2))
    assert not isinstance(top[1:], rank.Ranking)


def test_are_of_a_ranking_asks_that_nobody_is_tied(survey: Survey) -> None:
    tech = survey["technology_use"]
    assert rank.are(rank.lowest(tech), "autonomous_machines").verdict == HOLDS
    assert rank.are(rank.highest(tech), "nlg").verdict == FAILS
    sectors = tech["nlg"].by("sector")
    top = [e.domain_value for e in rank.highest(sectors, 2)]
    verdict = rank.are(rank.highest(sectors, 2), *top).verdict
    assert verdict == (ONLY if rank.highest(sectors, 2).tied else HOLDS) == ONLY


def test_who_is_shown_not_to_come_first_contradicts(survey: Survey) -> None:
    """All but those that cannot be told apart from the first."""
    for shares in (survey["technology_use"], survey["technology_use"]["nlg"].by("sector")):
        top = rank.highest(shares)
        apart = [rank.identifier(e) for e in top.ranked if e not in (*top, *top.tied)]
        named = [rank.identifier(e) for e in shares]
        assert [x for x in named if rank.are(top, x).contradicted] == [
            x for x in named if x in apart
        ]
        assert 0 < len(apart) < len(named)


def test_led_by_asks_it_of_each(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    assert rank.led_by([use], "Groot").verdict == HOLDS
    assert rank.led_by([use], "Micro").verdict == FAILS
    assert rank.led_by([use], "Groot", by=50).verdict == FAILS
    assert rank.led_by([use], "elders").verdict == FAILS
    assert rank.led_by([use]).verdict == FAILS
    assert rank.led_by([], "Groot").verdict == FAILS


def test_the_record_names_shown_tied_and_unranked(survey: Survey) -> None:
    top = rank.highest(survey["ai_use_status"]["use"].by("sector"), 2)
    said = names(top)._repr_mimebundle_()
    (record,) = [value for key, value in said.items() if "provenance" in key]
    assert record["kind"] == "ranking"
    assert record["shown"] == [e.domain_value for e in top]
    assert record["tied"] == [e.domain_value for e in top.tied]
    assert record["unranked"] == ["NACE 35-39"]
    assert len(record["comparisons"]) == 11 - 2 - 1


def test_of_equal_shares_false_ranks_are_rare() -> None:
    """Five equal shares, 30 samples: some first place "stands apart" in about 5 % at most."""
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(30):
        shares = several_at_random(rng)
        wrong += any(c.shown for k in (1, 2, 3, 4) for c in rank.highest(shares, k).comparisons)
    assert wrong <= 6  # the 99.9 % quantile of a binomial with 5 %


def several_at_random(rng: np.random.Generator) -> list[Estimate]:
    """Five shares of 30 % of 200 firms, each answer drawn by itself."""
    from tests.helpers import small_survey

    drawn = {name: np.where(rng.random(200) < 0.3, "yes", "no").tolist() for name in "abcde"}
    survey = small_survey(2025, drawn)
    return [survey[name]["yes"] for name in drawn]
