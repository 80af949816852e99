"""Each answer falls out for at most one reason, in the documented order."""

from __future__ import annotations

import datetime

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.survey.survey import Survey
from barometer.wave.cleaning import REASONS, clean, drop_reasons
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA

QUESTIONNAIRE = read_questionnaire(DATA / "2025" / "questionnaire.yml")
MANDATORY = QUESTIONNAIRE.questions["technology_use"].columns
#: A column that may stay empty: it tells the answers apart.
MARK = QUESTIONNAIRE.questions["policy_support"].columns[0]
SAMPLE = pd.DataFrame({"firm": [*"EDCBA"], "size": [*"SMLSM"]})

Row = tuple[str, str, str, bool]


def raw(*rows: Row) -> pd.DataFrame:
    """Raw answers: invited number, reported number, moment, whether the question is complete."""
    frame = pd.DataFrame(
        [row[:3] for row in rows],
        columns=["firm", "reported_firm", "submitted_at"],
    )
    for column in QUESTIONNAIRE.columns:
        frame[column] = "none" if column in MANDATORY else ""
    frame[MARK] = [row[2] for row in rows]
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
    usable = clean(frame, SAMPLE, QUESTIONNAIRE)
    assert usable["firm"].tolist() == ["A", "E"]
    assert usable["size"].tolist() == ["M", "S"], "what the sample says of each firm"
    assert usable[MARK].tolist() == ["2025-06-03", "2025-06-06"]


def test_of_two_answers_the_later_counts_wherever_it_stands_in_the_file() -> None:
    first, second = "2025-06-03T08:00:00", "2025-06-03T17:30:00"
    late_first = raw(("A", "A", second, True), ("A", "A", first, True))
    assert drop_reasons(late_first, QUESTIONNAIRE).tolist() == ["", "duplicate"]
    assert clean(late_first, SAMPLE, QUESTIONNAIRE)[MARK].tolist() == [second]
    same = raw(("A", "A", first, True), ("A", "A", first, True))
    assert drop_reasons(same, QUESTIONNAIRE).tolist() == ["duplicate", ""]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.sampled_from("ABC"),
            st.dates(datetime.date(2025, 6, 1), datetime.date(2025, 6, 9)).map(str),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_one_usable_answer_per_firm(rows: list[Row]) -> None:
    frame = raw(*rows)
    reasons = drop_reasons(frame, QUESTIONNAIRE)
    assert set(reasons) <= {"", *REASONS}
    usable = clean(frame, SAMPLE, QUESTIONNAIRE)
    able = frame[(reasons != "other_enterprise") & (reasons != "mandatory_missing")]
    latest = able.groupby("firm")["submitted_at"].max()
    assert usable.set_index("firm")[MARK].to_dict() == latest.to_dict()


def test_the_wave_is_counted(survey: Survey) -> None:
    counted = survey.accounting
    assert sum(counted[reason] for reason in REASONS) == float(counted["dropped"]) == 432
    assert all(counted[reason] > 0 for reason in REASONS)
