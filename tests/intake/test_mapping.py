"""What wave.yml says of scales, sheets and empty cells is done, and logged; files change whole."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from barometer.survey.survey import load_survey
from tests.intake.exports import write_xlsx
from tests.intake.small import Importing
from tests.wave.small_wave import YEAR

PURPOSES = ("purpose.sales", "purpose.stock")


def test_scales_questions_and_empty_cells_are_mapped_and_the_log_says_so(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    expected = pd.DataFrame(it.rows).copy()
    yes_no, budget = {"yes": "1", "no": "2"}, {"less": "-", "same": "=", "more": "+"}
    for row in it.rows:
        row["course"] = yes_no[row["course"]]
        for column in PURPOSES:
            row[column] = yes_no.get(row[column], "NVT")
        row["budget"] = budget.get(row["budget"], "NVT")
        row["tool.robot"] = {"use": " USE ", "plan": "plan", "none": "none"}[row["tool.robot"]]
    it.settings["responses"] = {
        "scales": {"yes_no": {"1": "yes", "2": "no"}},
        "questions": {"budget": {"values": {text: code for code, text in budget.items()}}},
        "empty": ["NVT"],
    }
    told = it.run(it.csv(delimiter=";"))
    assert told.code == 0, told.said
    pd.testing.assert_frame_equal(it.made(), expected, check_dtype=False)
    counts = expected["course"].value_counts()
    logged = {
        (row["from"], row["to"]): row["rows"] for row in it.log() if row["column"] == "course"
    }
    assert logged == {("1", "yes"): str(counts["yes"]), ("2", "no"): str(counts["no"])}
    empty = [row for row in it.log() if row["column"] == "budget" and row["to"] == ""]
    assert [(row["done"], row["from"], row["rows"]) for row in empty] == [
        ("empty", "NVT", str((expected["budget"] == "").sum()))
    ]
    # the wave that was made is one
    assert load_survey(YEAR, it.data)["tool"]["robot"].n == len(expected)


def test_the_log_tells_of_no_firm_and_of_no_words(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    for row in it.rows:
        row["Opmerking"] = "ons geheime plan"
    it.settings["responses"] = {"ignore": ["Opm*"]}
    told = it.run(it.csv())
    log = (it.data / str(YEAR) / "import.log.csv").read_text(encoding="utf-8")
    assert told.code == 0
    for text in (told.said.replace(str(tmp_path), ""), log):
        assert not re.search(r"\d{9}", text)
        assert "geheim" not in text
    ignored = [row for row in it.log() if row["export_column"] == "Opmerking"]
    assert [(row["done"], row["rows"]) for row in ignored] == [("ignored", "120")]


def rows_of(it: Importing) -> list[list[str]]:
    return [list(it.rows[0]), *([*row.values()] for row in it.rows)]


def test_a_named_sheet_is_read_whatever_stands_beside_it(tmp_path: Path) -> None:
    it = Importing(tmp_path, {"responses": {"sheet": "Antwoorden"}})

    def beside(book: object) -> None:
        book.active.title = "Antwoorden"  # type: ignore[attr-defined]
        book.create_sheet("Uitleg", 0)["A1"] = "Uitleg"  # type: ignore[attr-defined]

    told = it.run(write_xlsx(tmp_path / "answers.xlsx", rows_of(it), beside))
    assert told.code == 0, told.said
    pd.testing.assert_frame_equal(it.made(), pd.DataFrame(it.rows), check_dtype=False)


def test_a_formula_counts_by_the_value_that_excel_gave_it(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    path = write_xlsx(
        tmp_path / "plain.xlsx",
        rows_of(it),
        lambda book: book.active.__setitem__("F2", '=IF(1=1,"no","yes")'),
    )
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "answers.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b"</f><v />" in text  # as openpyxl writes it: without a value
                text = text.replace(b"</f><v />", b"</f><v>no</v>")
                text = text.replace(b'<c r="F2"', b'<c r="F2" t="str"')
            new.writestr(name, text)
    told = it.run(tmp_path / "answers.xlsx")
    assert told.code == 0, told.said
    assert it.made().loc[0, "course"] == "no"


def test_the_first_line_of_excel_that_names_the_delimiter_is_skipped(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    path = it.csv(delimiter=";")
    path.write_text("sep=;\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert it.run(path).code == 0
    pd.testing.assert_frame_equal(it.made(), pd.DataFrame(it.rows), check_dtype=False)


def test_a_second_import_replaces_the_first_and_gives_the_same_bytes(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    path = it.csv()
    folder = it.data / str(YEAR)
    made = []
    for _ in range(2):
        assert it.run(path).code == 0
        made.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert made[0] == made[1]


def test_zeros_are_restored_with_the_sample_that_is_there_already(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    expected = pd.DataFrame(it.rows).copy()
    for row in it.rows[:5]:
        row["enterprise_number"] = row["enterprise_number"].removeprefix("0")
    told = it.run(it.csv())
    assert told.code == 0, told.said
    pd.testing.assert_frame_equal(it.made(), expected, check_dtype=False)
    logged = {row["done"]: row["rows"] for row in it.log() if row["column"] == "enterprise_number"}
    assert logged == {"as it was": "115", "leading zero restored": "5"}


def test_a_sample_without_rows_yet_does_not_stand_in_the_way(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    it.wave.wave["import"] = {}
    it.wave.write(it.data)
    (it.data / str(YEAR) / "sample.csv").write_text("enterprise_number,branch\n", encoding="utf-8")
    assert it.run(it.csv()).code == 0


def test_an_import_that_fails_half_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Importing(tmp_path)
    path = it.csv()
    assert it.run(path).code == 0
    folder = it.data / str(YEAR)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    real = Path.write_text

    def full(path: Path, *text: str, **how: str) -> int:
        if path.name.startswith(".import.log.csv"):
            raise OSError(28, "No space left on device")
        return real(path, *text, **how)

    it.rows[0]["course"] = "yes"
    path = it.csv()
    monkeypatch.setattr(Path, "write_text", full)
    told = it.run(path)
    assert told.code == 1
    assert "No space left on device" in told.said
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_dutch_thousands_are_left_for_check_to_refuse(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    source, frame = it.csv(), tmp_path / "population.csv"
    frame.write_text("branch;size;firms\nfood;small;91.000\nFOOD;large;400,0\n", encoding="utf-8")
    told = it.run(source, "--population", frame)
    assert told.code == 0, told.said
    made = it.made("population")
    assert made.to_numpy().tolist() == [["food", "small", "91.000"], ["food", "large", "400"]]
