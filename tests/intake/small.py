"""A small wave, the rows of its answers as a tool would export them, and the import of them."""

from __future__ import annotations

import contextlib
import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from barometer.cli import main
from tests.intake.exports import read, write_csv
from tests.wave.small_wave import YEAR, Rows, SmallWave


@dataclass
class Told:
    """How an import ended, and what it printed."""

    code: int
    said: str


@dataclass
class Importing:
    """A small wave in a folder and its export: rows to change, settings to make."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    wave: SmallWave = field(default_factory=SmallWave)

    @property
    def rows(self) -> Rows:
        """The rows of the export: those of responses.csv, to be changed."""
        return self.wave.responses

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def csv(self, name: str = "answers.csv", **form: Any) -> Path:
        header = list(self.rows[0])
        body = [[row.get(key, "") for key in header] for row in self.rows]
        return write_csv(self.folder / name, [header, *body], **form)

    def run(self, source: Path, *options: object) -> Told:
        """Write the wave, unless it is there, and import."""
        if not self.data.exists():
            self.wave.wave["import"] = self.settings
            self.wave.write(self.data)
        out = io.StringIO()
        arguments = ["import", str(YEAR), "--data", str(self.data), "--from", str(source)]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = main([*arguments, *map(str, options)])
        return Told(code, out.getvalue())

    def made(self, table: str = "responses") -> pd.DataFrame:
        return read(self.data / str(YEAR) / f"{table}.csv")

    def log(self) -> Rows:
        with (self.data / str(YEAR) / "import.log.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
