"""Two registers or editions beside each other: numbers, sentences, figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from barometer.revision.registers import Changed, compared
from barometer.revision.sentences import Reworded, Sentence, reworded
from barometer.revision.versions import Drawn, Version
from barometer.wave.corrections import KEYS, Key


@dataclass(frozen=True)
class Redrawn:
    """A figure or table that shows something else; None where it is not there."""

    old: Drawn | None
    new: Drawn | None

    @property
    def shown(self) -> Drawn:
        """The new one, or the old one where it is gone."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True)
class Differences:
    """What differs between an old and a new version. Of registers only numbers can."""

    old: Version
    new: Version

    @cached_property
    def numbers(self) -> list[Changed]:
        """The figures of the register that differ."""
        return compared(self.old.register, self.new.register)

    @property
    def texts(self) -> bool:
        """Whether both are editions, so that their text can be compared."""
        return self.old.edition and self.new.edition

    @cached_property
    def sentences(self) -> list[Reworded]:
        """The sentences that differ in their words or their verdict."""
        return reworded(self.old.sentences, self.new.sentences) if self.texts else []

    @cached_property
    def drawn(self) -> list[Redrawn]:
        """The figures and tables that differ in data, drawing or caption."""
        if not self.texts:
            return []
        old, new = self.old.drawn, self.new.drawn
        names = [*new, *(name for name in old if name not in new)]
        pairs = (Redrawn(old.get(name), new.get(name)) for name in names)
        return [pair for pair in pairs if _looks(pair.old) != _looks(pair.new)]

    @cached_property
    def _carriers(self) -> dict[Key, tuple[list[Sentence], list[Drawn]]]:
        """The sentences and the figures of the new edition by the figure they show."""
        found: dict[Key, tuple[list[Sentence], list[Drawn]]] = {}
        for sentence in self.new.sentences:
            for year, key in sentence.figures:
                if year == self.new.year:
                    found.setdefault(key, ([], []))[0].append(sentence)
        for drawn in self.new.drawn.values():
            for year, key in drawn.figures:
                if year == self.new.year:
                    found.setdefault(key, ([], []))[1].append(drawn)
        return found

    def carriers(self, key: Key) -> tuple[list[Sentence], list[Drawn]]:
        """Where the new edition tells of a figure: sentences, and figures and tables."""
        return self._carriers.get(key, ([], []))

    @property
    def largest(self) -> float:
        """By how many points the percentage that changed most did."""
        return max((abs(c.difference) for c in self.numbers if c.difference), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """All of it, for machines."""
        return {
            "old": str(self.old.path),
            "new": str(self.new.path),
            "numbers": [self._number(changed) for changed in self.numbers],
            "sentences": [_sentence(pair) for pair in self.sentences],
            "figures": [_drawing(pair) for pair in self.drawn],
        }

    def _number(self, changed: Changed) -> dict[str, Any]:
        sentences, drawn = self.carriers(changed.key)
        return {
            **dict(zip(KEYS, changed.key, strict=True)),
            "state": _state(changed.old, changed.new),
            "difference": changed.difference,
            "columns": {c: {"old": a, "new": b} for c, (a, b) in changed.columns.items()},
            "in_sentences": list(_places(sentences)),
            "in_figures": [d.name for d in drawn],
        }


def _places(sentences: list[Sentence]) -> Iterator[str]:
    yield from dict.fromkeys(f"{s.chapter}:{s.line}" for s in sentences)


def _looks(drawn: Drawn | None) -> tuple[object, ...]:
    return () if drawn is None else (drawn.html, drawn.block.caption, drawn.block.data.rows)


def _state(old: object, new: object) -> str:
    return "new" if old is None else "gone" if new is None else "changed"


def _sentence(pair: Reworded) -> dict[str, Any]:
    sides = {"old": pair.old, "new": pair.new}
    said = {name: side.text if side else None for name, side in sides.items()}
    verdicts = {name: list(side.verdicts) if side else [] for name, side in sides.items()}
    return {"place": pair.place, "state": _state(pair.old, pair.new), **said, "verdicts": verdicts}


def _drawing(pair: Redrawn) -> dict[str, Any]:
    shown = pair.shown
    named = {"name": shown.name, "title": shown.title, "data": f"{shown.block.name}.csv"}
    return {**named, "state": _state(pair.old, pair.new)}
