"""Which conditional blocks of the chapters an edition shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from barometer.errors import WaveError, of_wave
from barometer.project import waves
from barometer.render.progress import say
from barometer.wave.cleaning import clean
from barometer.wave.corrections import read_corrections
from barometer.wave.eurostat import eurostat_beside
from barometer.wave.meta import Meta, read_meta
from barometer.wave.questionnaire import Questionnaire, read_questionnaire
from barometer.wave.reading import published_file, read_wave

PROFILES = ("review",)
# holds in Quarto's own run only, which shows every block: see plain.py
QUARTO = "quarto"
#: What else is not about the questions and domains of a wave.
OTHER = {"corrected", "published", "eurostat", "previous", "synthetic", "illustrative"}


def applies(year: int, data: Path, profile: str | None = None) -> Callable[[str], bool]:
    """Tell which identifiers of `.asked` and `.content-visible` blocks hold for a wave.

    `export` holds where the wave asked it and has answers from whomever it is reported for (of
    firms that export it may have none), `previous.export` where that is so of the wave before,
    `previous` where there is a wave before, the identifier or code of a domain value (`12-14`)
    where the wave has it, a universe where anyone is in it, `published` where its published figures
    are known, `eurostat` where those of Eurostat for its year are, `procedure` where its wave.yml
    has one, `synthetic` where its respondents are made up, `illustrative` where this wave or an
    earlier one is, `corrected` where one of these was corrected since it was published, and the
    name of a profile in that profile.
    KeyError for an identifier that no wave in `data` has.
    """
    known: dict[int, tuple[Questionnaire, Meta]] = {}
    for wave in waves(data):
        try:
            with of_wave(wave):
                known[wave] = (
                    read_questionnaire(data / str(wave) / "questionnaire.yml"),
                    read_meta(data / str(wave) / "wave.yml"),
                )
        except WaveError:
            if wave <= year:
                raise
            say(f"Wave {wave} is left aside; what is wrong with it: barometer check {wave}")
    past = [wave for wave in known if wave < year]
    answers = cache(lambda wave: _usable(wave, data))

    def has(wave: int, name: str) -> bool:
        questionnaire, _ = known[wave]
        if not _has(*known[wave], name):
            return False
        if name in questionnaire.universes and not questionnaire.asked(name):
            return _anyone(questionnaire, [name], answers(wave))
        if not questionnaire.asked(name):
            return True
        question = questionnaire.indicator(name.partition(".")[0]).question
        groups = [question.asked_of, *question.report_for]
        return _anyone(questionnaire, groups, answers(wave))

    def holds(name: str) -> bool:
        if name in PROFILES:
            return name == profile
        if name == QUARTO:
            return False
        if name == "corrected":
            shown = [wave for wave in known if wave <= year]
            return any(read_corrections(wave, data).entries for wave in shown)
        if name == "published":
            return published_file(year, data).is_file()
        if name == "eurostat":
            return any(row.year == year for row in eurostat_beside(data))
        if name == "previous":
            return bool(past)
        if name == "synthetic":
            return known[year][1].synthetic
        if name == "illustrative":
            return any(known[wave][1].illustrative for wave in (*past, year))
        if name == "procedure":
            return known[year][1].procedure is not None
        wanted = name.removeprefix("previous.")
        if not any(_has(*wave, wanted) for wave in known.values()):
            raise KeyError(wanted)
        if name != wanted:
            return bool(past) and has(past[-1], wanted)
        return has(year, wanted)

    return holds


def _has(questionnaire: Questionnaire, meta: Meta, name: str) -> bool:
    """Whether a wave has the question, item, indicator, category, universe or domain value."""
    places = [value for domain in meta.domains.values() for value in domain.values.values()]
    if questionnaire.asked(name) or name in questionnaire.universes:
        return True
    return any(name in (v.id, v.code) for v in places)


def _usable(year: int, data: Path) -> pd.DataFrame | None:
    """The usable answers of a wave; None where its files cannot be read."""
    files = read_wave(year, data)
    if files.problems or files.questionnaire is None:
        return None
    return clean(files.responses, files.sample, files.questionnaire)


def _anyone(
    questionnaire: Questionnaire, universes: Iterable[str], usable: pd.DataFrame | None
) -> bool:
    """Whether each of some universes has anyone."""
    if usable is None:
        return True
    return all(questionnaire.universe(name, usable).any() for name in universes)
