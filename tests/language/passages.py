"""The rendered text of a wave as passages and sentences, each with its place and its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

ADDRESS = re.compile(r"https?://\S+|\S+@\S+\.\w+|\b[\w.-]+\.[a-z]{2,4}/\S*|\b[\w-]+(\.[\w-]+)+\b")
LINK = re.compile(r"\[([^\]\[]*)\]\([^)]*\)")
SPAN = re.compile(r"\[([^\]\[]*)\]\{[^}]*\}")
ENGLISH_SPAN = re.compile(r"\[([^\]\[]*)\]\{lang=\"?en[^}]*\}")
CODE = re.compile(r"`[^`]*`")
ITALICS = re.compile(r"(?<![*\w])\*(?!\*)([^*]+)\*(?![*\w])")
# five words in italics are a title, which keeps its words
TITLE = re.compile(r"(?<![*\w])\*(?!\*)[^*\s]+(?:\s+[^*\s]+){4,}\*(?![*\w])")
LEAD = re.compile(r"\*\*([^*]+)\*\*")
REFERENCE = re.compile(r"@(fig|tbl|sec)-[\w-]+")
KINDS = {"fig": "Figuur", "tbl": "Tabel", "sec": "Hoofdstuk"}
# Name, A.B. … (2024): what follows a reference by author and year is its title and place
CITATION = re.compile(r"[A-ZÀ-Ý][\w'-]+, [A-Z]\.[^()]*\((19|20)\d\d\)")
OPENING, CLOSING = re.compile(r":{3,}\s*\{(.*)\}|:{3,}\s*\w"), re.compile(r":{3,}\s*$")
ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) +(?=\S)")
DEFINITION = ":   "
NOTE = re.compile(r"^\[\^[\w-]+\]: ?")
SHOWN = {"label", "short", "name", "title", "subtitle", "note"}
SHOWN_WHOLE = {"procedure", "parts"}
ABBREVIATIONS = re.compile(
    r"\b(?:bv|nl|art|nr|e\.a|o\.a|d\.w\.z|m\.a\.w|t\.o\.v|n\.b|vgl|ca|resp|enz|[A-Z])\.$"
)


@dataclass(frozen=True)
class Passage:
    """A line of rendered text: what kind of text it is, and the paragraph it belongs to.

    `kind`: prose, item, note, definition, caption, heading, card or label; `language`: nl or en.
    """

    file: str
    line: int
    text: str
    kind: str
    language: str
    paragraph: int

    @property
    def place(self) -> str:
        """Where an author finds it."""
        return f"{self.file}:{self.line}"


def passages(lines: Iterable[tuple[str, int, str]]) -> Iterator[Passage]:
    """What is read, from lines of filled-in markdown: no cells, tables or marks of blocks."""
    inside: list[str] = []
    kind, paragraph, fence, front = "prose", 0, False, False
    for file, number, text in lines:
        if text.startswith("```"):
            fence = not fence
        elif text == "---" and (front or number == 1):
            front = not front
        elif fence or front or text.startswith(("|", "---")):
            continue
        elif opening := OPENING.match(text):
            inside.append(opening.group(1) or "")
        elif CLOSING.match(text) and inside:
            inside.pop()
        elif not text.strip():
            kind = "prose"
            paragraph += 1
        else:
            around = " ".join(inside)
            kind, begins = kind_of(text, around, kind)
            paragraph += begins
            language = "en" if 'lang="en' in around or "lang=en" in around else "nl"
            yield Passage(file, number, without_marks(text), kind, language, paragraph)


def kind_of(text: str, around: str, before: str) -> tuple[str, bool]:
    """The kind of a line in blocks with these attributes, and whether a paragraph begins there.

    A line that has no mark of its own is of the kind of the line before it.
    """
    if "#fig-" in around or "#tbl-" in around:
        return "caption", False
    if ".key-figures" in around:
        return "card", False
    if text.startswith("#"):
        return "heading", False
    if NOTE.match(text):
        return "note", False
    if text.startswith(DEFINITION):
        return "definition", False
    return ("item", True) if ITEM.match(text) else (before, False)


def without_marks(text: str) -> str:
    """A line without the mark of a heading, footnote, definition or item."""
    text = NOTE.sub("", text.removeprefix(DEFINITION).lstrip("#"))
    return ITEM.sub("", text, count=1).strip()


def labels(path: Path) -> Iterator[Passage]:
    """What the report shows of a YAML file: labels, names and notes, and how firms were found."""

    def shown(node: yaml.Node, key: str, below: bool) -> Iterator[Passage]:
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                yield from shown(value, name.value, below or name.value in SHOWN_WHOLE)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                yield from shown(value, key, below)
        elif (below or key in SHOWN) and node.tag.endswith(":str"):
            line = node.start_mark.line + 1
            yield Passage(f"{path.parent.name}/{path.name}", line, node.value, "label", "nl", line)

    root = yaml.compose(path.read_text(encoding="utf-8"))
    yield from shown(root, "", False) if root else ()


def plain(text: str) -> str:
    """The words of a text: no marks of emphasis, footnotes or blocks, no addresses, no code."""
    text = re.sub(r"\[\^[\w-]+\]", "", text)
    text = re.sub(r"\[\[\]\{[^}]*\} ?|\[\]\{[^}]*\}", "", text)
    text = CODE.sub("", LINK.sub(r"\1", text))
    text = SPAN.sub(r"\1", re.sub(r"\{(?:#|\.|lang)[^}]*\}$", "", text))
    text = REFERENCE.sub(lambda found: f"{KINDS[found.group(1)]} 1", text)
    text = re.sub(r"\\(?=\W)", "", text).replace("\u2060", "").replace("’", "'")
    return re.sub(r"\*+|\^", "", text).strip()


@dataclass(frozen=True)
class Sentence:
    """A sentence as read, with the passage it stands in."""

    text: str
    passage: Passage

    @property
    def words(self) -> list[str]:
        """Its words and numbers, without punctuation."""
        return re.findall(r"[^\W_][\w'.,%-]*", self.text)


def sentences(found: Iterable[Passage]) -> Iterator[Sentence]:
    """The Dutch sentences of running text, lists and footnotes; citations are none.

    What a paragraph opens with in bold is of the kind "lead": a heading, not part of its rhythm.
    """
    for passage in found:
        if passage.kind not in ("prose", "item", "note", "definition"):
            continue
        if passage.language != "nl" or CITATION.search(passage.text):
            continue
        lead = LEAD.match(passage.text)
        rest = passage.text[lead.end() :] if lead else passage.text
        if lead:
            yield Sentence(plain(lead.group(1)), replace(passage, kind="lead"))
        for text in split(plain(TITLE.sub("Titel", rest))):
            yield Sentence(text, passage)


def split(text: str) -> Iterator[str]:
    """Cut a line at the end of each of its sentences, but not behind an abbreviation."""
    start = 0
    for end in re.finditer(r"[.!?][)'\"]?\s+(?=[(‘'\"]?[A-ZÀ-Ý0-9])", text):
        if not ABBREVIATIONS.search(text[start : end.start() + 1]):
            yield text[start : end.end()].strip()
            start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def by_chapter(found: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    """The sentences of each chapter, in order."""
    chapters: dict[str, list[Sentence]] = {}
    for sentence in found:
        chapters.setdefault(sentence.passage.file, []).append(sentence)
    return chapters


def grouped(found: Iterable[Sentence], key: Callable[[Sentence], int]) -> list[list[Sentence]]:
    """Sentences that follow each other and have the same key, together."""
    groups: list[list[Sentence]] = []
    for sentence in found:
        if groups and key(groups[-1][-1]) == key(sentence):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups
