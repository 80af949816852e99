"""Cells, what binds them, and which are withheld with the small ones.

A cell is a group of respondents that percentages are shown of: a universe in one value of a domain,
or in total. What is shown of other cells may give it away: the total of a universe is the sum of
its domain values, weighted with numbers of firms that the report gives; a universe may be the sum
of others. Such sums are found from the respondents themselves, so that no questionnaire need say
them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from barometer.survey.suppression import Cells, Flow, suppress
from barometer.wave.questionnaire import BoolArray
from weighting import Array

#: Universe, domain, value of the domain.
Cell = tuple[str, str, str]

#: Were each withheld percentage 50, an attacker is left with this many of the points 0–100.
WIDTH = 100.0

Group = int  # respondents, a bit each: quick to intersect, to count and to look up


def withheld(
    universes: Mapping[str, BoolArray],
    divisions: Mapping[str, Mapping[str, BoolArray]],
    weights: Array,
    threshold: int,
    *,
    shown: Collection[tuple[str, str]] | None = None,
    together: Iterable[Collection[str]] = (),
    already: Mapping[Cell, bool] | None = None,
    width: float = WIDTH,
) -> frozenset[Cell]:
    """The cells that are withheld: those on 1 to threshold − 1 respondents, and others for them.

    `universes` and the values of `divisions`, of which one is the total, are members (n), `weights`
    are (n). `shown`: the pairs of universe and division there are (default: all). `together`:
    groups of universes that a question is reported for; where one is the sum of others, or has all
    of another, that binds them. `already`: cells decided on elsewhere, withheld (True) or not.

    Whoever knows each other percentage, base and weighted base exactly has bounds for a small cell
    `width` points apart, were the withheld percentages 50; in general they are apart at least
    `width` percent of 2 min(p, 100 − p), p the most extreme of the percentages that protect it, its
    own among them. And no sum of cells that he can compute rests on fewer respondents than the
    threshold. Where withholding all that may be would give less, that much.
    """
    table = _Table(len(weights))
    inside = {name: table.group(members) for name, members in universes.items()}
    parts = {d: {v: table.group(x) for v, x in of.items()} for d, of in divisions.items()}
    names: dict[Cell, Group] = {}
    for universe, members in inside.items():
        for domain, values in parts.items():
            if shown is None or (universe, domain) in shown:
                names |= {(universe, domain, v): members & x for v, x in values.items()}
                table.divide(members, [members & x for x in values.values()])
    for group in together:
        for domain, values in parts.items():
            there = [u for u in group if shown is None or (u, domain) in shown]
            for x in values.values():
                table.bind([inside[u] & x for u in there])
    return table.withheld(names, weights, threshold, already or {}, width / 100)


@dataclass
class _Table:
    """Groups of respondents, and which of them are the sum of others."""

    size: int
    groups: dict[Group, int] = field(default_factory=dict)
    sums: list[tuple[Group, tuple[Group, ...]]] = field(default_factory=list)

    def group(self, members: BoolArray) -> Group:
        return int.from_bytes(np.packbits(members).tobytes(), "big")

    def divide(self, whole: Group, parts: list[Group]) -> None:
        """Bind a universe and its parts; who is in no part can be computed too."""
        nowhere = whole
        for part in parts:
            nowhere &= ~part
        self.bind([whole, *parts, nowhere])

    def bind(self, family: list[Group]) -> None:
        """Find which groups of a family are sums of others, or of another and a remainder."""
        groups = [group for group in dict.fromkeys(family) if group]
        for whole in groups:
            self._add(whole)
            parts = [group for group in groups if group != whole and group & whole == group]
            sums = _partitions(whole, parts)
            rests = [(part, whole & ~part) for part in parts if not any(part in s for s in sums)]
            for terms in [*sums, *rests]:
                self.sums.append((whole, terms))
                for term in terms:
                    self._add(term)

    def _add(self, group: Group) -> None:
        self.groups.setdefault(group, len(self.groups))

    def withheld(
        self,
        names: Mapping[Cell, Group],
        weights: Array,
        threshold: int,
        already: Mapping[Cell, bool],
        width: float,
    ) -> frozenset[Cell]:
        small = [group for group in self.groups if group.bit_count() < threshold]
        if not small:
            return frozenset()
        n = np.array([group.bit_count() for group in self.groups], dtype=float)
        w = np.array([weights[self._members(group)].sum() for group in self.groups])
        # remainders have no name: they are never shown
        times, known = np.zeros(len(n)), {names[cell]: hide for cell, hide in already.items()}
        for group in filter(None, names.values()):
            times[self.groups[group]] += 1
        hidden = times == 0
        hidden[[i for group, i in self.groups.items() if known.get(group)]] = True
        hidden[[self.groups[group] for group in small]] = True
        free = ~hidden & np.array([group not in known for group in self.groups])
        equations = np.zeros((len(self.sums), len(n)), dtype=np.int8)
        for row, (whole, parts) in enumerate(self.sums):
            equations[row, self.groups[whole]] = 1
            equations[row, [self.groups[part] for part in parts]] = -1
        # respondents first; of equally many, fewer cells
        cells = Cells(equations, hidden, free, times * (n + 1 / (times.sum() + 1)))
        places = [self.groups[group] for group in small]
        flows = [Flow(i, w, width * w[i]) for i in places]
        flows += [Flow(i, n, threshold - n[i]) for i in places]
        chosen = suppress(cells, flows)
        return frozenset(c for c, group in names.items() if group and chosen[self.groups[group]])

    def _members(self, group: Group) -> BoolArray:
        bits = group.to_bytes((self.size + 7) // 8, "big")
        return np.unpackbits(np.frombuffer(bits, dtype=np.uint8))[: self.size].astype(bool)


def _partitions(whole: Group, parts: list[Group]) -> list[tuple[Group, ...]]:
    """Every choice of parts that are disjoint and make up the whole."""
    if not whole:
        return [()]
    first = whole & -whole
    return [
        (part, *others)
        for part in parts
        if part & first and part & whole == part
        for others in _partitions(whole & ~part, parts)
    ]
