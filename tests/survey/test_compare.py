"""Changes between two waves: their precision, and which of them are marked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from barometer.survey.compare import compare
from barometer.errors import BarometerError
from barometer.survey.survey import Survey, load_survey

CHANGED = "employment_high_skilled"
REMOVED = "training"


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wave 2027: that of 2025 with more effects on employment and without one question."""
    root = Path(__file__).parents[1]
    folder = tmp_path_factory.mktemp("data") / "2027"
    shutil.copytree(root / "data" / "2025", folder)
    text = (folder / "wave.yml").read_text(encoding="utf-8")
    (folder / "wave.yml").write_text(text.replace("\nyear: 2025", "\nyear: 2027"), encoding="utf-8")
    questions = yaml.safe_load((folder / "questionnaire.yml").read_text(encoding="utf-8"))
    del questions["questions"][REMOVED]
    (folder / "questionnaire.yml").write_text(
        yaml.safe_dump(questions, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    answers = pd.read_csv(folder / "responses.csv", dtype=str, keep_default_na=False)
    answers = answers.loc[:, ~answers.columns.str.startswith(f"{REMOVED}.")]
    none = answers.index[answers[CHANGED] == "none"]
    answers.loc[none[:300], CHANGED] = "increase"
    answers.loc[answers[CHANGED] == "decrease", CHANGED] = "none"
    answers.to_csv(folder / "responses.csv", index=False)
    return folder.parent


@pytest.fixture(scope="module")
def changes(survey: Survey, later: Path) -> pd.DataFrame:
    return compare(survey, load_survey(2027, later))


def test_every_change_has_the_precision_of_two_independent_samples(
    survey: Survey, changes: pd.DataFrame
) -> None:
    keys = ["question", "category", "universe", "domain", "domain_value"]
    register = survey.register().set_index(keys)
    same = changes[~changes["question"].isin([CHANGED]) & changes["estimate_a"].between(1, 99)]
    se = register.loc[pd.MultiIndex.from_frame(same[keys]), "se"].to_numpy()
    assert len(same) > 1000
    order = register.index.get_indexer(pd.MultiIndex.from_frame(changes[keys]))
    assert (np.diff(order) > 0).all()
    assert same["difference"].abs().max() < 1e-9
    assert same["se"].to_numpy() == pytest.approx(np.sqrt(2) * se)
    assert not same["significant"].any()


def test_a_large_change_is_marked_with_its_p_value(changes: pd.DataFrame) -> None:
    row = changes.query("question == @CHANGED and category == 'increase' and domain == 'total'")
    row = row.iloc[0]
    assert row["difference"] == pytest.approx(row["estimate_b"] - row["estimate_a"])
    assert row["difference"] > 5
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(row["difference"] / row["se"]))
    assert row["significant"]


def test_a_share_of_nobody_is_no_certainty(changes: pd.DataFrame) -> None:
    """All answers "decrease" are gone: the se is then more than that of the earlier wave alone."""
    gone = changes.query("question == @CHANGED and category == 'decrease' and domain == 'total'")
    assert gone["estimate_b"].item() == 0
    both = changes.query("estimate_a == 0 and estimate_b == 0")
    assert len(both)
    assert (both["se"] > 0).all()
    assert (both["p_value"] == 1).all()


def test_flagged_estimates_are_never_marked(survey: Survey, later: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(later, data)
    path = data / "2027" / "wave.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("reliability: 30", "reliability: 3000", text), encoding="utf-8")
    changes = compare(survey, load_survey(2027, data), [CHANGED])
    assert (changes["p_value"] < 0.05).any()
    assert set(changes["flag"]) == {"u"}
    assert not changes["significant"].any()


def test_withheld_estimates_are_left_out(survey: Survey, later: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(later, data)
    path = data / "2027" / "wave.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("disclosure: 5", "disclosure: 500"), encoding="utf-8")
    changes = compare(survey, load_survey(2027, data), ["ai_use_status"])
    by_size = changes.loc[changes["domain"] == "size", "domain_value"]
    assert set(by_size) == {"Micro", "Klein", "Middelgroot"}  # 411 large respondents
    numbers = ["estimate_a", "estimate_b", "difference", "se"]
    assert changes[numbers].notna().all(axis=None)


def test_only_what_both_waves_asked_is_compared(
    survey: Survey, later: Path, changes: pd.DataFrame
) -> None:
    assert REMOVED in set(survey.register()["question"])
    assert REMOVED not in set(changes["question"])
    with pytest.raises(BarometerError, match=f"no estimates of '{REMOVED}' in 2027"):
        compare(survey, load_survey(2027, later), [REMOVED])
    with pytest.raises(BarometerError, match="no estimates of 'teleportation' in 2025 and 2027"):
        compare(survey, load_survey(2027, later), ["teleportation"])


def test_a_wave_is_not_compared_with_itself(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="found 2025 twice"):
        compare(survey, survey)
