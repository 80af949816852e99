"""What `previous` names and the wave before lacks, or what it has once and two are said to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from barometer.errors import Problem
from barometer.wave.content import Category
from barometer.wave.counterparts import Counterparts
from barometer.wave.previous import named


@dataclass(frozen=True)
class _Place:
    """Where `previous` may stand: the entries there, and what the wave before has, by name."""

    file: str
    column: str
    entries: Mapping[str, Any]
    known: Collection[str]
    kind: str
    once: bool = True


def misnamed(counterparts: Counterparts, year: int) -> Iterator[Problem]:
    """Find names in `previous` that the wave before, that of `year`, lacks or that are said twice.

    Two values of a domain, items or answers cannot each be the same one of before: that would
    compare a part with the whole. Categories that are derived may.
    """
    for place in _places(counterparts):
        expected = f"{place.kind} of {year}: {', '.join(place.known) or 'there are none'}"
        remedy = "Correct `previous`, or remove it; [] says that there was none."
        claimed: dict[str, list[str]] = {}
        for name, entry in place.entries.items():
            for unknown in [n for n in entry.previous or [] if n not in place.known]:
                column = f"{place.column}.{name}.previous"
                yield Problem(place.file, f"'{unknown}'", expected, remedy, column=column)
            for known in named(name, entry.previous, place.known).names:
                claimed.setdefault(known, []).append(name)
        for known, names in claimed.items():
            if place.once and len(names) > 1:
                found = f"'{known}' of {year} as what {' and '.join(names)} were"
                remedy = "Write `previous: []` with those that are not the same."
                yield Problem(place.file, found, "one of them", remedy, column=place.column)


def _places(counterparts: Counterparts) -> Iterator[_Place]:
    asks, before = counterparts.now.asks, counterparts.before.asks
    meta, then = counterparts.now.meta, counterparts.before.meta
    content = "questionnaire.yml"
    yield _Place(content, "questions", asks.questions, list(before.questions), "a question")
    for name, question in asks.questions.items():
        column, source = f"questions.{name}", counterparts.named(name).names
        old = before.questions[source[0]] if source else None
        kind = f"of {source[0]}" if source else f"of {name}"
        yield _Place(
            content,
            f"{column}.items",
            question.items,
            list(old.items) if old else [],
            f"an item {kind}",
        )
        if old or not question.scale:  # a scale is also for questions that the wave before has
            known = list(old.categories) if old else []
            scale = f"scales.{question.scale}" if question.scale else f"{column}.categories"
            yield _Place(content, scale, question.categories, known, f"an answer {kind}")
    for name, indicator in asks.indicators.items():
        was = counterparts.indicator(name)
        rules = {
            n: r.label for n, r in indicator.categories.items() if isinstance(r.label, Category)
        }
        known = list(before.indicators[was].categories) if was else []
        column, kind = f"indicators.{name}.categories", f"a category of {was or name}"
        yield _Place(content, column, rules, known, kind, once=False)
    for name, domain in meta.domains.items():
        known = list(then.domains[name].values) if name in then.domains else []
        column, kind = f"domains.{name}.values", f"a value of {name}"
        yield _Place("wave.yml", column, domain.values, known, kind)
