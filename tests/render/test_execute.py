"""What goes wrong while a report runs is told with chapter and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barometer.errors import BarometerError
from barometer.render.execute import execute
from barometer.render.sources import read_report

SOURCE = """\
# Kop

```{python}
x = 1

y = 2
```

Het is `{python} str(x)`.
"""


def run(folder: Path, source: str) -> str:
    """Execute a report of one file; the text of its cells afterwards."""
    path = folder / "a.qmd"
    path.write_text(source, encoding="utf-8")
    notebook = execute(read_report(path, lambda name: True), {}, folder, {})
    return "\n\n".join(cell.source for cell in notebook.cells)


def failure(folder: Path, old: str, new: str) -> str:
    assert old in SOURCE
    with pytest.raises(BarometerError) as caught:
        run(folder, SOURCE.replace(old, new))
    return str(caught.value)


def test_results_stand_in_the_text(tmp_path: Path) -> None:
    source = SOURCE + 'En `{python} "*a* 1."` en `{{python}}`.'
    assert r"Het is 1." in run(tmp_path, source)
    assert r"En \*a\* 1\. en `{python}`" in run(tmp_path, source)


def test_failing_cell(tmp_path: Path) -> None:
    assert failure(tmp_path, "y = 2", "1 / 0").startswith(
        "a.qmd:6: found a cell that fails\n  ZeroDivisionError"
    )


def test_expression_without_text(tmp_path: Path) -> None:
    found = failure(tmp_path, "str(x)", "str()")
    assert re.match(r"a\.qmd:9: found an expression that fails: str\(\)\n  it gives no text", found)


@pytest.mark.parametrize(("place", "line"), [("y = 2", 3), ("str(x)", 9)])
def test_kernel_that_dies(tmp_path: Path, place: str, line: int) -> None:
    found = failure(tmp_path, place, "__import__('os')._exit(1)")
    assert found.startswith(f"a.qmd:{line}: found a cell that ended Python itself")


@pytest.mark.parametrize("expression", ["object()", "dict(a=1).items()"])
def test_an_object_is_no_text(tmp_path: Path, expression: str) -> None:
    """An estimate without pct() would stand in the edition as Python shows it."""
    with pytest.raises(BarometerError, match="it gives no text; expected a word or number"):
        run(tmp_path, SOURCE + f"En `{{python}} {expression}`.")
