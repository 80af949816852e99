"""A small edition to tamper with: some floats of a survey, its register and its downloads."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from barometer.cli import main
from barometer.display.block import Block
from barometer.display.by_domain import by_domain
from barometer.display.crosstab import crosstab
from barometer.display.evolution import evolution, over_time
from barometer.display.figures import bars, grouped_bars, likert
from barometer.display.table_style import table_block
from barometer.display.tables import domain_table, frame_table, response_table
from barometer.prose.names import base, bases, per_wave
from barometer.render.checks.opened import open_edition
from barometer.render.checks.screen import RULES, Rule, screen
from barometer.render.typeset import for_jupyter
from barometer.survey.register import DATA_TYPE, write_register, write_whole
from barometer.survey.survey import Survey
from tests.helpers import DATA

NOTEBOOK = "klein.ipynb"
FIELDS = ["wave", "file", "row", "column", "found", "expected", "remedy", "count", "examples"]


def write_edition(folder: Path, survey: Survey, only: Collection[str] = ()) -> Path:
    """Write the edition as a render does, but without kernel and typesetters.

    `only`: the floats that it shall have; default all but those by sector.
    """
    cells = [new_markdown_cell("# Klein")]
    known = _floats(survey)
    for name, (draw, caption) in (known | _by_sector(survey)).items():
        if name not in (only or known):
            continue
        cells[-1].source += f"\n\n::: {{#{name}}}"
        block = draw()
        bundle = block._repr_mimebundle_()
        write_whole(folder / "downloads" / f"{block.name}.csv", bundle[DATA_TYPE]["csv"])
        cells += [
            new_code_cell(outputs=[new_output("display_data", data=bundle)]),
            new_markdown_cell(f"{caption()}\n:::"),
        ]
    nbformat.write(for_jupyter(new_notebook(cells=cells)), folder / NOTEBOOK)
    write_register(survey, folder / "estimates.csv")
    return folder


Floats = dict[str, tuple[Callable[[], Block], Callable[[], str]]]

#: The floats by sector: for tests of what has codes.
BY_SECTOR = ["fig-verloop", "fig-sectoren", "tbl-sector", "tbl-codes", "tbl-populatie"]


def _by_sector(survey: Survey) -> Floats:
    increase, phase = survey["budget_change"]["increase"], survey["adoption_phase"]
    return {
        "fig-verloop": (lambda: over_time(increase), lambda: f"{bases(increase.of)}."),
        "fig-sectoren": (lambda: by_domain(increase, "sector"), lambda: f"{base(increase.of)}."),
        "tbl-sector": (lambda: crosstab(phase, "sector"), lambda: f"Fase. {base(phase)}."),
        "tbl-codes": (lambda: domain_table(survey, "sector"), lambda: "Sectoren."),
    }


def _floats(survey: Survey) -> Floats:
    """What draws a float, and its caption."""
    budget, phase = survey["budget_change"], survey["adoption_phase"]
    statements, status = survey["ai_act_statement"], survey["ai_use_status"]
    users, others = survey["barrier", "adopters"], survey["barrier", "non_adopters"]
    parts = f"{users.n} met AI en {others.n} zonder"
    return {
        "fig-budget": (lambda: bars(budget), lambda: f"Budget ({base(budget)})."),
        "fig-drempels": (
            lambda: grouped_bars(users, others, ("ja", "nee")),
            lambda: f"Drempels ({base(status)}: {parts}).",
        ),
        "fig-stellingen": (lambda: likert(statements), lambda: f"({base(statements)})"),
        "fig-evolutie": (lambda: evolution(budget), lambda: f"Evolutie. {bases(budget)}."),
        "tbl-fase": (lambda: crosstab(phase, "size"), lambda: f"Fase \\({base(phase)}\\)."),
        "tbl-populatie": (
            lambda: frame_table(survey),
            lambda: f"Noot: N in de populatie = {per_wave(survey, 'population')}.",
        ),
        "tbl-respons": (
            lambda: response_table(survey),
            lambda: f"N\N{NO-BREAK SPACE}= {per_wave(survey, 'usable')}.",
        ),
        "tbl-vrij": (_free_table, lambda: "Toetsen."),
        "tbl-samenvatting": (_summary, lambda: "Samenvatting."),
    }


def _free_table() -> Block:
    """A table that is no crosstab: what is withheld reads n.b., a small p-value has a bound."""
    text = {"label": ["a", "b"], "n": ["1.234", "n.b."], "p": ["< 0,001", "0,023"]}
    data = {"Wat": ["a", "b"], "N": [1234.4, math.nan], "P": [0.00012, 0.0231]}
    columns = {"label": "Wat", "n": "N", "p": "P"}
    return table_block(pd.DataFrame(text), columns, "vrij", "Vrij", data=pd.DataFrame(data))


def _summary() -> Block:
    """A table of other columns than the data it is made of."""
    text, data = {"label": ["rijen"], "n": ["2"]}, {"id": ["x", "y"]}
    columns = {"label": "Wat", "n": "N"}
    return table_block(pd.DataFrame(text), columns, "kort", "Kort", data=pd.DataFrame(data))


def failing(
    folder: Path, survey: Survey, rules: Iterable[Rule] = RULES, files: Path = DATA / "2025"
) -> dict[str, list[str]]:
    """The rules that do not hold in an edition, with what they find."""
    results = screen(open_edition(folder, survey, files), rules)
    return {r.rule: [str(problem) for problem in r.problems] for r in results if r.problems}


def finds(rule: Rule, folder: Path, survey: Survey) -> list[str]:
    """What one rule finds in an edition; quicker than all of them."""
    return failing(folder, survey, [rule]).get(rule.__name__, [])


def set_cells(path: Path, column: str, value: str, **keys: str) -> int:
    """Write a value into a column of a CSV file where the keys hold; the first such row."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = (frame[list(keys)] == pd.Series(keys)).all(axis=1)
    assert rows.any(), keys
    frame.loc[rows, column] = value
    frame.to_csv(path, index=False, lineterminator="\n")
    return rows.tolist().index(True) + 2


def edit_notebook(folder: Path, change: Callable[[str], str], kind: str, name: str) -> None:
    """Change the output of one kind of the float with a name, or its caption."""
    path = folder / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            if output["data"][DATA_TYPE]["name"] == name:
                if kind == "caption":
                    after = notebook["cells"][number + 1]
                    after["source"] = changed("".join(after["source"]), change)
                else:
                    before = "".join(output["data"][kind])
                    output["data"][kind] = changed(before, change)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text after a change, which must make one."""
    after = change(text)
    assert after != text
    return after


def check(
    capsys: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """What `check … --format json` exits with and says; nothing else is printed."""
    code = main(["check", *map(str, arguments), "--format", "json"])
    said = capsys.readouterr()
    assert not said.err
    answer = json.loads(said.out)
    assert list(answer) == ["problems", "warnings"]
    assert all(list(entry) == FIELDS for part in answer.values() for entry in part)
    return code, answer
