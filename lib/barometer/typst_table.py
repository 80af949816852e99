"""A great-tables table for Typst: its public HTML read back cell by cell.

great-tables writes no Typst, and pandoc's conversion of its HTML loses rules and alignment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from barometer.display import typst_string
from barometer.style import MUTED


@dataclass
class _Cell:
    classes: str
    style: str
    colspan: int
    rowspan: int
    text: str = ""

    @property
    def spanner(self) -> bool:
        """A heading over several columns."""
        return "gt_column_spanner_outer" in self.classes

    def typst(self, header: bool) -> str:
        """One Typst cell: text as a string, so that nothing in it is markup."""
        align = "right" if "gt_right" in self.classes else "left"
        content = typst_string(self.text.strip())
        if header or "font-weight: 600" in self.style:
            content = f'text(weight: "semibold", {content})'
        if f"color: {MUTED}" in self.style:
            content = f"text(fill: muted, {content})"
        if "italic" in self.style:
            content = f"emph({content})"
        span = f"colspan: {self.colspan}, " if self.colspan > 1 else ""
        span += f"rowspan: {self.rowspan}, " if self.rowspan > 1 else ""
        if self.spanner:
            align, span = "center", span + "stroke: (bottom: 0.5pt + rule-colour), "
        return f"table.cell({span}align: {align} + {'bottom' if header else 'horizon'}, {content})"


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
            colspan, rowspan = (int(values.get(name, 1)) for name in ("colspan", "rowspan"))
            self.cell = _Cell(values.get("class", ""), values.get("style", ""), colspan, rowspan)
            rows[-1].append(self.cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += data


def typst_table(html: str, stub_of_words: bool = True) -> str:
    """Typst markup of the table in the HTML of great-tables.

    Header rows are tagged and repeated, rows stay whole. A stub of codes is as wide as they are,
    one of words shares the width with the numbers.
    """
    reader = _Reader()
    reader.feed(html)
    columns = sum(cell.colspan for cell in reader.head[0])
    narrow = columns > 7
    stub = ("3.6fr" if narrow else "2.6fr") if stub_of_words else "auto"
    widths = ", ".join([stub, *["1fr"] * (columns - 1)])
    head = ",\n    ".join(
        ", ".join(cell.typst(header=True) for cell in row) for row in reader.head if row
    )
    rows = ",\n  ".join(", ".join(c.typst(header=False) for c in row) for row in reader.body)
    return (
        "#block(width: 100%, below: 0.7em, {\n"
        f"set text(size: {'7.5pt' if narrow else '8.5pt'}, hyphenate: true, "
        'number-width: "tabular")\nset par(leading: 0.45em)\n'
        "set table.cell(breakable: false)\n"
        f"table(\n  columns: ({widths}),\n  inset: (x: {'2pt' if narrow else '4pt'}, y: 3.6pt),\n"
        f"  stroke: (x, y) => if y >= {len(reader.head)} "
        "{ (bottom: 0.4pt + rule-colour) },\n"
        "  table.hline(stroke: 1pt + accent),\n"
        f"  table.header(\n    {head},\n  ),\n"
        f"  table.hline(y: {len(reader.head)}, stroke: 0.7pt + accent),\n"
        f"  {rows},\n"
        "  table.hline(stroke: 1pt + accent),\n)\n})"
    )
