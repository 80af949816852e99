"""Rules on the register, and on the downloads as far as they are parts of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from barometer.errors import Problem
from barometer.render.checks.numbers import NOISE, number, same
from barometer.render.checks.opened import Edition
from barometer.render.checks.partitions import asked_all, partitions
from barometer.render.checks.tables import KEYS, NUMBERS, Key, Row, Table
from barometer.survey.coarsening import Grain, published
from barometer.survey.rounding import FINE
from barometer.survey.survey import REGISTER, TOTAL

TEXT = {"year", "jaar", "label", "flag", "vlag", "confidential", *KEYS, *KEYS.values()}
COUNTS = ("n", "n_category")


def _key(row: Row) -> Key:
    """Which estimate a row is, of a register or of a download."""
    return tuple(row[ours] if ours in row else row[theirs] for theirs, ours in KEYS.items())


def _of(row: Row) -> str:
    return ", ".join(_key(row))


def _flag(row: Row) -> str:
    """Whether it is withheld (c) or unreliable (u), not whether it was revised (r)."""
    return (row["flag"] if "flag" in row else _own(row)).removesuffix("r")


def _own(row: Row) -> str:
    """The flags of an estimate in a download; a break (b) is of the series that it stands in."""
    return row["vlag"].removesuffix("b")


def _grain(edition: Edition, row: Row) -> Grain:
    """How precisely a row of the register is shown; one of an unknown cell as any other."""
    universe, domain, value = (row[name] for name in ("universe", "domain", "domain_value"))
    survey = edition.survey
    known = universe in survey.questionnaire.universes and domain in ("total", *survey.meta.domains)
    return survey.grains(universe, domain).get(value, Grain()) if known else Grain()


def _rounding(edition: Edition, row: Row) -> float:
    """By how much rounding moves a percentage of the register at most."""
    return (FINE if _key(row) in edition.survey.printed else _grain(edition, row).step) / 2


def numbers_are_finite(edition: Edition) -> Iterator[Problem]:
    """Every number of an estimate is one; none is missing but a withheld one or one on nobody."""
    for table in (edition.register, *edition.full, *edition.of_estimates()):
        numeric = [column for column in table.columns if column not in TEXT]
        for place, row in table.numbered():
            absent = _flag(row) == "c" or row["n"] in ("", "0")
            uncounted = table is edition.register and _grain(edition, row).smooth
            for column in numeric:
                empty = absent or (uncounted and column == "n_category")
                if not (math.isfinite(number(row[column])) or (row[column] == "" and empty)):
                    found = f"'{row[column]}'" if row[column] else "an empty cell without flag c"
                    remedy = f"See where {_of(row)} is estimated."
                    yield Problem(table.file, found, "a finite number", remedy, place, column)


def exclusive_shares_sum_to_100(edition: Edition) -> Iterator[Problem]:
    """The shares of categories of which each respondent is in one sum to 100."""
    for rows, names in _parts(edition):
        known = [number(rows[name][1]["estimate"]) for name in names]
        slack = sum(_rounding(edition, rows[name][1]) for name in names) + NOISE
        if not abs(sum(known) - 100) <= slack:
            place, row = rows[names[0]]
            found = f"{sum(known):.6g} for {', '.join(names)} together"
            expected = f"100, for {row['question']} of {row['universe']} in {row['domain_value']}"
            remedy = "See the categories in questionnaire.yml and the weights."
            yield Problem(edition.register.file, found, expected, remedy, place, "estimate")


def unions_equal_their_parts(edition: Edition) -> Iterator[Problem]:
    """A category that joins exclusive others has their shares together."""
    indicators = edition.survey.questionnaire.indicators
    for rows, names in _parts(edition):
        place, row = rows[names[0]]
        for name, rule in indicators[row["question"]].categories.items():
            parts = [part for part in rule.union if part in names]
            if not parts or len(parts) < len(rule.union) or name not in rows:
                continue
            place, row = rows[name]
            total = sum(number(rows[part][1]["estimate"]) for part in parts)
            shown = [row, *(rows[part][1] for part in parts)]
            slack = sum(_rounding(edition, one) for one in shown) + NOISE
            if row["estimate"] and not abs(number(row["estimate"]) - total) <= slack:
                found = f"{row['estimate']} for {_of(row)}"
                expected = f"{total:.6g}, {' and '.join(parts)} together"
                remedy = "See the unions in questionnaire.yml."
                yield Problem(edition.register.file, found, expected, remedy, place, "estimate")


def _parts(edition: Edition) -> Iterator[tuple[dict[str, tuple[int, Row]], list[str]]]:
    """Rows by category, and those categories that exclude each other and leave nobody out.

    Only where all of these are shown: what is withheld cannot be added up.
    """
    questionnaire = edition.survey.questionnaire
    groups: dict[Key, dict[str, tuple[int, Row]]] = defaultdict(dict)
    for place, row in edition.register.numbered():
        key = tuple(row[c] for c in ("question", "universe", "domain", "domain_value"))
        groups[key][row["category"]] = (place, row)
    for (question, universe, *_), rows in groups.items():
        indicator = questionnaire.indicators.get(question)
        if indicator and asked_all(questionnaire, universe, indicator.question.asked_of):
            for names in partitions(indicator):
                if all(name in rows and rows[name][1]["estimate"] for name in names):
                    yield rows, names


def withheld_values_are_not_shown(edition: Edition) -> Iterator[Problem]:
    """An estimate on too few respondents, or with flag c, has no number in any file.

    The base itself may stand there: that it is too small is the reason.
    """
    few = edition.survey.meta.thresholds.disclosure
    hidden = {key for key, row in edition.estimates.items() if _flag(row) == "c"}
    for table in (edition.register, *edition.full, *edition.of_estimates()):
        numeric = [c for c in table.columns if c not in {*TEXT, "n"}]
        for place, row in table.numbered():
            withheld = _flag(row) == "c"
            if not withheld and row["n"] and number(row["n"]) < few and _this_year(edition, row):
                found, expected = f"{row['n']} respondents without flag c", f"{few} or more"
                remedy = f"Withhold {_of(row)}."
                yield Problem(table.file, found, expected, remedy, place, "n")
            withheld |= _this_year(edition, row) and _key(row) in hidden
            for column in numeric if withheld else ():
                if row[column] != "":
                    expected = "an empty cell: the estimate is withheld"
                    remedy = f"Withhold {_of(row)} here too."
                    yield Problem(table.file, "a number", expected, remedy, place, column)


def _this_year(edition: Edition, row: Row) -> bool:
    """Whether a row is of the wave; those of earlier waves have thresholds of their own."""
    return row.get("jaar", row.get("year")) == str(edition.survey.year)


def downloads_equal_register(edition: Edition) -> Iterator[Problem]:
    """A row of a download says what the register says of that estimate.

    Rows of earlier waves, which the register does not hold, say the same in each download. What is
    divided by an indicator is no row of the register either, but of `share`.
    """
    first: dict[Key, tuple[str, Row]] = {}
    for table in edition.of_estimates():
        for place, row in table.numbered():
            key = _key(row)
            if _this_year(edition, row):
                source, known = edition.register.file, _registered(edition, key)
            else:
                source, known = first.setdefault((row["jaar"], *key), (table.file, row))
            yield from _differences(table, place, row, source, known)


def _registered(edition: Edition, key: Key) -> Row:
    """The row of the register, empty where it has none."""
    question, category, universe, domain, value = key
    divided = domain in edition.survey.questionnaire.indicators
    if key not in edition.estimates and divided and edition.survey.asked(question):
        survey = edition.survey
        shares = published(survey.share(question, domain, universe), survey)
        here = shares[(shares["category"] == category) & (shares["domain_value"] == value)]
        for row in here.to_dict("records"):
            numbers = {name: "" if row[name] != row[name] else repr(row[name]) for name in REGISTER}
            return {**numbers, "flag": str(row["flag"])}
    return edition.estimates.get(key, {})


def _differences(table: Table, place: int, row: Row, source: str, known: Row) -> Iterator[Problem]:
    remedy = "Render the edition again: register and downloads come from one survey."
    if not known:
        yield Problem(table.file, _of(row), f"a row of {source}", remedy, place)
        return
    for ours, theirs in {**NUMBERS, "n": "n", "vlag": "flag"}.items():
        expected = known.get(theirs, known.get(ours, ""))
        if ours == "vlag":
            equal = _own(row) == expected.removesuffix("b")
        else:
            equal = same(row[ours], expected)
        if not equal:
            found = f"'{row[ours]}' for {_of(row)}"
            yield Problem(table.file, found, f"'{expected}', as {source}", remedy, place, ours)


def bases_add_up(edition: Edition) -> Iterator[Problem]:
    """The respondents in the values of a domain are together those in total."""
    counts: dict[Key, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    first: dict[Key, int] = {}
    for place, row in edition.register.numbered():
        key: Key = (row["question"], row["universe"], row["category"])
        first.setdefault((*key, row["domain"]), place)
        counts[key][row["domain"]].append(row["n"])
    for key, domains in counts.items():
        total = domains.get("total", [""])[0]
        for domain, texts in domains.items():
            if domain == "total" or "" in texts or not total:
                continue
            if (found := sum(map(number, texts))) != number(total):
                yield Problem(
                    edition.register.file,
                    f"{found:g} respondents over {domain}",
                    f"{total}, as in {TOTAL} of {', '.join(key)}",
                    "See the domains of the respondents.",
                    first[(*key, domain)],
                    "n",
                )
