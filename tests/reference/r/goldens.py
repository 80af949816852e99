"""Read the golden values of R, and give what `weighting` makes of the same row."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from weighting import (
    BoolArray,
    Design,
    combination,
    effective_sample_size,
    interval,
    rake,
    rao_scott,
    shares,
)

R = Path(__file__).parent
GOLDEN = R / "golden"
TOLERANCE = 1e-8
#: The factors of make.R's combinations of shares.
FACTORS: dict[str, Sequence[float]] = {
    "difference": (1, -1),
    "sum": (1, 1),
    "combination": (1, -1, 0.5),
}


def has_survey() -> bool:
    """Whether R is here, with the package survey."""
    command = ["Rscript", "-e", "quit(status = !requireNamespace('survey', quietly = TRUE))"]
    return shutil.which("Rscript") is not None and subprocess.run(command).returncode == 0


def read(path: Path) -> pd.DataFrame:
    """A file for R, or one made by it: empty cells are missing, "NA" is a text."""
    text = {"stratum": str, "category": str, "value": str}
    return pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=text)


def make_design(answers: pd.DataFrame, **options: Any) -> Design:
    firms = answers.groupby("stratum")["firms"].first()
    return Design.from_strata(answers["stratum"], answers["weight"], firms, **options)


def _inside(answers: pd.DataFrame, domain: str, value: object) -> BoolArray:
    if domain == "total":
        return np.ones(len(answers), dtype=bool)
    return np.asarray(answers[domain] == value, dtype=bool)


def _parts(answers: pd.DataFrame, row: Any) -> list[tuple[float, pd.Series, BoolArray]]:
    """The terms of a combination, which R's rows name as "a|b|c"."""
    factors = FACTORS[row.what]
    variables, places = str(row.variable).split("|"), str(row.domain).split("|")
    if row.what == "difference":  # of one share in two values of one domain
        variables, places = variables * 2, places * 2
    values = str(row.value).split("|")
    terms = []
    for factor, name, place, value in zip(factors, variables, places, values, strict=True):
        inside = _inside(answers, place, value) & answers[name].notna().to_numpy()
        terms.append((factor, answers[name], inside))
    return terms


def as_r(answers: pd.DataFrame, row: Any) -> dict[str, float]:
    """What `weighting` makes of one row of golden values, shares on R's scale of 0–1."""
    design = make_design(answers, singleton=row.singleton, fpc=row.fpc)
    if row.what == "rao_scott":
        test = rao_scott(design, answers["t.1"], answers["t.2"])
        # make.R keeps the first degrees of freedom in the column deff
        result = {"estimate": test.statistic, "deff": test.df1, "df": test.df2}
        return {**result, "p_value": test.p_value}
    if row.what in FACTORS:
        terms = _parts(answers, row)
        combined = combination(design, terms)
        together = np.logical_or.reduce([inside for *_, inside in terms])
        return {
            "estimate": combined.estimate / 100,
            # R has no variance for shares of 0 and 1; by_hand.R says what those recover
            "se": (max((combined.se / 100) ** 2 - row.recovered, 0)) ** 0.5,
            "df": design.degrees_of_freedom(together),
            "effective_df": combined.df,
            "remaining": design.remaining(together),
            "kish": effective_sample_size(design.weight[together]),
            "p_value": combined.p_value,
        }
    domain = _inside(answers, row.domain, row.value)
    universe = answers[row.variable].notna().to_numpy()
    if row.what == "calibrated":
        names = ["d.sector", "d.size"]
        margins = answers[names]
        strata = answers.drop_duplicates("stratum")
        targets = {name: strata.groupby(name)["target"].sum() for name in names}
        raked = rake(answers["weight"], margins, targets, tolerance=1e-13)
        design = design.calibrated(raked.to_numpy(), margins)
    y = answers[[row.variable]].to_numpy(dtype=float)
    inside = domain & universe
    found = shares(design, y, domain[:, None], universe)
    units = {"estimate": 100, "se": 100, "ci_low": 100, "ci_high": 100, "deff": 1, "df": 1}
    values = {name: float(getattr(found, name)[0, 0]) / unit for name, unit in units.items()}
    return {
        **{"low": values.pop("ci_low"), "high": values.pop("ci_high")},
        **{"effective_df": values.pop("df"), "df": design.degrees_of_freedom(inside), **values},
        "remaining": design.remaining(inside),
        "kish": effective_sample_size(design.weight[inside]),
        **intervals_of_r(row),
    }


def intervals_of_r(row: Any) -> dict[str, float]:
    """Both intervals on what R takes for them: its own degrees of freedom and rows, no bound.

    With nothing remaining of a variance the effective sample size has no bound; that is how R's
    beta has it. R has neither for shares of 0 and 1.
    """
    if np.isnan(row.beta_low):
        return {}
    p, se = np.array([row.estimate]), np.array([row.se])
    n = int(row.rows)
    logit = interval(p, se, row.df, n, row.kish, row.remaining, "logit")
    beta = interval(p, se, row.df, n, row.kish, remaining=0, method="beta")
    ends = ("logit_low", "logit_high", "beta_low", "beta_high")
    return dict(zip(ends, (float(end[0]) for end in (*logit, *beta)), strict=True))


def assert_equals_r(answers: pd.DataFrame, golden: pd.DataFrame) -> None:
    """Hold every row against `weighting`, on what R gives."""
    different = []
    assert {"effective_df", "low", "high"} <= set(golden.columns)
    for row in golden.itertuples():
        for name, value in as_r(answers, row).items():
            expected: Any = getattr(row, name)
            if np.isnan(expected) and (row.se == 0 or row.df == 0 or name == "df"):
                continue  # R gives none; what we give then has tests of its own
            if name == "df" and expected == 0:
                expected = 1
            if not np.isclose(value, expected, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
                different.append((*row[1:7], name, value, expected))
    assert not different, "not as R has it; after a change of data run tests/reference/r/remake.py"
