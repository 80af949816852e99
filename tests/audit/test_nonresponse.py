"""Non-response: groups of respondents compared, response by stratum and mode, what is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.audit.nonresponse import (
    Comparison,
    compare,
    early_late,
    email_letter,
    fieldwork,
    halfway,
)
from barometer.audit.response_rates import by_mode, mode_p_value, stratum_rates
from barometer.audit.response_tables import (
    early_late_table,
    hidden,
    item_table,
    mode_table,
    response_rates,
)
from barometer.audit.response_words import mode_verdict, verdict
from barometer.errors import BarometerError
from barometer.survey.survey import Survey, load_survey
from barometer.survey.weight import weight
from tests.helpers import DATA, small_survey
from tests.survey.cases import with_respondents, with_thresholds

STRATA = {"hier": 1000, "daar": 3000}


def two_strata(
    export: Sequence[str], regions: Sequence[str], sample: pd.DataFrame | None = None, **asked: Any
) -> Survey:
    """A survey with two strata, of 1000 and 3000 firms; `sample`: who kept silent."""
    survey = small_survey(2025, {"export": export})
    wave = survey._wave
    domain = wave.meta.domains["region"]
    value = domain.values["hier"]
    values = {name: value.model_copy(update={"id": name, "code": name}) for name in STRATA}
    meta = wave.meta.model_copy(
        update={
            "strata": ["region"],
            "domains": {"region": domain.model_copy(update={"values": values})},
        }
    )
    firms = pd.DataFrame({"region": list(STRATA), "firms": list(STRATA.values())})
    invited = wave.sample.assign(region=list(regions), **asked)
    responses = wave.responses.assign(
        submitted_at=[f"{day}T09:00:00" for day in asked.get("day", ["2025-06-01"] * len(export))]
    )
    answers = survey.answers[["export"]].assign(region=list(regions))
    everyone = pd.concat([invited.drop(columns="day", errors="ignore"), sample])
    wave = replace(wave, meta=meta, population=firms, sample=everyone, responses=responses)
    return replace(survey, _wave=wave, answers=weight(answers, firms, meta))


def row_of(comparison: Comparison, category: str) -> pd.Series:
    table = comparison.table
    return table[table["category"] == category].iloc[0]


YES = [*"ynynyynnyn", *"yynyyyynny"]
PLACES = ["hier"] * 10 + ["daar"] * 10
EARLY = np.array([True, False, True, True, False, False, True, False, True, False] * 2)


def test_a_difference_is_that_within_strata_by_hand() -> None:
    """W₁(ȳ₁₁ − ȳ₁₂) + W₂(ȳ₂₁ − ȳ₂₂), each with the variance s²/n of its own group, without fpc."""
    found = row_of(compare(two_strata(YES, PLACES), EARLY, ~EARLY), "y")
    y, places = np.array(YES) == "y", np.array(PLACES)
    difference, variance = 0.0, 0.0
    for place, share in (("hier", 0.25), ("daar", 0.75)):
        for group, sign in ((EARLY, 1), (~EARLY, -1)):
            part = y[group & (places == place)].astype(float)
            difference += sign * share * part.mean()
            variance += share**2 * part.var(ddof=1) / len(part)
    assert found["difference"] == pytest.approx(100 * difference)
    assert found["first"] - found["second"] == pytest.approx(100 * difference)
    assert found["se"] == pytest.approx(100 * np.sqrt(variance))


def test_another_mix_of_strata_is_no_difference() -> None:
    """All answers hang on the stratum, and the early ones come mostly from one of them."""
    early = np.array([True] * 8 + [False] * 2 + [True] * 2 + [False] * 8)
    export = ["y"] * 10 + ["n"] * 10
    found = row_of(compare(two_strata(export, PLACES), early, ~early), "y")
    assert found["first"] == found["second"] == pytest.approx(25)
    assert found["difference"] == pytest.approx(0, abs=1e-9)


def test_a_stratum_without_one_of_the_groups_does_not_count() -> None:
    early = np.array([True, False] * 5 + [True] * 10)
    found = row_of(compare(two_strata(["y", "n"] * 10, PLACES), early, ~early), "y")
    assert (found["first"], found["second"]) == pytest.approx((100, 0))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=20, max_size=20))
def test_groups_that_change_places_change_the_sign_only(early: list[bool]) -> None:
    group = np.array(early)
    survey = two_strata(YES, PLACES)
    one = compare(survey, group, ~group).table
    other = compare(survey, ~group, group).table
    np.testing.assert_allclose(one["difference"], -other["difference"], atol=1e-9)
    np.testing.assert_allclose(one["first"], other["second"], atol=1e-9)
    for same in ("se", "p_value"):
        np.testing.assert_allclose(one[same], other[same], atol=1e-9)


def test_chance_alone_is_found_as_often_as_the_level_says(survey: Survey) -> None:
    """Groups drawn at random, of half and of a few per cent: about 5 % significant, none left."""
    random = np.random.default_rng(7)
    for share, splits in ((0.5, 5), (0.04, 5)):
        tested = significant = 0
        for _ in range(splits):
            group = random.random(len(survey.answers)) < share
            found = compare(survey, group, ~group)
            tested, significant = tested + found.tested, significant + found.significant
        assert 0.02 < significant / tested < 0.08


def test_a_real_difference_is_found(survey: Survey) -> None:
    users = survey.universe("adopters")
    late = np.random.default_rng(1).random(len(users)) < np.where(users, 0.35, 0.65)
    found = compare(survey, ~late, late)
    use = found.table.set_index("category").loc["use"]
    assert use["difference"] > 20
    assert use["p_value"] < 1e-6
    assert found.discoveries > 5


def test_what_is_rare_or_flagged_is_not_tested() -> None:
    """Of 20 firms three export, so too few are expected in each half: shown, but not tested."""
    rare = compare(two_strata([*"ynnnnnnnny", *"nnynnnnnnn"], PLACES), EARLY, ~EARLY)
    assert row_of(rare, "y")[["difference", "se"]].notna().all()
    assert rare.table["p_value"].isna().all()
    assert rare.tested == 0
    common = [*"ynyn", *"ynyn"] * 5
    everywhere = ["hier"] * 20 + ["daar"] * 20
    half = np.array([True, True, False, False] * 10)
    survey = two_strata(common, everywhere)
    assert compare(survey, half, ~half).tested == 2
    flagged = compare(with_thresholds(survey, effective_n=1000), half, ~half)
    assert flagged.table["p_value"].notna().all()
    assert flagged.tested == 0


def test_significance_among_many_by_hand() -> None:
    """Benjamini–Hochberg on four tests: 0.02 ≤ 2/4 · 5 %, but 0.04 > 3/4 · 5 %."""
    p = [0.001, 0.02, 0.04, 0.9, 0.001]
    table = pd.DataFrame({"p_value": p, "tested": [True] * 4 + [False]})
    found = Comparison(table, 5.0, 2025)
    assert (found.tested, found.significant, found.discoveries) == (4, 3, 2)
    assert "Van de 4 getoetste verschillen zijn er drie significant" in verdict(found)
    assert verdict(found).endswith("(Benjamini–Hochberg) blijven er twee over.")
    one = verdict(Comparison(table.iloc[[1, 3]], 5.0, 2025))
    assert "is er één significant" in one
    assert "blijft er één over" in one
    none = verdict(Comparison(table.iloc[[3]], 5.0, 2025))
    assert "is er geen enkel significant" in none
    assert "Benjamini" not in none


def test_early_is_as_near_to_half_as_days_allow() -> None:
    days = ["2025-06-03"] * 4 + ["2025-06-04"] * 5 + ["2025-06-10"] * 11
    survey = two_strata(YES, PLACES, day=days)
    assert halfway(survey) == "2025-06-04"
    early = np.array(days) <= "2025-06-04"
    expected = compare(survey, early, ~early).table
    pd.testing.assert_frame_equal(early_late(survey).table, expected)


def test_day_and_mode_are_those_of_the_firm(survey: Survey) -> None:
    """Recomputed from the files: per domain and mode, and per day among the users of something."""
    raw = pd.read_csv(DATA / "2025" / "responses.csv", dtype=str, keep_default_na=False)
    raw = raw[raw["reported_enterprise_number"] == raw["enterprise_number"]]
    items = raw.columns[raw.columns.str.startswith("technology_use.")]
    raw = raw[(raw[items] != "").all(axis=1)].sort_values("submitted_at", kind="stable")
    raw = raw.drop_duplicates("enterprise_number", keep="last")
    sample = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)
    raw = raw.merge(sample, on="enterprise_number")
    raw["day"], raw["use"] = raw["submitted_at"].str[:10], (raw[items] == "use").any(axis=1)
    found = fieldwork(survey).assign(
        **survey.answers[["sector", "size"]], use=survey.universe("adopters")
    )
    keys = ["day", "contact_mode", "sector", "size", "use"]
    assert found.value_counts(keys).to_dict() == raw.value_counts(keys).to_dict()
    assert "enterprise_number" not in found


def test_fieldwork_of_other_respondents_is_refused(survey: Survey) -> None:
    largest = survey.answers["stratum"] == survey.answers["stratum"].mode()[0]
    some = with_respondents(survey, ~(largest & ~largest.duplicated()))
    with pytest.raises(BarometerError, match="expected the same firms"):
        fieldwork(some)


def test_a_wave_of_one_day_by_one_mode_in_one_stratum_says_so() -> None:
    survey = small_survey(2025, {"export": [*"yynn"] * 5})
    for found in (early_late(survey), email_letter(survey)):
        assert found.tested == 0
        assert found.table["difference"].isna().all()
        assert "te weinig antwoorden" in verdict(found)
    table = early_late_table(early_late(survey)).html
    assert ". niet getoond wegens vertrouwelijkheid, of niet te berekenen." in table
    assert "n.b." not in table
    assert stratum_rates(survey).tolist() == [100]
    assert "Geen enkel stratum" in mode_verdict(survey)
    assert by_mode(survey).loc["email", "rate"] == 100
    assert "brief" not in mode_table(survey).html


def test_few_members_are_not_shown(survey: Survey) -> None:
    """Neither group, or the other could be had from the total."""
    found = email_letter(with_thresholds(survey, disclosure=60)).table
    numbers = ["first", "second", "difference", "se", "p_value"]
    assert (fieldwork(survey)["contact_mode"] == "letter").sum() < 60
    assert found[numbers].isna().all(axis=None)
    assert email_letter(survey).table["first"].notna().any()


LETTERS = {"hier": (12, 3), "daar": (20, 8)}  # sampled, usable
EMAILS = {"hier": (40, 20), "daar": (60, 15)}


def by_letter_and_email() -> Survey:
    rows = [
        {"region": region, "contact_mode": mode, "usable": i < usable}
        for mode, counts in (("letter", LETTERS), ("email", EMAILS))
        for region, (sampled, usable) in counts.items()
        for i in range(sampled)
    ]
    firms = pd.DataFrame(rows).sort_values("usable", ascending=False)
    answered = firms[firms["usable"]]
    silent = firms[~firms["usable"]].drop(columns="usable")
    silent = silent.assign(firm=range(1000, 1000 + len(silent)), delivery="delivered")
    export = ["y", "n"] * (len(answered) // 2)
    return two_strata(
        export, list(answered["region"]), silent, contact_mode=list(answered["contact_mode"])
    )


def test_response_by_mode_within_strata_by_hand_and_by_r() -> None:
    """Weights m₁m₂/(m₁+m₂): 480/52 and 1200/80; R: mantelhaen.test(correct = FALSE)."""
    survey = by_letter_and_email()
    found = by_mode(survey)
    assert found[["sampled", "usable"]].loc["letter"].to_dict() == {"sampled": 32, "usable": 11}
    assert found["rate"].to_dict() == pytest.approx({"email": 35.0, "letter": 34.375})
    a, b = 480 / 52, 1200 / 80
    assert found["matched_rate"].to_dict() == pytest.approx(
        {
            "email": 100 * (a * 0.5 + b * 0.25) / (a + b),
            "letter": 100 * (a * 0.25 + b * 0.4) / (a + b),
        }
    )
    assert mode_p_value(survey) == pytest.approx(0.980253635092947, rel=1e-9)
    assert stratum_rates(survey).to_dict() == pytest.approx(
        {"hier": 100 * 23 / 52, "daar": 100 * 23 / 80}
    )
    assert "niet significant" in mode_verdict(survey)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(0, 40))
def test_no_withheld_row_can_be_computed_back(base: list[int], threshold: int) -> None:
    """What the total gives away is the sum of the withheld rows: at least two, and enough firms."""
    firms = pd.Series(base, dtype=float)
    away = hidden(firms, threshold)
    small = (firms > 0) & (firms < threshold)
    assert away[small].all()
    assert not away[firms == 0].any()
    if not small.any():
        assert not away.any()
    elif not away[firms > 0].all():
        assert away.sum() > 1
        assert firms[away].sum() >= threshold


def test_a_small_sector_has_no_rate(survey: Survey) -> None:
    table = response_rates(with_thresholds(survey, disclosure=200), "sector").data
    assert table is not None
    shown = table.set_index("NACE").notna().all(axis=1)
    assert shown[~shown].index.tolist() == ["35-39", "64-66"]  # 104 and 287 firms reached
    rates = response_rates(survey, "sector").data
    assert rates is not None
    assert rates.notna().all(axis=None)


def test_the_correction_is_that_of_the_standard_error(survey: Survey) -> None:
    """With answers that vary alike in each stratum, 1 − √(Σ(1−f)a/Σa), for one size by hand."""
    table = response_rates(survey, "size").data
    assert table is not None
    large = survey.answers[survey.answers["size"] == "Groot"]
    weights = large.groupby("stratum")["weight"].agg("first")
    counts = large["stratum"].value_counts()
    a = weights.pow(2) * counts
    expected = 100 * (1 - np.sqrt(((1 - 1 / weights) * a).sum() / a.sum()))
    found = table.set_index("Grootteklasse").loc[
        "Grote ondernemingen (250 of meer werknemers)", "Correctie"
    ]
    assert found == pytest.approx(expected)
    with pytest.raises(BarometerError, match="expected one of sector, size"):
        response_rates(survey, "region")


def test_items_asked_of_few_have_no_rate(survey: Survey) -> None:
    table = item_table(with_thresholds(survey, disclosure=1100)).data
    assert table is not None
    few = table[table["Gevraagd (N)"].isna()]
    assert few["Vraag"].tolist() == [survey.questionnaire.questions["ai_act_statement"].short]
    assert few.drop(columns="Vraag").isna().all(axis=None)


@pytest.mark.parametrize("year", [2021])
def test_a_wave_without_letters(year: int) -> None:
    survey = load_survey(year, DATA)
    assert email_letter(survey).tested == 0
    assert early_late(survey).tested > 0
