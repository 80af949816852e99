"""Random hot-deck imputation of item non-response within imputation classes.

A recipient takes the answers it lacks on a question from one donor: a respondent of the same class
who was asked the question and answered it in full, drawn at random. Answers missing together thus
come from one firm and stay consistent (Andridge & Little 2010, "A review of hot deck imputation
for survey non-response", International Statistical Review 78). Questions are imputed in the order
of the questionnaire, and each filter is evaluated on the answers already completed, so the routing
stays consistent: a firm that becomes part of a universe by imputation gets the answers of that
universe too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from barometer.errors import BarometerError
from barometer.questionnaire import Question, Questionnaire


def impute(
    answers: pd.DataFrame,
    classes: pd.DataFrame,
    questionnaire: Questionnaire,
    settings: Mapping[str, Any],
    keys: Sequence[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill every item non-response.

    `answers`: one row per respondent, one text column per question column, "" for an empty cell.
    `classes`: the variables that make up imputation classes, same rows. `settings`: seed, classes
    (variable names, most important first) and donor_limit (uses of a donor per question), as in
    wave.yml. `keys`: one distinct text per respondent; the draw depends on the seed, the question
    and the key alone, never on the order of the rows.

    Returns the completed answers (cells stay "" where the question is not asked) and a frame of
    the same shape that is True for each imputed cell. Raises BarometerError when a question has
    no donor left.
    """
    completed = answers.copy()
    flags = pd.DataFrame(False, index=answers.index, columns=answers.columns)
    key = pd.Series(list(keys), index=answers.index)
    groups = [tuple(row) for row in classes[list(settings["classes"])].itertuples(index=False)]
    group = pd.Series(groups, index=answers.index)
    for question in questionnaire.questions.values():
        columns = question.columns
        asked = questionnaire.universe(question.asked_of, completed)
        empty = (answers[columns] == "").to_numpy()
        recipients = answers.index[asked & empty.any(axis=1)]
        if recipients.empty:
            continue
        donors = answers.index[asked & ~empty.any(axis=1)]
        drawn = _draw(question, recipients, donors, group, key, settings)
        for recipient, donor in drawn.items():
            gaps = [c for c in columns if answers.at[recipient, c] == ""]
            completed.loc[recipient, gaps] = answers.loc[donor, gaps]
            flags.loc[recipient, gaps] = True
    return completed, flags


def _draw(
    question: Question,
    recipients: pd.Index,
    donors: pd.Index,
    group: pd.Series,
    key: pd.Series,
    settings: Mapping[str, Any],
) -> dict[Any, Any]:
    """Draw a donor for each recipient, in the order of the keys, so the limit acts reproducibly."""
    pools: dict[tuple[str, ...], list[Any]] = {}
    ordered = key[donors].sort_values().index
    for donor, values in zip(ordered, group[ordered], strict=True):
        for size in range(len(values) + 1):
            pools.setdefault(values[:size], []).append(donor)
    uses: Counter[Any] = Counter()
    drawn = {}
    for recipient in key[recipients].sort_values().index:
        values = group[recipient]
        for size in range(len(values), -1, -1):
            pool = [d for d in pools.get(values[:size], ()) if uses[d] < settings["donor_limit"]]
            if pool:
                break
        else:
            raise BarometerError(
                f"responses.csv, question {question.id}: found {len(recipients)} respondents "
                f"without an answer and {len(donors)} donors; expected a donor for each, used at "
                f"most {settings['donor_limit']} times. Raise imputation.donor_limit in wave.yml, "
                "or leave the question out of questionnaire.yml."
            )
        donor = pool[_random(settings["seed"], question.id, key[recipient]) % len(pool)]
        uses[donor] += 1
        drawn[recipient] = donor
    return drawn


def _random(seed: int, question: str, key: str) -> int:
    """A 64-bit number that is the same on every machine (modulo bias below 1e-15)."""
    text = f"{seed}/{question}/{key}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
