"""Our figures beside those of Eurostat: in a table, and in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from barometer.display.block import Block
from barometer.display.eurostat import eurostat_table
from barometer.errors import BarometerError
from barometer.prose.eurostat import beside, beyond_elsewhere
from barometer.prose.numbers import num
from barometer.survey.accounting import Fact
from barometer.survey.pooled import pooled
from barometer.survey.survey import Survey
from tests.survey.cases import with_thresholds

Write = Callable[..., None]
CLASSES = {"10+": ["Klein", "Middelgroot", "Groot"], "250+": ["Groot"]}
ROW = "{year},{geo},{size},ai_use,{value},percent of enterprises,ten or more,{source},{remark}"
HEAD = "year,geo,size_class,indicator,value,unit,population,source,remark"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write figures, each (year, geo, size, value), into the file beside the waves."""
    monkeypatch.setenv("BAROMETER_DATA", str(tmp_path))

    def figures(*rows: tuple[int, str, str, float], remark: str = "") -> None:
        lines = [
            ROW.format(year=y, geo=g, size=s, value=v, source=f"Bron {g}", remark=remark)
            for y, g, s, v in rows
        ]
        (tmp_path / "eurostat.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")

    return figures


def rows(block: Block) -> dict[str, list[str]]:
    page = BeautifulSoup(block.html, "html.parser")
    body = page.select_one("tbody")
    assert body is not None
    found = [
        [c.get_text(strip=True) for c in r.find_all(["th", "td"])] for r in body.find_all("tr")
    ]
    return {row[0]: row[1:] for row in found}


def test_each_class_has_ours_and_what_is_known_elsewhere(survey: Survey, write: Write) -> None:
    write((2025, "BE", "10+", 34.5), (2025, "EU27", "10+", 20.0), (2025, "EU27", "250+", 55.0))
    use = survey["ai_use_status"]["use"]
    block = eurostat_table(use, "ai_use", CLASSES)
    shown = rows(block)
    assert list(shown) == [
        "5 of meer werknemers",
        "10 of meer werknemers",
        "250 of meer werknemers",
    ]
    large = use.at("Groot")
    ours = [num(large, 1), num(large.ci_low, 1), num(large.ci_high, 1), num(large.n)]
    assert shown["250 of meer werknemers"] == [ours[0], "n.b.", "55,0", *ours[1:]]
    assert shown["10 of meer werknemers"][1:3] == ["34,5", "20,0"]
    assert shown["5 of meer werknemers"] == [
        *(num(use, 1), "n.b.", "n.b."),
        *(num(use.ci_low, 1), num(use.ci_high, 1), num(use.n)),
    ]
    assert block.data is not None
    assert list(block.data.columns[2:4]) == ["België", "EU27"]
    heads = ["Deze", "België", "EU27", "Ondergrens", "Bovengrens"]
    for shown_in in (block.html, block.typst):
        places = [shown_in.index(head) for head in heads]
        assert places == sorted(places)
    for text in ("België: Bron BE; EU27: Bron EU27.", "n.b.: niet beschikbaar."):
        assert text in block.html
        assert text in block.typst


def test_a_place_or_year_without_figures_is_left_out(survey: Survey, write: Write) -> None:
    write((2023, "BE", "10+", 13.8), (2025, "EU27", "10+", 20.0), remark="voorlopig")
    block = eurostat_table(survey["ai_use_status"]["use"], "ai_use", CLASSES)
    assert "België" not in block.html
    assert "EU27: Bron EU27 (voorlopig)." in block.html
    write((2023, "BE", "10+", 13.8))
    with pytest.raises(
        BarometerError, match="found no figures of ai_use in 2025; expected some in"
    ):
        eurostat_table(survey["ai_use_status"]["use"], "ai_use", CLASSES)


def test_withheld_and_unreliable_figures(survey: Survey, write: Write) -> None:
    write((2025, "EU27", "250+", 55.0))
    few = with_thresholds(survey, disclosure=500)  # fewer large firms than that answered
    block = eurostat_table(few["ai_use_status"]["use"], "ai_use", CLASSES)
    assert rows(block)["250 of meer werknemers"] == [
        ".",
        "55,0",
        ".",
        ".",
        num(few["ai_use_status"]["use"].at("Groot").n),
    ]
    assert "niet getoond wegens vertrouwelijkheid" in block.html
    unsure = with_thresholds(survey, effective_n=1e6)
    block = eurostat_table(unsure["ai_use_status"]["use"], "ai_use", CLASSES)
    assert rows(block)["250 of meer werknemers"][0].endswith("°")
    assert "weinig betrouwbaar" in block.html


def test_in_words_with_the_distance_as_shown(survey: Survey, write: Write) -> None:
    use = survey["ai_use_status"]["use"]
    large = pooled(use, ["Groot"])
    below, above = round(float(large), 1) - 30, round(float(large), 1) + 2.5
    write((2025, "BE", "250+", below), (2025, "EU27", "250+", above), (2025, "EU27", "10+", 9))
    text = beside(large, "ai_use", "250+")
    assert text == (
        f"{num(below, 1)}% in België (30,0 procentpunt lager) en "
        f"{num(above, 1)}% in de EU27 (2,5 procentpunt hoger)"
    )
    assert large in text.sources
    assert [s.name for s in text.sources if isinstance(s, Fact)][:1] == ["Bron BE: BE, 250+"]
    write((2025, "EU27", "250+", round(float(large), 1)))
    assert beside(large, "ai_use", "250+") == f"{num(large, 1)}% in de EU27"
    assert beside(large, "ai_use", "50-249") == ""


def test_above_all_that_is_known_elsewhere(survey: Survey, write: Write) -> None:
    use = survey["ai_use_status"]["use"]
    write((2025, "BE", "10+", 34.5), (2025, "EU27", "10+", float(use) + 1), (2023, "BE", "1+", 9))
    assert beyond_elsewhere(use, "ai_use", "10+").verdict == "fails", "one lies above it"
    write((2025, "BE", "10+", 34.5), (2025, "EU27", "10+", float(use) - 1))
    assert beyond_elsewhere(use, "ai_use", "10+").verdict == "holds"
    assert beyond_elsewhere(use, "ai_use", "1+").verdict == "fails", "no figures of that year"
