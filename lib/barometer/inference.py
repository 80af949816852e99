"""Beyond shares: means, totals, ratios, differences and tests of two-way tables.

All rest on linearised variables and one variance (`sampling`), so that what is estimated from the
same respondents comes with its covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, special

from barometer.errors import BarometerError
from barometer.estimation import Array, BoolArray, Design, linearised


@dataclass(frozen=True, eq=False)
class Estimates:
    """Estimates (d domains × k variables) with standard errors, in the unit of the variables."""

    estimate: Array
    se: Array


@dataclass(frozen=True, eq=False)
class Difference:
    """Differences (k) in percentage points: first minus second, or later minus earlier.

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


def ratios(design: Design, y: Array, domains: BoolArray, x: Array | float = 1.0) -> Estimates:
    """Estimate Σ w d y / Σ w d x for k variables y (n, k) in d domains (n, d).

    x: (n), or 1 for the mean of y. V = variance of the total of w d (y − R x) / Σ w d x (Särndal,
    Swensson & Wretman 1992, section 5.6; R: svyratio and svymean). A domain without respondents
    raises BarometerError.
    """
    pairs = []
    for inside in domains.T:
        _demand(inside)
        ratio, u = linearised(design, y, inside, x)
        pairs.append((ratio, np.sqrt(design.variance(u, inside))))
    return Estimates(np.array([r for r, _ in pairs]), np.array([s for _, s in pairs]))


def totals(design: Design, y: Array, domains: BoolArray) -> Estimates:
    """Estimate Σ w d y for k variables y (n, k) in d domains (n, d).

    V = variance of the total of w d y (Särndal, Swensson & Wretman 1992, section 3.7; R:
    svytotal).
    """
    weighted = [design.weight[:, None] * np.where(inside[:, None], y, 0) for inside in domains.T]
    variances = [design.variance(u, d) for u, d in zip(weighted, domains.T, strict=True)]
    return Estimates(np.array([u.sum(axis=0) for u in weighted]), np.sqrt(np.array(variances)))


def difference(design: Design, y: Array, first: BoolArray, second: BoolArray) -> Difference:
    """Compare the shares of y (n, k; 0/1) in two domains (n) of one sample.

    The linearised variable of p₁ − p₂ is u₁ − u₂, which carries their covariance, whether or not
    the domains overlap (Särndal, Swensson & Wretman 1992, section 5.5; R: svycontrast). t test
    with the degrees of freedom of the two domains together. BarometerError if one is empty.
    """
    _demand(first)
    _demand(second)
    (p1, u1), (p2, u2) = linearised(design, y, first), linearised(design, y, second)
    both = first | second
    se = np.sqrt(design.variance(u1 - u2, both))
    p_value = _two_sided(p1 - p2, se, design.degrees_of_freedom(both))
    return Difference(100 * (p1 - p2), 100 * se, p_value)


def independent_difference(
    earlier: Array, se_earlier: Array, later: Array, se_later: Array
) -> Difference:
    """Compare percentages (0–100) of two independent samples: later minus earlier.

    V = V₁ + V₂, normal test. Where both samples took nearly all large firms the overlap makes V
    too large, so that a change is marked on the safe side.
    """
    change, se = later - earlier, np.hypot(se_earlier, se_later)
    return Difference(change, se, _two_sided(change, se, np.inf))


def _two_sided(change: Array, se: Array, df: float) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = -np.abs(np.where(se > 1e-15, change / se, np.nan))
    tail = special.ndtr(statistic) if np.isinf(df) else special.stdtr(df, statistic)
    return np.asarray(2 * tail)


def _demand(inside: BoolArray) -> None:
    if not inside.any():
        raise BarometerError("found a domain without respondents; expected at least one")


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
    on them. Missing labels are left out. BarometerError when a variable has fewer than two
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
        raise BarometerError(
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
        raise BarometerError(
            "found no variance in the table; expected cells that vary in a stratum"
        )
    df1 = trace**2 / float(np.trace(delta @ delta))
    df2 = df1 * design.degrees_of_freedom(inside)
    f = pearson / trace
    return RaoScott(f, df1, df2, float(special.fdtrc(df1, df2, f)), n)
