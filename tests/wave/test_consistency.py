"""Names that could be taken for others, and filters that look ahead, are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from barometer.errors import WaveError
from barometer.survey.survey import load_survey
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import ROOT, edit

OTHER = ROOT / "tests" / "fixtures" / "kringloop" / "data" / "2026"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A questionnaire that a test may change."""
    shutil.copytree(OTHER, tmp_path / "2026")
    return tmp_path / "2026" / "questionnaire.yml"


def found(path: Path) -> list[str]:
    """What is wrong with a questionnaire."""
    with pytest.raises(WaveError) as caught:
        read_questionnaire(path)
    return [f"{problem.column}: {problem.found}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    "name", ["previous", "published", "synthetic", "illustrative", "review", "a.b", "a b", "../a"]
)
def test_question_that_conditions_columns_or_files_cannot_name(path: Path, name: str) -> None:
    edit(path, "  nieuwsbrief:", f"  {name}:")
    assert found(path) == [f"questions.{name}: '{name}'"]


@pytest.mark.parametrize("name", ["weight", "stratum", "enterprise_number", "total"])
def test_question_that_is_another_column(path: Path, name: str) -> None:
    edit(path, "  nieuwsbrief:", f"  {name}:")
    edit(path.with_name("responses.csv"), "nieuwsbrief", name)
    with pytest.raises(WaveError, match=f"found '{name}'; expected a name that no other column"):
        load_survey(2026, path.parents[1])


def test_category_named_as_an_item(path: Path) -> None:
    category = "    categories:\n      geld: {label: Geld, is: [nee]}"
    edit(path, "  hinder: {per_item: [ja]}", f"  hinder:\n    per_item: [ja]\n{category}")
    assert found(path) == ["indicators.hinder: 'geld' again"]


def test_item_named_as_an_answer_to_another(path: Path) -> None:
    edit(path, "      klant: {label", "      trots.5: {label")
    assert found(path) == ["indicators.stelling: 'trots.5' again"]


def test_filter_on_a_later_question(path: Path) -> None:
    text = path.read_text("utf-8")
    start, end = text.index("  beleid:\n    label: Geeft"), text.index("  materiaal:\n    label")
    later = text.index("  nieuwsbrief:")
    moved = text[:start] + text[end:later] + text[start:end] + text[later:]
    path.write_text(moved, "utf-8")
    about = "'veelzijdige_herstellers', which depends on beleid"
    assert found(path) == [
        "questions.kosten.asked_of: 'herstellers', which depends on beleid",
        f"questions.stelling.asked_of: {about}",
    ]


def test_question_filtered_on_itself(path: Path) -> None:
    edit(path, "    asked_of: iedereen\n    mandatory", "    asked_of: herstellers\n    mandatory")
    assert found(path) == ["questions.beleid.asked_of: 'herstellers', which depends on beleid"]


def test_nothing_to_report(path: Path) -> None:
    text = path.read_text("utf-8").replace("    reported: false\n", "")
    path.write_text(text.replace("    asked_of:", "    reported: false\n    asked_of:"), "utf-8")
    assert found(path) == ["questions: no question that is reported"]


def test_mandatory_question_counts_where_it_was_asked(path: Path) -> None:
    answers = pd.read_csv(path.with_name("responses.csv"), dtype=str, keep_default_na=False)
    repairs = answers["beleid"].isin(["vast", "soms"])
    open_where_asked = int((answers["kosten"][repairs] == "").sum())
    nothing = int((answers["beleid"] == "").sum())
    assert (open_where_asked, nothing) == (1, 1)
    survey = load_survey(2026, path.parents[1])
    assert int(survey.accounting["mandatory_missing"]) == 2
    discards = survey.answers["beleid"].isin(["later", "nooit"])
    assert discards.sum() > 50
    assert ((survey.answers["kosten"] == "") == discards).all()
