"""English beside Dutch: the same numbers, steps and verdicts; only separators and words differ."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BarometerError
from barometer.prose import english, names, numbers, words
from barometer.prose.languages import DUTCH, ENGLISH
from barometer.prose.ranking import highest
from barometer.prose.text import Text
from barometer.survey.estimates import Estimate
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA
from tests.prose.small_waves import N, wave

SWAPPED = str.maketrans(",.", ".,")
shares = st.floats(0, 100)


def twins(mapping: Mapping[str, float], other: Mapping[str, float]) -> dict[str, str]:
    """Names of the same number in two languages."""
    return dict(zip(mapping, other, strict=True))


FRACTIONS = twins(DUTCH.fractions, ENGLISH.fractions)
NUMBERS = dict(zip(DUTCH.numbers, ENGLISH.numbers, strict=True))


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_differs_in_its_separators_only(x: float, decimals: int) -> None:
    assert english.num(x, decimals) == numbers.num(x, decimals).translate(SWAPPED)


@given(shares, st.integers(0, 2))
def test_so_does_a_percentage(x: float, decimals: int) -> None:
    assert english.pct(x, decimals) == numbers.pct(x, decimals).translate(SWAPPED)


def test_numbers_as_english_readers_expect_them() -> None:
    assert english.num(2915) == "2,915"
    assert english.num(-1234.5, 1) == "\N{MINUS SIGN}1,234.5"
    assert english.pct(58.84) == "58.8%"
    assert [english.number_word(n) for n in (0, 8, 20)] == ["zero", "eight", "twenty"]
    assert english.number_word(1000) == "1,000"


@pytest.mark.parametrize("yes", [1, 2, 40, 121, 200, 397, 400])
def test_a_margin_has_the_same_digits_and_form(yes: int) -> None:
    one = wave(2025, yes)["lease"]["yes"]
    said, dutch = english.pct(one, margin=True), numbers.pct(one, margin=True)
    digits = re.findall(r"\d+[.,]\d", dutch)
    assert [d.translate(SWAPPED) for d in digits] == re.findall(r"\d+[.,]\d", said)
    assert ("±" in said) == ("±" in dutch)
    assert said.sources == (one,)


def test_a_lopsided_interval_and_an_unreliable_share() -> None:
    one = wave(2025, 4)["lease"]["yes"]
    assert re.fullmatch(r"1\.0% \(0\.\d% to 2\.\d%\)", english.pct(one, margin=True))
    doubtful = dataclasses.replace(one, flag="u")
    assert english.pct(doubtful) == "1.0%°"
    with pytest.raises(BarometerError, match="which is no estimate"):
        english.pct(1.0, margin=True)


SIDES = {
    "": "",
    "ongeveer": "about",
    "ruim": "over",
    "iets meer dan": "just over",
    "bijna": "nearly",
    "meer dan": "more than",
    "minder dan": "less than",
}


def parts(said: str) -> tuple[str, str]:
    """A Dutch description and the fraction at its end."""
    name = max((name for name in FRACTIONS if said.endswith(name)), key=len)
    return said.removesuffix(name).strip(), name


@given(shares)
def test_the_same_fraction_on_the_same_side(x: float) -> None:
    side, name = parts(words.share_words(x))
    said = english.share_words(x)
    if side.startswith("tussen"):
        lower = FRACTIONS[side.removeprefix("tussen ").removesuffix(" en")]
        assert said == f"between {lower} and {FRACTIONS[name]}"
    else:
        assert said == f"{SIDES[side]} {FRACTIONS[name]}".strip()


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (48.7, "nearly half"),
        (51.5, "just over half"),
        (28.2, "over a quarter"),
        (45, "between two-fifths and half"),
        (3, "less than a tenth"),
    ],
)
def test_fractions_read_well(x: float, expected: str) -> None:
    assert english.share_words(x) == expected


@given(shares, st.integers(2, 10))
def test_the_same_number_out_of_as_many(x: float, base: int) -> None:
    dutch = words.out_of(x, base)
    if dutch.endswith("alle"):
        assert english.out_of(x, base) == {"alle": "all", "bijna alle": "nearly all"}[dutch]
        return
    found = re.fullmatch(r"(.*?) ?(?:(\w+) en )?(\w+) op de (\w+)", dutch)
    assert found
    sides = SIDES | {"minder dan": "fewer than", "tussen": "between"}
    lower = f"{NUMBERS[found[2]]} and " if found[2] else ""
    expected = f"{sides[found[1]]} {lower}{NUMBERS[found[3]]} in {NUMBERS[found[4]]}".strip()
    assert english.out_of(x, base) == expected


@pytest.mark.parametrize("yes", [1, 60, 100, 121, 133, 200, 210, 300])
@pytest.mark.parametrize("fraction", DUTCH.fractions)
def test_a_side_is_told_by_the_same_test(yes: int, fraction: str) -> None:
    one = wave(2025, yes)["lease"]["yes"]
    dutch, said = words.against(one, fraction), english.against(one, FRACTIONS[fraction])
    assert said == f"{SIDES[parts(dutch)[0]]} {FRACTIONS[fraction]}".strip()
    assert said.evidence == dutch.evidence


def test_a_fraction_of_another_language_is_refused() -> None:
    with pytest.raises(BarometerError, match="two-thirds"):
        english.against(50, "de helft")


@given(st.floats(1, 100), st.floats(1, 100))
def test_the_same_growth(before: float, after: float) -> None:
    said, dutch = english.times_words(before, after), words.times_words(before, after)
    growth = {
        "een verdubbeling": "doubled",
        "een verdrievoudiging": "tripled",
        "een verviervoudiging": "quadrupled",
        "een halvering": "halved",
        "nagenoeg geen verandering": "hardly changed",
    }
    growth |= {f"bijna {nl}": f"nearly {en}" for nl, en in list(growth.items())[:3]}
    growth |= {f"meer dan {nl}": f"more than {en}" for nl, en in list(growth.items())[:3]}
    changed = re.sub(r"een (stijging|daling) met ", "", dutch).translate(SWAPPED)
    verb = "rose" if "stijging" in dutch else "fell"
    assert said == growth.get(dutch, f"{verb} by {changed} in relative terms")


@pytest.mark.parametrize("say", [english.num, english.pct, english.share_words, english.out_of])
def test_what_is_withheld_reads_so(say: Callable[..., Text]) -> None:
    hidden = wave(2025, 121, disclosure=N + 1)["lease"]["yes"]
    assert say(hidden) == say(math.nan) == "n/a"
    assert say(hidden).sources == (hidden,)


def test_enumerations() -> None:
    assert [english.join(["a", "b", "c"][:n]) for n in range(4)] == [
        "none",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert english.join(["a", "b"], "or") == "a or b"


@pytest.fixture(scope="module", params=[2021, 2022, 2023, 2025])
def each(request: pytest.FixtureRequest) -> Survey:
    return load_survey(request.param, DATA)


def test_each_wave_names_what_the_summary_may_name(each: Survey) -> None:
    """Each size, and each application, for any of them may come out first."""
    for estimates in (each["ai_use_status"]["use"].by("size"), list(each["application"])):
        for e in estimates:
            said = english.names([e])
            assert said != names.names([e]), "it is the Dutch name"
            assert said.sources == (e,)


def test_sizes_have_the_limits_of_the_settings(each: Survey) -> None:
    for size in each.meta.domains["size"].values.values():
        assert re.findall(r"\d+", size.english) == re.findall(r"\d+", size.label), size.id


def test_a_ranking_in_english(survey: Survey) -> None:
    top = highest(survey["application"], 2)
    said = english.names(top, figures=True)
    first, second = (english.pct(e) for e in top)
    assert said == f"administrative processes ({first}) and marketing or sales ({second})"
    assert said.evidence is top
    assert said.sources == tuple(top)


def test_a_name_that_is_missing_is_asked_for(survey: Survey) -> None:
    with pytest.raises(BarometerError, match=r"questionnaire.yml of 2025: .*ai_use_status\.use"):
        english.names([survey["ai_use_status"]["use"]])
    sector = survey["ai_use_status"]["use"].by("sector")[:1]
    with pytest.raises(BarometerError, match=r"wave.yml of 2025: .*sector\.NACE 10-33"):
        english.names(sector)


def test_values_of_an_indicator_are_named_too(survey: Survey) -> None:
    """Firms divided by what they use AI for."""
    divided: list[Estimate] = survey["competitiveness"]["any"].by("application")
    named = [e for e in divided if e.domain_value == "ict_security"]
    assert english.names(named) == "ICT security"
