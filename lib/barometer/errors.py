"""What goes wrong through a user's input: always with place, finding and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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


class WaveError(BarometerError):
    """All the problems of a wave's files at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message lists them one per line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
