"""What is known from elsewhere, with its date: law and policy, in facts.yml beside the waves."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel

from barometer.errors import BarometerError
from barometer.project import beside_waves
from barometer.wave.schema import Settings, read_settings, with_ids

FACTS = "facts.yml"


def _date_text(value: object) -> str:
    """A day, month or year as YAML reads it, as ISO text: 2027-08."""
    text = value.isoformat() if type(value) is datetime.date else str(value)
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    try:
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            raise ValueError
        datetime.date(*parts, *[1] * (3 - len(parts)))
    except ValueError:
        raise ValueError("a day, month or year: 2024-08-01, 2027-08 or 2019") from None
    return text


class DatedFact(Settings):
    """Something that happens on a day, in a month or in a year, and where that stands.

    `date` is ISO text of that precision: 2024-08-01, 2027-08, 2019. `review_after`: when a wave
    has fieldwork after that day, month or year, somebody must look at the source again.
    """

    id: str
    date: Annotated[str, BeforeValidator(_date_text)]
    what: str = Field(min_length=1)
    source: str = Field(min_length=1)
    review_after: Annotated[str, BeforeValidator(_date_text)] | None = None

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How precisely the date is known."""
        return ("year", "month", "day")[self.date.count("-")]

    @property
    def first(self) -> datetime.date:
        """The first day it can be about."""
        return _first(self.date)

    @property
    def last(self) -> datetime.date:
        """The last day it can be about."""
        return _last(self.date)

    def outlived_by(self, day: datetime.date) -> bool:
        """Whether a day lies after `review_after`."""
        return self.review_after is not None and day > _last(self.review_after)


def _first(date: str) -> datetime.date:
    year, month, day = [*map(int, date.split("-")), 1, 1][:3]
    return datetime.date(year, month, day)


def _last(date: str) -> datetime.date:
    first, parts = _first(date), date.count("-")
    if parts == 2:
        return first
    month = first.month if parts == 1 else 12
    return datetime.date(first.year, month, calendar.monthrange(first.year, month)[1])


class _Facts(RootModel[Annotated[dict[str, DatedFact], BeforeValidator(with_ids)]]):
    """The facts of the file by their identifier."""


def read_facts(path: Path) -> Mapping[str, DatedFact]:
    """Read facts.yml; WaveError lists what deviates from `DatedFact`, with its key."""
    return read_settings(path, _Facts).root


def find_fact(name: str, data: Path | str | None = None) -> DatedFact:
    """Find a fact by its identifier; BarometerError lists the known ones and says where to add."""
    path = beside_waves(FACTS, data)
    facts = read_facts(path)
    if name not in facts:
        known = ", ".join(facts) or "none"
        raise BarometerError(
            f"{path.name}: found no fact '{name}'; expected one of {known}. Add it to {path}, with "
            "its date, what it is and its source: a chapter tells of it."
        )
    return facts[name]
