"""Estimates as files: the same bytes for the same wave."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pandas as pd

from barometer.survey.disclosure import coarse_counts
from barometer.survey.rounding import round_half_up
from barometer.survey.survey import Survey

PRECISION = ["estimate", "se", "ci_low", "ci_high", "imputed_share", "se_imputation"]
#: Under this type the output of a cell carries the data behind what it shows: name and csv.
DATA_TYPE = "application/vnd.barometer.data+json"
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@])")
#: Under this type a text in a sentence carries where it comes from: estimates, no respondents.
PROVENANCE = "application/vnd.barometer.provenance+json"


def escaped(text: str) -> str:
    """Text as markdown that means nothing but itself."""
    return SPECIAL.sub(r"\\\1", text)


def csv_text(frame: pd.DataFrame) -> str:
    """A frame as CSV: commas, points, 12 significant digits."""
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def write_whole(path: Path, text: str) -> None:
    """Write a text file (UTF-8) whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def write_register(survey: Survey, path: Path, full: bool = False) -> None:
    """Write every estimate of the wave; percentages 0–100, withheld numbers empty.

    As published: numbers to one decimal and counts in categories coarsened, so that no count of few
    respondents can be read or computed. `full`: in full precision, for reviewers.
    """
    register = survey.register()
    write_whole(path, csv_text(register if full else public(register, survey)))


def public(register: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Estimates as they may be published: see `write_register`."""
    counts = coarse_counts(register["n_category"], register["n"], survey.meta.thresholds.disclosure)
    rounded = {name: one_decimal(register[name]) for name in PRECISION}
    return register.assign(**rounded, n_category=counts)


def one_decimal(numbers: pd.Series) -> pd.Series:
    """Numbers as the text prints them: half away from zero."""
    return numbers.astype(float).map(lambda x: float(round_half_up(x, 1)))
