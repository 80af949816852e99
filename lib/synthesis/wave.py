"""One wave from start to finish: figures, counts, respondents, files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from barometer.errors import BarometerError
from barometer.project import data_folder
from barometer.survey.register import csv_text
from barometer.wave.meta import read_meta
from barometer.wave.questionnaire import read_questionnaire
from barometer.wave.reading import ANSWER, CONTACT
from synthesis.answers import hand_out_questions, hand_out_technologies
from synthesis.assign import Respondents
from synthesis.counts import solve
from synthesis.frame import invited_firms, make_sample, raw_answers
from synthesis.inputs import Strata
from synthesis.nonresponse import with_gaps
from synthesis.targets import read_synthesis, read_targets

FILES = ("population.csv", "sample.csv", "responses.csv")


def synthesize(year: int, output: Path, data: Path | None = None) -> None:
    """Rebuild population.csv, sample.csv and responses.csv of a wave from its published figures.

    wave.yml, questionnaire.yml, published.csv and synthesis.yml are read from the folder of the
    wave in `data`. The three files go to `output`, all or none. Raises BarometerError when figures
    or statements contradict each other, and where `output` holds, or `data` is about, answers that
    are not synthetic: those of real firms are never overwritten.
    """
    folder = data_folder(data)
    wave = folder / str(year)
    settings = read_synthesis(year, folder)
    for place in (wave, output):
        if (place / "wave.yml").is_file():
            meta = read_meta(place / "wave.yml")
            found = None if meta.synthetic else f"provenance: {meta.provenance}"
        else:
            files = [name for name in FILES if (place / name).exists()]
            found = f"{files[0]} without a wave.yml" if files else None
        if found:
            raise BarometerError(
                f"{place}: found {found}; expected a wave with provenance: synthetic. "
                "Real answers are never overwritten; name another folder with --output."
            )
    questionnaire = read_questionnaire(wave / "questionnaire.yml")
    imputation = read_meta(wave / "wave.yml").imputation
    seed = settings["seed"]
    targets = read_targets(year, settings, folder)
    solution = solve(targets, questionnaire, settings)
    people = Respondents(
        targets.strata.usable, list(questionnaire.columns), settings["drivers"], seed
    )
    hand_out_technologies(people, solution)
    answers = hand_out_questions(people, questionnaire, solution)
    sample = make_sample(targets.strata, targets.accounting, seed)
    firms = invited_firms(people.stratum, sample, seed)
    keys = [targets.strata.keys[h] for h in people.stratum]
    classes = pd.DataFrame(keys, columns=["sector", "size"])
    classes["ai_use_status"] = questionnaire.indicator("ai_use_status").labels(answers)
    gaps = with_gaps(
        answers, classes, firms, questionnaire, imputation, settings["nonresponse"], seed
    )
    write(
        output,
        targets.strata,
        sample,
        raw_answers(gaps, firms, sample, settings["fieldwork"], seed),
    )


def write(folder: Path, strata: Strata, sample: pd.DataFrame, raw: pd.DataFrame) -> None:
    """Write the three CSV files of a wave; none is replaced before all are written."""
    folder.mkdir(parents=True, exist_ok=True)
    population = pd.DataFrame(strata.keys, columns=["sector", "size"]).assign(firms=strata.firms)
    columns = [ANSWER[0], "sector", "size", *CONTACT]
    frames = (population, sample.sort_values(ANSWER[0])[columns], raw)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".synthesis-") as scratch:
        for name, frame in zip(FILES, frames, strict=True):
            (Path(scratch) / name).write_text(csv_text(frame), encoding="utf-8")
        for name in FILES:
            (Path(scratch) / name).replace(folder / name)
