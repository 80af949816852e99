"""How the firms of a wave were found and approached: the settings under `procedure` in wave.yml.

Names are in Dutch, as running text takes them up. Domain values go by their identifier.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from barometer.wave.schema import Settings

Words = Annotated[str, Field(min_length=1)]


class Period(Settings):
    """The fieldwork, from the first to the last day."""

    start: datetime.date
    end: datetime.date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.start > self.end:
            raise ValueError("a start that is not after the end")
        return self


class EuropeanSurvey(Settings):
    """The European survey that the questionnaire follows, as held in the year of the wave.

    `module`: the one that the questionnaire takes over, where known. `smallest`: its floor, in
    employees. `classes`: its size classes by their code (10-49, 10+), each with the domain values
    of the wave that make it up. `lacks`: the domain values of the wave that it does not cover.
    """

    module: str = ""
    smallest: int = Field(ge=0)
    field_period: Period
    classes: Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Field(min_length=1)]
    lacks: list[str] = Field(default_factory=list)


class Procedure(Settings):
    """Frame, sample and contact of a wave.

    `population`: whom the frame holds, by their seat. `smallest`: the floor of the population, in
    employees. `whole`: the domain values of which everyone with contact data was sampled (at least
    one, for the report tells of them). `contact_sources`: where contacts were sought, in order;
    `last_contact_sources`: where only if those had nothing. `contact_person`: what was preferred
    of one, `other_person` who came instead. `general_address` and `letter`: the domain values
    whose firms without a personal address were invited at their general one, or by letter.
    `telephone`: whether all were followed up by telephone.
    """

    frame: Words
    population: Annotated[list[Words], Field(min_length=1)]
    size_source: Words
    smallest: int = Field(ge=0)
    whole: Annotated[list[str], Field(min_length=1)]
    contact_sources: Annotated[list[Words], Field(min_length=1)]
    last_contact_sources: list[Words] = Field(default_factory=list)
    contact_person: Annotated[list[Words], Field(min_length=1)]
    other_person: Words
    general_address: list[str] = Field(default_factory=list)
    letter: list[str] = Field(default_factory=list)
    telephone: bool
    european_survey: EuropeanSurvey

    def named_values(self) -> Iterator[tuple[str, list[str]]]:
        """Each setting that lists domain values, with what it lists."""
        for name in ("whole", "general_address", "letter"):
            yield name, getattr(self, name)
        yield "european_survey.lacks", self.european_survey.lacks
        for size, made_of in self.european_survey.classes.items():
            yield f"european_survey.classes.{size}", made_of
