"""Read an export by its kind, and find in it the columns that the settings name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from barometer.errors import BarometerError, Problem, listed
from barometer.intake.delimited import read_delimited
from barometer.intake.export import Export, shown
from barometer.intake.limesurvey import read_structure
from barometer.intake.log import Step
from barometer.intake.spss import read_spss
from barometer.intake.workbook import read_workbook
from barometer.wave.imports import Answers, Table

TEXTS, WORKBOOKS, SPSS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".sav", ".zsav")


def read_export(path: Path, settings: Table, structure: Path | None = None) -> Export:
    """Read an export in CSV, Excel or SPSS, described by itself or by a LimeSurvey structure.

    Raises WaveError with all that is wrong with its form, BarometerError where there is no such
    file or its kind is unknown.
    """
    for file in filter(None, (path, structure)):
        if not file.is_file():
            raise BarometerError(f"{file}: found no such file; expected an export.")
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        export = read_workbook(path, settings.sheet)
    elif kind in SPSS:
        export = read_spss(path)
    elif kind in TEXTS:
        export = read_delimited(path, settings.encoding)
    else:
        known = ", ".join([*TEXTS, *WORKBOOKS, *SPSS])
        raise BarometerError(
            f"{path.name}: found the ending '{kind}'; expected one of {known}. Export the answers "
            "again, as CSV, Excel or SPSS."
        )
    if structure:
        language = settings.language if isinstance(settings, Answers) else ""
        return replace(export, described=read_structure(structure, language))
    return export


def ignored(name: str, settings: Table) -> bool:
    """Whether a column is left aside by name; * stands for anything."""
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) for pattern in settings.ignore
    )


def left_aside(export: Export, settings: Table) -> list[Step]:
    """The columns that are ignored, for the log: in how many rows there is something."""
    return [
        Step(name, "ignored", "", "", int((export.cells[name] != "").sum()))
        for name in export.cells.columns
        if ignored(name, settings)
    ]


def unfit(
    export: Export,
    wanted: Mapping[str, str],
    settings: Table,
    place: str,
    extra: Iterable[str] = (),
) -> list[Problem]:
    """Hold the columns of an export against those that are wanted (by column of the table).

    `place`: where wave.yml says so. `extra`: further columns that are used. Each column is used, or
    ignored by name: none is dropped in silence.
    """
    file, names = export.file, list(export.cells.columns)
    used = {*wanted.values(), *extra}
    if not used & set(names):
        found = f"{len(names)} cells, none the name of a column that is wanted"
        expected = f"a header with {listed([shown(name) for name in wanted.values()])}"
        remedy = (
            f"Export with names of columns, or say what they are called at {place} in wave.yml."
        )
        return [Problem(file, found, expected, remedy, row=1)]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        expected = "each column once"
        return [Problem(file, f"two columns {shown(name)}", expected, row=1) for name in twice]
    problems = []
    where = f"at {place} in wave.yml"
    if lacking := {c: name for c, name in wanted.items() if name not in names}:
        columns = listed([f"{shown(name)} for {c}" for c, name in lacking.items()], 12)
        remedy = f"Export them, or say what they are called {where}."
        expected = "a column for everything that is asked"
        problems.append(Problem(file, f"no column {columns}", expected, remedy, row=1))
    if lacking := {name: name for name in extra if name not in names}:
        columns, expected = (
            listed([shown(name) for name in lacking]),
            "a column that wave.yml names",
        )
        problems.append(Problem(file, f"no column {columns}", expected, row=1))
    if unsaid := [n for n in names if n not in used and not ignored(n, settings)]:
        columns = listed([shown(name) for name in unsaid], 40)
        found = f"{len(unsaid)} column{'s' if len(unsaid) > 1 else ''} too many: {columns}"
        expected = "columns that are mapped or ignored"
        remedy = f"Say {where} what they are, or name them under ignore there."
        problems.append(Problem(file, found, expected, remedy, row=1))
    for name in names:
        if name in used and ignored(name, settings):
            found, expected = f"{shown(name)}, which is used", "columns that nothing uses"
            problems.append(Problem("wave.yml", found, expected, column=f"{place}.ignore"))
    return problems
