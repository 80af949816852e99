"""Which conditional blocks of the chapters an edition shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from barometer.published import published_file
from barometer.questionnaire import read_questionnaire
from barometer.survey import Survey
from barometer.wave import waves

PROFILES = ("review",)
SECTOR = re.compile(r"\d\d-\d\d")


def applies(survey: Survey, data: Path, profile: str | None = None) -> Callable[[str], bool]:
    """Tell which identifiers of `.asked` and `.content-visible` blocks hold for a wave.

    `barrier` holds where the wave asked it, `previous.barrier` where the wave before did,
    `previous` where there is a wave before, `64-66` where the wave has that sector, `published`
    where its published figures are known, and the name of a profile in that profile. KeyError for
    an identifier that no wave in `data` has.
    """

    def holds(name: str) -> bool:
        if name in PROFILES:
            return name == profile
        if name == "published":
            return published_file(survey.year).is_file()
        if name == "previous":
            return survey.previous is not None
        if SECTOR.fullmatch(name):
            return f"NACE {name}" in survey.wave.domains["sector"]
        earlier, question = name.startswith("previous."), name.removeprefix("previous.")
        wave = survey.previous if earlier else survey
        asked = wave is not None and wave.asked(question)
        if not asked and not _known(question, data):
            raise KeyError(question)
        return asked

    return holds


def _known(question: str, data: Path) -> bool:
    """Whether any wave has the question: a mistyped one must not drop a block silently."""
    paths = (data / str(year) / "questionnaire.yml" for year in waves(data))
    return any(read_questionnaire(path).asked(question) for path in paths if path.is_file())
