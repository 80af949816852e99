"""What goes wrong while a report runs is told with chapter and line."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.prose.statements import larger
from barometer.render.execute import execute
from barometer.render.sources import read_report
from barometer.survey.rounding import round_half_up
from barometer.survey.survey import Survey, load_survey
from tests.helpers import ROOT

SOURCE = """\
# Kop

```{python}
x = 1

y = 2
```

Het is `{python} str(x)`.
"""


NUMBERS = "from barometer.prose.numbers import *"


def notebook(folder: Path, source: str) -> NotebookNode:
    """Execute a report of one file."""
    path = folder / "a.qmd"
    path.write_text(source, encoding="utf-8")
    return execute(read_report(path, lambda name: True), {}, folder, {})


def run(folder: Path, source: str) -> str:
    """Execute a report of one file; the text of its cells afterwards."""
    return "\n\n".join(cell.source for cell in notebook(folder, source).cells)


def plain(text: str) -> str:
    """Markdown without its escapes."""
    return text.replace("\\", "")


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


def test_what_is_read_only_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment and the folder of the project: here neither can be written, by anyone."""
    monkeypatch.setattr(sys, "prefix", "/proc/self")
    report = tmp_path / "a.qmd"
    report.write_text(f"{SOURCE}\nEn `{{python}} __import__('os').environ['MPLCONFIGDIR']`.")
    told = execute(read_report(report, lambda name: True), {}, Path("/proc/self"), {})
    (cell,) = [cell for cell in told.cells if "Het is" in cell.source]
    assert "/barometer-" in plain(cell.source)  # a folder of this run
    assert [path.name for path in tmp_path.iterdir()] == ["a.qmd"]


def test_temporary_files_lie_in_a_folder_that_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program of the kernel makes, and the file with the key to the kernel."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    source = SOURCE.replace(
        "x = 1",
        "import sys, tempfile; x = [tempfile.mkstemp()[1], *sys.argv]; x = ' '.join(x)",
    )
    text = run(tmp_path, source)
    assert len(re.findall(rf"{re.escape(str(tmp_path / 'tmp'))}/barometer", plain(text))) > 1
    assert list((tmp_path / "tmp").iterdir()) == []


# --- what stays of where a text comes from ------------------------------------------------------

KRINGLOOP = ROOT / "tests" / "fixtures" / "kringloop" / "data"
REPORT = """\
```{{python}}
from barometer.chapters import *

survey = load_survey(2026, {data!r})
active, usable = survey["beleid"]["actief"], survey.accounting["usable"]
bouw, sizes = active.at("bouw"), active.by("omvang")
both = [bouw, active.at("zorg")]
```

# Kop

Het is `{{python}} pct(active)`, dus `{{python}} share_words(active)`.
`{{python}} capital(names(both, figures=True))` en `{{python}} names(highest(sizes))`.

- In de bouw `{{python}} points(bouw - active, 0)` (N = `{{python}} num(usable)`).
- Grote zaken meer.`{{python}} claim(larger(active.at("L"), active.at("S")))`
- Het jaar `{{python}} str(survey.year)`.
"""


@pytest.fixture(scope="module")
def monitor() -> Survey:
    return load_survey(2026, KRINGLOOP)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """A small report on another survey, executed."""
    return notebook(tmp_path_factory.mktemp("told"), REPORT.format(data=str(KRINGLOOP)))


def records(told: NotebookNode) -> list[dict[str, Any]]:
    return [r for c in told.cells for r in c.metadata.get("barometer", {}).get("inline", [])]


def test_every_expression_is_recorded_with_its_place_and_text(told: NotebookNode) -> None:
    found, lines = records(told), REPORT.format(data=str(KRINGLOOP)).splitlines()
    assert [r["expression"] for r in found] == re.findall(r"`\{python\} ([^`]+)`", "\n".join(lines))
    for record in found:
        assert record["file"] == "a.qmd"
        assert f"`{{python}} {record['expression']}`" in lines[record["line"] - 1]
    assert [r["kind"] for r in found] == [
        *("percentage", "fraction", "names", "ranking", "points", "number", "claim", "other"),
    ]
    for cell in told.cells:
        if own := cell.metadata["barometer"].get("inline"):
            filled = cell.metadata["barometer"]["source"]
            for record in own:
                filled = filled.replace(f"`{{python}} {record['expression']}`", record["text"], 1)
            rendered = re.sub(r"\[\]\{\.[\w-]+\}|\u2060", "", cell.source)
            assert re.sub(r"\\(?=\W)", "", rendered) == filled


def test_the_record_holds_the_estimates_as_published(told: NotebookNode, monitor: Survey) -> None:
    active = monitor["beleid"]["actief"]
    by_branch = {e.domain_value: e for e in active.by("branche")}
    found = {r["expression"]: r for r in records(told)}
    (source,) = found["pct(active)"]["sources"]
    assert source["estimate"] == float(round_half_up(active, 1))
    assert source["se"] == float(round_half_up(active.se, 1))
    assert (source["n"], source["question"], source["category"]) == (209, "beleid", "actief")
    assert found["share_words(active)"]["sources"] == [source]
    # also through capital() and names(), in the order of the sentence
    ranked = found["capital(names(both, figures=True))"]["sources"]
    expected = [by_branch["bouw"], by_branch["zorg"]]
    assert [s["domain_value"] for s in ranked] == ["bouw", "zorg"]
    decimals = [0, 1]  # few answered in the first, which is shown to the percent (decision 8)
    assert [s["estimate"] for s in ranked] == [
        float(round_half_up(e, d)) for e, d in zip(expected, decimals, strict=True)
    ]
    (gap,) = found["points(bouw - active, 0)"]["sources"]
    assert [(t["factor"], t["domain_value"]) for t in gap["terms"]] == [(1, "bouw"), (-1, "Totaal")]
    (count,) = found["num(usable)"]["sources"]
    assert count == {"year": 2026, "count": "usable", "value": 209}
    assert found["str(survey.year)"]["sources"] == []
    stated = larger(active.at("L"), active.at("S")).record()
    claimed = found['claim(larger(active.at("L"), active.at("S")))']
    assert {name: claimed[name] for name in stated} == stated


def test_nothing_in_the_notebook_tells_of_respondents(told: NotebookNode) -> None:
    """No enterprise number, and no count of who is in a category, which may be few."""
    written = nbformat.writes(told)
    sample = pd.read_csv(KRINGLOOP / "2026" / "sample.csv", dtype=str)
    assert not [number for number in sample["enterprise_number"] if number in written]
    assert "n_category" not in written
    assert "imputed" not in written


@pytest.mark.parametrize("expression", ["pct(12.3)", "capital(pct(100 * 1 / 3))"])
def test_a_percentage_that_comes_from_no_estimate_is_refused(
    tmp_path: Path, expression: str
) -> None:
    source = SOURCE.replace("x = 1", "x = 1\nfrom barometer.prose.names import *\n" + NUMBERS)
    with pytest.raises(BarometerError) as caught:
        run(tmp_path, source.replace("str(x)", expression))
    message = str(caught.value)
    assert message.startswith(f"a.qmd:11: found an expression that fails: {expression}\n")
    assert "a percentage that comes from no estimate" in message


def test_a_number_or_what_is_missing_needs_no_estimate(tmp_path: Path) -> None:
    source = SOURCE.replace("x = 1", NUMBERS)
    text = run(tmp_path, source.replace("str(x)", 'num(12.3, 1) + pct(float("nan"))'))
    assert r"Het is 12,3n\.b\.." in text


def test_expressions_that_touch_are_refused(tmp_path: Path) -> None:
    """Quarto sees only the first of them."""
    message = failure(tmp_path, "`{python} str(x)`", "`{python} str(x)``{python} str(y)`")
    assert message.startswith("a.qmd:9: found two expressions without a space between them")


def test_an_empty_text_stands_in_the_source_as_nothing(tmp_path: Path) -> None:
    source = SOURCE.replace("x = 1", 'from barometer.prose.text import Text\nx = Text("", "ties")')
    (cell,) = [
        c for c in notebook(tmp_path, source.replace("str(x)", "x")).cells if "Het" in c.source
    ]
    assert "Het is []{.nothing}." in cell.source
    (record,) = cell.metadata["barometer"]["inline"]
    assert (record["text"], record["kind"], record["line"]) == ("", "ties", 10)
