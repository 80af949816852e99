"""What changed between waves: what came and went, what was joined, what is asked otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from barometer.prose.names import join
from barometer.survey.matching import counterparts
from barometer.survey.survey import Survey
from barometer.wave import previous
from barometer.wave.counterparts import Counterparts
from barometer.wave.previous import Counterpart

Kind = Literal["new", "dropped", "more", "fewer", "joined", "item"] | previous.Kind

DOMAIN = "domain "


@dataclass(frozen=True)
class Subject:
    """A question with its items, or a domain with its values, as one wave has it."""

    label: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Break:
    """What changed in a wave, against the wave before: of which subject, and which of its parts.

    `compares`: whether the authors say that estimates compare all the same.
    """

    year: int
    subject: str
    label: str
    kind: Kind
    parts: tuple[str, ...] = ()
    compares: bool = False


def subjects(survey: Survey) -> dict[str, Subject]:
    """The domains and questions of a wave, by identifier."""
    domains = {
        f"{DOMAIN}{name}": Subject(domain.label, {v.id: v.short for v in domain.values.values()})
        for name, domain in survey.meta.domains.items()
    }
    questions = {
        name: Subject(question.short, {item: label.short for item, label in question.items.items()})
        for name, question in survey.questionnaire.questions.items()
    }
    return domains | questions


def breaks(waves: Mapping[int, Survey]) -> list[Break]:
    """Every change from wave to wave: what came and went, and what is asked otherwise.

    `waves`: by year, oldest first. Of a domain the values are compared, of a question its items,
    its wording, its answers and who was asked; all of them by `previous` where it is given.
    """
    return [
        found
        for before, after in pairwise(waves.values())
        for found in _changed(subjects(before), subjects(after), counterparts(after, before))
    ]


def _changed(
    before: Mapping[str, Subject], after: Mapping[str, Subject], known: Counterparts
) -> Iterator[Break]:
    year, were = known.now.meta.year, set[str]()
    for name, subject in after.items():
        was = formerly(known, name)
        if was not in before:
            yield Break(year, name, subject.label, "new")
            continue
        were.add(was)
        yield from _parts(year, name, subject, before[was], _counterparts(known, name))
        if not name.startswith(DOMAIN):
            declared = known.named(name).declared
            for kind in known.changed(name):
                yield Break(year, name, subject.label, kind, compares=declared)
    for name, subject in before.items():
        if name not in were:
            yield Break(year, name, subject.label, "dropped")


def formerly(known: Counterparts, name: str) -> str:
    """What a subject was called in the wave before; a domain as it is now; "" for nothing."""
    return name if name.startswith(DOMAIN) else "".join(known.named(name).names)


def _counterparts(known: Counterparts, name: str) -> dict[str, Counterpart]:
    """What each part of a subject was."""
    if name.startswith(DOMAIN):
        domain = name.removeprefix(DOMAIN)
        return {value: known.value(domain, value) for value in known.now.meta.values(domain)}
    question = known.now.asks.questions[name]
    return {item: known.item(question, item) for item in question.items}


def _parts(
    year: int, name: str, now: Subject, then: Subject, were: Mapping[str, Counterpart]
) -> Iterator[Break]:
    """What became of the parts of a subject: added, gone, joined, or defined otherwise."""
    kept = {part for was in were.values() for part in was.names}
    joined = (
        f"{now.parts[part]} ({join([then.parts[name] for name in was.names])})"
        for part, was in were.items()
        if len(was.names) > 1
    )
    found: dict[Kind, Iterable[str]] = {
        "more": [now.parts[part] for part, was in were.items() if not was.names],
        "fewer": [label for part, label in then.parts.items() if part not in kept],
        "joined": joined,
        "item" if not name.startswith(DOMAIN) else "redefined": [
            now.parts[part] for part, was in were.items() if was.broken
        ],
    }
    for kind, labels in found.items():
        if parts := tuple(labels):
            yield Break(year, name, now.label, kind, parts)


def latest_names(waves: Mapping[int, Survey]) -> dict[int, dict[str, str]]:
    """Per wave what each subject is called in the last wave that has it."""
    years = list(waves)
    names = {years[-1]: {name: name for name in subjects(waves[years[-1]])}}
    for before, after in reversed(list(pairwise(years))):
        known = counterparts(waves[after], waves[before])
        later = {formerly(known, name): latest for name, latest in names[after].items()}
        names[before] = {name: later.get(name, name) for name in subjects(waves[before])}
    return names
