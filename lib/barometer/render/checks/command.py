"""Both halves of `barometer check`: the files of a wave, and the edition that was made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from barometer.errors import BarometerError, Problem, WaveError, kinds
from barometer.project import data_folder, project_root
from barometer.render.checks.screen import EXAMPLES, EditionError, check_edition
from barometer.survey.matching import misnamed
from barometer.survey.register import csv_text
from barometer.survey.shifts import shifts
from barometer.survey.survey import load_survey
from barometer.wave.eurostat import EUROSTAT, read_eurostat
from barometer.wave.facts import FACTS, read_facts

#: How the message of an error without problems says the same.
MESSAGE = re.compile(r"(.+?): found (.+?); expected (.+?)(?:\. (.+))?", re.DOTALL)

#: Settings say nothing of frame, sample and contacts: valid, but the report cannot tell of them.
UNTOLD = Problem(
    "wave.yml",
    "no such key",
    "frame, sample and contacts, where a chapter calls procedure(survey)",
    "Copy `procedure` from an earlier wave and mend what changed, or the report leaves that out.",
    column="procedure",
)


def check(
    year: int, data: Path | None = None, output: Path | None = None
) -> tuple[list[str], list[Problem]]:
    """Check a wave, and its edition in `<output>/<year>/` (default `_output/`) if there is one.

    Returns what holds, a sentence per half, and warnings: that the wave tells nothing of its
    procedure, which a chapter may need, how far it is from the wave before, and that there is no
    edition. Raises WaveError with the problems of the files, EditionError with those of the
    edition, BarometerError where there is no such wave or no whole edition.
    """
    beside = list(_problems_beside(data))
    try:
        survey = load_survey(year, data)
    except WaveError as error:
        raise WaveError([*error.problems, *beside], error.year) from None
    if beside := [*misnamed(survey), *beside]:
        raise WaveError(beside, year)
    counted = survey.accounting
    said = [
        f"Wave {year} is valid: {counted['answers']} answers, {counted['usable']} usable, "
        f"{int(survey.imputed.to_numpy().sum())} cells imputed."
    ]
    warnings = [
        *([] if survey.meta.procedure else [UNTOLD]),
        *(shift.warning for shift in shifts(survey)),
    ]
    folder = _editions(output) / str(year)
    if folder.is_dir():
        rules = check_edition(folder, survey, data)
        said.append(f"Edition {folder} is sound: {rules} rules hold.")
    else:
        remedy = f"Render it: barometer render {year}."
        warnings += [Problem(str(folder), "no edition", "one to check beside the files", remedy)]
    return [*said, *map(str, warnings)], warnings


def _problems_beside(data: Path | None) -> Iterator[Problem]:
    """What is wrong with the files that lie beside the waves, where they do."""
    readers: dict[str, Callable[[Path], object]] = {FACTS: read_facts, EUROSTAT: read_eurostat}
    for name, read in readers.items():
        path = data_folder(data) / name
        try:
            if path.is_file():
                read(path)
        except WaveError as error:
            yield from error.problems


def _editions(output: Path | None) -> Path:
    """The folder with the editions; outside a project, where one would be."""
    try:
        return output or project_root() / "_output"
    except BarometerError:
        return Path("_output")


def as_data(error: BarometerError) -> list[dict[str, Any]]:
    """The problems behind an error, one mapping each, for machines.

    They are grouped, those of the files by kind, those of an edition by rule and file: the first of
    them, their `count`, and a few as `examples`; of the files also the `wave`, for it may be one
    that this wave is compared with; of an edition the remedy names the rule.
    """
    if isinstance(error, WaveError):
        return [{**_mapping(kind.problems), "wave": error.year} for kind in kinds(error.problems)]
    if isinstance(error, EditionError):
        return list(_grouped(error))
    if parts := MESSAGE.fullmatch(str(error)):
        file, found, expected, remedy = parts.groups("")
        return [as_mapping(Problem(file, found, expected, remedy))]
    return [as_mapping(Problem("", str(error), "a wave, or a whole edition"))]


def as_mapping(problem: Problem, count: int = 1, examples: tuple[str, ...] = ()) -> dict[str, Any]:
    """A problem with its fields, how often it occurs, and examples."""
    fields = asdict(problem)
    order = ("file", "row", "column", "found", "expected", "remedy")
    named = {"wave": None, **{name: fields[name] for name in order}}
    return {**named, "count": count, "examples": list(examples)}


def _grouped(error: EditionError) -> Iterator[dict[str, Any]]:
    for result in error.results:
        for _, group in groupby(result.problems, lambda problem: problem.file):
            mapping = _mapping(tuple(group))
            yield {**mapping, "remedy": f"{mapping['remedy']} Rule: {result.rule}."}


def _mapping(alike: Sequence[Problem]) -> dict[str, Any]:
    examples = tuple(map(str, alike[:EXAMPLES])) if len(alike) > 1 else ()
    return as_mapping(alike[0], len(alike), examples)


def as_table(error: WaveError) -> str:
    """Every problem of the files as CSV: one a row, with row and column of the file."""
    names = [field.name for field in fields(Problem)]
    frame = pd.DataFrame([asdict(problem) for problem in error.problems], columns=names)
    return csv_text(frame.astype({"row": "Int64"})[["file", "row", "column", *names[1:4]]])
