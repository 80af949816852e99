"""What something of a wave was called in the wave before: by name, by label, by condition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from barometer.wave.content import Condition, Label
from barometer.wave.meta import DomainValue, Meta
from barometer.wave.questionnaire import Questionnaire

#: What changed: a question's words, its answers, who is asked it; how a category follows from the
#: answers; what a value of a domain stands for.
Kind = Literal["wording", "answers", "base", "definition", "redefined"]


@dataclass(frozen=True)
class Counterpart:
    """What something was called in the wave before: several names where it joins several.

    No `names`: the wave before lacks it. `broken`: what changed, so that the two don't compare.
    `declared`: `previous` says what it was.
    """

    names: tuple[str, ...] = ()
    broken: Kind | None = None
    declared: bool = False

    @property
    def compares(self) -> bool:
        """Whether there is something in the wave before to compare with."""
        return bool(self.names) and self.broken is None

    @property
    def ends(self) -> bool:
        """Whether it is said to have had no counterpart, so that none need be looked for."""
        return self.declared and not self.names


@dataclass(frozen=True)
class Settings:
    """What a wave says of itself: wave.yml and questionnaire.yml."""

    meta: Meta
    asks: Questionnaire


def conditions(asks: Questionnaire, universe: str) -> tuple[Condition, ...]:
    """The conditions of a universe, those of the universes within it spelt out."""
    found: list[Condition] = []
    for condition in asks.universes[universe].all_of:
        inner = condition.universe
        found += conditions(asks, inner) if inner else [condition]
    return tuple(found)


def named(name: str, previous: list[str] | None, known: Collection[str]) -> Counterpart:
    """What a name was, by `previous` or by itself, of the names `known` in the wave before."""
    if previous is None:
        return Counterpart((name,) if name in known else ())
    return Counterpart(tuple(previous) if set(previous) <= set(known) else (), declared=True)


def worded(
    name: str, labels: Mapping[str, Label], known: Mapping[str, Label], kind: Kind
) -> Counterpart:
    """What a label's name was; broken by `kind` where its words changed without `previous`."""
    found = named(name, labels[name].previous, known)
    reworded = not found.declared and found.names and known[name].label != labels[name].label
    return replace(found, broken=kind) if reworded else found


def all_of(found: Iterable[Counterpart]) -> set[str] | None:
    """What they were together; None where one of them does not compare."""
    parts = list(found)
    if not all(part.compares for part in parts):
        return None
    return {name for part in parts for name in part.names}


def stands_for(value: DomainValue) -> tuple[str, frozenset[str]]:
    """What a value of a domain is about: its full name, and the codes that it joins."""
    return value.label, frozenset(value.parts)
