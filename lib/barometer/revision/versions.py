"""What is laid beside another: a register, or an edition with its text, figures and tables."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from barometer.errors import BarometerError
from barometer.render.checks.blocks import FLOAT, Float, floats
from barometer.render.checks.tables import KEYS as DUTCH_KEYS
from barometer.render.checks.tables import Row
from barometer.revision.registers import Register, read_register
from barometer.revision.sentences import Sentence, sentences
from barometer.survey.register import DATA_TYPE
from barometer.wave.corrections import Key

ESTIMATES = "estimates.csv"
IDENTIFIER = re.compile(r"#((?:fig|tbl)-[\w-]+)")


@dataclass(frozen=True)
class Drawn:
    """A figure or table of an edition: its data, its identifier and how the page shows it."""

    block: Float
    identifier: str
    html: str

    @property
    def name(self) -> str:
        """Its identifier, or the name of its data where it has none."""
        return self.identifier or self.block.name

    @property
    def title(self) -> str:
        """The first sentence of its caption, else its name."""
        return self.block.caption.partition(". ")[0].removesuffix(".") or self.block.name

    @property
    def figures(self) -> set[tuple[int, Key]]:
        """Year and figure of each estimate it shows."""
        return set(map(_figure, self.block.data.rows)) if self.block.data.of_estimates else set()


@dataclass(frozen=True)
class Version:
    """A register, and where it is that of an edition, what readers see of it.

    `year`: that of the wave; `digest`: SHA-256 of the register's file.
    """

    path: Path
    year: int
    register: Register
    digest: str
    sentences: list[Sentence] = field(default_factory=list)
    drawn: dict[str, Drawn] = field(default_factory=dict)
    edition: bool = False

    @property
    def text_digest(self) -> str:
        """SHA-256 of all that readers see; "" for a register alone."""
        if not self.edition:
            return ""
        said = [[s.chapter, s.text, *s.verdicts] for s in self.sentences]
        seen = [[name, d.block.caption, d.html] for name, d in self.drawn.items()]
        return hashlib.sha256(json.dumps([said, seen]).encode()).hexdigest()


def open_version(path: Path) -> Version:
    """Open a register (a CSV file) or an edition (its folder).

    Raises BarometerError or WaveError for what is neither, or not whole.
    """
    if not path.exists():
        raise BarometerError(
            f"{path}: found no such file or folder; expected a register (estimates.csv, "
            "register.csv) or the folder of an edition (_output/2025)."
        )
    file = path / ESTIMATES if path.is_dir() else path
    if not file.is_file():
        raise BarometerError(
            f"{path}: found no {ESTIMATES} in it; expected the folder of an edition. "
            "Render it again, or name a register."
        )
    register = read_register(file)
    year = int(next(iter(register.values()))["year"])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if not path.is_dir():
        return Version(path, year, register, digest)
    text = _notebook(path)
    notebook = nbformat.reads(text, as_version=4)
    drawn = {shown.name: shown for shown in _drawn(path.name, text, notebook)}
    return Version(path, year, register, digest, list(sentences(notebook)), drawn, True)


def _notebook(folder: Path) -> str:
    """The text of an edition's executed notebook."""
    found = sorted(folder.glob("*.ipynb"))
    try:
        text = found[0].read_text(encoding="utf-8")
        nbformat.reads(text, as_version=4)
    except (IndexError, UnicodeDecodeError, NotJSONError):
        raise BarometerError(
            f"{folder}: found no executed notebook (.ipynb) that can be read; expected the folder "
            "of an edition. Render it again, or compare the registers alone: estimates.csv."
        ) from None
    return text


def _drawn(file: str, text: str, notebook: NotebookNode) -> Iterator[Drawn]:
    for block, (identifier, html) in zip(floats(file, text), _shown(notebook), strict=True):
        yield Drawn(block, identifier, html)


def _shown(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Identifier and HTML of each output that carries data, in the order of `floats`."""
    before = ""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if DATA_TYPE in (bundle := output.get("data", {})):
                opening = before.rstrip().rpartition("\n")[2]
                known = IDENTIFIER.search(opening) if FLOAT.match(opening) else None
                yield known[1] if known else "", bundle.get("text/html", "")
        before = cell.source if cell.cell_type == "markdown" else ""


def _figure(row: Row) -> tuple[int, Key]:
    question, category, universe, domain, value = (row[name] for name in DUTCH_KEYS)
    return int(row["jaar"]), (question, category, universe, domain, value)
