"""Imputation adds to a standard error what rests on imputed answers, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from barometer.survey.survey import REGISTER, Survey


@pytest.fixture(scope="module")
def register(survey: Survey) -> pd.DataFrame:
    return survey.register()


@pytest.fixture(scope="module")
def given(survey: Survey) -> pd.DataFrame:
    """The register if every answer were the respondent's own."""
    return replace(survey, imputed=survey.imputed & False).register()


def test_what_everybody_answered_keeps_its_precision(
    register: pd.DataFrame, given: pd.DataFrame, survey: Survey
) -> None:
    mandatory = [q.id for q in survey.questionnaire.questions.values() if q.mandatory]
    about = [i.id for i in survey.questionnaire.indicators.values() if i.question.id in mandatory]
    rows = register["question"].isin(about)
    assert rows.sum() > 100
    assert (register.loc[rows, ["imputed_share", "se_imputation"]] == 0).all(axis=None)
    pd.testing.assert_frame_equal(register[rows], given[rows], check_exact=True)
    untouched = (register["imputed_share"] == 0) & (register["se_imputation"] == 0)
    assert untouched[~rows].any()
    pd.testing.assert_frame_equal(register[untouched], given[untouched], check_exact=True)


def test_the_variances_add_up(register: pd.DataFrame, given: pd.DataFrame) -> None:
    same = [name for name in REGISTER if name in ("estimate", "n", "n_category", "domain_value")]
    pd.testing.assert_frame_equal(register[same], given[same])
    np.testing.assert_allclose(
        register["se"] ** 2, given["se"] ** 2 + register["se_imputation"] ** 2, rtol=1e-8
    )
    assert (given[["se_imputation", "imputed_share"]] == 0).all(axis=None)
    assert (register["se_imputation"] > 0).mean() > 0.5


def test_imputed_share(survey: Survey, register: pd.DataFrame) -> None:
    """Of a question with one answer: the weighted part of the base that took it."""
    rows = register.query("question == 'budget_change' and category == 'unchanged'")
    weight, inside = survey.answers["weight"], survey.universe("adopters")
    taken = survey.imputed["budget_change"] & inside
    for value in ("Micro", "Groot"):
        here = survey.answers["size"] == value
        expected = 100 * weight[taken & here].sum() / weight[inside & here].sum()
        found = rows.loc[rows["domain_value"] == value, "imputed_share"]
        assert found.item() == pytest.approx(expected)


def test_an_answer_of_their_own_settles_a_category(survey: Survey) -> None:
    """Who named one effect holds for "at least one", whatever was imputed for the others."""
    columns = survey.questionnaire.questions["competitiveness"].columns
    named = ((survey.answers[columns] == "yes") & ~survey.imputed[columns]).any(axis=1)
    gaps = survey.imputed[columns].any(axis=1)
    base = survey.base("competitiveness", "adopters")
    assert base.taken is not None
    found = pd.DataFrame(base.taken, columns=survey.categories("competitiveness").columns)
    assert (found["any"] == (gaps & ~named)).all()
    assert (found["none"] == found["any"]).all()
    for column in columns:
        assert (found[column.partition(".")[2]] == survey.imputed[column]).all()


def test_donors_of_a_filtered_question_were_asked_it(survey: Survey) -> None:
    """A gap in the filter's question that did not decide leaves a recipient in its own pool."""
    base = survey.base("knowledge_gap", "adopters_knowledge_gap")
    assert base.deck is not None
    assert base.drawn is not None
    asked = survey.universe("knowledge_gap")
    columns = survey.questionnaire.questions
    own = survey.imputed[columns["knowledge_gap"].columns].any(axis=1).to_numpy()
    both = own & survey.imputed[columns["barrier"].columns].any(axis=1).to_numpy() & ~base.drawn
    assert both.sum() > 3
    for i in np.flatnonzero(both):
        donors = base.deck.donors[base.deck.pool[i]]
        assert asked[donors].all()
        assert not own[donors].any()
    for i in np.flatnonzero(base.drawn):
        assert not asked[base.deck.donors[base.deck.pool[i]]].all()


def test_who_was_asked_by_a_draw(survey: Survey) -> None:
    """Among all adopters, the phase of whoever's filter was imputed is imputed too, even if none:
    it may not have been asked. It took it from the donors of the filter."""
    base = survey.base("adoption_phase", "adopters")
    filtered = survey.imputed["adoption_model"].to_numpy()
    unasked = filtered & ~survey.imputed["adoption_phase"].to_numpy()
    assert unasked.any()
    assert base.deck is not None
    assert base.taken is not None
    assert base.drawn is not None
    assert not base.drawn.any()
    assert base.taken[filtered].all()
    for i in np.flatnonzero(filtered):
        donors = base.deck.donors[base.deck.pool[i]]
        assert not filtered[donors].any()
        assert survey.universe("adopters")[donors].all()
