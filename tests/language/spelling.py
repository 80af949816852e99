"""Spelling: the words of a text held against hunspell and the word list of the project.

Citations, addresses and code are left out; words in *italics* may be English.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.language.passages import ADDRESS, CITATION, ENGLISH_SPAN, ITALICS, Passage, plain

WORD_LIST = Path(__file__).with_name("woorden.txt")
DICTIONARIES = {"nl": "nl_BE", "en": "en_GB"}
PACKAGES = {"nl": "hunspell-nl", "en": "hunspell-en-gb"}
WORD = re.compile(r"[^\W\d_][\w'-]*")


@dataclass(frozen=True)
class Unknown:
    """A word that no dictionary has, where it first stands, and what hunspell would write."""

    word: str
    place: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        instead = ", ".join(self.suggestions) or "-"
        return (
            f"{self.place}: found '{self.word}', which is in no dictionary; expected {instead}, "
            f"or a line in tests/language/{WORD_LIST.name} if it is right"
        )


def missing() -> str:
    """What is not installed here, in words; empty where everything is."""
    if shutil.which("hunspell") is None:
        return "hunspell is not installed (Debian: hunspell hunspell-nl hunspell-en-gb)"
    known = subprocess.run(
        ["hunspell", "-D"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    listed = {Path(line.strip()).name for line in known.stderr.splitlines()}
    lacking = [language for language, name in DICTIONARIES.items() if name not in listed]
    return ", ".join(
        f"hunspell has no {DICTIONARIES[each]} (Debian: {PACKAGES[each]})" for each in lacking
    )


def word_list(path: Path = WORD_LIST) -> list[str]:
    """The words and names of the project; lines that start with # name groups."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unknown(texts: Iterable[Passage], accepted: Iterable[str]) -> list[Unknown]:
    """Every word that neither a dictionary nor the list has, each once, by its first place."""
    own = set(accepted)
    names = [name for name in own if " " in name]
    found: dict[tuple[str, tuple[str, ...]], str] = {}
    for passage in texts:
        for word, languages in words(passage, names):
            found.setdefault((word, languages), passage.place)
    known = {
        language: right({word for word, may in found if language in may}, language)
        for language in DICTIONARIES
    }
    rejected = [
        (word, languages, place)
        for (word, languages), place in found.items()
        if not any(accepts(word, known[language] | own) for language in languages)
    ]
    return [Unknown(word, place, suggested(word, may[0])) for word, may, place in rejected]


def words(passage: Passage, names: Iterable[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """The words of a passage but for names of several words, with the languages each may be of.

    >>> words(Passage("a.qmd", 1, "De *hot deck* van [x.be](https://x.be)", "prose", "nl", 0))
    [('hot', ('nl', 'en')), ('deck', ('nl', 'en')), ('De', ('nl',)), ('van', ('nl',))]
    """
    text = passage.text
    if CITATION.search(text):
        return []
    other = "en" if passage.language == "nl" else "nl"
    pieces: list[tuple[str, tuple[str, ...]]] = []

    def take(found: re.Match[str], languages: tuple[str, ...]) -> str:
        pieces.append((found.group(1), languages))
        return " "

    text = ENGLISH_SPAN.sub(lambda found: take(found, ("en",)), text)
    text = ITALICS.sub(lambda found: take(found, (passage.language, other)), text.replace("**", ""))
    pieces.append((text, (passage.language,)))
    return [
        (word.strip("'"), languages)
        for piece, languages in pieces
        for word in WORD.findall(ADDRESS.sub(" ", without(names, plain(piece))))
        if not re.search(r"\d", word) and len(word.strip("-'")) > 1
    ]


def without(names: Iterable[str], text: str) -> str:
    """A text without these names, whether or not they start with a capital."""
    for name in names:
        text = text.replace(name, " ").replace(name[:1].upper() + name[1:], " ")
    return text


def accepts(word: str, known: set[str]) -> bool:
    """Whether a word is right: known, or of parts with hyphens that each are.

    What is known without a capital may have one where a sentence starts.
    """
    if word in known or word[:1].lower() + word[1:] in known:
        return True
    parts = [part for part in word.split("-") if part]
    return parts != [word] and all(accepts(part, known) for part in parts)


def right(asked: Iterable[str], language: str) -> set[str]:
    """Those of the words and their parts that hunspell knows, asked in one call."""
    every = {part for word in asked for part in (word, *word.split("-")) if part}
    return every & set(_hunspell("-G", sorted(every), language).splitlines())


def suggested(word: str, language: str) -> tuple[str, ...]:
    """What hunspell would write for a word it doesn't know; it takes its time for that."""
    answers = _hunspell("-a", [f"^{word}"], language).splitlines()
    listed = [answer.partition(": ")[2] for answer in answers if answer.startswith("&")]
    return tuple(listed[0].split(", ")[:4]) if listed else ()


def _hunspell(mode: str, lines: Iterable[str], language: str) -> str:
    """What hunspell says to lines of text. RuntimeError when it cannot be run."""
    done = subprocess.run(
        ["hunspell", mode, "-i", "UTF-8", "-d", DICTIONARIES[language]],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"hunspell -d {DICTIONARIES[language]}: {done.stderr.strip()}")
    return done.stdout
