"""What one wave alone cannot tell: large shifts against the wave before, as warnings.

A frame ten times too large, two columns of answers swapped or an answer that nobody gives any more
are valid by themselves. Against the wave before they stand out. So does a true change, which is why
these are warnings: somebody looks, and says that it is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Moved:
    """What was before, and is now; "" for what has no number."""

    what: str
    then: str = ""
    now: str = ""

    def __str__(self) -> str:
        return f"{self.what} ({self.then} to {self.now})" if self.then else self.what


@dataclass(frozen=True)
class Shift:
    """Shifts of one kind against the wave before, `since`, in one file or question.

    `kind`: frame, stratum, response, share, vanished or unreported.
    """

    kind: str
    since: int
    moved: tuple[Moved, ...]
    column: str | None = None

    @property
    def warning(self) -> Problem:
        """What `check` says of it."""
        file, found, expected = SAID[self.kind]
        named = listed(self.moved, most=3, between="; ")
        return Problem(
            file,
            found.format(since=self.since, named=named, count=len(self.moved)),
            expected.format(since=self.since),
            "If it is so, leave it; otherwise look for swapped columns, units or missing rows.",
            column=self.column,
        )


#: Per kind the file, what is found, and what was expected.
SAID = {
    "frame": (
        "population.csv",
        "other numbers of firms in the strata that {since} has too: {named}",
        f"at most {100 * (FRAME - 1):.0f}% more or less than in {{since}}",
    ),
    "stratum": (
        "population.csv",
        "other numbers of firms than in {since}: {named}",
        f"at most {STRATUM:g} times as many or few",
    ),
    "response": (
        "responses.csv",
        "another response than in {since} in {count} strata: {named}",
        f"at most {RESPONSE:g} times as high or low",
    ),
    "share": (
        "responses.csv",
        "other shares than in {since}: {named}",
        f"a change of at most {SHARE:g} percentage points",
    ),
    "vanished": (
        "responses.csv",
        "no answer {named}, which {since} has",
        "answers that were given before to be given still",
    ),
    "unreported": (
        "questionnaire.yml",
        "no longer reported: {named}, which {since} has",
        "what was reported before, of questions that are still asked",
    ),
}


def shifts(survey: Survey) -> list[Shift]:
    """Compare a wave with the wave before; one shift per file, question or kind.

    Looked at are the firms and the response by stratum, the share of each category among all who
    are reported on, and the answers that were given. What only one of the two waves has is left
    out. Empty for a first wave.
    """
    before = survey.previous
    if before is None:
        return []
    found = [
        *_frame(before, survey),
        *_response(before, survey),
        *_distributions(before, survey),
        *_vanished(before, survey),
        *_unreported(before, survey),
    ]
    return [
        Shift(kind, before.year, tuple(moved), column) for kind, moved, column in found if moved
    ]


Found = tuple[str, list[Moved], str | None]


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
    expected = both[["then", "own"]].max(axis=1) * both["own_n"] / 100
    shift = both["own"].combine(both["then"], _factor)
    rows = both[(shift > RESPONSE) & (expected >= ANSWERS)].itertuples()
    yield "response", [Moved(str(r.Index), f"{r.then:.0f}%", f"{r.own:.0f}%") for r in rows], None


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
    indicators = now.questionnaire.indicators
    sources = both["question"].map(lambda name: indicators[name].question.id)
    for question, rows in both[both["shift"] > SHARE].groupby(sources, sort=False):
        ordered = rows.sort_values("shift", ascending=False, kind="stable").itertuples()
        moved = [
            Moved(f"{r.question}.{r.category}", f"{r.estimate_then:.1f}%", f"{r.estimate:.1f}%")
            for r in ordered
        ]
        yield "share", moved, str(question)


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
