"""The settings of a wave carried over: as they are written, what must be looked at marked."""

from __future__ import annotations

import copy
import re
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barometer.rerun import carry
from tests.helpers import DATA

WAVES = [2021, 2023, 2025]
MARK = re.compile(r"^ *# TODO\(2027\): .+\n", re.MULTILINE)


def source(year: int, name: str) -> str:
    return (DATA / str(year) / f"{name}.yml").read_text(encoding="utf-8")


def marked(text: str) -> list[str]:
    """The lines right below a mark, without what surrounds them."""
    lines = text.splitlines()
    return [
        below.strip()
        for above, below in pairwise(lines)
        if above.strip().startswith("# TODO(2027): ")
    ]


@pytest.mark.parametrize("year", WAVES)
def test_a_questionnaire_is_carried_over_to_the_letter(year: int) -> None:
    text = source(year, "questionnaire")
    made = carry.content(text, 2027)
    assert MARK.sub("", made) == text
    assert set(yaml.safe_load(text)["questions"]) <= {line.split(":")[0] for line in marked(made)}
    assert {"universes:", "indicators:"} <= set(marked(made))


@pytest.mark.parametrize("year", WAVES)
def test_settings_are_those_of_the_wave_before_but_for_what_is_new(year: int) -> None:
    text = source(year, "wave")
    made = carry.settings(text, year, 2027)
    expected = yaml.safe_load(text)
    expected |= {"year": 2027, "provenance": "confidential"}
    expected["field_period"] = {"start": None, "end": None}
    expected["imputation"]["seed"] = 2027
    if "illustrative" in expected:
        expected["illustrative"] = False
    assert yaml.safe_load(made) == expected
    kept, lines = text.splitlines(), MARK.sub("", made).splitlines()
    assert len(kept) == len(lines)
    changed = [
        one.split(":")[0].strip() for one, two in zip(kept, lines, strict=True) if one != two
    ]
    assert set(changed) <= {"year", "field_period", "provenance", "illustrative", "seed"}


def test_what_must_be_looked_at_is_marked() -> None:
    above = marked(carry.settings(source(2025, "wave"), 2025, 2027))
    for line in ("field_period: {start: null, end: null}", "provenance: confidential"):
        assert line in above
    assert {"procedure:", "european_survey:", "domains:"} <= set(above)
    # a date that the wave of 2025 typed, within a list of settings
    assert "field_period: {start: 2025-01-01, end: 2025-03-31}" in above


def test_a_seed_of_its_own_is_left_as_it_is() -> None:
    made = carry.settings("year: 2025\nimputation: {seed: 7}\n", 2025, 2027)
    assert yaml.safe_load(made) == {"year": 2027, "imputation": {"seed": 7}}


def test_years_in_comments_and_labels_are_marked_but_not_those_within_a_text() -> None:
    text = """\
questions:
  # since 2023
  export:
    label: >
      Did you export
      # in 2025
      at all?
    short: 'In
      2025'
"""
    made = carry.content(text, 2027)
    assert yaml.safe_load(made) == yaml.safe_load(text)
    assert marked(made) == ["# since 2023", "export:", "label: >", "short: 'In"]


def test_marks_of_an_earlier_wave_go() -> None:
    text = source(2025, "wave")
    twice = carry.settings(carry.settings(text, 2025, 2027), 2027, 2029)
    assert "TODO(2027)" not in twice
    assert twice.count("TODO(2029)") == carry.settings(text, 2025, 2027).count("TODO(2027)")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
TREES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.sampled_from(["in 2025", "# 2025\nand 2024\n", "a\n\n# TODO(2027): b\n2025"]),
    lambda part: st.dictionaries(TEXTS, part, max_size=4) | st.lists(part, max_size=3),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@example({"": {"\xa0": "2000"}}, False, 20)  # a blank of another kind is part of a key
@example("0000 0", True, 20)  # a key on the line on which a text ends
@given(TREES, st.sampled_from([None, True, False]), st.sampled_from([20, 80]))
def test_no_mark_changes_what_a_file_says(tree: Any, flow: bool | None, width: int) -> None:
    """Whatever it holds, and however it is written."""
    content = {"questions": {"a": tree, "b": tree}, "universes": tree, "previous": copy.copy(tree)}
    text = yaml.safe_dump(content, default_flow_style=flow, width=width, allow_unicode=True)
    assert yaml.safe_load(carry.content(text, 2027)) == content
    assert yaml.safe_load(carry.settings(text, 2025, 2027)) == content
