"""A category over several values of a domain, such as the size classes from ten employees on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barometer.errors import BarometerError
from barometer.survey.estimates import Estimate, combine


def pooled(estimate: Estimate, values: Sequence[str]) -> Estimate:
    """Estimate the share over values of one domain of the strata, weighted by their firms.

    Of one value it is that of the register; `n` counts the respondents of all. BarometerError for
    another universe than everyone, of which the population tells no number of firms, and for
    values that no domain of the strata has.
    """
    survey = estimate.of.survey
    if not survey.universe(estimate.universe).all():
        raise BarometerError(
            f"pooled(): found {estimate.question} of {estimate.universe}; expected a question "
            "asked of everyone, since the population tells no number of other firms"
        )
    if not values or estimate.domain != "total":
        place = estimate.domain_value if values else "no values"
        raise BarometerError(f"pooled(): found {place}; expected a total, and values to pool")
    parts = [estimate.at(value) for value in values]
    if len(parts) == 1:
        return parts[0]
    domain = parts[0].domain
    if {e.domain for e in parts} != {domain} or domain not in survey.meta.strata:
        raise BarometerError(
            f"pooled(): found {', '.join(values)}; expected values of one of "
            + ", ".join(survey.meta.strata)
        )
    firms = survey.population.groupby(domain)["firms"].sum()
    total = float(firms[list(values)].sum())
    together = combine([(float(firms[e.domain_value]) / total, e) for e in parts])
    return replace(together, n=sum(e.n for e in parts))
