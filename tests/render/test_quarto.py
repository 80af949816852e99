"""Typesetting with Quarto: how it is called, with what, and which versions will do."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pypandoc
import pytest
import typst
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from barometer.errors import BarometerError
from barometer.render import edition, quarto
from barometer.render.edition import render_edition
from tests.helpers import DATA, ROOT


@pytest.fixture
def fake_quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `quarto` that notes how it was called and writes an empty result."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "quarto"
    program.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = --version ]; then cat "{folder}/version"; exit 0; fi\n'
        f'echo "$@" >> "{folder}/calls"; cp report.qmd "{folder}/report.qmd"\n'
        "mkdir -p _output/quarto; test -f theme/lists.lua && test -f _quarto.yml || exit 9\n"
        "echo html > _output/quarto/report.html; echo pdf > _output/quarto/report.pdf\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    (folder / "version").write_text("1.7.34\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")
    return folder


def test_quarto_gets_the_executed_text(fake_quarto: Path, text: str) -> None:
    binary = quarto.find()
    assert binary == str(fake_quarto / "quarto")
    assert quarto.typeset(text, "html", ROOT, binary, "Klein 2025") == b"html\n"
    assert quarto.typeset(text, "pdf", ROOT, binary, "Klein 2025", True) == b"pdf\n"
    calls = (fake_quarto / "calls").read_text().splitlines()
    assert calls == [
        "render report.qmd --to html --no-execute",
        "render report.qmd --to typst --no-execute --profile review",
    ]
    given = (fake_quarto / "report.qmd").read_text()
    assert "```{python}" not in given
    assert given.startswith('---\ntitle: "Klein 2025"\nlang: nl-BE\nengine: markdown\n---\n')
    assert "::: {#fig-vorm}" in given


@pytest.mark.parametrize("version", ["1.5.57", "not a version"])
def test_quarto_that_is_too_old(fake_quarto: Path, version: str) -> None:
    (fake_quarto / "version").write_text(version)
    with pytest.raises(BarometerError, match=f"found {version}; expected 1.6 or newer"):
        quarto.find()


def test_quarto_that_does_not_start(fake_quarto: Path) -> None:
    (fake_quarto / "quarto").write_bytes(b"\x7fELF of another machine")
    with pytest.raises(BarometerError, match="found Exec format error; expected 1"):
        quarto.find()


@pytest.fixture
def executed(project: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, its report already executed; where its editions go."""
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    monkeypatch.setattr(edition, "execute_report", lambda *_: notebook)
    monkeypatch.setattr(edition, "check_edition", lambda *_: None)
    return project / "out"


BREAKS = {
    "too old": 'echo 1.5.57 > "{0}/version"',
    "not started": 'echo > "{0}/quarto"',
    "not typeset": "sed -i 's/echo pdf.*/exit 9/' \"{0}/quarto\"",
}


@pytest.mark.parametrize("broken", BREAKS)
def test_quarto_that_fails_is_only_needed_when_asked_for(
    fake_quarto: Path,
    executed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: str,
) -> None:
    """Both formats then come from pandoc and Typst, also the one that Quarto could make."""
    monkeypatch.setenv("PATH", f"{fake_quarto}{os.pathsep}{os.defpath}")
    subprocess.run(BREAKS[broken].format(fake_quarto), shell=True, check=True)
    folder = render_edition(2025, data=DATA, output=executed)
    said = capsys.readouterr().err
    assert "Warning: " in said
    assert "Typesetting with pandoc and Typst instead." in said
    assert (folder / "ai-barometer-2025.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert (folder / "ai-barometer-2025.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(BarometerError, match=r"quarto --version|Quarto could not typeset"):
        render_edition(2025, engine="quarto", data=DATA, output=executed)


def test_quarto_asked_for_but_absent(project: Path) -> None:
    with pytest.raises(BarometerError, match="found no quarto on PATH"):
        render_edition(2025, engine="quarto", data=DATA, output=project / "out")


def converted(text: str, to: str, *arguments: str) -> str:
    """The text as pandoc writes it with the filters that _quarto.yml names, in their order."""
    settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    assert {entry["at"] for entry in settings["filters"]} == {"pre-ast"}
    filters = [f"--lua-filter={ROOT / entry['path']}" for entry in settings["filters"]]
    return str(pypandoc.convert_text(text, to, "markdown", ["--wrap=none", *filters, *arguments]))


def test_unnumbered_headings_are_written_for_typst() -> None:
    """Quarto before 1.9.18 puts such a heading in a block, in which it could start no page."""
    written = converted("# Lijst *van* {.unnumbered}\n\nTekst\n\n# Twee {#sec-b}\n", "typst")
    assert "#heading(level: 1, numbering: none)[Lijst #emph[van]] <lijst-van>" in written
    assert "= Twee\n<sec-b>" in written  # numbered ones stay pandoc's


@pytest.mark.parametrize("to", ["html", "typst"])
def test_the_title_of_a_plain_run_has_the_year(tmp_path: Path, to: str) -> None:
    """Front matter cannot compute: the text says it, and does not show it."""
    template = tmp_path / "template"
    template.write_text("$title$|$pagetitle$|$body$" if to == "html" else "$title$|$title$|$body$")
    text = "---\ntitle: Klein\n---\n\n::: {.document-title}\nKlein\\-er 2025\n:::\n\nTekst\n"
    written = converted(text, to, "--standalone", f"--template={template}")
    title, page_title, body = written.split("|")
    assert (title, page_title) == ("Klein-er 2025", "Klein-er 2025")
    assert "2025" not in body


@pytest.mark.parametrize("reference", ["#ref(<fig-x>, supplement: [Figuur])", "#link(<fig-x>)[F]"])
def test_references_are_coloured(reference: str) -> None:
    """Quarto writes the first, the pandoc route the second."""
    template = (ROOT / "theme" / "typst-template.typ").read_text(encoding="utf-8")
    body = f'{reference} #figure([x], kind: "quarto-float-fig", supplement: "Figuur") <fig-x>'
    source = f"{template}\n#show: report.with(title: [Klein])\n{body}\n"
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[ROOT / "theme" / "fonts"])
    drawn = typst.Compiler(source.encode(), font_paths=fonts).compile(format="svg")
    assert isinstance(drawn, bytes)
    assert 'fill="#0b4f6c"' in drawn.decode()


def test_quarto_leaves_gitignore_alone() -> None:
    """It appends these lines where they do not stand exactly so."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.quarto/", "**/*.quarto_ipynb"} <= set(lines)
