"""Which percentages are marked: each standard of NCHS by itself, at its limit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.weighting.hand import ALL, HAND, Y
from weighting import Shares, shares, unreliable

#: A share that passes every standard, with room.
GOOD = {"estimate": 40.0, "ci_low": 30.0, "ci_high": 50.0, "n_effective": 90.0, "df": 40.0}


def share(**numbers: float) -> Shares:
    names = Shares.__dataclass_fields__
    values = {name: np.array([[np.nan]]) for name in names}
    return Shares(**{**values, **{k: np.array([[v]]) for k, v in (GOOD | numbers).items()}})


@pytest.mark.parametrize(
    ("numbers", "marked"),
    [
        ({}, False),
        ({"n_effective": 30}, False),
        ({"n_effective": 29.99}, True),
        ({"df": 8}, False),
        ({"df": 7.99}, True),
        ({"ci_low": 25.01, "ci_high": 55}, False),
        ({"ci_low": 25, "ci_high": 55}, True),
        # 13 points are 130 percent of 10
        ({"estimate": 10, "ci_low": 4, "ci_high": 17}, False),
        ({"estimate": 9.99, "ci_low": 4, "ci_high": 17}, True),
        ({"estimate": 90, "ci_low": 83, "ci_high": 96}, False),
        ({"estimate": 90.01, "ci_low": 83, "ci_high": 96}, True),
        # at most 5 points wide: narrow enough for any share
        ({"estimate": 1, "ci_low": 0.1, "ci_high": 5.1}, False),
        ({"estimate": 1, "ci_low": 0.1, "ci_high": 5.2}, True),
        ({"estimate": 99, "ci_low": 94.9, "ci_high": 99.9}, False),
        ({"estimate": 0, "ci_low": 0, "ci_high": 5}, False),
        ({"estimate": 0, "ci_low": 0, "ci_high": 5.1}, True),
        ({"estimate": 100, "ci_low": 94.9, "ci_high": 100}, True),
        # narrow, but on a small sample or few degrees of freedom all the same
        ({"estimate": 0, "ci_low": 0, "ci_high": 5, "n_effective": 29}, True),
        ({"estimate": 0, "ci_low": 0, "ci_high": 5, "df": 3}, True),
    ],
)
def test_the_standards_of_nchs(numbers: dict[str, float], marked: bool) -> None:
    assert unreliable(share(**numbers))[0, 0] == marked


def test_other_thresholds() -> None:
    """What each is about, by what it alone lets through or marks."""
    assert not unreliable(share(n_effective=10), effective_n=10)[0, 0]
    assert not unreliable(share(df=2), degrees_of_freedom=2)[0, 0]
    assert unreliable(share(), width=20)[0, 0]
    assert not unreliable(share(), width=20.01)[0, 0]
    small = share(estimate=9, ci_low=4, ci_high=17)
    assert unreliable(small)[0, 0]
    assert not unreliable(small, narrow=13)[0, 0]
    assert not unreliable(small, relative_width=145)[0, 0]


def test_an_empty_base_is_not_marked() -> None:
    found = shares(HAND, Y, np.column_stack([ALL, ~ALL]))
    assert unreliable(found).ravel().tolist() == [True, False]
