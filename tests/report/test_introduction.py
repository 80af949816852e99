"""The introduction places a wave among the others, as far as they are known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers import DATA
from tests.report.reading import reader

INTRODUCTION = "chapters/02-inleiding.qmd"


def introduction(monkeypatch: pytest.MonkeyPatch, year: int, data: Path) -> str:
    """The text of the introduction, with its footnotes."""
    reading = reader(monkeypatch)(year, data)
    return "\n".join(text for file, _, text in reading.lines if file == INTRODUCTION)


@pytest.mark.parametrize(
    ("year", "said", "unsaid"),
    [
        (2021, ["Dit is de eerste meting."], ["De vorige meting", "cybersecurity", "Standaert"]),
        (
            2023,
            [
                "Dit is de derde meting; de eerste beschreef de situatie in 2021.",
                "[^in-vorige]: AI-Barometer, situatie 2022.",
            ],
            ["cybersecurity", "Standaert"],
        ),
        (
            2025,
            [
                "Dit is de vierde meting; de eerste beschreef de situatie in 2021.",
                "[^in-vorige]: Standaert, T., Lecocq, C., Andries, P. & Evens, T. (2024).",
                "bij Vlaamse bedrijven: situatie 2023",
                "Sinds 2024 wordt AI niet langer samen met cybersecurity bevraagd",
            ],
            [],
        ),
    ],
)
def test_it_counts_the_waves_and_cites_the_last_report(
    monkeypatch: pytest.MonkeyPatch, year: int, said: list[str], unsaid: list[str]
) -> None:
    text = introduction(monkeypatch, year, DATA)
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_it_does_not_count_without_the_first_wave(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for year in ("2023", "2025"):
        shutil.copytree(DATA / year, tmp_path / year)
    shutil.copy(DATA / "facts.yml", tmp_path)
    text = introduction(monkeypatch, 2025, tmp_path)
    assert "De eerste meting beschreef de situatie in 2021." in text
    assert "Dit is de" not in text
