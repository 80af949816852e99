"""Moments of an export: in the format that wave.yml says, in ISO 8601, or as Excel's numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pandas as pd

from barometer.errors import Problem
from barometer.intake.log import Step, counted
from barometer.wave.csvfile import row_number
from barometer.wave.imports import Moment

#: Days since 1900 (or 1904) as a workbook counts them: 1954 to 2091, with the time as a fraction.
SERIAL = re.compile(r"([2-6][0-9]{4})([.,][0-9]+)?")
DAYS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}
ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
UTC = datetime.UTC


def moments(
    file: str, cells: pd.Series, rule: Moment, dates1904: bool
) -> tuple[pd.Series, list[Step], list[Problem]]:
    """Moments as 2025-06-17T10:32:05, on the clock of the respondents, to the second.

    Returns them by row number, "" where a cell is empty, with what was done, for the log, and a
    problem for what is no moment, or none that is clear on that clock.
    """
    read: dict[str, str] = {}
    done: dict[str, str] = {}
    failed: dict[str, list[int]] = {}
    for row, text in cells.items():
        if text in read:
            continue
        found, how = _read(text, rule, dates1904)
        try:
            moment = found and _local(found, rule)
        except ValueError as error:
            failed.setdefault(str(error), []).append(row_number(row))
            continue
        if text and moment is None:
            failed.setdefault("no moment", []).append(row_number(row))
            continue
        read[text] = moment.isoformat() if moment else ""
        done[text] = how
    name = str(cells.name)
    steps = [Step(name, how, "", "", rows) for how, rows in counted(cells.map(done).dropna())]
    return cells.map(read).fillna(""), steps, list(_problems(file, name, failed, rule))


def _problems(
    file: str, name: str, failed: dict[str, list[int]], rule: Moment
) -> Iterator[Problem]:
    wanted = f"in the format {rule.format}" if rule.format else "such as 2025-06-17T10:32:05"
    for found, rows in failed.items():
        more = f", and in {len(rows) - 1} more cells" if len(rows) > 1 else ""
        remedy = "Correct import.responses.submitted_at in wave.yml, or the export."
        yield Problem(file, f"{found}{more}", f"a moment {wanted}", remedy, rows[0], name)


def _read(text: str, rule: Moment, dates1904: bool) -> tuple[datetime.datetime | None, str]:
    """The moment that a cell holds, to the second, and how it was read."""
    if not text:
        return None, "empty"
    if rule.format:
        try:
            return _second(datetime.datetime.strptime(text, rule.format)), f"read as {rule.format}"
        except ValueError:
            pass
    if ISO.fullmatch(text):
        try:
            return _second(datetime.datetime.fromisoformat(text)), "read as ISO 8601"
        except ValueError:
            return None, ""
    if number := SERIAL.fullmatch(text):
        days = float(number[0].replace(",", "."))
        moment = DAYS[dates1904] + datetime.timedelta(days=days)
        return _second(moment), "read from a number of Excel"
    return None, ""


def _second(moment: datetime.datetime) -> datetime.datetime:
    """To the nearest second: a workbook keeps moments as fractions of a day."""
    return (moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0)


def _local(moment: datetime.datetime, rule: Moment) -> datetime.datetime:
    """The moment on the clock of the respondents; ValueError where the clock was turned."""
    if moment.tzinfo is None and not rule.zone:
        return moment
    if moment.tzinfo is not None and not rule.local:
        raise ValueError("a moment with a time zone, while wave.yml names no zone and local")
    if moment.tzinfo is None:
        zone = ZoneInfo(rule.zone)
        early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
            raise ValueError("an hour that the clock skipped")
        if early.utcoffset() != late.utcoffset():
            raise ValueError("an hour that the clock went through twice")
        moment = early
    return moment.astimezone(ZoneInfo(rule.local)).replace(tzinfo=None)
