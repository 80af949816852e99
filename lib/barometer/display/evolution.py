"""Evolution over the waves, the years at true distance: small multiples, or one larger panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
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

Line = dict[int, Estimate]


def evolution(
    estimates: Estimates, categories: Sequence[str] | None = None, name: str | None = None
) -> Block:
    """One small line per category over the waves so far, the years at their true distance.

    A wave that did not ask a category leaves a gap, and the panel says so. `categories`: default
    all but those that join others. BarometerError for an unknown one.
    """
    survey, question = estimates.survey, estimates.id
    chosen = list(categories or estimates.categories)
    current = [estimates[category] for category in chosen]
    waves = survey.history()
    lines = _lines(estimates, chosen)
    titles = [wrap(e.short, TITLE_WIDTH) for e in current]
    drawn = [e for line in lines.values() for e in line.values()]
    top = reach(drawn)
    plt, sns = plotting()
    figure = plt.figure()
    for axes, title, line in zip(_panels(figure, titles), titles, lines.values(), strict=True):
        _draw(sns, axes, list(waves), line, top)
        for e in known(line.values()):
            if e.year in _written(list(waves)):
                _write_point(axes, e, cell(e), SMALL, last=e.year == survey.year)
        axes.set_title(title, loc="left", fontsize=SIZE, pad=2, linespacing=1.05)
        axes.set(ylim=(0, top * (PLOT + HEADROOM) / PLOT))
    alt = f"Lijndiagrammen per categorie, {join([str(year) for year in waves])}. "
    alt += f"In {survey.year}: {extremes(current)} "
    alt += " ".join(_course(list(waves), line) for line in lines.values() if line)
    return to_block(figure, alt, drawn, name or f"evolutie-{question}-{estimates.universe}")


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
    line = _lines(estimate.of, [estimate.category])[estimate.category]
    plt, sns = plotting()
    figure, axes = plt.subplots(figsize=(WIDTH, PANEL / 72), layout="constrained")
    top = reach(line.values())
    _draw(sns, axes, years, line, top)
    for e in known(line.values()):
        if e.year in _written(years):
            _write_point(axes, e, shown(e), SIZE, last=e.year == survey.year)
    axes.set(ylim=(0, top * 1.15))
    alt = f"Lijndiagram, {join([str(year) for year in years])}. {_course(years, line)} "
    alt += f"Alle waarden: {'; '.join(f'{e.year} {shown(e)}' for e in line.values())}."
    drawn = list(line.values())
    return to_block(figure, alt, drawn, name or f"verloop-{estimate.question}-{estimate.category}")


def _lines(estimates: Estimates, categories: Sequence[str]) -> dict[str, Line]:
    """The estimates of each category by wave, as far as the waves asked it."""
    lines: dict[str, Line] = {category: {} for category in categories}
    for year, wave in estimates.survey.history().items():
        if wave.asked(estimates.id) and estimates.universe in wave.questionnaire.universes:
            for e in wave[estimates.id, estimates.universe].estimates():
                if e.category in lines:
                    lines[e.category][year] = e
    return lines


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


def _draw(sns: Any, axes: Any, years: Sequence[int], line: Line, top: float) -> None:
    """Draw a line with its intervals, and say why a point lacks."""
    values = [line[year].shown.estimate if year in line else math.nan for year in years]
    _draw_line(sns, axes, years, values)
    draw_intervals(axes, list(line.values()), list(line), upright=True)
    _say_gaps(axes, years, line, top)


def _draw_line(sns: Any, axes: Any, years: Sequence[int], values: Sequence[float]) -> None:
    pieces, part = [], 0  # seaborn joins across a missing value, so each stretch is a line
    for value in values:
        part += math.isnan(value)
        pieces.append(part)
    # ready-made ticks and labels spare seaborn the making of its own: half of the drawing time
    axes.set(xlabel=" ", ylabel=" ", yticks=[])
    written = _written(years)
    axes.set_xticks(written, [str(year) for year in written], fontsize=SMALL, color=MUTED)
    axes.set_xlim(years[0] - MARGIN, years[-1] + MARGIN)
    if len(values) > part:  # seaborn stumbles over a line without any point
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


def _write_point(axes: Any, e: Estimate, value: str, size: float, last: bool) -> None:
    """Write the value above the point and its interval."""
    axes.annotate(
        value,
        (e.year, e.shown.ci_high),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=size,
        fontweight="semibold" if last else "normal",
    )


def _say_gaps(axes: Any, years: Sequence[int], line: Line, top: float) -> None:
    """Write in each gap why there is no point."""

    def reason(year: int) -> str:
        if year not in line:
            return "niet\nbevraagd"
        return "" if known([line[year]]) else HIDDEN.replace(" ", "\n")

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


def _course(years: Sequence[int], line: Line) -> str:
    """Say how a category went from the first to the last wave that asked it."""
    points = known(line.values())
    label = next(iter(line.values())).short
    missing = [str(year) for year in years if year not in line]
    gap = f", niet bevraagd in {join(missing)}" if missing else ""
    if not points:
        return f"{label}: {HIDDEN}{gap}."
    if len(points) == 1:
        return f"{label}: {shown(points[0])} in {points[0].year}{gap}."
    first, last = points[0], points[-1]
    return f"{label}: van {shown(first)} in {first.year} naar {shown(last)} in {last.year}{gap}."
