"""`barometer check`: what it says of a wave and of its edition, to people and to machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.cli import main
from barometer.render.checks import command
from barometer.survey.survey import Survey
from tests.helpers import edit
from tests.render.checked_edition import check
from tests.survey.cases import with_meta


@pytest.fixture
def loaded(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """The wave of 2025, read once for all tests."""
    monkeypatch.setattr(command, "load_survey", lambda year, data: survey)
    return survey


@pytest.mark.usefixtures("loaded")
def test_check_without_an_edition(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "2025", "--output", str(tmp_path)]) == 0
    first, shift, *_, last = capsys.readouterr().out.splitlines()
    assert first == "Wave 2025 is valid: 3347 answers, 2915 usable, 3251 cells imputed."
    assert "technology_use.text_mining (13.7% to 41.2%)" in shift
    assert last.endswith("Render it: barometer render 2025.")
    code, answer = check(capsys, 2025, "--output", tmp_path)
    assert (code, answer["problems"]) == (0, [])
    *_, warning = answer["warnings"]
    assert warning["file"] == str(tmp_path / "2025")
    assert warning["found"] == "no edition"


def test_check_of_the_files(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    edit(data / "2025" / "population.csv", "1504", "minder")
    code, answer = check(capsys, 2025, "--data", data, "--output", tmp_path)
    assert code == 1
    problem, *_ = answer["problems"]
    assert problem["file"] == "population.csv"
    assert (problem["wave"], problem["row"], problem["column"]) == (2025, 2, "firms")
    assert problem["found"] == "'minder'"
    assert (problem["count"], problem["examples"]) == (1, [])


def test_check_of_the_files_beside_the_waves(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    """With what is wrong in the wave itself."""
    edit(data / "2025" / "population.csv", "1504", "minder")
    (data / "facts.yml").write_text("law: {date: ooit, what: a law, source: x}", encoding="utf-8")
    head = "year,geo,size_class,indicator,value,unit,population,source,remark\n"
    row = "2025,BE,10+,ai_use,veel,percent of enterprises,all,Statbel,\n"
    (data / "eurostat.csv").write_text(head + row, encoding="utf-8")
    code, answer = check(capsys, 2025, "--data", data, "--output", tmp_path)
    assert code == 1
    found = {problem["file"]: problem["found"] for problem in answer["problems"]}
    assert found["facts.yml"] == "'ooit'"
    assert found["eurostat.csv"] == "'veel'"
    assert found["population.csv"] == "'minder'"


def test_check_of_an_unknown_wave(capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = check(capsys, 1999)
    (problem,) = answer["problems"]
    assert (code, problem["found"]) == (1, "no such folder")
    assert problem["expected"] == "the files of wave 1999"
    assert problem["remedy"].startswith("Waves there: 2021")


def test_a_wave_that_tells_nothing_of_its_procedure_is_warned_of(
    survey: Survey,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    silent = with_meta(survey, procedure=None)
    monkeypatch.setattr(command, "load_survey", lambda year, data: silent)
    code, answer = check(capsys, 2025, "--output", tmp_path)
    assert (code, answer["problems"]) == (0, [])
    untold, *_ = answer["warnings"]
    assert (untold["file"], untold["column"]) == ("wave.yml", "procedure")
    assert untold["remedy"].startswith("Copy `procedure` from an earlier wave")


@pytest.mark.usefixtures("loaded")
def test_check_of_half_an_edition(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "2025").mkdir()
    code, answer = check(capsys, 2025, "--output", tmp_path)
    (problem,) = answer["problems"]
    assert (code, problem["file"]) == (1, "estimates.csv")
    assert problem["remedy"] == "Render it again."
