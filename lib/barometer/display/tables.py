"""The tables of the report: built with great-tables, shown alike in page and PDF.

Crosstabs have the categories down and the domain values across: long labels read well down the
side, and values go by their code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from barometer.display.block import WITHHELD, Block, at_least_one, flag_notes, tidy
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import UNRELIABLE, num, p_value
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.survey import TOTAL, Survey
from weighting import RaoScott

__all__ = [
    "crosstab",
    "domain_table",
    "frame_table",
    "group_table",
    "response_table",
    "test_table",
]


def crosstab(estimates: Iterable[Estimate], by: str, name: str | None = None) -> Block:
    """Categories by the values of a domain, in percent, with the total and the unweighted base.

    Unreliable estimates carry a mark, withheld ones are replaced by one; a note explains both.
    BarometerError for an unknown domain.
    """
    chosen = at_least_one(estimates, "crosstab")
    survey, subject = chosen[0].of.survey, chosen[0].of.short
    if by not in survey.meta.domains:
        known = ", ".join(survey.meta.domains)
        raise BarometerError(f"crosstab() found no domain '{by}'; expected one of {known}")
    if len(universes := sorted({e.universe for e in chosen})) > 1:
        raise BarometerError(
            f"crosstab() found estimates of {' and '.join(universes)}; expected one universe, "
            "since the table has one row of bases. Make a table of each."
        )
    values = list(survey.domain(by))
    domain = survey.meta.domains[by]
    axis = domain.label.lower()
    columns = {"label": f"In %, naar {axis}"}
    # a domain value may have any name: only with that of its domain is it no other column's
    columns |= {f"{by}.{value}": domain.values[value].code for value in values} | {"total": TOTAL}
    cells: list[dict[str, str]] = []
    bases: dict[str, str] = {"label": "N (ongewogen)"}
    data: list[Estimate] = []
    for estimate in chosen:
        row = {"label": estimate.short}
        apart = [(f"{by}.{e.domain_value}", e) for e in estimate.by(by)]
        for key, e in [*apart, ("total", estimate)]:
            row[key] = _cell(e)
            bases[key] = num(e.n)
            data.append(e)
        cells.append(row)
    return table_block(
        pd.DataFrame([*cells, bases])[list(columns)],
        columns,
        name or f"{chosen[0].question}-{_slug(axis)}",
        f"{subject} naar {axis}",
        strong=["total"],
        base_row=True,
        notes=[*flag_notes(data), *([domain.note] if domain.note else [])],
        data=tidy(data),
    )


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
    """The values of a domain, or the parts they join, with their codes and full names.

    Codes that start with a number go in the order of their numbers: 9, 77-82, 95.1, 112b.
    """
    if by not in survey.meta.domains:
        known = ", ".join(survey.meta.domains)
        raise BarometerError(f"domain_table() found no domain '{by}'; expected one of {known}")
    domain = survey.meta.domains[by]
    rows = [
        {"code": code, "label": label}
        for value in domain.values.values()
        for code, label in (value.parts or {value.code: value.label}).items()
    ]
    if all(re.match(r"\d", row["code"]) for row in rows):
        rows.sort(key=lambda row: [int(digits) for digits in re.findall(r"\d+", row["code"])])
    columns = {"code": f"{domain.codes}-code" if domain.codes else "Code", "label": "Omschrijving"}
    table = pd.DataFrame(rows)
    return table_block(
        table,
        columns,
        f"waarden-{_slug(domain.label)}",
        f"{domain.label}: code en omschrijving",
        text=["label"],
        data=table.rename(columns={"label": "omschrijving"}),
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
        rows.append([label, _cell(a), _cell(b), _cell(found), num(found.se, 1), _tested(found)])
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
    down, *others = survey.meta.strata
    across = others[0] if others else None
    values = survey.meta.domains[down].values
    heads = {k: v.code for k, v in survey.meta.domains[across].values.items()} if across else {}
    label = survey.meta.domains[down].label
    axes = [survey.meta.domains[domain].label.lower() for domain in (down, across) if domain]
    codes = survey.meta.domains[down].codes
    columns = {"label": f"{codes}-{label.lower()}" if codes else label}
    table = pd.DataFrame({"label": [*(v.code for v in values.values()), TOTAL]})
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
        total_row=True,
        italics=[key for key, kind in columns.items() if kind == "Stkpr."],
        notes=[note],
        data=data,
    )


def _slug(label: str) -> str:
    return re.sub(r"\W+", "-", label.lower())


def _tested(difference: Combination) -> str:
    """The p-value of a difference; where nothing is uncertain there is none."""
    return WITHHELD if difference.flag == "c" else p_value(difference.p_value)


def _cell(e: Estimate) -> str:
    if e.flag == "c":
        return WITHHELD
    return num(e, 1) + (UNRELIABLE if e.flag == "u" else "")
