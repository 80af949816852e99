"""The lines of the report's sources, includes expanded, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import BarometerError

INCLUDE = re.compile(r"^\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")


@dataclass(frozen=True)
class Line:
    """One line of a source file; `number` counts from 1."""

    file: str
    number: int
    text: str

    def refuse(self, found: str, expected: str) -> BarometerError:
        """An error that names this line."""
        return BarometerError(f"{self.file}:{self.number}: found {found}; expected {expected}")


def read_lines(path: Path, root: Path, seen: tuple[Path, ...] = ()) -> Iterator[Line]:
    """Read a source file with its includes expanded; the paths of these are relative to it."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    if path in seen:
        raise BarometerError(f"{name}: found an include of itself; expected each chapter once")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BarometerError(f"{name}: found no such file; expected a Quarto source") from None
    except UnicodeDecodeError:
        raise BarometerError(f"{name}: found bytes that are not UTF-8; save it as UTF-8") from None
    for number, content in enumerate(text.splitlines(), 1):
        line = Line(name, number, content)
        include = INCLUDE.match(content)
        if include:
            yield from read_lines(path.parent / include.group(1), root, (*seen, path))
            yield Line(name, number, "")
        else:
            yield line
