"""Estimates as the prose meets them: `survey["export"]["yes"].by("region")`.

Estimates of one survey can be added, subtracted and multiplied by a number. The result is an
estimate too, with the standard error that follows from the linearised variables of its terms and
so from their covariance; of two waves, which are drawn independently, the variances add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from scipy import special

from barometer.errors import BarometerError
from barometer.survey.accounting import Fact
from barometer.survey.coarsening import KEYS, Grain, Shown
from barometer.survey.rounding import FINE, to_step
from barometer.wave.meta import DomainValue
from barometer.wave.questionnaire import Indicator
from weighting import ALPHA, Array, Base, joint, overlap_covariance, two_sided

if TYPE_CHECKING:
    from barometer.survey.survey import Survey


#: What an estimate takes from a row of `Survey.precision`.
ROW = [
    *("year", "question", "category", "universe", "domain", "domain_value"),
    *("estimate", "se", "ci_low", "ci_high", "n", "n_category", "flag"),
    *("imputed_share", "se_imputation", "df", "se_tested"),
]


#: The domain value of what is absent: nowhere is anything to be had.
NOWHERE = ""


@dataclass(frozen=True)
class Estimate:
    """One row of the register: percent (0–100), standard error and interval in percent points.

    `df` and `se_tested` are those of `weighting.Shares`; the other columns as in the register.

    `chosen_from`: from how many the data chose this one; tests of it are adjusted for that many.

    `short` is the category and `domain_short` the domain value, in Dutch. A withheld estimate
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
    imputed_share: float
    se_imputation: float
    df: float
    se_tested: float
    short: str
    domain_short: str
    of: Estimates
    chosen_from: int = field(default=1, compare=False)

    def __float__(self) -> float:
        """The estimate, in percent."""
        return float(self.estimate)

    @property
    def terms(self) -> list[tuple[float, Estimate]]:
        """What it is made of: factors and rows of the register; here only itself."""
        return [(1.0, self)]

    @property
    def place(self) -> DomainValue | None:
        """The region, … it is about; None in total and by an indicator."""
        domain = self.of.survey.meta.domains.get(self.domain)
        return domain.values[self.domain_value] if domain else None

    def by(self, domain: str) -> list[Estimate]:
        """The same category in each value of a domain, or of an indicator, in order.

        BarometerError for an estimate of one domain value already: what divides it twice is no
        row of the register.
        """
        if self.domain != "total":
            raise BarometerError(
                f"{self.question}.{self.category}: found an estimate of {self.domain_value} to be "
                f"divided by {domain}; expected one of the total. Divide by one thing at a time."
            )
        return [e for e in self.of.estimates(domain) if e.category == self.category]

    def at(self, domain_value: str) -> Estimate:
        """The same category in one value of a domain.

        BarometerError for a value that no domain has, or more than one.
        """
        domains = self.of.survey.meta.domains
        found = [name for name, domain in domains.items() if domain_value in domain.values]
        if domain_value == NOWHERE and self.of.survey.tolerant:
            return absent(self)
        if len(found) == 1:
            return next(e for e in self.by(found[0]) if e.domain_value == domain_value)
        known = [value for domain in domains.values() for value in domain.values]
        raise BarometerError(
            f"found '{domain_value}' in {' and '.join(found) or 'no domain'}; expected a value of "
            f"one domain: {', '.join(known)}. What domains share is among by(domain)."
        )

    def among(self, other: Estimate) -> Estimate:
        """The same category among those in another one: the share with X among those with Y.

        BarometerError for another one that is no category in total of the same wave.
        """
        if isinstance(other, Absent):
            return absent(other)
        if len(other.terms) > 1 or other.domain != "total" or other.of.survey is not self.of.survey:
            raise BarometerError(
                f"among(): found {other.question}.{other.category} as a combination, of one domain "
                "value or of another wave; expected a category in total of the same wave. "
                "Categories together are a `union` in questionnaire.yml."
            )
        return next(e for e in self.by(other.question) if e.domain_value == other.category)

    @property
    def revised(self) -> bool:
        """Whether it is no longer as first published, or made of what isn't: flag `r`."""
        return any(
            (e.question, e.category, e.universe, e.domain, e.domain_value)
            in e.of.survey.corrections.revised
            for _, e in self.terms
        )

    @property
    def flags(self) -> str:
        """Its flag as published: with `r` where it was revised."""
        return self.flag + ("r" if self.revised else "")

    @property
    def grain(self) -> Grain:
        """How precisely it is shown: as the coarsest of the rows that it is made of."""
        return max((e.own_grain for _, e in self.terms), key=lambda g: (g.step, g.smooth))

    @property
    def own_grain(self) -> Grain:
        """That of its cell, or of what was published before."""
        survey, key = self.of.survey, tuple(getattr(self, name) for name in KEYS)
        grain = survey.grains(self.universe, self.domain)[self.domain_value]
        return replace(grain, step=FINE) if key in survey.printed else grain

    @property
    def shown(self) -> Shown:
        """Its numbers as they are shown (see `coarsening`)."""
        return self.of.survey.shown(self.question, self.domain, self.universe)[
            self.category, self.domain_value
        ]

    @property
    def lacking(self) -> float:
        """What its variance lacks to that a test takes, in a combination with others.

        At 0 and 100 % nothing: what the exact interval says is in the combination already.
        """
        return self.se_tested**2 - self.se**2 if self.se > 0 else 0.0

    def members(self) -> tuple[Array, Base]:
        """The 0/1 variable (n) and the base it is the share of."""
        survey = self.of.survey
        categories = survey.categories(self.question)
        base = survey.base(self.question, self.universe)
        if base.taken is not None:
            column = list(categories.columns).index(self.category)
            base = replace(base, taken=base.taken[:, column : column + 1])
        domain = survey.domain(self.domain)[self.domain_value]
        return categories[self.category].to_numpy(), replace(base, domain=domain)

    def __add__(self, other: Estimate) -> Combination:
        chosen = max(self.chosen_from, other.chosen_from)
        return replace(combine([*self.terms, *other.terms]), chosen_from=chosen)

    def __radd__(self, other: int) -> Estimate:
        """Make `sum()` work, which starts from 0."""
        return self if other == 0 else NotImplemented

    def __sub__(self, other: Estimate) -> Combination:
        return self + -1 * other

    def __mul__(self, factor: float) -> Combination:
        scaled = combine([(factor * a, e) for a, e in self.terms])
        return replace(scaled, chosen_from=self.chosen_from)

    __rmul__ = __mul__

    def _refuse_order(self, _: object) -> bool:
        raise BarometerError(
            f"{self.question}.{self.category}: found an estimate compared by < or >, which tests "
            "nothing; expected larger(a, b) or smaller(a, b)"
        )

    __lt__ = __gt__ = __le__ = __ge__ = _refuse_order

    def __truediv__(self, divisor: float) -> Combination:
        return self * (1 / divisor)


@dataclass(frozen=True)
class Combination(Estimate):
    """A linear combination of estimates; named after its first term."""

    parts: tuple[tuple[float, Estimate], ...] = ()
    p_value: float = math.nan

    @property
    def terms(self) -> list[tuple[float, Estimate]]:
        """The factors and rows of the register it is made of."""
        return list(self.parts)

    @property
    def shown(self) -> Shown:
        """Its numbers as they are shown: with a smooth row among its terms nothing but itself."""
        grain = self.grain
        own = [getattr(self, name) for name in Shown._fields]
        if grain.smooth:
            return Shown(to_step(self, grain.step), *[math.nan] * 3)
        return Shown(*(to_step(x, FINE) for x in own))

    def by(self, domain: str) -> list[Estimate]:
        """The same combination in each value of a domain, in order."""
        rows = [[(a, e) for e in term.by(domain)] for a, term in self.parts]
        return [combine(list(row)) for row in zip(*rows, strict=True)]


@dataclass(frozen=True)
class Absent(Combination):
    """What a text asks for and cannot have; all its numbers are nan, all that is made of it absent.

    The wave lacks the category or its universe has no respondents, the wave before has nothing to
    compare with, or too few numbers are known to rank. A sentence with it is left out.
    """

    @property
    def terms(self) -> list[tuple[float, Estimate]]:
        """Only itself."""
        return [(1.0, self)]

    @property
    def place(self) -> DomainValue | None:
        """No place; its names only hold theirs in a sentence that is left out."""
        return DomainValue.model_construct(id=NOWHERE, label="-", short="-", name="-", code="-")

    @property
    def own_grain(self) -> Grain:
        """Nothing is shown of it, so nothing is coarsened."""
        return Grain()

    @property
    def shown(self) -> Shown:
        """No numbers at all."""
        return Shown(math.nan, math.nan, math.nan, math.nan)

    @property
    def before(self) -> bool:
        """Whether only the wave before lacks it."""
        return self.year != self.of.survey.year

    def by(self, domain: str) -> list[Estimate]:
        """Absent in each value of a domain, or of an indicator."""
        values = self.of.survey.domain(domain)
        return [replace(self, domain=domain, domain_value=value) for value in values]

    def at(self, domain_value: str) -> Estimate:
        """Absent there too."""
        return replace(self, domain_value=domain_value)

    def among(self, other: Estimate) -> Estimate:
        """Absent among others too."""
        return other if isinstance(other, Absent) else self

    @property
    def named(self) -> str:
        """What is absent, by its identifier and wave: "export.yes (2025)"."""
        return f"{self.question}.{self.category} ({self.year})"


def absent(like: Estimate | Estimates, category: str = "", year: int = 0) -> Absent:
    """What takes the place of an estimate that cannot be had.

    `like`: an estimate of the same category, or with `category` its indicator. `year`: the wave
    that lacks it, if another one than that of the text.
    """
    of = like.of if isinstance(like, Estimate) else like
    known = like.category if isinstance(like, Estimate) else category
    nan = math.nan
    return Absent(
        year=year or of.survey.year,
        question=of.id,
        category=known,
        universe=of.universe,
        domain="total",
        domain_value=NOWHERE,
        estimate=nan,
        se=nan,
        ci_low=nan,
        ci_high=nan,
        n=0,
        n_category=nan,
        flag="",
        imputed_share=nan,
        se_imputation=nan,
        df=nan,
        se_tested=nan,
        short=known,
        domain_short="",
        of=of,
    )


def combine(terms: Sequence[tuple[float, Estimate]]) -> Combination:
    """Estimate Σ a e for factors a and rows of the register e (see `weighting.combination`).

    The interval is estimate ± t se. `n` is the smallest base; flags are those of the terms. The
    result is withheld when a term is, absent when one is.
    """
    if lacking := next((e for _, e in terms if isinstance(e, Absent)), None):
        return lacking
    first = terms[0][1]
    flag = "".join(sorted({e.flag for _, e in terms}))[:1]
    if flag == "c":
        nan = math.nan
        numbers = dict.fromkeys(("estimate", "se", "ci_low", "ci_high", "df", "p_value"), nan)
    else:
        numbers = _precision(terms)
    own = {name: getattr(first, name) for name in Estimate.__dataclass_fields__}
    unknown = {"n_category": math.nan, "imputed_share": math.nan, "se_imputation": math.nan}
    own |= {"n": min(e.n for _, e in terms), "flag": flag, **unknown}
    return Combination(**{**own, **numbers, "parts": tuple(terms)})


def _precision(terms: Sequence[tuple[float, Estimate]]) -> dict[str, float]:
    surveys = sorted(
        {id(e.of.survey): e.of.survey for _, e in terms}.values(), key=lambda s: s.year
    )
    found = [
        joint(survey.design, [[(a, *e.members()) for a, e in terms if e.of.survey is survey]])
        for survey in surveys
    ]
    parts = [float(part.covariance[0, 0]) for part in found]
    variance = math.fsum(parts) + 2 * math.fsum(
        overlap_covariance(
            (a.design, of_a.linearised[:, 0], a.partners(b)),
            (b.design, of_b.linearised[:, 0], b.partners(a)),
        )
        for (a, of_a), (b, of_b) in combinations(zip(surveys, found, strict=True), 2)
    )
    freedom = [
        s.design.effective_df(part.about[:, 0]) for s, part in zip(surveys, found, strict=True)
    ]
    lacking = [math.fsum(a * a * e.lacking for a, e in terms if e.of.survey is s) for s in surveys]
    whole = [v + lack for v, lack in zip(parts, lacking, strict=True)]
    spent = math.fsum(v**2 / df for v, df in zip(whole, freedom, strict=True))
    df = math.fsum(whole) ** 2 / spent if spent > 0 else math.fsum(freedom)
    if variance < 1e-12 * math.fsum(parts):
        variance = 0.0  # identical answers of the same firms leave only the noise of arithmetic
    estimate, se = math.fsum(a * float(e) for a, e in terms), math.sqrt(variance)
    tested = math.sqrt(variance + math.fsum(lacking)) if variance else 0.0
    p_value = float(two_sided(estimate, tested, df))
    t = float(special.stdtrit(df, 1 - ALPHA))
    interval = {"ci_low": estimate - t * se, "ci_high": estimate + t * se}
    numbers = {"estimate": estimate, "se": se, "df": df, "se_tested": tested, "p_value": p_value}
    return {**numbers, **interval}


@dataclass(frozen=True)
class Estimates:
    """An indicator within a universe; iterating gives its answers as estimates in total.

    Categories that join others (unions) do not appear when iterating, but by name.
    """

    survey: Survey
    id: str
    universe: str

    @property
    def indicator(self) -> Indicator:
        """How the categories follow from the answers."""
        return self.survey.questionnaire.indicator(self.id)

    @property
    def categories(self) -> list[str]:
        """The identifiers of the answers, in the order of the questionnaire."""
        return self.indicator.answers

    @property
    def short(self) -> str:
        """The short name of the indicator."""
        return self.indicator.short

    @property
    def universe_label(self) -> str:
        """The firms the indicator is about, in Dutch."""
        return self.survey.questionnaire.universes[self.universe].label

    @property
    def n(self) -> Fact:
        """The unweighted base: respondents in the universe."""
        respondents = self.survey.universe(self.universe).sum()
        return Fact(respondents, f"n {self.id} {self.universe}", self.survey.year)

    def estimates(self, by: str | None = None) -> list[Estimate]:
        """Every category, unions too, in total or by a domain or an indicator."""
        kept = self.survey.kept_estimates
        if (key := (self.id, self.universe, by)) not in kept:
            kept[key] = self._rows(by)
        return list(kept[key])

    def _rows(self, by: str | None) -> list[Estimate]:
        if self.survey.tolerant and not self.survey.universe(self.universe).any():
            nobody = [absent(self, category) for category in self.indicator.categories]
            return [e for each in nobody for e in (each.by(by) if by else [each])]
        frame = self.survey.precision(self.id, by=by, universe=self.universe)[ROW]
        short = {name: rule.label.short for name, rule in self.indicator.categories.items()}
        places = self._places(by)
        return [
            Estimate(
                **{str(k): v for k, v in row.items()},
                short=short[row["category"]],
                domain_short=places.get(row["domain_value"], row["domain_value"]),
                of=self,
            )
            for row in frame.to_dict("records")
        ]

    def _places(self, by: str | None) -> dict[str, str]:
        if by is None:
            return {}
        if by in self.survey.meta.domains:
            return {k: v.short for k, v in self.survey.meta.domains[by].values.items()}
        if by in self.survey.questionnaire.indicators:
            rules = self.survey.questionnaire.indicator(by).categories
            return {k: rule.label.short for k, rule in rules.items()}
        return {}

    def __getitem__(self, category: str) -> Estimate:
        """One category in total; BarometerError lists the known ones.

        In a tolerant survey one that the wave lacks is `Absent`.
        """
        for estimate in self.estimates():
            if estimate.category == category:
                return estimate
        if self.survey.tolerant:
            return absent(self, category)
        known = ", ".join(self.indicator.categories)
        raise BarometerError(f"indicator {self.id} has no category '{category}'; known: {known}")

    def __iter__(self) -> Iterator[Estimate]:
        """Every answer in total, in the order of the questionnaire."""
        answers = set(self.categories)
        return (e for e in self.estimates() if e.category in answers)

    def __len__(self) -> int:
        """The number of answers."""
        return len(self.categories)
