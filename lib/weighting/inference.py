"""Beyond single shares: combinations, differences between samples, tests of two-way tables.

All rest on linearised variables and one variance (`design`), so that what is estimated from the
same respondents comes with its covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, special

from weighting.design import Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.shares import linearised


@dataclass(frozen=True)
class Combination:
    """A linear combination of shares of one sample, in percent(age points), with its precision.

    `p_value` is that of the test against 0, two-sided with t on `df` degrees of freedom; nan where
    the standard error is 0 or missing: no test is possible.
    """

    estimate: float
    se: float
    df: int
    p_value: float


@dataclass(frozen=True, eq=False)
class Difference:
    """Differences (k) in percentage points: later minus earlier.

    `p_value` is two-sided; nan where the standard error is 0 or missing: no test is possible.
    """

    estimate: Array
    se: Array
    p_value: Array


@dataclass(frozen=True)
class RaoScott:
    """The test of a two-way table: F with df1 and df2 degrees of freedom, on n respondents."""

    statistic: float
    df1: float
    df2: float
    p_value: float
    n: int


def combination(
    design: Design, terms: Sequence[tuple[float, npt.ArrayLike, BoolArray]]
) -> Combination:
    """Estimate Σ a p, a combination of shares of one sample: a difference, a sum, a mean.

    `terms`: factor a, 0/1 variable (n) and domain (n) of each share p. The linearised variable of
    the combination is Σ a u, which carries all covariances, whether or not the domains overlap
    (Särndal, Swensson & Wretman 1992, section 5.5; R: svycontrast); df are those of the domains
    together. WeightingError for a domain without respondents.

    >>> design = Design(np.zeros(4, dtype=int), np.full(4, 5.0), np.array([20.0]))
    >>> y, everyone = np.array([1, 1, 1, 0]), np.ones(4, dtype=bool)
    >>> combination(design, [(1, y, everyone), (-1, 1 - y, everyone)]).estimate
    50.0
    """
    estimate, u = 0.0, np.zeros((len(design.stratum), 1))
    together = np.zeros(len(design.stratum), dtype=bool)
    for factor, y, inside in terms:
        share, part = linearised(design, np.asarray(y, dtype=float)[:, None], inside)
        estimate += factor * float(share[0])
        u += factor * part
        together |= inside
    se, df = float(np.sqrt(design.variance(u, together)[0])), design.degrees_of_freedom(together)
    p_value = _two_sided(np.array([estimate]), np.array([se]), df)[0]
    return Combination(100 * estimate, 100 * se, df, float(p_value))


def independent_difference(
    earlier: Array, se_earlier: Array, later: Array, se_later: Array
) -> Difference:
    """Compare percentages (0–100) of two independent samples: later minus earlier.

    V = V₁ + V₂, normal test. Where both samples took nearly all large units the overlap makes V
    too large, so that a change is marked on the safe side.
    """
    change, se = later - earlier, np.hypot(se_earlier, se_later)
    return Difference(change, se, _two_sided(change, se, np.inf))


def _two_sided(change: Array, se: Array, df: float) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = -np.abs(np.where(se > 1e-15, change / se, np.nan))
    tail = special.ndtr(statistic) if np.isinf(df) else special.stdtr(df, statistic)
    return np.asarray(2 * tail)


def rao_scott(
    design: Design,
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    universe: BoolArray | None = None,
) -> RaoScott:
    """Test whether two categorical variables (n; any labels) are independent in a universe (n).

    Pearson's X² of the weighted table scaled to n, divided by the trace of the generalised design
    effects Δ = (CᵀD⁻¹C/n)⁻¹ (CᵀD⁻¹VD⁻¹C), is referred to F with d = tr(Δ)²/tr(Δ²) and d·df
    degrees of freedom: Rao & Scott's second-order correction (1984, Annals of Statistics 12) with
    the F reference of Thomas & Rao (1987, JASA 82); R: svychisq(statistic="F"). D holds the cell
    shares, V their covariance matrix, C spans the interactions, df is respondents minus strata.
    Contrasts of which all cells are empty (a block of 2 × 2 or more) count for nothing; R stops
    on them. Missing labels are left out. WeightingError when a variable has fewer than two
    categories.
    """
    present = [pd.notna(np.asarray(labels, dtype=object)) for labels in (rows, columns)]
    inside: BoolArray = np.logical_and(*present)
    if universe is not None:
        inside &= universe
    row_codes, row_names = pd.factorize(np.asarray(rows)[inside], sort=True)
    column_codes, column_names = pd.factorize(np.asarray(columns)[inside], sort=True)
    r, c, n = len(row_names), len(column_names), int(inside.sum())
    if min(r, c) < 2:
        raise WeightingError(
            f"found a table of {r} × {c} categories on {n} respondents; expected at least 2 × 2"
        )
    cells = np.zeros((len(inside), r * c))
    cells[np.flatnonzero(inside), row_codes * c + column_codes] = 1.0
    p, u = linearised(design, cells, inside)
    v = design.covariance(u, inside)
    table = p.reshape(r, c)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float((np.square(table - expected) / expected).sum())
    # null_space(1ᵀ) are contrasts; their Kronecker product is orthogonal to both main effects
    contrasts = np.kron(linalg.null_space(np.ones((1, r))), linalg.null_space(np.ones((1, c))))
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    scaled = contrasts * inverse[:, None]
    delta = np.linalg.lstsq(contrasts.T @ scaled / n, scaled.T @ v @ scaled, rcond=None)[0]
    trace = float(np.trace(delta))
    if not trace > 0:
        raise WeightingError(
            "found no variance in the table; expected cells that vary in a stratum"
        )
    df1 = trace**2 / float(np.trace(delta @ delta))
    df2 = df1 * design.degrees_of_freedom(inside)
    f = pearson / trace
    return RaoScott(f, df1, df2, float(special.fdtrc(df1, df2, f)), n)
