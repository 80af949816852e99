"""Surveys like that of 2025 with something of wave.yml changed, without reading it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from barometer.survey.survey import Survey
from barometer.survey.weight import weight
from barometer.wave.meta import Thresholds


def with_meta(survey: Survey, **changes: Any) -> Survey:
    """The same survey, but for what wave.yml says of it."""
    wave = survey._wave
    return replace(survey, _wave=replace(wave, meta=wave.meta.model_copy(update=changes)))


def with_thresholds(survey: Survey, *, reliability: int = 0, disclosure: int = 0) -> Survey:
    """The same survey with other thresholds."""
    thresholds = Thresholds(reliability=reliability, disclosure=disclosure)
    return with_meta(survey, thresholds=thresholds)


def with_respondents(survey: Survey, keep: pd.Series) -> Survey:
    """Only some of the respondents, weighted anew."""
    answers = survey.answers[keep].drop(columns=["stratum", "weight"]).reset_index(drop=True)
    weighted = weight(answers, survey.population, survey.meta)
    imputed = survey.imputed[keep].reset_index(drop=True)
    return replace(survey, answers=weighted, imputed=imputed)
