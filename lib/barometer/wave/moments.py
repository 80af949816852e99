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


def check_moments(file: str, period: Period | None, responses: pd.DataFrame) -> Iterator[Problem]:
    """Find what is no moment, moments outside the fieldwork, and answers that are there twice."""
    read = {label: moment(text) for label, text in responses[COLUMN].items()}
    for label, found in read.items():
        if found is None:
            text = str(responses.at[label, COLUMN])
            shown = f"'{text}'" if SHOWN.fullmatch(text) else "no date and time"
            shown = shown if text else "an empty cell"
            expected = "a moment such as 2025-06-17T10:32:05"
            yield Problem(file, shown, expected, row=row_number(label), column=COLUMN)
        elif period and not period.start <= found.date() <= period.end:
            expected = f"a day of the fieldwork, {period.start} to {period.end}"
            remedy = "Correct field_period in wave.yml, or remove answers of tests and other waves."
            shown = found.date().isoformat()
            yield Problem(file, shown, expected, remedy, row_number(label), COLUMN)
    yield from _repeated(file, responses)


def _repeated(file: str, responses: pd.DataFrame) -> Iterator[Problem]:
    """Rows that are there twice, and answers of one firm at one moment that differ."""
    same, both = responses.duplicated(), responses[["firm", COLUMN]]
    for label, first in _first(responses)[same].items():
        found, remedy = f"row {first} again", "Remove the copies."
        yield Problem(file, found, "each answer once", remedy, row_number(label))
    for label, first in _first(both)[both.duplicated() & ~same].items():
        found = f"another answer of the firm of row {first} at the same moment"
        expected = "different moments: of the answers of a firm the last one counts"
        remedy = "Remove the one that should not count."
        yield Problem(file, found, expected, remedy, row_number(label), COLUMN)


def _first(frame: pd.DataFrame) -> pd.Series:
    """Per row the number of the first one that is the same."""
    known: dict[tuple[object, ...], int] = {}
    rows = zip(frame.itertuples(index=False, name=None), frame.index, strict=True)
    return pd.Series([known.setdefault(r, row_number(i)) for r, i in rows], frame.index, dtype=int)
