"""What was corrected in a wave after it was published: by whom, why, and each figure's old value.

`corrections.yml` of the wave says what, why, who and when, and which figures that may change.
`corrections.csv` lists each figure that did change, before and after; `barometer register` writes
it. A wave without corrections has neither file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, RootModel

from barometer.errors import Problem, WaveError, listed, of_wave
from barometer.project import data_folder
from barometer.wave.csvfile import read_table, row_number
from barometer.wave.schema import Settings, read_settings, with_ids

ENTRIES, CHANGES = "corrections.yml", "corrections.csv"
#: What tells one figure of a wave from the others.
KEYS = ("question", "category", "universe", "domain", "domain_value")
COLUMNS = ("correction", *KEYS, "column", "old", "new")

#: Question, category, universe, domain, value of the domain.
Key = tuple[str, str, str, str, str]


class Figures(Settings):
    """Figures of the register: a name for each of KEYS, or a pattern such as `*` or `north*`."""

    question: str = "*"
    category: str = "*"
    universe: str = "*"
    domain: str = "*"
    domain_value: str = "*"

    def has(self, key: Key) -> bool:
        """Whether a figure is one of these.

        >>> Figures(domain="region").has(("export", "yes", "all", "size", "small"))
        False
        """
        patterns = (getattr(self, name) for name in KEYS)
        return all(fnmatchcase(part, p) for part, p in zip(key, patterns, strict=True))


class Correction(Settings):
    """A correction; the edition prints `what`, `why` and `who`. Without `figures`: of the text."""

    id: str
    date: datetime.date
    who: str = Field(min_length=1)
    what: str = Field(min_length=1)
    why: str = Field(min_length=1)
    figures: list[Figures] = []  # noqa: RUF012  # pydantic copies the default

    def covers(self, key: Key) -> bool:
        """Whether it may change a figure."""
        return any(figures.has(key) for figures in self.figures)


class _Entries(RootModel[Annotated[dict[str, Correction], BeforeValidator(with_ids)]]):
    """The corrections of the file by their identifier."""


@dataclass(frozen=True)
class Change:
    """One cell of the register that a correction changed; "" where there was or is none."""

    correction: str
    key: Key
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Corrections:
    """What was corrected in a wave, in the order of its files."""

    entries: Mapping[str, Correction] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @cached_property
    def revised(self) -> frozenset[Key]:
        """The figures that are no longer as first published."""
        return frozenset(change.key for change in self.changes)

    def of(self, correction: str) -> list[Change]:
        """What a correction changed."""
        return [change for change in self.changes if change.correction == correction]

    @property
    def open(self) -> list[Correction]:
        """Those that announce figures of which none has been changed yet."""
        done = {change.correction for change in self.changes}
        return [e for e in self.entries.values() if e.figures and e.id not in done]


def read_corrections(year: int, data: Path | str | None = None) -> Corrections:
    """Read what was corrected in a wave; nothing where it has no such files.

    Raises WaveError for files that do not fit: a change that no correction covers, for one.
    """
    folder = data_folder(data) / str(year)
    path = folder / ENTRIES
    with of_wave(year):
        entries = read_settings(path, _Entries).root if path.is_file() else {}
    if not (folder / CHANGES).is_file():
        return Corrections(entries)
    frame, problems = read_table(folder / CHANGES, COLUMNS)
    if problems:
        raise WaveError(problems, year)
    cells = frame.to_numpy(dtype=str).tolist()
    found = Corrections(entries, tuple(_change(*row) for row in cells))
    if problems := list(_dangling(found, [row_number(label) for label in frame.index])):
        raise WaveError(problems, year)
    return found


def _change(correction: str, *cells: str) -> Change:
    question, category, universe, domain, value, column, old, new = cells
    return Change(correction, (question, category, universe, domain, value), column, old, new)


def _dangling(found: Corrections, rows: list[int]) -> Iterator[Problem]:
    """Changes that belong to no correction of the other file."""
    known = listed(list(found.entries)) or "none"
    for row, change in zip(rows, found.changes, strict=True):
        entry = found.entries.get(change.correction)
        if entry is None:
            expected = f"a correction of {ENTRIES}: {known}"
            remedy = f"Add it to {ENTRIES}, or remove the row."
            problem = f"'{change.correction}'"
            yield Problem(CHANGES, problem, expected, remedy, row=row, column="correction")
        elif not entry.covers(change.key):
            expected = f"a figure that `figures` of {entry.id} in {ENTRIES} names"
            remedy = "Name it there, or remove the row."
            yield Problem(CHANGES, ", ".join(change.key), expected, remedy, row=row)
