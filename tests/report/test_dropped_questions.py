"""A wave that did not ask a question has a report all the same, without what rests on it."""

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import barometer.survey.survey
from barometer.prose.numbers import NOT_AVAILABLE
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, REFERENCE
from tests.report.reading import reader

QUESTIONNAIRE: dict[str, Any] = yaml.safe_load(
    (DATA / "2025" / "questionnaire.yml").read_text(encoding="utf-8")
)
HEADING = re.compile(r"^(#+) (.+?)(?: \{.*\})?$", re.MULTILINE)
HEADINGS = yaml.safe_load((REFERENCE / "checklist.yml").read_text(encoding="utf-8"))["headings"]
TITLE = {heading["number"]: heading["title"] for heading in HEADINGS}
# the title above each subsection of the whole report
PARENT = {title: TITLE.get(number.rpartition(".")[0]) for number, title in TITLE.items()}
# what everything else rests on: the universes, the classes of the hot deck
KEPT = "technology_use"
DROPPED = [question for question in QUESTIONNAIRE["questions"] if question != KEPT]


def without(question: str) -> dict[str, Any]:
    """The questionnaire without a question, nor anything that cannot be had without it."""
    content = copy.deepcopy(QUESTIONNAIRE)
    questions, universes = content["questions"], content["universes"]
    indicators = content["indicators"]
    gone: set[str] = {question}
    while gone:
        for name in gone:
            questions.pop(name, None)
            universes.pop(name, None)
            indicators.pop(name, None)
        gone = {name for name, entry in indicators.items() if entry.get("of", name) in gone}
        for name, universe in universes.items():
            parts = {c.get("of") for c in universe.get("all_of", ())} - {None}
            within = {c.get("universe") for c in universe.get("all_of", ())} - {None}
            if not parts <= {*questions, *indicators} - gone or not within <= set(universes):
                gone.add(name)
        gone |= {name for name, asked in questions.items() if asked["asked_of"] not in universes}
        for asked in questions.values():
            if "report_for" in asked:
                asked["report_for"] = [u for u in asked["report_for"] if u in universes]
    return content


def badly_headed(text: str) -> list[str]:
    """The headings that skip a level, head nothing, or stand under another than in the report."""
    found = list(HEADING.finditer(text))
    above: dict[int, str] = {}
    bad = []
    for number, heading in enumerate(found):
        level, title = len(heading[1]), heading[2]
        above = {upper: name for upper, name in above.items() if upper < level} | {level: title}
        below = (h.start() for h in found[number + 1 :] if len(h[1]) <= level)
        body = text[heading.end() : next(below, len(text))]
        parent = above.get(level - 1)
        if parent != PARENT.get(title, parent) or (level > 1 and not parent):
            bad.append(f"{title} under {parent}")
        if not body.strip():
            bad.append(f"{title}: empty")
    return bad


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The wave of 2023, with no other before it."""
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / "2023", data / "2023")
    return load_survey(2023, data)


@pytest.fixture(scope="module")
def responses() -> pd.DataFrame:
    """The raw answers of 2025, as text."""
    return pd.read_csv(DATA / "2025" / "responses.csv", dtype=str, keep_default_na=False)


def test_dropping_takes_along_what_rests_on_it() -> None:
    left = without("barrier")
    assert "knowledge_gap" not in left["questions"]
    assert not {name for name in left["universes"] if "knowledge_gap" in name}
    assert "adoption_phase" not in without("adoption_model")["questions"]
    assert "adoption_phase" not in without("adoption_model")["indicators"]
    assert list(without("training")["questions"]) == [
        name for name in QUESTIONNAIRE["questions"] if name != "training"
    ]


def test_headings_without_their_section_are_found() -> None:
    whole = "# Resultaten\n\n## Effecten\n\na\n\n### Tewerkstelling\n\nb\n"
    assert badly_headed(whole) == []
    assert badly_headed(whole.replace("Effecten", "Budget")) == ["Tewerkstelling under Budget"]
    assert badly_headed(whole.replace("## Effecten", "")) == ["Tewerkstelling under None"]
    assert badly_headed(whole.replace("b\n", "")) == ["Tewerkstelling: empty"]


@pytest.mark.parametrize("question", DROPPED)
def test_the_report_does_without(
    question: str,
    tmp_path: Path,
    responses: pd.DataFrame,
    previous: Survey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # every copy has the same wave before it, which need not be read each time
    monkeypatch.setattr(barometer.survey.survey, "load_survey", lambda *_: previous)
    shutil.copytree(DATA / "2025", tmp_path / "2025")
    (tmp_path / "2023").symlink_to(DATA / "2023")
    content = without(question)
    (tmp_path / "2025" / "questionnaire.yml").write_text(
        yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    lost = set(QUESTIONNAIRE["questions"]) - set(content["questions"])
    kept = [name for name in responses.columns if str(name).partition(".")[0] not in lost]
    responses[kept].to_csv(tmp_path / "2025" / "responses.csv", index=False)

    reading = reader(monkeypatch)(2025, tmp_path)
    broken = [where for where, verdict in reading.claims if verdict == "fails"]
    # but for the sentence that sums up what is tested in the table below it
    assert [where for where in broken if "06-appendix" not in where] == []
    assert badly_headed(reading.text) == []
    # in italics where method and word list explain it
    assert NOT_AVAILABLE not in reading.text.replace(f"*{NOT_AVAILABLE}*", "")
    assert "n/a" not in reading.text
