"""The files of a wave as they lie on disk: text, with everything that kept them from being read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from barometer.errors import BarometerError, Problem, WaveError
from barometer.project import data_folder, waves
from barometer.wave.csvfile import MISSING, read_table
from barometer.wave.meta import Meta, read_meta
from barometer.wave.questionnaire import Questionnaire, read_questionnaire

CONTACT = ("contact_mode", "delivery")
ANSWER = ("enterprise_number", "reported_enterprise_number", "submitted_at")


@dataclass(frozen=True)
class Files:
    """A wave as read. Frames hold text, indexed by row number; empty where a file is not readable.

    `population`: the domains that make up strata, firms. `sample`: enterprise_number, every domain,
    contact_mode, delivery. `responses`: ANSWER and a column per question column. `problems`: what
    was wrong with the form of the files.
    """

    year: int
    meta: Meta | None
    questionnaire: Questionnaire | None
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame
    problems: tuple[Problem, ...] = ()


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
    meta, questionnaire = None, None
    population = sample = responses = pd.DataFrame()
    try:
        meta = read_meta(folder / "wave.yml")
    except WaveError as error:
        problems += error.problems
    try:
        questionnaire = read_questionnaire(folder / "questionnaire.yml")
    except WaveError as error:
        problems += error.problems
    if meta is not None:
        population, found = read_table(folder / "population.csv", (*meta.strata, "firms"))
        problems += [
            replace(p, remedy="Add the column, or name the domains of the strata in wave.yml.")
            if p.column in meta.strata and p.found == MISSING
            else p
            for p in found
        ]
        columns = ("enterprise_number", *meta.domains, *CONTACT)
        sample, found = read_table(folder / "sample.csv", columns)
        problems += found
    if questionnaire is not None:
        columns = (*ANSWER, *questionnaire.columns)
        listed = "the columns of questionnaire.yml"
        responses, found = read_table(folder / "responses.csv", columns, listed)
        problems += found
    return Files(year, meta, questionnaire, population, sample, responses, tuple(problems))
