"""Typeset an executed notebook with pandoc and Typst, both from the lock file.

The notebook becomes one markdown text, and that text becomes HTML and PDF: the same words, numbers
and order in both. Quarto is given the same text (see quarto.py).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
import pypandoc
import typst
from nbformat import NotebookNode

from barometer.errors import BarometerError

FROM = "markdown+raw_attribute+fenced_divs+footnotes+smart-implicit_figures"
RAW_HTML = re.compile(
    r"^(?P<fence>`{3,})\{=html\}\n(?P<html>.*?)\n(?P=fence)$", re.MULTILINE | re.DOTALL
)
SCROLL = '<div class="table-scroll" tabindex="0" role="region" aria-label="Tabel">'
FILTERS = Path(__file__).parent


def to_markdown(notebook: NotebookNode) -> str:
    """The text of an executed notebook: its markdown cells and what its code cells display.

    Of an output the markdown representation counts, then plain text as a code block; the front
    matter of the report comes out as it went in.
    """
    return "\n\n".join(part for cell in notebook.cells for part in _parts(cell)) + "\n"


def _parts(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "markdown":
        yield cell.source
        return
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/markdown" in data:
            yield data["text/markdown"]
        elif "text/plain" in data:
            yield f"```\n{data['text/plain']}\n```"
        elif output.output_type == "stream" and output.name == "stdout":
            yield f"```\n{output.text.rstrip()}\n```"


def for_jupyter(notebook: NotebookNode) -> NotebookNode:
    """The notebook for a reader in Jupyter, who would see raw blocks as code: their HTML is added.

    The markdown stays, so that the copy can still be typeset.
    """
    copy = deepcopy(notebook)
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if page := RAW_HTML.search(data.get("text/markdown", "")):
                data["text/html"] = page.group("html")
                data.pop("text/plain", None)
    return copy


def _pandoc(text: str, to: str, theme: Path, *arguments: str, reader: str = FROM) -> str:
    own = (theme / "lists.lua", theme / "blocks.lua", FILTERS / "crossref.lua")
    filters = own if reader == FROM else ()
    numbered = ["--number-sections"] if reader == FROM else []
    command = [pypandoc.get_pandoc_path(), "--from", reader, "--to", to]
    command += ["--standalone", "--wrap=preserve", *numbered]
    command += [*(f"--lua-filter={path}" for path in filters), *arguments]
    result = subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=theme, check=False
    )
    if result.returncode:
        raise BarometerError(f"pandoc could not typeset the report:\n{result.stderr.strip()}")
    if result.stderr.strip():
        print(result.stderr.strip(), file=sys.stderr)
    return result.stdout


def notebook_page(notebook: NotebookNode, theme: Path) -> str:
    """A self-contained page of an executed notebook, code and outputs, titled by its heading."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (.+)$", prose, re.MULTILINE)
    title = heading.group(1) if heading else "Notebook"
    page = _pandoc(
        nbformat.writes(notebook),
        "html5",
        theme,
        "--embed-resources",
        "--section-divs",
        "--toc",
        "--toc-depth=2",
        f"--template={theme / 'report.html'}",
        f"--css={theme / 'report.css'}",
        f"--metadata=pagetitle:{title}",
        reader="ipynb",
    )
    # a wide table scrolls in a box of its own
    return page.replace("<table", SCROLL + "<table").replace("</table>", "</table></div>")


def _profile(review: bool) -> list[str]:
    return ["--metadata=review"] if review else []


def typeset(text: str, to: str, title: str, theme: Path, review: bool = False) -> bytes:
    """Typeset the text as "html" or "pdf"; `review` marks the sentences that no longer hold."""
    if to == "pdf":
        return pdf(text, title, theme, review)
    return html(text, title, theme, review).encode()


def html(text: str, title: str, theme: Path, review: bool = False) -> str:
    """One self-contained page: style, fonts and figures inside, nothing fetched.

    `review` marks the sentences that no longer hold.
    """
    return _pandoc(
        text,
        "html5",
        theme,
        "--embed-resources",
        "--section-divs",
        "--mathml",
        "--toc",
        "--toc-depth=3",
        f"--template={theme / 'report.html'}",
        f"--css={theme / 'report.css'}",
        f"--metadata=pagetitle:{title}",
        *_profile(review),
    )


def pdf(text: str, title: str, theme: Path, review: bool = False) -> bytes:
    """A tagged PDF that conforms to PDF/UA-1, with no fonts but those of the theme."""
    template = f"--template={theme / 'pandoc.typ'}"
    source = _pandoc(text, "typst", theme, template, f"--metadata=title:{title}", *_profile(review))
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[theme / "fonts"]
    )
    try:
        compiler = typst.Compiler(source.encode(), root=theme, font_paths=fonts)
        result = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    except typst.TypstError as error:
        raise BarometerError(f"Typst could not typeset the report:\n{error.diagnostic}") from None
    assert isinstance(result, bytes)
    return result
