"""What is withheld, so that it stays withheld: small cells, and those that would give them away.

A cell is a group of respondents that percentages are shown for: a universe in one value of a
domain, or in total. It is withheld with all its questions and categories when it rests on fewer
respondents than the disclosure threshold. What is shown elsewhere may give it away: the total of a
universe is the sum of its domain values, weighted with firms that the report counts; a universe may
be the sum of others. So other cells are withheld with it, as few as will do (see `suppression`).
docs/decisions/0005-disclosure.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from barometer.survey.suppression import Cells, Flow, suppress
from barometer.wave.questionnaire import BoolArray
from weighting import Array

if TYPE_CHECKING:
    from barometer.survey.survey import Survey

#: Universe, domain, value of the domain.
Cell = tuple[str, str, str]

#: Were each withheld percentage 50, an attacker must be left with so many points of 0–100.
WIDTH = 100.0

Group = int  # respondents, a bit each: quick to intersect, to count and to look up


def withheld(
    universes: Mapping[str, BoolArray],
    divisions: Mapping[str, Mapping[str, BoolArray]],
    weights: Array,
    threshold: int,
    *,
    together: Iterable[Collection[str]] = (),
    already: Mapping[Cell, bool] | None = None,
    width: float = WIDTH,
) -> frozenset[Cell]:
    """The cells that are withheld: those on 1 to threshold − 1 respondents, and others for them.

    `universes` and the values of `divisions` (with one of a single value: the total) are members
    (n), `weights` (n) too. `together`: universes that some question is reported for, each group
    by itself; one that is the sum of others, or has all of another, then binds them. `already`:
    cells that are shown elsewhere and withheld there (True) or not.

    An attacker who knows every other cell, each base and each weighted base is left with `width`
    points for a small cell if its percentage and those withheld with it are 50, and with `width`
    percent of twice the distance to 0 or 100 of the nearest of them otherwise. Nothing he can
    compute rests on fewer respondents than the threshold. Where that asks for more than withholding
    all would give, he is left with what that gives.
    """
    table = _Table(len(weights))
    names: dict[Cell, Group] = {}
    sets = {name: table.group(members) for name, members in universes.items()}
    values = {d: {v: table.group(x) for v, x in of.items()} for d, of in divisions.items()}
    for universe, inside in sets.items():
        for domain, of in values.items():
            for value, members in of.items():
                if group := inside & members:
                    names[universe, domain, value] = table.add(group)
            table.divide(inside, [inside & members for members in of.values()])
    for universe_names in together:
        for of in values.values():
            for members in of.values():
                table.bind([sets[name] & members for name in universe_names])
    if all(group.bit_count() >= threshold for group in table.groups):
        return frozenset()
    return table.withheld(names, weights, threshold, already or {}, width / 100)


def withheld_cells(survey: Survey) -> frozenset[Cell]:
    """The cells of the register that are withheld, by the disclosure threshold of the wave."""
    asked: dict[str, set[str]] = {}
    for found in survey.reported():
        asked.setdefault(found.indicator.question.id, set()).add(found.universe)
    return withheld(
        {name: survey.universe(name) for name in sorted(set().union(*asked.values()))},
        {name: survey.domain(name) for name in ("total", *survey.meta.domains)},
        survey.answers["weight"].to_numpy(dtype=float),
        survey.meta.thresholds.disclosure,
        together=sorted({tuple(sorted(group)) for group in asked.values() if len(group) > 1}),
    )


@dataclass
class _Table:
    """Groups of respondents and what binds them."""

    size: int
    groups: dict[Group, int] = field(default_factory=dict)
    sums: list[tuple[Group, tuple[Group, ...]]] = field(default_factory=list)

    @staticmethod
    def group(members: BoolArray) -> Group:
        return int.from_bytes(np.packbits(members).tobytes(), "big")

    def members(self, group: Group) -> BoolArray:
        count = (self.size + 7) // 8
        bits = np.frombuffer(group.to_bytes(count, "big"), dtype=np.uint8)
        return np.unpackbits(bits)[: self.size].astype(bool)

    def add(self, group: Group) -> Group:
        self.groups.setdefault(group, len(self.groups))
        return group

    def divide(self, whole: Group, parts: Iterable[Group]) -> None:
        """Bind a whole and its parts, and the parts to each other, where some are sums too."""
        self.bind([whole, *parts])

    def bind(self, family: Iterable[Group]) -> None:
        ...
