"""What may stand in questionnaire.yml: each class a kind of entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from barometer.wave.schema import Code, Previous, Settings, with_ids


class Label(Settings):
    """How a category or an item is called: in full (`label`) and on axes (`short`).

    `english`: in English running text, where a chapter in English names it. `previous`: what it was
    in the wave before (see `counterparts`).
    """

    label: str
    short: str
    english: str = ""
    previous: Previous = None

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
    `report_for`: those it is reported for (default the same). `previous`: the question that it was
    in the wave before (see `counterparts`).
    """

    id: str
    label: str
    short: str
    previous: Annotated[Previous, Field(max_length=1)] = None
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
    """A set of firms that a question is asked of or reported for: all conditions hold.

    `complement_of`: the universe that holds everyone else; that is checked on the answers.
    """

    label: str
    all_of: list[Condition] = []
    complement_of: str = ""


class Category(Label):
    """A declared category: how many `items` have an answer in `is`, or a union of categories.

    `complement_of`: the category above it that holds for everyone else who was asked; that is
    checked on the answers.
    """

    items: list[str] = []
    is_: Annotated[list[Code], Field(alias="is", min_length=1)] = []
    at_least: int = Field(default=1, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    union: Annotated[list[str], Field(min_length=1)] = []
    complement_of: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Category:
        if bool(self.is_) == bool(self.union):
            raise ValueError("either answers (`is`) or a `union`")
        return self


class Declaration(Settings):
    """What questionnaire.yml says of an indicator, beside or instead of the bare categories.

    `exclusive`: of its categories, unions left aside, exactly one holds for each respondent who was
    asked; that is checked on the answers.
    """

    of: str = ""
    label: str = ""
    short: str = ""
    first_match: bool = False
    exclusive: bool = False
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
