"""What an export of a survey tool calls things: the settings under `import` in wave.yml."""

from __future__ import annotations

import codecs
import string
import zoneinfo
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from barometer.wave.schema import Code, Settings

#: What a pattern for the columns of a question may name.
PLACES = ("question", "item", "number")


def _pattern(text: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError(f"a name of a column ({error})") from None
    if not names <= set(PLACES):
        raise ValueError("no names in curly brackets but {question}, {item} and {number}")
    return text


def _encoding(text: str) -> str:
    try:
        return codecs.lookup(text).name
    except LookupError:
        raise ValueError("an encoding such as utf-8 or cp1252") from None


def _zone(text: str) -> str:
    try:
        return text and zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/Brussels or UTC") from None


def _named(value: object) -> object:
    """A text alone is the name of a column."""
    return {"column": value} if isinstance(value, str) else value


Pattern = Annotated[str, AfterValidator(_pattern)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Zone = Annotated[str, AfterValidator(_zone)]
Map = dict[Code, Code]


class Moment(Settings):
    """The column that tells when answers were sent (default `submitted_at`).

    `format`: that of its texts, as Python's strptime reads it (default ISO 8601). Where its clock,
    `zone`, is not that of the respondents, `local`, moments are converted.
    """

    column: str = "submitted_at"
    format: str = ""
    zone: Zone = ""
    local: Zone = ""

    @model_validator(mode="after")
    def _both(self) -> Moment:
        if bool(self.zone) != bool(self.local):
            raise ValueError("both zone and local, or neither")
        return self


class Select(Settings):
    """A question of which respondents tick the items that hold.

    Each item has a column with a text in `ticked` (its own label always counts) or in `unticked`.
    Or one cell lists the items that were ticked, with `delimiter` between them. `nothing`: the
    column, or in one cell the text, that says that no item holds. `none_ticked`: what it means
    when a respondent who was asked ticked nothing at all, where that leaves cells empty.
    """

    delimiter: str = ""
    ticked: list[Code] = []
    unticked: list[Code] = [""]
    nothing: str = ""
    none_ticked: Literal["missing", "unticked", "unsaid"] = "unsaid"

    @model_validator(mode="after")
    def _said(self) -> Select:
        if self.none_ticked == "unsaid" and (self.delimiter or "" in self.unticked):
            raise ValueError(
                "none_ticked: missing (no answer) or unticked (no item holds); an empty cell tells "
                "not which"
            )
        return self


class Column(Settings):
    """A column of the export, and what stands in its cells for each code (`values`)."""

    column: Pattern = ""
    values: Map = {}


class Asked(Column):
    """The column of a question, or the pattern of the columns of its items.

    `items`: what the export calls an item (default its identifier).
    """

    items: dict[str, str] = {}
    select: Select | None = None


class Table(Settings):
    """An export that becomes a table of the wave.

    `sheet`: that of a workbook. `encoding`: that of a CSV file. `ignore`: columns that are left
    aside (* stands for anything). `empty`: what stands in cells without an answer. `columns`: each
    column of the table with that of the export (default the same name).
    """

    sheet: str = ""
    encoding: Encoding = "utf-8"
    ignore: list[str] = []
    empty: list[Code] = []
    columns: dict[str, Annotated[Column, BeforeValidator(_named)]] = {}


class Answers(Table):
    """The export that becomes responses.csv.

    `pattern`: the columns of items, for questions that name none. `scales`: what stands in cells
    for each code of a scale. `unsubmitted`: whether rows without a moment are refused or left out.
    `language`: which one to take of a LimeSurvey structure in several (default its first).
    """

    submitted_at: Annotated[Moment, BeforeValidator(_named)] = Moment()
    unsubmitted: Literal["refuse", "leave out"] = "refuse"
    pattern: Pattern = "{question}.{item}"
    language: str = ""
    scales: dict[str, Map] = {}
    questions: dict[str, Annotated[Asked, BeforeValidator(_named)]] = {}

    @model_validator(mode="before")
    @classmethod
    def _moment_apart(cls, value: Any) -> Any:
        columns = value.get("columns") if isinstance(value, Mapping) else None
        if isinstance(columns, Mapping) and "submitted_at" in columns:
            raise ValueError("submitted_at beside columns, not among them")
        return value


class Import(Settings):
    """How the exports of a wave are read, each by default with the names of the table itself."""

    responses: Answers = Field(default_factory=Answers)
    sample: Table = Field(default_factory=Table)
    population: Table = Field(default_factory=Table)
