"""The register of estimates and the response accounting against every figure published for 2025."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from barometer.audit.published import against_published, published_exceptions, published_summary
from barometer.errors import BarometerError
from barometer.prose.numbers import round_half_up
from barometer.survey.survey import Survey
from tests.helpers import DATA, edit, exceptions, published

#: The list may shrink, never grow: see the reasons in exceptions.yml.
MOST_EXCEPTIONS = 11


def test_counts(survey: Survey) -> None:
    """Tables 1 and 2 and the response accounting, counted from the files."""
    tables = {
        "population": survey.population.set_index(["sector", "size"])["firms"],
        "sample": survey.sample.groupby(["sector", "size"]).size(),
        "response": survey.answers.groupby(["sector", "size"]).size(),
    }
    rows = [*published(statistic="count"), *published(statistic="pct")]
    assert len(rows) > 100
    for row in rows:
        if row["category"] == "sampling_fraction_micro_small":
            found = float(survey.sampling_fraction("Micro", "Klein"))
        elif row["question"] == "response_accounting":
            found = float(survey.accounting[row["category"]])
        else:
            counts = tables[row["question"]]
            if row["domain"] == "sector_x_size":
                found = counts[tuple(row["domain_value"].split("|"))]
            elif row["domain"] == "total":
                found = counts.sum()
            else:
                found = counts.groupby(row["domain"]).sum()[row["domain_value"]]
        decimals = 1 if row["unit"] == "%" else 0
        assert float(round_half_up(found, decimals)) == float(row["value"]), row["id"]


def test_bases(survey: Survey) -> None:
    """The N of every universe in the captions."""
    rows = published(statistic="unweighted_n")
    assert len(rows) == 5
    for row in rows:
        assert survey.universe(row["category"]).sum() == int(row["value"]), row["id"]


def test_percentages(survey: Survey, record_property: Callable[[str, object], None]) -> None:
    """Every percentage to the printed decimal, but for the literal list of exceptions."""
    rows = against_published(survey, DATA)
    assert len(rows) == len(published(statistic="weighted_pct"))
    off = rows[rows["distance"] != 0].set_index("id")["distance"].abs()
    record_property("published figures matched", f"{len(rows) - len(off)} of {len(rows)}")
    for name, points in off.items():
        record_property(f"  {name}", f"{points} points off")
    assert off.to_dict() == exceptions(), "the list of exceptions holds what is off, and only that"
    assert not rows.loc[rows["id"].isin(off.index), "domain"].eq("total").any()
    assert len(off) <= MOST_EXCEPTIONS


def test_exceptions_have_a_reason() -> None:
    listed = yaml.safe_load((DATA / "2025" / "exceptions.yml").read_text(encoding="utf-8"))
    assert all(entry["reason"] for entry in listed)


def test_another_figure_than_the_estimate_is_told_apart(survey: Survey, data: Path) -> None:
    """One published figure is changed by 0,1: it alone is off, by as much."""
    path = data / "2025" / "published.csv"
    before = against_published(survey, data).set_index("id")
    cell = "technology_use,nlg,total,Totaal,all,weighted_pct,"
    edit(path, f"{cell}37.8", f"{cell}37.7")
    after = against_published(survey, data).set_index("id")
    changed = after.index[after["distance"] != before["distance"]]
    assert changed.tolist() == ["technology_use.nlg"]
    assert after.loc["technology_use.nlg", "distance"] == pytest.approx(0.1)
    listed = published_exceptions(after.reset_index())
    assert listed is not None
    assert "technology_use.nlg<" in listed.html
    assert listed.data is not None
    assert len(listed.data) == MOST_EXCEPTIONS + 1


def test_summary_counts_what_is_equal(survey: Survey) -> None:
    compared = against_published(survey, DATA)
    page = BeautifulSoup(published_summary(compared, survey).html, "html.parser")
    rows = [[c.get_text() for c in row.find_all(["th", "td"])] for row in page.select("tbody tr")]
    assert sum(int(row[1]) for row in rows) == len(compared)
    assert sum(int(row[2]) for row in rows) == (compared["distance"] == 0).sum()
    listed = published_exceptions(compared)
    assert listed is not None
    off = BeautifulSoup(listed.html, "html.parser").select("tbody tr")
    assert len(off) == (compared["distance"] != 0).sum()
    assert published_exceptions(compared[compared["distance"] == 0]) is None


def test_nothing_published(survey: Survey, data: Path) -> None:
    (data / "2025" / "published.csv").unlink()
    with pytest.raises(BarometerError, match=r"published\.csv: found no such file; expected "):
        against_published(survey, data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("technology_use,nlg,total", "technology_use,quantum,total"),
        ("technology_use,nlg,total,Totaal", "technology_use,nlg,region,Totaal"),
        ("technology_use,nlg,total,Totaal,all", "technology_use,nlg,total,Totaal,users"),
    ],
)
def test_a_figure_that_the_register_lacks(survey: Survey, data: Path, old: str, new: str) -> None:
    path = data / "2025" / "published.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = next(i for i, line in enumerate(lines, 1) if old in line)
    edit(path, old, new)
    question, category, *_ = new.split(",")
    with pytest.raises(
        BarometerError, match=f", row {row}: found {question} / {category} / .*; expected"
    ):
        against_published(survey, data)
