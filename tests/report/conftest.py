"""Read the report without drawing, for tests of what it says in many a wave."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import barometer.chapters
import barometer.survey.survey
from barometer.survey.estimates import Estimates
from barometer.survey.survey import Survey, load_survey
from tests.helpers import ROOT
from tests.report.reading import STAND_INS, Read, Reading, read_chapters


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read the report for a wave in a data folder.

    Figures and tables only take the estimates they would show. Estimates and domains are kept, for
    chapters ask for the same often.
    """
    for name, stand_in in STAND_INS.items():
        monkeypatch.setattr(barometer.chapters, name, stand_in)
    monkeypatch.setattr(Estimates, "estimates", cache(Estimates.estimates))
    monkeypatch.setattr(Survey, "domain", cache(Survey.domain))
    monkeypatch.chdir(ROOT)

    def read_with(year: int, data: Path) -> Reading:
        monkeypatch.setenv("BAROMETER_DATA", str(data))
        return read_chapters(year, data)

    return read_with


@pytest.fixture
def same_previous_wave(monkeypatch: pytest.MonkeyPatch) -> Callable[[Survey], None]:
    """Let every survey have this one before it, instead of reading it anew each time."""

    def known(previous: Survey) -> None:
        def load(year: int, data: Path | str | None = None, *, seed: int | None = None) -> Survey:
            return previous if year == previous.year else load_survey(year, data, seed=seed)

        monkeypatch.setattr(barometer.survey.survey, "load_survey", load)

    return known
