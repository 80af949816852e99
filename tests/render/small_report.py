"""A report of one chapter: a project of its own around it, and its executed text."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from barometer.render import edition, typeset
from barometer.render.execute import execute
from barometer.render.sources import read_report
from barometer.survey.survey import Survey
from tests.helpers import ROOT, edit

MINI = ROOT / "tests" / "fixtures" / "mini"
BLOCK = """
```{python}
import pandas as pd
Block("<p>aantal</p>", "#[aantal]", data=pd.DataFrame({"n": [1982]}), name="aantal")
```
"""


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own with the small report and the real theme, for the wave of 2025."""
    root = tmp_path_factory.mktemp("mini")
    shutil.copytree(MINI, root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "theme", root / "theme")
    for name in ("_quarto.yml", "_quarto-review.yml"):
        shutil.copy(ROOT / name, root)
    chapter = root / "chapters" / "een.qmd"
    # asked in 2025, not in the wave before
    edit(chapter, "bestaat ontbreekt", "barrier previous.adoption_model")
    edit(chapter, 'of="bestaat"', 'of="barrier"')
    chapter.write_text(chapter.read_text(encoding="utf-8") + 2 * BLOCK, encoding="utf-8")
    return root


@pytest.fixture
def project(mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survey: Survey) -> Path:
    """A copy of that project that a test may change, as the working folder."""
    shutil.copytree(mini, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.setattr(edition, "load_survey", lambda year, data: survey)  # once for all tests
    return tmp_path


@pytest.fixture
def chapter(project: Path) -> Path:
    """The one chapter of that project."""
    return project / "chapters" / "een.qmd"


@pytest.fixture(scope="session")
def text() -> str:
    """The markdown of the executed small report, as it lies in the fixtures."""
    notebook = read_report(MINI / "report.qmd", lambda name: name == "bestaat")
    return typeset.to_markdown(execute(notebook, {"year": 2025}, MINI, {}))
