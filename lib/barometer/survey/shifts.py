"""What one wave alone cannot tell: large shifts against the wave before, as warnings.

A frame ten times too large, two columns of answers swapped or an answer that nobody gives any more
are valid by themselves. Against the wave before they stand out. So does a true change, which is why
these are warnings: somebody looks, and says that it is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from barometer.errors import Problem, listed
from barometer.survey.survey import Survey
from weighting import merge_strata

#: The most that firms of strata in both waves may differ together, by factor.
FRAME = 1.1
#: And those of one stratum, by factor, where that is this many firms or more.
STRATUM, FIRMS = 1.5, 20
#: The most that the response of a stratum may differ, by factor, of as many expected answers.
RESPONSE, ANSWERS = 2.0, 5
#: The most that a share may differ, in percentage points.
SHARE = 20.0
#: An answer that so many gave before, and nobody now, has vanished.
GAVE = 5
few = partial(listed, most=3, between="; ")


def shifts(survey: Survey) -> list[Problem]:
    """Compare a wave with the wave before; one warning per file, question or kind of shift.

    Looked at are the firms and the response by stratum, the share of each category among all who
    are reported on, and the answers that were given. What only one of the two waves has is left
    out. Empty for a first wave.
    """
    before = survey.previous
    if before is None:
        return []
    return [
        *_frame(before, survey),
        *_response(before, survey),
        *_distributions(before, survey),
        *_vanished(before, survey),
        *_unreported(before, survey),
    ]


def _frame(before: Survey, now: Survey) -> Iterator[Problem]:
    then, own = (
        wave.population.groupby(_strata(wave, wave.population))["firms"].sum()
        for wave in (before, now)
    )
    both = pd.DataFrame({"then": then, "own": own}).dropna()
    both = both[both.min(axis=1) > 0]
    total = both.sum()
    if len(both) and _factor(total["own"], total["then"]) > FRAME:
        yield _warning(
            "population.csv",
            f"{total['own']:.0f} firms in the strata that {before.year} has too, against "
            f"{total['then']:.0f}",
            f"at most {100 * (FRAME - 1):.0f}% more or less than in {before.year}",
        )
    factor = both["own"].combine(both["then"], _factor)
    large = both[(factor > STRATUM) & ((both["own"] - both["then"]).abs() >= FIRMS)]
    if len(large):
        said = [f"{name} ({row.then:.0f} to {row.own:.0f})" for name, row in large.iterrows()]
        yield _warning(
            "population.csv",
            f"other numbers of firms than in {before.year}: {few(said)}",
            f"at most {STRATUM:g} times as many or few",
            column="firms",
        )


def _response(before: Survey, now: Survey) -> Iterator[Problem]:
    rates: dict[str, pd.Series] = {}
    for name, wave in (("then", before), ("own", now)):
        sampled = wave.sample.groupby(_strata(wave, wave.sample)).size()
        usable = wave.answers.groupby(_strata(wave, wave.answers)).size()
        rates[name] = 100 * usable.reindex(sampled.index, fill_value=0) / sampled
        rates[f"{name}_n"] = sampled
    both = pd.DataFrame(rates).dropna()
    expected = both[["then", "own"]].max(axis=1) * both["own_n"] / 100
    shift = both["own"].combine(both["then"], _factor)
    large = both[(shift > RESPONSE) & (expected >= ANSWERS)]
    if len(large):
        said = [f"{name} ({row.then:.0f}% to {row.own:.0f}%)" for name, row in large.iterrows()]
        yield _warning(
            "responses.csv",
            f"another response than in {before.year} in {len(large)} strata: {few(said)}",
            f"at most {RESPONSE:g} times as high or low",
        )


def _distributions(before: Survey, now: Survey) -> Iterator[Problem]:
    keys = ["question", "category", "universe"]
    common = [
        (found.id, found.universe)
        for found in now.reported()
        if all(_has(wave, found.id, found.universe) for wave in (before, now))
    ]
    if not common:
        return
    then, own = (
        pd.concat([wave.share(name, universe=universe) for name, universe in common])
        for wave in (before, now)
    )
    both = own.merge(then, on=keys, suffixes=("", "_then"))
    both = both[(both["flag"] == "") & (both["flag_then"] == "")]
    both["shift"] = (both["estimate"] - both["estimate_then"]).abs()
    indicators = now.questionnaire.indicators
    sources = both["question"].map(lambda name: indicators[name].question.id)
    for question, rows in both[both["shift"] > SHARE].groupby(sources, sort=False):
        most = rows.sort_values("shift", kind="stable").iloc[-1]
        more = f", and other shares of it ({len(rows) - 1})" if len(rows) > 1 else ""
        yield _warning(
            "responses.csv",
            f"{most['question']}.{most['category']} from {most['estimate_then']:.1f}% in "
            f"{before.year} to {most['estimate']:.1f}%{more}",
            f"a change of at most {SHARE:g} percentage points",
            column=str(question),
        )


def _vanished(before: Survey, now: Survey) -> Iterator[Problem]:
    for question in now.questionnaire.questions.values():
        for column in question.columns:
            if column not in before.questionnaire.columns:
                continue
            then = before.answers[column].value_counts().drop("", errors="ignore")
            given = set(now.answers[column])
            gone = [f"'{a}'" for a, n in then.items() if n >= GAVE and a not in given]
            if gone:
                yield _warning(
                    "responses.csv",
                    f"no answer {few(gone)}, which {before.year} has",
                    "answers that were given before to be given still",
                    column=column,
                )


def _unreported(before: Survey, now: Survey) -> Iterator[Problem]:
    """What the register had of a question, and has no more although the question is still asked."""
    asked = now.questionnaire.questions
    then, own = (
        {
            f"{found.id}.{category}, of {found.universe}": found.indicator.question.id
            for found in wave.reported()
            for category in found.indicator.categories
        }
        for wave in (before, now)
    )
    gone = [name for name, question in then.items() if question in asked and name not in own]
    if gone:
        yield _warning(
            "questionnaire.yml",
            f"no longer reported: {few(gone)}, which {before.year} has",
            "what was reported before, of questions that are still asked",
        )


def _has(wave: Survey, question: str, universe: str) -> bool:
    """Whether a wave has an indicator, and anyone in the universe."""
    known = question in wave.questionnaire.indicators and universe in wave.questionnaire.universes
    return known and bool(wave.universe(universe).any())


def _warning(file: str, found: str, expected: str, column: str | None = None) -> Problem:
    remedy = "If it is so, leave it; otherwise look for swapped columns, units or missing rows."
    return Problem(file, found, expected, remedy, column=column)


def _strata(wave: Survey, firms: pd.DataFrame) -> pd.Series:
    return merge_strata(firms[wave.meta.strata])


def _factor(one: float, other: float) -> float:
    """How many times the larger is the smaller."""
    low, high = sorted((one, other))
    return float(high / low) if low else float(np.inf if high else 1)
