"""Every past wave with today's code: its register as published beside the one computed now."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import BarometerError, Problem, WaveError
from barometer.project import data_folder
from barometer.revision.registers import (
    VALUES,
    Changed,
    Register,
    Row,
    compared,
    named,
    read_register,
    register_of,
    register_text,
)
from barometer.survey.register import write_whole
from barometer.survey.survey import Survey, load_survey
from barometer.wave.corrections import CHANGES, COLUMNS, ENTRIES, Change, Corrections, Key

PUBLISHED = "register.csv"
EXAMPLES = 20


@dataclass(frozen=True)
class Past:
    """A wave computed now, and what was published of it with the corrections since."""

    survey: Survey
    published: Register
    now: Register

    @property
    def differences(self) -> list[Changed]:
        """What differs and no correction accounts for."""
        return compared(self.published, self.now)


def published_register(year: int, data: Path | None = None) -> Path:
    """Where the register of a wave lies, as it was when it was published."""
    return data_folder(data) / str(year) / PUBLISHED


def past_wave(year: int, data: Path | None = None) -> Past:
    """Compute a wave and read what was published of it.

    Raises BarometerError where nothing was, WaveError for files that do not fit.
    """
    path = published_register(year, data)
    survey = load_survey(year, data)
    if not path.is_file():
        raise BarometerError(
            f"{path}: found no such file; expected the register as published. "
            f"When the wave is published, write it with: barometer register {year} --accept"
        )
    published = _corrected(read_register(path), survey.corrections, year)
    return Past(survey, published, register_of(survey))


def held(year: int, data: Path | None = None) -> str:
    """Say that today's register is the published one; BarometerError lists what differs."""
    past = past_wave(year, data)
    if found := past.differences:
        raise BarometerError(_refusal(year, found))
    return _said(past.survey, len(past.now))


def accept(year: int, data: Path | None = None) -> str:
    """Write the register of a wave, or what its open corrections change in it; say what was done.

    Raises BarometerError, and writes nothing, for a difference that no open correction covers.
    """
    path = published_register(year, data)
    if not path.is_file():
        survey = load_survey(year, data)
        write_whole(path, register_text(survey))
        return f"{path}: written, the register of {year} as published from now on."
    past = past_wave(year, data)
    done = past.survey.corrections
    made, left = _accounted(past.differences, done)
    if left:
        raise BarometerError(_refusal(year, left))
    if not made:
        return _said(past.survey, len(past.now))
    target = path.with_name(CHANGES)
    write_whole(target, _text([*done.changes, *made]))
    figures = len({change.key for change in made})
    return f"{target}: {figures} figures accepted as revised by {_names(made)}."


def _corrected(register: Register, corrections: Corrections, year: int) -> Register:
    """The register with each correction made; WaveError where its old value is another."""
    rows: dict[Key, dict[str, str]] = {key: dict(row) for key, row in register.items()}
    for place, change in enumerate(corrections.changes, 2):
        cells = rows.setdefault(change.key, {})
        if change.column not in VALUES or cells.get(change.column, "") != change.old:
            expected = f"'{cells.get(change.column, '')}', as {PUBLISHED} and the rows above say"
            remedy = f"Remove the row and run: barometer register {year} --accept"
            found = f"'{change.old}' for {change.column} of {named(change.key)}"
            problem = Problem(CHANGES, found, expected, remedy, row=place, column="old")
            raise WaveError([problem], year)
        cells[change.column] = change.new
    corrected: dict[Key, Row] = {key: cells for key, cells in rows.items() if any(cells.values())}
    # of a figure that is gone only its names are left
    return {k: cells for k, cells in corrected.items() if any(cells.get(c) for c in VALUES)}


def _accounted(
    differences: Sequence[Changed], corrections: Corrections
) -> tuple[list[Change], list[Changed]]:
    """What open corrections change, in their order, and what none of them covers."""
    made: dict[str, list[Change]] = {entry.id: [] for entry in corrections.open}
    left = []
    for changed in differences:
        covering = [entry.id for entry in corrections.open if entry.covers(changed.key)]
        if not covering:
            left.append(changed)
            continue
        cells = changed.columns.items()
        made[covering[-1]] += [Change(covering[-1], changed.key, c, *both) for c, both in cells]
    return [change for changes in made.values() for change in changes], left


def _refusal(year: int, differences: Sequence[Changed]) -> str:
    more = len(differences) - EXAMPLES
    return "\n".join(
        [
            f"{year}/{PUBLISHED}: found {len(differences)} figures that are now computed "
            "differently; expected those published, with the corrections since. Mend the code; or, "
            f"if they were wrong, say so in {year}/{ENTRIES} (date, who, what, why, figures) and "
            f"run: barometer register {year} --accept",
            *(f"  {changed}" for changed in differences[:EXAMPLES]),
            *([f"  … and {more} more"] if more > 0 else []),
        ]
    )


def _said(survey: Survey, count: int) -> str:
    done = survey.corrections
    revised = f", {len(done.revised)} of them revised since" if done.changes else ""
    waiting = "".join(
        f"\n{ENTRIES}: '{entry.id}' announces figures, but none has changed." for entry in done.open
    )
    return f"Register of {survey.year}: {count} figures as published{revised}.{waiting}"


def _names(changes: Sequence[Change]) -> str:
    return ", ".join(dict.fromkeys(change.correction for change in changes))


def _text(changes: Sequence[Change]) -> str:
    """The rows of corrections.csv."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(change) for change in changes)
    return target.getvalue()


def _cells(change: Change) -> Iterator[str]:
    yield from (change.correction, *change.key, change.column, change.old, change.new)
