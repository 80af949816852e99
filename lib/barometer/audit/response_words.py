"""What the report says of response and non-response: sentences that follow the tests, in Dutch."""

from __future__ import annotations

import math

from barometer.audit.nonresponse import Comparison
from barometer.audit.overview import item_nonresponse
from barometer.audit.response_rates import mode_p_value, stratum_rates
from barometer.audit.sensitivity import calibration
from barometer.prose.numbers import num, number_word, p_value, pct
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.survey import Survey
from weighting import effective_sample_size


def verdict(comparison: Comparison) -> Text:
    """Say how many differences were tested and are significant, and how many chance alone gives.

    Where some are: also how many still are when it counts that so many were tested.
    """
    if not comparison.tested:
        return Text("Er zijn te weinig antwoorden om verschillen te toetsen.", "test")
    counted = [
        Fact(comparison.tested, "comparisons of respondents", comparison.year),
        Fact(comparison.significant, "significant comparisons of respondents", comparison.year),
    ]
    chance = num(comparison.tested * comparison.level / 100, 1)
    text = (
        f"Van de {num(comparison.tested)} getoetste verschillen {_are(comparison.significant)} "
        f"significant op het niveau van {pct(comparison.level, 0)}; louter toeval geeft er "
        f"gemiddeld {chance}."
    )
    if not comparison.significant:
        return Text(text, "test", counted)
    left = _are(comparison.discoveries).replace("is er", "blijft er").replace("zijn", "blijven")
    return Text(
        f"{text} Na correctie voor het aantal toetsen (Benjamini–Hochberg) {left} over.",
        "test",
        counted,
    )


def _are(count: int) -> str:
    words = {0: "is er geen enkel", 1: "is er één"}
    return words.get(count, f"zijn er {number_word(count)}")


def mode_verdict(survey: Survey) -> Text:
    """Say whether response goes together with the contact mode within strata, with the p-value."""
    p = mode_p_value(survey)
    if math.isnan(p):
        return Text("Geen enkel stratum laat toe om beide wijzen te vergelijken.", "test")
    sure = "" if p < survey.meta.changes.level / 100 else "niet "
    return Text(
        f"Binnen de strata hangt de respons {sure}significant samen met de wijze ({p_value(p)}).",
        "test",
        Fact(p, "p-value of the contact mode", survey.year),
    )


def response_facts(survey: Survey) -> dict[str, Fact]:
    """Numbers on response, weights and imputation that the text quotes, each by its name.

    Response rates of strata, differences after raking (percentage points, and in standard errors)
    and the shares of imputed respondents and answers, of the question that has most (percent).
    """
    rates, items = stratum_rates(survey), item_nonresponse(survey)
    raked = calibration(survey)
    shift, relative = raked["verschil"].abs(), raked["verschil / standaardfout"].abs()
    found = {
        "lowest response rate": rates.min(),
        "highest response rate": rates.max(),
        "median response rate": rates.median(),
        "raked percentages": len(raked),
        "largest shift": shift.max(),
        "median shift": shift.median(),
        "largest relative shift": relative.max(),
        "most respondents imputed": items["aangevuld (%)"].max(),
        "most answers imputed": items["aangevulde antwoorden (%)"].max(),
        "smallest weight": survey.answers["weight"].min(),
        "largest weight": survey.answers["weight"].max(),
        "effective sample size": effective_sample_size(survey.answers["weight"]),
    }
    return {name: Fact(value, name, survey.year) for name, value in found.items()}
