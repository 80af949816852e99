"""What differs between two registers or editions, as one page in Dutch for reviewers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from pathlib import Path

from barometer.prose.numbers import date, num
from barometer.revision.approvals import standing
from barometer.revision.differences import Differences, Redrawn
from barometer.revision.registers import Changed
from barometer.revision.sentences import Reworded, Sentence
from barometer.revision.versions import Drawn, Version

STYLE = Path(__file__).with_name("page.css")
COLUMNS = {
    "estimate": "percentage",
    "se": "standaardfout",
    "ci_low": "ondergrens",
    "ci_high": "bovengrens",
    "n": "N",
    "n_category": "N in de categorie",
    "flag": "vlag",
    "imputed_share": "aangevuld (%)",
    "se_imputation": "standaardfout van het aanvullen",
}
COUNTS = ("n", "n_category")
VERDICTS = {"holds": "geldt", "estimates_only": "enkel in de steekproef", "fails": "geldt niet"}
CHANGED = {"figures": "de cijfers", "text": "de tekst"}
WORD = re.compile(r"\s+|[^\s]+")


def page(found: Differences) -> str:
    """The page: self-contained, old and new beside each other, approvals at the top."""
    title = f"{found.old.path} en {found.new.path} naast elkaar"
    parts = [
        f"<h1>{escape(title)}</h1>",
        *_approvals(found.new),
        f"<p>{_summary(found)}</p>",
        *_section("cijfers", "Cijfers", found.numbers, _numbers(found)),
        *_section("zinnen", "Zinnen", found.sentences, map(_sentence, found.sentences)),
        *_section("figuren", "Figuren en tabellen", found.drawn, map(_drawing, found.drawn)),
    ]
    style = STYLE.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>\n<style>\n{style}</style>'
    lines = ["<!DOCTYPE html>", '<html lang="nl-BE">', f"<head>{head}</head>", "<body>", *parts]
    return "\n".join([*lines, "</body>", "</html>", ""])


def _section(name: str, title: str, pairs: Sequence[object], lines: Iterable[str]) -> Iterator[str]:
    if pairs:
        yield f'<section id="{name}"><h2>{title}</h2>'
        yield from lines
        yield "</section>"


def _summary(found: Differences) -> str:
    said = [_count(found.numbers, "cijfers")]
    if found.largest:
        said.append(f"grootste verschil {num(found.largest, 1)} procentpunt")
    if found.texts:
        said += [_count(found.sentences, "zinnen"), _count(found.drawn, "figuren en tabellen")]
    elif found.new.edition or found.old.edition:
        said.append("tekst en figuren niet vergeleken, want een van beide is enkel een register")
    return "; ".join(said).capitalize() + "."


def _count(pairs: Sequence[Changed] | Sequence[Reworded] | Sequence[Redrawn], what: str) -> str:
    new = sum(pair.old is None for pair in pairs)
    gone = sum(pair.new is None for pair in pairs)
    both = len(pairs) - new - gone
    return f"{what}: {num(both)} gewijzigd, {num(new)} nieuw, {num(gone)} verdwenen"


def _approvals(new: Version) -> Iterator[str]:
    """What reviewers approved, and whether it is still that."""
    given = list(standing(new))
    if not given:
        yield '<p class="approval">Nog door niemand goedgekeurd.</p>'
    for approval, since in given:
        said = f"Goedgekeurd door {escape(approval.who)} op {date(approval.date)}"
        said += f": {escape(approval.remarks)}" if approval.remarks else ""
        kind, state = "as-approved", "sindsdien ongewijzigd"
        if since:
            kind, state = "changed-since", " en ".join(CHANGED[each] for each in since)
            state = f"sindsdien gewijzigd: {state}"
        yield f'<p class="approval {kind}">{said} ({state}).</p>'


def _numbers(found: Differences) -> Iterator[str]:
    yield '<table><thead><tr><th scope="col">Cijfer</th><th scope="col">Universum</th>'
    yield '<th scope="col">Domein</th><th scope="col">Oud</th><th scope="col">Nieuw</th>'
    yield '<th scope="col">Verschil</th><th scope="col">Ook gewijzigd</th>'
    yield '<th scope="col">Komt voor in</th></tr></thead><tbody>'
    for changed in found.numbers:
        question, category, universe, domain, value = changed.key
        place = "totaal" if domain == "total" else f"{domain}: {value}"
        cells = [f"{question}.{category}", universe, place]
        sides = [_percentage(row) for row in (changed.old, changed.new)]
        points = "" if changed.difference is None else num(changed.difference, 1)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield "".join(f'<td class="number">{cell}</td>' for cell in (*sides, points))
        sentences, drawn = found.carriers(changed.key)
        yield f"<td>{_others(changed)}</td><td>{_carriers(sentences, drawn)}</td></tr>"
    yield "</tbody></table>"


def _percentage(row: object) -> str:
    if not isinstance(row, dict):
        return "–"
    shown = num(float(row["estimate"]), 1) if row["estimate"] else "niet getoond"
    return f"{shown} {escape(row['flag'])}".strip()


def _others(changed: Changed) -> str:
    """The other columns that differ; of what came or went none."""
    if changed.old is None or changed.new is None:
        return "nieuw" if changed.old is None else "verdwenen"
    cells = changed.columns.items()
    said = (f"{COLUMNS[c]} {_cell(c, a)} → {_cell(c, b)}" for c, (a, b) in cells if c != "estimate")
    return escape("; ".join(said))


def _cell(column: str, cell: str) -> str:
    """A cell of a register as readers expect it."""
    if not cell or column == "flag":
        return cell or "–"
    return num(float(cell), 0 if column in COUNTS else 1)


def _carriers(sentences: Sequence[Sentence], drawn: Sequence[Drawn]) -> str:
    places = [f"{s.chapter.removeprefix('chapters/')}:{s.line}" for s in sentences]
    return escape(", ".join(dict.fromkeys([*places, *(d.name for d in drawn)])))


def _sentence(pair: Reworded) -> str:
    old, new = (side.text if side else "" for side in (pair.old, pair.new))
    sides = "".join(
        f'<div><p class="side">{name}</p><p>{text}</p>{_verdicts(side)}</div>'
        for name, text, side in zip(
            ("Oud", "Nieuw"), _marked(old, new), (pair.old, pair.new), strict=True
        )
    )
    return f'<article><h3>{escape(pair.place)}</h3><div class="pair">{sides}</div></article>'


def _verdicts(side: Sentence | None) -> str:
    if side is None or not side.verdicts:
        return ""
    said = ", ".join(VERDICTS[verdict] for verdict in side.verdicts)
    return f'<p class="verdict">Oordeel: {escape(said)}</p>'


def _marked(old: str, new: str) -> tuple[str, str]:
    """Both texts with what the other one lacks marked, word by word."""
    a, b = WORD.findall(old), WORD.findall(new)
    left, right = [], []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before, after = escape("".join(a[i:j])), escape("".join(b[k:m]))
        left.append(before if kind == "equal" or not before else f"<del>{before}</del>")
        right.append(after if kind == "equal" or not after else f"<ins>{after}</ins>")
    return "".join(left), "".join(right)


def _drawing(pair: Redrawn) -> str:
    sides = "".join(
        f'<div><p class="side">{name}</p>{_shown(side, name.lower())}</div>'
        for name, side in (("Oud", pair.old), ("Nieuw", pair.new))
    )
    heading = f"{escape(pair.shown.title)} <small>{escape(pair.shown.name)}</small>"
    return f'<article><h3>{heading}</h3><div class="pair">{sides}</div></article>'


def _shown(side: Drawn | None, prefix: str) -> str:
    """A figure or table as the edition shows it; identifiers of both sides kept apart."""
    if side is None or not side.html:
        return f"<p>{escape(f'Enkel gegevens: {side.block.name}.csv.') if side else '–'}</p>"
    names = set(re.findall(r'\bid="([^"]+)"', side.html))
    html = side.html
    for name in sorted(names, key=len, reverse=True):
        html = re.sub(rf'(\bid="|#){re.escape(name)}(?![\w-])', rf"\g<1>{prefix}-{name}", html)
    return f'{html}<p class="caption">{escape(side.block.caption)}</p>'
