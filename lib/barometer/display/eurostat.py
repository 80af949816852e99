"""Our figures beside those of Eurostat and its partners, by their size classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from barometer.display.block import WITHHELD, Block, flag_notes
from barometer.display.cells import cell
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.eurostat import place_name
from barometer.prose.numbers import NOT_AVAILABLE, num
from barometer.survey.estimates import Estimate
from barometer.survey.pooled import pooled
from barometer.survey.survey import TOTAL
from barometer.wave.eurostat import Elsewhere, figures_elsewhere

__all__ = ["eurostat_table"]

OWN = ("Ondergrens", "Bovengrens", "N")
NOTE = (
    "Ondergrens en bovengrens: 95%-interval van deze meting. N: ongewogen aantal ondernemingen. "
    f"{NOT_AVAILABLE}: niet beschikbaar."
)


def eurostat_table(
    estimate: Estimate, indicator: str, classes: Mapping[str, Sequence[str]]
) -> Block:
    """Our percentage with its 95 % interval and base, and what is known elsewhere that year.

    `classes`: per size class of the source, such as "10-49" or "10+", the domain values of ours
    that make it up. BarometerError where the year has no figures.
    """
    figures = figures_elsewhere(estimate.year, indicator)
    if not figures:
        raise BarometerError(
            f"eurostat_table(): found no figures of {indicator} in {estimate.year}; expected some "
            'in eurostat.csv. Put the table in a block {.asked of="eurostat"}.'
        )
    places = {figure.geo: place_name(figure.geo) for figure in figures}
    heads = ["In % van de ondernemingen", "Deze meting", *places.values(), *OWN]
    told = estimate.of.survey.meta.procedure
    everyone = f"{told.smallest}+" if told else TOTAL
    ours = {everyone: estimate} | {size: pooled(estimate, made) for size, made in classes.items()}
    rows = []
    for size, e in ours.items():
        known = {
            figure.geo: num(figure.value, 1) for figure in figures if figure.size_class == size
        }
        beside = [known.get(geo, NOT_AVAILABLE) for geo in places]
        figure, *precision = _own(e)
        rows.append([size_name(size), figure, *beside, *precision])
    keys = ["label", "ours", *places, "low", "high", "n"]
    table = pd.DataFrame(rows, columns=keys)
    return table_block(
        table,
        dict(zip(keys, heads, strict=True)),
        "eurostat",
        f"{estimate.of.survey.meta.title} naast Eurostat",
        notes=[NOTE, *flag_notes(ours.values()), _sources(figures)],
        data=table.set_axis(heads, axis=1),
    )


def size_name(size: str) -> str:
    """A size class of the source in words: "250+" → "250 of meer werknemers"."""
    if size == TOTAL:
        return size
    return re.sub(r"\+$", " of meer", size) + " werknemers"


def _own(e: Estimate) -> list[str]:
    """Percentage, interval and unweighted base; only the base where it is withheld."""
    if e.flag == "c":
        return [cell(e), WITHHELD, WITHHELD, num(e.n)]
    return [cell(e), num(e.shown.ci_low, 1), num(e.shown.ci_high, 1), num(e.n)]


def _sources(figures: Sequence[Elsewhere]) -> str:
    """Where the figures of each place stand, each source once."""
    cited = dict.fromkeys(
        f"{place_name(f.geo)}: {f.source}" + (f" ({f.remark})" if f.remark else "") for f in figures
    )
    return f"Bronnen: {'; '.join(cited)}."
