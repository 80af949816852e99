"""Synthetic waves: the committed files keep what was promised, and the tool makes them again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometer.errors import BarometerError
from barometer.survey.survey import Survey
from synthesis.assign import fill_table
from synthesis.program import Program, required
from synthesis.statements import comparisons, read_statements
from synthesis.targets import apportion, read_synthesis
from tests.helpers import DATA, REFERENCE, published

YEARS = (2021, 2022, 2023, 2025)


@pytest.fixture(params=YEARS)
def year(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def table(year: int, name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / str(year) / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture
def wave(year: int, survey: Survey) -> Survey:
    """The finished wave of a year; the earlier ones come with that of 2025."""
    return survey.history()[year]


def test_no_real_firm_can_be_meant(year: int) -> None:
    """A Belgian enterprise number ends in 97 minus its first eight digits modulo 97."""
    responses = table(year, "responses")
    columns = ["enterprise_number", "reported_enterprise_number"]
    for numbers in (
        table(year, "sample")["enterprise_number"],
        *(responses[column] for column in columns),
    ):
        assert numbers.str.fullmatch(r"[01]\d{9}").all()
        check = 97 - numbers.str[:8].astype(int) % 97
        assert (check != numbers.str[8:].astype(int)).all()


def test_answers_come_from_firms_that_were_reached(year: int) -> None:
    sample = table(year, "sample").set_index("enterprise_number")
    by_letter = sample.loc[sample["contact_mode"] == "letter", "size"]
    assert by_letter.isin(["Middelgroot", "Groot"]).all()
    answers = table(year, "responses")
    assert (sample.loc[answers["enterprise_number"], "delivery"] != "undeliverable").all()
    assert answers["submitted_at"].is_monotonic_increasing
    assert answers["submitted_at"].between(f"{year}-06-01", f"{year}-10-01").all()


def test_claims_on_sectors_and_sizes_hold(survey: Survey) -> None:
    """What the report says in words, measured on the finished wave."""
    claims = read_statements(read_synthesis(2025, DATA)["statements"])
    assert len(claims) > 30
    for claim in claims:
        question, _, item = claim.question.partition(".")
        values = survey.meta.values(claim.domain)
        for universe in survey.questionnaire.questions[question].report_for:
            shares = pd.concat(
                [survey.share(question, by=by, universe=universe) for by in (claim.domain, None)]
            ).set_index(["category", "domain_value"])["estimate"]
            measure = {
                value: sum(
                    factor * shares[f"{item}.{category}" if item else category, value]
                    for category, factor in claim.measure.items()
                )
                for value in (*values, "Totaal")
            }
            for greater, smaller in comparisons(claim, values):
                assert measure[greater] > measure[smaller], (claim, greater, smaller)
            for value, least in claim.rule.get("at_least", {}).items():
                assert measure[value] >= least - 1e-6, (claim, value)
            for value, most in claim.rule.get("at_most", {}).items():
                assert measure[value] <= most + 1e-6, (claim, value)


def test_item_nonresponse_is_realistic(wave: Survey) -> None:
    """Gaps in 0.5 to 6.5 % of the answers to each question but the mandatory one."""
    for question in wave.questionnaire.questions.values():
        asked = wave.universe(question.asked_of)
        rate = wave.imputed.loc[asked, question.columns].to_numpy().mean()
        if question.mandatory:
            assert rate == 0
        else:
            assert 0.005 < rate < 0.065, (question.id, rate)


def test_answers_go_together(survey: Survey) -> None:
    """The bivariate findings of the report, and technologies that go together."""
    use = survey.categories("technology_use")
    assert use["text_mining"].corr(use["nlg"]) > 0.4
    shared = survey.universe("adopters_not_individual")
    phase = survey.answers.loc[shared, "adoption_phase"]
    further = phase.isin(["integrating", "scaling"])

    def mean(question: str, category: str) -> tuple[float, float]:
        values = survey.categories(question).loc[shared, category]
        weights = survey.answers.loc[shared, "weight"]
        groups = (~further, further)
        first, second = (float(np.average(values[g], weights=weights[g])) for g in groups)
        return first, second

    for question, category in (
        ("budget_change", "increase"),
        ("competitiveness", "any"),
        ("employment_low_skilled", "increase"),
        ("employment_low_skilled", "decrease"),
        ("employment_high_skilled", "increase"),
        ("employment_high_skilled", "decrease"),
    ):
        early, late = mean(question, category)
        assert 0 < early < late < 1, (question, category)


@pytest.mark.parametrize("year", YEARS[:-1])
def test_earlier_waves_reproduce_what_is_known(wave: Survey) -> None:
    register = wave.register().set_index(["question", "category", "universe", "domain"])
    register = register.sort_index()
    rows = published(wave.year)
    assert rows
    for row in rows:
        if row["statistic"] == "count":
            assert int(wave.accounting[row["category"]]) == int(row["value"])
            continue
        estimate = register.loc[[(row["question"], row["category"], row["universe"], "total")]]
        assert estimate["estimate"].item() == pytest.approx(float(row["value"]), abs=0.05)


def test_program_reaches_a_printed_percentage() -> None:
    """Three strata with weights 2, 3 and 5: 40.0 % of a weight of 100."""
    usable = np.array([10.0, 10.0, 10.0])
    program = Program(np.array([2.0, 3.0, 5.0]))
    program.block("yes", np.zeros(3), usable)
    everywhere = np.ones(3, dtype=bool)
    program.share({"yes": 1.0}, usable, everywhere, 39.95, 40.05)
    program.unweighted(["yes"], 11, 11)
    counts = required(program.solve(), "a test")["yes"]
    assert counts.sum() == 11
    assert counts @ [2, 3, 5] == 40


def test_program_without_solution_is_explained() -> None:
    program = Program(np.array([2.0]))
    program.block("yes", np.zeros(1), np.array([3.0]))
    # of three respondents none, one, two or three can say yes, never half of them
    program.share({"yes": 1.0}, np.array([3.0]), np.array([True]), 49.0, 51.0)
    with pytest.raises(BarometerError, match="synthesis of halves"):
        required(program.solve(), "halves")


def test_table_has_its_margins_and_prefers_high_scores() -> None:
    score = np.random.default_rng(1).random((12, 4))
    columns = np.array([7, 5, 3, 2])
    rows = (np.repeat([1.0, 2.0], [8, 4]), np.repeat([1.0, 3.0], [8, 4]))
    group = (np.array([True, True, False, False]), 9)
    chosen = fill_table(score, columns, rows, group)
    assert (chosen.sum(axis=0) == columns).all()
    assert (chosen.sum(axis=1) >= rows[0]).all()
    assert (chosen.sum(axis=1) <= rows[1]).all()
    assert chosen[:, :2].any(axis=1).sum() == 9
    free = fill_table(score, columns)
    for item, count in enumerate(columns):
        assert set(np.flatnonzero(free[:, item])) == set(np.argsort(-score[:, item])[:count])


def test_apportionment_keeps_total_and_limits() -> None:
    most = np.array([4, 100, 100])
    parts = apportion(np.array([50.0, 30.0, 20.0]), 60, most)
    assert parts.sum() == 60
    assert (parts <= most).all()
    assert parts[0] == 4


def test_independent_recomputation(survey: Survey, tmp_path: Path) -> None:
    """A script with nothing of this project finds fifty published figures, twice."""
    completed = tmp_path / "completed.csv"
    columns = ["sector", "size", *survey.questionnaire.columns]
    survey.answers[columns].to_csv(completed, index=False)
    command = [
        sys.executable,
        str(REFERENCE / "recompute.py"),
        str(DATA / "2025"),
        str(DATA / "2025" / "published.csv"),
    ]
    for arguments in (command, [*command, str(completed)]):
        run = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "50 of 50 agree" in run.stdout
