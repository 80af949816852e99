"""Item non-response that the pipeline's own hot deck fills with the answers we started from.

The published figures were computed after imputation. So gaps are only made where the donor that
the hot deck will draw gave the very answer that is removed. Who becomes whose donor depends on the
seed, the respondent's number and the set of respondents with gaps in the class, not on what the
gaps are; hence, class by class: choose respondents, let the pipeline impute them, and keep the gaps
whose imputed answer is the true one. A class where a respondent has none is drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError
from barometer.wave.content import Question
from barometer.wave.firms import Lots
from barometer.wave.imputation import hot_deck
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import Questionnaire
from synthesis.assign import generator

ROUNDS = 40
#: Classes smaller than this keep all their answers, so donors never run out.
SMALLEST_CLASS = 6
#: Of the respondents with gaps in a question with items, this part skips all it can.
SKIPS_ALL = 0.3


def with_gaps(
    answers: pd.DataFrame,
    classes: pd.DataFrame,
    keys: Sequence[str],
    questionnaire: Questionnaire,
    imputation: Imputation,
    rates: Mapping[str, float],
    seed: int,
) -> pd.DataFrame:
    """Remove answers such that the hot deck brings every one of them back.

    `answers`, `classes`, `keys` and `imputation` are what `imputation.impute` will be given.
    `rates`: share of gaps (percent of the answers to a question) aimed at, by question. Raises
    BarometerError should the hot deck not bring everything back.
    """
    gaps = answers.copy()
    group = classes[imputation.classes].agg("|".join, axis=1).to_numpy()
    for question in questionnaire.questions.values():
        rate = rates.get(question.id, 0.0) / 100
        if rate and not question.mandatory:
            make = _Gaps(question, answers, classes, keys, questionnaire, imputation, group)
            gaps = gaps.mask(make.draw(rate, generator(seed, f"gaps/{question.id}")), "")
    completed = hot_deck(gaps, classes, questionnaire, imputation, Lots(keys))
    if not (completed == answers).to_numpy().all():
        raise BarometerError(
            "synthesis: found imputed answers that differ from the ones removed; expected the hot "
            "deck to bring back every answer. Has barometer.imputation changed?"
        )
    return gaps


class _Gaps:
    """The gaps in one question."""

    def __init__(
        self,
        question: Question,
        answers: pd.DataFrame,
        classes: pd.DataFrame,
        keys: Sequence[str],
        questionnaire: Questionnaire,
        imputation: Imputation,
        group: npt.NDArray[Any],
    ) -> None:
        self.question, self.answers, self.lots = question, answers, Lots(keys)
        self.classes, self.questionnaire, self.imputation = classes, questionnaire, imputation
        members = questionnaire.universe(question.asked_of, answers)
        allowed = ~_filtering(question, questionnaire, answers).to_numpy()
        self.allowed = allowed & members[:, None]
        self.rows = {
            name: np.flatnonzero((group == name) & self.allowed.any(axis=1))
            for name in sorted(set(group[members]))
            if ((group == name) & members).sum() >= SMALLEST_CLASS
        }

    def draw(self, rate: float, random: np.random.Generator) -> pd.DataFrame:
        """Draw the gaps: True where an answer is removed."""
        columns = self.question.columns
        # a respondent with gaps lacks about 1 + SKIPS_ALL · matching items
        items = 1 + SKIPS_ALL * 0.6 * (len(columns) - 1)
        share = min(0.4, rate * len(columns) / items)
        gaps = pd.DataFrame(False, index=self.answers.index, columns=self.answers.columns)
        open_classes = {
            name: int(share * len(rows) + random.random()) for name, rows in self.rows.items()
        }
        for attempt in range(ROUNDS):
            chosen = {
                name: np.sort(random.permutation(self.rows[name])[:size])
                for name, size in open_classes.items()
                if size
            }
            if not chosen:
                break
            returned = self._returned(np.concatenate(list(chosen.values())))
            for name, rows in chosen.items():
                if returned[rows].any(axis=1).all():
                    for row in rows:
                        cells = self._some(np.flatnonzero(returned[row]), random)
                        gaps.loc[gaps.index[row], [columns[k] for k in cells]] = True
                    open_classes[name] = 0
                elif attempt % 8 == 7:
                    open_classes[name] -= 1
        return gaps

    def _returned(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which cells the hot deck would fill with the answer that stood there."""
        columns = self.question.columns
        trial = self.answers.copy()
        trial.loc[trial.index[rows], columns] = ""
        completed = hot_deck(trial, self.classes, self.questionnaire, self.imputation, self.lots)
        same = (completed[columns] == self.answers[columns]).to_numpy()
        return np.asarray(same & self.allowed, dtype=bool)

    def _some(
        self, cells: npt.NDArray[np.int64], random: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        """Choose which of the possible gaps a respondent has: all, or one."""
        skip, which = random.random(2)
        return cells if skip < SKIPS_ALL else cells[[int(which * len(cells))]]


def _filtering(
    question: Question, questionnaire: Questionnaire, answers: pd.DataFrame
) -> pd.DataFrame:
    """Tell which answers a filter asks for: without them the routing would change."""
    columns = question.columns
    filtering = pd.DataFrame(False, index=answers.index, columns=columns)
    for universe in questionnaire.universes.values():
        for condition in universe.all_of:
            if condition.of == question.id:
                items = [f"{question.id}.{item}" for item in condition.items] or columns
                filtering[items] |= answers[items].isin(condition.is_)
    return filtering
