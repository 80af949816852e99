"""What differs between two registers or editions, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from barometer.revision.approvals import standing
from barometer.revision.differences import Differences, Redrawn
from barometer.revision.registers import Changed
from barometer.revision.sentences import Reworded

MOST = 50


def listing(found: Differences) -> Iterator[str]:
    """The lines: numbers, sentences, figures and tables, a summary, approvals.

    Of numbers the first 50; the page and the JSON have them all.
    """
    for changed in found.numbers[:MOST]:
        yield from _number(found, changed)
    if len(found.numbers) > MOST:
        yield f"… and {len(found.numbers) - MOST} more figures: see --format json or html"
    for pair in found.sentences:
        yield from _sentence(pair)
    for redrawn in found.drawn:
        yield f"{redrawn.shown.name}: {_how(redrawn)}: {redrawn.shown.title}"
    yield summary(found)
    for approval, since in standing(found.new):
        state = f"{' and '.join(since)} changed since" if since else "as approved"
        remarks = f" ({approval.remarks})" if approval.remarks else ""
        yield f"Approved by {approval.who} on {approval.date}{remarks}: {state}."


def _number(found: Differences, changed: Changed) -> Iterator[str]:
    points = f" ({changed.difference:+.1f} points)" if changed.difference else ""
    state = "new: " if changed.old is None else "gone: " if changed.new is None else ""
    yield f"{state}{changed}{points}"
    sentences, drawn = found.carriers(changed.key)
    places = [*(f"{s.chapter}:{s.line}" for s in sentences), *(d.name for d in drawn)]
    if places:
        yield f"    in {', '.join(dict.fromkeys(places))}"


def _sentence(pair: Reworded) -> Iterator[str]:
    yield f"{pair.place}:"
    for sign, side in (("-", pair.old), ("+", pair.new)):
        if side:
            verdicts = f" [{', '.join(side.verdicts)}]" if side.verdicts else ""
            yield f"  {sign} {side.text}{verdicts}"


def _how(pair: Redrawn) -> str:
    return "new" if pair.old is None else "gone" if pair.new is None else "changed"


def summary(found: Differences) -> str:
    """How much differs, in a sentence or two."""
    said = f"{_kinds(found.numbers)} of {len(found.new.register)} figures"
    if found.largest:
        said += f", by {found.largest:.1f} points at most"
    if not found.texts:
        return f"{said}."
    return f"{said}; {_kinds(found.sentences)} sentences; {_kinds(found.drawn)} figures and tables."


def _kinds(pairs: Sequence[Changed] | Sequence[Reworded] | Sequence[Redrawn]) -> str:
    """How many changed, came and went: "12 changed, 1 new, 0 gone"."""
    new = sum(pair.old is None for pair in pairs)
    gone = sum(pair.new is None for pair in pairs)
    return f"{len(pairs) - new - gone} changed, {new} new, {gone} gone"
