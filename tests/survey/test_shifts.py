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
ASKED = ("course", "budget")


Change = Callable[[SmallWave], object]


def warnings(data: Path, change: Change, before: Change = lambda wave: None) -> list[str]:
    """What is said of a wave that differs in one thing from the wave before."""
    earlier = SmallWave(BEFORE)
    before(earlier)
    earlier.write(data)
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
    for place, row in enumerate(wave.responses):
        row["fresh"] = "yes" if place % 3 else "no"


def change(wave: SmallWave, *path: str, **to: object) -> object:
    place = wave.questionnaire
    for key in path:
        place = place[key]
    place |= to
    return place


def exchange(place: dict[str, dict[str, str]], one: str, other: str) -> None:
    """What two entries are called."""
    for key in ("label", "short"):
        if key in place[one]:
            place[one][key], place[other][key] = place[other][key], place[one][key]


def swap_answers(wave: SmallWave, column: str, one: str, other: str) -> None:
    turned = {one: other, other: one}
    for row in wave.responses:
        row[column] = turned.get(row[column], row[column])


def fill(rows: list[dict[str, str]], column: str, answer: str) -> None:
    for row in rows:
        row[column] = answer


def copy_column(wave: SmallWave, source: str, target: str) -> None:
    for row in wave.responses:
        row[target] = row[source]


def latest(wave: SmallWave, many: int) -> list[dict[str, str]]:
    return sorted(wave.responses, key=lambda row: row["submitted_at"])[-many:]


#: What the wave before has that this one lacks.
THEN: dict[str, Callable[[SmallWave], object]] = {
    "a question that was not reported": lambda wave: change(
        wave, "questions", "course", reported=False
    ),
    "nothing left open": lambda wave: fill(wave.responses[::8], "course", ""),
    "no answers for another firm": lambda wave: fill(
        wave.responses[::20], "reported_enterprise_number", "0999999999"
    ),
}

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
            r"\(\d\d\.\d% to \d\d\.\d%\); purpose.\w+ .* expected a change of at most 20 per",
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
    "a category defined otherwise": (
        lambda wave: (
            change(wave, "indicators", "count", exclusive=False),
            change(wave, "indicators", "count", "categories", "2", at_least=1),
        ),
        [r"questionnaire.yml: found defined otherwise than in 2023: count; count.2; expected ind"],
    ),
    "a union that forgets": (
        lambda wave: change(
            wave,
            *("indicators", "status", "categories", "not_use"),
            union=["none"],
            complement_of="",
        ),
        [r"questionnaire.yml: found defined otherwise than in 2023: status.not_use"],
    ),
    "an indicator no longer exclusive": (
        lambda wave: change(wave, "indicators", "count", exclusive=False),
        [r"questionnaire.yml: found defined otherwise than in 2023: count; "],
    ),
    "a universe defined otherwise": (
        lambda wave: (
            change(wave, "universes", "others", all_of=[{"of": "status", "is": ["none"]}]),
            change(wave, "universes", "others", complement_of=""),
            change(wave, "questions", "course", report_for=["all"]),
        ),
        [r"questionnaire.yml: found defined otherwise than in 2023: universe others"],
    ),
    "labels of two answers exchanged": (
        lambda wave: exchange(wave.questionnaire["scales"]["yes_no"], "yes", "no"),
        [r"questionnaire.yml: found called otherwise than in 2023: course.yes; course.no; "],
    ),
    "another name for a group": (
        lambda wave: wave.wave["domains"]["branch"]["values"]["food"].update(label="Voeding"),
        [r"wave.yml: found called otherwise than in 2023: branch.food; expected values"],
    ),
    "a question that was not reported": (
        lambda wave: None,
        [r"questionnaire.yml: found reported, which 2023 kept to itself: course"],
    ),
    "a scale turned round": (
        lambda wave: swap_answers(wave, "course", "yes", "no"),
        [r"responses.csv, column course: found answers as those of 2023 turned round: course"],
    ),
    "two items exchanged": (
        lambda wave: swap(wave, "tool.robot", "tool.scanner"),
        [r"responses.csv, column tool: found answers as those of 2023 with two items exchanged: "],
    ),
    "nothing left open": (
        lambda wave: None,
        [r"responses.csv, column course: found no item non-response, which 2023 has: course"],
    ),
    "no answers for another firm": (
        lambda wave: None,
        [r"responses.csv: found none of what 2023 has: other_enterprise \(6 to 0\)"],
    ),
    "letters for e-mails": (
        lambda wave: fill(wave.sample, "contact_mode", "letter"),
        [r"sample.csv, column contact_mode: found another share of firms invited by e-mail than"],
    ),
    "fewer answers everywhere": (
        lambda wave: wave.responses.__delitem__(slice(0, None, 2)),
        [r"responses.csv: found another response than in 2023 in 1 strata: all \(100% to 50%\)"],
    ),
    "a column copied": (
        lambda wave: copy_column(wave, "purpose.sales", "purpose.stock"),
        [r"responses.csv, column purpose: found columns with the same answer in each row: purpose"],
    ),
    "one answer of everyone": (
        lambda wave: fill(wave.responses, "course", "yes"),
        [r"responses.csv, column course: found the same answer of everyone: course"],
    ),
    "a default from a day on": (
        lambda wave: fill(latest(wave, 60), "course", "no"),
        [r"responses.csv, column course: found one answer alone in all that came first or last"],
    ),
    "a question that is new": (
        new_question,
        [],
    ),
    "nothing": (lambda wave: None, []),
}


@pytest.mark.parametrize("name", SHIFTS)
def test_large_shifts_are_named(tmp_path: Path, name: str) -> None:
    changed, expected = SHIFTS[name]
    found = warnings(tmp_path, changed, THEN.get(name, lambda wave: None))
    for pattern in expected:
        assert any(re.match(pattern, line) for line in found), found
    if len(expected) != 1:
        assert len(found) == len(expected), found
    assert all(re.search(r"If (it is so|that is meant), leave it", line) for line in found)


def test_a_first_wave_is_compared_with_nothing(tmp_path: Path) -> None:
    assert shifts(load_survey(YEAR, SmallWave().write(tmp_path))) == []


def test_what_shifts_in_2025(survey: Survey) -> None:
    """Use of AI rose from one firm in three to three in five; no definition or name changed."""
    found = shifts(survey)
    assert {shift.kind for shift in found} == {"share", "turned", "exchanged"}
    assert {shift.column for shift in found if shift.kind == "share"} == {"technology_use"}
    use = found[0].warning.found
    assert "technology_use.text_mining (13.7% to 41.2%)" in use


def test_answers_of_a_robot(tmp_path: Path) -> None:
    """Ten long answers that are the same; nine may be."""
    for robots in (9, 10):
        wave = SmallWave()
        question = wave.questionnaire["questions"]["course"] | {"label": "Lijst"}
        items = [f"i{place}" for place in range(32)]
        question["items"] = {item: {"label": item} for item in items}
        wave.questionnaire["questions"]["long"] = question
        for place, row in enumerate(wave.responses):
            for at, item in enumerate(items):
                yes = place >= robots and (place * 7919 + at * at * 31) % 11 < 5
                row[f"long.{item}"] = "yes" if yes else "no"
            if place < robots:
                row |= {key: wave.responses[0][key] for key in row if "." in key or key in ASKED}
        data = wave.write(tmp_path / str(robots))
        said = [shift.warning.found for shift in shifts(load_survey(YEAR, data))]
        alike = [line for line in said if "the same from question to question" in line]
        assert len(alike) == (robots == 10), said
