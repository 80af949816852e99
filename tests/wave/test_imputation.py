"""Every gap is filled from a real donor, reproducibly, and the routing stays consistent."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.survey.survey import Survey
from barometer.wave.content import Answer, Question, Universe
from barometer.wave.firms import Firms, Lots
from barometer.wave.imputation import hot_deck, impute
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import Questionnaire, read_questionnaire
from tests.helpers import DATA

SETTINGS = Imputation(seed=7, classes=["status", "size"], donor_limit=3)


def reduced() -> Questionnaire:
    """Adopters are asked for a model, and firms whose model is not individual for a phase."""
    whole = read_questionnaire(DATA / "2025" / "questionnaire.yml")
    names = ["technology_use", "adoption_model", "adoption_phase", "training"]
    return dataclasses.replace(whole, questions={name: whole.questions[name] for name in names})


@pytest.fixture(scope="module")
def small() -> Questionnaire:
    return reduced()


def firms(small: Questionnaire, n: int, seed: int = 0) -> pd.DataFrame:
    """Complete answers of n firms, the routing respected."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(index=range(n))
    for question in small.questions.values():
        inside = (
            small.universe(question.asked_of, frame) if len(frame.columns) else np.ones(n, bool)
        )
        for column in question.columns:
            drawn = rng.choice(list(question.categories), n).astype(object)
            frame[column] = np.where(inside, drawn, "")
    return frame


def run(
    small: Questionnaire, answers: pd.DataFrame, keys: list[str], **changes: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The completed answers, and which cells were imputed."""
    status = small.indicator("ai_use_status").labels(answers)
    sizes = np.array(["Micro", "Klein"])[[int(key) % 2 for key in keys]]
    classes = pd.DataFrame({"status": status, "size": sizes}, index=answers.index)
    completed = hot_deck(answers, classes, small, SETTINGS.model_copy(update=changes), Lots(keys))
    return completed, completed != answers


def with_gaps(answers: pd.DataFrame, share: float, seed: int = 1) -> pd.DataFrame:
    """Blank a share of the cells of the questions that may be left open."""
    rng = np.random.default_rng(seed)
    open_columns = [c for c in answers.columns if not c.startswith("technology_use")]
    answers = answers.copy()
    lost = rng.random((len(answers), len(open_columns))) < share
    answers[open_columns] = answers[open_columns].mask(lost, "")
    unknown_model = answers["adoption_model"] == ""
    answers.loc[unknown_model, "adoption_phase"] = ""
    return answers


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.1, 0.3]))
def test_every_gap_is_filled_and_nothing_else_changes(seed: int, share: float) -> None:
    questionnaire = reduced()
    answers = with_gaps(firms(questionnaire, 120, seed), share, seed)
    completed, flags = run(questionnaire, answers, [f"{i:03}" for i in range(120)], donor_limit=9)
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, completed)
        cells = completed[question.columns]
        assert (cells[asked] != "").all().all()
        assert (cells[~asked] == "").all().all()
    assert completed.where(~flags, "").equals(answers.where(~flags, ""))
    assert (answers.where(flags, "") == "").all().all()
    assert (completed.mask(~flags, "x") != "").all().all()


def test_row_order_does_not_matter(small: Questionnaire) -> None:
    answers = with_gaps(firms(small, 200), 0.1)
    keys = [f"{i:03}" for i in range(200)]
    completed, flags = run(small, answers, keys)
    order = np.random.default_rng(3).permutation(200)
    shuffled, shuffled_flags = run(small, answers.iloc[order], [keys[i] for i in order])
    assert shuffled.loc[answers.index].equals(completed)
    assert shuffled_flags.loc[answers.index].equals(flags)


def test_seed_decides(small: Questionnaire) -> None:
    answers = with_gaps(firms(small, 200), 0.2)
    keys = [f"{i:03}" for i in range(200)]
    assert run(small, answers, keys)[0].equals(run(small, answers, keys)[0])
    assert not run(small, answers, keys)[0].equals(run(small, answers, keys, seed=8)[0])


def test_items_missing_together_come_from_one_donor(small: Questionnaire) -> None:
    answers = firms(small, 60)
    pair = ["training.formal", "training.informal"]
    answers[pair] = ""
    answers.loc[30:, "training.formal"] = ["yes", "no"] * 15
    answers.loc[30:, "training.informal"] = ["no", "yes"] * 15
    completed, flags = run(small, answers, [f"{i:03}" for i in range(60)], donor_limit=30)
    assert flags.loc[:29, pair].all().all()
    assert set(completed[pair].itertuples(index=False, name=None)) == {("yes", "no"), ("no", "yes")}


CLASSES = {
    "firm": range(5),
    "sector": ["S1", "S1", "S1", "S2", "S2"],
    "size": ["L", "L", "M", "L", "M"],
}


def one_question(answers: list[str], **settings: object) -> list[str]:
    """Impute a question with free answers, in classes by sector and within it by size."""
    labels = {answer: Answer(label=answer, short=answer) for answer in ("p", "q", "r", "s", "t")}
    question = Question(
        id="x", label="?", short="?", asked_of="all", report_for=["all"], categories=labels
    )
    small = Questionnaire("", {"x": question}, {}, {"all": Universe(label="all")})
    rules = Imputation.model_validate(
        {"seed": 1, "classes": ["sector", "size"], "donor_limit": 9, **settings}
    )
    return list(impute(pd.DataFrame({**CLASSES, "x": answers}), small, rules, Firms("abcde"))["x"])


@pytest.mark.parametrize("seed", range(8))
def test_a_donor_is_of_the_same_class(seed: int) -> None:
    assert one_question(["", "q", "r", "s", "t"], seed=seed)[0] == "q"


@pytest.mark.parametrize("seed", range(8))
def test_a_class_without_donor_drops_its_last_variable(seed: int) -> None:
    """Firm a, S1 and L: of S1 only c (size M) is left, and of L only d (sector S2)."""
    completed = one_question(["", "", "r", "s", "t"], seed=seed)
    assert completed[:2] == ["r", "r"]
    turned = one_question(["", "", "r", "s", "t"], seed=seed, classes=["size", "sector"])
    assert turned[:2] == ["s", "s"]


def test_a_donor_that_is_used_up_widens_the_class() -> None:
    completed = one_question(["", "", "r", "s", "t"], donor_limit=1)
    assert sorted(completed[:2])[0] == "r"
    assert set(completed[:2]) & {"s", "t"}


def test_donor_limit(small: Questionnaire) -> None:
    answers = firms(small, 5)
    answers["training.informal"] = "no"
    answers["training.formal"] = ["", "", "", "", "yes"]
    with pytest.raises(BarometerError, match=r"column training: found 4 respondents .* 1 donors"):
        run(small, answers, list("01234"), donor_limit=3)
    completed, _ = run(small, answers, list("01234"), donor_limit=4)
    assert (completed["training.formal"] == "yes").all()


def test_the_wave(survey: Survey) -> None:
    """Rates of item non-response are those of a real survey; the mandatory question has none."""
    rates = {}
    for column, question in survey.questionnaire.columns.items():
        asked = survey.universe(question.asked_of)
        assert (survey.answers.loc[asked, column] != "").all()
        assert (survey.answers.loc[~asked, column] == "").all()
        rates[column] = survey.imputed.loc[asked, column].mean()
        if question.mandatory:
            assert rates.pop(column) == 0
    assert all(rate < 0.08 for rate in rates.values()), rates
    assert 0.01 < np.mean(list(rates.values())) < 0.06
