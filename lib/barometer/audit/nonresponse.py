"""Whether non-response can have coloured the answers: groups of respondents compared.

The estimates assume that within a stratum response has nothing to do with the answers. The answers
of who kept silent are unknown, so that cannot be proved. It can be put in doubt, by differences
within strata between respondents who answered early and late, or were invited in another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from barometer.errors import BarometerError
from barometer.survey.survey import Survey
from barometer.wave.cleaning import drop_reasons
from barometer.wave.questionnaire import BoolArray
from weighting import Array, Design, combination, effective_sample_size

EMAIL, LETTER = "email", "letter"
NUMBERS = ["first", "second", "difference", "se", "p_value"]

#: A difference is tested when each group is expected to have so many members in and out of the
#: category, counted in firms of a simple random sample: Cochran's rule (1954, Biometrics 10). With
#: fewer the test finds differences too often.
EXPECTED = 5


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two groups of respondents of a wave compared on every estimate, at a level in percent.

    `table`: a row per estimate (question, universe, category, label) with the shares of both groups
    and their difference in percent(age points), its standard error and p-value (NUMBERS); nan where
    they may not be shown or cannot be compared, or too few are expected for a test (EXPECTED).
    `everyone`: whether all respondents were asked; `tested`: whether the row counts as a test: it
    has a p-value, and the estimate in total carries no flag.
    """

    table: pd.DataFrame
    level: float
    year: int

    @property
    def tested(self) -> int:
        """How many differences are tested."""
        return int(self.table["tested"].sum())

    @property
    def significant(self) -> int:
        """How many of those have a p-value below the level."""
        return int((self._p < self.level / 100).sum())

    @property
    def discoveries(self) -> int:
        """How many are left with a false discovery rate at the level.

        Benjamini & Hochberg 1995, JRSS B 57.
        """
        if not self.tested:
            return 0
        return int((stats.false_discovery_control(self._p) <= self.level / 100).sum())

    @property
    def _p(self) -> pd.Series:
        p: pd.Series = self.table.loc[self.table["tested"], "p_value"]
        return p


def fieldwork(survey: Survey) -> pd.DataFrame:
    """The day (ISO text) and contact mode of each respondent, in the order of `survey.answers`.

    BarometerError for a survey of other respondents than the usable answers of its wave.
    """
    wave = survey._wave
    usable = wave.responses[drop_reasons(wave.responses, wave.questionnaire) == ""]
    usable = usable[["firm", "submitted_at"]]
    joined = wave.sample.merge(usable, on="firm", validate="one_to_one")
    joined = joined.sort_values("firm", kind="stable", ignore_index=True)
    keys = survey.meta.strata
    if not joined[keys].equals(survey.answers[keys].reset_index(drop=True)):
        raise BarometerError(
            f"wave {survey.year}: found {len(survey.answers)} respondents, {len(joined)} usable "
            "answers in responses.csv; expected the same firms. Take the survey of load_survey()."
        )
    return pd.DataFrame(
        {"day": joined["submitted_at"].str[:10], "contact_mode": joined["contact_mode"]}
    )


def halfway(survey: Survey) -> str:
    """The last day (ISO text) of the early answers: they are as near to half as days allow."""
    days = fieldwork(survey)["day"]
    total = days.value_counts().sort_index().cumsum()
    candidates = total.iloc[:-1] if len(total) > 1 else total
    return str((candidates - len(days) / 2).abs().idxmin())


def early_late(survey: Survey) -> Comparison:
    """Compare who answered up to `halfway` with who answered later (see `compare`).

    Late respondents are the nearest there is to who never answered: they might have been silent
    with a reminder less (Lin & Schaeffer 1995, Public Opinion Quarterly 59).
    """
    early = (fieldwork(survey)["day"] <= halfway(survey)).to_numpy()
    return compare(survey, early, ~early)


def email_letter(survey: Survey) -> Comparison:
    """Compare who was invited by e-mail with who was invited by letter (see `compare`)."""
    mode = fieldwork(survey)["contact_mode"]
    return compare(survey, (mode == EMAIL).to_numpy(), (mode == LETTER).to_numpy())


def compare(survey: Survey, first: BoolArray, second: BoolArray) -> Comparison:
    """Compare two groups of respondents (n) on every estimate, as if alike in stratum.

    In each stratum with members of both each group stands for all N_h firms, so that a difference
    is not one of composition: it should be chance when response has nothing to do with the answers
    within strata. The groups are then two random parts of a stratum: their difference has variance
    S²(1/n₁ + 1/n₂), without finite population correction (Särndal, Swensson & Wretman 1992, section
    3.7, with the covariance −S²/N of two disjoint samples). A group with fewer members than the
    disclosure threshold gives no numbers for either.
    """
    inside, design = _matched(survey, first, second)
    one, other = first[inside], second[inside]
    few = max(survey.meta.thresholds.disclosure, 1)
    rows = []
    for found in survey.reported():
        asked, within = survey.universe(found.universe), survey.universe(found.universe)[inside]
        members = min((one & within).sum(), (other & within).sum())
        flags = survey.share(found.id, universe=found.universe).set_index("category")["flag"]
        for name, y in survey.categories(found.id).items():
            category = str(name)
            row: dict[str, Any] = {
                "question": found.id,
                "universe": found.universe,
                "category": category,
                "label": f"{found.short}: {found[category].short}",
                "everyone": bool(asked.all()),
                **dict.fromkeys(NUMBERS, np.nan),
            }
            if design and members >= few and flags[category] != "c":
                row |= _difference(design, y.to_numpy()[inside], one & within, other & within)
            row["tested"] = flags[category] == "" and bool(np.isfinite(row["p_value"]))
            rows.append(row)
    return Comparison(pd.DataFrame(rows), survey.meta.changes.level, survey.year)


def _difference(design: Design, y: Array, one: BoolArray, other: BoolArray) -> dict[str, float]:
    """The NUMBERS of one estimate; without a p-value where too few are expected for a test."""
    gap = combination(design, [(1, y, one), (-1, y, other)])
    first = combination(design, [(1, y, one)]).estimate
    middle = (2 * first - gap.estimate) / 200
    size = min(effective_sample_size(design.weight[group]) for group in (one, other))
    enough = size * min(middle, 1 - middle) >= EXPECTED
    p_value = gap.p_value if enough else np.nan
    numbers = (first, first - gap.estimate, gap.estimate, gap.se, p_value)
    return dict(zip(NUMBERS, numbers, strict=True))


def _matched(
    survey: Survey, first: BoolArray, second: BoolArray
) -> tuple[BoolArray, Design | None]:
    """Who is in a stratum with members of both groups, and their design: a stratum per group."""
    answers = survey.answers
    members = pd.DataFrame({"first": first, "second": second}).groupby(answers["stratum"])
    inside: BoolArray = members.transform("any").all(axis=1).to_numpy() & (first | second)
    if not inside.any():
        return inside, None
    firms = answers.groupby("stratum")["weight"].transform("sum")[inside]
    cells = answers.loc[inside, "stratum"].to_frame().assign(first=first[inside])
    groups = cells.groupby(["stratum", "first"])
    codes = groups.ngroup().to_numpy().astype(np.int64)
    weight = (firms / groups["stratum"].transform("count")).to_numpy()
    population = firms.groupby(codes).first().to_numpy()
    # a lone member always adds to the variance here, whatever the wave's own rule: a test is not
    # to find a difference because part of the variance is left out
    return inside, Design(codes, weight, population, "adjust", fpc=False)
