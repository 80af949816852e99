"""What the text does not tell: sentences left out, questions that no sentence or figure is about.

For the reviewers' edition, which lists both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from nbformat import NotebookNode

from barometer.render.left_out import left_out
from barometer.survey.register import DATA_TYPE, escaped
from barometer.wave.content import Question
from barometer.wave.questionnaire import Questionnaire

LISTS = re.compile(r"^::: \{\.list-of-(left-out|untold)\}\n:::$", re.MULTILINE)
ALL_TOLD = "Elke gerapporteerde vraag van deze meting komt in de tekst aan bod."
NONE_LEFT_OUT = "Geen enkele zin is weggelaten."


def list_untold(notebook: NotebookNode, questionnaire: Questionnaire) -> None:
    """Fill in both lists, where an executed report asks for them."""
    lists = {
        "left-out": "\n".join(_gone(notebook)) or NONE_LEFT_OUT,
        "untold": "\n".join(
            f"- {escaped(question.short)} (*{escaped(question.id)}*): {escaped(question.label)}"
            for question in untold(notebook, questionnaire)
        )
        or ALL_TOLD,
    }
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LISTS.sub(lambda found: lists[found[1]], cell.source)


def _gone(notebook: NotebookNode) -> Iterator[str]:
    """The lines left out, by chapter."""
    for chapter, lines in groupby(left_out(notebook), key=lambda line: line.chapter):
        for line in lines:
            name = escaped(chapter.removeprefix("chapters/"))
            yield f"- {name}, regel {line.line}: {escaped(', '.join(line.lacks))}"


def untold(notebook: NotebookNode, questionnaire: Questionnaire) -> list[Question]:
    """The reported questions of which no sentence, figure or table has an estimate."""
    told = {
        questionnaire.indicator(name).question.id
        for name in {*_in_text(notebook), *_shown(notebook)}
        if name in questionnaire.indicators
    }
    questions = questionnaire.questions.values()
    return [question for question in questions if question.reported and question.id not in told]


def _in_text(notebook: NotebookNode) -> Iterator[str]:
    """The indicators that sentences have estimates of."""
    for cell in notebook.cells:
        for record in cell.metadata.get("barometer", {}).get("inline", ()):
            for source in record.get("sources", ()):
                rows: list[dict[str, Any]] = source.get("terms", [source])
                yield from (row["question"] for row in rows if "question" in row)


def _shown(notebook: NotebookNode) -> Iterator[str]:
    """The indicators that figures and tables of estimates show."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            shown = output.get("data", {}).get(DATA_TYPE)
            for row in csv.DictReader(io.StringIO(shown["csv"])) if shown else ():
                if "universum" in row:  # a table of estimates, not one of the method
                    yield row["vraag"]
