"""An edition opened to be checked: what stands in its files, as a reader of them finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbformat.reader import NotJSONError

from barometer.errors import BarometerError
from barometer.render.checks.blocks import Float, floats
from barometer.render.checks.tables import KEYS, Key, Row, Table, table
from barometer.survey.survey import REGISTER, Survey


@dataclass(frozen=True)
class Edition:
    """The folder of an edition, the survey it is of, and the folder with the files of that wave.

    `full`: the register as reviewers get it, if they do, in full precision.
    """

    folder: Path
    survey: Survey
    files: Path
    register: Table
    full: list[Table]
    downloads: dict[str, Table]
    floats: list[Float] = field(repr=False)

    @cached_property
    def estimates(self) -> dict[Key, Row]:
        """The rows of the register by question, category, universe, domain and its value."""
        return {tuple(row[key] for key in KEYS.values()): row for row in self.register.rows}

    def of_estimates(self) -> list[Table]:
        """The downloads with estimates."""
        return [download for download in self.downloads.values() if download.of_estimates]


def open_edition(folder: Path, survey: Survey, files: Path) -> Edition:
    """Read an edition of the wave with its `files`.

    Raises BarometerError when its register or its executed notebook is not there to read.
    """
    register = table("estimates.csv", _text(folder / "estimates.csv"))
    if missing := [column for column in REGISTER if column not in register.columns]:
        raise _unreadable("estimates.csv", f"no column {', '.join(missing)}")
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise _unreadable(folder.name, "no executed notebook (.ipynb)")
    return Edition(
        folder,
        survey,
        files,
        register,
        [table(path.name, _text(path)) for path in sorted(folder.glob("estimates-*.csv"))],
        {
            path.stem: table(f"downloads/{path.name}", _text(path))
            for path in sorted((folder / "downloads").glob("*.csv"))
        },
        [found for path in notebooks for found in _floats(path)],
    )


def _unreadable(file: str, found: str) -> BarometerError:
    return BarometerError(f"{file}: found {found}; expected a whole edition. Render it again.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        raise _unreadable(path.name, "no such file, or no text in UTF-8") from None


def _floats(path: Path) -> Iterator[Float]:
    try:
        yield from floats(path.name, _text(path))
    except NotJSONError:
        raise _unreadable(path.name, "no notebook") from None
