"""The tables as they are shown: the same cells in page and PDF, equal to what was published."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest
import typst
from bs4 import BeautifulSoup

from barometer.display import style, tables
from barometer.display.block import Block
from barometer.display.crosstab import crosstab
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import num
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey, load_survey
from tests import helpers
from tests.helpers import ROOT, exceptions
from tests.survey.cases import with_thresholds

THEME = ROOT / "theme"


def cells(block: Block) -> list[list[str]]:
    """The rows of the page's table, headings first."""
    page = BeautifulSoup(block.html, "html.parser")
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in page.find_all("tr")
    ]


def body(block: Block) -> dict[str, list[str]]:
    page = BeautifulSoup(block.html, "html.parser")
    rows = page.select_one("tbody").find_all("tr")  # type: ignore[union-attr]
    found = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in rows]
    assert len({row[0] for row in found}) == len(found)
    return {row[0]: row[1:] for row in found}


def pdf(block: Block, height: str = "29.7cm") -> pypdf.PdfReader:
    template = (THEME / "typst-template.typ").read_text(encoding="utf-8")
    source = (
        f'{template}\n#show: report.with(title: "T")\n#set page(height: {height}, margin: 2cm)\n'
        f"= A\n#show figure: set block(breakable: true)\n"
        f'#figure([\n{block.typst}\n], kind: "quarto-float-tbl", supplement: "Tabel")'
    )
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[THEME / "fonts"]
    )
    document = typst.compile(source.encode(), font_paths=fonts, pdf_standards="ua-1", timestamp=0)
    assert isinstance(document, bytes)
    return pypdf.PdfReader(io.BytesIO(document))


def published(question: str, domain: str) -> dict[tuple[str, str], str]:
    """The printed percentages, but for those known to be out of reach."""
    unreachable = exceptions()
    return {
        (row["category"], row["domain_value"]): row["value"].replace(".", ",")
        for row in helpers.published(question=question, domain=domain)
        if row["id"] not in unreachable
    }


def outcomes(survey: Survey) -> dict[str, Estimate]:
    """A frequent one and a rare one."""
    return {
        "Budget gestegen": survey["budget_change"]["increase"],
        "Daling": survey["employment_low_skilled"]["decrease"],
    }


@pytest.fixture(scope="module")
def every(survey: Survey) -> list[Block]:
    """One table of each kind."""
    association = survey.test("adoption_phase", "budget_change.increase", "adopters_not_individual")
    return [
        tables.frame_table(survey),
        tables.response_table(survey),
        crosstab(survey["application"], by="sector"),
        crosstab(survey["adoption_phase"], by="size"),
        tables.domain_table(survey, "sector"),
        tables.test_table({"Stijging van het budget": association}),
        tables.group_table(outcomes(survey), *list(survey["adoption_phase"])[:2]),
    ]


@pytest.mark.parametrize("by", ["sector", "size"])
@pytest.mark.parametrize("question", ["technology_use", "adoption_phase", "application"])
def test_crosstab_prints_what_was_published(survey: Survey, question: str, by: str) -> None:
    indicator = survey[question]
    block = crosstab(indicator, by=by)
    found, places = body(block), survey.meta.domains[by].values
    if by == "size":
        columns = [*places, "Totaal"]
        shown = {
            (category, value): found[indicator[category].short][columns.index(value)]
            for category in indicator.categories
            for value in columns
        }
    else:
        rows = {value: place.short for value, place in places.items()} | {"Totaal": "Totaal"}
        heads = cells(block)[0][1:]
        shown = {
            (category, value): found[name][heads.index(indicator[category].short)]
            for category in indicator.categories
            for value, name in rows.items()
        }
    expected = published(question, by)
    assert len(expected) >= 0.85 * len(indicator.categories) * len(places)
    for (category, value), printed in expected.items():
        assert shown[category, value].rstrip("°") == printed, (category, value)
    for (category, _), printed in published(question, "total").items():
        assert shown[category, "Totaal"] == printed


def test_crosstab_by_size_ends_with_total_and_base(survey: Survey) -> None:
    block = crosstab(survey["technology_use"], by="size")
    first, *_ = cells(block)
    assert first == [
        "In %, naar grootteklasse",
        "Micro 5-9 werknemers",
        "Klein 10-49 werknemers",
        "Middelgroot 50-249 werknemers",
        "Groot 250 of meer werknemers",
        "Totaal",
    ]
    assert '"Micro\\n5-9 werknemers"' in block.typst
    *_, (name, bases) = body(block).items()
    assert (name, bases) == ("N (ongewogen)", ["622", "783", "1.099", "411", "2.915"])
    assert block.name == "technology_use-grootteklasse"
    strong = BeautifulSoup(block.html, "html.parser").select('td[style*="600"]')
    assert [cell.get_text() for cell in strong][:2] == ["41,2", "18,9"]
    assert 'text(weight: "semibold", "41,2")' in block.typst


def test_crosstab_by_sector_has_names_and_codes_in_sight(survey: Survey) -> None:
    """Down the side; the total closes the rows, and the base each row."""
    phase = survey["adoption_phase"]
    block = crosstab(phase, by="sector")
    assert cells(block)[0] == ["In %, naar sector", "NACE", *(e.short for e in phase), "N"]
    rows = body(block)
    assert list(rows)[:2] == ["Maakindustrie", "Nutssector"]
    assert list(rows)[-1] == "Totaal"
    assert len(rows) == 12
    assert rows["Ondersteunende dienstverlening"][0] == "77-82; 95.1"
    assert rows["Totaal"] == ["", *(num(e, 1) for e in phase), "1.139"]
    assert sum(int(row[-1]) for name, row in rows.items() if name != "Totaal") == 1139
    assert block.name == "adoption_phase-sector"
    assert "N: aantal respondenten, ongewogen." in block.html
    strong = BeautifulSoup(block.html, "html.parser").select('[style*="600"]:is(td, th)')
    assert [cell.get_text() for cell in strong][:2] == ["Totaal", ""]
    assert 'text(weight: "semibold", "Totaal")' in block.typst
    muted = BeautifulSoup(block.html, "html.parser").select(f'td[style*="{style.MUTED}"]')
    assert [cell.get_text() for cell in muted] == [row[-1] for row in rows.values()]
    assert 'text(fill: muted, "204")' in block.typst


def test_unreliable_values_are_marked_and_explained(survey: Survey) -> None:
    block = crosstab(survey["adoption_phase"], by="sector")
    shorts = {value.short: k for k, value in survey.meta.domains["sector"].values.items()}
    rows = body(block)
    for name, row in rows.items():
        for e, cell in zip(survey["adoption_phase"], row[1:-1], strict=True):
            flag = e.flag if name == "Totaal" else e.at(shorts[name]).flag
            assert ("°" in cell) == (flag == "u"), (name, e.category)
    # of the few in this sector no percentage is reliable
    assert all("°" in cell for cell in rows["Nutssector"][1:-1])
    for shown in (block.html, block.typst):
        assert "° weinig betrouwbaar: te weinig respondenten of een te breed interval." in shown


def test_withheld_values_appear_nowhere(data: Path, survey: Survey) -> None:
    helpers.edit(data / "2025" / "wave.yml", "disclosure: 5", "disclosure: 20")
    block = crosstab(load_survey(2025, data)["adoption_phase"], by="sector")
    assert body(block)["Nutssector"] == ["35-39", ".", ".", ".", ".", "14"]
    secret = [e.at("NACE 35-39").estimate for e in survey["adoption_phase"]]
    assert block.data is not None
    hidden = block.data[block.data["domeinwaarde"] == "NACE 35-39"]
    assert hidden["percentage"].isna().all()
    assert len(hidden) == len(secret)
    for shown in (block.html, block.typst):
        assert ". niet getoond wegens vertrouwelijkheid." in shown
        assert "74,8" not in shown, "published for these few respondents"


def test_population_and_sample_add_up(survey: Survey) -> None:
    block = tables.frame_table(survey)
    rows = body(block)
    total = rows.pop("Totaal")
    assert total[-2:] == ["37.839", "9.610"]
    assert rows["Horeca"][0] == "55-56"
    assert total.pop(0) == ""
    numbers = {k: [int(n.replace(".", "")) for n in v[1:]] for k, v in rows.items()}
    for row in numbers.values():
        assert (sum(row[:-2:2]), sum(row[1:-2:2])) == tuple(row[-2:])
    columns = [sum(column) for column in zip(*numbers.values(), strict=True)]
    assert columns == [int(n.replace(".", "")) for n in total]
    assert numbers["Maakindustrie"][:2] == [1504, 241]
    assert cells(block)[0][2:] == [
        "Micro 5-9 werknemers",
        "Klein 10-49 werknemers",
        "Middelgroot 50-249 werknemers",
        "Groot 250 of meer werknemers",
        "Totaal",
    ]
    page = BeautifulSoup(block.html, "html.parser")
    italic = [cell.get_text() for cell in page.select('td[style*="italic"]')]
    assert len(italic) == 5 * 12
    assert "9.610" in italic
    assert "37.839" not in italic
    assert block.typst.count("emph(") == len(italic)
    assert block.data is not None
    assert block.data.iloc[-1]["Totaal Pop."] == 37839, "numbers to calculate with, not texts"


def test_response_by_stratum(survey: Survey) -> None:
    rows = body(tables.response_table(survey))
    assert rows["Totaal"] == ["", "622", "783", "1.099", "411", "2.915"]
    assert rows["Nutssector"] == ["35-39", "4", "4", "26", "6", "40"]


def test_sectors_in_full(survey: Survey) -> None:
    """One row for each; what a sector joins stands in its row, each part with its code."""
    block = tables.domain_table(survey, "sector")
    rows = body(block)
    assert cells(block)[0] == ["Sector", "NACE", "Omschrijving"]
    assert len(rows) == len(survey.meta.values("sector")) == 11
    assert rows["Horeca"] == ["55-56", "Verschaffen van accommodatie en maaltijden"]
    code, parts = rows["Ondersteunende dienstverlening"]
    assert code == "77-82; 95.1"
    assert parts == (
        "77-82: Administratieve en ondersteunende diensten; "
        "95.1: Reparatie van computers en communicatieapparatuur"
    )
    assert block.data is not None
    assert list(block.data.columns) == ["naam", "code", "omschrijving"]


def test_association_in_dutch_numbers(survey: Survey) -> None:
    found = survey.test("adoption_phase", "budget_change.increase", "adopters_not_individual")
    ((name, row),) = body(tables.test_table({"Budget": found})).items()
    assert name == "Budget"
    assert row[0] == f"{found.statistic:.2f}".replace(".", ",")
    assert row[1].startswith(f"{found.df1:.2f} en ".replace(".", ","))
    assert row[2] == "p\xa0<\xa00,001"


def test_two_groups_and_the_test_of_their_difference(survey: Survey) -> None:
    """By another way: the shares of two domains, added as if drawn apart, with a t of its own."""
    phase = survey["adoption_phase"]
    block = tables.group_table(outcomes(survey), phase["experimenting"], phase["advanced"])
    head = cells(block)[0]
    assert head[:3] == ["In %", phase["experimenting"].short, phase["advanced"].short]
    for name, outcome in outcomes(survey).items():
        domain = survey.precision(outcome.question, by="adoption_phase").set_index("domain_value")
        domain = domain[domain["category"] == outcome.category]
        early, late = (float(domain["estimate"][v]) for v in ("experimenting", "advanced"))
        flagged = (domain["flag"][["experimenting", "advanced"]] != "").any()
        row = body(block)[name]
        assert [row[0].rstrip("°"), row[1].rstrip("°")] == [num(early, 1), num(late, 1)]
        assert row[2].rstrip("°") == num(late - early, 1)
        assert ("°" in row[2]) == flagged
        # disjoint domains of a stratum covary a little
        apart = float(np.hypot(domain["se"]["experimenting"], domain["se"]["advanced"]))
        assert abs(float(row[3].replace(",", ".")) - apart) < 0.15 * apart
    assert body(block)["Budget gestegen"][4] == "p\xa0<\xa00,001"
    assert body(block)["Daling"][1].endswith("°")
    assert body(block)["Daling"][4].startswith("p\xa0=\xa00,0")
    assert "° weinig betrouwbaar" in block.html


def test_of_a_withheld_group_there_is_no_difference(survey: Survey) -> None:
    n = survey["budget_change"]["increase"].among(survey["adoption_phase"]["scaling"]).n
    few = with_thresholds(survey, disclosure=n + 1)
    phase = few["adoption_phase"]
    block = tables.group_table(outcomes(few), phase["experimenting"], phase["scaling"])
    for first, *hidden in body(block).values():
        assert re.search(r"\d", first)
        assert not any(re.search(r"\d", cell) for cell in hidden)
    assert ". niet getoond wegens vertrouwelijkheid." in block.html


def test_page_and_pdf_hold_the_same_cells(every: list[Block]) -> None:
    for block in every:
        shown = [cell for row in cells(block) for cell in row if cell]
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', block.typst.split("table.header", 1)[1])
        markup = {"semibold", "tabular", ""}
        kept = [text.replace("\\n", " ") for text in strings if text not in markup]
        notes = len(BeautifulSoup(block.html, "html.parser").select(".table-note"))
        assert kept[: len(kept) - notes] == shown, block.name


def test_numbers_and_headings_are_what_they_claim(every: list[Block]) -> None:
    page = BeautifulSoup("".join(block.html for block in every), "html.parser")
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    assert identifiers == [f"tabel-{block.name}" for block in every]
    for head in page.find_all("th"):
        assert head.get("scope"), head
    for row in page.select("tbody tr"):
        assert row.find("th", attrs={"scope": "row"}) is not None
    for box in page.select(".table-scroll"):
        assert box["tabindex"] == "0", "a keyboard must reach what scrolls"
        assert box["aria-label"]


def test_same_bytes_twice(survey: Survey, every: list[Block]) -> None:
    again = crosstab(survey["application"], by="sector")
    assert again.html == every[2].html
    assert again.typst == every[2].typst


def test_long_tables_repeat_their_heading_and_keep_rows_whole() -> None:
    long = "woord " * 30  # some two lines
    frame = pd.DataFrame({"code": [f"{i}." for i in range(24)], "text": [f"van {long} tot"] * 24})
    columns = {"code": "Code", "text": "Omschrijving"}
    table = table_block(frame, columns, "lang", "Een lange tabel", text=["text"])
    for height in (90, 98, 106):
        pages = [page.extract_text() for page in pdf(table, f"{height}mm").pages]
        assert len(pages) > 1
        for page in pages:
            assert "Omschrijving" in page
            assert len(re.findall(r"\bvan\b", page)) == len(re.findall(r"\btot\b", page))


def test_short_tables_stay_on_a_page() -> None:
    frame = pd.DataFrame({"code": ["eerste", *"abcdefgh", "laatste"], "n": ["1"] * 10})
    block = table_block(frame, {"code": "Code", "n": "N"}, "kort", "Een korte tabel")
    spaced = Block("", f"#v(7cm)\n{block.typst}")
    sheets = [page.extract_text() for page in pdf(spaced, "14cm").pages]
    assert [("eerste" in sheet, "laatste" in sheet) for sheet in sheets][-1] == (True, True)


def test_a_table_without_rows_is_its_heading() -> None:
    none = pd.DataFrame({"label": [], "n": []}, dtype=str)
    block = table_block(none, {"label": "Cijfer", "n": "Aantal"}, "leeg", "Leeg")
    assert cells(block) == [["Cijfer", "Aantal"]]
    page = pdf(block).pages[0].extract_text()
    assert "Cijfer" in page
    assert "Aantal" in page


def test_headings_run_upwards_where_they_would_fall_apart(survey: Survey) -> None:
    """Those of numbers, in a wide table with long words; not the base, names or codes."""
    wide = crosstab(survey["application"], by="sector")
    assert "turned-heads" in wide.html
    turned = re.findall(r"rotate\(-90deg.*?\"([^\"]+)\"\)\)\)", wide.typst)
    assert turned == [e.short for e in survey["application"]]
    for narrow in (crosstab(survey["ai_use_status"], by="sector"), tables.frame_table(survey)):
        assert "turned-heads" not in narrow.html
        assert "rotate(" not in narrow.typst


def test_widest_table_fits_on_a4(survey: Survey) -> None:
    document = pdf(crosstab(survey["application"], by="sector"))
    assert len(document.pages) == 1
    lines = document.pages[0].extract_text()
    for label, row in body(crosstab(survey["application"], by="sector")).items():
        assert all(cell in lines for cell in row), label


def test_unknown_domain_and_nothing_to_show(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="no domain 'provincie'; expected one of sector, size"):
        crosstab(survey["technology_use"], by="provincie")
    with pytest.raises(BarometerError, match=r"crosstab\(\) found no estimates"):
        crosstab([], by="sector")


def test_a_crosstab_is_about_one_universe(survey: Survey) -> None:
    """It has one row of bases; that of the last estimate would stand below all."""
    both = [survey["training", universe]["formal"] for universe in ("adopters", "non_adopters")]
    with pytest.raises(BarometerError, match="adopters and non_adopters; expected one universe"):
        crosstab(both, by="size")


def test_domain_table_of_an_unknown_domain(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="no domain 'provincie'; expected one of sector, size"):
        tables.domain_table(survey, "provincie")
