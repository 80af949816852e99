"""The tables of the report: built with great-tables, shown alike in page and PDF.

Crosstabs have the categories down and the domain values across: long labels read well down the
side, and sectors go by their short NACE code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from barometer.display import UNRELIABLE, WITHHELD, Block, at_least_one, flag_notes, tidy
from barometer.dutch import num, p_value
from barometer.table_style import table_block

if TYPE_CHECKING:
    from barometer.indicator import Estimate, Indicator
    from barometer.inference import RaoScott
    from barometer.survey import Survey

__all__ = ["crosstab", "frame_table", "response_table", "sector_table", "test_table"]

SECTOR_NOTE = "Sectoren met hun NACE-code; voluit in de appendix."


def crosstab(estimates: Indicator | Iterable[Estimate], by: str, name: str | None = None) -> Block:
    """Categories by the values of a domain, in percent, with the total and the unweighted base.

    Unreliable estimates carry a mark, withheld ones are replaced by one; a note explains both.
    BarometerError for an unknown domain.
    """
    chosen = at_least_one(estimates, "crosstab")
    indicator = chosen[0].indicator
    survey = indicator.survey
    values = list(survey.domain(by))
    axis = survey.wave.domain_labels[by].lower()
    columns = {"label": f"In %, naar {axis}"}
    columns |= {value: _code(value) for value in values} | {"total": "Totaal"}
    cells: list[dict[str, str]] = []
    bases: dict[str, str] = {"label": "N (ongewogen)"}
    data: list[Estimate] = []
    for estimate in chosen:
        row = {"label": estimate.label}
        for key, e in [*((e.domain_value, e) for e in estimate.by(by)), ("total", estimate)]:
            row[key] = _cell(e)
            bases[key] = num(e.n)
            data.append(e)
        cells.append(row)
    return table_block(
        pd.DataFrame([*cells, bases])[list(columns)],
        columns,
        name or f"{chosen[0].question}-{'sector' if by == 'sector' else 'grootte'}",
        f"{indicator.short} naar {axis}",
        strong=["total"],
        base_row=True,
        notes=[*flag_notes(data), *([SECTOR_NOTE] if by == "sector" else [])],
        data=tidy(data),
    )


def frame_table(survey: Survey) -> Block:
    """Table 1: firms in the population and, in italics, in the sample, by stratum."""
    sample = survey.sample.groupby(["sector", "size"]).size().unstack(fill_value=0)
    population = survey.population.pivot_table(
        index="sector", columns="size", values="firms", aggfunc="sum", fill_value=0
    )
    return _strata(
        survey,
        {"Pop.": population, "Stkpr.": sample},
        "populatie-steekproef",
        "Populatie en steekproef naar NACE-sector en grootteklasse",
        "Pop.: populatie. Stkpr. (cursief): steekproef. Aantallen ondernemingen.",
    )


def response_table(survey: Survey) -> Block:
    """Table 2: usable answers by stratum."""
    return _strata(
        survey,
        {"": survey.usable.unstack()},
        "respons",
        "Bruikbare antwoorden naar NACE-sector en grootteklasse",
        "Aantallen ondernemingen.",
    )


def sector_table(survey: Survey) -> Block:
    """Table 13: the NACE codes of the sectors with their full description."""
    rows = [
        {"code": code, "label": label}
        for value in survey.wave.domains["sector"].values()
        for code, label in (value.parts or {_code(value.id): value.label}).items()
    ]
    rows.sort(key=lambda row: float(re.split("[-;]", row["code"])[0]))
    table = pd.DataFrame(rows)
    return table_block(
        table,
        {"code": "NACE-code", "label": "Omschrijving"},
        "sectoren",
        "NACE-code en omschrijving van de sectoren",
        text=["label"],
        data=table.rename(columns={"code": "nace", "label": "omschrijving"}),
    )


def test_table(tests: Sequence[tuple[str, RaoScott]]) -> Block:
    """Rao–Scott tests of association: F, its degrees of freedom and the p-value."""
    columns = {"label": "Kenmerk", "f": "F", "df": "Vrijheidsgraden", "p": "p-waarde"}
    rows = [
        {
            "label": label,
            "f": num(test.statistic, 2),
            "df": f"{num(test.df1, 2)} en {num(test.df2, 0)}",
            "p": p_value(test.p_value),
        }
        for label, test in tests
    ]
    table = pd.DataFrame(rows, columns=list(columns))
    return table_block(
        table,
        columns,
        "toetsen",
        "Toetsen van samenhang",
        data=table.set_axis(list(columns.values()), axis=1),
    )


def _strata(
    survey: Survey, counts: dict[str, pd.DataFrame], name: str, title: str, note: str
) -> Block:
    """Sectors down, sizes across, for one or two kinds of count, with the totals of both."""
    sectors, sizes = (list(survey.wave.domains[domain]) for domain in ("sector", "size"))
    columns = {"label": "NACE-sector"}
    table = pd.DataFrame({"label": [*map(_code, sectors), "Totaal"]})
    data = pd.DataFrame({"sector": [*sectors, "Totaal"]})
    spanners: dict[str, list[str]] = {}
    for size in [*sizes, "Totaal"]:
        for kind, frame in counts.items():
            full = frame.reindex(index=sectors, columns=sizes, fill_value=0)
            numbers = full.sum(axis=1) if size == "Totaal" else full[size]
            key = f"{size} {kind}".strip()
            data[key] = [*numbers, numbers.sum()]
            table[key] = [num(n) for n in data[key]]
            columns[key] = kind or size
            spanners.setdefault(size, []).append(key)
    return table_block(
        table,
        columns,
        name,
        title,
        spanners=spanners if len(counts) > 1 else {},
        total_row=True,
        italics=[key for key, kind in columns.items() if kind == "Stkpr."],
        notes=[note],
        data=data,
    )


def _code(sector: str) -> str:
    return sector.removeprefix("NACE ").replace(";", "; ")


def _cell(e: Estimate) -> str:
    if e.flag == "c":
        return WITHHELD
    return num(e, 1) + (UNRELIABLE if e.flag == "u" else "")
