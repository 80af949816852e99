"""What the names of a wave were in the wave before, and where a definition changed.

`previous` in questionnaire.yml and wave.yml says what something was. Without it what has the same
name is the same, unless it is defined otherwise: that is a break, and nothing is compared. Whoever
writes `previous` says that it compares all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from barometer.wave.content import Condition, Question
from barometer.wave.previous import (
    Counterpart,
    Kind,
    Settings,
    all_of,
    conditions,
    named,
    stands_for,
    worded,
)
from barometer.wave.questionnaire import Indicator, Rule

#: The domain of the total, which no wave declares.
TOTAL = "total"
Filter = frozenset[tuple[str, frozenset[str], frozenset[str]]]


@dataclass(eq=False)
class Counterparts:
    """The counterparts of what is in one wave (`now`) in another one (`before`)."""

    before: Settings
    now: Settings
    _kept: dict[tuple[str, ...], Counterpart] = field(default_factory=dict, repr=False)

    def question(self, name: str) -> Counterpart:
        """The question it was; broken by the first of `changed`, unless `previous` is given."""
        return self._keep(("question", name), lambda: self._question(name))

    def _question(self, name: str) -> Counterpart:
        found = self.named(name)
        if found.declared or not found.names:
            return found
        return replace(found, broken=next(iter(self.changed(name)), None))

    def named(self, name: str) -> Counterpart:
        """The question it was by name, whatever changed."""
        own = self.now.asks.questions[name]
        return named(name, own.previous, self.before.asks.questions)

    def changed(self, name: str) -> list[Kind]:
        """What changed of a question that the wave before has: wording, who is asked, answers."""
        own = self.now.asks.questions[name]
        old = self._old(own)
        changes: dict[Kind, bool] = {
            "wording": own.label != old.label,
            "base": not self._same_base(own.asked_of, old.asked_of),
            "answers": not self._same_answers(own, old),
        }
        return [kind for kind, differs in changes.items() if differs]

    def item(self, question: Question, item: str) -> Counterpart:
        """The items it was, of the question that its question was."""
        if not self.named(question.id).names:
            return Counterpart()
        return worded(item, question.items, self._old(question).items, "wording")

    def answer(self, question: Question, answer: str) -> Counterpart:
        """The answers it was, of the question that its question was."""
        if not self.named(question.id).names:
            return Counterpart()
        found = worded(answer, question.categories, self._old(question).categories, "answers")
        return replace(found, broken=None) if self.named(question.id).declared else found

    def indicator(self, name: str) -> str | None:
        """The indicator it was, of the same question; None where the wave before lacks it."""
        question = self.now.asks.indicators[name].question.id
        source = self.named(question).names
        own = source if name == question else (name,)
        old = self.before.asks.indicators.get(own[0]) if own else None
        return old.id if old and (old.question.id,) == source else None

    def category(self, indicator: str, category: str) -> Counterpart:
        """The categories of an indicator that a category was.

        It breaks with its question, and where its answers or its rule changed. `previous` at an
        answer or a declared category speaks for that one, but not for the words of the question.
        """
        key = ("category", indicator, category)
        return self._keep(key, lambda: self._category(indicator, category))

    def _category(self, indicator: str, category: str) -> Counterpart:
        own, name = self.now.asks.indicators[indicator], self.indicator(indicator)
        if name is None:
            return Counterpart()
        question, old = self.now.asks.questions[own.question.id], self.before.asks.indicators[name]
        rule, asked = own.categories[category], self.question(question.id)
        item, _, answer = category.partition(".")
        if item in question.items and category not in question.categories:
            found = self.item(question, item)
            if answer and found.names:
                last = self.answer(question, answer)
                names = tuple(f"{a}.{b}" for a in found.names for b in last.names)
                found = replace(found, names=names)
            found = found if set(found.names) <= set(old.categories) else Counterpart()
            speaks = False
        else:
            found = named(category, rule.label.previous, old.categories)
            speaks = found.declared
        if not found.names:
            return found
        if asked.broken and not (speaks and asked.broken == "answers"):
            return replace(found, broken=asked.broken)
        if speaks or found.broken:
            return found
        then = [old.categories[name] for name in found.names]
        return (
            found if self._same_rule(own, rule, old, then) else replace(found, broken="definition")
        )

    def universe(self, name: str) -> Counterpart:
        """The universe of that name; broken where other firms are in it."""
        if name not in self.now.asks.universes or name not in self.before.asks.universes:
            return Counterpart()
        same = self._same_base(name, name)
        return Counterpart((name,), None if same else "base")

    def value(self, domain: str, value: str) -> Counterpart:
        """The values of a domain that a value was; of an indicator that divides, its categories."""
        if domain == TOTAL:
            return Counterpart((value,))
        if domain in self.now.asks.indicators and domain not in self.now.meta.domains:
            return self.category(domain, value)
        if domain not in self.now.meta.domains or domain not in self.before.meta.domains:
            return Counterpart()
        own, known = self.now.meta.domains[domain].values[value], self.before.meta.domains[domain]
        found = named(value, own.previous, known.values)
        if found.declared or not found.names or stands_for(own) == stands_for(known.values[value]):
            return found
        return replace(found, broken="redefined")

    def _keep(self, key: tuple[str, ...], find: Callable[[], Counterpart]) -> Counterpart:
        if key not in self._kept:
            self._kept[key] = find()
        return self._kept[key]

    def _old(self, question: Question) -> Question:
        return self.before.asks.questions[self.named(question.id).names[0]]

    def _same_answers(self, own: Question, old: Question) -> bool:
        """Whether each answer is one of before, and all of those are among them."""
        found = [self.answer(own, answer) for answer in own.categories]
        names = {name for each in found for name in each.names}
        return all(each.compares for each in found) and names == set(old.categories)

    def _same_rule(self, own: Indicator, rule: Rule, old: Indicator, then: Sequence[Rule]) -> bool:
        """Whether a category follows from the answers as those that it joins did."""
        if rule.union:
            parts = [self.category(own.id, part) for part in rule.union]
            return all_of(parts) == {name for each in then for name in each.union}
        question, asked = self.now.asks.questions[own.question.id], self._old(own.question)
        answers = frozenset(n for a in rule.answers for n in self.answer(question, a).names)
        counted = rule.at_least, rule.at_most, own.first_match, answers
        if {(r.at_least, r.at_most, old.first_match, r.answers) for r in then} != {counted}:
            return False
        columns = {column for each in then for column in each.columns}
        if set(rule.columns) == set(question.columns) and columns == set(asked.columns):
            return True  # of all items, however many were asked
        items = [self.item(question, c.partition(".")[2]) for c in rule.columns if "." in c]
        return all_of(items) == {column.partition(".")[2] for column in columns}

    def _same_base(self, universe: str, before: str) -> bool:
        """Whether a universe has the conditions that one of the wave before had."""
        then = conditions(self.before.asks, before)
        old = frozenset((c.of, frozenset(c.items), frozenset(c.is_)) for c in then)
        return self._translated(conditions(self.now.asks, universe)) == old

    def _translated(self, found: Iterable[Condition]) -> Filter | None:
        """Conditions in the names of the wave before; None where one of them has none there."""
        result = set()
        for condition in found:
            if condition.of in self.now.asks.questions:
                asked = self.now.asks.questions[condition.of]
                name = self.question(condition.of)
                of = name.names[0] if name.compares else None
                answers = [self.answer(asked, a) for a in condition.is_]
                items = all_of(self.item(asked, i) for i in condition.items)
            else:
                of = self.indicator(condition.of)
                answers = [self.category(condition.of, c) for c in condition.is_]
                items = set()
            names = all_of(answers)
            if of is None or names is None or items is None:
                return None
            result.add((of, frozenset(items), frozenset(names)))
        return frozenset(result)
