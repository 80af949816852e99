"""`barometer status`: what is left to be done for a wave, from what its files and chapters say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from barometer.errors import BarometerError, WaveError, kinds
from barometer.project import data_folder
from barometer.render.edition import check_sentences
from barometer.render.mending import overdue, to_mend
from barometer.rerun import carry, texts, todo
from barometer.survey.shifts import shifts
from barometer.survey.survey import load_survey
from barometer.wave.eurostat import eurostat_beside
from barometer.wave.meta import read_meta
from barometer.wave.questionnaire import read_questionnaire
from barometer.wave.reading import wave_folder

#: How many things that are left are said of one step.
MOST = 8


@dataclass(frozen=True)
class Step:
    """One box of the checklist: whether it is done (None: nobody can tell), and what is left.

    `beside`: what is worth knowing of it, done or not.
    """

    name: str
    done: bool | None
    left: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def progress(year: int, data: Path | None = None, sentences: bool = True) -> list[Step]:
    """Every step of a wave, in the order of the checklist.

    `sentences`: whether to execute the report, which takes a while, to tell of its claims; it is
    only done for a wave whose files have no problem. BarometerError where there is no such wave.
    """
    folder = wave_folder(year, data)
    settings = _settings(folder, year)
    readable = bool(settings.done)
    checked = _check(year, data) if readable else Step("check", False, ["settings first"])
    claims = Step("claims", None, ["not looked at"])
    if not checked.done:
        claims = Step("claims", False, ["check first"])
    elif sentences:
        claims = _claims(year, data)
    return [
        settings,
        _marks(folder, year),
        *(_rows(folder, name) for name in ("population", "sample", "responses")),
        checked,
        _facts(folder, year, data),
        _eurostat(year, data),
        _questions(year, data) if readable else Step("questions", False, ["settings first"]),
        claims,
    ]


def renew(year: int, steps: list[Step], data: Path | None = None) -> None:
    """Tick the boxes of the checklist of a wave; what nobody can tell of stays as it is."""
    done = {step.name: step.done for step in steps if step.done is not None}
    todo.tick(data_folder(data) / str(year), done)


def as_text(year: int, steps: list[Step]) -> Iterator[str]:
    """Say of each step whether it is done and what is left, then how many are."""
    for step in steps:
        mark = {True: "x", False: " ", None: "?"}[step.done]
        yield f"[{mark}] {step.name}: {todo.BOXES[step.name].format(year=year)}"
        for line in (*step.left, *step.beside):
            yield from (f"      {part}" for part in line.splitlines())
    open_ = [step.name for step in steps if not step.done]
    yield f"Wave {year}: {len(steps) - len(open_)} of {len(steps)} done." + (
        f" Left: {', '.join(open_)}." if open_ else ""
    )


def _lines(error: BarometerError, year: int) -> list[str]:
    """What is wrong, a line each; of another wave under a line that names it."""
    if isinstance(error, WaveError) and error.year in (None, year):
        return [str(kind) for kind in kinds(error.problems)]
    return str(error).splitlines()


def _said(lines: list[str], command: str = "") -> list[str]:
    """The first few, and how many more there are."""
    more = len(lines) - MOST
    where = f"; all of them: {command}" if command else ""
    return lines if more <= 0 else [*lines[:MOST], f"… and {more} more{where}"]


def _settings(folder: Path, year: int) -> Step:
    left = []
    for read, name in ((read_meta, "wave.yml"), (read_questionnaire, "questionnaire.yml")):
        try:
            read(folder / name)
        except WaveError as error:
            left += _lines(error, year)
    return Step("settings", not left, _said(left))


def _marks(folder: Path, year: int) -> Step:
    left = [
        f"{name}:{row}: {asked}"
        for name in ("wave.yml", "questionnaire.yml")
        for row, asked in carry.marks(folder / name, year)
    ]
    return Step("marks", not left, _said(left))


def _rows(folder: Path, name: str) -> Step:
    path = folder / f"{name}.csv"
    if not path.is_file():
        return Step(name, False, [f"{path.name}: no such file"])
    with path.open("rb") as file:
        rows = sum(1 for line in file if line.strip()) - 1
    return Step(name, rows > 0, [] if rows > 0 else [f"{path.name}: no row below the header"])


def _check(year: int, data: Path | None) -> Step:
    command = f"barometer check {year}"
    try:
        warnings = shifts(load_survey(year, data))
    except BarometerError as error:
        return Step("check", False, _said(_lines(error, year), command))
    count = f"{len(warnings)} large shift{'s' if len(warnings) > 1 else ''} against the wave before"
    return Step("check", True, beside=[f"{count}: {command}"] if warnings else [])


def _facts(folder: Path, year: int, data: Path | None) -> Step:
    """Where the field period is not known yet, the whole year is taken for it."""
    try:
        until = read_meta(folder / "wave.yml").field_period.end
    except WaveError:
        until = date(year, 12, 31)
    try:
        found = overdue(until, data)
    except WaveError as error:
        return Step("facts", False, _lines(error, year))
    left = [f"{f.chapter}:{f.line}: {f.sentence}; told of in {', '.join(f.told)}" for f in found]
    return Step("facts", not left, _said(left))


def _eurostat(year: int, data: Path | None) -> Step:
    try:
        years = sorted({row.year for row in eurostat_beside(data)})
    except WaveError as error:
        return Step("eurostat", False, _lines(error, year))
    if year in years:
        return Step("eurostat", True)
    return Step("eurostat", None, [f"figures of {', '.join(map(str, years)) or 'no year'} only"])


def _questions(year: int, data: Path | None) -> Step:
    try:
        untold, left_out = texts.questions(year, data)
    except BarometerError as error:  # of another wave, or of the report
        return Step("questions", False, _lines(error, year))
    left = [f"no chapter tells of {name}" for name in untold]
    beside = [f"left out, for the wave lacks it: {block}" for block in left_out]
    return Step("questions", not left, left, _said(beside))


def _claims(year: int, data: Path | None) -> Step:
    try:
        found = to_mend(check_sentences(year, data))
    except BarometerError as error:
        return Step("claims", False, _lines(error, year))
    ranks = Counter((each.chapter, each.rank) for each in found)
    lines = [
        f"{chapter}: {count} {rank.replace('_', ' ')}"
        for (chapter, rank), count in sorted(ranks.items())
    ]
    broken = any(each.rank != "estimates_only" for each in found)
    return Step("claims", not broken, lines if broken else [], [] if broken else lines)
