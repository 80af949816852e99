"""An attacker: what follows, from all that is published, for the cells that are withheld.

Of the code it tests it knows nothing but the result. It has the percentages, exactly, as files give
them in twelve digits; the firms in each cell (the population by domain, or its share that belongs
to a universe); that the values of a domain make up the total, and which universes make up another;
and that exclusive categories add up to 100.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from barometer.survey.cells import Cell


def bounds(
    published: Mapping[tuple[Cell, str], float],
    firms: Mapping[Cell, float],
    sums: Sequence[tuple[Cell, Collection[Cell]]],
    attacked: Collection[Cell],
    exclusive: bool = False,
) -> dict[tuple[Cell, str], tuple[float, float]]:
    """The lowest and highest percentage that each withheld one of the cells attacked can have.

    `published`: percentage by cell and category, nan where withheld. `firms`: what each cell weighs
    (nothing: it has no percentage). `sums`: wholes with their parts. `exclusive`: whether the
    categories of a cell add up to 100.
    """
    unknown = [key for key, p in published.items() if np.isnan(p) and firms[key[0]] > 0]
    column = {key: i for i, key in enumerate(unknown)}
    cells = dict.fromkeys(cell for cell, _ in published if firms[cell] > 0)
    categories = dict.fromkeys(category for _, category in published)
    equations = [
        (
            {
                (c, category): w
                for c, w in [(whole, firms[whole]), *((p, -firms[p]) for p in parts)]
            },
            0,
        )
        for (whole, parts), category in product(sums, categories)
    ]
    if exclusive:
        equations += [({(cell, category): 1.0 for category in categories}, 100) for cell in cells]
    # so that there is a row
    left, right = [np.zeros(len(unknown))], [0.0]
    for terms, total in equations:
        hidden = {column[key]: w for key, w in terms.items() if key in column and w}
        if hidden:
            scale = max(map(abs, hidden.values()))
            row = np.zeros(len(unknown))
            row[list(hidden)] = np.array(list(hidden.values())) / scale
            known = sum(w * published[key] for key, w in terms.items() if w and key not in column)
            left.append(row)
            right.append((total - known) / scale)
    keys = [key for key in unknown if key[0] in attacked]
    if not keys:
        return {}
    # each goal has a copy of the system to itself: one programme for all of them
    goals = np.eye(len(unknown))[[column[key] for key in keys]]
    copies = sparse.kron(sparse.eye_array(len(keys)), sparse.csr_array(np.array(left)))
    system = {"A_eq": copies, "b_eq": np.tile(right, len(keys))}
    ends = [linprog(sign * goals.ravel(), **system, bounds=(0, 100)) for sign in (1, -1)]
    assert all(end.status == 0 for end in ends), ends
    low, high = (end.x.reshape(goals.shape)[goals > 0] for end in ends)
    return {key: (float(a), float(b)) for key, a, b in zip(keys, low, high, strict=True)}
