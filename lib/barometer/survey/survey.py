"""A wave as a survey that answers questions: from files to estimates, in one direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import BarometerError, of_wave
from barometer.project import waves
from barometer.survey.accounting import Fact, response_accounting
from barometer.survey.cells import Cell
from barometer.survey.coarsening import KEYS, Grain, Key, Shown, grains, published
from barometer.survey.disclosure import withheld_by, withheld_cells
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.weight import blame, design, raked_to_domains, weight
from barometer.wave.cleaning import clean
from barometer.wave.corrections import Corrections, read_corrections
from barometer.wave.donors import deck_behind, donor_pools
from barometer.wave.drawn import drawn_categories, drawn_universe
from barometer.wave.firms import Keys
from barometer.wave.imputation import impute
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import BoolArray, Questionnaire
from barometer.wave.reading import published_file, read_wave
from barometer.wave.validation import Wave, validate
from weighting import Base, Design, HotDeck, RaoScott, rao_scott, shares, unreliable

TOTAL = "Totaal"
REGISTER = [
    *("year", "question", "category", "universe", "domain", "domain_value"),
    *("estimate", "se", "ci_low", "ci_high", "n", "n_category", "flag"),
    *("imputed_share", "se_imputation"),
]
NUMBERS = [
    *("estimate", "se", "ci_low", "ci_high", "n_category", "imputed_share", "se_imputation"),
    *("deff", "n_effective", "df", "se_tested"),
]


def load_survey(year: int, data: Path | str | None = None, *, seed: int | None = None) -> Survey:
    """Read, validate, clean, impute and weight a wave: a pure function of its files.

    `data`: the folder with the waves (default: see `project.data_folder`). `seed` replaces the
    seed of the hot deck. Raises WaveError with every problem of the files.
    """
    with of_wave(year):
        wave = validate(read_wave(year, data))
    usable = clean(wave.responses, wave.sample, wave.questionnaire)
    complete = impute(usable, wave.questionnaire, wave.meta.imputation, wave.firms, seed)
    weighted = weight(complete, wave.population, wave.meta)
    return Survey(wave, weighted, usable != complete, data, read_corrections(year, data))


@dataclass(eq=False)
class Survey:
    """The usable respondents of a wave with completed answers and weights.

    `corrections`: what was corrected in the wave since it was published. `tolerant`: whether a
    category that the wave lacks is `Absent`, and no error, as a report needs it.

    `answers`: one row per respondent, without any identifier: the domains, one text column per
    question column, stratum and weight. `imputed`: same rows, one bool column per question column.
    """

    _wave: Wave = field(repr=False)
    answers: pd.DataFrame = field(repr=False)
    imputed: pd.DataFrame = field(repr=False)
    _data: Path | str | None = None
    corrections: Corrections = field(default_factory=Corrections, repr=False)
    _firms: Keys | None = field(default=None, repr=False)
    tolerant: bool = False

    def __post_init__(self) -> None:
        """Leave the keys of the firms behind; answers never change after this."""
        if "firm" in self.answers:
            self._firms = self.answers["firm"].to_numpy(dtype=np.int64)
        self.answers = self.answers.drop(columns="firm", errors="ignore")
        self.imputed = self.imputed[list(self.questionnaire.columns)]
        # so what is computed from them is kept
        self._universes: dict[str, BoolArray] = {}
        self._domains: dict[str, dict[str, BoolArray]] = {}
        self.kept_estimates: dict[tuple[str, str, str | None], list[Estimate]] = {}
        self._categories: dict[str, pd.DataFrame] = {}
        self._shares: dict[tuple[str, str, str], pd.DataFrame] = {}
        self._bases: dict[tuple[str, str], Base] = {}
        self._grains: dict[tuple[str, str], dict[str, Grain]] = {}
        self._shown: dict[tuple[str, str, str], dict[tuple[str, str], Shown]] = {}

    @property
    def meta(self) -> Meta:
        """What wave.yml says of the wave."""
        return self._wave.meta

    @property
    def year(self) -> int:
        """The year of the wave."""
        return self.meta.year

    @property
    def questionnaire(self) -> Questionnaire:
        """Questions, universes and indicators of the wave."""
        return self._wave.questionnaire

    @property
    def population(self) -> pd.DataFrame:
        """Firms by stratum: the domains that make up strata, and firms."""
        return self._wave.population

    @property
    def sample(self) -> pd.DataFrame:
        """Per sampled firm its domains, contact mode and delivery; nothing that identifies it."""
        return self._wave.sample.drop(columns="firm").reset_index(drop=True)

    @cached_property
    def design(self) -> Design:
        """Strata, weights and population, for variances."""
        return design(self.answers, self.population, self.meta)

    @cached_property
    def accounting(self) -> dict[str, Fact]:
        """The response accounting (see `accounting`); counts of firms, rates in percent."""
        return response_accounting(self._wave)

    def sampling_fraction(self, *values: str) -> Fact:
        """Percent of the population that was sampled, over values of one domain of the strata.

        BarometerError for values that no such domain has.
        """
        for domain in self.meta.strata:
            if values and set(values) <= set(self.meta.values(domain)):
                sampled = self.sample[domain].isin(values).sum()
                inside = self.population[domain].isin(values)
                fraction = 100 * sampled / self.population.loc[inside, "firms"].sum()
                return Fact(fraction, f"sampling fraction {', '.join(values)}", self.year)
        raise BarometerError(
            f"found {', '.join(values) or 'no value'}; expected values of one of "
            + ", ".join(self.meta.strata)
        )

    def universe(self, name: str) -> BoolArray:
        """Tell for each respondent whether it belongs to the universe."""
        if name not in self._universes:
            self._universes[name] = self.questionnaire.universe(name, self.answers)
        return self._universes[name]

    def categories(self, question: str) -> pd.DataFrame:
        """Give a 0/1 column (float) per category of an indicator, one row per respondent."""
        if question not in self._categories:
            indicator = self.questionnaire.indicator(question)
            self._categories[question] = indicator.evaluate(self.answers).astype(float)
        return self._categories[question]

    def asked(self, identifier: str) -> bool:
        """Tell whether this wave has the question, item, indicator or category, of someone.

        Each group that it is asked of or reported for has respondents.
        """
        if not self.questionnaire.asked(identifier):
            return False
        question = self.questionnaire.indicator(identifier.partition(".")[0]).question
        groups = (question.asked_of, *question.report_for)
        return all(self.universe(group).any() for group in groups)

    def domain(self, by: str | None) -> dict[str, BoolArray]:
        """The members of each value of a domain; None is the total.

        An indicator divides too: its categories are then the values, and whoever was not asked
        belongs to none.
        """
        name = by or "total"
        if name not in self._domains:
            self._domains[name] = self._members(name)
        return self._domains[name]

    def _members(self, by: str) -> dict[str, BoolArray]:
        if by == "total":
            return {TOTAL: np.ones(len(self.answers), dtype=bool)}
        if by in self.meta.domains:
            return {v: (self.answers[by] == v).to_numpy() for v in self.meta.values(by)}
        if by in self.questionnaire.indicators:
            return {str(c): (y > 0).to_numpy() for c, y in self.categories(by).items()}
        known = ", ".join(["total", *self.meta.domains])
        raise BarometerError(f"no domain '{by}'; known: {known}, and every indicator")

    def share(
        self, question: str, by: str | None = None, universe: str | None = None
    ) -> pd.DataFrame:
        """Estimate the weighted share of each category of an indicator, in percent (0–100).

        `by`: a domain, an indicator or None for the total. `universe`: default the first one the
        question is reported for. Returns rows of the register of estimates (columns REGISTER).
        Estimates that fail the thresholds of reliability carry flag "u"; on fewer respondents
        than the disclosure threshold, or withheld to protect those, flag "c", and their numbers are
        nan. Raises BarometerError
        for an unknown indicator, domain or universe and for an empty universe.
        """
        return self.precision(question, by, universe)[REGISTER]

    def precision(
        self, question: str, by: str | None = None, universe: str | None = None
    ) -> pd.DataFrame:
        """Give `share` with `deff`, `n_effective`, `df`, `se_tested` (see `weighting.Shares`)."""
        indicator = self.questionnaire.indicator(question)
        universe = universe or indicator.question.report_for[0]
        key = (question, by or "total", universe)
        if key not in self._shares:
            inside = self.universe(universe)
            if not inside.any():
                raise BarometerError(
                    f"wave {self.year}, {question}: universe {universe} has no respondents; "
                    "expected at least one. Check asked_of and universes in questionnaire.yml."
                )
            domains, y = self.domain(by), self.categories(question)
            with blame(f"wave {self.year}, {question}"):
                found = shares(
                    self.design,
                    y.to_numpy(),
                    np.column_stack(list(domains.values())),
                    inside,
                    self.base(question, universe),
                )
            index = pd.MultiIndex.from_product([list(domains), list(y.columns)])
            frame = pd.DataFrame({name: getattr(found, name).ravel() for name in [*NUMBERS, "n"]})
            frame["year"], frame["question"], frame["universe"] = self.year, question, universe
            frame["domain"], frame["domain_value"] = key[1], index.get_level_values(0)
            frame["category"] = index.get_level_values(1)
            rules = self.meta.thresholds
            marked = unreliable(found, **rules.reliability.model_dump()).ravel()
            hidden = withheld_by(self, universe, by, self.withheld)
            gone = (frame["n"] < rules.disclosure) | frame["domain_value"].isin(hidden)
            frame["flag"] = np.select([gone, marked], ["c", "u"], "")
            self._shares[key] = self._masked(frame)
        return self._shares[key].copy()

    @cached_property
    def withheld(self) -> frozenset[Cell]:
        """The universes and domain values of the register that are withheld (see `disclosure`)."""
        return withheld_cells(self)

    @cached_property
    def printed(self) -> frozenset[Key]:
        """The percentages that published.csv has to a decimal, and unions of such categories."""
        path = published_file(self.year, self._data)
        if not path.is_file():
            return frozenset()
        rows = pd.read_csv(path, dtype=str)
        told = (rows["statistic"] == "weighted_pct") & rows["value"].str.contains(".", regex=False)
        found = set(rows.loc[told, KEYS].itertuples(index=False, name=None))
        for indicator in self.questionnaire.indicators.values():
            places = {key[2:] for key in found if key[0] == indicator.id}
            for name, rule in indicator.categories.items():
                for place in places if rule.union else ():
                    if all((indicator.id, part, *place) in found for part in rule.union):
                        found.add((indicator.id, name, *place))
        return frozenset(found)

    def grains(self, universe: str, by: str | None) -> dict[str, Grain]:
        """How precisely estimates are shown in each value of a domain (see `coarsening`)."""
        key = (universe, by or "total")
        if key not in self._grains:
            self._grains[key] = grains(self, universe, by)
        return self._grains[key]

    def shown(self, question: str, by: str, universe: str) -> dict[tuple[str, str], Shown]:
        """What is shown of the estimates of an indicator, by category and domain value."""
        key = (question, by, universe)
        if key not in self._shown:
            frame = published(self.precision(question, by, universe), self)
            keys = zip(frame["category"], frame["domain_value"], strict=True)
            rows = frame[list(Shown._fields)].itertuples(index=False, name=None)
            self._shown[key] = {k: Shown(*row) for k, row in zip(keys, rows, strict=True)}
        return self._shown[key]

    def base(self, question: str, universe: str) -> Base:
        """What the shares of a question in a universe rest on, in total, with what was imputed."""
        if (question, universe) not in self._bases:
            indicator, frames = self.questionnaire.indicator(question), (self.answers, self.imputed)
            own, asks = indicator.question, self.questionnaire
            asked = drawn_universe(asks, own.asked_of, *frames)
            self._bases[question, universe] = Base(
                np.ones(len(self.answers), dtype=bool),
                self.universe(universe),
                deck_behind(self._pools, own, universe, *frames, asks),
                drawn_categories(indicator, *frames).to_numpy() | asked[:, None],
                drawn_universe(asks, universe, *frames),
            )
        return self._bases[question, universe]

    @cached_property
    def _pools(self) -> dict[str, HotDeck]:
        """Per question with imputed answers the donors they were drawn from."""
        return donor_pools(self.answers, self.imputed, self.questionnaire, self.meta.imputation)

    def _masked(self, frame: pd.DataFrame) -> pd.DataFrame:
        frame[NUMBERS] = frame[NUMBERS].astype(float).mask(frame["flag"] == "c")
        return frame

    def __getitem__(self, key: str | tuple[str, str]) -> Estimates:
        """Pick an indicator, `["export"]`, or one universe of it, `["export", "makers"]`."""
        name, universe = key if isinstance(key, tuple) else (key, None)
        question = self.questionnaire.indicator(name).question
        return Estimates(self, name, universe or question.report_for[0])

    def test(self, a: str, b: str, universe: str | None = None) -> RaoScott:
        """Test with Rao–Scott whether two indicators are associated.

        `a` and `b`: an indicator with exclusive categories, or one category as "indicator.category"
        (against all others). The test is about who was asked both questions, within `universe`
        (default: that of `b`). BarometerError for categories that are not exclusive.
        """
        of_a, of_b = (self.questionnaire.indicator(x.partition(".")[0]).question for x in (a, b))
        inside = self.universe(universe or of_b.report_for[0])
        inside = inside & self.universe(of_a.asked_of) & self.universe(of_b.asked_of)
        with blame(f"test of {a} and {b}"):
            return rao_scott(self.design, self._labels(a, inside), self._labels(b, inside), inside)

    def _labels(self, identifier: str, inside: BoolArray) -> pd.Series:
        """The category each respondent is in; for a single category whether it is."""
        name, _, category = identifier.partition(".")
        frame = self.categories(name)
        if category and category not in frame:
            known = ", ".join(frame.columns)
            raise BarometerError(f"indicator {name} has no category '{category}'; known: {known}")
        if category:
            return frame[category]
        labels = self.questionnaire.indicator(name).labels(self.answers[inside])
        if outside := int((labels == "").sum()):
            raise BarometerError(
                f"indicator {name}: found {outside} respondents in no category; expected an "
                f"indicator with exclusive categories, or one category as {name}.category"
            )
        return labels.reindex(self.answers.index)

    def reported(self) -> Iterator[Estimates]:
        """Every indicator of the register, in each universe it is reported for that has anyone."""
        for indicator in self.questionnaire.indicators.values():
            if indicator.question.reported:
                for universe in indicator.question.report_for:
                    if self.universe(universe).any():
                        yield self[indicator.id, universe]

    def register(self, columns: Sequence[str] = tuple(REGISTER)) -> pd.DataFrame:
        """Every estimate of the wave: all indicators, in total and by every domain.

        `columns`: those of `precision`, if not the register's own.
        """
        frames = [
            self.precision(found.id, by=by, universe=found.universe)
            for found in self.reported()
            for by in (None, *self.meta.domains)
        ]
        return pd.concat(frames, ignore_index=True)[list(columns)]

    def partners(self, other: Survey) -> npt.NDArray[np.int64]:
        """Where each respondent stands among those of another wave (n); −1 if it isn't there.

        Firms are the same when their enterprise numbers are.
        """
        if self._firms is None or other._firms is None:
            return np.full(len(self.answers), -1, dtype=np.int64)
        return self._wave.firms.places(self._firms, other._wave.firms, other._firms)

    def calibrated(self) -> Survey:
        """The same survey with weights raked to the margins of the strata's domains."""
        raked = raked_to_domains(self.answers["weight"], self.answers, self.population, self.meta)
        other = replace(self, answers=self.answers.assign(weight=raked))
        other.design = self.design.calibrated(raked.to_numpy(), self.answers[self.meta.strata])
        other.withheld = self.withheld  # two patterns together would give away more
        return other

    def history(self) -> dict[int, Survey]:
        """This wave and the earlier ones that are in the data folder, oldest first."""
        return {**self._earlier, self.year: self}

    @property
    def previous(self) -> Survey | None:
        """The wave before this one, or None."""
        return next(reversed(self._earlier.values()), None)

    @cached_property
    def _earlier(self) -> dict[int, Survey]:
        years = [year for year in waves(self._data) if year < self.year]
        return {year: load_survey(year, self._data) for year in years}
