"""How many changes were tested, significant, and left after the correction for their number."""

from __future__ import annotations

import pytest
from scipy import stats

from barometer.audit.changes import Changes, changes
from barometer.errors import BarometerError
from barometer.prose.numbers import num
from barometer.survey.survey import Survey
from tests.helpers import small_survey
from tests.survey.cases import with_thresholds

#: How many of 200 firms say yes to each of six questions, before and after.
BEFORE, AFTER = (100, 100, 100, 100, 100, 100), (145, 122, 122, 122, 105, 100)


def wave(year: int, yes: tuple[int, ...], *earlier: Survey) -> Survey:
    answers = {f"v{i}": ["ja"] * k + ["nee"] * (200 - k) for i, k in enumerate(yes)}
    return small_survey(year, answers, earlier)


def counted(found: Changes) -> dict[str, float]:
    return {name: float(n) for name, n in vars(found).items()}


def welch(before: int, after: int) -> float:
    """The p-value of a change between two simple random samples of 200 from very many."""
    a, b = ([1] * k + [0] * (200 - k) for k in (before, after))
    return float(stats.ttest_ind(a, b, equal_var=False).pvalue)


def test_counts_are_those_of_the_tests_done_by_hand() -> None:
    """In total and in the only region, of yes and of no: four times the same test."""
    p_values = sorted(p for p in map(welch, BEFORE, AFTER) for _ in range(4))
    last = max(i for i, p in enumerate(p_values, 1) if p < 0.05 * i / len(p_values))
    found = changes(wave(2025, AFTER, wave(2023, BEFORE)))
    counts = counted(found)
    assert (counts["common"], counts["tested"], counts["unreliable"]) == (24, 24, 0)
    assert counts["significant"] == sum(p < 0.05 for p in p_values) == 16
    assert counts["survive"] == last == 16
    assert counts["by_chance"] == pytest.approx(24 * 0.05)
    assert found.tested.year == 2025
    assert num(found.tested).sources == (found.tested,), "the text knows where it comes from"


def test_fewer_survive_when_more_are_tested() -> None:
    """One change among many that did not happen."""
    few = counted(changes(wave(2025, (122,), wave(2023, (100,)))))
    assert (few["significant"], few["survive"]) == (4, 4)
    yes = (100,) * 11
    many = counted(changes(wave(2025, (*yes, 122), wave(2023, (*yes, 100)))))
    assert many["tested"] == 48
    assert (many["significant"], many["survive"]) == (4, 0)


def test_the_unreliable_are_not_tested() -> None:
    before, after = wave(2023, BEFORE), wave(2025, AFTER)
    after = with_thresholds(after, effective_n=201)
    after._earlier = {2023: before}
    found = counted(changes(after))
    assert (found["common"], found["unreliable"]) == (24, 24)
    assert not any(found[name] for name in ("tested", "significant", "survive", "by_chance"))


def test_the_first_wave_has_no_changes() -> None:
    with pytest.raises(BarometerError, match=r"changes\(\): found no wave before 2023"):
        changes(wave(2023, BEFORE))
