"""The sectors with few respondents, solved alone and first.

With forty respondents of which four carry 12 % of a sector's weight each, only some percentages can
occur at all. For such a sector one programme holds all its published figures at once, with the
universes still free; a figure that cannot be reached costs a fixed price plus its distance, so as
few as possible are missed. Later stages take what was reached as the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthesis.inputs import Counts, Published, Target
from synthesis.prior import published_prior
from synthesis.program import Linear, Program, required

#: The question whose answers divide each universe.
QUESTIONS = {
    "all": "ai_use_status",
    "adopters": "adoption_model",
    "adopters_not_individual": "adoption_phase",
}
#: Price of a figure that is missed, and of its distance (in the units of `share_of`).
MISSED = 100.0
PER_UNIT = 20.0


@dataclass(frozen=True)
class SmallSector:
    """Counts by size class of status, model and phase; and the figures that were missed."""

    counts: dict[tuple[str, str], Counts]
    reached: dict[Target, float]


def solve_small_sector(
    published: Published,
    sector: str,
    exclusive: Mapping[str, Sequence[str]],
    given: Mapping[str, Sequence[int]],
) -> SmallSector:
    """Find counts for one sector that miss as few of its figures as possible.

    `exclusive`: universes that consist of categories: {"all": status, "adopters": models,
    "adopters_not_individual": phases}. `given`: counts by size class settled beforehand, by
    category.
    """
    strata = published.strata
    inside = strata.where("sector", sector)
    usable = strata.usable[inside].astype(float)
    nothing = np.zeros(len(usable))
    program = Program(strata.weights[inside])
    for universe, categories in exclusive.items():
        for category in categories:
            fixed = np.array(given.get(category, nothing), dtype=float)
            program.block(f"{universe}/{category}", fixed, fixed if category in given else usable)
    bases = {
        "all": {f"all/{c}": 1.0 for c in exclusive["all"]},
        "adopters": {"all/use": 1.0},
        "adopters_not_individual": {
            f"adopters/{c}": 1.0 for c in exclusive["adopters"] if not c.startswith("individual")
        },
    }
    program.per_stratum(bases["all"], usable, usable)
    for universe in ("adopters", "adopters_not_individual"):
        parts = {f"{universe}/{c}": 1.0 for c in exclusive[universe]}
        program.per_stratum({**parts, **dict.fromkeys(bases[universe], -1.0)}, nothing, nothing)
    names: dict[Target, str] = {}
    price: Linear = {}
    for figure in published.figures:
        if figure.domain != "sector" or figure.value != sector or figure.universe not in bases:
            continue
        names[figure] = f"{figure.universe}/{figure.category}"
        if figure.question not in ("ai_use_status", "adoption_model", "adoption_phase"):
            # a technology or an application: a column of its own, of adopters only
            names[figure] = f"{figure.question}/{figure.category}"
            program.block(names[figure], nothing, usable)
            parts = {names[figure]: 1.0, "all/use": -1.0}
            program.per_stratum(parts, np.full(len(usable), -np.inf), nothing)
        elif names[figure] not in program.blocks:
            continue
        missed = program.variable(0, 1)
        distance = program.variable(0, 100, integer=0)
        program.constrain({distance: 1.0, missed: -100.0}, -np.inf, 0.0)
        program.share_of(
            {names[figure]: 1.0}, bases[figure.universe], figure.window, loose={distance: 1.0}
        )
        price |= {missed: MISSED, distance: PER_UNIT}
    for variable, cost in price.items():
        program.cost[variable] = cost
    fewest = required(program.solve(gap=0.0), sector)
    # keep what is missed as it is; among those solutions come near to the prior
    for variable in price:
        program.upper[variable] = float(program.values[variable].round(6))
    for universe, question in QUESTIONS.items():
        prior_use = published_prior(published, "ai_use_status", "use", strata.usable.astype(float))
        whole = usable if universe == "all" else usable * prior_use[inside]
        for category in exclusive[universe]:
            prior = published_prior(published, question, category, strata.usable.astype(float))
            if universe != "adopters_not_individual":
                program.near(f"{universe}/{category}", np.floor(prior[inside] * whole + 0.5))
    solution = program.solve(gap=0.3, nodes=20_000) or fewest
    weights = strata.weights[inside]
    reached = {}
    for figure, name in names.items():
        base = sum(solution[b] for b in bases[figure.universe])
        percent = 100 * float(weights @ solution[name]) / float(weights @ base)
        if not figure.window[0] - 1e-4 <= percent <= figure.window[1] + 1e-4:
            reached[figure] = percent
    counts = {
        (universe, category): solution[f"{universe}/{category}"]
        for universe in exclusive
        for category in exclusive[universe]
    }
    return SmallSector(counts, reached)


def with_reached(published: Published, sectors: Sequence[SmallSector]) -> Published:
    """Replace the figures that were missed by what was reached."""
    reached = {f: percent for sector in sectors for f, percent in sector.reached.items()}
    figures = tuple(
        replace(f, percent=reached[f], tolerance=0.001) if f in reached else f
        for f in published.figures
    )
    return replace(published, figures=figures)
