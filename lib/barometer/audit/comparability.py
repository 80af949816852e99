"""What the waves have in common, and where the comparison over time breaks off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from barometer.audit.breaks import DOMAIN, Break, Kind, Subject, breaks, latest_names, subjects
from barometer.display.block import Block
from barometer.display.table_style import table_block
from barometer.prose.names import join
from barometer.prose.numbers import number_word
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.survey import Survey

ABSENT = "\N{EN DASH}"
#: What the table says of a change to something that both waves have.
CHANGES: dict[Kind, str] = {
    "more": "Erbij in {year}: {parts}.",
    "fewer": "Vervallen in {year}: {parts}.",
    "joined": "Samengevoegd in {year}: {parts}.",
    "redefined": "Anders omschreven sinds {year}: {parts}.",
    "wording": "Andere vraag sinds {year}.",
    "answers": "Andere antwoorden sinds {year}.",
    "base": "Sinds {year} aan andere ondernemingen gesteld.",
    "item": "Anders verwoord sinds {year}: {parts}.",
}
#: And whether it compares all the same, as `previous` may say, of what would not without that.
BROKEN: set[Kind] = {"redefined", "wording", "answers", "base", "item"}
COMPARES = {True: " Dat blijft vergelijkbaar.", False: " Daar breekt de reeks."}


def comparability_table(survey: Survey) -> Block:
    """The domains and questions by wave, up to this one.

    A cell counts the items or values; a question without items reads "ja", and what a wave lacks a
    dash. Notes say what changed to those that stayed.
    """
    waves = survey.history()
    names, each = latest_names(waves), {}
    for year, wave in waves.items():
        each[year] = {names[year][name]: found for name, found in subjects(wave).items()}
    known = [replace(b, subject=_latest(names, b)) for b in breaks(waves)]
    latest = {name: s for found in each.values() for name, s in found.items()}
    order = dict.fromkeys(name for found in reversed(each.values()) for name in found)
    head, last = "Vraag of indeling", "Wat veranderde"
    rows = []
    for name in order:
        present = {str(year): _cell(found.get(name)) for year, found in each.items()}
        said = [
            CHANGES[b.kind].format(year=b.year, parts="; ".join(b.parts))
            + (COMPARES[b.compares] if b.kind in BROKEN else "")
            for b in known
            if b.subject == name and b.kind in CHANGES
        ]
        rows.append({head: latest[name].label, **present, last: " ".join(said)})
    table = pd.DataFrame(rows)
    notes = [
        f"Een getal telt de items van de vraag of de groepen van de indeling; ja: één vraag zonder "
        f"items; {ABSENT}: niet gevraagd.",
        *(f"{row[head]}: {row[last][:1].lower()}{row[last][1:]}" for row in rows if row[last]),
    ]
    columns = {name: name for name in table.columns if name != last}
    title = "Vergelijkbaarheid over de metingen"
    return table_block(
        table[list(columns)], columns, "vergelijkbaarheid", title, notes=notes, data=table
    )


def _latest(names: Mapping[int, Mapping[str, str]], found: Break) -> str:
    """The latest name of what changed; what is dropped has none in its own wave."""
    return names[found.year].get(found.subject, found.subject)


def _cell(subject: Subject | None) -> str:
    if subject is None:
        return ABSENT
    return str(len(subject.parts)) if subject.parts else "ja"


def breaks_words(survey: Survey) -> Text:
    """Say in two sentences what is new, gone and changed in a wave against the wave before.

    Empty for a first wave.
    """
    found = [b for b in breaks(survey.history()) if b.year == survey.year]
    if survey.previous is None:
        return Text("", "words")
    questions = [b for b in found if not b.subject.startswith(DOMAIN)]
    new, gone = ([b.label for b in questions if b.kind == kind] for kind in ("new", "dropped"))
    changed = list(dict.fromkeys(b.label for b in found if b.kind in CHANGES))
    counts = {"new": len(new), "dropped": len(gone), "changed": len(changed)}
    facts = [Fact(n, f"questions {name}", survey.year) for name, n in counts.items()]
    came = f"{_are(new, 'nieuw')} en {_are(gone, 'vervallen')}"
    if not new and not gone:
        came = "kwam er geen vraag bij en verviel er geen"
    verb = "is" if len(changed) == 1 else "zijn"
    kept = f"Niet helemaal gelijk gebleven {verb} {join([_quoted(label) for label in changed])}."
    if not changed:
        kept = "Wat beide metingen vragen, bleef ongewijzigd."
    return Text(f"Tegenover de meting van {survey.previous.year} {came}. {kept}", "words", facts)


def _are(labels: list[str], what: str) -> str:
    listed = join([_quoted(label) for label in labels])
    if len(labels) > 1:
        return f"zijn {number_word(len(labels))} vragen {what} ({listed})"
    return f"is één vraag {what} ({listed})" if labels else f"is geen enkele vraag {what}"


def _quoted(label: str) -> str:
    return f"‘{label}’"
