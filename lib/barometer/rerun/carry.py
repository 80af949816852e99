"""The settings of a wave carried over to the next: as they are written, comments and all.

What a new wave decides anew is emptied or set; above what somebody must look at stands a mark,
`# TODO(2027): …`, which goes when that was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

#: What must be looked at in wave.yml, by its key.
SETTINGS = {
    "field_period": "the first and the last day of the fieldwork, as year-month-day",
    "provenance": "confidential: the answers stay outside the repository (CONTRIBUTING.md)",
    "max_reminders": "how often were firms reminded, at most?",
    "procedure": "were firms found and approached as before?",
    "procedure.european_survey": "the European survey as held in the year of this wave",
    "import": "do the columns of this export have the same names?",
    "collapse": "strata that lacked answers before; do they now?",
    "domains": "the same sectors and sizes? Those that changed say by `previous` what they were",
}
#: And in questionnaire.yml; of the questions each has a mark of its own.
CONTENT = {
    "scales": "the same answers, in the same words?",
    "universes": "the same filters?",
    "indicators": "do they still say what the questions ask, and compare with the wave before?",
}
QUESTION = "asked again, of the same firms, in the same words?"
PREVIOUS = "names of the wave before the last one; those of the last one count now"
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
OLD_MARK = re.compile(r"[ \t]*# TODO\(\d{4}\):")
DATED = "this speaks of a year; still so?"


@dataclass
class _Draft:
    """A YAML file that is being carried over: its text, what is replaced, where marks go.

    `within`: the lines that begin inside a text over several, each with the line before it.
    """

    text: str
    year: int
    within: dict[int, int]
    replaced: list[tuple[int, int, str]] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)

    def replace(self, node: yaml.Node, value: str) -> None:
        self.replaced.append((node.start_mark.index, node.end_mark.index, value))

    def mark(self, node: yaml.Node, why: str) -> None:
        """Mark what is on the line of a node; the first mark of a line stays."""
        line = node.start_mark.line
        while line in self.within:  # a mark there would become part of that text
            line = self.within[line]
        self.marks.setdefault(line, why)

    def written(self) -> str:
        """The text with all that done. Marks stand above their line, as far to the right."""
        text = self.text
        for start, end, value in sorted(self.replaced, reverse=True):
            text = text[:start] + value + text[end:]
        lines = text.splitlines(keepends=True)
        for number, why in sorted(self.marks.items(), reverse=True):
            line = lines[number]
            indent = line[: len(line) - len(line.lstrip(" "))]
            lines.insert(number, f"{indent}# TODO({self.year}): {why}\n")
        return "".join(lines)


def settings(text: str, old: int, new: int) -> str:
    """The text of wave.yml for a new wave: its year, no field period yet, confidential."""
    draft, root = _draft(text, new)
    for path, key, value in _entries(root):
        if path in SETTINGS:
            draft.mark(key, SETTINGS[path])
        if path == "year":
            draft.replace(value, str(new))
        elif path in ("field_period.start", "field_period.end"):
            draft.replace(value, "null")
        elif path == "provenance":
            draft.replace(value, "confidential")
        elif path == "illustrative":  # only a wave that is made up can be
            draft.replace(value, "false")
        elif path == "imputation.seed" and value.value == str(old):
            draft.replace(value, str(new))
        elif path.startswith("domains.") and key.value == "previous":
            draft.mark(key, PREVIOUS)
        elif isinstance(value, yaml.ScalarNode) and YEAR.search(value.value):
            draft.mark(key, DATED)
    return _with_dated_comments(draft)


def content(text: str, new: int) -> str:
    """The text of questionnaire.yml for a new wave."""
    draft, root = _draft(text, new)
    for path, key, value in _entries(root):
        section, *rest = path.split(".")
        if section == "questions" and len(rest) == 1:
            draft.mark(key, QUESTION)
        elif path in CONTENT:
            draft.mark(key, CONTENT[path])
        elif key.value == "previous":
            draft.mark(key, PREVIOUS)
        elif isinstance(value, yaml.ScalarNode) and YEAR.search(value.value):
            draft.mark(key, DATED)
    return _with_dated_comments(draft)


def marks(path: Path, year: int) -> list[tuple[int, str]]:
    """The marks of a wave that still stand in a file: row and what is asked."""
    if not path.is_file():
        return []
    rows = enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
    found = ((number, re.search(rf"#\s*TODO\({year}\):?\s*(.*)", row)) for number, row in rows)
    return [(number, mark[1].strip()) for number, mark in found if mark]


def _draft(text: str, year: int) -> tuple[_Draft, yaml.Node]:
    """Begin with a text, without the marks that an earlier wave left in it."""
    within = _within(yaml.compose(text, Loader=yaml.SafeLoader))
    lines = enumerate(text.splitlines(keepends=True))
    kept = "".join(line for n, line in lines if n in within or not OLD_MARK.match(line))
    # the C parser counts bytes, this one characters
    root = yaml.compose(kept, Loader=yaml.SafeLoader) or yaml.MappingNode("", [])
    return _Draft(kept, year, _within(root)), root


def _within(root: yaml.Node | None) -> dict[int, int]:
    """The lines that begin inside a scalar, each with the line before it."""
    texts = [root] if isinstance(root, yaml.ScalarNode) else []
    for _, key, value in _entries(root):
        texts += [node for node in (key, *_items(value)) if isinstance(node, yaml.ScalarNode)]
    return {
        line: line - 1
        for node in texts
        for line in range(node.start_mark.line + 1, node.end_mark.line + 1)
        if line < node.end_mark.line or node.end_mark.column > 0
    }


def _items(node: yaml.Node) -> list[yaml.Node]:
    """A value, or what is in it where it is a list."""
    if isinstance(node, yaml.SequenceNode):
        return [part for item in node.value for part in _items(item)]
    return [node]


def _entries(
    node: yaml.Node | None, within: str = ""
) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Every key at any depth: its path, itself and its value; those of a list have its path."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            path = f"{within}{key.value}"
            yield path, key, value
            yield from _entries(value, f"{path}.")
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item, f"{within}-.")


def _with_dated_comments(draft: _Draft) -> str:
    """Mark comments that speak of a year too; a line within a text over several is none."""
    for number, line in enumerate(draft.text.splitlines()):
        if line.lstrip(" \t").startswith("#") and YEAR.search(line) and number not in draft.within:
            draft.marks.setdefault(number, DATED)
    return draft.written()
