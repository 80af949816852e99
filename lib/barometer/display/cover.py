"""The cover: title, year and, where respondents are made up, a plain notice."""

from __future__ import annotations

from html import escape

from barometer.display.block import Block, typst_string
from barometer.prose.names import join
from barometer.survey.survey import Survey

NOTICE = "Synthetische gegevens: geen antwoorden van echte ondernemingen"
EARLIER = "Synthetische gegevens voor"


def cover(survey: Survey) -> Block:
    """Make the cover of an edition; every page of the PDF repeats the notice."""
    edition = f"Situatie {survey.year}"
    meta = survey.meta
    title, subtitle, notice = meta.title, meta.subtitle, _notice(survey)
    warning = f'<p class="warning">{escape(notice)}</p>' if notice else ""
    html = (
        f'<header class="cover"><p class="title">{escape(title)}</p>'
        f'<p class="subtitle">{escape(subtitle)}</p><p class="edition">{edition}</p>'
        f"{warning}</header>"
    )
    parts = ", ".join(typst_string(text) for text in (title, subtitle, edition, notice))
    return Block(html, f"#cover({parts})")


def _notice(survey: Survey) -> str:
    """Of which waves the respondents are made up; nothing where all are real."""
    if survey.meta.synthetic:
        return NOTICE
    made_up = [str(year) for year, wave in survey.history().items() if wave.meta.synthetic]
    return f"{EARLIER} {join(made_up)}" if made_up else ""
