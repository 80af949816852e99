"""Questions of which respondents tick items: a column for each, or one cell that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.intake.small import Importing
from tests.wave.small_wave import SmallWave

PURPOSES = ("purpose.sales", "purpose.stock")
ASKED = {"use"}
Choices = dict[int, tuple[bool, bool]]


def users(wave: SmallWave) -> list[int]:
    """The places of the firms that are asked for purposes."""
    rows = enumerate(wave.responses)
    return [place for place, row in rows if ASKED & {row["tool.robot"], row["tool.scanner"]}]


def choose(wave: SmallWave, chosen: Mapping[int, tuple[bool, bool]]) -> pd.DataFrame:
    """Put the choices into the wave; what then must come out."""
    for place, given_ in chosen.items():
        for column, yes in zip(PURPOSES, given_, strict=True):
            wave.responses[place][column] = "yes" if yes else "no"
    return pd.DataFrame(wave.responses)


def as_columns(wave: SmallWave) -> None:
    for row in wave.responses:
        for column in PURPOSES:
            row[column] = "Gekozen" if row[column] == "yes" else ""


def as_one_cell(wave: SmallWave) -> None:
    for row in wave.responses:
        ticked = [name for name, column in zip("AB", PURPOSES, strict=True) if row[column] == "yes"]
        for column in PURPOSES:
            del row[column]
        row["purpose"] = "; ".join(ticked)


FORMS = {
    "columns": (as_columns, {"select": {"ticked": ["Gekozen"], "none_ticked": "unticked"}}),
    "one cell": (
        as_one_cell,
        {
            "select": {"delimiter": ";", "none_ticked": "unticked"},
            "items": {"sales": "A", "stock": "B"},
        },
    ),
}
COUNT = len(users(SmallWave()))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None, phases=[Phase.generate])  # each an import
@given(chosen=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=COUNT, max_size=COUNT))
def test_ticks_come_back_whoever_ticked_what(form: str, chosen: list[tuple[bool, bool]]) -> None:
    with TemporaryDirectory() as folder:
        it = Importing(Path(folder))
        expected = choose(it.wave, dict(zip(users(it.wave), chosen, strict=True)))
        change, entry = FORMS[form]
        change(it.wave)
        it.settings["responses"] = {"questions": {"purpose": entry}}
        source = it.csv()
        told = it.run(source)
        assert told.code == 0, told.said
        pd.testing.assert_frame_equal(it.made(), expected, check_dtype=False)


def ticking(it: Importing, none_ticked: str, **more: object) -> pd.DataFrame:
    """Import ticks where the first user ticks nothing, and give what came out for two users."""
    first, second, *_ = users(it.wave)
    choose(it.wave, {first: (False, False), second: (True, False)})
    as_columns(it.wave)
    for place, row in enumerate(it.rows):
        row["geen"] = "Gekozen" if place == first else ""
    select = {"ticked": ["Gekozen"], "none_ticked": none_ticked, **more}
    it.settings["responses"] = {
        "questions": {"purpose": {"select": select}},
        "ignore": [] if "nothing" in more else ["geen"],
    }
    told = it.run(it.csv())
    assert told.code == 0, told.said
    return it.made().loc[[first, second, 9], list(PURPOSES)]  # firm 9 was not asked


def test_nothing_ticked_may_mean_no_answer(tmp_path: Path) -> None:
    made = ticking(Importing(tmp_path), "missing")
    assert made.to_numpy().tolist() == [["", ""], ["yes", "no"], ["", ""]]


def test_nothing_ticked_may_mean_no_item(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    made = ticking(it, "unticked")
    assert made.to_numpy().tolist() == [["no", "no"], ["yes", "no"], ["", ""]]
    (step,) = [row for row in it.log() if row["done"] == "asked, nothing ticked"]
    assert (step["column"], step["to"], step["rows"]) == ("purpose", "no", "1")
    left = {row["column"]: row["rows"] for row in it.log() if row["done"] == "not ticked"}
    counts = (it.made().drop(index=users(it.wave)[0]) == "no").sum()
    assert left == {column: str(counts[column]) for column in PURPOSES}


def test_where_unticked_is_said_an_empty_cell_is_no_answer(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    first, *_ = users(it.wave)
    it.rows[first]["purpose.sales"] = ""
    expected = pd.DataFrame(it.rows).copy()
    for row in it.rows:
        for column in PURPOSES:
            row[column] = {"yes": "1", "no": "0", "": ""}[row[column]]
    select = {"ticked": ["1"], "unticked": ["0"]}
    it.settings["responses"] = {"questions": {"purpose": {"select": select}}}
    told = it.run(it.csv())
    assert told.code == 0, told.said
    pd.testing.assert_frame_equal(it.made(), expected, check_dtype=False)


def test_a_box_for_none_of_these_is_an_answer(tmp_path: Path) -> None:
    made = ticking(Importing(tmp_path), "missing", nothing="geen")
    assert made.to_numpy().tolist() == [["no", "no"], ["yes", "no"], ["", ""]]


def test_an_item_beside_none_of_these_counts_and_is_logged(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    first, second, *_ = users(it.wave)
    choose(it.wave, {first: (True, False), second: (True, False)})
    as_one_cell(it.wave)
    it.rows[first]["purpose"] += ";geen"
    select = {"delimiter": ";", "none_ticked": "missing", "nothing": "geen"}
    items = {"sales": "A", "stock": "B"}
    it.settings["responses"] = {"questions": {"purpose": {"select": select, "items": items}}}
    told = it.run(it.csv())
    assert told.code == 0, told.said
    assert it.made().loc[[first, second], list(PURPOSES)].to_numpy().tolist() == [["yes", "no"]] * 2
    logged = [row["rows"] for row in it.log() if row["done"] == "item beside none of these"]
    assert logged == ["1"]


def test_a_text_for_none_of_these_in_one_cell(tmp_path: Path) -> None:
    it = Importing(tmp_path)
    first, second, *_ = users(it.wave)
    choose(it.wave, {first: (False, False), second: (False, True)})
    as_one_cell(it.wave)
    it.rows[first]["purpose"] = "Geen van deze"
    it.rows[second]["purpose"] = "Voorraad"  # the label of the item, not what wave.yml calls it
    select = {"delimiter": ";", "none_ticked": "missing", "nothing": "Geen van deze"}
    items = {"sales": "A", "stock": "B"}
    it.settings["responses"] = {"questions": {"purpose": {"select": select, "items": items}}}
    told = it.run(it.csv())
    assert told.code == 0, told.said
    made = it.made().loc[[first, second], list(PURPOSES)]
    assert made.to_numpy().tolist() == [["no", "no"], ["no", "yes"]]
