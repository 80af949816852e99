"""Estimates as files: the same bytes for the same wave."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pandas as pd

from barometer.errors import about
from barometer.survey.coarsening import published
from barometer.survey.survey import Survey
from barometer.wave.corrections import KEYS

#: Under this type the output of a cell carries the data behind what it shows: name and csv.
DATA_TYPE = "application/vnd.barometer.data+json"
CONFIDENTIAL = "not to be published"
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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with about(path), os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_register(survey: Survey, path: Path, full: bool = False) -> None:
    """Write every estimate of the wave; percentages 0–100, withheld numbers empty.

    As published: numbers to one decimal or coarser, and counts in categories coarsened, so that no
    count of few respondents can be read or computed (see `coarsening`). What was revised since then
    has `r` in its flag. `full`: in full precision, for reviewers; unless the respondents are made
    up, each row then says that it is confidential.
    """
    register = survey.register()
    if not full:
        register = public(register, survey)
    elif not survey.meta.synthetic:
        register = register.assign(confidential=CONFIDENTIAL)
    write_whole(path, csv_text(_flagged(register, survey)))


def _flagged(register: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Add `r` to the flags of figures that were revised since they were published."""
    keys = zip(*(register[name] for name in KEYS), strict=True)
    revised = pd.Series([key in survey.corrections.revised for key in keys], register.index)
    return register.assign(flag=register["flag"].mask(revised, register["flag"] + "r"))


def public(register: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Estimates as they may be published: see `coarsening.published`."""
    return published(register, survey)
