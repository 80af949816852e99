"""What hangs on imputed answers: the categories and universes that another draw could change.

Each is evaluated twice: does it hold *surely*, whatever stood in the imputed cells, and does it
hold *possibly*, for something that could stand there (Kleene's logic of three values)? An answer
somebody gave can settle a category by itself: who named one item holds for "at least one", whatever
was imputed for the others. Parts of a union are taken one by one: where it hangs on one of them or
the other, it is said to hang on the draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from barometer.wave.content import Condition, Question
from barometer.wave.questionnaire import BoolArray, Indicator, Questionnaire, gave


@dataclass(frozen=True, eq=False)
class Bounds:
    """Where something holds whatever was imputed (n), and where it may hold (n)."""

    surely: BoolArray
    possibly: BoolArray

    @property
    def drawn(self) -> BoolArray:
        """Where the imputed cells decide (n)."""
        return self.possibly & ~self.surely

    def __or__(self, other: Bounds) -> Bounds:
        return Bounds(self.surely | other.surely, self.possibly | other.possibly)

    def but_not(self, other: Bounds) -> Bounds:
        """Where this holds and the other doesn't."""
        return Bounds(self.surely & ~other.possibly, self.possibly & ~other.surely)


def drawn_categories(
    indicator: Indicator, answers: pd.DataFrame, imputed: pd.DataFrame
) -> pd.DataFrame:
    """Tell for each row and category whether imputed cells decide if it holds.

    `answers`: completed, a text column per question column; `imputed`: same rows, a bool column per
    question column. Returns a bool column per category.
    """
    columns = indicator.question.columns
    rows = _any_row(imputed, columns)
    result = np.zeros((len(answers), len(indicator.categories)), dtype=bool)
    if rows.any():  # the others' answers are all their own
        bounds = _categories(indicator, answers.loc[rows, columns], imputed.loc[rows, columns])
        result[rows] = np.column_stack([found.drawn for found in bounds.values()])
    return pd.DataFrame(result, answers.index, list(indicator.categories))


def deciding(
    questionnaire: Questionnaire, universe: str, answers: pd.DataFrame, imputed: pd.DataFrame
) -> dict[str, BoolArray]:
    """Tell whose place inside or outside a universe hangs on imputed answers to which question.

    `answers` and `imputed` as in `drawn_categories`. Returns, for each question that the universe
    looks at, in the order of asking, the respondents (n) whose imputed answers to it decide.
    """
    conditions = list(_conditions(questionnaire, universe))
    about = [_question(questionnaire, condition).id for condition in conditions]
    result = {
        name: np.zeros(len(answers), dtype=bool)
        for name in questionnaire.questions
        if name in about
    }
    columns = [column for name in result for column in questionnaire.questions[name].columns]
    rows = _any_row(imputed, columns)
    if rows.any():
        frames = answers.loc[rows, columns], imputed.loc[rows, columns]
        found = [_condition(questionnaire, condition, *frames) for condition in conditions]
        possibly = np.logical_and.reduce([holds.possibly for holds in found])
        for question, holds in zip(about, found, strict=True):
            result[question][rows] |= possibly & holds.drawn
    return result


def drawn_universe(
    questionnaire: Questionnaire, universe: str, answers: pd.DataFrame, imputed: pd.DataFrame
) -> BoolArray:
    """Tell for each row whether imputed cells decide if it belongs to a universe (n)."""
    result = np.zeros(len(answers), dtype=bool)
    for rows in deciding(questionnaire, universe, answers, imputed).values():
        result |= rows
    return result


def _conditions(questionnaire: Questionnaire, universe: str) -> Iterator[Condition]:
    """All that must hold of the answers, conditions of other universes included."""
    for condition in questionnaire.universes[universe].all_of:
        if condition.universe:
            yield from _conditions(questionnaire, condition.universe)
        else:
            yield condition


def _question(questionnaire: Questionnaire, condition: Condition) -> Question:
    if condition.of in questionnaire.questions:
        return questionnaire.questions[condition.of]
    return questionnaire.indicator(condition.of).question


def _condition(
    questionnaire: Questionnaire,
    condition: Condition,
    answers: pd.DataFrame,
    imputed: pd.DataFrame,
) -> Bounds:
    if condition.of in questionnaire.questions:
        question = questionnaire.questions[condition.of]
        columns = [f"{question.id}.{item}" for item in condition.items] or question.columns
        return _count(answers, imputed, columns, condition.is_)
    found = _categories(questionnaire.indicator(condition.of), answers, imputed)
    return _any(found[name] for name in condition.is_)


def _any_row(imputed: pd.DataFrame, columns: list[str]) -> BoolArray:
    return np.asarray(imputed[columns].to_numpy(dtype=bool).any(axis=1))


def _count(
    answers: pd.DataFrame,
    imputed: pd.DataFrame,
    columns: Iterable[str],
    among: Iterable[str],
    at_least: int = 1,
    at_most: int | None = None,
) -> Bounds:
    """Bounds of "at_least to at_most of these columns hold one of these answers"."""
    columns = list(columns)
    drawn = imputed[columns].to_numpy(dtype=bool)
    low = (gave(answers, columns, among) & ~drawn).sum(axis=1)
    high = low + drawn.sum(axis=1)
    most = len(columns) if at_most is None else at_most
    return Bounds((low >= at_least) & (high <= most), (high >= at_least) & (low <= most))


def _categories(
    indicator: Indicator, answers: pd.DataFrame, imputed: pd.DataFrame
) -> dict[str, Bounds]:
    result: dict[str, Bounds] = {}
    nowhere = np.zeros(len(answers), dtype=bool)
    taken = Bounds(nowhere, nowhere)  # by an earlier category
    for name, rule in indicator.categories.items():
        if rule.union:
            result[name] = _any(result[part] for part in rule.union)
            continue
        holds = _count(answers, imputed, rule.columns, rule.answers, rule.at_least, rule.at_most)
        if indicator.first_match:
            holds = holds.but_not(taken)
            taken = taken | holds
        result[name] = holds
    return result


def _any(parts: Iterable[Bounds]) -> Bounds:
    first, *others = parts
    for other in others:
        first = first | other
    return first
