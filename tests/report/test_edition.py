"""The 2025 edition, rendered once, opened and read in both formats, against the checklist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

from barometer.prose.numbers import num, pct
from barometer.render.conditions import applies
from barometer.render.sources import read_report
from barometer.render.stated import stated
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey
from tests.helpers import DATA, REFERENCE, ROOT, alternatives, squeeze

CHECKLIST: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (REFERENCE / "checklist.yml").read_text(encoding="utf-8")
)


def words_of(page: BeautifulSoup, selector: str = "main") -> str:
    """The text of the one element that the selector finds."""
    (found,) = page.select(selector)
    return squeeze(found.get_text(" "))


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
        str(section["id"]): squeeze(heading.get_text(" "))
        for section in page.select("main section[id]")
        for heading in section.find_all(["h1", "h2", "h3"], recursive=False)
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
    root: Any = reader.trailer["/Root"]
    printed = alternatives(root["/StructTreeRoot"])
    assert [squeeze(text) for text in printed] == [squeeze(text) for text in spoken]


def rows_of(page: BeautifulSoup, identifier: str) -> list[list[str]]:
    """The texts in the body of a table."""
    return [
        [squeeze(cell.get_text()) for cell in row.find_all(["th", "td"])]
        for row in float_of(page, identifier).select("tbody tr")
    ]


def printed(estimates: Iterable[Estimate]) -> list[str]:
    return [num(e, 1) + ("°" if e.flag == "u" else "") for e in estimates]


def test_cells_of_a_table_by_size(page: BeautifulSoup, survey: Survey) -> None:
    *rows, bases = rows_of(page, "tbl-technologie-grootte")
    for row, estimate in zip(rows, survey["technology_use"], strict=True):
        assert row == [estimate.short, *printed([*estimate.by("size"), estimate])]
    assert bases[-1] == num(survey["technology_use"].n)


@pytest.mark.parametrize(
    ("identifier", "question"),
    [
        ("tbl-technologie-sector", "technology_use"),
        ("tbl-adoptiefase-sector", "adoption_phase"),
        ("tbl-toepassing-sector", "application"),
    ],
)
def test_cells_of_tables_by_sector(
    page: BeautifulSoup, survey: Survey, identifier: str, question: str
) -> None:
    *rows, total = rows_of(page, identifier)
    sectors = survey.meta.domains["sector"].values
    for row, (value, sector) in zip(rows, sectors.items(), strict=True):
        estimates = [e.at(value) for e in survey[question]]
        assert row == [sector.short, sector.code, *printed(estimates), num(estimates[0].n)]
    assert total == ["Totaal", "", *printed(survey[question]), num(survey[question].n)]


def test_prose_is_computed(page: BeautifulSoup, survey: Survey) -> None:
    text = words_of(page)
    use = pct(survey["ai_use_status"]["use"], margin=True)
    assert f"gebruikt {squeeze(use)} van de Vlaamse ondernemingen" in text
    assert "{python}" not in text
    assert "nan" not in text.split()
    assert "Traceback" not in text


def test_says_that_the_data_are_synthetic(page: BeautifulSoup, sheets: list[str]) -> None:
    notice = "Synthetische gegevens"
    assert notice in words_of(page, ".cover")
    assert all(notice in sheet for sheet in sheets)


def test_page_is_self_contained_and_sound(page: BeautifulSoup) -> None:
    identifiers = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for link in page.select('a[href^="#"]'):
        assert str(link["href"])[1:] in identifiers, link
    assert not page.find_all("script")
    for tag in page.find_all(["img", "link"]):
        assert str(tag.get("src", tag.get("href"))).startswith("data:")


def test_nothing_of_a_respondent_leaves(edition: Path, survey: Survey) -> None:
    numbers = set(pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)["enterprise_number"])
    assert len(numbers) == len(survey.sample)
    for path in sorted(edition.rglob("*")):
        if path.is_file() and path.suffix in (".html", ".ipynb", ".csv"):
            found = set(re.findall(r"(?<!\d)\d{10}(?!\d)", path.read_text(encoding="utf-8")))
            assert not found & numbers, path.name


def test_every_guarded_sentence_holds(executed: NotebookNode) -> None:
    """And what it compares is significant: of the estimates only is not enough."""
    told = list(stated(executed))
    found = [s for s in told if s.guarded]
    assert len(told) > 250  # most sentences choose their words by the verdict
    assert len(found) > 10
    assert [f"{s.chapter}:{s.line}: {s.sentence}" for s in found if s.verdict != "holds"] == []


def test_what_lies_beside_it(edition: Path, survey: Survey, executed: NotebookNode) -> None:
    estimates = pd.read_csv(edition / "estimates.csv", keep_default_na=False, na_values=[""])
    assert list(estimates.columns) == list(survey.register().columns)
    assert len(estimates) == len(survey.register())
    downloads = sorted((edition / "downloads").glob("*.csv"))
    floats = len(CHECKLIST["figures"]) + len(CHECKLIST["tables"])
    assert len(downloads) >= floats
    assert all(len(pd.read_csv(path)) for path in downloads)
    assert any("parameters" in cell.metadata.get("tags", []) for cell in executed.cells)


def test_other_wave_leaves_out_what_it_did_not_ask(edition_2023: Path) -> None:
    html = (edition_2023 / "ai-barometer-2023.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    present = {str(f["id"]) for f in page.select("figure.float")}
    assert {"fig-technologie", "fig-drempels", "tbl-status-sector"} <= present
    assert not {"fig-adoptiemodel", "fig-adoptiefase", "fig-ai-act"} & present
    text = words_of(page)
    assert re.search(r"In 2023 gebruikt 32,1% \(±.[\d,]+\) van de Vlaamse ondernemingen", text)


@pytest.mark.parametrize(("profile", "present"), [("review", True), (None, False)])
def test_comparison_with_the_published_figures_is_for_reviewers(
    monkeypatch: pytest.MonkeyPatch, profile: str | None, present: bool
) -> None:
    monkeypatch.chdir(ROOT)
    notebook = read_report(ROOT / "report.qmd", applies(2025, DATA, profile))
    sources = "\n".join(cell.source for cell in notebook.cells)
    assert ("published_summary(" in sources) is present
