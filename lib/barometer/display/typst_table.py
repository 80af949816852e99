"""A table for Typst, written from the same frame and styles as its HTML.

great-tables writes no Typst, and pandoc's conversion of its HTML loses rules and alignment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from barometer.display.block import typst_string

NAME = 14  # characters from which a text is a name rather than a code
LONG = 12  # characters from which a word in a heading is hyphenated
SHORT = 20  # rows up to which a table stays on one page
MANY = 10  # columns from which on names, too, have to yield some width
TURNED = "27mm"  # the height of headings that run upwards


@dataclass(frozen=True)
class Layout:
    """A frame of ready texts with its headings and styles (see `table_style.table_block`)."""

    table: pd.DataFrame
    columns: Mapping[str, str]
    spanners: Mapping[str, Sequence[str]]
    text: Sequence[str]
    italics: Sequence[str]
    strong: Sequence[str]
    muted: Sequence[str]
    total_row: bool
    base_row: bool

    @property
    def stub(self) -> str:
        """The first column."""
        return next(iter(self.columns))

    @property
    def stub_of_words(self) -> bool:
        """Whether the first column holds names rather than codes."""
        return self._wordy(self.stub)

    @property
    def narrow(self) -> bool:
        """Whether there are so many columns that they need a smaller letter."""
        return len(self.columns) > 6

    def widths(self) -> list[str]:
        """The width of each column: numbers share alike, codes and bases take what they need.

        So do names beside codes, while there are few columns, and beside sentences.
        """
        needed = {*self.muted, *(column for column in self.text if not self._wordy(column))}
        if not self.stub_of_words or (self.text and len(self.columns) < MANY):
            needed.add(self.stub)
        shares = {self.stub: "3.6fr" if self.narrow else "2.6fr"}
        return ["auto" if c in needed else shares.get(c, "1fr") for c in self.columns]

    @property
    def long_heads(self) -> bool:
        """Whether a word in the headings may be too long for its column."""
        heads = [*self.spanners, *(self.columns[c] for c in list(self.columns)[1:])]
        return any(len(word) >= LONG for words in heads for word in words.split())

    @property
    def turned(self) -> bool:
        """Whether headings of numbers run upwards: across they would fall apart into syllables."""
        return self.long_heads and not self.spanners and len(self.columns) >= MANY

    def _wordy(self, column: str) -> bool:
        return any(len(str(words)) >= NAME for words in self.table[column])

    def align(self, column: str) -> str:
        """Words to the left, numbers to the right."""
        return "left" if column == self.stub or column in self.text else "right"

    def head(self) -> Iterator[list[str]]:
        """The rows of headings: spanners over their columns, where there are any."""
        spanned = [column for columns in self.spanners.values() for column in columns]
        rows = 2 if spanned else 1
        span = {"rowspan": rows} if rows > 1 else {}
        over = [
            self._heading(
                self.columns[column], self.align(column), span, turned=self._turns(column)
            )
            for column in self.columns
            if column not in spanned
        ]
        if not spanned:
            yield over
            return
        across = [
            self._heading(words, "center", {"colspan": len(columns)}, ruled=True)
            for words, columns in self.spanners.items()
        ]
        yield over + across
        yield [self._heading(self.columns[c], self.align(c), {}) for c in spanned]

    def _turns(self, column: str) -> bool:
        return self.turned and self.align(column) == "right" and column not in self.muted

    def _heading(
        self,
        words: str,
        align: str,
        span: Mapping[str, int],
        ruled: bool = False,
        turned: bool = False,
    ) -> str:
        spans = "".join(f"{key}: {n}, " for key, n in span.items() if n > 1)
        spans += "stroke: (bottom: 0.5pt + rule-colour), " if ruled else ""
        hyphenate = "" if self.long_heads and not turned else "hyphenate: false, "
        content = f'text({hyphenate}weight: "semibold", {typst_string(words)})'
        if turned:
            content = f"rotate(-90deg, reflow: true, box(width: {TURNED}, align(left, {content})))"
        return f"table.cell({spans}align: {align} + bottom, {content})"

    def body(self) -> Iterator[list[str]]:
        """The rows below; their text as strings, so that nothing in it is markup."""
        last = len(self.table) - 1
        for number, row in enumerate(self.table.to_dict("records")):
            bold = self.total_row and number == last
            base = {*self.columns} if self.base_row and number == last else {*self.muted}
            yield [self._cell(str(row[c]), c, bold, c in base) for c in self.columns]

    def _cell(self, words: str, column: str, bold: bool, muted: bool) -> str:
        content = typst_string(words.strip())
        if bold or (column in self.strong and not muted):
            content = f'text(weight: "semibold", {content})'
        if muted:
            content = f"text(fill: muted, {content})"
        if column in self.italics:
            content = f"emph({content})"
        return f"table.cell(align: {self.align(column)} + horizon, {content})"


def typst_table(layout: Layout) -> str:
    """Typst markup of a table.

    Header rows are tagged and repeated, rows and short tables stay whole.
    """
    whole = "breakable: false, " if len(layout.table) <= SHORT else ""
    narrow = layout.narrow
    widths = ", ".join(layout.widths())
    heading = list(layout.head())
    head = ",\n    ".join(", ".join(row) for row in heading)
    rows = "".join(f"  {', '.join(row)},\n" for row in layout.body())
    return (
        f"#block({whole}width: 100%, below: 0.7em, {{\n"
        f"set text(size: {'7.5pt' if narrow else '8.5pt'}, hyphenate: true, "
        'number-width: "tabular")\nset par(leading: 0.45em)\n'
        "set table.cell(breakable: false)\n"
        f"table(\n  columns: ({widths}),\n  inset: (x: {'2pt' if narrow else '4pt'}, y: 3.6pt),\n"
        f"  stroke: (x, y) => if y >= {len(heading)} "
        "{ (bottom: 0.4pt + rule-colour) },\n"
        "  table.hline(stroke: 1pt + accent),\n"
        f"  table.header(\n    {head},\n  ),\n"
        f"  table.hline(y: {len(heading)}, stroke: 0.7pt + accent),\n"
        f"{rows}"
        "  table.hline(stroke: 1pt + accent),\n)\n})"
    )
