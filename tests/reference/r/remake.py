"""Make the golden values anew: python tests/reference/r/remake.py [FOLDER] (needs R's survey).

Without FOLDER the committed files in golden/ are replaced; do so after the data of a wave changed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from barometer.survey.survey import Survey, load_survey

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "data"
WAVE = 2025
SHARES = {
    "ai_use_status": ["use", "plan"],
    "technology_use": ["nlg"],
    "adoption_model": ["individual_total"],
    "ai_act_awareness": ["aware"],
}
# the test of chapter 4.5; with every change of the budget as a column R stops on empty cells
ROWS, COLUMNS, UNIVERSE = "adoption_phase", ("budget_change", "increase"), "adopters_not_individual"


def wave_answers(survey: Survey) -> pd.DataFrame:
    """A wave as make.R wants it: design, some shares (empty outside the universe), a table."""
    design, answers = survey.design, survey.answers
    frame = pd.DataFrame(
        {
            "stratum": design.stratum.astype(str),
            "weight": design.weight,
            "firms": design.population[design.stratum],
            "d.sector": answers["sector"],
            "d.size": answers["size"],
        }
    )
    for question, categories in SHARES.items():
        inside = survey.universe(survey[question].universe)
        for category in categories:
            holds = survey.categories(question)[category]
            frame[f"y.{question}.{category}"] = holds.where(inside).astype("Int64")
    question, category = COLUMNS
    inside = survey.universe(UNIVERSE)
    frame["t.1"] = answers[ROWS].where(inside)
    frame["t.2"] = survey.categories(question)[category].astype(int).where(inside).astype("Int64")
    return frame


def run(script: str, *arguments: object) -> None:
    """Run one of the R scripts beside this file."""
    subprocess.run(["Rscript", str(HERE / script), *map(str, arguments)], check=True)


def remake(folder: Path, survey: Survey) -> None:
    """Write every golden file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = folder / "apistrat-data.csv"
    run("make.R", "apistrat", schools)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        wave, completed = Path(temporary) / "wave.csv", Path(temporary) / "completed.csv"
        wave_answers(survey).to_csv(wave, index=False, float_format="%.17g")
        # wave.R makes strata and weights itself
        survey.answers.drop(columns=["stratum", "weight"]).to_csv(completed, index=False)
        rules = "adjust,certainty,average,remove"
        runs = [
            pool.submit(run, "make.R", HERE / "invented.csv", folder / "invented.csv", rules),
            pool.submit(run, "wave.R", completed, DATA / str(WAVE) / "population.csv", folder),
            pool.submit(run, "make.R", wave, folder / f"{WAVE}.csv", "adjust", "TRUE"),
            pool.submit(run, "make.R", schools, folder / "apistrat.csv"),
            pool.submit(run, "rao_shao.R", HERE / "imputed.csv", folder / "imputed.csv"),
        ]
        for done in runs:
            done.result()


if __name__ == "__main__":
    remake(
        Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "golden",
        load_survey(WAVE, DATA),
    )
