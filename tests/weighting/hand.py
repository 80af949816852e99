"""A small design by hand, and designs drawn at random, for the tests of the weighting lib."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from weighting import Array, BoolArray, Design

# Two strata of 2 of 4 and 3 of 30 firms, so weights of 2 and 10.
STRATUM = np.array([0, 0, 1, 1, 1])
HAND = Design(STRATUM, np.array([2.0, 2, 10, 10, 10]), np.array([4.0, 30]))
Y = np.array([[1.0], [0], [1], [0], [0]])
EVERYONE = np.ones(5, dtype=bool)
ALL = EVERYONE[:, None]

Sample = tuple[Design, Array, BoolArray]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A design of 1–5 strata, an exclusive answer of three categories, a domain of some."""
    counts = draw(st.lists(st.integers(1, 8), min_size=1, max_size=5))
    extra = draw(st.lists(st.integers(0, 500), min_size=len(counts), max_size=len(counts)))
    stratum = np.repeat(np.arange(len(counts)), counts)
    population = np.array(counts) + np.array(extra, dtype=float)
    n = len(stratum)
    answer = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    inside = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    design = Design(stratum, (population / counts)[stratum], population)
    return design, np.eye(3)[answer], np.column_stack([np.ones(n, dtype=bool), inside])
