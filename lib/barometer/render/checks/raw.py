"""Bases counted a second time, from the raw answers, along another path than the pipeline's.

Nothing is imputed here. Whoever left a question open that decides on a universe belongs to it
surely, possibly or not at all; the base of the edition must lie between the first count and the
first two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import Problem
from barometer.render.checks.numbers import number
from barometer.render.checks.opened import Edition
from barometer.survey.survey import TOTAL
from barometer.wave.questionnaire import Questionnaire

Mask = npt.NDArray[np.bool_]
#: Who surely belongs, and who possibly does.
Bounds = tuple[Mask, Mask]


def bases_equal_raw_answers(edition: Edition) -> Iterator[Problem]:
    """Each base of the register is what counting the raw answers gives."""
    survey = edition.survey
    firms = _usable(edition.files, survey.questionnaire)
    who = _Membership(firms, survey.questionnaire)
    seen = set()
    for place, row in edition.register.numbered():
        key = (row["universe"], row["domain"], row["domain_value"], row["n"])
        if key in seen or row["n"] == "":
            continue
        seen.add(key)
        universe, domain, value, n = key
        inside = np.ones(len(firms), bool) if value == TOTAL else (firms[domain] == value)
        low, high = (int((part & inside).sum()) for part in who.universe(universe))
        if not low <= number(n) <= high:
            found = f"{n} respondents of {universe} in {value}"
            counted = f"{low}" if low == high else f"between {low} and {high}"
            expected = f"{counted}, counted in responses.csv"
            remedy = "See lib/barometer/wave/cleaning.py and the universes."
            yield Problem(edition.register.file, found, expected, remedy, place, "n")


def raw_table(path: Path) -> pd.DataFrame:
    """A CSV file of a wave as text (rows, columns), read by pandas alone."""
    header = path.read_text(encoding="utf-8-sig").lstrip().partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return pd.DataFrame({str(name).strip(): frame[name].str.strip() for name in frame})


def _usable(folder: Path, questionnaire: Questionnaire) -> pd.DataFrame:
    """The last complete answer of each firm under its own number, with the firm's domains."""
    raw = raw_table(folder / "responses.csv")
    raw = raw[raw["enterprise_number"] == raw["reported_enterprise_number"]]
    for question in questionnaire.questions.values():
        if question.mandatory:
            asked, _ = _Membership(raw, questionnaire).universe(question.asked_of)
            raw = raw[~asked | (raw[question.columns] != "").all(axis=1)]
    raw = raw.sort_values("submitted_at", kind="stable")
    raw = raw.drop_duplicates("enterprise_number", keep="last")
    return raw.merge(raw_table(folder / "sample.csv"), on="enterprise_number")


class _Membership:
    """Who of the firms surely, and who possibly, belongs to a universe."""

    def __init__(self, firms: pd.DataFrame, questionnaire: Questionnaire) -> None:
        self.firms, self.questionnaire = firms, questionnaire
        self.universe = cache(self._universe)

    def _universe(self, name: str) -> Bounds:
        sure = possible = np.ones(len(self.firms), dtype=bool)
        for condition in self.questionnaire.universes[name].all_of:
            if condition.universe:
                these = [self.universe(condition.universe)]
            elif condition.of in self.questionnaire.questions:
                columns = [f"{condition.of}.{item}" for item in condition.items]
                columns = columns or self.questionnaire.questions[condition.of].columns
                these = [self._counted(columns, condition.is_)]
            else:
                categories = self._categories(condition.of)
                these = [categories[name] for name in condition.is_]
            sure = sure & np.any([a for a, _ in these], axis=0)
            possible = possible & np.any([b for _, b in these], axis=0)
        return sure, possible

    def _counted(
        self, columns: Collection[str], answers: Collection[str], least: int = 1, most: int = 10**6
    ) -> Bounds:
        """Who gave these answers in at least and at most so many of the columns of a question."""
        cells = self.firms[list(columns)]
        question = self.questionnaire.columns[next(iter(columns))]
        _, asked = self.universe(question.asked_of)
        given = cells.isin(list(answers)).to_numpy().sum(axis=1)
        more = given + np.where(asked, (cells == "").to_numpy().sum(axis=1), 0)
        return (given >= least) & (more <= most), (more >= least) & (given <= most)

    def _categories(self, indicator: str) -> dict[str, Bounds]:
        declared = self.questionnaire.indicators[indicator]
        found: dict[str, Bounds] = {}
        sure_before = possible_before = np.zeros(len(self.firms), dtype=bool)
        for name, rule in declared.categories.items():
            if rule.union:
                parts = [found[part] for part in rule.union]
                found[name] = (np.any([a for a, _ in parts], 0), np.any([b for _, b in parts], 0))
                continue
            most = len(rule.columns) if rule.at_most is None else rule.at_most
            sure, possible = self._counted(rule.columns, rule.answers, rule.at_least, most)
            if declared.first_match:
                found[name] = (sure & ~possible_before, possible & ~sure_before)
                sure_before, possible_before = sure_before | sure, possible_before | possible
            else:
                found[name] = (sure, possible)
        return found
