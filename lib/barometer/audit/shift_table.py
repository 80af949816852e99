"""What shifted so much since the wave before that somebody should look: a table for reviewers."""

from __future__ import annotations

import pandas as pd

from barometer.display.block import Block
from barometer.display.table_style import table_block
from barometer.prose.numbers import num
from barometer.survey.shift import Moved, Shift
from barometer.survey.shifts import shifts
from barometer.survey.survey import Survey

KINDS = {
    "frame": "ondernemingen in de populatie",
    "stratum": "ondernemingen in een stratum",
    "response": "responsgraad in een stratum",
    "share": "aandeel",
    "vanished": "antwoord dat niemand nog geeft",
    "unreported": "cijfer dat niet meer berekend wordt",
    "reported": "vraag die voordien niet gerapporteerd werd",
    "definition": "andere definitie onder dezelfde naam",
    "label": "andere benaming van vraag of antwoord",
    "domain": "andere benaming van een groep",
    "turned": "antwoorden als omgekeerd",
    "exchanged": "antwoorden als van twee verwisselde items",
    "complete": "vraag zonder ontbrekende antwoorden",
    "cleaned": "niets meer van wat er eerder was",
    "contact": "aandeel uitgenodigd per e-mail",
    "equal": "kolommen met in elke rij hetzelfde antwoord",
    "constant": "overal hetzelfde antwoord",
    "from": "een tijd lang hetzelfde antwoord",
    "alike": "antwoorden die volledig gelijk zijn",
}


def shift_table(survey: Survey) -> Block | None:
    """Every large shift against the wave before (see `shifts`); nothing without any."""
    found = [(shift, moved) for shift in shifts(survey) for moved in shift.moved]
    if not found:
        return None
    since = found[0][0].since
    table = pd.DataFrame(
        [
            {
                "kind": KINDS[shift.kind],
                "what": _what(shift, moved),
                "then": _number(moved.then),
                "now": _number(moved.now),
            }
            for shift, moved in found
        ]
    )
    columns = {"kind": "Wat", "what": "Waarvan", "then": str(since), "now": str(survey.year)}
    title = f"Grote verschuivingen sinds {since}"
    return table_block(table, columns, "verschuivingen", title, text=["what"], data=table)


def _what(shift: Shift, moved: Moved) -> str:
    if shift.kind == "frame":
        return "alle strata die beide metingen hebben"
    if shift.kind in ("exchanged", "equal"):
        return moved.what.replace(" and ", " en ")
    return f"{shift.column} {moved.what}" if shift.kind == "vanished" else moved.what


def _number(text: str) -> str:
    """A number as Dutch writes it: 13.7% is 13,7%, 1504 is 1.504."""
    value, percent, _ = text.partition("%")
    if not value:
        return ""
    return f"{num(float(value), 1 if '.' in value else 0)}{percent}"
