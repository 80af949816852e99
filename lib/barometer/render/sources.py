"""From report.qmd and its chapters to one notebook, each cell knowing where it came from.

Read is the part of Quarto's language that docs/quarto-subset.md describes; a line outside it is
refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from barometer.render import references
from barometer.render.lines import Line, read_lines
from barometer.render.progress import say

SHORTCODE = re.compile(r"\{\{[<%]")
CELL = re.compile(r"^```+\s*\{python\b(?P<rest>[^}]*)\}\s*$")
OTHER_CELL = re.compile(r"^\s*```+\s*\{(?!=|python\b|\.|#)(\w+)[^}]*\}")
FENCE = re.compile(r"^(?P<ticks>`{3,})")
OPTION = re.compile(r"^#\|\s?(.*)$")
DIV_OPEN = re.compile(r"^(?P<colons>:{3,})\s*(?P<attributes>\{.*\}|\w[\w-]*)\s*:*\s*$")
DIV_CLOSE = re.compile(r"^:{3,}\s*$")
CONDITIONS = re.compile(r"\b(?:of|when-profile)=\"([^\"]*)\"")
INLINE_START = re.compile(r"(?<!`)`\{python\}")
# one blank and no more: Quarto prints an expression with others around it as it stands
INLINE = re.compile(r"(?<!`)`\{python\} (?! )[^`]+(?<! )`")
CLASS_OR_ID = re.compile(r"(?<=[\s{])[.#][\w-]+")
DIVS = re.compile(
    r"\.asked|\.content-visible|\.document-title|\.notice|\.box|\.key-figures|\.colophon|\.contents"
    r"|\.list-of-figures|\.list-of-tables|\.list-of-statements|\.list-to-mend"
    r"|\.list-of-left-out|\.list-of-untold"
    r"|#fig-[\w-]+|#tbl-[\w-]+"
)
OPTIONS = {"label", "tags", "echo"}


def applicable(lines: Iterable[Line], holds: Callable[[str], bool]) -> Iterator[Line]:
    """Leave out the `.asked` and `.content-visible` blocks of which not every condition holds."""
    stack: list[tuple[Line, bool, bool]] = []
    dropping, fence = 0, ""
    for line in lines:
        opening, ticks = DIV_OPEN.match(line.text), FENCE.match(line.text)
        # the marks of a conditional block go in any case: a heading may stand in no container
        mark = False
        if ticks:
            if not fence:
                fence = ticks.group("ticks")
            elif line.text.rstrip() == fence:
                fence = ""
        elif not fence and opening:
            mark = ".asked" in line.text or ".content-visible" in line.text
            conditions = " ".join(CONDITIONS.findall(line.text)).split() if mark else []
            applying = [_applies(name, line, holds) for name in conditions]  # each is said aloud
            dropped = not all(applying)
            dropping += dropped
            stack.append((line, dropped, mark))
        elif not fence and DIV_CLOSE.match(line.text):
            if not stack:
                raise line.refuse("a ::: that closes nothing", "an opening ::: {…} before it")
            _, dropped, mark = stack.pop()
            dropping -= dropped
        if not dropping:
            yield Line(line.file, line.number, "") if mark else line
    if stack:
        raise stack[-1][0].refuse("a ::: that is never closed", "a closing :::")


def _applies(condition: str, line: Line, holds: Callable[[str], bool]) -> bool:
    """Whether a condition holds: one of the identifiers in it, "exports|imports"."""
    holding = [_holds(name, line, holds) for name in condition.split("|")]
    return any(holding)


def _holds(name: str, line: Line, holds: Callable[[str], bool]) -> bool:
    """Whether an identifier holds; one that no wave knows does not, and that is said aloud.

    A question that is dropped for good need not be dropped from the chapters, but a mistyped one
    must not drop a block silently.
    """
    try:
        return holds(name)
    except KeyError:
        say(
            f"{line.file}:{line.number}: no wave has '{name}', so this block is left out; if it is "
            "mistyped, expected a question, question.item, indicator or code of a wave"
        )
        return False


def to_notebook(lines: Iterable[Line]) -> NotebookNode:
    """Cut the lines into markdown and code cells; metadata.barometer has the file and line."""
    cells: list[NotebookNode] = []
    text: list[Line] = []
    code: list[Line] | None = None
    fence = ""
    for line in lines:
        if code is not None:
            if line.text.rstrip() == "```":
                cells.append(_code_cell(code))
                code = None
            else:
                code.append(line)
        elif fence:
            fence = "" if line.text.rstrip() == fence else fence
            text.append(line)
        elif opening := CELL.match(line.text):
            if opening.group("rest").strip():
                raise line.refuse("options in the cell's braces", "#| options inside the cell")
            cells += _markdown_cell(text)
            text, code = [], [line]
        else:
            _refuse_outside_subset(line)
            ticks = FENCE.match(line.text)
            fence = ticks.group("ticks") if ticks else ""
            text.append(line)
    if code is not None:
        raise code[0].refuse("a cell that is never closed", "a line ``` after it")
    cells += _markdown_cell(text)
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cel-{number:03}"
    return notebook


def _refuse_outside_subset(line: Line) -> None:
    if SHORTCODE.search(line.text):
        raise line.refuse("a Quarto shortcode", "only {{< include … >}} on a line of its own")
    if OTHER_CELL.match(line.text) or re.match(r"^\s+```\s*\{python", line.text):
        raise line.refuse("another kind of code cell", "```{python} at the start of a line")
    if len(INLINE_START.findall(line.text)) != len(INLINE.findall(line.text)):
        raise line.refuse("an inline expression Quarto reads otherwise", "`{python} x` on one line")
    opening = DIV_OPEN.match(line.text)
    for name in CLASS_OR_ID.findall(opening.group("attributes")) if opening else ():
        if not DIVS.fullmatch(name):
            raise line.refuse(f"a block {name}", "one that docs/quarto-subset.md names")


def _markdown_cell(lines: list[Line]) -> list[NotebookNode]:
    while lines and not lines[0].text.strip():
        lines = lines[1:]
    if not lines:
        return []
    source = "\n".join(line.text for line in lines).rstrip()
    place = _place(lines[0], lines)
    return [nbformat.v4.new_markdown_cell(source, metadata={"barometer": place})]


def _code_cell(lines: list[Line]) -> NotebookNode:
    head, body = lines[0], lines[1:]
    options = [OPTION.match(line.text) for line in body]
    try:
        settings = yaml.safe_load("\n".join(match.group(1) for match in options if match)) or {}
        if not isinstance(settings, dict):
            raise yaml.YAMLError(f"no key: {settings}")
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0]
        raise head.refuse(f"#| options that are not YAML ({problem})", "e.g. #| label: x") from None
    unknown = ", ".join(sorted(set(settings) - OPTIONS))
    if unknown or settings.get("echo", False):
        raise head.refuse(f"the cell option {unknown or 'echo: true'}", "label or tags")
    source = "\n".join(line.text for line in body)
    metadata = {"barometer": _place(head, body), "tags": list(settings.get("tags", []))}
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    return cell


def _place(first: Line, lines: list[Line]) -> dict[str, object]:
    """Where a cell came from: its file, first line, and the place of each line of its source."""
    return {
        "file": first.file,
        "line": first.number,
        "lines": [[line.file, line.number] for line in lines],
    }


def read_report(path: Path, holds: Callable[[str], bool]) -> NotebookNode:
    """Read report.qmd with its chapters as one notebook, without what the wave did not ask.

    `holds` tells whether an identifier of an `.asked` block applies, KeyError for one that no wave
    knows. Raises BarometerError with file and line for anything outside the subset of Quarto's
    language, and for references that lead nowhere.
    """
    lines = list(applicable(read_lines(path, path.parent), holds))
    notebook = to_notebook(lines)
    references.check(lines)
    return notebook
