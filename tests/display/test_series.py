"""Breaks in a series: the line is cut, the value after it is marked, and the note says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barometer.display.block import Block
from barometer.display.evolution import evolution, over_time
from barometer.display.keyfigures import key_figures
from barometer.display.questionnaire import questionnaire_annex
from barometer.survey.survey import Survey, load_survey
from tests.display.test_figures import strokes, texts, ticks
from tests.survey.changing import (
    Edit,
    first,
    label,
    later,
    question,
    rename_item,
    rename_question,
)

WORDED = question("course", label="Opleidingen?")
NOTE = "b breuk in de tijdreeks: sinds 2025 een andere vraag."


def waves(folder: Path, *edits: Edit) -> Survey:
    """Waves of 2022, 2023 and 2025, the last of them edited."""
    for wave in (first(2022), later(2023), now := first(2025)):
        for edit in edits if wave is now else ():
            edit(wave)
        wave.write(folder)
    return load_survey(2025, folder)


def flags(block: Block, category: str) -> dict[int, str]:
    assert block.data is not None
    rows = block.data[block.data["categorie"] == category]
    return dict(zip(rows["jaar"], rows["vlag"], strict=True))


def joined(block: Block) -> list[list[str]]:
    """The years that each line of the drawing runs through."""
    places = ticks(block)
    return [
        [year for year, x in places.items() if any(abs(x - end) < 0.01 for end in line)]
        for line in strokes(block)
        if len(line) > 1
    ]


@pytest.mark.parametrize("draw", [evolution, over_time])
def test_a_break_cuts_the_line_and_marks_the_value_after_it(draw: object, tmp_path: Path) -> None:
    survey = waves(tmp_path, WORDED)
    block = (
        over_time(survey["course"]["yes"])
        if draw is over_time
        else evolution(survey["course"], categories=["yes"])
    )
    assert flags(block, "yes") == {2022: "", 2023: "", 2025: "b"}
    assert sum(text.endswith("b") and text[0].isdigit() for text in texts(block)) == 1
    assert joined(block) == [["2022", "2023"]]
    assert NOTE in block.html
    assert NOTE in block.typst
    assert "; na een breuk " in block.alt
    assert block.alt.index("in 2023") < block.alt.index("na een breuk") < block.alt.index("in 2025")
    assert "naar" in block.alt.partition("na een breuk")[0]


def test_what_is_said_to_compare_does_not_break(tmp_path: Path) -> None:
    survey = waves(tmp_path, question("course", label="Opleidingen?", previous="course"))
    block = over_time(survey["course"]["yes"])
    assert set(flags(block, "yes").values()) == {""}
    assert joined(block) == [["2022", "2023", "2025"]]
    assert "breuk" not in block.html + block.alt


def test_a_renamed_question_goes_on(tmp_path: Path) -> None:
    """Its earlier points are those of its old name, and say so in the data."""
    survey = waves(tmp_path, rename_question("course", "lesson", previous="course"))
    block = over_time(survey["lesson"]["yes"])
    assert joined(block) == [["2022", "2023", "2025"]]
    assert block.data is not None
    assert block.data["vraag"].tolist() == ["course", "course", "lesson"]
    first_wave = survey.history()[2022]["course"]["yes"]
    assert block.data["percentage"].iloc[0] == pytest.approx(first_wave.shown.estimate)


def test_a_key_figure_says_that_it_was_measured_otherwise(tmp_path: Path) -> None:
    survey = waves(tmp_path, WORDED)
    said = key_figures(survey, "course.yes")("course.yes", "volgt cursussen.")
    assert said.endswith("geen vergelijking: anders gemeten in 2023")
    survey = waves(tmp_path / "new", question("course", previous=[]))
    said = key_figures(survey, "course.yes")("course.yes", "volgt cursussen.")
    assert said.endswith("geen vergelijking: niet gemeten in 2023")


def test_the_annex_knows_since_when_under_any_name(tmp_path: Path) -> None:
    survey = waves(
        tmp_path,
        rename_question("course", "lesson", label="Lessen?", previous="course"),
        rename_question("budget", "money", label="Geld?"),
        rename_item("purpose", "sales", "trade", label="Handel", previous="sales"),
        rename_item("purpose", "stock", "store", label="Opslag"),
    )
    html = questionnaire_annex(survey).html
    entries = dict(re.findall(r"<strong>V\d\. (.*?)</strong>(.*?)</div>", html))
    assert "Sinds 2022." in entries["Lessen?"]
    assert "Nieuw in 2025." in entries["Geld?"]
    assert "<li>Handel</li><li>Opslag (sinds 2025)</li>" in entries["Waarvoor?"]


def test_the_note_names_what_breaks_where_not_all_does(tmp_path: Path) -> None:
    survey = waves(
        tmp_path, rename_item("tool", "scanner", "scanner", label="Lezer", short="Lezer")
    )
    block = evolution(survey["tool"])
    assert "b breuk in de tijdreeks: sinds 2025 een andere vraag (Lezer)." in block.html
    assert flags(block, "robot")[2025] == ""
    assert flags(block, "scanner")[2025] == "b"


def test_another_thing_under_an_old_name_has_no_earlier_points(tmp_path: Path) -> None:
    survey = waves(tmp_path, rename_item("tool", "scanner", "scanner", previous=[]))
    block = evolution(survey["tool"], categories=["scanner"])
    assert list(flags(block, "scanner")) == [2025]
    assert "breuk" not in block.html


def test_a_series_breaks_where_other_answers_could_be_given(tmp_path: Path) -> None:
    answers = {name: label(name) for name in ("less", "same", "more", "much more")}
    survey = waves(tmp_path, question("budget", categories=answers))
    block = evolution(survey["budget"])
    assert "b breuk in de tijdreeks: sinds 2025 andere antwoorden (less; same; more)." in block.html
    assert flags(block, "much more")[2025] in ("", "u")
