"""Sentences that lack what they tell of are left out, with what hangs on them, and are listed."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode

from barometer.render.left_out import LeftOut, leave_out, left_out, rows_without, settle_notes
from barometer.render.untold import list_untold, untold
from barometer.survey.register import DATA_TYPE
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA

LISTS = "::: {.list-of-untold}\n:::\n\n::: {.list-of-left-out}\n:::"


def cell(*lines: str, inline: dict[int, dict[str, Any]] | None = None) -> NotebookNode:
    """A text cell of chapters/a.qmd from line 1 on, with a record by line, as executed."""
    made: NotebookNode = nbformat.v4.new_markdown_cell("\n".join(lines))
    made.metadata["barometer"] = {
        "file": "chapters/a.qmd",
        "source": made.source,
        "lines": [["chapters/a.qmd", number] for number in range(1, len(lines) + 1)],
        "inline": [
            {"file": "chapters/a.qmd", "line": number, **record}
            for number, record in (inline or {}).items()
        ],
    }
    return made


def notebook(*cells: NotebookNode) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_notebook(cells=list(cells))
    return made


def test_a_list_item_goes_with_its_first_line_and_a_term_with_its_definition() -> None:
    lines = ["- **a**", "  b", "- **c**", "  d", "", "e"]
    assert rows_without(lines, {0}) == {0, 1}
    assert rows_without(lines, {1}) == {1}
    assert rows_without(lines, {2}) == {2, 3}
    assert rows_without(lines, {5}) == {5}
    assert rows_without(["term", ":   meaning", "", "x"], {1}) == {0, 1}


def test_a_line_goes_with_its_record_and_is_told() -> None:
    text = cell("one", "two", inline={1: {"text": "1"}, 2: {"text": "2"}})
    leave_out(text, {0: ["export.yes (2025)", "export.yes (2025)"]})
    assert text.source == text.metadata["barometer"]["source"] == "two"
    assert [record["text"] for record in text.metadata["barometer"]["inline"]] == ["2"]
    gone = list(left_out(notebook(text)))
    assert gone == [LeftOut("chapters/a.qmd", 1, ("export.yes (2025)",))]


def test_footnotes_go_both_ways() -> None:
    text = cell("one[^a]", "two[^b]", "", "[^a]: A.", "", "[^b]: B.", inline={4: {"text": "x"}})
    leave_out(text, {0: ["q.x (2025)"], 5: ["q.y (2025)"]})
    report = notebook(text)
    settle_notes(report)
    assert text.source.split() == ["two"]
    assert text.metadata["barometer"]["inline"] == []


def test_footnotes_stay_where_nothing_is_left_out() -> None:
    text = cell("one", "", "[^a]: A.")
    settle_notes(notebook(text))
    assert "[^a]: A." in text.source


def test_a_question_that_nothing_tells_of_is_listed() -> None:
    questionnaire = read_questionnaire(DATA / "2025" / "questionnaire.yml")
    shown = nbformat.v4.new_code_cell("bars(…)")
    table = {"name": "x", "csv": "jaar,vraag,universum\n2025,training,adopters\n"}
    method = {"name": "y", "csv": "vraag,aangevuld\nbudget_change,3\n"}
    shown.outputs = [
        nbformat.v4.new_output("display_data", data={DATA_TYPE: data}) for data in (table, method)
    ]
    sources = [{"question": "ai_use_status"}, {"terms": [{"question": "source"}]}, {"count": "n"}]
    told = cell("x", inline={1: {"sources": sources}})
    lists = nbformat.v4.new_markdown_cell(LISTS)
    report = notebook(told, shown, lists)
    names = [question.id for question in untold(report, questionnaire)]
    assert {"technology_use", "source", "training", "policy_support"}.isdisjoint(names)
    assert {"budget_change", "barrier"} <= set(names)
    list_untold(report, questionnaire)
    assert "- Budget voor AI (*budget\\_change*)" in lists.source
    assert "Geen enkele zin is weggelaten." in lists.source


def test_what_is_left_out_is_listed_with_what_lacks() -> None:
    questionnaire = read_questionnaire(DATA / "2025" / "questionnaire.yml")
    text, lists = cell("one", "two"), nbformat.v4.new_markdown_cell(LISTS)
    leave_out(text, {1: ["barrier.ethics (2025)"]})
    list_untold(notebook(text, lists), questionnaire)
    assert "- a\\.qmd, regel 2: barrier\\.ethics \\(2025\\)" in lists.source
