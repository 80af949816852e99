"""What was corrected in the waves that an edition shows, since they were published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from barometer.display.block import Block
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import date, num
from barometer.survey.survey import Survey
from barometer.wave.corrections import Change, Correction

HEADS = {
    "date": "Datum",
    "wave": "Meting",
    "what": "Correctie",
    "figures": "Cijfers",
    "largest": "Grootste verschil",
}
COLUMNS = [
    *("datum", "meting", "correctie", "vraag", "categorie", "universum", "domein", "domeinwaarde"),
]
NOTES = [
    "Cijfers: aantal herziene cijfers, in het totaal en naar elk domein.",
    "Grootste verschil: het meest gewijzigde percentage, in procentpunt.",
]


def corrections_table(survey: Survey) -> Block:
    """Each correction of this wave and the earlier ones: when, what and why, by whom, how much.

    Newest first. The data behind it name each figure that was revised, not its old value: what was
    withdrawn for few respondents must not come out again. BarometerError where nothing was
    corrected: stand it in an `.asked` block.
    """
    waves = survey.history().values()
    found = [(wave, entry) for wave in waves for entry in wave.corrections.entries.values()]
    if not found:
        raise BarometerError(
            f"corrections_table(): found no correction of {survey.year} or an earlier wave; "
            'expected at least one. Put the table in a block with of="corrected".'
        )
    found.sort(key=lambda pair: pair[1].date, reverse=True)
    rows = [_row(wave, entry) for wave, entry in found]
    revised = [row for pair in found for row in _revised(*pair)]
    return table_block(
        pd.DataFrame(rows, columns=list(HEADS)),
        HEADS,
        "correcties",
        "Correcties",
        text=["wave", "what"],
        muted=["figures", "largest"],
        notes=NOTES if revised else [],
        data=pd.DataFrame(revised, columns=COLUMNS),
    )


def _row(wave: Survey, entry: Correction) -> list[str]:
    changes = wave.corrections.of(entry.id)
    figures = num(len({change.key for change in changes}))
    said = f"{entry.what} {entry.why} Rechtgezet door {entry.who}."
    return [date(entry.date), str(wave.year), said, figures, _largest(changes)]


def _largest(changes: Sequence[Change]) -> str:
    """By how many percentage points the percentage changed that changed most; "" for none."""
    shown = [c for c in changes if c.column == "estimate" and c.old and c.new]
    return num(max(abs(float(c.new) - float(c.old)) for c in shown), 1) if shown else ""


def _revised(wave: Survey, entry: Correction) -> Iterator[list[str]]:
    head = [entry.date.isoformat(), str(wave.year), entry.id]
    for key in dict.fromkeys(change.key for change in wave.corrections.of(entry.id)):
        yield [*head, *key]
