"""Rules on counts of firms: the response, the tables of strata, the weights."""

from __future__ import annotations

import math
from collections.abc import Iterator

from barometer.errors import Problem
from barometer.render.checks.numbers import number
from barometer.render.checks.opened import Edition
from barometer.survey.survey import TOTAL
from barometer.survey.weight import population_by_stratum
from barometer.wave.cleaning import REASONS


def response_adds_up(edition: Edition) -> Iterator[Problem]:
    """Each step from the sample to the usable answers loses what it says it loses."""
    count = edition.survey.accounting
    by_email = count["email_reached_first"] + count["email_reached_second"]
    sums = {
        "sample_size": count["email"] + count["letter"],
        "email": count["email_reached_first"] + count["email_bounced"],
        "reached": by_email + count["letter"] - count["letter_undelivered"],
        "answers": count["usable"] + count["dropped"],
        "dropped": sum(count[reason] for reason in REASONS),
        "usable": len(edition.survey.answers),
        "population": int(edition.survey.population["firms"].sum()),
    }
    for name, expected in sums.items():
        if count[name] != expected:
            parts, remedy = f"{expected:g}, its parts", "See lib/barometer/survey/accounting.py."
            yield Problem("the response", f"{count[name]:g}", parts, remedy, column=name)


def tables_of_counts_add_up(edition: Edition) -> Iterator[Problem]:
    """In a download of counts by stratum the totals are sums of what is above and beside them."""
    for table in edition.downloads.values():
        domain, *columns = table.columns or [""]
        if domain not in edition.survey.meta.domains or not table.rows:
            continue
        *above, below = table.rows
        remedy = "See the table in the chapter that shows it."
        for column in columns:
            total = sum(number(row[column]) for row in above)
            if total != number(below[column]):
                place, found = len(table.rows) + 1, below[column]
                expected = f"{total:g}, the sum of the rows above"
                yield Problem(table.file, found, expected, remedy, place, column)
        for total_of in (c for c in columns if c.split(" ")[0] == TOTAL):
            kind = total_of.removeprefix(TOTAL)
            values = edition.survey.meta.strata[1:2]
            parts = [f"{v}{kind}" for d in values for v in edition.survey.meta.values(d)]
            if not parts or not set(parts) <= set(columns):
                continue
            for place, row in table.numbered():
                total = sum(number(row[part]) for part in parts)
                if total != number(row[total_of]):
                    found, expected = row[total_of], f"{total:g}, the sum of the cells beside it"
                    yield Problem(table.file, found, expected, remedy, place, total_of)


def weights_add_up_to_the_population(edition: Edition) -> Iterator[Problem]:
    """The weights of the respondents of a stratum are together its firms, N_h."""
    survey = edition.survey
    weights = survey.answers.groupby("stratum")["weight"].sum()
    firms = population_by_stratum(survey.population, survey.meta)
    for stratum, expected in firms[firms > 0].items():
        found = float(weights.get(stratum, 0.0))
        if not math.isclose(found, expected, rel_tol=1e-9):
            weighted, firms_of = f"weights of {found:g} in {stratum}", f"its {expected:g} firms"
            yield Problem("population.csv", weighted, firms_of, "See lib/weighting/weights.py.")
