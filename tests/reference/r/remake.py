"""Make the golden values anew: python tests/reference/r/remake.py [FOLDER] (needs R's survey).

Without FOLDER the committed files in golden/ are replaced; do so after the data of a wave changed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from barometer.errors import BarometerError
from barometer.survey.survey import Survey, load_survey

HERE = Path(__file__).parent
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
            "stratum": design.stratum,
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


def r(*arguments: object) -> None:
    """Run make.R."""
    subprocess.run(["Rscript", str(HERE / "make.R"), *map(str, arguments)], check=True)


def remake(folder: Path) -> None:
    """Write every golden file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    r("apistrat", folder / "apistrat-data.csv")
    r(folder / "apistrat-data.csv", folder / "apistrat.csv")
    r(HERE / "invented.csv", folder / "invented.csv", "adjust,certainty,average,remove")
    try:
        survey = load_survey(WAVE, HERE.parents[2] / "data")
    except BarometerError as error:
        print(f"wave {WAVE} left out: {error}", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as temporary:
        wave = Path(temporary) / "wave.csv"
        wave_answers(survey).to_csv(wave, index=False, float_format="%.17g")
        r(wave, folder / f"{WAVE}.csv", "adjust", "TRUE")


if __name__ == "__main__":
    remake(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "golden")
