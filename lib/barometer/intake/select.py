"""Questions of which respondents tick the items that hold: a column for each, or one cell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from barometer.errors import Problem
from barometer.intake.codes import Codebook, coded
from barometer.intake.log import Step
from barometer.wave.content import Question
from barometer.wave.imports import Asked, Select
from barometer.wave.questionnaire import Questionnaire

Done = list[tuple[str, Step]]
ON, OFF = "ticked", "unticked"


def two_answers(question: Question) -> tuple[str, str] | None:
    """The answer of an item that holds and that of one that does not; None if there are not two."""
    counts = [code for code, answer in question.categories.items() if answer.counts]
    others = [code for code in question.categories if code not in counts]
    return (counts[0], others[0]) if len(counts) == 1 and len(others) == 1 else None


def ticks(
    file: str,
    columns: Mapping[str, pd.Series],
    nothing: pd.Series | None,
    question: Question,
    select: Select,
    books: Mapping[str, Codebook],
) -> tuple[pd.DataFrame, Done, list[Problem]]:
    """Answers from a column for each item (`columns`, by item) and, perhaps, one for none of them.

    `books`: what each column may hold, by item. Returns a column for each item: its answers, ""
    where a respondent ticked nothing.
    """
    yes, no = two_answers(question) or ("", "")
    frame, done, problems = {}, [], []
    none_of_them = pd.Series(False, index=next(iter(columns.values())).index)
    if nothing is not None:
        marks, steps, found = coded(file, nothing, _marks(next(iter(books.values())), select, ()))
        none_of_them = marks == ON
        problems += found
        done += [(question.id, step) for step in steps]
    touched = none_of_them.copy()
    for item, cells in columns.items():
        label = question.items[item]
        book = _marks(books[item], select, (item, label.label, label.short))
        marks, steps, found = coded(file, cells, book)
        frame[f"{question.id}.{item}"] = marks.map({ON: yes, OFF: no, "": ""})
        touched |= marks.isin([ON, OFF])
        problems += found
        names = {ON: yes, OFF: no}
        done += [
            (f"{question.id}.{item}", Step(s.export, s.done, s.source, names.get(s.to, ""), s.rows))
            for s in steps
        ]
    result = pd.DataFrame(frame)
    answered = touched if "" in select.unticked else none_of_them
    for column in result:
        rows = answered & (result[column] == "")
        result.loc[rows, column] = no
        if rows.any():
            done.append((str(column), Step("", "not ticked", "", no, int(rows.sum()))))
    both = none_of_them & (result == yes).any(axis=1)
    return result, done + _contradicted(question, both), problems


def _contradicted(question: Question, both: pd.Series) -> Done:
    """For the log: respondents who ticked an item and none of these; the item counts."""
    count = int(both.sum())
    return [(question.id, Step("", "item beside none of these", "", "", count))] if count else []


def _marks(book: Codebook, select: Select, labels: tuple[str, ...]) -> Codebook:
    """What stands for a tick: what wave.yml says, or a label of the item itself."""
    mapped = dict.fromkeys(select.ticked, ON) | {text: OFF for text in select.unticked if text}
    place = f"{book.place}.select"
    return Codebook({ON: labels, OFF: ()}, place, book.seen_by, book.described, mapped, book.empty)


def listed_ticks(
    file: str, cells: pd.Series, question: Question, asked: Asked, select: Select, book: Codebook
) -> tuple[pd.DataFrame, Done, list[Problem]]:
    """Answers from one cell that lists the items that were ticked."""
    yes, no = two_answers(question) or ("", "")
    parts = cells.str.split(select.delimiter, regex=False).explode().str.strip()
    parts = parts[parts != ""].rename(str(cells.name))
    mapped = {text: item for item, text in asked.items.items()} | dict(asked.values)
    codes: dict[str, tuple[str, ...]] = {
        item: (label.label, label.short) for item, label in question.items.items()
    }
    if select.nothing:
        codes[OFF], mapped = (), {**mapped, select.nothing: OFF}
    items = Codebook(codes, book.place, book.seen_by, book.described, mapped, book.empty)
    chosen, steps, problems = coded(file, parts, items)
    chosen = chosen[chosen != ""]
    answered = cells.index.isin(chosen.index)
    frame = {
        f"{question.id}.{item}": pd.Series(no, index=cells.index)
        .where(~cells.index.isin(chosen.index[chosen == item]), yes)
        .where(answered, "")
        for item in question.items
    }
    done = [(f"{question.id}.{s.to}" if s.to in question.items else question.id, s) for s in steps]
    if empty := int((~answered).sum()):
        done.append((question.id, Step(str(cells.name), "empty", "", "", empty)))
    none_of_them = pd.Series(cells.index.isin(chosen.index[chosen == OFF]), cells.index)
    both = none_of_them & (pd.DataFrame(frame) == yes).any(axis=1)
    return pd.DataFrame(frame), done + _contradicted(question, both), problems


def fill_unticked(
    answers: pd.DataFrame, questionnaire: Questionnaire, selects: Mapping[str, Select]
) -> Done:
    """Fill in, where nothing ticked means that no item holds, the answers of who was asked.

    In the order of the questionnaire, for whether a question was asked may hang on one before it.
    Changes `answers`; returns what was done, for the log.
    """
    done: Done = []
    for name, question in questionnaire.questions.items():
        if name not in selects or selects[name].none_ticked != OFF:
            continue
        _, no = two_answers(question) or ("", "")
        asked = questionnaire.universe(question.asked_of, answers)
        rows = asked & (answers[question.columns] == "").all(axis=1).to_numpy()
        answers.loc[rows, question.columns] = no
        if rows.any():
            done.append((name, Step("", "asked, nothing ticked", "", no, int(rows.sum()))))
    return done
