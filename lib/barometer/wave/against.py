"""Hold the tables of a wave against each other: frame, sample and answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from barometer.errors import Problem
from barometer.wave.checks import UNDELIVERABLE, whole_number
from barometer.wave.cleaning import drop_reasons
from barometer.wave.csvfile import row_number
from barometer.wave.limits import Nonresponse
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import Files
from weighting import merge_strata


def sample_against_population(
    meta: Meta, population: pd.DataFrame, sample: pd.DataFrame
) -> Iterator[Problem]:
    """Find strata with more firms in the sample than in the population, or none there."""
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


def responses_against_sample(files: Files) -> Iterator[Problem]:
    """Find answers of firms that were not sampled, or not reached."""
    file, sample, column = "responses.csv", files.sample, "enterprise_number"
    odd = {(p.file, p.row) for p in files.problems if p.column == column}
    if any(name == "sample.csv" for name, _ in odd):
        return  # no number can be found in numbers that are none
    invited = files.responses["firm"]
    outside = invited.index[~invited.isin(set(sample["firm"]))]
    if 2 * len(outside) > len(invited):
        found = f"none of the firms of {len(outside)} of the {len(invited)} answers"
        remedy = "Look whether it is the sample of another wave, or lacks rows."
        yield Problem("sample.csv", found, "the firms that were invited", remedy, column=column)
        return
    for row in outside:
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


def routing(
    questionnaire: Questionnaire, responses: pd.DataFrame, limits: Nonresponse
) -> Iterator[Problem]:
    """Find answers to questions that were not asked; universes follow from the raw answers.

    Where more than a few of those who were not asked give one, the universe is looked at first.
    """
    usable = responses[drop_reasons(responses, questionnaire) == ""]
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, usable)
        given = ~asked[:, None] & (usable[question.columns] != "").to_numpy()
        answered, outside = int(given.any(axis=1).sum()), int((~asked).sum())
        if answered > limits.smallest:
            yield Problem(
                "questionnaire.yml",
                f"{question.asked_of}, outside which {answered} of {outside} respondents answered",
                "the universe of those who were asked",
                "Correct asked_of, or the conditions of the universe; if these are right, empty "
                "the cells of who was not asked.",
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


def empty_strata(meta: Meta, population: pd.DataFrame, usable: pd.DataFrame) -> Iterator[Problem]:
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
