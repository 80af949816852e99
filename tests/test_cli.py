"""The commands as a user types them: what they print, write and exit with."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from barometer.cli import main
from barometer.render import edition
from barometer.render.guards import GuardedSentence
from barometer.survey.register import write_register
from barometer.survey.survey import Survey
from tests.helpers import Command

COLUMNS = [
    "year",
    "question",
    "category",
    "universe",
    "domain",
    "domain_value",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "n",
    "n_category",
    "flag",
]


def test_estimates(barometer: Command, tmp_path: Path, survey: Survey) -> None:
    target = tmp_path / "new" / "estimates.csv"
    assert barometer("estimates", 2025, "-o", target).returncode == 0
    frame = pd.read_csv(target, keep_default_na=False, na_values=[""])
    assert list(frame.columns) == COLUMNS
    key = ["question", "category", "universe", "domain", "domain_value"]
    assert not frame.duplicated(key).any()
    use = frame[(frame["question"] == "ai_use_status") & (frame["category"] == "use")]
    (row,) = use[use["domain"] == "total"].to_dict("records")
    assert round(row["estimate"], 1) == 58.8
    assert row["n"] == 2915
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    first = target.read_bytes()
    write_register(survey, target)
    assert target.read_bytes() == first
    assert [path.name for path in target.parent.iterdir()] == ["estimates.csv"]


def test_compare(barometer: Command, tmp_path: Path) -> None:
    target = tmp_path / "changes.csv"
    result = barometer("compare", 2023, 2025, "-o", target)
    assert result.returncode == 0
    assert "differences between 2023 and 2025 are significant at the 5 % level" in result.stdout
    frame = pd.read_csv(target)
    use = frame[(frame["question"] == "ai_use_status") & (frame["category"] == "use")]
    total = use[use["domain"] == "total"].iloc[0]
    assert round(total["estimate_a"], 1) == 32.1
    assert total["difference"] == pytest.approx(total["estimate_b"] - total["estimate_a"])
    assert total["significant"]


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 1)])
def test_claims(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], holds: bool, code: int
) -> None:
    sentences = [
        GuardedSentence("chapters/een.qmd", 3, "AI groeit.", True),
        GuardedSentence("chapters/een.qmd", 7, "AI krimpt.", holds),
    ]
    monkeypatch.setattr(edition, "check_sentences", lambda year, data: sentences)
    assert main(["claims", "2025"]) == code
    said = capsys.readouterr().out
    assert f"{1 + holds} of 2 claims hold for 2025." in said
    broken = [line for line in said.splitlines() if "no longer holds" in line]
    assert broken == ([] if holds else ["chapters/een.qmd:7: no longer holds: AI krimpt."])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", 1999), "1999: found no such folder; expected the files of wave 1999"),
        (("check", 1999), "Waves there: 2021, 2022, 2023, 2025"),
        (("compare", 2025, 2031), "2031: found no such folder"),
        (("render", 2025, "--engine", "quarto"), "found no quarto on PATH"),
        (("estimates", 2025, "-o", "/"), "barometer: /"),
    ],
)
def test_mistakes(barometer: Command, arguments: tuple[object, ...], message: str) -> None:
    result = barometer(*arguments, PATH="/nonexistent")
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", 2025, "--to", "docx"), "docx: expected html, pdf or both"),
        (("render", "vorig jaar"), "invalid int value"),
        (("synthesize", 2025), "invalid choice: 'synthesize'"),
        ((), "required"),
    ],
)
def test_wrong_calls(barometer: Command, arguments: tuple[object, ...], message: str) -> None:
    result = barometer(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
