"""Names in questionnaire.yml that could be taken for others, and filters that look ahead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from barometer.errors import Problem
from barometer.wave.content import Content, Declaration

#: Questions and indicators become columns (question.item), names of files and words in `.asked`.
NAME = re.compile(r"[\w+-]+")
#: What `.asked` blocks say of a wave itself.
CONDITIONS = ("previous", "published", "synthetic", "illustrative", "review")


def inconsistent(file: str, content: Content) -> Iterator[Problem]:
    """Find names that mean two things, filters that look ahead, and nothing to report."""
    yield from _names(file, content)
    yield from _order(file, content)
    if not any(question.reported for question in content.questions.values()):
        yield Problem(file, "no question that is reported", "one or more", column="questions")


def _names(file: str, content: Content) -> Iterator[Problem]:
    for name in dict.fromkeys([*content.questions, *content.indicators]):
        if not NAME.fullmatch(name) or name in CONDITIONS:
            key = f"{'questions' if name in content.questions else 'indicators'}.{name}"
            expected = f"letters, digits, _, - and +, and none of {', '.join(CONDITIONS)}"
            yield Problem(file, f"'{name}'", expected, column=key)
        entry = content.indicators.get(name, Declaration())
        if (entry.of or name) not in content.questions:
            continue
        for category, count in Counter([*content.bare(name), *entry.categories]).items():
            if count > 1:
                expected = "a name that no answer, item or other category of it has"
                yield Problem(file, f"'{category}' again", expected, column=f"indicators.{name}")


def _order(file: str, content: Content) -> Iterator[Problem]:
    """Imputation follows the questionnaire: a filter must be complete before what it filters."""
    before: set[str] = set()
    for name, question in content.questions.items():
        for source in sorted(_sources(content, question.asked_of) - before):
            yield Problem(
                file,
                f"'{question.asked_of}', which depends on {source}",
                "a universe that depends on questions above this one",
                "Put the questions in the order in which they were asked.",
                column=f"questions.{name}.asked_of",
            )
        before.add(name)


def _sources(content: Content, universe: str) -> set[str]:
    """The questions that a universe depends on."""
    parts = {universe} | content.within(universe)
    conditions = [c for part in parts for c in content.universes[part].all_of if c.of]
    entries = {c.of: content.indicators.get(c.of, Declaration()) for c in conditions}
    return {name if name in content.questions else entry.of for name, entry in entries.items()}
