"""Aggregate tables on response, weights, imputation and precision, for the notebooks.

Every function returns counts or estimates per group, never a respondent, with Dutch column names;
`shown` writes the numbers the Dutch way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer import estimation, weighting
from barometer.dutch import num
from barometer.survey import Survey
from barometer.wave import read_wave


def shown(frame: pd.DataFrame, decimals: int = 1) -> pd.DataFrame:
    """Write whole numbers as 2.915 and others as 58,8 (nan: n.b.), for display only."""
    text = frame.copy()
    for column, values in frame.items():
        if pd.api.types.is_bool_dtype(values):
            text[column] = values.map({True: "ja", False: "nee"})
        elif pd.api.types.is_numeric_dtype(values):
            digits = 0 if pd.api.types.is_integer_dtype(values) else decimals
            text[column] = [num(value, digits) for value in values]
    return text


def accounting(survey: Survey) -> pd.DataFrame:
    """From the sample to the usable answers: firms per step, and per cent of the sample."""
    counts = survey.accounting
    steps = {
        "steekproef": counts["sample_size"],
        "uitgenodigd per e-mail": counts["email"],
        "e-mail: meteen bereikt": counts["email_reached_first"],
        "e-mail: onbestelbaar": counts["email_bounced"],
        "e-mail: bereikt via een nieuw contact": counts["email_reached_second"],
        "uitgenodigd per brief": counts["letter"],
        "brief: niet aangekomen": counts["letter_undelivered"],
        "bereikt": counts["reached"],
        "antwoorden": counts["answers"],
        "weggevallen: ander ondernemingsnummer": counts["other_enterprise"],
        "weggevallen: verplichte vraag onbeantwoord": counts["mandatory_missing"],
        "weggevallen: dubbel antwoord": counts["duplicate"],
        "bruikbare antwoorden": counts["usable"],
    }
    frame = pd.DataFrame({"aantal": pd.Series(steps, dtype="int64")})
    return frame.assign(**{"% van de steekproef": 100 * frame["aantal"] / counts["sample_size"]})


def response(survey: Survey, by: Sequence[str]) -> pd.DataFrame:
    """Firms in population, sample and usable answers by sector, size or both, with rates in %.

    The response rate is usable answers over sampled firms; the weight is N/n, which for a single
    domain is the mean weight. Rows in wave order; a group outside the population is left out.
    """
    keys = list(by)
    sample, firms = survey.sample, survey.population
    reached = sample[sample["delivery"] != "undeliverable"]
    frame = pd.DataFrame(
        {
            "populatie": firms.groupby(keys)["firms"].sum(),
            "steekproef": sample.groupby(keys).size(),
            "bereikt": reached.groupby(keys).size(),
            "bruikbaar": survey.answers.groupby(keys).size(),
        }
    )
    frame = frame.reindex(_order(survey, keys)).fillna(0).astype("int64")
    frame = frame[frame["populatie"] > 0]
    return frame.assign(
        **{
            "responsgraad (%)": 100 * frame["bruikbaar"] / frame["steekproef"],
            "responsgraad van wie bereikt is (%)": 100 * frame["bruikbaar"] / frame["bereikt"],
            "gewicht N/n": frame["populatie"] / frame["bruikbaar"],
        }
    )


def _order(survey: Survey, keys: list[str]) -> pd.Index:
    values = [list(survey.wave.domains[key]) for key in keys]
    if len(keys) == 1:
        return pd.Index(values[0], name=keys[0])
    return pd.MultiIndex.from_product(values, names=keys)


def item_nonresponse(survey: Survey) -> pd.DataFrame:
    """Per question: respondents asked, of them imputed on at least one cell, and cells imputed."""
    rows: dict[str, dict[str, Any]] = {}
    for question in survey.questionnaire.questions.values():
        asked = survey.universe(question.asked_of)
        flags = survey.imputed.loc[asked, question.columns].to_numpy()
        rows[question.short] = {
            "verplicht": question.mandatory,
            "gevraagd": int(asked.sum()),
            "aangevuld": int(flags.any(axis=1).sum()),
            "aangevuld (%)": 100 * float(flags.any(axis=1).mean()),
            "aangevulde antwoorden (%)": 100 * float(flags.mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("vraag")


def weights(survey: Survey, by: str | None = None) -> pd.DataFrame:
    """The distribution of the weights, in total or per value of a domain (see `weighting`)."""
    names = {
        "respondents": "respondenten",
        "firms": "som van de gewichten",
        "smallest": "kleinste",
        "median": "mediaan",
        "largest": "grootste",
        "cv": "variatiecoëfficiënt",
        "effective_sample_size": "effectieve omvang",
    }
    frame = weighting.weight_summary(survey.answers, by).rename(columns=names)
    frame = frame.reindex(_order(survey, [by])) if by else frame.rename({"total": "Totaal"})
    return frame.assign(
        **{"design-effect van de weging": frame["respondenten"] / frame["effectieve omvang"]}
    )


def precision(survey: Survey, categories: Iterable[str], by: str | None = None) -> pd.DataFrame:
    """Estimate, standard error, 95 % interval, base and design effect of some categories.

    `categories`: "indicator.category", in the universe the indicator is first reported for; those
    this wave didn't ask are left out. Numbers below the disclosure threshold are nan.
    """
    frames = []
    for identifier in categories:
        name, _, category = identifier.partition(".")
        if not survey.asked(name) or category not in survey.categories(name):
            continue
        indicator = survey[name]
        frame = indicator.frame(by)
        domains = np.column_stack(list(survey.domain(by).values()))
        y = survey.categories(name)[[category]].to_numpy()
        inside = survey.universe(indicator.universe)
        found = estimation.shares(survey.design, y, domains, inside)
        rows = frame[frame["category"] == category]
        deff = np.where(rows["flag"] == "c", np.nan, found.deff[:, 0])
        frames.append(
            rows.assign(indicator=f"{indicator.short}: {rows['label'].iloc[0]}", deff=deff)
        )
    names = {
        "indicator": "indicator",
        "domain_value": survey.wave.domain_labels[by].lower() if by else "domein",
        "estimate": "%",
        "se": "standaardfout",
        "ci_low": "95 %: van",
        "ci_high": "95 %: tot",
        "n": "N (ongewogen)",
        "deff": "design-effect",
        "flag": "vlag",
    }
    return pd.concat(frames, ignore_index=True)[list(names)].rename(columns=names)


def raked_weights(survey: Survey) -> pd.Series:
    """Weights that meet the sector and size margins only, not every stratum.

    The inverse of the sampling fraction of the stratum, N_h/m_h, raked to the margins: response is
    then taken to depend on sector and size each by itself, instead of on every combination.
    """
    rules = survey.wave.collapse
    population = survey.population.assign(
        stratum=weighting.collapse_strata(survey.population, rules)
    )
    sampled = weighting.collapse_strata(survey.sample, rules).value_counts()
    fraction = sampled / population.groupby("stratum")["firms"].sum()
    start = 1 / survey.answers["stratum"].map(fraction)
    return weighting.rake(start, survey.answers, survey.population)


def calibration(survey: Survey) -> pd.DataFrame:
    """Every estimate in total by the weights of the wave and by `raked_weights`, in percent.

    The difference is in percentage points, and relative to the standard error of the estimate.
    """
    raked = dataclasses.replace(survey.design, weight=raked_weights(survey).to_numpy())
    everyone = np.ones((len(survey.answers), 1), dtype=bool)
    other = []
    for indicator in survey.reported():
        y = survey.categories(indicator.id).to_numpy()
        found = estimation.shares(raked, y, everyone, survey.universe(indicator.universe))
        other.extend(found.estimate[0])
    frame = totals(survey).rename(columns={"estimate": "%", "se": "standaardfout"})
    change = other - frame["%"]
    return frame.assign(
        **{
            "% na raking": other,
            "verschil": change,
            "verschil / standaardfout": (change / frame["standaardfout"]).where(
                frame["standaardfout"] > 0
            ),
        }
    )


def totals(survey: Survey) -> pd.DataFrame:
    """Every estimate in total, in percent, with its standard error (indexed as in the register)."""
    frame = pd.concat([indicator.frame() for indicator in survey.reported()])
    return frame.set_index(["question", "universe", "category"])[["estimate", "se"]]


def seed_spread(year: int, seeds: Iterable[int], data: Path | str | None = None) -> pd.DataFrame:
    """How far the estimates in total move when the hot deck draws other donors.

    Per estimate: with the wave's own seed, its standard error, and over `seeds` the mean, the
    standard deviation, the smallest and the largest, in percent(age points); whether the wave's own
    seed lies between those; and the standard deviation over the standard error, which shows what
    the draw adds to the uncertainty.
    """
    wave = read_wave(year, data)
    own = totals(Survey(wave, data))
    drawn = pd.DataFrame(
        {seed: totals(Survey(wave, data, seed=seed))["estimate"] for seed in seeds}
    )
    spread = drawn.std(axis=1, ddof=1)
    return own.rename(columns={"estimate": "%", "se": "standaardfout"}).assign(
        **{
            "gemiddelde": drawn.mean(axis=1),
            "spreiding": spread,
            "kleinste": drawn.min(axis=1),
            "grootste": drawn.max(axis=1),
            "eigen zaad binnen de uitersten": own["estimate"].between(
                drawn.min(axis=1) - 1e-9, drawn.max(axis=1) + 1e-9
            ),
            "spreiding / standaardfout": (spread / own["se"]).where(own["se"] > 0),
        }
    )
