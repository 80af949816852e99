"""The annexes: every heading of a quality report, and a word list that knows the questionnaire."""

from __future__ import annotations

import re

import yaml

from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA, ROOT

#: Eurostat, Single Integrated Metadata Structure 2.0: the headings at its first level, in order.
SIMS = {
    "Contact": "Contactgegevens",
    "Metadata update": "Bijwerking van de metagegevens",
    "Statistical presentation": "Statistische presentatie",
    "Unit of measure": "Meeteenheid",
    "Reference period": "Referentieperiode",
    "Institutional mandate": "Institutioneel mandaat",
    "Confidentiality": "Vertrouwelijkheid",
    "Release policy": "Verspreidingsbeleid",
    "Frequency of dissemination": "Frequentie van verspreiding",
    "Accessibility and clarity": "Toegankelijkheid en duidelijkheid",
    "Quality management": "Kwaliteitsbeheer",
    "Relevance": "Relevantie",
    "Accuracy and reliability": "Nauwkeurigheid en betrouwbaarheid",
    "Timeliness and punctuality": "Actualiteit en stiptheid",
    "Coherence and comparability": "Coherentie en vergelijkbaarheid",
    "Cost and burden": "Kosten en lasten",
    "Data revision": "Herziening van gegevens",
    "Statistical processing": "Statistische verwerking",
    "Comment": "Opmerkingen",
}
QUALITY = (ROOT / "chapters" / "08-kwaliteitsrapport.qmd").read_text(encoding="utf-8")
WORDS = (ROOT / "chapters" / "10-woordenlijst.qmd").read_text(encoding="utf-8")
TERMS = re.findall(r"^(.+)\n:   ", WORDS, re.MULTILINE)


def test_the_quality_report_has_every_heading_in_order() -> None:
    found = re.findall(r"^## (S\.\d+) (.+?) \{", QUALITY, re.MULTILINE)
    assert found == [(f"S.{n}", name) for n, name in enumerate(SIMS.values(), 1)]


def test_every_heading_says_something_in_every_edition() -> None:
    """Below each stands a sentence that is under no condition."""
    for part in re.split(r"^## ", QUALITY, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        plain = re.sub(r"^(:{3,}) \{.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
        assert re.search(r"[a-z)`]\.$", plain, re.MULTILINE), heading


def test_every_technology_is_a_term() -> None:
    """Of each wave, by the name that figures and tables give it."""
    for year in (2021, 2022, 2023, 2025):
        asks = read_questionnaire(DATA / str(year) / "questionnaire.yml")
        items = asks.questions["technology_use"].items.values()
        assert [item.short for item in items if item.short not in TERMS] == []


def test_terms_stand_in_order_and_once() -> None:
    """Word by word, as in a dictionary."""
    words = [re.findall(r"[a-z]+", term.lower()) for term in TERMS]
    assert words == sorted(words)
    assert len(set(TERMS)) == len(TERMS)
    assert len(TERMS) >= 30


def test_terms_of_what_a_wave_did_not_ask_are_not_in_its_list() -> None:
    """Generative AI, shadow AI and the AI Act stand under the question they come from."""
    conditions = dict(re.findall(r'^::: \{\.asked of="([\w. ]+)"\}\n(.+)\n', WORDS, re.MULTILINE))
    known = yaml.safe_load((DATA / "2021" / "questionnaire.yml").read_text("utf-8"))["questions"]
    terms = {term for name, term in conditions.items() if name.partition(".")[0] not in known}
    assert terms >= {"AI Act", "AI-geletterdheid", "Kenniskloof", "Shadow AI"}
