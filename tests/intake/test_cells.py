"""Moments and enterprise numbers, however an export writes them."""

from __future__ import annotations

import datetime

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from barometer.intake.firms import numbers
from barometer.intake.moments import moments
from barometer.wave.imports import Moment

DAYS = st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2089, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


def read_moments(
    texts: list[str], dates1904: bool = False, rule: Moment | None = None
) -> list[str]:
    cells = pd.Series(texts, index=range(2, len(texts) + 2), name="sent")
    found, _, problems = moments("e.csv", cells, rule or Moment(), dates1904)
    assert problems == []
    return found.tolist()


@given(DAYS, st.booleans(), st.sampled_from(".,"))
def test_numbers_of_excel_are_moments_to_the_second(
    moment: datetime.datetime, since1904: bool, point: str
) -> None:
    start = datetime.datetime(1904, 1, 1) if since1904 else datetime.datetime(1899, 12, 30)
    serial = f"{(moment - start) / datetime.timedelta(days=1):.15g}".replace(".", point)
    assert read_moments([serial], since1904) == [moment.isoformat()]


@given(DAYS)
def test_moments_in_a_format(moment: datetime.datetime) -> None:
    written = f"{moment:%d-%m-%Y %H.%M.%S}"
    assert read_moments([written], rule=Moment(format="%d-%m-%Y %H.%M.%S")) == [moment.isoformat()]


def test_moments_are_brought_to_the_clock_of_the_respondents() -> None:
    clock = Moment(zone="UTC", local="Europe/Brussels")
    texts = ["2025-01-01T23:30:00", "2025-07-01 22:00:00", "2025-07-01T22:00:00-02:00"]
    brussels = ["2025-01-02T00:30:00", "2025-07-02T00:00:00", "2025-07-02T02:00:00"]
    assert read_moments(texts, rule=clock) == brussels


# --- enterprise numbers -----------------------------------------------------------------------

FIRM = st.from_regex(r"[01][0-9]{9}", fullmatch=True)


@given(st.lists(FIRM, min_size=1))
def test_zeros_that_a_spreadsheet_dropped_are_restored(firms: list[str]) -> None:
    """All of them were dropped, or the sample has the number; two zeros no enterprise has."""
    known = [firm for firm in firms if not firm.startswith("00")] or ["1234567890"]
    cells = pd.Series([str(int(firm)) for firm in known], index=range(len(known)), name="firm")
    for sample in (None, set(known)):
        found, _, problems = numbers("e.csv", cells, sample)
        assert found.tolist() == known
        assert problems == []


def test_a_number_with_a_digit_missing_is_not_taken_for_one_without_its_zero() -> None:
    cells = pd.Series(["0400000001", "400000002", "123456789"], index=[2, 3, 4], name="firm")
    found, _, (problem,) = numbers("e.csv", cells, {"0400000001", "0400000002"})
    assert found.tolist()[:2] == ["0400000001", "0400000002"]
    assert (problem.row, problem.column) == (4, "firm")


def test_numbers_are_read_as_people_write_them() -> None:
    written = ["BE 0400.000.001", "be0400000002", "0400 000 003", "1400000004.0"]
    found, steps, _ = numbers("e.csv", pd.Series(written, index=range(4), name="firm"))
    assert found.tolist() == ["0400000001", "0400000002", "0400000003", "1400000004"]
    assert [(step.done, step.rows) for step in steps] == [("without points", 4)]
