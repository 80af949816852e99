"""From an export of answers to responses.csv: what its cells say."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.intake.codes import coded
from barometer.intake.export import Export
from barometer.intake.firms import numbers
from barometer.intake.log import Step
from barometer.intake.mapping import FIRMS, MOMENT, PLACE, Mapped
from barometer.intake.moments import moments
from barometer.intake.reading import left_aside
from barometer.intake.select import Done, fill_unticked, listed_ticks, ticks
from barometer.wave.content import Question
from barometer.wave.csvfile import row_number


def answers(
    mapped: Mapped, export: Export, sample: Collection[str] | None
) -> tuple[pd.DataFrame, Done]:
    """The table of answers, in the order of the export, with what was done; WaveError lists all.

    `sample`: the enterprise numbers of the wave, where known.
    """
    settings, file = mapped.settings, export.file
    sent = export.cells[mapped.columns[MOMENT]]
    when, steps, problems = moments(file, sent, settings.submitted_at, export.dates1904)
    done: Done = [(MOMENT, step) for step in steps]
    cells = export.cells
    unsent = sent.index[sent == ""]
    if len(unsent) and settings.unsubmitted == "leave out":
        cells, when = cells.drop(unsent), when.drop(unsent)
        step = Step(str(sent.name), "rows left out, not submitted", "", "", len(unsent))
        done.append((MOMENT, step))
    elif len(unsent):
        what, expected = f"{len(unsent)} rows without a moment", "answers that were submitted"
        remedy = f"To leave them out, say `unsubmitted: leave out` at {PLACE} in wave.yml."
        row, name = row_number(unsent[0]), str(sent.name)
        problems.append(Problem(file, what, expected, remedy, row, name))
    parts: list[pd.DataFrame] = []
    for name in FIRMS:
        firm, steps, found = numbers(file, cells[mapped.columns[name]], sample)
        parts.append(firm.to_frame(name))
        done += [(name, step) for step in steps]
        problems += found
    parts.append(when.to_frame(MOMENT))
    for question in mapped.questionnaire.questions.values():
        frame, steps_of, found = _question(mapped, Export(file, cells, export.described), question)
        parts.append(frame)
        done += steps_of
        problems += found
    if problems:
        raise WaveError(problems)
    table = pd.concat(parts, axis=1)
    selects = {name: asked.select for name, asked in settings.questions.items() if asked.select}
    done += fill_unticked(table, mapped.questionnaire, selects)
    return table, done + [("", step) for step in left_aside(export, settings)]


def _question(
    mapped: Mapped, export: Export, question: Question
) -> tuple[pd.DataFrame, Done, list[Problem]]:
    asked, columns = mapped.asked(question), mapped.columns
    own = {column: export.cells[columns[column]] for column in question.columns}
    books = {column: mapped.book(question, export, columns[column]) for column in own}
    if (select := asked.select) and select.delimiter:
        first = question.columns[0]
        return listed_ticks(export.file, own[first], question, asked, select, books[first])
    if select:
        cells = dict(zip(question.items, own.values(), strict=True))
        by_item = dict(zip(question.items, books.values(), strict=True))
        nothing = export.cells[select.nothing] if select.nothing else None
        return ticks(export.file, cells, nothing, question, select, by_item)
    frame, done, problems = {}, [], []
    for column, given in own.items():
        frame[column], steps, found = coded(export.file, given, books[column])
        done += [(column, step) for step in steps]
        problems += found
    return pd.DataFrame(frame), done, problems
