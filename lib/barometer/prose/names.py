"""How a sentence calls what it is about: categories, domain values, bases, waves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from barometer.errors import BarometerError
from barometer.prose.languages import DUTCH, ENGLISH, Language
from barometer.prose.numbers import num, pct
from barometer.prose.text import Evidence, Text, together
from barometer.survey.estimates import Absent, Estimate, Estimates, absent
from barometer.survey.matching import through_waves
from barometer.survey.survey import Survey

__all__ = [
    "base",
    "bases",
    "capital",
    "definitions",
    "join",
    "made_of",
    "names",
    "per_wave",
]


def capital(text: str) -> Text:
    """Give the text a capital, for the start of a sentence."""
    told = text if isinstance(text, Text) else Text(text, "words")
    return told.retold(text[:1].upper() + text[1:])


def join(items: Sequence[str], last: str = "", *, language: Language = DUTCH) -> Text:
    """Enumerate: "a, b en c"; with semicolons where a name of three or more holds a comma.

    Decimal commas and those of "beeld-, video- en audiogeneratie" do not count. An empty
    enumeration reads "geen enkele". `last`: the word before the last one. Texts keep what they
    stand on.
    """
    return Text(_joined(items, last, language), "words", items, together(items))


def _joined(items: Sequence[str], last: str, language: Language) -> str:
    last = last or language.joint
    if not items:
        return language.nobody
    if len(items) == 1:
        return items[0]
    if len(items) > 2 and any(re.search(r"(?<!-), ", item) for item in items):
        return "; ".join(items[:-1]) + f"; {last} {items[-1]}"
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


def _in_sentence(label: str) -> str:
    """Drop the capital of a label, but not that of an abbreviation (ICT-beveiliging)."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _name(item: Estimate | str, language: Language) -> str:
    if isinstance(item, str):
        return item
    if language is ENGLISH:
        return _english_name(item)
    label = item.short if item.domain == "total" else item.domain_short
    return item.place.name if item.place else _in_sentence(label)


def _english_name(e: Estimate) -> str:
    """What the wave calls it in English; BarometerError where it does not say.

    In a tolerant survey it then has no name.
    """
    if isinstance(e, Absent):
        return ""
    questionnaire, file = e.of.survey.questionnaire, e.of.survey.questionnaire.file
    if e.place:
        found, file, key = e.place.english, "wave.yml", f"{e.domain}.{e.domain_value}"
    elif e.domain == "total":
        found, key = (
            e.of.indicator.categories[e.category].label.english,
            f"{e.question}.{e.category}",
        )
    else:
        rule = questionnaire.indicator(e.domain).categories[e.domain_value]
        found, key = rule.label.english, f"{e.domain}.{e.domain_value}"
    if not found and not e.of.survey.tolerant:
        raise BarometerError(
            f"{file} of {e.year}: found no `english` for {key} ({_name(e, DUTCH)}); expected its "
            "name in English running text, for the English summary names it"
        )
    return found


def names(
    items: Iterable[Estimate | str],
    last: str = "",
    *,
    figures: bool = False,
    language: Language = DUTCH,
) -> Text:
    """Enumerate estimates by the name of their domain, or of their category at total level.

    Names that end alike share the ending: "oude en nieuwe gewesten", "stads- en oude gewesten".
    `figures` adds each percentage: "hout (41,2%) en textiel (18,9%)". A ranking or selection goes
    along as the evidence for the order.
    """
    listed: list[Estimate | str] = list(items)
    evidence = items if isinstance(items, Evidence) else None
    kind = "names" if evidence is None else type(items).__name__.lower()
    written = named = [_name(item, language) for item in listed]
    if figures:
        written = [
            name if isinstance(item, str) else f"{name} ({pct(item, language=language)})"
            for name, item in zip(written, listed, strict=True)
        ]
    given = zip(listed, named, strict=True)
    nameless = [absent(e) for e, name in given if isinstance(e, Estimate) and not name]
    return Text(_joined(_shared(written), last, language), kind, [*listed, *nameless], evidence)


def _shared(written: Sequence[str]) -> list[str]:
    """Names of two words, or two parts with a hyphen, without what the last of them ends in too."""
    parts = [re.fullmatch(r"([^ -]+)([ -])([^ -]+)", name) for name in written]
    if len({part[3] if part else "" for part in parts}) != 1 or not all(parts):
        return list(written)
    return [*(f"{part[1]}{part[2].strip()}" for part in parts[:-1] if part), *written[-1:]]


def made_of(estimate: Estimate) -> list[Estimate]:
    """The items of a question that a category counts: text, sound and image of "any of these".

    Each as the indicator named after the question has it.
    """
    rule = estimate.of.indicator.categories[estimate.category]
    question = estimate.of.indicator.question.id
    items = estimate.of.survey[question, estimate.universe]
    return [items[column.partition(".")[2]] for column in rule.columns]


def definitions(survey: Survey, domain: str) -> Text:
    """Enumerate the values of a domain with their full name: "kleine zaken (10 tot 49 mensen) …".

    For where a text first speaks of them. BarometerError for an unknown domain.
    """
    values = survey.meta.domain(domain, "definitions").values.values()
    return join([f"{value.name} ({value.label})" for value in values])


def base(estimates: Estimates) -> Text:
    """Write the base of a figure or table: "N = 1.982, ondernemingen die uitvoeren"."""
    text = f"N = {num(estimates.n)}, {estimates.universe_label}"
    return Text(text, "base", estimates.n)


def bases(estimates: Estimates) -> Text:
    """Write the base in each wave that asked: "N = 1.102 (2023) en 1.982 (2025), …"."""
    asked = through_waves(estimates) if estimates.survey.asked(estimates.id) else {}
    found = {year: each.n for year, each in asked.items()}
    counts = [f"{num(n)} ({year})" for year, n in found.items()]
    text = f"N = {join(counts)}, {estimates.universe_label}"
    return Text(text, "base", list(found.values()))


def per_wave(survey: Survey, count: str) -> Text:
    """Write a count of the response accounting per wave: "14.274 (2021) en 9.610 (2025)"."""
    counts = {year: wave.accounting[count] for year, wave in survey.history().items()}
    text = join([f"{num(n)} ({year})" for year, n in counts.items()])
    return Text(text, "number", list(counts.values()))
