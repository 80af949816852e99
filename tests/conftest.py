"""What the tests share: the wave of 2025, copies of it to break, its edition, the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, ROOT, Command

pytest_plugins = ["tests.render.small_report", "tests.report.opened_edition"]


@pytest.fixture(scope="session")
def survey() -> Survey:
    """The wave of 2025."""
    return load_survey(2025, DATA)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a copy of wave 2025 that a test may change."""
    shutil.copytree(DATA / "2025", tmp_path / "data" / "2025")
    return tmp_path / "data"


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the `barometer` command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from barometer.cli import main; sys.exit(main())"]
        + [str(argument) for argument in arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def render(year: int, formats: str, output: Path) -> Path:
    done = command(
        *("render", year, "--to", formats, "--engine", "pandoc"),
        *("--notebooks", "--data", DATA, "--output", output),
    )
    assert done.returncode == 0, done.stderr
    return output / str(year)


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition of 2025 with its notebooks, rendered once for all tests that read it."""
    return render(2025, "html,pdf", tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="session")
def edition_2023(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and notebooks of a wave that asked less, rendered once too."""
    return render(2023, "html", tmp_path_factory.mktemp("output"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep a file on one of the processes, and on one all that reads a rendered edition."""
    rendered = {"edition", "edition_2023"} & set(getattr(item, "fixturenames", ()))
    item.add_marker(pytest.mark.xdist_group("edition" if rendered else item.path.stem))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded for the reader, whichever process they ran in."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in getattr(report, "user_properties", ()):
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture
def barometer() -> Command:
    """The `barometer` command."""
    return command
