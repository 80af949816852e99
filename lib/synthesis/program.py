"""Integer programmes over counts per stratum, in the language of the published tables.

A *block* is a vector of integer variables, one per stratum: how many respondents of the stratum
gave an answer. With the stratum weights w_h = N_h/n_h a published percentage p holds when

    (p − 0.05)/100 · Σ w_h u_h  ≤  Σ w_h x_h  <  (p + 0.05)/100 · Σ w_h u_h

where u_h counts the universe. That is linear in the counts, also where u_h is a block itself.

Bounds around a plausible prior per stratum keep the search small and the result sensible: with
them HiGHS finds a point in well under a second. It ends by gap or number of nodes, never by the
clock, so that every machine finds the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from barometer.errors import BarometerError
from synthesis.inputs import Array, Counts, Mask

Linear = dict[int, float]


@dataclass
class Program:
    """Build a mixed-integer programme block by block and solve it.

    `weights`: N_h/n_h per stratum, which also fixes the length of the blocks.
    """

    weights: Array
    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    blocks: dict[str, slice] = field(default_factory=dict)
    rows: list[tuple[Linear, float, float]] = field(default_factory=list)
    values: Array = field(default_factory=lambda: np.zeros(0))

    def variable(self, lower: float, upper: float, cost: float = 0.0, integer: int = 1) -> int:
        """Add one variable and return its number."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1

    def block(self, name: str, lower: Array, upper: Array) -> None:
        """Add a block of counts with bounds per stratum."""
        start = len(self.cost)
        for low, high in zip(lower, upper, strict=True):
            self.variable(float(low), float(high))
        self.blocks[name] = slice(start, len(self.cost))

    def constrain(self, terms: Linear, lower: float, upper: float) -> None:
        """Require lower ≤ Σ coefficient · variable ≤ upper."""
        self.rows.append((terms, lower, upper))

    def per_stratum(self, terms: Mapping[str, float], lower: Array, upper: Array) -> None:
        """Require lower_h ≤ Σ coefficient · block_h ≤ upper_h in every stratum."""
        for h in range(len(self.weights)):
            row = {self.blocks[name].start + h: c for name, c in terms.items()}
            self.constrain(row, float(lower[h]), float(upper[h]))

    def unweighted(self, names: Sequence[str], lower: float, upper: float) -> None:
        """Require a number of respondents: lower ≤ Σ over blocks and strata ≤ upper."""
        row = {v: 1.0 for name in names for v in range(len(self.cost))[self.blocks[name]]}
        self.constrain(row, lower, upper)

    def total(self, terms: Mapping[str, float], where: Mask, factor: float = 1.0) -> Linear:
        """Give factor · Σ_{h in where} w_h · Σ coefficient · block_h as a linear expression."""
        row: Linear = {}
        for name, c in terms.items():
            for h in np.flatnonzero(where):
                v = self.blocks[name].start + int(h)
                row[v] = row.get(v, 0.0) + factor * c * self.weights[h]
        return row

    def share(
        self, part: Mapping[str, float], base: Array, where: Mask, low: float, high: float
    ) -> None:
        """Require low ≤ 100 · Σ w·part / Σ w·base ≤ high over the strata `where`."""
        size = float(self.weights[where] @ base[where])
        if size > 0:
            self.constrain(self.total(part, where, 100 / size), low, high)

    def share_of(
        self,
        part: Mapping[str, float],
        base: Mapping[str, float],
        window: tuple[float, float],
        where: Mask | None = None,
        loose: Mapping[int, float] | None = None,
    ) -> None:
        """Require the same where the base is made of blocks as well.

        `where`: all strata unless given. `loose`: variables that may widen the window.
        """
        inside = np.ones(len(self.weights), dtype=bool) if where is None else where
        scale = 1 / float(self.weights[inside].sum())
        for limit, sign in zip(window, (1.0, -1.0), strict=True):
            row = self.total(part, inside, 100 * sign * scale)
            for v, c in self.total(base, inside, -limit * sign * scale).items():
                row[v] = row.get(v, 0.0) + c
            self.constrain({**row, **(loose or {})}, 0.0, np.inf)

    def near(self, name: str, target: Array, price: float = 1.0) -> None:
        """Charge `price` per respondent of distance between a block and `target`."""
        start = self.blocks[name].start
        for h, goal in enumerate(target):
            distance = self.variable(0, np.inf, price, integer=0)
            self.constrain({start + h: 1.0, distance: -1.0}, -np.inf, float(goal))
            self.constrain({start + h: 1.0, distance: 1.0}, float(goal), np.inf)

    def solve(self, gap: float = 0.1, nodes: int = 200_000) -> dict[str, Counts] | None:
        """Solve and give the counts of every block; None when there is no solution."""
        data = [c for terms, _, _ in self.rows for c in terms.values()]
        row = [i for i, (terms, _, _) in enumerate(self.rows) for _ in terms]
        column = [v for terms, _, _ in self.rows for v in terms]
        matrix = coo_array((data, (row, column)), shape=(len(self.rows), len(self.cost))).tocsr()
        low, high = ([r[k] for r in self.rows] for k in (1, 2))
        result = milp(
            np.array(self.cost),
            constraints=LinearConstraint(matrix, low, high),
            bounds=Bounds(np.array(self.lower), np.array(self.upper)),
            integrality=np.array(self.integer),
            options={"mip_rel_gap": gap, "node_limit": nodes},
        )
        if result.x is None:
            return None
        self.values = np.asarray(result.x)
        return {
            name: np.rint(result.x[place]).astype(np.int64) for name, place in self.blocks.items()
        }


def required(solution: dict[str, Counts] | None, what: str) -> dict[str, Counts]:
    """Return the solution; BarometerError when the programme for `what` had none."""
    if solution is None:
        raise BarometerError(
            f"synthesis of {what}: found no counts per stratum that agree with the published "
            "figures; expected at least one. Check the figures and the statements of that question."
        )
    return solution
