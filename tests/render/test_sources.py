"""The subset of Quarto that sources may use, and what they refer to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barometer.errors import BarometerError
from barometer.render.lines import Line
from barometer.render.sources import applicable, read_report, to_notebook


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{< pagebreak >}}", r"a\.qmd:1: found a Quarto shortcode"),
        ("x\n\n```{r}\n1\n```", r"a\.qmd:3: found another kind of code cell"),
        ("  ```{python}\n1\n```", r"a\.qmd:1: found another kind of code cell"),
        ("```{python, echo=FALSE}\n1\n```", r"a\.qmd:1: found options in the cell's braces"),
        ("```{python}\n1", r"a\.qmd:1: found a cell that is never closed"),
        ("```{python}\n#| tags: [a\n1\n```", r"a\.qmd:1: found #\| options that are not YAML"),
        ("```{python}\n#| eval: false\n1\n```", r"a\.qmd:1: found the cell option eval"),
        ("```{python}\n#| echo: true\n1\n```", r"a\.qmd:1: found the cell option echo: true"),
        ("x\n`{python}  x`", r"a\.qmd:2: found an inline expression Quarto reads otherwise"),
        ("`{python} x `", r"a\.qmd:1: found an inline expression Quarto reads otherwise"),
        ("`{python} f(x,\ny)`", r"a\.qmd:1: found an inline expression Quarto reads otherwise"),
        ("x\n![kaart](kaart.png)", r"a\.qmd:2: found an image"),
        ("::: {.callout-note}\nx\n:::", r"a\.qmd:1: found a block \.callout-note"),
        ("tekst\n\n:::\n", r"a\.qmd:3: found a ::: that closes nothing"),
        ("tekst\n\n::: {.notice}\n", r"a\.qmd:3: found a ::: that is never closed"),
        ("{{< include weg.qmd >}}", r"weg\.qmd: found no such file"),
        ("{{< include a.qmd >}}", r"a\.qmd: found an include of itself"),
    ],
)
def test_outside_the_subset(tmp_path: Path, source: str, expected: str) -> None:
    path = tmp_path / "a.qmd"
    path.write_text(source)
    with pytest.raises(BarometerError, match=expected):
        read_report(path, lambda name: True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A\n\nx[^weg]", "a.qmd:3: found [^weg]; expected a footnote"),
        ("# A\n\nx[^n]\n\n[^n]: y\n\n[^n]: z", "a.qmd:7: found [^n]: 2 times; expected it once"),
        ("# A {#sec-a}\n\n# B {#sec-a}", "a.qmd:1: found {#sec-a} 2 times; expected it once"),
        ("# A {.unnumbered #sec-a}\n\n@sec-a", "a.qmd:3: found @sec-a; expected a figure"),
        ("# A {#sec-a}\n\nx [zie @sec-a]", "a.qmd:3: found a reference in brackets"),
        ("# A\n\n### B", "a.qmd:3: found a heading of level 3; expected level 2 before it"),
        ("# A\n\na<br/>b", "a.qmd:3: found an HTML tag"),
        ("# A\n\n::: {#tbl-a}\n```{python}\n1\n```\n\n:::", "a.qmd:3: found a float without cap"),
        ("# A\n\n::: {#fig-a}\n:::", "a.qmd:3: found a float without caption"),
    ],
)
def test_what_leads_nowhere(tmp_path: Path, source: str, expected: str) -> None:
    path = tmp_path / "a.qmd"
    path.write_text(source)
    with pytest.raises(BarometerError, match=re.escape(expected)):
        read_report(path, lambda name: True)


def test_all_that_leads_nowhere_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    path.write_text("# A\n\n@fig-x en @tbl-y[^z]\n")
    with pytest.raises(BarometerError) as caught:
        read_report(path, lambda name: True)
    places = [line.partition(";")[0] for line in str(caught.value).splitlines()]
    assert places == [f"a.qmd:3: found {what}" for what in ("@fig-x", "@tbl-y", "[^z]")]


def test_what_code_and_raw_blocks_hold_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    raw = "# A\n\n`@fig-x` naam@sec-x.be <https://a.be>\n\n```{=html}\n<b>[^x]</b> @fig-x\n```"
    path.write_text(f'{raw}\n\n```{{python}}\nx = "@fig-x ![](y)"\n# titel\n```\n')
    assert len(read_report(path, lambda name: True).cells) == 2


def test_reference_into_what_the_wave_did_not_ask(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    path.write_text('# A\n\n@sec-b\n\n::: {.asked of="q"}\n## B {#sec-b}\n:::\n')
    assert read_report(path, lambda name: True)
    with pytest.raises(BarometerError, match=r"a\.qmd:3: found @sec-b; .* in this edition"):
        read_report(path, lambda name: False)


def test_colons_in_code_are_no_divs() -> None:
    lines = [Line("a", i, t) for i, t in enumerate(["```{python}", 'x = """', ":::", '"""', "```"])]
    notebook = to_notebook(applicable(iter(lines), lambda name: True))
    assert notebook.cells[0].source == 'x = """\n:::\n"""'


@pytest.mark.parametrize(("asked", "kept"), [("q", "a b"), ("r", "a"), ("s", "")])
def test_a_block_may_need_any_of_several(tmp_path: Path, asked: str, kept: str) -> None:
    path = tmp_path / "a.qmd"
    path.write_text('::: {.asked of="q|r"}\na\n:::\n\n::: {.asked of="q|r q|s"}\nb\n:::\n')
    cells = read_report(path, lambda name: name == asked).cells
    assert " ".join(" ".join(cell.source for cell in cells).split()) == kept


def test_a_condition_that_no_wave_knows_is_said_aloud(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its block is left out, as that of a question dropped from every wave must be."""

    def holds(name: str) -> bool:
        return {"q": True}[name]

    path = tmp_path / "a.qmd"
    path.write_text('# A\n\n::: {.asked of="q"}\nja\n:::\n\n::: {.asked of="qq"}\nnee\n:::\n')
    (cell,) = read_report(path, holds).cells
    assert "ja" in cell.source
    assert "nee" not in cell.source
    said = capsys.readouterr().err
    assert "a.qmd:7: no wave has 'qq', so this block is left out" in said
    assert said.count("left out") == 1
