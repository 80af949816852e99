"""When answers were sent: the later of two counts, so moments must be such and tell them apart."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pandas as pd

from barometer.errors import Problem
from barometer.wave.csvfile import row_number
from barometer.wave.procedure import Period

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
COLUMN = "submitted_at"
#: What may be shown of a cell that should hold a moment: dates and times in another form.
DIGITS = "[0-9]{1,2}"
SHOWN = re.compile(rf"[0-9]{{1,4}}[-/]{DIGITS}[-/][0-9]{{1,4}}([T ]{DIGITS}(:{DIGITS})*)?")


def moment(text: str) -> datetime.datetime | None:
    """Read a moment such as 2025-06-17T10:32:05; None if it is not one, as on 30 February."""
    try:
        return datetime.datetime.fromisoformat(text) if MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def check_moments(file: str, period: Period, responses: pd.DataFrame) -> Iterator[Problem]:
    """Find what is no moment, moments outside the fieldwork, and answers that are there twice."""
    read = {label: moment(text) for label, text in responses[COLUMN].items()}
    for label, found in read.items():
        if found is None:
            text = str(responses.at[label, COLUMN])
            shown = f"'{text}'" if SHOWN.fullmatch(text) else "no date and time"
            shown = shown if text else "an empty cell"
            expected = "a moment such as 2025-06-17T10:32:05"
            yield Problem(file, shown, expected, row=row_number(label), column=COLUMN)
    outside = [
        (row_number(label), found.date())
        for label, found in read.items()
        if found and not period.start <= found.date() <= period.end
    ]
    if outside:
        row, day = outside[0]
        yield Problem(
            file,
            f"{day}{_more(len(outside) - 1, 'outside the fieldwork')}",
            f"a day of the fieldwork, {period.start} to {period.end}",
            "Correct field_period in wave.yml, or remove answers of tests and of other waves.",
            row,
            COLUMN,
        )
    yield from _repeated(file, responses)


def _repeated(file: str, responses: pd.DataFrame) -> Iterator[Problem]:
    """Rows that are there twice, and answers of one firm at one moment that differ."""
    same, both = responses.duplicated(), ["enterprise_number", COLUMN]
    if same.any():
        row, first = _first(responses, list(responses.columns), same)
        found = f"row {first} again{_more(int(same.sum()) - 1, 'that are there twice')}"
        yield Problem(file, found, "each answer once", "Remove the copies.", row)
    if (other := responses.duplicated(both) & ~same).any():
        row, first = _first(responses, both, other)
        more = _more(int(other.sum()) - 1, "like it")
        found = f"another answer of the firm of row {first} at the same moment{more}"
        expected = "different moments: of the answers of a firm the last one counts"
        yield Problem(file, found, expected, "Remove the one that should not count.", row, COLUMN)


def _first(responses: pd.DataFrame, columns: list[str], repeated: pd.Series) -> tuple[int, int]:
    """The first row that repeats another in some columns, and the row that it repeats."""
    row = responses.index[repeated][0]
    alike = (responses[columns] == responses.loc[row, columns]).all(axis=1)
    return row_number(row), row_number(responses.index[alike][0])


def _more(count: int, what: str) -> str:
    return f", and {count} more {'row' if count == 1 else 'rows'} {what}" if count else ""
