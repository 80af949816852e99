"""How the chapters meet the questionnaire of a wave: what they leave out, what they lack."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from barometer.project import data_folder, project_root
from barometer.render.conditions import OTHER, PROFILES, QUARTO, applies
from barometer.render.lines import Line, read_lines
from barometer.render.sources import CONDITIONS, DIV_OPEN
from barometer.wave.questionnaire import Questionnaire, read_questionnaire
from barometer.wave.reading import wave_folder

#: A text between quotes that can be an identifier, or several as a condition has them.
QUOTED = re.compile(r"\"([\w.|; -]+)\"|'([\w.|; -]+)'")


def report_lines() -> list[Line]:
    """The lines of report.qmd with its chapters."""
    root = project_root()
    return list(read_lines(root / "report.qmd", root))


def untold(questionnaire: Questionnaire, lines: list[Line]) -> list[str]:
    """The questions that are reported, but that no chapter names by any of their indicators."""
    named: set[str] = set()
    for line in lines:
        for quoted in QUOTED.finditer(line.text):
            named |= set(re.split(r"[ .|]", quoted[1] or quoted[2]))
    told = {i.question.id for i in questionnaire.indicators.values() if i.id in named}
    reported = (q.id for q in questionnaire.questions.values() if q.reported)
    return [name for name in reported if name not in told]


def left_out(lines: list[Line], holds: Callable[[str], bool]) -> list[str]:
    """The blocks that a wave leaves out for a question or value it lacks: file:line, and which."""
    found = []
    for line in lines:
        if not (DIV_OPEN.match(line.text) and ".asked" in line.text):
            continue
        conditions = " ".join(CONDITIONS.findall(line.text)).split()
        asked = [each for each in conditions if each not in {*PROFILES, QUARTO, *OTHER}]
        lacking = [each for each in asked if not _any(each, holds)]
        if lacking:
            found.append(f"{line.file}:{line.number}: {', '.join(lacking)}")
    return found


def _any(condition: str, holds: Callable[[str], bool]) -> bool:
    return any(_holds(name, holds) for name in condition.split("|"))


def _holds(name: str, holds: Callable[[str], bool]) -> bool:
    try:
        return holds(name)
    except KeyError:  # no wave knows it
        return False


def questions(year: int, data: Path | None) -> tuple[list[str], list[str]]:
    """What `untold` and `left_out` say of a wave whose settings can be read."""
    lines = report_lines()
    questionnaire = read_questionnaire(wave_folder(year, data) / "questionnaire.yml")
    return untold(questionnaire, lines), left_out(lines, applies(year, data_folder(data)))
