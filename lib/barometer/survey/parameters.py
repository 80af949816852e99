"""The parameters of a report or notebook: which wave, in which folder; a mistake ends it at once.

papermill and Quarto put a cell of their own behind the one with the defaults, and set in it
whatever they were given, a misspelt name too: `-p yaer 2023` would show another year, silently.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
from pathlib import Path

from IPython.core.getipython import get_ipython

from barometer.errors import BarometerError
from barometer.project import data_folder, waves
from barometer.survey.survey import Survey, load_survey

#: How the cell begins that papermill and Quarto write.
INJECTED = re.compile(r"^# (?:Injected )?Parameters\s*$", re.MULTILINE)


def open_survey(year: int, data: str | Path | None = None) -> Survey:
    """Load the wave that the parameters name: `papermill … -p year 2023 -p data folder`.

    `data`: the folder with the waves, from here on for all that is read (default: see
    `project.data_folder`). BarometerError, with what is known, for an unknown parameter or wave.
    """
    known = list(inspect.signature(open_survey).parameters)
    if unknown := [name for name in _injected() if name not in known]:
        raise BarometerError(
            f"parameters: found {', '.join(unknown)}; expected {' or '.join(known)}, as in "
            "-p year 2023 of papermill and -P year:2023 of Quarto."
        )
    if data is not None:
        os.environ["BAROMETER_DATA"] = str(Path(data).resolve())
    if isinstance(year, bool) or not isinstance(year, int):
        there = ", ".join(map(str, waves())) or "none"
        raise BarometerError(
            f"parameters: found the year {year!r}; expected the number of a year. Waves in "
            f"{data_folder()}: {there}."
        )
    return load_survey(year)


def _injected() -> list[str]:
    """The names that papermill or Quarto set, in the last cell of that kind that ran here."""
    shell = get_ipython()
    cells = [cell for cell in shell.user_ns.get("In", ()) if INJECTED.search(cell)] if shell else []
    if not cells:
        return []
    assignments = [node for node in ast.parse(cells[-1]).body if isinstance(node, ast.Assign)]
    targets = [target for node in assignments for target in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]
