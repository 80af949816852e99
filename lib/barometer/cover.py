"""The cover: title, year and, for made-up respondents, a plain notice."""

from __future__ import annotations

from html import escape

from barometer.display import Block, typst_string
from barometer.survey import Survey

SUBTITLE = "Adoptie en gebruik van artificiële intelligentie bij Vlaamse ondernemingen"
NOTICE = "Synthetische gegevens: geen antwoorden van echte ondernemingen"


def cover(survey: Survey) -> Block:
    """Make the cover of an edition; every page of the PDF repeats the notice."""
    edition = f"Situatie {survey.year}"
    title, notice = survey.wave.title, NOTICE if survey.wave.synthetic else ""
    warning = f'<p class="warning">{escape(notice)}</p>' if notice else ""
    html = (
        f'<header class="cover"><p class="title">{escape(title)}</p>'
        f'<p class="subtitle">{SUBTITLE}</p><p class="edition">{edition}</p>{warning}</header>'
    )
    parts = ", ".join(typst_string(text) for text in (title, SUBTITLE, edition, notice))
    return Block(html, f"#cover({parts})")
