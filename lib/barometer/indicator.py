"""Estimates as the prose meets them: `survey["technology_use"]["nlg"].by("sector")`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from barometer.errors import BarometerError

if TYPE_CHECKING:
    from barometer.survey import Survey


@dataclass(frozen=True)
class Estimate:
    """One row of the register: percent (0–100), standard error and interval in percent points.

    `label` is the category and `domain_label` the domain value, in Dutch. A withheld estimate
    (flag c) has nan for its numbers.
    """

    year: int
    question: str
    category: str
    universe: str
    domain: str
    domain_value: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    n: int
    n_category: float
    flag: str
    label: str
    domain_label: str
    indicator: Indicator

    def __float__(self) -> float:
        """The estimate, in percent."""
        return float(self.estimate)

    def by(self, domain: str) -> list[Estimate]:
        """The same category in each value of a domain (`sector` or `size`), in wave order."""
        return [e for e in self.indicator.estimates(domain) if e.category == self.category]

    def at(self, domain_value: str) -> Estimate:
        """The same category in one sector or size; BarometerError lists the known values."""
        known: list[str] = []
        for domain in self.indicator.survey.wave.domains:
            for estimate in self.by(domain):
                if estimate.domain_value == domain_value:
                    return estimate
                known.append(estimate.domain_value)
        raise BarometerError(f"no domain value '{domain_value}'; known: {', '.join(known)}")


@dataclass(frozen=True)
class Indicator:
    """An indicator within a universe; iterating gives its categories as estimates in total."""

    survey: Survey
    id: str
    universe: str

    @property
    def categories(self) -> list[str]:
        """The identifiers of the categories, in the order of the questionnaire."""
        return list(self.survey.questionnaire.indicator(self.id).categories)

    @property
    def label(self) -> str:
        """The question as put to the respondent."""
        return self.survey.questionnaire.indicator(self.id).label

    @property
    def short(self) -> str:
        """The short name of the indicator."""
        return self.survey.questionnaire.indicator(self.id).short

    @property
    def universe_label(self) -> str:
        """The firms the indicator is about, in Dutch."""
        return self.survey.questionnaire.universe_labels[self.universe]

    @property
    def n(self) -> int:
        """The unweighted base: respondents in the universe."""
        return int(self.survey.universe(self.universe).sum())

    def frame(self, by: str | None = None) -> pd.DataFrame:
        """The estimates as rows of the register, with the columns `label` and `domain_label`."""
        frame = self.survey.share(self.id, by=by, universe=self.universe)
        rules = self.survey.questionnaire.indicator(self.id).categories
        names = {
            value.id: value.short
            for values in self.survey.wave.domains.values()
            for value in values.values()
        }
        return frame.assign(
            label=frame["category"].map(lambda c: rules[c].label.short),
            domain_label=frame["domain_value"].map(lambda v: names.get(v, v)),
        )

    def estimates(self, by: str | None = None) -> list[Estimate]:
        """The rows of `frame(by)` as objects."""
        records = self.frame(by).to_dict("records")
        return [Estimate(**{str(k): v for k, v in r.items()}, indicator=self) for r in records]

    def __getitem__(self, category: str) -> Estimate:
        """One category in total; BarometerError lists the known ones."""
        for estimate in self:
            if estimate.category == category:
                return estimate
        raise BarometerError(
            f"indicator {self.id} has no category '{category}'; known: "
            + ", ".join(self.categories)
        )

    def __iter__(self) -> Iterator[Estimate]:
        """Every category in total, in the order of the questionnaire."""
        return iter(self.estimates())
