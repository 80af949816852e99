"""What goes wrong through a user's input: always with place, finding and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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

    @property
    def place(self) -> str:
        """Where in the file it is: row and column, as far as it has them."""
        row = [] if self.row is None else [f"row {self.row}"]
        return ", ".join([*row, *([] if self.column is None else [f"column {self.column}"])])

    def __str__(self) -> str:
        """One line: place, finding, expectation, remedy."""
        place = f"{self.file}, {self.place}" if self.place else self.file
        line = f"{place}: found {self.found}; expected {self.expected}"
        return f"{line}. {self.remedy}" if self.remedy else line


def listed(names: Sequence[object], most: int = 5, between: str = ", ") -> str:
    """The first few of a list, as a message tells of it, and how many more there are."""
    more = len(names) - most
    return between.join(map(str, names[:most])) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Kind:
    """Problems of one kind in one file, in the order of its rows: told of as one."""

    problems: tuple[Problem, ...]

    @property
    def examples(self) -> list[str]:
        """Of each problem but the first its place, and what was found there if that differs."""
        first, *others = self.problems
        examples = []
        for other in others:
            same = other.row is not None and other.column == first.column
            place = f"row {other.row}" if same else other.place
            told = other.found == first.found and place
            examples.append(place if told else f"{place} ({other.found})".strip())
        return examples

    def __str__(self) -> str:
        """The first of them in full, how many there are, and where a few of the others are."""
        count, line = len(self.problems), str(self.problems[0])
        if count == 1:
            return line
        return f"{line.removesuffix('.')}. {count} in all: also {listed(self.examples, 3, '; ')}"


#: What differs between problems of one kind: numbers, and what is quoted or a list in brackets.
PARTICULAR = re.compile(r"'[^']*'|\[[^]]*\]|[0-9]+")


def kinds(problems: Iterable[Problem]) -> list[Kind]:
    """Put together what is of one kind: in one file, with one expectation and one remedy."""
    found: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        said = (PARTICULAR.sub("…", text) for text in (problem.expected, problem.remedy))
        found.setdefault((problem.file, *said), []).append(problem)
    return [Kind(tuple(sorted(group, key=lambda p: p.row or 0))) for group in found.values()]


class WaveError(BarometerError):
    """All the problems of a wave's files at once; `year`: of which wave, where that is known.

    `read`: what could be read all the same, to look further for what is wrong. `more`: where each
    of them can be found, if the message does not list it.
    """

    def __init__(
        self, problems: Sequence[Problem], year: int | None = None, read: object = None
    ) -> None:
        """Keep the problems; the message lists their kinds, one a line."""
        self.problems, self.year, self.read = tuple(problems), year, read
        self.more = ""
        super().__init__("\n".join(map(str, kinds(self.problems))))

    def __str__(self) -> str:
        """The problems, one kind a line, under a heading that names the wave."""
        if self.year is None:
            return str(self.args[0])
        count, lines = len(self.problems), str(self.args[0]).count("\n") + 1
        many = f"s of {lines} kind{'s' if lines > 1 else ''}" if count > lines else "s"
        more = f"\n{self.more}" if self.more and count > lines else ""
        return f"Wave {self.year}: {count} problem{many if count > 1 else ''}\n{self.args[0]}{more}"


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
