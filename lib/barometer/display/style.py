"""The one visual language of the figures: palette, font and sizes.

The colours of text and headings are those of theme/report.css and theme/typst-template.typ; a test
holds them together. Dark and light differ enough in luminance to survive a grey print, and no
meaning rests on red against green.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from barometer.project import project_root

INK, MUTED, RULE, HAIRLINE = "#1f2933", "#52606d", "#cbd2d9", "#e4e9ee"
ACCENT, SECOND = "#0b4f6c", "#e39b4a"
#: From fully agree to fully disagree.
LIKERT = ("#0b4f6c", "#6fa3bd", "#d9dfe5", "#e9b06e", "#a65a17")

FONT = "IBM Plex Sans"
# A phone is some 350 px wide: at this width 9 points come out at 10 px there, at body size on a
# desk and in print, without a second drawing.
WIDTH = 4.3  # inches
SIZE, SMALL = 9.0, 8.0  # points


@cache
def plotting() -> tuple[Any, Any]:
    """Import pyplot and seaborn with the house style set; costs a second, so only when drawing."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt
    import seaborn as sns
    from matplotlib import font_manager

    for path in sorted(fonts().glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    sns.set_theme(
        style="white",
        rc={
            "font.family": FONT,
            "font.size": SIZE,
            "xtick.labelsize": SIZE,
            "ytick.labelsize": SIZE,
            "text.color": INK,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.edgecolor": RULE,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.bottom": False,
            "svg.fonttype": "none",
            "svg.hashsalt": "barometer",
            "figure.dpi": 72,
        },
    )
    return plt, sns


def fonts() -> Path:
    """The folder with the fonts, in the project's theme."""
    return project_root() / "theme" / "fonts"
