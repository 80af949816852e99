"""A shift against the wave before, or something odd in a wave: what `check` warns of."""

from __future__ import annotations

from dataclasses import dataclass

from barometer.errors import Problem, listed

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


Found = tuple[str, list[Moved], str | None]


@dataclass(frozen=True)
class Shift:
    """Shifts of one kind against the wave before, `since`, in one file or question.

    `kind`: a key of SAID.
    """

    kind: str
    since: int
    moved: tuple[Moved, ...]
    column: str | None = None

    @property
    def warning(self) -> Problem:
        """What `check` says of it."""
        file, found, expected = SAID[self.kind]
        most = 10 if self.kind in NAMES else 3
        named = listed(self.moved, most, between="; ")
        return Problem(
            file,
            found.format(since=self.since, named=named, count=len(self.moved)),
            expected.format(since=self.since),
            REMEDIES.get(self.kind, REMEDY),
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
    "reported": (
        "questionnaire.yml",
        "reported, which {since} kept to itself: {named}",
        "questions that were not reported before to stay so",
    ),
    "definition": (
        "questionnaire.yml",
        "defined otherwise than in {since}: {named}",
        "indicators and universes of the same name to be the same",
    ),
    "label": (
        "questionnaire.yml",
        "called otherwise than in {since}: {named}",
        "questions, items and answers of the same name to be the same",
    ),
    "domain": (
        "wave.yml",
        "called otherwise than in {since}: {named}",
        "values of domains of the same name to be the same",
    ),
    "turned": (
        "responses.csv",
        "answers as those of {since} turned round: {named}",
        "answers to lie nearer to those of {since} as they are",
    ),
    "exchanged": (
        "responses.csv",
        "answers as those of {since} with two items exchanged: {named}",
        "answers to lie nearer to those of {since} as they are",
    ),
    "complete": (
        "responses.csv",
        "no item non-response, which {since} has: {named}",
        "some to leave a question open",
    ),
    "cleaned": (
        "responses.csv",
        "none of what {since} has: {named}",
        "some of what was there before",
    ),
    "contact": (
        "sample.csv",
        "another share of firms invited by e-mail than in {since}: {named}",
        f"a change of at most {SHARE:g} percentage points",
    ),
    "equal": (
        "responses.csv",
        "columns with the same answer in each row: {named}",
        "items that some answer differently",
    ),
    "constant": (
        "responses.csv",
        "the same answer of everyone: {named}",
        "answers that differ",
    ),
    "from": (
        "responses.csv",
        "one answer alone in all that came first or last: {named}",
        "answers that differ throughout the fieldwork",
    ),
    "alike": (
        "responses.csv",
        "long answers that are the same from question to question: {named}",
        "answers of different firms to differ somewhere",
    ),
}
#: What is told of by name alone, more of them at once.
NAMES = ("definition", "label", "domain", "reported")
REMEDY = "If it is so, leave it; otherwise look for swapped columns, units or missing rows."
REMEDIES = {
    **dict.fromkeys(
        NAMES, "If that is meant, leave it; `previous` says whether figures of both waves compare."
    ),
    **dict.fromkeys(
        ("equal", "constant", "from", "alike"),
        "If it is so, leave it; otherwise look for a column copied, a default or answers of tests.",
    ),
}
