"""Names that questionnaire.yml uses and does not declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from barometer.errors import Problem
from barometer.wave.content import Content, Declaration


def dangling(file: str, content: Content) -> Iterator[Problem]:
    """Find names (universe, question, item, scale, category) that are used but not declared.

    So are a universe within itself, and an indicator that is left without categories.
    """
    questions, universes = content.questions, content.universes

    def unknown(key: str, name: str, known: Mapping[str, Any]) -> Iterator[Problem]:
        if name not in known:
            yield Problem(file, f"'{name}'", "one of " + ", ".join(known), column=key)

    for name, question in questions.items():
        key = f"questions.{name}"
        yield from unknown(f"{key}.asked_of", question.asked_of, universes)
        for universe in question.report_for:
            yield from unknown(f"{key}.report_for", universe, universes)
        if question.scale:
            yield from unknown(f"{key}.scale", question.scale, content.scales)
    for name, declared in universes.items():
        key = f"universes.{name}"
        if name in content.within(name):
            yield Problem(file, "a universe within itself", "conditions on answers", column=key)
        if declared.complement_of:
            yield from unknown(f"{key}.complement_of", declared.complement_of, universes)
        for condition in declared.all_of:
            if condition.universe:
                yield from unknown(key, condition.universe, universes)
                continue
            yield from unknown(key, condition.of, {**questions, **content.indicators})
            items = questions[condition.of].items if condition.of in questions else {}
            for item in condition.items:
                yield from unknown(f"{key}.items", item, items)
            for answer in condition.is_:
                yield from unknown(f"{key}.is", answer, _answers(content, condition.of))
    for name, indicator in content.indicators.items():
        key, source = f"indicators.{name}", indicator.of or name
        yield from unknown(f"{key}.of", source, questions)
        if source not in questions:
            continue
        own = content.answers(questions[source])
        for answer in indicator.per_item:
            yield from unknown(f"{key}.per_item", answer, own)
        above = dict.fromkeys(content.bare(name))
        for category, rule in indicator.categories.items():
            place = f"{key}.categories.{category}"
            for item in rule.items:
                yield from unknown(f"{place}.items", item, questions[source].items)
            for answer in rule.is_:
                yield from unknown(f"{place}.is", answer, own)
            for part in rule.union:
                yield from unknown(f"{place}.union", part, above)
            if rule.complement_of:
                yield from unknown(f"{place}.complement_of", rule.complement_of, above)
            above[category] = None
    for name in dict.fromkeys([*questions, *content.indicators]):
        entry = content.indicators.get(name, Declaration())
        if (entry.of or name) in questions and not (entry.categories or content.bare(name)):
            expected = "categories, or answers that count: per_item, or `counts: true` in a scale"
            yield Problem(file, "no categories", expected, column=f"indicators.{name}")


def _answers(content: Content, name: str) -> Mapping[str, Any]:
    """What a condition of a universe can ask of a question or, by category, of an indicator."""
    if name in content.questions:
        return content.answers(content.questions[name])
    entry = content.indicators.get(name)
    if entry is None or entry.of not in content.questions:
        return {}
    return {**dict.fromkeys(content.bare(name)), **entry.categories}
