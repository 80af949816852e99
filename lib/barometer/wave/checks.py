"""What must hold within each file of a wave: known codes, whole numbers, nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator
from difflib import get_close_matches

import pandas as pd

from barometer.errors import Problem
from barometer.wave.csvfile import row_number
from barometer.wave.meta import Meta
from barometer.wave.moments import check_moments
from barometer.wave.procedure import Period
from barometer.wave.questionnaire import Questionnaire

CONTACT_MODES = ("email", "letter")
UNDELIVERABLE = "undeliverable"
DELIVERIES = ("delivered", "redelivered", UNDELIVERABLE)
#: Of a hundred million firms at most: an enterprise number without its 0 is none. One zero behind a
#: point is Excel's; three would be Dutch for thousands.
COUNT = re.compile(r"[0-9]{1,8}([.,]0)?")
#: What a message may show of a cell that should hold a count.
COUNTLIKE = re.compile(r"-?[0-9]{1,8}([.,][0-9]{1,3})?")
WORD = re.compile(r"[A-Za-z]{1,16}")
#: A text may say who gave it. So it is only shown if it is short, no number, and so many rows have
#: it: then it is a code of the survey tool, not an answer in words.
CODE = re.compile(r"(?!.*[0-9]{5}).{1,24}")
SEVERAL = 5
#: Or if it is like a code that is known there: a slip of the pen.
LIKE, LONGEST_CODE = 0.55, 20


def whole_number(text: str) -> int | None:
    """Read a count as written by hand or by Excel ("1504", "1504,0"); None if it is not one.

    None, too, for what could be read in two ways: "91.000" is 91 or 91,000.
    """
    return int(re.split("[.,]", text)[0]) if COUNT.fullmatch(text) else None


def _shown(text: str, as_it_is: bool) -> str:
    """A cell as messages tell of it: in full only where that says nothing of a respondent."""
    if text == "":
        return "an empty cell"
    if not as_it_is:
        return f"a text of {len(text)} character{'s' if len(text) > 1 else ''}"
    return f"'{text}'" if text.isascii() else ascii(text)  # a dash may only look like another


def _codes(
    file: str,
    column: pd.Series,
    known: Collection[str],
    remedy: str = "",
    elsewhere: Collection[str] = (),
) -> Iterator[Problem]:
    """Find cells that hold no known code. `elsewhere`: codes of other columns."""
    expected = "one of " + ", ".join(code or "(empty)" for code in known)
    unknown: dict[Hashable, str] = column[~column.isin(list(known))].to_dict()
    rows = Counter(unknown.values())
    shown = {
        text: _shown(
            text,
            text in elsewhere
            or (rows[text] >= SEVERAL and bool(CODE.fullmatch(text)))
            or (len(text) <= LONGEST_CODE and bool(get_close_matches(text, known, 1, LIKE))),
        )
        for text in rows
    }
    for row, text in unknown.items():
        yield Problem(file, shown[text], expected, remedy, row_number(row), str(column.name))


def _domains(file: str, meta: Meta, frame: pd.DataFrame) -> Iterator[Problem]:
    every = {value for domain in meta.domains for value in meta.values(domain)}
    for domain in frame.columns.intersection([*meta.domains]):
        remedy = "See domains in wave.yml."
        yield from _codes(file, frame[domain], meta.values(domain), remedy, every)


def check_population(meta: Meta | None, population: pd.DataFrame) -> Iterator[Problem]:
    """Known values, whole numbers of firms, each stratum once; without settings only numbers."""
    file = "population.csv"
    if meta:
        yield from _domains(file, meta, population)
    for row, value in population.get("firms", pd.Series(dtype=str)).items():
        if whole_number(value) is None:
            found = _shown(value, bool(COUNTLIKE.fullmatch(value) or WORD.fullmatch(value)))
            expected = "a whole number of firms, 0 or more, of at most 8 digits"
            remedy = "Write it in digits alone, without points or commas between them."
            yield Problem(file, found, expected, remedy, row_number(row), "firms")
    if meta and set(meta.strata) <= set(population):
        repeated = population.duplicated(meta.strata)
        for row in population.index[repeated]:
            same = (population[meta.strata] == population.loc[row, meta.strata]).all(axis=1)
            first = row_number(population.index[same][0])
            found, remedy = f"the stratum of row {first} again", "Remove one, or add them up."
            yield Problem(file, found, "each stratum once", remedy, row=row_number(row))


def check_sample(meta: Meta | None, sample: pd.DataFrame) -> Iterator[Problem]:
    """Known values and codes, and each firm once; without settings only what needs none."""
    file = "sample.csv"
    if meta:
        yield from _domains(file, meta, sample)
    for name, known in (("contact_mode", CONTACT_MODES), ("delivery", DELIVERIES)):
        if name in sample:
            yield from _codes(file, sample[name], known, elsewhere=(*CONTACT_MODES, *DELIVERIES))
    if len(sample) and "delivery" in sample and (sample["delivery"] == UNDELIVERABLE).all():
        remedy = "Correct the column; a firm that was reached has delivered or redelivered."
        yield Problem(file, "undeliverable in each row", "firms reached", remedy, column="delivery")
    first: dict[int, int] = {}
    for row, firm in sample.get("firm", pd.Series(dtype=int)).items():
        if firm in first:
            found = f"the enterprise number of row {first[firm]} again"
            expected, remedy = "each firm once", "Remove one of the two rows."
            yield Problem(file, found, expected, remedy, row_number(row), "enterprise_number")
        first.setdefault(firm, row_number(row))


def check_responses(
    period: Period | None, questionnaire: Questionnaire | None, responses: pd.DataFrame
) -> Iterator[Problem]:
    """Moments within the fieldwork, each answer once, and known answers."""
    file = "responses.csv"
    if {"submitted_at", "firm"} <= set(responses):
        yield from check_moments(file, period, responses)
    if questionnaire is None:
        return
    every: set[str] = set()
    for question in questionnaire.questions.values():
        every |= question.categories.keys() | {a.label for a in question.categories.values()}
    for column, question in questionnaire.columns.items():
        if column in responses and question.categories:
            known = ["", *question.categories]
            yield from _codes(file, responses[column], known, "See questionnaire.yml.", every)
