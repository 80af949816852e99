"""The quality report: precision of key figures, and the counts it quotes."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from barometer.audit.quality import most_imputed, precision_table, quality_facts
from barometer.errors import BarometerError
from barometer.survey.survey import Survey
from tests.helpers import DATA
from tests.survey.cases import with_thresholds

KEYS = [
    "ai_use_status.use",
    "productivity_low_skilled.decrease",
    "barrier.lack_of_skills",
    "competitiveness.any",
    "adoption_phase.experimenting",
]


def data(survey: Survey, *keys: str, most: int = 8) -> pd.DataFrame:
    found = precision_table(survey, keys, most).data
    assert found is not None
    return found


def test_the_table_is_the_register(survey: Survey) -> None:
    """Each number to one decimal as the register has it, in the first universe reported for."""
    register = survey.register().query("domain == 'total'")
    for (_, row), key in zip(data(survey, *KEYS).iterrows(), KEYS, strict=True):
        question, _, category = key.partition(".")
        universe = survey.questionnaire.indicators[question].question.report_for[0]
        rows = register.set_index(["question", "category", "universe"])
        same = rows.loc[[(question, category, universe)]].iloc[0]
        shown = row[["%", "Standaardfout", "Ondergrens", "Bovengrens", "Aangevuld"]].tolist()
        expected = same[["estimate", "se", "ci_low", "ci_high", "imputed_share"]]
        assert shown == pytest.approx(expected.tolist(), abs=0.05 + 1e-9)
        assert row["N"] == same["n"]
        assert row["Vlag"] == ""


def test_effective_size_and_design_effect_belong_together(survey: Survey) -> None:
    """n over the design effect, less where answers were imputed; p(1 − p) over the variance."""
    for _, row in data(survey, *KEYS).iterrows():
        same = pytest.approx(row["N"] / row["Design-effect"], rel=0.05)
        if row["Aangevuld"] == 0:
            assert row["Effectieve N"] == same
        assert row["Effectieve N"] == same or row["Effectieve N"] < row["N"] / row["Design-effect"]
    use = data(survey, "ai_use_status.use").iloc[0]
    exact = survey["ai_use_status"]["use"]
    simple = exact.estimate * (100 - exact.estimate) / exact.se**2
    assert use["Effectieve N"] == pytest.approx(simple, rel=0.01)


def test_imputed_answers_of_a_base_by_hand(survey: Survey) -> None:
    inside = survey.universe("adopters")
    weights = survey.answers["weight"][inside]
    drawn = survey.imputed["productivity_low_skilled"][inside]
    expected = 100 * weights[drawn].sum() / weights.sum()
    assert expected > 1
    found = data(survey, "productivity_low_skilled.decrease").iloc[0]
    assert found["Aangevuld"] == pytest.approx(expected, abs=0.05 + 1e-9)


def test_the_first_that_the_wave_has(survey: Survey) -> None:
    found = data(survey, "training.none_at_all", "export.yes", "ai_use_status", *KEYS, most=2)
    assert found["In %"].tolist() == [
        "Gebruik van AI: Gebruikt AI",
        "Productiviteit van laaggeschoolden: Daling",
    ]
    with pytest.raises(BarometerError, match=r"expected at least one as indicator\.category"):
        precision_table(survey, ["export.yes"])


def test_a_row_says_who_it_is_about_where_more_were_asked(survey: Survey) -> None:
    """Barriers were asked of all, and are reported for adopters; the phase for all asked."""
    barrier, phase = data(survey, "barrier.lack_of_skills", "adoption_phase.experimenting")["In %"]
    assert barrier.endswith(f"({survey.questionnaire.universes['adopters'].label})")
    assert "(" not in phase


def test_flags_are_marked_and_withheld_numbers_are_not_there(survey: Survey) -> None:
    flagged = precision_table(with_thresholds(survey, effective_n=10_000), KEYS[:1])
    assert flagged.data is not None
    assert flagged.data["Vlag"].tolist() == ["°"]
    assert "weinig betrouwbaar" in flagged.html
    table = precision_table(with_thresholds(survey, disclosure=2000), ["competitiveness.any"])
    assert ". niet getoond wegens vertrouwelijkheid." in table.html
    assert "n.b." not in table.html
    withheld = table.data
    assert withheld is not None
    assert (
        withheld[["%", "Standaardfout", "Ondergrens", "Bovengrens", "Aangevuld"]]
        .isna()
        .all(axis=None)
    )


def test_counts_of_the_register(survey: Survey) -> None:
    found = quality_facts(survey)
    register = survey.register()
    assert found["estimates"] == len(register)
    assert found["unreliable"] == register["flag"].tolist().count("u") > 0
    assert found["withheld"] == register["estimate"].isna().sum() == 0
    hidden = with_thresholds(survey, disclosure=30)
    assert quality_facts(hidden)["withheld"] == hidden.register()["estimate"].isna().sum() > 0
    assert found["totals"] == (register["domain"] == "total").sum()


def test_response_by_hand(survey: Survey) -> None:
    """From the files: who was not reached, who kept silent, and the rates of sizes."""
    sample = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)
    found = quality_facts(survey)
    missed = sample["delivery"] == "undeliverable"
    usable = len(survey.answers)
    assert found["unreached"] == pytest.approx(100 * missed.mean())
    assert found["reached without answer"] == pytest.approx(100 * (1 - usable / (~missed).sum()))
    rates = 100 * survey.answers["size"].value_counts() / sample["size"].value_counts()
    assert found["lowest response rate by size"] == pytest.approx(rates.min())
    assert found["highest response rate by size"] == pytest.approx(rates.max())
    assert found["strata"] == len(sample.groupby(["sector", "size"]))


def test_rates_of_few_firms_are_not_quoted(survey: Survey) -> None:
    few = quality_facts(with_thresholds(survey, disclosure=100_000))
    assert math.isnan(few["lowest response rate by sector"])
    reached = survey.sample.query("delivery != 'undeliverable'")["sector"].value_counts()
    rates = 100 * survey.answers["sector"].value_counts() / survey.sample["sector"].value_counts()
    worst = int(reached[str(rates.idxmin())])
    left = quality_facts(with_thresholds(survey, disclosure=worst + 1))
    assert left["lowest response rate by sector"] == pytest.approx(rates[reached > worst].min())
    assert rates[reached > worst].min() > rates.min()


def test_imputation_of_answers_by_hand(survey: Survey) -> None:
    """Gaps over what was asked, per question that is not mandatory, from the answers as sent in."""
    shares = {
        question.short: 100 * survey.imputed.loc[asked, question.columns].to_numpy().mean()
        for question in survey.questionnaire.questions.values()
        if not question.mandatory and (asked := survey.universe(question.asked_of)).any()
    }
    found = quality_facts(survey)
    assert found["least imputed"] == pytest.approx(min(shares.values()))
    assert found["most imputed"] == pytest.approx(max(shares.values()))
    assert most_imputed(survey) == f"‘{max(shares, key=lambda name: shares[name])}’"
