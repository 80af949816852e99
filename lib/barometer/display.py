"""What a cell shows: the same content once as HTML and once as Typst, side by side in markdown.

Both typesetters read markdown, so a block needs no other representation, and what the PDF shows is
what the page shows.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Block:
    """A figure, table or other block.

    `html` and `typst` are raw; `alt` is the text alternative of a figure. `data` are the numbers
    behind it (Dutch column names, withheld values absent), kept as `<name>.csv` in the folder of
    the environment variable BAROMETER_DOWNLOADS when that is set.
    """

    html: str
    typst: str
    alt: str = ""
    data: pd.DataFrame | None = None
    name: str = ""

    def _repr_markdown_(self) -> str:
        folder = os.environ.get("BAROMETER_DOWNLOADS")
        if folder and self.name and self.data is not None:
            path = Path(folder) / f"{self.name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.data.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")
        return f"{_raw(self.html, 'html')}\n\n{_raw(self.typst, 'typst')}\n"


def _raw(content: str, language: str) -> str:
    """A raw block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{{={language}}}\n{content}\n{fence}"


def typst_string(text: str) -> str:
    """Quote text as a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
