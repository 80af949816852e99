"""The summary in English, in each wave and in the edition: the numbers of the Dutch one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pypdf
import pytest
from bs4 import BeautifulSoup

from barometer.prose import english
from barometer.prose.trends import was
from barometer.survey.survey import load_survey
from tests.helpers import DATA, edit
from tests.render.test_front import spoken
from tests.report.reading import Reading, reader

DUTCH, ENGLISH = "chapters/01-samenvatting.qmd", "chapters/11-summary.qmd"
DUTCH_WORDS = re.compile(
    r"\b(de|het|een|en|niet|geen|van|voor|bij|met|op|naar|ondernemingen|werknemers|meting|n\.b\.)\b"
)


def said(reading: Reading, chapter: str) -> str:
    """The running text of a chapter, without footnotes and marks of blocks."""
    lines = (text for file, _, text in reading.lines if file == chapter)
    return "\n".join(line for line in lines if not line.startswith(("[^", ":::")))


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2025])
def test_it_tells_in_each_wave_what_the_dutch_one_does(
    monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    reading = reader(monkeypatch)(year, DATA)
    dutch, text = said(reading, DUTCH), said(reading, ENGLISH)
    assert DUTCH_WORDS.search(text) is None
    assert not re.search(r"\d,\d(?!\d\d)|\d\.\d{3}", text), "a number as Dutch writes it"
    assert [v for place, v in reading.claims if place.startswith(ENGLISH) and v != "holds"] == []
    numbers = set(re.findall(r"[\d.]+(?=%)|± [\d.]+", text))
    wanted = {n.replace(",", ".") for n in re.findall(r"[\d,]+(?=%)|± [\d,]+", dutch)}
    before = english.num(was(load_survey(year, DATA)["ai_use_status"]["use"]), 1)
    assert numbers - {before} == wanted - {before}
    assert text.count("\n- **") == dutch.count("\n- **")


def test_both_tell_of_a_fall(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before the wave of 2023 comes one with the answers of 2025, where more firms use AI."""
    shutil.copytree(DATA / "2023", tmp_path / "2023")
    shutil.copytree(DATA / "2025", tmp_path / "2021")
    for name in ("published.csv", "exceptions.yml", "synthesis.yml"):
        (tmp_path / "2021" / name).unlink()
    edit(tmp_path / "2021" / "wave.yml", "2025", "2021")
    edit(tmp_path / "2021" / "responses.csv", ",2025-", ",2021-")
    shutil.copy(DATA / "facts.yml", tmp_path)
    reading = reader(monkeypatch)(2023, tmp_path)
    dutch, text = said(reading, DUTCH), said(reading, ENGLISH)
    assert re.search(r"Tegenover 2021 \(5\d,\d%\) is dat een halvering\.", dutch)
    assert re.search(r"From 5\d\.\d% in the previous wave, that share halved\.", text)
    assert "niet significant" not in dutch
    assert "not significant" not in text


def test_it_is_marked_as_english(page: BeautifulSoup, reader: pypdf.PdfReader) -> None:
    (section,) = page.select("#sec-summary")
    assert section["lang"] == "en-GB"
    assert [s["id"] for s in page.select("section[lang], div[lang]")] == ["sec-summary"]
    heading = section.find("h1")
    assert heading is not None
    assert heading.get_text().endswith("Summary in English")
    root: Any = reader.trailer["/Root"]
    assert "en-GB" in spoken(root["/StructTreeRoot"])["H1"]


def test_it_warns_of_synthetic_data(page: BeautifulSoup) -> None:
    (section,) = page.select("#sec-summary")
    notice = section.select_one(".notice")
    assert notice is not None
    assert "no answers from real firms" in notice.get_text()


def test_it_stands_in_the_pdf(sheets: list[str]) -> None:
    (sheet,) = [text for text in sheets if re.search(r"^\d+ Summary in English$", text, re.M)]
    assert re.search(r"[Aa]bout six in ten firms use AI", " ".join(sheet.split()))
