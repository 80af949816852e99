"""One wave from start to finish: figures, counts, respondents, files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from barometer.questionnaire import read_questionnaire
from barometer.synthesis.answers import hand_out_questions, hand_out_technologies
from barometer.synthesis.assign import Respondents
from barometer.synthesis.counts import solve
from barometer.synthesis.figures import Strata
from barometer.synthesis.frame import invited_firms, make_sample, raw_answers
from barometer.synthesis.nonresponse import with_gaps
from barometer.synthesis.targets import read_synthesis, read_targets
from barometer.wave import data_folder, read_meta


def synthesize(year: int, published: Path | None = None, output: Path | None = None) -> None:
    """Rebuild population.csv, sample.csv and responses.csv of a wave from its published figures.

    wave.yml and questionnaire.yml are read from the folder of the wave; what the synthesis needs
    besides stands in `<year>.yml` beside this module. `published`: the register of figures
    (default: the one in tests/reference/published). `output`: default the folder of the wave.
    Raises BarometerError when figures or claims contradict each other.
    """
    settings = read_synthesis(year)
    wave = data_folder() / str(year)
    questionnaire = read_questionnaire(wave / "questionnaire.yml")
    imputation = read_meta(wave / "wave.yml").imputation
    seed = settings["seed"]
    figures = read_targets(year, settings, published)
    solution = solve(figures, questionnaire, settings)
    people = Respondents(
        figures.strata.usable, list(questionnaire.columns), settings["drivers"], seed
    )
    hand_out_technologies(people, solution)
    answers = hand_out_questions(people, questionnaire, solution)
    sample = make_sample(figures.strata, figures.accounting, seed)
    firms = invited_firms(people.stratum, sample, seed)
    keys = [figures.strata.keys[h] for h in people.stratum]
    classes = pd.DataFrame(keys, columns=["sector", "size"])
    status = questionnaire.indicator("ai_use_status").evaluate(answers)
    classes["ai_use_status"] = status[["use", "plan", "none"]].idxmax(axis=1)
    gaps = with_gaps(
        answers, classes, firms, questionnaire, imputation, settings["nonresponse"], seed
    )
    raw = raw_answers(gaps, firms, sample, settings["fieldwork"], seed)
    write(output or wave, figures.strata, sample, raw)


def write(folder: Path, strata: Strata, sample: pd.DataFrame, raw: pd.DataFrame) -> None:
    """Write the three CSV files of a wave."""
    folder.mkdir(parents=True, exist_ok=True)
    population = pd.DataFrame(strata.keys, columns=["sector", "size"]).assign(firms=strata.firms)
    columns = ["enterprise_number", "sector", "size", "contact_mode", "delivery"]
    for name, frame in (
        ("population", population),
        ("sample", sample.sort_values("enterprise_number")[columns]),
        ("responses", raw),
    ):
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
