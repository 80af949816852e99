"""What a wave withholds, so that it stays withheld.

Percentages of few respondents are withheld, and with them others that would give them away (see
`cells`); counts of few respondents are coarsened. docs/decisions/0005-disclosure.md has the
reasons, and what is not protected.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.survey.cells import Cell, withheld
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import BoolArray, Questionnaire


class Answers(Protocol):
    """What is needed of a survey."""

    answers: pd.DataFrame

    @property
    def meta(self) -> Meta:
        """What wave.yml says."""

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions, and the universes they are reported for."""

    def universe(self, name: str) -> BoolArray:
        """The members of a universe."""

    def domain(self, by: str | None) -> dict[str, BoolArray]:
        """The members of each value."""


def withheld_cells(survey: Answers) -> frozenset[Cell]:
    """The cells of the register that are withheld, by the disclosure threshold of the wave."""
    groups = _reported(survey)
    return withheld(
        {name: survey.universe(name) for name in sorted(set().union(*groups))},
        {name: survey.domain(name) for name in _domains(survey)},
        survey.answers["weight"].to_numpy(dtype=float),
        survey.meta.thresholds.disclosure,
        together=groups,
    )


def withheld_by(
    survey: Answers, universe: str, by: str | None, register: Collection[Cell]
) -> frozenset[str]:
    """The values of a division (`by`; None: the total) that are withheld in a universe.

    What the register has is looked up in its withheld cells (`register`). An indicator as division,
    or a universe that nothing is reported for, is not in it. Its cells are then settled: what
    protects these values can only be other values of the same division.
    """
    groups, name = _reported(survey), by or "total"
    known = sorted(set().union(*groups))
    domains = _domains(survey)
    if universe in known and name in domains:
        return frozenset(v for u, d, v in register if (u, d) == (universe, name))
    inside = {u: survey.universe(u) for u in dict.fromkeys([*known, universe])}
    divisions = {d: survey.domain(d) for d in dict.fromkeys([*domains, name])}
    found = withheld(
        inside,
        divisions,
        survey.answers["weight"].to_numpy(dtype=float),
        survey.meta.thresholds.disclosure,
        shown={*((u, d) for u in known for d in domains), (universe, name)},
        together=[*groups, *([] if universe in known else [list(inside)])],
        already={
            (u, d, v): (u, d, v) in register for u in known for d in domains for v in divisions[d]
        },
    )
    return frozenset(v for u, d, v in found if (u, d) == (universe, name))


def _domains(survey: Answers) -> list[str]:
    return ["total", *survey.meta.domains]


def _reported(survey: Answers) -> list[tuple[str, ...]]:
    """The universes that a question is reported for, each such group once."""
    asked: dict[str, dict[str, None]] = {}
    for indicator in survey.questionnaire.indicators.values():
        if indicator.question.reported:
            found = asked.setdefault(indicator.question.id, {})
            found.update(dict.fromkeys(indicator.question.report_for))
    return list(dict.fromkeys(tuple(group) for group in asked.values()))


def coarse_counts(
    n_category: npt.ArrayLike, n: npt.ArrayLike, threshold: int
) -> npt.NDArray[np.float64]:
    """The respondents in a category, of `n`, as multiples of the disclosure threshold; nan stays.

    0 and n stay, since 0 and 100 % say as much. Other counts are rounded up (1–5 to 5, 6–10 to 10);
    but the highest multiple below n stands for all above it too, so that the few who are not in the
    category cannot be counted either: of 12, 6 to 11 are 10. Each multiple stands for at least
    `threshold` counts, or for all from 1 to n − 1.

    >>> coarse_counts([0, 1, 5, 6, 11, 12], 12, threshold=5)
    array([ 0.,  5.,  5., 10., 10., 12.])
    """
    count, base = np.broadcast_arrays(np.asarray(n_category, float), np.asarray(n, float))
    if threshold <= 1:
        return count.copy()
    highest = threshold * np.maximum((base - 1) // threshold, 1)
    rounded = np.minimum(threshold * np.ceil(count / threshold), highest)
    return np.where(count == base, count, rounded)
