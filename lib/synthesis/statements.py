"""What the report says in words about sectors and sizes, as constraints on counts.

A statement compares shares of domains: `highest` (these above every other), `lowest`, `above` and
`below` (against the total), `descending` (each above the next), `pairs` (first above second),
`at_least` and `at_most` (percent). The measure is a sum of categories, so that differences such
as increase − decrease can be stated about too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from synthesis.inputs import Array, Strata
from synthesis.program import Linear, Program

#: A stated difference is at least this large (percentage points) unless it says otherwise.
LEAD = 0.3


@dataclass(frozen=True)
class Statement:
    """One statement on the sectors or sizes of a question."""

    question: str
    measure: Mapping[str, float]
    domain: str
    rule: Mapping[str, Any]
    lead: float = LEAD


def read_statements(entries: list[dict[str, Any]]) -> list[Statement]:
    """Read statements as they stand in the YAML file of a wave."""
    return [
        Statement(
            question=entry["question"],
            measure=dict.fromkeys(entry["of"], 1.0)
            if isinstance(entry["of"], list)
            else entry["of"],
            domain=domain,
            rule=entry[domain],
            lead=entry.get("lead", LEAD),
        )
        for entry in entries
        for domain in ("sector", "size", "total")
        if domain in entry
    ]


def comparisons(statement: Statement, values: list[str]) -> Iterator[tuple[str, str]]:
    """Give the pairs (greater, smaller) a statement consists of; "Totaal" stands for the total."""
    rule = statement.rule
    for value in rule.get("highest", ()):
        yield from ((value, other) for other in values if other not in rule["highest"])
    for value in rule.get("lowest", ()):
        yield from ((other, value) for other in values if other not in rule["lowest"])
    yield from ((value, "Totaal") for value in rule.get("above", ()))
    yield from (("Totaal", value) for value in rule.get("below", ()))
    yield from pairwise(rule.get("descending", ()))
    yield from (tuple(pair) for pair in rule.get("pairs", ()))


def apply_statements(
    program: Program, strata: Strata, base: Array, statements: list[Statement]
) -> None:
    """Add the statements to a programme whose base counts are known."""
    for statement in statements:
        masks = strata.domains(statement.domain)
        where = {**masks, "Totaal": strata.where("total", "Totaal")}

        def share(
            value: str, masks: dict[str, Any] = where, statement: Statement = statement
        ) -> Linear:
            mask = masks[value]
            size = float(program.weights[mask] @ base[mask])
            return program.total(statement.measure, mask, 100 / size)

        for greater, smaller in comparisons(statement, list(masks)):
            row = share(greater)
            for variable, c in share(smaller).items():
                row[variable] = row.get(variable, 0.0) - c
            program.constrain(row, statement.lead, np.inf)
        for value, percent in statement.rule.get("at_least", {}).items():
            program.constrain(share(value), percent, np.inf)
        for value, percent in statement.rule.get("at_most", {}).items():
            program.constrain(share(value), -np.inf, percent)
