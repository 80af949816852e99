"""Key figures: cards with a value, its margin, a definition and the change since the wave before.

A chapter names the candidates in the order of their importance, and the first that the wave has are
shown. Each card is a text in the chapter, which gives the definition: `cards("export.yes", "van
alle ondernemingen voert uit")`. theme/blocks.lua makes a grid of them. Behind the last card
`cards.complete()` offers the data, and refuses a figure that no card shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from barometer.display.block import Block, tidy
from barometer.errors import BarometerError
from barometer.prose.numbers import NOT_AVAILABLE, UNRELIABLE, num, pct
from barometer.prose.statements import Statement
from barometer.prose.text import Text
from barometer.prose.trends import earlier, fell, growth, rose
from barometer.survey.estimates import Absent, Estimate
from barometer.survey.matching import broken
from barometer.survey.register import escaped
from barometer.survey.survey import Survey
from barometer.wave.reading import published_file

__all__ = ["key_figures"]

SHOWN = 8
NAME = "kerncijfers"


class Card(Text):
    """The text of a key figure; its markdown has the parts apart, with a mark for the change."""

    parts: tuple[str, str, str]
    mark: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """As of any text, with spans that the theme knows."""
        figure, definition, moved = self.parts
        value, *margin = figure.split(" (")
        beside = f" [{escaped(f'({margin[0]}')}]{{.key-margin}}" if margin else ""
        mark = f"[]{{.key-mark .{self.mark}}} " if self.mark else ""
        markdown = (
            f"[{escaped(value)}]{{.key-value}}{beside} [{escaped(definition)}]{{.key-definition}}"
        )
        if moved:
            markdown += f" [{mark}{escaped(moved)}]{{.key-change}}"
        return {**super()._repr_mimebundle_(), "text/markdown": markdown}


@dataclass(frozen=True)
class KeyFigures:
    """The key figures of a wave, by identifier, and which of them have a card so far."""

    candidates: tuple[str, ...]
    shown: dict[str, Estimate]
    written: set[str] = field(default_factory=set)

    def __call__(self, identifier: str, definition: str) -> Text:
        """Write the card of a key figure; nothing where the wave has it not among the first.

        BarometerError for an identifier that is no candidate.
        """
        if identifier not in self.candidates:
            raise BarometerError(
                f"key figure '{identifier}': expected one of the candidates of key_figures(): "
                + ", ".join(self.candidates)
            )
        if identifier not in self.shown:
            return Text("", "key figure")
        self.written.add(identifier)
        estimate = self.shown[identifier]
        figure = pct(estimate, margin=True)
        mark, moved, stated = _moved(estimate)
        change = growth(estimate)
        of = [estimate, *([] if isinstance(change, Absent) else [change]), definition]
        card = Card(f"{figure} {definition} {moved}".rstrip(), "key figure", of, stated)
        card.parts, card.mark = (figure, definition, moved), mark
        return card

    def complete(self) -> Block:
        """The data behind the cards, those of the wave before too.

        BarometerError where a key figure of the wave has no card.
        """
        if missing := [name for name in self.shown if name not in self.written]:
            raise BarometerError(
                f"key figures: found no card of {', '.join(missing)}; expected one for each "
                "candidate. Write a line in the list of cards: cards(…, its definition)."
            )
        both = [[e, earlier(e)] for e in self.shown.values()]
        rows = [e for pair in both for e in pair if e is not None]
        return Block("", "", data=tidy(rows), name=NAME)


def key_figures(survey: Survey, *candidates: str) -> KeyFigures:
    """Choose the key figures: the first eight candidates that the wave has.

    A candidate is an identifier, `export.yes`, in the first universe its question is reported for.
    """
    asked = [name for name in candidates if survey.asked(name)][:SHOWN]
    pairs = {name: name.split(".") for name in asked}
    return KeyFigures(candidates, {name: survey[q][c] for name, (q, c) in pairs.items()})


def _moved(estimate: Estimate) -> tuple[str, str, Statement | None]:
    """How a key figure changed: its mark (up, down, equal or none), the words, what is stated.

    Nothing in a first wave.
    """
    wave, change = estimate.of.survey.previous, growth(estimate)
    if wave is None:
        return "", "", None
    then = earlier(estimate)
    if broken(estimate):
        return "", f"geen vergelijking: anders gemeten in {wave.year}", None
    if then is None:
        return "", f"geen vergelijking: niet gemeten in {wave.year}", None
    if isinstance(change, Absent):
        return "", f"geen vergelijking: {NOT_AVAILABLE}", None
    up = float(change) > 0
    stated = rose(estimate) if up else fell(estimate)
    unsure = UNRELIABLE if change.flag == "u" else ""
    points = num(abs(float(change)), 1)
    words = f"{points}{unsure} procentpunt {'hoger' if up else 'lager'} dan in {wave.year}"
    invented = " (illustratief)" if _invented(then) or _invented(estimate) else ""
    if stated.verdict == "holds":
        return "up" if up else "down", f"{words}{invented}, significant", stated
    if points == num(0, 1):
        return "equal", f"even hoog als in {wave.year}{invented}", stated
    return "equal", f"{words}{invented}, niet significant", stated


def _invented(estimate: Estimate) -> bool:
    """Whether a figure in total is one that an illustrative wave made up: none was published."""
    survey = estimate.of.survey
    if not survey.meta.illustrative:
        return False
    path = published_file(survey.year, survey._data)
    if not path.is_file():
        return True
    rows = pd.read_csv(path, dtype=str)
    keys = ["question", "category", "universe", "domain", "statistic"]
    wanted = [getattr(estimate, key) for key in keys[:-1]] + ["weighted_pct"]
    return not bool((rows[keys] == wanted).all(axis=1).any())
