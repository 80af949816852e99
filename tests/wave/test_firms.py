"""Enterprise numbers stay behind keys, which do all that the numbers did and tell nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from barometer.wave.firms import Firms, Lots, malformed
from barometer.wave.reading import read_wave
from barometer.wave.validation import validate
from tests.wave.small_wave import YEAR, SmallWave

NUMBERS = st.lists(st.from_regex(r"[01][0-9]{9}", fullmatch=True), min_size=1, max_size=20)


@given(NUMBERS)
def test_keys_are_equal_and_sort_as_the_numbers_do(numbers: list[str]) -> None:
    keys = Firms(numbers).keys(pd.Series(numbers)).tolist()
    for one, key in zip(numbers, keys, strict=True):
        assert [k == key for k in keys] == [n == one for n in numbers]
        assert [k < key for k in keys] == [n < one for n in numbers]


@given(NUMBERS, NUMBERS)
def test_firms_of_two_waves_are_the_same_where_their_numbers_are(
    here: list[str], there: list[str]
) -> None:
    there = list(dict.fromkeys(there + here[::2]))
    one, other = Firms([*here, "0000000000"]), Firms(there)
    keys = one.keys(pd.Series(here)).to_numpy()
    found = one.places(keys, other, other.keys(pd.Series(there)).to_numpy())
    assert found.tolist() == [there.index(n) if n in there else -1 for n in here]


@given(NUMBERS.map(lambda numbers: list(dict.fromkeys(numbers))), st.randoms())
def test_a_lot_is_that_of_the_number_whatever_the_order(numbers: list[str], rng: object) -> None:
    """As documented: blake2b of seed, question and number."""
    firms = Firms(numbers)
    lots = firms.lots(firms.keys(pd.Series(numbers[::-1])))
    assert len(lots) == len(numbers)
    for place, number in enumerate(numbers[::-1]):
        digest = hashlib.blake2b(f"7/export/{number}".encode(), digest_size=8).digest()
        assert lots.draw(7, "export", place) == int.from_bytes(digest, "big")
    assert lots.ranks.tolist() == [sorted(numbers).index(n) for n in numbers[::-1]]


def test_what_is_no_number_is_told_of_without_it() -> None:
    column = pd.Series(
        ["0123456789", "1123456789", "2123456789", "123456789", "0123.456.789", "", "012345678９"],
        index=range(2, 9),
        name="enterprise_number",
    )
    found = list(malformed("sample.csv", column))
    assert [problem.row for problem in found] == [4, 5, 6, 7, 8]
    assert [problem.found for problem in found] == [
        *("10 characters", "9 characters", "12 characters", "an empty cell", "10 characters")
    ]
    assert "3456" not in "".join(map(str, found))


def test_no_table_of_a_wave_holds_a_number(tmp_path: Path) -> None:
    files = read_wave(YEAR, SmallWave().write(tmp_path))
    wave = validate(files)
    for made in (files, wave):
        for field in dataclasses.fields(made):
            value = getattr(made, field.name)
            text = value.to_csv() if isinstance(value, pd.DataFrame) else repr(value)
            assert not re.search(r"0?9000000[0-9]{2}", text), field.name
    assert np.array_equal(wave.sample["firm"], wave.responses["firm"])
    assert repr(Lots(["0900000001"])).find("0900000001") < 0
