"""Read the golden values of R, and give what `weighting` makes of the same row."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from weighting import BoolArray, Design, combination, rake, rao_scott, shares

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
        combined = combination(design, _parts(answers, row))
        result = {"estimate": combined.estimate / 100, "se": combined.se / 100}
        return {**result, "df": combined.df, "p_value": combined.p_value}
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
    found = shares(design, y, domain[:, None], universe)
    units = {"estimate": 100, "se": 100, "ci_low": 100, "ci_high": 100, "deff": 1}
    values = {name: float(getattr(found, name)[0, 0]) / unit for name, unit in units.items()}
    return {
        **{"low": values.pop("ci_low"), "high": values.pop("ci_high")},
        **{"df": design.degrees_of_freedom(domain & universe), **values},
    }


def assert_equals_r(answers: pd.DataFrame, golden: pd.DataFrame) -> None:
    """Hold every row against `weighting`, on what R gives."""
    different = []
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
