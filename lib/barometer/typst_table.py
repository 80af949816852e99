"""A great-tables table for Typst: its public HTML read back cell by cell.

great-tables writes no Typst, and pandoc's conversion of its HTML loses rules and alignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from barometer.display import typst_string


@dataclass
class _Cell:
    tag: str
    classes: str
    style: str
    colspan: int
    rowspan: int
    text: str = ""

    def typst(self, header: bool) -> str:
        """One Typst cell: text as a string, so that nothing in it is markup."""
        align = "right" if "gt_right" in self.classes else "left"
        if "gt_column_spanner_outer" in self.classes:
            align = "center"
        content = typst_string(self.text.strip().replace("\xa0", ""))
        if header or "font-weight: 600" in self.style:
            content = f'text(weight: "semibold", {content})'
        if "italic" in self.style:
            content = f"emph({content})"
        span = f"colspan: {self.colspan}, rowspan: {self.rowspan}, "
        if "gt_column_spanner_outer" in self.classes:
            span += "stroke: (bottom: 0.5pt + rule-colour), "
        vertical = "bottom" if header else "horizon"
        return f"table.cell({span}align: {align} + {vertical}, {content})"


@dataclass
class _Reader(HTMLParser):
    """Collects the rows of thead and tbody."""

    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)
    section: str = ""
    cell: _Cell | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        rows = self.head if self.section == "thead" else self.body
        values = {key: value or "" for key, value in attrs}
        if tag in ("thead", "tbody"):
            self.section = tag
        elif tag == "tr":
            rows.append([])
        elif tag in ("th", "td"):
            spans = (int(values.get(name, 1)) for name in ("colspan", "rowspan"))
            self.cell = _Cell(tag, values.get("class", ""), values.get("style", ""), *spans)
            rows[-1].append(self.cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += data


def typst_table(html: str, notes: Sequence[str] = ()) -> str:
    """Typst markup of the table in the HTML of great-tables, with notes below it."""
    reader = _Reader()
    reader.feed(html)
    columns = sum(cell.colspan for cell in reader.head[0])
    widest = max(len(row[0].text) for row in reader.body)
    narrow = columns > 7
    # with many columns the stub takes what the numbers leave; texts share the width
    prose = any("gt_left" in cell.classes for cell in reader.body[0][1:])
    widths = ["auto", *["1fr"] * (columns - 1)] if prose or widest < 24 else []
    widths = widths or ["minmax-stub", *["1fr"] * (columns - 1)]
    stub = "3.6fr" if narrow else "2.6fr"
    sizes = ", ".join(stub if width == "minmax-stub" else width for width in widths)
    head = ",\n    ".join(cell.typst(header=True) for row in reader.head for cell in row)
    rows = ",\n  ".join(", ".join(c.typst(header=False) for c in row) for row in reader.body)
    explained = "".join(f"\n#text(size: 7.5pt, fill: muted, {typst_string(n)})\n" for n in notes)
    return (
        f"#block(width: 100%, {{\n"
        f"set text(size: {'7pt' if narrow else '8.5pt'}, hyphenate: true, "
        f'number-width: "tabular")\nset par(leading: 0.45em)\n'
        f"table(\n  columns: ({sizes}),\n  inset: (x: {'2pt' if narrow else '4pt'}, y: 3.6pt),\n"
        f"  stroke: (x, y) => if y >= {len(reader.head)} "
        "{ (bottom: 0.4pt + rule-colour) },\n"
        "  table.hline(stroke: 1pt + accent),\n"
        f"  table.header(\n    {head},\n  ),\n"
        f"  table.hline(y: {len(reader.head)}, stroke: 0.7pt + accent),\n"
        f"  {rows},\n"
        "  table.hline(stroke: 1pt + accent),\n)\n})" + explained
    )
