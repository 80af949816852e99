"""Key figures: which are shown, what their cards say of value and change, the data behind them."""

from __future__ import annotations

import io
import math
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from barometer.display.keyfigures import key_figures
from barometer.errors import BarometerError
from barometer.survey.register import DATA_TYPE, PROVENANCE
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, edit, published
from tests.prose.small_waves import N, wave

CANDIDATES = (
    *("ai_use_status.use", "technology_use.text_mining", "generative_ai.any"),
    *("adoption_model.individual_total", "barrier.lack_of_skills", "competitiveness.any"),
    *("productivity_high_skilled.increase", "ai_act_awareness.aware", "ai_use_status.none"),
    *("application.administration", "source.ready_made_commercial", "training.formal"),
    *("application.marketing_sales", "technology_use.nlg"),
)


def card(before: int, after: int) -> str:
    """The card of a share of 400 firms, with the wave before behind it."""
    survey = wave(2025, after, wave(2023, before))
    return str(key_figures(survey, "lease.yes")("lease.yes", "least."))


def published_pct(identifier: str) -> str:
    question, category = identifier.split(".")
    rows = published(question=question, category=category, statistic="weighted_pct", domain="total")
    (value,) = {row["value"] for row in rows if row["universe"] != "non_adopters"}
    return value.replace(".", ",")


@pytest.mark.parametrize("identifier", CANDIDATES[:8])
def test_cards_show_the_published_figures(survey: Survey, identifier: str) -> None:
    text = key_figures(survey, *CANDIDATES)(identifier, "van de ondernemingen.")
    assert text.startswith(f"{published_pct(identifier)}% (±")
    assert "van de ondernemingen." in text


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2025])
def test_the_first_eight_that_the_wave_asked_are_shown(year: int) -> None:
    survey = load_survey(year, DATA)
    cards = key_figures(survey, *CANDIDATES)
    shown = [name for name in CANDIDATES if cards(name, "…")]
    assert len(shown) == 8
    last = CANDIDATES.index(shown[-1])
    assert [n for n in CANDIDATES[: last + 1] if n not in shown] == [
        name for name in CANDIDATES[: last + 1] if not survey.asked(name)
    ]


@pytest.mark.parametrize("after", [160, 172, 174, 188, 212, 226, 228, 240])
def test_changes_are_told_by_their_test(after: int) -> None:
    """Against 200 of 400 firms before; by hand, two independent samples of a large population."""
    p = after / N
    se = math.sqrt((0.25 + p * (1 - p)) / (N - 1))
    z = (p - 0.5) / se
    text = card(200, after)
    points = f"{abs(100 * (p - 0.5)):.1f}".replace(".", ",")
    assert re.search(rf"\b{points} procentpunt (hoger|lager) dan in 2023, ", text)
    assert text.endswith("2023, significant" if abs(z) > 1.963 else "2023, niet significant")
    assert "illustratief" not in text
    assert ("hoger" in text) == (z > 0)


def test_no_change_at_all_is_neither_up_nor_down() -> None:
    assert card(200, 200).endswith("least. even hoog als in 2023")


@pytest.mark.parametrize(("after", "mark"), [(240, "up"), (160, "down"), (205, "equal")])
def test_a_mark_stands_beside_the_words(after: int, mark: str) -> None:
    survey = wave(2025, after, wave(2023, 200))
    bundle = key_figures(survey, "lease.yes")("lease.yes", "least.")._repr_mimebundle_()
    assert re.findall(r"\.key-mark \.(\w+)", bundle["text/markdown"]) == [mark]
    record = bundle[PROVENANCE]
    assert record["verdict"] == ("estimates_only" if mark == "equal" else "holds")
    assert [source["year"] for source in record["sources"][:1]] == [2025]


def test_without_a_wave_before_or_the_question_in_it_nothing_is_compared(survey: Survey) -> None:
    first = key_figures(wave(2023, 200), "lease.yes")("lease.yes", "least.")
    assert first.endswith("least.")
    new = key_figures(survey, *CANDIDATES)("generative_ai.any", "van alle.")
    assert new.endswith("geen vergelijking: niet gemeten in 2023")
    for text in (first, new):
        assert "key-mark" not in text._repr_mimebundle_()["text/markdown"]


def test_withheld_figures_are_not_shown() -> None:
    survey = wave(2025, 240, wave(2023, 200, disclosure=N + 1), disclosure=N + 1)
    cards = key_figures(survey, "lease.yes")
    assert cards("lease.yes", "least.") == "n.b. least. geen vergelijking: n.b."
    csv = cards.complete()._repr_mimebundle_()[DATA_TYPE]["csv"]
    assert not re.search(r"\d[.,]\d", csv)


def test_an_unreliable_figure_carries_its_mark_and_shows_no_change(data: Path) -> None:
    shutil.copytree(DATA / "2023", data / "2023")
    edit(data / "2025" / "wave.yml", "effective_n: 30", "effective_n: 100000")
    text = key_figures(load_survey(2025, data), "ai_use_status.use")("ai_use_status.use", "van.")
    assert text.startswith("58,8%° (±")
    assert re.search(r"\d,\d° procentpunt hoger dan in 2023, niet significant$", text)


@pytest.mark.parametrize(
    ("identifier", "known"),
    [
        ("ai_use_status.use", True),
        ("technology_use.text_mining", True),
        ("barrier.lack_of_skills", False),
        ("ai_use_status.none", False),
    ],
)
def test_a_change_since_an_invented_figure_says_so(
    survey: Survey, identifier: str, known: bool
) -> None:
    """What is known of 2023 stands in its published.csv; all else is made up."""
    text = key_figures(survey, identifier)(identifier, "van.")
    assert bool(published(2023, id=identifier)) is known
    assert ("dan in 2023 (illustratief)," in text) is not known


def test_a_key_figure_without_a_card_is_refused(survey: Survey) -> None:
    cards = key_figures(survey, *CANDIDATES)
    for name in (CANDIDATES[0], *CANDIDATES[2:]):
        cards(name, "van alle.")
    with pytest.raises(BarometerError, match=r"no card of technology_use\.text_mining; expected"):
        cards.complete()
    cards(CANDIDATES[1], "van alle.")
    assert cards.complete().data is not None


def test_an_identifier_that_is_no_candidate_is_refused(survey: Survey) -> None:
    with pytest.raises(
        BarometerError, match=r"'barrier\.costs': expected one of .*use_status\.use"
    ):
        key_figures(survey, "ai_use_status.use")("barrier.costs", "…")


def test_data_behind_the_cards(survey: Survey) -> None:
    cards = key_figures(survey, *CANDIDATES)
    for name in CANDIDATES:
        cards(name, "van de ondernemingen.")
    bundle = cards.complete()._repr_mimebundle_()
    assert bundle[DATA_TYPE]["name"] == "kerncijfers"
    frame = pd.read_csv(io.StringIO(bundle[DATA_TYPE]["csv"]), keep_default_na=False)
    names = frame["vraag"] + "." + frame["categorie"]
    now = frame[frame["jaar"] == 2025]
    assert list(names[now.index]) == list(CANDIDATES[:8])
    assert [f"{x:.1f}".replace(".", ",") for x in now["percentage"]] == [
        published_pct(name) for name in CANDIDATES[:8]
    ]
    then = frame[frame["jaar"] == 2023]
    assert list(names[then.index]) == [
        name for name in CANDIDATES[:8] if load_survey(2023, DATA).asked(name)
    ]
