"""Law and dates beside the fieldwork of a wave, and the procedure that a wave tells of."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose.facts import Dated, dated, invented, newcomers, procedure, same_since
from barometer.survey.survey import Survey
from barometer.wave.facts import DatedFact
from barometer.wave.meta import Domain, Meta
from barometer.wave.procedure import Period
from tests.helpers import small_survey
from tests.survey.cases import with_meta

START, END = datetime.date(2025, 6, 1), datetime.date(2025, 9, 30)
SMALL = small_survey(2025, {"lease": ["yes", "no"]})
FIELD = with_meta(SMALL, field_period=Period(start=START, end=END))


def on(date: str) -> Dated:
    return Dated(DatedFact(id="law", date=date, what="a law", source="a publication"))


def verdicts(known: Dated, survey: Survey = FIELD) -> list[str]:
    """Which of before, during and after hold."""
    sides = {"before": known.before, "during": known.during, "after": known.after}
    return [name for name, side in sides.items() if side(survey).verdict == "holds"]


@pytest.mark.parametrize(
    ("date", "side"),
    [
        ("2025-05-31", "before"),
        ("2025-06-01", "during"),
        ("2025-09-30", "during"),
        ("2025-10-01", "after"),
        ("2025-05", "before"),
        ("2025-06", "during"),
        ("2025-10", "after"),
        ("2024", "before"),
        ("2025", "during"),
        ("2026", "after"),
    ],
)
def test_the_edges_of_the_fieldwork(date: str, side: str) -> None:
    assert verdicts(on(date)) == [side]


@given(
    st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
def test_exactly_one_side_and_that_of_each_of_its_days(day: datetime.date, digits: int) -> None:
    """What is known by month or year lies before or after only where all its days do."""
    known = on(day.isoformat()[:digits])
    (side,) = verdicts(known)
    of_the_day = "before" if day < START else "after" if day > END else "during"
    assert side in (of_the_day, "during")
    if side == "during" and digits == 10:
        assert START <= day <= END


def test_a_date_is_written_as_precisely_as_it_is_known() -> None:
    assert on("2024-08-01").on == "1 augustus 2024"
    assert on("2027-08").on == "augustus 2027"
    assert on("2019").on == "2019"


def test_a_chapter_finds_the_facts_beside_the_waves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "law: {date: 2024-08-01, what: a law, source: https://example.org}\n"
    (tmp_path / "facts.yml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("BAROMETER_DATA", str(tmp_path))
    law = dated("law")
    assert (law.on, law.source) == ("1 augustus 2024", "https://example.org")
    assert verdicts(law) == ["before"]
    with pytest.raises(BarometerError, match="found no fact 'plan'; expected one of law"):
        dated("plan")


def test_a_wave_need_not_tell_its_procedure(survey: Survey) -> None:
    told = procedure(survey)
    assert told is not None
    assert told.smallest == 5
    assert procedure(SMALL) is None


def test_values_by_their_names_and_those_that_are_left(survey: Survey) -> None:
    meta: Meta = survey.meta
    assert meta.named(["Groot", "Klein"]) == ["kleine ondernemingen", "grote ondernemingen"]
    assert meta.named([]) == []
    assert meta.others(["Groot", "Klein"]) == ["Micro", "Middelgroot"]
    with pytest.raises(BarometerError, match="found Groot, NACE 10-33 in 0 domains; expected"):
        meta.named(["Groot", "NACE 10-33"])
    with pytest.raises(BarometerError, match="found no value in 0 domains"):
        meta.others([])


def having(year: int, places: str, *earlier: Survey) -> Survey:
    """A wave whose firms may be of these places, each a letter."""
    values = {place: {"label": place, "short": place} for place in places}
    domain = Domain.model_validate({"label": "Plaats", "values": values}, strict=False)
    made = with_meta(small_survey(year, {"lease": ["yes", "no"]}), domains={"at": domain})
    made._earlier = {wave.year: wave for wave in earlier}
    return made


def test_what_each_wave_brought() -> None:
    first = having(2021, "ab")
    second = having(2022, "abc", first)
    third = having(2025, "abcd", first, second)
    assert newcomers(third, "at") == {2022: ["c"], 2025: ["d"]}
    assert newcomers(second, "at") == {2022: ["c"]}
    assert newcomers(first, "at") == {}, "what came before is not known"
    left = having(2025, "bc", first, second)
    assert newcomers(left, "at") == {2022: ["c"]}
    known_from_2022 = having(2025, "abc", second)
    assert newcomers(known_from_2022, "at") == {}


def test_the_same_values_since_a_wave() -> None:
    first = having(2021, "ab")
    second = having(2022, "bac", first)
    last = having(2025, "abc", first, second)
    assert same_since(last, "at", 2022).verdict == "holds"
    assert same_since(last, "at", 2021).verdict == "fails"
    assert same_since(having(2025, "ac", second), "at", 2022).verdict == "fails"


def test_which_waves_are_mostly_invented() -> None:
    first = with_meta(small_survey(2021, {"lease": ["yes", "no"]}), illustrative=True)
    first._earlier = {}
    second = small_survey(2025, {"lease": ["yes", "no"]}, [first])
    third = small_survey(2027, {"lease": ["yes", "no"]}, [first, second])
    assert invented([second.previous, second]) == ["2021"]
    assert invented([third.previous, third]) == []
    assert invented([first.previous, first]) == ["2021"]
    assert invented(third.history().values()) == ["2021"]
