"""Percentages that lack their noun, the thing that they are a part of."""

from __future__ import annotations

import re

NUMBER = r"\d[\d.]*(?:,\d+)?%°?"
BRACKETS = re.compile(r"\s*\([^()]*\)")
# What a percentage is of, or what is measured in percent.
OF = re.compile(
    r"\b[Vv]an (?:de|het|alle|al|deze|die|dat|wie|hen|hun|haar|zijn|ons|onze|beide|zulke|een|elke"
    r"|Vlaamse|[a-z-]*ondernemingen|degenen|respondenten|antwoorden)\b"
    r"|\b[Oo]nder (?:de|hen|die)\b"
    r"|\b(?:[Aa]andeel|aandelen|\w*graad|percentages?|niveau|marges?|gemiddelde|interval|cijfers?"
    r"|mediaan|kans|stijging|daling|toename|afname|potentieel|respons|totaal|schatting|procent)\b"
)
FINITE = (
    r"heeft|hebben|gebruikt|gebruiken|zet|zetten|doet|doen|is|zijn|was|waren|had|hadden|investeerde"
    r"|investeerden|investeert|investeren|kent|kennen|ziet|zien|zag|zagen|meldt|melden|meldde|geeft"
    r"|geven|gaf|wil|willen|plant|plannen|verwacht|verwachten|voorziet|voorzien|laat|laten|noemt"
    r"|noemen|ervaart|ervaren|ondervindt|ondervinden|experimenteert|experimenteren|leverde|leverden"
    r"|past|passen|werkt|werken|ontwikkelt|ontwikkelen|organiseert|biedt|bieden|mist|missen|weet"
    r"|weten|stelt|stellen|vindt|vinden|neemt|nemen|koopt|kopen|schaft|besteedt|besteden|verhoogde"
    r"|verhoogden|vermeldt|haalt|halen|zegt|zeggen|antwoordde|antwoordden"
)
ABOUT = r"(?: (?:al|nog|maar|slechts|ook|telkens|ruim|bijna|zelfs))*"
ER = re.compile(rf"\ber{ABOUT} {NUMBER}(?! van\b)")
BEHIND = re.compile(rf"(?<!\w)(?:{FINITE}){ABOUT} {NUMBER}")
BEFORE = re.compile(rf"(\w+ )?{NUMBER} (?:{FINITE})\b")
# "Dat is 32,1%", "toen het 32,1% was": what was counted has been named before
ECHO = re.compile(
    rf"\b(?:[Hh]et|[Dd]at|[Dd]it)"
    rf"(?: (?:is|was|wordt|werd){ABOUT} {NUMBER}|{ABOUT} {NUMBER} (?:is|was)\b)"
)
PREPOSITIONS = {"bij", "voor", "aan", "met", "van", "op", "in", "tot", "naar", "tegenover", "door"}


def outside_brackets(text: str) -> str:
    """A sentence without what stands in brackets: there a percentage needs no noun."""
    return BRACKETS.sub("", text)


def unanchored(text: str) -> bool:
    """Whether a sentence has a percentage and names nothing that it could be of."""
    text = outside_brackets(text)
    return bool(re.search(NUMBER, text)) and not OF.search(text)


def bare(text: str) -> str:
    """The percentage that does something by itself, with the word beside it; empty if none."""
    text = ECHO.sub("", outside_brackets(text))
    if found := ER.search(text):
        return found.group()
    if OF.search(text):
        return ""
    if found := BEHIND.search(text):
        return found.group()
    for found in BEFORE.finditer(text):
        if (found.group(1) or "").strip().lower() not in PREPOSITIONS:
            return found.group()
    return ""
