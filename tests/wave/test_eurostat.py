"""eurostat.csv: each figure once, with its source; what deviates named with row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.errors import WaveError
from barometer.wave.eurostat import Elsewhere, eurostat_beside, figures_elsewhere, read_eurostat
from tests.helpers import DATA, edit

FILE = """\
year,geo,size_class,indicator,value,unit,population,source,remark
2023,BE,10+,ai_use,13.8,percent of enterprises,from ten employees,"Statbel, a release",
2023,EU27,10+,ai_use,8.0,percent of enterprises,from ten employees,Eurostat,preliminary
2023,EU27,10+,cloud,45.2,percent of enterprises,from ten employees,Eurostat,
2025,EU27,10+,ai_use,0,percent of enterprises,from ten employees,Eurostat,
2025,EU27,250+,ai_use,100,percent of enterprises,from ten employees,Eurostat,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "eurostat.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_the_figures_of_a_year_in_their_order(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROMETER_DATA", str(file.parent))
    belgium, union = figures_elsewhere(2023, "ai_use")
    assert belgium == Elsewhere(
        2023, "BE", "10+", "ai_use", 13.8, "from ten employees", "Statbel, a release", ""
    )
    assert (union.geo, union.value, union.remark) == ("EU27", 8.0, "preliminary")
    assert [f.value for f in figures_elsewhere(2025, "ai_use")] == [0, 100]
    assert figures_elsewhere(2022, "ai_use") == []
    assert len(eurostat_beside(file.parent)) == len(FILE.splitlines()) - 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "8.0,percent",
            '"8,0",percent',
            "eurostat.csv, row 3, column value: found '8,0'; expected",
        ),
        ("13.8", "138", "eurostat.csv, row 2, column value: found '138'; expected a percentage"),
        (
            "13.8",
            "",
            "eurostat.csv, row 2, column value: found ''; expected a percentage from 0 to",
        ),
        (
            "2025,EU27,10+",
            "25,EU27,10+",
            "eurostat.csv, row 5, column year: found '25'; expected a",
        ),
        (
            "0,percent of enterprises",
            "0,firms",
            "row 3, column unit: found 'firms'; expected perce",
        ),
        (
            "2023,BE,",
            "2023,,",
            "eurostat.csv, row 2, column geo: found ''; expected the source's o",
        ),
        ('"Statbel, a release"', "", "row 2, column source: found ''; expected"),
        (
            "cloud",
            "ai_use",
            "eurostat.csv, row 4: found 2023, EU27, 10+, ai_use twice; expected eac",
        ),
        (",remark", "", "eurostat.csv, row 1, column remark: found no such column"),
        (
            ",remark",
            ",note",
            "eurostat.csv, row 1, column note: found an extra column; expected year, geo, size_cl",
        ),
        (
            "8.0,percent",
            "8,0,percent",
            "row 3: found 10 cells; expected 9, as in the header. Put a cell that holds a ',' in",
        ),
        (",preliminary", "", "row 3: found 8 cells; expected 9, as in the header. Fill in what la"),
    ],
)
def test_what_deviates_is_named(file: Path, old: str, new: str, expected: str) -> None:
    edit(file, old, new)
    with pytest.raises(WaveError) as caught:
        read_eurostat(file)
    assert expected in str(caught.value)


def test_every_wrong_row_at_once(file: Path) -> None:
    edit(file, "13.8", "many")
    edit(file, "250+", "")
    with pytest.raises(WaveError) as caught:
        read_eurostat(file)
    assert {(p.row, p.column) for p in caught.value.problems} == {(2, "value"), (6, "size_class")}
    assert all(problem.remedy for problem in caught.value.problems)


def test_the_figures_of_the_project_say_where_they_stand() -> None:
    """Years that nobody published figures of stay out: the survey of 2022 did not ask about AI."""
    known = read_eurostat(DATA / "eurostat.csv")
    assert {figure.year for figure in known} == {2021, 2023, 2024, 2025}
    assert {figure.geo for figure in known} == {"BE", "EU27"}
