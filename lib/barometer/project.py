"""Where the project and its waves lie."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from barometer.errors import BarometerError

#: What is still to be done for a wave, in its folder; `barometer new-wave` makes it.
CHECKLIST = "TODO.md"


def project_root() -> Path:
    """Find the nearest folder upwards that holds `_quarto.yml`; BarometerError if there is none."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").is_file():
            return folder
    raise BarometerError(
        f"{here}: found no _quarto.yml here or above; expected the project's folder. "
        "Run the command there, or name the data with --data."
    )


def data_folder(data: Path | str | None = None) -> Path:
    """Find the folder with the waves: the argument, BAROMETER_DATA, or `data/` of the project."""
    if data is not None or os.environ.get("BAROMETER_DATA"):
        return Path(data or os.environ["BAROMETER_DATA"])
    return project_root() / "data"


def beside_waves(name: str, data: Path | str | None = None) -> Path:
    """Find a file that lies beside the waves; where it isn't, that of the project.

    Respondents' data may lie outside the project; what is known to everyone need not go along.
    """
    path = data_folder(data) / name
    return path if path.is_file() else project_root() / "data" / name


def waves(data: Path | str | None = None) -> list[int]:
    """List the years for which there is a folder with a wave.yml, in order.

    One that is only scaffolded is no wave yet: another one has nothing to compare with in it.
    """
    found = [p.parent for p in data_folder(data).glob("[0-9][0-9][0-9][0-9]/wave.yml")]
    return sorted(int(folder.name) for folder in found if not scaffolded(folder))


def scaffolded(folder: Path) -> bool:
    """Tell whether a wave is being made and has no answers yet: a checklist, no row of answers."""
    if not (folder / CHECKLIST).is_file():
        return False
    answers = folder / "responses.csv"
    if not answers.is_file():
        return True
    with answers.open("rb") as file:
        return len([line for line in islice(file, 2) if line.strip()]) < 2
