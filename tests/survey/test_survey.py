"""What a survey answers, what it withholds and what it refuses."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.errors import BarometerError
from barometer.survey.survey import REGISTER, Survey, load_survey
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


def reliability_by_hand(rows: pd.DataFrame) -> list[str]:
    """The flag of each row of `precision`, by the rules as NCHS words them."""
    flags = []
    for row in rows.to_dict("records"):
        p, width = row["estimate"], row["ci_high"] - row["ci_low"]
        wide = width >= 30 or (width > 5 and width > 1.3 * min(p, 100 - p))
        flags.append("u" if row["n_effective"] < 30 or row["df"] < 8 or wide else "")
    return flags


def test_what_is_imprecise_is_flagged(survey: Survey) -> None:
    """By the rules of NCHS, each of which marks something here that the others don't."""
    rows = survey.precision("budget_change", by="sector")
    assert rows["flag"].tolist() == reliability_by_hand(rows)
    everything = survey.register(["estimate", "ci_low", "ci_high", "n_effective", "df", "flag"])
    assert everything["flag"].tolist() == reliability_by_hand(everything)
    assert 0.1 < (everything["flag"] == "u").mean() < 0.5


@pytest.mark.parametrize(
    ("rule", "value", "marked"),
    [
        ("effective_n", 412, ["Groot"]),
        ("effective_n", 411, []),
        ("degrees_of_freedom", 1e6, ["Micro", "Klein", "Middelgroot", "Groot"]),
        ("width", 1, ["Micro", "Klein", "Middelgroot", "Groot"]),
    ],
)
def test_each_rule_of_reliability_is_that_of_the_wave(
    survey: Survey, rule: str, value: float, marked: list[str]
) -> None:
    lax = with_thresholds(survey).meta.thresholds
    strict = lax.model_copy(
        update={"reliability": lax.reliability.model_copy(update={rule: value})}
    )
    rows = with_meta(survey, thresholds=strict)["ai_use_status"]["use"].by("size")
    assert [e.domain_value for e in rows if e.flag == "u"] == marked
    assert {e.flag for e in rows} <= {"", "u"}
    use = survey["ai_use_status"]["use"].by("size")
    assert [float(e) for e in rows] == [float(e) for e in use]  # marked, not changed


def test_withheld_outranks_flagged(survey: Survey) -> None:
    few = with_thresholds(survey, effective_n=3000, disclosure=2000)
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


def test_the_columns_of_the_register_are_those_asked_for(survey: Survey) -> None:
    columns = ["question", "category", "domain_value", "df", "deff"]
    found = survey.register(columns)
    assert list(found.columns) == columns
    assert list(survey.register().columns) == REGISTER
    use = found[(found["question"] == "ai_use_status") & (found["category"] == "use")]
    precise = survey.precision("ai_use_status", by="size").query("category == 'use'")
    shown = use[use["domain_value"].isin(["Micro", "Klein", "Middelgroot", "Groot"])]
    assert shown["df"].tolist() == precise["df"].tolist()
    with pytest.raises(KeyError, match="colour"):
        survey.register(["colour"])


def test_counts_are_facts_with_name_and_year(survey: Survey) -> None:
    for name, found in survey.accounting.items():
        assert (found.name, found.year) == (name, 2025)
    assert str(survey.accounting["usable"]) == "2915"
    assert survey.accounting["usable"] + 1 == 2916
    rate = survey.accounting["response_rate"]
    assert str(rate) == str(float(rate))
    fraction = survey.sampling_fraction("Micro", "Klein")
    assert (fraction.name, fraction.year) == ("sampling fraction Micro, Klein", 2025)


# --- what estimates rest on ---------------------------------------------------------------------


def test_the_base_of_a_question_holds_who_was_asked(survey: Survey) -> None:
    base = survey.base("budget_change", "adopters")
    assert (base.inside == survey.universe("adopters")).all()
    assert base.deck is not None
    taken = survey.imputed["budget_change"].to_numpy() & survey.universe("adopters")
    assert (base.deck.recipients == taken).all()
    for question in ("ai_use_status", "technology_use"):
        mandatory = survey.base(question, "all").deck
        assert mandatory is None or not mandatory.recipients.any()


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


def test_partners_are_the_firms_of_the_same_number(survey: Survey, data: Path) -> None:
    """Where each stands in the other wave, by the numbers in both files; none recur by chance."""
    same = load_survey(2025, data)
    assert survey.partners(same).tolist() == list(range(2915))
    assert survey.previous is not None
    assert (survey.partners(survey.previous) == -1).all()
    path = data / "2025" / "responses.csv"
    answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    gone = answers["technology_use.nlg"] == "use"
    answers[~gone | (answers.index % 3 > 0)].to_csv(path, index=False)
    fewer = load_survey(2025, data)
    there, back = survey.partners(fewer), fewer.partners(survey)
    both = np.flatnonzero(there >= 0)
    assert 1000 < len(both) == len(fewer.answers) < 2915
    assert (back[there[both]] == both).all()
    columns = [*survey.meta.domains, *survey.questionnaire.questions["technology_use"].columns]
    pd.testing.assert_frame_equal(
        fewer.answers[columns].iloc[there[both]].reset_index(drop=True),
        survey.answers[columns].iloc[both].reset_index(drop=True),
    )


def test_a_survey_derived_from_another_keeps_its_partners(survey: Survey) -> None:
    """Calibrated, or with fewer respondents; answers without numbers have none."""
    assert (survey.calibrated().partners(survey) == np.arange(2915)).all()
    keep = survey.answers["technology_use.nlg"] == "use"
    few = with_respondents(survey, keep | ~survey.answers["stratum"].duplicated())
    assert (np.diff(few.partners(survey)) > 0).all()
    assert survey.answers.loc[few.partners(survey), "size"].tolist() == few.answers["size"].tolist()
    bare = dataclasses.replace(survey, _firms=None)
    assert (bare.partners(survey) == survey.partners(bare)).all()
    assert set(bare.partners(survey)) == {-1}


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
    edit(data / "2025" / "wave.yml", "effective_n: 30", "effective_n: 2916")
    edit(data / "2025" / "wave.yml", "disclosure: 5", "disclosure: 2916")
    assert set(load_survey(2025, data).share("ai_use_status")["flag"]) == {"c"}
