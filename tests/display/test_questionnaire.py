"""The questionnaire in print: all that was asked, of whom and since when, in page and PDF alike."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from barometer.display.block import typst_string
from barometer.display.questionnaire import questionnaire_annex
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, small_survey

YEARS = [2021, 2022, 2023, 2025]
years = pytest.mark.parametrize("year", YEARS)


@cache
def file(year: int) -> dict[str, Any]:
    """questionnaire.yml of a wave, read without the house."""
    path = DATA / str(year) / "questionnaire.yml"
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


@cache
def entries(year: int) -> list[str]:
    """What the page says of each question, without tags."""
    page = questionnaire_annex(load_survey(year, DATA)).html
    parts = page.split('<div class="question">')[1:]
    return [html.unescape(re.sub(r"<[^>]+>", "\n", part)) for part in parts]


def answers(year: int, question: dict[str, Any]) -> list[str]:
    scale = file(year)["scales"].get(question.get("scale", ""), {})
    return [answer["label"] for answer in (question.get("categories") or scale).values()]


@years
def test_every_question_answer_and_item_is_there(year: int) -> None:
    asked = file(year)["questions"].values()
    assert len(entries(year)) == len(asked)
    for number, (question, entry) in enumerate(zip(asked, entries(year), strict=True), 1):
        assert f"V{number}. {question['label']}" in entry
        wanted = answers(year, question)
        wanted += [item["label"] for item in question.get("items", {}).values()]
        assert [label for label in wanted if label not in entry] == []


@years
def test_who_was_asked_and_what_is_left_out(year: int) -> None:
    for question, entry in zip(file(year)["questions"].values(), entries(year), strict=True):
        base = file(year)["universes"][question["asked_of"]]["label"]
        assert f"Gevraagd aan {base}." in entry
        assert ("Verplicht." in entry) == question.get("mandatory", False)
        assert ("Niet opgenomen in dit rapport." in entry) != question.get("reported", True)


@years
def test_since_which_wave(year: int) -> None:
    """The first of the waves that have it; an item that came later says so itself."""
    past = [y for y in YEARS if y <= year]
    for (name, question), entry in zip(file(year)["questions"].items(), entries(year), strict=True):
        first = min(y for y in past if name in file(y)["questions"])
        new = first == year and year > YEARS[0]
        assert (f"Nieuw in {year}." if new else f"Sinds {first}.") in entry
        for item, label in question.get("items", {}).items():
            asked = {y: file(y)["questions"].get(name, {}).get("items", {}) for y in past}
            with_item = [y for y in past if item in asked[y]]
            line = next(line for line in entry.splitlines() if line.startswith(label["label"]))
            later = f" (sinds {min(with_item)})" if min(with_item) > first else ""
            assert line == label["label"] + later


def test_how_it_was_answered() -> None:
    kinds = {"Eén antwoord.", "Meerdere antwoorden mogelijk.", "Eén antwoord per item."}
    found = {
        name: next(kind for kind in kinds if kind in entry)
        for name, entry in zip(file(2025)["questions"], entries(2025), strict=True)
    }
    assert found["budget_change"] == "Eén antwoord."
    assert found["barrier"] == "Meerdere antwoorden mogelijk."
    assert found["technology_use"] == found["ai_act_statement"] == "Eén antwoord per item."


def test_page_and_pdf_say_the_same(survey: Survey) -> None:
    block = questionnaire_annex(survey)
    page = [html.unescape(text) for text in re.findall(r">([^<>]+)<", block.html)]
    assert page == re.findall(r', "([^"]*)"\)', block.typst)


def test_a_question_that_was_away_is_as_old_as_its_return() -> None:
    first = small_survey(2021, {"export": ["y", "n"], "lease": ["y", "n"]})
    second = small_survey(2022, {"export": ["y", "n"]}, [first])
    third = small_survey(2023, {"export": ["y", "n"], "lease": ["y", "n"]}, [first, second])
    export, lease = questionnaire_annex(third).html.split("V2.")
    assert "Sinds 2021." in export
    assert "Nieuw in 2023." in lease


def test_nothing_in_a_wording_is_markup() -> None:
    survey = small_survey(2025, {"export": ["y", "n"]})
    asks = survey.questionnaire
    wording = 'Voert u < 10% "uit" #uit *of* in?'
    question = asks.questions["export"].model_copy(update={"label": wording})
    asks = replace(asks, questions={"export": question})
    survey._wave = replace(survey._wave, questionnaire=asks)
    block = questionnaire_annex(survey)
    assert f"V1. {html.escape(wording)}" in block.html
    assert typst_string(f"V1. {wording}") in block.typst


def test_only_a_long_question_may_break_over_pages(survey: Survey) -> None:
    assert "breakable: true" not in questionnaire_annex(survey).typst
    long = small_survey(2025, {"export": [f"antwoord {i}" for i in range(40)]})
    assert "breakable: true" in questionnaire_annex(long).typst
