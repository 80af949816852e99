"""What a text says of its own statements: how many there are, which hold, which must be mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from nbformat import NotebookNode

from barometer.render.mending import Overdue, to_mend
from barometer.render.stated import Stated, comparisons, stated
from barometer.survey.register import escaped
from barometer.survey.rounding import round_half_up

#: What a chapter may ask for that is known only when all of it has run.
COUNTS = re.compile(r"\[[^\]]*\]\{\.(comparisons|significant)\}")
LIST = re.compile(r"^::: \{\.list-of-statements\}\n:::$", re.MULTILINE)
TO_MEND = re.compile(r"^::: \{\.list-to-mend\}\n:::$", re.MULTILINE)
VERDICTS = {"holds": "geldt", "estimates_only": "enkel in de steekproef", "fails": "geldt niet"}
HEADINGS = {
    "contradicted": "De data tonen het tegendeel",
    "fails": "Klopt niet",
    "overdue": "Feiten waarvan de bron opnieuw bekeken moet worden",
    "estimates_only": "Klopt enkel in de steekproef",
}


def complete(notebook: NotebookNode, overdue: Sequence[Overdue] = ()) -> None:
    """Fill in what the text says of its own statements: how many were tested, and their lists.

    `overdue`: the facts that stand in the list of what must be mended.
    """
    found = list(stated(notebook))
    counts = dict(zip(("comparisons", "significant"), map(str, comparisons(found)), strict=True))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = COUNTS.sub(lambda m: counts[m.group(1)], cell.source)
            cell.source = LIST.sub(lambda _: _listed(found), cell.source)
            cell.source = TO_MEND.sub(lambda _: _mended(found, overdue), cell.source)


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


def _mended(found: list[Stated], overdue: Sequence[Overdue]) -> str:
    """What must be mended, the worst first, with its place and what the data say."""
    lines: list[str] = []
    for said, group in groupby(to_mend(found, overdue), key=lambda each: HEADINGS[each.rank]):
        lines += ["", f"**{said}**", ""]
        for each in group:
            numbers = _tested(each) if isinstance(each, Stated) else f"na {each.fact.review_after}"
            place = escaped(f"{each.chapter.removeprefix('chapters/')}, regel {each.line}: ")
            lines += [f"- {escaped(each.sentence)} *({place}{numbers})*"]
    return "\n".join(lines[1:]) or "Er is niets te herzien."


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
