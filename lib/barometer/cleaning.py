"""From raw answers to usable answers: a reason for every answer that falls out."""

from __future__ import annotations

import pandas as pd

from barometer.questionnaire import Questionnaire

#: In the order in which they are tried; an answer falls out for the first that applies.
REASONS = ("other_enterprise", "mandatory_missing", "duplicate")


def drop_reasons(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.Series:
    """Give for each raw answer the reason it falls out, or "" when it is usable.

    other_enterprise: filled in for another enterprise number than the invited one.
    mandatory_missing: a mandatory question is not fully answered.
    duplicate: the same firm sent a later answer that passed the two tests above.
    """
    mandatory = [c for c, question in questionnaire.columns.items() if question.mandatory]
    reasons = pd.Series("", index=responses.index, name="reason")
    other = responses["reported_enterprise_number"] != responses["enterprise_number"]
    reasons[other] = "other_enterprise"
    incomplete = (responses[mandatory] == "").any(axis=1)
    reasons[(reasons == "") & incomplete] = "mandatory_missing"
    candidates = responses[reasons == ""].sort_values("submitted_at", kind="stable")
    repeated = candidates.duplicated("enterprise_number", keep="last")
    reasons[repeated.index[repeated]] = "duplicate"
    return reasons


def usable_answers(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Keep the usable answers, ordered by enterprise number so that file order never matters."""
    usable = responses[drop_reasons(responses, questionnaire) == ""]
    return usable.sort_values("enterprise_number", kind="stable")
