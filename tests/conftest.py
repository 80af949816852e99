"""What the tests share: the project's root, its waves, and copies of a wave to break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from barometer.survey.survey import Survey, load_survey

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"


@pytest.fixture(scope="session")
def survey() -> Survey:
    """The wave of 2025."""
    return load_survey(2025, ROOT / "data")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a copy of wave 2025 that a test may change."""
    shutil.copytree(ROOT / "data" / "2025", tmp_path / "data" / "2025")
    return tmp_path / "data"


Command = Callable[..., subprocess.CompletedProcess[str]]


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


def alternatives(node: object) -> list[str]:
    """The text alternatives in the structure tree of a PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    found: list[str] = []
    if isinstance(node, list):
        for kid in node:
            found += alternatives(kid)
    elif isinstance(node, dict):
        found += [str(node["/Alt"])] if "/Alt" in node else []
        found += alternatives(node["/K"]) if "/K" in node else []
    return found
