"""What goes wrong through a user's input: always with place, finding and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class BarometerError(Exception):
    """A mistake a user can mend; the commands print the message and exit with 1."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a wave's files.

    `row` counts as a spreadsheet does: the header is row 1. Identifiers of respondents never
    appear in `found`.
    """

    file: str
    found: str
    expected: str
    remedy: str = ""
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """One line: place, finding, expectation, remedy."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        line = f"{place}: found {self.found}; expected {self.expected}"
        return f"{line}. {self.remedy}" if self.remedy else line


def listed(names: Sequence[object], most: int = 5, between: str = ", ") -> str:
    """The first few of a list, as a message tells of it, and how many more there are."""
    more = len(names) - most
    return between.join(map(str, names[:most])) + (f" and {more} more" if more > 0 else "")


class WaveError(BarometerError):
    """All the problems of a wave's files at once; `year`: of which wave, where that is known."""

    def __init__(self, problems: Sequence[Problem], year: int | None = None) -> None:
        """Keep the problems; the message lists them one per line."""
        self.problems, self.year = tuple(problems), year
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        """The problems, one a line, under a heading that names the wave."""
        if self.year is None:
            return str(self.args[0])
        count = len(self.problems)
        return f"Wave {self.year}: {count} problem{'s' if count > 1 else ''}\n{self.args[0]}"


@contextmanager
def of_wave(year: int) -> Iterator[None]:
    """Say of a WaveError which wave it is of."""
    try:
        yield
    except WaveError as error:
        error.year = error.year or year
        raise


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Say of an error of the system, such as a full disk, which path it is about if it does not."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
