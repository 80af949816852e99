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

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.wave.content import Question
from barometer.wave.firms import Firms, Lots
from barometer.wave.meta import Imputation
from barometer.wave.questionnaire import Questionnaire


def impute(
    answers: pd.DataFrame,
    questionnaire: Questionnaire,
    settings: Imputation,
    firms: Firms,
    seed: int | None = None,
) -> pd.DataFrame:
    """Fill every item non-response; cells stay "" where the question is not asked.

    `answers`: one row per respondent with firm (its key in `firms`), the domains, and a text column
    per question column, "" for an empty cell. `seed` replaces that of the settings. Returns a frame
    of the same shape: an imputed cell is one that was empty. Raises WaveError when a question has
    no donor left.

    >>> from barometer.wave.content import Answer, Question, Universe
    >>> answers = {c: Answer(label=c) for c in ("yes", "no")}
    >>> export = Question(id="export", label="?", short="?", asked_of="all", categories=answers)
    >>> questionnaire = Questionnaire("", {"export": export}, {}, {"all": Universe(label="all")})
    >>> answers = pd.DataFrame(
    ...     {"firm": range(3), "region": [*"NNS"], "export": ["yes", "", "no"]}
    ... )
    >>> settings = Imputation(seed=1, classes=["region"], donor_limit=1)
    >>> impute(answers, questionnaire, settings, Firms("abc"))["export"].tolist()
    ['yes', 'yes', 'no']
    """
    if seed is not None:
        settings = settings.model_copy(update={"seed": seed})
    given = answers[list(questionnaire.columns)]
    classes = imputation_classes(answers, questionnaire, settings)
    lots = firms.lots(answers["firm"])
    completed = hot_deck(given, classes, questionnaire, settings, lots)
    return answers.assign(**{str(name): cells for name, cells in completed.items()})


def imputation_classes(
    answers: pd.DataFrame, questionnaire: Questionnaire, settings: Imputation
) -> pd.DataFrame:
    """The variables of the imputation classes (n, variables): domains, or labels of indicators."""
    given = answers[list(questionnaire.columns)]
    return pd.DataFrame(
        {
            name: answers[name]
            if name in answers and name not in given
            else questionnaire.indicator(name).labels(given)
            for name in settings.classes
        },
        index=answers.index,
    )


def hot_deck(
    answers: pd.DataFrame,
    classes: pd.DataFrame,
    questionnaire: Questionnaire,
    settings: Imputation,
    lots: Lots,
) -> pd.DataFrame:
    """Complete the answers (n, question columns) from donors within classes (n, variables).

    The draw depends on the seed, the question and the respondent's lot (n) alone, never on the
    order of the rows. A class without a donor left drops its last variable, until it is the whole
    universe of the question.
    """
    completed, ranks = answers.copy(), lots.ranks
    group = list(classes[settings.classes].itertuples(index=False, name=None))
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, completed)
        cells = answers[question.columns].to_numpy(dtype=object, copy=True)
        gaps = cells == ""
        recipients = _by_rank(asked & gaps.any(axis=1), ranks)
        donors = _by_rank(asked & ~gaps.any(axis=1), ranks)
        drawn = _draw(question, recipients, donors, group, lots, settings)
        cells[recipients] = np.where(gaps[recipients], cells[drawn], cells[recipients])
        completed[question.columns] = cells
    return completed


def _by_rank(mask: npt.NDArray[np.bool_], ranks: npt.NDArray[np.intp]) -> list[int]:
    """Positions where the mask holds, in the order of the lots: the donor limit needs one."""
    positions = np.flatnonzero(mask)
    return [int(p) for p in positions[np.argsort(ranks[positions])]]


def _draw(
    question: Question,
    recipients: Sequence[int],
    donors: Sequence[int],
    group: Sequence[tuple[str, ...]],
    lots: Lots,
    settings: Imputation,
) -> list[int]:
    """Draw a donor for each recipient; positions in, positions out."""
    pools: dict[tuple[str, ...], list[int]] = {}
    for donor in donors:
        for size in range(len(group[donor]) + 1):
            pools.setdefault(group[donor][:size], []).append(donor)
    uses: Counter[int] = Counter()
    drawn = []
    for recipient in recipients:
        for size in range(len(group[recipient]), -1, -1):
            pool = [
                donor
                for donor in pools.get(group[recipient][:size], ())
                if uses[donor] < settings.donor_limit
            ]
            if pool:
                break
        else:
            found = f"{len(recipients)} respondents without an answer and {len(donors)} donors"
            expected = f"a donor for each, used at most {settings.donor_limit} times"
            remedy = (
                "Raise imputation.donor_limit in wave.yml, or leave the question out of "
                "questionnaire.yml."
            )
            column = question.id
            raise WaveError([Problem("responses.csv", found, expected, remedy, column=column)])
        donor = pool[lots.draw(settings.seed, question.id, recipient) % len(pool)]
        uses[donor] += 1
        drawn.append(donor)
    return drawn
