"""The questionnaire of a wave as readers want it: what was asked of whom, with which answers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from barometer.display.block import Block, typst_string
from barometer.prose.names import capital
from barometer.survey.matching import counterparts
from barometer.survey.survey import Survey
from barometer.wave.content import Question

__all__ = ["questionnaire_annex"]

ONE = "Eén antwoord"
SEVERAL = "Meerdere antwoorden mogelijk"
PER_ITEM = "Eén antwoord per item"

#: A question of more lines may break over two pages of the PDF.
WHOLE = 24


@dataclass(frozen=True)
class Entry:
    """A question as the annex shows it: its number, wording, small print and lines below."""

    number: str
    wording: str
    about: str
    lines: list[str]
    answers: str


def questionnaire_annex(survey: Survey) -> Block:
    """Every question of the wave in order: wording, kind, answers, items, who was asked.

    Also since which wave it was asked, up to this one, and whether the report shows it; an item
    that came later than its question says so itself.
    """
    entries = [
        _entry(number, question, survey)
        for number, question in enumerate(survey.questionnaire.questions.values(), 1)
    ]
    return Block("".join(map(_html, entries)), "\n".join(map(_typst, entries)))


def kind(question: Question) -> str:
    """How a question was to be answered.

    Items with an answer that `counts` are ticked or not, so several may be.
    """
    if not question.items:
        return ONE
    ticked = any(answer.counts for answer in question.categories.values())
    return SEVERAL if ticked else PER_ITEM


def since(survey: Survey, name: str, item: str = "") -> int:
    """The first wave of the unbroken row up to this one that has a question, or an item of it.

    Under whatever name it had there (see `counterparts`).
    """
    first, items = survey.year, [item]
    for before, now in reversed(list(pairwise(survey.history().values()))):
        known, question = counterparts(now, before), now.questionnaire.questions[name]
        was = known.named(name).names
        items = [part for each in items if item for part in known.item(question, each).names]
        if not was or (item and not items):
            break
        name, first = was[0], before.year
    return first


def _entry(number: int, question: Question, survey: Survey) -> Entry:
    year, first = survey.year, since(survey, question.id)
    base = survey.questionnaire.universes[question.asked_of].label
    about = [f"Gevraagd aan {base}", kind(question)]
    about += ["Verplicht"] if question.mandatory else []
    about += [f"Sinds {first}" if first < year or survey.previous is None else f"Nieuw in {year}"]
    about += [] if question.reported else ["Niet opgenomen in dit rapport"]
    answers = [answer.label for answer in question.categories.values()]
    lines, each = answers, ""
    if question.items:
        each = "Antwoorden per item: " + "; ".join(answers)
        lines = [
            label.label + _later(since(survey, question.id, item), first)
            for item, label in question.items.items()
        ]
    small = ". ".join(capital(text) for text in about) + "."
    return Entry(f"V{number}", question.label, small, lines, each)


def _later(item: int, question: int) -> str:
    return f" (sinds {item})" if item > question else ""


def _html(entry: Entry) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in entry.lines)
    answers = f'<p class="table-note">{escape(entry.answers)}.</p>' if entry.answers else ""
    return (
        '<div class="question">'
        f"<p><strong>{entry.number}. {escape(entry.wording)}</strong></p>"
        f'<p class="table-note">{escape(entry.about)}</p>'
        f"<ul>{lines}</ul>{answers}</div>"
    )


def _typst(entry: Entry) -> str:
    """A block that stays whole on its page, unless it is long; all text as strings."""
    whole = "false" if len(entry.lines) <= WHOLE else "true"
    lines = ", ".join(f"text(size: 9pt, {typst_string(line)})" for line in entry.lines)
    wording = typst_string(f"{entry.number}. {entry.wording}")
    parts = [
        f'text(weight: "semibold", {wording})',
        f"text(size: 8.5pt, fill: muted, {typst_string(entry.about)})",
        f"list(spacing: 0.55em, {lines})",
    ]
    if entry.answers:
        parts.append(f"text(size: 8.5pt, fill: muted, {typst_string(entry.answers + '.')})")
    body = "; ".join(f"block(above: 0.75em, below: 0.75em, {part})" for part in parts)
    return f"#block(breakable: {whole}, width: 100%, above: 1.6em, below: 1.6em, {{ {body} }})"
