"""The tables of the report: built with great-tables, shown alike in page and PDF.

Crosstabs have the categories down and the domain values across: long labels read well down the
side, and sectors go by their short NACE code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from barometer.display import Block, tidy
from barometer.dutch import num, p_value
from barometer.typst_table import typst_table

if TYPE_CHECKING:
    from barometer.indicator import Estimate, Indicator
    from barometer.inference import RaoScott
    from barometer.survey import Survey

__all__ = ["crosstab", "frame_table", "response_table", "sector_table", "test_table"]

UNRELIABLE, WITHHELD = "°", "."


def crosstab(estimates: Indicator | Iterable[Estimate], by: str, name: str | None = None) -> Block:
    """Categories by the values of a domain, in percent, with the total and the unweighted base.

    Unreliable estimates carry a mark, withheld ones are replaced by one; a note explains both.
    """
    chosen = list(estimates)
    survey = chosen[0].indicator.survey
    values = survey.wave.domains[by]
    columns = {"label": ""} | {value: _code(value) for value in values} | {"total": "Totaal"}
    cells: list[dict[str, str]] = []
    flags: set[str] = set()
    bases: dict[str, str] = {"label": "N (ongewogen)"}
    data = []
    for estimate in chosen:
        row = {"label": estimate.label}
        for key, e in [*((e.domain_value, e) for e in estimate.by(by)), ("total", estimate)]:
            row[key] = _cell(e)
            flags.add(e.flag)
            bases[key] = num(e.n)
            data.append(e)
        cells.append(row)
    cells.append(bases)
    table = pd.DataFrame(cells)[list(columns)].fillna(WITHHELD)
    name = name or f"{chosen[0].question}-{'sector' if by == 'sector' else 'grootte'}"
    spanner = "NACE-sector" if by == "sector" else survey.wave.domain_labels[by]
    return _block(
        table,
        columns,
        name,
        spanners={spanner: list(values)},
        last_rows=1,
        notes=_notes(survey, flags),
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
        "Pop.: populatie. Stkpr. (cursief): steekproef. Aantallen ondernemingen.",
    )


def response_table(survey: Survey) -> Block:
    """Table 2: usable answers by stratum."""
    return _strata(survey, {"": survey.usable.unstack()}, "respons", "Aantallen ondernemingen.")


def sector_table(survey: Survey) -> Block:
    """Table 13: the NACE codes of the sectors with their full description."""
    rows = [
        {"code": code, "label": label}
        for value in survey.wave.domains["sector"].values()
        for code, label in (value.parts or {_code(value.id): value.label}).items()
    ]
    rows.sort(key=lambda row: float(re.split("[-;]", row["code"])[0]))
    table = pd.DataFrame(rows)
    columns = {"code": "NACE-code", "label": "Omschrijving"}
    data = table.rename(columns={"code": "nace", "label": "omschrijving"})
    return _block(table, columns, "sectoren", text=["label"], data=data)


def test_table(tests: Sequence[tuple[str, RaoScott]]) -> Block:
    """Rao–Scott tests of association: F, its degrees of freedom and the p-value."""
    rows = [
        {
            "label": label,
            "f": num(test.statistic, 2),
            "df": f"{num(test.df1, 2)} en {num(test.df2, 0)}",
            "p": p_value(test.p_value),
        }
        for label, test in tests
    ]
    table = pd.DataFrame(rows)
    columns = {"label": "Kenmerk", "f": "F", "df": "Vrijheidsgraden", "p": "p-waarde"}
    return _block(table, columns, "toetsen", data=table.set_axis(list(columns.values()), axis=1))


def _strata(survey: Survey, counts: dict[str, pd.DataFrame], name: str, note: str) -> Block:
    """Sectors down, sizes across, for one or two kinds of count, with the totals of both."""
    sectors, sizes = (list(survey.wave.domains[domain]) for domain in ("sector", "size"))
    columns = {"label": "NACE-sector"}
    table = pd.DataFrame({"label": [*map(_code, sectors), "Totaal"]})
    spanners: dict[str, list[str]] = {}
    for size in [*sizes, "Totaal"]:
        for kind, frame in counts.items():
            full = frame.reindex(index=sectors, columns=sizes, fill_value=0)
            numbers = full.sum(axis=1) if size == "Totaal" else full[size]
            key = f"{size} {kind}".strip()
            table[key] = [num(n) for n in [*numbers, numbers.sum()]]
            columns[key] = kind or size
            spanners.setdefault(size, []).append(key)
    return _block(
        table,
        columns,
        name,
        spanners=spanners if len(counts) > 1 else {},
        last_rows=1,
        italics=[key for key, kind in columns.items() if kind == "Stkpr."],
        notes=[note],
        data=table.rename(columns={"label": "sector"}),
    )


def _code(sector: str) -> str:
    return sector.removeprefix("NACE ").replace(";", "; ")


def _cell(e: Estimate) -> str:
    if e.flag == "c":
        return WITHHELD
    return num(e, 1) + (UNRELIABLE if e.flag == "u" else "")


def _notes(survey: Survey, flags: set[str]) -> list[str]:
    notes = []
    if "u" in flags:
        notes.append(
            f"{UNRELIABLE} weinig betrouwbaar: minder dan {survey.wave.reliability} respondenten."
        )
    if "c" in flags:
        notes.append(f"{WITHHELD} niet getoond: minder dan {survey.wave.disclosure} respondenten.")
    return notes


def _block(
    table: pd.DataFrame,
    columns: dict[str, str],
    name: str,
    *,
    spanners: dict[str, list[str]] | None = None,
    text: Sequence[str] = (),
    italics: Sequence[str] = (),
    last_rows: int = 0,
    notes: Sequence[str] = (),
    data: pd.DataFrame | None = None,
) -> Block:
    """Style a frame of ready texts; the first column is the stub, the last rows stand apart."""
    from great_tables import GT, loc, style

    first, *others = columns
    numbers = [column for column in others if column not in text]
    built: Any = (
        GT(table, id=f"tabel-{name}", rowname_col=first)
        .tab_stubhead(columns[first] or "\u00a0")
        .cols_label(**{key: columns[key] for key in others})
        .cols_align("right", columns=numbers)
        .cols_align("left", columns=list(text))
        .tab_options(
            table_font_names="IBM Plex Sans",
            table_font_size="0.875rem",
            table_width="100%",
            quarto_disable_processing=True,
            stub_border_style="none",
            table_border_top_style="none",
            table_border_bottom_color="#0b4f6c",
            column_labels_border_top_color="#0b4f6c",
            column_labels_border_bottom_color="#0b4f6c",
            column_labels_font_weight="600",
            table_body_hlines_color="#e4e9ee",
            table_body_border_bottom_color="#0b4f6c",
            data_row_padding="0.3rem",
        )
    )
    for label, keys in (spanners or {}).items():
        built = built.tab_spanner(label, columns=keys)
    bottom = list(range(len(table) - last_rows, len(table)))
    if bottom:
        places = [loc.body(rows=bottom), loc.stub(rows=bottom)]
        built = built.tab_style(style.text(weight="600"), places)
    if italics:
        built = built.tab_style(style.text(style="italic"), loc.body(columns=list(italics)))
    html = _accessible(built.as_raw_html())
    explained = "".join(f'<p class="table-note">{note}</p>' for note in notes)
    return Block(
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="Tabel">{html}</div>'
        + explained,
        typst_table(html, notes),
        data=data,
        name=name,
    )


def _accessible(html: str) -> str:
    """Row headers that say so, no identifier but the table's, and no scroll box of its own."""
    html = re.sub(r'\s(?:id|headers)="(?!tabel-[^"]*" style)[^"]*"', "", html)
    html = html.replace("overflow-x:auto;overflow-y:auto;width:auto;height:auto;", "")
    return re.sub(r"<th((?:(?!scope)[^>])*gt_stub)", r'<th scope="row"\1', html)
