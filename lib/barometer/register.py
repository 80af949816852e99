"""The register of estimates as a file: the same bytes for the same wave."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd

from barometer.survey import Survey


def to_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as CSV (UTF-8, commas, points, 12 significant digits), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def write_register(survey: Survey, path: Path) -> None:
    """Write every estimate of the wave; percentages 0–100, withheld numbers empty."""
    to_csv(survey.register(), path)
