"""Large shifts against the wave before are named; small ones, and first waves, give no warning."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from barometer.survey.shifts import shifts
from barometer.survey.survey import Survey, load_survey
from tests.wave.small_wave import YEAR, SmallWave

BEFORE = 2023


def warnings(data: Path, change: Callable[[SmallWave], object]) -> list[str]:
    """What is said of a wave that differs in one thing from the wave before."""
    SmallWave(BEFORE).write(data)
    wave = SmallWave()
    change(wave)
    return [str(shift.warning) for shift in shifts(load_survey(YEAR, wave.write(data)))]


def tenfold(wave: SmallWave, strata: int) -> None:
    for row in wave.population[:strata]:
        row["firms"] += "0"


def lose(wave: SmallWave, size: str, keep: int) -> None:
    """Of the firms of one size only each `keep`th answers."""
    firms = [row["enterprise_number"] for row in wave.sample if row["size"] == size]
    gone = set(firms) - set(firms[::keep])
    wave.responses = [r for r in wave.responses if r["enterprise_number"] not in gone]


def swap(wave: SmallWave, one: str, other: str) -> None:
    for row in wave.responses:
        row[one], row[other] = row[other], row[one]


def vanish(wave: SmallWave, column: str, answer: str, other: str) -> None:
    for row in wave.responses:
        if row[column] == answer:
            row[column] = other


def no_longer_asked(wave: SmallWave) -> None:
    vanish(wave, "budget", "less", "same")
    del wave.questionnaire["questions"]["budget"]["categories"]["less"]


def new_question(wave: SmallWave) -> None:
    questions = wave.questionnaire["questions"]
    questions["fresh"] = questions["course"] | {"label": "Nieuw"}
    for row in wave.responses:
        row["fresh"] = "yes"


SHIFTS: dict[str, tuple[Callable[[SmallWave], object], list[str]]] = {
    "a frame ten times as large": (
        lambda wave: tenfold(wave, 4),
        [
            r"population.csv, column firms: found other numbers of firms in the strata that 2023 "
            r"has too: all \(1600 to 16000\); expected at most 10% more or less",
            r"population.csv, column firms: found other numbers of firms than in 2023: "
            r"food × large \(400 to 4000\); .*; wood × large \(400 to 4000\) and 1 more",
        ],
    ),
    "a stratum of the frame": (
        lambda wave: wave.population[0].update(firms="500"),
        [],  # a quarter more, and 6 percent in all
    ),
    "answers lost": (
        lambda wave: lose(wave, "small", 10),
        [
            r"responses.csv: found another response than in 2023 in 2 strata: food × small "
            r"\(100% to 10%\); wood × small \(100% to 10%\); expected at most 2 times",
        ],
    ),
    "some answers lost": (lambda wave: lose(wave, "small", 2), []),
    "two columns swapped": (
        lambda wave: swap(wave, "purpose.sales", "purpose.stock"),
        [
            r"responses.csv, column purpose: found other shares than in 2023: purpose.\w+ "
            r"\(\d\d\.\d% to \d\d\.\d%\); purpose.\w+ .* expected a change of at most 20 percentage",
        ],
    ),
    "an answer nobody gives": (
        lambda wave: vanish(wave, "budget", "less", "same"),
        [
            r"responses.csv, column budget: found no answer 'less', which 2023 has; expected",
        ],
    ),
    "an answer taken out": (
        no_longer_asked,
        [r"responses.csv, column budget: found no answer 'less', which 2023 has"],
    ),
    "an indicator left out": (
        lambda wave: wave.questionnaire["indicators"].pop("count"),
        [
            r"questionnaire.yml: found no longer reported: count.0, of all; count.1, of all; "
            r"count.2, of all, which 2023 has; expected what was reported before",
        ],
    ),
    "a question that is new": (
        new_question,
        [],
    ),
    "nothing": (lambda wave: None, []),
}


@pytest.mark.parametrize("name", SHIFTS)
def test_large_shifts_are_named(tmp_path: Path, name: str) -> None:
    change, expected = SHIFTS[name]
    found = warnings(tmp_path, change)
    for pattern in expected:
        assert any(re.match(pattern, line) for line in found), found
    if len(expected) != 1:
        assert len(found) == len(expected), found
    assert all("If it is so, leave it; otherwise" in line for line in found)


def test_a_first_wave_is_compared_with_nothing(tmp_path: Path) -> None:
    assert shifts(load_survey(YEAR, SmallWave().write(tmp_path))) == []


def test_the_wave_of_2025_shifts_in_use_alone(survey: Survey) -> None:
    """Use of AI rose from one firm in three to three in five; nothing else shifts so much."""
    (found,) = shifts(survey)
    assert found.column == "technology_use"
    assert "technology_use.text_mining (13.7% to 41.2%)" in found.warning.found
