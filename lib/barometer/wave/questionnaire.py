"""The questionnaire of a wave: questions, universes and indicators, read from questionnaire.yml.

Everything that is reported is the share of respondents for whom a *category* of an *indicator*
holds. A category is a rule on the answers, so a new derived indicator is a few lines of YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError, Problem, WaveError
from barometer.wave.consistency import inconsistent
from barometer.wave.content import Content, Declaration, Label, Question, Universe
from barometer.wave.dangling import dangling
from barometer.wave.schema import read_settings

BoolArray = npt.NDArray[np.bool_]


def gave(answers: pd.DataFrame, columns: Iterable[str], among: Iterable[str]) -> BoolArray:
    """Tell for each row and column whether it holds one of the answers (n, k).

    Text compared as objects: `DataFrame.isin` takes ten times as long, and this is asked often.
    """
    cells = answers[list(columns)].to_numpy(dtype=object)
    found = np.zeros(cells.shape, dtype=bool)
    for answer in among:
        found |= cells == answer
    return found


@dataclass(frozen=True)
class Rule:
    """A category: how many columns of a question hold one of the answers, or a union of others.

    `complement_of`: the category that holds for everyone else, if that was declared.
    """

    label: Label
    columns: tuple[str, ...] = ()
    answers: frozenset[str] = frozenset()
    at_least: int = 1
    at_most: int | None = None
    union: tuple[str, ...] = ()
    complement_of: str = ""

    def holds(self, answers: pd.DataFrame) -> BoolArray:
        """Tell for each row of `answers` whether the rule holds; empty cells never count."""
        count = gave(answers, self.columns, self.answers).sum(axis=1)
        most = len(self.columns) if self.at_most is None else self.at_most
        return np.asarray((count >= self.at_least) & (count <= most), dtype=bool)


@dataclass(frozen=True)
class Indicator:
    """What is reported of a question: categories, each a 0/1 variable on the respondents.

    `exclusive`: of those that join no others exactly one holds for who answered.
    """

    id: str
    question: Question
    label: str
    short: str
    categories: Mapping[str, Rule]
    first_match: bool = False
    exclusive: bool = False

    def evaluate(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Evaluate every category: a bool frame, a row per respondent and a column per category."""
        result: dict[str, BoolArray] = {}
        taken = np.zeros(len(answers), dtype=bool)
        for name, rule in self.categories.items():
            if rule.union:
                result[name] = np.logical_or.reduce([result[part] for part in rule.union])
                continue
            holds = rule.holds(answers)
            if self.first_match:
                holds &= ~taken
                taken |= holds
            result[name] = holds
        return pd.DataFrame(result, index=answers.index)

    @property
    def answers(self) -> list[str]:
        """The categories that join no others."""
        return [name for name, rule in self.categories.items() if not rule.union]

    def labels(self, answers: pd.DataFrame) -> pd.Series:
        """Tell for each row of `answers` which category it is in; "" where none holds.

        BarometerError where several hold: the categories are then not exclusive.
        """
        holds = self.evaluate(answers)[self.answers]
        if several := int((holds.sum(axis=1) > 1).sum()):
            raise BarometerError(
                f"indicator {self.id}: found {several} respondents in several categories; "
                "expected an indicator with exclusive categories, or one category of this one as "
                f"{self.id}.category"
            )
        return holds.idxmax(axis=1).where(holds.any(axis=1), "")


@dataclass(frozen=True)
class Questionnaire:
    """All questions, indicators and universes of one wave."""

    file: str
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    universes: Mapping[str, Universe] = field(repr=False)

    @cached_property
    def columns(self) -> dict[str, Question]:
        """Each question column of responses.csv with its question, in the order of the file."""
        return {column: q for q in self.questions.values() for column in q.columns}

    def asked(self, identifier: str) -> bool:
        """Tell whether this wave has the question, indicator, `question.item` or category."""
        name, _, category = identifier.partition(".")
        if category:
            rules = self.indicators[name].categories if name in self.indicators else {}
            return identifier in self.columns or category in rules
        return name in self.questions or name in self.indicators

    def indicator(self, name: str) -> Indicator:
        """Look an indicator up; BarometerError lists the known ones."""
        if name not in self.indicators:
            raise BarometerError(
                f"{self.file}: no question or indicator '{name}'; known: "
                + ", ".join(self.indicators)
            )
        return self.indicators[name]

    def universe(self, name: str, answers: pd.DataFrame) -> BoolArray:
        """Tell for each respondent whether it belongs to the universe."""
        if name not in self.universes:
            raise BarometerError(
                f"{self.file}: no universe '{name}'; known: " + ", ".join(self.universes)
            )
        inside = np.ones(len(answers), dtype=bool)
        for condition in self.universes[name].all_of:
            if condition.universe:
                inside &= self.universe(condition.universe, answers)
            elif condition.of in self.questions:
                question = self.questions[condition.of]
                items = [f"{question.id}.{item}" for item in condition.items]
                columns = items or question.columns
                inside &= gave(answers, columns, condition.is_).any(axis=1)
            else:
                categories = self.indicator(condition.of).evaluate(answers)
                inside &= categories[condition.is_].to_numpy().any(axis=1)
        return inside


def _rules(question: Question, entry: Declaration, own: bool) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    counted = [answer for answer, label in question.categories.items() if own and label.counts]
    if question.items and (per_item := entry.per_item or counted):
        for item, label in question.items.items():
            column = (f"{question.id}.{item}",)
            rules[item] = Rule(label, column, frozenset(per_item))
            for answer, answer_label in question.categories.items() if entry.answers else ():
                rules[f"{item}.{answer}"] = Rule(answer_label, column, frozenset([answer]))
    elif own and not question.items:
        for answer, label in question.categories.items():
            rules[answer] = Rule(label, (question.id,), frozenset([answer]))
    for name, category in entry.categories.items():
        items = category.items or list(question.items)
        rules[name] = Rule(
            label=category,
            columns=tuple(f"{question.id}.{i}" for i in items) or (question.id,),
            answers=frozenset(category.is_),
            at_least=category.at_least,
            at_most=category.at_most,
            union=tuple(category.union),
            complement_of=category.complement_of,
        )
    return rules


def _one_answer(question: Question, entry: Declaration, own: bool) -> bool:
    """Whether the categories are the answers to a question that takes one."""
    return own and not question.items and all(rule.union for rule in entry.categories.values())


def read_questionnaire(path: Path) -> Questionnaire:
    """Read questionnaire.yml.

    Raises WaveError with every deviation from `Content`, for each name (universe, question, item,
    scale, category) that is used but not declared, and for what is `inconsistent`. Its `read`: the
    questions alone, where the answers can be held against them all the same.
    """
    problems: list[Problem] = []
    try:
        content = read_settings(path, Content)
    except WaveError as error:
        if not isinstance(error.read, Content):
            raise
        content, problems = error.read, list(error.problems)
    questions = {
        name: question.model_copy(update={"categories": content.answers(question)})
        for name, question in content.questions.items()
    }
    unknown = list(dangling(path.name, content))
    if problems := [*problems, *(unknown or inconsistent(path.name, content))]:
        raise WaveError(problems, read=Questionnaire(path.name, questions, {}, {}))
    indicators: dict[str, Indicator] = {}
    for name in [*questions, *(n for n in content.indicators if n not in questions)]:
        entry = content.indicators.get(name, Declaration())
        question = questions[entry.of or name]
        indicators[name] = Indicator(
            id=name,
            question=question,
            label=entry.label or question.label,
            short=entry.short or question.short,
            categories=_rules(question, entry, own=name in questions),
            first_match=entry.first_match,
            exclusive=entry.exclusive or _one_answer(question, entry, own=name in questions),
        )
    return Questionnaire(path.name, questions, indicators, content.universes)
