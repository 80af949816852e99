"""Year and data as parameters of a notebook: from papermill's command line, Quarto, in Jupyter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from barometer.errors import BarometerError
from barometer.prose.facts import dated
from barometer.render.execute import execute
from barometer.survey.parameters import open_survey
from tests.helpers import ROOT
from tests.wave.small_wave import SmallWave

Papermill = Callable[[str, str], subprocess.CompletedProcess[str]]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder named yet; one that a test names is forgotten after it."""
    monkeypatch.setenv("BAROMETER_DATA", "")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with waves of 2023 and 2025, that lies outside the project."""
    SmallWave(2023).write(tmp_path / "elsewhere")
    return SmallWave(2025).write(tmp_path / "elsewhere")


@pytest.fixture
def papermill(tmp_path: Path) -> Papermill:
    """Run a notebook, up to where it has its survey, by papermill's own command."""

    def command(name: str, parameters: str) -> subprocess.CompletedProcess[str]:
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        (opening,) = (n for n, c in enumerate(notebook.cells) if "open_survey(" in c.source)
        said = "print(survey.year, len(survey.answers), survey.previous)"
        notebook.cells = [*notebook.cells[: opening + 1], nbformat.v4.new_code_cell(said)]
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        return subprocess.run(
            [sys.executable, "-m", "papermill", f"{name}.ipynb", "out.ipynb", *parameters.split()],
            cwd=tmp_path,
            env={k: v for k, v in os.environ.items() if k != "BAROMETER_DATA"},
            capture_output=True,
            text=True,
            check=False,
        )

    return command


def printed(tmp_path: Path) -> str:
    (output,) = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs
    return str(output.text).strip()


def test_papermill_takes_year_and_data(
    tmp_path: Path, elsewhere: Path, papermill: Papermill
) -> None:
    """Also a folder beside where it runs, and what lies in it is read from there."""
    done = papermill("response", "-p year 2023 -p data elsewhere")
    assert done.returncode == 0, done.stderr
    assert printed(tmp_path) == "2023 120 None"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("-p yaer 2023 -p data elsewhere", "found yaer; expected year or data, as in -p year 2023"),
        ("-p year 1999 -p data elsewhere", "the files of wave 1999. Waves there: 2023, 2025."),
    ],
)
def test_papermill_with_a_mistake_ends_at_once(
    elsewhere: Path, papermill: Papermill, parameters: str, message: str
) -> None:
    done = papermill("weighting", parameters)
    assert done.returncode != 0
    assert message in done.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_opens_its_survey_by_its_parameters(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    (opening,) = (cell.source for cell in cells if "open_survey(" in cell.source)
    assert "survey = open_survey(year, data)" in opening.splitlines()


def test_the_report_opens_its_survey_by_its_parameters() -> None:
    """Which Quarto's -P sets too."""
    text = (ROOT / "report.qmd").read_text(encoding="utf-8")
    cell = text.partition("#| tags: [parameters]\n")[2].partition("```")[0]
    assert [line.partition(" = ")[0] for line in cell.splitlines()] == ["year", "data"]
    assert "\nsurvey = open_survey(year, data)\n" in text


# --- in a session -------------------------------------------------------------------------------


@pytest.fixture
def session() -> Iterator[Any]:
    """A session of IPython, which is what a kernel has."""
    yield InteractiveShell.instance(history_load_length=0)
    InteractiveShell.clear_instance()


def injected(session: Any, text: str) -> None:
    session.run_cell(f"# Injected Parameters\n{text}", store_history=True)


def test_an_unknown_parameter_of_quarto_is_refused(session: Any, elsewhere: Path) -> None:
    injected(session, "year = 2025\nregion = 'north'\nwave = 2")
    with pytest.raises(BarometerError, match="found region, wave; expected year or data"):
        open_survey(2025, elsewhere)


def test_a_mistake_that_was_mended_is_forgotten(session: Any, elsewhere: Path) -> None:
    """Quarto's preview uses a session again."""
    injected(session, "yaer = 2023")
    injected(session, "year = 2023")
    assert open_survey(2023, elsewhere).year == 2023


def test_what_else_a_session_has_is_no_parameter(session: Any, elsewhere: Path) -> None:
    """In Jupyter a cell is run again when others have run."""
    session.run_cell("# Parameters of the model\nregion = 'north'", store_history=True)
    assert open_survey(2025, elsewhere).year == 2025


@pytest.mark.parametrize("year", ["2023", 2023.0, True, None])
def test_a_year_that_is_no_number_is_refused(year: object, elsewhere: Path) -> None:
    message = f"found the year {year!r}; expected the number of a year"
    with pytest.raises(BarometerError) as caught:
        open_survey(year, elsewhere)  # type: ignore[arg-type]
    assert message in str(caught.value)
    assert str(caught.value).endswith("elsewhere: 2023, 2025.")


def test_all_that_is_read_afterwards_is_read_there(elsewhere: Path, tmp_path: Path) -> None:
    """Facts and figures from elsewhere lie beside the waves."""
    facts = "law: {date: 2024, what: a law, source: its text}\n"
    (elsewhere / "facts.yml").write_text(facts, encoding="utf-8")
    open_survey(2025, elsewhere)
    assert dated("law").on == "2024"
    shutil.rmtree(elsewhere)


def test_a_notebook_without_the_parameter_is_refused_before_it_runs(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("wave = 1", metadata={"tags": ["parameters"]})
    failing = nbformat.v4.new_code_cell("1 / 0")
    notebook = nbformat.v4.new_notebook(cells=[cell, failing])
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    cell.metadata["barometer"] = {"file": "notebooks/x.ipynb", "line": 1}
    with pytest.raises(BarometerError) as caught:
        execute(notebook, {"year": 2025}, tmp_path, {})
    assert str(caught.value) == (
        "notebooks/x.ipynb: found no parameter 'year'; it sets wave; expected a cell tagged "
        "`parameters` that sets it."
    )
