"""Which conditional blocks of the chapters an edition shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barometer.errors import of_wave
from barometer.project import waves
from barometer.wave.eurostat import eurostat_beside
from barometer.wave.meta import Meta, read_meta
from barometer.wave.questionnaire import Questionnaire, read_questionnaire
from barometer.wave.reading import published_file

PROFILES = ("review",)


def applies(year: int, data: Path, profile: str | None = None) -> Callable[[str], bool]:
    """Tell which identifiers of `.asked` and `.content-visible` blocks hold for a wave.

    `export` holds where the wave asked it, `previous.export` where the wave before did,
    `previous` where there is a wave before, the identifier or code of a domain value (`12-14`)
    where the wave has it, `published` where its published figures are known, `eurostat` where
    those of Eurostat for its year are, `synthetic` where its respondents are made up,
    `illustrative` where this wave or an earlier one is, and the name of a profile in that profile.
    KeyError for an identifier that no wave in `data` has.
    """
    known: dict[int, tuple[Questionnaire, Meta]] = {}
    for wave in waves(data):
        with of_wave(wave):
            known[wave] = (
                read_questionnaire(data / str(wave) / "questionnaire.yml"),
                read_meta(data / str(wave) / "wave.yml"),
            )
    past = [known[wave] for wave in known if wave < year]

    def holds(name: str) -> bool:
        if name in PROFILES:
            return name == profile
        if name == "published":
            return published_file(year, data).is_file()
        if name == "eurostat":
            return any(row.year == year for row in eurostat_beside(data))
        if name == "previous":
            return bool(past)
        if name == "synthetic":
            return known[year][1].synthetic
        if name == "illustrative":
            return any(meta.illustrative for _, meta in (*past, known[year]))
        wanted = name.removeprefix("previous.")
        if not any(_has(*wave, wanted) for wave in known.values()):
            raise KeyError(wanted)
        if name != wanted:
            return bool(past) and _has(*past[-1], wanted)
        return _has(*known[year], wanted)

    return holds


def _has(questionnaire: Questionnaire, meta: Meta, name: str) -> bool:
    """Whether a wave has the question, item, indicator, category or domain value."""
    places = [value for domain in meta.domains.values() for value in domain.values.values()]
    return questionnaire.asked(name) or any(name in (v.id, v.code) for v in places)
