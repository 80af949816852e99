"""What is withheld is enough, by an attack with all that is published, and no more than enough."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.survey.cells import Cell, withheld
from barometer.survey.disclosure import coarse_counts, withheld_by, withheld_cells
from barometer.survey.survey import TOTAL, Survey, load_survey
from barometer.wave.questionnaire import BoolArray
from tests.helpers import ROOT
from tests.survey.attacker import bounds
from tests.survey.cases import with_thresholds
from weighting import Array

KRINGLOOP = ROOT / "tests" / "fixtures" / "kringloop" / "data"


class Table:
    """Invented respondents: universes and domains by label, a weight each."""

    def __init__(
        self,
        domains: Mapping[str, Collection[str]],
        universes: Mapping[str, BoolArray] | None = None,
        weights: Array | None = None,
        together: Collection[Collection[str]] = (),
    ) -> None:
        labels = {name: np.array(list(values)) for name, values in domains.items()}
        self.size = len(next(iter(labels.values())))
        everybody = np.ones(self.size, dtype=bool)
        self.universes = {"all": everybody, **(universes or {})}
        self.divisions = {"total": {TOTAL: everybody}} | {
            name: {str(v): x == v for v in dict.fromkeys(x)} for name, x in labels.items()
        }
        self.weights = np.ones(self.size) if weights is None else weights
        self.together = together

    def withheld(self, threshold: int) -> frozenset[Cell]:
        """The cells that are withheld."""
        return withheld(
            self.universes, self.divisions, self.weights, threshold, together=self.together
        )

    @property
    def members(self) -> dict[Cell, BoolArray]:
        """The respondents of each cell that has any."""
        return {
            (u, d, v): inside & x
            for u, inside in self.universes.items()
            for d, values in self.divisions.items()
            for v, x in values.items()
            if (inside & x).any()
        }

    @property
    def firms(self) -> dict[Cell, float]:
        """What each cell weighs."""
        return {cell: float(self.weights[x].sum()) for cell, x in self.members.items()}

    def sums(self, halves: tuple[str, str] | None = None) -> Iterator[tuple[Cell, list[Cell]]]:
        """Totals and their domain values; `halves`: universes that together are all."""
        members = self.members
        for u in self.universes:
            for d in self.divisions:
                parts = [(u, d, v) for v in self.divisions[d] if (u, d, v) in members]
                if d != "total" and parts:
                    yield (u, "total", TOTAL), parts
        for _, d, v in [cell for cell in members if halves and cell[0] == "all"]:
            yield ("all", d, v), [(u, d, v) for u in halves or () if (u, d, v) in members]

    def attack(
        self,
        hidden: Collection[Cell],
        percent: Mapping[Cell, float],
        halves: tuple[str, str] | None = None,
    ) -> dict[Cell, tuple[float, float]]:
        """Bounds for each withheld cell, when the others are published exactly."""
        published = {(c, ""): np.nan if c in hidden else percent[c] for c in self.members}
        found = bounds(published, self.firms, list(self.sums(halves)), hidden)
        return {cell: ends for (cell, _), ends in found.items()}


def spread(**counts: int) -> list[str]:
    """A label for each respondent, from a count per label."""
    return [name for name, n in counts.items() for _ in range(n)]


def values(cells: Collection[Cell], domain: str = "d", universe: str = "all") -> set[str]:
    return {v for u, d, v in cells if (u, d) == (universe, domain)}


def test_nothing_small_nothing_withheld() -> None:
    assert Table({"d": spread(a=5, b=6)}).withheld(5) == frozenset()
    assert Table({"d": spread(a=1, b=1)}).withheld(0) == frozenset()


def test_the_smallest_that_weighs_enough_goes_along() -> None:
    table = Table({"d": spread(a=2, b=6, c=9, e=20)})
    assert table.withheld(5) == {("all", "d", "a"), ("all", "d", "b")}
    # a weighs 100; b and c together 90
    heavy = Table(
        {"d": spread(a=2, b=6, c=9, e=20)}, weights=np.repeat([50, 5, 60 / 9, 10], [2, 6, 9, 20])
    )
    assert values(heavy.withheld(5)) == {"a", "e"}
    # c alone, or b with … e: fewer respondents, not fewer cells
    light = Table(
        {"d": spread(a=2, b=6, c=9, e=20)}, weights=np.repeat([45, 5, 60 / 9, 10], [2, 6, 9, 20])
    )
    assert values(light.withheld(5)) == {"a", "b", "c"}


def test_small_cells_do_not_hide_each_other() -> None:
    """Two times two respondents: their sum would be a figure on four."""
    table = Table({"d": spread(a=2, b=2, c=9, e=20)})
    assert values(table.withheld(5)) == {"a", "b", "c"}
    assert values(table.withheld(4)) == {"a", "b"}


def test_of_two_values_both() -> None:
    assert values(Table({"d": spread(a=3, b=20)}).withheld(5)) == {"a", "b"}


def test_another_domain_is_no_way_round() -> None:
    """The second domain has a value of the very same respondents."""
    labels = spread(a=2, b=6, c=9, e=20)
    table = Table({"d": labels, "e": spread(x=2, y=4, z=31)})
    assert table.withheld(5) == {
        *(("all", "d", v) for v in "ab"),
        *(("all", "e", v) for v in "xyz"),
    }
    # of two values, the total costs less than the other value and one of the first domain
    table = Table({"d": spread(a=2, b=6, c=9), "e": spread(x=2, y=15)})
    assert table.withheld(5) == {("all", "d", "a"), ("all", "e", "x"), ("all", "total", TOTAL)}


@pytest.mark.parametrize(("n", "few"), [(4, True), (5, False)])
def test_a_universe_of_one_value(n: int, few: bool) -> None:
    cells = Table({"d": spread(a=n)}).withheld(5)
    assert cells == ({("all", "d", "a"), ("all", "total", TOTAL)} if few else frozenset())


def test_a_small_universe_is_withheld_whole() -> None:
    table = Table({"d": spread(a=2, b=1)})
    assert table.withheld(5) == set(table.members)


def test_values_without_respondents_are_left_alone() -> None:
    table = Table({"d": spread(a=6, b=6)}, {"few": np.repeat([True, False], 6)})
    assert table.withheld(5) == frozenset()


def test_universes_that_add_up() -> None:
    """In value a 2 are in one half, 10 in the other: total and half would give the 2."""
    labels = spread(a=12, b=12, c=12)
    half = np.tile(np.repeat([True, False], [6, 6]), 3)
    half[:6] = [True, True, *[False] * 4]
    universes = {"half": half, "other": ~half}
    apart = Table({"d": labels}, universes).withheld(5)
    assert {cell[0] for cell in apart} == {"half"}
    bound = Table({"d": labels}, universes, together=[["all", "half", "other"]])
    hidden = bound.withheld(5)
    assert {cell[0] for cell in hidden} > {"half"}
    percent = dict.fromkeys(bound.members, 50.0)
    wide = bound.attack(hidden, percent, ("half", "other"))
    low, high = wide["half", "d", "a"]
    assert high - low == pytest.approx(100)
    low, high = bound.attack(apart, percent, ("half", "other"))["half", "d", "a"]
    assert high - low < 1e-6


def test_a_universe_less_another() -> None:
    """Of 20, 17 are in the inner universe: both figures together give that of the 3."""
    inner = np.arange(40) % 20 < 17
    table = Table({"d": spread(a=20, b=20)}, {"inner": inner})
    assert table.withheld(5) == frozenset()
    table.together = [["all", "inner"]]
    hidden = table.withheld(5)
    for value in ("a", "b"):
        assert {("all", "d", value), ("inner", "d", value)} & hidden


def test_only_what_is_shown_binds() -> None:
    """The three weigh more than the rest of their value; but nothing is shown of them."""
    half = np.arange(40) % 20 < 3
    weights = np.where(half, 50.0, 1.0)
    table = Table({"d": spread(a=20, b=20)}, {"half": half}, weights, [["all", "half"]])
    assert table.withheld(5)
    parts = table.universes, table.divisions, table.weights, 5
    shown = [("all", "total"), ("all", "d"), ("half", "total")]
    assert withheld(*parts, shown=shown, together=table.together) == frozenset()


def _divided(*sets: tuple[str, Sequence[int]], size: int, threshold: int = 5) -> set[str]:
    """The withheld values of a division whose values need not exclude each other."""
    everybody = np.arange(size)
    return values(
        withheld(
            {"all": everybody >= 0},
            {"total": {TOTAL: everybody >= 0}, "d": {v: np.isin(everybody, x) for v, x in sets}},
            np.ones(size),
            threshold,
        )
        - {("all", "total", TOTAL)}
    )


def test_who_is_in_no_value() -> None:
    """40 of 43 have a value: the figure of the other 3 is total minus both."""
    assert _divided(("a", range(20)), ("b", range(20, 40)), size=43) in ({"a"}, {"b"})
    assert _divided(("a", range(20)), ("b", range(20, 40)), size=45) == set()


def test_values_that_overlap() -> None:
    """Three lack the first value: total minus that value is their figure."""
    assert _divided(("a", range(40)), ("b", range(20, 43)), size=43) == {"a"}
    assert _divided(("a", range(38)), ("b", range(20, 38)), size=43) == set()


def test_values_that_join_others() -> None:
    """a is hidden by b; but not where b is the total less a union that is shown."""
    parts = ("a", range(2)), ("b", range(2, 22)), ("c", range(22, 43))
    assert _divided(*parts, size=43) == {"a", "b"}
    assert _divided(*parts, ("ab", range(22)), size=43) == {"a", "b"}
    assert _divided(*parts, ("ac", [0, 1, *range(22, 43)]), size=43) == {"a", "c"}


def test_values_divided_twice() -> None:
    """Yes and no to one thing, yes and no to another: each pair makes up the total."""
    first = ("a", range(20)), ("b", range(20, 40))
    assert _divided(*first, ("c", [0, 20]), ("e", [*range(1, 20), *range(21, 40)]), size=40) == {
        *"ce"
    }


def test_decided_elsewhere() -> None:
    """The total is shown already and stays so, though withholding it would cost less."""
    table = Table({"d": spread(a=3, b=15), "e": spread(y=15, x=3)})
    small, total = {("all", "d", "a"), ("all", "e", "x")}, ("all", "total", TOTAL)
    assert table.withheld(5) == {*small, total}
    parts = table.universes, table.divisions, table.weights, 5
    assert withheld(*parts, already={total: False}) == {
        *small,
        ("all", "d", "b"),
        ("all", "e", "y"),
    }
    # what is withheld already protects, whatever it costs
    assert withheld(*parts, already={total: True}) == {*small, total}
    one = Table({"d": spread(a=2, b=20)})
    parts = one.universes, one.divisions, one.weights, 5
    assert withheld(*parts) == {("all", "d", "a"), ("all", "d", "b")}
    assert withheld(*parts, already={total: True}) == {("all", "d", "a"), total}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 9)), min_size=2, max_size=6),
    st.integers(2, 8),
)
def test_no_cheaper_choice_would_do(values: list[tuple[int, int]], threshold: int) -> None:
    """In one domain every choice can be tried: what is withheld with a cell must outweigh it."""
    n = [count for count, _ in values]
    w = [count * each for count, each in values]
    labels = [str(i) for i, count in enumerate(n) for _ in range(count)]
    table = Table({"d": labels}, weights=np.repeat([float(each) for _, each in values], n))
    n, w = [*n, sum(n)], [*w, sum(w)]
    small = {i for i, count in enumerate(n) if count < threshold}

    def safe(chosen: set[int]) -> bool:
        others = [(i, chosen - {i}) for i in small]
        return all(
            sum(w[j] for j in rest) >= w[i]
            and sum(n[j] for j in rest) >= min(threshold - n[i], 2 * n[-1] - n[i])
            for i, rest in others
        )

    choices = [set(c) for k in range(len(n) + 1) for c in combinations(range(len(n)), k)]
    possible = [(sum(n[i] for i in c), len(c)) for c in choices if small <= c and safe(c)]
    hidden = table.withheld(threshold)
    cost = sum(int(table.members[cell].sum()) for cell in hidden), len(hidden)
    assert cost == min(possible)


tables = st.integers(10, 30).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "d": st.lists(st.sampled_from("aabbbcccc"), min_size=n, max_size=n),
            "e": st.lists(st.sampled_from("xxyyyz"), min_size=n, max_size=n),
            "half": st.lists(st.booleans(), min_size=n, max_size=n),
            "weights": st.lists(st.sampled_from([1.0, 2.0, 5.0, 12.5]), min_size=n, max_size=n),
            "answers": st.lists(st.floats(0.02, 0.98), min_size=n, max_size=n),
            "threshold": st.integers(2, 6),
        }
    )
)


@settings(max_examples=30, deadline=None)
@given(tables)
def test_an_attack_on_any_table_fails(drawn: dict[str, Any]) -> None:
    half, weights = np.array(drawn["half"]), np.array(drawn["weights"])
    universes = {"half": half, "other": ~half}
    names = ["all", *universes]
    table = Table({"d": drawn["d"], "e": drawn["e"]}, universes, weights, [names])
    threshold = drawn["threshold"]
    hidden = table.withheld(threshold)
    members = table.members
    small = {cell for cell, x in members.items() if x.sum() < threshold}
    assert small <= hidden <= set(members)
    if not small:
        assert not hidden
        return
    halves = ("half", "other")
    # were all percentages 50, nothing would be known of a small cell
    ends = table.attack(hidden, dict.fromkeys(members, 50.0), halves)
    assert all(ends[cell][1] - ends[cell][0] > 100 - 0.02 for cell in small)
    # whatever they are, not less than the documented width
    y = 100 * np.array(drawn["answers"])
    percent = {c: float(np.average(y[x], weights=weights[x])) for c, x in members.items()}
    width = 2 * min(min(percent[c], 100 - percent[c]) for c in hidden)
    ends = table.attack(hidden, percent, halves)
    for cell in small:
        low, high = ends[cell]
        assert low - 1e-6 <= percent[cell] <= high + 1e-6
        assert high - low > width - 0.02
    _no_small_sum(table, hidden, halves, threshold)


def _no_small_sum(
    table: Table, hidden: Collection[Cell], halves: tuple[str, str], threshold: int
) -> None:
    """No sum of withheld cells on fewer respondents than the threshold follows from the rest."""
    n = {cell: int(x.sum()) for cell, x in table.members.items()}
    column = {cell: i for i, cell in enumerate(sorted(hidden))}
    rows = np.zeros((0, len(column)))
    for whole, parts in table.sums(halves):
        row = np.zeros(len(column))
        for cell, sign in [(whole, 1), *((part, -1) for part in parts)]:
            if cell in column:
                row[column[cell]] = sign
        rows = np.vstack([rows, row])
    _, size, right = np.linalg.svd(rows)
    free = right[int((size > 1e-9).sum()) :]  # what the equations leave open
    for k in range(1, threshold):
        for group in combinations(sorted(c for c in hidden if n[c] < threshold), k):
            if sum(n[c] for c in group) < threshold:
                chosen = np.zeros(len(column))
                chosen[[column[c] for c in group]] = 1
                assert np.abs(free @ chosen).max(initial=0) > 1e-9, group


@cache
def _open_register(survey: Survey) -> pd.DataFrame:
    """The register with nothing withheld."""
    return with_thresholds(survey).register()


def _attacked(survey: Survey, hidden: Collection[Cell] | None) -> pd.DataFrame:
    """Attack each percentage of the register that rests on too few respondents.

    `hidden`: what is withheld; None: those alone. Gives the bounds, the width that is documented,
    and the percentage itself.
    """
    register = _open_register(survey)
    weights = survey.answers["weight"].to_numpy()
    domains = {"total": survey.domain(None)} | {d: survey.domain(d) for d in survey.meta.domains}
    small = register["n"].between(1, survey.meta.thresholds.disclosure - 1)
    rows = []
    for question, frame in register.groupby("question", sort=False):
        answers = survey.questionnaire.indicator(str(question)).answers
        frame = frame[frame["category"].isin(answers)]
        of = list(frame[["universe", "domain", "domain_value"]].itertuples(index=False, name=None))
        cells = dict(zip(of, small[frame.index], strict=True))
        firms = {
            (u, d, v): float(weights[survey.universe(u) & domains[d][v]].sum()) for u, d, v in cells
        }
        truth = dict(zip(zip(of, frame["category"], strict=True), frame["estimate"], strict=True))
        gone = {c for c in cells if (cells[c] if hidden is None else c in hidden)}
        published = {key: np.nan if key[0] in gone else p for key, p in truth.items()}
        sums = [
            ((u, "total", TOTAL), [(u, d, v) for v in domains[d]])
            for u in dict.fromkeys(cell[0] for cell in cells)
            for d in survey.meta.domains
        ]
        inside = survey.categories(str(question))[answers][survey.universe(of[0][0])]
        exclusive = bool((inside.sum(axis=1) == 1).all())
        found = bounds(published, firms, sums, [c for c in cells if cells[c]], exclusive)
        for (cell, category), (low, high) in found.items():
            group = [c for c in gone if c[:2] == cell[:2] and firms[c]]
            of_group = [truth[c, category] for c in group]
            p = np.average(of_group, weights=[firms[c] for c in group])
            rows.append((*cell, category, low, truth[cell, category], high, 2 * min(p, 100 - p)))
    names = ["universe", "domain", "value", "category", "low", "percentage", "high", "documented"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture(scope="module", params=["2025", "kringloop"])
def wave(request: pytest.FixtureRequest, survey: Survey) -> Survey:
    """The wave of 2025 with a higher threshold, and an invented one with its own."""
    if request.param == "2025":
        return with_thresholds(survey, disclosure=60)
    return load_survey(2026, KRINGLOOP)


def test_an_attack_on_the_register_fails(wave: Survey) -> None:
    attacked = _attacked(wave, withheld_cells(wave))
    width = attacked["high"] - attacked["low"]
    assert len(attacked) > 40
    assert (attacked["low"] - 1e-6 <= attacked["percentage"]).all()
    assert (attacked["percentage"] <= attacked["high"] + 1e-6).all()
    assert (width > attacked["documented"] - 0.02).all()
    assert (width[attacked["documented"] > 10] > 10).all()


def test_without_others_withheld_the_attack_succeeds(wave: Survey) -> None:
    attacked = _attacked(wave, None)
    exact = attacked["high"] - attacked["low"] < 1e-3
    assert exact.sum() > 10
    assert np.allclose(attacked["low"][exact], attacked["percentage"][exact], atol=1e-3)


def test_nothing_is_withheld_in_2025(survey: Survey) -> None:
    assert withheld_cells(survey) == frozenset()


def test_universes_of_one_question_bind_each_other(survey: Survey) -> None:
    """Reported for all as well, a question gives away one part by the other."""
    place = ("sector", "NACE 35-39")
    wave = with_thresholds(survey, disclosure=10)
    names = {"all", "adopters", "non_adopters"}
    assert {u for u in names if (u, *place) in withheld_cells(wave)} == {"non_adopters"}
    indicators = {
        name: replace(x, question=x.question.model_copy(update={"report_for": sorted(names)}))
        if x.question.id == "barrier"
        else x
        for name, x in wave.questionnaire.indicators.items()
    }
    asked = replace(wave.questionnaire, indicators=indicators)
    wave = replace(wave, _wave=replace(wave._wave, questionnaire=asked))
    assert len({u for u in names if (u, *place) in withheld_cells(wave)}) > 1


def test_division_by_an_indicator(survey: Survey) -> None:
    """Values of an indicator are cells too, and the register is shown beside them."""
    indicator, universe = _exclusive(survey)
    inside = survey.universe(universe)
    sizes = {v: int((x & inside).sum()) for v, x in survey.domain(indicator).items()}
    threshold = min(n for n in sizes.values() if n) + 1
    wave = with_thresholds(survey, disclosure=threshold)
    small = {v for v, n in sizes.items() if 0 < n < threshold}
    register = withheld_cells(wave)
    assert small < withheld_by(wave, universe, indicator, register) <= set(sizes)
    # were all of the register withheld, the total could not give them away
    everything = {(universe, d, v) for d in ("total", *wave.meta.domains) for v in wave.domain(d)}
    assert withheld_by(wave, universe, indicator, everything) == small
    # what the register has is looked up there
    first = next(iter(wave.meta.domains))
    assert withheld_by(wave, universe, first, everything) == set(wave.domain(first))
    assert withheld_by(wave, universe, None, everything) == {TOTAL}
    assert withheld_by(wave, universe, None, register) == frozenset()


def test_a_universe_that_nothing_is_reported_for(survey: Survey) -> None:
    """It is the sum of two of the register, one of them withheld here."""
    place, wave = ("sector", "NACE 35-39"), with_thresholds(survey, disclosure=10)
    register = withheld_cells(wave)
    parts = {u for u in ("adopters", "non_adopters") if (f"{u}_knowledge_gap", *place) in register}
    assert parts == {"non_adopters"}
    hidden = withheld_by(wave, "knowledge_gap", "sector", register)
    assert place[1] in hidden
    assert len(hidden) > 1
    assert withheld_by(wave, "knowledge_gap", None, register) == frozenset()


def _exclusive(survey: Survey) -> tuple[str, str]:
    """An indicator with exclusive categories, and the universe it is reported for."""
    for found in survey.reported():
        inside = survey.categories(found.id)[found.categories][survey.universe(found.universe)]
        if len(found.categories) > 3 and (inside.sum(axis=1) == 1).all():
            return found.id, found.universe
    raise AssertionError


def test_coarse_counts() -> None:
    n = 12
    coarse = coarse_counts(np.arange(n + 1), n, 5)
    assert [*coarse] == [0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 10, 12]
    assert [*coarse_counts([0, 1, 6, 7], 7, 5)] == [0, 5, 5, 7]
    for threshold in (0, 1):
        assert [*coarse_counts([0, 1, 6, 7], 7, threshold)] == [0, 1, 6, 7]
    assert np.isnan(coarse_counts([np.nan], [np.nan], 5)).all()


@given(st.integers(1, 200), st.integers(2, 30))
def test_no_coarse_count_tells_a_few(n: int, threshold: int) -> None:
    """Between none and all, a count shown stands for as many as the threshold, or for any."""
    counts = np.arange(1, n)
    coarse = coarse_counts(counts, n, threshold)
    assert (np.diff(coarse) >= 0).all()
    assert (coarse % threshold == 0).all()
    for shown in set(coarse):
        stands_for = counts[coarse == shown]
        assert len(stands_for) >= min(threshold, n - 1)
        assert shown in (*stands_for, threshold)
