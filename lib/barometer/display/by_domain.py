"""One estimate in each value of a domain: points with their intervals beside the total."""

from __future__ import annotations

import math
from typing import Any

from barometer.display.block import Block
from barometer.display.cells import definition
from barometer.display.drawing import (
    HIDDEN,
    draw_intervals,
    enumerate_values,
    extremes,
    height,
    known,
    label,
    reach,
    shown,
    to_block,
    wrap,
)
from barometer.display.style import ACCENT, HAIRLINE, INK, MUTED, SIZE, SMALL, WIDTH, plotting
from barometer.survey.estimates import Estimate
from barometer.survey.survey import TOTAL

LABEL_WIDTH = 27  # characters per line of a label
ROW, HEAD, FOOT = 17.0, 16.0, 16.0  # points: a value, the name of the total, the axis


def by_domain(estimate: Estimate, by: str, name: str | None = None) -> Block:
    """A point with its interval for each value of a domain, and the total as a line through all.

    Values with codes are a classification without an order of its own: they go from high to low,
    those whose place is uncertain (unreliable, withheld) below. Other values, such as classes of
    size, keep their order. An unreliable point is hollow. BarometerError for an unknown domain.
    """
    domain = estimate.of.survey.meta.domain(by, "by_domain")
    rows = estimate.by(by)
    if domain.codes:
        rows.sort(key=_sure_and_descending)
    plt, _ = plotting()
    labels = [_label(e, definition(domain, e.domain_value)) for e in rows]
    size = (WIDTH, height(labels, ROW) + (HEAD + FOOT) / 72)
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    places = list(range(len(rows)))
    _ground(axes, rows, estimate)
    draw_intervals(axes, rows, places)
    for place, e in enumerate(rows):
        _point(axes, e, place)
    axes.set_yticks(places, labels, linespacing=1.05)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, pad=7)
    reliable = [e for e in known(rows) if not e.flag]
    alt = f"Puntendiagram naar {domain.label.lower()}. {extremes(reliable or rows)} "
    alt += f"{enumerate_values(rows)} {TOTAL}: {shown(estimate)}."
    default = f"{estimate.question}-{estimate.category}-{by}"
    return to_block(figure, alt, [*rows, estimate], name or default)


def _label(e: Estimate, added: str) -> str:
    """The name of the value, and below it what its full name adds."""
    return "\n".join(filter(None, [wrap(label(e), LABEL_WIDTH), wrap(added, LABEL_WIDTH)]))


def _sure_and_descending(e: Estimate) -> tuple[bool, bool, float]:
    """Sort from high to low, unreliable ones below, withheld ones last."""
    value = float(e)
    return math.isnan(value), e.flag != "", -value


def _ground(axes: Any, rows: list[Estimate], total: Estimate) -> None:
    """Draw the axis, and the total behind the points, with its name on top."""
    most = reach([*rows, total])
    step = 20 if most > 50 else 10 if most > 20 else 5
    steps = math.ceil(most / step)
    axes.set(xlim=(0, steps * step), xlabel="", ylabel="")
    axes.set_xticks([step * i for i in range(steps + 1)])
    axes.tick_params(axis="x", length=0, labelsize=SMALL, labelcolor=MUTED, pad=1)
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    if known([total]):
        middle = total.shown.estimate
        axes.axvline(middle, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1.5)
        axes.annotate(
            f"{TOTAL} {shown(total)}",
            (middle, 1),
            xytext=(0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
            color=MUTED,
        )


def _point(axes: Any, e: Estimate, place: int) -> None:
    """Draw a point, and its value in the margin, where no line crosses it."""
    hidden = not known([e])
    if not hidden:
        face, at = "white" if e.flag else ACCENT, [e.shown.estimate]
        axes.plot(at, [place], "o", ms=5, mfc=face, mec=ACCENT, mew=1.2, zorder=3, clip_on=False)
    axes.annotate(
        HIDDEN if hidden else shown(e),
        (1, place),
        xytext=(6, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center_baseline",
        fontsize=SIZE,
        color=MUTED if hidden else INK,
    )
