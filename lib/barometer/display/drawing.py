"""What all figures share: labels, words about the numbers, the way from matplotlib to a Block."""

from __future__ import annotations

import io
import math
import re
import textwrap
import zlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from barometer.display.block import (
    REVISED,
    Block,
    flag_notes,
    notes_html,
    notes_typst,
    tidy,
    typst_string,
)
from barometer.display.style import FONT, INK, MUTED, SMALL, plotting
from barometer.prose.names import capital
from barometer.prose.numbers import pct
from barometer.survey.estimates import Estimate
from weighting import CONFIDENCE

HIDDEN = "niet getoond"
INTERVAL = f"De lijnen tonen het {100 * CONFIDENCE:g}%-betrouwbaarheidsinterval."


def known(estimates: Iterable[Estimate]) -> list[Estimate]:
    """The estimates that may be shown."""
    return [e for e in estimates if not math.isnan(float(e))]


def shown(e: Estimate) -> str:
    """The value as a figure shows it: with the marks of its flags, or that it is withheld."""
    if math.isnan(float(e)):
        return HIDDEN
    return pct(e) + (REVISED if e.revised else "")


def label(e: Estimate) -> str:
    """What tells an estimate from its neighbours: its category, or its domain value."""
    return e.short if e.domain == "total" else capital(e.domain_short)


def wrap(text: str, width: int) -> str:
    """Break a label into lines of at most `width` characters."""
    return "\n".join(textwrap.wrap(text, width))


def reach(estimates: Iterable[Estimate]) -> float:
    """How far the intervals of the estimates reach; 1 where nothing may be shown or all is 0."""
    return max((e.shown.ci_high for e in known(estimates)), default=1.0) or 1.0


def draw_intervals(
    axes: Any, estimates: Sequence[Estimate], places: Sequence[float], upright: bool = False
) -> None:
    """Draw a line from the lower to the upper limit of each estimate, at its place.

    As they are shown: coordinates can be measured. `upright`: places are across, values go up;
    otherwise values go to the right. A white rim sets the line off from a dark bar.
    """
    some = [(p, e) for p, e in zip(places, estimates, strict=True) if known([e])]
    draw = axes.vlines if upright else axes.hlines
    for width, colour in ((2.8, "white"), (1.0, INK)):
        draw(
            [place for place, _ in some],
            [e.shown.ci_low for _, e in some],
            [e.shown.ci_high for _, e in some],
            colors=colour,
            linewidth=width,
            zorder=2.5,  # above a bar, below a point
            clip_on=False,
        )


def height(labels: Sequence[str], row: float) -> float:
    """The height of a drawing in inches: rows of `row` points, or more where long labels meet."""
    lines = [label.count("\n") + 1 for label in labels] or [1]
    meeting = max(a + b for a, b in zip(lines, lines[1:] or lines, strict=False))
    return (max(row, 5.25 * meeting + 4) * len(lines) + 8) / 72


def write_value(axes: Any, e: Estimate, position: float, size: float) -> None:
    """Write the value right of a horizontal bar and of the interval at its end."""
    hidden = math.isnan(float(e))
    axes.annotate(
        shown(e),
        (0 if hidden else e.shown.ci_high, position),
        xytext=(3.5, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=size,
        color=MUTED if hidden else INK,
    )


def legend(axes: Any, columns: int) -> None:
    """A small legend above the drawing, without a frame."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
        handlelength=1,
        handleheight=0.9,
        columnspacing=1.2,
        borderpad=0,
        title=None,
    )


def extremes(rows: Iterable[Estimate]) -> str:
    """Say which is highest and which lowest, with their values."""
    rows = known(rows)
    if not rows:
        return "Er zijn geen cijfers die getoond mogen worden."
    low, high = min(rows, key=float), max(rows, key=float)
    if low is high:
        return f"{label(high)}: {shown(high)}."
    return f"Hoogst: {label(high)} ({shown(high)}); laagst: {label(low)} ({shown(low)})."


def enumerate_values(rows: Sequence[Estimate]) -> str:
    """List every value in the order of the figure."""
    return f"Alle waarden: {'; '.join(f'{label(e)} {shown(e)}' for e in rows)}."


def to_block(
    figure: Any,
    alt: str,
    estimates: Sequence[Estimate],
    name: str,
    intervals: bool = True,
    notes: Sequence[str] = (),
) -> Block:
    """Turn a drawing into a block of SVG with its alternative, notes and data.

    The notes explain the flags that occur and the lines of `intervals`, where these are drawn;
    `notes` come after them.
    """
    plt, _ = plotting()
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    plt.close(figure)
    svg = _clean(buffer.getvalue(), name)
    html = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
    lines = [INTERVAL] if intervals and known(estimates) else []
    lines += [*flag_notes(known(estimates)), *notes]
    return Block(
        html + notes_html(lines),
        f"#figure-image({typst_string(_semibold(svg))}, {typst_string(alt)})" + notes_typst(lines),
        alt=alt,
        data=tidy(estimates),
        name=name,
    )


def _semibold(svg: str) -> str:
    """Name the family under which Typst files the semibold font; it would take bold instead."""
    return re.sub(
        rf"(font-weight: 600;[^\"]*font-family: )('{FONT}')", rf"\1'{FONT} SmBld', \2", svg
    )


def _clean(svg: str, name: str) -> str:
    """Keep the drawing, without the date, and identifiers unique on a page of many figures."""
    svg = svg[svg.index("<svg ") :].strip()
    # the style sheet of one inline drawing would hold for the whole page
    svg = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*</defs>\s*", "", svg)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    svg = svg.replace("rotate(-0 ", "rotate(0 ")
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    prefix = f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{zlib.crc32(svg.encode()):08x}"
    for identifier in sorted(set(re.findall(r'\bid="([^"]+)"', svg))):
        if identifier in used:
            svg = re.sub(
                rf'(id="|#){re.escape(identifier)}(?=[")])', rf"\g<1>{prefix}-{identifier}", svg
            )
        else:
            svg = svg.replace(f' id="{identifier}"', "")
    return re.sub(r"\n\s*", "\n", svg)
