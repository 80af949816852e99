"""Evolution over the waves, the years at true distance: small multiples, or one larger panel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from statistics import fmean
from typing import Any

from barometer.display.block import Block
from barometer.display.cells import cell
from barometer.display.drawing import (
    HIDDEN,
    draw_intervals,
    extremes,
    known,
    reach,
    shown,
    to_block,
    wrap,
)
from barometer.display.series import Series, break_notes, series, with_breaks
from barometer.display.style import ACCENT, MUTED, RULE, SIZE, SMALL, WIDTH, plotting
from barometer.errors import BarometerError
from barometer.prose.names import join
from barometer.survey.estimates import Estimate, Estimates

COLUMNS = 2
TITLE_WIDTH = 30  # characters per line of a panel's title
# In points: the drawing, the space above for a value, the axis below, the space to the next panel.
PLOT, HEADROOM, AXIS, GAP, LINE = 31.0, 14.0, 12.0, 5.0, 11.0
MARGIN = 0.42  # years before the first and after the last
LABEL = 24.0  # points that a year or a value takes across
PANEL = 165.0  # points: the height of a single panel


def evolution(
    estimates: Estimates, categories: Sequence[str] | None = None, name: str | None = None
) -> Block:
    """One small line per category over the waves so far, the years at their true distance.

    A wave that did not ask a category leaves a gap, and the panel says so; a break cuts the line,
    and its first value has a `b` beside it. `categories`: default all but those that join others.
    BarometerError for an unknown one.
    """
    survey, question = estimates.survey, estimates.id
    chosen = list(categories or estimates.categories)
    current = [estimates[category] for category in chosen]
    years = list(survey.history())
    lines = [series(e) for e in current]
    titles = [wrap(e.short, TITLE_WIDTH) for e in current]
    drawn = [e for line in lines for e in line.points.values()]
    top = reach(drawn)
    plt, sns = plotting()
    figure = plt.figure()
    for axes, title, line in zip(_panels(figure, titles), titles, lines, strict=True):
        _draw(sns, axes, years, line, top)
        _write_points(axes, years, line, cell, SMALL)
        axes.set_title(title, loc="left", fontsize=SIZE, pad=2, linespacing=1.05)
        axes.set(ylim=(0, top * (PLOT + HEADROOM) / PLOT))
    alt = f"Lijndiagrammen per categorie, {join([str(year) for year in years])}. "
    alt += f"In {survey.year}: {extremes(current)} "
    alt += " ".join(line.course(years) for line in lines if line.points)
    name = name or f"evolutie-{question}-{estimates.universe}"
    return with_breaks(to_block(figure, alt, drawn, name, notes=break_notes(lines)), lines)


def over_time(estimate: Estimate, name: str | None = None) -> Block:
    """One estimate over the waves so far: a line with value and interval at each wave.

    A wave that did not ask leaves a gap that says so. BarometerError for an estimate that is not in
    total, such as that of one domain value or a difference.
    """
    if len(estimate.terms) > 1 or estimate.domain != "total":
        raise BarometerError(
            f"over_time(): found {estimate.question}.{estimate.category} as a combination or of "
            "one domain value; expected a category in total: survey[question][category]"
        )
    survey = estimate.of.survey
    years = list(survey.history())
    line = series(estimate)
    plt, sns = plotting()
    figure, axes = plt.subplots(figsize=(WIDTH, PANEL / 72), layout="constrained")
    drawn = list(line.points.values())
    top = reach(drawn)
    _draw(sns, axes, years, line, top)
    _write_points(axes, years, line, shown, SIZE)
    axes.set(ylim=(0, top * 1.15))
    alt = f"Lijndiagram, {join([str(year) for year in years])}. {line.course(years)} "
    alt += f"Alle waarden: {'; '.join(f'{e.year} {shown(e)}' for e in drawn)}."
    name = name or f"verloop-{estimate.question}-{estimate.category}"
    return with_breaks(to_block(figure, alt, drawn, name, notes=break_notes([line])), [line])


def _panels(figure: Any, titles: Sequence[str]) -> list[Any]:
    """Lay the panels out by the height of their titles; faster than a layout engine by half."""
    rows = [titles[i : i + COLUMNS] for i in range(0, len(titles), COLUMNS)]
    heads = [LINE * max(title.count("\n") + 1 for title in row) for row in rows]
    below = PLOT + HEADROOM + AXIS + GAP
    height, width = sum(heads) + below * len(rows), 72 * WIDTH
    figure.set_size_inches(WIDTH, height / 72)
    step = width / COLUMNS
    panels, y = [], height
    for row, head in zip(rows, heads, strict=True):
        y -= head + PLOT + HEADROOM
        for column in range(len(row)):
            box = (column * step + 2, y, step - 12, PLOT + HEADROOM)
            x0, y0, w, h = (part / of for part, of in zip(box, (width, height) * 2, strict=True))
            panels.append(figure.add_axes((x0, y0, w, h)))
        y -= AXIS + GAP
    return panels


def _draw(sns: Any, axes: Any, years: Sequence[int], line: Series, top: float) -> None:
    """Draw a line with its intervals, and say why a point lacks."""
    points = line.points
    values = [points[year].shown.estimate if year in points else math.nan for year in years]
    _draw_line(sns, axes, years, values, [bool(line.mark(year)) for year in years])
    draw_intervals(axes, list(points.values()), list(points), upright=True)
    _say_gaps(axes, years, points, top)


def _draw_line(
    sns: Any, axes: Any, years: Sequence[int], values: Sequence[float], cuts: Sequence[bool]
) -> None:
    """Draw the line through the values, apart before each of the `cuts`."""
    pieces, part = [], 0  # seaborn joins across a missing value, so each stretch is a line
    for value, cut in zip(values, cuts, strict=True):
        part += math.isnan(value) or cut
        pieces.append(part)
    # ready-made ticks and labels spare seaborn the making of its own: half of the drawing time
    axes.set(xlabel=" ", ylabel=" ", yticks=[])
    written = _written(years)
    axes.set_xticks(written, [str(year) for year in written], fontsize=SMALL, color=MUTED)
    axes.set_xlim(years[0] - MARGIN, years[-1] + MARGIN)
    if not all(
        math.isnan(value) for value in values
    ):  # seaborn stumbles over a line without any point
        sns.lineplot(
            x=years,
            y=values,
            units=pieces,
            estimator=None,
            color=ACCENT,
            marker="o",
            markersize=4.5,
            linewidth=1.6,
            clip_on=False,
            zorder=3,  # above the axis: a point near zero stays whole
            ax=axes,
        )
    axes.set(xlabel="", ylabel="")
    axes.tick_params(axis="x", length=0, pad=2.5)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set(visible=True, color=RULE)


def _written(years: Sequence[int]) -> list[int]:
    """The years there is room to write at: the last, and back from it all that lie clear."""
    width = 72 * WIDTH / COLUMNS / (years[-1] - years[0] + 2 * MARGIN)  # points per year
    chosen = [years[-1]]
    for year in reversed(years):
        if (chosen[0] - year) * width >= LABEL:
            chosen.insert(0, year)
    return chosen


def _write_points(
    axes: Any, years: Sequence[int], line: Series, told: Callable[[Estimate], str], size: float
) -> None:
    """Write the values above their points and intervals, where there is room."""
    for e in known(line.points.values()):
        if e.year in _written(years):
            axes.annotate(
                told(e) + line.mark(e.year),
                (e.year, e.shown.ci_high),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=size,
                fontweight="semibold" if e.year == years[-1] else "normal",
            )


def _say_gaps(axes: Any, years: Sequence[int], points: Mapping[int, Estimate], top: float) -> None:
    """Write in each gap why there is no point."""

    def reason(year: int) -> str:
        if year not in points:
            return "niet\nbevraagd"
        return "" if known([points[year]]) else HIDDEN.replace(" ", "\n")

    for words, stretch in groupby(years, reason):
        if words:
            axes.text(
                fmean(stretch),
                0.08 * top,
                words,
                ha="center",
                va="bottom",
                fontsize=SMALL - 0.5,
                color=MUTED,
                linespacing=1.05,
            )
