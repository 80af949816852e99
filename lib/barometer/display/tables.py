"""The other tables of the report: strata, the values of a domain, tests."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from barometer.display.block import WITHHELD, Block, flag_notes
from barometer.display.cells import CODE, cell, heading, named, slug
from barometer.display.table_style import table_block
from barometer.prose.numbers import num, p_value
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.survey import TOTAL, Survey
from weighting import RaoScott

__all__ = [
    "domain_table",
    "frame_table",
    "group_table",
    "response_table",
    "test_table",
]


def frame_table(survey: Survey) -> Block:
    """Firms in the population and, in italics, in the sample, by stratum."""
    return _strata(
        survey,
        {
            "Pop.": survey.population.set_index(survey.meta.strata)["firms"],
            "Stkpr.": survey.sample.groupby(survey.meta.strata).size(),
        },
        "populatie-steekproef",
        "Populatie en steekproef",
        "Pop.: populatie. Stkpr. (cursief): steekproef. Aantallen ondernemingen.",
    )


def response_table(survey: Survey) -> Block:
    """Usable answers by stratum."""
    usable = survey.answers.groupby(survey.meta.strata).size()
    return _strata(
        survey, {"": usable}, "respons", "Bruikbare antwoorden", "Aantallen ondernemingen."
    )


def domain_table(survey: Survey, by: str) -> Block:
    """The values of a domain: what tables call them, their codes and full names.

    A value that joins others has the code and name of each of its parts behind the other.
    """
    domain = survey.meta.domain(by, "domain_table")
    columns = {"label": domain.label, CODE: domain.codes or "Code", "full": "Omschrijving"}
    rows = [
        {
            "label": value.short,
            CODE: value.code,
            "full": "; ".join(f"{code}: {name}" for code, name in value.parts.items())
            or value.label,
        }
        for value in domain.values.values()
    ]
    table = pd.DataFrame(rows, columns=list(columns))
    return table_block(
        table,
        columns,
        f"waarden-{slug(domain.label)}",
        f"{domain.label}: code en omschrijving",
        text=[CODE, "full"],
        data=table.set_axis(["naam", CODE, "omschrijving"], axis=1),
    )


def test_table(tests: Mapping[str, RaoScott]) -> Block:
    """Rao–Scott tests of association by name: F, its degrees of freedom and the p-value."""
    columns = {"label": "Kenmerk", "f": "F", "df": "Vrijheidsgraden", "p": "p-waarde"}
    rows = [
        {
            "label": label,
            "f": num(test.statistic, 2),
            "df": f"{num(test.df1, 2)} en {num(test.df2, 0)}",
            "p": p_value(test.p_value),
        }
        for label, test in tests.items()
    ]
    table = pd.DataFrame(rows, columns=list(columns))
    data = table.set_axis(list(columns.values()), axis=1)
    return table_block(table, columns, "toetsen", "Toetsen van samenhang", data=data)


def group_table(outcomes: Mapping[str, Estimate], first: Estimate, second: Estimate) -> Block:
    """Each outcome among the firms of two groups, in percent, and what the groups differ by.

    `outcomes`: categories in total, by the name of their row; `first` and `second`: the categories
    whose firms are compared. The difference (second minus first, percentage points) has its
    standard error and the p-value of its test, two-sided, with the covariance of both. Unreliable
    percentages and differences carry a mark; of a withheld percentage there is no difference.
    """
    heads = ["In %", first.short, second.short]
    heads += ["Verschil (procentpunt)", "Standaardfout", "p-waarde"]
    columns = dict(zip(("label", "first", "second", "difference", "se", "p"), heads, strict=True))
    rows: list[list[str]] = []
    compared: list[Estimate] = []
    for label, outcome in outcomes.items():
        a, b = outcome.among(first), outcome.among(second)
        found = b - a
        error = WITHHELD if math.isnan(found.shown.se) else num(found.shown.se, 1)
        rows.append([label, cell(a), cell(b), cell(found), error, _tested(found)])
        compared += [a, b]
    table = pd.DataFrame(rows, columns=list(columns))
    data = table.set_axis(heads, axis=1)
    title = f"{first.short} tegenover {second.short}"
    notes = flag_notes(compared)
    return table_block(table, columns, "toetsen-groepen", title, notes=notes, data=data)


def _strata(
    survey: Survey, counts: dict[str, pd.Series], name: str, title: str, note: str
) -> Block:
    """The first domain of the strata down, the second across, for one or two kinds of count.

    Totals of both; further domains of the strata are added up.
    """
    domains = survey.meta.domains
    down, *others = survey.meta.strata
    across = others[0] if others else None
    values = domains[down].values
    heads = {v: heading(domains[across], v) for v in domains[across].values} if across else {}
    axes = [domains[domain].label.lower() for domain in (down, across) if domain]
    columns = {"label": domains[down].label, CODE: domains[down].codes}
    stub = [named(domains[down], value) for value in [*values, TOTAL]]
    table = pd.DataFrame(stub, columns=list(columns))
    if not domains[down].codes:
        del table[CODE], columns[CODE]
    data = pd.DataFrame({down: [*values, TOTAL]})
    spanners: dict[str, list[str]] = {}
    for value in [*heads, None]:
        head = TOTAL if value is None else heads[value]
        for kind, series in counts.items():
            firms = series.rename("firms").reset_index()
            # nothing, where no firm has the value or none answered
            part = firms if value is None else firms[firms[across] == value]
            numbers = part.groupby(down)["firms"].sum().reindex(list(values), fill_value=0)
            data[f"{value or TOTAL} {kind}".strip()] = shown = [*numbers, numbers.sum()]
            key = f"{across}.{value} {kind}"
            table[key] = [num(n) for n in shown]
            columns[key] = kind or head
            spanners.setdefault(head, []).append(key)
    return table_block(
        table,
        columns,
        name,
        f"{title} naar {' en '.join(axes)}",
        spanners=spanners if len(counts) > 1 else {},
        text=[key for key in columns if key == CODE],
        total_row=True,
        italics=[key for key, kind in columns.items() if kind == "Stkpr."],
        notes=[note],
        data=data,
    )


def _tested(difference: Combination) -> str:
    """The p-value of a difference; where nothing is uncertain there is none."""
    return WITHHELD if difference.flag == "c" else p_value(difference.p_value)
