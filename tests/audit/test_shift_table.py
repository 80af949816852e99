"""What reviewers read of large shifts: all of them, in Dutch."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup

from barometer.audit.shift_table import KINDS, shift_table
from barometer.survey.shift import SAID
from barometer.survey.shifts import shifts
from barometer.survey.survey import Survey, load_survey
from tests.wave.small_wave import YEAR, SmallWave


def test_each_kind_has_its_words() -> None:
    assert KINDS.keys() == SAID.keys()
    assert len({*KINDS.values()}) == len(KINDS)


def test_every_shift_is_in_the_table(survey: Survey) -> None:
    block = shift_table(survey)
    assert block is not None
    page = BeautifulSoup(block.html, "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page("tr")]
    moved = [each for shift in shifts(survey) for each in shift.moved]
    assert rows[0] == ["Wat", "Waarvan", "2023", "2025"]
    assert len(rows) == 1 + len(moved)
    assert ["aandeel", "technology_use.text_mining", "13,7%", "41,2%"] in rows
    assert all(" and " not in cell for row in rows for cell in row)


def test_no_table_where_nothing_shifts(tmp_path: Path) -> None:
    assert shift_table(load_survey(YEAR, SmallWave().write(tmp_path))) is None
