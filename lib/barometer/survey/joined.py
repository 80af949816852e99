"""Rows of the register taken together: what a wave before had apart, and a later one has as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from barometer.errors import BarometerError
from barometer.survey.coarsening import Grain, Shown
from barometer.survey.estimates import ROW, Estimate
from barometer.survey.rounding import FINE, to_step
from barometer.survey.weight import blame
from barometer.wave.content import Label
from barometer.wave.drawn import drawn_categories, drawn_universe
from barometer.wave.meta import DomainValue
from barometer.wave.questionnaire import BoolArray, Rule
from weighting import Array, Base, shares, unreliable

UNION = "\N{PLUS SIGN}"  # no category of a wave: those have names


@dataclass(frozen=True)
class Joined(Estimate):
    """The share of any of several categories among the respondents of several domain values.

    It is estimated from the respondents, and not from the rows (`parts`). `later`: the estimate
    of the later wave that names it. Where one of the rows is withheld so is this one, since the
    others would give it away, and it is shown no more precisely than the coarsest.
    """

    parts: tuple[Estimate, ...] = ()
    later: Estimate | None = None

    @property
    def place(self) -> DomainValue | None:
        """What the later wave calls the place."""
        return self.later.place if self.later else None

    @property
    def revised(self) -> bool:
        """Whether one of the rows was revised."""
        return any(part.revised for part in self.parts)

    @property
    def own_grain(self) -> Grain:
        """That of the coarsest row."""
        return max((part.own_grain for part in self.parts), key=lambda g: (g.step, g.smooth))

    @property
    def shown(self) -> Shown:
        """Its numbers as they are shown: where a row is smooth nothing but the estimate."""
        grain = self.own_grain
        if grain.smooth:
            return Shown(to_step(self, grain.step), *[math.nan] * 3)
        return Shown(*(to_step(getattr(self, name), FINE) for name in Shown._fields))

    def by(self, domain: str) -> list[Estimate]:
        """The same in each value of a domain."""
        found = zip(*(part.by(domain) for part in self.parts), strict=True)
        return [one(list(row), self) for row in found]

    def members(self) -> tuple[Array, Base]:
        """The 0/1 variable (n) and the base it is the share of."""
        survey, (y, taken) = self.of.survey, _union(self.parts)
        asked = drawn_universe(
            survey.questionnaire,
            self.of.indicator.question.asked_of,
            survey.answers,
            survey.imputed,
        )
        base = survey.base(self.question, self.universe)
        drawn = None if base.taken is None else (taken | asked)[:, None]
        return y, replace(base, domain=_inside(self.parts), taken=drawn)


def _union(parts: Sequence[Estimate]) -> tuple[Array, BoolArray]:
    """Who is in one of the categories, and for whom imputed answers decide that (n)."""
    survey, indicator = parts[0].of.survey, parts[0].of.indicator
    names = tuple(dict.fromkeys(part.category for part in parts))
    rule = Rule(Label(label=UNION, short=UNION), union=names)
    wider = replace(indicator, categories={**indicator.categories, UNION: rule})
    drawn = drawn_categories(wider, survey.answers, survey.imputed)[UNION].to_numpy()
    y = survey.categories(indicator.id)[list(names)].max(axis=1)
    return y.to_numpy(dtype=float), np.asarray(drawn, dtype=bool)


def _inside(parts: Sequence[Estimate]) -> BoolArray:
    survey = parts[0].of.survey
    members = survey.domain(parts[0].domain)
    values = dict.fromkeys(part.domain_value for part in parts)
    return np.asarray(np.logical_or.reduce([members[value] for value in values]))


def one(parts: Sequence[Estimate], later: Estimate) -> Estimate:
    """One row of the register as it is; several joined, in the names of the later wave's estimate.

    They are rows of one indicator, universe and domain: each of some categories in each of some
    values. BarometerError for others.
    """
    if len(parts) == 1:
        return parts[0]
    if len({(e.question, e.universe, e.domain) for e in parts}) > 1:
        found = ", ".join(sorted({f"{e.question} by {e.domain}" for e in parts}))
        raise BarometerError(
            f"wave {parts[0].year}: found {found} to be joined; expected rows of one indicator, "
            "universe and domain. Correct `previous`."
        )
    first = parts[0]
    named = {name: getattr(first, name) for name in Estimate.__dataclass_fields__}
    if len({e.category for e in parts}) > 1:
        named |= {"category": later.category, "short": later.short}
    if len({e.domain_value for e in parts}) > 1:
        named |= {"domain_value": later.domain_value, "domain_short": later.domain_short}
    empty = Joined(**named, parts=tuple(parts), later=later)
    return replace(empty, **_numbers(empty))


def _numbers(e: Joined) -> dict[str, Any]:
    survey, rules = e.of.survey, e.of.survey.meta.thresholds
    y, base = e.members()
    domain = np.asarray(base.domain).reshape(-1, 1)
    everyone = replace(base, domain=np.ones(len(y), dtype=bool))
    with blame(f"wave {survey.year}, {e.question}"):
        found = shares(survey.design, y[:, None], domain, survey.universe(e.universe), everyone)
    numbers = {name: getattr(found, name).ravel()[0] for name in ROW if hasattr(found, name)}
    marked = bool(unreliable(found, **rules.reliability.model_dump()).ravel()[0])
    if found.n.ravel()[0] < rules.disclosure or any(part.flag == "c" for part in e.parts):
        return {**dict.fromkeys(numbers, math.nan), "n": numbers["n"], "flag": "c"}
    return {**numbers, "flag": "u" if marked else ""}
