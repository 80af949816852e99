"""The questionnaire of a wave: questions, universes and indicators, read from questionnaire.yml.

Everything that is reported is the share of respondents for whom a *category* of an *indicator*
holds. A category is a rule on the answers, so a new derived indicator is a few lines of YAML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError
from barometer.settings import read_settings

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Label:
    """How a category or an item is called: on axes (`short`) and in full (`label`)."""

    label: str
    short: str
    since: int = 0


@dataclass(frozen=True)
class Question:
    """One question: a single column, or one column per item."""

    id: str
    label: str
    short: str
    asked_of: str
    since: int
    categories: Mapping[str, Label]
    items: Mapping[str, Label]
    report_for: tuple[str, ...]
    mandatory: bool = False
    reported: bool = True

    @property
    def columns(self) -> list[str]:
        """The columns of responses.csv that hold the answers."""
        return [f"{self.id}.{item}" for item in self.items] if self.items else [self.id]


@dataclass(frozen=True)
class Rule:
    """A category: how many columns of a question hold one of the answers, or a union of others."""

    label: Label
    columns: tuple[str, ...] = ()
    answers: frozenset[str] = frozenset()
    at_least: int = 1
    at_most: int | None = None
    union: tuple[str, ...] = ()

    def holds(self, answers: pd.DataFrame) -> BoolArray:
        """Tell for each row of `answers` whether the rule holds; empty cells never count."""
        count = answers[list(self.columns)].isin(list(self.answers)).to_numpy().sum(axis=1)
        most = len(self.columns) if self.at_most is None else self.at_most
        return np.asarray((count >= self.at_least) & (count <= most), dtype=bool)


@dataclass(frozen=True)
class Indicator:
    """What is reported of a question: categories, each a 0/1 variable on the respondents."""

    id: str
    question: Question
    label: str
    short: str
    categories: Mapping[str, Rule]
    first_match: bool = False

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


@dataclass(frozen=True)
class Questionnaire:
    """All questions, indicators and universes of one wave."""

    file: str
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    universe_labels: Mapping[str, str]
    conditions: Mapping[str, Sequence[Mapping[str, Any]]] = field(repr=False)

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
        if name not in self.conditions:
            raise BarometerError(
                f"{self.file}: no universe '{name}'; known: " + ", ".join(self.conditions)
            )
        inside = np.ones(len(answers), dtype=bool)
        for condition in self.conditions[name]:
            if "universe" in condition:
                inside &= self.universe(condition["universe"], answers)
            elif condition["of"] in self.questions:
                question = self.questions[condition["of"]]
                items = [f"{question.id}.{i}" for i in condition.get("items", ())]
                cells = answers[items or question.columns]
                inside &= cells.isin(condition["is"]).to_numpy().any(axis=1)
            else:
                categories = self.indicator(condition["of"]).evaluate(answers)
                inside &= categories[condition["is"]].to_numpy().any(axis=1)
        return inside


def _labels(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Label]:
    return {
        key: Label(entry["label"], entry.get("short", entry["label"]), entry.get("since", 0))
        for key, entry in entries.items()
    }


def _question(name: str, entry: Mapping[str, Any], scales: Mapping[str, Any]) -> Question:
    return Question(
        id=name,
        label=entry["label"],
        short=entry["short"],
        asked_of=entry["asked_of"],
        since=entry["since"],
        categories=_labels(
            entry["categories"] if "categories" in entry else scales[entry["scale"]]
        ),
        items=_labels(entry.get("items", {})),
        report_for=tuple(entry.get("report_for", [entry["asked_of"]])),
        mandatory=entry.get("mandatory", False),
        reported=entry.get("reported", True),
    )


def _rules(question: Question, entry: Mapping[str, Any], own: bool) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    per_item = entry.get("per_item", ["yes"] if own and "yes" in question.categories else None)
    if question.items and per_item:
        for item, label in question.items.items():
            column = (f"{question.id}.{item}",)
            rules[item] = Rule(label, column, frozenset(per_item))
            for answer, answer_label in question.categories.items() if entry.get("answers") else ():
                rules[f"{item}.{answer}"] = Rule(answer_label, column, frozenset([answer]))
    elif own:
        for answer, label in question.categories.items():
            rules[answer] = Rule(label, (question.id,), frozenset([answer]))
    for name, category in entry.get("categories", {}).items():
        items = category.get("items", list(question.items))
        rules[name] = Rule(
            label=Label(category["label"], category.get("short", category["label"])),
            columns=tuple(f"{question.id}.{i}" for i in items) or (question.id,),
            answers=frozenset(category.get("is", ())),
            at_least=category.get("at_least", 1),
            at_most=category.get("at_most"),
            union=tuple(category.get("union", ())),
        )
    return rules


def read_questionnaire(path: Path) -> Questionnaire:
    """Read questionnaire.yml.

    Raises WaveError with every deviation from the schema, and for each name (universe, question,
    item, scale, category) that is used but not declared.
    """
    content = read_settings(path, "questionnaire")
    questions = {
        name: _question(name, entry, content.get("scales", {}))
        for name, entry in content["questions"].items()
    }
    declared = content.get("indicators", {})
    indicators: dict[str, Indicator] = {}
    for name in [*questions, *(n for n in declared if n not in questions)]:
        entry = declared.get(name, {})
        question = questions[entry.get("of", name)]
        indicators[name] = Indicator(
            id=name,
            question=question,
            label=entry.get("label", question.label),
            short=entry.get("short", question.short),
            categories=_rules(question, entry, own=name in questions),
            first_match=entry.get("first_match", False),
        )
    universes = content["universes"]
    return Questionnaire(
        file=path.name,
        questions=questions,
        indicators=indicators,
        universe_labels={name: entry["label"] for name, entry in universes.items()},
        conditions={name: entry.get("all_of", []) for name, entry in universes.items()},
    )
