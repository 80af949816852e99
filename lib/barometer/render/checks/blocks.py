"""The figures and tables of an executed notebook, as a reader finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import nbformat

from barometer.render.checks.tables import Table, table
from barometer.survey.register import DATA_TYPE

FLOAT = re.compile(r"^:{3,}\s*\{#(?:fig|tbl)-[\w-]+.*$")
SPAN = re.compile(r"\[([^\[\]]*)\]\{[^{}]*\}")


@dataclass(frozen=True)
class Float:
    """A figure or table of an executed notebook that carries data.

    `alt`: the text alternative of a drawing, None for a table. `drawn`: the texts in a drawing.
    `cells`: those of the body of a table. `caption`: plain text, "" outside a float.
    """

    file: str
    data: Table
    name: str
    alt: str | None
    drawn: list[str]
    cells: list[list[str]]
    caption: str


def floats(file: str, text: str) -> Iterator[Float]:
    """The floats of a notebook, given its text; nbformat's NotJSONError if it is none."""
    cells = nbformat.reads(text, as_version=4).cells
    for number, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            bundle = output.get("data", {})
            if DATA_TYPE not in bundle:
                continue
            carried, page = bundle[DATA_TYPE], _Page(bundle.get("text/html", ""))
            yield Float(
                file,
                table(f"downloads/{carried['name']}.csv", carried["csv"]),
                carried["name"],
                page.alt,
                page.drawn,
                page.cells,
                _caption(cells, number),
            )


def _caption(cells: list[Any], number: int) -> str:
    """The text between a float's output and its end, without the marks of markdown."""
    before = cells[number - 1].source.rstrip().rpartition("\n")[2] if number else ""
    if not FLOAT.match(before) or number + 1 == len(cells):
        return ""
    text = re.split(r"^:{3,}\s*$", cells[number + 1].source, maxsplit=1, flags=re.MULTILINE)[0]
    plain = re.sub(r"\\(.)", r"\1", SPAN.sub(r"\1", text))
    return " ".join(plain.split())


class _Page(HTMLParser):
    """What a block shows: the alternative and texts of a drawing, the cells of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.alt: str | None = None
        self.drawn: list[str] = []
        self.cells: list[list[str]] = []
        self._body, self._open = False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "svg":
            self.alt = dict(attrs).get("aria-label") or ""
        elif tag == "tbody":
            self._body = True
        elif tag == "tr" and self._body:
            self.cells.append([])
        elif tag in ("td", "th") and self._body:
            self.cells[-1].append("")
            self._open = "cell"
        elif tag == "text":
            self.drawn.append("")
            self._open = "text"

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self._body = False
        elif tag in ("td", "th", "text"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "cell":
            self.cells[-1][-1] += data
        elif self._open == "text":
            self.drawn[-1] += data
