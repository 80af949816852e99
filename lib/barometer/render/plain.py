"""Quarto's own run of the report: `quarto render report.qmd -P year:2023`, `quarto preview`.

Quarto executes every cell and expression of a document before any filter could leave out a block.
So the kernel itself passes over what stands only in `.asked` blocks that do not hold for the wave,
and theme/conditions.lua takes those blocks away. `barometer render` drops them before it executes
anything, and report.qmd's calls of this module with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython

from barometer.errors import BarometerError
from barometer.project import data_folder, project_root
from barometer.render.conditions import PROFILES, QUARTO, applies
from barometer.render.inline import INLINE
from barometer.render.lines import Line, read_lines
from barometer.render.sources import applicable, to_notebook
from barometer.render.stated import Stated, comparisons
from barometer.survey.register import PROVENANCE

CONDITION = re.compile(r"\.asked\b[^}]*\bof=\"([^\"]*)\"")
OPTION = re.compile(r"^#\|.*\n?", re.MULTILINE)
#: What an expression gives that is passed over; its block goes.
NOTHING = "'weggelaten'"


@dataclass
class Run:
    """One run: the cells, expressions and conditions that fall out, and the statements met."""

    cells: frozenset[str]
    expressions: frozenset[str]
    conditions: frozenset[str]
    stated: list[Stated] = field(default_factory=list)

    def _repr_markdown_(self) -> str:
        """What theme/conditions.lua reads."""
        tested, significant = comparisons(self.stated)
        falling_out = "\n\n".join(f"`{condition}`" for condition in sorted(self.conditions))
        return (
            f'::: {{.quarto-run comparisons="{tested}" significant="{significant}"}}\n'
            f"{falling_out}\n:::"
        )


#: That of this kernel; Quarto may use a kernel again for a next one.
_RUNS: list[Run] = []


def begin(year: int, data: Path | str | None = None) -> None:
    """From here on pass over what the wave has nothing for. BarometerError outside a kernel."""
    shell: Any = get_ipython()
    if shell is None:
        raise BarometerError("found no kernel; expected to run in a cell of report.qmd")
    hooked = bool(_RUNS)
    _RUNS[:] = [_falling_out(year, data_folder(data))]
    if not hooked:
        shell.input_transformers_cleanup.append(_without_cells)
        shell.user_expressions = _without_expressions(shell.user_expressions)


def end() -> Run:
    """What was passed over, as the filter needs it; stands at the end of the report."""
    return _RUNS[0]


def _falling_out(year: int, data: Path) -> Run:
    """What stands in no block that holds; what is for reviewers only Quarto leaves out itself."""
    root, holds = project_root(), applies(year, data)
    lines = list(read_lines(root / "report.qmd", root))
    kept = list(applicable(lines, lambda name: name in (QUARTO, *PROFILES) or holds(name)))
    places = {(line.file, line.number) for line in kept}
    conditions = frozenset(CONDITION.findall("\n".join(line.text for line in lines)))
    holding = (line.text for line in lines if (line.file, line.number) in places)
    (cells, expressions), (cells_kept, expressions_kept) = _executed(lines), _executed(kept)
    return Run(
        cells - cells_kept,
        expressions - expressions_kept,
        conditions - frozenset(CONDITION.findall("\n".join(holding))),
    )


def _executed(lines: Iterable[Line]) -> tuple[frozenset[str], frozenset[str]]:
    """The code cells and the inline expressions."""
    cells = to_notebook(lines).cells
    code = (_bare(cell.source) for cell in cells if cell.cell_type == "code")
    texts = (cell.source for cell in cells if cell.cell_type == "markdown")
    return frozenset(code), frozenset(e.strip() for text in texts for e in INLINE.findall(text))


def _bare(source: str) -> str:
    """Code as the kernel gets it from Quarto, without its options."""
    return OPTION.sub("", source).strip()


def _without_cells(lines: list[str]) -> list[str]:
    return [] if _bare("".join(lines)) in _RUNS[0].cells else lines


def _without_expressions(
    evaluate: Callable[[dict[str, str]], dict[str, Any]],
) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    def only_kept(expressions: Mapping[str, str]) -> dict[str, Any]:
        run = _RUNS[0]
        results = evaluate(
            {
                key: NOTHING if expression.strip() in run.expressions else expression
                for key, expression in expressions.items()
            }
        )
        for result in results.values():
            record = result.get("data", {}).get(PROVENANCE, {})
            if "verdict" in record:
                run.stated.append(Stated("", 0, "", record))
        return results

    return only_kept
