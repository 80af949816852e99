"""A wave as it lies on disk: read its files, or say everything that is wrong with them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from barometer import validation
from barometer.csvfile import read_table
from barometer.errors import BarometerError, Problem, WaveError
from barometer.questionnaire import Questionnaire, read_questionnaire
from barometer.settings import read_settings

POPULATION = ("sector", "size", "firms")
SAMPLE = ("enterprise_number", "sector", "size", "contact_mode", "delivery")
ANSWER = ("enterprise_number", "reported_enterprise_number", "submitted_at")
DOMAINS = ("sector", "size")


@dataclass(frozen=True)
class DomainValue:
    """One sector or size class; `parts` are the NACE divisions it joins, with their names."""

    id: str
    short: str
    label: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Meta:
    """What wave.yml says of the wave. Thresholds count respondents."""

    title: str
    year: int
    start: datetime.date
    end: datetime.date
    provenance: str
    illustrative: bool
    max_reminders: int
    reliability: int
    disclosure: int
    imputation: Mapping[str, Any]
    singleton: str
    collapse: tuple[Mapping[str, Any], ...]
    domains: Mapping[str, Mapping[str, DomainValue]]
    domain_labels: Mapping[str, str]

    @property
    def synthetic(self) -> bool:
        """Whether the respondents are made up."""
        return self.provenance == "synthetic"


@dataclass(frozen=True)
class Wave:
    """The files of one wave, valid.

    `population`: sector, size, firms (int). `sample` and `responses`: text, one row per firm or
    answer, indexed by the row number in the file.
    """

    meta: Meta
    questionnaire: Questionnaire
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame


def data_folder(data: Path | str | None = None) -> Path:
    """Find the folder with the waves: the argument, BAROMETER_DATA, or `data/` of the project.

    The project is the nearest folder upwards with a `_quarto.yml`.
    """
    if data is not None or os.environ.get("BAROMETER_DATA"):
        return Path(data or os.environ["BAROMETER_DATA"])
    return project_root() / "data"


def project_root() -> Path:
    """Find the nearest folder upwards that holds `_quarto.yml`; BarometerError if there is none."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").is_file():
            return folder
    raise BarometerError(
        f"{here}: found no _quarto.yml here or above; expected the project's folder. "
        "Run the command there, or name the data with --data."
    )


def waves(data: Path | str | None = None) -> list[int]:
    """List the years for which there is a folder with a wave.yml, in order."""
    folder = data_folder(data)
    return sorted(int(p.parent.name) for p in folder.glob("[0-9][0-9][0-9][0-9]/wave.yml"))


def read_meta(path: Path) -> Meta:
    """Read wave.yml; WaveError lists what deviates from its schema."""
    content = read_settings(path, "wave")
    domains = content["domains"]
    return Meta(
        title=content["title"],
        year=content["year"],
        start=_date(content["field_period"]["start"], path.name),
        end=_date(content["field_period"]["end"], path.name),
        provenance=content["provenance"],
        illustrative=content.get("illustrative", False),
        max_reminders=content["max_reminders"],
        reliability=content["thresholds"]["reliability"],
        disclosure=content["thresholds"]["disclosure"],
        imputation=content["imputation"],
        singleton=content["singleton"],
        collapse=tuple(content.get("collapse", ())),
        domains={
            domain: {
                name: DomainValue(name, value["short"], value["label"], value.get("parts", {}))
                for name, value in domains[domain]["values"].items()
            }
            for domain in DOMAINS
        },
        domain_labels={domain: domains[domain]["label"] for domain in DOMAINS},
    )


def _date(value: object, file: str) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    found = f"'{value}'"
    raise WaveError([Problem(file, found, "a date such as 2025-06-01", column="field_period")])


def read_wave(year: int, data: Path | str | None = None) -> Wave:
    """Read and validate all files of a wave.

    Raises WaveError with every problem of every file at once.
    """
    folder = data_folder(data) / str(year)
    if not folder.is_dir():
        known = ", ".join(map(str, waves(data))) or "none"
        raise BarometerError(
            f"{folder}: found no such folder; expected the files of wave {year}. "
            f"Waves there: {known}."
        )
    problems: list[Problem] = []
    meta, questionnaire = None, None
    try:
        meta = read_meta(folder / "wave.yml")
    except WaveError as error:
        problems += error.problems
    try:
        questionnaire = read_questionnaire(folder / "questionnaire.yml")
    except WaveError as error:
        problems += error.problems
    population, found = read_table(folder / "population.csv", POPULATION)
    problems += found
    sample, found = read_table(folder / "sample.csv", SAMPLE)
    problems += found
    responses = pd.DataFrame()
    if questionnaire is not None:
        columns = (*ANSWER, *questionnaire.columns)
        responses, found = read_table(folder / "responses.csv", columns)
        problems += found
    if meta is None or questionnaire is None:
        raise WaveError(problems)
    if meta.year != year:
        problems.append(
            Problem("wave.yml", str(meta.year), f"{year}, as its folder", column="year")
        )
    problems += validation.check(meta, questionnaire, population, sample, responses)
    if problems:
        raise WaveError(problems)
    firms = population["firms"].map(validation.whole_number).astype(int)
    return Wave(meta, questionnaire, population.assign(firms=firms), sample, responses)
