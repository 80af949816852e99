"""Hold a wave's tables against its settings and against each other; list every problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from barometer.wave.meta import Meta
from barometer.wave.nonresponse import unanswered
from barometer.wave.partition import reported_unasked, undivided
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import ANSWER, CONTACT, Files
from weighting import merge_strata

#: Columns that the files have, or the pipeline itself puts, beside domains and questions.
RESERVED = (*ANSWER, *CONTACT, "firms", "stratum", "weight", "total")


@dataclass(frozen=True)
class Wave:
    """The files of one wave, valid.

    `population`: the domains that make up strata, firms (int). `sample` and `responses`: text, one
    row per firm or answer, indexed by the row number in the file.
    """

    meta: Meta
    questionnaire: Questionnaire
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame


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
    if files.meta is None or files.questionnaire is None:
        raise WaveError(files.problems)
    if problems := [*files.problems, *_problems(files, files.meta, files.questionnaire)]:
        raise WaveError(problems)
    firms = files.population["firms"].map(whole_number).astype(int)
    return Wave(
        files.meta,
        files.questionnaire,
        files.population.assign(firms=firms),
        files.sample,
        files.responses,
    )


def _problems(files: Files, meta: Meta, questionnaire: Questionnaire) -> list[Problem]:
    """An empty frame stands for a file that could not be read; it is not held against others."""
    population, sample, responses = files.population, files.sample, files.responses
    problems = [*_settings(files.year, meta, questionnaire)]
    if any(problem.column in ("domains", "questions") for problem in problems):
        return problems  # one name then means two columns of a table
    problems += [*check_population(meta, population), *check_sample(meta, sample)]
    if not (population.empty or sample.empty):
        problems += undeclared_gaps(meta, population, sample)
        problems += _sample_against_population(meta, population, sample)
    problems += check_responses(meta, questionnaire, responses)
    if not (sample.empty or responses.empty):
        problems += _responses_against_sample(sample, responses)
    if not (problems or population.empty or sample.empty or responses.empty):
        problems += _answers(meta, questionnaire, population, sample, responses)
    return problems


def _answers(
    meta: Meta,
    questionnaire: Questionnaire,
    population: pd.DataFrame,
    sample: pd.DataFrame,
    responses: pd.DataFrame,
) -> Iterator[Problem]:
    """Hold the usable answers against questionnaire and strata."""
    usable = clean(responses, sample, questionnaire)
    yield from _routing(questionnaire, responses)
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


def _responses_against_sample(sample: pd.DataFrame, responses: pd.DataFrame) -> Iterator[Problem]:
    file, firms = "responses.csv", set(sample["enterprise_number"])
    invited = responses["enterprise_number"]
    for row in invited.index[~invited.isin(firms)]:
        yield Problem(
            file,
            "a firm outside the sample",
            "an enterprise number of sample.csv",
            "Correct the number, or remove the answer.",
            row_number(row),
            "enterprise_number",
        )
    unreached = sample.loc[sample["delivery"] == UNDELIVERABLE, "enterprise_number"]
    answering = invited.index[invited.isin(set(unreached))]
    if len(answering) and len(unreached) < len(sample):
        yield Problem(
            file,
            f"{len(answering)} answers of firms that sample.csv calls {UNDELIVERABLE}",
            "answers of firms that were reached",
            "Correct delivery in sample.csv: redelivered, if through a new contact.",
            row_number(answering[0]),
            "enterprise_number",
        )
    if invited.nunique() > len(firms):
        found = f"answers of {invited.nunique()} firms"
        yield Problem(file, found, f"at most the {len(firms)} firms of sample.csv")


def _routing(questionnaire: Questionnaire, responses: pd.DataFrame) -> Iterator[Problem]:
    """Find answers to questions that were not asked; universes follow from the raw answers."""
    usable = responses[drop_reasons(responses, questionnaire) == ""]
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, usable)
        for column in question.columns:
            for row in usable.index[~asked & (usable[column] != "").to_numpy()]:
                yield Problem(
                    "responses.csv",
                    "an answer to a question that was not asked",
                    f"an empty cell: the question is for universe {question.asked_of}",
                    "Empty the cell, or correct asked_of in questionnaire.yml.",
                    row_number(row),
                    column,
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
