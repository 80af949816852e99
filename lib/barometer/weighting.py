"""Design weights N_h/n_h by stratum, and what can be done to and said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError


def collapse_strata(frame: pd.DataFrame, rules: Iterable[Mapping[str, Any]] = ()) -> pd.Series:
    """Name the stratum of each row: "sector × size", with the merges of wave.yml applied.

    `frame`: columns sector and size. `rules`: {sector, sizes}: these size classes of the sector
    become one stratum, named after all of them. Apply the same rules to population and sample, so
    that both use the same strata. BarometerError when two rules claim the same size class.
    """
    sizes = frame["size"].copy()
    claimed: set[tuple[str, str]] = set()
    for rule in rules:
        pairs = {(rule["sector"], size) for size in rule["sizes"]}
        for sector, size in sorted(pairs & claimed):
            raise BarometerError(
                f"wave.yml, collapse: found {sector} × {size} in two rules; expected each size "
                "class of a sector in one. Join the two rules."
            )
        claimed |= pairs
        merged = (frame["sector"] == rule["sector"]) & frame["size"].isin(rule["sizes"])
        sizes = sizes.mask(merged, " + ".join(rule["sizes"]))
    return (frame["sector"] + " × " + sizes).rename("stratum")


def stratum_weights(population: pd.DataFrame, respondents: pd.DataFrame) -> pd.Series:
    """Weight each respondent by N_h/n_h, its stratum's firms over its usable answers.

    `population`: columns stratum and firms (rows of one stratum are added up); `respondents`:
    column stratum. Within each stratum the weights add up to N_h (Särndal, Swensson & Wretman
    1992, Model Assisted Survey Sampling, section 3.7). Raises BarometerError for a stratum with
    firms but no respondent, or with respondents but no or fewer firms.
    """
    firms = population.groupby("stratum", sort=False)["firms"].sum()
    answers = respondents["stratum"].value_counts()
    problems = [
        f"stratum {stratum}: found {firms[stratum]} firms and no respondent; expected at least "
        "one, or its weight N/n is undefined. Merge it with a neighbouring size class through "
        "`collapse` in wave.yml, e.g. {sector: NACE 55-56, sizes: [Middelgroot, Groot]}."
        for stratum in firms.index[(firms > 0) & ~firms.index.isin(answers.index)]
    ] + [
        f"stratum {stratum}: found {n} respondents and {firms.get(stratum, 0)} firms; expected at "
        "most as many respondents as firms. Correct population.csv."
        for stratum, n in answers.sort_index().items()
        if firms.get(stratum, 0) < n
    ]
    if problems:
        raise BarometerError("\n".join(problems))
    return respondents["stratum"].map(firms / answers).rename("weight")


def rake(
    weights: pd.Series,
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    margins: Sequence[str] = ("sector", "size"),
    tolerance: float = 1e-10,
    rounds: int = 1000,
) -> pd.Series:
    """Calibrate weights to the population margins by iterative proportional fitting.

    Repeats "multiply by margin total / weighted total" over the margins until every margin is met
    within `tolerance` (relative) (Deming & Stephan 1940; Deville, Särndal & Sautory 1993, JASA
    88). Weights N_h/n_h on every stratum meet the margins already and come back unchanged; after
    a merge of strata they don't. For the variances of raked weights: `Design.calibrated`.

    Raises BarometerError when it takes more than `rounds` rounds, or when a sector or size class
    with firms has no respondent.
    """
    raked = weights.astype(float)
    for margin in margins:
        firms = population.groupby(margin, sort=False)["firms"].sum()
        for value in firms.index[(firms > 0) & ~firms.index.isin(respondents[margin])]:
            raise BarometerError(
                f"raking to {margin}: found {firms[value]} firms and no respondent in {value}; "
                "expected at least one. Leave this margin out."
            )
    for _ in range(rounds):
        largest = 0.0
        for margin in margins:
            target = population.groupby(margin)["firms"].sum()
            current = raked.groupby(respondents[margin]).sum()
            factor = respondents[margin].map(target / current)
            largest = max(largest, float((factor - 1).abs().max()))
            raked = raked * factor
        if largest < tolerance:
            return raked.rename("weight")
    raise BarometerError(
        f"raking to {', '.join(margins)} did not converge in {rounds} rounds (largest correction "
        f"left: {largest:.2g}); expected less than {tolerance:.0e}. Merge small domains."
    )


def effective_sample_size(weights: npt.ArrayLike) -> float:
    """Kish's effective sample size, (Σw)²/Σw² (Kish 1965, Survey Sampling, section 11.7)."""
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / np.square(w).sum())


def weight_summary(respondents: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Describe the weights, in total or per value of a column (`by`: sector, size, stratum).

    `respondents`: column weight. Returns respondents (n), firms (Σw), the smallest, median and
    largest weight, their coefficient of variation, and the effective sample size.
    """
    groups = respondents[by] if by else pd.Series("total", index=respondents.index)
    weights = respondents["weight"].groupby(groups, sort=False)
    return pd.DataFrame(
        {
            "respondents": weights.size(),
            "firms": weights.sum(),
            "smallest": weights.min(),
            "median": weights.median(),
            "largest": weights.max(),
            "cv": weights.std(ddof=0) / weights.mean(),
            "effective_sample_size": weights.agg(effective_sample_size),
        }
    )
