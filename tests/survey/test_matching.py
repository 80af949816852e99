"""What compares with the wave before, under which names, and where the series breaks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barometer.audit.breaks import breaks
from barometer.errors import WaveError
from barometer.prose import trends
from barometer.prose.facts import newcomers, regrouped, same_since
from barometer.prose.names import bases
from barometer.render.checks.command import check
from barometer.survey.compare import change, compare, earlier
from barometer.survey.estimates import Estimate
from barometer.survey.matching import keys, steps, through_waves, values_by_wave
from barometer.survey.survey import Survey, load_survey
from tests.survey.changing import (
    Edit,
    by_hand,
    first,
    gave,
    indicator,
    label,
    pair,
    question,
    rebranch,
    recode,
    rename_item,
    rename_question,
    split_item,
    values,
)
from tests.wave.small_wave import SmallWave

NUMBERS = ["estimate", "se", "ci_low", "ci_high", "n", "df", "se_tested", "se_imputation"]
SPLIT = {("food", "small"): "bread", ("food", "large"): "meat"}
GOODS = {("food", "small"): "goods", ("food", "large"): "goods", ("wood", "small"): "goods"}
FEWER_WORDS = {"small": {"label": "klein"}}
LESS, SAME, MORE = label("less"), label("same"), label("more")
ANY = {"label": "een van beide", "items": ["sales"], "is": ["yes"]}
BOTH = {**ANY, "items": ["sales", "stock"]}
ROBOT = {"all_of": [{"of": "tool", "items": ["robot"], "is": ["use"]}], "label": "gebruikers"}

Hand = Mapping[str, float]
WAS = first()
COURSE = {
    "course.yes": by_hand(WAS, gave("course", "yes"), users=True),
    "course.yes|others": by_hand(WAS, gave("course", "yes"), users=False),
}
BUDGET = {
    f"budget.{answer}": by_hand(WAS, gave("budget", answer), users=True)
    for answer in ("less", "same", "more")
}
SCANNER = {"tool.scanner": by_hand(WAS, gave("tool.scanner", "use"))}
USE = {"status.use": by_hand(WAS, gave("tool.robot", "use"))}


def courses(*branches: str) -> float:
    return by_hand(
        WAS, gave("course", "yes"), users=True, of=[("branch", branch) for branch in branches]
    )


def sizes(size: str) -> float:
    return by_hand(WAS, gave("course", "yes"), users=True, of=[("size", size)])


def users_are(universe: Mapping[str, Any]) -> Edit:
    return lambda wave: wave.questionnaire["universes"].update({"users": dict(universe)})


@dataclass(frozen=True)
class Case:
    """What changed; `same`: what compares, with what it was by hand; `apart`: what does not.

    `told`: kinds of changes that the comparability table tells of. `before`: changes to the first
    wave.
    """

    name: str
    edits: tuple[Edit, ...]
    same: Hand = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    before: tuple[Edit, ...] = ()


CASES = [
    Case("nothing changed", (), {**COURSE, **BUDGET, **SCANNER, **USE}),
    Case(
        "question renamed",
        (rename_question("course", "lesson", previous="course"),),
        {name.replace("course", "lesson"): was for name, was in COURSE.items()} | BUDGET,
    ),
    Case(
        "question renamed, and nothing said of it",
        (rename_question("course", "lesson"),),
        BUDGET,
        ("lesson.yes",),
        ("new", "dropped"),
    ),
    Case(
        "question renamed that a universe and indicators look at",
        (rename_question("tool", "device", previous="tool"),),
        {**COURSE, **BUDGET, **USE, "device.scanner": SCANNER["tool.scanner"]},
    ),
    Case(
        "item renamed",
        (rename_item("tool", "scanner", "reader", label="Lezer", previous="scanner"),),
        {"tool.reader": SCANNER["tool.scanner"], **USE},
    ),
    Case(
        "item worded otherwise",
        (rename_item("tool", "scanner", "scanner", label="Lezer"),),
        USE,
        ("tool.scanner",),
        ("item",),
    ),
    Case(
        "another item under an old name",
        (rename_item("tool", "scanner", "scanner", previous=[]),),
        USE,
        ("tool.scanner",),
        ("more", "fewer"),
    ),
    Case(
        "technology split",
        (split_item("tool", "scanner", "flat", "deep"),),
        {**USE, **COURSE, "tool.robot": by_hand(WAS, gave("tool.robot", "use"))},
        ("tool.flat", "tool.deep"),
        ("more", "fewer"),
    ),
    Case(
        "items joined",
        (
            rename_item("purpose", "sales", "any", previous=["sales", "stock"]),
            rename_item("purpose", "stock", "other", previous=[]),
        ),
        {
            "purpose.any": by_hand(
                WAS,
                lambda row: "yes" in (row["purpose.sales"], row["purpose.stock"]),
                users=True,
            )
        },
        ("purpose.other",),
        ("more", "joined"),
    ),
    Case(
        "answer recoded",
        (
            recode(
                "budget",
                {"less": "lower"},
                {"lower": label("lager", previous="less"), "same": SAME, "more": MORE},
            ),
        ),
        {**BUDGET, "budget.lower": BUDGET["budget.less"]} | {"budget.less": math.nan},
    ),
    Case(
        "answers joined",
        (
            recode(
                "budget",
                {"less": "other", "more": "other"},
                {"other": label("anders", previous=["less", "more"]), "same": SAME},
            ),
        ),
        {
            "budget.other": by_hand(WAS, gave("budget", "less", "more"), users=True),
            "budget.same": BUDGET["budget.same"],
        },
    ),
    Case(
        "answer added",
        (
            question(
                "budget", categories={"less": LESS, "same": SAME, "more": MORE, "?": label("?")}
            ),
        ),
        COURSE,
        tuple(BUDGET),
        ("answers",),
    ),
    Case(
        "answer added, and the question said to compare",
        (
            question(
                "budget",
                previous="budget",
                categories={"less": LESS, "same": SAME, "more": MORE, "?": label("?")},
            ),
        ),
        BUDGET,
        ("budget.?",),
        ("answers",),
    ),
    Case(
        "answer worded otherwise",
        (question("budget", categories={"less": LESS, "same": SAME, "more": label("veel meer")}),),
        COURSE,
        tuple(BUDGET),
        ("answers",),
    ),
    Case(
        "question worded otherwise",
        (question("course", label="Opleidingen?"),),
        BUDGET,
        tuple(COURSE),
        ("wording",),
    ),
    Case(
        "question worded otherwise, and said to compare",
        (question("course", label="Opleidingen?", previous="course"),),
        {**COURSE, **BUDGET},
        told=("wording",),
    ),
    Case(
        "question worded otherwise that decides who is asked",
        (question("tool", label="Bezit u?"),),
        {},
        (*COURSE, *BUDGET, *SCANNER, *USE),
        ("wording", "base"),
    ),
    Case(
        "asked of other firms",
        (users_are(ROBOT),),
        {**SCANNER, **USE},
        (*BUDGET, "course.yes"),
        ("base",),
    ),
    Case(
        "asked of other firms, and said to compare",
        (users_are(ROBOT), question("budget", previous="budget")),
        BUDGET,
        ("course.yes",),
        ("base",),
    ),
    Case(
        "category that follows otherwise",
        (indicator("aim", {"of": "purpose", "categories": {"any": BOTH}}),),
        {},
        ("aim.any",),
        before=(indicator("aim", {"of": "purpose", "categories": {"any": ANY}}),),
    ),
    Case(
        "category that follows otherwise, and said to compare",
        (indicator("aim", {"of": "purpose", "categories": {"some": {**BOTH, "previous": "any"}}}),),
        {"aim.some": by_hand(WAS, gave("purpose.sales", "yes"), users=True)},
        before=(indicator("aim", {"of": "purpose", "categories": {"any": ANY}}),),
    ),
    Case(
        "sector renamed",
        (rebranch({("wood", "small"): "timber"}, timber={"previous": "wood"}),),
        {"course.yes@timber": courses("wood"), "course.yes@food": courses("food")},
    ),
    Case(
        "sectors merged",
        (rebranch(GOODS, goods={"previous": ["food", "wood"]}),),
        {"course.yes@goods": courses("food", "wood"), "course.yes@steel": courses("steel")},
        told=("joined",),
    ),
    Case(
        "sector split",
        (rebranch(SPLIT),),
        {"course.yes@wood": courses("wood"), **COURSE},
        ("course.yes@bread", "course.yes@meat"),
        ("more", "fewer"),
    ),
    Case(
        "sector added",
        (rebranch({("food", "large"): "paper"}, food={"previous": []}),),
        {"course.yes@wood": courses("wood"), "course.yes@large": sizes("large")},
        ("course.yes@paper", "course.yes@food"),
        ("more", "fewer"),
    ),
    Case(
        "size redefined",
        (values("size", large={"label": "50 tot 249"}),),
        {"course.yes@small": sizes("small"), **COURSE},
        ("course.yes@large",),
        ("redefined",),
    ),
    Case(
        "size worded otherwise, and said to compare",
        (values("size", large={"label": "vanaf 50", "previous": "large"}),),
        {"course.yes@large": sizes("large"), **COURSE},
    ),
]


def find(survey: Survey, name: str) -> Estimate:
    """An estimate by name: question.category, |universe, @domain value."""
    name, _, place = name.partition("@")
    name, _, universe = name.partition("|")
    indicator, category = name.split(".")
    found = survey[(indicator, universe) if universe else indicator]
    return found[category].at(place) if place else found[category]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_compares_is_what_the_answers_of_the_wave_before_say(
    case: Case, tmp_path: Path
) -> None:
    was = first()
    for edit in case.before:
        edit(was)
    before, now = pair(tmp_path, *case.edits, before=was)
    for name, expected in case.same.items():
        if math.isnan(expected):
            continue  # the name is gone
        if name not in ("budget.less",) or now.asked("budget.less"):
            e = find(now, name)
            then = earlier(e)
            assert then is not None, name
            assert then.year == before.year
            assert float(then) == pytest.approx(expected), name
            found = change(e)
            assert found is not None
            assert float(found) == pytest.approx(float(e) - expected), name
            assert trends.stable(e).comparisons
    for name in case.apart:
        e = find(now, name)
        assert earlier(e) is None, name
        assert change(e) is None
        assert trends.trend(e) == "is niet vergelijkbaar"
        assert trends.rose(e).verdict == trends.stable(e).verdict == "fails"
    assert {b.kind for b in breaks(now.history())} == set(case.told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_register_compares_what_sentences_compare(case: Case, tmp_path: Path) -> None:
    """Every row of the later register, and only those, that has an earlier estimate."""
    was = first()
    for edit in case.before:
        edit(was)
    before, now = pair(tmp_path, *case.edits, before=was)
    found = compare(before, now)
    names = ["question", "category", "universe", "domain", "domain_value"]
    rows = {tuple(row[name] for name in names): row for row in found.to_dict("records")}
    for estimates in now.reported():
        for by in (None, "branch", "size"):
            for e in estimates.estimates(by):
                (key,) = keys(e)
                then = earlier(e)
                if then is None or math.isnan(float(then)) or math.isnan(float(e)):
                    assert key not in rows
                    continue
                row = rows.pop(key)
                moved = change(e)
                assert moved is not None
                assert row["estimate_a"] == pytest.approx(float(then))
                assert row["se"] == pytest.approx(moved.se_tested)
                assert row["p_value"] == pytest.approx(moved.p_value, nan_ok=True)
    assert not rows
    back = compare(now, before)
    assert back["difference"].to_numpy() == pytest.approx(-found["difference"].to_numpy())


# --- what is joined -----------------------------------------------------------------------------


def with_gaps(wave: SmallWave) -> SmallWave:
    """Some do not answer, so that answers are imputed."""
    for row in wave.responses[4::9]:
        row["budget"] = row["purpose.sales"] = ""
    return wave


def test_joined_sectors_are_estimated_as_if_they_had_been_one(tmp_path: Path) -> None:
    """Standard error, interval, imputation: as by a domain that has them as one value."""
    groups = {"food": "goods", "wood": "goods", "steel": "steel"}
    was = with_gaps(first())
    was.wave["strata"] = ["branch", "size"]
    was.wave["domains"]["group"] = {
        "label": "Groep",
        "values": {"goods": label("goods"), "steel": label("steel")},
    }
    for row in was.sample:
        row["group"] = groups[row["branch"]]
    merged = rebranch(GOODS, goods={"previous": ["food", "wood"]})
    before, now = pair(tmp_path, merged, before=was)
    for name in ("budget.more", "purpose.sales", "course.yes", "status.use"):
        then, expected = earlier(find(now, f"{name}@goods")), find(before, name).at("goods")
        assert then is not None
        for number in NUMBERS:
            assert getattr(then, number) == pytest.approx(getattr(expected, number)), number
        parts = [find(before, name).at(branch) for branch in ("food", "wood")]
        assert then.n == sum(part.n for part in parts)
        assert then.domain_value == then.domain_short == "goods"
    then = earlier(find(now, "course.yes@goods"))
    apart = [float(find(before, f"course.yes@{branch}")) for branch in ("food", "wood")]
    assert then is not None
    assert abs(float(then) - sum(apart) / 2) > 0.5  # it is no mean
    assert earlier(find(now, "budget.more@goods")) != earlier(find(now, "budget.more@steel"))


def test_joined_answers_are_estimated_as_their_union(tmp_path: Path) -> None:
    was = with_gaps(first())
    union = {"label": "anders", "union": ["less", "more"]}
    was.questionnaire["indicators"]["budget"] = {"categories": {"moved": union}}
    answers = {"other": label("anders", previous=["less", "more"]), "same": SAME}
    coded = recode("budget", {"less": "other", "more": "other"}, answers)
    before, now = pair(tmp_path, coded, before=was)
    for place in (None, "food", "large"):
        name = "budget.other" + (f"@{place}" if place else "")
        then = earlier(find(now, name))
        expected = find(before, name.replace("other", "moved"))
        assert then is not None
        for number in NUMBERS:
            assert getattr(then, number) == pytest.approx(getattr(expected, number)), number


def test_a_difference_between_joined_rows_has_their_covariance(tmp_path: Path) -> None:
    """As that of the union in its own wave."""
    was = first()
    union = {"label": "anders", "union": ["less", "more"]}
    was.questionnaire["indicators"]["budget"] = {"categories": {"moved": union}}
    answers = {"other": label("anders", previous=["less", "more"]), "same": SAME}
    coded = recode("budget", {"less": "other", "more": "other"}, answers)
    before, now = pair(tmp_path, coded, before=was)
    gap = earlier(find(now, "budget.other") - find(now, "budget.same"))
    expected = find(before, "budget.moved") - find(before, "budget.same")
    assert gap is not None
    assert [float(gap), gap.se, gap.df] == pytest.approx(
        [float(expected), expected.se, expected.df]
    )


def test_joined_is_withheld_where_a_part_is(tmp_path: Path) -> None:
    """The whole and the other part would give it away."""
    was = first()
    was.wave["thresholds"]["disclosure"] = 20  # of 18 users in wood
    was.wave["thresholds"]["reliability"]["effective_n"] = 20
    before, now = pair(tmp_path, rebranch(GOODS, goods={"previous": ["food", "wood"]}), before=was)
    parts = [find(before, f"budget.more@{branch}") for branch in ("food", "wood")]
    assert parts[1].flag == "c"
    then = earlier(find(now, "budget.more@goods"))
    assert then is not None
    assert (then.flag, then.n) == ("c", sum(part.n for part in parts))
    assert math.isnan(float(then))
    assert change(find(now, "budget.more@goods")) is None
    compared = compare(before, now)
    rows = compared[(compared["question"] == "budget") & (compared["domain_value"] == "goods")]
    assert rows.empty


# --- over several waves -------------------------------------------------------------------------


def chain(folder: Path, *edits: tuple[int, tuple[Edit, ...]]) -> Survey:
    """Waves of which each goes on with the edits of those before, without what they said."""
    for year, own in edits:
        wave = first(year)
        for edit in own:
            edit(wave)
        wave.write(folder)
    return load_survey(edits[-1][0], folder)


def test_several_waves_are_followed_step_by_step(tmp_path: Path) -> None:
    """A sector that two of 2022 became in 2023 has another name in 2025; a question too."""
    later = dict.fromkeys(GOODS, "wares")
    survey = chain(
        tmp_path,
        (2022, ()),
        (2023, (rebranch(GOODS, goods={"previous": ["food", "wood"]}),)),
        (
            2025,
            (
                rebranch(later, wares={"previous": "goods"}),
                rename_question("course", "lesson", previous="course"),
            ),
        ),
    )
    e = find(survey, "lesson.yes@wares")
    middle, oldest = survey.history()[2023], survey.history()[2022]
    then = earlier(e)
    assert then is find(middle, "course.yes@goods") or then == find(middle, "course.yes@goods")
    assert then is not None
    before = earlier(then)
    assert before is not None
    assert (before.year, before.domain_value) == (2022, "goods")
    assert float(before) == pytest.approx(courses("food", "wood"))
    rows = compare(oldest, survey)
    row = rows[(rows["question"] == "lesson") & (rows["domain_value"] == "wares")].iloc[0]
    assert row["estimate_a"] == pytest.approx(courses("food", "wood"))


def test_a_break_in_between_breaks_what_lies_further_apart(tmp_path: Path) -> None:
    survey = chain(
        tmp_path,
        (2022, ()),
        (2023, (question("course", label="Opleidingen?"),)),
        (2025, ()),
    )
    oldest = survey.history()[2022]
    rows = compare(oldest, survey)
    assert "course" not in set(rows["question"])
    assert "budget" in set(rows["question"])
    e = find(survey, "course.yes")
    found = list(steps(keys(e), survey, [survey.history()[2023], oldest]))
    assert [step.broken for step in found] == ["wording", "wording"]
    assert [step.keys for step in found] == [keys(e)] * 2


def test_what_had_no_counterpart_is_not_looked_for_further_back(tmp_path: Path) -> None:
    """Another item under an old name: what 2022 had under it is something else."""
    another = rename_item("tool", "scanner", "scanner", previous=[])
    survey = chain(tmp_path, (2022, ()), (2023, ()), (2025, (another,)))
    earlier_waves = [survey.history()[2023], survey.history()[2022]]
    found = list(steps(keys(find(survey, "tool.scanner")), survey, earlier_waves))
    assert not any(step.keys for step in found)
    assert "tool.scanner" not in {
        f"{row.question}.{row.category}" for row in compare(earlier_waves[1], survey).itertuples()
    }


def test_bases_follow_the_names_of_a_question(tmp_path: Path) -> None:
    rename = rename_question("course", "lesson", previous="course")
    survey = chain(tmp_path, (2022, ()), (2023, ()), (2025, (rename,)))
    assert list(through_waves(survey["lesson"])) == [2022, 2023, 2025]
    n = [each.n for each in through_waves(survey["lesson"]).values()]
    text = f"N = {n[0]:.0f} (2022), {n[1]:.0f} (2023) en {n[2]:.0f} (2025), gebruikers"
    assert bases(survey["lesson"]) == text


def test_no_base_beyond_another_question_of_that_name(tmp_path: Path) -> None:
    survey = chain(tmp_path, (2022, ()), (2023, ()), (2025, (question("course", previous=[]),)))
    assert list(through_waves(survey["course"])) == [2025]


def test_a_renamed_sector_is_no_newcomer(tmp_path: Path) -> None:
    """Unless it is another one under an old name."""
    timber = rebranch({("wood", "small"): "timber"}, timber={"previous": "wood"})
    survey = chain(tmp_path / "named", (2022, ()), (2023, ()), (2025, (timber,)))
    assert newcomers(survey, "branch") == {}
    assert regrouped(survey, "branch") == []
    assert same_since(survey, "branch", 2022).verdict == "holds"
    unnamed = rebranch({("wood", "small"): "timber"})
    survey = chain(tmp_path / "unnamed", (2022, ()), (2023, ()), (2025, (unnamed,)))
    assert regrouped(survey, "branch") == [2025]
    assert same_since(survey, "branch", 2022).verdict == "fails"


def test_merged_sectors_are_known_from_the_wave_that_had_them_apart(tmp_path: Path) -> None:
    merged = rebranch(GOODS, goods={"previous": ["food", "wood"]})
    survey = chain(tmp_path, (2022, ()), (2023, ()), (2025, (merged,)))
    assert list(values_by_wave(survey, "branch").values()) == [{"goods", "steel"}] * 3
    other = rebranch({("food", "large"): "paper"}, food={"previous": []})
    survey = chain(tmp_path / "other", (2023, ()), (2025, (other,)))
    assert values_by_wave(survey, "branch")[2023] == {"food (2023)", "wood", "steel"}


# --- names that are wrong -----------------------------------------------------------------------

WRONG = {
    "question": (
        question("course", previous="lesson"),
        ("questionnaire.yml", "questions.course.previous", "'lesson'", "a question of 2023: tool,"),
    ),
    "item": (
        rename_item("tool", "scanner", "reader", previous=["scaner"]),
        (
            "questionnaire.yml",
            "questions.tool.items.reader.previous",
            "'scaner'",
            "an item of tool of 2023: robot, scanner",
        ),
    ),
    "answer": (
        question(
            "budget", categories={"less": {**LESS, "previous": "low"}, "same": SAME, "more": MORE}
        ),
        (
            "questionnaire.yml",
            "questions.budget.categories.less.previous",
            "'low'",
            "an answer of budget of 2023: less, same, more",
        ),
    ),
    "category": (
        indicator("aim", {"of": "purpose", "categories": {"any": {**ANY, "previous": "some"}}}),
        (
            "questionnaire.yml",
            "indicators.aim.categories.any.previous",
            "'some'",
            "a category of aim of 2023: there are none",
        ),
    ),
    "sector": (
        values("branch", wood={"previous": ["timber", "food"]}),
        (
            "wave.yml",
            "domains.branch.values.wood.previous",
            "'timber'",
            "a value of branch of 2023: food, wood, steel",
        ),
    ),
    "twice": (
        values("branch", wood={"previous": "food"}),
        (
            "wave.yml",
            "domains.branch.values",
            "'food' of 2023 as what food and wood were",
            "one of",
        ),
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_check_tells_of_names_that_the_wave_before_lacks(what: str, tmp_path: Path) -> None:
    edit, (file, column, found, expected) = WRONG[what]
    pair(tmp_path, edit)
    with pytest.raises(WaveError) as caught:
        check(2025, tmp_path, tmp_path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.column, problem.found) == (file, column, found)
    assert problem.expected.startswith(expected)
    assert problem.remedy


def test_what_is_no_name_is_refused(tmp_path: Path) -> None:
    for number, (edit, column) in enumerate(
        [
            (
                values("branch", wood={"previous": {"a": "b"}}),
                "domains.branch.values.wood.previous",
            ),
            (question("course", previous=["course", "tool"]), "questions.course.previous"),
        ]
    ):
        with pytest.raises(WaveError) as caught:
            pair(tmp_path / str(number), edit)
        assert column in [problem.column for problem in caught.value.problems]


# --- an invariant -------------------------------------------------------------------------------


RENAMED: Mapping[str, Edit] = {
    "course": rename_question("course", "lesson", previous="course"),
    "budget": rename_question("budget", "money", previous="budget"),
    "robot": rename_item("tool", "robot", "machine", previous="robot"),
    "sales": rename_item("purpose", "sales", "trade", previous="sales"),
    "wood": rebranch({("wood", "small"): "timber"}, timber={"previous": "wood"}),
    "steel": rebranch({("steel", "large"): "metal"}, metal={"previous": "steel"}),
}
COLUMNS = ["estimate_a", "estimate_b", "difference", "se", "p_value", "p_adjusted"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compare(*pair(tmp_path_factory.mktemp("plain")))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.sampled_from(sorted(RENAMED)), min_size=1))
def test_names_say_nothing_of_what_changed(
    plain: Any, tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    """Whatever is renamed, the same changes are found, and in the same order."""
    edits = [RENAMED[name] for name in sorted(names)]
    found = compare(*pair(tmp_path_factory.mktemp("renamed"), *edits))
    assert found[COLUMNS].to_numpy() == pytest.approx(plain[COLUMNS].to_numpy(), nan_ok=True)
    assert (found["universe"] == plain["universe"]).all()
