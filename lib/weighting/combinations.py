"""Linear combinations of shares of one sample: differences, sums, means, and all pairs of many.

All rest on linearised variables and one variance (`design`), so that what is estimated from the
same respondents comes with its covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from weighting.design import Array, BoolArray, Design
from weighting.hotdeck import Base
from weighting.shares import imputation_part, linearised, recovered_variance

Term = tuple[float, npt.ArrayLike, BoolArray | Base]


@dataclass(frozen=True)
class Combination:
    """A linear combination of shares of one sample, in percent(age points), with its precision.

    `p_value` is that of the test against 0, two-sided with t on `df` degrees of freedom; nan where
    the standard error is 0 or missing: no test is possible.
    """

    estimate: float
    se: float
    df: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Joint:
    """Several combinations (k) of one sample.

    `estimate` (k) in percent(age points), `covariance` (k, k) in their squares, `linearised` (n, k)
    the variables of whose totals it is that of the sample, and whom each is about (n, k).
    """

    estimate: Array
    covariance: Array
    linearised: Array
    about: BoolArray

    def pair(self, design: Design, i: int, j: int) -> Combination:
        """The difference between two of them: i minus j."""
        variance = np.array([1.0, -1.0]) @ self.covariance[np.ix_([i, j], [i, j])] @ [1.0, -1.0]
        difference, se = self.estimate[i] - self.estimate[j], np.sqrt(max(float(variance), 0.0))
        df = design.effective_df(self.about[:, i] | self.about[:, j])
        p_value = two_sided(difference, se, df)
        return Combination(float(difference), float(se), df, float(p_value))


def joint(design: Design, combinations: Sequence[Sequence[Term]]) -> Joint:
    """Estimate several combinations Σ a p at once, with the covariance between them.

    Terms are those of `combination`. The linearised variable of a combination is Σ a u, which
    carries all covariances, whether or not the domains overlap (Särndal, Swensson & Wretman 1992,
    section 5.5; R: svycontrast). Shares of 0 or 1, whose linearised variance is 0, add that
    recovered from their exact interval (`recovered_variance`), by base and unless the base has
    other terms. Of several on one base the factors add up, as if whoever were in one were in all:
    on the safe side for a sum.
    """
    n, k = len(design.stratum), len(combinations)
    estimate, recovered = np.zeros(k), np.zeros(k)
    u, donated, about = np.zeros((n, k)), np.zeros((n, k)), np.zeros((n, k), dtype=bool)
    for column, terms in enumerate(combinations):
        edges: dict[bytes, float] = {}
        varying: set[bytes] = set()
        for factor, values, where in terms:
            base = where if isinstance(where, Base) else Base(where)
            key = base.inside.tobytes()
            y = np.asarray(values, dtype=float)[:, None]
            share, part = linearised(design, y, base.inside)
            estimate[column] += factor * float(share[0])
            about[:, column] |= base.inside
            if (y[base.inside] == y[base.inside][0]).all():
                # what is uncertain of 0 % is more, of 100 % less
                edges[key] = edges.get(key, 0.0) + factor * (1 - 2 * round(float(share[0])))
                continue
            varying.add(key)
            u[:, column] += factor * part[:, 0]
            if (taken := imputation_part(design, y, share, base)) is not None:
                donated[:, column] += factor * taken[:, 0]
        for key, factor in edges.items():
            if key not in varying:
                alone = np.frombuffer(key, dtype=np.bool_)
                recovered[column] += factor**2 * recovered_variance(design, alone)
    together = np.asarray(about.any(axis=1))
    covariance = design.covariance(u, together) + np.diag(recovered)
    if donated.any():
        bare = design.without_correction()
        added = bare.covariance(u + donated) - bare.covariance(u)
        np.fill_diagonal(added, np.maximum(np.diag(added), 0))  # what was drawn takes nothing away
        covariance += added
    return Joint(100 * estimate, 1e4 * covariance, 100 * u, about)


def combination(design: Design, terms: Sequence[Term]) -> Combination:
    """Estimate Σ a p, a combination of shares of one sample: a difference, a sum, a mean.

    `terms`: factor a, 0/1 variable (n) and domain (n) of each share p; a `Base` for a domain says
    what was imputed. See `joint`; df are the effective ones of the domains together.
    WeightingError for a domain without respondents.

    >>> design = Design(np.zeros(4, dtype=int), np.full(4, 5.0), np.array([20.0]))
    >>> y, everyone = np.array([1, 1, 1, 0]), np.ones(4, dtype=bool)
    >>> combination(design, [(1, y, everyone), (-1, 1 - y, everyone)]).estimate
    50.0
    """
    found = joint(design, [terms])
    df, se = design.effective_df(found.about[:, 0]), np.sqrt(np.diag(found.covariance))
    p_value = two_sided(found.estimate, se, df)[0]
    return Combination(float(found.estimate[0]), float(se[0]), df, float(p_value))


def two_sided(change: npt.ArrayLike, se: npt.ArrayLike, df: npt.ArrayLike) -> Array:
    """Two-sided p-values of changes with standard errors; nan where the latter is 0 or missing."""
    change, se = np.asarray(change, dtype=float), np.asarray(se, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = -np.abs(np.where(se > 1e-15, change / se, np.nan))
    finite = np.where(np.isinf(df), 1.0, df)
    return np.asarray(
        2 * np.where(np.isinf(df), special.ndtr(statistic), special.stdtr(finite, statistic))
    )
