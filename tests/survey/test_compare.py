"""Changes between two waves: their precision, and which of them are marked."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import yaml
from scipy import stats

from barometer.errors import BarometerError
from barometer.prose import trends
from barometer.survey.compare import change, compare, earlier
from barometer.survey.estimates import Combination, Estimate
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA
from tests.prose.small_waves import N, wave
from tests.survey.cases import with_meta, with_thresholds

CHANGED = "employment_high_skilled"
REMOVED = "training"
KEYS = ["question", "category", "universe", "domain", "domain_value"]
PRECISION = [
    *KEYS,
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "df",
    "se_tested",
    "flag",
    "se_imputation",
]
HOLDS, ONLY, FAILS = "holds", "estimates_only", "fails"


# --- the waves of 2023 and 2025 -----------------------------------------------------------------


@pytest.fixture(scope="module")
def before(survey: Survey) -> Survey:
    assert survey.previous is not None
    return survey.previous


@pytest.fixture(scope="module")
def compared(survey: Survey, before: Survey) -> pd.DataFrame:
    return compare(before, survey)


@pytest.fixture(scope="module")
def registers(
    survey: Survey, before: Survey, compared: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of both registers that are compared, before and after, in that order."""
    rows = pd.MultiIndex.from_frame(compared[KEYS])
    a, b = (s.register(PRECISION).set_index(KEYS) for s in (before, survey))
    assert rows.equals(b.index[b.index.isin(a.index)])
    return a.loc[rows].reset_index(), b.loc[rows].reset_index()


def variance(register: pd.DataFrame) -> pd.Series:
    """The square of the standard error that tests take; see test_estimates.py for that one."""
    return register["se_tested"] ** 2


def welch(a: pd.DataFrame, b: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Degrees of freedom of the difference between the estimates of two registers."""
    va, vb = variance(a), variance(b)
    return np.asarray((va + vb) ** 2 / (va**2 / a["df"] + vb**2 / b["df"]))


def test_every_change_follows_from_both_registers(
    compared: pd.DataFrame, registers: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    """Difference, standard error, test and mark by hand, for all that the waves share."""
    a, b = registers
    difference = (b["estimate"] - a["estimate"]).to_numpy()
    se, df = np.sqrt((variance(a) + variance(b)).to_numpy()), welch(a, b)
    p_value = 2 * stats.t.sf(np.abs(difference) / se, df)
    flagged = ((a["flag"] != "") | (b["flag"] != "")).to_numpy()
    assert compared["difference"].to_numpy() == pytest.approx(difference)
    assert compared["se"].to_numpy() == pytest.approx(se)
    assert compared["p_value"].to_numpy() == pytest.approx(p_value)
    assert (compared["flag"] == np.where(flagged, "u", "")).all()
    assert (compared["significant"] == ((p_value < 0.05) & ~flagged)).all()
    # the wave must have what these definitions are about
    assert ((p_value > 0.05) & (p_value < 0.1) & ~flagged).any()
    assert ((p_value < 0.05) & flagged).any()
    assert (a["estimate"].isin([0, 100]) | b["estimate"].isin([0, 100])).any()
    normal = 2 * stats.norm.sf(np.abs(difference) / se)
    assert ((normal < 0.05) & (p_value > 0.05) & ~flagged).any()


def test_what_survives_is_what_benjamini_and_hochberg_reject(compared: pd.DataFrame) -> None:
    """Their step-up procedure as they word it: all up to the last p(i) that is at most i q / m."""
    tested = compared[compared["flag"] == ""]
    order = tested["p_value"].sort_values(kind="stable")
    m = len(order)
    assert m < len(compared)
    below = np.flatnonzero(order.to_numpy() <= 0.05 * np.arange(1, m + 1) / m)
    rejected = set(order.index[: below.max() + 1])
    assert set(compared.index[compared["survives"]]) == rejected
    assert 0 < len(rejected) < compared["significant"].sum()
    # the adjusted p-value is the smallest level at which a change survives
    smallest = [min(order.iloc[j] * m / (j + 1) for j in range(i, m)) for i in range(0, m, 97)]
    assert compared.loc[order.index[::97], "p_adjusted"].tolist() == pytest.approx(smallest)


def test_what_is_unreliable_is_not_tested(compared: pd.DataFrame) -> None:
    flagged = compared[compared["flag"] == "u"]
    assert len(flagged) > 100
    assert flagged["p_adjusted"].isna().all()
    assert not flagged[["significant", "survives"]].any(axis=None)
    assert compared.loc[compared["flag"] == "", "p_adjusted"].notna().all()


def test_the_level_is_that_of_the_later_wave(survey: Survey, before: Survey) -> None:
    steps = survey.meta.changes
    lax = with_meta(survey, changes=steps.model_copy(update={"level": 20.0}))
    strict = with_meta(before, changes=steps.model_copy(update={"level": 1.0}))
    found = compare(strict, lax, ["technology_use"])
    reliable = found["flag"] == ""
    assert (found["significant"] == (reliable & (found["p_value"] < 0.2))).all()
    assert (found["survives"] == (found["p_adjusted"] < 0.2)).all()
    assert (found["p_value"].between(0.05, 0.2) & reliable).any()
    assert (found["p_adjusted"].between(0.05, 0.2)).any()


@pytest.fixture(scope="module")
def doubtful(survey: Survey, compared: pd.DataFrame) -> list[tuple[pd.Series, Estimate]]:
    """The changes that two definitions could judge differently, and every fortieth.

    Those near the border, one-sided or two-sided, those at 0 or 100 % and those flagged.
    """
    at_edge = compared[["estimate_a", "estimate_b"]].isin([0, 100]).any(axis=1)
    near = compared["p_value"].between(0.03, 0.11) & (compared["flag"] == "")
    marked = (compared["flag"] == "u") & (compared["p_value"] < 0.05)
    some = (compared.index % 5 == 0) & marked
    rows = compared[at_edge | near | some | (compared.index % 40 == 0)]
    return [(row, estimate(survey, row)) for _, row in rows.iterrows()]


def estimate(survey: Survey, row: pd.Series) -> Estimate:
    """The estimate of a row of a comparison."""
    domain = None if row["domain"] == "total" else row["domain"]
    (found,) = (
        e
        for e in survey[row["question"], row["universe"]].estimates(domain)
        if (e.category, e.domain_value) == (row["category"], row["domain_value"])
    )
    return found


def test_a_sentence_and_the_comparison_agree_on_every_change(
    doubtful: list[tuple[pd.Series, Estimate]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one definition of a significant change; once there were two, with 9 disputes."""
    look_up = cache(change)  # once for four verdicts
    monkeypatch.setattr(trends, "change", look_up)
    verdicts = set()
    for row, e in doubtful:
        found = look_up(e)
        assert found is not None
        difference = row["difference"]
        assert [float(found), found.se_tested, found.p_value] == pytest.approx(
            [difference, row["se"], row["p_value"]]
        )
        assert found.flag == row["flag"]
        shown = HOLDS if row["significant"] else ONLY
        assert trends.rose(e).verdict == (shown if difference > 0 else FAILS)
        assert trends.fell(e).verdict == (shown if difference < 0 else FAILS)
        assert trends.stable(e).verdict == stability(row, found.df)
        word = trends.trend(e).split()[0]
        assert (word in ("steeg", "daalde")) is bool(row["significant"])
        verdicts.add((trends.rose(e).verdict, trends.fell(e).verdict, trends.stable(e).verdict))
    assert {(HOLDS, FAILS, FAILS), (FAILS, HOLDS, FAILS), (ONLY, FAILS, HOLDS)} <= verdicts
    assert {(ONLY, FAILS, ONLY), (FAILS, ONLY, ONLY)} <= verdicts
    assert len(doubtful) > 150


def stability(row: pd.Series, df: float) -> str:
    """By two one-sided tests at 5 % of a change of 5 points or more, up or down."""
    away = 5 - abs(row["difference"])
    if away < 0:
        return FAILS
    return HOLDS if row["flag"] == "" and stats.t.sf(away / row["se"], df) < 0.05 else ONLY


def test_degrees_of_freedom_of_a_change_are_those_of_welch(
    doubtful: list[tuple[pd.Series, Estimate]], registers: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    by_hand = welch(*registers)
    for row, e in doubtful[::9]:
        found = change(e)
        assert found is not None
        assert found.df == pytest.approx(by_hand[int(str(row.name))])


def test_a_change_is_since_the_wave_just_before(survey: Survey, before: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    then = earlier(use)
    assert then is not None
    assert then.year == before.year == 2023
    assert earlier(use.at("Klein")) == before["ai_use_status"]["use"].at("Klein")
    found = change(use)
    assert found is not None
    assert float(found) == pytest.approx(float(use) - float(before["ai_use_status"]["use"]))
    first = survey.history()[2021]["ai_use_status"]["use"]
    assert earlier(first) is None
    assert change(first) is None
    assert trends.rose(first).verdict == trends.stable(first).verdict == FAILS


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
    assert float(found) == pytest.approx(float(gap) - float(gap_then))
    assert found.se == pytest.approx(math.hypot(gap.se, gap_then.se))
    df = found.se**4 / (gap.se**4 / gap.df + gap_then.se**4 / gap_then.df)
    assert found.df == pytest.approx(df)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(float(found)) / found.se, df))
    verdict = (trends.rose if float(found) > 0 else trends.fell)(gap).verdict
    assert verdict == (HOLDS if found.p_value < 0.05 else ONLY)
    assert change(2 * gap) is not None


def test_a_change_is_unreliable_when_either_estimate_is(survey: Survey, before: Survey) -> None:
    n = [s["ai_use_status"]["use"].at("Groot").n for s in (survey, before)]
    for now, then, flag in ((0, 0, ""), (n[0] + 1, 0, "u"), (0, n[1] + 1, "u")):
        case = with_thresholds(survey, effective_n=now)
        case._earlier = {2023: with_thresholds(before, effective_n=then)}
        use = case["ai_use_status"]["use"].at("Groot")
        found = change(use)
        assert found is not None
        assert found.flag == flag
        assert found.p_value < 0.01
        assert trends.rose(use).verdict == (ONLY if flag else HOLDS)


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
        use = case["ai_use_status"]["use"].at("Groot")
        assert isinstance(change(use), Combination) is known
        assert (trends.rose(use).verdict == HOLDS) is known


def census(year: int, yes: int, *earlier: Survey) -> Survey:
    """A wave in which every firm of the population answered."""
    sample = wave(year, yes, *earlier)
    firms = sample._wave.population.assign(firms=N)
    return dataclasses.replace(
        sample,
        _wave=dataclasses.replace(sample._wave, population=firms),
        answers=sample.answers.assign(weight=1.0),
    )


def test_where_every_firm_answered_each_change_is_certain() -> None:
    """For a sentence and in the table; no change is nothing to test."""
    before, after, same = census(2023, 100), census(2025, 101), census(2025, 100)
    for now in (after, same):
        now._earlier = {2023: before}
    found = compare(before, after)
    assert (found["se"] == 0).all()
    assert (found["p_value"] == 0).all()
    assert found[["significant", "survives"]].all(axis=None)
    assert trends.rose(after["lease"]["yes"]).verdict == HOLDS
    unchanged = compare(before, same)
    assert unchanged[["p_value", "p_adjusted"]].isna().all(axis=None)
    assert not unchanged[["significant", "survives"]].any(axis=None)
    assert trends.rose(same["lease"]["yes"]).verdict == FAILS
    assert trends.stable(same["lease"]["yes"]).verdict == HOLDS


# --- a wave of 2027 made from that of 2025 ------------------------------------------------------


def make_later(folder: Path) -> Path:
    """The files of a wave 2027: those of 2025, with the same firms."""
    shutil.copytree(DATA / "2025", folder)
    for name, old in (
        ("wave.yml", "\nyear: 2025"),
        ("wave.yml", "2025-"),
        ("responses.csv", "2025-"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        later = text.replace(old, old.replace("2025", "2027"))
        (folder / name).write_text(later, encoding="utf-8")
    return folder


def renumber(folder: Path, one_in: int) -> None:
    """Give one in so many firms (by number) another number, that no firm had.

    With `one_in` 1 the order of the firms stays, and with it what is imputed.
    """
    files = {name: table(folder / name) for name in ("sample.csv", "responses.csv")}
    numbers = [f for f in files["responses.csv"].columns if f.endswith("enterprise_number")]
    known = set(files["sample.csv"]["enterprise_number"]).union(
        *(files["responses.csv"][name] for name in numbers)
    )
    new = {old: f"00{i:08}" for i, old in enumerate(sorted(known)) if old and not i % one_in}
    assert not known & set(new.values())
    for name, frame in files.items():
        own = [column for column in frame.columns if column in numbers]
        frame[own] = frame[own].replace(new)
        frame.to_csv(folder / name, index=False)


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Other firms, with more effects on employment and without one question."""
    folder = make_later(tmp_path_factory.mktemp("data") / "2027")
    questions = yaml.safe_load((folder / "questionnaire.yml").read_text(encoding="utf-8"))
    del questions["questions"][REMOVED]
    (folder / "questionnaire.yml").write_text(
        yaml.safe_dump(questions, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    answers = table(folder / "responses.csv")
    answers = answers.loc[:, ~answers.columns.str.startswith(f"{REMOVED}.")]
    none = answers.index[answers[CHANGED] == "none"]
    answers.loc[none[:300], CHANGED] = "increase"
    answers.loc[answers[CHANGED] == "decrease", CHANGED] = "none"
    answers.to_csv(folder / "responses.csv", index=False)
    renumber(folder, 1)
    return load_survey(2027, folder.parent)


@pytest.fixture(scope="module")
def changes(survey: Survey, after: Survey) -> pd.DataFrame:
    return compare(survey, after)


def test_other_firms_give_the_precision_of_two_independent_samples(
    survey: Survey, after: Survey, changes: pd.DataFrame
) -> None:
    """Even where they answer the same, as in what is asked of all; what was imputed may differ."""
    order = survey.register(PRECISION).set_index(KEYS).index
    rows = pd.MultiIndex.from_frame(changes[KEYS])
    assert (np.diff(order.get_indexer(rows)) > 0).all()
    a, b = (s.register(PRECISION).set_index(KEYS).loc[rows].reset_index() for s in (survey, after))
    expected = np.sqrt((variance(a) + variance(b)).to_numpy())
    assert changes["se"].to_numpy() == pytest.approx(expected)
    same = changes[changes["question"] == "technology_use"]
    assert len(same) > 100
    assert same["difference"].abs().max() < 1e-9
    assert (same["p_value"] > 0.999).all()
    assert not same["significant"].any()


def test_a_large_change_is_marked_with_its_p_value(changes: pd.DataFrame) -> None:
    rows = changes.query("question == @CHANGED and category == 'increase' and domain == 'total'")
    row = rows.iloc[0]
    assert row["difference"] == pytest.approx(row["estimate_b"] - row["estimate_a"])
    assert row["difference"] > 5
    assert row["p_value"] < 1e-6
    assert row["significant"]
    assert row["survives"]


def test_a_share_of_nobody_is_no_certainty(changes: pd.DataFrame) -> None:
    """All answers "decrease" are gone: nobody is left, of a sample."""
    gone = changes.query("question == @CHANGED and category == 'decrease' and domain == 'total'")
    assert gone["estimate_b"].item() == 0
    both = changes.query("estimate_a == 0 and estimate_b == 0")
    assert len(both)
    assert (both["se"] > 0).all()
    assert (both["p_value"] == 1).all()


def test_flagged_estimates_are_never_marked(survey: Survey, after: Survey) -> None:
    """Nor adjusted: there is nothing left to test."""
    changes = compare(survey, with_thresholds(after, effective_n=3000), [CHANGED])
    assert (changes["p_value"] < 0.05).any()
    assert set(changes["flag"]) == {"u"}
    assert not changes[["significant", "survives"]].any(axis=None)
    assert changes["p_adjusted"].isna().all()


def test_withheld_estimates_are_left_out(survey: Survey, after: Survey) -> None:
    large = with_thresholds(after, disclosure=412)  # 411 large respondents
    for pair in ((survey, large), (large, survey)):
        changes = compare(*pair, ["ai_use_status"])
        by_size = set(changes.loc[changes["domain"] == "size", "domain_value"])
        assert "Groot" not in by_size
        assert "Middelgroot" in by_size
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


# --- firms that are in both waves ---------------------------------------------------------------


@pytest.fixture(scope="module")
def again(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """A wave 2027 of the same firms, who answer the same."""
    found = load_survey(2027, make_later(tmp_path_factory.mktemp("data") / "2027").parent)
    found._earlier = {2025: survey}
    return found


@pytest.fixture(scope="module")
def partly(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """A wave 2027 in which a third of the firms is new, in a population a quarter larger.

    Half of those that used two technologies use only one now.
    """
    folder = make_later(tmp_path_factory.mktemp("data") / "2027")
    population = pd.read_csv(folder / "population.csv")
    population.assign(firms=(1.25 * population["firms"]).astype(int)).to_csv(
        folder / "population.csv", index=False
    )
    answers = table(folder / "responses.csv")
    # they still use another, so what was asked of users remains theirs to answer
    both = (answers[["technology_use.nlg", "technology_use.text_mining"]] == "use").all(axis=1)
    answers.loc[answers.index[both][::2], "technology_use.nlg"] = "none"
    answers.to_csv(folder / "responses.csv", index=False)
    renumber(folder, 3)
    found = load_survey(2027, folder.parent)
    found._earlier = {2025: survey}
    return found


def test_of_the_same_answers_of_the_same_firms_only_imputation_is_uncertain(
    survey: Survey, again: Survey
) -> None:
    """What is drawn is drawn in each wave by itself: both variances of imputation remain."""
    found = compare(survey, again, ["budget_change"])
    own = survey.precision("budget_change").set_index("category")
    total = found[found["domain"] == "total"].set_index("category")
    added = own.loc[total.index, "se_imputation"]
    assert (added > 0.1).any()
    assert total["se"].to_numpy() == pytest.approx(np.sqrt(2) * added.to_numpy(), abs=1e-5)
    use = change(again["ai_use_status"]["use"])
    assert use is not None
    assert float(use) == 0
    assert use.se == pytest.approx(0, abs=1e-5)
    gap = again["technology_use"]["nlg"] - again["technology_use"]["text_mining"]
    still = change(gap)
    assert still is not None
    assert still.se == pytest.approx(0, abs=1e-5)
    assert gap.se > 0.5


def test_what_did_not_change_is_not_marked_however_certain(survey: Survey, again: Survey) -> None:
    found = compare(survey, again, ["generative_ai"])
    assert not found[["significant", "survives"]].any(axis=None)


def linear(survey: Survey, y: pd.Series, inside: pd.Series) -> pd.DataFrame:
    """What each respondent weighs in a share, in points (100 w d (y − p) / Σ w d), by stratum."""
    w = survey.answers["weight"] * inside
    u = 100 * w * (y - (w * y).sum() / w.sum()) / w.sum()
    return survey.answers[["sector", "size"]].assign(u=u)


def tam(survey: Survey, later: Survey, u: pd.DataFrame, v: pd.DataFrame) -> float:
    """The covariance of two totals from the firms in both, by Tam's formula, stratum by stratum."""
    partner = pd.Series(survey.partners(later))
    both = u[partner >= 0].reset_index(drop=True)
    both["v"] = v["u"].to_numpy()[partner[partner >= 0]]
    firms = later.population.set_index(["sector", "size"])["firms"].to_dict()
    counts = [s.answers.groupby(["sector", "size"]).size().to_dict() for s in (survey, later)]
    total = 0.0
    for stratum, rows in both.groupby(["sector", "size"]):
        m, n1, n2 = len(rows), counts[0][stratum], counts[1][stratum]
        s12 = np.cov(rows["u"], rows["v"])[0, 1]
        total += m * (1 - n1 * n2 / (m * firms[stratum])) * s12
    return total


@pytest.mark.parametrize("domain", ["total", "Groot", "Klein"])
def test_partly_the_same_firms_covary_by_tams_formula(
    survey: Survey, partly: Survey, domain: str
) -> None:
    found = partly["technology_use"]["nlg"]
    e = found if domain == "total" else found.at(domain)
    then = earlier(e)
    assert then is not None
    both, parts = survey.partners(partly) >= 0, []
    assert 0.6 < both.mean() < 0.72
    for each in (survey, partly):
        inside = (each.answers["size"] == domain) | (domain == "total")
        y = (each.answers["technology_use.nlg"] == "use").astype(float)
        parts.append(linear(each, y, inside))
    covariance = tam(survey, partly, *parts)
    independent = then.se**2 + e.se**2
    assert 0.2 < 2 * covariance / independent < 0.8
    expected = math.sqrt(independent - 2 * covariance)
    moved = change(e)
    assert moved is not None
    assert moved.se == pytest.approx(expected)
    # the degrees of freedom stay those of two samples
    df = independent**2 / (then.se**4 / then.df + e.se**4 / e.df)
    assert moved.df == pytest.approx(df)
    assert moved.p_value == pytest.approx(2 * stats.t.sf(abs(float(moved)) / expected, df))


def test_sentence_and_comparison_agree_where_firms_recur(survey: Survey, partly: Survey) -> None:
    """Also at 0 %, where no covariance is known, and with what was imputed."""
    found = compare(survey, partly, ["budget_change"])
    assert (found["estimate_a"] == 0).any()
    for _, row in found.iloc[::3].iterrows():
        moved = change(estimate(partly, row))
        assert moved is not None
        assert [float(moved), moved.se_tested, moved.p_value] == pytest.approx(
            [row["difference"], row["se"], row["p_value"]]
        )
        assert moved.flag == row["flag"]


def test_a_change_is_the_same_from_either_side(survey: Survey, partly: Survey) -> None:
    now, then = (s["technology_use"]["nlg"] for s in (partly, survey))
    one, other = now - then, then - now
    assert (float(one), one.se, one.df) == pytest.approx((-float(other), other.se, other.df))
    assert one.se < math.hypot(now.se, then.se)
    assert (now + then).se > math.hypot(now.se, then.se)
