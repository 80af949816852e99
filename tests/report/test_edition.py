"""One full render of the 2025 edition, opened and read in both formats, against the checklist."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from tests.helpers import REFERENCE, ROOT, alternatives

from barometer.prose.numbers import num, pct
from barometer.audit.published import against_published, published_exceptions, published_summary
from barometer.render.edition import applies, render_edition
from barometer.render.sources import read_report
from barometer.survey.survey import Survey

CHECKLIST: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (REFERENCE / "checklist.yml").read_text(encoding="utf-8")
)


def squeeze(text: str) -> str:
    """Text with single spaces and without the soft hyphens of line breaks."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\xad", "")).strip()


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        output = tmp_path_factory.mktemp("output")
        return render_edition(2025, engine="pandoc", output=output)


@pytest.fixture(scope="module")
def page(edition: Path) -> BeautifulSoup:
    html = (edition / "ai-barometer-2025.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def reader(edition: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO((edition / "ai-barometer-2025.pdf").read_bytes()))


@pytest.fixture(scope="module")
def print_text(reader: pypdf.PdfReader) -> str:
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    return squeeze(re.sub(r"[-\u2010\xad]\s*\n", "", text))


def float_of(page: BeautifulSoup, identifier: str) -> Tag:
    found = page.find("figure", id=identifier)
    assert isinstance(found, Tag), identifier
    return found


def caption(figure: Tag) -> str:
    found = figure.find("figcaption")
    assert isinstance(found, Tag)
    return squeeze(found.get_text(" "))


def test_headings(page: BeautifulSoup, print_text: str) -> None:
    found = {
        str(heading.find_parent("section")["id"]): squeeze(heading.get_text(" "))  # type: ignore[index]
        for heading in page.select("main section > h1, main section > h2, main section > h3")
    }
    wanted = {h["id"]: f"{h['number']} {h['title']}" for h in CHECKLIST["headings"]}
    assert {key: found[key] for key in wanted} == wanted
    assert [key for key in found if key in wanted] == list(wanted)
    for heading in wanted.values():
        assert heading in print_text


@pytest.mark.parametrize("kind", ["figures", "tables"])
def test_floats(page: BeautifulSoup, print_text: str, kind: str) -> None:
    word = {"figures": "Figuur", "tables": "Tabel"}[kind]
    prefix = {"figures": "fig", "tables": "tbl"}[kind]
    order = [str(f["id"]) for f in page.select(f"figure.float-{prefix}")]
    assert order == [entry["id"] for entry in CHECKLIST[kind]]
    for entry in CHECKLIST[kind]:
        text = caption(float_of(page, entry["id"]))
        assert text.startswith(f"{word} {entry['number']}: ")
        assert all(words in text for words in entry["says"]), text
        if "n" in entry:
            assert num(entry["n"]) in text, text
        assert entry.get("universe", "") in text
        compact = re.sub(r"[\s-]", "", text)
        assert compact in re.sub(r"[\s-]", "", print_text), text


def test_footnotes(page: BeautifulSoup, print_text: str) -> None:
    notes = [squeeze(note.get_text(" ")) for note in page.select(".footnotes li")]
    assert len(notes) == len(CHECKLIST["footnotes"])
    for note, entry in zip(notes, CHECKLIST["footnotes"], strict=True):
        assert all(words in note for words in entry["says"]), note
    # the PDF breaks lines anywhere, so compare without spaces and hyphens
    compact = re.sub(r"[\s-]", "", print_text)
    for note in notes:
        words = re.sub(r"[\s-]", "", note.removesuffix("↩︎").strip())
        assert words[:40] in compact, note


def test_lists_name_every_float(page: BeautifulSoup) -> None:
    for name, kind in (("figures", "figures"), ("tables", "tables")):
        entries = page.select(f".list-of-{name} li")
        assert len(entries) == len(CHECKLIST[kind])


def test_every_figure_has_an_alternative(page: BeautifulSoup, reader: pypdf.PdfReader) -> None:
    drawings = page.select("figure.float-fig svg")
    assert len(drawings) == len(CHECKLIST["figures"])
    spoken = [str(drawing["aria-label"]) for drawing in drawings]
    assert len(set(spoken)) == len(spoken)
    assert all(re.search(r"\d,\d%", text) for text in spoken)
    printed = alternatives(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    assert [squeeze(text) for text in printed] == [squeeze(text) for text in spoken]


def test_published_totals_stand_in_the_text(
    page: BeautifulSoup, print_text: str, survey: Survey
) -> None:
    """Every figure published for the total is in the page and in the PDF."""
    rows = pd.read_csv(REFERENCE / "published" / "2025.csv", dtype=str)
    rows = rows[(rows["domain"] == "total") & (rows["statistic"] == "weighted_pct")]
    main = page.select_one("main")
    assert main is not None
    shown = squeeze(main.get_text(" "))
    for _, row in rows.iterrows():
        value = row["value"].replace(".", ",")
        assert re.search(rf"(?<!\d){value}(?!\d)", shown), row["id"]
        assert re.search(rf"(?<!\d){value}(?!\d)", print_text), row["id"]


@pytest.mark.parametrize(
    ("identifier", "question", "by"),
    [
        ("tbl-technologie-sector", "technology_use", "sector"),
        ("tbl-technologie-grootte", "technology_use", "size"),
        ("tbl-adoptiefase-sector", "adoption_phase", "sector"),
        ("tbl-toepassing-sector", "application", "sector"),
    ],
)
def test_cells_of_tables(
    page: BeautifulSoup, survey: Survey, identifier: str, question: str, by: str
) -> None:
    rows = [
        [squeeze(cell.get_text()) for cell in row.find_all(["th", "td"])]
        for row in float_of(page, identifier).select("tbody tr")
    ]
    for row, estimate in zip(rows, survey[question], strict=False):
        cells = [*estimate.by(by), estimate]
        wanted = [estimate.label, *(num(e, 1) + ("°" if e.flag == "u" else "") for e in cells)]
        assert row == wanted
    assert rows[-1][-1] == num(survey[question].n)


def test_prose_is_computed(page: BeautifulSoup, survey: Survey) -> None:
    text = squeeze(page.select_one("main").get_text(" "))  # type: ignore[union-attr]
    assert f"gebruikt {pct(survey['ai_use_status']['use'])} van de Vlaamse ondernemingen" in text
    assert "{python}" not in text
    assert "nan" not in text.split()
    assert "Traceback" not in text


def test_says_that_the_data_are_synthetic(page: BeautifulSoup, reader: pypdf.PdfReader) -> None:
    notice = "Synthetische gegevens"
    assert notice in page.select_one(".cover").get_text()  # type: ignore[union-attr]
    assert all(notice in sheet.extract_text() for sheet in reader.pages)


def test_page_is_self_contained_and_sound(page: BeautifulSoup) -> None:
    identifiers = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for link in page.select('a[href^="#"]'):
        assert str(link["href"])[1:] in identifiers, link
    assert not page.find_all("script")
    for tag in page.find_all(["img", "link"]):
        assert str(tag.get("src", tag.get("href"))).startswith("data:")


def test_nothing_of_a_respondent_leaves(edition: Path, survey: Survey) -> None:
    numbers = set(survey.sample["enterprise_number"])
    for path in sorted(edition.rglob("*")):
        if path.is_file() and path.suffix in (".html", ".ipynb", ".csv"):
            found = set(re.findall(r"(?<!\d)\d{10}(?!\d)", path.read_text(encoding="utf-8")))
            assert not found & numbers, path.name


def test_what_lies_beside_it(edition: Path, survey: Survey) -> None:
    estimates = pd.read_csv(edition / "estimates.csv", keep_default_na=False, na_values=[""])
    assert list(estimates.columns) == list(survey.register().columns)
    assert len(estimates) == len(survey.register())
    downloads = sorted((edition / "downloads").glob("*.csv"))
    floats = len(CHECKLIST["figures"]) + len(CHECKLIST["tables"])
    assert len(downloads) >= floats
    assert all(len(pd.read_csv(path)) for path in downloads)
    notebook = nbformat.read(edition / "ai-barometer-2025.ipynb", as_version=4)
    assert any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)


def test_other_wave_leaves_out_what_it_did_not_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    folder = render_edition(2023, to=("html",), engine="pandoc", output=tmp_path)
    html = (folder / "ai-barometer-2023.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    present = {str(f["id"]) for f in page.select("figure.float")}
    assert {"fig-technologie", "fig-drempels", "tbl-status-sector"} <= present
    assert not {"fig-adoptiemodel", "fig-adoptiefase", "fig-ai-act"} & present
    text = squeeze(page.select_one("main").get_text(" "))  # type: ignore[union-attr]
    assert "In 2023 gebruikt 32,1% van de Vlaamse ondernemingen" in text


@pytest.mark.parametrize(("profile", "present"), [("review", True), (None, False)])
def test_comparison_with_the_published_figures_is_for_reviewers(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, profile: str | None, present: bool
) -> None:
    monkeypatch.chdir(ROOT)
    notebook = read_report(ROOT / "report.qmd", applies(survey, ROOT / "data", profile))
    sources = "\n".join(cell.source for cell in notebook.cells)
    assert ("published_summary(compared, survey)" in sources) is present


def test_comparison_counts_what_is_equal(survey: Survey) -> None:
    compared = against_published(survey)
    summary = BeautifulSoup(published_summary(compared, survey).html, "html.parser")
    rows = [
        [c.get_text() for c in row.find_all(["th", "td"])] for row in summary.select("tbody tr")
    ]
    assert sum(int(row[1]) for row in rows) == len(compared)
    assert sum(int(row[2]) for row in rows) == (compared["distance"] == 0).sum()
    listed = BeautifulSoup(published_exceptions(compared).html, "html.parser")
    assert len(listed.select("tbody tr")) == (compared["distance"] != 0).sum()
