"""The figures published for a wave, beside our estimates: equal as printed, or how far off."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from barometer.display.block import Block
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import num, pct, round_half_up
from barometer.survey.survey import Survey
from barometer.wave.reading import published_file

KEYS = ["question", "category", "universe", "domain", "domain_value"]


def against_published(survey: Survey, data: Path | None = None) -> pd.DataFrame:
    """Hold every published percentage against the estimate, rounded as it was printed.

    One row per published percentage: its `id` and keys, `value` (published), `estimate` (full
    precision), `rounded` (one decimal) and `distance` (of the rounded one, percentage points,
    signed). Raises BarometerError when nothing is published for the wave, and for a figure of
    which the register has no estimate.
    """
    path = published_file(survey.year, data)
    if not path.is_file():
        raise BarometerError(
            f"{path}: found no such file; expected the figures published for {survey.year}"
        )
    rows = pd.read_csv(path, dtype=str)
    rows = rows[rows["statistic"] == "weighted_pct"]
    register = survey.register().set_index(KEYS)["estimate"]
    cells = pd.MultiIndex.from_frame(rows[KEYS])
    known = cells.isin(register.index)
    if not known.all():
        first = int(known.argmin())
        cell = " / ".join(rows[KEYS].iloc[first])
        raise BarometerError(
            f"{path.name}, row {rows.index[first] + 2}: found {cell}; expected "
            "question, category, universe, domain and value of an estimate. See questionnaire.yml "
            "and wave.yml."
        )
    rows = rows.reset_index(drop=True)
    rows["value"] = rows["value"].astype(float)
    rows["estimate"] = register[cells].to_numpy()
    rows["rounded"] = rows["estimate"].map(lambda x: float(round_half_up(x, 1)))
    rows["distance"] = (rows["rounded"] - rows["value"]).round(1)
    return rows


def published_summary(compared: pd.DataFrame, survey: Survey) -> Block:
    """Per indicator: how many figures were published, how many are equal, the largest distance."""
    table = pd.DataFrame(
        [
            {
                "label": survey.questionnaire.indicator(str(question)).short,
                "published": num(len(rows)),
                "equal": num((rows["distance"] == 0).sum()),
                "largest": num(rows["distance"].abs().max(), 1),
            }
            for question, rows in compared.groupby("question", sort=False)
        ]
    )
    columns = {
        "label": "Indicator",
        "published": "Gepubliceerd",
        "equal": "Gelijk",
        "largest": "Grootste afwijking (procentpunt)",
    }
    title = "Gepubliceerde cijfers per indicator"
    return table_block(table, columns, "controle", title, data=compared[["id"]])


def published_exceptions(compared: pd.DataFrame) -> Block | None:
    """The published figures that the estimates do not equal, with both; nothing without any."""
    off = compared[compared["distance"] != 0]
    if off.empty:
        return None
    table = pd.DataFrame(
        {
            "id": off["id"],
            "value": off["value"].map(pct),
            "estimate": off["estimate"].map(lambda x: pct(x, 2)),
            "distance": off["distance"].map(lambda x: num(x, 1)),
        }
    ).reset_index(drop=True)
    columns = {
        "id": "Cijfer",
        "value": "Gepubliceerd",
        "estimate": "Deze editie",
        "distance": "Afwijking",
    }
    return table_block(table, columns, "controle-afwijkingen", "Afwijkende cijfers", data=table)
