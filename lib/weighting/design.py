"""The sample design and the variance of a total under it: stratified simple random sampling.

For a total of linearised, weighted values u_i over the respondents (n_h of N_h units in stratum h):

    V = Σ_h (1 − n_h/N_h) n_h/(n_h − 1) Σ_{i in h} (u_i − ū_h)²

(Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, section 3.7; Lumley 2010,
Complex Surveys, section 2.2). R's `survey` computes the same in svyrecvar.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from weighting.errors import WeightingError

Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
SINGLETON = ("adjust", "certainty", "average", "remove")


@dataclass(frozen=True, eq=False)
class Design:
    """A stratified sample: per respondent stratum code and weight, per stratum the N_h.

    `stratum`: codes 0…H−1 (n); `weight`: (n); `population`: N_h (H); `fpc`: whether variances
    carry the finite population correction 1 − n_h/N_h. `singleton` says what a stratum with one
    respondent, of more than one unit, adds to a variance:

    adjust     u², as if the stratum's mean were the grand mean, 0 (conservative; the default)
    certainty  nothing: the unit is taken to have been certain of selection
    remove     nothing: in the estimate its respondent counts, in the variance it doesn't
    average    what the other strata add on average (strata without anyone in the domain left out)

    They are those of R's options(survey.lonely.psu). `calibration` is set by `calibrated`. Raises
    WeightingError for weights that are absent, missing, zero, negative or infinite and for strata
    without or with too small a population.
    """

    stratum: npt.NDArray[np.int64]
    weight: Array
    population: Array
    singleton: str = "adjust"
    fpc: bool = True
    calibration: Array | None = None

    def __post_init__(self) -> None:
        """Refuse weights and strata on which no variance can be based."""
        if self.singleton not in SINGLETON:
            known = ", ".join(SINGLETON)
            raise WeightingError(f"singleton rule '{self.singleton}'; expected one of {known}")
        respondents = len(self.stratum)
        weight = np.atleast_1d(np.asarray(self.weight, dtype=float))
        wrong = int((~(np.isfinite(weight) & (weight > 0))).sum())
        if len(weight) != respondents or wrong:
            raise WeightingError(
                f"weights: found {len(weight)} for {respondents} respondents, {wrong} of them "
                "missing, zero, negative or infinite; expected one positive weight each"
            )
        outside = (self.stratum < 0) | (self.stratum >= len(self.population))
        known_size = np.isfinite(self.population) & (self.population > 0)
        if outside.any() or not known_size[self.stratum].all():
            raise WeightingError(
                "strata: found respondents in a stratum without population; expected the number "
                "of units of each stratum."
            )
        if (self.counts > np.where(known_size, self.population, 0)).any():
            raise WeightingError(
                "strata: found more respondents than population in a stratum; expected at most as "
                "many"
            )

    @classmethod
    def from_strata(
        cls,
        strata: pd.Series,
        weights: pd.Series,
        population: pd.Series,
        singleton: str = "adjust",
        fpc: bool = True,
    ) -> Self:
        """Make a design of the stratum (n) and weight (n) of respondents and N_h by stratum.

        >>> design = Design.from_strata(
        ...     pd.Series(["a", "a", "b"]), pd.Series([5, 5, 4]), pd.Series({"a": 10, "b": 4})
        ... )
        >>> design.counts
        array([2., 1.])
        """
        names = population.index[population.index.isin(strata)]
        unknown = sorted(set(strata) - set(names))
        if unknown:
            raise WeightingError(
                f"found no population for stratum {', '.join(unknown)}; expected the number of "
                "units of each stratum with respondents"
            )
        codes = pd.Index(names).get_indexer(strata).astype(np.int64)
        size = population[names].to_numpy(dtype=float)
        return cls(codes, weights.to_numpy(dtype=float), size, singleton, fpc)

    def calibrated(self, weight: Array, margins: pd.DataFrame) -> Self:
        """The same design with weights calibrated to the totals of margins (a column per margin).

        Variances are then those of the regression residuals: with g = calibrated/design weight, u
        becomes g times the residual of the weighted regression of u/g on the margins (Deville &
        Särndal 1992, JASA 87, section 3; R: calibrate()).
        """
        dummies = pd.get_dummies(margins.astype(str)).to_numpy(dtype=float)
        left, values, _ = np.linalg.svd(dummies * np.sqrt(self.weight)[:, None], False)
        basis = left[:, values > values.max() * 1e-10]
        return replace(self, weight=weight, calibration=np.column_stack([self.weight, basis]))

    def without_correction(self) -> Self:
        """The same design without finite population correction."""
        return replace(self, fpc=False)

    @property
    def counts(self) -> Array:
        """n_h, the respondents per stratum."""
        return np.bincount(self.stratum, minlength=len(self.population)).astype(float)

    def degrees_of_freedom(self, inside: BoolArray) -> int:
        """Respondents minus strata, both counted in the domain (R: degf of the subset).

        At least 1: where each stratum of a domain has one respondent R gives no interval; with
        one degree of freedom there is one, and it is wide.
        """
        return max(int(inside.sum()) - len(np.unique(self.stratum[inside])), 1)

    def effective_df(self, inside: BoolArray) -> float:
        """Degrees of freedom of a variance in a domain, by Satterthwaite; at least 1.

        With a_h = (1 − n_h/N_h) W_h²/n_h, what stratum h adds to a variance if answers vary as much
        in each (W_h: weight, n_h: respondents in the domain), (Σ a_h)² / Σ (a_h²/(n_h − 1)): few
        where a few small strata carry nearly all the weight, never more than
        `degrees_of_freedom` (Satterthwaite 1946, Biometrics Bulletin 2; Korn & Graubard 1999,
        Analysis of Health Surveys, section 5.2). A stratum with one respondent counts as one,
        within that limit.
        """
        if not inside.any():
            return 1.0
        _, labels, _, remaining = self._strata
        n = np.bincount(labels[inside], minlength=len(remaining)).astype(float)
        weight = np.bincount(labels[inside], self.weight[inside], len(remaining))
        a = remaining * np.square(weight) / np.where(n > 0, n, 1)
        most = float(self.degrees_of_freedom(inside))
        if not a.any():
            return most
        effective = float(a.sum() ** 2 / (np.square(a) / np.maximum(n - 1, 1)).sum())
        return max(min(effective, most), 1.0)

    def remaining(self, inside: BoolArray) -> float:
        """What the finite population correction leaves of a variance in a domain, 0–1.

        The share that remains if answers vary as much in each stratum; 0 if all units are observed.
        """
        _, labels, _, remaining = self._strata
        n = np.bincount(labels[inside], minlength=len(remaining))
        weight = np.bincount(labels[inside], self.weight[inside], len(remaining))
        a = np.square(weight) / np.where(n > 0, n, 1)
        return float((remaining * a).sum() / a.sum())

    def variance(self, u: Array, inside: BoolArray | None = None) -> Array:
        """Variances (k) of the totals of linearised variables u (n, k), 0 outside the domain."""
        centred, scale = self._centre(u, inside)
        return np.asarray(scale @ np.square(centred))

    def covariance(self, u: Array, inside: BoolArray | None = None) -> Array:
        """Covariance matrix (k, k) of the totals of linearised variables u (n, k)."""
        centred, scale = self._centre(u, inside)
        return np.asarray((centred * scale[:, None]).T @ centred)

    @cached_property
    def _strata(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Array, Array]:
        """Order by stratum, label per respondent, and per label n_h and 1 − n_h/N_h."""
        used, labels = np.unique(self.stratum, return_inverse=True)
        n = self.counts[used]
        remaining = 1 - n / self.population[used] if self.fpc else np.ones(len(n))
        return np.argsort(labels, kind="stable"), labels, n, remaining

    def _centre(self, u: Array, inside: BoolArray | None) -> tuple[Array, Array]:
        """Give c (n, k) and s (n) such that the covariance matrix of the totals is Σ s c cᵀ."""
        if self.calibration is not None:
            start, basis = self.calibration[:, 0], self.calibration[:, 1:]
            g = (self.weight / np.sqrt(start))[:, None]
            u = g * (u / g - basis @ (basis.T @ (u / g)))
        order, labels, n, remaining = self._strata
        starts = np.concatenate([[0], np.cumsum(n[:-1]).astype(np.intp)])
        means = np.add.reduceat(u[order], starts, axis=0) / n[:, None]
        single = n == 1
        scale = remaining * n / np.where(single, 1, n - 1)
        if self.singleton == "adjust":
            means[single] = 0.0
        elif self.singleton == "average":
            present = np.ones(len(n), dtype=bool)
            if inside is not None and self.calibration is None:
                present = np.bincount(labels[inside], minlength=len(n)) > 0
            lost = int((present & single & (remaining > 0)).sum())
            scale *= present.sum() / (present.sum() - lost) if lost < present.sum() else np.nan
        return u - means[labels], scale[labels]
