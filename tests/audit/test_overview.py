"""The reviewers' tables count what the files hold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from barometer.audit.overview import (
    accounting,
    item_nonresponse,
    precision,
    response,
    shown,
    weights,
)
from barometer.errors import BarometerError
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, edit


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """The usable answers as they stand in responses.csv, found without the pipeline."""
    frame = pd.read_csv(DATA / "2025" / "responses.csv", dtype=str, keep_default_na=False)
    frame = frame[frame["reported_enterprise_number"] == frame["enterprise_number"]]
    technologies = list(frame.columns[frame.columns.str.startswith("technology_use.")])
    frame = frame[(frame[technologies] != "").all(axis=1)].sort_values(
        "submitted_at", kind="stable"
    )
    frame = frame.drop_duplicates("enterprise_number", keep="last")
    return frame.assign(adopter=(frame[technologies] == "use").any(axis=1))


def test_withheld_numbers_are_not_shown(data: Path) -> None:
    """A sector with fewer respondents than the threshold has neither numbers nor design effect.

    Nor has the other one without which it could be computed back.
    """
    edit(data / "2025" / "wave.yml", "effective_n: 30", "effective_n: 60")
    edit(data / "2025" / "wave.yml", "disclosure: 5", "disclosure: 60")
    table = precision(load_survey(2025, data), ["ai_use_status.use"], "sector")
    hidden = table[table["vlag"] == "c"]
    few = table[table["N (ongewogen)"] < 60]
    assert few["sector"].tolist() == ["NACE 35-39"]
    assert set(few["sector"]) < set(hidden["sector"])
    assert len(hidden) == 2
    numbers = ["%", "standaardfout", "95 %: van", "95 %: tot", "design-effect"]
    assert hidden[numbers].isna().all(axis=None)
    assert (shown(hidden)["%"] == "n.b.").all()
    shown_all = table.loc[table["vlag"] != "c", numbers[:-1]]  # few have no design effect either
    assert shown_all.notna().all(axis=None)


def test_precision_of_nothing_is_refused(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="none of the categories asked for"):
        precision(survey, ["ai_use_status.often", "teleportation.use"])


def test_item_nonresponse_of_one_column(survey: Survey, raw: pd.DataFrame) -> None:
    """Of who was asked the question in the raw file itself; the mandatory one has no gap."""
    table = item_nonresponse(survey)
    assert table.loc[table["verplicht"], "aangevuld"].tolist() == [0]
    row = table.loc[survey.questionnaire.questions["ai_act_awareness"].short]
    asked = raw[raw["adopter"]]
    gaps = asked["ai_act_awareness"] == ""
    assert (row["gevraagd"], row["aangevuld"]) == (len(asked), gaps.sum())
    assert gaps.sum() > 0
    assert row["aangevuld (%)"] == pytest.approx(100 * gaps.mean())


def test_item_nonresponse_of_several_columns(survey: Survey, raw: pd.DataFrame) -> None:
    """A respondent counts from one imputed item on, not only when all are."""
    row = item_nonresponse(survey).loc[survey.questionnaire.questions["barrier"].short]
    gaps = raw.loc[:, raw.columns.str.startswith("barrier.")] == ""
    assert gaps.all(axis=1).sum() < gaps.any(axis=1).sum()
    assert row["aangevuld"] == gaps.any(axis=1).sum()
    assert row["aangevuld (%)"] == pytest.approx(100 * gaps.any(axis=1).mean())
    assert row["aangevulde antwoorden (%)"] == pytest.approx(100 * gaps.to_numpy().mean())


def test_response_rates_are_of_the_sample(survey: Survey) -> None:
    table = response(survey, ["size"])
    large = survey.sample["size"] == "Groot"
    reached = large & (survey.sample["delivery"] != "undeliverable")
    usable = (survey.answers["size"] == "Groot").sum()
    row = table.loc["Groot"]
    assert row["responsgraad (%)"] == pytest.approx(100 * usable / large.sum())
    assert row["responsgraad van wie bereikt is (%)"] == pytest.approx(100 * usable / reached.sum())
    assert row["bereikt"] == reached.sum() < large.sum()


def test_the_accounting_is_of_the_sample(survey: Survey) -> None:
    """Table 2 and § 3.3: 2,915 usable answers of 9,610 firms are 30.3 %."""
    assert survey.accounting["reached"] < float(survey.accounting["sample_size"]) == 9610
    assert survey.accounting["response_rate"] == pytest.approx(100 * 2915 / 9610)
    steps = accounting(survey)
    assert steps.loc["bruikbare antwoorden", "% van de steekproef"] == pytest.approx(
        100 * 2915 / 9610
    )


def test_weights_add_up_to_the_population(survey: Survey) -> None:
    total, size = weights(survey), weights(survey, "size")
    assert total.loc["Totaal", "som van de gewichten"] == pytest.approx(37839)
    assert size.index.tolist() == ["Micro", "Klein", "Middelgroot", "Groot"]
    assert size["respondenten"].sum() == 2915
    deff = total.loc["Totaal", "design-effect van de weging"]
    w = survey.answers["weight"]
    assert deff == pytest.approx(len(w) * (w**2).sum() / w.sum() ** 2)


def test_numbers_are_shown_as_dutch_readers_expect() -> None:
    frame = pd.DataFrame({"n": [2915], "x": [58.75], "ja": [True], "tekst": ["a"]})
    assert shown(frame).iloc[0].tolist() == ["2.915", "58,8", "ja", "a"]
