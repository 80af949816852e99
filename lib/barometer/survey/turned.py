"""Answers that look like those of the wave before, with two answers or two items exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from barometer.survey.shift import Found, Moved
from barometer.survey.survey import Survey
from weighting import Array

#: The least that answers must have moved, in percentage points, and how many times nearer they must
#: lie to those of the wave before turned round, or exchanged, than to those as they were.
MOVED, NEARER = 5.0, 4.0


def turned(before: Survey, now: Survey) -> Iterator[Found]:
    """Find columns whose answers lie near those before in reverse, and pairs near each other's."""
    for question in now.questionnaire.questions.values():
        if question.id not in before.questionnaire.questions:
            continue
        known = before.questionnaire.questions[question.id]
        columns = [column for column in question.columns if column in known.columns]
        answers = [answer for answer in question.categories if answer in known.categories]
        then, own = ({c: _shares(w, c, answers) for c in columns} for w in (before, now))
        reverse = []
        for column in columns:
            if _nearer(_apart(own[column], then[column]), _apart(own[column], then[column][::-1])):
                reverse.append(Moved(column))
        yield "turned", reverse, question.id
        exchanged = []
        for a, b in combinations(columns, 2):
            straight = _apart(own[a], then[a]) + _apart(own[b], then[b])
            crossed = _apart(own[a], then[b]) + _apart(own[b], then[a])
            if _nearer(straight / 2, crossed / 2):
                exchanged.append(Moved(f"{a} and {b}"))
        yield "exchanged", exchanged, question.id


def _shares(survey: Survey, column: str, answers: list[str]) -> Array:
    """The weighted percentage of each answer among who was asked; nan where nobody was."""
    given = survey.answers[column].to_numpy(dtype=object)
    weights = survey.answers["weight"].to_numpy(dtype=float)
    counts = np.array([weights[given == answer].sum() for answer in answers])
    asked = weights[given != ""].sum()
    return 100 * counts / asked if asked else np.full(len(answers), np.nan)


def _apart(one: Array, other: Array) -> float:
    """How many percent of respondents would have to answer otherwise."""
    return float(np.abs(one - other).sum() / 2)


def _nearer(straight: float, crossed: float) -> bool:
    return straight >= MOVED and NEARER * crossed <= straight
