"""A wave as a survey that answers questions: from files to estimates, in one direction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer import cleaning, estimation, inference, weighting
from barometer.errors import BarometerError
from barometer.imputation import impute
from barometer.indicator import Indicator
from barometer.questionnaire import BoolArray, Questionnaire
from barometer.wave import Meta, Wave, read_wave, waves

TOTAL = "Totaal"
REGISTER = [
    *("year", "question", "category", "universe", "domain", "domain_value"),
    *("estimate", "se", "ci_low", "ci_high", "n", "n_category", "flag"),
]


def load_survey(
    year: int, data: Path | str | None = None, *, seed: int | None = None, calibrate: bool = False
) -> Survey:
    """Read, validate, clean, impute and weight a wave: a pure function of its files.

    `data`: the folder with the waves (default: see `wave.data_folder`). `seed` replaces the seed
    of the hot deck. `calibrate` rakes the weights to the sector and size margins. Raises
    WaveError with every problem of the files.
    """
    return Survey(read_wave(year, data), data, seed=seed, calibrate=calibrate)


class Survey:
    """The usable respondents of a wave with completed answers and weights.

    `answers`: one row per respondent, without any identifier: sector, size, stratum, weight and
    one text column per question column. `imputed`: same rows, one bool column per question column.
    """

    def __init__(
        self,
        wave: Wave,
        data: Path | str | None = None,
        *,
        seed: int | None = None,
        calibrate: bool = False,
    ) -> None:
        """Run the pipeline on a valid wave."""
        self._files, self._data = wave, data
        self.wave: Meta = wave.meta
        self.year = wave.meta.year
        self.questionnaire: Questionnaire = wave.questionnaire
        self.population, self.sample = wave.population, wave.sample
        raw = cleaning.usable_answers(wave.responses, self.questionnaire)
        numbers = raw["enterprise_number"].tolist()
        firms = self.sample.set_index("enterprise_number").loc[numbers, ["sector", "size"]]
        firms = firms.reset_index(drop=True)
        given = raw[list(self.questionnaire.columns)].reset_index(drop=True)
        status = self.questionnaire.indicator("ai_use_status").evaluate(given)
        classes = firms.assign(ai_use_status=status[["use", "plan", "none"]].idxmax(axis=1))
        settings = {**self.wave.imputation, **({} if seed is None else {"seed": seed})}
        completed, self.imputed = impute(given, classes, self.questionnaire, settings, numbers)
        population = self.population.assign(
            stratum=weighting.collapse_strata(self.population, self.wave.collapse)
        )
        firms["stratum"] = weighting.collapse_strata(firms, self.wave.collapse)
        firms["weight"] = weighting.stratum_weights(population, firms)
        sizes = population.groupby("stratum", sort=False)["firms"].sum()
        self.design = estimation.Design.from_frame(firms, sizes, singleton=self.wave.singleton)
        if calibrate:
            raked = weighting.rake(firms["weight"], firms, self.population)
            self.design = self.design.calibrated(raked.to_numpy(), firms[["sector", "size"]])
            firms["weight"] = raked
        self.answers = pd.concat([firms, completed], axis=1)
        # answers never change after this, so what is computed from them is kept
        self._universes: dict[str, BoolArray] = {}
        self._categories: dict[str, pd.DataFrame] = {}
        self._shares: dict[tuple[str, str | None, str], pd.DataFrame] = {}

    @property
    def usable(self) -> pd.Series:
        """Usable answers by sector and size (index), 0 included, in wave order."""
        index = pd.MultiIndex.from_product(
            [list(values) for values in self.wave.domains.values()], names=list(self.wave.domains)
        )
        return self.answers.groupby(["sector", "size"]).size().reindex(index, fill_value=0)

    @cached_property
    def accounting(self) -> dict[str, Any]:
        """The response accounting, counted from sample and answers; rates in percent."""
        sample, responses = self.sample, self._files.responses
        email = sample["contact_mode"] == "email"
        reasons = cleaning.drop_reasons(responses, self.questionnaire)
        delivery = sample["delivery"]
        small = self.population["size"].isin(["Micro", "Klein"])
        sampled_small = sample["size"].isin(["Micro", "Klein"]).sum()
        usable = int((reasons == "").sum())
        return {
            "population": int(self.population["firms"].sum()),
            "sample_size": len(sample),
            "email": int(email.sum()),
            "letter": int((~email).sum()),
            "email_reached_first": int((email & (delivery == "delivered")).sum()),
            "email_bounced": int((email & (delivery != "delivered")).sum()),
            "email_reached_second": int((email & (delivery == "redelivered")).sum()),
            "letter_undelivered": int((~email & (delivery == "undeliverable")).sum()),
            "reached": int((delivery != "undeliverable").sum()),
            "answers": len(responses),
            "dropped": len(responses) - usable,
            **{reason: int((reasons == reason).sum()) for reason in cleaning.REASONS},
            "usable": usable,
            "max_reminders": self.wave.max_reminders,
            "response_rate": 100 * usable / len(sample),
            "sampling_fraction_micro_small": float(
                100 * sampled_small / self.population.loc[small, "firms"].sum()
            ),
        }

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
        """Tell whether this wave has the question, item, indicator or category."""
        return self.questionnaire.asked(identifier)

    def domain(self, by: str | None) -> dict[str, BoolArray]:
        """The members of each value of a domain; None is the total."""
        if by is None or by == "total":
            return {TOTAL: np.ones(len(self.answers), dtype=bool)}
        if by not in self.wave.domains:
            known = ", ".join(["total", *self.wave.domains])
            raise BarometerError(f"no domain '{by}'; known: {known}")
        return {value: (self.answers[by] == value).to_numpy() for value in self.wave.domains[by]}

    def share(
        self, question: str, by: str | None = None, universe: str | None = None
    ) -> pd.DataFrame:
        """Estimate the weighted share of each category of an indicator, in percent (0–100).

        `by`: "sector", "size" or None for the total. `universe`: default the first one the
        question is reported for. Returns rows of the register of estimates (columns REGISTER).
        Estimates on fewer respondents than the reliability threshold carry flag "u"; on fewer
        than the disclosure threshold flag "c", and their numbers are nan. Raises BarometerError
        for an unknown indicator, domain or universe and for an empty universe.
        """
        indicator = self.questionnaire.indicator(question)
        universe = universe or indicator.question.report_for[0]
        key = (question, by, universe)
        if key not in self._shares:
            inside = self.universe(universe)
            if not inside.any():
                raise BarometerError(
                    f"wave {self.year}, {question}: universe {universe} has no respondents; "
                    "expected at least one. Check asked_of and universes in questionnaire.yml."
                )
            domains = self.domain(by)
            y = self.categories(question)
            result = estimation.shares(
                self.design, y.to_numpy(), np.column_stack(list(domains.values())), inside
            )
            self._shares[key] = self._tidy(result, key, list(domains), list(y.columns))
        return self._shares[key].copy()

    def _tidy(
        self,
        result: estimation.Shares,
        key: tuple[str, str | None, str],
        domain_values: list[str],
        categories: list[str],
    ) -> pd.DataFrame:
        question, by, universe = key
        index = pd.MultiIndex.from_product([domain_values, categories])
        numbers = ["estimate", "se", "ci_low", "ci_high", "n", "n_category"]
        frame = pd.DataFrame(
            {name: getattr(result, name).ravel() for name in numbers},
        ).assign(
            year=self.year,
            question=question,
            universe=universe,
            domain=by or "total",
            domain_value=index.get_level_values(0),
            category=index.get_level_values(1),
        )
        frame["n"] = frame["n"].astype(int)
        frame["flag"] = np.select(
            [frame["n"] < self.wave.disclosure, frame["n"] < self.wave.reliability], ["c", "u"], ""
        )
        hidden = [name for name in numbers if name != "n"]
        frame[hidden] = frame[hidden].astype(float).mask(frame["flag"] == "c")
        return frame[REGISTER]

    def __getitem__(self, key: str | tuple[str, str]) -> Indicator:
        """Pick an indicator, `["barrier"]`, or one universe of it, `["barrier", "adopters"]`."""
        name, universe = key if isinstance(key, tuple) else (key, None)
        question = self.questionnaire.indicator(name).question
        return Indicator(self, name, universe or question.report_for[0])

    def test(self, a: str, b: str, universe: str | None = None) -> inference.RaoScott:
        """Test with Rao–Scott whether two indicators are associated, within a universe.

        `a` and `b`: an indicator with exclusive categories, or one category as "indicator.category"
        (against all others). `universe`: default that of `b`.
        """
        of_b = self.questionnaire.indicator(b.partition(".")[0]).question
        inside = self.universe(universe or of_b.report_for[0])
        return inference.rao_scott(self.design, self._labels(a), self._labels(b), inside)

    def _labels(self, identifier: str) -> pd.Series:
        """The category each respondent is in; for a single category whether it is."""
        name, _, category = identifier.partition(".")
        frame = self.categories(name)
        if category and category not in frame:
            known = ", ".join(frame.columns)
            raise BarometerError(f"indicator {name} has no category '{category}'; known: {known}")
        if category:
            return frame[category]
        rules = self.questionnaire.indicator(name).categories
        exclusive = frame[[c for c in frame.columns if not rules[c].union]]
        return exclusive.idxmax(axis=1)

    def reported(self) -> Iterator[Indicator]:
        """Every indicator of the register, in each universe it is reported for."""
        for indicator in self.questionnaire.indicators.values():
            if indicator.question.reported:
                for universe in indicator.question.report_for:
                    yield self[indicator.id, universe]

    def register(self) -> pd.DataFrame:
        """Every estimate of the wave: all indicators, in total, by sector and by size."""
        return pd.concat(
            [
                self.share(indicator.id, by=by, universe=indicator.universe)
                for indicator in self.reported()
                for by in (None, *self.wave.domains)
            ],
            ignore_index=True,
        )

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
