"""The cover: title, year and, for made-up respondents, a plain notice."""

from __future__ import annotations

from html import escape

from barometer.display.block import Block, typst_string
from barometer.survey.survey import Survey

NOTICE = "Synthetische gegevens: geen antwoorden van echte ondernemingen"


def cover(survey: Survey) -> Block:
    """Make the cover of an edition; every page of the PDF repeats the notice."""
    edition = f"Situatie {survey.year}"
    meta = survey.meta
    title, subtitle, notice = meta.title, meta.subtitle, NOTICE if meta.synthetic else ""
    warning = f'<p class="warning">{escape(notice)}</p>' if notice else ""
    html = (
        f'<header class="cover"><p class="title">{escape(title)}</p>'
        f'<p class="subtitle">{escape(subtitle)}</p><p class="edition">{edition}</p>'
        f"{warning}</header>"
    )
    parts = ", ".join(typst_string(text) for text in (title, subtitle, edition, notice))
    return Block(html, f"#cover({parts})")
