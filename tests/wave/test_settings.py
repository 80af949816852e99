"""wave.yml and questionnaire.yml: what deviates is named with its file and key."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from barometer.errors import BarometerError, WaveError
from barometer.wave.meta import Meta, read_meta
from barometer.wave.questionnaire import Questionnaire, read_questionnaire
from tests.helpers import edit

WAVE = """\
title: Fietspeiling
year: 2024
field_period: {start: 2024-03-01, end: 2024-04-30}
provenance: synthetic
max_reminders: 2
thresholds:
  reliability: {effective_n: 30, degrees_of_freedom: 8, width: 30, narrow: 5, relative_width: 130}
  disclosure: 5
changes: {level: 5, stable: 5, slight: 3, strong: 10}
imputation: {seed: 1, classes: [region], donor_limit: 3}
singleton: adjust
domains:
  region:
    label: Regio
    values:
      east: {label: Het oosten, short: oost}
      west: {label: Het westen, short: west, name: het westen, code: W}
  kind:
    label: Soort
    values: {shop: {label: Winkel, short: winkel}}
"""
QUESTIONS = """\
scales:
  yes_no: {"yes": {label: Ja, counts: true}, "no": {label: Nee}}
universes:
  all: {label: alle winkels}
  leasers:
    label: winkels die fietsen leasen
    all_of: [{of: lease, is: ["yes"]}]
questions:
  lease:
    label: Leaset u fietsen?
    short: Lease
    asked_of: all
    scale: yes_no
  facility:
    label: Wat hebt u voor fietsers?
    short: Voorzieningen
    asked_of: all
    scale: yes_no
    items:
      rack: {label: Een fietsenrek}
      pump: {label: Een pomp, short: Pomp}
  plan:
    label: Breidt u uit?
    short: Uitbreiding
    asked_of: leasers
    categories:
      soon: {label: Dit jaar}
      later: {label: Later}
      never: {label: Nooit}
indicators:
  plan:
    categories:
      ever: {label: Ooit, union: [soon, later]}
  facility:
    categories:
      both: {label: Allebei, is: ["yes"], at_least: 2}
"""


@pytest.fixture
def wave(tmp_path: Path) -> Path:
    path = tmp_path / "wave.yml"
    path.write_text(WAVE, encoding="utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questionnaire.yml"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


@pytest.fixture
def questionnaire(questions: Path) -> Questionnaire:
    return read_questionnaire(questions)


def refused(read: object, path: Path) -> str:
    """All that is wrong with a file of settings."""
    assert callable(read)
    with pytest.raises(WaveError) as caught:
        read(path)
    return str(caught.value)


def test_what_is_left_out_has_its_default(wave: Path) -> None:
    meta = read_meta(wave)
    assert meta.strata == ["region", "kind"]
    east, west = meta.domains["region"].values.values()
    assert (east.id, east.name, east.code) == ("east", "oost", "east")
    assert (west.id, west.name, west.code) == ("west", "het westen", "W")
    assert meta.synthetic
    assert not meta.illustrative
    assert meta.values("region") == ["east", "west"]
    assert str(meta.field_period.end) == "2024-04-30"


def test_thresholds_stand_where_they_are_set(wave: Path) -> None:
    """Whole numbers and others; narrow may be as wide as wide, slight as large as strong."""
    edit(wave, "narrow: 5", "narrow: 30")
    edit(wave, "slight: 3", "slight: 10.0")
    edit(wave, "level: 5", "level: 2.5")
    meta = read_meta(wave)
    rules, changes = meta.thresholds.reliability, meta.changes
    assert (rules.effective_n, rules.degrees_of_freedom, rules.relative_width) == (30, 8, 130)
    assert (rules.narrow, rules.width) == (30, 30)
    assert (changes.level, changes.stable, changes.slight, changes.strong) == (2.5, 5, 10, 10)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Fietspeiling", "title: [", "wave.yml, row 3: found what YAML cannot read"),
        (
            "year: 2024",
            "year: 2024\ntitle: Iets anders",
            "wave.yml, row 3, column title: found the key a second time, after row 1; expected "
            "each key once. Remove one of them.",
        ),
        (
            "values: {shop: {label: Winkel",
            "values: {shop: {label: Winkel, label: Zaak",
            "wave.yml, row 20, column domains.kind.values.shop.label: found the key a second time",
        ),
        ("short: west, name: het westen", "short: west, name: ''", "west.name: found ''; expected"),
        ("label: Het oosten", "label: ''", "column domains.region.values.east.label: found ''; e"),
        ("year: 2024", "year: 2024\nmotto: x", "wave.yml, column motto: found an unknown key"),
        ("max_reminders: 2\n", "", "wave.yml, column max_reminders: found no such key"),
        ("year: 2024", "year: '2024'", "wave.yml, column year: found '2024'; expected a whole num"),
        ("disclosure: 5", "disclosure: -1", "wave.yml, column thresholds.disclosure: found -1"),
        ("{effective_n: 30, ", "{n: 30, ", "thresholds.reliability.n: found an unknown key"),
        ("{effective_n: 30, ", "{", "thresholds.reliability.effective_n: found no such key"),
        ("effective_n: 30", "effective_n: -1", "thresholds.reliability.effective_n: found -1; exp"),
        ("freedom: 8", "freedom: -8", "thresholds.reliability.degrees_of_freedom: found -8; expe"),
        ("width: 30", "width: -30", "thresholds.reliability.width: found -30; expected at least"),
        ("narrow: 5", "narrow: -5", "thresholds.reliability.narrow: found -5; expected at least"),
        ("relative_width: 130", "relative_width: -1", "relative_width: found -1; expected at"),
        ("relative_width: 130", "relative_width: wide", "relative_width: found 'wide'; expected "),
        ("narrow: 5", "narrow: 31", "thresholds.reliability.narrow: found 31; expected at most wi"),
        ("disclosure: 5", "disclosure: 5.5", "column thresholds.disclosure: found 5.5"),
        ("level: 5, ", "", "wave.yml, column changes.level: found no such key"),
        (
            "level: 5",
            "level: 0",
            "wave.yml, column changes.level: found 0; expected at least 0.1",
        ),
        (
            "level: 5",
            "level: 95",
            "wave.yml, column changes.level: found 95; expected at most 20",
        ),
        ("stable: 5", "stable: 0", "column changes.stable: found 0; expected a number above 0"),
        ("slight: 3", "slight: -3", "column changes.slight: found -3; expected at least 0"),
        ("strong: 10", "strong: -10", "column changes.strong: found -10; expected at least 0"),
        ("strong: 10", "strong: 2", "column changes.slight: found 3; expected at most strong, 2"),
        ("strong: 10", "strong: 10, huge: 30", "column changes.huge: found an unknown key"),
        ("singleton: adjust", "singleton: guess", "column singleton: found 'guess'; expected"),
        (
            "donor_limit: 3",
            "donor_limit: 0",
            "column imputation.donor_limit: found 0; expected at least 1",
        ),
        ("start: 2024-03-01", "start: maart", "wave.yml, column field_period.start: found 'maart'"),
        (", short: oost", "", "wave.yml, column domains.region.values.east."),
        (
            "domains:",
            "strata: [region, road]\ndomains:",
            "column strata: found 'road'; expected dom",
        ),
        ("domains:", "strata: [kind, kind]\ndomains:", "column strata: found 'kind'; expected dom"),
        ("domains:", "strata: []\ndomains:", "wave.yml, column strata: found no domain"),
        ("domains:", "collapse: [{region: 3}]\ndomains:", "wave.yml, column collapse.0.region"),
    ],
)
def test_wave(wave: Path, old: str, new: str, expected: str) -> None:
    edit(wave, old, new)
    assert expected in refused(read_meta, wave)


def test_every_problem_of_a_file_at_once(wave: Path) -> None:
    edit(wave, "year: 2024", "year: MMXXIV")
    edit(wave, "seed: 1, ", "")
    lines = refused(read_meta, wave).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "wave.yml, column year",
        "wave.yml, column imputation.seed",
    ]


def test_wrong_orders_are_named_with_what_else_is_wrong(wave: Path) -> None:
    edit(wave, "narrow: 5", "narrow: 50")
    edit(wave, "slight: 3", "slight: 30")
    edit(wave, "domains:", "strata: [road]\ndomains:")
    lines = refused(read_meta, wave).splitlines()
    assert [line.partition(":")[0].rpartition(" ")[2] for line in lines] == [
        "strata",
        "thresholds.reliability.narrow",
        "changes.slight",
    ]


def test_a_file_that_is_no_mapping(wave: Path) -> None:
    wave.write_text("een zin", encoding="utf-8")
    assert "wave.yml, column (top level): found 'een zin'" in refused(read_meta, wave)
    wave.write_text("# niets\n", encoding="utf-8")
    assert refused(read_meta, wave).startswith("wave.yml: found an empty file; expected settings")


def test_each_key_that_stands_there_twice(wave: Path) -> None:
    edit(wave, "level: 5,", "level: 5, level: 10,")
    edit(wave, "classes: [region]", "classes: [region], seed: 2")
    lines = refused(read_meta, wave).splitlines()
    (line,) = lines
    assert "row 9, column changes.level: found the key a second time, after row 9" in line
    assert "2 in all: also row 10, column imputation.seed" in line


def test_an_answer_code_twice_but_not_yes_with_and_without_quotes(questions: Path) -> None:
    edit(questions, '"no": {label: Nee}', '"yes": {label: Nee}')
    assert "row 2, column scales.yes_no.yes: found" in refused(read_questionnaire, questions)
    edit(questions, '"yes": {label: Nee}', "yes: {label: Nee}")
    assert "second time" not in refused(read_questionnaire, questions)


def test_a_mapping_that_holds_itself(wave: Path) -> None:
    wave.write_text("a: &x {b: *x}\n", encoding="utf-8")
    assert "wave.yml, column a: found an unknown key" in refused(read_meta, wave)


def test_settings_cannot_be_changed_afterwards(wave: Path) -> None:
    meta: Meta = read_meta(wave)
    with pytest.raises(ValueError, match="frozen"):
        meta.year = 2030  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"yes": {label: Ja, counts: true}',
            "yes: {label: Ja}",
            "column scales.yes_no.1: found true; expected an ",
        ),
        (
            'is: ["yes"]}]',
            "is: [yes]}]",
            "universes.leasers.all_of.0.is.0: found true; expected an",
        ),
        (
            "asked_of: all\n    scale",
            "asked_of: iedereen\n    scale",
            "questions.lease.asked_of: fo",
        ),
        (
            "short: Lease",
            "short: Lease\n    verplicht: true",
            "questions.lease.verplicht: found an un",
        ),
        ("    short: Lease\n", "", "column questions.lease.short: found no such key"),
        (
            "scale: yes_no\n    items",
            "scale: ja_nee\n    items",
            "questions.facility.scale: found 'ja",
        ),
        ("    scale: yes_no\n  facility", "  facility", "questions.lease: found "),
        (
            "union: [soon, later]",
            "union: [soon, nu]",
            "indicators.plan.categories.ever.union: found",
        ),
        (
            "at_least: 2",
            "at_least: twee",
            "indicators.facility.categories.both.at_least: found 'twe",
        ),
        (
            'is: ["yes"]}]',
            'is: ["ja"]}]',
            "column universes.leasers.is: found 'ja'; expected one of yes",
        ),
        (
            "both: {label: Allebei, is",
            "pump2: {label: x, union: [both]}\n      both: {label: A, is",
            "found 'both'; expected one of rack, pump",
        ),
        ('"yes": {label: Ja, counts: true}', "ja: {label: Ja}", "column indicators.facility"),
        ('is: ["yes"], at', 'is: ["ja"], at', "indicators.facility.categories.both.is: found 'ja'"),
        ("union: [soon, later]", "at_most: 1", "either answers (`is`) or a `union`"),
        (
            "{of: lease,",
            "{of: huur,",
            "column universes.leasers: found 'huur'; expected one of lease",
        ),
        ("{of: lease,", "{universe: all, of: lease,", "either a universe, or the answers `is`"),
        (
            "indicators:\n",
            "indicators:\n  nieuw: {label: x}\n",
            "column indicators.nieuw.of: found",
        ),
    ],
)
def test_questions(questions: Path, old: str, new: str, expected: str) -> None:
    edit(questions, old, new)
    found = refused(read_questionnaire, questions)
    assert expected in found
    assert found.startswith("questionnaire.yml, column ")


@pytest.mark.parametrize(
    "loop",
    [
        "  a: {label: a, all_of: [{universe: a}]}\n",
        "  a: {label: a, all_of: [{universe: b}]}\n  b: {label: b, all_of: [{universe: a}]}\n",
        "  a: {label: a, all_of: [{universe: b}]}\n  b: {label: b, all_of: [{universe: b}]}\n",
    ],
)
def test_a_universe_within_itself(questions: Path, loop: str) -> None:
    edit(questions, "universes:\n", f"universes:\n{loop}")
    found = refused(read_questionnaire, questions)
    assert "found a universe within itself" in found
    assert "questionnaire.yml, column universes." in found


def answers(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_labels_tell_the_category_of_each(questionnaire: Questionnaire) -> None:
    plan = questionnaire.indicator("plan")
    assert plan.answers == ["soon", "later", "never"], "a union is no answer"
    labels = plan.labels(answers(plan=["later", "", "never", "soon"]))
    assert labels.tolist() == ["later", "", "never", "soon"]


def test_labels_need_exclusive_categories(questionnaire: Questionnaire) -> None:
    facility = questionnaire.indicator("facility")
    two = {"facility.rack": ["yes", "no", "yes"], "facility.pump": ["no", "no", "yes"]}
    with pytest.raises(BarometerError, match="facility: found 1 respondents in several categories"):
        facility.labels(pd.DataFrame(two))
    one = {"facility.rack": ["yes", "no"], "facility.pump": ["no", "yes"]}
    assert facility.labels(pd.DataFrame(one)).tolist() == ["rack", "pump"]


def test_categories_count_and_join(questionnaire: Questionnaire) -> None:
    two = {"facility.rack": ["yes", "", "yes"], "facility.pump": ["no", "", "yes"]}
    found = questionnaire.indicator("facility").evaluate(pd.DataFrame(two))
    assert found["both"].tolist() == [False, False, True]
    plan = questionnaire.indicator("plan").evaluate(answers(plan=["later", "", "never"]))
    assert plan["ever"].tolist() == [True, False, False]
    assert plan["never"].tolist() == [False, False, True]


def test_what_a_wave_asked(questionnaire: Questionnaire) -> None:
    asked = ["lease", "facility.pump", "plan.soon", "plan.ever", "facility.both"]
    assert [name for name in asked if not questionnaire.asked(name)] == []
    not_asked = ["pump", "facility.car", "plan.often", "lease.yes.no", "car.pump"]
    assert [name for name in not_asked if questionnaire.asked(name)] == []
