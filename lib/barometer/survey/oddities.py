"""What is odd in a wave by itself: columns copied, defaults, and answers that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from barometer.survey.shift import Found, Moved
from barometer.survey.survey import Survey
from barometer.wave.cleaning import drop_reasons

#: On fewer answers than `ASKED`, or with fewer than `OTHERS` of the rarer one, nothing is odd.
ASKED, OTHERS = 50, 5
#: The least chance of a run of one answer at the start or end of the fieldwork.
CHANCE = 1e-9
#: So many answers to so many items that are the same throughout.
ALIKE, ITEMS = 10, 30


def oddities(survey: Survey) -> Iterator[Found]:
    """Find columns that are equal or have one answer, runs of one answer, and answers repeated.

    All of it in the answers as they came, before imputation, of usable respondents.
    """
    asks, responses = survey.questionnaire, survey._wave.responses
    usable = responses[drop_reasons(responses, asks) == ""]
    usable = usable.sort_values("submitted_at", kind="stable")[[*asks.columns]]
    for question in asks.questions.values():
        given = {column: usable[column].to_numpy(dtype=object) for column in question.columns}
        equal = [
            Moved(f"{one} and {other}")
            for one, other in combinations(given, 2)
            if (given[one] == given[other]).all() and _varies(given[one])
        ]
        yield "equal", equal, question.id
        alone = [c for c, g in given.items() if (g != "").sum() >= ASKED and len({*g} - {""}) == 1]
        yield "constant", [Moved(column) for column in alone], question.id
        yield "from", [Moved(column) for column, g in given.items() if _runs(g)], question.id
    items = (usable != "").sum(axis=1)
    same = usable[items >= ITEMS].groupby([*asks.columns], sort=False).size()
    if (many := int(same.max()) if len(same) else 0) >= ALIKE:
        yield "alike", [Moved(f"{many} of one kind")], None


def _varies(given: np.ndarray[tuple[int], np.dtype[np.object_]]) -> bool:
    """Whether enough gave more than one answer."""
    counts = pd.Series(given[given != ""]).value_counts()
    return bool(counts.sum() >= ASKED and len(counts) > 1 and counts.iloc[1] >= OTHERS)


def _runs(given: np.ndarray[tuple[int], np.dtype[np.object_]]) -> bool:
    """Whether the first or last answers are all the same, which by chance they would not be."""
    answers = given[given != ""]
    if len(answers) < ASKED or not _varies(given):
        return False
    for ordered in (answers, answers[::-1]):
        run = int(np.argmax(ordered != ordered[0]))
        rest = ordered[run:]
        share = ((rest == ordered[0]).sum() + 1) / (len(rest) + 2)
        if run * np.log10(share) < np.log10(CHANCE):
            return True
    return False
