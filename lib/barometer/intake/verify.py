"""Hold the questionnaire that an export tells of against questionnaire.yml: what differs?"""

from __future__ import annotations

from collections.abc import Iterator

from barometer.errors import Problem
from barometer.intake.codes import Codebook
from barometer.intake.export import Described, Export, same, shown, words
from barometer.intake.mapping import Mapped
from barometer.intake.reading import ignored
from barometer.wave.content import Question

#: What tools put between the wording of a question and that of its item.
BETWEEN = " []():;|-–—"


def differences(mapped: Mapped, export: Export) -> list[Problem]:
    """Questions, items and answers of which wording or codes differ, and those that one lacks.

    Empty, too, for an export that says nothing of its columns, such as a bare CSV file.
    """
    return [*_lacking(mapped, export), *_worded(mapped, export)] if export.described else []


def _lacking(mapped: Mapped, export: Export) -> Iterator[Problem]:
    used = {*mapped.columns.values(), *export.cells.columns}
    for told, name in _once(export, used):
        if not ignored(name, mapped.settings):
            found = f"a question that the answers lack, '{told.label[:60]}'"
            yield Problem(export.file, found, "a column of answers for it", column=name)
    for column, name in mapped.columns.items():
        if name not in export.described and column in mapped.questionnaire.columns:
            found = "no such question in the questionnaire of the export"
            yield Problem(export.file, found, f"{column} of questionnaire.yml", column=shown(name))


def _once(export: Export, used: set[str]) -> Iterator[tuple[Described, str]]:
    """What the export describes and none of the names of which is used, each once."""
    names: dict[int, list[str]] = {}
    for name, told in export.described.items():
        names.setdefault(id(told), []).append(name)
    for alike in names.values():
        if not used & set(alike):
            yield export.described[alike[-1]], alike[-1]


def _worded(mapped: Mapped, export: Export) -> Iterator[Problem]:
    for question in mapped.questionnaire.questions.values():
        for place, column in enumerate(question.columns):
            name = mapped.columns[column]
            told = export.of(name)
            select = mapped.asked(question).select
            whole = bool(select and select.delimiter)
            if whole and place:
                continue
            yield from _label(export.file, name, told, question, "" if whole else column)
            if not select:
                yield from _answers(export.file, name, told, mapped.book(question, export, name))


def _label(
    file: str, name: str, told: Described, question: Question, column: str
) -> Iterator[Problem]:
    """The wording of an item, alone or beside that of its question, or of a question."""
    item = question.items.get(column.removeprefix(f"{question.id}."))
    ours = item.label if item else question.label
    alone = words(told.label).replace(words(question.label), "") if item else told.label
    if told.label and not (
        same(told.label, ours) or alone.strip(BETWEEN) == words(ours).strip(BETWEEN)
    ):
        remedy = "Look which of the two was put to the respondents."
        yield Problem(file, f"the wording '{told.label}'", f"'{ours}'", remedy, column=name)


def _answers(file: str, name: str, told: Described, book: Codebook) -> Iterator[Problem]:
    """The answers: those that are not ours, those that are called otherwise, and those it lacks."""
    seen: set[str] = set()
    for code, label in told.values.items():
        ours = book.found(code)
        seen |= ours
        if len(ours) != 1:
            found, expected = f"the answer {code}, '{label}'", f"one of {', '.join(book.codes)}"
            remedy = f"Add it to questionnaire.yml, or say at {book.place} which one it is."
            yield Problem(file, found, expected, remedy, column=name)
            continue
        (answer,) = ours
        if answer and not any(same(label, ours) for ours in book.codes[answer]):
            expected = f"'{next(iter(book.codes[answer]))}' for {answer}"
            yield Problem(file, f"the answer {code}, '{label}'", expected, column=name)
    for answer in book.codes:
        if told.values and answer not in seen:
            yield Problem(file, f"no answer {answer}", f"it among {len(told.values)}", column=name)
