"""How sentences call categories, sectors, sizes and bases."""

from __future__ import annotations

import dataclasses

import pytest

from barometer.prose.names import base, bases, capital, join, names, per_wave
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey
from tests.helpers import small_survey


def places(survey: Survey, *values: str) -> list[Estimate]:
    """The use of AI in these sectors or sizes, each with a share of 12.34 %."""
    use = survey["ai_use_status"]["use"]
    return [dataclasses.replace(use.at(value), estimate=12.34) for value in values]


def categories(survey: Survey, *identifiers: str) -> list[Estimate]:
    found = [
        survey[name][category] for name, _, category in (i.partition(".") for i in identifiers)
    ]
    return [dataclasses.replace(e, estimate=12.34) for e in found]


def test_capital() -> None:
    assert capital("ruim een kwart") == "Ruim een kwart"
    assert capital("") == ""


def test_enumerations() -> None:
    assert join([]) == "geen enkele"
    assert join(["a"]) == "a"
    assert join(["a", "b"]) == "a en b"
    assert join(["a", "b", "c"]) == "a, b en c"
    assert join(["a", "b"], last="of") == "a of b"
    assert join(["a", "b, c", "d"]) == "a; b, c; en d"
    assert join(["a (1,5%)", "b-, c- en d", "e"]) == "a (1,5%), b-, c- en d en e"


def test_categories_lose_their_capital_but_abbreviations_keep_it(survey: Survey) -> None:
    listed = categories(survey, "technology_use.text_mining", "application.ict_security")
    assert names(listed) == "tekstanalyse en ICT-beveiliging"
    assert names([*listed, "AI Act"]) == "tekstanalyse, ICT-beveiliging en AI Act"


def test_a_category_of_an_indicator_goes_by_its_own_name(survey: Survey) -> None:
    """Of `by(indicator)` the domain value is what differs, as in a sentence on phases."""
    found = survey["budget_change"]["increase"].by("adoption_phase")[:2]
    assert names(found) == "experimenteren en integreren of implementeren"


def test_sectors_close_with_their_code(survey: Survey) -> None:
    assert names(places(survey, "NACE 49-53", "NACE 55-56")) == (
        "vervoer en opslag (NACE 49-53) en accommodatie en maaltijden (NACE 55-56)"
    )


def test_a_sector_of_one_word_takes_its_article(survey: Survey) -> None:
    assert names(places(survey, "NACE 41-43")) == "de bouwnijverheid (NACE 41-43)"


def test_sectors_are_quoted_when_one_holds_a_semicolon(survey: Survey) -> None:
    trade = "groothandel en detailhandel; reparatie van auto's en motorfietsen"
    assert names(places(survey, "NACE 41-43", "NACE 45-47")) == (
        f"‘bouwnijverheid’ (NACE 41-43) en ‘{trade}’ (NACE 45-47)"
    )
    assert names(places(survey, "NACE 41-43", "NACE 45-47", "NACE 49-53")) == (
        f"‘bouwnijverheid’ (NACE 41-43), ‘{trade}’ (NACE 45-47) en ‘vervoer en opslag’ (NACE 49-53)"
    )


def test_a_code_that_joins_two_reads_as_two(survey: Survey) -> None:
    assert names(places(survey, "NACE 77-82;95.1")).endswith("(NACE 77-82 en 95.1)")


def test_sizes_share_their_ending(survey: Survey) -> None:
    assert names(places(survey, "Groot", "Middelgroot")) == "grote en middelgrote bedrijven"
    assert names(places(survey, "Groot", "Micro")) == "grote bedrijven en microbedrijven"
    assert names(places(survey, "Groot")) == "grote bedrijven"


def test_names_with_figures(survey: Survey) -> None:
    assert names(places(survey, "NACE 49-53"), figures=True) == (
        "vervoer en opslag (NACE 49-53: 12,3%)"
    )
    assert names(places(survey, "Groot", "Klein"), "of", figures=True) == (
        "grote bedrijven (12,3%) of kleine bedrijven (12,3%)"
    )
    listed = categories(survey, "technology_use.text_mining", "technology_use.image_generation")
    assert names(listed, figures=True) == (
        "tekstanalyse (12,3%) en beeld-, video- en audiogeneratie (12,3%)"
    )


def test_no_names() -> None:
    assert names([]) == "geen enkele"


def test_base_of_a_figure(survey: Survey) -> None:
    """The N of the published caption."""
    assert base(survey["source"]) == "N = 1.982, ondernemingen die AI gebruiken"


@pytest.fixture(scope="module")
def waves() -> Survey:
    """Three waves, of which the one in the middle asked something else."""
    first = small_survey(2021, {"lease": ["yes", "no"] * 6})
    second = small_survey(2023, {"rack": ["yes", "no"] * 700})
    return small_survey(2025, {"lease": ["yes", "no"] * 800}, [first, second])


def test_base_per_wave_leaves_out_the_waves_that_did_not_ask(waves: Survey) -> None:
    assert bases(waves["lease"]) == "N = 12 (2021) en 1.600 (2025), alle ondernemingen"


def test_counts_per_wave(waves: Survey) -> None:
    assert per_wave(waves, "usable") == "12 (2021), 1.400 (2023) en 1.600 (2025)"
    assert per_wave(waves, "population") == (
        "1.000.000 (2021), 1.000.000 (2023) en 1.000.000 (2025)"
    )
