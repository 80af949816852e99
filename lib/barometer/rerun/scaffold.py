"""`barometer new-wave`: the folder of a new wave, with all that must be looked at in it marked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from barometer.errors import BarometerError, of_wave
from barometer.project import CHECKLIST, data_folder, waves
from barometer.rerun import carry, todo
from barometer.survey.register import csv_text, write_whole
from barometer.wave.meta import read_meta
from barometer.wave.questionnaire import read_questionnaire
from barometer.wave.reading import ANSWER, CONTACT, wave_folder


def new_wave(year: int, source: int | None = None, data: Path | None = None) -> list[str]:
    """Make what a wave's folder lacks: settings of the wave `source`, empty tables, a checklist.

    `source` is by default the last wave before. What is there already is never overwritten.
    Returns the names of the files that were made. BarometerError for a wave that this did not
    make, and for a source that is none; WaveError where the settings of the source are broken.
    """
    folder = data_folder(data) / str(year)
    if (folder / "wave.yml").is_file() and not (folder / CHECKLIST).is_file():
        raise BarometerError(
            f"{folder}: found a wave without {CHECKLIST}; expected a year without a wave, or one "
            f"that this command began. What is left to do for it: barometer status {year}."
        )
    if all((folder / name).is_file() for name in (*FILES, CHECKLIST)):
        return []
    source = _source(year, source, data)
    # the checklist first: from then on the wave counts as one that is being made
    texts = {CHECKLIST: todo.checklist(year, source), **_files(year, source, data)}
    made = [name for name in texts if not (folder / name).exists()]
    for name in made:
        write_whole(folder / name, texts[name])
    return made


#: The files of a wave that every wave has.
FILES = ("wave.yml", "questionnaire.yml", "population.csv", "sample.csv", "responses.csv")


def _source(year: int, source: int | None, data: Path | None) -> int:
    known = [wave for wave in waves(data) if wave != year]
    earlier = [wave for wave in known if wave < year]
    if source is None and earlier:
        return earlier[-1]
    if source in known:
        return source
    found = "no wave before it" if source is None else f"no other wave {source}"
    raise BarometerError(
        f"{data_folder(data)}: found {found}; expected --from with a wave that is there: "
        f"{', '.join(map(str, known)) or 'none'}."
    )


def _files(year: int, source: int, data: Path | None) -> dict[str, str]:
    """The files of the new wave; figures published, exceptions and synthesis are not carried."""
    before = wave_folder(source, data)
    with of_wave(source):
        meta = read_meta(before / "wave.yml")
        questionnaire = read_questionnaire(before / "questionnaire.yml")
    tables = {
        "population.csv": [*meta.strata, "firms"],
        "sample.csv": ["enterprise_number", *meta.domains, *CONTACT],
        "responses.csv": [*ANSWER, *questionnaire.columns],
    }
    texts = {name: (before / name).read_text(encoding="utf-8") for name in FILES[:2]}
    return {
        "wave.yml": carry.settings(texts["wave.yml"], source, year),
        "questionnaire.yml": carry.content(texts["questionnaire.yml"], year),
        **{name: csv_text(pd.DataFrame(columns=columns)) for name, columns in tables.items()},
    }
