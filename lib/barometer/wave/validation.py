"""Hold a wave's tables against its settings and against each other; list every problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.wave.checks import (
    UNDELIVERABLE,
    check_population,
    check_responses,
    check_sample,
    whole_number,
)
from barometer.wave.cleaning import clean, drop_reasons
from barometer.wave.csvfile import row_number
from barometer.wave.declared import undeclared_gaps, unfit_settings
from barometer.wave.firms import Firms
from barometer.wave.limits import Nonresponse
from barometer.wave.meta import Meta
from barometer.wave.nonresponse import unanswered
from barometer.wave.partition import reported_unasked, undivided
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import ANSWER, CONTACT, FIRM, Files
from weighting import merge_strata

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
        yield from _sample_against_population(meta, population, sample)
    if _whole(sample, "firm", "delivery") and _whole(responses, "firm"):
        yield from (against := list(_responses_against_sample(files)))
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
    yield from _routing(questionnaire, responses, meta.nonresponse)
    yield from undivided(questionnaire, usable)
    yield from reported_unasked(questionnaire, usable)
    yield from unanswered(meta, questionnaire, usable)
    yield from _empty_strata(meta, population, usable)


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


def _sample_against_population(
    meta: Meta, population: pd.DataFrame, sample: pd.DataFrame
) -> Iterator[Problem]:
    for domain in meta.strata:  # unknown values are told of, and not shown
        sample = sample[sample[domain].isin(meta.values(domain))]
    counts = population["firms"].map(whole_number)
    names = merge_strata(population[meta.strata])
    unread = set(names[counts.isna()])
    firms = counts.fillna(0).astype(int).groupby(names).sum()
    for stratum, rows in sample.groupby(merge_strata(sample[meta.strata]), sort=False):
        if stratum in unread:
            continue
        known = firms.get(stratum, 0)
        if not known:
            yield Problem(
                "sample.csv",
                f"{len(rows)} firms in stratum {stratum}, which has no population",
                "a population for each sampled stratum",
                "Add the stratum to population.csv, or correct the sample.",
                row_number(rows.index[0]),
            )
        elif len(rows) > known:
            found = f"{len(rows)} firms in stratum {stratum}"
            expected = f"at most its population, {known}"
            yield Problem("sample.csv", found, expected, "Correct population.csv or the sample.")


def _responses_against_sample(files: Files) -> Iterator[Problem]:
    file, sample, column = "responses.csv", files.sample, "enterprise_number"
    odd = {(p.file, p.row) for p in files.problems if p.column == column}
    if any(name == "sample.csv" for name, _ in odd):
        return  # no number can be found in numbers that are none
    invited = files.responses["firm"]
    for row in invited.index[~invited.isin(set(sample["firm"]))]:
        if (file, row_number(row)) not in odd:
            yield Problem(
                file,
                "a firm outside the sample",
                "an enterprise number of sample.csv",
                "Correct the number, or remove the answer.",
                row_number(row),
                column,
            )
    unreached = sample.loc[sample["delivery"] == UNDELIVERABLE, "firm"]
    if len(unreached) < len(sample):
        for row in invited.index[invited.isin(set(unreached))]:
            yield Problem(
                file,
                f"an answer of a firm that sample.csv calls {UNDELIVERABLE}",
                "answers of firms that were reached",
                "Correct delivery in sample.csv: redelivered, if through a new contact.",
                row_number(row),
                column,
            )


def _routing(
    questionnaire: Questionnaire, responses: pd.DataFrame, limits: Nonresponse
) -> Iterator[Problem]:
    """Find answers to questions that were not asked; universes follow from the raw answers.

    Where more than a few of those who were not asked give one, the universe is what is wrong.
    """
    usable = responses[drop_reasons(responses, questionnaire) == ""]
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, usable)
        given = ~asked[:, None] & (usable[question.columns] != "").to_numpy()
        answered, outside = int(given.any(axis=1).sum()), int((~asked).sum())
        if answered > limits.smallest and 100 * answered > limits.rate * outside:
            yield Problem(
                "questionnaire.yml",
                f"{question.asked_of}, outside which {answered} of {outside} respondents answered",
                "the universe of those who were asked",
                "Correct asked_of, or the conditions of the universe.",
                column=f"questions.{question.id}.asked_of",
            )
            continue
        for place, column in zip(*np.nonzero(given), strict=True):
            yield Problem(
                "responses.csv",
                "an answer to a question that was not asked",
                f"an empty cell: the question is for universe {question.asked_of}",
                "Empty the cell, or correct asked_of in questionnaire.yml.",
                row_number(usable.index[place]),
                question.columns[column],
            )


def _empty_strata(meta: Meta, population: pd.DataFrame, usable: pd.DataFrame) -> Iterator[Problem]:
    """Find strata with firms but no usable answer, after the merging that wave.yml asks for."""
    strata = merge_strata(population[meta.strata], meta.collapse)
    own = merge_strata(population[meta.strata])
    answered = set(strata[own.isin(set(merge_strata(usable[meta.strata])))])
    for place, (count, name, stratum) in enumerate(
        zip(population["firms"], own, strata, strict=True)
    ):
        if whole_number(count) and stratum not in answered:
            *first, (last, value) = population[meta.strata].iloc[place].items()
            values = ", ".join([*(f"{k}: '{v}'" for k, v in first), f"{last}: [{value}, …]"])
            yield Problem(
                "responses.csv",
                f"no usable answer in stratum {name}, a population of {count} firms",
                "at least one respondent per stratum, or its weight N/n is undefined",
                "Merge it with a neighbouring stratum through `collapse` in wave.yml, e.g. "
                f"collapse: [{{{values}}}].",
            )
