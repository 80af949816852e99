"""The notebooks run for two waves, say what the survey says, and show no respondent."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.helpers import ROOT

from barometer.errors import BarometerError
from barometer.audit.overview import item_nonresponse, precision, response, shown
from barometer.render.edition import render_notebooks
from barometer.audit.sensitivity import calibration, raked_weights, seed_spread, totals
from barometer.survey.survey import Survey, load_survey

NAMES = ["exploration", "response", "weighting"]
NOTEBOOKS = [ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES]
YEARS = [2025, 2023]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks of two waves, executed as `barometer notebooks` does: YEAR/notebooks/."""
    output = tmp_path_factory.mktemp("output")
    for year in YEARS:
        render_notebooks(year, data=ROOT / "data", output=output)
    return output


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
        frame = pd.read_csv(ROOT / "data" / str(year) / file, dtype=str)
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
    assert [cell.source for cell in tagged] == ["year = 2025"]
    years = re.findall(r"20[0-9]{2}", "".join(cell.source for cell in notebook.cells))
    assert years == ["2025"]


@pytest.mark.parametrize("year", YEARS)
def test_no_output_holds_a_respondent(executed: Path, year: int) -> None:
    numbers = enterprise_numbers(year)
    respondents = len(load_survey(year, ROOT / "data").answers)
    for name in NAMES:
        path = executed / str(year) / "notebooks" / f"{name}.ipynb"
        assert len(outputs(path)) > 5
        assert leaks(outputs(path), numbers, respondents) == []
        assert not numbers & set(re.findall(r"\d{10}", path.read_text(encoding="utf-8")))


def test_a_notebook_with_respondents_would_be_noticed(survey: Survey) -> None:
    numbers, n = enterprise_numbers(2025), len(survey.answers)
    one = min(numbers)
    assert leaks([f"<table><tr><td>{one}</td></tr></table>"], numbers, n) == [one]
    assert leaks([survey.answers.to_html(max_rows=None)], numbers, n)
    assert leaks([survey.answers["size"].to_string()], numbers, n)
    assert leaks([repr(survey.answers)], numbers, n)


@pytest.mark.parametrize("year", YEARS)
def test_the_response_notebook_counts_as_the_survey_does(executed: Path, year: int) -> None:
    survey = load_survey(year, ROOT / "data")
    found = tables(executed / str(year) / "notebooks" / "response.ipynb")
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


def test_the_exploration_shows_the_register(executed: Path, survey: Survey) -> None:
    total, size, sector = tables(executed / "2025" / "notebooks" / "exploration.ipynb")[:3]
    use = total[total["indicator"] == "Gebruik van AI: Gebruikt AI"].iloc[0]
    assert (use["%"], use["N (ongewogen)"]) == (58.8, 2915)  # as published
    assert len(size) == 4 * len(total)
    assert len(sector) == 11 * len(total)


def test_a_question_not_asked_is_left_out(executed: Path) -> None:
    table = tables(executed / "2023" / "notebooks" / "exploration.ipynb")[0]
    assert not table["indicator"].str.contains("AI Act").any()
    assert table["indicator"].str.contains("Gebruikt AI").any()


def test_withheld_numbers_are_not_shown(survey: Survey, data: Path) -> None:
    """A sector with fewer respondents than the threshold has neither numbers nor design effect."""
    path = data / "2025" / "wave.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("disclosure: 5", "disclosure: 60"), encoding="utf-8")
    table = precision(load_survey(2025, data), ["ai_use_status.use"], "sector")
    hidden = table[table["vlag"] == "c"]
    assert hidden["sector"].tolist() == ["NACE 35-39"]
    assert (
        hidden[["%", "standaardfout", "95 %: van", "95 %: tot", "design-effect"]]
        .isna()
        .all(axis=None)
    )
    assert (shown(hidden)["%"] == "n.b.").all()


def test_precision_of_nothing_is_refused(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="none of the categories asked for"):
        precision(survey, ["ai_use_status.often", "teleportation.use"])


def test_item_nonresponse_is_counted_on_the_raw_answers(survey: Survey) -> None:
    """Of who was asked the question in the raw file itself; the mandatory one has no gap."""
    table = item_nonresponse(survey)
    assert table.loc[table["verplicht"], "aangevuld"].tolist() == [0]
    question = survey.questionnaire.questions["ai_act_awareness"]
    raw = pd.read_csv(ROOT / "data/2025/responses.csv", dtype=str, keep_default_na=False)
    raw = raw[raw["reported_enterprise_number"] == raw["enterprise_number"]]
    technologies = [column for column in raw if column.startswith("technology_use.")]
    raw = raw[(raw[technologies] != "").all(axis=1)].sort_values("submitted_at", kind="stable")
    raw = raw.drop_duplicates("enterprise_number", keep="last")
    asked = raw[(raw[technologies] == "use").any(axis=1)]
    row = table.loc[question.short]
    assert row["gevraagd"] == len(asked)
    assert row["aangevuld"] == (asked["ai_act_awareness"] == "").sum() > 0


def test_other_donors_move_an_estimate_within_its_precision(survey: Survey) -> None:
    spread = seed_spread(2025, [1, 2, 3], ROOT / "data")
    mandatory = spread.loc["technology_use"]
    assert (mandatory["spreiding"] == 0).all()  # nothing is imputed, so nothing moves
    others = spread.drop(index=["technology_use", "technology_potential"], level="question")
    assert (others["spreiding"] > 0).mean() > 0.8
    assert (spread["kleinste"] <= spread["gemiddelde"] + 1e-9).all()
    assert (spread["gemiddelde"] <= spread["grootste"] + 1e-9).all()
    assert spread["spreiding / standaardfout"].max() < 1
    drawn = totals(load_survey(2025, ROOT / "data", seed=2))["%"]
    assert (drawn.between(spread["kleinste"] - 1e-9, spread["grootste"] + 1e-9)).all()


def test_raking_meets_the_margins_and_moves_little(survey: Survey) -> None:
    weights = raked_weights(survey)
    for margin in ("sector", "size"):
        firms = survey.population.groupby(margin)["firms"].sum()
        assert weights.groupby(survey.answers[margin]).sum().to_dict() == pytest.approx(
            firms.to_dict()
        )
    assert not np.allclose(weights, survey.answers["weight"])
    change = calibration(survey)
    assert change["verschil"].abs().max() > 0.05
    assert change["verschil / standaardfout"].abs().max() < 1
    n = (weights * survey.categories("ai_use_status")["use"]).sum() / weights.sum()
    assert change.loc[("ai_use_status", "all", "use"), "% na raking"] == pytest.approx(100 * n)


def test_response_rates_are_of_the_sample(survey: Survey) -> None:
    table = response(survey, ["size"])
    large = survey.sample["size"] == "Groot"
    usable = (survey.answers["size"] == "Groot").sum()
    assert table.loc["Groot", "responsgraad (%)"] == pytest.approx(100 * usable / large.sum())
    reached = (large & (survey.sample["delivery"] != "undeliverable")).sum()
    assert table.loc["Groot", "bereikt"] == reached
