"""What one wave alone cannot tell: large shifts against the wave before, as warnings.

A frame ten times too large, two columns of answers swapped or an answer that nobody gives any more
are valid by themselves. Against the wave before they stand out. So does a true change, which is why
these are warnings: somebody looks, and says that it is so.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from barometer.survey.oddities import oddities
from barometer.survey.redefined import redefined
from barometer.survey.shift import (
    ANSWERS,
    FIRMS,
    FRAME,
    GAVE,
    RESPONSE,
    SHARE,
    STRATUM,
    Found,
    Moved,
    Shift,
)
from barometer.survey.survey import Survey
from barometer.survey.turned import turned
from weighting import merge_strata

#: What a fieldwork always has some of, as far as it is known from the wave before.
USUAL = (
    "other_enterprise",
    "mandatory_missing",
    "duplicate",
    "email_bounced",
    "letter_undelivered",
)


def shifts(survey: Survey) -> list[Shift]:
    """Compare a wave with the wave before; one shift per file, question or kind.

    Looked at are the firms and the response by stratum, the share of each category among all who
    are reported on, and the answers that were given. What only one of the two waves has is left
    out. What is odd in the wave by itself (`oddities`) comes last, and is all there is of a first
    wave.
    """
    before, found = survey.previous, list[Found]()
    if before is not None:
        found = [
            *_frame(before, survey),
            *_response(before, survey),
            *_fieldwork(before, survey),
            *redefined(before, survey),
            *_distributions(before, survey),
            *turned(before, survey),
            *_vanished(before, survey),
            *_unreported(before, survey),
        ]
    since = before.year if before else survey.year
    found += oddities(survey)
    return [Shift(kind, since, tuple(moved), column) for kind, moved, column in found if moved]


def _frame(before: Survey, now: Survey) -> Iterator[Found]:
    then, own = (
        wave.population.groupby(_strata(wave, wave.population))["firms"].sum()
        for wave in (before, now)
    )
    both = pd.DataFrame({"then": then, "own": own}).dropna()
    both = both[both.min(axis=1) > 0]
    total = both.sum()
    if len(both) and _factor(total["own"], total["then"]) > FRAME:
        yield "frame", [Moved("all", f"{total['then']:.0f}", f"{total['own']:.0f}")], "firms"
    factor = both["own"].combine(both["then"], _factor)
    large = both[(factor > STRATUM) & ((both["own"] - both["then"]).abs() >= FIRMS)]
    rows = large.itertuples()
    yield "stratum", [Moved(str(r.Index), f"{r.then:.0f}", f"{r.own:.0f}") for r in rows], "firms"


def _response(before: Survey, now: Survey) -> Iterator[Found]:
    rates: dict[str, pd.Series] = {}
    for name, wave in (("then", before), ("own", now)):
        sampled = wave.sample.groupby(_strata(wave, wave.sample)).size()
        usable = wave.answers.groupby(_strata(wave, wave.answers)).size()
        rates[name] = 100 * usable.reindex(sampled.index, fill_value=0) / sampled
        rates[f"{name}_n"] = sampled
    both = pd.DataFrame(rates).dropna()
    total = [wave.accounting["response_rate"] for wave in (before, now)]
    if _factor(*total) > RESPONSE / 2 * STRATUM:
        yield "response", [Moved("all", *(f"{rate:.0f}%" for rate in total))], None
    expected = both[["then", "own"]].max(axis=1) * both["own_n"] / 100
    shift = both["own"].combine(both["then"], _factor)
    rows = both[(shift > RESPONSE) & (expected >= ANSWERS)].itertuples()
    yield "response", [Moved(str(r.Index), f"{r.then:.0f}%", f"{r.own:.0f}%") for r in rows], None


def _fieldwork(before: Survey, now: Survey) -> Iterator[Found]:
    """What cleaning and contacts always find some of; how firms were invited."""
    then, own = before.accounting, now.accounting
    gone = [name for name in USUAL if then[name] >= GAVE and not own[name]]
    yield "cleaned", [Moved(name, str(then[name]), "0") for name in gone], None
    email = [100 * wave["email"] / wave["sample_size"] for wave in (then, own)]
    if abs(email[1] - email[0]) > SHARE:
        yield "contact", [Moved("email", *(f"{share:.0f}%" for share in email))], "contact_mode"
    for question in now.questionnaire.questions.values():
        if question.id in before.questionnaire.questions:
            columns = [c for c in question.columns if c in before.questionnaire.columns]
            missed = [int(wave.imputed[columns].to_numpy().sum()) for wave in (before, now)]
            if missed[0] >= 2 * GAVE and not missed[1]:
                yield "complete", [Moved(question.id, str(missed[0]), "0")], question.id


def _distributions(before: Survey, now: Survey) -> Iterator[Found]:
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
    for indicator, rows in both[both["shift"] > SHARE].groupby("question", sort=False):
        ordered = rows.sort_values("shift", ascending=False, kind="stable").itertuples()
        moved = [
            Moved(f"{r.question}.{r.category}", f"{r.estimate_then:.1f}%", f"{r.estimate:.1f}%")
            for r in ordered
        ]
        yield "share", moved, now.questionnaire.indicators[str(indicator)].question.id


def _vanished(before: Survey, now: Survey) -> Iterator[Found]:
    for question in now.questionnaire.questions.values():
        for column in question.columns:
            if column not in before.questionnaire.columns:
                continue
            then = before.answers[column].value_counts().drop("", errors="ignore")
            given = set(now.answers[column])
            gone = [Moved(f"'{a}'") for a, n in then.items() if n >= GAVE and a not in given]
            yield "vanished", gone, column


def _unreported(before: Survey, now: Survey) -> Iterator[Found]:
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
    yield "unreported", [Moved(name) for name in gone], None


def _has(wave: Survey, question: str, universe: str) -> bool:
    """Whether a wave has an indicator, and anyone in the universe."""
    known = question in wave.questionnaire.indicators and universe in wave.questionnaire.universes
    return known and bool(wave.universe(universe).any())


def _strata(wave: Survey, firms: pd.DataFrame) -> pd.Series:
    return merge_strata(firms[wave.meta.strata])


def _factor(one: float, other: float) -> float:
    """How many times the larger is the smaller."""
    low, high = sorted((one, other))
    return float(high / low) if low else float(np.inf if high else 1)
