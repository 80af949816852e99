"""Differences between two samples and tests of two-way tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, special

from weighting.combinations import two_sided
from weighting.design import Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.shares import linearised


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


def independent_difference(
    earlier: Array,
    se_earlier: Array,
    later: Array,
    se_later: Array,
    df_earlier: npt.ArrayLike = np.inf,
    df_later: npt.ArrayLike = np.inf,
    covariance: npt.ArrayLike = 0.0,
) -> Difference:
    """Compare percentages (0–100) of two samples: later minus earlier.

    V = V₁ + V₂ − 2C, with the covariance C that units in both samples give (`overlap_covariance`; 0
    for independent samples), on (V₁ + V₂)²/(V₁²/df₁ + V₂²/df₂) degrees of freedom (Welch 1947,
    Biometrika 34); infinite ones give the normal test.
    """
    change, first, second = later - earlier, np.square(se_earlier), np.square(se_later)
    variance = first + second - 2 * np.asarray(covariance)
    # identical answers of the same units leave only the noise of arithmetic
    se = np.sqrt(np.where(variance < 1e-12 * (first + second), 0.0, variance))
    with np.errstate(invalid="ignore", divide="ignore"):
        spent = np.square(first) / df_earlier + np.square(second) / df_later
        df = np.where(spent > 0, np.square(first + second) / spent, np.inf)
    return Difference(change, se, two_sided(change, se, df))


def overlap_covariance(
    earlier: tuple[Design, Array, npt.NDArray[np.int64]],
    later: tuple[Design, Array, npt.NDArray[np.int64]],
) -> float:
    """The covariance of two totals of linearised variables from the units in both samples.

    Per sample: design, linearised variable u (n) and for each unit its position in the other
    sample, −1 if it isn't there. In a stratum with m units in both, of n₁ and n₂ sampled and N,

        C = Σ_h (1 − n₁n₂/(mN)) m/(m − 1) Σ (u₁ − ū₁)(u₂ − ū₂)

    over those in both (Tam 1984, The American Statistician 38; the simple-random case of Berger &
    Priam 2016, Journal of Official Statistics 32). Strata are those of the earlier sample; N is
    the larger of both waves. It is negative where fewer units recur than by chance (m < n₁n₂/N). A
    stratum with one unit in both adds nothing.
    """
    design, u, partner = earlier
    other, v, _ = later
    total = 0.0
    for stratum in np.unique(design.stratum[partner >= 0]):
        both = np.flatnonzero((design.stratum == stratum) & (partner >= 0))
        there = partner[both]
        m = len(both)
        if m < 2:
            continue
        n1, n2 = design.counts[stratum], np.median(other.counts[other.stratum[there]])
        size = max(design.population[stratum], np.median(other.population[other.stratum[there]]))
        centred = (u[both] - u[both].mean()) * (v[there] - v[there].mean())
        total += (1 - n1 * n2 / (m * size)) * m / (m - 1) * float(centred.sum())
    return total


def holm(p_values: Array) -> Array:
    """Adjust p-values (k) for their number: Holm 1979, Scandinavian Journal of Statistics 6.

    Rejecting those below a level keeps the probability of any false rejection at that level,
    however they depend on each other. R: p.adjust(method="holm").
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


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
