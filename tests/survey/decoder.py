"""An attacker who counts: which answers per stratum agree with what is published of a cell.

He has the tables of population and response, so the respondents and the weight of each stratum; the
rows of `estimates.csv`; and the method (docs/weighting.md, lib/weighting). Who belongs to a
universe of some firms he is not told: only how many there are, and what share of firms they are.
A pattern is a count for each stratum; he lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from barometer.survey.survey import Survey
from weighting import interval

#: More patterns than this he does not list.
MOST = 3_000_000
#: At most so many percent from 0 or 100 (nearly) nobody or everybody is told by the percentage.
EXTREME = 10.0
NOISE = 1e-9


@dataclass(frozen=True)
class Cell:
    """The strata of a value of a domain: names, respondents and weights."""

    names: list[str]
    n: np.ndarray
    w: np.ndarray

    @classmethod
    def of(cls, survey: Survey, domain: str, value: str) -> Cell:
        """From the tables that the report prints: respondents and firms by stratum."""
        strata = survey.answers[survey.domain(domain)[value]].groupby("stratum", sort=False)
        n, w = strata.size(), strata["weight"].first()
        return cls([str(name) for name in n.index], n.to_numpy(), w.to_numpy())

    def memberships(self, size: int, share: float) -> np.ndarray:
        """Who may be in a universe: respondents by stratum, `size` in all, `share` % ± ½."""
        every = patterns(self.n)
        here = every[every.sum(axis=1) == size]
        off = np.abs(100 * (here @ self.w) / (self.n @ self.w) - share)
        return np.asarray(here[off <= 0.5 + NOISE])

    def counted(self, members: np.ndarray) -> np.ndarray:
        """The respondents of some in each stratum, as a pattern."""
        found = pd.Series(members).value_counts()
        return np.array([int(found.get(name, 0)) for name in self.names])


def patterns(most: np.ndarray) -> np.ndarray:
    """All counts from 0 to `most` by stratum, a row each."""
    axes = [np.arange(n + 1, dtype=np.int16) for n in most]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(most))


@dataclass(frozen=True)
class Attack:
    """All patterns of a cell, with the percentage and the weight of the universe in each."""

    cell: Cell
    counts: np.ndarray
    percent: np.ndarray
    total: np.ndarray

    @classmethod
    def on(cls, cell: Cell, memberships: np.ndarray) -> Attack:
        """`memberships`: a row for each way in which respondents may belong to the universe."""
        counts = [patterns(members) for members in memberships]
        total = np.repeat(memberships @ cell.w, [len(some) for some in counts])
        together = np.concatenate(counts)
        return cls(cell, together, 100 * (together @ cell.w) / total, total)

    def agreeing(self, shown: float, step: float) -> np.ndarray:
        """The patterns whose percentage is shown so when it is rounded to `step` points."""
        return np.flatnonzero(np.abs(self.percent - shown) <= step / 2 + NOISE)

    def narrowed(self, some: np.ndarray, row: pd.Series, survey: Survey) -> np.ndarray:
        """Those that agree with standard error, interval (both to 0.1) and count of a row too.

        For a question asked of everyone: the variance is that of a stratified sample, what
        imputation adds to it stands in the row.
        """
        n, w = self.cell.n, self.cell.w
        share = self.counts[some] / n
        parts = (n * w / (n @ w)) ** 2 * (1 - 1 / w) / (n - 1)
        sampling = (parts * share * (1 - share)).sum(axis=1)
        half, imputation = 0.05, row["se_imputation"]
        low = np.sqrt(sampling + (max(imputation - half, 0) / 100) ** 2)
        high = np.sqrt(sampling + ((imputation + half) / 100) ** 2)
        low, high = (
            np.maximum(low, (row["se"] - half) / 100),
            np.minimum(high, (row["se"] + half) / 100),
        )
        good = low <= high + NOISE
        some, low, high = some[good], np.maximum(low[good], 1e-12), np.maximum(high[good], 1e-12)
        members = survey.domain(row["domain"])[row["domain_value"]]
        design, kish = survey.design, (n @ w) ** 2 / (n @ w**2)
        frame = design.effective_df(members), int(n.sum()), kish, design.remaining(members)
        p = self.percent[some] / 100
        narrow, wide = interval(p, low, *frame), interval(p, high, *frame)
        room = half + NOISE
        good = (100 * wide[0] <= row["ci_low"] + room) & (100 * narrow[0] >= row["ci_low"] - room)
        good &= (100 * narrow[1] <= row["ci_high"] + room) & (
            100 * wide[1] >= row["ci_high"] - room
        )
        return np.asarray(some[good])

    def decoded(self, some: np.ndarray, shown: float, step: float, small: int) -> dict[int, int]:
        """The counts that follow for strata with fewer than `small` respondents, by their place.

        But for nobody and everybody where the percentage itself says so: it is near 0 or 100, or
        one respondent of the stratum, who then stands for many firms, weighs more than is left.
        """
        found = {}
        for place, n in enumerate(self.cell.n):
            values = np.unique(self.counts[some, place])
            if n >= small or len(values) > 1 or not self.counts[:, place].any():
                continue
            one = 100 * self.cell.w[place] / self.total[some].max()
            none = values[0] == 0
            nobody = none and (shown <= EXTREME or one > shown + step / 2)
            everybody = not none and (shown >= 100 - EXTREME or one > 100 - shown + step / 2)
            if not (nobody or everybody):
                found[place] = int(values[0])
        return found


def cells(survey: Survey, domain: str) -> Iterator[tuple[str, Cell]]:
    """The values of a domain of which all patterns can be listed."""
    for value in survey.domain(domain):
        cell = Cell.of(survey, domain, value)
        if np.prod(cell.n + 1.0) <= MOST:
            yield value, cell
