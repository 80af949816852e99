"""Whatever happens to the files of a wave: refused, or nothing changes, or a warning says so.

Of each example one thing in a small wave is changed at random. The wave before is the same wave,
unharmed, so that a warning can only be about the change.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from barometer.errors import WaveError
from barometer.survey.shifts import shifts
from barometer.survey.survey import load_survey
from tests.wave.small_wave import YEAR, SmallWave

BEFORE = 2023
TABLES = ("population", "sample", "responses")
#: Legitimate choices, of which no wave can tell whether they were meant.
CHOICES = ("label", "short", "indicators.count", "indicators.any", "reported")


def register(wave: SmallWave) -> tuple[pd.DataFrame, list[str]]:
    """The register of a wave and its warnings; WaveError where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        SmallWave(BEFORE).write(Path(folder))
        survey = load_survey(YEAR, wave.write(Path(folder)))
        return survey.register(), [str(shift.warning) for shift in shifts(survey)]


@cache
def unharmed() -> pd.DataFrame:
    """The register of the wave as made."""
    found, warnings = register(SmallWave())
    assert warnings == []
    return found


def holds(wave: SmallWave) -> None:
    """Refused, unchanged, or warned about."""
    try:
        found, warnings = register(wave)
    except WaveError:
        event("refused")
        return
    event("warned" if warnings else "unchanged")
    if not warnings:
        pd.testing.assert_frame_equal(found, unharmed(), check_exact=True)


def keys(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key of a mapping and place in a list, of any depth."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from keys(value, (*path, key))


PLACES = [
    place
    for place in keys(SmallWave().questionnaire)
    if not any(choice in ".".join(map(str, place)) for choice in CHOICES)
]
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@FEW
@given(place=st.sampled_from(PLACES))
def test_a_key_of_the_questionnaire_left_out(place: tuple[Any, ...]) -> None:
    wave = SmallWave()
    node: Any = wave.questionnaire
    for key in place[:-1]:
        node = node[key]
    del node[place[-1]]
    holds(wave)


@FEW
@given(data=st.data())
def test_two_columns_swapped(data: st.DataObject) -> None:
    wave = SmallWave()
    rows = getattr(wave, data.draw(st.sampled_from(TABLES)))
    one, other = data.draw(st.permutations(list(rows[0])))[:2]
    for row in rows:
        row[one], row[other] = row[other], row[one]
    holds(wave)


@FEW
@given(table=st.sampled_from(TABLES), data=st.data())
def test_a_column_emptied_or_filled_with_one_value(table: str, data: st.DataObject) -> None:
    wave = SmallWave()
    rows = getattr(wave, table)
    column = data.draw(st.sampled_from(list(rows[0])))
    value = data.draw(st.sampled_from(["", *sorted({row[column] for row in rows})]))
    for row in rows:
        row[column] = value
    holds(wave)


@FEW
@given(table=st.sampled_from(TABLES), data=st.data())
def test_rows_doubled_or_in_another_order(table: str, data: st.DataObject) -> None:
    wave = SmallWave()
    rows = getattr(wave, table)
    place = data.draw(st.integers(0, len(rows) - 1))
    turned = rows[place:] + rows[:place]
    setattr(wave, table, turned + (rows[place:] if data.draw(st.booleans()) else []))
    holds(wave)
