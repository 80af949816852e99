"""Which cells to withhold beside the small ones: an integer programme, and the attacker it answers.

Cells are groups of respondents, bound by equations: a whole is the sum of its parts. What an
attacker cannot tell apart are tables that agree in each published cell and in each equation. A flow
is the difference of two such tables: zero in published cells, and balanced in each equation. A cell
is protected when flows through it can be large. The programme chooses the cheapest cells to
withhold; the attacker finds a flow that is too small; linear programming duality turns that into a
condition on what is withheld; and so on until every flow is large enough. This is the method of
Fischetti & Salazar (2001, Management Science 47), with its cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse.csgraph import connected_components

from barometer.errors import BarometerError
from barometer.wave.questionnaire import BoolArray
from weighting import Array

#: Flows are scaled to a demand of 1. Well above what the solver calls equal (1e-6), and nothing
#: beside what is asked.
TOLERANCE = 1e-5

#: No table of a wave took more than some ten.
ROUNDS = 1000


@dataclass(frozen=True)
class Flow:
    """A flow of `demand` > 0 through `cell`, and through others up to `capacity` (one per cell)."""

    cell: int
    capacity: Array
    demand: float


@dataclass(frozen=True)
class Cells:
    """Cells that are (`hidden`) and may be (`free`) withheld, and what binds them.

    `equations`: (equations, cells), 1 for the whole and −1 for each part. `cost`: what is lost by
    withholding a free cell, > 0.
    """

    equations: npt.NDArray[np.int8]
    hidden: BoolArray
    free: BoolArray
    cost: Array

    def __getitem__(self, chosen: npt.NDArray[np.intp]) -> Cells:
        """Some of the cells, with the equations that are about them."""
        rows = (self.equations[:, chosen] != 0).any(axis=1)
        return Cells(
            self.equations[np.ix_(rows, chosen)],
            self.hidden[chosen],
            self.free[chosen],
            self.cost[chosen],
        )


def suppress(cells: Cells, flows: Sequence[Flow]) -> BoolArray:
    """Tell for each cell whether it is withheld, at the least cost that lets all flows through.

    A flow that cannot reach its demand with everything withheld that may be, must be as large as
    it then is. Deterministic: no time limit, no gap. BarometerError when the solver gives up.
    """
    withheld = cells.hidden.copy()
    bound = sparse.csr_array(cells.equations != 0, dtype=int)
    _, part = connected_components(bound.T @ bound, directed=False)
    for number in sorted({int(part[flow.cell]) for flow in flows}):
        mine = np.flatnonzero(part == number)
        place = {int(cell): i for i, cell in enumerate(mine)}
        inside = [
            Flow(place[flow.cell], flow.capacity[mine], flow.demand)
            for flow in flows
            if flow.cell in place
        ]
        withheld[mine] = _cheapest(cells[mine], inside)
    return withheld


def _cheapest(cells: Cells, flows: Sequence[Flow]) -> BoolArray:
    attacker = _Attacker.of(cells, flows)
    most = cells.hidden | cells.free
    demand = attacker.largest(most)[0]
    withheld, conditions, least = cells.hidden, np.empty((0, len(most))), np.empty(0)
    for _ in range(ROUNDS):
        reached, slope = attacker.largest(withheld)
        short = reached < demand - 2 * TOLERANCE
        if not short.any():
            return withheld
        asked = demand[short] - TOLERANCE
        # a cell is withheld or not: that a term is larger than what is asked for adds nothing
        conditions = np.vstack([conditions, np.minimum(slope[short], asked[:, None])])
        least = np.append(least, asked)
        found = milp(
            cells.cost,
            integrality=np.ones(len(most)),
            bounds=Bounds(cells.hidden.astype(float), most.astype(float)),
            constraints=LinearConstraint(conditions, lb=least),
            options={"mip_rel_gap": 0.0},
        )
        withheld = _solution(found) > 0.5
    raise BarometerError(
        f"secondary suppression: found no safe choice in {ROUNDS} rounds; expected one in about "
        "ten. Check the universes and domains of the wave."
    )


@dataclass(frozen=True)
class _Attacker:
    """All flows as one linear programme: (flows, cells) variables, each flow by itself."""

    own: BoolArray
    capacity: Array
    balance: sparse.csr_array

    @classmethod
    def of(cls, cells: Cells, flows: Sequence[Flow]) -> _Attacker:
        own = np.zeros((len(flows), len(cells.cost)), dtype=bool)
        own[np.arange(len(flows)), [flow.cell for flow in flows]] = True
        # more than the flow itself need go nowhere: its own respondents are in a cell at most once
        capacity = np.array([np.minimum(flow.capacity / flow.demand, 1) for flow in flows])
        each = sparse.eye_array(len(flows))
        return cls(own, capacity, sparse.csr_array(sparse.kron(each, cells.equations)))

    def largest(self, withheld: BoolArray) -> tuple[Array, Array]:
        """The largest flows, at most 1; and for those below 1 why (flows, cells).

        By duality a flow is at most slope · z when the cells z are withheld, whichever they are,
        and equals that for these.
        """
        room = np.where(self.own, 1, self.capacity * withheld)
        found = linprog(
            -self.own.ravel().astype(float),
            A_eq=self.balance,
            b_eq=np.zeros(self.balance.shape[0]),
            bounds=np.column_stack([np.where(self.own, 0, -room).ravel(), room.ravel()]),
        )
        flow = _solution(found).reshape(self.own.shape)
        price = np.abs(found.lower.marginals + found.upper.marginals).reshape(self.own.shape)
        return flow[self.own], np.where(self.own, 0, price * self.capacity)


def _solution(found: OptimizeResult) -> Array:
    if found.status != 0:
        raise BarometerError(
            f"secondary suppression: found no solution ({found.message}); expected one. Check the "
            "universes and domains of the wave."
        )
    return np.asarray(found.x, dtype=np.float64)
