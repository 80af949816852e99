"""Arithmetic on estimates: the precision of sums, differences and shares among others."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from barometer.errors import BarometerError
from barometer.survey.estimates import Combination, Estimate, combine
from barometer.survey.survey import Survey
from tests.survey.cases import with_thresholds
from weighting import Array, BoolArray, combination, linearised


def same(found: Estimate, expected: Estimate) -> bool:
    """Whether estimate and standard error are equal but for rounding."""
    close = pytest.approx([float(expected), expected.se], abs=1e-9)
    return bool([float(found), found.se] == close)


def precision(survey: Survey, y: Array, inside: BoolArray) -> float:
    """The standard error, in points, of the mean of any variable y in a domain."""
    _, u = linearised(survey.design, y[:, None], inside)
    return 100 * math.sqrt(survey.design.variance(u, inside)[0])


def satterthwaite(survey: Survey, sizes: list[str]) -> float:
    """Effective degrees of freedom over all strata of some sizes, from the files."""
    n = survey.answers.groupby(["sector", "size"]).size()
    firms = survey.population.set_index(["sector", "size"])["firms"].loc[n.index]
    a = ((1 - n / firms) * firms**2 / n)[n.index.get_level_values("size").isin(sizes)]
    return float(a.sum() ** 2 / (a**2 / (n.loc[a.index] - 1)).sum())


# --- sums and differences in one universe -------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "parts", "union"),
    [
        ("budget_change", ["slight_increase", "strong_increase"], "increase"),
        ("budget_change", ["strong_decrease", "slight_decrease"], "decrease"),
        ("adoption_phase", ["integrating", "scaling"], "advanced"),
        ("ai_use_status", ["plan", "none"], "not_use"),
    ],
)
def test_exclusive_answers_add_up_to_their_union(
    survey: Survey, question: str, parts: list[str], union: str
) -> None:
    one, other = (survey[question][part] for part in parts)
    whole = survey[question][union]
    assert same(one + other, whole)
    assert same(whole - one, other)
    assert not same(one, whole)
    # what imputation adds joins too
    assert (whole.se_imputation > 0) is (question in {"budget_change", "adoption_phase"})
    for domain in survey.meta.domains:
        for found, expected in zip((one + other).by(domain), whole.by(domain), strict=True):
            assert (found.n, found.domain_value) == (expected.n, expected.domain_value)
            if float(expected) > 0:
                assert same(found, expected)
            else:  # nobody in either: no more certain than nobody in their union
                assert (float(found), expected.se) == (0, 0)
                assert found.se >= expected.se_tested > 0


@pytest.mark.parametrize("question", ["ai_use_status", "budget_change", "adoption_model"])
def test_all_answers_together_are_a_certain_hundred(survey: Survey, question: str) -> None:
    """Iterating gives the answers, not what joins them; a union would count them twice."""
    everything = sum(survey[question])
    assert isinstance(everything, Combination)
    assert float(everything) == pytest.approx(100)
    assert everything.se == pytest.approx(0, abs=1e-9)
    unions = {n for n, rule in survey[question].indicator.categories.items() if rule.union}
    assert unions
    assert not unions & {e.category for e in survey[question]}
    assert not unions & set(survey[question].categories)
    assert len(survey[question]) == len(list(survey[question])) == len(survey[question].categories)


def test_nothing_is_left_of_an_estimate_minus_itself(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    nothing = use - use
    assert (float(nothing), nothing.se) == (0, 0)
    assert (nothing.ci_low, nothing.ci_high) == (0, 0)
    assert isinstance(nothing, Combination)
    assert math.isnan(nothing.p_value)
    assert same(2 * use - use, use)
    assert same((use + use) / 2, use)


def test_a_difference_carries_the_covariance(survey: Survey) -> None:
    """That of two technologies is the mean of y₁ − y₂, which few firms have other than 0."""
    nlg, image = (survey["technology_use"][t] for t in ("nlg", "image_generation"))
    y = survey.categories("technology_use")
    everyone = np.ones(len(y), dtype=bool)
    expected = precision(survey, (y["nlg"] - y["image_generation"]).to_numpy(), everyone)
    found = nlg - image
    assert found.se == pytest.approx(expected)
    assert found.se < 0.9 * math.hypot(nlg.se, image.se)
    assert (nlg + image).se > 1.05 * math.hypot(nlg.se, image.se)
    opposite = image - nlg
    assert (float(opposite), opposite.se) == pytest.approx((-float(found), found.se))


def test_separate_strata_are_independent(survey: Survey) -> None:
    """Sectors are drawn apart, so a difference between two has no covariance."""
    use = survey["ai_use_status"]["use"]
    one, other = use.at("NACE 58-63"), use.at("NACE 10-33")
    assert (one - other).se == pytest.approx(math.hypot(one.se, other.se))


def test_a_factor_scales_estimate_and_error(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    for found in (use * -0.5, -0.5 * use, use / -2):
        assert float(found) == pytest.approx(-0.5 * float(use))
        assert found.se == pytest.approx(0.5 * use.se)


def test_only_nothing_can_be_added_to_an_estimate(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    assert sum([use]) is use
    with pytest.raises(TypeError):
        sum([use], 5)


# --- what a combination carries -----------------------------------------------------------------


def test_interval_and_p_value_are_those_of_t(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    found = use.at("Klein") - use.at("Micro")
    assert isinstance(found, Combination)
    df = satterthwaite(survey, ["Klein", "Micro"])
    assert found.df == pytest.approx(df)
    assert df < 622 + 783 - 22  # respondents minus strata
    t = stats.t.ppf(0.975, df)
    assert found.ci_high - float(found) == pytest.approx(t * found.se)
    assert float(found) - found.ci_low == pytest.approx(t * found.se)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(float(found)) / found.se, df))


def test_the_base_is_the_smallest(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    large, everyone = use.at("Groot"), use
    assert large.n < everyone.n
    for found in (large - everyone, everyone - large):
        assert found.n == large.n
        assert math.isnan(found.n_category)
    named = large - everyone
    assert (named.domain, named.domain_value, named.short) == ("size", "Groot", large.short)


def test_a_combination_of_the_unreliable_is_unreliable(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    few = with_thresholds(survey, effective_n=use.at("Groot").n + 1)["ai_use_status"]["use"]
    flags = {e.domain_value: e.flag for e in few.by("size")}
    assert flags == {"Micro": "", "Klein": "", "Middelgroot": "", "Groot": "u"}
    assert (few - few.at("Groot")).flag == "u"
    assert (few.at("Groot") - few).flag == "u"
    assert (few - few.at("Klein")).flag == ""
    assert float(few - few.at("Groot")) == pytest.approx(float(use - use.at("Groot")))


def test_a_combination_of_the_withheld_is_withheld(survey: Survey) -> None:
    """Otherwise a subtraction would give away what was withheld."""
    n = survey["ai_use_status"]["use"].at("Groot").n
    few = with_thresholds(survey, effective_n=3000, disclosure=n + 1)["ai_use_status"]["use"]
    for found in (few - few.at("Groot"), few.at("Groot") + few, few.at("Groot") * 2):
        assert found.flag == "c"
        assert isinstance(found, Combination)
        numbers = [float(found), found.se, found.ci_low, found.ci_high, found.n_category, found.df]
        assert all(math.isnan(number) for number in [*numbers, found.p_value])
    assert (few - few.at("Klein")).flag == "u"


# --- in domains ---------------------------------------------------------------------------------


def test_a_combination_can_be_asked_by_domain_and_place(survey: Survey) -> None:
    budget = survey["budget_change"]
    net = budget["increase"] - budget["decrease"]
    sizes = net.by("size")
    assert [e.domain_value for e in sizes] == survey.meta.values("size")
    for found in sizes:
        parts = [budget[c].at(found.domain_value) for c in ("increase", "decrease")]
        assert same(found, parts[0] - parts[1])
    assert same(
        net.at("NACE 58-63"), net.by("sector")[survey.meta.values("sector").index("NACE 58-63")]
    )
    with pytest.raises(BarometerError, match=r"'Reusachtig'.*: NACE 10-33"):
        net.at("Reusachtig")


def test_a_combination_by_an_indicator(survey: Survey) -> None:
    used = survey["technology_use"]
    net = used["text_mining"] - used["nlg"]
    phases = {e.domain_value: e for e in net.by("adoption_phase")}
    y = survey.categories("technology_use")
    inside = (survey.answers["adoption_phase"] == "scaling").to_numpy()
    weight = survey.answers["weight"].to_numpy() * inside
    change = (y["text_mining"] - y["nlg"]).to_numpy()
    expected = 100 * (weight * change).sum() / weight.sum()
    assert float(phases["scaling"]) == pytest.approx(expected)
    assert phases["scaling"].se == pytest.approx(precision(survey, change, inside))
    assert phases["scaling"].domain_short == survey["adoption_phase"]["scaling"].short


def test_a_share_among_others_is_an_estimate_like_any(survey: Survey) -> None:
    """The weighted share by hand, with base, precision and place."""
    increase, scaling = survey["budget_change"]["increase"], survey["adoption_phase"]["scaling"]
    found = increase.among(scaling)
    answers = survey.answers[survey.answers["adoption_phase"] == "scaling"]
    holds = answers["budget_change"].isin(["slight_increase", "strong_increase"])
    share = answers.loc[holds, "weight"].sum() / answers["weight"].sum()
    assert float(found) == pytest.approx(100 * share)
    assert (found.n, found.n_category) == (len(answers), holds.sum())
    assert (found.domain, found.domain_value) == ("adoption_phase", "scaling")
    assert found.domain_short == scaling.short
    assert found.place is None
    assert found.flag == ""
    inside = (survey.answers["adoption_phase"] == "scaling").to_numpy()
    y = survey.categories("budget_change")["increase"].to_numpy()
    sampling = precision(survey, y, inside)
    assert found.se == pytest.approx(math.hypot(sampling, found.se_imputation))
    assert found.se_imputation > 0
    assert found.ci_low < float(found) < found.ci_high


def test_a_share_among_few_is_flagged_or_withheld(survey: Survey) -> None:
    """It goes through the same thresholds as the register."""
    whole = survey["budget_change"]["increase"].among(survey["adoption_phase"]["scaling"])
    p, n = float(whole) / 100, whole.n
    effective = p * (1 - p) / (whole.se / 100) ** 2
    assert effective < n
    cases = ((0.999, n, ""), (1.001, n, "u"), (1.001, n + 1, "c"))
    for factor, disclosure, flag in cases:
        few = with_thresholds(survey, effective_n=factor * effective, disclosure=disclosure)
        found = few["budget_change"]["increase"].among(few["adoption_phase"]["scaling"])
        assert (found.flag, math.isnan(float(found))) == (flag, flag == "c")


def test_the_place_of_an_estimate(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    assert use.place is None
    micro = use.at("Micro")
    assert micro.place is survey.meta.domains["size"].values["Micro"]
    assert micro.domain_short == micro.place.short
    assert (use.short, use.of.universe_label) == ("Gebruikt AI", "alle ondernemingen")
    assert survey["barrier", "adopters"].n == use.n_category


# --- across waves -------------------------------------------------------------------------------


def test_across_waves_variances_add_up(survey: Survey) -> None:
    assert survey.previous is not None
    now, then = (s["ai_use_status"]["use"] for s in (survey, survey.previous))
    change = now - then
    assert isinstance(change, Combination)
    assert float(change) == pytest.approx(float(now) - float(then))
    assert change.se == pytest.approx(math.hypot(now.se, then.se))
    assert change.n == min(now.n, then.n)


def test_across_waves_degrees_of_freedom_are_those_of_welch(survey: Survey) -> None:
    """In a domain with few, where t is not the normal distribution."""
    assert survey.previous is not None
    now, then = (s["ai_use_status"]["use"].at("NACE 35-39") for s in (survey, survey.previous))
    assert max(now.df, then.df) < 10
    change = now - then
    df = (now.se**2 + then.se**2) ** 2 / (now.se**4 / now.df + then.se**4 / then.df)
    assert change.df == pytest.approx(df)
    assert min(now.df, then.df) < df < now.df + then.df
    assert isinstance(change, Combination)
    expected = 2 * stats.t.sf(abs(float(change)) / change.se, df)
    assert change.p_value == pytest.approx(expected)
    assert abs(expected - 2 * stats.norm.sf(abs(float(change)) / change.se)) > 0.01
    assert change.ci_high - float(change) == pytest.approx(stats.t.ppf(0.975, df) * change.se)


def test_within_each_wave_the_covariance_stays(survey: Survey) -> None:
    """The change of a difference: that of each wave, as if by itself."""
    assert survey.previous is not None
    gap = [
        s["technology_use"]["nlg"] - s["technology_use"]["image_recognition"]
        for s in (survey, survey.previous)
    ]
    change = gap[0] - gap[1]
    assert change.se == pytest.approx(math.hypot(gap[0].se, gap[1].se))
    assert float(change) == pytest.approx(float(gap[0]) - float(gap[1]))


def test_more_waves_than_two_add_up_too(survey: Survey) -> None:
    """The change now minus the change before: the wave between counts twice, its variance 4."""
    now, between, then = (survey.history()[y]["ai_use_status"]["use"] for y in (2025, 2023, 2022))
    found = (now - between) - (between - then)
    assert float(found) == pytest.approx(float(now) - 2 * float(between) + float(then))
    parts = [now.se**2, 4 * between.se**2, then.se**2]
    assert found.se == pytest.approx(math.sqrt(sum(parts)))
    spent = sum(v**2 / e.df for v, e in zip(parts, (now, between, then), strict=True))
    assert found.df == pytest.approx(sum(parts) ** 2 / spent)


# --- nobody and everybody -----------------------------------------------------------------------


def test_nobody_and_everybody_are_tested_by_their_exact_interval(survey: Survey) -> None:
    """The standard error is 0, that of a test not: the arm of the interval over t."""
    decrease = {e.domain_value: e for e in survey["budget_change"]["decrease"].by("sector")}
    nobody = decrease["NACE 58-63"]
    assert float(nobody) == nobody.se == nobody.ci_low == 0
    expected = nobody.ci_high / stats.t.ppf(0.975, nobody.df)
    assert nobody.se_tested == pytest.approx(expected)
    assert expected > 1
    assert (1 * nobody).se == (nobody * -1).se == pytest.approx(expected)
    some = decrease["NACE 10-33"]
    assert some.se_tested >= some.se > 0
    assert (some - nobody).se == pytest.approx(math.hypot(some.se, expected))


def test_tests_on_few_answers_take_the_arm_of_the_interval(survey: Survey) -> None:
    """By hand: the longer arm over t, below ten answers, where it is larger than the SE."""
    longer = 0
    for e in [e for item in survey["application"] for e in item.by("sector")]:
        arm = max(e.ci_high - float(e), float(e) - e.ci_low) / stats.t.ppf(0.975, e.df)
        if min(e.n_category, e.n - e.n_category) < 10 and arm > e.se:
            longer += 1
            assert e.se_tested == pytest.approx(arm)
        else:
            assert e.se_tested == e.se
    assert longer > 3


# --- what was imputed ---------------------------------------------------------------------------


def test_members_are_the_answers_and_base_of_a_share(survey: Survey) -> None:
    """Taken by themselves they give back the estimate, with what imputation adds."""
    rise = survey["budget_change"]["increase"].at("Groot")
    y, base = rise.members()
    answers = survey.answers
    asked = (answers["budget_change"] != "") & (answers["size"] == "Groot")
    assert (base.inside == asked.to_numpy()).all()
    increase = answers["budget_change"].isin(["slight_increase", "strong_increase"])
    assert (y == increase.to_numpy()).all()
    found = combination(survey.design, [(1, y, base)])
    assert (found.estimate, found.se, found.df) == pytest.approx((float(rise), rise.se, rise.df))
    bare = combination(survey.design, [(1, y, base.inside)])
    assert found.se**2 - bare.se**2 == pytest.approx(rise.se_imputation**2)
    assert rise.se_imputation > 0


def test_members_know_for_which_category_an_answer_was_taken(survey: Survey) -> None:
    """Each item of a question of many is imputed by itself, so each has its own recipients."""
    barriers = list(survey["barrier"])
    shares = set()
    for e in barriers:
        _, base = e.members()
        assert base.taken is not None
        assert base.taken.shape == (len(survey.answers), 1)
        share = 100 * base.imputed_share(survey.design.weight, 1)[0]
        assert share == pytest.approx(e.imputed_share)
        shares.add(round(e.imputed_share, 6))
    assert len(shares) > 1
    assert math.isnan((barriers[0] + barriers[1]).imputed_share)


def test_a_combination_is_what_its_terms_make(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    found = combine([(0.25, use.at("Micro")), (0.75, use.at("Klein"))])
    assert [(a, e.domain_value) for a, e in found.terms] == [(0.25, "Micro"), (0.75, "Klein")]
    assert [(a, e.domain_value) for a, e in (2 * found).terms] == [(0.5, "Micro"), (1.5, "Klein")]
    assert dataclasses.replace(found, n=0).n == 0


def test_what_is_divided_already_is_not_divided_again(survey: Survey) -> None:
    """The first condition would be lost in silence."""
    use, phase = survey["ai_use_status"]["use"], survey["adoption_phase"]
    rise = survey["budget_change"]["increase"]
    for divided in (use.at("Groot"), rise.among(phase["scaling"]), (use - use).at("Groot")):
        with pytest.raises(BarometerError, match="expected one of the total"):
            divided.by("sector")
    with pytest.raises(BarometerError, match="expected one of the total"):
        rise.at("Groot").among(phase["scaling"])


def test_among_wants_a_category_of_the_same_wave(survey: Survey) -> None:
    rise, phase = survey["budget_change"]["increase"], survey["adoption_phase"]
    assert survey.previous is not None
    then = survey.previous["ai_use_status"]["use"]
    for other in (phase["scaling"] + phase["integrating"], phase["scaling"].at("Groot"), then):
        with pytest.raises(BarometerError, match="expected a category in total of the same wave"):
            rise.among(other)
