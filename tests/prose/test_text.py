"""Text for the reader knows the estimates it came from, and tells no more than is published."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.prose import names, numbers, ranking, statements, text, trends, words
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.estimates import Estimate
from barometer.survey.register import PROVENANCE, SPECIAL
from barometer.survey.survey import Survey
from tests.helpers import DATA
from tests.prose.small_waves import N, changed, several, wave


@pytest.fixture(scope="module")
def one() -> Estimate:
    return wave(2025, 121)["lease"]["yes"]


def record(said: Text) -> dict[str, Any]:
    """What a text tells a machine, as JSON holds it."""
    return dict(json.loads(json.dumps(said._repr_mimebundle_()[PROVENANCE], allow_nan=False)))


# --- which estimates ----------------------------------------------------------------------------


def test_every_way_to_write_a_number_keeps_it(one: Estimate) -> None:
    other = one.of["no"]
    for kind, said, expected in (
        ("percentage", numbers.pct(one), [one]),
        ("percentage", numbers.pct(one, 0), [one]),
        ("number", numbers.num(one, 1), [one]),
        ("fraction", words.share_words(one), [one]),
        ("fraction", words.share_words(x=one), [one]),
        ("fraction", words.against(one, "een kwart"), [one]),
        ("fraction", words.out_of(one), [one]),
        ("fraction", words.times_words(one, other), [one, other]),
        ("names", names.names([one, other]), [one, other]),
        ("names", names.names([one, other], figures=True), [one, other]),
        ("ranking", names.names(ranking.highest([one, other])), [other]),
        ("selection", names.names(ranking.above([one, other], 40)), [other]),
        ("ties", ranking.ties(ranking.highest([one, other]), "{}"), []),
        ("trend", trends.trend(one), [one]),
    ):
        assert (said.kind, list(said.sources)) == (kind, expected), said


def test_text_out_of_text_loses_nothing(one: Estimate) -> None:
    other = one.of["no"]
    written = names.names(ranking.highest([one, other]), figures=True)
    capital = names.capital(written)
    assert str(capital) != str(written)
    assert (capital.kind, capital.sources, capital.evidence) == (
        written.kind,
        written.sources,
        written.evidence,
    )
    joined = names.join([numbers.pct(one), "niets", numbers.pct(other)])
    assert joined == "30,3%, niets en 69,8%"
    assert list(joined.sources) == [one, other]
    assert list(names.names([numbers.pct(one), "niets"]).sources) == [one]
    certain = statements.larger(other, one)
    chosen = statements.wording(certain, words.out_of(one), "", "")
    assert (list(chosen.sources), chosen.evidence) == ([one], certain)
    assert names.capital("ruim").sources == ()


def test_a_sum_of_texts_stands_on_both(one: Estimate) -> None:
    other, certain = one.of["no"], statements.larger(one.of["no"], one)
    said = numbers.pct(one) + " tegen " + statements.wording(certain, numbers.pct(other), "", "")
    assert said == "30,3% tegen 69,8%"
    assert isinstance(said, Text)
    assert list(said.sources) == [one, other]
    assert said.evidence is certain
    turned = "van " + numbers.pct(one)
    assert isinstance(turned, Text)
    assert (turned, turned.sources) == ("van 30,3%", (one,))


def test_a_tie_keeps_who_is_tied_and_the_ranking() -> None:
    shares = several(200, 199, 100)
    top = ranking.highest(shares)
    said = ranking.ties(top, ", met {}")
    assert [e.question for e in said.sources if isinstance(e, Estimate)] == ["b"]
    assert record(said)["shown"] == ["yes"]
    assert record(said)["kind"] == "ties"


def test_bases_and_counts_are_facts(survey: Survey) -> None:
    base = names.base(survey["barrier", "adopters"])
    (found,) = base.sources
    assert isinstance(found, Fact)
    assert (float(found), found.year) == (1982, 2025)
    assert "barrier" in found.name
    per_wave = names.per_wave(survey, "usable").sources
    assert [f.year for f in per_wave if isinstance(f, Fact)] == [2021, 2022, 2023, 2025]
    assert [f.year for f in names.bases(survey["technology_use"]).sources if isinstance(f, Fact)]
    assert record(numbers.num(survey.accounting["usable"]))["sources"] == [
        {"year": 2025, "count": "usable", "value": 2915.0}
    ]


def test_a_bare_number_stands_on_nothing() -> None:
    for x in (12.3, 12):
        assert numbers.pct(x).sources == ()
        assert record(numbers.pct(x)) == {
            "kind": "percentage",
            "text": numbers.pct(x),
            "sources": [],
        }
    assert numbers.pct(math.nan).kind == "missing"  # there is no number to account for


# --- what is told of them -----------------------------------------------------------------------


def test_a_source_is_a_row_of_the_register_to_one_decimal(one: Estimate) -> None:
    """Rounded as published, and without the count of a category, which tells of few."""
    (source,) = record(numbers.pct(one))["sources"]
    assert source == {
        "year": 2025,
        "question": "lease",
        "category": "yes",
        "universe": "all",
        "domain": "total",
        "domain_value": "Totaal",
        "estimate": 30.3,  # 30.25, rounded as the sentence is
        "se": round(one.se, 1),
        "ci_low": round(one.ci_low, 1),
        "ci_high": round(one.ci_high, 1),
        "n": N,
        "flag": "",
    }
    assert float(one) == 30.25
    assert numbers.pct(one) == "30,3%"


def test_a_combination_tells_its_terms() -> None:
    a, b, c = several(250, 150, 100)
    combined = (a + b) / 2 - c
    (source,) = record(numbers.points(combined))["sources"]
    assert [(t["factor"], t["question"]) for t in source["terms"]] == [
        (0.5, "a"),
        (0.5, "b"),
        (-1, "c"),
    ]
    assert source["estimate"] == pytest.approx(25)
    assert source["se"] == round(combined.se, 1)
    (scaled,) = record(numbers.pct(2 * a))["sources"]
    assert [t["factor"] for t in scaled["terms"]] == [2]
    (change,) = record(numbers.points(trends.growth(changed(120, 148))))["sources"]
    assert [(t["factor"], t["year"]) for t in change["terms"]] == [(1, 2025), (-1, 2023)]


def test_of_the_withheld_no_number_is_told() -> None:
    hidden = wave(2025, 120, disclosure=N + 1)["lease"]["yes"]
    for said in (numbers.pct(hidden), numbers.pct(hidden - hidden.of["no"])):
        assert said == "n.b."
        (source,) = record(said)["sources"]
        assert (source["flag"], source["n"]) == ("c", N)
        assert {source[name] for name in ("estimate", "se", "ci_low", "ci_high")} == {None}
    stated = record(statements.wording(statements.larger(hidden, 10), "a", "b", "c"))
    assert (stated["verdict"], stated["difference"], stated["comparisons"]) == ("fails", None, [])


def keys(value: object) -> set[str]:
    """All keys of nested data."""
    if isinstance(value, dict):
        return {*value, *(key for each in value.values() for key in keys(each))}
    return {key for each in value for key in keys(each)} if isinstance(value, list) else set()


@pytest.mark.parametrize(
    "say",
    [
        numbers.pct,
        lambda e: names.names(ranking.highest(e.by("sector"), 2), figures=True),
        lambda e: numbers.points(e.at("Groot") - e.at("Micro")),
        trends.trend,
    ],
)
def test_nothing_tells_of_respondents(survey: Survey, say: Callable[[Estimate], Text]) -> None:
    use = survey["ai_use_status"]["use"]
    told = record(say(use))
    assert keys(told) <= {
        *("kind", "text", "sources", "terms", "factor", *text.KEYS, *text.PRECISION, "n", "flag"),
        *("verdict", "difference", "p", "comparisons", "significant", "needed", "contradicted"),
        *("shown", "tied", "unranked"),
    }
    numbers = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)["enterprise_number"]
    known = json.dumps(told)
    assert not any(number in known for number in numbers)


# --- markdown -----------------------------------------------------------------------------------


def test_text_is_escaped_and_its_record_is_not() -> None:
    said = Text("1. *a_b* [c](d)", "words")
    assert said._repr_mimebundle_()["text/markdown"] == r"1\. \*a\_b\* \[c\]\(d\)"
    assert record(said)["text"] == "1. *a_b* [c](d)"


def test_no_line_ends_between_a_percentage_and_its_mark() -> None:
    said = Text("33,4%° van 3°", "percentage")
    assert said._repr_mimebundle_()["text/markdown"] == "33,4%\N{WORD JOINER}° van 3°"
    assert record(said)["text"] == "33,4%° van 3°"


@given(st.text(max_size=30))
def test_the_markdown_of_a_text_says_the_text(written: str) -> None:
    markdown = Text(written, "words")._repr_mimebundle_()["text/markdown"]
    if written:
        assert SPECIAL.sub("", markdown.replace("\\\\", "")).count("\\") == 0
        assert "".join(c for c in markdown if c != "\\") == written.replace("\\", "")
    else:
        assert markdown == "[]{.nothing}"


def test_a_text_is_a_string(one: Estimate) -> None:
    said = numbers.pct(one)
    assert said == "30,3%"
    assert {str(said): 1}[said] == 1
    assert f"ruim {said}" == "ruim 30,3%"


@pytest.mark.parametrize(
    ("x", "decimals", "expected"),
    [
        (58.749, 1, 58.7),
        (-0.251, 1, -0.3),
        (0.0321, 2, 0.03),
        (math.nan, 1, None),
        (math.inf, 1, None),
    ],
)
def test_numbers_are_rounded_for_machines(x: float, decimals: int, expected: float | None) -> None:
    assert text.rounded(x, decimals) == expected
