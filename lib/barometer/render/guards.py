"""The guarded sentences of an executed report: where each stands and whether it still holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from barometer.render.inline import INLINE


@dataclass(frozen=True)
class GuardedSentence:
    """A sentence with a claim behind it: its chapter and line, its source, and the verdict."""

    chapter: str
    line: int
    sentence: str
    holds: bool


def guarded_sentences(notebook: NotebookNode) -> Iterator[GuardedSentence]:
    """Pair the guards in a cell's source with what they became, in order."""
    for cell in notebook.cells:
        origin = cell.metadata.get("barometer", {})
        source = origin.get("source", "")
        results = re.findall(r"\[\]\{\.claim-(holds|broken)\}", cell.source)
        guards = [m for m in INLINE.finditer(source) if m.group(1).startswith("claim(")]
        for guard, result in zip(guards, results, strict=True):
            row = source[: guard.start()].count("\n")
            file, line = origin["lines"][row]
            yield GuardedSentence(file, line, _sentence(source[: guard.start()]), result == "holds")


def _sentence(before: str) -> str:
    """The sentence that ends where the guard stands, as in the source, without other guards."""
    text = re.sub(r"`\{python\}\s+claim\([^`]*`", "", before)
    line = text.rsplit("\n", 1)[-1]
    return re.split(r"(?<=[.!?:])\s+(?=[A-Z`*\[])", line.strip())[-1]
