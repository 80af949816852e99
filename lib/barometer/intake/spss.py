"""Read an export of SPSS (.sav, .zsav) with its variable and value labels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from barometer.errors import BarometerError, Problem, WaveError
from barometer.intake.export import Described, Export, cell_text, table


def read_spss(path: Path) -> Export:
    """Read an SPSS file; WaveError where it is none. Row numbers are those of a sheet of it.

    Codes that SPSS calls missing are kept: whether one is an answer, the questionnaire tells.
    """
    try:
        import pyreadstat
    except ModuleNotFoundError:
        raise BarometerError(
            f"{path.name}: found no package pyreadstat, which reads SPSS files; expected it "
            "installed. Install the extra `import` of this project, or export CSV."
        ) from None
    try:
        frame, told = pyreadstat.read_sav(path, user_missing=True)
    except (pyreadstat.ReadstatError, ValueError, OverflowError) as error:
        found = f"what SPSS did not write ({str(error).splitlines()[0]})"
        raise WaveError([Problem(path.name, found, "a .sav file", "Export it again.")]) from None
    labels = told.variable_value_labels
    described = {
        name: Described(
            told.column_names_to_labels.get(name) or "",
            {cell_text(code): label for code, label in labels.get(name, {}).items()},
            _missing(told.missing_ranges.get(name, []), map(cell_text, frame[name].unique())),
        )
        for name in frame.columns
    }
    rows = zip(*(frame[name].map(cell_text) for name in frame.columns), strict=True)
    return table(path.name, list(frame.columns), list(enumerate(rows, 2)), described)


def _missing(ranges: Iterable[Any], found: Iterable[str]) -> frozenset[str]:
    """Which of the codes found lie in the ranges that are declared missing."""
    missing = set()
    for code in found:
        for limits in ranges:
            low, high = limits["lo"], limits["hi"]
            if isinstance(low, str) or isinstance(high, str):
                inside = str(low) <= code <= str(high)
            else:
                try:
                    inside = float(str(low)) <= float(code) <= float(str(high))
                except ValueError:  # a text among numbers
                    inside = False
            if code and inside:
                missing.add(code)
    return frozenset(missing)
