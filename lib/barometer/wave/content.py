"""What may stand in questionnaire.yml: each class a kind of entry; names used must be declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from barometer.errors import Problem
from barometer.wave.schema import Code, Settings, with_ids


class Label(Settings):
    """How a category or an item is called: in full (`label`) and on axes (`short`).

    `english`: in English running text, where a chapter in English names it.
    """

    label: str
    short: str
    english: str = ""

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, value: Any) -> Any:
        return {"short": value["label"], **value} if _has(value, "label") else value


def _has(value: object, key: str) -> bool:
    return isinstance(value, Mapping) and key in value


class Answer(Label):
    """An answer; `counts`: an item of the question holds for who gave it."""

    counts: bool = False


class Question(Settings):
    """One question: a single column, or one column per item.

    `categories`: the answers, or the name of a `scale`. `asked_of`: the universe it was put to,
    `report_for`: those it is reported for (default the same).
    """

    id: str
    label: str
    short: str
    asked_of: str
    report_for: Annotated[list[str], Field(min_length=1)]
    mandatory: bool = False
    reported: bool = True
    scale: str = ""
    categories: dict[Code, Answer] = {}
    items: dict[str, Label] = {}

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, value: Any) -> Any:
        if _has(value, "scale") == _has(value, "categories") and isinstance(value, Mapping):
            raise ValueError("either a scale or categories")
        return {"report_for": [value["asked_of"]], **value} if _has(value, "asked_of") else value

    @property
    def columns(self) -> list[str]:
        """The columns of responses.csv that hold the answers."""
        return [f"{self.id}.{item}" for item in self.items] if self.items else [self.id]


class Condition(Settings):
    """A condition of a universe: another universe, or an answer `is` to (items of) a question."""

    universe: str = ""
    of: str = ""
    items: list[str] = []
    is_: Annotated[list[Code], Field(alias="is", min_length=1)] = []

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        if bool(self.universe) == bool(self.of) or bool(self.of) != bool(self.is_):
            raise ValueError("either a universe, or the answers `is` to the question `of`")
        return self


class Universe(Settings):
    """A set of firms that a question is asked of or reported for: all conditions hold."""

    label: str
    all_of: list[Condition] = []


class Category(Label):
    """A declared category: how many `items` have an answer in `is`, or a union of categories."""

    items: list[str] = []
    is_: Annotated[list[Code], Field(alias="is", min_length=1)] = []
    at_least: int = Field(default=1, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    union: Annotated[list[str], Field(min_length=1)] = []

    @model_validator(mode="after")
    def _one_kind(self) -> Category:
        if bool(self.is_) == bool(self.union):
            raise ValueError("either answers (`is`) or a `union`")
        return self


class Declaration(Settings):
    """What questionnaire.yml says of an indicator, beside or instead of the bare categories."""

    of: str = ""
    label: str = ""
    short: str = ""
    first_match: bool = False
    per_item: list[Code] = []
    answers: bool = False
    categories: dict[str, Category] = {}


class Content(Settings):
    """The file questionnaire.yml."""

    scales: dict[str, dict[Code, Answer]] = {}
    universes: dict[str, Universe]
    questions: Annotated[dict[str, Question], BeforeValidator(with_ids), Field(min_length=1)]
    indicators: dict[str, Declaration] = {}

    def answers(self, question: Question) -> dict[str, Answer]:
        """The answers of a question, those of its scale where it names one."""
        return question.categories or self.scales.get(question.scale, {})

    def bare(self, name: str) -> list[str]:
        """The categories of an indicator beside those that are declared for it.

        Those of a question are its answers; its items, where it has any, as far as it is said
        which answers count (`per_item`, or `counts` of the answers).
        """
        entry, own = self.indicators.get(name, Declaration()), name in self.questions
        question = self.questions[entry.of or name]
        answers = self.answers(question)
        if not question.items:
            return list(answers) if own else []
        if not (entry.per_item or (own and any(answer.counts for answer in answers.values()))):
            return []
        each = [f".{answer}" for answer in answers] if entry.answers else []
        return [f"{item}{end}" for item in question.items for end in ("", *each)]

    def within(self, universe: str) -> set[str]:
        """The universes that a universe is made of, of any depth; unknown ones have no parts."""
        found: set[str] = set()
        todo = [universe]
        while todo:
            declared = self.universes.get(todo.pop())
            parts = {c.universe for c in declared.all_of if c.universe} if declared else set()
            todo += parts - found
            found |= parts
        return found


def dangling(file: str, content: Content) -> Iterator[Problem]:
    """Find names (universe, question, item, scale, category) that are used but not declared.

    So are a universe within itself, and an indicator that is left without categories.
    """
    questions, universes = content.questions, content.universes

    def unknown(key: str, name: str, known: Mapping[str, Any]) -> Iterator[Problem]:
        if name not in known:
            yield Problem(file, f"'{name}'", "one of " + ", ".join(known), column=key)

    for name, question in questions.items():
        key = f"questions.{name}"
        yield from unknown(f"{key}.asked_of", question.asked_of, universes)
        for universe in question.report_for:
            yield from unknown(f"{key}.report_for", universe, universes)
        if question.scale:
            yield from unknown(f"{key}.scale", question.scale, content.scales)
    for name, declared in universes.items():
        key = f"universes.{name}"
        if name in content.within(name):
            yield Problem(file, "a universe within itself", "conditions on answers", column=key)
        for condition in declared.all_of:
            if condition.universe:
                yield from unknown(key, condition.universe, universes)
                continue
            yield from unknown(key, condition.of, {**questions, **content.indicators})
            items = questions[condition.of].items if condition.of in questions else {}
            for item in condition.items:
                yield from unknown(f"{key}.items", item, items)
            for answer in condition.is_:
                yield from unknown(f"{key}.is", answer, _answers(content, condition.of))
    for name, indicator in content.indicators.items():
        key, source = f"indicators.{name}", indicator.of or name
        yield from unknown(f"{key}.of", source, questions)
        if source not in questions:
            continue
        own = content.answers(questions[source])
        for answer in indicator.per_item:
            yield from unknown(f"{key}.per_item", answer, own)
        above = dict.fromkeys(content.bare(name))
        for category, rule in indicator.categories.items():
            place = f"{key}.categories.{category}"
            for item in rule.items:
                yield from unknown(f"{place}.items", item, questions[source].items)
            for answer in rule.is_:
                yield from unknown(f"{place}.is", answer, own)
            for part in rule.union:
                yield from unknown(f"{place}.union", part, above)
            above[category] = None
    for name in dict.fromkeys([*questions, *content.indicators]):
        entry = content.indicators.get(name, Declaration())
        if (entry.of or name) in questions and not (entry.categories or content.bare(name)):
            expected = "categories, or answers that count: per_item, or `counts: true` in a scale"
            yield Problem(file, "no categories", expected, column=f"indicators.{name}")


def _answers(content: Content, name: str) -> Mapping[str, Any]:
    """What a condition of a universe can ask of a question or, by category, of an indicator."""
    if name in content.questions:
        return content.answers(content.questions[name])
    entry = content.indicators.get(name)
    if entry is None or entry.of not in content.questions:
        return {}
    return {**dict.fromkeys(content.bare(name)), **entry.categories}
