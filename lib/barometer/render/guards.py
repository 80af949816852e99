"""What the sentences of an executed report state: each with its place, words and verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from nbformat import NotebookNode

from barometer.render.inline import INLINE
from barometer.survey.register import escaped
from barometer.survey.rounding import round_half_up

ABBREVIATED = r"(?<=[.!?:])\s+(?=[A-Z‘*])"
MARKUP = re.compile(
    r"\[\]\{\.[\w-]+\}|\[\^[\w-]+\]|\*\*|\\(?=\W)|^\s*- | \(@[\w-]+\)|\[(?=[^\]]+\]\()|\]\([^)]*\)"
)


@dataclass(frozen=True)
class Stated:
    """A sentence, as rendered, that states something which was tested, and what came of it.

    `record`: kind (claim, wording, ranking, …), verdict, and the numbers behind it.
    """

    chapter: str
    line: int
    sentence: str
    record: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """One of holds, estimates_only and fails."""
        return str(self.record["verdict"])

    @property
    def guarded(self) -> bool:
        """Whether the words stand as they are; else they were chosen by the verdict."""
        return bool(self.record["kind"] == "claim")

    def as_json(self) -> dict[str, Any]:
        """One row of `barometer claims --format json`."""
        where = {"chapter": self.chapter, "line": self.line, "sentence": self.sentence}
        if "shown" in self.record:
            groups = {name: list(self.record[name]) for name in ("shown", "tied", "unranked")}
            return {**where, "kind": "ranking", **groups, **self._numbers()}
        return {**where, "kind": self.record["kind"], **self._numbers()}

    def _numbers(self) -> dict[str, Any]:
        return {name: self.record[name] for name in ("verdict", "difference", "se", "p", "n")}


def stated(notebook: NotebookNode) -> Iterator[Stated]:
    """Every statement in the text of an executed report, in order."""
    for cell in notebook.cells:
        origin = cell.metadata.get("barometer", {})
        records = origin.get("inline", [])
        matches = INLINE.finditer(origin.get("source", ""))
        for number, (match, record) in enumerate(zip(matches, records, strict=True)):
            if "verdict" in record:
                sentence = _sentence(origin["source"], match.start(), records, number)
                yield Stated(record["file"], record["line"], sentence, record)


def _sentence(source: str, at: int, records: list[dict[str, Any]], number: int) -> str:
    """The sentence, as rendered, in which an expression stands or behind which a claim does."""
    start = source.rfind("\n", 0, at) + 1
    end = source.find("\n", at)
    line = source[start:] if end < 0 else source[start:end]
    first = number - len(INLINE.findall(source[start:at]))
    said = iter(records[first:])
    position = 0
    pieces: list[str] = []
    last = 0
    for match in INLINE.finditer(line):
        pieces.append(line[last : match.start()])
        if start + match.start() == at:
            position = len(MARKUP.sub("", "".join(pieces)))
        pieces.append(str(next(said)["text"]))
        last = match.end()
    text = MARKUP.sub("", "".join([*pieces, line[last:]]))
    done = 0
    for sentence in re.split(ABBREVIATED, text):
        begin = text.index(sentence, done)
        done = begin + len(sentence)
        if position <= done:
            return sentence.strip()
    return text.strip()


def comparisons(found: list[Stated]) -> tuple[int, int]:
    """How many comparisons the text rests on, each counted once, and how many are significant."""
    each = {tuple(c.values()) for s in found for c in s.record["comparisons"]}
    return len(each), sum(significant for *_, significant in each)


#: What a chapter may ask for that is known only when all of it has run.
COUNTS = re.compile(r"\[[^\]]*\]\{\.(comparisons|significant)\}")
LIST = re.compile(r"^::: \{\.list-of-statements\}\n:::$", re.MULTILINE)
VERDICTS = {"holds": "geldt", "estimates_only": "enkel in de steekproef", "fails": "geldt niet"}


def complete(notebook: NotebookNode) -> None:
    """Fill in what the text says of its own statements: how many were tested, and their list."""
    found = list(stated(notebook))
    counts = dict(zip(("comparisons", "significant"), map(str, comparisons(found)), strict=True))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = COUNTS.sub(lambda m: counts[m.group(1)], cell.source)
            cell.source = LIST.sub(lambda _: _listed(found), cell.source)


def _listed(found: list[Stated]) -> str:
    """The statements by chapter and sentence, each with what its weakest comparison says."""
    lines: list[str] = []
    for chapter, of_chapter in groupby(found, key=lambda s: s.chapter):
        lines += ["", f"**{escaped(chapter.removeprefix('chapters/'))}**", ""]
        # some words are only for some waves
        said = (s for s in of_chapter if s.sentence.strip(" ."))
        for (line, sentence), group in groupby(said, key=lambda s: (s.line, s.sentence)):
            tests = "; ".join(dict.fromkeys(_tested(s) for s in group))
            lines += [f"- {escaped(sentence)} *(regel {line}: {tests})*"]
    return "\n".join(lines[1:])


def _tested(s: Stated) -> str:
    names = {"difference": "verschil", "se": "SE", "p": "p", "n": "N"}
    numbers = [
        f"{name} {_dutch(s.record[key])}"
        for key, name in names.items()
        if s.record[key] is not None
    ]
    tied = [escaped(name) for name in s.record.get("tied", ())]
    apart = [f"niet te onderscheiden van {', '.join(tied)}"] if tied else []
    # of what denies a test, or speaks of the sample alone, nothing need be significant
    asks = s.record["needed"] or s.verdict == "fails"
    verdict = VERDICTS[s.verdict] if asks else "klopt"
    return ", ".join([verdict, *numbers, *apart])


def _dutch(x: float) -> str:
    if isinstance(x, float) and 0 <= x < 0.0005:
        return "< 0,001"
    text = f"{round_half_up(x, 3):f}".rstrip("0").rstrip(".") if isinstance(x, float) else str(x)
    return text.replace(".", ",").replace("-", "\N{MINUS SIGN}")
