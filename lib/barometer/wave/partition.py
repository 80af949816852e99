"""Categories and universes that should divide the respondents, held against the answers.

The answers decide, not the rules: a new answer code, or one that a rule forgets, puts respondents
in no category at all, and shares of one whole then add up to less.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from barometer.errors import Problem
from barometer.wave.content import Question
from barometer.wave.questionnaire import BoolArray, Questionnaire


def answered(questionnaire: Questionnaire, question: Question, answers: pd.DataFrame) -> BoolArray:
    """Tell for each respondent whether it was asked a question and answered it in full."""
    full = (answers[question.columns] != "").all(axis=1).to_numpy()
    return np.asarray(full & questionnaire.universe(question.asked_of, answers))


def known(questionnaire: Questionnaire, universe: str, answers: pd.DataFrame) -> BoolArray:
    """Tell for each respondent whether its answers tell if it belongs to a universe."""
    found = np.ones(len(answers), dtype=bool)
    for condition in questionnaire.universes[universe].all_of:
        if condition.universe:
            found &= known(questionnaire, condition.universe, answers)
        elif condition.of in questionnaire.questions:
            found &= answered(questionnaire, questionnaire.questions[condition.of], answers)
        else:
            source = questionnaire.indicator(condition.of).question
            found &= answered(questionnaire, source, answers)
    return found


def undivided(questionnaire: Questionnaire, answers: pd.DataFrame) -> Iterator[Problem]:
    """Find exclusive categories, and complements, that leave respondents out or overlap.

    `answers`: usable ones, a text column per question column. Looked at is whoever answered in
    full.
    """
    file = questionnaire.file
    for indicator in questionnaire.indicators.values():
        holds = indicator.evaluate(answers)[answered(questionnaire, indicator.question, answers)]
        key = f"indicators.{indicator.id}"
        if indicator.exclusive:
            yield from _divide(file, key, holds[indicator.answers], "exclusive")
        for name, rule in indicator.categories.items():
            if rule.complement_of:
                place = f"{key}.categories.{name}"
                yield from _divide(file, place, holds[[rule.complement_of, name]], "complement_of")
    for name, universe in questionnaire.universes.items():
        if other := universe.complement_of:
            pair = {part: questionnaire.universe(part, answers) for part in (other, name)}
            told = [known(questionnaire, part, answers) for part in pair]
            holds = pd.DataFrame(pair)[np.logical_and.reduce(told)]
            yield from _divide(file, f"universes.{name}", holds, "complement_of")


def _divide(file: str, place: str, holds: pd.DataFrame, key: str) -> Iterator[Problem]:
    """Exactly one column of `holds` (respondents, categories) must hold in each row."""
    count = holds.sum(axis=1)
    none, several = int((count == 0).sum()), int((count > 1).sum())
    parts = [(none, "in none"), (several, "in several")]
    if found := " and ".join(f"{n} respondents {where}" for n, where in parts if n):
        yield Problem(
            file,
            f"{found} of {', '.join(map(str, holds.columns))}",
            f"each of the {len(holds)} who answered in exactly one",
            f"Correct the answers it asks for (`is`), or remove `{key}` if that is not meant.",
            column=place,
        )


def reported_unasked(questionnaire: Questionnaire, answers: pd.DataFrame) -> Iterator[Problem]:
    """Find questions that are reported for respondents whom they were not put to."""
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, answers)
        told = known(questionnaire, question.asked_of, answers)
        for name in question.report_for:
            outside = int((questionnaire.universe(name, answers) & told & ~asked).sum())
            if outside:
                yield Problem(
                    questionnaire.file,
                    f"{name}, with {outside} respondents who were not asked",
                    f"universes within {question.asked_of}, of which it was asked",
                    "Correct report_for or asked_of.",
                    column=f"questions.{question.id}.report_for",
                )
