"""What a sentence states, and whether the data carry it.

A statement is true or not of the estimates, and rests on comparisons that may or may not be
significant. Its verdict is one of three: it holds, it holds of the estimates only, it fails.

    claim(larger(export.at("north"), export.at("south")))       guards the sentence before it
    wording(rose(export), "nam toe", "lag hoger", "nam niet toe")     picks the words
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, SupportsFloat

import numpy as np

from barometer.errors import BarometerError
from barometer.prose.text import Evidence, Text, rounded
from barometer.survey.estimates import Absent, Estimate, absent
from barometer.survey.rounding import to_step
from weighting import two_sided

__all__ = [
    "Claim",
    "about",
    "claim",
    "every",
    "fact",
    "failing",
    "falling",
    "larger",
    "needs",
    "rising",
    "sampled",
    "smaller",
    "spread",
    "unproven",
    "when",
    "wording",
]

Verdict = Literal["holds", "estimates_only", "fails"]


@dataclass(frozen=True)
class Comparison:
    """A tested difference: percentage points, standard error, p-value, smallest base.

    `shown`: whether the test shows what is stated; `needed`: whether the statement asks for that;
    `against`: whether the test shows the opposite. `of`: the estimates that are compared.
    """

    difference: float
    se: float
    p_value: float
    n: int
    shown: bool
    needed: bool = True
    against: bool = False
    of: tuple[Estimate, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class Statement:
    """Something that is or isn't true of the estimates, with the comparisons it rests on.

    `lacking`: what it would compare and cannot have, if anything; it then fails.
    """

    true: bool
    comparisons: tuple[Comparison, ...] = ()
    lacking: Absent | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether it holds (all comparisons are significant), of the estimates only, or not.

        Each comparison of several is tested at the full level: to state all of them is wrong as
        soon as one is (an intersection–union test; Berger 1982, Technometrics 24).
        """
        if not self.true:
            return "fails"
        return (
            "holds" if all(c.shown or not c.needed for c in self.comparisons) else "estimates_only"
        )

    def __and__(self, other: Statement) -> Statement:
        """Both."""
        return every(self, other)

    def __or__(self, other: object) -> Statement:
        """Refuse: what one of two statements says cannot be put into one sentence."""
        raise BarometerError(
            "found `|` between statements; expected `&`, every(...) or wording(...)"
        )

    def __bool__(self) -> bool:
        """Refuse: Python's `and`, `all` and `if` would lose the comparisons."""
        raise BarometerError(
            "found a statement used as true or false; it has three verdicts. Join statements by & "
            "or every(...), choose words by wording(...), deny significance by unproven(...)."
        )

    def record(self) -> dict[str, Any]:
        """The verdict and the comparison that carries least (see `Text`).

        `contradicted`: whether it fails and a test shows the opposite.
        """
        weakest = self.weakest
        numbers: dict[str, Any] = dict.fromkeys(("difference", "se", "p", "n"))
        needed = any(c.needed for c in self.comparisons)
        if weakest:
            numbers = _numbers(weakest)
        tested = [{**_numbers(c), "significant": c.shown} for c in self.comparisons]
        return {
            "verdict": self.verdict,
            **numbers,
            "needed": needed,
            "contradicted": self.contradicted,
            "comparisons": tested,
        }

    @property
    def contradicted(self) -> bool:
        """Whether it fails and a test shows the opposite."""
        return not self.true and any(c.against for c in self.comparisons)

    @property
    def weakest(self) -> Comparison | None:
        """The comparison that carries it least: of what is contradicted the one that does most."""
        opposed = [c for c in self.comparisons if c.against] if self.contradicted else []
        if opposed:
            return min(opposed, key=_weakness)
        return max(self.comparisons, key=_weakness, default=None)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Those of that comparison."""
        return self.weakest.of if self.weakest else ()


def _weakness(c: Comparison) -> tuple[bool, float]:
    """By what is shown, then by p-value; no test at all comes after the largest."""
    return not c.shown, c.p_value if math.isfinite(c.p_value) else 2.0


def _numbers(c: Comparison) -> dict[str, Any]:
    p_value = c.p_value if math.isfinite(c.p_value) else None
    digits, precise = 3, {"difference": rounded(c.difference, 2), "se": rounded(c.se, 2)}
    if any(e.grain.smooth for e in c.of):  # more digits would tell what few answered
        step = max(e.grain.step for e in c.of)
        finite = math.isfinite(c.difference)
        digits, precise = 1, {"difference": to_step(c.difference, step) if finite else None}
        precise["se"] = None
    return {**precise, "p": p_value and float(f"{p_value:.{digits}g}"), "n": c.n}


@dataclass(frozen=True)
class Claim:
    """The verdict on the sentence it stands behind; invisible in the public edition."""

    statement: Statement

    @property
    def lacking(self) -> list[Absent]:
        """What it would guard and cannot have."""
        return [self.statement.lacking] if self.statement.lacking else []

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        of = self.lacking or self.statement.estimates
        said = Text("", "claim", of, self.statement)._repr_mimebundle_()
        mark = self.statement.verdict.replace("_", "-")
        return {**said, "text/markdown": f"[]{{.claim-{mark}}}"}


def claim(statement: Statement) -> Claim:
    """Guard the sentence before it. The source sentence is found in the chapter, not here.

    BarometerError for a bare truth value: `fact(...)` says that nothing is compared.
    """
    if not isinstance(statement, Statement):
        raise BarometerError(
            f"claim(): found {statement!r}; expected a statement: larger(...), rose(...), "
            "are(...), every(...), or fact(...) for what compares no estimates"
        )
    return Claim(statement)


def wording(said: Evidence, holds: str, estimates_only: str, fails: str | None = None) -> Text:
    """Choose words by the verdict on a statement, or on whether a ranking stands apart.

    "is hoger dan" against "ligt in de steekproef hoger, maar niet significant, dan". Without words
    for what fails those for the estimates stay, as a claim that fails: no edition is lost over
    them, and `barometer claims` lists the sentence. A ranking fails where nobody has a number.
    What is absent neither holds nor fails: the sentence is left out, or only these words where
    those for what fails are none.
    """
    statement = said if isinstance(said, Statement) else getattr(said, "statement", None)
    if not isinstance(statement, Statement):
        raise BarometerError(f"wording(): found {said!r}; expected a statement or a ranking")
    if statement.lacking and fails != "":
        return Text("", "wording", [statement.lacking], said)
    words = {"holds": holds, "estimates_only": estimates_only, "fails": fails}[statement.verdict]
    if words is None:
        return Text(estimates_only, "claim", [estimates_only, *statement.estimates], said)
    return Text(words, "wording", words, said)


def when(said: Evidence, words: str) -> Text:
    """Words for a statement that holds; nothing where it doesn't."""
    return wording(said, words, "", "")


def needs(*estimates: Estimate) -> Text:
    """Nothing to read, behind a sentence that shows no number: it goes where one is absent.

    "Tekstanalyse haalt informatie uit geschreven taal.`{python} needs(text)`"
    """
    return Text("", "needs", list(estimates))


def fact(true: bool) -> Statement:
    """A statement that compares no estimates: on what was asked, counted or known of a wave.

    BarometerError for anything but a truth value.
    """
    if not isinstance(true, bool | np.bool_):
        raise BarometerError(f"fact(): found a {type(true).__name__}; expected true or false")
    return Statement(bool(true))


def every(*statements: Statement | Iterable[Statement]) -> Statement:
    """All of them, one by one or in a list; nothing at all fails."""
    parts: list[Statement] = []
    for each in statements:
        parts.extend([each] if isinstance(each, Statement) else each)
    compared = tuple(c for part in parts for c in part.comparisons)
    lacking = next((part.lacking for part in parts if part.lacking), None)
    return Statement(bool(parts) and all(part.true for part in parts), compared, lacking)


def failing(statement: Statement) -> Statement:
    """The same; but where something is absent it fails, for words that are true then too.

    `wording(failing(rose(use)), "Growth …", "Some …", "Some …")`: in a first wave too.
    """
    return replace(statement, lacking=None)


def unproven(statement: Statement) -> Statement:
    """That the data do not show it: what "niet significant" says, and no more than that.

    It is about one direction: `unproven(larger(a, b))` holds where a is far below b; with
    `& unproven(smaller(a, b))` no difference is shown. Where nothing was compared, as a value is
    missing, nothing is said: it fails.
    """
    tested = tuple(replace(c, against=c.shown) for c in _not_needed(statement))
    unshown = bool(tested) and statement.verdict != "holds" and not statement.lacking
    return Statement(unshown, tested, statement.lacking)


def sampled(statement: Statement) -> Statement:
    """That it is true of the estimates, whatever chance may explain: "in de steekproef"."""
    return Statement(statement.true, _not_needed(statement), statement.lacking)


def _not_needed(statement: Statement) -> tuple[Comparison, ...]:
    """Its comparisons, none of which need be significant."""
    return tuple(replace(c, needed=False) for c in statement.comparisons)


# --- comparisons --------------------------------------------------------------------------------


def compared(a: SupportsFloat, b: SupportsFloat = 0.0, by: float = 0.0) -> Comparison | None:
    """Test whether a is above b by more than `by` points; None where no estimate is compared.

    Estimates are compared with their covariance, with t on effective degrees of freedom, at the
    level of wave.yml; the p-value of one that the data chose (out of a ranking, a spread) is
    multiplied by how many it was chosen from. What is flagged unreliable shows nothing. Where
    nothing is uncertain, as every firm answered, the difference itself shows it.
    """
    if isinstance(a, Estimate):
        found: Estimate = a - b if isinstance(b, Estimate) else a
    elif isinstance(b, Estimate):
        found = b
    else:
        return None
    difference = float(a) - float(b) - by
    se = found.se_tested
    p_value = float(two_sided(difference, se, found.df))
    p_value = min(p_value * found.chosen_from, 1.0)
    level = found.of.survey.meta.changes.level / 100
    clear = not found.flag and (p_value < level or se == 0)
    sides = tuple(side for side in (a, b) if isinstance(side, Estimate))
    return Comparison(
        *(difference + by, se, p_value, found.n, clear and difference > 0),
        against=clear and difference < 0,
        of=sides,
    )


def _numbers_in_percent(*values: object) -> None:
    for x in values:
        if isinstance(x, str) or not isinstance(x, SupportsFloat):
            raise BarometerError(
                f"found a {type(x).__name__} in a comparison; expected estimates or numbers, in "
                "percent. Spread a list: rising(*estimates)."
            )


def larger(a: SupportsFloat, b: SupportsFloat, by: float = 0.0) -> Statement:
    """State that a is above b by more than `by` percentage points."""
    _numbers_in_percent(a, b)
    if math.isnan(float(a) + float(b)):
        return Statement(False, (), lacking(a, b))
    test = compared(a, b, by)
    return Statement(float(a) - float(b) > by, (test,) if test else ())


def lacking(*values: object) -> Absent | None:
    """The first of these that is absent."""
    return next((x for x in values if isinstance(x, Absent)), None)


def smaller(a: SupportsFloat, b: SupportsFloat, by: float = 0.0) -> Statement:
    """State that a is below b by more than `by` percentage points."""
    return larger(b, a, by)


def about(a: SupportsFloat, b: SupportsFloat, within: float = 2.5) -> Statement:
    """State that a and b lie at most `within` percentage points apart.

    Of two estimates this is shown when both one-sided tests at the margin are significant (TOST,
    Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15): no significant
    difference is not yet likeness. Beside a number it describes the estimate and tests nothing.
    """
    true = abs(float(a) - float(b)) <= within
    if not (isinstance(a, Estimate) and isinstance(b, Estimate)) or math.isnan(float(a) + float(b)):
        return Statement(true, (), lacking(a, b))
    return equivalent(a - b, within)


def equivalent(difference: Estimate, margin: float) -> Statement:
    """State that a difference lies within ± margin percentage points (TOST, see `about`)."""
    if isinstance(difference, Absent):
        return Statement(False, (), difference)
    inside = abs(float(difference)) <= margin
    se, df = difference.se_tested, difference.df
    one_sided = float(two_sided(abs(float(difference)) - margin, se, df)) / 2
    p_value = one_sided if inside else 1 - one_sided
    level = difference.of.survey.meta.changes.level / 100
    clear = not difference.flag and (one_sided < level or se == 0)
    found = Comparison(
        *(float(difference), se, p_value, difference.n, clear and inside),
        against=clear and not inside,
        of=(difference,),
    )
    return Statement(inside, (found,))


def rising(*values: SupportsFloat) -> Statement:
    """State that each value is above the one before: `rising(*export.by("age"))`."""
    return every(larger(b, a) for a, b in pairwise(values))


def falling(*values: SupportsFloat) -> Statement:
    """State that each value is below the one before."""
    return every(smaller(b, a) for a, b in pairwise(values))


def spread(estimates: Iterable[Estimate]) -> Estimate | float:
    """The distance between the highest and the lowest reliable one; absent for fewer than two.

    The data choose the two, so p-values of its tests are multiplied by the number of pairs
    (Bonferroni).
    """
    given = list(estimates)
    known = [e for e in given if not math.isnan(float(e)) and not e.flag]
    if len(known) < 2:
        return absent(given[0]) if given else math.nan
    found = max(known, key=float) - min(known, key=float)
    return replace(found, chosen_from=math.comb(len(known), 2))
