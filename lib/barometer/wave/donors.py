"""Whose answers a recipient of the hot deck might have taken, for the variance of imputation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.wave.imputation import imputation_classes
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import Questionnaire
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
    donor of the class, spent or not.
    """
    columns = list(questionnaire.columns)
    given = answers[columns].mask(imputed[columns], "")
    classes = imputation_classes(answers.assign(**given), questionnaire, settings)
    group = list(classes.itertuples(index=False, name=None))
    pools = {}
    for question in questionnaire.questions.values():
        gaps = imputed[question.columns].to_numpy().any(axis=1)
        if gaps.any():
            asked = questionnaire.universe(question.asked_of, answers)
            pools[question.id] = _deck(group, np.flatnonzero(gaps), np.flatnonzero(asked & ~gaps))
    return pools


def _deck(
    group: list[tuple[str, ...]],
    recipients: npt.NDArray[np.int64],
    donors: npt.NDArray[np.int64],
) -> HotDeck:
    """The smallest class with a donor for each recipient, as the hot deck takes it."""
    members: dict[tuple[str, ...], list[int]] = {}
    for donor in donors:
        for size in range(len(group[donor]) + 1):
            members.setdefault(group[donor][:size], []).append(donor)
    pool = np.full(len(group), -1, dtype=np.int64)
    numbers: dict[tuple[str, ...], int] = {}
    for recipient in recipients:
        own = group[recipient]
        used = next(own[:size] for size in range(len(own), -1, -1) if own[:size] in members)
        pool[recipient] = numbers.setdefault(used, len(numbers))
    return HotDeck(pool, [np.array(members[used], dtype=np.int64) for used in numbers])
