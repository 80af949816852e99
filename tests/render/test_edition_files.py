"""Editions of the small report: whole or not at all, and every mistake with its place."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.render import edition
from barometer.render.edition import (
    check_sentences,
    file_name,
    render_edition,
    render_notebooks,
)
from barometer.render.folders import whole
from barometer.survey.survey import Survey
from tests.helpers import DATA, edit

NAME = "ai-barometer-2025"


@pytest.fixture(scope="module")
def rendered(
    mini: Path, survey: Survey, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The small edition, whole, rendered once; and what was said meanwhile."""
    output, said = tmp_path_factory.mktemp("out"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(said):
        patch.chdir(mini)
        patch.setattr(edition, "load_survey", lambda year, data: survey)
        folder = render_edition(2025, engine="pandoc", data=DATA, output=output)
    return folder, said.getvalue()


@pytest.fixture
def made(rendered: tuple[Path, str], project: Path) -> Path:
    """A copy of that edition, as `out/2025` of the project."""
    return Path(shutil.copytree(rendered[0], project / "out" / "2025"))


@pytest.fixture
def executed(rendered: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the report as it was executed for that edition; no kernel runs again."""
    notebook: NotebookNode = nbformat.read(rendered[0] / f"{NAME}.ipynb", as_version=4)
    monkeypatch.setattr(edition, "execute_report", lambda *_: deepcopy(notebook))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def failure(project: Path) -> str:
    """How a render of the project fails."""
    with pytest.raises(BarometerError) as caught:
        render_edition(2025, to=("html",), data=DATA, output=project / "out")
    return str(caught.value)


def test_edition_is_whole(rendered: tuple[Path, str]) -> None:
    folder, said = rendered
    assert sorted(files(folder)) == [
        f"{NAME}.html",
        f"{NAME}.ipynb",
        f"{NAME}.pdf",
        "downloads/aantal.csv",
        "estimates.csv",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["2025"]
    assert "Execute the chapters" in said
    assert "1 sentence(s) no longer hold for 2025" in said


def test_data_lie_beside_it(rendered: tuple[Path, str]) -> None:
    """The chapter shows the block twice, with the same data."""
    assert (rendered[0] / "downloads" / "aantal.csv").read_text() == "n\n1982\n"


def test_executed_notebook_keeps_sources_and_shows_floats_in_jupyter(
    rendered: tuple[Path, str],
) -> None:
    notebook = nbformat.read(rendered[0] / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(notebook)
    sources = [cell.metadata.get("barometer", {}).get("source", "") for cell in notebook.cells]
    assert any("`{python} pct(share)`" in source for source in sources)
    shown = [o["data"] for c in notebook.cells for o in c.get("outputs", []) if "data" in o]
    assert shown[0]["text/html"].startswith("<svg")
    assert "figure-image(" in shown[0]["text/markdown"]


def test_same_edition_twice(rendered: tuple[Path, str], project: Path) -> None:
    again = render_edition(2025, data=DATA, output=project / "out")
    assert files(again) == files(rendered[0])
    assert str(tempfile.gettempdir()).encode() not in files(again)[f"{NAME}.ipynb"]


def test_failed_render_leaves_the_last_good_edition(
    project: Path, chapter: Path, made: Path
) -> None:
    before = files(made)
    edit(chapter, "pct(share)", "pct(onbekend)")
    message = failure(project)
    assert message.startswith("chapters/een.qmd:3: found an expression that fails: pct(onbekend)")
    assert "NameError: name 'onbekend' is not defined" in message
    assert files(made) == before
    assert [path.name for path in (project / "out").iterdir()] == ["2025"]


@pytest.mark.usefixtures("executed")
def test_edition_holds_nothing_of_an_earlier_render(
    project: Path, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report in one format beside an old one in the other would be two reports."""
    (made / "notebooks").mkdir()
    (made / "notebooks" / "response.ipynb").write_text("{}")
    (made / "estimates-full.csv").write_text("of reviewers")
    (made / "estimates.csv").write_text("old")
    render_edition(2025, to=("html",), data=DATA, output=project / "out")
    assert sorted(files(made)) == [
        f"{NAME}.html",
        f"{NAME}.ipynb",
        "downloads/aantal.csv",
        "estimates.csv",
    ]
    assert (made / "estimates.csv").read_text() != "old"
    assert [path.name for path in (project / "out").iterdir()] == ["2025"]
    gone = f"no longer there: {NAME}.pdf, estimates-full.csv, notebooks\n"
    assert gone in capsys.readouterr().err


@pytest.mark.usefixtures("executed")
def test_notebooks_join_the_edition(project: Path, made: Path) -> None:
    before = files(made)
    (made / "notebooks").mkdir()
    (made / "notebooks" / "of-before.html").touch()
    shutil.copytree(project / "chapters", project / "notebooks")  # a folder without notebooks
    assert render_notebooks(2025, DATA, project / "out") == made / "notebooks"
    assert list((made / "notebooks").iterdir()) == []
    assert files(made) == before


@pytest.mark.usefixtures("executed")
def test_one_render_at_a_time(project: Path, made: Path) -> None:
    with whole(made):
        assert f"{made}: found another run that makes it" in failure(project)
        with pytest.raises(BarometerError, match="found another run that makes it"):
            render_notebooks(2025, DATA, project / "out")


@pytest.mark.usefixtures("executed")
def test_review_edition_marks_what_no_longer_holds(project: Path, made: Path) -> None:
    before = files(made)
    public = visible(made / f"{NAME}.html")
    assert "klopt niet meer" not in public
    assert "niet significant" not in public
    edition = render_edition(
        2025, to=("html",), profile="review", data=DATA, output=project / "out"
    )
    assert edition == project / "out" / "2025-review"
    assert "estimates-full.csv" in files(edition)
    assert files(made) == before
    review = visible(edition / f"{NAME}-review.html")
    assert re.search(r"Een zin die niet klopt\.\s*klopt niet meer", review)
    assert not re.search(r"Een zin die klopt\.\s*klopt niet meer", review)
    assert re.search(r"die toeval kan zijn\.\s*niet significant", review)
    assert (review.count("klopt niet meer"), review.count("niet significant")) == (1, 1)


@pytest.mark.usefixtures("project", "executed")
def test_claims_have_place_sentence_and_verdict() -> None:
    found = check_sentences(2025, data=DATA)
    assert [(s.chapter, s.line, s.sentence, s.verdict, s.guarded) for s in found] == [
        ("chapters/een.qmd", 4, "Een zin die klopt.", "holds", True),
        ("chapters/een.qmd", 4, "Een zin die niet klopt.", "fails", True),
        (
            "chapters/een.qmd",
            4,
            "Een zin met 1,3 punt die toeval kan zijn.",
            "estimates_only",
            True,
        ),
    ]


def test_two_blocks_with_one_name_and_other_data_are_refused(project: Path, chapter: Path) -> None:
    text = chapter.read_text()
    before, _, last = text.rpartition("[1982]")
    chapter.write_text(f"{before}[933]{last}")
    line = next(i for i, t in enumerate(chapter.read_text().splitlines(), 1) if "[933]" in t)
    assert failure(project).startswith(
        f"chapters/een.qmd:{line - 2}: found a second figure or table 'aantal' with other data; "
        "expected names that differ"
    )
    assert not (project / "out" / "2025").exists()


def test_unknown_reference_is_refused(project: Path, chapter: Path) -> None:
    edit(chapter, "@fig-vorm", "@fig-weg")
    assert "een.qmd:3: found @fig-weg; expected a figure" in failure(project)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AI-Barometer", "ai-barometer"),
        ("Enquête: één & ander, 2e editie", "enquete-een-ander-2e-editie"),
        ("…", "report"),
    ],
)
def test_files_are_named_after_the_title(title: str, expected: str) -> None:
    assert file_name(title) == expected


def visible(path: Path) -> str:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    main = page.select_one("main")
    assert main is not None
    return main.get_text(" ")


def test_a_report_that_does_not_take_the_year_is_refused(project: Path) -> None:
    """Every edition would be of the year that stands in it."""
    edit(project / "report.qmd", "#| tags: [parameters]\n", "")
    assert "report.qmd: found no cell with `#| tags: [parameters]`" in failure(project)
