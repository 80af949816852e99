"""What the waves have in common, and where the comparison over time breaks off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import pandas as pd

from barometer.display.block import Block
from barometer.display.table_style import table_block
from barometer.prose.names import join
from barometer.prose.numbers import number_word
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.survey import Survey
from barometer.wave.content import Condition
from barometer.wave.questionnaire import Questionnaire

Kind = Literal["new", "dropped", "more", "fewer", "wording", "answers", "base"]

ABSENT = "\N{EN DASH}"
DOMAIN = "domain "
#: What the table says of a change to something that both waves have.
CHANGES: dict[Kind, str] = {
    "more": "Erbij in {year}: {parts}.",
    "fewer": "Vervallen in {year}: {parts}.",
    "wording": "Andere vraag sinds {year}.",
    "answers": "Andere antwoorden sinds {year}.",
    "base": "Sinds {year} aan andere ondernemingen gesteld.",
}


@dataclass(frozen=True)
class Subject:
    """A question with its items, or a domain with its values, as one wave has it.

    `wording`, `answers` and `base` (who is asked) must stay as they are for waves to compare.
    """

    label: str
    parts: Mapping[str, str]
    wording: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    base: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Break:
    """What changed in a wave, against the wave before: of which subject, and which of its parts."""

    year: int
    subject: str
    label: str
    kind: Kind
    parts: tuple[str, ...] = ()


def subjects(survey: Survey) -> dict[str, Subject]:
    """The domains and questions of a wave, by identifier."""
    asks = survey.questionnaire
    domains = {
        f"{DOMAIN}{name}": Subject(domain.label, {v.id: v.short for v in domain.values.values()})
        for name, domain in survey.meta.domains.items()
    }
    questions = {
        name: Subject(
            question.short,
            {item: label.short for item, label in question.items.items()},
            question.label,
            {answer: label.label for answer, label in question.categories.items()},
            _base(asks, question.asked_of),
        )
        for name, question in asks.questions.items()
    }
    return domains | questions


def _base(asks: Questionnaire, universe: str) -> tuple[Condition, ...]:
    """The conditions of a universe, those of the universes within it spelt out."""
    found: list[Condition] = []
    for condition in asks.universes[universe].all_of:
        found += _base(asks, condition.universe) if condition.universe else [condition]
    return tuple(found)


def breaks(waves: Mapping[int, Survey]) -> list[Break]:
    """Every change from wave to wave: what came and went, and what is asked otherwise.

    `waves`: by year, oldest first. Of a domain the values are compared, of a question its items,
    its wording, its answers and who was asked.
    """
    each = {year: subjects(survey) for year, survey in waves.items()}
    return [
        found
        for (_, before), (year, after) in pairwise(each.items())
        for found in _changed(year, before, after)
    ]


def _changed(
    year: int, before: Mapping[str, Subject], after: Mapping[str, Subject]
) -> Iterator[Break]:
    for name, subject in {**after, **before}.items():
        if name not in before or name not in after:
            yield Break(year, name, subject.label, "new" if name in after else "dropped")
            continue
        then, now = before[name], after[name]
        if added := [label for part, label in now.parts.items() if part not in then.parts]:
            yield Break(year, name, now.label, "more", tuple(added))
        if gone := [label for part, label in then.parts.items() if part not in now.parts]:
            yield Break(year, name, now.label, "fewer", tuple(gone))
        if then.wording != now.wording:
            yield Break(year, name, now.label, "wording")
        if then.answers != now.answers:
            yield Break(year, name, now.label, "answers")
        if then.base != now.base:
            yield Break(year, name, now.label, "base")


def comparability_table(survey: Survey) -> Block:
    """The domains and questions by wave, up to this one.

    A cell counts the items or values; a question without items reads "ja", and what a wave lacks a
    dash. Notes say what changed to those that stayed.
    """
    waves = survey.history()
    each = {year: subjects(wave) for year, wave in waves.items()}
    known = breaks(waves)
    latest = {name: s for found in each.values() for name, s in found.items()}
    order = dict.fromkeys(name for found in reversed(each.values()) for name in found)
    head, last = "Vraag of indeling", "Wat veranderde"
    rows = []
    for name in order:
        present = {str(year): _cell(found.get(name)) for year, found in each.items()}
        said = [
            CHANGES[b.kind].format(year=b.year, parts="; ".join(b.parts))
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
