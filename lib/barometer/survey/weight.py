"""The step from complete answers to weighted ones, with the names of the wave's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from barometer.errors import BarometerError
from barometer.wave.meta import Meta
from weighting import Design, WeightingError, merge_strata, rake, stratum_weights


@contextmanager
def blame(place: str) -> Iterator[None]:
    """Name the file, or the question, that the weighting library cannot know."""
    try:
        yield
    except WeightingError as error:
        raise BarometerError(f"{place}: {error}") from None


def population_by_stratum(population: pd.DataFrame, meta: Meta) -> pd.Series:
    """N_h by stratum, after the merges that wave.yml asks for, in the order of the file."""
    strata = merge_strata(population[meta.strata], meta.collapse)
    return population.groupby(strata, sort=False)["firms"].sum()


def strata(firms: pd.DataFrame, population: pd.DataFrame, meta: Meta) -> pd.Series:
    """Name the stratum of each firm, after the merges that wave.yml asks for.

    What a merge joins is looked up in the population: nobody need have answered in each part.
    """
    own = merge_strata(population[meta.strata])
    merged = merge_strata(population[meta.strata], meta.collapse)
    names = merge_strata(firms[meta.strata])
    return names.replace(dict(zip(own, merged, strict=True))).rename("stratum")


def weight(answers: pd.DataFrame, population: pd.DataFrame, meta: Meta) -> pd.DataFrame:
    """Add stratum and weight (N_h/n_h) to each respondent.

    `answers`: the domains that make up strata, and anything else, a row per respondent;
    `population`: the same domains and firms. `meta` names those domains (`strata`) and the strata
    to be merged (`collapse`). Raises BarometerError for a stratum without respondents or with more
    of them than firms.

    >>> from types import SimpleNamespace
    >>> population = pd.DataFrame({"region": ["north", "south"], "firms": [30, 8]})
    >>> answers = pd.DataFrame({"region": ["north", "south", "north"], "export": [*"yny"]})
    >>> weight(answers, population, SimpleNamespace(strata=["region"], collapse=[]))
      region export stratum  weight
    0  north      y   north    15.0
    1  south      n   south     8.0
    2  north      y   north    15.0
    """
    with blame("population.csv"):
        own = strata(answers, population, meta)
        weights = stratum_weights(own, population_by_stratum(population, meta))
    return answers.assign(stratum=own, weight=weights)


def design(answers: pd.DataFrame, population: pd.DataFrame, meta: Meta) -> Design:
    """The sample design of weighted answers: strata, N_h and the rule for lone respondents."""
    firms = population_by_stratum(population, meta)
    with blame("population.csv"):
        return Design.from_strata(
            answers["stratum"], answers["weight"], firms, singleton=meta.singleton
        )


def raked_to_domains(
    weights: pd.Series, answers: pd.DataFrame, population: pd.DataFrame, meta: Meta
) -> pd.Series:
    """Weights calibrated to the population of each domain that makes up strata, one by one."""
    margins = {domain: population.groupby(domain)["firms"].sum() for domain in meta.strata}
    with blame("population.csv"):
        return rake(weights, answers[meta.strata], margins)
