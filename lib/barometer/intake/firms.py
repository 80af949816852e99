"""Enterprise numbers of an export: ten digits, without points, with the zero that Excel dropped."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from barometer.errors import Problem
from barometer.intake.export import plain
from barometer.intake.log import Step
from barometer.wave.csvfile import row_number

#: How people write them: BE 0200.592.967.
WRITTEN = re.compile(r"(BE)?[ .]*([0-9][0-9. ]*)", re.IGNORECASE)


def _digits(text: str) -> str:
    found = WRITTEN.fullmatch(plain(text))
    return re.sub(r"[ .]", "", found[2]) if found else text


def numbers(
    file: str, cells: pd.Series, sample: Collection[str] | None = None
) -> tuple[pd.Series, list[Step], list[Problem]]:
    """Enterprise numbers with ten digits.

    A number of nine digits lost its leading zero where the number with it is in the `sample`, or
    where no number of the column kept one: a spreadsheet drops all or none. Elsewhere a digit may
    be missing, and it is refused. Other texts stay as they are, for `barometer check` to judge.

    >>> numbers("export.csv", pd.Series(["1.200.592.967", "200592967"], [2, 3]))[0].tolist()
    ['1200592967', '0200592967']
    """
    digits = cells.map(_digits)
    short = digits.str.fullmatch("[0-9]{9}")
    dropped = not digits.str.fullmatch("0[0-9]{9}").any()
    restored = ("0" + digits).where(short, digits)
    known = restored.isin(list(sample or ()))
    refused = digits.index[short & ~known & (not dropped)]
    name = str(cells.name)
    done = {
        "as it was": (cells == restored) & (cells != ""),
        "without points": (cells != digits) & ~short,
        "leading zero restored": short,
        "empty": cells == "",
    }
    steps = [Step(name, how, "", "", int(rows.sum())) for how, rows in done.items() if rows.any()]
    if refused.empty:
        return restored, steps, []
    problem = Problem(
        file,
        f"nine digits, in {len(refused)} of {len(cells)} rows, while others kept their first 0",
        "an enterprise number: ten digits, the first 0 or 1",
        "A digit is missing. Where a spreadsheet dropped zeros, export the column as text.",
        row_number(refused[0]),
        name,
    )
    return restored, steps, [problem]
