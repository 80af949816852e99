"""What the sentences of an executed report state: each with its place, words and verdict."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from barometer.render.inline import INLINE

ABBREVIATED = r"(?<=[.!?:])\s+(?=[A-Z‘*])"
MARKUP = re.compile(
    r"\[\]\{\.[\w-]+\}|\[\^[\w-]+\]|\*\*|\\(?=\W)|^\s*- | \(@[\w-]+\)|\[(?=[^\]]+\]\()|\]\([^)]*\)"
)
NUMBERS = ("difference", "se", "p", "n")


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

    @property
    def contradicted(self) -> bool:
        """Whether it fails and a test shows the opposite."""
        return bool(self.record["contradicted"])

    @property
    def rank(self) -> str:
        """How bad it is: its verdict, or contradicted."""
        return "contradicted" if self.contradicted else self.verdict

    @property
    def expected(self) -> str:
        """What the sentence rests on, as the chapter writes it: `larger(north, south)`."""
        expression = str(self.record["expression"])
        try:
            call = ast.parse(expression, mode="eval").body
        except SyntaxError:  # of IPython
            return expression
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args):
            return expression
        guards = call.func.id in ("claim", "wording", "when")
        return (guards and ast.get_source_segment(expression, call.args[0])) or expression

    @property
    def found(self) -> str:
        """What the data say: the comparison that carries least, and the estimates in it."""
        if self.record["difference"] is None:
            said = "it is so" if self.verdict == "holds" else "it is not so, or a value is missing"
            return "; ".join([f"nothing is compared: {said}", *self._estimates()])
        tested = [f"SE {_number(self.record['se'])}", f"N = {self.record['n']}"]
        if self.record["p"] is not None:
            tested.insert(1, f"p = {self.record['p']:g}")
        difference = f"a difference of {_number(self.record['difference'])} points"
        opposite = ["the opposite is significant"] if self.contradicted else []
        return "; ".join([f"{difference} ({', '.join(tested)})", *opposite, *self._estimates()])

    def _estimates(self) -> Iterator[str]:
        for source in self.record.get("sources", ()):
            if "question" in source:
                yield f"{_named(source)}: {_number(source['estimate'], '%')}"
            elif "terms" in source:
                terms = [f"{_number(t['factor'])} × {_named(t)}" for t in source["terms"]]
                yield f"{' + '.join(terms)}: {_number(source['estimate'], ' points')}"

    def as_json(self) -> dict[str, Any]:
        """One row of `barometer claims --format json`."""
        where = {"chapter": self.chapter, "line": self.line, "sentence": self.sentence}
        ranked = "shown" in self.record
        listed = ("shown", "tied", "unranked") if ranked else ()
        return {
            **where,
            "kind": "ranking" if ranked else self.record["kind"],
            "verdict": self.verdict,
            "contradicted": self.contradicted,
            "expected": self.expected,
            "found": self.found,
            **{name: self.record[name] for name in NUMBERS},
            **{name: list(self.record[name]) for name in listed},
        }


def _number(x: float | None, unit: str = "") -> str:
    """A number of a record, which is rounded already."""
    return "withheld" if x is None else f"{x:g}".replace("-", "\N{MINUS SIGN}") + unit


def _named(source: Mapping[str, Any]) -> str:
    place = f", {source['domain_value']}" if source["domain"] != "total" else ""
    name = f"{source['question']}.{source['category']}"
    return f"{name} of {source['universe']}{place}, {source['year']}"


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
