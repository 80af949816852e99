"""How a sentence calls what it is about: categories, domain values, bases, waves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from barometer.prose.numbers import num, pct
from barometer.prose.text import Evidence, Text, together
from barometer.survey.estimates import Estimate, Estimates
from barometer.survey.survey import Survey

__all__ = ["base", "bases", "capital", "illustrative", "join", "names", "per_wave"]


def capital(text: str) -> Text:
    """Give the text a capital, for the start of a sentence."""
    told = text if isinstance(text, Text) else Text(text, "words")
    return told.retold(text[:1].upper() + text[1:])


def join(items: Sequence[str], last: str = "en") -> Text:
    """Enumerate: "a, b en c"; with semicolons where a name of three or more holds a comma.

    Decimal commas, those of "beeld-, video- en audiogeneratie" and those between quotes do not
    count. An empty enumeration reads "geen enkele". Texts keep what they stand on.
    """
    return Text(_joined(items, last), "words", items, together(items))


def _joined(items: Sequence[str], last: str) -> str:
    if not items:
        return "geen enkele"
    if len(items) == 1:
        return items[0]
    bare = [re.sub(r"‘[^’]*’", "", item) for item in items]
    if len(items) > 2 and any(re.search(r"(?<!-), ", item) for item in bare):
        return "; ".join(items[:-1]) + f"; {last} {items[-1]}"
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


def _in_sentence(label: str) -> str:
    """Drop the capital of a label, but not that of an abbreviation (ICT-beveiliging)."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _codes(item: Estimate) -> str:
    """What the codes of the domain of an estimate are called; "" where it has none."""
    domain = item.of.survey.meta.domains.get(item.domain)
    return domain.codes if domain else ""


def _name(item: Estimate | str, quoted: bool, figures: bool) -> str:
    if isinstance(item, str):
        return item
    figure = pct(item) if figures else ""
    if item.place and (codes := _codes(item)):
        name = f"‘{item.place.short}’" if quoted else item.place.name
        code = " en ".join(re.split(r"; ?", item.place.code))
        return f"{name} ({codes} {code}{figure and ': '}{figure})"
    label = item.short if item.domain == "total" else item.domain_short
    name = item.place.name if item.place else _in_sentence(label)
    return f"{name} ({figure})" if figures else name


def names(items: Iterable[Estimate | str], last: str = "en", *, figures: bool = False) -> Text:
    """Enumerate estimates by the name of their domain, or of their category at total level.

    A name of a domain with codes closes with its code, so that the "en" within "vervoer en opslag"
    cannot be taken for that of the enumeration; where one of them holds a semicolon or comma all
    are quoted. Names that end alike share the ending: "oude en nieuwe gewesten". `figures`
    adds each percentage: "hout (41,2%) en textiel (18,9%)". A ranking or selection goes along as
    the evidence for the order.
    """
    listed = list(items)
    evidence = items if isinstance(items, Evidence) else None
    kind = "names" if evidence is None else type(items).__name__.lower()
    return Text(_enumerated(listed, last, figures), kind, listed, evidence)


def _enumerated(listed: Sequence[Estimate | str], last: str, figures: bool) -> str:
    coded = [i.place.short for i in listed if not isinstance(i, str) and i.place and _codes(i)]
    quoted = any(";" in name or "," in name for name in coded)
    written = [_name(item, quoted, figures) for item in listed]
    endings = {name.rpartition(" ")[2] if name.count(" ") == 1 else "" for name in written}
    if len(written) > 1 and not coded and not figures and len(endings) == 1 and "" not in endings:
        stems = [name.rpartition(" ")[0] for name in written]
        return f"{join(stems, last)} {endings.pop()}"
    return join(written, last)


def base(estimates: Estimates) -> Text:
    """Write the base of a figure or table: "N = 1.982, ondernemingen die uitvoeren"."""
    text = f"N = {num(estimates.n)}, {estimates.universe_label}"
    return Text(text, "base", estimates.n)


def bases(estimates: Estimates) -> Text:
    """Write the base in each wave that asked: "N = 1.102 (2023) en 1.982 (2025), …"."""
    waves = estimates.survey.history().items()
    asked = {year: wave for year, wave in waves if wave.asked(estimates.id)}
    found = {year: wave[estimates.id, estimates.universe].n for year, wave in asked.items()}
    counts = [f"{num(n)} ({year})" for year, n in found.items()]
    text = f"N = {join(counts)}, {estimates.universe_label}"
    return Text(text, "base", list(found.values()))


def per_wave(survey: Survey, count: str) -> Text:
    """Write a count of the response accounting per wave: "14.274 (2021) en 9.610 (2025)"."""
    counts = {year: wave.accounting[count] for year, wave in survey.history().items()}
    text = join([f"{num(n)} ({year})" for year, n in counts.items()])
    return Text(text, "number", list(counts.values()))


def illustrative(survey: Survey) -> bool:
    """Whether the evolution is: whether this wave or an earlier one is mostly invented."""
    return any(wave.meta.illustrative for wave in survey.history().values())
