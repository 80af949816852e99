"""How much item non-response may be imputed: the settings under `nonresponse` in wave.yml."""

from __future__ import annotations

from pydantic import Field

from barometer.wave.schema import Settings


class Nonresponse(Settings):
    """From where on answers are missing rather than imputed; the wave is then refused.

    `rate`: the most that may lack on an item, in percent of those asked. `donors`: the fewest who
    answered a question in full, per respondent who did not. Both hold for all who were asked, and
    within and outside each universe, in each domain and each imputation class where `smallest`
    respondents or more were asked: in fewer, one gap weighs too much.
    """

    rate: float = Field(default=25, gt=0, lt=100)
    donors: float = Field(default=2, gt=0)
    smallest: int = Field(default=20, ge=1)
