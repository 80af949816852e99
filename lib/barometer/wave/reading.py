"""The files of a wave as they lie on disk: text, with everything that kept them from being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

import pandas as pd

from barometer.errors import BarometerError, Problem, WaveError
from barometer.project import data_folder, waves
from barometer.wave.csvfile import MISSING, read_table
from barometer.wave.firms import Firms, malformed
from barometer.wave.meta import Meta, read_meta
from barometer.wave.questionnaire import Questionnaire, read_questionnaire

T = TypeVar("T")
CONTACT = ("contact_mode", "delivery")
ANSWER = ("enterprise_number", "reported_enterprise_number", "submitted_at")
#: What stands in the place of the columns with enterprise numbers: their keys.
FIRM = {"enterprise_number": "firm", "reported_enterprise_number": "reported_firm"}


@dataclass(frozen=True)
class Files:
    """A wave as read. Frames hold text, indexed by row number; empty where a file is not readable.

    `population`: the domains that make up strata, firms. `sample`: firm, every domain,
    contact_mode, delivery. `responses`: firm, reported_firm, submitted_at and a column per question
    column. firm and reported_firm are keys (int) of `firms`. Where settings could not be read, the
    columns that they name are left out. `problems`: what was wrong with the form of the files.
    """

    year: int
    meta: Meta | None
    questionnaire: Questionnaire | None
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    firms: Firms = field(default_factory=lambda: Firms([]), repr=False)


def wave_folder(year: int, data: Path | str | None = None) -> Path:
    """Find the folder of a wave; BarometerError lists the waves there are."""
    folder = data_folder(data) / str(year)
    if not folder.is_dir():
        known = ", ".join(map(str, waves(data))) or "none"
        raise BarometerError(
            f"{folder}: found no such folder; expected the files of wave {year}. "
            f"Waves there: {known}."
        )
    return folder


def published_file(year: int, data: Path | str | None = None) -> Path:
    """The figures published for a wave; for a wave without any the file does not exist."""
    return data_folder(data) / str(year) / "published.csv"


def read_wave(year: int, data: Path | str | None = None) -> Files:
    """Read all files of a wave as text; what is wrong with their form stands in `problems`.

    Raises BarometerError when there is no such wave.
    """
    folder = wave_folder(year, data)
    problems: list[Problem] = []
    meta = _as_far(read_meta, folder / "wave.yml", problems)
    questionnaire = _as_far(read_questionnaire, folder / "questionnaire.yml", problems)
    strata, domains = (meta.strata, [*meta.domains]) if meta else ([], [])
    population, found = read_table(folder / "population.csv", [*strata, "firms"], more=not meta)
    problems += [
        replace(p, remedy="Add the column, or name the domains of the strata in wave.yml.")
        if p.column in strata and p.found == MISSING
        else p
        for p in found
    ]
    columns = ["enterprise_number", *domains, *CONTACT]
    sample, found = read_table(folder / "sample.csv", columns, more=not meta)
    problems += found
    asked = [*questionnaire.columns] if questionnaire else []
    listed = "the columns of questionnaire.yml"
    responses, found = read_table(
        folder / "responses.csv", [*ANSWER, *asked], listed, more=not questionnaire
    )
    problems += found
    tables = {"sample.csv": sample, "responses.csv": responses}
    numbers = [(file, table[name]) for file, table in tables.items() for name in _numbers(table)]
    for file, column in numbers:
        problems += malformed(file, column)
    firms = Firms(number for _, column in numbers for number in column)
    return Files(
        year,
        meta,
        questionnaire,
        population,
        _with_keys(sample, firms),
        _with_keys(responses, firms),
        tuple(problems),
        firms,
    )


def _as_far(read: Callable[[Path], T], path: Path, problems: list[Problem]) -> T | None:
    """Read settings as far as they can be; what is wrong with them goes to the problems."""
    try:
        return read(path)
    except WaveError as error:
        problems += error.problems
        return cast("T | None", error.read)


def _numbers(table: pd.DataFrame) -> list[str]:
    """The columns of a table that hold enterprise numbers."""
    return [name for name in FIRM if name in table]


def _with_keys(table: pd.DataFrame, firms: Firms) -> pd.DataFrame:
    """The table with keys for enterprise numbers."""
    keys = {name: firms.keys(table[name]) for name in _numbers(table)}
    return table.assign(**keys).rename(columns=FIRM)
