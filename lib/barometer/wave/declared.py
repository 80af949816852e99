"""What wave.yml declares, held against the year of the wave and against what the files have."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import product

import pandas as pd

from barometer.errors import Problem, listed
from barometer.wave.meta import Meta

FILE = "wave.yml"
#: On fewer respondents one of them, who knows its own answer, can tell that of the other.
LEAST_DISCLOSURE = 3
LONGEST_FIELDWORK = datetime.timedelta(days=366)


def unfit_settings(meta: Meta, year: int) -> Iterator[Problem]:
    """Find settings that switch something off or cannot be true of the wave of a year."""
    rules = meta.thresholds.reliability
    for name, value in rules.model_dump().items():
        if not value > 0:
            column = f"thresholds.reliability.{name}"
            yield Problem(FILE, f"{value:g}", "a number above 0", column=column)
    column, withheld = "thresholds.disclosure", meta.thresholds.disclosure
    if withheld < LEAST_DISCLOSURE:
        expected = f"at least {LEAST_DISCLOSURE} respondents, or a figure tells of one of them"
        yield Problem(FILE, str(withheld), expected, column=column)
    if withheld > rules.effective_n:
        expected = f"at most thresholds.reliability.effective_n, {rules.effective_n:g}"
        remedy = "What is withheld is on fewer respondents than what is flagged."
        yield Problem(FILE, str(withheld), expected, remedy, column=column)
    start, end = meta.field_period.start, meta.field_period.end
    found = f"{start} to {end}"
    if not start.year <= year <= end.year:
        expected = f"a period in {year}, the year of the wave"
        yield Problem(FILE, found, expected, column="field_period")
    elif end - start > LONGEST_FIELDWORK:
        yield Problem(FILE, found, "a fieldwork of a year at most", column="field_period")
    yield from _mistaken_names(meta)
    yield from _unfit_merges(meta)


def _mistaken_names(meta: Meta) -> Iterator[Problem]:
    """Find values of a domain that are called as another one: by its identifier, or its names."""
    for name, domain in meta.domains.items():
        for value in domain.values.values():
            for other in domain.values.values():
                if other is value:
                    continue
                texts = {"label": value.label, "short": value.short, "code": value.code}
                theirs = {"label": other.label, "short": other.short, "code": other.code}
                for key, text in texts.items():
                    if text in (theirs[key], other.id):
                        yield Problem(
                            FILE,
                            f"'{text}', which {other.id} is called",
                            "a name of its own",
                            "Look whether two values are exchanged.",
                            column=f"domains.{name}.values.{value.id}.{key}",
                        )


def _unfit_merges(meta: Meta) -> Iterator[Problem]:
    """Find merges of strata that name what is no stratum, or one stratum twice."""
    claimed: dict[tuple[str, ...], int] = {}
    for place, merge in enumerate(meta.collapse, 1):
        values = [_as_list(merge.get(domain, [])) for domain in meta.strata]
        unfit = list(_unfit_names(meta, merge, place))
        yield from unfit
        if unfit:
            continue
        strata = list(product(*values))
        if len(set(strata)) < 2:
            expected = "two strata or more, to be merged into one"
            found = f"{' × '.join(strata[0])} alone in merge {place}"
            yield Problem(FILE, found, expected, column="collapse")
        for stratum in dict.fromkeys(strata):
            if claimed.setdefault(stratum, place) != place:
                found = f"{' × '.join(stratum)} in merges {claimed[stratum]} and {place}"
                expected, remedy = "each stratum in one merge", "Join the two."
                yield Problem(FILE, found, expected, remedy, column="collapse")


def _unfit_names(meta: Meta, merge: Mapping[str, object], place: int) -> Iterator[Problem]:
    for name in merge:
        if name not in meta.strata:
            expected = "domains that make up strata: " + ", ".join(meta.strata)
            yield Problem(FILE, f"'{name}' in merge {place}", expected, column="collapse")
    for domain in meta.strata:
        values, known = _as_list(merge.get(domain, [])), meta.values(domain)
        unknown = [value for value in values if value not in known]
        if unknown or not values:
            found = ", ".join(f"'{value}'" for value in unknown) or f"nothing for {domain}"
            expected = "one or more of " + ", ".join(known)
            yield Problem(FILE, f"{found} in merge {place}", expected, column="collapse")


def _as_list(values: object) -> list[str]:
    return [values] if isinstance(values, str) else list(values)  # type: ignore[call-overload]


def undeclared_gaps(meta: Meta, population: pd.DataFrame, sample: pd.DataFrame) -> list[Problem]:
    """Find values of domains, and strata, that wave.yml declares and neither file has.

    Where a whole group is gone from all files at once, nothing else tells that it is.
    """
    problems = []
    present: dict[str, list[str]] = {}
    for domain in meta.domains:
        found = set(sample[domain]) | set(population.get(domain, []))
        present[domain] = [value for value in meta.values(domain) if value in found]
        if gone := [value for value in meta.values(domain) if value not in found]:
            where = "population.csv or sample.csv" if domain in meta.strata else "sample.csv"
            problems.append(
                Problem(
                    FILE,
                    f"{listed(gone)}, which no row of {where} has",
                    "values that the files have",
                    f"Add the rows to {where}, or remove the value.",
                    column=f"domains.{domain}",
                )
            )
    strata = {tuple(row) for frame in (population, sample) for row in _strata(meta, frame)}
    every = product(*(present[domain] for domain in meta.strata))
    if lacking := [" × ".join(stratum) for stratum in every if stratum not in strata]:
        noun = "stratum" if len(lacking) == 1 else "strata"
        problems.append(
            Problem(
                "population.csv",
                f"no row for {len(lacking)} {noun}: {listed(lacking)}",
                f"each combination of {' and '.join(meta.strata)}",
                "Add the row, with 0 firms where there are none.",
            )
        )
    return problems


def _strata(meta: Meta, frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    return frame[meta.strata].drop_duplicates().itertuples(index=False, name=None)
