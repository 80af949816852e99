"""The variance of imputation against Rao & Shao's jackknife, by brute force in R."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.reference.r.goldens import GOLDEN, TOLERANCE, R, make_design, read
from weighting import Base, BoolArray, HotDeck, Shares, shares

ANSWERS = read(R / "imputed.csv")
#: The jackknife of a share and its linearisation differ by terms of the order of 1/n, on 276, 199
#: and 77 respondents.
NEARLY = {"total": 0.005, "large": 0.01, "small": 0.035}


def deck(classes: pd.Series, taken: BoolArray, donor: BoolArray) -> HotDeck:
    """A pool for each class."""
    codes, names = pd.factorize(classes)
    pools = [np.flatnonzero(donor & (codes == code)) for code in range(len(names))]
    return HotDeck(np.where(taken, codes, -1), pools)


def base(variable: str) -> tuple[BoolArray | None, Base]:
    """The universe of a variable of imputed.csv, and what was imputed in it."""
    everyone = np.ones(len(ANSWERS), dtype=bool)
    if variable != "q":
        taken = (ANSWERS["taken"] == 1).to_numpy()
        classes = ANSWERS["own" if variable == "own.y" else "class"]
        return None, Base(everyone, deck=deck(classes, taken, ~taken))
    drawn, alone, through = (
        (ANSWERS[name] == 1).to_numpy() for name in ("filter.taken", "q.taken", "filter")
    )
    decks = [
        deck(ANSWERS["class"], drawn, ~drawn),
        deck(ANSWERS["class"], through & (drawn | alone), through & ~drawn & ~alone),
    ]
    taken = (drawn | alone)[:, None]
    return through, Base(everyone, None, HotDeck.first(decks, len(ANSWERS)), taken, drawn)


def estimated(row: Any, *, fpc: bool) -> Shares:
    """What `weighting` makes of one row."""
    universe, imputed = base(row.variable)
    domain = (ANSWERS["domain"] == row.domain).to_numpy() | (row.domain == "total")
    y = ANSWERS[[row.variable]].to_numpy(dtype=float)
    return shares(make_design(ANSWERS, fpc=fpc), y, domain[:, None], universe, imputed)


@pytest.mark.parametrize(
    "row",
    list(read(GOLDEN / "imputed.csv").itertuples()),
    ids=lambda row: f"{row.what}-{row.variable}-{row.domain}",
)
def test_standard_error_equals_r(row: Any) -> None:
    found = estimated(row, fpc=row.what == "linear")
    tolerance = NEARLY[row.domain] if row.what == "jackknife" else TOLERANCE
    assert found.estimate[0, 0] / 100 == pytest.approx(row.estimate, rel=TOLERANCE)
    assert found.se[0, 0] / 100 == pytest.approx(row.se, rel=tolerance)
