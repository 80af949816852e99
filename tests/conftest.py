"""What the tests share: the wave of 2025, copies of it to break, its edition, the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from barometer.render.edition import render_edition
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, ROOT, Command

pytest_plugins = ["tests.render.fixtures", "tests.report.fixtures"]


@pytest.fixture(scope="session")
def survey() -> Survey:
    """The wave of 2025."""
    return load_survey(2025, DATA)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a copy of wave 2025 that a test may change."""
    shutil.copytree(DATA / "2025", tmp_path / "data" / "2025")
    return tmp_path / "data"


def render(year: int, output: Path, *formats: str) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return render_edition(year, to=formats, engine="pandoc", output=output, notebooks=True)


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition of 2025 with its notebooks, rendered once for all tests that read it."""
    return render(2025, tmp_path_factory.mktemp("output"), "html", "pdf")


@pytest.fixture(scope="session")
def edition_2023(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and notebooks of a wave that asked less, rendered once too."""
    return render(2023, tmp_path_factory.mktemp("output"), "html")


@pytest.fixture
def barometer() -> Command:
    """Run the `barometer` command as a user does, in a process of its own."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import sys; from barometer.cli import main; sys.exit(main())"]
            + [str(argument) for argument in arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
