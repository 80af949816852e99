"""`python -m synthesis`: the committed wave again, and never over real answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometer.errors import BarometerError
from barometer.survey.register import csv_text
from synthesis import synthesize, wave
from synthesis.__main__ import main
from synthesis.inputs import Strata
from tests.helpers import DATA, ROOT, edit

FILES = ("population.csv", "sample.csv", "responses.csv")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wave of 2021, the quickest, made again by the command as a user types it."""
    output = tmp_path_factory.mktemp("rebuilt") / "2021"
    run = subprocess.run(
        [sys.executable, "-m", "synthesis", "2021", "--output", str(output)],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "BAROMETER_DATA"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return output


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The settings of 2021 and of the wave whose strata it follows, without any answers."""
    for year in ("2021", "2022", "2023", "2025"):
        (tmp_path / "data" / year).mkdir(parents=True)
        for path in (DATA / year).iterdir():
            if path.name not in FILES:
                shutil.copy(path, tmp_path / "data" / year)
    return tmp_path / "data"


def test_the_command_makes_the_committed_wave_again(rebuilt: Path) -> None:
    """Byte for byte, but for a few answers.

    Of solutions that are equally good the solver takes another one on another kind of processor:
    then some respondents swap answers to a question, and all else stays.
    """
    assert sorted(path.name for path in rebuilt.iterdir()) == sorted(FILES)
    for name in FILES[:2]:
        assert (rebuilt / name).read_bytes() == (DATA / "2021" / name).read_bytes(), name
    made, committed = (
        (folder / FILES[2]).read_text(encoding="utf-8").splitlines()
        for folder in (rebuilt, DATA / "2021")
    )
    contact = [[line.split(",")[:3] for line in lines] for lines in (made, committed)]
    assert contact[0] == contact[1]
    other = [line for line, known in zip(made, committed, strict=True) if line != known]
    assert len(other) <= len(committed) / 50


@pytest.mark.parametrize("where", ["wave", "output"])
def test_real_answers_are_never_overwritten(data: Path, tmp_path: Path, where: str) -> None:
    """Nothing is made for a real wave, nor where the answers of one lie."""
    output = tmp_path / "out"
    shutil.copytree(data / "2021", output)
    real = data / "2021" if where == "wave" else output
    edit(real / "wave.yml", "provenance: synthetic", "provenance: confidential")
    (real / "responses.csv").write_text("answers of real firms")
    with pytest.raises(BarometerError, match="found provenance: confidential; expected"):
        synthesize(2021, output, data)
    assert (real / "responses.csv").read_text() == "answers of real firms"
    assert not (output / "sample.csv").exists()


def test_answers_of_unknown_provenance_are_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "responses.csv").write_text("whose?")
    with pytest.raises(BarometerError, match=r"found responses\.csv without a wave\.yml"):
        synthesize(2021, tmp_path / "out", data)
    assert (tmp_path / "out" / "responses.csv").read_text() == "whose?"


def test_output_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["2021"])
    assert "--output" in capsys.readouterr().err


def test_settings_come_from_the_data_that_are_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not from the project's own: there 2021 has settings."""
    (data / "2021" / "synthesis.yml").unlink()
    assert main(["2021", "--output", str(tmp_path / "out"), "--data", str(data)]) == 1
    said = capsys.readouterr().err
    assert f"{data / '2021' / 'synthesis.yml'}: found no such file" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_unknown_wave_is_explained(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["1999", "--output", str(tmp_path / "out"), "--data", str(data)]) == 1
    assert "synthesis of 1999" in capsys.readouterr().err


@pytest.mark.parametrize("failing", range(3))
def test_a_failure_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Writing the first, second or third file fails: all three stay as they were."""
    for name in FILES:
        (tmp_path / name).write_text("old")
    one = np.array([1])
    strata = Strata((("NACE 10-33", "Micro"),), one, one, one)
    columns = ["enterprise_number", "sector", "size", "contact_mode", "delivery"]
    frames = pd.DataFrame(columns=columns), pd.DataFrame({"enterprise_number": []})
    write, calls = csv_text, iter(range(3))

    def full_disk(frame: pd.DataFrame) -> str:
        if next(calls) == failing:
            raise OSError("no space left on device")
        return write(frame)

    monkeypatch.setattr("synthesis.wave.csv_text", full_disk)
    with pytest.raises(OSError, match="no space left"):
        wave.write(tmp_path, strata, *frames)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == dict.fromkeys(
        FILES, "old"
    )
    monkeypatch.undo()
    wave.write(tmp_path, strata, *frames)
    assert (tmp_path / "population.csv").read_text() == "sector,size,firms\nNACE 10-33,Micro,1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
