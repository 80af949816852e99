"""From raw answers to usable answers: a reason for every answer that falls out."""

from __future__ import annotations

import pandas as pd

from barometer.wave.questionnaire import Questionnaire

#: In the order in which they are tried; an answer falls out for the first that applies.
REASONS = ("other_enterprise", "mandatory_missing", "duplicate")


def drop_reasons(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.Series:
    """Give for each raw answer the reason it falls out, or "" when it is usable.

    other_enterprise: filled in for another enterprise number than the invited one.
    mandatory_missing: a mandatory question was asked and is not fully answered.
    duplicate: the same firm sent a later answer that passed the two tests above.
    """
    reasons = pd.Series("", index=responses.index, name="reason")
    other = responses["reported_firm"] != responses["firm"]
    reasons[other] = "other_enterprise"
    incomplete = pd.Series(False, index=responses.index)
    for question in questionnaire.questions.values():
        if question.mandatory:
            asked = questionnaire.universe(question.asked_of, responses)
            incomplete |= asked & (responses[question.columns] == "").any(axis=1)
    reasons[(reasons == "") & incomplete] = "mandatory_missing"
    candidates = responses[reasons == ""].sort_values("submitted_at", kind="stable")
    repeated = candidates.duplicated("firm", keep="last")
    reasons[repeated.index[repeated]] = "duplicate"
    return reasons


def clean(
    responses: pd.DataFrame, sample: pd.DataFrame, questionnaire: Questionnaire
) -> pd.DataFrame:
    """Keep the usable answers, each with what the sample says of its firm.

    Returns firm, the domains (every column of `sample` but the contact) and the question columns,
    ordered by firm so that file order never matters.

    >>> from barometer.wave.questionnaire import Questionnaire
    >>> responses = pd.DataFrame({
    ...     "firm": [2, 1, 1],
    ...     "reported_firm": [3, 1, 1],
    ...     "submitted_at": ["2025-06-01", "2025-06-02", "2025-06-03"],
    ... })
    >>> sample = pd.DataFrame({"firm": [1, 2], "region": ["east", "west"]})
    >>> clean(responses, sample, Questionnaire("", {}, {}, {}))
       firm region
    0     1   east
    """
    usable = responses[drop_reasons(responses, questionnaire) == ""]
    usable = usable[["firm", *questionnaire.columns]]
    firms = sample.drop(columns=["contact_mode", "delivery"], errors="ignore")
    joined = firms.merge(usable, on="firm", validate="one_to_one")
    return joined.sort_values("firm", kind="stable", ignore_index=True)
