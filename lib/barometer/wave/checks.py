"""What must hold within each file of a wave: known codes, whole numbers, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pandas as pd

from barometer.errors import Problem
from barometer.wave.csvfile import row_number
from barometer.wave.meta import Meta
from barometer.wave.moments import check_moments
from barometer.wave.questionnaire import Questionnaire

CONTACT_MODES = ("email", "letter")
UNDELIVERABLE = "undeliverable"
DELIVERIES = ("delivered", "redelivered", UNDELIVERABLE)
NUMBER = re.compile(r"[01][0-9]{9}")
#: Of a thousand million firms at most. One zero behind a point is Excel's; three would be Dutch
#: for thousands.
COUNT = re.compile(r"[0-9]{1,9}([.,]0)?")


def whole_number(text: str) -> int | None:
    """Read a count as written by hand or by Excel ("1504", "1504,0"); None if it is not one.

    None, too, for what could be read in two ways: "91.000" is 91 or 91,000.
    """
    return int(re.split("[.,]", text)[0]) if COUNT.fullmatch(text) else None


def _quoted(value: str) -> str:
    """Quote a cell, cut short: a long text may say more of a respondent than a message should."""
    return "an empty cell" if value == "" else f"'{value[:20]}{'…' if len(value) > 20 else ''}'"


def _codes(
    file: str, column: pd.Series, known: Collection[str], remedy: str = ""
) -> Iterator[Problem]:
    expected = "one of " + ", ".join(code or "(empty)" for code in known)
    for row, value in column[~column.isin(list(known))].items():
        yield Problem(file, _quoted(value), expected, remedy, row_number(row), str(column.name))


def _domains(file: str, meta: Meta, frame: pd.DataFrame) -> Iterator[Problem]:
    for domain in frame.columns.intersection([*meta.domains]):
        yield from _codes(file, frame[domain], meta.values(domain), "See domains in wave.yml.")


def check_population(meta: Meta, population: pd.DataFrame) -> Iterator[Problem]:
    """Known values, whole numbers of firms, each stratum once."""
    file = "population.csv"
    yield from _domains(file, meta, population)
    for row, value in population["firms"].items():
        if whole_number(value) is None:
            found, expected = _quoted(value), "a whole number of firms, 0 or more"
            remedy = "Write it in digits alone, without points or commas between them."
            yield Problem(file, found, expected, remedy, row_number(row), "firms")
    repeated = population.duplicated(meta.strata)
    for row in population.index[repeated]:
        found = " × ".join(population.loc[row, meta.strata]) + " again"
        yield Problem(file, found, "each stratum once", row=row_number(row))


def check_sample(meta: Meta, sample: pd.DataFrame) -> Iterator[Problem]:
    """Known values and codes, and each enterprise number well formed and once."""
    file = "sample.csv"
    yield from _domains(file, meta, sample)
    yield from _codes(file, sample["contact_mode"], CONTACT_MODES)
    yield from _codes(file, sample["delivery"], DELIVERIES)
    if len(sample) and (sample["delivery"] == UNDELIVERABLE).all():
        remedy = "Correct the column; a firm that was reached has delivered or redelivered."
        yield Problem(file, "undeliverable in each row", "firms reached", remedy, column="delivery")
    yield from _numbers(file, sample["enterprise_number"])
    first: dict[str, int] = {}
    for row, number in sample["enterprise_number"].items():
        if number in first:
            found = f"the enterprise number of row {first[number]} again"
            expected, remedy = "each firm once", "Remove one of the two rows."
            yield Problem(file, found, expected, remedy, row_number(row), "enterprise_number")
        first.setdefault(number, row_number(row))


def _numbers(file: str, column: pd.Series) -> Iterator[Problem]:
    """Check the form of enterprise numbers, without ever repeating one."""
    for row, number in column[~column.map(lambda n: bool(NUMBER.fullmatch(n)))].items():
        found = f"{len(number)} characters" if number else "an empty cell"
        expected = "an enterprise number: ten digits, the first 0 or 1"
        remedy = "Keep the column as text; a spreadsheet may have dropped the leading 0."
        yield Problem(file, found, expected, remedy, row_number(row), str(column.name))


def check_responses(
    meta: Meta, questionnaire: Questionnaire, responses: pd.DataFrame
) -> Iterator[Problem]:
    """Well-formed numbers, moments within the fieldwork, each answer once, and known answers."""
    if responses.empty:
        return
    file = "responses.csv"
    yield from _numbers(file, responses["reported_enterprise_number"])
    yield from check_moments(file, meta.field_period, responses)
    for column, question in questionnaire.columns.items():
        known = ["", *question.categories]
        yield from _codes(file, responses[column], known, "See questionnaire.yml.")
