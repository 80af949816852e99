"""How sentences call categories, sectors, sizes and bases."""

from __future__ import annotations

import dataclasses

import pytest

from barometer.errors import BarometerError
from barometer.prose.names import base, bases, capital, definitions, join, names, per_wave
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
    """Of `by(indicator)` the domain value is what differs, as in a sentence on numbers."""
    found = survey["budget_change"]["increase"].by("n_technologies")[1:3]
    assert names(found) == "1 technologie en 2 technologieën"


def test_sectors_take_their_article_and_no_code(survey: Survey) -> None:
    assert names(places(survey, "NACE 45-47", "NACE 55-56", "NACE 77-82;95.1")) == (
        "de groot- en detailhandel, de horeca en de ondersteunende dienstverlening"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Groot"], "grote ondernemingen"),
        (["Groot", "Middelgroot"], "grote en middelgrote ondernemingen"),
        (["Micro", "Klein"], "micro- en kleine ondernemingen"),
        (["Klein", "Micro"], "kleine en micro-ondernemingen"),
        (["Groot", "Micro", "Klein"], "grote, micro- en kleine ondernemingen"),
    ],
)
def test_sizes_share_their_ending(survey: Survey, values: list[str], expected: str) -> None:
    assert names(places(survey, *values)) == expected


@pytest.mark.parametrize(
    "listed",
    [
        ["ICT-dienst", "stads-diensten"],  # not the same
        ["diensten", "stads-diensten"],
        ["gebruik van AI", "kennis van AI"],
        ["hout", "hout"],
    ],
)
def test_other_names_stay_whole(listed: list[str]) -> None:
    assert names(listed) == " en ".join(listed)


def test_names_with_figures(survey: Survey) -> None:
    assert names(places(survey, "NACE 55-56"), figures=True) == "de horeca (12,3%)"
    assert names(places(survey, "Groot", "Klein"), "of", figures=True) == (
        "grote ondernemingen (12,3%) of kleine ondernemingen (12,3%)"
    )
    listed = categories(survey, "technology_use.text_mining", "technology_use.image_generation")
    assert names([*listed, "andere"], figures=True) == (
        "tekstanalyse (12,3%), beeld-, video- en audiogeneratie (12,3%) en andere"
    )


def test_every_value_has_a_name_for_running_text_and_one_for_axes(survey: Survey) -> None:
    """Also in earlier waves: under the same names, so that a text of any wave reads alike."""
    for wave in survey.history().values():
        for domain, division in wave.meta.domains.items():
            for identifier, value in division.values.items():
                capitals = (value.name[0].isupper(), value.short[0].isupper())
                assert capitals == (False, True), identifier
                now = survey.meta.domains[domain].values[identifier]
                assert (value.name, value.short, value.label) == (now.name, now.short, now.label)


def test_definitions_hold_the_limits_of_the_classes(survey: Survey) -> None:
    assert definitions(survey, "size") == (
        "micro-ondernemingen (5-9 werknemers), kleine ondernemingen (10-49 werknemers), "
        "middelgrote ondernemingen (50-249 werknemers) en grote ondernemingen "
        "(250 of meer werknemers)"
    )
    with pytest.raises(BarometerError, match=r"no domain 'grootte'; expected one of sector, size"):
        definitions(survey, "grootte")


def test_no_names() -> None:
    assert names([]) == "geen enkele"


def test_base_of_a_figure(survey: Survey) -> None:
    """The N of the published caption."""
    assert base(survey["source"]) == "N = 1.982, ondernemingen met AI"


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
