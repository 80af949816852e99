"""Style: what an editor marks in Dutch text, found by rules that a machine can hold to.

HARD rules are right nearly always: what they find fails the test. SOFT ones find what may be
meant so; `make language` lists it. A rule gives the sentences it finds, each with what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from tests.language.passages import Sentence, by_chapter, grouped
from tests.language.percentages import FINITE, bare, outside_brackets, unanchored

#: The editor found the first edition staccato with 13% of the sentences at eight words or fewer.
SHORT_WORDS, SHORT_SHARE = 8, 0.10
#: Nobody keeps hold of forty words; where the law is explained one sentence may need them.
LONG_WORDS, LONG_SHARE = 40, 0.05
#: What Flemish newspapers and Statbel write lies in between.
MEAN_WORDS = 13, 22
#: Two alike may be a contrast ("Van de … Van de …"); three are a template.
ALIKE = 3
#: From this many on, and a tenth of a chapter, readers notice that sentences open alike.
OPENINGS, OPENINGS_SHARE = 5, 0.1
#: "dus" at most once a page of running text beside a figure, or in a shorter chapter.
WORDS_PER_DUS = 150
#: One paragraph of one sentence is an emphasis, three in a row are a list.
SINGLES = 3

FORBIDDEN = {
    r"AI-gebruikers?\b": "ondernemingen met AI",
    r"\b[Nn]iet-(?:AI-)?gebruikers?\b": "ondernemingen zonder AI",
    r"\b(?:[Mm]icro)?[Bb]edrij(?:f|ven)\b": "onderneming(en)",
    r"\b[Ii]mpact\b": "effect(en)",
    r"\b[Kk]lantendienst\b": "dienstverlening aan klanten",
}


@dataclass(frozen=True)
class Context:
    """What the wave calls its sectors: names in running text, labels, and codes."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What a rule found: the sentence, what is wrong, and what was expected."""

    rule: str
    sentence: Sentence
    problem: str

    def __str__(self) -> str:
        return f"{self.sentence.passage.place}: {self.problem}\n    {self.sentence.text}"


Rule = Callable[[Sequence[Sentence], Context], Iterator[tuple[Sentence, str]]]


def forbidden_words(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """Words for which the report has another, one term per concept."""
    for sentence in text:
        for pattern, instead in FORBIDDEN.items():
            if found := re.search(pattern, sentence.text):
                yield sentence, f"found '{found.group()}'; expected {instead}"


def quoted_sectors(text: Sequence[Sentence], context: Context) -> Iterator[tuple[Sentence, str]]:
    """A sector in quotes: a label that a programme put there."""
    known = {name.lower() for name in (*context.names, *context.labels)}
    known |= {name.split(" ", 1)[-1] for name in known if name.startswith(("de ", "het "))}
    for sentence in text:
        for quoted in re.findall(r"[‘'\"“]([^‘'\"“”]+)['\"”]", sentence.text):
            if quoted.lower() in known:
                yield sentence, f"found '{quoted}' in quotes; expected its name with article"


def double_brackets(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """Brackets behind or within brackets."""
    for sentence in text:
        if re.search(r"\)[°,]? ?\(", sentence.text):
            yield sentence, "found two brackets in a row; expected the table or figure as subject"
        elif re.search(r"\([^()]*\([^()]*\)[^()]*\)", sentence.text):
            yield sentence, "found brackets within brackets; expected one pair"


def codes_in_text(text: Sequence[Sentence], context: Context) -> Iterator[tuple[Sentence, str]]:
    """Codes of a classification; they belong in tables and in the appendix."""
    codes = "|".join(map(re.escape, context.codes))
    pattern = re.compile(rf"\bNACE \d[\d.;-]*|(?<![\w,.-])(?:{codes})(?![\w%,-])(?! werknemers)")
    for sentence in text:
        if found := pattern.search(sentence.text) if codes else None:
            yield sentence, f"found the code {found.group()}; expected the name of the sector"


def bare_percentages(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """A percentage that does something by itself: "gebruikt er 80,8%", "investeerde 29,7%"."""
    for sentence in text:
        if found := bare(sentence.text):
            yield sentence, f"found '{found}'; expected its noun, as in '% van de ondernemingen'"


def openings_in_a_row(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """Three sentences in a row that open with the same two words."""
    for run in _alike(text):
        if len(run) >= ALIKE:
            both = opening(run[0])
            yield run[ALIKE - 1], f"found {len(run)} sentences in a row that open with '{both}'"


def too_many_dus(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """More than one "dus" per page of a chapter."""
    for sentences in by_chapter(text).values():
        said = [s for s in sentences if re.search(r"\bdus\b", s.text, re.IGNORECASE)]
        words = sum(len(s.words) for s in sentences)
        if len(said) > max(1, words // WORDS_PER_DUS):
            yield said[-1], f"found 'dus' {len(said)} times in {words} words; expected other words"


def running(text: Sequence[Sentence]) -> list[Sentence]:
    """The whole sentences that are read from start to end: no footnotes, definitions, headings."""
    return [
        sentence
        for sentence in text
        if sentence.passage.kind in ("prose", "item") and sentence.text.endswith((".", "?", "!"))
    ]


def frequent_openings(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """An opening that returns throughout a chapter."""
    for sentences in by_chapter(running(text)).values():
        counts = Counter(map(opening, sentences))
        for words, count in counts.items():
            if count >= max(OPENINGS, OPENINGS_SHARE * len(sentences)):
                last = [s for s in sentences if opening(s) == words][-1]
                yield last, f"found {count} of {len(sentences)} sentences that open with '{words}'"


def single_sentences(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """One-sentence paragraphs in series."""
    for sentences in by_chapter(running(text)).values():
        prose = [s for s in sentences if s.passage.kind == "prose"]
        paragraphs = grouped(prose, lambda s: s.passage.paragraph)
        lengths = "".join("1" if len(each) == 1 else "0" for each in paragraphs)
        for run in re.finditer("1" * SINGLES + "+", lengths):
            first = paragraphs[run.start()][0]
            yield first, f"found {len(run.group())} paragraphs of one sentence in a row"


def unanchored_percentages(text: Sequence[Sentence], _: Context) -> Iterator[tuple[Sentence, str]]:
    """A percentage whose base is in another sentence, at best."""
    for sentence in text:
        if unanchored(sentence.text) and not bare(sentence.text):
            yield sentence, "found a percentage, but nothing that it is of"


def acting_sectors(text: Sequence[Sentence], context: Context) -> Iterator[tuple[Sentence, str]]:
    """A sector that uses, invests or knows: firms do, in a sector."""
    if not context.names:
        return
    names = "|".join(map(re.escape, context.names))
    pattern = re.compile(rf"^(?:{names})(?: en (?:{names}))? (?:{FINITE})\b", re.IGNORECASE)
    for sentence in text:
        if found := pattern.search(outside_brackets(sentence.text)):
            yield sentence, f"found '{found.group()}'; expected ondernemingen in …"


HARD: dict[str, Rule] = {
    "forbidden word": forbidden_words,
    "sector in quotes": quoted_sectors,
    "double brackets": double_brackets,
    "code in text": codes_in_text,
    "percentage without noun": bare_percentages,
    "three openings alike": openings_in_a_row,
    "too many 'dus'": too_many_dus,
}
SOFT: dict[str, Rule] = {
    "frequent opening": frequent_openings,
    "paragraphs of one sentence": single_sentences,
    "percentage of what?": unanchored_percentages,
    "sector that acts": acting_sectors,
}


def findings(
    rules: dict[str, Rule], text: Sequence[Sentence], context: Context
) -> Iterator[Finding]:
    """What the rules find in a text, rule by rule."""
    for name, rule in rules.items():
        for sentence, problem in rule(text, context):
            yield Finding(name, sentence, problem)


@dataclass(frozen=True)
class Rhythm:
    """How long sentences are, in words: how many, mean, median, and shares of short and long."""

    count: int
    mean: float
    median: float
    short: float
    long: float


def rhythm(text: Sequence[Sentence]) -> Rhythm:
    """The rhythm of running text."""
    lengths = [len(sentence.words) for sentence in running(text)] or [0]
    return Rhythm(
        len(running(text)),
        mean(lengths),
        median(lengths),
        mean(length <= SHORT_WORDS for length in lengths),
        mean(length >= LONG_WORDS for length in lengths),
    )


def opening(sentence: Sentence) -> str:
    """Its first two words, without capitals: which table it is of doesn't matter."""
    return " ".join(sentence.words[:2]).lower()


def _alike(text: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    for sentences in by_chapter(running(text)).values():
        run: list[Sentence] = []
        for sentence in sentences:
            if run and opening(run[0]) != opening(sentence):
                yield run
                run = []
            run.append(sentence)
        yield run
