"""Changes between two waves: their precision, and which of them are marked."""

from __future__ import annotations

import math
import re
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from barometer.errors import BarometerError
from barometer.prose import claims
from barometer.survey.compare import Change, change, compare, earlier
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA
from tests.survey.cases import with_thresholds

CHANGED = "employment_high_skilled"
REMOVED = "training"
KEYS = ["question", "category", "universe", "domain", "domain_value"]


# --- the waves of 2023 and 2025 -----------------------------------------------------------------


@pytest.fixture(scope="module")
def before(survey: Survey) -> Survey:
    assert survey.previous is not None
    return survey.previous


@pytest.fixture(scope="module")
def compared(survey: Survey, before: Survey) -> pd.DataFrame:
    return compare(before, survey)


def spread(register: pd.DataFrame) -> pd.Series:
    """The standard error; at 0 and 100 % the arm of the exact interval over 1.96 (two-sided)."""
    edge = register["estimate"].isin([0, 100])
    arm = register["ci_high"] - register["ci_low"]
    return register["se"].where(~edge, arm / stats.norm.ppf(0.975))


def test_every_change_follows_from_both_registers(
    survey: Survey, before: Survey, compared: pd.DataFrame
) -> None:
    """Difference, standard error, test and mark by hand, for all that the waves share."""
    a, b = (s.register().set_index(KEYS) for s in (before, survey))
    assert compared.set_index(KEYS).index.equals(b.index[b.index.isin(a.index)])
    a, b = (frame.loc[pd.MultiIndex.from_frame(compared[KEYS])] for frame in (a, b))
    difference = b["estimate"].to_numpy() - a["estimate"].to_numpy()
    se = np.hypot(spread(a).to_numpy(), spread(b).to_numpy())
    p_value = 2 * stats.norm.sf(np.abs(difference) / se)
    flagged = (a["flag"].to_numpy() != "") | (b["flag"].to_numpy() != "")
    assert compared["difference"].to_numpy() == pytest.approx(difference)
    assert compared["se"].to_numpy() == pytest.approx(se)
    assert compared["p_value"].to_numpy() == pytest.approx(p_value)
    assert (compared["flag"] == np.where(flagged, "u", "")).all()
    assert (compared["significant"] == ((p_value < 0.05) & ~flagged)).all()
    # the wave must have what these definitions are about
    assert ((p_value > 0.05) & (p_value < 0.1) & ~flagged).any()
    assert ((p_value < 0.05) & flagged).any()
    assert (a["estimate"].isin([0, 100]).to_numpy() | b["estimate"].isin([0, 100]).to_numpy()).any()


@pytest.fixture(scope="module")
def doubtful(survey: Survey, compared: pd.DataFrame) -> list[tuple[pd.Series, Estimate]]:
    """The changes that two definitions could judge differently, and every fortieth.

    Those near the border, one-sided or two-sided, those at 0 or 100 % and those flagged.
    """
    at_edge = compared[["estimate_a", "estimate_b"]].isin([0, 100]).any(axis=1)
    near = compared["p_value"].between(0.02, 0.12)
    marked = (compared["flag"] == "u") & (compared["p_value"] < 0.1)
    rows = compared[at_edge | near | marked | (compared.index % 40 == 0)]
    found: dict[tuple[str, ...], Estimate] = {}
    for question, universe, domain in set(
        rows[["question", "universe", "domain"]].itertuples(index=False, name=None)
    ):
        for e in survey[question, universe].estimates(None if domain == "total" else domain):
            found[question, e.category, universe, domain, e.domain_value] = e
    return [(row, found[tuple(row[KEYS])]) for _, row in rows.iterrows()]


def test_a_sentence_and_the_comparison_agree_on_every_change(
    doubtful: list[tuple[pd.Series, Estimate]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one definition of a significant change; once there were two, with 9 disputes."""
    look_up = cache(vars(claims)["change"])  # once for three verdicts
    monkeypatch.setattr(claims, "change", look_up)
    verdicts = set()
    for row, e in doubtful:
        found = look_up(e)
        assert found is not None
        assert [found.difference, found.se, found.p_value] == pytest.approx(
            [row["difference"], row["se"], row["p_value"]]
        )
        assert (found.flag, found.significant) == (row["flag"], row["significant"])
        assert claims.rose(e) is bool(row["significant"] and row["difference"] > 0)
        assert claims.fell(e) is bool(row["significant"] and row["difference"] < 0)
        assert claims.stable(e) is (not row["significant"] and row["flag"] == "")
        verdicts.add((claims.rose(e), claims.fell(e), claims.stable(e)))
    assert len(verdicts) == 4  # risen, fallen, stable, unreliable
    assert len(doubtful) > 150


def test_a_change_is_since_the_wave_just_before(survey: Survey, before: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    then = earlier(use)
    assert then is not None
    assert then.year == before.year == 2023
    assert earlier(use.at("Klein")) == before["ai_use_status"]["use"].at("Klein")
    found = change(use)
    assert found is not None
    assert found.difference == pytest.approx(float(use) - float(before["ai_use_status"]["use"]))
    first = survey.history()[2021]["ai_use_status"]["use"]
    assert earlier(first) is None
    assert change(first) is None
    assert not claims.rose(first)
    assert not claims.stable(first)


def test_what_the_wave_before_lacks_has_not_changed(survey: Survey) -> None:
    new = survey["technology_use"]["image_generation"]
    assert earlier(new) is None
    assert change(new) is None
    assert earlier(survey["technology_use"]["nlg"] - new) is None


def test_a_change_of_a_difference_is_tested_too(survey: Survey, before: Survey) -> None:
    use, then = (s["ai_use_status"]["use"] for s in (survey, before))
    gap, gap_then = use.at("Groot") - use.at("Klein"), then.at("Groot") - then.at("Klein")
    found = change(gap)
    assert found is not None
    assert found.difference == pytest.approx(float(gap) - float(gap_then))
    assert found.se == pytest.approx(math.hypot(gap.se, gap_then.se))
    z = abs(found.difference) / found.se
    assert found.p_value == pytest.approx(2 * stats.norm.sf(z))
    assert found.significant is bool(z > stats.norm.ppf(0.975))


def test_a_withheld_estimate_has_no_known_change(survey: Survey, before: Survey) -> None:
    """Neither when it is withheld now nor when it was before."""
    n = [s["ai_use_status"]["use"].at("Groot").n for s in (survey, before)]
    now = with_thresholds(survey, disclosure=n[0] + 1)
    now._earlier = {2023: before}
    then = with_thresholds(survey)
    then._earlier = {2023: with_thresholds(before, disclosure=n[1] + 1)}
    plain = with_thresholds(survey)
    plain._earlier = {2023: before}
    for case, known in ((now, False), (then, False), (plain, True)):
        assert isinstance(change(case["ai_use_status"]["use"].at("Groot")), Change) is known


# --- a wave of 2027 made from that of 2025 ------------------------------------------------------


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wave 2027: that of 2025 with more effects on employment and without one question."""
    folder = tmp_path_factory.mktemp("data") / "2027"
    shutil.copytree(DATA / "2025", folder)
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
def after(later: Path) -> Survey:
    return load_survey(2027, later)


@pytest.fixture(scope="module")
def changes(survey: Survey, after: Survey) -> pd.DataFrame:
    return compare(survey, after)


def test_every_change_has_the_precision_of_two_independent_samples(
    survey: Survey, changes: pd.DataFrame
) -> None:
    register = survey.register().set_index(KEYS)
    same = changes[~changes["question"].isin([CHANGED]) & changes["estimate_a"].between(1, 99)]
    se = register.loc[pd.MultiIndex.from_frame(same[KEYS]), "se"].to_numpy()
    assert len(same) > 1000
    order = register.index.get_indexer(pd.MultiIndex.from_frame(changes[KEYS]))
    assert (np.diff(order) > 0).all()
    assert same["difference"].abs().max() < 1e-9
    assert same["se"].to_numpy() == pytest.approx(np.sqrt(2) * se)
    assert not same["significant"].any()


def test_a_large_change_is_marked_with_its_p_value(changes: pd.DataFrame) -> None:
    rows = changes.query("question == @CHANGED and category == 'increase' and domain == 'total'")
    row = rows.iloc[0]
    assert row["difference"] == pytest.approx(row["estimate_b"] - row["estimate_a"])
    assert row["difference"] > 5
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(row["difference"] / row["se"]))
    assert row["significant"]


def test_a_share_of_nobody_is_no_certainty(changes: pd.DataFrame) -> None:
    """All answers "decrease" are gone: nobody is left, of a sample."""
    gone = changes.query("question == @CHANGED and category == 'decrease' and domain == 'total'")
    assert gone["estimate_b"].item() == 0
    both = changes.query("estimate_a == 0 and estimate_b == 0")
    assert len(both)
    assert (both["se"] > 0).all()
    assert (both["p_value"] == 1).all()


def test_flagged_estimates_are_never_marked(survey: Survey, after: Survey) -> None:
    changes = compare(survey, with_thresholds(after, reliability=3000), [CHANGED])
    assert (changes["p_value"] < 0.05).any()
    assert set(changes["flag"]) == {"u"}
    assert not changes["significant"].any()


def test_withheld_estimates_are_left_out(survey: Survey, after: Survey) -> None:
    large = with_thresholds(after, disclosure=412)  # 411 large respondents
    for pair in ((survey, large), (large, survey)):
        changes = compare(*pair, ["ai_use_status"])
        by_size = changes.loc[changes["domain"] == "size", "domain_value"]
        assert set(by_size) == {"Micro", "Klein", "Middelgroot"}
        numbers = ["estimate_a", "estimate_b", "difference", "se"]
        assert changes[numbers].notna().all(axis=None)


def test_only_what_both_waves_asked_is_compared(
    survey: Survey, after: Survey, changes: pd.DataFrame
) -> None:
    assert REMOVED in set(survey.register()["question"])
    assert REMOVED not in set(changes["question"])
    with pytest.raises(BarometerError, match=f"no estimates of '{REMOVED}' in 2027"):
        compare(survey, after, [REMOVED])
    with pytest.raises(BarometerError, match="no estimates of 'teleportation' in 2025 and 2027"):
        compare(survey, after, ["teleportation"])
    assert set(compare(survey, after, [CHANGED])["question"]) == {CHANGED}


def test_a_wave_is_not_compared_with_itself(survey: Survey) -> None:
    with pytest.raises(BarometerError, match=re.escape("found 2025 twice")):
        compare(survey, survey)
