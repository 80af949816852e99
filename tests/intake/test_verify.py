"""The questionnaire that an export tells of, held against ours: every difference is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from barometer.errors import WaveError
from barometer.intake.limesurvey import read_structure
from tests.intake.exports import table, write_csv
from tests.intake.small import Importing

#: What SPSS says of the columns of the small wave: as questionnaire.yml does.
YES_NO = {1.0: "Ja", 2.0: "Nee"}
USE = {1.0: "use", 2.0: "plan", 3.0: "none"}
WORDING = {
    "tool.robot": "robot",
    "tool.scanner": "[scanner] Gebruikt u?",
    "course": "Cursussen?",
    "purpose.sales": "Verkoop",
    "purpose.stock": "Voorraad",
    "budget": "Budget?",
}


class Told:
    """The labels of a .sav file of the small wave."""

    def __init__(self) -> None:
        self.wording = dict(WORDING)
        self.values: dict[str, dict[int | float, str]] = {
            "tool.robot": dict(USE),
            "tool.scanner": dict(USE),
            "course": dict(YES_NO),
            "purpose.sales": dict(YES_NO),
            "purpose.stock": dict(YES_NO),
            "budget": {1.0: "less", 2.0: "same", 3.0: "more"},
        }
        self.missing: dict[str, list[Any]] = {}

    def write(self, it: Importing) -> Path:
        """Write the answers of the small wave as numbers, the number of an answer in its column."""
        ours = {"Ja": "yes", "Nee": "no"}
        frame = pd.DataFrame(it.rows)
        for column, labels in self.values.items():
            numbers = {ours.get(label, label): number for number, label in labels.items()}
            frame[column] = frame[column].map(numbers)
        path = it.folder / "answers.sav"
        pyreadstat.write_sav(
            frame,
            path,
            column_labels=dict(self.wording),
            variable_value_labels=self.values,
            missing_ranges=self.missing,
        )
        return path


def wording(told: Told) -> None:
    told.wording["budget"] = "Hoeveel budget?"


def item(told: Told) -> None:
    told.wording["purpose.stock"] = "Logistiek"


def answer(told: Told) -> None:
    told.values["budget"][4.0] = "weet niet"


def lacking(told: Told) -> None:
    del told.values["tool.robot"][3.0]


DIFFERENCES: dict[str, tuple[Callable[[Told], None], str]] = {
    "wording": (wording, "column budget: found the wording 'Hoeveel budget?'; expected 'Budget?'"),
    "item": (item, "column purpose.stock: found the wording 'Logistiek'; expected 'Voorraad'"),
    "answer": (
        answer,
        "column budget: found the answer 4, 'weet niet'; expected one of less, same",
    ),
    "lacking": (lacking, "column tool.robot: found no answer none; expected it among 2"),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_what_differs_is_said_and_nothing_else(tmp_path: Path, case: str) -> None:
    change, expected = DIFFERENCES[case]
    it, told = Importing(tmp_path), Told()
    change(told)
    said = it.run(told.write(it), "--verify")
    assert said.code == 1
    difference, count = said.said.splitlines()
    assert expected in difference
    assert count == "1 difference between the questionnaire of the export and ours."


def test_the_same_questionnaire_does_not_differ_and_comes_in_whole(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    path = Told().write(it)
    assert it.run(path, "--verify").code == 0
    before = it.made()
    told = it.run(path)
    assert (told.code, "difference" in told.said) == (0, False)
    pd.testing.assert_frame_equal(it.made(), before)


def test_an_answer_called_otherwise_is_said_where_wave_yml_maps_it(tmp_path: Path) -> None:
    it, told = Importing(tmp_path), Told()
    path = told.write(it)
    frame, _ = pyreadstat.read_sav(path)
    told.values["course"][1.0] = "Zeker"
    pyreadstat.write_sav(
        frame, path, column_labels=dict(WORDING), variable_value_labels=told.values
    )
    it.settings["responses"] = {"scales": {"yes_no": {"Zeker": "yes"}}}
    said = it.run(path)
    assert said.code == 0, said.said
    assert "column course: found the answer 1, 'Zeker'; expected 'Ja' for yes" in said.said
    assert it.made()["course"].tolist() == [row["course"] for row in it.rows]


def test_what_spss_calls_missing_is_an_answer_where_the_questionnaire_has_it(
    tmp_path: Path,
) -> None:
    it, told = Importing(tmp_path), Told()
    told.missing = {"course": [2]}
    said = it.run(told.write(it))
    assert said.code == 0, said.said
    assert it.made()["course"].tolist() == [row["course"] for row in it.rows]


def test_an_export_without_labels_has_nothing_to_compare(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    said = it.run(it.csv(), "--verify")
    assert said.code == 0
    assert "says nothing of its questions" in said.said


# --- structures of LimeSurvey -------------------------------------------------------------------

HEAD = ["class", "type/scale", "name", "text", "language"]
STRUCTURE = [
    ["S", "", "language", "nl", ""],
    ["Q", "L", "course", "<p>Cursussen?</p>", "nl"],
    ["A", "0", "J", "Ja", "nl"],
    ["A", "0", "N", "Nee", "nl"],
    ["Q", "S", "mail", "Uw adres?", "nl"],
    ["Q", "1", "D", "Twee schalen", "nl"],
    ["SQ", "0", "a", "Eerste", "nl"],
    ["A", "0", "x", "Weinig", "nl"],
    ["A", "1", "y", "Vaak", "nl"],
    ["Q", ":", "M", "Rooster", "nl"],
    ["SQ", "0", "r", "Rij &amp; rand", "nl"],
    ["SQ", "1", "k", "Kolom", "nl"],
    ["Q", "L", "course", "Training?", "en"],
    ["A", "0", "J", "Yes", "en"],
]


def structure(folder: Path) -> Path:
    return write_csv(folder / "structure.txt", [HEAD, *STRUCTURE], delimiter="\t")


def test_columns_are_called_as_limesurvey_calls_them(tmp_path: Path) -> None:
    told = read_structure(structure(tmp_path))
    assert dict(told["course"].values) == {"J": "Ja", "N": "Nee"}
    assert told["course"].label == "Cursussen?"
    assert {name: (t.label, *t.values.values()) for name, t in told.items() if "[" in name} == {
        "D[a][1]": ("Eerste", "Weinig"),
        "D[a][2]": ("Eerste", "Vaak"),
        "M[r_k]": ("Rij & rand Kolom",),
    }
    assert told["D_a_1"] == told["D[a][1]"]


def test_a_language_is_chosen_or_refused(tmp_path: Path) -> None:
    told = read_structure(structure(tmp_path), "en")
    assert (told["course"].label, dict(told["course"].values)) == ("Training?", {"J": "Yes"})
    with pytest.raises(WaveError, match="no language 'fr'; expected one of nl, en"):
        read_structure(structure(tmp_path), "fr")


LANGUAGES = {"nl": ("Cursussen?", "Ja"), "en": ("Training?", "Yes")}


@pytest.mark.parametrize("apart", [True, False], ids=["since version 4", "before"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_of_a_structure_in_xml(tmp_path: Path, apart: bool, language: str) -> None:
    """Texts stand in tables of their own, or within the rows of questions and answers."""
    asked = {"qid": "1", "parent_qid": "0", "type": "L", "title": "course"}
    answer = {"aid": "7", "qid": "1", "code": "J", "scale_id": "0"}
    told = [{"qid": "1", "question": q, "language": lang} for lang, (q, _) in LANGUAGES.items()]
    said = [{"aid": "7", "answer": a, "language": lang} for lang, (_, a) in LANGUAGES.items()]
    tables = [table("surveys", [{"language": "nl"}])]
    if apart:
        tables += [table("questions", [asked]), table("answers", [answer])]
        tables += [table("question_l10ns", told), table("answer_l10ns", said)]
    else:
        tables += [table("questions", [asked | row for row in told])]
        tables += [table("answers", [answer | row for row in said])]
    known = "".join(f"<language>{lang}</language>" for lang in LANGUAGES)
    path = tmp_path / "survey.lss"
    text = f"<document><languages>{known}</languages>{''.join(tables)}</document>"
    path.write_text(text, encoding="utf-8")
    course = read_structure(path, language)["course"]
    assert (course.label, course.values["J"]) == LANGUAGES[language]


@pytest.mark.parametrize("text", ["", "<document>", "<document/>", "class\tname\n", "a,b\n1,2\n"])
def test_what_is_no_structure_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "structure.lss"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WaveError, match="found no questions of LimeSurvey"):
        read_structure(path)


def test_questions_that_one_of_both_lacks_are_said(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    said = it.run(it.csv(), "--structure", structure(tmp_path), "--verify")
    assert said.code == 1
    assert "column mail: found a question that the answers lack, 'Uw adres?'" in said.said
    assert "found no such question in the questionnaire of the export; expected budget" in said.said
    assert "expected course of" not in said.said
