"""What a survey answers, what it withholds and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.errors import BarometerError
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, edit
from tests.survey.cases import with_meta, with_respondents, with_thresholds
from weighting import linearised, shares

NUMBERS = ["estimate", "se", "ci_low", "ci_high", "n_category"]


# --- weights ------------------------------------------------------------------------------------


def test_weights_of_the_wave_add_up_by_stratum(survey: Survey) -> None:
    sums = survey.answers.groupby(["sector", "size"])["weight"].sum()
    firms = survey.population.set_index(["sector", "size"])["firms"]
    assert sums.loc[firms.index].to_numpy() == pytest.approx(firms.to_numpy())


def test_a_wave_with_merged_strata_is_calibrated_to_the_size_margins(data: Path) -> None:
    with (data / "2025" / "wave.yml").open("a", encoding="utf-8") as file:
        file.write("\ncollapse: [{sector: NACE 10-33, size: [Micro, Klein]}]\n")
    merged = load_survey(2025, data)
    raked = merged.calibrated()
    for margin, met in (("size", False), ("sector", True)):
        expected = merged.population.groupby(margin)["firms"].sum().to_numpy()
        before, after = (s.answers.groupby(margin)["weight"].sum() for s in (merged, raked))
        assert (before.to_numpy() == pytest.approx(expected)) is met
        assert after.to_numpy() == pytest.approx(expected)
    # the sizes of the margins are known now, so the share in a size class has no variance left
    micro = np.array(raked.answers["size"] == "Micro", dtype=np.float64)[:, None]
    everyone = np.ones((len(micro), 1), dtype=bool)
    assert shares(raked.design, micro, everyone).se[0, 0] == pytest.approx(0, abs=1e-9)
    assert shares(merged.design, micro, everyone).se[0, 0] > 0.1


def test_calibrating_what_meets_the_margins_changes_no_estimate(survey: Survey) -> None:
    before, after = (s.share("ai_use_status") for s in (survey, survey.calibrated()))
    assert after["estimate"].to_numpy() == pytest.approx(before["estimate"].to_numpy())


@pytest.mark.parametrize("rule", ["adjust", "certainty", "remove", "average"])
def test_a_lone_respondent_counts_by_the_rule_of_the_wave(survey: Survey, rule: str) -> None:
    """One respondent left in a stratum: what it adds to the variance follows from wave.yml."""
    stratum = survey.answers["stratum"]
    smallest = str(stratum.value_counts().idxmin())
    lone = with_respondents(survey, (stratum != smallest) | ~stratum.duplicated())
    lone = with_meta(lone, singleton=rule)
    assert (lone.answers["stratum"] == smallest).sum() == 1
    everyone = np.ones(len(lone.answers), dtype=bool)
    y = lone.categories("ai_use_status")[["use"]].to_numpy()
    _, u = linearised(lone.design, y, everyone)
    own = (lone.answers["stratum"] == smallest).to_numpy()
    weight = lone.answers.loc[own, "weight"].item()
    others = lone.design.variance(np.where(own[:, None], 0.0, u))[0]
    if rule == "average":
        others /= lone.answers["stratum"].nunique() / (lone.answers["stratum"].nunique() - 1)
    added = {
        "adjust": (1 - 1 / weight) * u[own, 0].item() ** 2,
        "average": others / (lone.answers["stratum"].nunique() - 1),
    }
    variance = others + added.get(rule, 0.0)
    assert lone["ai_use_status"]["use"].se == pytest.approx(100 * variance**0.5, rel=1e-12)
    assert added["adjust"] > 1e-9 * others


# --- thresholds ---------------------------------------------------------------------------------


def test_what_is_on_too_few_is_withheld_whole(survey: Survey) -> None:
    """At the threshold itself an estimate is given; below it no number is left but the base."""
    n = survey.share("ai_use_status", by="size").groupby("domain_value")["n"].first()
    at = with_thresholds(survey, disclosure=int(n["Groot"]))
    above = with_thresholds(survey, disclosure=int(n["Groot"]) + 1)
    given, withheld = (
        s.share("ai_use_status", by="size").query("domain_value == 'Groot'") for s in (at, above)
    )
    assert (given["flag"] == "").all()
    assert given[NUMBERS].notna().all(axis=None)
    assert (withheld["flag"] == "c").all()
    assert withheld[NUMBERS].isna().all(axis=None)
    assert (withheld["n"] == n["Groot"]).all()
    precision = above.precision("ai_use_status", by="size")
    assert precision["deff"].isna().tolist() == (precision["flag"] == "c").tolist()
    others = above.register().query("flag != 'c'")
    assert others["estimate"].notna().all()


def test_what_is_on_few_is_flagged(survey: Survey) -> None:
    n = int(survey.share("ai_use_status", by="size").query("domain_value == 'Groot'")["n"].iloc[0])
    for threshold, flag in ((n, ""), (n + 1, "u")):
        few = with_thresholds(survey, reliability=threshold)
        found = few["ai_use_status"]["use"].at("Groot")
        assert (found.flag, found.n) == (flag, n)
        assert float(found) == float(survey["ai_use_status"]["use"].at("Groot"))


def test_withheld_outranks_flagged(survey: Survey) -> None:
    few = with_thresholds(survey, reliability=3000, disclosure=2000)
    flags = few.share("ai_use_status", by="size")["flag"]
    assert set(flags) == {"c"}
    assert set(few.share("ai_use_status")["flag"]) == {"u"}


# --- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"question": "teleportation"}, "teleportation"),
        ({"question": "ai_use_status", "by": "province"}, "no domain 'province'; known: total"),
        ({"question": "ai_use_status", "universe": "martians"}, "martians"),
    ],
)
def test_what_the_wave_does_not_know_is_refused(
    survey: Survey, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(BarometerError, match=message):
        survey.share(**arguments)


def test_a_category_that_no_wave_asked_is_refused(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="no category 'often'; known: use, plan, none"):
        survey["ai_use_status"]["often"]
    with pytest.raises(BarometerError, match="often"):
        survey.test("ai_use_status.often", "adoption_phase")


def test_an_empty_universe_is_refused(data: Path) -> None:
    """Nobody left who knows the AI Act: there is nothing to estimate about those who do."""
    path = data / "2025" / "responses.csv"
    answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    statements = answers.columns.str.startswith("ai_act_statement.")
    answers.loc[answers["ai_act_awareness"] != "", "ai_act_awareness"] = "unaware"
    answers.loc[:, statements] = ""
    answers.to_csv(path, index=False)
    with pytest.raises(BarometerError, match="universe ai_act_aware has no respondents"):
        load_survey(2025, data).share("ai_act_statement")


def test_the_register_has_each_indicator_in_each_of_its_universes(survey: Survey) -> None:
    register = survey.register()
    declared = {
        (name, universe)
        for name, indicator in survey.questionnaire.indicators.items()
        for universe in indicator.question.report_for
        if indicator.question.reported
    }
    assert set(zip(register["question"], register["universe"], strict=True)) == declared
    places = 1 + sum(len(survey.meta.values(domain)) for domain in survey.meta.domains)
    per_row = register.groupby(["question", "category", "universe"]).size()
    assert set(per_row) == {places}


def test_sampling_fraction_by_hand(survey: Survey) -> None:
    sample = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)
    firms = pd.read_csv(DATA / "2025" / "population.csv").groupby("size")["firms"].sum()
    large = 100 * (sample["size"] == "Groot").sum() / firms["Groot"]
    assert survey.sampling_fraction("Groot") == pytest.approx(large)
    both = sample["size"].isin(["Groot", "Middelgroot"]).sum()
    expected = 100 * both / firms[["Groot", "Middelgroot"]].sum()
    assert survey.sampling_fraction("Groot", "Middelgroot") == pytest.approx(expected)
    for wrong in ((), ("Groot", "NACE 10-33"), ("Reusachtig",)):
        with pytest.raises(BarometerError, match="expected values of one of sector, size"):
            survey.sampling_fraction(*wrong)


# --- association --------------------------------------------------------------------------------


def test_association_is_about_those_who_were_asked_both(survey: Survey) -> None:
    """Those not asked the phase have no phase; once they all counted as being in the first."""
    answers = survey.answers
    asked = int(((answers["adoption_phase"] != "") & (answers["budget_change"] != "")).sum())
    assert 0 < asked < int((answers["budget_change"] != "").sum())
    one = survey.test("adoption_phase", "budget_change.increase")
    other = survey.test("budget_change.increase", "adoption_phase")
    assert one.n == other.n == asked == 1139
    assert one.statistic == pytest.approx(other.statistic)
    assert one.p_value == pytest.approx(other.p_value)


def test_answers_that_are_not_exclusive_cannot_be_tested(survey: Survey) -> None:
    for pair in (("barrier", "adoption_phase"), ("adoption_phase", "source")):
        with pytest.raises(BarometerError, match="respondents in several categories"):
            survey.test(*pair)
    one = survey.test("barrier.privacy", "adoption_phase")
    assert one.n == 1139


def test_an_indicator_that_leaves_some_out_cannot_be_tested(survey: Survey) -> None:
    """Generative AI has one category; those outside it are in none."""
    with pytest.raises(BarometerError, match=r"in no category.*generative_ai\.category"):
        survey.test("generative_ai", "adoption_model")
    with pytest.raises(BarometerError, match=r"test of ai_use_status\.use and .*1 × 5 categories"):
        survey.test("ai_use_status.use", "adoption_model")


# --- confidentiality ----------------------------------------------------------------------------


def texts(value: Any) -> set[str]:
    """All cells, names and keys of whatever a survey hands out, as text."""
    if isinstance(value, pd.DataFrame):
        cells = value.reset_index().astype(str)
        return {*map(str, cells.columns), *cells.to_numpy().ravel()}
    if isinstance(value, dict):
        return {str(item) for pair in value.items() for item in pair}
    return set(re.findall(r"\w+", str(value)))


def test_no_enterprise_number_leaves_a_survey(survey: Survey) -> None:
    files = [
        pd.read_csv(DATA / "2025" / name, dtype=str) for name in ("sample.csv", "responses.csv")
    ]
    firms = {number for file in files for number in file["enterprise_number"]}
    assert len(firms) > 2915
    names = [name for name in dir(type(survey)) if not name.startswith("_")]
    names += [name for name in vars(survey) if not name.startswith("_")]
    handed = {name: getattr(survey, name) for name in names}
    handed = {name: value for name, value in handed.items() if not callable(value)}
    assert {"answers", "imputed", "sample", "population", "accounting", "design"} <= set(handed)
    handed |= {"repr": repr(survey), "register": survey.register()}
    handed |= {"calibrated": survey.calibrated().answers}
    for name, value in handed.items():
        found = texts(value)
        assert not found & firms, name
        assert "enterprise_number" not in found or name == "questionnaire", name


def test_the_sample_is_all_there_but_for_the_numbers(survey: Survey) -> None:
    file = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)
    assert list(survey.sample.columns) == ["sector", "size", "contact_mode", "delivery"]
    pd.testing.assert_frame_equal(survey.sample, file[list(survey.sample.columns)])


# --- other waves --------------------------------------------------------------------------------


def test_the_wave_before_is_the_last_one_before(survey: Survey) -> None:
    assert list(survey.history()) == [2021, 2022, 2023, 2025]
    assert survey.history()[2025] is survey
    assert survey.previous is not None
    assert survey.previous.year == 2023
    assert survey.previous.previous is not None
    assert survey.previous.previous.year == 2022
    assert survey.history()[2021].previous is None


def test_a_wave_alone_has_no_wave_before(data: Path) -> None:
    alone = load_survey(2025, data)
    assert alone.previous is None
    assert list(alone.history()) == [2025]


def test_another_seed_draws_other_donors_and_nothing_else(survey: Survey) -> None:
    other = load_survey(2025, DATA, seed=1)
    columns = list(survey.imputed.columns)
    given = ~(survey.imputed | other.imputed).to_numpy()
    differs = (other.answers[columns] != survey.answers[columns]).to_numpy()
    assert differs.any()
    assert not (differs & given).any()
    pd.testing.assert_series_equal(other.answers["weight"], survey.answers["weight"])


def test_thresholds_come_from_the_file_of_the_wave(data: Path) -> None:
    edit(data / "2025" / "wave.yml", "disclosure: 5", "disclosure: 2916")
    assert set(load_survey(2025, data).share("ai_use_status")["flag"]) == {"c"}
