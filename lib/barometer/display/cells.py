"""What figures and tables call the values of a domain, and how a cell writes an estimate."""

from __future__ import annotations

import re

from barometer.display.block import REVISED, WITHHELD
from barometer.prose.numbers import UNRELIABLE, num
from barometer.survey.estimates import Estimate
from barometer.survey.survey import TOTAL
from barometer.wave.meta import Domain

#: The column with the codes of a domain, beside the names.
CODE = "code"


def definition(domain: Domain, value: str) -> str:
    """What the full name of a domain value adds to its short one: the limits of a class of size.

    Nothing where it says the same in more words ("Provincie Antwerpen"), nor where a code does.
    """
    found = domain.values[value]
    says_the_same = found.short.lower() in found.label.lower()
    return "" if domain.codes or says_the_same else found.label


def named(domain: Domain, value: str) -> tuple[str, str]:
    """What a row of a domain value starts with: its name and its code; the total has no code."""
    if value not in domain.values:
        return TOTAL, ""
    return domain.values[value].short, domain.values[value].code


def heading(domain: Domain, value: str) -> str:
    """The head of a domain value's column: its code, and on a line of its own what defines it."""
    return "\n".join(filter(None, [domain.values[value].code, definition(domain, value)]))


def slug(label: str) -> str:
    """A label as part of a file's name."""
    return re.sub(r"\W+", "-", label.lower())


def cell(e: Estimate) -> str:
    """Write an estimate to one decimal; with the marks of its flags, or that it is withheld."""
    if e.flag == "c":
        return WITHHELD
    return num(e, 1) + marks(e)


def marks(e: Estimate) -> str:
    """What tells that an estimate is unreliable or was revised; nothing where it is withheld."""
    if e.flag == "c":
        return ""
    return (UNRELIABLE if e.flag == "u" else "") + (REVISED if e.revised else "")
