"""Law and dates in a sentence, and on which side of the fieldwork of a wave they lie."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from babel.dates import format_date

from barometer.errors import BarometerError
from barometer.prose.numbers import LOCALE
from barometer.prose.statements import Statement, fact
from barometer.survey.survey import Survey
from barometer.wave.facts import DatedFact, find_fact
from barometer.wave.procedure import Procedure

__all__ = ["dated", "illustrative", "invented", "newcomers", "procedure", "same_since"]

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


def procedure(survey: Survey) -> Procedure:
    """How the firms of a wave were found and approached; BarometerError where wave.yml has none."""
    told = survey.meta.procedure
    if told is None:
        raise BarometerError(
            f"wave.yml of {survey.year}: found no procedure; expected frame, sources and contacts "
            "of the sample, for the report tells of them. Copy them from an earlier wave and mend "
            "what changed."
        )
    return told


def newcomers(survey: Survey, domain: str) -> dict[int, list[str]]:
    """The values of a domain by the wave that brought them, without those of the first wave known.

    A wave that the data folder lacks is not known of.
    """
    waves = survey.history()
    found: dict[int, list[str]] = {year: [] for year in waves}
    for value in survey.meta.values(domain):
        having = (year for year, wave in waves.items() if value in _values(wave, domain))
        found[min(having)].append(value)
    return {year: values for year, values in found.items() if values and year > min(waves)}


def same_since(survey: Survey, domain: str, first: int) -> Statement:
    """State that each wave known from a year on has the values of a domain that this one has."""
    waves = [wave for year, wave in survey.history().items() if year >= first]
    return fact(all(_values(wave, domain) == _values(survey, domain) for wave in waves))


def _values(survey: Survey, domain: str) -> set[str]:
    known = survey.meta.domains
    return set(known[domain].values) if domain in known else set()


def invented(waves: Iterable[Survey | None]) -> list[str]:
    """The years of those waves of which most figures are invented; None is no wave.

    `invented([survey.previous, survey])` says which make a change between the two illustrative.
    """
    return [str(wave.year) for wave in waves if wave is not None and wave.meta.illustrative]


def illustrative(survey: Survey) -> bool:
    """Whether the evolution is: whether this wave or an earlier one is mostly invented."""
    return bool(invented(survey.history().values()))
