"""Which names a sentence may rank, and which cannot be told apart from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import Any, SupportsFloat, SupportsIndex, TypeVar, overload

import numpy as np

from barometer.errors import BarometerError
from barometer.prose.names import names
from barometer.prose.numbers import number_word
from barometer.prose.statements import Comparison, Statement, every, lacking, larger
from barometer.prose.text import Text
from barometer.survey.estimates import Absent, Estimate, absent
from weighting import Combination, holm, joint, two_sided

__all__ = ["above", "are", "differing", "ends", "highest", "led_by", "lowest", "ties"]

Number = TypeVar("Number", bound=SupportsFloat)


def lacking_here(candidates: Iterable[object]) -> Absent | None:
    """The first candidate that this wave lacks; one that only the wave before lacks drops out."""
    return lacking(*(e for e in candidates if not (isinstance(e, Absent) and e.before)))


class Ranking(list[Number]):
    """The first of some candidates, in order, with what is known of the others.

    Candidates without a number drop out. Those flagged unreliable are not ranked, unless too few
    would be left: `unranked` holds them. Ties keep the order given. Where one candidate is absent,
    none has a number, or all to be ranked are equal, there is no order: those named are `Absent`.
    """

    def __init__(self, candidates: Iterable[Number], k: int, sign: int) -> None:
        """Rank from high to low (sign 1) or from low to high (−1)."""
        if k < 1:
            raise BarometerError(f"found a ranking of the first {k}; expected one or more")
        given = list(candidates)
        known = [e for e in given if not math.isnan(float(e))]
        self.lacking = lacking_here(given)
        reliable = [e for e in known if not getattr(e, "flag", "")]
        pool = reliable if len(reliable) >= k else known
        alike = len(pool) > k and len({float(e) for e in pool}) == 1
        first = given[0] if given and (alike or not known) else None
        if not self.lacking and isinstance(first, Estimate) and first.of.survey.tolerant:
            self.lacking = absent(first)
        if self.lacking:
            self.ranked, self.unranked, self.sign = [], [], sign
            super().__init__([self.lacking] * k)  # type: ignore[list-item]
            return
        self.ranked = sorted(pool, key=lambda e: -sign * float(e))
        self.unranked = [e for e in known if e not in pool]
        self.sign = sign
        super().__init__(self._chosen(e, len(known)) for e in self.ranked[:k])

    @staticmethod
    def _chosen(e: Number, candidates: int) -> Number:
        """An estimate that knows how many it was chosen from, for tests of its own."""
        if not isinstance(e, Estimate):
            return e
        return replace(e, chosen_from=max(e.chosen_from, candidates))

    @overload
    def __getitem__(self, index: SupportsIndex) -> Number: ...
    @overload
    def __getitem__(self, index: slice) -> list[Number]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Number | list[Number]:
        """One of the named; the first few of them are a ranking too, other parts a plain list."""
        if not isinstance(index, slice):
            return super().__getitem__(index)
        part = super().__getitem__(index)
        if self.lacking and part and not index.start:
            return Ranking(part, len(part), self.sign)
        if part and part == super().__getitem__(slice(len(part))):
            return Ranking([*self.ranked, *self.unranked], len(part), self.sign)
        return part

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The last of the named against each of the others that are ranked, in their order.

        The p-values are adjusted by Holm (1979, Scandinavian Journal of Statistics 6) for all pairs
        of candidates, because the data choose which are compared. So all that is said of the
        order holds jointly, with the probability of the level to be wrong anywhere. (The joint
        confidence region for ranks of Census Bureau report RRS 2014-12 rests on intervals; pairs
        tested with their covariance tell more of them apart.)
        """
        rows = [e for e in self.ranked if isinstance(e, Estimate)]
        if not self or self.lacking or len(rows) < len(self.ranked):
            return ()
        pairs = list(combinations(range(len(rows)), 2))
        found = dict(zip(pairs, _differences(rows, pairs), strict=True))
        p_values = np.array([found[pair].p_value for pair in pairs])
        adjusted = dict(zip(pairs, holm(np.where(np.isnan(p_values), 1.0, p_values)), strict=True))
        level, last = rows[0].of.survey.meta.changes.level / 100, len(self) - 1
        result = []
        for other in range(len(self), len(rows)):
            difference, p_value = found[last, other], float(adjusted[last, other])
            reliable = not rows[last].flag and not rows[other].flag
            certain = difference.se == 0 and difference.estimate != 0
            shown = reliable and (p_value < level or certain)
            n = min(rows[last].n, rows[other].n)
            points = self.sign * difference.estimate
            pair = (rows[last], rows[other])
            result.append(Comparison(points, difference.se, p_value, n, shown, of=pair))
        beyond = [self._untested(e) for e in self._beyond()]
        return (*result, *beyond)

    def _untested(self, other: Number) -> Comparison:
        n = min(int(getattr(e, "n", 0)) for e in (self[-1], other))
        pair = tuple(e for e in (self[-1], other) if isinstance(e, Estimate))
        return Comparison(self._lead(other), math.nan, math.nan, n, False, of=pair)

    def _lead(self, other: SupportsFloat) -> float:
        """By how many points the last of the named comes before another one."""
        return self.sign * (float(self[-1]) - float(other))

    def _beyond(self) -> list[Number]:
        """The unreliable of whom nobody can tell whether they come first.

        Those that would have been named; all of them where no others are ranked.
        """
        alone = len(self) == len(self.ranked)
        return [e for e in self.unranked if alone or self._lead(e) < 0]

    @property
    def tied(self) -> list[Number]:
        """Those left unnamed that cannot be told apart from the last of the named.

        An unreliable one that lies before it is among them; where nobody else is left, each.
        """
        others = [*self.ranked[len(self) :], *self._beyond()]
        tests = zip(others, self.comparisons, strict=bool(self.comparisons))
        return [e for e, test in tests if not test.shown]

    @property
    def statement(self) -> Statement:
        """That those named come before all others that are ranked."""
        return Statement(bool(self) and not self.lacking, self.comparisons, self.lacking)

    def record(self) -> dict[str, Any]:
        """Who is shown, who cannot be told apart and who is not ranked (see `Text`)."""
        groups = {
            "shown": [] if self.lacking else self,
            "tied": self.tied,
            "unranked": self.unranked,
        }
        listed = {name: [identifier(e) for e in group] for name, group in groups.items()}
        return {**self.statement.record(), **listed}


def _differences(rows: Sequence[Estimate], pairs: Sequence[tuple[int, int]]) -> list[Combination]:
    surveys = {id(e.of.survey): e.of.survey for row in rows for _, e in row.terms}
    if len(surveys) > 1:
        each = [rows[i] - rows[j] for i, j in pairs]
        return [Combination(float(d), d.se_tested, d.df, d.p_value) for d in each]
    (survey,) = surveys.values()
    found = joint(survey.design, [[(a, *e.members()) for a, e in row.terms] for row in rows])
    lacking = [sum(a * a * e.lacking for a, e in row.terms) for row in rows]
    return [_tested(found.pair(survey.design, i, j), lacking[i] + lacking[j]) for i, j in pairs]


def _tested(pair: Combination, lacking: float) -> Combination:
    """A difference with the standard error that tests take (see `Estimate.lacking`)."""
    se = math.sqrt(pair.se**2 + lacking) if pair.se else 0.0
    p_value = float(two_sided(pair.estimate, se, pair.df))
    return Combination(pair.estimate, se, pair.df, p_value)


def identifier(e: object) -> str:
    """What an estimate is ranked as: its domain value, or its category in total."""
    if not isinstance(e, Estimate):
        return str(e)
    return e.category if e.domain == "total" else e.domain_value


def highest(estimates: Iterable[Number], k: int = 1) -> Ranking[Number]:
    """Rank the k highest, from high to low."""
    return Ranking(estimates, k, 1)


def lowest(estimates: Iterable[Number], k: int = 1) -> Ranking[Number]:
    """Rank the k lowest, from low to high."""
    return Ranking(estimates, k, -1)


class Selection(list[Number]):
    """Those above a threshold, from high to low; `statement` says that each is."""

    def __init__(self, estimates: Iterable[Number], threshold: SupportsFloat) -> None:
        """Select; what is flagged unreliable is left out, as from a ranking."""
        given = list(estimates)
        reliable = [e for e in given if not getattr(e, "flag", "")]
        over = [e for e in reliable if float(e) > float(threshold)]
        super().__init__(sorted(over, key=float, reverse=True))
        each = every(larger(e, threshold) for e in self)
        self.statement = replace(each, lacking=lacking_here([*given, threshold]))

    def record(self) -> dict[str, Any]:
        """The verdict on each being above the threshold (see `Text`)."""
        return self.statement.record()


def above(estimates: Iterable[Number], threshold: SupportsFloat) -> Selection[Number]:
    """Return those above the threshold (a number or an estimate), from high to low."""
    return Selection(estimates, threshold)


def ties(ranking: Ranking[Estimate], template: str, most: int = 3) -> Text:
    """Say who cannot be told apart from those named: "" when nobody, else the template with them.

    `ties(highest(sectors, 2), ", al is het verschil met {} niet significant")`. Up to `most` are
    named; of more only the number is given: "vier andere".
    """
    if not isinstance(ranking, Ranking) or template.count("{}") != 1:
        raise BarometerError(
            f"ties(): found {template!r} for a {type(ranking).__name__}; expected a ranking "
            "(highest, lowest) and words with one {} for who is tied"
        )
    tied = ranking.tied
    called = names(tied) if len(tied) <= most else f"{number_word(len(tied))} andere"
    of = [ranking.lacking] if ranking.lacking else list(tied)
    return Text(template.format(called) if tied else "", "ties", of, ranking)


def are(estimates: Sequence[Estimate], *identifiers: str) -> Statement:
    """State that these are exactly the categories, or domain values, named; in any order.

    `are(highest(export.by("region")), "north")`. Of a ranking it is shown when those named come
    significantly before all others.
    BarometerError for what is neither a ranking nor a selection: nothing would be tested.
    """
    if not isinstance(estimates, Ranking | Selection):
        raise BarometerError(
            f"are(): found a {type(estimates).__name__}; expected highest(...), lowest(...), "
            "the first few of one, or above(...)"
        )
    true = bool(estimates) and {identifier(e) for e in estimates} == set(identifiers)
    tested, lacking = estimates.statement.comparisons, estimates.statement.lacking
    if not true and isinstance(estimates, Ranking):  # who was to be first may be shown not to be
        unnamed = set(identifiers) - {identifier(e) for e in estimates}
        tested = tuple(
            replace(c, against=c.shown and identifier(c.of[-1]) in unnamed) for c in tested
        )
    return Statement(true and not lacking, tested, lacking)


def differing(estimates: Iterable[Estimate]) -> Statement:
    """State that some two of them differ; every pair is tested, with p-values by Holm.

    `unproven(differing(sizes))` says that no difference at all is shown. What is flagged
    unreliable is left out; of fewer than two nothing can be stated.
    """
    given = list(estimates)
    rows = [e for e in given if not math.isnan(float(e)) and not e.flag]
    pairs = list(combinations(range(len(rows)), 2))
    if not pairs:
        return Statement(False, (), lacking_here(given))
    found = _differences(rows, pairs)
    p_values = holm(np.array([1.0 if math.isnan(d.p_value) else d.p_value for d in found]))
    level = rows[0].of.survey.meta.changes.level / 100
    first = int(np.argmin(p_values))
    (i, j), surest, p_value = pairs[first], found[first], float(p_values[first])
    certain = any(d.se == 0 and d.estimate != 0 for d in found)
    n = min(rows[i].n, rows[j].n)
    shown = p_value < level or certain
    pair = (rows[i], rows[j])
    strongest = Comparison(abs(surest.estimate), surest.se, p_value, n, shown, of=pair)
    return Statement(any(d.estimate != 0 for d in found), (strongest,))


def ends(estimates: Iterable[Estimate]) -> tuple[Estimate, Estimate]:
    """The first and the last of several, such as the smallest and the largest size.

    Of fewer than two both are absent: there is nothing to contrast.
    """
    given = list(estimates)
    if len(given) == 1:
        return absent(given[0]), absent(given[0])
    return given[0], given[-1]


def led_by(estimates: Iterable[Estimate], *values: str, by: float = 0.0) -> Statement:
    """State that each share is highest in the domain values named, in any order.

    `led_by(goods, "north")`: each of the goods is exported most in the north. `by`: how many
    percentage points the next value must at least lie below them. Fails where the values are not
    those of one domain of the wave.
    """

    def led(e: Estimate) -> Statement:
        domains = e.of.survey.meta.domains
        found = [name for name, domain in domains.items() if set(values) <= set(domain.values)]
        if not found or not values:
            return Statement(False)
        top = highest(e.by(found[0]), len(values))
        rivals = top.ranked[len(top) :][:1] if by else []
        return every(are(top, *values), *(larger(top[-1], rival, by) for rival in rivals))

    return every(led(e) for e in estimates)
