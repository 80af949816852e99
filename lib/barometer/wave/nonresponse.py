"""Whether enough was answered to impute the rest: rates and donors against `nonresponse`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import Problem
from barometer.wave.content import Question
from barometer.wave.limits import Nonresponse
from barometer.wave.meta import Imputation, Meta
from barometer.wave.partition import known
from barometer.wave.questionnaire import BoolArray, Questionnaire

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """A division of the respondents: the group of each (n), −1 for none; the groups' names."""

    group: Codes
    names: list[str]


def unanswered(meta: Meta, questionnaire: Questionnaire, answers: pd.DataFrame) -> list[Problem]:
    """Find questions of which too much would be imputed, and classes that are not known.

    `answers`: the usable ones, a row per respondent with the domains and question columns. A
    question that was asked of others than `asked_of` says shows here: nobody there answered it.
    """
    classes, problems = _classes(meta.imputation, questionnaire, answers)
    if problems:
        return problems
    divisions = _divisions(meta, questionnaire, answers, classes)
    for question in questionnaire.questions.values():
        asked = questionnaire.universe(question.asked_of, answers)
        gaps = (answers[question.columns] == "").to_numpy()[asked]
        own = [Division(d.group[asked], d.names) for d in divisions]
        found = _too_much_missing(question, gaps, own, meta.nonresponse)
        problems += found or _too_few_donors(question, gaps, own, meta.nonresponse)
    return problems


def _classes(
    settings: Imputation, questionnaire: Questionnaire, answers: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """The imputation classes (n, variables), and for which respondents one cannot be told."""
    found: dict[str, pd.Series] = {}
    problems = []
    for name in settings.classes:
        if name not in questionnaire.indicators:
            found[name] = answers[name]
            continue
        indicator = questionnaire.indicator(name)
        holds = indicator.evaluate(answers)[indicator.answers].to_numpy()
        asked = questionnaire.universe(indicator.question.asked_of, answers)
        none, several = asked & ~holds.any(axis=1), holds.sum(axis=1) > 1
        counts = [(none, "no category"), (several, "several categories")]
        if said := [f"{rows.sum()} respondents in {what}" for rows, what in counts if rows.any()]:
            problems.append(
                Problem(
                    "wave.yml",
                    f"{name}, with {' and '.join(said)}",
                    "a domain, or an indicator of which each of them is in one category",
                    f"Make its question, {indicator.question.id}, mandatory in questionnaire.yml, "
                    "correct its categories, or take it out.",
                    column="imputation.classes",
                )
            )
        else:
            found[name] = indicator.labels(answers)
    return pd.DataFrame(found, index=answers.index), problems


def _divisions(
    meta: Meta, questionnaire: Questionnaire, answers: pd.DataFrame, classes: pd.DataFrame
) -> list[Division]:
    """Everyone; each universe and those outside; each domain; the classes of the hot deck."""
    everyone = Division(np.zeros(len(answers), dtype=np.int64), [""])
    divisions = [everyone]
    for name in questionnaire.universes:
        inside = np.where(questionnaire.universe(name, answers), 0, 1)
        group = np.where(known(questionnaire, name, answers), inside, -1)
        divisions.append(Division(group, [f"in universe {name}", f"outside universe {name}"]))
    labels = [[answers[domain]] for domain in meta.domains]
    labels += [
        [classes[name] for name in classes.columns[:size]]
        for size in range(1, 1 + classes.shape[1])
    ]
    for parts in labels:
        named = pd.Series("in", index=answers.index)
        for place, part in enumerate(parts):
            named = named + (" × " if place else " ") + f"{part.name} " + part.replace("", "(none)")
        group, names = pd.factorize(named)
        divisions.append(Division(group.astype(np.int64), list(names)))
    return divisions


def _counts(division: Division, rows: BoolArray) -> npt.NDArray[np.int64]:
    """How many of the rows are in each group."""
    inside = division.group[rows & (division.group >= 0)]
    return np.bincount(inside, minlength=len(division.names))


def _too_much_missing(
    question: Question, gaps: BoolArray, divisions: list[Division], limits: Nonresponse
) -> list[Problem]:
    """Items with a rate above the limit in some group; `gaps`: of who was asked (n, items).

    Told is where most answers lack beyond what could be expected: the count times the rate.
    """
    everyone = np.ones(len(gaps), dtype=bool)
    worst, column, place, items = 0.0, "", (0, 0, ""), set()
    for item, missing in zip(question.columns, gaps.T, strict=True):
        for division in divisions:
            asked, lacking = _counts(division, everyone), _counts(division, missing)
            too_many = (lacking * 100 > limits.rate * asked) & (asked >= limits.smallest)
            for group in np.flatnonzero(too_many):
                items.add(item)
                score = lacking[group] ** 2 / asked[group]
                if score > worst:
                    worst, column = score, item
                    place = int(lacking[group]), int(asked[group]), division.names[group]
    if not items:
        return []
    lack, of, name = place
    more = f", and so for {len(items) - 1} more items" if len(items) > 1 else ""
    return [
        Problem(
            "responses.csv",
            f"no answer of {lack} of the {of} respondents who were asked{name and f', {name}'} "
            f"({100 * lack / of:.0f}%){more}",
            f"at most {limits.rate:g}% of them, by nonresponse.rate in wave.yml",
            "Correct asked_of in questionnaire.yml if they were not asked; otherwise leave it out, "
            "for most would be invented.",
            column=column,
        )
    ]


def _too_few_donors(
    question: Question, gaps: BoolArray, divisions: list[Division], limits: Nonresponse
) -> list[Problem]:
    """The group with the fewest donors per recipient, where that is below the limit."""
    lacking = np.asarray(gaps.any(axis=1))
    worst: tuple[float, int, int, str] | None = None
    for place, division in enumerate(divisions):
        recipients, donors = _counts(division, lacking), _counts(division, ~lacking)
        for group in np.flatnonzero(donors < limits.donors * recipients):
            if place and recipients[group] + donors[group] < limits.smallest:
                continue
            ratio = donors[group] / recipients[group]
            found = (ratio, int(donors[group]), int(recipients[group]), division.names[group])
            worst = min(worst or found, found)
    if worst is None:
        return []
    _, full, short, name = worst
    return [
        Problem(
            "responses.csv",
            f"{full} respondents who answered question {question.id} in full, and {short} who did "
            f"not{name and f', {name}'}",
            f"at least {limits.donors:g} donors for each of these, by nonresponse.donors in "
            "wave.yml",
            "Correct asked_of in questionnaire.yml if they were not asked; otherwise leave items "
            "that few answered, or the question, out.",
            column=question.columns[0] if len(question.columns) == 1 else question.id,
        )
    ]
