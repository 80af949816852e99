"""The order of solving: who uses AI, then each question among those it was asked of.

Every stage is one integer programme, or one per column, whose results are known counts for the
next. Bounds around the prior start narrow and are widened only when nothing fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from barometer.errors import BarometerError
from synthesis.inputs import Array, Counts, Published, Target
from synthesis.prior import around, published_prior, rounded, tilted_prior
from synthesis.program import Program, required
from synthesis.statements import Statement, apply_statements

#: Standard deviations around the prior, tried in this order; then no bounds but the universe.
WIDTHS = (2.5, 3.5, 5.0, 1000.0)

#: Answers to related items go together: "none of them" is likelier than independence would have it.
TOGETHER = 0.75

Build = Callable[[float], Program]
Table = dict[str, Counts]
Fixed = Mapping[str, Mapping[int, int]]

STATUS = ("use", "plan", "none")
MODELS = (
    "individual_unapproved",
    "individual_approved",
    "teams",
    "it_department",
    "management",
)
PHASES = ("experimenting", "integrating", "scaling", "reduced")


def widening(build: Build, what: str, widths: Sequence[float] = WIDTHS, gap: float = 0.1) -> Table:
    """Solve the programme that `build` makes for the narrowest bounds that admit a solution."""
    for width in widths:
        solution = build(width).solve(gap=gap)
        if solution is not None:
            return solution
    raise BarometerError(
        f"synthesis of {what}: found no counts per stratum that agree with the published figures; "
        "expected at least one. Check the figures and the statements of that question."
    )


def fit(program: Program, published: Published, figures: Sequence[Target], base: Array) -> None:
    """Require the figures of a question whose blocks are named after its categories."""
    unions = {
        "not_use": ("plan", "none"),
        "individual_total": ("individual_unapproved", "individual_approved"),
        "increase": ("slight_increase", "strong_increase"),
        "decrease": ("slight_decrease", "strong_decrease"),
        "agree": ("strongly_agree", "rather_agree"),
    }
    for figure in figures:
        names = unions.get(figure.category, (figure.category,))
        if figure.category in program.blocks:
            names = (figure.category,)
        if not set(names) <= set(program.blocks):
            continue
        where = published.strata.where(figure.domain, figure.value)
        program.share(dict.fromkeys(names, 1.0), base, where, *figure.window)


def add_question(
    program: Program,
    published: Published,
    question: str,
    categories: Sequence[str],
    base: Array,
    width: float,
    fixed: Fixed,
    base_blocks: Sequence[str] = (),
) -> None:
    """Add a question with one answer per respondent, published by sector and size.

    `base`: respondents per stratum; with `base_blocks`, which are then the base, only expected.
    `fixed`: counts known beforehand: category → stratum → count.
    """
    prior = {c: published_prior(published, question, c, base) for c in categories}
    whole = sum(prior.values())
    for category in categories:
        low, high = around(prior[category] / whole, base, width)
        for stratum, count in fixed.get(category, {}).items():
            low[stratum] = high[stratum] = count
        program.block(category, low, high)
    if not base_blocks:
        program.per_stratum(dict.fromkeys(categories, 1.0), base, base)
        fit(program, published, published.of(question), base)
        return
    nothing = np.zeros(len(base))
    blocks = dict.fromkeys(base_blocks, 1.0)
    program.per_stratum(
        {**dict.fromkeys(categories, 1.0), **dict.fromkeys(base_blocks, -1.0)}, nothing, nothing
    )
    for figure in published.of(question):
        where = published.strata.where(figure.domain, figure.value)
        program.share_of({figure.category: 1.0}, blocks, figure.window, where)


def solve_status(published: Published, base: Array, fixed: Fixed) -> Table:
    """Find how many use AI, plan to, or do neither."""

    def build(width: float) -> Program:
        program = Program(published.strata.weights)
        add_question(program, published, "ai_use_status", STATUS, base, width, fixed)
        program.unweighted(["use"], published.bases["adopters"], published.bases["adopters"])
        return program

    return widening(build, "ai_use_status")


def solve_model_and_phase(published: Published, adopters: Array, fixed: Fixed) -> Table:
    """Find who takes the initiative and, where it is not individuals, the phase: both at once."""
    shared = [m for m in MODELS if not m.startswith("individual")]
    expected = sum(published_prior(published, "adoption_model", m, adopters) for m in shared)
    base = np.asarray(expected * adopters, dtype=np.float64)
    number = published.bases["adopters_not_individual"]

    def build(width: float) -> Program:
        program = Program(published.strata.weights)
        add_question(program, published, "adoption_model", MODELS, adopters, width, fixed)
        program.unweighted(shared, number, number)
        add_question(program, published, "adoption_phase", PHASES, base, width, fixed, shared)
        return program

    return widening(build, "adoption_model and adoption_phase", widths=(3.0, 5.0))


def solve_item(
    published: Published, question: str, item: str, base: Array, cap: Array, universe: str
) -> Counts:
    """Solve one yes/no column published by sector and size, at most `cap` per stratum."""
    figures = published.of(question, item, universe)
    prior = published_prior(published, question, item, base)

    def build(width: float) -> Program:
        program = Program(published.strata.weights)
        low, high = around(prior, base, width)
        program.block(item, np.minimum(low, cap), np.minimum(high, cap))
        fit(program, published, figures, base)
        return program

    return widening(build, f"{question}.{item}")[item]


def solve_invented(
    published: Published,
    question: str,
    categories: Sequence[str],
    base: Array,
    universe: str,
    tilt: Mapping[str, Any],
    statements: list[Statement],
    exclusive: bool,
    any_of: Mapping[str, Sequence[str]] | None = None,
    number: tuple[str, int] | None = None,
    covering: bool = False,
) -> Table:
    """Solve a question of which only totals are published; sectors and sizes follow the statements.

    Without a margin per sector and size the counts lie as near as possible to the tilted prior.
    `exclusive`: one answer per respondent. `any_of`: blocks for "at least one of these items".
    `number`: the unweighted number of respondents of one block. `covering`: every respondent has
    at least one of the categories.
    """
    figures = published.of(question, universe=universe)
    totals = {f.category: f.percent for f in figures if f.domain == "total"}

    program = Program(published.strata.weights)
    zero = np.zeros(len(base))
    priors: dict[str, Array] = {}
    for category in categories:
        program.block(category, zero, base)
        priors[category] = tilted_prior(
            published.strata,
            base,
            totals[category],
            tilt.get(category, {}),
            f"{question}.{category}/{universe}",
        )
        label = f"{question}.{category}/{universe}"
        program.near(category, rounded(priors[category], base, label))
    if exclusive or covering:
        most = base if exclusive else np.full(len(base), np.inf)
        program.per_stratum(dict.fromkeys(categories, 1.0), base, most)
    for name, items in (any_of or {}).items():
        program.block(name, zero, base)
        none = np.prod([1 - priors[item] for item in items], axis=0) ** TOGETHER
        program.near(name, rounded(1 - none, base, f"{question}.{name}/{universe}"), price=0.5)
        program.per_stratum(
            {name: -1.0, **dict.fromkeys(items, 1.0)}, zero, np.full(len(base), np.inf)
        )
        for item in items:
            program.per_stratum({name: 1.0, item: -1.0}, zero, np.full(len(base), np.inf))
    if number:
        program.unweighted([number[0]], number[1], number[1])
    fit(program, published, figures, base)
    apply_statements(program, published.strata, base, statements)
    return required(program.solve(), f"{question} ({universe})")
