"""Figures of Eurostat and its partners in a sentence, beside ours: how far apart, without a test.

Another survey asked other firms, at another time: a test would compare what is not alike.
"""

from __future__ import annotations

from babel import Locale

from barometer.prose.names import join
from barometer.prose.numbers import LOCALE, pct, points, round_half_up
from barometer.prose.statements import Statement, fact
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.estimates import Estimate
from barometer.wave.eurostat import Elsewhere, figures_elsewhere

__all__ = ["beside", "beyond_elsewhere"]

TERRITORIES = Locale.parse(LOCALE).territories


def place_name(geo: str, article: bool = False) -> str:
    """Name a country by its code, BE: "België"; another area by its own: "EU27", "de EU27"."""
    return TERRITORIES.get(geo) or (f"de {geo}" if article else geo)


def beside(estimate: Estimate, indicator: str, size: str) -> Text:
    """Name the figures from elsewhere for a size class in the year of an estimate, and how far.

    "34,5% in België (30,2 procentpunt lager) en 20,0% in de EU27 (44,7 procentpunt lager)"; an
    empty text where the year has none.
    """
    figures = figures_elsewhere(estimate.year, indicator)
    parts = [_apart(estimate, figure) for figure in figures if figure.size_class == size]
    return Text(join(parts), "percentage", [estimate, *parts]) if parts else Text("", "percentage")


def beyond_elsewhere(estimate: Estimate, indicator: str, size: str) -> Statement:
    """State that an estimate lies above all figures from elsewhere for a size class in its year.

    Nothing is tested. It fails where the year has no such figures.
    """
    figures = figures_elsewhere(estimate.year, indicator)
    values = [figure.value for figure in figures if figure.size_class == size]
    return fact(bool(values) and float(estimate) > max(values))


def _apart(estimate: Estimate, figure: Elsewhere) -> Text:
    value = Fact(figure.value, f"{figure.source}: {figure.geo}, {figure.size_class}", figure.year)
    distance = round_half_up(value, 1) - round_half_up(estimate, 1)
    far = ""
    if distance.is_finite() and distance:
        far = f" ({points(abs(distance))} {'lager' if distance < 0 else 'hoger'})"
    return pct(value) + f" in {place_name(figure.geo, article=True)}{far}"
