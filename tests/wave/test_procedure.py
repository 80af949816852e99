"""`procedure` of wave.yml: optional, and what deviates named with its key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.errors import WaveError
from barometer.wave.meta import read_meta
from tests.helpers import edit
from tests.wave.test_settings import WAVE

PROCEDURE = """\
procedure:
  frame: een register
  population: [zaken in de stad]
  size_source: een databank
  smallest: 5
  whole: [east]
  contact_sources: [een lijst]
  contact_person: [een functie]
  other_person: iemand
  letter: [west, east]
  telephone: false
  european_survey:
    smallest: 10
    field_period: {start: 2024-01-01, end: 2024-03-31}
    classes: {"10+": [west]}
    lacks: [shop]
"""


@pytest.fixture
def wave(tmp_path: Path) -> Path:
    path = tmp_path / "wave.yml"
    path.write_text(WAVE + PROCEDURE, encoding="utf-8")
    return path


def test_what_is_left_out_has_its_default(wave: Path) -> None:
    told = read_meta(wave).procedure
    assert told is not None
    assert (told.last_contact_sources, told.general_address) == ([], [])
    assert told.european_survey.module == ""
    assert (told.whole, told.letter, told.telephone) == (["east"], ["west", "east"], False)


def test_a_wave_may_leave_it_out(wave: Path) -> None:
    wave.write_text(WAVE, encoding="utf-8")
    assert read_meta(wave).procedure is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  frame: een register\n", "", "wave.yml, column procedure.frame: found no such key"),
        ("frame: een register", "frame: ''", "column procedure.frame: found ''; expected"),
        ("smallest: 5", "smallest: vijf", "column procedure.smallest: found 'vijf'; expected a w"),
        ("smallest: 5", "smallest: -5", "column procedure.smallest: found -5; expected at least 0"),
        ("telephone: false", "telephone: neen", "column procedure.telephone: found 'neen'; expect"),
        ("[een lijst]", "[]", "column procedure.contact_sources: found []; expected"),
        ("[een lijst]", "[3]", "column procedure.contact_sources.0: found 3; expected text ("),
        (
            "  smallest: 5",
            "  fax: true\n  smallest: 5",
            "column procedure.fax: found an unknown key",
        ),
        (
            "whole: [east]",
            "whole: [north]",
            "column procedure.whole: found north; expected values of region (east, west) or of",
        ),
        (
            "letter: [west, east]",
            "letter: [west, shop]",
            "column procedure.letter: found west, shop; expected values of region (east, west) or "
            "of kind (shop). Name values by their identifier.",
        ),
        ("whole: [east]", "whole: []", "column procedure.whole: found []; expected"),
        ("[zaken in de stad]", "[]", "column procedure.population: found []; expected"),
        ("[west]}", "[]}", "column procedure.european_survey.classes.10+: found []; expected"),
        ('{"10+": [west]}', "{}", "column procedure.european_survey.classes: found {}; expected"),
        (
            "[west]}",
            "[north]}",
            "procedure.european_survey.classes.10+: found north; expected values of region (east, ",
        ),
        ("lacks: [shop]", "lacks: [rail]", "procedure.european_survey.lacks: found rail; expected"),
        (
            "end: 2024-03-31",
            "end: 2023-03-31",
            "column procedure.european_survey.field_period: found",
        ),
        ("end: 2024-04-30", "end: 2024-02-29", "wave.yml, column field_period: found"),
    ],
)
def test_what_deviates_is_named(wave: Path, old: str, new: str, expected: str) -> None:
    edit(wave, old, new)
    with pytest.raises(WaveError) as caught:
        read_meta(wave)
    assert expected in str(caught.value)


def test_all_unknown_values_at_once(wave: Path) -> None:
    edit(wave, "whole: [east]", "whole: [north]")
    edit(wave, "lacks: [shop]", "lacks: [rail]")
    edit(wave, "slight: 3", "slight: 30")
    with pytest.raises(WaveError) as caught:
        read_meta(wave)
    assert [problem.column for problem in caught.value.problems] == [
        "changes.slight",
        "procedure.whole",
        "procedure.european_survey.lacks",
    ]
