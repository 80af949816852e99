"""An export as read, whatever its format: text in cells, and what the export says of a column."""

from __future__ import annotations

import datetime
import numbers
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from barometer.errors import Problem, WaveError

#: Digits in a row, points and blanks left aside, from which on a text may tell of a firm.
FIRM = re.compile(r"(\d[. ]?){8,}")
ZEROS = re.compile(r"(-?[0-9]+)[.,]0{1,2}")
#: SPSS cuts the label of an answer to 120 bytes, with no half characters.
CUT = 117
TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Described:
    """What an export says of a column: its wording, and the label of each code in its cells.

    `missing`: codes that it declares to be no answer.
    """

    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Export:
    """Cells as text, "" where empty, indexed by row number (the header is row 1).

    `described`: what the export says of its columns, as far as it does. `dates1904`: whether the
    numbers that a workbook has for dates count from 1904.
    """

    file: str
    cells: pd.DataFrame
    described: Mapping[str, Described] = field(default_factory=dict)
    dates1904: bool = False

    def of(self, column: str) -> Described:
        """What the export says of a column."""
        return self.described.get(column, Described())


def cell_text(value: object) -> str:
    """A cell of a workbook or of SPSS as text: whole numbers without a point, moments as ISO 8601.

    >>> [cell_text(value) for value in (None, 3.0, 0.5, True, " Ja ")]
    ['', '3', '0.5', 'TRUE', 'Ja']
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, numbers.Real):
        return f"{float(value):.15g}"  # the digits that a workbook has
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def plain(text: str) -> str:
    """A number without the zeros that a programme put behind it: 1,00 is 1."""
    return found[1] if (found := ZEROS.fullmatch(text)) else text


def words(text: str) -> str:
    """A label for comparison: no markup, single blanks, no capitals.

    >>> words("<b>Gebruikt</b>\\xa0 nu ") == words("gebruikt nu")
    True
    """
    return " ".join(TAGS.sub(" ", text).split()).casefold()


def same(told: str, ours: str) -> bool:
    """Whether a label of an export is ours, or the beginning of it that SPSS has room for."""
    cut = len(told.encode()) >= CUT and words(ours).startswith(words(told))
    return cut or words(told) == words(ours)


def shown(name: str) -> str:
    """Quote the name of a column, unless it looks like a cell that tells of a firm."""
    if not name:
        return "a column without a name"
    if FIRM.search(name) or len(name) > 80:
        return f"a name of {len(name)} characters (not shown: it may be a respondent's)"
    return f"'{name}'"


def table(
    file: str,
    header: Sequence[str],
    body: Sequence[tuple[int, Sequence[str]]],
    described: Mapping[str, Described] | None = None,
    dates1904: bool = False,
) -> Export:
    """Put an export together; WaveError where cells stand below no name or there are no rows."""
    problems = []
    if filled := [place for place, name in enumerate(header) if not name]:
        for place in filled:
            if any(cells[place] for _, cells in body):
                found, expected = f"no name above column {place + 1}", "a name for each column"
                problems.append(Problem(file, found, expected, row=1))
    if not body:
        problems.append(Problem(file, "a header without data", "at least one row", row=2))
    if problems:
        raise WaveError(problems)
    index = pd.Index([number for number, _ in body], name="row")
    frame = pd.DataFrame([list(c) for _, c in body], columns=list(header), index=index, dtype=str)
    named = frame.loc[:, [bool(name) for name in header]]
    return Export(file, named, described or {}, dates1904)
