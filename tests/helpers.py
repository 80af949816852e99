"""What several tests need: where things lie, what was published, how to read what was made."""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import yaml

from barometer.survey.survey import Survey
from barometer.survey.weight import weight
from barometer.wave.content import Answer, Question, Universe
from barometer.wave.firms import Firms
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import Indicator, Questionnaire, Rule
from barometer.wave.validation import Wave

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
REFERENCE = ROOT / "tests" / "reference"

Command = Callable[..., subprocess.CompletedProcess[str]]


#: No percentage is unreliable.
NEVER_FLAGGED = {
    "effective_n": 0,
    "degrees_of_freedom": 0,
    "width": 1000,
    "narrow": 1000,
    "relative_width": 1e9,
}


def published(year: int = 2025, **keys: str) -> list[dict[str, str]]:
    """The rows of the figures published for a wave, as text, that have these keys."""
    with (DATA / str(year) / "published.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if all(row[key] == value for key, value in keys.items())
        ]


def exceptions() -> dict[str, float]:
    """The published figures of 2025 that no answers can reproduce, with their distance."""
    listed = yaml.safe_load((DATA / "2025" / "exceptions.yml").read_text(encoding="utf-8"))
    return {str(entry["id"]): float(entry["distance"]) for entry in listed}


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no '{old}'"
    path.write_text(text.replace(old, new), encoding="utf-8")


def small_survey(
    year: int,
    answers: Mapping[str, Sequence[str]],
    earlier: Sequence[Survey] = (),
    disclosure: int = 0,
) -> Survey:
    """A real survey of one stratum of a million firms: per question the answers of each firm."""
    questions, indicators = {}, {}
    for name, given in answers.items():
        labels = {answer: Answer(label=answer, short=answer) for answer in dict.fromkeys(given)}
        questions[name] = question = Question(
            id=name, label=name, short=name, asked_of="all", report_for=["all"], categories=labels
        )
        rules = {a: Rule(label, (name,), frozenset([a])) for a, label in labels.items()}
        indicators[name] = Indicator(name, question, name, name, rules)
    universes = {"all": Universe(label="alle ondernemingen")}
    questionnaire = Questionnaire("questionnaire.yml", questions, indicators, universes)
    region = {"label": "Regio", "values": {"hier": {"label": "Hier", "short": "hier"}}}
    meta = Meta.model_validate(
        {
            "title": "Klein",
            "year": year,
            "field_period": {"start": "2025-06-01", "end": "2025-06-02"},
            "provenance": "synthetic",
            "max_reminders": 0,
            "thresholds": {"reliability": NEVER_FLAGGED, "disclosure": disclosure},
            "changes": {"level": 5, "stable": 5, "slight": 3, "strong": 10},
            "imputation": {"seed": 1, "classes": [], "donor_limit": 1},
            "singleton": "adjust",
            "domains": {"region": region},
        },
        strict=False,
    )
    firms = pd.DataFrame({"region": ["hier"], "firms": [1_000_000]})
    frame = pd.DataFrame({name: list(given) for name, given in answers.items()})
    numbers = Firms(f"0{year}{i:05}" for i in frame.index)
    frame["firm"] = frame.index
    sample = frame[["firm"]].assign(region="hier", contact_mode="email", delivery="delivered")
    responses = frame.assign(reported_firm=frame["firm"], submitted_at="2025-06-01T09:00:00")
    wave = Wave(meta, questionnaire, firms, sample, responses, numbers)
    weighted = weight(frame.assign(region="hier"), firms, meta)
    survey = Survey(wave, weighted, frame != frame)
    survey._earlier = {wave.year: wave for wave in earlier}
    return survey


def squeeze(text: str) -> str:
    """Text with single spaces and without the soft hyphens of line breaks."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\xad", "")).strip()


def alternatives(node: object) -> list[str]:
    """The text alternatives in the structure tree of a PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    found: list[str] = []
    if isinstance(node, list):
        for kid in node:
            found += alternatives(kid)
    elif isinstance(node, dict):
        found += [str(node["/Alt"])] if "/Alt" in node else []
        found += alternatives(node["/K"]) if "/K" in node else []
    return found
