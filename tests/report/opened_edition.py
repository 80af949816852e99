"""The rendered edition of 2025, opened once: page, PDF, executed notebook."""

from __future__ import annotations

import io
import re
from pathlib import Path

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from tests.helpers import squeeze


@pytest.fixture(scope="session")
def page(edition: Path) -> BeautifulSoup:
    html = (edition / "ai-barometer-2025.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="session")
def reader(edition: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO((edition / "ai-barometer-2025.pdf").read_bytes()))


@pytest.fixture(scope="session")
def sheets(reader: pypdf.PdfReader) -> list[str]:
    """The text of each page of the PDF."""
    return [sheet.extract_text() for sheet in reader.pages]


@pytest.fixture(scope="session")
def print_text(sheets: list[str]) -> str:
    """The text of the PDF, words that a line breaks joined again."""
    return squeeze(re.sub(r"[-\u2010\xad]\s*\n", "", "\n".join(sheets)))


@pytest.fixture(scope="session")
def executed(edition: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(edition / "ai-barometer-2025.ipynb", as_version=4)
    return notebook
