"""`barometer import`: exports of a survey tool become the tables of a wave, with a log."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barometer.errors import Problem, WaveError, about
from barometer.intake.answers import answers
from barometer.intake.delimited import read_delimited
from barometer.intake.frame import population, sample
from barometer.intake.log import log_text, table_text
from barometer.intake.mapping import columns_unfit, mapped
from barometer.intake.reading import read_export
from barometer.intake.select import Done
from barometer.intake.verify import differences
from barometer.wave.meta import Meta
from barometer.wave.questionnaire import Questionnaire
from barometer.wave.reading import ANSWER, read_wave, wave_folder

LOG = "import.log.csv"
SETTINGS = ("wave.yml", "questionnaire.yml")


@dataclass(frozen=True)
class Exports:
    """The files to import; `structure`: that of LimeSurvey, which describes the answers."""

    answers: Path
    sample: Path | None = None
    population: Path | None = None
    structure: Path | None = None


@dataclass(frozen=True)
class Imported:
    """The tables of a wave as imported, what was done, and what the questionnaires differ in.

    `tables`: responses, and sample and population where there were exports of them.
    """

    tables: Mapping[str, pd.DataFrame]
    log: Mapping[str, Done]
    differences: list[Problem]


def settings(year: int, data: Path | None = None) -> tuple[Meta, Questionnaire]:
    """Read the settings of a wave, whatever its tables; WaveError lists what is wrong with them."""
    files = read_wave(year, data)
    problems = [problem for problem in files.problems if problem.file in SETTINGS]
    if problems or files.meta is None or files.questionnaire is None:
        raise WaveError(problems, year)
    return files.meta, files.questionnaire


def questionnaires_differ(
    meta: Meta, questionnaire: Questionnaire, exports: Exports
) -> tuple[list[Problem], bool]:
    """What the questionnaires differ in, and whether the export tells of its own at all."""
    rules = mapped(meta, questionnaire)
    export = read_export(exports.answers, rules.settings, exports.structure)
    return differences(rules, export), any(t.label or t.values for t in export.described.values())


def import_exports(
    meta: Meta, questionnaire: Questionnaire, exports: Exports, known: Path | None = None
) -> Imported:
    """Turn exports into tables; WaveError lists all that is amiss in them, and nothing is lost.

    `known`: the sample.csv that numbers are held against where there is no export of the sample.
    """
    tables: dict[str, pd.DataFrame] = {}
    log: dict[str, Done] = {}
    problems: list[Problem] = []
    firms = None
    rules = meta.import_
    for name, path, table, make in (
        ("population", exports.population, rules.population, population),
        ("sample", exports.sample, rules.sample, sample),
    ):
        if path:
            try:
                tables[name], log[name] = make(meta, read_export(path, table))
            except WaveError as error:
                problems += error.problems
    if "sample" in tables:
        firms = set(tables["sample"][ANSWER[0]])
    elif known and known.is_file() and not exports.sample:
        with suppress(WaveError):  # one that is still empty; what it lacks, `check` tells
            firms = set(read_delimited(known).cells.get(ANSWER[0], []))
    differ: list[Problem] = []
    try:
        columns = mapped(meta, questionnaire)
        export = read_export(exports.answers, rules.responses, exports.structure)
        differ = differences(columns, export)
        problems += (unfit := columns_unfit(columns, export))
        if not unfit:
            tables["responses"], log["responses"] = answers(columns, export, firms)
    except WaveError as error:
        problems += error.problems
    if problems:
        raise WaveError(problems)
    return Imported(tables, log, differ)


def write(folder: Path, imported: Imported) -> list[Path]:
    """Write the tables and the log into the folder of a wave, none before all fit there."""
    texts = {f"{name}.csv": table_text(table) for name, table in imported.tables.items()}
    texts[LOG] = log_text(imported.log)
    # what a run that was killed leaves under these names, the next one writes over
    staged = {folder / f".{name}.new": text for name, text in texts.items()}
    try:
        for path, text in staged.items():
            with about(path):
                path.write_text(text, encoding="utf-8", newline="")
        for path, name in zip(staged, texts, strict=True):
            path.replace(folder / name)
    finally:
        for path in staged:
            path.unlink(missing_ok=True)
    return [folder / name for name in texts]


def command(options: Namespace) -> int:
    """Run `barometer import`; `verify` only compares, and exits with 1 where they differ."""
    folder = wave_folder(options.year, options.data)
    exports = Exports(options.source, options.sample, options.population, options.structure)
    meta, questionnaire = settings(options.year, options.data)
    if options.verify:
        differ, told = questionnaires_differ(meta, questionnaire, exports)
        _say(differ, told)
        return 1 if differ else 0
    imported = import_exports(meta, questionnaire, exports, folder / "sample.csv")
    written = write(folder, imported)
    for name, table in imported.tables.items():
        print(f"{folder / name}.csv: {len(table)} rows, {len(table.columns)} columns")
    print(f"{written[-1]}: what was done, column by column")
    _say(imported.differences, told=True)
    if meta.synthetic:
        print("wave.yml calls these respondents made up (provenance: synthetic).")
    print(f"Whether the wave is valid, tells: barometer check {options.year}")
    return 0


def _say(differ: list[Problem], told: bool) -> None:
    for difference in differ:
        print(difference)
    if not told:
        print("The export says nothing of its questions and answers: nothing to hold against ours.")
    elif differ:
        count = f"{len(differ)} difference{'s' if len(differ) > 1 else ''}"
        print(f"{count} between the questionnaire of the export and ours.")
