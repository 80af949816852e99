"""Whose answers a recipient of the hot deck might have taken, for the variance of imputation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError
from barometer.wave.content import Question
from barometer.wave.drawn import deciding
from barometer.wave.imputation import imputation_classes
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import BoolArray, Questionnaire
from weighting import HotDeck


def donor_pools(
    answers: pd.DataFrame,
    imputed: pd.DataFrame,
    questionnaire: Questionnaire,
    settings: Imputation,
) -> dict[str, HotDeck]:
    """Give per question who took an answer and from which donors it was drawn.

    `answers`: completed, a row per respondent with the domains and question columns; `imputed`: a
    bool column per question column. The donor limit is left out of account: a pool holds every
    donor of the class, spent or not. BarometerError where nobody answered in full.
    """
    columns = list(questionnaire.columns)
    drawn = imputed[columns].to_numpy(dtype=bool)
    # classes are made of what was answered, before any draw
    given = pd.DataFrame(np.where(drawn, "", answers[columns]), answers.index, columns)
    others = answers.drop(columns=columns)
    classes = imputation_classes(pd.concat([others, given], axis=1), questionnaire, settings)
    group = list(classes.itertuples(index=False, name=None))
    nested = [pd.factorize(pd.Series([own[:size] for own in group]))[0] for size in _sizes(classes)]
    pools = {}
    for question in questionnaire.questions.values():
        gaps = np.asarray(imputed[question.columns].to_numpy(dtype=bool).any(axis=1))
        if gaps.any():
            asked = questionnaire.universe(question.asked_of, answers)
            answered = np.asarray(asked & ~gaps)
            pools[question.id] = _deck(question.id, nested, gaps, answered)
    return pools


def deck_behind(
    pools: Mapping[str, HotDeck],
    question: Question,
    universe: str,
    answers: pd.DataFrame,
    imputed: pd.DataFrame,
    questionnaire: Questionnaire,
) -> HotDeck:
    """Join what the shares of a question in a universe rest on, from the pools by question.

    Whoever is in the universe, or was asked the question, by an imputed answer counts among the
    recipients of that filter: what it answered followed from it. Others count for the question.
    """
    decks = [
        pools[source].only(rows)
        for name in (universe, question.asked_of)
        for source, rows in deciding(questionnaire, name, answers, imputed).items()
        if source in pools
    ]
    if question.id in pools:
        decks.append(pools[question.id])
    return HotDeck.first(decks, len(answers))


def _sizes(classes: pd.DataFrame) -> range:
    """By how many variables a class is defined: from all of them down to none."""
    return range(classes.shape[1], -1, -1)


def _deck(
    question: str, nested: list[npt.NDArray[np.intp]], gaps: BoolArray, answered: BoolArray
) -> HotDeck:
    """The smallest class with a donor for each recipient, as the hot deck takes it.

    `nested`: the class of each respondent (n), the smallest first.
    """
    pool = np.full(len(gaps), -1, dtype=np.int64)
    pools: list[npt.NDArray[np.int64]] = []
    left, donors = np.flatnonzero(gaps), np.flatnonzero(answered)
    for code in nested:
        found = left[np.isin(code[left], code[donors])]
        for own in np.unique(code[found]):
            pool[found[code[found] == own]] = len(pools)
            pools.append(donors[code[donors] == own])
        left = left[pool[left] < 0]
    if len(left):
        raise BarometerError(
            f"question {question}: found {len(left)} respondents with an imputed answer and none "
            "who answered in full; expected at least one, from whom it was taken"
        )
    return HotDeck(pool, pools)
