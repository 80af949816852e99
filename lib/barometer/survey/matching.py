"""The same estimate in an earlier wave: under the names it had there, or where the series breaks.

What was called otherwise, was split or had other answers follows `wave.counterparts`. Over several
waves that goes step by step; a wave that did not ask is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product

from barometer.errors import Problem
from barometer.survey.coarsening import KEYS, Key
from barometer.survey.estimates import Absent, Estimate, Estimates
from barometer.survey.joined import Joined, one
from barometer.survey.survey import Survey
from barometer.wave import mappings
from barometer.wave.counterparts import TOTAL, Counterparts
from barometer.wave.previous import Kind, Settings


@dataclass(frozen=True)
class Step:
    """What rows of the register were in an earlier wave.

    `keys`: question, category, universe, domain and value of each row there, of several where they
    are joined; none where the wave lacks it. `broken`: what changed, so that it is known there but
    does not compare. `ends`: there is nothing to look for in waves before, either.
    """

    keys: tuple[Key, ...] = ()
    broken: Kind | None = None
    ends: bool = False

    @property
    def compares(self) -> bool:
        """Whether what is there may be compared."""
        return bool(self.keys) and self.broken is None


@lru_cache(maxsize=16)
def counterparts(now: Survey, before: Survey) -> Counterparts:
    """What the names of one wave were in another one."""
    then, own = (Settings(wave.meta, wave.questionnaire) for wave in (before, now))
    return Counterparts(then, own)


def misnamed(survey: Survey) -> list[Problem]:
    """What `previous` names and the wave before lacks, or is said of two (see `mappings`)."""
    before = survey.previous
    return list(mappings.misnamed(counterparts(survey, before), before.year)) if before else []


def step(keys: Sequence[Key], now: Survey, before: Survey) -> Step:
    """Look rows of the register of one wave up in another one; what one of them lacks, all lack."""
    found = [_step(key, now, before) for key in keys]
    if not all(each.keys for each in found):
        return Step(ends=any(each.ends for each in found))
    names = dict.fromkeys(key for each in found for key in each.keys)
    return Step(tuple(names), next((each.broken for each in found if each.broken), None))


def _step(key: Key, now: Survey, before: Survey) -> Step:
    question, category, universe, domain, value = key
    known = counterparts(now, before)
    asked = known.question(now.questionnaire.indicators[question].question.id)
    name, of = known.indicator(question), known.universe(universe)
    told, place = known.category(question, category), known.value(domain, value)
    if name is None or not (told.names and of.names and place.names):
        return Step(ends=any(each.ends for each in (asked, told, place)))
    if not before.universe(universe).any():
        return Step()
    if asked.declared:  # then who is asked compares, whatever became of the conditions
        of = replace(of, broken=None)
    divides = domain == TOTAL or domain in now.meta.domains
    by = domain if divides else str(known.indicator(domain))
    rows = product([name], told.names, of.names, [by], place.names)
    return Step(tuple(rows), told.broken or of.broken or place.broken)


def broken(estimate: Estimate) -> Kind | None:
    """What changed since the wave before, so that an estimate there does not compare."""
    survey = estimate.of.survey
    if survey.previous is None or isinstance(estimate, Absent):
        return None
    return step(keys(estimate), survey, survey.previous).broken


def through_waves(estimates: Estimates) -> dict[int, Estimates]:
    """An indicator in each wave that has it, under the name that it has there, oldest first."""
    survey, name, found = estimates.survey, estimates.id, {estimates.survey.year: estimates}
    now = survey
    for wave in reversed([wave for wave in survey.history().values() if wave is not survey]):
        known = counterparts(now, wave)
        was = known.indicator(name)
        if was is not None and estimates.universe in wave.questionnaire.universes:
            found[wave.year] = wave[was, estimates.universe]
            name, now = was, wave
        elif known.named(now.questionnaire.indicators[name].question.id).ends:
            break
    return dict(sorted(found.items()))


def values_by_wave(survey: Survey, domain: str) -> dict[int, set[str]]:
    """The values of a domain in each wave, as this one calls them; what it lacks keeps its name."""
    waves = survey.history()
    called = {value: value for value in _values(survey, domain)}
    found = {survey.year: set(called)}
    for before, now in reversed(list(pairwise(waves.values()))):
        known = counterparts(now, before)
        was = {value: known.value(domain, value) for value in _values(now, domain)}
        claimed = {n: called[value] for value, of in was.items() for n in of.names}
        others = {value for value, of in was.items() if of.ends}  # else, under the same name
        called = {
            value: claimed.get(value, f"{value} ({before.year})" if value in others else value)
            for value in _values(before, domain)
        }
        found[before.year] = set(called.values())
    return dict(sorted(found.items()))


def _values(survey: Survey, domain: str) -> list[str]:
    return survey.meta.values(domain) if domain in survey.meta.domains else []


def steps(keys: Sequence[Key], now: Survey, earlier: Iterable[Survey]) -> Iterator[Step]:
    """Follow rows of a wave back through earlier ones, the last of them first: a step for each.

    A wave that lacks them is skipped. Beyond a break they go on under the names that they had.
    """
    ended = False
    for wave in earlier:
        found = Step() if ended else step(keys, now, wave)
        yield found
        ended = ended or found.ends
        if found.keys:
            keys, now = found.keys, wave


def matched(key: Key, now: Survey, before: Survey) -> tuple[Key, ...]:
    """What a row was in an earlier wave, through those between; nothing where the series breaks."""
    between = [w for year, w in now.history().items() if before.year < year < now.year]
    found = list(steps([key], now, [*reversed(between), before]))
    return () if any(each.broken for each in found) else found[-1].keys


def keys(estimate: Estimate) -> tuple[Key, ...]:
    """The rows of the register that an estimate is: one, or those that it joins."""
    parts = estimate.parts if isinstance(estimate, Joined) else (estimate,)
    return tuple(tuple(getattr(e, name) for name in KEYS) for e in parts)


def rows(wave: Survey, found: Sequence[Key], later: Estimate) -> Estimate:
    """The estimate of rows of the register of a wave, which a later one has as `later`."""
    return one([_row(wave, key) for key in found], later)


def _row(wave: Survey, key: Key) -> Estimate:
    question, category, universe, domain, value = key
    by = None if domain == TOTAL else domain
    return next(
        e
        for e in wave[question, universe].estimates(by)
        if (e.category, e.domain_value) == (category, value)
    )
