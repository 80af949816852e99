"""Hold a wave's tables against its settings and against each other; list every problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.wave.against import (
    empty_strata,
    responses_against_sample,
    routing,
    sample_against_population,
)
from barometer.wave.checks import check_population, check_responses, check_sample, whole_number
from barometer.wave.cleaning import clean
from barometer.wave.declared import undeclared_gaps, unfit_settings
from barometer.wave.firms import Firms
from barometer.wave.meta import Meta
from barometer.wave.nonresponse import unanswered
from barometer.wave.partition import reported_unasked, undivided
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import ANSWER, CONTACT, FIRM, Files

#: Columns that the files have, or the pipeline itself puts, beside domains and questions.
RESERVED = (*ANSWER, *CONTACT, *FIRM.values(), "firms", "stratum", "weight", "total")


@dataclass(frozen=True)
class Wave:
    """The files of one wave, valid.

    `population`: the domains that make up strata, firms (int). `sample` and `responses`: text, one
    row per firm or answer, indexed by the row number in the file. `firms`: the enterprise numbers
    behind their columns firm and reported_firm.
    """

    meta: Meta
    questionnaire: Questionnaire
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame
    firms: Firms = field(repr=False)


def validate(files: Files) -> Wave:
    """Hold the files of a wave against its settings and each other.

    Raises WaveError with every problem of every file at once.

    >>> import pandas as pd
    >>> empty = pd.DataFrame()
    >>> unreadable = Problem("wave.yml", "no such file", "a file of settings")
    >>> validate(Files(2025, None, None, empty, empty, empty, (unreadable,)))
    Traceback (most recent call last):
    barometer.errors.WaveError: wave.yml: found no such file; expected a file of settings
    """
    problems = [*files.problems, *_problems(files)]
    if problems or files.meta is None or files.questionnaire is None:
        raise WaveError(problems)
    firms = files.population["firms"].map(whole_number).astype(int)
    return Wave(
        files.meta,
        files.questionnaire,
        files.population.assign(firms=firms),
        files.sample,
        files.responses,
        files.firms,
    )


def _problems(files: Files) -> Iterator[Problem]:
    """Everything that can be held against something: what lacks, or was not read, is left out."""
    meta, questionnaire = files.meta, files.questionnaire
    population, sample, responses = files.population, files.sample, files.responses
    unsound = {problem.file for problem in files.problems}
    period = meta.field_period if meta else None
    if meta and questionnaire and not unsound & {"wave.yml", "questionnaire.yml"}:
        yield from (settings := list(_settings(files.year, meta, questionnaire)))
        if any(problem.column in ("domains", "questions") for problem in settings):
            return  # one name then means two columns of a table
        unsound |= {problem.file for problem in settings}
        if any(problem.column == "field_period" for problem in settings):
            period = None  # it is wrong, not each moment outside it
    found = [
        *check_population(meta, population),
        *check_sample(meta, sample),
        *check_responses(period, questionnaire, responses),
    ]
    odd = {(p.file, p.row, p.column) for p in files.problems}  # numbers that are none, twice
    yield from (inside := [p for p in found if (p.file, p.row, p.column) not in odd])
    unsound |= {problem.file for problem in inside}
    if meta and _whole(population, *meta.strata, "firms") and _whole(sample, *meta.domains):
        yield from undeclared_gaps(meta, population, sample)
        yield from sample_against_population(meta, population, sample)
    if _whole(sample, "firm", "delivery") and _whole(responses, "firm"):
        yield from (against := list(responses_against_sample(files)))
        unsound |= {problem.file for problem in against}
    if meta and questionnaire and not unsound:
        yield from _answers(meta, questionnaire, population, sample, responses)


def _whole(table: pd.DataFrame, *columns: str) -> bool:
    """Whether a table was read, with these columns."""
    return not table.empty and set(columns) <= set(table)


def _answers(
    meta: Meta,
    questionnaire: Questionnaire,
    population: pd.DataFrame,
    sample: pd.DataFrame,
    responses: pd.DataFrame,
) -> Iterator[Problem]:
    """Hold the usable answers against questionnaire and strata."""
    usable = clean(responses, sample, questionnaire)
    yield from routing(questionnaire, responses, meta.nonresponse)
    yield from undivided(questionnaire, usable)
    yield from reported_unasked(questionnaire, usable)
    yield from unanswered(meta, questionnaire, usable)
    yield from empty_strata(meta, population, usable)


def _settings(year: int, meta: Meta, questionnaire: Questionnaire) -> Iterator[Problem]:
    if meta.year != year:
        yield Problem("wave.yml", str(meta.year), f"{year}, as its folder", column="year")
    yield from unfit_settings(meta, year)
    known = [*meta.domains, *questionnaire.indicators]
    classes, column = meta.imputation.classes, "imputation.classes"
    for name in dict.fromkeys(classes):
        if name not in known:
            expected = "a domain or indicator: " + ", ".join(known)
            yield Problem("wave.yml", f"'{name}'", expected, column=column)
        elif classes.count(name) > 1:
            yield Problem("wave.yml", f"'{name}' again", "each class once", column=column)
    for name in meta.domains:
        if name in RESERVED or name in questionnaire.columns or name in questionnaire.indicators:
            expected = "a name that no question, indicator or column of the files has"
            yield Problem("wave.yml", f"'{name}'", expected, column="domains")
    for name in dict.fromkeys([*questionnaire.questions, *questionnaire.indicators]):
        if name in RESERVED:
            expected = "a name that no other column has"
            yield Problem("questionnaire.yml", f"'{name}'", expected, column="questions")
