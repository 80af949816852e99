"""Surveys like that of 2025 with something of wave.yml changed, without reading it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from barometer.survey.survey import Survey
from barometer.survey.weight import weight
from barometer.wave.meta import Reliability, Thresholds
from tests.helpers import NEVER_FLAGGED


def with_meta(survey: Survey, **changes: Any) -> Survey:
    """The same survey, but for what wave.yml says of it."""
    wave = survey._wave
    return replace(survey, _wave=replace(wave, meta=wave.meta.model_copy(update=changes)))


def with_thresholds(survey: Survey, *, effective_n: float = 0, disclosure: int = 0) -> Survey:
    """The same survey with other thresholds; only a small effective sample is unreliable."""
    lax = Reliability.model_validate(NEVER_FLAGGED | {"effective_n": effective_n}, strict=False)
    thresholds = Thresholds(reliability=lax, disclosure=disclosure)
    return with_meta(survey, thresholds=thresholds)


def with_respondents(survey: Survey, keep: pd.Series) -> Survey:
    """Only some of the respondents, weighted anew."""
    answers = survey.answers[keep].drop(columns=["stratum", "weight"]).reset_index(drop=True)
    weighted = weight(answers, survey.population, survey.meta)
    imputed = survey.imputed[keep].reset_index(drop=True)
    firms = None if survey._firms is None else survey._firms[keep.to_numpy()]
    return replace(survey, answers=weighted, imputed=imputed, _firms=firms)
