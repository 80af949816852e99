"""Front and back of a report in both formats: cover, colophon, key figures, contents, lists."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pypdf
import pytest
from bs4 import BeautifulSoup

from barometer.display.block import typst_string
from barometer.display.cover import cover
from barometer.render import typeset
from barometer.render.conditions import applies
from barometer.render.sources import read_report
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, ROOT, edit, squeeze

FLOAT = """
::: {{#{id}}}
```{{=html}}
<p>beeld</p>
```

```{{=typst}}
#table(table.header[beeld], [1])
```

{caption}
:::
"""
#: Captions, and the titles that the lists must show.
CAPTIONS = {
    "Export van goederen. In % van wie exporteert; N = 12. Meer antwoorden mogelijk.": (
        "Export van goederen"
    ),
    "Export, in % (N = 1.982, de takken 77-82;95.1).": (
        "Export, in % (N = 1.982, de takken 77-82;95.1)"
    ),
    "Uitvoer van o.a. hout en staal.[^n] *Voorlopig* cijfer.": "Uitvoer van o.a. hout en staal",
    "Takken tot en met 77-82;95.1. De rest ontbreekt.": "Takken tot en met 77-82;95.1",
    "Zonder punt": "Zonder punt",
}
FLOATS = "".join(
    FLOAT.format(id=f"{kind}-{number}", caption=caption)
    for kind in ("fig", "tbl")
    for number, caption in enumerate(CAPTIONS)
)
KEY_FIGURES = """
::: {.key-figures}
- [58,8%]{.key-value} [(± 2,2)]{.key-margin} [voert uit.]{.key-definition}
  [[]{.key-mark .up} 3,1 hoger]{.key-change}
- []{.nothing}
- [12,0%]{.key-value} [(± 1,0)]{.key-margin} [voert in.]{.key-definition}
  [niet gevraagd]{.key-change}
:::
"""
ENGLISH = """
::: {lang="en-GB"}
# Summary in English {#sec-english}

Firms export more.

## Of whom

Large ones.
:::
"""
REPORT = f"""---
title: Klein
lang: nl-BE
---

::: {{.colophon}}
# Colofon {{.unnumbered}}

Wie dit maakte.
:::

# Kerncijfers {{.unnumbered}}
{KEY_FIGURES}
::: {{.box}}
**Hoe leest u dit?** Zo.
:::

::: {{.contents}}
# Inhoud {{.unnumbered}}
:::

# Uitvoer {{#sec-uitvoer}}

Het woord [export]{{lang="en-GB"}} is geleend.
{FLOATS}
[^n]: Een noot bij een bijschrift.
{ENGLISH}
# Lijst van figuren {{.unnumbered}}

::: {{.list-of-figures}}
:::

# Lijst van tabellen {{.unnumbered}}

::: {{.list-of-tables}}
:::
"""


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(typeset.html(REPORT, "Klein 2025", ROOT / "theme"), "html.parser")


@pytest.fixture(scope="module")
def reader(survey: Survey) -> pypdf.PdfReader:
    covered = REPORT.replace(
        "::: {.colophon}", f"```{{=typst}}\n{cover(survey).typst}\n```\n\n::: {{.colophon}}", 1
    )
    return pypdf.PdfReader(io.BytesIO(typeset.pdf(covered, "Klein 2025", ROOT / "theme")))


@pytest.fixture(scope="module")
def sheets(reader: pypdf.PdfReader) -> list[str]:
    """The text of each page, without its running head."""
    texts = (squeeze(sheet.extract_text()) for sheet in reader.pages)
    return [
        re.sub(r"^Klein 2025 Synthetische gegevens: [a-z ]*ondernemingen ", "", text)
        for text in texts
    ]


def test_order_of_the_page(page: BeautifulSoup) -> None:
    headings = [squeeze(h.get_text(" ")) for h in page.select("main h1")]
    assert headings == [
        *("Kerncijfers", "1 Uitvoer", "2 Summary in English"),
        *("Lijst van figuren", "Lijst van tabellen", "Colofon"),
    ]
    contents = [squeeze(a.get_text(" ")) for a in page.select("nav#TOC > details > ul > li > a")]
    assert contents == headings
    assert "Wie dit maakte." in page.select("main section.level1")[-1].get_text()


def test_order_of_the_pdf(sheets: list[str]) -> None:
    """Cover, colophon on its back, key figures, contents, text, lists: each on a new page."""
    starts = ["AI-Barometer", "Colofon", "Kerncijfers", "Inhoud", "1 Uitvoer"]
    for sheet, start in zip(sheets, starts, strict=False):
        assert sheet.startswith(start), sheet
    assert sheets[-2].startswith("Lijst van figuren")
    assert sheets[-1].startswith("Lijst van tabellen")


def test_neither_cover_nor_its_back_has_a_page_number(sheets: list[str]) -> None:
    assert [re.search(r" (\d+)$", sheet) is not None for sheet in sheets[:3]] == [
        False,
        False,
        True,
    ]
    assert sheets[2].endswith(" 3")


def test_contents_of_the_pdf(sheets: list[str]) -> None:
    entries = re.sub(r"( \.)+ \d+", ";", sheets[3]).split("; ")
    assert entries == [
        *("Inhoud Kerncijfers", "1 Uitvoer", "2 Summary in English", "2.1 Of whom"),
        *("Lijst van figuren", "Lijst van tabellen", "4"),
    ]


@pytest.mark.parametrize(
    ("kind", "prefix", "name", "heading"),
    [
        ("Figuur", "fig", "figures", "Lijst van figuren"),
        ("Tabel", "tbl", "tables", "Lijst van tabellen"),
    ],
)
def test_lists_show_titles(
    page: BeautifulSoup, sheets: list[str], kind: str, prefix: str, name: str, heading: str
) -> None:
    wanted = [f"{kind} {place} {title}" for place, title in enumerate(CAPTIONS.values(), 1)]
    items = page.select(f".list-of-{name} li")
    assert [squeeze(item.get_text(" ")) for item in items] == wanted
    assert [str(a["href"]) for a in page.select(f".list-of-{name} a")] == [
        f"#{prefix}-{number}" for number in range(len(CAPTIONS))
    ]
    (printed,) = [sheet for sheet in sheets if sheet.startswith(heading)]
    entries = re.split(rf"(?={kind} \d)", re.sub(r"( \.)+ \d+", "", printed))[1:]
    assert [entry.strip() for entry in entries] == [
        *wanted[:-1],
        f"{wanted[-1]} {sheets.index(printed) + 1}",
    ]


def test_captions_keep_title_and_note(page: BeautifulSoup, sheets: list[str]) -> None:
    text = squeeze(" ".join(sheets))
    for place, caption in enumerate(CAPTIONS, 1):
        plain = caption.replace("*", "").replace("[^n]", "").rstrip(".")
        found = page.select(f"#fig-{place - 1} figcaption")[0]
        for note in found.select(".footnote-ref"):
            note.extract()
        assert squeeze(found.get_text()) == f"Figuur {place}: {plain}."
        assert re.sub(r"\W", "", f"Figuur {place}: {plain}") in re.sub(
            r"\W|(?<=staal\.)1", "", text
        )
    notes = [
        len(f.select(".caption-note"))
        for f in page.select("#fig-0, #fig-1, #fig-2, #fig-3, #fig-4")
    ]
    assert notes == [1, 0, 1, 1, 0]


def test_key_figures_without_text_are_no_cards(page: BeautifulSoup, sheets: list[str]) -> None:
    cards = [squeeze(card.get_text(" ")) for card in page.select(".key-figures li")]
    assert cards == ["58,8% (± 2,2) voert uit. 3,1 hoger", "12,0% (± 1,0) voert in. niet gevraagd"]
    # the mark is drawn, its words are read
    assert page.select(".key-figures li")[0].select(".key-mark.up")[0].get_text() == ""
    assert re.search(r"58,8% \(± 2,2\).*3,1 hoger", sheets[2])
    assert "12,0%" in sheets[2]
    assert "Hoe leest u dit? Zo." in sheets[2]


def test_another_language_is_marked_in_both(page: BeautifulSoup, reader: pypdf.PdfReader) -> None:
    english = page.find(id="sec-english")
    assert english is not None
    assert english["lang"] == "en-GB"
    assert "Of whom" in english.get_text()
    (word,) = page.select("p span[lang]")
    assert (word["lang"], word.get_text()) == ("en-GB", "export")
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "nl-BE"
    languages = spoken(root["/StructTreeRoot"])
    assert languages.get("H1", set()) >= {"en-GB"}
    assert "en-GB" in languages.get("P", set()) | languages.get("Span", set())


def test_no_page_comes_between_a_term_and_its_definition() -> None:
    """Nor does it tear an item of a list apart."""
    terms = "".join(f"Term\n:   Uitleg {'in woorden ' * (i % 37)}einde.\n\n" for i in range(150))
    items = "".join(f"- Punt {'met woorden ' * (i % 29)}uit.\n" for i in range(150))
    front = "---\ntitle: Klein\nlang: nl-BE\n---\n\n# Woorden\n\n"
    printed = typeset.pdf(f"{front}{terms}\n\n# Punten\n\n{items}", "Klein", ROOT / "theme")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    assert len(pages) > 8
    for text in pages:
        assert text.count("Term") == text.count("Uitleg")
        assert text.count("Punt ") == text.count("uit.")
    assert sum(text.count("Uitleg") for text in pages) == 150


def test_a_heading_stays_with_what_follows() -> None:
    parts = "".join(
        f"{'##' if i % 3 == 0 else '###'} Kop\n\nLijf {'met woorden ' * (i % 41)}slot.\n\n"
        for i in range(120)
    )
    front = "---\ntitle: Klein\nlang: nl-BE\n---\n\n# Woorden\n\n"
    printed = typeset.pdf(front + parts, "Klein", ROOT / "theme")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    assert len(pages) > 6
    assert [text.count("Kop") - text.count("Lijf") for text in pages] == [0] * len(pages)


def spoken(node: Any, found: dict[str, set[str]] | None = None) -> dict[str, set[str]]:
    """The languages in the structure tree of a PDF, by the tag that has them."""
    found = {} if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            spoken(kid, found)
    elif isinstance(node, dict):
        if "/Lang" in node:
            found.setdefault(str(node.get("/S", "")).lstrip("/"), set()).add(str(node["/Lang"]))
        if "/K" in node:
            spoken(node["/K"], found)
    return found


@pytest.mark.parametrize("year", [2021, 2025])
def test_order_of_the_report(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    monkeypatch.chdir(ROOT)
    source = "\n".join(
        str(cell.source)
        for cell in read_report(ROOT / "report.qmd", applies(year, DATA, "review")).cells
    )
    titles = re.findall(r"^# (.+?) \{", source, re.MULTILINE)
    assert titles[:5] == ["Colofon", "Kerncijfers", "Samenvatting", "Inhoud", "Inleiding"]
    assert titles[-2:] == ["Lijst van figuren", "Lijst van tabellen"]


def test_the_cover_tells_which_waves_are_made_up(data: Path, survey: Survey) -> None:
    assert "Synthetische gegevens: geen antwoorden van echte ondernemingen" in cover(survey).html
    edit(data / "2025" / "wave.yml", "provenance: synthetic", "provenance: confidential")
    assert "warning" not in cover(load_survey(2025, data)).html
    shutil.copytree(DATA / "2023", data / "2023")
    found = cover(load_survey(2025, data))
    for content in (found.html, found.typst):
        assert "Synthetische gegevens voor 2023" in content


@pytest.mark.parametrize("made_up", [True, False])
def test_the_colophon_calls_made_up_only_what_is(
    monkeypatch: pytest.MonkeyPatch, made_up: bool
) -> None:
    monkeypatch.chdir(ROOT)
    report = read_report(ROOT / "report.qmd", lambda name: made_up or name != "synthetic")
    source = "\n".join(cell.source for cell in report.cells if cell.cell_type == "markdown")
    colophon = source[source.index("# Colofon") : source.index("# Kerncijfers")]
    for word in ("nagemaakt", "verzonnen", "geen uitgave", "oorspronkelijk", "Situatie 2025"):
        assert (word in colophon) is made_up, word
    for word in ("Opdrachtgever", "1210 Brussel", "*Artificiële Intelligentie Vlaanderen*"):
        assert word in colophon


def test_every_chapter_is_included_once() -> None:
    report = (ROOT / "report.qmd").read_text(encoding="utf-8")
    included = re.findall(r"^\{\{< include (chapters/[\w-]+\.qmd) >\}\}$", report, re.MULTILINE)
    assert sorted(included) == sorted(f"chapters/{p.name}" for p in (ROOT / "chapters").glob("*"))


def drawing(name: str, height: int) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="309.6pt" height="{height}pt"></svg>'
    return (
        f"\n::: {{#fig-{name}}}\n```{{=typst}}\n"
        f'#figure-image({typst_string(svg)}, "beeld")\n```\n\n{name.title()}.\n:::\n'
    )


def test_the_list_tells_the_page_of_a_figure() -> None:
    """Also where it does not fit on the page of its text."""
    filled = "\n\n".join(["Een alinea."] * 24)
    lists = "# Lijst {.unnumbered}\n\n::: {.list-of-figures}\n:::\n"
    text = f"# Een\n\n{filled}\n{drawing('hoog', 490)}\nVerder.\n\n{lists}"
    document = pypdf.PdfReader(io.BytesIO(typeset.pdf(text, "Klein 2025", ROOT / "theme")))
    *sheets, last = [squeeze(sheet.extract_text()) for sheet in document.pages]
    (page,) = [n for n, sheet in enumerate(sheets, 1) if "Hoog." in sheet]
    assert page == 2
    assert re.search(rf"Hoog[ .]+{page}\b", last), last
