"""What an import did, column by column: counts, codes and labels; nothing that a firm said."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

HEADER = ("table", "column", "export_column", "done", "from", "to", "rows")


@dataclass(frozen=True)
class Step:
    """What was done with cells of a column of the export: in how many rows, what became what."""

    export: str
    done: str
    source: str
    to: str
    rows: int


def counted(cells: Iterable[str]) -> list[tuple[str, int]]:
    """Each distinct text with how often it is there, in the order of the texts."""
    return sorted(Counter(cells).items())


def log_text(tables: Mapping[str, Sequence[tuple[str, Step]]]) -> str:
    """The log as CSV: per table its columns with their steps."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for table, done in tables.items():
        for column, step in done:
            row = [table, column, step.export, step.done, step.source, step.to, step.rows]
            writer.writerow(row)
    return out.getvalue()


def table_text(frame: pd.DataFrame) -> str:
    """A table of the wave as CSV."""
    return frame.to_csv(index=False, lineterminator="\n")
