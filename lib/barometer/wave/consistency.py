"""Names in questionnaire.yml that could be taken for others, and filters that look ahead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from barometer.errors import Problem
from barometer.wave.content import Content, Declaration, Label

#: Questions and indicators become columns (question.item), names of files and words in `.asked`.
NAME = re.compile(r"[\w+-]+")
#: What `.asked` blocks say of a wave itself.
CONDITIONS = ("previous", "published", "synthetic", "illustrative", "review")


def inconsistent(file: str, content: Content) -> Iterator[Problem]:
    """Find names that mean two things, filters that look ahead, and nothing to report."""
    yield from _names(file, content)
    yield from _labels(file, content)
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


def _labels(file: str, content: Content) -> Iterator[Problem]:
    """Two answers or items that are called the same: no reader could tell them apart."""
    kinds: dict[str, Mapping[str, Label]] = {}
    for name, answers in content.scales.items():
        kinds[f"scales.{name}"] = answers
    for name, question in content.questions.items():
        kinds[f"questions.{name}.categories"] = question.categories
        kinds[f"questions.{name}.items"] = question.items
    for name, entry in content.indicators.items():
        kinds[f"indicators.{name}.categories"] = entry.categories
    for place, labels in kinds.items():
        first: dict[str, str] = {}
        for name, label in labels.items():
            if getattr(label, "union", None):
                continue  # of one part it may have its label
            if first.setdefault(label.label, name) != name:
                found = f"the label of {first[label.label]} again"
                expected = "a label that nothing beside it has"
                yield Problem(file, found, expected, column=f"{place}.{name}.label")


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
