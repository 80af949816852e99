"""What the tests share: the wave of 2025, copies of it to break, its edition, the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, ROOT, Command

EDITIONS = (("edition", 2025, "html,pdf"), ("edition_2023", 2023, "html"))

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


@pytest.fixture(scope="session", autouse=True)
def renders(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Path]]]:
    """The editions that some test reads, rendered one by one beside the other tests."""
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    with ThreadPoolExecutor(1) as pool:
        yield {
            name: pool.submit(render, year, formats, tmp_path_factory.mktemp("output"))
            for name, year, formats in EDITIONS
            if name in wanted
        }
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def edition(renders: dict[str, Future[Path]]) -> Path:
    """The edition of 2025 with its notebooks, rendered once for all tests that read it."""
    return renders["edition"].result()


@pytest.fixture(scope="session")
def edition_2023(renders: dict[str, Future[Path]]) -> Path:
    """The page and notebooks of a wave that asked less, rendered once too."""
    return renders["edition_2023"].result()


@pytest.fixture
def barometer() -> Command:
    """The `barometer` command."""
    return command
