"""What wave.yml says of a wave: dates, thresholds, imputation, domains and strata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from barometer.errors import BarometerError, Problem, WaveError
from barometer.wave.imports import Import
from barometer.wave.limits import Nonresponse
from barometer.wave.procedure import Period, Procedure, Words
from barometer.wave.schema import Previous, Settings, read_settings, with_ids


class DomainValue(Settings):
    """One value of a domain: a branch, an age class, a province.

    `label` is its full name, or what it stands for (10-49 employees), `short` that on axes and in
    tables, `name` that in running text (with its article, where it has one; default `short`),
    `code` that at the head of a column (default the identifier), `english` that in English running
    text, where a chapter in English names it. `parts`: the codes it joins, with their names.
    `previous`: the value or values that it was in the wave before (see `counterparts`).
    """

    id: str
    label: Words
    short: Words
    name: Words
    code: Words
    english: str = ""
    parts: dict[str, str] = {}
    previous: Previous = None

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "short" in value:
            return {"name": value["short"], "code": value.get("id"), **value}
        return value


class Domain(Settings):
    """A division of the firms that estimates are made by.

    `codes`: what the codes of its values are called (ISIC), if they have any that readers know;
    they stand in tables, not in running text. `note`: what a table with those codes says below it.
    """

    label: str
    codes: str = ""
    note: str = ""
    values: Annotated[dict[str, DomainValue], BeforeValidator(with_ids), Field(min_length=1)]


class Reliability(Settings):
    """When a percentage is unreliable: the presentation standards of NCHS for proportions.

    Flagged is a percentage on an effective sample size below `effective_n`, with fewer than
    `degrees_of_freedom`, or with a 95 % interval of `width` points or more; and, unless its
    interval is at most `narrow` points wide, one whose interval is wider than `relative_width`
    percent of itself or of what it lacks to 100 (Parker et al. 2017, Vital and Health Statistics
    2/175).
    """

    effective_n: float = Field(ge=0)
    degrees_of_freedom: float = Field(ge=0)
    width: float = Field(ge=0)
    narrow: float = Field(ge=0)
    relative_width: float = Field(ge=0)


class Thresholds(Settings):
    """When a figure is flagged; on fewer respondents than `disclosure` it is withheld."""

    reliability: Reliability
    disclosure: int = Field(ge=0)


class Changes(Settings):
    """What the words for differences and for changes since the wave before ask for.

    `level`: that of the tests, two-sided, in percent. In percentage points: `stable`, the margin
    within which a change must be shown to lie (an equivalence test); `slight`, below which a
    change is called slight; `strong`, from which it is called strong.
    """

    level: float = Field(ge=0.1, le=20)
    stable: float = Field(gt=0, le=100)
    slight: float = Field(ge=0)
    strong: float = Field(ge=0)


class Imputation(Settings):
    """The random hot deck: seed, classes (most important first), uses of a donor per question.

    A class is a domain or an indicator with exclusive categories.
    """

    seed: int
    classes: list[str]
    donor_limit: int = Field(ge=1)


class Meta(Settings):
    """Everything particular to a wave but its questions.

    `strata`: the domains whose combinations are the strata (default: all). `collapse`: strata to
    be merged, each as values per domain: {branch: food, age: [young, old]}.
    `illustrative`: whether most figures are invented. `procedure`: what the report tells of how
    firms were found and approached, if it does. `import`: how exports of a survey tool are read.
    """

    title: str = Field(min_length=1)
    subtitle: str = ""
    year: int = Field(ge=2000, le=2100)
    field_period: Period
    provenance: Literal["synthetic", "confidential"]
    illustrative: bool = False
    max_reminders: int = Field(ge=0)
    procedure: Procedure | None = None
    thresholds: Thresholds
    changes: Changes
    imputation: Imputation
    nonresponse: Nonresponse = Nonresponse()
    singleton: Literal["adjust", "certainty", "average", "remove"]
    collapse: list[dict[str, str | list[str]]] = []
    domains: Annotated[dict[str, Domain], Field(min_length=1)]
    strata: list[str] = []
    import_: Import = Field(default_factory=Import, alias="import")

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("domains"), Mapping):
            return {"strata": list(value["domains"]), **value}
        return value

    @property
    def synthetic(self) -> bool:
        """Whether the respondents are made up."""
        return self.provenance == "synthetic"

    def values(self, domain: str) -> list[str]:
        """The identifiers of the values of a domain, in the order of the tables."""
        return list(self.domains[domain].values)

    def domain(self, name: str, caller: str) -> Domain:
        """Look a domain up for the function `caller`; BarometerError lists the known ones."""
        if name not in self.domains:
            known = ", ".join(self.domains)
            raise BarometerError(f"{caller}() found no domain '{name}'; expected one of {known}")
        return self.domains[name]

    def domain_of(self, values: Iterable[str]) -> Domain:
        """The domain that has all these values; BarometerError where none or several have them."""
        wanted = list(values)
        found = [d for d in self.domains.values() if wanted and set(wanted) <= set(d.values)]
        if len(found) == 1:
            return found[0]
        raise BarometerError(
            f"found {', '.join(wanted) or 'no value'} in {len(found)} domains; expected values of "
            f"one of {', '.join(self.domains)}"
        )

    def named(self, values: Sequence[str]) -> list[str]:
        """What running text calls values of one domain, in the order of the tables."""
        known = self.domain_of(values).values if values else {}
        return [value.name for name, value in known.items() if name in values]

    def others(self, values: Iterable[str]) -> list[str]:
        """The values of the same domain that are not among these."""
        apart = set(values)
        return [name for name in self.domain_of(apart).values if name not in apart]


def read_meta(path: Path) -> Meta:
    """Read wave.yml; WaveError lists what deviates from `Meta`, and strata that are no domain.

    Its `read`: the settings, where the tables can be held against them all the same.
    """
    problems: list[Problem] = []
    try:
        meta = read_settings(path, Meta)
    except WaveError as error:
        if not isinstance(error.read, Meta):
            raise
        meta, problems = error.read, list(error.problems)
    known = ", ".join(meta.domains)
    unfit = [
        Problem(path.name, f"'{name}'", f"domains, each once: {known}", column="strata")
        for name in dict.fromkeys(meta.strata)
        if name not in meta.domains or meta.strata.count(name) > 1
    ]
    if not meta.strata:
        unfit = [Problem(path.name, "no domain", f"one or more of {known}", column="strata")]
    problems += unfit
    rules, changes = meta.thresholds.reliability, meta.changes
    ascending = [
        ("thresholds.reliability.narrow", rules.narrow, "width", rules.width),
        ("changes.slight", changes.slight, "strong", changes.strong),
    ]
    problems += [
        Problem(path.name, f"{lower:g}", f"at most {key}, {upper:g}", column=column)
        for column, lower, key, upper in ascending
        if lower > upper
    ]
    if meta.procedure:
        problems += _unknown_values(path.name, meta, meta.procedure)
    if problems:
        strata = [*meta.domains] if unfit else meta.strata
        raise WaveError(problems, read=meta.model_copy(update={"strata": strata}))
    return meta


def _unknown_values(file: str, meta: Meta, procedure: Procedure) -> Iterator[Problem]:
    """What the procedure says of values that are not those of one domain."""
    for column, values in procedure.named_values():
        try:
            meta.named(values)
        except BarometerError:
            known = " or of ".join(
                f"{name} ({', '.join(meta.values(name))})" for name in meta.domains
            )
            remedy = "Name values by their identifier."
            expected = f"values of {known}"
            found = ", ".join(values)
            yield Problem(file, found, expected, remedy, column=f"procedure.{column}")
