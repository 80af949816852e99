"""Whatever stands in the files of a wave: `check` says what is wrong, in few lines, and of nobody.

Nothing but a BarometerError may come of it, and no message tells a number or text of a respondent.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.render.checks.command import check
from barometer.wave.reading import read_wave
from barometer.wave.validation import validate
from tests.wave.small_wave import YEAR, SmallWave

FILES = ("wave.yml", "questionnaire.yml", "population.csv", "sample.csv", "responses.csv")
#: More than any valid file of the small wave has problems of.
MOST_LINES = 40
SECRET = "Jan Peeters, 0475 12 34 56"
ODD: list[Any] = [
    *(None, True, False, 0, -1, 10**30, 2.5, 1e308, float("nan"), float("inf"), "", " ", "x" * 999),
    *([], {}, [[]], [None], {1: 2}, {True: "x"}, {"": ""}, ["use", "use"], "use", "tool", "all"),
    *(datetime.date(2025, 3, 1), datetime.datetime(2025, 3, 1, 10), "2025-02-30"),
]
MANY = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key of a mapping and place in a list, of any depth."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


SETTINGS = [(f, p) for f in ("wave", "questionnaire") for p in places(getattr(SmallWave(), f))]


def told(data: Path) -> str:
    """What `check` says of a wave, found valid or not; what it may not say is looked for."""
    try:
        validate(read_wave(YEAR, data))
    except BarometerError as error:
        said = str(error)
    else:
        try:
            said = "\n".join(check(YEAR, data, data / "none")[0])
        except BarometerError as error:
            said = str(error)
    assert not re.search(r"0?9000000[0-9]{2}|Peeters|0475", said)
    assert said.count("\n") < MOST_LINES, said
    return said


@MANY
@given(place=st.sampled_from(SETTINGS), value=st.sampled_from(ODD))
@example(("wave", ("imputation", "seed")), 10**30)
@example(("wave", ("collapse",)), [{"branch": ["food"], "size": [["small"]]}])
@example(("questionnaire", ("universes", "users", "all_of")), [{"universe": "users"}])
def test_any_value_of_a_setting(place: tuple[str, tuple[Any, ...]], value: Any) -> None:
    wave, (file, path) = SmallWave(), place
    node: Any = getattr(wave, file)
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with TemporaryDirectory() as folder:
        told(wave.write(Path(folder)))


@MANY
@given(place=st.sampled_from(SETTINGS), key=st.sampled_from([True, 1, 2.5, None, "weight", "a.b"]))
def test_any_key_of_a_setting(place: tuple[str, tuple[Any, ...]], key: Any) -> None:
    wave, (file, path) = SmallWave(), place
    node: Any = getattr(wave, file)
    for part in path[:-1]:
        node = node[part]
    if isinstance(node, dict):
        node[key] = node.pop(path[-1])
    with TemporaryDirectory() as folder:
        told(wave.write(Path(folder)))


@MANY
@given(
    file=st.sampled_from(["population", "sample", "responses"]),
    text=st.sampled_from([SECRET, "", "0900000004", "9" * 21, "9" * 5000, "٤", "\n", '"', "=1+1"]),
    every=st.sampled_from([1, 7, 10**6]),
    data=st.data(),
)
def test_any_text_in_cells(file: str, text: str, every: int, data: st.DataObject) -> None:
    wave = SmallWave()
    rows = getattr(wave, file)
    column = data.draw(st.sampled_from(list(rows[0])))
    for row in rows[::every]:
        row[column] = text
    with TemporaryDirectory() as folder:
        told(wave.write(Path(folder)))


@MANY
@given(file=st.sampled_from(FILES), data=st.data())
def test_any_damage_to_a_file(file: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = SmallWave().write(Path(folder)) / str(YEAR) / file
        raw = path.read_bytes()
        start = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.sampled_from([0, 1, 5, 400, len(raw)]))
        junk = [
            b"",
            b"\x00",
            b"\xff",
            b'"',
            b"\n",
            b",",
            b";",
            b"\r",
            b": ",
            b"- ",
            b"{",
            b"&a *a",
            b"---\n",
        ]
        path.write_bytes(raw[:start] + data.draw(st.sampled_from(junk)) + raw[start + length :])
        told(Path(folder))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x [*x]\n", "an unknown key"),
        ("[" * 5000, r"without end|cannot read"),
        ("a: {? [b, c] : d}\n", "row 1: found a list or mapping for a key"),
        ("a: 2025-06-31\n", "row 1, column a: found '2025-06-31'; expected a date that exists"),
        ("a: " + "9" * 5000, "column a: found a number too long"),
        (
            "a: 1\n---\nb: 2\n",
            r"row 2: found what YAML cannot read: a line of --- and settings bel",
        ),
        ("a: !!python/object:os.system x\n", "cannot read: could not determine a constructor"),
        ("\ta: 1\n", "row 1: found what YAML cannot read"),
        ("a\x00b", "found what YAML cannot read: a character that may not stand there"),
    ],
)
def test_what_yaml_stumbles_over(tmp_path: Path, text: str, expected: str) -> None:
    data = SmallWave().write(tmp_path)
    (data / str(YEAR) / "wave.yml").write_text(text, encoding="utf-8")
    assert re.search(expected, told(data))


@pytest.mark.parametrize("file", ["wave.yml", "questionnaire.yml"])
def test_tables_are_read_although_settings_are_broken(tmp_path: Path, file: str) -> None:
    """So that what is wrong elsewhere is told of at once."""
    wave = SmallWave()
    wave.population[1]["firms"] = "veel"
    wave.sample[2]["contact_mode"] = "fax"
    wave.sample[3]["enterprise_number"] = "123"
    wave.responses[4]["submitted_at"] = "gisteren"
    data = wave.write(tmp_path)
    (data / str(YEAR) / file).write_text("a: [", encoding="utf-8")
    said = told(data)
    for place in (
        f"{file}, row ",
        "population.csv, row 3, column firms",
        "sample.csv, row 4, column contact_mode",
        "sample.csv, row 5, column enterprise_number",
        "responses.csv, row 6, column submitted_at",
    ):
        assert place in said
    assert "extra column" not in said


def test_an_unknown_key_hides_nothing_else(tmp_path: Path) -> None:
    wave = SmallWave()
    wave.wave["motto"] = "x"
    wave.questionnaire["questions"]["tool"]["mandatry"] = True
    wave.population[1]["branch"] = "wod"
    wave.responses[4]["budget"] = "mor"
    said = told(wave.write(tmp_path))
    assert "wave.yml, column motto: found an unknown key" in said
    assert "questionnaire.yml, column questions.tool.mandatry: found an unknown key" in said
    assert "population.csv, row 3, column branch: found 'wod'; expected one of food, wood" in said
    assert "responses.csv, row 6, column budget: found 'mor'; expected one of (empty), less" in said


def test_a_column_that_lacks_hides_nothing_else(tmp_path: Path) -> None:
    wave = SmallWave()
    for row in wave.responses:
        row["buget"] = row.pop("budget")
    wave.responses[4]["course"] = "ys"
    said = told(wave.write(tmp_path))
    assert "row 1, column budget: found no such column" in said
    assert "row 1, column buget: found an extra column" in said
    assert "row 6, column course: found 'ys'" in said


def test_two_headings_swapped(tmp_path: Path) -> None:
    """Every row is wrong: told of in a few lines, without one of the numbers."""
    wave = SmallWave()
    for row in wave.sample:
        row["enterprise_number"], row["branch"] = row["branch"], row["enterprise_number"]
    said = told(wave.write(tmp_path))
    assert len(said.splitlines()) == 2
    assert "found a text of 10 characters; expected one of food, wood" in said
    assert "120 in all: also row 3; row 4; row 5 and 116 more" in said


def test_a_table_without_its_heading(tmp_path: Path) -> None:
    data = SmallWave().write(tmp_path)
    path = data / str(YEAR) / "sample.csv"
    path.write_text(path.read_text().partition("\n")[2])
    assert told(data) == (
        "sample.csv, row 1: found a first row without the name of any column; expected "
        "enterprise_number, branch, size, contact_mode, delivery. Put the names of the columns in "
        "the first row."
    )


@pytest.mark.parametrize(("rows", "shown"), [(4, "a text of 6 characters"), (5, "'tested'")])
def test_a_code_is_shown_where_several_gave_it(tmp_path: Path, rows: int, shown: str) -> None:
    """A text that a few rows have may be what a respondent wrote."""
    wave = SmallWave()
    for row in wave.responses[:rows]:
        row["course"] = "tested"
    assert f"column course: found {shown}; expected one of (empty), yes, no" in told(
        wave.write(tmp_path)
    )
