"""Quarto's own run of the report: every block is executed and shown unless the report says no."""

from __future__ import annotations

import re
from pathlib import Path

import pypandoc
import pytest

from barometer.errors import BarometerError
from barometer.render import plain, typeset
from barometer.render.execute import execute
from barometer.render.lines import read_lines
from barometer.render.sources import to_notebook
from tests.helpers import DATA, ROOT, edit

BEGIN = """
::: {.asked of="quarto"}
```{python}
from barometer.render import plain

plain.begin(year)
```
:::
"""
END = """
::: {.asked of="quarto"}
```{python}
plain.end()
```
:::
"""
MORE = """
::: {.asked of="barrier"}
- Eén `{python} str(year)`
:::

::: {.asked of="previous.adoption_model"}
- Twee `{python} undefined`
:::

::: {.asked of="previous|previous.adoption_model"}
- Drie
:::

De tekst steunt op []{.comparisons} vergelijkingen, waarvan er []{.significant} significant zijn.
"""


@pytest.fixture
def report(project: Path, chapter: Path) -> Path:
    """The small report with what report.qmd has for Quarto's own run."""
    source = project / "report.qmd"
    edit(source, "::: {.contents}", BEGIN + "\n::: {.contents}")
    source.write_text(source.read_text(encoding="utf-8") + END, encoding="utf-8")
    chapter.write_text(chapter.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    return source


def run(report: Path, year: int) -> str:
    """The markdown of a run as Quarto makes it: no block is dropped before cells are executed."""
    notebook = to_notebook(read_lines(report, report.parent))
    environment = {"BAROMETER_DATA": str(DATA)}
    return typeset.to_markdown(execute(notebook, {"year": year}, report.parent, environment))


def filtered(text: str) -> str:
    """The text of its page, after the filter that _quarto.yml names first."""
    page = pypandoc.convert_text(
        text, "plain", "markdown", ["--wrap=none", f"--lua-filter={ROOT}/theme/conditions.lua"]
    )
    return str(page)


def test_blocks_that_do_not_hold_are_neither_executed_nor_shown(report: Path) -> None:
    """The hidden cell raises an error, and `undefined` is not defined."""
    page = filtered(run(report, 2025))
    assert "Dit staat er." in page
    assert "Dit niet." not in page
    assert "Verborgen" not in page
    assert re.search(r"- Eén 2025\n\n- Drie\n", page)  # one list
    assert "weggelaten" not in page
    # one statement of the small report was tested, and is not significant
    assert "steunt op 1 vergelijkingen, waarvan er 0 significant zijn." in page


def test_the_year_decides_what_stays(report: Path, chapter: Path) -> None:
    """2021 has no wave before it."""
    edit(chapter, "`{python} pct(share)`", "`{python} str(1)`")
    page = filtered(run(report, 2021))
    assert "- Eén 2021\n" in page
    assert "Drie" not in page


def test_what_runs_with_another_block_too_is_executed(report: Path, chapter: Path) -> None:
    edit(chapter, "- Twee `{python} undefined`", "- Twee `{python} str(year)`")
    assert re.search(r"- Eén 2025\n", filtered(run(report, 2025)))


def test_barometer_drops_the_calls_with_their_blocks(text: str) -> None:
    source = (ROOT / "report.qmd").read_text(encoding="utf-8")
    calls = re.findall(r'::: \{\.asked of="quarto"\}\n```\{python\}\n(.*?)```\n:::', source, re.S)
    assert [re.findall(r"plain\.\w+", call) for call in calls] == [["plain.begin"], ["plain.end"]]
    assert "quarto-run" not in text


def test_outside_a_kernel(project: Path) -> None:
    with pytest.raises(BarometerError, match=r"expected to run in a cell of report\.qmd"):
        plain.begin(2025, DATA)
