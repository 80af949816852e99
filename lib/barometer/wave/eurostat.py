"""Figures of Eurostat and its national partners that stand beside ours: eurostat.csv."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.project import beside_waves
from barometer.wave.csvfile import read_table, row_number

EUROSTAT = "eurostat.csv"
COLUMNS = [
    *("year", "geo", "size_class", "indicator", "value", "unit"),
    *("population", "source", "remark"),
]
KEY = ["year", "geo", "size_class", "indicator"]
UNIT = "percent of enterprises"


@dataclass(frozen=True)
class Elsewhere:
    """One figure, in percent of the firms of a size class in a country or union.

    `geo` and `size_class` are the codes of the source: BE, EU27; 10-49, 250+.
    """

    year: int
    geo: str
    size_class: str
    indicator: str
    value: float
    population: str
    source: str
    remark: str


def read_eurostat(path: Path) -> list[Elsewhere]:
    """Read eurostat.csv; WaveError lists all that is wrong, by row and column."""
    table, problems = read_table(path, COLUMNS)
    problems += _problems(path.name, table)
    if problems:
        raise WaveError(problems)
    rows = table.drop(columns="unit").to_dict("records")
    return [
        Elsewhere(
            **{str(k): v for k, v in row.items()}
            | {"year": int(row["year"]), "value": float(row["value"])}
        )
        for row in rows
    ]


def _problems(file: str, table: pd.DataFrame) -> Iterator[Problem]:
    percent = pd.to_numeric(table["value"], errors="coerce").between(0, 100)
    wrong = {
        "year": (~table["year"].str.fullmatch(r"20\d\d"), "a year: 2025"),
        "value": (~percent, "a percentage from 0 to 100, with a decimal point"),
        "unit": (table["unit"] != UNIT, UNIT),
    }
    filled = ("geo", "size_class", "indicator", "population", "source")
    wrong |= {name: (table[name] == "", "the source's own word for it") for name in filled}
    for column, (rows, expected) in wrong.items():
        for row, found in table.loc[rows, column].items():
            remedy = "Copy it from the source."
            yield Problem(file, f"'{found}'", expected, remedy, row=row_number(row), column=column)
    for row, key in table.loc[table.duplicated(KEY), KEY].iterrows():
        found = f"{', '.join(key)} twice"
        yield Problem(file, found, "each figure once", "Remove a row.", row=row_number(row))


def eurostat_beside(data: Path | str | None = None) -> list[Elsewhere]:
    """All figures of the file beside the waves; none where there is no such file."""
    path = beside_waves(EUROSTAT, data)
    return read_eurostat(path) if path.is_file() else []


def figures_elsewhere(year: int, indicator: str) -> list[Elsewhere]:
    """The figures of a year for an indicator, in the order of the file beside the waves."""
    known = eurostat_beside()
    return [row for row in known if (row.year, row.indicator) == (year, indicator)]
