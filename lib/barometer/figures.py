"""The figures of the report, drawn with seaborn and shown as SVG in page and PDF alike.

Every function takes estimates and returns a Block with a text alternative that states the finding
and the data behind it. A withheld estimate is not drawn and appears nowhere.
"""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from barometer.display import Block, tidy, typst_string
from barometer.dutch import num, pct
from barometer.style import ACCENT, INK, LIKERT, MUTED, RULE, SECOND, SIZE, WIDTH, plotting

if TYPE_CHECKING:
    from barometer.indicator import Estimate, Indicator
    from barometer.survey import Survey

__all__ = ["bars", "evolution", "grouped_bars", "likert"]

LABEL_WIDTH = 30  # characters per line of a category label
LIKERT_REACH = 80  # percentage points to either side of neutral


def bars(
    estimates: Iterable[Estimate],
    order: Literal["value", "given"] = "value",
    name: str | None = None,
) -> Block:
    """Horizontal bars, one per estimate: sorted from high to low, or in the order given."""
    rows = _known(estimates)
    if order == "value":
        rows = sorted(rows, key=float, reverse=True)
    plt, sns = plotting()
    labels = [_wrap(e.label) for e in rows]
    figure, axes = plt.subplots(figsize=(WIDTH, _height(labels)), layout="constrained")
    sns.barplot(
        x=[float(e) for e in rows], y=labels, color=ACCENT, saturation=1, width=0.66, ax=axes
    )
    for position, e in enumerate(rows):
        axes.text(float(e), position, f" {pct(e)}", va="center", fontsize=SIZE)
    _bare(axes, max((float(e) for e in rows), default=0.0))
    first = rows[0] if rows else None
    alt = f"Staafdiagram. {_extremes(rows)} {_enumerate(rows)}"
    return _block(figure, alt, tidy(rows), name or (first.question if first else "leeg"))


def grouped_bars(
    a: Indicator, b: Indicator, labels: tuple[str, str], name: str | None = None
) -> Block:
    """The same indicator in two universes, side by side; sorted by the first."""
    first = sorted(_known(a), key=float, reverse=True)
    other = {e.category: e for e in _known(b)}
    plt, sns = plotting()
    names = [_wrap(e.label) for e in first]
    figure, axes = plt.subplots(figsize=(WIDTH, 1.35 * _height(names) + 0.2), layout="constrained")
    pairs = [(e, other.get(e.category)) for e in first]
    sns.barplot(
        x=[float(e) if e is not None else math.nan for pair in pairs for e in pair],
        y=[name for name in names for _ in range(2)],
        hue=[label for _ in names for label in labels],
        palette=[ACCENT, SECOND],
        saturation=1,
        width=0.78,
        ax=axes,
    )
    for position, pair in enumerate(pairs):
        for offset, e in zip((-0.195, 0.195), pair, strict=True):
            if e is not None:
                axes.text(float(e), position + offset, f" {pct(e)}", va="center", fontsize=SIZE - 1)
    _legend(axes, 2)
    shown = [e for pair in pairs for e in pair if e is not None]
    _bare(axes, max((float(e) for e in shown), default=0.0))
    rest = [e for _, e in pairs if e is not None]
    alt = (
        f"Gegroepeerd staafdiagram. {labels[0]}: {_extremes(first)} {_enumerate(first)} "
        f"{labels[1]}: {_extremes(rest)} {_enumerate(rest)}"
    )
    return _block(figure, alt, tidy(shown), name or a.id)


def likert(indicator: Indicator, name: str | None = None) -> Block:
    """Diverging stacked bars of the five answers per statement; neutral straddles the middle."""
    question = indicator.survey.questionnaire.indicator(indicator.id).question
    answers = list(question.categories)
    found = {e.category: e for e in _known(indicator)}
    plt, _ = plotting()
    figure, axes = plt.subplots(
        figsize=(WIDTH, 0.62 * len(question.items) + 0.65), layout="constrained"
    )
    shown: list[Estimate] = []
    agreed: list[str] = []
    for row, (item, label) in enumerate(question.items.items()):
        rows = [found[f"{item}.{a}"] for a in answers if f"{item}.{a}" in found]
        if len(rows) < len(answers):
            continue
        left = -float(rows[0]) - float(rows[1]) - float(rows[2]) / 2
        axes.text(-LIKERT_REACH, row - 0.43, label.short, va="center", fontsize=SIZE)
        for e, colour in zip(rows, LIKERT, strict=True):
            axes.barh(row, float(e), left=left, color=colour, height=0.46)
            if float(e) >= 5:
                light = colour in (LIKERT[0], LIKERT[4])
                axes.text(
                    *(left + float(e) / 2, row, pct(e, 0)),
                    ha="center",
                    va="center",
                    fontsize=SIZE - 1,
                    color="white" if light else INK,
                )
            left += float(e)
        shown += rows
        if item in found:
            agreed.append(f"{label.short} {pct(found[item])} akkoord")
    for colour, answer in zip(LIKERT, question.categories.values(), strict=True):
        axes.barh(0, 0, color=colour, label=answer.short)
    axes.axvline(0, color=MUTED, linewidth=0.6, zorder=0)
    axes.set(xlim=(-LIKERT_REACH, LIKERT_REACH), yticks=[], xticks=[])
    axes.set_ylim(len(question.items) - 0.6, -0.75)
    axes.spines["left"].set_visible(False)
    _legend(axes, 2)
    alt = f"Uiteenlopend gestapeld staafdiagram. {'; '.join(agreed)}."
    return _block(figure, alt, tidy(shown), name or indicator.id)


def evolution(
    survey: Survey,
    question: str,
    universe: str | None = None,
    categories: Sequence[str] | None = None,
    name: str | None = None,
) -> Block:
    """One small line per category over the waves so far, the years at their true distance.

    A wave that did not ask a category leaves a gap, and the panel says so.
    """
    now = survey[question, universe] if universe else survey[question]
    rules = survey.questionnaire.indicator(question).categories
    chosen = list(categories or [c for c in now.categories if not rules[c].union])
    waves = survey.history()
    series: dict[str, dict[int, Estimate]] = {category: {} for category in chosen}
    for year, wave in waves.items():
        if not wave.asked(question):
            continue
        for e in _known(wave[question, now.universe]):
            if e.category in series:
                series[e.category][year] = e
    plt, sns = plotting()
    columns, years = 2, list(waves)
    rows = math.ceil(len(chosen) / columns)
    figure, grid = plt.subplots(
        *(rows, columns),
        figsize=(WIDTH, 0.98 * rows + 0.2),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    top = max((float(e) for line in series.values() for e in line.values()), default=1.0)
    for axes, category in zip(grid.flat, chosen, strict=False):
        line = series[category]
        sns.lineplot(
            x=list(line), y=[float(e) for e in line.values()], color=ACCENT, marker="o", ax=axes
        )
        for year, e in line.items():
            axes.text(
                year, float(e) + 0.09 * top, num(e, 1), ha="center", va="bottom", fontsize=SIZE - 2
            )
        lines = textwrap.wrap(rules[category].label.short, 34)
        axes.set_title("\n".join(lines), loc="left", fontsize=SIZE - 0.5, pad=6)
        if line and min(line) > years[0]:
            axes.text(
                *(years[0], 0.06 * top, f"niet bevraagd\nvóór {min(line)}"),
                fontsize=SIZE - 2.5,
                color=MUTED,
            )
        axes.set(
            xticks=years, xlim=(years[0] - 0.4, years[-1] + 0.4), ylim=(0, 1.38 * top), yticks=[]
        )
        axes.set_xticklabels([str(year) for year in years], fontsize=SIZE - 2)
        axes.tick_params(labelbottom=True, pad=1)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set(visible=True, color=RULE)
    for axes in list(grid.flat)[len(chosen) :]:
        axes.set_visible(False)
    shown = [e for line in series.values() for e in line.values()]
    ends = [(line[min(line)], line[max(line)]) for line in series.values() if len(line) > 1]
    alt = "Lijndiagrammen per categorie. " + " ".join(
        f"{a.label}: van {pct(a)} in {a.year} naar {pct(b)} in {b.year}." for a, b in ends
    )
    return _block(figure, alt, tidy(shown), name or f"evolutie-{question}-{now.universe}")


def _known(estimates: Iterable[Estimate]) -> list[Estimate]:
    return [e for e in estimates if not math.isnan(float(e))]


def _wrap(label: str) -> str:
    return "\n".join(textwrap.wrap(label, LABEL_WIDTH))


def _height(labels: Sequence[str]) -> float:
    lines = sum(max(label.count("\n") + 1, 1.35) for label in labels)
    return 0.19 * lines + 0.12


def _bare(axes: Any, top: float) -> None:
    """No axis where every bar carries its value."""
    axes.set(xlabel="", ylabel="", xticks=[], xlim=(0, top * 1.16 or 1))
    axes.tick_params(axis="y", length=0)
    for label in axes.get_yticklabels():
        label.set_linespacing(1.05)


def _legend(axes: Any, columns: int) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=SIZE - 1,
        handlelength=1,
        handleheight=0.9,
        columnspacing=1.2,
        borderpad=0,
        title=None,
    )


def _extremes(rows: Sequence[Estimate]) -> str:
    if not rows:
        return "Er zijn geen cijfers die getoond mogen worden."
    low, high = min(rows, key=float), max(rows, key=float)
    return f"Hoogst: {high.label} ({pct(high)}); laagst: {low.label} ({pct(low)})."


def _enumerate(rows: Sequence[Estimate]) -> str:
    return "Alle waarden: " + "; ".join(f"{e.label} {pct(e)}" for e in rows) + "."


def _block(figure: Any, alt: str, data: pd.DataFrame, name: str) -> Block:
    plt, _ = plotting()
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    svg = _tidy(buffer.getvalue(), name)
    html = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
    return Block(
        html,
        f"#figure-image({typst_string(svg)}, {typst_string(alt)})",
        alt=alt,
        data=data,
        name=name,
    )


def _tidy(svg: str, name: str) -> str:
    """Keep the drawing only, with identifiers that are unique on a page of many figures."""
    svg = svg[svg.index("<svg ") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    prefix = re.sub(r"[^a-z0-9]+", "-", name.lower())
    for identifier in set(re.findall(r'\bid="([^"]+)"', svg)):
        if identifier in used:
            svg = re.sub(
                rf'(id="|#){re.escape(identifier)}(?=[")])', rf"\g<1>{prefix}-{identifier}", svg
            )
        else:
            svg = svg.replace(f' id="{identifier}"', "")
    return re.sub(r"\n\s*\n", "\n", svg)
