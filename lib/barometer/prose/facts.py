"""Law and dates in a sentence, and on which side of the fieldwork of a wave they lie."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from babel.dates import format_date

from barometer.prose.names import names
from barometer.prose.numbers import LOCALE
from barometer.prose.statements import Statement, fact
from barometer.survey.matching import values_by_wave
from barometer.survey.survey import Survey
from barometer.wave.facts import DatedFact, find_fact
from barometer.wave.procedure import Procedure

__all__ = [
    "dated",
    "illustrative",
    "invented",
    "joined_strata",
    "newcomers",
    "procedure",
    "regrouped",
    "same_since",
]

PATTERNS = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}


@dataclass(frozen=True)
class Dated:
    """A fact of facts.yml; of `before`, `during` and `after` exactly one holds for a wave."""

    known: DatedFact

    @property
    def on(self) -> str:
        """Its date as precisely as it is known: "1 augustus 2024", "augustus 2027", "2019"."""
        return format_date(self.known.first, PATTERNS[self.known.precision], LOCALE)

    @property
    def source(self) -> str:
        """Where it stands: an address or a publication."""
        return self.known.source

    @property
    def day(self) -> datetime.date:
        """Its day; the first of those it can be about."""
        return self.known.first

    def before(self, survey: Survey) -> Statement:
        """State that it lies wholly before the first day of the fieldwork."""
        return fact(self.known.last < survey.meta.field_period.start)

    def after(self, survey: Survey) -> Statement:
        """State that it lies wholly after the last day of the fieldwork."""
        return fact(self.known.first > survey.meta.field_period.end)

    def during(self, survey: Survey) -> Statement:
        """State that it lies, or can lie, within the fieldwork."""
        return fact(not self.before(survey).true and not self.after(survey).true)


def dated(name: str) -> Dated:
    """Find a fact of facts.yml by its identifier; BarometerError lists the known ones."""
    return Dated(find_fact(name))


def procedure(survey: Survey) -> Procedure | None:
    """How the firms of a wave were found and approached; None where wave.yml does not tell."""
    return survey.meta.procedure


def joined_strata(survey: Survey) -> list[str]:
    """The strata that are weighted as one, each as "de horeca (middelgrote en kleine zaken)".

    For each merge the names of its values: those of the first domain, the others in brackets.
    """
    wave = survey.meta
    told = []
    for merge in wave.collapse:
        values = [
            [v] if isinstance(v, str) else v for v in (merge[d] for d in wave.strata if d in merge)
        ]
        first, *others = [names(wave.named(each)) for each in values]
        told.append(f"{first} ({', '.join(others)})" if others else str(first))
    return told


def newcomers(survey: Survey, domain: str) -> dict[int, list[str]]:
    """The values of a domain by the wave that brought them, without those of the first wave known.

    A wave that the data folder lacks is not known of. Of a wave that also lost values (`regrouped`)
    without a `previous` nobody can tell which are new and which renamed: it has no newcomers.
    """
    mixed = regrouped(survey, domain)
    waves = values_by_wave(survey, domain)
    found: dict[int, list[str]] = {year: [] for year in waves}
    for value in survey.meta.values(domain):
        having = (year for year, values in waves.items() if value in values)
        found[min(having)].append(value)
    return {
        year: values
        for year, values in found.items()
        if values and year > min(waves) and year not in mixed
    }


def regrouped(survey: Survey, domain: str) -> list[int]:
    """The waves that lack values of a domain which the wave before had: gone, or not `previous`."""
    waves = values_by_wave(survey, domain)
    return [after for before, after in pairwise(waves) if waves[before] - waves[after]]


def same_since(survey: Survey, domain: str, first: int) -> Statement:
    """State that each wave known from a year on has the values of a domain that this one has."""
    waves = values_by_wave(survey, domain)
    return fact(all(waves[year] == waves[survey.year] for year in waves if year >= first))


def invented(waves: Iterable[Survey | None]) -> list[str]:
    """The years of those waves of which most figures are invented; None is no wave.

    `invented([survey.previous, survey])` says which make a change between the two illustrative.
    """
    return [str(wave.year) for wave in waves if wave is not None and wave.meta.illustrative]


def illustrative(survey: Survey) -> bool:
    """Whether the evolution is: whether this wave or an earlier one is mostly invented."""
    return bool(invented(survey.history().values()))
