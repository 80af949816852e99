"""Registers as published: read, computed anew, and compared figure by figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import BarometerError, WaveError
from barometer.survey.register import csv_text, public
from barometer.survey.rounding import round_half_up
from barometer.survey.survey import REGISTER, Survey
from barometer.wave.corrections import KEYS, Key
from barometer.wave.csvfile import read_table

Row = Mapping[str, str]
#: The figures of a wave by what tells them apart, in the order of the register.
Register = Mapping[Key, Row]
#: What a register says of a figure.
VALUES = tuple(column for column in REGISTER if column not in ("year", *KEYS))


@dataclass(frozen=True)
class Changed:
    """A figure that two registers give differently; None where one of them lacks it."""

    key: Key
    old: Row | None
    new: Row | None

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """The old and new cell of each column that differs; "" for none."""
        old, new = self.old or {}, self.new or {}
        both = {c: (old.get(c, ""), new.get(c, "")) for c in VALUES}
        return {column: cells for column, cells in both.items() if cells[0] != cells[1]}

    @property
    def difference(self) -> float | None:
        """New minus old percentage, in percentage points; None where either is not shown."""
        old, new = ((row or {}).get("estimate", "") for row in (self.old, self.new))
        return float(round_half_up(float(new) - float(old), 1)) if old and new else None

    def __str__(self) -> str:
        """The figure and what differs, on one line."""
        said = [f"{column} {old or '–'} → {new or '–'}" for column, (old, new) in _first(self)]
        return f"{named(self.key)}: {', '.join(said)}"


def _first(changed: Changed) -> Iterator[tuple[str, tuple[str, str]]]:
    """What differs; of a figure that came or went the percentage and the base tell enough."""
    some = ("estimate", "n") if None in (changed.old, changed.new) else VALUES
    return ((column, cells) for column, cells in changed.columns.items() if column in some)


def named(key: Key) -> str:
    """A figure in words: "export.yes of all, size small"."""
    question, category, universe, domain, value = key
    place = "total" if domain == "total" else f"{domain} {value}"
    return f"{question}.{category} of {universe}, {place}"


def key_of(row: Row) -> Key:
    """What tells a row from the others of its wave."""
    question, category, universe, domain, value = (row[name] for name in KEYS)
    return question, category, universe, domain, value


def register_text(survey: Survey) -> str:
    """The register of a wave as first published: with nothing said of corrections."""
    return csv_text(public(survey.register(), survey))


def register_of(survey: Survey) -> dict[Key, Row]:
    """The same by figure, as text: what a file of it would say."""
    rows = csv.DictReader(io.StringIO(register_text(survey)))
    return {key_of(row): row for row in rows}


def read_register(path: Path) -> dict[Key, Row]:
    """Read a register that was written before.

    Raises WaveError for a file that is none, BarometerError for one that has a figure twice.
    """
    frame, problems = read_table(path, REGISTER)
    if problems:
        raise WaveError(problems)
    rows: list[Row] = [{str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records")]
    found: dict[Key, Row] = {}
    for row in rows:
        if found.setdefault(key_of(row), row) is not row:
            raise BarometerError(
                f"{path}: found {named(key_of(row))} twice; expected each figure once. "
                "Write the register again with: barometer estimates"
            )
    return found


def compared(old: Register, new: Register) -> list[Changed]:
    """The figures that differ, in the order of the new register; those that are gone at the end."""
    keys = [*new, *(key for key in old if key not in new)]
    found = [Changed(key, old.get(key), new.get(key)) for key in keys]
    return [changed for changed in found if changed.columns]
