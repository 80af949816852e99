"""A broken wave: every problem is named with its place, and nothing of a respondent leaks."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from barometer.errors import BarometerError, WaveError
from barometer.survey.survey import load_survey
from barometer.wave.reading import read_wave
from barometer.wave.validation import Wave, validate
from tests import helpers
from tests.helpers import Command

Rows = list[list[str]]


def edit(path: Path, change: Callable[[Rows], object], delimiter: str = ",") -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def problems(data: Path) -> str:
    with pytest.raises(WaveError) as caught:
        read_valid(data)
    return str(caught.value)


def read_valid(data: Path) -> Wave:
    return validate(read_wave(2025, data))


def set_cell(row: int, column: str, value: str) -> Callable[[Rows], None]:
    """Change a cell; rows count as in a spreadsheet."""

    def change(rows: Rows) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


@pytest.mark.parametrize("file", ["population.csv", "sample.csv", "responses.csv"])
def test_missing_file(data: Path, file: str) -> None:
    (data / "2025" / file).unlink()
    assert f"{file}: found no such file; expected a CSV file" in problems(data)


@pytest.mark.parametrize("file", ["wave.yml", "questionnaire.yml"])
def test_missing_settings(data: Path, file: str) -> None:
    (data / "2025" / file).unlink()
    assert f"{file}: found no such file" in problems(data)


def test_folder_of_the_name_of_a_file(data: Path) -> None:
    (data / "2025" / "sample.csv").unlink()
    (data / "2025" / "sample.csv").mkdir()
    assert "sample.csv: found what cannot be read (Is a directory); expected a CSV file" in (
        problems(data)
    )


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_empty_file(data: Path, content: bytes) -> None:
    (data / "2025" / "sample.csv").write_bytes(content)
    assert "sample.csv: found an empty file; expected a header row" in problems(data)


def test_header_without_data(data: Path) -> None:
    path = data / "2025" / "population.csv"
    path.write_text("sector,size,firms\n")
    assert "population.csv: found a header without data" in problems(data)


def test_not_utf8(data: Path) -> None:
    path = data / "2025" / "population.csv"
    path.write_bytes(path.read_bytes().replace(b"Micro", b"Micr\xf3", 1))
    found = problems(data)
    assert "population.csv, row 2: found a byte that is not UTF-8 (0xf3)" in found


def test_missing_and_extra_column(data: Path) -> None:
    edit(data / "2025" / "sample.csv", set_cell(1, "delivery", "levering"))
    found = problems(data)
    assert "sample.csv, row 1, column delivery: found no such column" in found
    assert "sample.csv, row 1, column levering: found an extra column" in found


def test_row_too_short(data: Path) -> None:
    edit(data / "2025" / "sample.csv", lambda rows: rows[11].pop())
    assert "sample.csv, row 12: found 4 cells; expected 5" in problems(data)


def test_unknown_codes(data: Path) -> None:
    edit(data / "2025" / "responses.csv", set_cell(7, "technology_use.nlg", "misschien"))
    edit(data / "2025" / "sample.csv", set_cell(3, "sector", "NACE 99"))
    edit(data / "2025" / "population.csv", set_cell(4, "firms", "veel"))
    found = problems(data)
    assert (
        "responses.csv, row 7, column technology_use.nlg: found a text of 9 "
        "characters; expected one of (empty), use, plan, none"
    ) in found
    assert "sample.csv, row 3, column sector: found 'NACE 99'; expected one of NACE 10-33" in found
    assert "population.csv, row 4, column firms: found 'veel'; expected a whole number" in found


def test_stratum_without_population(data: Path) -> None:
    edit(data / "2025" / "population.csv", lambda rows: rows.pop(1))
    found = problems(data)
    assert re.search(r"sample\.csv, row \d+: found \d+ firms in stratum .*no population", found)


def test_stratum_twice(data: Path) -> None:
    edit(data / "2025" / "population.csv", lambda rows: rows.append(rows[1]))
    assert "again; expected each stratum once" in problems(data)


def test_more_sampled_than_population(data: Path) -> None:
    edit(data / "2025" / "population.csv", set_cell(2, "firms", "3"))
    assert "expected at most its population, 3" in problems(data)


def test_a_stratum_may_be_sampled_whole_but_no_more(data: Path) -> None:
    sample = pd.read_csv(data / "2025" / "sample.csv", dtype=str)
    first = (sample["sector"] == "NACE 10-33") & (sample["size"] == "Micro")
    path = data / "2025" / "population.csv"
    edit(path, set_cell(2, "firms", str(first.sum())))
    population = read_valid(data).population
    assert population.iloc[0].tolist() == ["NACE 10-33", "Micro", first.sum()]
    edit(path, set_cell(2, "firms", str(first.sum() - 1)))
    assert f"found {first.sum()} firms in stratum NACE 10-33 × Micro" in problems(data)


def test_more_answering_firms_than_sampled(data: Path) -> None:
    edit(data / "2025" / "sample.csv", lambda rows: [rows.pop() for _ in rows[21:]])
    found = problems(data)
    assert re.search(r"sample.csv, .* none of the firms of 33\d\d of the 3347 answers; exp", found)


def test_respondent_outside_sample_and_duplicate_in_sample_stay_anonymous(data: Path) -> None:
    numbers: list[str] = []

    def repeat(rows: Rows) -> None:
        rows[9][0] = rows[5][0]
        numbers.append(rows[5][0])

    edit(data / "2025" / "sample.csv", repeat)
    edit(data / "2025" / "responses.csv", set_cell(4, "enterprise_number", "0999999999"))
    found = problems(data)
    assert "sample.csv, row 10, column enterprise_number: found the enterprise number of row 6" in (
        found
    )
    assert (
        "responses.csv, row 4, column enterprise_number: found a firm outside the sample" in found
    )
    assert numbers[0] not in found
    assert "0999999999" not in found


def test_spreadsheet_without_leading_zero(data: Path) -> None:
    edit(data / "2025" / "sample.csv", set_cell(2, "enterprise_number", "123456789"))
    found = problems(data)
    assert "sample.csv, row 2, column enterprise_number: found 9 characters" in found
    assert "123456789" not in found


@pytest.mark.parametrize("moment", ["17/06/2025 10:32", "2025-06-17", "2025-06-17T10:32", ""])
def test_moment_in_another_form(data: Path, moment: str) -> None:
    """The later of two answers counts, so the order of moments must be that of their texts."""
    edit(data / "2025" / "responses.csv", set_cell(6, "submitted_at", moment))
    found = problems(data)
    shown = f"'{moment}'" if moment else "an empty cell"
    assert f"responses.csv, row 6, column submitted_at: found {shown}; expected a moment" in found


@pytest.mark.parametrize("number", ["123456789", "0123.456.789", "2123456789", ""])
def test_reported_number_in_another_form(data: Path, number: str) -> None:
    """It would silently count as that of another enterprise."""
    edit(data / "2025" / "responses.csv", set_cell(8, "reported_enterprise_number", number))
    found = problems(data)
    assert "responses.csv, row 8, column reported_enterprise_number: found " in found
    assert "expected an enterprise number: ten digits" in found
    assert len(found.splitlines()) == 1
    assert not number or number not in found


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (100, "responses.csv, row 524, column ai_act_awareness: found an answer to a question tha"),
        (1, "questionnaire.yml, column questions.ai_act_awareness.asked_of: found adopters, outsi"),
    ],
)
def test_answer_to_a_question_not_asked(data: Path, share: int, expected: str) -> None:
    """A few rows are wrong; if a third is, it is the universe."""

    def answer(rows: Rows) -> None:
        use = [i for i, c in enumerate(rows[0]) if c.startswith("technology_use.")]
        column = rows[0].index("ai_act_awareness")
        unasked = [row for row in rows[1:] if all(row[i] == "none" for i in use)]
        for row in unasked[::share]:
            row[column] = "aware"

    edit(data / "2025" / "responses.csv", answer)
    (line,) = problems(data).splitlines()
    assert expected in line


def test_stratum_without_respondent_and_its_remedy(data: Path) -> None:
    sample = pd.read_csv(data / "2025" / "sample.csv", dtype=str)
    small = sample[(sample["sector"] == "NACE 55-56") & (sample["size"] == "Groot")]
    gone = set(small["enterprise_number"])

    def drop(rows: Rows) -> None:
        rows[1:] = [row for row in rows[1:] if row[0] not in gone]

    edit(data / "2025" / "responses.csv", drop)
    found = problems(data)
    assert "found no usable answer in stratum NACE 55-56 × Groot, a population of 16 firms" in found
    assert "collapse: [{sector: 'NACE 55-56', size: [Groot, …]}]" in found
    settings = data / "2025" / "wave.yml"
    remedy = "\ncollapse: [{sector: NACE 55-56, size: [Middelgroot, Groot]}]\n"
    settings.write_text(settings.read_text() + remedy)
    survey = load_survey(2025, data)
    merged = survey.answers[survey.answers["sector"] == "NACE 55-56"]
    assert merged.loc[merged["size"] == "Middelgroot", "weight"].sum() == pytest.approx(61 + 16)


def test_all_problems_of_all_files_at_once(data: Path) -> None:
    (data / "2025" / "population.csv").unlink()
    edit(data / "2025" / "sample.csv", set_cell(3, "delivery", "weg"))
    edit(data / "2025" / "responses.csv", set_cell(5, "budget_change", "hoog"))
    settings = data / "2025" / "wave.yml"
    settings.write_text(settings.read_text().replace("year: 2025", "year: 2024"))
    found = problems(data)
    assert len(found.splitlines()) == 4
    for file in ("population.csv", "sample.csv", "responses.csv", "wave.yml"):
        assert file in found


def test_excel_export_is_accepted(data: Path) -> None:
    expected = read_valid(data)
    for file in ("population.csv", "sample.csv", "responses.csv"):
        edit(data / "2025" / file, lambda rows: None, delimiter=";")
    path = data / "2025" / "population.csv"
    text = re.sub(r";(\d+)\n", r";\1,0\n", path.read_text(encoding="utf-8"))
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    found = read_valid(data)
    for frame in ("population", "sample", "responses"):
        assert getattr(found, frame).equals(getattr(expected, frame)), frame


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "wave.yml",
            "year: 2025",
            "year: 2024",
            "wave.yml, column year: found 2024; expected 2025",
        ),
        (
            "wave.yml",
            "classes: [ai_use_status",
            "classes: [ai_use",
            "wave.yml, column imputation.classes: found 'ai_use'; expected a domain or indicator",
        ),
        (
            "wave.yml",
            "singleton: adjust",
            "singleton: adjust\ncollapse: [{sector: NACE 99, size: [Micro, Klein]}]",
            "wave.yml, column collapse: found ",
        ),
    ],
)
def test_settings_against_each_other(
    data: Path, file: str, old: str, new: str, expected: str
) -> None:
    helpers.edit(data / "2025" / file, old, new)
    assert expected in problems(data)


@pytest.mark.parametrize("name", ["training", "ai_use_status", "weight", "delivery", "firms"])
def test_a_domain_may_not_take_the_name_of_something_else(data: Path, name: str) -> None:
    """Of a question, an indicator, or a column of the files or of the pipeline."""
    domain = f"domains:\n  {name}:\n    label: X\n    values: {{x: {{label: X, short: x}}}}"
    helpers.edit(data / "2025" / "wave.yml", "domains:", domain)
    assert (
        f"wave.yml, column domains: found '{name}'; expected a name that no question, indicator or "
        "column of the files has"
    ) in problems(data)


def test_no_such_wave(data: Path) -> None:
    with pytest.raises(BarometerError, match=r"2031: found no such folder.*Waves there: 2025"):
        load_survey(2031, data)


def test_command_lists_problems_and_exits_with_1(data: Path, barometer: Command) -> None:
    edit(data / "2025" / "responses.csv", set_cell(5, "budget_change", "hoog"))
    result = barometer("check", 2025, "--data", data)
    assert result.returncode == 1
    assert "Wave 2025: 1 problem\nresponses.csv, row 5, column budget_change" in result.stderr
    assert "Traceback" not in result.stderr


def test_command_on_a_good_wave(barometer: Command) -> None:
    result = barometer("check", 2025)
    assert result.returncode == 0
    assert "Wave 2025 is valid: 3347 answers, 2915 usable" in result.stdout
