"""How many technologies a firm uses and plans: counts that tie the technology columns together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.inputs import Array, Counts, Published
from synthesis.prior import rounded, tilted_prior
from synthesis.program import Program
from synthesis.stages import Table, fit, widening

DEGREES = ("1", "2", "3", "4plus")
#: The mean number of technologies of firms with four or more, to start from.
MEAN_4PLUS = 4.8
#: Of those that plan a technology, about this part (by weight) uses no technology yet.
PLANNED_BY_NON_USERS = 0.4


def solve_degrees(published: Published, uses: Table, adopters: Array) -> Table:
    """Find how many adopters per stratum use 1, 2, 3, 4 or more technologies, and generative AI.

    `uses`: adopters per technology and stratum. The sums of the k largest columns bound how many
    low degrees there can be (Gale–Ryser), so that a table with these margins exists.
    """
    columns = np.sort(np.array(list(uses.values()), dtype=float), axis=0)[::-1]
    links = columns.sum(axis=0)
    target = _expected_degrees(published, adopters, links)
    generative = [uses[t].astype(float) for t in ("nlg", "image_generation") if t in uses]
    rest = [uses[t] for t in uses if t not in ("nlg", "image_generation")]
    others = np.sort(np.array(rest, dtype=float), axis=0)[::-1]
    many = np.full(len(adopters), np.inf)

    def build(width: float) -> Program:
        program = Program(published.strata.weights)
        spread = np.maximum(2, width * np.sqrt(np.maximum(target, 0.0)))
        for degree, goal in zip(DEGREES, target, strict=True):
            i = DEGREES.index(degree)
            program.block(
                degree,
                np.maximum(0, np.floor(goal - spread[i])),
                np.minimum(adopters, np.ceil(goal + spread[i])),
            )
            program.near(degree, np.floor(goal + 0.5))
        program.per_stratum(dict.fromkeys(DEGREES, 1.0), adopters, adopters)
        low = {"1": 1.0, "2": 2.0, "3": 3.0}
        program.per_stratum({**low, "4plus": 4.0}, 0 * links, links)
        program.per_stratum({**low, "4plus": float(len(uses))}, links, many)
        for k in range(1, len(uses)):
            reach = {d: float(min(k, int(d[0]))) for d in low}
            program.per_stratum({**reach, "4plus": float(k)}, columns[:k].sum(axis=0), many)
        fit(
            program,
            published,
            published.of("n_technologies"),
            published.strata.usable.astype(float),
        )
        if published.of("generative_ai"):
            both = sum(generative)
            most = np.minimum(both, adopters)
            program.block("generative", np.maximum(*generative), most)
            fit_any = {"generative": 1.0}
            for figure in published.of("generative_ai"):
                where = published.strata.where(figure.domain, figure.value)
                base = published.strata.usable.astype(float)
                program.share(fit_any, base, where, *figure.window)
            program.near("generative", np.round(np.maximum(*generative) * 0.55 + most * 0.45))
            # the same bound with the two generative columns seen as one, and firms using both
            program.per_stratum({"generative": 1.0, "1": -1.0}, both - adopters, many)
            for k in range(1, len(others) + 2):
                reach = {d: float(min(k, int(d[0]))) for d in low}
                sums = others[: k - 1].sum(axis=0)
                program.per_stratum({**reach, "4plus": float(k), "generative": -1.0}, sums, many)
        return program

    return widening(build, "n_technologies", gap=0.3)


def _expected_degrees(published: Published, adopters: Array, links: Array) -> list[Array]:
    """Tilt the published distribution of the number in use to each stratum's mean number."""
    published_shares = {f.category: f.percent for f in published.of("n_technologies")}
    start = np.array([published_shares[d] for d in DEGREES])
    values = np.array([1.0, 2.0, 3.0, MEAN_4PLUS])
    mean = links / np.maximum(adopters, 1)
    low, high = np.full(len(mean), -5.0), np.full(len(mean), 5.0)
    for _ in range(60):
        middle = (low + high) / 2
        shares = start[:, None] * np.exp(values[:, None] * middle)
        shares /= shares.sum(axis=0)
        below = values @ shares < mean
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return list(shares * adopters)


def solve_plans(
    published: Published, uses: Mapping[str, Counts], status: Table
) -> tuple[Table, Table]:
    """Find how many firms plan each technology: adopters that lack it, and non-adopters with plans.

    The published potential of a technology is the share that uses or plans it.
    """
    adopters, planners = status["use"].astype(float), status["plan"].astype(float)
    everyone = published.strata.usable.astype(float)
    weights = published.strata.weights
    whole = float(weights @ everyone)
    nothing = np.zeros(len(adopters))

    def build(_: float) -> Program:
        program = Program(weights)
        for item, used in uses.items():
            (figure,) = published.of("technology_potential", item)
            rise = figure.percent - 100 * float(weights @ used) / whole
            lacking: Array = np.asarray(adopters - used, dtype=np.float64)
            for name, base, part in (
                (f"user/{item}", lacking, 1 - PLANNED_BY_NON_USERS),
                (f"planner/{item}", planners, PLANNED_BY_NON_USERS),
            ):
                program.block(name, nothing, base)
                percent = min(95.0, rise * part * whole / float(weights @ base))
                prior = tilted_prior(published.strata, base, percent, {}, f"plan/{name}")
                program.near(name, rounded(prior, base, f"plan/{name}"))
            window = [edge - 100 * float(weights @ used) / whole for edge in figure.window]
            parts = {f"user/{item}": 1.0, f"planner/{item}": 1.0}
            everywhere = published.strata.where("total", "Totaal")
            program.share(parts, everyone, everywhere, window[0], window[1])
        # who only plans, plans something
        names = {f"planner/{item}": 1.0 for item in uses}
        program.per_stratum(names, planners, np.full(len(planners), np.inf))
        return program

    solution = widening(build, "technology_potential", widths=(0.0,))
    return (
        {item: solution[f"user/{item}"] for item in uses},
        {item: solution[f"planner/{item}"] for item in uses},
    )
