"""The published figures as targets for the counts per stratum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

#: Stay this far (percentage points) inside the rounding interval, so that ties never decide.
MARGIN = 0.0002


@dataclass(frozen=True)
class Target:
    """A published percentage: the share of `category` in `universe` within one domain."""

    question: str
    category: str
    universe: str
    domain: str
    value: str
    percent: float
    tolerance: float = 0.05

    @property
    def window(self) -> tuple[float, float]:
        """The percentages that round to this figure (one decimal, half away from zero)."""
        reach = self.tolerance - MARGIN
        low = self.percent - reach if self.percent > 0 else 0.0
        return low, min(self.percent + reach, 100.0)

    @property
    def cell(self) -> tuple[str, ...]:
        """What the figure is about."""
        return (self.question, self.category, self.universe, self.domain, self.value)

    def within(self, share: float) -> Target:
        """Restate the figure for a universe that makes up `share` (0–1) of the present one."""
        return replace(self, percent=self.percent / share, tolerance=self.tolerance / share)


@dataclass(frozen=True)
class Strata:
    """The strata in the order of the tables, with their firms: population, sample, usable."""

    keys: tuple[tuple[str, str], ...]
    firms: npt.NDArray[np.int64]
    sampled: npt.NDArray[np.int64]
    usable: npt.NDArray[np.int64]

    @property
    def weights(self) -> Array:
        """N_h / n_h."""
        return np.asarray(self.firms / self.usable, dtype=np.float64)

    @property
    def sectors(self) -> list[str]:
        """The sectors, in order."""
        return list(dict.fromkeys(sector for sector, _ in self.keys))

    @property
    def sizes(self) -> list[str]:
        """The size classes, in order."""
        return list(dict.fromkeys(size for _, size in self.keys))

    def where(self, domain: str, value: str) -> Mask:
        """Tell which strata make up a domain (domain: total, sector or size)."""
        position = {"sector": 0, "size": 1}
        if domain == "total":
            return np.ones(len(self.keys), dtype=bool)
        return np.array([key[position[domain]] == value for key in self.keys])

    def domains(self, domain: str) -> dict[str, Mask]:
        """Give the strata of each value of a domain, in order."""
        values = {"sector": self.sectors, "size": self.sizes, "total": ["Totaal"]}[domain]
        return {value: self.where(domain, value) for value in values}


@dataclass(frozen=True)
class Published:
    """What is published of a wave."""

    strata: Strata
    figures: tuple[Target, ...]
    bases: dict[str, int]
    accounting: dict[str, int]

    @property
    def strata_published(self) -> bool:
        """Whether there are figures by sector and size, not only totals."""
        return any(f.domain != "total" for f in self.figures)

    def of(self, question: str, category: str | None = None, universe: str = "") -> list[Target]:
        """Select the figures of a question, category and universe."""
        return [
            f
            for f in self.figures
            if f.question == question
            and category in (None, f.category)
            and universe in ("", f.universe)
        ]


def read_percentages(path: Path) -> list[Target]:
    """Read the percentages of a register of published figures."""
    return _shares(_read(path))


def read_published(path: Path) -> Published:
    """Read a register of published figures with population, sample and response by stratum."""
    table = _read(path)
    bases = table[table["statistic"] == "unweighted_n"].set_index("universe")["number"]
    counts = table[
        (table["question"] == "response_accounting") & (table["statistic"] == "count")
    ].set_index("category")["number"]
    return Published(
        strata=_strata(table),
        figures=tuple(_shares(table)),
        bases={str(name): int(number) for name, number in bases.items()},
        accounting={str(name): int(number) for name, number in counts.items()},
    )


def _read(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.assign(number=table["value"].astype(float))


def _shares(table: pd.DataFrame) -> list[Target]:
    columns = ["question", "category", "universe", "domain", "domain_value", "number"]
    shares = table.loc[table["statistic"] == "weighted_pct", columns]
    return [Target(*row) for row in shares.itertuples(index=False)]


def _strata(table: pd.DataFrame) -> Strata:
    cells = table[table["domain"] == "sector_x_size"]
    columns = {
        question: dict(zip(group["domain_value"], group["number"].astype(int), strict=True))
        for question, group in cells.groupby("question")
    }
    pairs = [tuple(key.split("|")) for key in columns["population"]]
    order = {key: i for i, key in enumerate(columns["population"])}
    sectors = list(dict.fromkeys(sector for sector, _ in pairs))
    keys = sorted(order, key=lambda key: (sectors.index(key.split("|")[0]), order[key]))
    return Strata(
        keys=tuple((key.split("|")[0], key.split("|")[1]) for key in keys),
        firms=np.array([columns["population"][key] for key in keys]),
        sampled=np.array([columns["sample"][key] for key in keys]),
        usable=np.array([columns["response"][key] for key in keys]),
    )
