"""What the sources refer to, checked before anything runs: all mistakes at once, with their place.

Typesetters find a dangling reference only after the chapters ran, and know no chapter; a footnote
written twice or an image that is not there they let pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from barometer.errors import BarometerError
from barometer.render.lines import Line

FENCE = re.compile(r"^`{3,}")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
HEADING = re.compile(r"^(?P<level>#{1,6}) ")
FLOAT = re.compile(r"^:{3,}\s*\{#(?:fig|tbl)-")
IDENTIFIER = re.compile(r"^(?:#{1,6} |:{3,}).*\{[^}]*?#([\w-]+)")
REFERENCE = re.compile(r"(?<![\w@\\])@((?:fig|tbl|sec)-[\w-]*\w)")
NOTE = re.compile(r"\[\^([^\]\s]+)\]")
NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:")
OUTSIDE = (
    (re.compile(r"\[[^\]]*@(?:fig|tbl|sec)-"), "a reference in brackets", "@fig-x by itself"),
    (re.compile(r"!\["), "an image", "a cell that draws it"),
    (re.compile(r"</?[A-Za-z][\w-]*[\s/>]"), "an HTML tag", "pandoc's markdown"),
)


def _prose(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Lines outside cells and raw blocks, beside their text without inline code."""
    fence = ""
    for line in lines:
        ticks = FENCE.match(line.text)
        if fence:
            fence = "" if line.text.rstrip() == fence else fence
        elif ticks:
            fence = ticks.group()
        else:
            yield line, CODE.sub("", line.text)


def check(lines: Iterable[Line]) -> None:
    """Check references, footnotes, identifiers, captions and heading levels of a report.

    `lines` are those the wave's edition shows. Raises BarometerError with a line per mistake.
    """
    lines = list(lines)
    prose = list(_prose(lines))
    problems = [*_outside(prose), *_dangling(prose), *_headings(prose), *_captions(lines)]
    if problems:
        raise BarometerError("\n".join(dict.fromkeys(str(problem) for problem in problems)))


def _outside(prose: list[tuple[Line, str]]) -> Iterator[BarometerError]:
    for line, text in prose:
        for pattern, found, expected in OUTSIDE:
            if pattern.search(text):
                yield line.refuse(found, expected)


def _dangling(prose: list[tuple[Line, str]]) -> Iterator[BarometerError]:
    """References without target, and targets that are there twice."""
    identifiers = [(line, name) for line, text in prose for name in IDENTIFIER.findall(text)]
    numbered = {name for line, name in identifiers if ".unnumbered" not in line.text}
    notes = [(line, name) for line, text in prose for name in NOTE_TEXT.findall(text)]
    written = {name for _, name in notes}
    for line, text in prose:
        for name in REFERENCE.findall(text):
            if name not in numbered:
                yield line.refuse(
                    f"@{name}", f"a figure, table or numbered section {{#{name}}} in this edition"
                )
        for name in NOTE.findall(NOTE_TEXT.sub("", text)):
            if name not in written:
                yield line.refuse(f"[^{name}]", f"a footnote [^{name}]: in this edition")
    for kind, form in ((identifiers, "{{#{}}}"), (notes, "[^{}]:")):
        count = Counter(name for _, name in kind)
        for line, name in kind:
            if count[name] > 1:
                yield line.refuse(f"{form.format(name)} {count[name]} times", "it once")


def _headings(prose: list[tuple[Line, str]]) -> Iterator[BarometerError]:
    """PDF/UA refuses a heading that skips a level."""
    above = 0
    for line, text in prose:
        if heading := HEADING.match(text):
            level = len(heading.group("level"))
            if level > above + 1:
                yield line.refuse(f"a heading of level {level}", f"level {above + 1} before it")
            above = level


def _captions(lines: list[Line]) -> Iterator[BarometerError]:
    """A figure or table ends with its caption, as a paragraph of its own."""
    opening, last = None, ""
    for line in lines:
        if FLOAT.match(line.text):
            opening = line
        elif opening and re.match(r"^:{3,}\s*$", line.text):
            if last == opening.text or last.startswith("```"):
                yield opening.refuse("a float without caption", "a caption as its last paragraph")
            opening = None
        last = line.text if line.text.strip() else last
