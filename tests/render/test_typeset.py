"""The small report in page and PDF: both are opened and read."""

from __future__ import annotations

import io
import re
from typing import Any

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup

from barometer.render import typeset
from barometer.render.execute import execute
from tests.helpers import ROOT, alternatives


@pytest.fixture(scope="module")
def page(text: str) -> BeautifulSoup:
    return BeautifulSoup(typeset.html(text, "Klein 2025", ROOT / "theme"), "html.parser")


@pytest.fixture(scope="module")
def document(text: str) -> bytes:
    return typeset.pdf(text, "Klein 2025", ROOT / "theme")


def test_inline_results_and_parameter(text: str) -> None:
    assert r"In 2025 is het 58,8%" in text
    assert r"Een noot met 1\.234" in text
    assert "{python}" not in text


def test_conditions(text: str) -> None:
    assert "Dit staat er." in text
    assert "Dit niet." not in text
    assert "Verborgen" not in text


def test_page(page: BeautifulSoup) -> None:
    assert page.title is not None
    assert page.title.text == "Klein 2025"
    assert page.html is not None
    assert page.html["lang"] == "nl-BE"
    captions = [caption.get_text(" ", strip=True) for caption in page.find_all("figcaption")]
    assert captions == ["Figuur\xa01: Een vierkant (N = 1.982).", "Tabel\xa01: Een tabel."]
    (prose,) = [p for p in page.select("main p") if "In 2025 is het 58,8%" in p.get_text()]
    assert prose.get_text().startswith(
        "In 2025 is het 58,8%: zie Figuur\xa01, Tabel\xa01 en Paragraaf\xa01.1."
    )
    assert "Zie hoofdstuk\xa01." in page.get_text()
    headings = [h.get_text(" ", strip=True) for h in page.select("main h1, main h2")]
    assert headings == ["Lijst", "1 Eerste hoofdstuk", "1.1 Een paragraaf"]
    assert "1.234" in page.select("#fn1")[0].get_text()
    entries = [entry.get_text(" ", strip=True) for entry in page.select(".list-of-figures li")]
    assert entries == ["Figuur\xa01 Een vierkant (N = 1.982)"]


def test_every_link_on_the_page_arrives(page: BeautifulSoup) -> None:
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for link in page.select('a[href^="#"]'):
        assert link["href"][1:] in identifiers, link


def test_page_fetches_nothing(page: BeautifulSoup) -> None:
    assert not page.find_all("script")
    for tag in page.find_all(["img", "link"]):
        assert str(tag.get("src", tag.get("href"))).startswith("data:")
    styles = " ".join(style.get_text() for style in page.find_all("style"))
    assert all(
        url.startswith(("data:", '"data:')) for url in re.findall(r"url\(([^)]{1,9})", styles)
    )


def test_pdf_structure(document: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(document))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl-BE"
    assert reader.metadata is not None
    assert reader.metadata.title == "Klein 2025"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert "Een vierkant" in alternatives(root["/StructTreeRoot"])
    content = " ".join(page.extract_text() for page in reader.pages)
    content = re.sub(r"\s+", " ", content)
    for words in (
        "In 2025 is het 58,8%: zie Figuur 1, Tabel 1 en Paragraaf 1.1.",
        "Zie hoofdstuk 1.",
        "Figuur 1: Een vierkant (N = 1.982).",
        "Tabel 1: Een tabel.",
        "1.1 Een paragraaf",
        "Een noot met 1.234.",
    ):
        assert words in content
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in reader.pages
        for font in resources(sheet).get("/Font", {}).values()
    }
    assert all("IBMPlexSans" in font for font in fonts), fonts


def resources(sheet: Any) -> Any:
    return sheet["/Resources"]


def test_notebook_page_is_whole_and_self_contained() -> None:
    frame = "import pandas as pd\npd.DataFrame({'a': [58.8]})"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Weging"), nbformat.v4.new_code_cell(frame)],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    executed = execute(notebook, {}, ROOT, {})
    page = BeautifulSoup(typeset.notebook_page(executed, ROOT / "theme"), "html.parser")
    assert page.title is not None
    assert page.title.text == "Weging"
    assert "pd.DataFrame" in page.select("main pre")[-1].get_text()
    assert "58.8" in page.select("main .table-scroll table")[0].get_text()
    assert not page.select("script[src], link[href^=http], img[src^=http]")


def test_same_bytes_twice(text: str, document: bytes) -> None:
    assert typeset.pdf(text, "Klein 2025", ROOT / "theme") == document
    first = typeset.html(text, "Klein 2025", ROOT / "theme")
    assert typeset.html(text, "Klein 2025", ROOT / "theme") == first


def test_review_pdf_marks_what_no_longer_holds(text: str, document: bytes) -> None:
    marked = pdf_text(typeset.pdf(text, "Klein 2025", ROOT / "theme", review=True))
    assert re.search(r"Een zin die niet klopt\.\s*klopt niet meer", marked)
    assert re.search(r"die toeval kan zijn\.\s*niet significant", marked)
    assert (marked.count("klopt niet meer"), marked.count("niet significant")) == (1, 1)
    public = pdf_text(document)
    assert "klopt niet meer" not in public
    assert "niet significant" not in public


def test_marks_of_what_holds_and_empty_texts_leave_no_trace(
    text: str, page: BeautifulSoup, document: bytes
) -> None:
    assert "[]{.nothing}" in text
    assert "[]{.claim-holds}" in text
    (prose,) = [p for p in page.select("main p") if "Hier staat" in p.get_text()]
    assert "Hier staat niets meer." in prose.get_text()
    assert not page.select('[class*="claim"], .nothing')
    assert "Hier staat niets meer." in pdf_text(document)


def pdf_text(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
