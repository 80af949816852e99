"""Text that knows what it stands on: the estimates and counts, and the statement it makes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from barometer.survey.accounting import Fact
from barometer.survey.estimates import Absent, Estimate
from barometer.survey.register import PROVENANCE, escaped
from barometer.survey.rounding import round_half_up

KEYS = ["year", "question", "category", "universe", "domain", "domain_value"]
VERDICTS = ["holds", "estimates_only", "fails"]
PRECISION = ["estimate", "se", "ci_low", "ci_high"]


@runtime_checkable
class Evidence(Protocol):
    """What a text may state besides numbers: a statement, a ranking."""

    def record(self) -> dict[str, Any]:
        """Tell what is stated, for a machine."""
        ...


@dataclass(frozen=True)
class Together:
    """What several texts state, joined into one."""

    parts: tuple[Evidence, ...]

    def record(self) -> dict[str, Any]:
        """The verdict of the weakest part with its numbers, and the comparisons of all."""
        records = [part.record() for part in self.parts]
        weakest = max(records, key=lambda r: (VERDICTS.index(r["verdict"]), r["p"] or 0.0))
        listed = {
            name: [each for r in records for each in r.get(name, ())]
            for name in ("shown", "tied", "unranked")
            if any(name in r for r in records)
        }
        compared = [c for r in records for c in r["comparisons"]]
        return {**weakest, **listed, "comparisons": compared}


def together(texts: Iterable[object]) -> Evidence | None:
    """The evidence of several texts; None where none has any."""
    found = [t.evidence for t in texts if isinstance(t, Text) and t.evidence is not None]
    different = tuple({id(part): part for part in found}.values())
    return Together(different) if len(different) > 1 else different[0] if different else None


class Text(str):
    """A text for the reader, with what it was computed from.

    `kind`: what it is (percentage, number, words, names, …); `sources`: the estimates and counts;
    `evidence`: what it states about them. Text out of text keeps both (`retold`). A text of
    something absent `lacks` it: its sentence is left out.
    """

    kind: str
    sources: tuple[Estimate | Fact, ...]
    evidence: Evidence | None

    def __new__(
        cls, text: str, kind: str, of: object = (), evidence: Evidence | None = None
    ) -> Text:
        """Make a text of a kind from numbers, texts or lists of them."""
        made = super().__new__(cls, text)
        made.kind, made.sources, made.evidence = kind, tuple(sources(of)), evidence
        return made

    @property
    def lacks(self) -> list[str]:
        """What it would need and cannot have: "export.yes (2025)"."""
        return list(dict.fromkeys(e.named for e in self.sources if isinstance(e, Absent)))

    def retold(self, text: str) -> Text:
        """Another text that stands on the same."""
        return Text(text, self.kind, self.sources, self.evidence)

    def __add__(self, other: str) -> Text:
        """This text and another, on what both stand: `names(top) + ties(top, …)`."""
        both = [self, other]
        return Text(super().__add__(other), self.kind, both, together(both))

    def __radd__(self, other: str) -> Text:
        """A plain text and this one."""
        return self.retold(other + str(self))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What Jupyter keeps of it: markdown for both typesetters, and where it comes from."""
        stated = {} if self.evidence is None else self.evidence.record()
        record: dict[str, Any] = {"kind": self.kind, "text": str(self)}
        record["sources"] = list(map(source, self.sources))
        if self.lacks:
            record["lacks"] = self.lacks
        # a line could end between a percentage and the mark of an unreliable one
        markdown = escaped(self).replace("%°", "%\N{WORD JOINER}°") or "[]{.nothing}"
        return {"text/markdown": markdown, PROVENANCE: {**record, **stated}}


def sources(of: object) -> Iterator[Estimate | Fact]:
    """The estimates and counts among numbers, texts and lists of them; of text its own."""
    if isinstance(of, Estimate | Fact):
        yield of
    elif isinstance(of, Text):
        yield from of.sources
    elif isinstance(of, Iterable) and not isinstance(of, str):
        for part in of:
            yield from sources(part)


def source(of: Estimate | Fact) -> dict[str, Any]:
    """Describe an estimate or a count: its keys and precision, as published."""
    if isinstance(of, Fact):
        return {"year": of.year, "count": of.name, "value": rounded(float(of))}
    numbers = {name: rounded(getattr(of.shown, name)) for name in PRECISION}
    described = {**numbers, "n": of.n, "flag": of.flag}
    if len(of.terms) > 1 or of.terms[0][0] != 1:
        rows = [{"factor": a, **{key: getattr(e, key) for key in KEYS}} for a, e in of.terms]
        return {"terms": rows, **described}
    return {**{key: getattr(of, key) for key in KEYS}, **described}


def rounded(x: float, decimals: int = 1) -> float | None:
    """A number as JSON holds it; None for what is withheld."""
    return float(round_half_up(x, decimals)) if math.isfinite(x) else None
