"""The house style of the tables: ready texts through great-tables into HTML and Typst."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from barometer.display.block import Block, notes_html, notes_typst
from barometer.display.style import ACCENT, FONT, HAIRLINE, MUTED
from barometer.display.typst_table import Layout, typst_table


def table_block(
    table: pd.DataFrame,
    columns: dict[str, str],
    name: str,
    title: str,
    *,
    spanners: dict[str, list[str]] | None = None,
    text: Sequence[str] = (),
    italics: Sequence[str] = (),
    strong: Sequence[str] = (),
    muted: Sequence[str] = (),
    total_row: bool = False,
    base_row: bool = False,
    notes: Sequence[str] = (),
    data: pd.DataFrame | None = None,
) -> Block:
    """Style a frame of ready texts; its first column is the stub.

    `columns`: heading per column, of one line or more. `title` names the table to who cannot see
    it. `text`: columns of words, left aligned; the others are numbers. `strong`: columns of totals;
    `muted`: of unweighted bases. The last row may be a total or the unweighted base.
    """
    layout = Layout(
        table, columns, spanners or {}, text, italics, strong, muted, total_row, base_row
    )
    from great_tables import GT, loc, style

    first, *others = columns
    built: Any = (
        GT(table, id=f"tabel-{name}", rowname_col=first)
        .tab_stubhead(columns[first])
        .cols_label(cases={key: _lines(columns[key]) for key in others})
        .cols_align("right", columns=[column for column in others if column not in text])
        .cols_align("left", columns=list(text))
        .tab_options(
            table_font_names=FONT,
            table_font_size="0.875rem",
            table_width="100%",
            quarto_disable_processing=True,
            stub_border_style="none",
            table_border_top_style="none",
            table_border_bottom_color=ACCENT,
            column_labels_border_top_color=ACCENT,
            column_labels_border_bottom_color=ACCENT,
            column_labels_font_weight="600",
            table_body_hlines_color=HAIRLINE,
            table_body_border_bottom_color=ACCENT,
            data_row_padding="0.3rem",
        )
    )
    for words, keys in (spanners or {}).items():
        built = built.tab_spanner(_lines(words), columns=keys, id=words)
    last = [len(table) - 1]
    bottom = [loc.body(rows=last), loc.stub(rows=last)]
    if total_row:
        built = built.tab_style(style.text(weight="600"), bottom)
    if base_row:
        built = built.tab_style(style.text(color=MUTED), bottom)
    if muted:
        built = built.tab_style(style.text(color=MUTED), loc.body(columns=list(muted)))
    if italics:
        built = built.tab_style(style.text(style="italic"), loc.body(columns=list(italics)))
    if strong:
        rows = list(range(len(table) - base_row))
        built = built.tab_style(style.text(weight="600"), loc.body(list(strong), rows))
    html = _accessible(built.as_raw_html())
    kinds = {"stub-of-words": layout.stub_of_words, "many-columns": layout.narrow}
    kinds["turned-heads"] = layout.turned
    kind = " ".join(["table-scroll", *(name for name, holds in kinds.items() if holds)])
    return Block(
        f'<div class="{kind}" role="region" tabindex="0" aria-label="{escape(title)}">'
        f"{html}</div>{notes_html(notes)}",
        typst_table(layout) + notes_typst(notes),
        data=data,
        name=name,
    )


def _lines(words: str) -> Any:
    """A heading as great-tables takes it: text, or HTML where it has more than one line."""
    from great_tables import html

    return html(escape(words).replace("\n", "<br>")) if "\n" in words else words


def _accessible(html: str) -> str:
    """No identifier but the table's, and no scroll box of its own."""
    html = re.sub(r'\s(?:id|headers)="(?!tabel-[^"]*" style)[^"]*"', "", html)
    return html.replace("overflow-x:auto;overflow-y:auto;width:auto;height:auto;", "")
