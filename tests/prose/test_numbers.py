"""Numbers, dates and enumerations in Dutch."""

import datetime
import math
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer import dutch


class Name(SimpleNamespace):
    def __float__(self):
        return 12.34


def sector(code, label):
    return Name(label="Gebruikt AI", domain="sector", domain_value=code, domain_label=label)


def size(label):
    return Name(label="Gebruikt AI", domain="size", domain_value="x", domain_label=label)


def category(label):
    return Name(label=label, domain="total", domain_value="Totaal", domain_label="Totaal")


@pytest.mark.parametrize(
    ("x", "decimals", "expected"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-2.5, 0, "-3"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (0.1 + 0.2, 1, "0.3"),
        (58.85, 1, "58.9"),
        (58.849, 1, "58.8"),
        (0.15 + 0.1, 1, "0.3"),
        (-0.04, 1, "0.0"),
        (0, 1, "0.0"),
        (100, 1, "100.0"),
        (1e20, 0, "100000000000000000000"),
    ],
)
def test_half_goes_away_from_zero_on_the_decimal_value(x, decimals, expected):
    assert str(dutch.round_half_up(x, decimals)) == expected


def test_noise_of_binary_arithmetic_does_not_decide_a_tie():
    assert dutch.round_half_up(100 * (1 - 0.4115), 1) == Decimal("58.9")
    assert dutch.round_half_up(12.35 - 1e-12, 1) == Decimal("12.4")


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_rounding_is_odd_near_and_repeatable(x, decimals):
    rounded = dutch.round_half_up(x, decimals)
    assert dutch.round_half_up(-x, decimals) == -rounded
    assert abs(float(rounded) - x) <= 0.5 * 10**-decimals + 1e-6
    assert dutch.round_half_up(float(rounded), decimals) == rounded


def test_numbers():
    assert dutch.num(2915) == "2.915"
    assert dutch.num(37839.5) == "37.840"
    assert dutch.num(1234567.891, 2) == "1.234.567,89"
    assert dutch.num(-1234.5, 1) == "−1.234,5"
    assert dutch.num(-0.01, 1) == "0,0"
    assert dutch.num(0) == "0"


def test_percentages():
    assert dutch.pct(58.8) == "58,8%"
    assert dutch.pct(0) == "0,0%"
    assert dutch.pct(100) == "100,0%"
    assert dutch.pct(16.04, 0) == "16%"
    assert dutch.pct(-1.25) == "−1,3%"


def test_points_are_a_distance():
    assert dutch.points(58.8, 32.1) == "26,7 procentpunt"
    assert dutch.points(32.1, 58.8) == "26,7 procentpunt"
    assert dutch.points(5) == "5,0 procentpunt"


def test_amounts_do_not_break_after_the_euro_sign():
    assert dutch.euro(887766) == "€ 887.766"
    assert dutch.euro(12.5, 2) == "€ 12,50"


@pytest.mark.parametrize("write", [dutch.num, dutch.pct, dutch.points, dutch.euro])
def test_withheld_reads_not_available(write):
    assert write(math.nan) == "n.b."


def test_dates_and_periods():
    assert dutch.date(datetime.date(2025, 6, 1)) == "1 juni 2025"
    assert dutch.date("2024-08-01") == "1 augustus 2024"
    assert dutch.period("2025-06-01", "2025-09-30") == "juni tot en met september 2025"
    assert dutch.period("2022-11-15", "2023-02-01") == "november 2022 tot en met februari 2023"
    assert dutch.period("2025-06-01", "2025-06-30") == "juni 2025"


def test_number_words_and_capital():
    assert dutch.number_word(8) == "acht"
    assert dutch.number_word(21) == "21"
    assert dutch.number_word(1200) == "1.200"
    assert dutch.capital("ruim een kwart") == "Ruim een kwart"
    assert dutch.capital("") == ""


def test_enumerations():
    assert dutch.join([]) == "geen enkele"
    assert dutch.join(["a"]) == "a"
    assert dutch.join(["a", "b"]) == "a en b"
    assert dutch.join(["a", "b", "c"]) == "a, b en c"
    assert dutch.join(["a", "b"], last="of") == "a of b"
    assert dutch.join(["a", "b, c", "d"]) == "a; b, c; en d"
    assert dutch.join(["a (1,5%)", "b-, c- en d", "e"]) == "a (1,5%), b-, c- en d en e"


def test_categories_lose_their_capital_but_abbreviations_keep_it():
    listed = [category("Tekstanalyse"), category("ICT-beveiliging"), category("AI Act")]
    assert dutch.names(listed) == "tekstanalyse, ICT-beveiliging en AI Act"


def test_sectors_close_with_their_code():
    transport = sector("NACE 49-53", "vervoer en opslag")
    horeca = sector("NACE 55-56", "accommodatie en maaltijden")
    assert dutch.names([transport, horeca]) == (
        "vervoer en opslag (NACE 49-53) en accommodatie en maaltijden (NACE 55-56)"
    )


def test_a_sector_of_one_word_takes_its_article():
    build = sector("NACE 41-43", "bouwnijverheid")
    assert dutch.names([build]) == "de bouwnijverheid (NACE 41-43)"


def test_sectors_are_quoted_when_one_holds_a_semicolon():
    trade = sector("NACE 77-82;95.1", "diensten; reparatie, huur")
    build = sector("NACE 41-43", "bouwnijverheid")
    care = sector("NACE 86-88", "zorg")
    assert dutch.names([build, trade]) == (
        "‘bouwnijverheid’ (NACE 41-43) en ‘diensten; reparatie, huur’ (NACE 77-82 en 95.1)"
    )
    assert dutch.names([build, trade, care]) == (
        "‘bouwnijverheid’ (NACE 41-43), ‘diensten; reparatie, huur’ (NACE 77-82 en 95.1) "
        "en ‘zorg’ (NACE 86-88)"
    )


def test_sizes_share_their_ending():
    large, medium, micro = (
        size("grote bedrijven"),
        size("middelgrote bedrijven"),
        size("microbedrijven"),
    )
    assert dutch.names([large, medium]) == "grote en middelgrote bedrijven"
    assert dutch.names([large, micro]) == "grote bedrijven en microbedrijven"
    assert dutch.names([large]) == "grote bedrijven"


def test_names_with_figures():
    transport = sector("NACE 49-53", "vervoer en opslag")
    assert dutch.names([transport], figures=True) == "vervoer en opslag (NACE 49-53: 12,3%)"
    sizes = [size("grote bedrijven"), size("kleine bedrijven")]
    assert dutch.names(sizes, "of", figures=True) == (
        "grote bedrijven (12,3%) of kleine bedrijven (12,3%)"
    )
    listed = [category("Tekstanalyse"), category("Beeld-, video- en audiogeneratie")]
    assert dutch.names(listed, figures=True) == (
        "tekstanalyse (12,3%) en beeld-, video- en audiogeneratie (12,3%)"
    )


def test_no_names():
    assert dutch.names([]) == "geen enkele"


def test_base_of_a_figure():
    indicator = SimpleNamespace(n=1982, universe_label="ondernemingen die AI gebruiken")
    assert dutch.base(indicator) == "N = 1.982, ondernemingen die AI gebruiken"


class Wave(SimpleNamespace):
    """As much of a survey as the notes on bases look at."""

    def asked(self, identifier):
        return self.counts["usable"] is not None

    @property
    def accounting(self):
        return self.counts

    def __getitem__(self, key):
        return SimpleNamespace(n=self.counts["usable"])

    def history(self):
        return self.waves


def test_base_per_wave_leaves_out_the_waves_that_did_not_ask():
    waves = {
        year: Wave(counts={"usable": n, "population": 37839})
        for year, n in {2021: None, 2023: 1640, 2025: 2915}.items()
    }
    survey = Wave(counts={}, waves=waves)
    indicator = SimpleNamespace(
        survey=survey, id="barrier", universe="all", universe_label="alle ondernemingen"
    )
    assert dutch.bases(indicator) == "N = 1.640 (2023) en 2.915 (2025), alle ondernemingen"
    assert dutch.per_wave(survey, "population") == ("37.839 (2021), 37.839 (2023) en 37.839 (2025)")


def test_ordinals_and_p_values():
    assert dutch.ordinal_word(4) == "vierde"
    assert dutch.ordinal_word(13) == "13de"
    assert dutch.ordinal_word(21) == "21ste"
    assert dutch.p_value(0.0234) == "p = 0,023"
    assert dutch.p_value(0.0004) == "p < 0,001"
    assert dutch.p_value(0.0005) == "p = 0,001"
    assert dutch.p_value(1) == "p = 1,000"
    assert dutch.p_value(math.nan) == "p = n.b."
