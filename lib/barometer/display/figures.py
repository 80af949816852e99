"""The figures of the report, drawn with seaborn and shown as SVG in page and PDF alike.

Every function takes estimates and returns a Block with a text alternative that states the finding
and the data behind it. Bars carry the interval of their estimate as a thin line. Of a withheld
estimate the figure shows only that it is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from barometer.display.block import Block, at_least_one
from barometer.display.drawing import (
    draw_intervals,
    enumerate_values,
    extremes,
    height,
    known,
    label,
    legend,
    reach,
    shown,
    to_block,
    wrap,
    write_value,
)
from barometer.display.style import ACCENT, INK, LIKERT, SECOND, SIZE, SMALL, WIDTH, plotting
from barometer.errors import BarometerError
from barometer.prose.numbers import pct
from barometer.survey.estimates import Estimate, Estimates

__all__ = ["bars", "grouped_bars", "likert"]

LABEL_WIDTH = 27  # characters per line of a category label


def bars(
    estimates: Iterable[Estimate],
    order: Literal["value", "given"] = "value",
    name: str | None = None,
) -> Block:
    """Horizontal bars, one per estimate: sorted from high to low, or in the order given."""
    rows = at_least_one(estimates, "bars")
    if order == "value":
        rows.sort(key=_descending)
    plt, sns = plotting()
    labels = [wrap(label(e), LABEL_WIDTH) for e in rows]
    figure, axes = plt.subplots(figsize=(WIDTH, height(labels, 17)), layout="constrained")
    places = list(range(len(rows)))
    sns.barplot(
        x=[e.shown.estimate for e in rows],
        y=places,
        orient="h",
        color=ACCENT,
        saturation=1,
        width=0.66,
        errorbar=None,
        ax=axes,
    )
    draw_intervals(axes, rows, places)
    for place, e in enumerate(rows):
        write_value(axes, e, place, SIZE)
    _bare(axes, labels, rows)
    alt = f"Staafdiagram. {extremes(rows)} {enumerate_values(rows)}"
    return to_block(figure, alt, rows, name or rows[0].question)


def grouped_bars(
    a: Estimates, b: Estimates, labels: tuple[str, str], name: str | None = None
) -> Block:
    """The same indicator in two universes, side by side; sorted by the first.

    A category the second lacks stands alone.
    """
    first = sorted(a, key=_descending)
    other = {e.category: e for e in b}
    pairs = [(e, other.get(e.category)) for e in first]
    plt, sns = plotting()
    names = [wrap(label(e), LABEL_WIDTH) for e in first]
    figure, axes = plt.subplots(figsize=(WIDTH, height(names, 29) + 0.25), layout="constrained")
    sns.barplot(
        x=[math.nan if e is None else e.shown.estimate for pair in pairs for e in pair],
        y=[place for place in range(len(pairs)) for _ in range(2)],
        hue=[universe for _ in pairs for universe in labels],
        hue_order=labels,
        orient="h",
        palette=[ACCENT, SECOND],
        saturation=1,
        width=0.8,
        errorbar=None,
        ax=axes,
    )
    drawn = [
        (e, place + offset)
        for place, pair in enumerate(pairs)
        for offset, e in zip((-0.2, 0.2), pair, strict=True)
        if e is not None
    ]
    draw_intervals(axes, [e for e, _ in drawn], [place for _, place in drawn])
    for e, place in drawn:
        write_value(axes, e, place, SMALL)
    legend(axes, 2)
    rest = [e for _, e in pairs if e is not None]
    _bare(axes, names, [e for e, _ in drawn])
    alt = (
        f"Gegroepeerd staafdiagram. {_contrast(pairs, labels)}"
        f"{labels[0]}: {extremes(first)} {enumerate_values(first)} "
        f"{labels[1]}: {extremes(rest)} {enumerate_values(rest)}"
    )
    return to_block(figure, alt, [e for e, _ in drawn], name or a.id)


def likert(statements: Estimates, name: str | None = None, counted: str = "akkoord") -> Block:
    """Diverging stacked bars of the two to five answers per statement, around their middle.

    A neutral answer straddles the middle. `counted` says in a word or two what the category of a
    statement by itself counts. BarometerError for an indicator without the answers to each
    statement as categories, and for more answers than there are colours.
    """
    question = statements.indicator.question
    answers = list(question.categories)
    found = {e.category: e for e in statements}
    if not {f"{item}.{answer}" for item in question.items for answer in answers} <= set(found):
        raise BarometerError(
            f"likert() found no answers per statement in {statements.id}; expected an indicator "
            "with `answers: true` in questionnaire.yml"
        )
    colours = _colours(statements.id, len(answers))
    plt, _ = plotting()
    figure, axes = plt.subplots(
        figsize=(WIDTH, 0.58 * len(question.items) + 0.65), layout="constrained"
    )
    drawn: list[Estimate] = []
    findings: list[str] = []
    edges = [50.0]
    for row, (item, text) in enumerate(question.items.items()):
        agreed, rows = found[item], [found[f"{item}.{answer}"] for answer in answers]
        drawn += [agreed, *rows]
        findings.append(f"{text.short}: {shown(agreed)} {counted}")
        heading = {"va": "center", "fontsize": SIZE, "transform": axes.get_yaxis_transform()}
        axes.text(0, row - 0.43, text.short, **heading)
        axes.text(
            1, row - 0.43, f"{shown(agreed)} {counted}", ha="right", weight="semibold", **heading
        )
        if len(known(rows)) == len(answers):
            edges += _stack(axes, row, [e.shown.estimate for e in rows], colours)
    for colour, answer in zip(colours, question.categories.values(), strict=True):
        axes.barh(0, 0, color=colour, linewidth=0, label=answer.short)  # for the legend
    axes.set(xlim=(-max(edges), max(edges)), yticks=[], xticks=[])
    axes.set_ylim(len(question.items) - 0.65, -0.75)
    axes.spines["left"].set_visible(False)
    legend(axes, 2)
    total = extremes([found[item] for item in question.items])
    alt = f"Uiteenlopend gestapeld staafdiagram, aandeel {counted}. {total} {'; '.join(findings)}."
    return to_block(figure, alt, drawn, name or statements.id, intervals=False)


def _colours(indicator: str, answers: int) -> list[str]:
    """The outer colours of the palette, and its middle one where the answers have a middle."""
    if not 2 <= answers <= len(LIKERT):
        raise BarometerError(
            f"likert() found {answers} answers per statement in {indicator}; expected 2 to "
            f"{len(LIKERT)}. Show it with bars() or crosstab()."
        )
    side = answers // 2
    return [*LIKERT[:side], *([LIKERT[len(LIKERT) // 2]] if answers % 2 else []), *LIKERT[-side:]]


def _stack(
    axes: Any, row: int, values: Sequence[float], colours: Sequence[str]
) -> tuple[float, float]:
    """Draw one bar of answers around its middle; how far it reaches either way."""
    side, odd = divmod(len(values), 2)
    left = start = -sum(values[:side]) - odd * values[side] / 2
    for value, colour in zip(values, colours, strict=True):
        axes.barh(row, value, left=left, color=colour, height=0.46)
        if value >= 6:  # narrower than its own label
            axes.text(
                left + value / 2,
                row,
                pct(value, 0),
                ha="center",
                va="center_baseline",
                fontsize=SMALL,
                color="white" if colour in (LIKERT[0], LIKERT[-1]) else INK,
            )
        left += value
    return -start, left


def _contrast(pairs: Iterable[tuple[Estimate, Estimate | None]], labels: tuple[str, str]) -> str:
    """Say where two universes differ most."""
    both = [(a, b) for a, b in pairs if b is not None and len(known([a, b])) == 2]
    if not both:
        return ""
    a, b = max(both, key=lambda pair: abs(float(pair[0]) - float(pair[1])))
    return f"Grootste verschil: {label(a)} ({labels[0]} {shown(a)}, {labels[1]} {shown(b)}). "


def _descending(e: Estimate) -> tuple[bool, float]:
    """Sort from high to low, withheld ones last."""
    value = float(e)
    return (math.isnan(value), -value)


def _bare(axes: Any, labels: Sequence[str], rows: Sequence[Estimate]) -> None:
    """No axis where every bar carries its value."""
    axes.set(xlabel="", ylabel="", xticks=[], xlim=(0, reach(rows) * 1.2))
    axes.set_yticks(range(len(labels)), labels, linespacing=1.05)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
