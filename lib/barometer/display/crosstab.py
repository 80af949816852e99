"""Tables of an indicator by a domain.

A domain whose values have codes, a classification of many branches, goes down the side, each value
with its name and code. Another one, a few classes of size, goes across, its limits in the heads.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from barometer.display.block import Block, at_least_one, flag_notes, tidy
from barometer.display.cells import CODE, cell, heading, named, slug
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import num
from barometer.survey.estimates import Estimate
from barometer.survey.survey import TOTAL
from barometer.wave.meta import Domain

BASE, BASES = "N (ongewogen)", "N: aantal respondenten, ongewogen."


def crosstab(estimates: Iterable[Estimate], by: str, name: str | None = None) -> Block:
    """Categories by the values of a domain, in percent, with the total and the unweighted base.

    The values go down the side where they have codes, the categories elsewhere. Unreliable
    estimates carry a mark, withheld ones are replaced by one; a note explains both. BarometerError
    for an unknown domain.
    """
    chosen = at_least_one(estimates, "crosstab")
    survey, subject = chosen[0].of.survey, chosen[0].of.short
    domain = survey.meta.domain(by, "crosstab")
    if len(universes := sorted({e.universe for e in chosen})) > 1:
        raise BarometerError(
            f"crosstab() found estimates of {' and '.join(universes)}; expected one universe, "
            "since the table has one row of bases. Make a table of each."
        )
    axis = domain.label.lower()
    # per category: its values in the domain, and its total last
    apart = [[*estimate.by(by), estimate] for estimate in chosen]
    table, columns = _values_down(apart, domain) if domain.codes else _values_across(apart, domain)
    order = list(zip(*apart, strict=True)) if domain.codes else apart
    data = [e for row in order for e in row]
    return table_block(
        table,
        columns,
        name or f"{chosen[0].question}-{slug(axis)}",
        f"{subject} naar {axis}",
        text=[CODE] if domain.codes else [],
        strong=[] if domain.codes else ["total"],
        muted=["base"] if domain.codes else [],
        total_row=bool(domain.codes),
        base_row=not domain.codes,
        notes=[*flag_notes(data), *([BASES] if domain.codes else []), *filter(None, [domain.note])],
        data=tidy(data),
    )


def _values_down(
    apart: list[list[Estimate]], domain: Domain
) -> tuple[pd.DataFrame, dict[str, str]]:
    """A row for each value of a domain, with name and code, a column for each category."""
    columns = {"label": f"In %, naar {domain.label.lower()}", CODE: domain.codes}
    # numbered, for two questions may have a category of one name
    columns |= {f"category.{number}": column[0].short for number, column in enumerate(apart)}
    columns |= {"base": "N"}
    rows = [
        [*named(domain, row[0].domain_value), *(cell(e) for e in row), num(row[0].n)]
        for row in zip(*apart, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(columns)), columns


def _values_across(
    apart: list[list[Estimate]], domain: Domain
) -> tuple[pd.DataFrame, dict[str, str]]:
    """A row for each category, a column for each value of a domain, the bases below."""
    columns = {"label": f"In %, naar {domain.label.lower()}"}
    # a domain value may have any name: only with that of its domain is it no other column's
    columns |= {f"value.{e.domain_value}": heading(domain, e.domain_value) for e in apart[0][:-1]}
    columns |= {"total": TOTAL}
    rows = [[row[0].short, *(cell(e) for e in row)] for row in apart]
    rows.append([BASE, *(num(e.n) for e in apart[-1])])
    return pd.DataFrame(rows, columns=list(columns)), columns
