"""A category or universe hangs on imputed cells exactly where another draw could change it."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.survey.survey import Survey
from barometer.wave.content import Answer, Condition, Label, Question, Universe
from barometer.wave.drawn import deciding, drawn_categories, drawn_universe
from barometer.wave.questionnaire import BoolArray, Indicator, Questionnaire, Rule

ITEMS = ("a", "b", "c")
LABEL = Answer(label="?", short="?")
HELP = Question(
    id="help",
    label="?",
    short="?",
    asked_of="all",
    report_for=["all"],
    categories={"yes": LABEL, "no": LABEL},
    items={item: Label(label="?", short="?") for item in ITEMS},
)
MODE = Question(
    id="mode",
    label="?",
    short="?",
    asked_of="helped",
    report_for=["helped"],
    categories=dict.fromkeys(("x", "y", "z"), LABEL),
)
COLUMNS = [f"help.{item}" for item in ITEMS]
YES = frozenset(["yes"])
NUMBER = Indicator(
    "number",
    HELP,
    "?",
    "?",
    {
        "none": Rule(LABEL, tuple(COLUMNS), YES, at_least=0, at_most=0),
        "any": Rule(LABEL, tuple(COLUMNS), YES),
        "two": Rule(LABEL, tuple(COLUMNS), YES, at_least=2, at_most=2),
        "a": Rule(LABEL, ("help.a",), YES),
    },
)
FIRST = Indicator(
    "first",
    HELP,
    "?",
    "?",
    {
        "ab": Rule(LABEL, ("help.a", "help.b"), YES),
        "c": Rule(LABEL, ("help.c",), YES),
        "either": Rule(LABEL, union=("ab", "c")),
    },
    first_match=True,
)
HOW = Indicator(
    "mode", MODE, "?", "?", {a: Rule(LABEL, ("mode",), frozenset([a])) for a in ("x", "y", "z")}
)


def condition(**parts: object) -> Condition:
    return Condition.model_validate(parts)


UNIVERSES = {
    "all": Universe(label="?"),
    "helped": Universe(
        label="?", all_of=[condition(of="help", items=["a", "b"], **{"is": ["yes"]})]
    ),
    "helped_by_x": Universe(
        label="?", all_of=[condition(universe="helped"), condition(of="mode", **{"is": ["x"]})]
    ),
    "by_number": Universe(label="?", all_of=[condition(of="number", **{"is": ["two"]})]),
}
ASKS = Questionnaire(
    "questionnaire.yml",
    {"help": HELP, "mode": MODE},
    {"number": NUMBER, "first": FIRST, "mode": HOW},
    UNIVERSES,
)
CELLS = [*COLUMNS, "mode"]
CHOICES = [["yes", "no"]] * 3 + [["x", "y", "z"]]


def row(cells: str, imputed: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One respondent: "ynnx" and, by an "!" for each imputed cell, "!--!"."""
    names = {"y": "yes", "n": "no"}
    answers = [names.get(c, c) for c in cells[:3]] + [cells[3]]
    return pd.DataFrame([answers], columns=CELLS), pd.DataFrame(
        [[c == "!" for c in imputed]], columns=CELLS
    )


EVERYTHING = [
    ("".join(cells), "".join(imputed))
    for cells in product("yn", "yn", "yn", "xyz")
    for imputed in product("-!", repeat=4)
]


GRID = pd.DataFrame(list(product(*CHOICES)), columns=CELLS)
ANSWERS, IMPUTED = (
    pd.concat(list(frames), ignore_index=True)
    for frames in zip(*(row(*case) for case in EVERYTHING), strict=True)
)


def varies(holds: BoolArray) -> BoolArray:
    """Whether something on the rows of GRID varies over what could have been drawn, by case."""
    same = IMPUTED.to_numpy()[:, None] | (ANSWERS.to_numpy()[:, None] == GRID.to_numpy())
    possible = same.all(axis=2)  # (cases, grid)
    return np.asarray((possible & holds).any(axis=1) & (possible & ~holds).any(axis=1))


@pytest.mark.parametrize("indicator", [NUMBER, FIRST, HOW], ids=lambda i: i.id)
def test_categories_hang_on_what_could_be_otherwise(indicator: Indicator) -> None:
    """Compared with all that could have been drawn, in each of the 384 possible cases."""
    found = drawn_categories(indicator, ANSWERS, IMPUTED)
    holds = indicator.evaluate(GRID)
    assert list(found.columns) == list(holds.columns)
    for name, rule in indicator.categories.items():
        expected = varies(holds[name].to_numpy())
        if rule.union:  # taken by its parts, so never too rarely
            assert (found[name] >= expected).all()
            assert not found.loc[~IMPUTED.any(axis=1), name].any()
        else:
            assert (found[name] == expected).all(), name


@pytest.mark.parametrize("universe", list(UNIVERSES))
def test_universes_hang_on_what_could_be_otherwise(universe: str) -> None:
    expected = varies(ASKS.universe(universe, GRID))
    assert (drawn_universe(ASKS, universe, ANSWERS, IMPUTED) == expected).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(EVERYTHING), min_size=1, max_size=12))
def test_each_row_by_itself(cases: list[tuple[str, str]]) -> None:
    frames = [row(*case) for case in cases]
    answers, imputed = (pd.concat(list(part)) for part in zip(*frames, strict=True))
    together = drawn_categories(FIRST, answers, imputed)
    alone = [drawn_categories(FIRST, *frame) for frame in frames]
    pd.testing.assert_frame_equal(together, pd.concat(alone))
    found = drawn_universe(ASKS, "helped_by_x", answers, imputed)
    assert found.tolist() == [drawn_universe(ASKS, "helped_by_x", *f)[0] for f in frames]


def test_an_answer_that_settles_the_matter() -> None:
    answers, imputed = row("ynnx", "-!!-")
    found = drawn_categories(NUMBER, answers, imputed).iloc[0]
    assert found.to_dict() == {"none": False, "any": False, "two": True, "a": False}
    assert not drawn_universe(ASKS, "helped", answers, imputed).any()


def test_the_questions_that_decide() -> None:
    assert deciding(ASKS, "all", ANSWERS, IMPUTED) == {}
    assert list(deciding(ASKS, "by_number", ANSWERS, IMPUTED)) == ["help"]
    turned = dataclasses.replace(ASKS, questions={"mode": MODE, "help": HELP})
    assert list(deciding(turned, "helped_by_x", ANSWERS, IMPUTED)) == ["mode", "help"]


@pytest.mark.parametrize(
    ("cells", "imputed", "expected"),
    [
        ("nnnx", "!--!", ["help", "mode"]),  # both may keep it out
        ("nnnx", "---!", []),  # it was out anyhow
        ("ynnx", "-!-!", ["mode"]),  # the answer on a settles the first
        ("ynny", "!---", []),  # the answer to mode keeps it out
        ("ynnx", "!---", ["help"]),
        ("ynnx", "--!-", []),  # an item that the universe doesn't look at
    ],
)
def test_a_question_decides_where_its_answers_matter(
    cells: str, imputed: str, expected: list[str]
) -> None:
    found = deciding(ASKS, "helped_by_x", *row(cells, imputed))
    assert [name for name, rows in found.items() if rows[0]] == expected


def test_the_questions_that_decide_in_the_wave(survey: Survey) -> None:
    universe = "adopters_knowledge_gap"
    found = deciding(survey.questionnaire, universe, survey.answers, survey.imputed)
    assert list(found) == ["technology_use", "barrier"]
    assert not found["technology_use"].any()  # mandatory
    assert found["barrier"].any()
    assert (found["barrier"] <= survey.universe("adopters")).all()
