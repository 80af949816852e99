"""The pools of the variance are those that the hot deck draws from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from barometer.errors import BarometerError
from barometer.survey.survey import Survey
from barometer.wave.content import Answer, Question, Universe
from barometer.wave.donors import deck_behind, donor_pools
from barometer.wave.firms import Firms
from barometer.wave.imputation import impute
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import Questionnaire
from tests.wave.test_drawn import ASKS, CELLS
from tests.wave.test_imputation import CLASSES
from weighting import HotDeck

SETTINGS = Imputation(seed=1, classes=["sector", "size"], donor_limit=999)


def pools(
    answers: pd.DataFrame, asks: Questionnaire, settings: Imputation = SETTINGS
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, HotDeck]]:
    """The completed answers, which were imputed, and the pools by question."""
    numbers = answers["firm"].astype(str)
    firms = Firms(numbers)
    completed = impute(answers.assign(firm=firms.keys(numbers)), asks, settings, firms)
    completed["firm"] = answers["firm"]
    imputed = completed != answers
    return completed, imputed, donor_pools(completed, imputed, asks, settings)


def one(answers: list[str], **changes: object) -> dict[int, list[int]]:
    """The donors of each recipient, of one question that names its donor."""
    labels = {name: Answer(label=name, short=name) for name in (*answers, "") if name}
    question = Question(
        id="x", label="?", short="?", asked_of="all", report_for=["all"], categories=labels
    )
    asks = Questionnaire("", {"x": question}, {}, {"all": Universe(label="all")})
    settings = SETTINGS.model_copy(update=changes)
    deck = pools(pd.DataFrame({**CLASSES, "x": answers}), asks, settings)[2]["x"]
    return {int(i): deck.donors[deck.pool[i]].tolist() for i in np.flatnonzero(deck.recipients)}


def test_the_smallest_class_with_a_donor() -> None:
    """Firms a–e, of sectors 1, 1, 1, 2, 2 and sizes L, L, M, L, M."""
    assert one(["", "q", "r", "s", "t"]) == {0: [1]}
    assert one(["", "", "r", "s", "t"]) == {0: [2], 1: [2]}
    assert one(["", "", "r", "s", "t"], classes=["size", "sector"]) == {0: [3], 1: [3]}
    assert one(["", "", "", "s", "t"]) == {0: [3, 4], 1: [3, 4], 2: [3, 4]}
    assert one(["", "q", "r", "s", "t"], classes=[]) == {0: [1, 2, 3, 4]}


def firms(n: int, seed: int) -> pd.DataFrame:
    """Answers with gaps, of which those to `mode` name the respondent."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "firm": [f"{i:03}" for i in range(n)],
            "sector": rng.choice(["S1", "S2", "S3"], n, p=[0.5, 0.4, 0.1]),
            "size": rng.choice(["L", "M"], n),
        }
    )
    for cell in CELLS[:3]:
        frame[cell] = rng.choice(["yes", "no", ""], n, p=[0.4, 0.4, 0.2])
    asked = ASKS.universe("helped", frame)
    answered = asked & (rng.random(n) < 0.7)
    frame["mode"] = np.where(answered, frame["firm"], "")
    return frame


@pytest.mark.parametrize("seed", range(4))
def test_every_donor_drawn_is_in_the_pool_and_in_the_end_nobody_else_is(seed: int) -> None:
    """The classes and filters are the hot deck's own: over many draws each pool is exhausted."""
    answers = firms(60, seed)
    drawn: dict[int, set[int]] = {}
    recipients: dict[int, set[int]] = {}
    for draw in range(60):
        settings = SETTINGS.model_copy(update={"seed": draw})
        completed, _, decks = pools(answers, ASKS, settings)
        deck = decks["mode"]
        took = (completed["mode"] != "") & (answers["mode"] == "")
        assert (deck.recipients == took).all()
        for i in np.flatnonzero(took).tolist():
            drawn.setdefault(i, set()).add(int(completed["mode"].iloc[i]))
            recipients[i] = set(deck.donors[deck.pool[i]].tolist())
            assert drawn[i] <= recipients[i]
    often = [i for i in drawn if len(recipients[i]) <= 6 and answers.loc[i, CELLS[0]] == "yes"]
    assert often
    assert all(drawn[i] == recipients[i] for i in often)


def test_donors_answered_in_full_and_were_asked() -> None:
    answers = firms(200, 9)
    completed, imputed, decks = pools(answers, ASKS)
    assert set(decks) == {"help", "mode"}
    for name, deck in decks.items():
        columns = ASKS.questions[name].columns
        full = (answers[columns] != "").all(axis=1) & ASKS.universe(
            ASKS.questions[name].asked_of, completed
        )
        assert (deck.recipients == imputed[columns].any(axis=1)).all()
        for i in np.flatnonzero(deck.recipients):
            own = answers.loc[i, ["sector", "size"]]
            same = (answers[["sector", "size"]] == own).all(axis=1)
            expected = (
                full & same if (full & same).any() else full & (answers["sector"] == own.iloc[0])
            )
            assert deck.donors[deck.pool[i]].tolist() == np.flatnonzero(expected).tolist()


def test_classes_are_made_of_what_was_answered() -> None:
    """Firm a lacks what its class rests on: it is of no class, though the draw puts it in one."""
    answers = pd.DataFrame(
        [["", "", "no", ""], ["yes", "no", "no", "x"], ["yes", "no", "no", "y"]], columns=CELLS
    ).assign(firm=[*"abc"])
    by_first = SETTINGS.model_copy(update={"classes": ["first"]})
    completed, _, decks = pools(answers, ASKS, by_first)
    labels = ASKS.indicator("first").labels
    assert labels(answers).tolist() == ["", "ab", "ab"]
    assert labels(completed).tolist() == ["ab"] * 3
    other = pd.concat([answers, answers.iloc[[1]].assign(**{"help.a": "no", "help.c": "yes"})])
    other = other.assign(mode=["", "x", "y", ""], firm=[*"abcd"], index=range(4))
    _, _, decks = pools(other.reset_index(drop=True), ASKS, by_first)
    assert decks["help"].donors[decks["help"].pool[0]].tolist() == [1, 2, 3]


def test_no_donor_left_among_some_of_the_respondents(survey: Survey) -> None:
    rows = survey.imputed["budget_change"].to_numpy()
    with pytest.raises(
        BarometerError, match=r"question budget_change: found \d+ .* answered in full"
    ):
        donor_pools(
            survey.answers[rows],
            survey.imputed[rows],
            survey.questionnaire,
            survey.meta.imputation,
        )


HELP = HotDeck(np.array([0, 0, 0, -1, -1, -1]), [np.array([3, 4, 5])])
MODE = HotDeck(np.array([1, 1, -1, 1, -1, -1]), [np.array([0]), np.array([4, 5])])


def behind(question: str, universe: str) -> list[list[int]]:
    """The donors of each of six firms.

    Firm 0 has imputed what decides on its filter, 1 an item that doesn't (its own answer does), 2
    an item the filter does not look at, and 3 the question alone.
    """
    answers = pd.DataFrame(
        [["no", "yes", "no", "x"], ["yes", "no", "no", "x"], ["yes", "yes", "no", "x"]]
        + [["yes", "yes", "yes", "y"]] * 3,
        columns=CELLS,
    )
    imputed = pd.DataFrame(False, index=answers.index, columns=CELLS)
    imputed.loc[0, "help.b"] = imputed.loc[1, "help.b"] = imputed.loc[2, "help.c"] = True
    imputed.loc[[0, 1, 3], "mode"] = True
    deck = deck_behind(
        {"help": HELP, "mode": MODE}, ASKS.questions[question], universe, answers, imputed, ASKS
    )
    return [deck.donors[p].tolist() if p >= 0 else [] for p in deck.pool]


def test_whose_filter_was_drawn_counts_for_its_pool_the_others_for_the_question() -> None:
    expected = [[3, 4, 5], [4, 5], [], [4, 5], [], []]
    assert behind("mode", "helped") == expected
    assert behind("mode", "all") == expected  # who was asked was drawn too
    assert behind("help", "all") == [[3, 4, 5]] * 3 + [[]] * 3


def test_a_second_filter_counts_where_the_first_was_answered() -> None:
    assert behind("mode", "helped_by_x") == [[3, 4, 5], [4, 5], [], [4, 5], [], []]
    assert behind("help", "helped_by_x") == [[3, 4, 5], [4, 5], [3, 4, 5], [4, 5], [], []]
