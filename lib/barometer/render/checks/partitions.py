"""Which categories exclude each other and leave nobody out, as the questionnaire says it."""

from __future__ import annotations

from collections import defaultdict

from barometer.wave.questionnaire import Indicator, Questionnaire, Rule


def partitions(indicator: Indicator) -> list[list[str]]:
    """The sets of categories of which every respondent who was asked is in exactly one.

    The answers to a column, where each is a category; numbers of answers that run without a gap
    from none to all; and rules of which the first that holds counts, where one always does.
    """
    answers = set(indicator.question.categories)
    rules = {name: rule for name, rule in indicator.categories.items() if not rule.union}
    columns: dict[tuple[str, ...], list[str]] = defaultdict(list)
    counts: dict[tuple[tuple[str, ...], frozenset[str]], list[str]] = defaultdict(list)
    for name, rule in rules.items():
        if len(rule.columns) == len(rule.answers) == rule.at_least == 1:
            columns[rule.columns].append(name)
        counts[rule.columns, rule.answers].append(name)
    if indicator.first_match:
        plain = all(rule.at_least == 1 and rule.at_most is None for rule in rules.values())
        given = set().union(*(rule.answers for rule in rules.values()))
        same = len({rule.columns for rule in rules.values()}) == 1
        return [list(rules)] if plain and same and given == answers else []
    found = [
        names
        for names in columns.values()
        if sorted(answers) == sorted(answer for name in names for answer in rules[name].answers)
    ]
    return found + [
        names
        for names in counts.values()
        if len(names) > 1 and _runs_through([rules[name] for name in names])
    ]


def _runs_through(rules: list[Rule]) -> bool:
    """Whether numbers of answers follow each other from 0 to the number of columns."""
    following = 0
    for rule in sorted(rules, key=lambda rule: rule.at_least):
        if rule.at_least != following:
            return False
        following = 1 + (len(rule.columns) if rule.at_most is None else rule.at_most)
    return following > len(rules[0].columns)


def asked_all(questionnaire: Questionnaire, universe: str, asked_of: str) -> bool:
    """Whether a universe lies within that of a question: it asks for it, or that asks nothing."""
    if universe == asked_of or not questionnaire.universes[asked_of].all_of:
        return True
    parts = [c.universe for c in questionnaire.universes[universe].all_of if c.universe]
    return any(asked_all(questionnaire, part, asked_of) for part in parts)
