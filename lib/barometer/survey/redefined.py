"""What has the name that it had in the wave before, and is something else there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from barometer.survey.shift import Found, Moved
from barometer.survey.survey import Survey
from barometer.wave.content import Label
from barometer.wave.questionnaire import Indicator, Questionnaire, Rule


def redefined(before: Survey, now: Survey) -> Iterator[Found]:
    """Find definitions and names that differ: of indicators, universes, questions and domains.

    What only one of the waves has, such as a new item, does not count; nor does what `previous`
    tells of.
    """
    then, own = before.questionnaire, now.questionnaire
    yield "definition", [Moved(name) for name in _definitions(then, own)], None
    yield "label", [Moved(name) for name in _differing(_labels(then), _labels(own))], None
    yield "domain", [Moved(name) for name in _differing(_values(before), _values(now))], None
    kept = {name for name, question in then.questions.items() if not question.reported}
    opened = [n for n, question in own.questions.items() if question.reported and n in kept]
    yield "reported", [Moved(name) for name in opened], None


def _definitions(then: Questionnaire, own: Questionnaire) -> Iterator[str]:
    columns = frozenset(then.columns) & frozenset(own.columns)
    for name, indicator in own.indicators.items():
        earlier = then.indicators.get(name)
        if earlier is None or indicator.question.previous is not None:
            continue
        if (indicator.exclusive, indicator.first_match) != (earlier.exclusive, earlier.first_match):
            yield name
        common = indicator.categories.keys() & earlier.categories.keys()
        for category in (c for c in indicator.categories if c in common):
            rules = (_rule(wave, category, columns) for wave in (indicator, earlier))
            if _untold(indicator.categories[category].label) and len({*rules}) > 1:
                yield f"{name}.{category}"
    for name, universe in own.universes.items():
        if name in then.universes:
            known = then.universes[name]
            if (universe.all_of, universe.complement_of) != (known.all_of, known.complement_of):
                yield f"universe {name}"


def _rule(indicator: Indicator, category: str, columns: frozenset[str]) -> tuple[object, ...]:
    """What a category is, as far as both waves have the columns."""
    rule: Rule = indicator.categories[category]
    most = len(rule.columns) if rule.at_most is None else rule.at_most
    every = most >= len(rule.columns)
    return (
        frozenset(rule.columns) & columns,
        rule.answers,
        rule.at_least,
        None if every else most,
        frozenset(rule.union),
        rule.complement_of,
    )


def _labels(asks: Questionnaire) -> dict[str, object]:
    """What questions, items, answers and categories are called."""
    found: dict[str, object] = {}
    for name, question in asks.questions.items():
        if question.previous is not None:
            continue
        found[name] = question.label
        parts: Mapping[str, Label] = {**question.items, **question.categories}
        found |= {f"{name}.{p}": _called(label) for p, label in parts.items() if _untold(label)}
    for name, indicator in asks.indicators.items():
        for category, rule in indicator.categories.items():
            if indicator.question.previous is None and _untold(rule.label):
                found.setdefault(f"{name}.{category}", _called(rule.label))
    return found


def _called(label: Label) -> tuple[str, str]:
    return label.label, label.short


def _untold(label: Label) -> bool:
    """Whether nothing says what it was before."""
    return label.previous is None


def _values(survey: Survey) -> dict[str, object]:
    return {
        f"{name}.{value.id}": (value.label, value.short, value.name, value.code)
        for name, domain in survey.meta.domains.items()
        for value in domain.values.values()
        if value.previous is None
    }


def _differing(then: Mapping[str, object], own: Mapping[str, object]) -> Iterator[str]:
    return (name for name, value in own.items() if name in then and then[name] != value)
