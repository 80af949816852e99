"""Design weights N_h/n_h by stratum, and what can be done to and said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from weighting.errors import WeightingError

BETWEEN = " × "


def merge_strata(
    domains: pd.DataFrame, merges: Iterable[Mapping[str, str | Sequence[str]]] = ()
) -> pd.Series:
    """Name the stratum of each row after its values, those to be merged after all of theirs.

    `domains`: the variables that make up the strata, a text column each. `merges`: for each, the
    values per column (one or more) whose strata become one. Apply the same merges to population
    and respondents. WeightingError for a column or value that is not there, and where two merges
    claim the same stratum.

    >>> firms = pd.DataFrame({"branch": ["food", "food", "wood"], "age": ["old", "new", "old"]})
    >>> merge_strata(firms, [{"branch": "food", "age": ["old", "new"]}]).tolist()
    ['food × old + new', 'food × old + new', 'wood × old']
    """
    names = reduce(lambda left, right: left + BETWEEN + right, (domains[c] for c in domains))
    merged = names.copy()
    claimed = pd.Series(False, index=domains.index)
    for merge in merges:
        inside = pd.Series(True, index=domains.index)
        labels = []
        for column in domains.columns:
            values = merge.get(column, [])
            values = [values] if isinstance(values, str) else list(values)
            unknown = sorted(set(values) - set(domains[column]))
            if unknown or not values:
                raise WeightingError(
                    f"merge of strata: found {', '.join(unknown) or 'nothing'} for {column}; "
                    "expected one or more of " + ", ".join(dict.fromkeys(domains[column]))
                )
            inside &= domains[column].isin(values)
            labels.append(" + ".join(values))
        if extra := sorted(set(merge) - set(domains.columns)):
            raise WeightingError(
                f"merge of strata: found {', '.join(extra)}; expected values of "
                + ", ".join(domains.columns)
            )
        if (twice := names[inside & claimed]).size:
            raise WeightingError(
                f"merge of strata: found {twice.iloc[0]} in two merges; expected each stratum in "
                "one. Join the two."
            )
        claimed |= inside
        merged = merged.mask(inside, BETWEEN.join(labels))
    return merged.rename("stratum")


def stratum_weights(strata: pd.Series, population: pd.Series) -> pd.Series:
    """Weight each respondent by N_h/n_h, the size of its stratum over its respondents.

    `strata`: the stratum of each respondent (n); `population`: N_h indexed by stratum. Within each
    stratum the weights add up to N_h (Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling, section 3.7). WeightingError, with all of them, for strata with a population but no
    respondent, or with more respondents than population.

    >>> stratum_weights(pd.Series(["a", "a", "b"]), pd.Series({"a": 10, "b": 4})).tolist()
    [5.0, 5.0, 4.0]
    """
    n = strata.value_counts().sort_index()
    empty = population.index[(population > 0) & ~population.index.isin(n.index)]
    problems = [
        f"stratum {name}: found a population of {population[name]} and no respondent; expected at "
        "least one, or its weight N/n is undefined"
        for name in empty
    ] + [
        f"stratum {name}: found {count} respondents and a population of {population.get(name, 0)}; "
        "expected at most as many respondents"
        for name, count in n.items()
        if population.get(name, 0) < count
    ]
    if problems:
        raise WeightingError("\n".join(problems))
    return strata.map(population / n).rename("weight")


def rake(
    weights: pd.Series,
    margins: pd.DataFrame,
    targets: Mapping[str, pd.Series],
    tolerance: float = 1e-10,
    rounds: int = 1000,
) -> pd.Series:
    """Calibrate weights to the margins of the population by iterative proportional fitting.

    `weights` (n) and `margins` (n, k): per respondent its weight and its value of each margin;
    `targets`: per margin the population of each value. Repeats "multiply by margin total over
    weighted total" until every margin is met within `tolerance` (relative) (Deming & Stephan 1940;
    Deville, Särndal & Sautory 1993, JASA 88). For variances: `Design.calibrated`.

    WeightingError where a value of a margin is in the population but not among the respondents or
    the other way round, and when it takes more than `rounds` rounds.

    >>> margins = pd.DataFrame({"age": ["old", "old", "new"]})
    >>> rake(pd.Series([1.0, 1.0, 1.0]), margins, {"age": pd.Series({"old": 8, "new": 3})}).tolist()
    [4.0, 4.0, 3.0]
    """
    raked = weights.astype(float)
    for margin, target in targets.items():
        present = set(margins[margin])
        for value in [v for v in target.index if target[v] > 0 and v not in present]:
            raise WeightingError(
                f"raking to {margin}: found a population of {target[value]} and no respondent in "
                f"{value}; expected at least one. Leave this margin out."
            )
        for value in sorted(v for v in present if not target.get(v, 0) > 0):
            raise WeightingError(
                f"raking to {margin}: found respondents in {value} and no population; expected "
                "the population of each value. Complete the margin."
            )
    largest = np.inf
    for _ in range(rounds):
        largest = 0.0
        for margin, target in targets.items():
            current = raked.groupby(margins[margin]).sum()
            factor = margins[margin].map(target / current)
            largest = max(largest, float((factor - 1).abs().max()))
            raked = raked * factor
        if largest < tolerance:
            return raked.rename("weight")
    raise WeightingError(
        f"raking to {', '.join(targets)} did not converge in {rounds} rounds (largest correction "
        f"left: {largest:.2g}); expected less than {tolerance:.0e}. Merge small domains."
    )


def effective_sample_size(weights: npt.ArrayLike) -> float:
    """Kish's effective sample size, (Σw)²/Σw² (Kish 1965, Survey Sampling, section 11.7).

    >>> effective_sample_size([1, 1, 1, 3])
    3.0
    """
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / np.square(w).sum())


def weight_summary(weights: pd.Series, groups: pd.Series | None = None) -> pd.DataFrame:
    """Describe weights (n), in total or per group (n).

    Returns respondents (n), population (Σw), the smallest, median and largest weight, their
    coefficient of variation (population formula, so that n/(1 + cv²) is the last column) and the
    effective sample size.
    """
    by = pd.Series("total", index=weights.index) if groups is None else groups
    grouped = weights.groupby(by, sort=False)
    return pd.DataFrame(
        {
            "respondents": grouped.size(),
            "population": grouped.sum(),
            "smallest": grouped.min(),
            "median": grouped.median(),
            "largest": grouped.max(),
            "cv": grouped.std(ddof=0) / grouped.mean(),
            "effective_sample_size": grouped.agg(effective_sample_size),
        }
    )
