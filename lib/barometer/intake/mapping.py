"""Which column of an export of answers is which of responses.csv, as wave.yml says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from barometer.errors import Problem, WaveError
from barometer.intake.codes import Codebook, unknown_codes
from barometer.intake.export import Export
from barometer.intake.reading import unfit
from barometer.intake.select import two_answers
from barometer.wave.content import Question
from barometer.wave.imports import Answers, Asked
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import ANSWER

PLACE = "import.responses"
FIRMS, MOMENT = ANSWER[:2], ANSWER[2]


@dataclass(frozen=True)
class Mapped:
    """An export of answers beside the questionnaire: where each column of the table comes from.

    `columns`: the column of the export for each of the table; a question whose items are listed in
    one cell has that cell for each of them.
    """

    meta: Meta
    questionnaire: Questionnaire
    settings: Answers
    columns: Mapping[str, str]

    def asked(self, question: Question) -> Asked:
        """What wave.yml says of a question."""
        return self.settings.questions.get(question.id, Asked())

    def book(self, question: Question, export: Export, column: str) -> Codebook:
        """The answers of a question, as a column of the export may say them."""
        return Codebook(
            {code: (a.label, a.short) for code, a in question.categories.items()},
            f"{PLACE}.questions.{question.id}",
            self.meta.thresholds.disclosure,
            export.of(column),
            {**self.settings.scales.get(question.scale, {}), **self.asked(question).values},
            self.settings.empty,
        )


def mapped(meta: Meta, questionnaire: Questionnaire) -> Mapped:
    """Where each column of responses.csv comes from; WaveError where wave.yml cannot be right."""
    settings = meta.import_.responses
    if problems := list(_misnamed(settings, questionnaire)):
        raise WaveError(problems)
    columns = {name: _named(settings, name) for name in FIRMS}
    columns[MOMENT] = settings.submitted_at.column
    for question in questionnaire.questions.values():
        asked = settings.questions.get(question.id, Asked())
        own = asked.column or (settings.pattern if question.items else question.id)
        if not question.items or (asked.select and asked.select.delimiter):
            name = (asked.column or question.id).format(question=question.id, item="", number="")
            columns |= dict.fromkeys(question.columns, name)
            continue
        for number, (column, item) in enumerate(
            zip(question.columns, question.items, strict=True), 1
        ):
            code = asked.items.get(item, item)
            columns[column] = own.format(question=question.id, item=code, number=number)
    result = Mapped(meta, questionnaire, settings, columns)
    if problems := list(_shared(result)):
        raise WaveError(problems)
    return result


def _named(settings: Answers, name: str) -> str:
    return settings.columns[name].column if name in settings.columns else name


def _misnamed(settings: Answers, questionnaire: Questionnaire) -> Iterator[Problem]:
    """What wave.yml says of questions, items, scales and answers that there are not."""
    scales: dict[str, Collection[str]] = {}
    for question in questionnaire.questions.values():
        scales.setdefault(question.scale, question.categories)
    kinds: list[tuple[str, Iterable[str], Collection[str]]] = [
        ("columns", settings.columns, FIRMS),
        ("scales", settings.scales, [name for name in scales if name]),
        ("questions", settings.questions, questionnaire.questions),
    ]
    for kind, named, known in kinds:
        for name in named:
            if name not in known:
                expected = f"one of {', '.join(known)}"
                yield Problem("wave.yml", f"'{name}'", expected, column=f"{PLACE}.{kind}")
    for name, values in settings.scales.items():
        yield from unknown_codes(
            values, scales.get(name, values.values()), f"{PLACE}.scales.{name}"
        )
    for name, asked in settings.questions.items():
        if name not in questionnaire.questions:
            continue
        question = questionnaire.questions[name]
        place = f"{PLACE}.questions.{name}"
        for item in asked.items:
            if item not in question.items:
                expected = ", ".join(question.items) or "no items: the question has none"
                yield Problem("wave.yml", f"'{item}'", expected, column=f"{place}.items")
        listed = bool(asked.select and asked.select.delimiter)
        codes = question.items if listed else question.categories
        yield from unknown_codes(asked.values, codes, f"{place}.values")
        if asked.select and not (question.items and two_answers(question)):
            found = "select for a question that is not ticked"
            expected = "items and two answers, one of which counts"
            yield Problem("wave.yml", found, expected, column=place)


def _shared(mapped: Mapped) -> Iterator[Problem]:
    """Questions or items that come from one column of the export."""
    first: dict[str, str] = {}
    for question in mapped.questionnaire.questions.values():
        select = mapped.asked(question).select
        for column in question.columns[:1] if select and select.delimiter else question.columns:
            name = mapped.columns[column]
            if name in first:
                found = f"'{name}' for both {first[name]} and {column}"
                remedy = "A pattern for items holds {item} or {number}."
                place = f"{PLACE}.questions.{question.id}"
                yield Problem("wave.yml", found, "a column for each", remedy, column=place)
            first.setdefault(name, column)


def columns_unfit(mapped: Mapped, export: Export) -> list[Problem]:
    """What is amiss with the columns of the export."""
    selects = [asked.select for asked in mapped.settings.questions.values() if asked.select]
    nothing = [s.nothing for s in selects if s.nothing and not s.delimiter]
    return unfit(export, mapped.columns, mapped.settings, PLACE, nothing)
