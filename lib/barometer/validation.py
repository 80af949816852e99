"""Hold a wave's tables against its settings and against each other; list every problem."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from barometer import cleaning
from barometer.errors import Problem
from barometer.questionnaire import Questionnaire

if TYPE_CHECKING:
    from barometer.wave import Meta

CONTACT_MODES = ("email", "letter")
DELIVERIES = ("delivered", "redelivered", "undeliverable")
NUMBER = re.compile(r"[01]\d{9}")
COUNT = re.compile(r"\d+([.,]0+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def whole_number(text: str) -> int | None:
    """Read a count as written by hand or by Excel ("1504", "1504,0"); None if it is not one."""
    return int(re.split("[.,]", text)[0]) if COUNT.fullmatch(text) else None


def check(
    meta: Meta,
    questionnaire: Questionnaire,
    population: pd.DataFrame,
    sample: pd.DataFrame,
    responses: pd.DataFrame,
) -> list[Problem]:
    """List what is wrong; the frames are as `read_table` gives them (text, index = row number).

    An empty frame stands for a file that could not be read and is not held against the others.
    """
    problems = [*_population(meta, population), *_sample(meta, sample)]
    if not (population.empty or sample.empty):
        problems += _sample_against_population(population, sample)
    problems += _responses(questionnaire, responses)
    if not (sample.empty or responses.empty):
        problems += _responses_against_sample(sample, responses)
    if not (problems or population.empty or sample.empty or responses.empty):
        problems += _routing(questionnaire, responses)
        problems += _empty_strata(meta, questionnaire, population, sample, responses)
    return problems


def _quoted(value: str) -> str:
    """Quote a cell, cut short: a long text may say more of a respondent than a message should."""
    return "an empty cell" if value == "" else f"'{value[:20]}{'…' if len(value) > 20 else ''}'"


def _codes(
    file: str, column: pd.Series, known: Collection[str], remedy: str = ""
) -> Iterator[Problem]:
    expected = "one of " + ", ".join(code or "(empty)" for code in known)
    for row, value in column[~column.isin(list(known))].items():
        yield Problem(file, _quoted(value), expected, remedy, _row(row), str(column.name))


def _row(label: object) -> int:
    return int(str(label))


def _domains(file: str, meta: Meta, frame: pd.DataFrame) -> Iterator[Problem]:
    for domain, values in meta.domains.items():
        yield from _codes(file, frame[domain], list(values), "See domains in wave.yml.")


def _population(meta: Meta, population: pd.DataFrame) -> Iterator[Problem]:
    file = "population.csv"
    yield from _domains(file, meta, population)
    for row, value in population["firms"].items():
        if whole_number(value) is None:
            found, expected = _quoted(value), "a whole number of firms, 0 or more"
            yield Problem(file, found, expected, row=_row(row), column="firms")
    repeated = population.duplicated(["sector", "size"])
    for row in population.index[repeated]:
        found = " × ".join(population.loc[row, ["sector", "size"]]) + " again"
        yield Problem(file, found, "each stratum once", row=_row(row))


def _sample(meta: Meta, sample: pd.DataFrame) -> Iterator[Problem]:
    file = "sample.csv"
    yield from _domains(file, meta, sample)
    yield from _codes(file, sample["contact_mode"], CONTACT_MODES)
    yield from _codes(file, sample["delivery"], DELIVERIES)
    yield from _numbers(file, sample["enterprise_number"])
    first: dict[str, int] = {}
    for row, number in sample["enterprise_number"].items():
        if number in first:
            found = f"the enterprise number of row {first[number]} again"
            expected, remedy = "each firm once", "Remove one of the two rows."
            yield Problem(file, found, expected, remedy, _row(row), "enterprise_number")
        first.setdefault(number, _row(row))


def _numbers(file: str, column: pd.Series) -> Iterator[Problem]:
    """Check the form of enterprise numbers, without ever repeating one."""
    for row, number in column[~column.map(lambda n: bool(NUMBER.fullmatch(n)))].items():
        found = f"{len(number)} characters" if number else "an empty cell"
        expected = "an enterprise number: ten digits, the first 0 or 1"
        remedy = "Keep the column as text; a spreadsheet may have dropped the leading 0."
        yield Problem(file, found, expected, remedy, _row(row), str(column.name))


def _sample_against_population(population: pd.DataFrame, sample: pd.DataFrame) -> Iterator[Problem]:
    firms = {
        (sector, size): whole_number(count) or 0
        for sector, size, count in population.itertuples(index=False)
    }
    for (sector, size), rows in sample.groupby(["sector", "size"], sort=False):
        known, stratum = firms.get((sector, size), 0), f"{sector} × {size}"
        if not known:
            yield Problem(
                "sample.csv",
                f"{len(rows)} firms in stratum {stratum}, which has no population",
                "a population for each sampled stratum",
                "Add the stratum to population.csv, or correct the sample.",
                _row(rows.index[0]),
            )
        elif len(rows) > known:
            found = f"{len(rows)} firms in stratum {stratum}"
            expected = f"at most its population, {known}"
            yield Problem("sample.csv", found, expected, "Correct population.csv or the sample.")


def _responses(questionnaire: Questionnaire, responses: pd.DataFrame) -> Iterator[Problem]:
    if responses.empty:
        return
    file = "responses.csv"
    yield from _numbers(file, responses["reported_enterprise_number"])
    moments = responses["submitted_at"]
    for row, value in moments[~moments.map(lambda m: bool(MOMENT.fullmatch(m)))].items():
        expected = "a moment such as 2025-06-17T10:32:05"
        yield Problem(file, _quoted(value), expected, row=_row(row), column="submitted_at")
    for column, question in questionnaire.columns.items():
        known = ["", *question.categories]
        yield from _codes(file, responses[column], known, "See questionnaire.yml.")


def _responses_against_sample(sample: pd.DataFrame, responses: pd.DataFrame) -> Iterator[Problem]:
    file, firms = "responses.csv", set(sample["enterprise_number"])
    invited = responses["enterprise_number"]
    for row in invited.index[~invited.isin(firms)]:
        yield Problem(
            file,
            "a firm outside the sample",
            "an enterprise number of sample.csv",
            "Correct the number, or remove the answer.",
            _row(row),
            "enterprise_number",
        )
    if invited.nunique() > len(firms):
        found = f"answers of {invited.nunique()} firms"
        yield Problem(file, found, f"at most the {len(firms)} firms of sample.csv")


def _routing(questionnaire: Questionnaire, responses: pd.DataFrame) -> Iterator[Problem]:
    """Find answers to questions that were not asked; universes follow from the raw answers."""
    usable = cleaning.usable_answers(responses, questionnaire)
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, usable)
        for column in question.columns:
            for row in usable.index[~asked & (usable[column] != "").to_numpy()]:
                yield Problem(
                    "responses.csv",
                    "an answer to a question that was not asked",
                    f"an empty cell: the question is for universe {question.asked_of}",
                    "Empty the cell, or correct asked_of in questionnaire.yml.",
                    _row(row),
                    column,
                )


def _empty_strata(
    meta: Meta,
    questionnaire: Questionnaire,
    population: pd.DataFrame,
    sample: pd.DataFrame,
    responses: pd.DataFrame,
) -> Iterator[Problem]:
    """Find strata with firms but no usable answer, after the merging that wave.yml asks for."""
    usable = cleaning.usable_answers(responses, questionnaire)["enterprise_number"]
    firms = sample.set_index("enterprise_number").loc[usable, ["sector", "size"]]
    answered = set(map(tuple, firms.itertuples(index=False)))
    merged: Mapping[tuple[str, str], list[tuple[str, str]]] = {
        (rule["sector"], size): [(rule["sector"], other) for other in rule["sizes"]]
        for rule in meta.collapse
        for size in rule["sizes"]
    }
    for sector, size, count in population.itertuples(index=False):
        together = merged.get((sector, size), [(sector, size)])
        if whole_number(count) and not answered.intersection(together):
            yield Problem(
                "responses.csv",
                f"no usable answer in stratum {sector} × {size}, a population of {count} firms",
                "at least one respondent per stratum, or its weight N/n is undefined",
                "Merge it with a neighbouring size class through `collapse` in wave.yml, e.g. "
                f"collapse: [{{sector: '{sector}', sizes: [{size}, …]}}].",
            )
