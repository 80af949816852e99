"""The notebooks run for two waves, say what the survey says, and show no respondent."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from barometer.survey.survey import Survey
from tests.helpers import DATA, ROOT

NAMES = ["exploration", "response", "weighting"]
NOTEBOOKS = [ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES]
YEARS = [2025, 2023]


@pytest.fixture(scope="module")
def folders(edition: Path, edition_2023: Path) -> dict[int, Path]:
    """The executed notebooks of two waves."""
    return {2025: edition / "notebooks", 2023: edition_2023 / "notebooks"}


def outputs(path: Path) -> list[str]:
    """The text of every output: streams, html, svg and plain."""
    cells = nbformat.read(path, as_version=4).cells
    found = [output for cell in cells for output in cell.get("outputs", [])]
    return [
        value
        for output in found
        for value in [output.get("text", ""), *output.get("data", {}).values()]
        if isinstance(value, str) and value
    ]


def number(text: str) -> float | str:
    """A cell as it is shown: 2.915 is 2915, 58,8 is 58.8."""
    plain = text.replace(".", "").replace(",", ".").replace("−", "-")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else text


def tables(path: Path) -> list[pd.DataFrame]:
    """Every table among the outputs; of an index only the innermost level is kept."""
    found = []
    for text in outputs(path):
        if "<table" in text:
            soup = BeautifulSoup(text, "html.parser")
            names = [cell.get_text() for cell in soup.select("thead tr")[0].select("th")]
            names = [name for name in names if name]
            rows = [
                [number(cell.get_text()) for cell in row.select("td")]
                for row in soup.select("tbody tr")
            ]
            index = [row.select("th")[-1].get_text() for row in soup.select("tbody tr")]
            found.append(pd.DataFrame(rows, index=index, columns=names))
    return found


def leaks(texts: list[str], numbers: set[str], respondents: int) -> list[str]:
    """What would show a respondent: an enterprise number, or as many rows as a quarter of them."""
    found = []
    for text in texts:
        found += sorted(numbers & set(re.findall(r"(?<!\d)\d{10}(?!\d)", text)))
        rows = len(BeautifulSoup(text, "html.parser").select("tr, use, circle"))
        plain = 0 if text.lstrip().startswith("<") else text.count("\n")
        if max(rows, plain) > respondents / 4 or re.search(r"\[\d{4,} rows x", text):
            found.append(f"{rows} rows, {plain} lines")
    return found


def enterprise_numbers(year: int) -> set[str]:
    numbers: set[str] = set()
    for file in ("sample.csv", "responses.csv"):
        frame = pd.read_csv(DATA / str(year) / file, dtype=str)
        for column in frame.columns[frame.columns.str.contains("enterprise_number")]:
            numbers |= set(frame[column].dropna())
    return numbers


def test_every_notebook_is_in_the_list() -> None:
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_sources_hold_no_output_and_take_the_year(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.source for cell in tagged] == ["year = 2025\ndata = None"]
    years = re.findall(r"20[0-9]{2}", "".join(cell.source for cell in notebook.cells))
    assert years == ["2025"]


@pytest.mark.parametrize("year", YEARS)
def test_no_output_holds_a_respondent(folders: dict[int, Path], survey: Survey, year: int) -> None:
    numbers = enterprise_numbers(year)
    respondents = len(survey.history()[year].answers)
    for name in NAMES:
        path = folders[year] / f"{name}.ipynb"
        assert len(outputs(path)) > 5
        assert leaks(outputs(path), numbers, respondents) == []
        assert not numbers & set(re.findall(r"\d{10}", path.read_text(encoding="utf-8")))


def test_a_notebook_with_respondents_would_be_noticed(survey: Survey) -> None:
    numbers, n = enterprise_numbers(2025), len(survey.answers)
    one = min(numbers)
    assert leaks([f"<table><tr><td>{one}</td></tr></table>"], numbers, n) == [one]
    assert leaks([survey.answers[["sector", "size"]].to_html(max_rows=None)], numbers, n)
    assert leaks([survey.answers["size"].to_string()], numbers, n)
    assert leaks([repr(survey.answers)], numbers, n)


@pytest.mark.parametrize("year", YEARS)
def test_the_response_notebook_counts_as_the_survey_does(
    folders: dict[int, Path], survey: Survey, year: int
) -> None:
    survey = survey.history()[year]
    found = tables(folders[year] / "response.ipynb")
    steps = found[0]["aantal"]
    assert steps["steekproef"] == len(survey.sample)
    assert steps["bruikbare antwoorden"] == len(survey.answers)
    dropped = steps[steps.index.str.startswith("weggevallen")].sum()
    assert steps["antwoorden"] - dropped == steps["bruikbare antwoorden"]
    sizes, sectors, strata = found[1:4]
    for table in (sizes, sectors, strata):
        assert table["bruikbaar"].sum() == len(survey.answers)
        assert table["populatie"].sum() == survey.population["firms"].sum()
    assert len(strata) == (survey.population["firms"] > 0).sum()


def test_the_exploration_shows_the_register(folders: dict[int, Path], survey: Survey) -> None:
    total, sector, size = tables(folders[2025] / "exploration.ipynb")[:3]
    use = total[total["indicator"] == "Gebruik van AI: Gebruikt AI"].iloc[0]
    assert (use["%"], use["N (ongewogen)"]) == (58.8, 2915)  # as published
    assert len(size) == 4 * len(total)
    assert len(sector) == 11 * len(total)


def test_a_question_not_asked_is_left_out(folders: dict[int, Path]) -> None:
    table = tables(folders[2023] / "exploration.ipynb")[0]
    assert not table["indicator"].str.contains("AI Act").any()
    assert table["indicator"].str.contains("Gebruikt AI").any()
