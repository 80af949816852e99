"""Small waves for sentences: 400 firms, so that the standard error of a share is about 2.4."""

from __future__ import annotations

import math
from collections.abc import Sequence

from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey
from tests.helpers import small_survey

N = 400


def wave(year: int, yes: int, *earlier: Survey, disclosure: int = 0) -> Survey:
    """A wave in which so many of the firms lease."""
    return small_survey(
        year, {"lease": ["yes"] * yes + ["no"] * (N - yes)}, earlier, disclosure=disclosure
    )


def changed(before: int, after: int) -> Estimate:
    """The share of yes among 400 firms in 2025, with the wave of 2023 behind it."""
    return wave(2025, after, wave(2023, before))["lease"]["yes"]


def several(*yes: int) -> list[Estimate]:
    """Shares of several questions a, b, … of one wave, by how many of the 400 firms said yes.

    Who said yes to one is spread evenly over the others, so that the answers are independent.
    """
    answers: dict[str, Sequence[str]] = {}
    for place, count in enumerate(yes):
        order = sorted(range(N), key=lambda i: math.modf((i + 1) * math.sqrt(2 + place))[0])
        chosen = set(order[:count])
        answers["abcdefgh"[place]] = ["yes" if i in chosen else "no" for i in range(N)]
    survey = small_survey(2025, answers)
    return [survey[name]["yes"] for name in answers]
