"""A CSV file of an edition, as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

#: The columns of a download that tell which estimate a row is, as the register calls them.
KEYS = {
    "vraag": "question",
    "categorie": "category",
    "universum": "universe",
    "domein": "domain",
    "domeinwaarde": "domain_value",
}
#: The numbers of a download, as the register calls them.
NUMBERS = {
    "percentage": "estimate",
    "standaardfout": "se",
    "ondergrens": "ci_low",
    "bovengrens": "ci_high",
}

Row = dict[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A CSV file of an edition: text, and the name it goes by in messages."""

    file: str
    rows: list[Row]

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """The rows with their number as a spreadsheet counts: the header is row 1."""
        return enumerate(self.rows, 2)

    @property
    def columns(self) -> list[str]:
        """The names of the columns; none for a table without rows."""
        return list(self.rows[0]) if self.rows else []

    @property
    def of_estimates(self) -> bool:
        """Whether each row is an estimate."""
        return {"jaar", "n", "vlag", *KEYS, *NUMBERS} <= set(self.columns)


def table(file: str, text: str) -> Table:
    """Read CSV as text.

    >>> table("register", "question,n\\nexport,12\\n").rows
    [{'question': 'export', 'n': '12'}]
    """
    rows = [{k: v or "" for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]
    return Table(file, rows)
