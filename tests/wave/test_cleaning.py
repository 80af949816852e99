"""Each answer falls out for at most one reason, in the documented order."""

from __future__ import annotations

import pandas as pd
from tests.helpers import ROOT
from hypothesis import given
from hypothesis import strategies as st

from barometer.wave.cleaning import REASONS, drop_reasons, usable_answers
from barometer.wave.questionnaire import read_questionnaire
from barometer.survey.survey import Survey

QUESTIONNAIRE = read_questionnaire(ROOT / "data" / "2025" / "questionnaire.yml")
MANDATORY = QUESTIONNAIRE.questions["technology_use"].columns


def raw(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """Raw answers: invited number, reported number, moment, whether the question is complete."""
    frame = pd.DataFrame(
        [row[:3] for row in rows],
        columns=["enterprise_number", "reported_enterprise_number", "submitted_at"],
    )
    for column in QUESTIONNAIRE.columns:
        frame[column] = "none" if column in MANDATORY else ""
    frame.loc[[not row[3] for row in rows], MANDATORY[2]] = ""
    return frame


def test_reasons() -> None:
    frame = raw(
        ("A", "B", "2025-06-01", True),
        ("A", "A", "2025-06-02", True),
        ("A", "A", "2025-06-03", True),
        ("A", "A", "2025-06-04", False),
        ("C", "D", "2025-06-05", False),
        ("E", "E", "2025-06-06", True),
    )
    expected = ["other_enterprise", "duplicate", "", "mandatory_missing", "other_enterprise", ""]
    assert drop_reasons(frame, QUESTIONNAIRE).tolist() == expected
    assert usable_answers(frame, QUESTIONNAIRE)["submitted_at"].tolist() == [
        "2025-06-03",
        "2025-06-06",
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), st.dates(), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_one_usable_answer_per_firm(rows: list[tuple[str, str, object, bool]]) -> None:
    frame = raw(*((a, b, str(moment), complete) for a, b, moment, complete in rows))
    reasons = drop_reasons(frame, QUESTIONNAIRE)
    assert set(reasons) <= {"", *REASONS}
    usable = usable_answers(frame, QUESTIONNAIRE)
    assert not usable["enterprise_number"].duplicated().any()
    able = frame[(reasons != "other_enterprise") & (reasons != "mandatory_missing")]
    assert set(usable["enterprise_number"]) == set(able["enterprise_number"])


def test_the_wave_is_counted(survey: Survey) -> None:
    counted = survey.accounting
    assert sum(counted[reason] for reason in REASONS) == counted["dropped"] == 432
    assert all(counted[reason] > 0 for reason in REASONS)
