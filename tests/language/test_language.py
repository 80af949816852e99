"""The Dutch of the report, in each wave: spelling, and the rules of style that are hard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from barometer.project import waves
from tests.helpers import DATA
from tests.language.passages import Passage, Sentence, passages, sentences, split
from tests.language.spelling import WORD_LIST, suggested, unknown, word_list
from tests.language.style import (
    HARD,
    LONG_SHARE,
    MEAN_WORDS,
    SHORT_SHARE,
    SOFT,
    Context,
    findings,
    rhythm,
)
from tests.language.wave_text import WaveText, read_waves
from tests.report.reading import reader

YEARS = waves(DATA)


@pytest.fixture(scope="module")
def texts() -> Iterator[dict[int, WaveText]]:
    """What each wave says."""
    with pytest.MonkeyPatch.context() as patch:
        yield {wave.year: wave for wave in read_waves(reader(patch))}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.usefixtures("hunspell")
def test_every_word_is_spelled_as_a_dictionary_or_the_list_has_it(
    year: int, texts: dict[int, WaveText]
) -> None:
    wave = texts[year]
    assert "\n".join(map(str, unknown((*wave.passages, *wave.labels), word_list()))) == ""


@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_written_that_a_hard_rule_of_style_finds(
    year: int, texts: dict[int, WaveText]
) -> None:
    wave = texts[year]
    assert "\n".join(map(str, findings(HARD, wave.sentences, wave.context))) == ""


@pytest.mark.parametrize(
    ("year", "said", "unsaid"),
    [
        (
            2021,
            ["ondernemingen in de steekproef zijn per e-mail uitgenodigd", "op het e-mailadres"],
            ["per brief", "bleef de keuze ongewijzigd", "Niet alle metingen bestrijken"],
        ),
        (
            2022,
            ["die van 2021 telde er negen, deze elf", "er was er maar één"],
            ["per brief", "bleef de keuze ongewijzigd", "die toen al bevraagd werden"],
        ),
        (
            2023,
            ["Vlaamse overheid, de kennistekorten en het budget voor AI.", "op het e-mailadres"],
            ["per brief", "die toen al bevraagd werden"],
        ),
        (
            2025,
            [
                "per brief uitgenodigd",
                "daarna bleef de keuze ongewijzigd",
                "die van 2021 telde er negen, deze elf",
                "die toen al bevraagd werden",
                "en de kennis en de gevolgen van de AI Act.",
            ],
            ["op het e-mailadres", "er was er maar één"],
        ),
    ],
)
def test_a_wave_tells_how_it_was_made_and_what_it_is_compared_with(
    year: int, said: list[str], unsaid: list[str], texts: dict[int, WaveText]
) -> None:
    text = texts[year].reading.text
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


@pytest.mark.parametrize("year", YEARS)
def test_sentences_vary_in_length(year: int, texts: dict[int, WaveText]) -> None:
    read = rhythm(texts[year].sentences)
    assert read.count > 200, "most of the report was not read"
    assert MEAN_WORDS[0] <= read.mean <= MEAN_WORDS[1]
    assert read.short <= SHORT_SHARE
    assert read.long <= LONG_SHARE


def prose(*texts: str, kind: str = "prose", together: bool = True) -> list[Sentence]:
    """Sentences of a chapter, one a line, in one paragraph or each in its own."""
    lines = [
        Passage("a.qmd", i, text, kind, "nl", 0 if together else i) for i, text in enumerate(texts)
    ]
    return list(sentences(lines))


CONTEXT = Context(("de horeca", "de bouwnijverheid"), ("Horeca", "Bouwnijverheid"), ("10-33",))


def rules_that_find(*texts: str, together: bool = True) -> set[str]:
    found = findings(HARD | SOFT, prose(*texts, together=together), CONTEXT)
    return {finding.rule for finding in found}


@pytest.mark.parametrize(
    "sentence",
    [
        "In de horeca gebruikt er 80,8% taal- en codegeneratie.",
        "Voor de AI-geletterdheid investeerde 29,7%.",
        "In de horeca heeft al 45,4% geen plannen.",
        "Daarvan weten we meer: 45,4% heeft een budget.",
        "Over privacy is 47,3% bezorgd.",
    ],
)
def test_a_percentage_without_a_noun_is_found(sentence: str) -> None:
    assert "percentage without noun" in rules_that_find(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Van de ondernemingen in de horeca gebruikt 80,8% AI.",
        "Met AI leest 41,2% (± 2,2) van de ondernemingen tekst; 47,6% laat AI schrijven.",
        "Bij 28,4% neemt het management het voortouw.",
        "Het aandeel met tekstanalyse is 13,7%.",
        "Er is een verschil van 3% van de ondernemingen.",
        "Dat was 32,1%, toen het nog 25,5% was.",
        "Dat is in de horeca het geval (heeft 45,4%).",
    ],
)
def test_a_percentage_with_its_noun_is_left_alone(sentence: str) -> None:
    assert "percentage without noun" not in rules_that_find(sentence)


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("forbidden word", "Elke AI-gebruiker telt.", "Elke onderneming met AI telt."),
        ("forbidden word", "Voor bedrijven telt dat.", "De bedrijfsvoering telt."),
        ("forbidden word", "Zie *Vlaamse bedrijven*.", "Zie *Deze lijst van Vlaamse bedrijven*."),
        ("forbidden word", "De impact is groot.", "Het effect is groot."),
        ("sector in quotes", "In 'bouwnijverheid' is dat.", "In de bouwnijverheid is dat 'zo'."),
        ("sector in quotes", "In ‘De horeca’ is dat zo.", "In de horeca is dat zo."),
        ("double brackets", "Zo is het (35,8%) (@tbl-x).", "Zo is het (35,8%), zegt @tbl-x (nu)."),
        ("double brackets", "Dat (in de horeca (35,8%)) is.", "Dat komt voor (35,8%)."),
        ("code in text", "In NACE 10-33 is dat zo.", "Met 10-49 werknemers is dat zo."),
        ("code in text", "Het hoogst ligt het in 10-33.", "In 2010-33 was het 10-33%."),
        ("sector that acts", "De horeca gebruikt dat.", "Wie in de horeca werkt, gebruikt dat."),
        ("percentage of what?", "Het gaat om 35,8%.", "Het gaat om 35,8% van de ondernemingen."),
    ],
)
def test_a_rule_finds_what_is_wrong_and_nothing_else(rule: str, wrong: str, right: str) -> None:
    assert rule in rules_that_find(wrong)
    assert rule not in rules_that_find(right)


def test_three_openings_alike_are_a_template_and_two_are_a_contrast() -> None:
    one, two, three = (f"Het hoogst ligt dat aandeel in sector {x}." for x in "abc")
    assert "three openings alike" in rules_that_find(one, two, three)
    assert "three openings alike" not in rules_that_find(one, two, "Verder is er niets.", three)


def test_an_opening_that_returns_is_listed() -> None:
    often = ["Het hoogst ligt het hier.", "Toch is dat zo."] * 5
    assert "frequent opening" in rules_that_find(*often)
    assert "frequent opening" not in rules_that_find(*often[:6])


def test_one_dus_a_page() -> None:
    assert "too many 'dus'" not in rules_that_find("Dat is dus zo.", "Dit is ook zo.")
    assert "too many 'dus'" in rules_that_find("Dat is dus zo.", "Dit is dus ook zo.")
    assert "too many 'dus'" not in rules_that_find("Dat is dus zo, " + "heel erg " * 150 + "dus.")


def test_paragraphs_of_one_sentence_in_series_are_listed() -> None:
    each = ["De ene zegt dit.", "De andere zegt dat.", "De derde zegt niets."]
    assert "paragraphs of one sentence" in rules_that_find(*each, together=False)
    assert "paragraphs of one sentence" not in rules_that_find(*each)


def test_rhythm_counts_whole_sentences_of_running_text() -> None:
    long = "**Kop.** Hier staan er zeker " + "heel " * 36 + "veel."
    text = prose("Dit zijn vier woorden.", long, "Los woord")
    read = rhythm([*text, *prose("Een noot telt niet mee.", kind="note")])
    assert (read.count, read.mean, read.short, read.long) == (2, 22.5, 0.5, 0.5)


def test_sentences_end_at_a_full_stop_but_not_behind_an_abbreviation() -> None:
    first, second, third = split("Dat is o.a. Brussel. In 2025 was dat 9.610. Zie J. Peeters.")
    assert first == "Dat is o.a. Brussel."
    assert second == "In 2025 was dat 9.610."
    assert third == "Zie J. Peeters."


MARKDOWN = """---
title: Rapport
---
# Kop een {#sec-een}

Een zin met *nadruk*.[^a]
Nog een zin.

[^a]: Standaert, T. & Evens, T. (2024). *A title of five words*. Zoekk.

- **Punt.**
  Vervolg.

::: {lang="en-GB"}
A sentence.
:::

::: {#fig-x}

Titel. In %.
:::

Term
:   Uitleg."""


def test_passages_know_what_kind_of_text_they_are() -> None:
    numbered = [("a.qmd", i, line) for i, line in enumerate(MARKDOWN.splitlines(), 1)]
    found = list(passages(numbered))
    assert [(p.kind, p.text.split()[0]) for p in found] == [
        ("heading", "Kop"),
        ("prose", "Een"),
        ("prose", "Nog"),
        ("note", "Standaert,"),
        ("item", "**Punt.**"),
        ("item", "Vervolg."),
        ("prose", "A"),
        ("caption", "Titel."),
        ("prose", "Term"),
        ("definition", "Uitleg."),
    ]
    assert [p.text for p in found if p.language == "en"] == ["A sentence."]
    assert found[1].paragraph == found[2].paragraph != found[3].paragraph
    assert found[0].place == "a.qmd:4"


def misspelled(text: str, language: str = "nl") -> list[str]:
    listed = ["AI", "adoptiemodel", "shadow AI"]
    return [u.word for u in unknown([Passage("a.qmd", 7, text, "prose", language, 0)], listed)]


@pytest.mark.usefixtures("hunspell")
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("De onderneminggen gebruiken het.", ["onderneminggen"]),
        ("AI-technologieën en AI-tegnologie, micro- en kleine ondernemingen.", ["AI-tegnologie"]),
        ("Adoptiemodel en shadow AI, niet shadow.", ["shadow"]),
        ("Dat heet *random hot deck*, niet random guessing.", ["guessing"]),
        ("Zie [de site](https://fouut.be) of `foutt` op fouut.be/pagina en in @fig-fouut.", []),
        ("Standaert, T. & Evens, T. (2024). *A title*. Zoekk.", []),
        ("Zo'n risico's, foto’s en 9.610 euro's.", []),
        ('Het [quality report]{lang="en-GB"} is goed.', []),
    ],
)  # fmt: skip
def test_misspelled_words_are_found_and_others_left_alone(text: str, wrong: list[str]) -> None:
    assert misspelled(text) == wrong


@pytest.mark.usefixtures("hunspell")
def test_english_text_is_held_against_the_english_dictionary() -> None:
    text = "Firms organise the behaviour of their behavior."
    assert misspelled(text, language="en") == ["behavior"]


@pytest.mark.usefixtures("hunspell")
def test_an_unknown_word_comes_with_place_and_suggestions() -> None:
    (word,) = unknown([Passage("a.qmd", 7, "De ondernemimg.", "prose", "nl", 0)], [])
    assert str(word).startswith("a.qmd:7: found 'ondernemimg'")
    assert "onderneming" in suggested("ondernemimg", "nl")


def test_the_word_list_is_sorted_within_its_groups() -> None:
    groups = WORD_LIST.read_text(encoding="utf-8").split("\n\n")
    for group in groups:
        words = [line for line in group.splitlines() if line and not line.startswith("#")]
        assert words == sorted(words)
    assert len(set(word_list())) == len(word_list())
