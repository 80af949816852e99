"""Read a CSV file as text, strictly, and tell everything that is wrong with its form."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from barometer.errors import Problem

EXPORT = "Export the file again as CSV in UTF-8."
MISSING = "no such column"
#: What names of columns look like: export.goods
NAME = re.compile(r"[A-Za-z][\w.+-]{0,39}")


def read_table(
    path: Path, columns: Sequence[str], listed: str = "", *, more: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the CSV file at `path`, which must have exactly `columns`, in any order.

    `listed`: what messages call them (default: their names). `more`: there may be others, which
    are left out.

    Commas and Excel's semicolons both separate; a byte order mark is skipped; spaces of any kind
    are one space, and none at the ends. Returns the cells
    as text (index: row number in the file, the header being row 1), with the columns in the
    order asked for, and the problems found. With problems the frame may be empty or lack columns.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "population.csv"
    ...     _ = path.write_text("firms;region\\n30;north\\n8;south\\n")
    ...     read_table(path, ["region", "firms"])[0].reset_index()
       row region firms
    0    2  north    30
    1    3  south     8
    """
    name, columns = path.name, list(dict.fromkeys(columns))
    empty = pd.DataFrame(columns=columns, dtype=str)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return empty, [Problem(name, "no such file", "a CSV file", f"Add {name} to {path.parent}.")]
    except OSError as error:  # a folder of that name, or a file that may not be read
        found, remedy = f"what cannot be read ({error.strerror})", "Put a readable file there."
        return empty, [Problem(name, found, "a CSV file", remedy)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        found = f"a byte that is not UTF-8 (0x{raw[error.start]:02x})"
        return empty, [Problem(name, found, "text in UTF-8", EXPORT, row=row)]
    if "\x00" in text:
        return empty, [Problem(name, "a NUL character", "a text file", EXPORT)]
    if not text.strip():
        expected = "a header row and the data below it"
        return empty, [Problem(name, "an empty file", expected, "Export the file again.")]
    header_line = text.lstrip().partition("\n")[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                lines.append((number, [" ".join(cell.split()) for cell in cells]))
    except csv.Error as error:
        last = lines[-1][0] if lines else 0
        found = f"what is no CSV ({error}) after row {last}"
        remedy = "Look for a double quote that is not closed, or stands in a cell undoubled."
        return empty, [Problem(name, found, "cells between commas or semicolons", remedy)]
    header, body = lines[0][1], lines[1:]
    problems = list(_header_problems(name, header, columns, listed, more))
    if again := [number for number, cells in body if cells == header]:
        found = f"the header again{f', {len(again)} times' if len(again) > 1 else ''}"
        remedy = "Two files were pasted together: keep one, or remove the header between them."
        return empty, [*problems, Problem(name, found, "data", remedy, row=again[0])]
    torn = [(number, cells) for number, cells in body if len(cells) != len(header)]
    for number, cells in torn:
        cells_of = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
        found, expected = cells_of, f"{len(header)}, as in the header"
        remedy = "Fill in what lacks."
        if len(cells) > len(header):
            remedy = f"Put a cell that holds a '{delimiter}' in double quotes."
        problems.append(Problem(name, found, expected, remedy, row=number))
    if not body:
        problems.append(Problem(name, "a header without data", "at least one row"))
    present = [column for column in columns if column in header]
    if torn or not body or len(set(header)) < len(header):
        return empty, problems
    frame = pd.DataFrame(
        [cells for _, cells in body],
        columns=header,
        index=pd.Index([number for number, _ in body], name="row"),
        dtype=str,
    )
    return frame[present], problems


def row_number(label: object) -> int:
    """The row of a file that the index of a frame read from it names."""
    return int(str(label))


def _header_problems(
    name: str, header: Sequence[str], columns: Sequence[str], listed: str, more: bool
) -> Iterator[Problem]:
    known = listed or ", ".join(columns)
    if not set(columns) & set(header):
        remedy = "Put the names of the columns in the first row."
        yield Problem(name, "a first row without the name of any column", known, remedy, row=1)
        return
    for column in columns:
        if column not in header:
            yield Problem(name, MISSING, known, "Add the column.", row=1, column=column)
    for column in header:
        if column not in columns and not more:
            found, remedy = "an extra column", "Remove it or declare it."
            yield Problem(name, found, known, remedy, row=1, column=_shown(column))
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            found, expected = "the column twice", "each column once"
            yield Problem(name, found, expected, row=1, column=_shown(column))


def _shown(column: str) -> str:
    """The name of an unknown column, if it looks like one: else it may be a respondent's answer."""
    named = NAME.fullmatch(column) and not re.search(r"[0-9]{6}", column)
    return column if named else f"of {len(column)} characters" if column else "without a name"
