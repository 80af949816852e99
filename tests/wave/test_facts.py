"""facts.yml: a date of any precision, and what deviates named with its key."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError, WaveError
from barometer.project import beside_waves
from barometer.wave.facts import DatedFact, find_fact, read_facts
from tests.helpers import ROOT, edit

FACTS = """\
law:
  date: 2024-02-29
  what: a law
  source: https://example.org/law
plan:
  date: 2028-02
  what: a plan
  source: a publication
start:
  date: 2019
  what: a start
  source: a publication
"""
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.yml"
    path.write_text(FACTS, encoding="utf-8")
    return path


def test_a_day_a_month_and_a_year(facts: Path) -> None:
    found = {
        name: (f.precision, str(f.first), str(f.last)) for name, f in read_facts(facts).items()
    }
    assert found == {
        "law": ("day", "2024-02-29", "2024-02-29"),
        "plan": ("month", "2028-02-01", "2028-02-29"),
        "start": ("year", "2019-01-01", "2019-12-31"),
    }


@given(DAYS)
def test_a_date_less_precise_holds_every_day_of_it_and_no_other(day: datetime.date) -> None:
    for digits in (4, 7, 10):
        told = DatedFact(id="x", date=day.isoformat()[:digits], what="x", source="x")
        assert told.first <= day <= told.last
        outside = (told.first - datetime.timedelta(1), told.last + datetime.timedelta(1))
        assert all(other.isoformat()[:digits] != told.date for other in outside)
        assert {told.first.isoformat()[:digits], told.last.isoformat()[:digits]} == {told.date}


@given(DAYS, st.sampled_from([4, 7, 10]), st.integers(-400, 400))
def test_a_fact_is_outlived_after_the_last_day_of_its_review(
    day: datetime.date, digits: int, later: int
) -> None:
    review = day.isoformat()[:digits]
    told = DatedFact(id="x", date="2019", what="x", source="x", review_after=review)
    then = day + datetime.timedelta(later)
    assert told.outlived_by(then) == (then.isoformat()[:digits] > review)
    assert not DatedFact(id="x", date="2019", what="x", source="x").outlived_by(then)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "what: a law",
            "review_after: soon\n  what: a law",
            "facts.yml, column law.review_after: found 'soon'; expected a day, month or year",
        ),
        (
            "2024-02-29",
            "2023-02-29",
            "found '2023-02-29'; expected a date that exists",
        ),
        (
            "2028-02",
            "2028-13",
            "facts.yml, column plan.date: found '2028-13'; expected a day, mont",
        ),
        (
            "2028-02",
            "februari",
            "column plan.date: found 'februari'; expected a day, month or year",
        ),
        (
            "date: 2019",
            "date: 19",
            "column start.date: found 19; expected a day, month or year: 20",
        ),
        ("date: 2019", "date: 2019-01-01 10:00:00", "column start.date: found 2019-01-01T10:00:0"),
        ("date: 2019\n", "\n", "facts.yml, column start.date: found no such key"),
        ("what: a law", "what: ''", "facts.yml, column law.what: found ''; expected"),
        ("what: a law", "what: a law\n  when: now", "facts.yml, column law.when: found an unknown"),
        ("source: https://example.org/law\n", "\n", "facts.yml, column law.source: found no such"),
        ("plan:", "law:", "facts.yml, row 5, column law: found the key a second time, after row 1"),
        (FACTS, "", "facts.yml: found an empty file; expected settings"),
    ],
)
def test_what_deviates_is_named(facts: Path, old: str, new: str, expected: str) -> None:
    edit(facts, old, new)
    with pytest.raises(WaveError) as caught:
        read_facts(facts)
    assert expected in str(caught.value)


def test_an_unknown_fact_is_refused_with_the_known_ones(facts: Path) -> None:
    assert find_fact("plan", facts.parent).what == "a plan"
    with pytest.raises(BarometerError) as caught:
        find_fact("lawn", facts.parent)
    message = (
        "facts.yml: found no fact 'lawn'; expected one of law, plan, start. Add it to "
        f"{facts}, with its date, what it is and its source"
    )
    assert str(caught.value).startswith(message)


def test_what_does_not_lie_beside_the_waves_is_that_of_the_project(
    facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confidential waves may lie elsewhere, without what is known to everyone."""
    monkeypatch.chdir(ROOT)
    assert beside_waves("facts.yml", facts.parent) == facts
    facts.unlink()
    assert beside_waves("facts.yml", facts.parent) == ROOT / "data" / "facts.yml"
