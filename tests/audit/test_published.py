"""The register of estimates and the response accounting against every figure published for 2025."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from tests.helpers import REFERENCE

from barometer.prose.numbers import round_half_up
from barometer.audit.published import against_published
from barometer.survey.survey import Survey

#: The list may shrink, never grow: see the reasons in exceptions-2025.yml.
MOST_EXCEPTIONS = 11


def published(statistic: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / "published" / "2025.csv", dtype=str)
    return frame[frame["statistic"] == statistic].reset_index(drop=True)


def test_counts(survey: Survey) -> None:
    """Tables 1 and 2 and the response accounting, counted from the files."""
    tables = {
        "population": survey.population.set_index(["sector", "size"])["firms"],
        "sample": survey.sample.groupby(["sector", "size"]).size(),
        "response": survey.usable,
    }
    for _, row in pd.concat([published("count"), published("pct")]).iterrows():
        if row["question"] == "response_accounting":
            found = survey.accounting[row["category"]]
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
    rows = published("unweighted_n")
    assert len(rows) == 5
    for _, row in rows.iterrows():
        assert survey.universe(row["category"]).sum() == int(row["value"]), row["id"]


def test_percentages(survey: Survey, capsys: pytest.CaptureFixture[str]) -> None:
    """Every percentage to the printed decimal, but for the literal list of exceptions."""
    rows = against_published(survey)
    off = rows[rows["distance"] != 0].set_index("id")["distance"].abs()
    with capsys.disabled():
        print(f"\npublished figures matched: {len(rows) - len(off)} of {len(rows)}")
        for name, points in off.items():
            print(f"  {name}: {points} points off")
    exceptions = yaml.safe_load((REFERENCE / "exceptions-2025.yml").read_text(encoding="utf-8"))
    listed = {entry["id"]: entry["distance"] for entry in exceptions}
    assert off.to_dict() == listed, "the list of exceptions holds what is off, and only that"
    assert not rows.loc[rows["id"].isin(off.index), "domain"].eq("total").any()
    assert len(off) <= MOST_EXCEPTIONS


def test_exceptions_have_a_reason() -> None:
    exceptions = yaml.safe_load((REFERENCE / "exceptions-2025.yml").read_text(encoding="utf-8"))
    assert all(entry["reason"] for entry in exceptions)
