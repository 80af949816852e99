"""Exports and settings that cannot be right: each is refused, in words that say where and what.

Each case breaks one import of a small wave. Whatever goes wrong, earlier files stay as they were,
and no message holds an enterprise number or what a respondent wrote.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.intake.exports import write_csv, write_xlsx
from tests.intake.small import Importing
from tests.wave.small_wave import YEAR

#: What a respondent wrote, in the cases where that is in an export.
WORDS = "ons geheime plan"
Make = Callable[[Importing], Path]


def cells(it: Importing, column: str, value: str, rows: int = 1) -> None:
    for row in it.rows[3 : 3 + rows]:
        row[column] = value


def with_cells(column: str, value: str, rows: int = 1) -> Make:
    def make(it: Importing) -> Path:
        cells(it, column, value, rows)
        return it.csv()

    return make


def with_text(text: str | bytes, name: str = "answers.csv") -> Make:
    def make(it: Importing) -> Path:
        raw = text.encode() if isinstance(text, str) else text
        (it.folder / name).write_bytes(raw)
        return it.folder / name

    return make


def edited(old: str, new: str) -> Make:
    """The export with a text replaced once."""

    def make(it: Importing) -> Path:
        path = it.csv()
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return make


def workbook(change: Callable[[Any], object]) -> Make:
    """The export as a workbook, changed before it is saved."""

    def make(it: Importing) -> Path:
        header = list(it.rows[0])
        rows = [header, *([row[key] for key in header] for row in it.rows)]
        return write_xlsx(it.folder / "answers.xlsx", rows, lambda book: change(book) and None)

    return make


def damaged(it: Importing) -> Path:
    path = workbook(lambda book: None)(it)
    raw = bytearray(path.read_bytes())
    sheet = raw.index(b"xl/worksheets/sheet1.xml") + 200  # among what is compressed there
    raw[sheet : sheet + 40] = bytes(40)
    path.write_bytes(raw)
    return path


def set_cell(place: str, value: object) -> Callable[[Any], object]:
    return lambda book: book.active.__setitem__(place, value)


def two_sheets(book: Any, state: str = "visible") -> None:
    other = book.create_sheet("Oud")
    other["A1"] = "x"
    other.sheet_state = state


def only_hidden(book: Any) -> None:
    book.active.sheet_state = "hidden"
    book.create_sheet("Leeg")


def settings(make: Make | None = None, **responses: Any) -> Make:
    def then(it: Importing) -> Path:
        it.settings["responses"] = responses
        return make(it) if make else it.csv()

    return then


def question(name: str, **entry: Any) -> Make:
    return settings(questions={name: entry})


def codes_that_labels_contradict(it: Importing) -> Path:
    answers = it.wave.questionnaire["questions"]["budget"]["categories"]
    answers.clear()
    answers.update({"1": {"label": "2"}, "2": {"label": "1"}})
    for row in it.rows:
        row["budget"] = row["budget"] and "1"
    return it.csv()


def unmapped(it: Importing) -> Path:
    for row in it.rows:
        row["Opmerking"] = WORDS
    return it.csv()


def words_of_some(it: Importing) -> Path:
    for place, row in enumerate(it.rows[3:6]):
        row["budget"] = f"{WORDS} {place}"
    return it.csv()


def numbers_some_without_zero(it: Importing) -> Path:
    for row in it.rows[:2]:
        row["enterprise_number"] = "123456789"
    return it.csv()


CASES: dict[str, tuple[Make, str]] = {
    "no such file": (lambda it: it.folder / "none.csv", r"none\.csv: found no such file"),
    "unknown ending": (with_text("x", "answers.ods"), r"found the ending '\.ods'; expected one of"),
    "empty": (with_text("\n\n"), "answers.csv: found an empty file"),
    "header alone": (with_text("tool.robot,budget\n"), "row 2: found a header without data"),
    "Windows' encoding": (
        with_text("course\nprivé\n".encode("cp1252")),
        "row 2: found a byte that is not UTF-8 .0xe9",
    ),
    "NUL": (with_text("course\nx\0\n"), "found a NUL character"),
    "quotes": (edited("\n", '\n"x"y",'), "found quotes or lines amiss"),
    "cells too many": (edited("T10:03:00", "T10:03:00,"), "row 5: found 10 cells; expected 9"),
    "header twice": (edited("tool.scanner", "tool.robot"), "row 1: found two columns 'tool.robot'"),
    "no header": (
        lambda it: write_csv(it.folder / "a.csv", [list(row.values()) for row in it.rows]),
        "row 1: found 9 cells, none the name of a column that is wanted",
    ),
    "no workbook": (with_text("x", "answers.xlsx"), "answers.xlsx: found no workbook"),
    "damaged": (damaged, "answers.xlsx: found no workbook"),
    "merged": (
        workbook(lambda book: book.active.merge_cells("D2:D3")),
        "found merged cells: D2:D3",
    ),
    "formula": (
        workbook(set_cell("F3", "=1+1")),
        "row 3: found 1 formulas without a value, the first in F3",
    ),
    "error": (
        workbook(set_cell("F3", "#REF!")),
        "row 3: found 1 errors of Excel, the first #REF! in F3",
    ),
    "two sheets": (workbook(two_sheets), "found 2 filled sheets: 'Sheet', 'Oud'; expected one"),
    "hidden beside": (
        workbook(lambda b: two_sheets(b, "hidden")),
        "'Oud'; hidden: 'Oud'; expected one",
    ),
    "only hidden": (workbook(only_hidden), "found only a hidden sheet, 'Sheet'"),
    "no such sheet": (
        settings(workbook(lambda b: None), sheet="Blad1"),
        "found no filled sheet 'Blad1'; expected one of 'Sheet'",
    ),
    "no name": (workbook(set_cell("J2", "x")), "row 1: found no name above column 10"),
    "answer made a date": (
        workbook(lambda b: b.active.__setitem__("F4", datetime.date(2025, 10, 1))),
        "row 4, column course: found a date",
    ),
    "no SPSS file": (with_text("x", "answers.sav"), "answers.sav: found what SPSS did not write"),
    "column unmapped": (
        unmapped,
        "row 1: found 1 column too many: 'Opmerking'; expected columns that are",
    ),
    "column lacking": (
        edited("tool.scanner", "scanner"),
        "row 1: found no column 'tool.scanner' for tool.scanner; expected a column for",
    ),
    "ignored though used": (
        settings(ignore=["bud*"]),
        r"import\.responses\.ignore: found 'budget', which is used",
    ),
    "items of one column": (
        question("tool", column="robot"),
        "found 'robot' for both tool.robot and tool.scanner",
    ),
    "unknown question": (
        question("robots"),
        r"import\.responses\.questions: found 'robots'; expected one of tool",
    ),
    "unknown item": (
        question("tool", items={"drone": "A"}),
        r"questions\.tool\.items: found 'drone'; expected robot, scanner",
    ),
    "unknown scale": (
        settings(scales={"nee_ja": {}}),
        r"scales: found 'nee_ja'; expected one of yes_no",
    ),
    "unknown column": (
        settings(columns={"firm": "a"}),
        r"columns: found 'firm'; expected one of enterprise_number",
    ),
    "unknown code": (
        question("budget", values={"4": "much"}),
        r"budget\.values\.4: found 'much'; expected one of less",
    ),
    "select of a list": (
        question("budget", select={"none_ticked": "missing"}),
        "found select for a question that is not ticked",
    ),
    "none ticked": (
        question("purpose", select={"ticked": ["1"]}),
        "none_ticked: missing .no answer. or unticked",
    ),
    "pattern": (settings(pattern="Q{nr}"), "names in curly brackets but"),
    "one zone": (settings(submitted_at={"zone": "UTC"}), "both zone and local, or neither"),
    "no zone": (settings(submitted_at={"zone": "Brussel", "local": "UTC"}), "a time zone such as"),
    "no encoding": (settings(encoding="ansi1"), "an encoding such as"),
    "moment among columns": (
        settings(columns={"submitted_at": "x"}),
        "submitted_at beside columns",
    ),
    "unknown answer of one": (
        with_cells("budget", WORDS),
        "row 5, column budget: found an unknown text .not shown",
    ),
    "unknown answers of some": (words_of_some, "found 3 unknown texts .not shown"),
    "unknown answer of many": (
        with_cells("course", "Misschien", 6),
        "row 5, column course: found 'Misschien', in 6 rows; expected a code or its label: yes, no",
    ),
    "number as answer": (with_cells("course", "0900000001", 6), "found an unknown text .not shown"),
    "code against label": (
        codes_that_labels_contradict,
        "found '1', in 72 rows, which is by its code one answer",
    ),
    "nine digits": (
        numbers_some_without_zero,
        "row 2, column enterprise_number: found nine digits, in 2 of 120 rows",
    ),
    "no moment": (
        with_cells("submitted_at", "gisteren"),
        "row 5, column submitted_at: found no moment; expected a moment such as",
    ),
    "not in the format": (
        settings(with_cells("submitted_at", "2025/31/03"), submitted_at={"format": "%d/%m/%Y"}),
        "found no moment; expected a moment in the format %d/%m/%Y",
    ),
    "zone unsaid": (
        with_cells("submitted_at", "2025-03-01T10:00:00Z"),
        "a moment with a time zone, while",
    ),
    "hour skipped": (
        settings(
            with_cells("submitted_at", "2025-03-30T02:30:00"),
            submitted_at={"zone": "Europe/Brussels", "local": "UTC"},
        ),
        "row 5, column submitted_at: found an hour that the clock skipped",
    ),
    "hour twice": (
        settings(
            with_cells("submitted_at", "2025-10-26T02:30:00"),
            submitted_at={"zone": "Europe/Brussels", "local": "UTC"},
        ),
        "found an hour that the clock went through twice",
    ),
    "not submitted": (
        with_cells("submitted_at", "", 2),
        "row 5, column submitted_at: found 2 rows without a moment",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused(tmp_path: Path, case: str) -> None:
    make, expected = CASES[case]
    it = Importing(tmp_path)
    source = make(it)
    told = it.run(source)
    assert told.code == 1
    assert re.search(expected, told.said), told.said
    assert f"Wave {YEAR}: " in told.said or told.said.startswith("barometer: ")
    assert "Traceback" not in told.said
    # nothing of a respondent
    assert not re.search(r"\d{9}", told.said), told.said
    assert WORDS not in told.said
    # nothing was written
    assert sorted(path.name for path in (it.data / str(YEAR)).iterdir()) == [
        *("population.csv", "questionnaire.yml", "responses.csv", "sample.csv", "wave.yml")
    ]


@pytest.mark.parametrize(("ending", "package"), [(".xlsx", "openpyxl"), (".sav", "pyreadstat")])
def test_without_the_package_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    it = Importing(tmp_path)
    told = it.run(with_text("x", f"answers{ending}")(it))
    assert told.code == 1
    assert f"found no package {package}" in told.said
    assert "extra `import`" in told.said


def test_a_column_for_none_of_these_must_be_there(tmp_path: Path) -> None:
    select = {"ticked": ["1"], "unticked": ["0"], "nothing": "geen"}
    it = Importing(tmp_path)
    told = it.run(question("purpose", select=select)(it))
    assert (
        told.code,
        "found no column 'geen'; expected a column that wave.yml names" in told.said,
    ) == (1, True)


@pytest.mark.parametrize(
    ("settings_of", "expected"),
    [
        (
            {"columns": {"province": "P"}},
            r"import\.sample\.columns: found 'province'; expected one of",
        ),
        (
            {"columns": {"enterprise_number": {"values": {"1": "2"}}}},
            "found values for a column without codes",
        ),
        (
            {"columns": {"size": {"values": {"S": "tiny"}}}},
            r"size\.values\.S: found 'tiny'; expected one of",
        ),
        (
            {"columns": {"branch": "Sector"}},
            "sample.csv, row 1: found no column 'Sector' for branch",
        ),
        ({"columns": {"size": {"values": {"large": "small", "small": "large"}}}}, ""),
    ],
)
def test_the_export_of_the_sample_is_held_against_the_settings_too(
    tmp_path: Path, settings_of: dict[str, Any], expected: str
) -> None:
    it = Importing(tmp_path, {"sample": settings_of})
    header = list(it.wave.sample[0])
    rows = [header, *([row[key] for key in header] for row in it.wave.sample)]
    told = it.run(it.csv(), "--sample", write_csv(tmp_path / "sample.csv", rows))
    assert told.code == (1 if expected else 0)
    assert re.search(expected, told.said), told.said
