"""What a cell shows: the same content once as HTML and once as Typst, side by side in markdown.

Both typesetters read markdown, so a block needs no other representation, and what the PDF shows is
what the page shows. The numbers behind it go along as data of the cell's output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from barometer.errors import BarometerError
from barometer.prose.numbers import UNRELIABLE
from barometer.survey.estimates import Absent, Estimate
from barometer.survey.register import DATA_TYPE, csv_text
from barometer.survey.rounding import FINE

WITHHELD, REVISED = ".", "r"


@dataclass(frozen=True)
class Block:
    """A figure, table or other block.

    `html` and `typst` are raw; `alt` is the text alternative of a figure. `data` are the numbers
    behind it (Dutch column names, withheld values absent), which an edition offers as `<name>.csv`.
    """

    html: str
    typst: str
    alt: str = ""
    data: pd.DataFrame | None = None
    name: str = ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What Jupyter keeps of the block: markdown for both typesetters, and its data."""
        shown = f"{_raw(self.html, 'html')}\n\n{_raw(self.typst, 'typst')}\n"
        bundle: dict[str, Any] = {"text/markdown": shown}
        if self.name and self.data is not None:
            bundle[DATA_TYPE] = {"name": self.name, "csv": csv_text(self.data)}
        return bundle


def _raw(content: str, language: str) -> str:
    """A raw block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{{={language}}}\n{content}\n{fence}"


def typst_string(text: str) -> str:
    """Quote text as a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def at_least_one(estimates: Iterable[Estimate], what: str) -> list[Estimate]:
    """The estimates as a list, without those absent; BarometerError when there are none to show."""
    rows = [e for e in estimates if not isinstance(e, Absent)]
    if not rows:
        raise BarometerError(f"{what}() found no estimates; expected at least one to show")
    return rows


#: What the marks say, in the order of the notes; why a figure got one is told with the method.
NOTES = {
    "u": "{} weinig betrouwbaar: te weinig respondenten of een te breed interval.",
    "c": "{} niet getoond wegens vertrouwelijkheid.",
    "r": "{} herzien sinds de eerste publicatie.",
}
#: Why some percentages have no decimal.
COARSE = (
    "Percentages zonder decimaal steunen op weinig respondenten; ze zijn afgerond, zodat er geen "
    "antwoorden uit af te leiden zijn."
)


def flag_notes(estimates: Iterable[Estimate], withheld: str = WITHHELD) -> list[str]:
    """Explain the flags that occur among the estimates; `withheld` stands for the missing value."""
    rows = list(estimates)
    occur = {flag for e in rows for flag in ("c" if e.flag == "c" else e.flags)}
    marks = {"u": UNRELIABLE, "c": withheld, "r": REVISED}
    notes = [note.format(marks[flag]) for flag, note in NOTES.items() if flag in occur]
    return notes + [COARSE] * any(e.grain.step > FINE for e in rows if e.flag != "c")


def notes_html(notes: Sequence[str]) -> str:
    """Lines of small print below a figure or table."""
    return "".join(f'<p class="table-note">{escape(note)}</p>' for note in notes)


def notes_typst(notes: Sequence[str]) -> str:
    """The same lines in Typst."""
    if not notes:
        return ""
    lines = " #linebreak() ".join(f"#text({typst_string(note)})" for note in notes)
    small = f"text(size: 7.5pt, fill: muted)[{lines}]"
    return f"\n#block(above: 0.7em, width: 100%, align(left, {small}))"


def tidy(rows: Iterable[Estimate]) -> pd.DataFrame:
    """The numbers behind a figure or table, with Dutch column names; percentages 0–100.

    As they are published (see `survey.coarsening`).
    """
    return pd.DataFrame(
        [
            {
                "jaar": e.year,
                "vraag": e.question,
                "categorie": e.category,
                "label": e.short,
                "universum": e.universe,
                "domein": e.domain,
                "domeinwaarde": e.domain_value,
                "percentage": e.shown.estimate,
                "standaardfout": e.shown.se,
                "ondergrens": e.shown.ci_low,
                "bovengrens": e.shown.ci_high,
                "n": e.n,
                "vlag": e.flags,
            }
            for e in rows
        ]
    )
