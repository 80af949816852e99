"""From exports of the sample and of the population to sample.csv and population.csv."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from barometer.errors import Problem, WaveError
from barometer.intake.codes import Codebook, coded, unknown_codes
from barometer.intake.export import Export, plain
from barometer.intake.firms import numbers
from barometer.intake.log import Step
from barometer.intake.reading import left_aside, unfit
from barometer.intake.select import Done
from barometer.wave.checks import CONTACT_MODES, DELIVERIES
from barometer.wave.imports import Column, Table
from barometer.wave.meta import Meta
from barometer.wave.reading import ANSWER, CONTACT

FIRM = ANSWER[0]
Codes = Mapping[str, Collection[str]]


def sample(meta: Meta, export: Export) -> tuple[pd.DataFrame, Done]:
    """The table of the sample, with what was done; WaveError lists all that is amiss."""
    codes = {name: _values(meta, name) for name in meta.domains}
    for name, known in zip(CONTACT, (CONTACT_MODES, DELIVERIES), strict=True):
        codes[name] = dict.fromkeys(known, ())
    names = [FIRM, *meta.domains, *CONTACT]
    return _table(meta, export, meta.import_.sample, "import.sample", names, codes)


def population(meta: Meta, export: Export) -> tuple[pd.DataFrame, Done]:
    """The table of the population, with what was done; WaveError lists all that is amiss.

    Counts stay as they are but for zeros behind a point or comma: whether 91.000 may be read as
    91000, `barometer check` decides.
    """
    codes = {name: _values(meta, name) for name in meta.strata}
    names = [*meta.strata, "firms"]
    return _table(meta, export, meta.import_.population, "import.population", names, codes)


def _values(meta: Meta, domain: str) -> Codes:
    values = meta.domains[domain].values
    return {name: (v.label, v.short, v.name, v.code) for name, v in values.items()}


def _misnamed(
    settings: Table, place: str, names: Collection[str], codes: Mapping[str, Codes]
) -> Iterator[Problem]:
    for name, column in settings.columns.items():
        if name not in names:
            known = f"one of {', '.join(names)}"
            yield Problem("wave.yml", f"'{name}'", known, column=f"{place}.columns")
        elif column.values and name not in codes:
            found = "values for a column without codes"
            yield Problem("wave.yml", found, "no values", column=f"{place}.columns.{name}")
        else:
            yield from unknown_codes(
                column.values, codes.get(name, {}), f"{place}.columns.{name}.values"
            )


def _table(
    meta: Meta,
    export: Export,
    settings: Table,
    place: str,
    names: Collection[str],
    codes: Mapping[str, Codes],
) -> tuple[pd.DataFrame, Done]:
    rules = {name: settings.columns.get(name, Column()) for name in names}
    wanted = {name: rule.column or name for name, rule in rules.items()}
    problems = list(_misnamed(settings, place, names, codes))
    problems += unfit(export, wanted, settings, f"{place}.columns")
    if problems:
        raise WaveError(problems)
    result, done = {}, []
    for name, column in wanted.items():
        cells = export.cells[column]
        if name in codes:
            where, known = f"{place}.columns.{name}.values", codes[name]
            seen = meta.thresholds.disclosure
            of = export.of(column)
            book = Codebook(known, where, seen, of, rules[name].values, settings.empty)
            result[name], steps, found = coded(export.file, cells, book)
        elif name == FIRM:
            result[name], steps, found = numbers(export.file, cells)
        else:
            result[name], found = cells.map(plain), []
            filled = cells[cells != ""]
            steps = [Step(column, "count", "", "", len(filled))]
        problems += found
        done += [(name, step) for step in steps]
    if problems:
        raise WaveError(problems)
    done += [("", step) for step in left_aside(export, settings)]
    return pd.DataFrame(result), done
