"""What the text states: each sentence as it reads, with its place, its verdict and its test."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from barometer.render import typeset
from barometer.render.guards import complete
from barometer.render.inline import INLINE
from barometer.render.mending import Overdue, to_mend
from barometer.render.stated import comparisons, stated
from barometer.survey.register import SPECIAL
from barometer.wave.facts import DatedFact
from tests.helpers import ROOT

TEST = {"difference": 7.25, "se": 3.1, "p": 0.0195, "n": 400}
SHOWN = {**TEST, "significant": True}
HIDDEN = {"difference": 1.25, "se": 3.3, "p": 0.705, "n": 400, "significant": False}
Record = Mapping[str, Any]


def text(written: str) -> Record:
    """The record of a text without a statement."""
    return {"kind": "words", "text": written, "sources": []}


def claim(verdict: str = "holds", *tests: Record, number: int = 0) -> Record:
    """The record of a claim; `number` tells it from others."""
    return {
        **text(""),
        "kind": "claim",
        "verdict": verdict,
        **{**TEST, "n": number},
        "needed": True,
        "contradicted": False,
        "comparisons": list(tests),
    }


def cell(source: str, *records: Record, first: int = 1) -> NotebookNode:
    """A markdown cell as it is executed; the source starts on line `first` of the chapter."""
    matches = list(INLINE.finditer(source))
    assert len(matches) == len(records)
    lines = source.split("\n")
    told = [
        {
            "file": "chapters/een.qmd",
            "line": first + source[: match.start()].count("\n"),
            "expression": match.group(1),
            **record,
        }
        for match, record in zip(matches, records, strict=True)
    ]
    written = iter(SPECIAL.sub(r"\\\1", r["text"]) or "[]{.claim-holds}" for r in records)
    made: NotebookNode = nbformat.v4.new_markdown_cell(INLINE.sub(lambda _: next(written), source))
    made.metadata["barometer"] = {
        "file": "chapters/een.qmd",
        "line": first,
        "lines": [("chapters/een.qmd", first + i) for i in range(len(lines))],
        "source": source,
        "inline": told,
    }
    return made


def notebook(*cells: NotebookNode) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_notebook(cells=list(cells))
    return made


def sentences(source: str, *records: Record) -> list[str]:
    return [s.sentence for s in stated(notebook(cell(source, *records)))]


# --- which sentence -----------------------------------------------------------------------------

C = "`{python} claim(x)`"
P = "`{python} pct(x)`"


@pytest.mark.parametrize(
    ("source", "records", "expected"),
    [
        # as rendered: numbers filled in, the guard gone
        (f"Het is {P}.{C}", (text("58,8%"), claim()), ["Het is 58,8%."]),
        # behind the first, the second, both; the number of the other stays out
        (f"Een {P}.{C} Twee {P}.", (text("1,5%"), claim(), text("2%")), ["Een 1,5%."]),
        (f"Een {P}. Twee {P}.{C}", (text("1,5%"), text("2%"), claim()), ["Twee 2%."]),
        (f"Een.{C} Twee.{C} Drie.", (claim(), claim()), ["Een.", "Twee."]),
        (f"Een.{C} Twee. Drie.{C}", (claim(), claim()), ["Een.", "Drie."]),
        # two guards behind one sentence
        (f"Een {P}.{C} {C}", (text("9"), claim(), claim()), ["Een 9.", "Een 9."]),
        # other punctuation
        (f"Waarom? Daarom!{C} Zo.", (claim(),), ["Daarom!"]),
        # lists and emphasis
        (f"- Groot is {P}.{C}", (text("3,2%"), claim()), ["Groot is 3,2%."]),
        (f"  - Groot.{C} Klein.", (claim(),), ["Groot."]),
        (f"**Groot** is *meer*.{C}", (claim(),), ["Groot is *meer*."]),
        # footnotes and references
        (f"Een.[^noot] Twee.[^n-2]{C}", (claim(),), ["Twee."]),
        (f"Een.[^noot]{C} Twee.", (claim(),), ["Een."]),
        (f"Dat groeit (@fig-groei).{C} Niet.", (claim(),), ["Dat groeit."]),
        (f"Zie [de bron](https://a.be/x). Dat klopt.{C}", (claim(),), ["Dat klopt."]),
        # abbreviations, decimal commas, thousands, codes
        (
            f"Van ca. 12,5% naar 30,1% van de 1.982 in NACE 77-82; 95.1.{C} Twee.",
            (claim(),),
            ["Van ca. 12,5% naar 30,1% van de 1.982 in NACE 77-82; 95.1."],
        ),
        (
            f"Van o.a. banken, d.w.z. groot.{C} Twee.",
            (claim(),),
            ["Van o.a. banken, d.w.z. groot."],
        ),
        # a number in the text may itself close a sentence
        (f"Het zijn {P} {P}.{C}", (text("er 3. Meer"), text("niet"), claim()), ["Meer niet."]),
        # escapes of markdown
        (rf"Een \* en \[x\].{C}", (claim(),), ["Een * en [x]."]),
        # other lines of the paragraph
        (f"Boven {P}.\nMidden.{C}\nOnder {P}.", (text("1"), claim(), text("2")), ["Midden."]),
        (f"Boven.{C}\nMidden {P}.{C}", (claim(), text("5"), claim()), ["Boven.", "Midden 5."]),
    ],
)
def test_a_claim_is_about_the_sentence_before_it(
    source: str, records: tuple[Record, ...], expected: list[str]
) -> None:
    assert sentences(source, *records) == expected


def test_words_chosen_by_a_verdict_are_in_their_sentence() -> None:
    """Not behind it, as a claim: wherever they stand."""
    chosen = {**claim(), "kind": "wording", "text": "is hoger dan"}
    for source, expected in (
        ("Een. Dit `{python} wording(x)` dat. Drie.", "Dit is hoger dan dat."),
        ("Een. `{python} wording(x)` dat. Drie.", "is hoger dan dat."),
        ("`{python} wording(x)` dat.", "is hoger dan dat."),
    ):
        (found,) = stated(notebook(cell(source, chosen)))
        # a capital tells where a sentence starts; these words have none
        assert found.sentence.endswith(expected)
        assert not found.guarded


def test_every_statement_has_its_line_and_order() -> None:
    first = cell(f"Een.{C}\n\nTwee {P}.{C} Drie.{C}", *_three(), first=10)
    code = nbformat.v4.new_code_cell("x = 1")
    second = cell(f"Vier.{C}", claim("fails"), first=40)
    found = list(stated(notebook(first, code, nbformat.v4.new_markdown_cell("Niets."), second)))
    assert [(s.line, s.sentence, s.verdict) for s in found] == [
        (10, "Een.", "holds"),
        (12, "Twee 5.", "estimates_only"),
        (12, "Drie.", "fails"),
        (40, "Vier.", "fails"),
    ]
    assert {s.chapter for s in found} == {"chapters/een.qmd"}
    assert all(s.guarded for s in found)


def _three() -> tuple[Record, ...]:
    return claim(), text("5"), claim("estimates_only"), claim("fails")


def test_a_text_that_states_nothing_is_no_statement() -> None:
    assert sentences(f"Het is {P}.", text("5")) == []


# --- for machines -------------------------------------------------------------------------------


def test_a_statement_in_json() -> None:
    (found,) = stated(notebook(cell(f"Het is {P}.{C}", text("5,1%"), claim(number=3), first=7)))
    row = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert row == {
        "chapter": "chapters/een.qmd",
        "line": 7,
        "sentence": "Het is 5,1%.",
        "kind": "claim",
        "verdict": "holds",
        "contradicted": False,
        "expected": "x",
        "found": "a difference of 7.25 points (SE 3.1, p = 0.0195, N = 3)",
        "difference": 7.25,
        "se": 3.1,
        "p": 0.0195,
        "n": 3,
    }


def test_a_fact_in_json_has_no_numbers() -> None:
    none: Record = {**claim(), **dict.fromkeys(TEST)}
    (found,) = stated(notebook(cell(f"Een.{C}", none)))
    assert {found.as_json()[name] for name in TEST} == {None}


@pytest.mark.parametrize("kind", ["ranking", "ties", "wording"])
def test_a_ranking_in_json(kind: str) -> None:
    """Whatever words are made of it, it is a ranking, with who is shown, tied, not ranked."""
    groups = {"shown": ["bouw"], "tied": ["zorg", "café"], "unranked": []}
    record: Record = {**claim(), "kind": kind, "text": "de bouw", **groups}
    (found,) = stated(notebook(cell("Vooral `{python} names(x)`.", record)))
    assert found.as_json() == {
        "chapter": "chapters/een.qmd",
        "line": 1,
        "sentence": "Vooral de bouw.",
        "kind": "ranking",
        "verdict": "holds",
        "contradicted": False,
        "expected": "names(x)",
        "found": "a difference of 7.25 points (SE 3.1, p = 0.0195, N = 0)",
        **{**TEST, "n": 0},
        **groups,
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("claim(larger(a, b))", "larger(a, b)"),
        ("claim( rose(use)  & larger(a,b) )", "rose(use)  & larger(a,b)"),
        ('wording(fell(use), "daalde", "lag lager")', "fell(use)"),
        ('when(larger(a, 50), "Meer dan de helft.")', "larger(a, 50)"),
        ("names(top) + ties(top, '{}')", "names(top) + ties(top, '{}')"),
        ("use.claim(x)", "use.claim(x)"),
        ("claim()", "claim()"),
        ("%time", "%time"),
    ],
)
def test_what_was_expected_is_the_statement_as_written(expression: str, expected: str) -> None:
    made = cell(f"Een.{C}", claim())
    made.metadata["barometer"]["inline"][0]["expression"] = expression
    (found,) = stated(notebook(made))
    assert found.expected == expected


KEYS = {"universe": "all", "domain": "total", "domain_value": "Totaal"}
USE = {"year": 2027, "question": "status", "category": "use", **KEYS}
NORTH = {**USE, "domain": "region", "domain_value": "north"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            {"difference": -3.2, "contradicted": True, "sources": [{**USE, "estimate": 43.2}]},
            "a difference of −3.2 points (SE 3.1, p = 0.0195, N = 0); the opposite is significant; "
            "status.use of all, 2027: 43.2%",
        ),
        (
            {"p": None, "sources": [{**NORTH, "estimate": None}, {"count": "firms", "value": 9}]},
            "a difference of 7.25 points (SE 3.1, N = 0); status.use of all, north, 2027: withheld",
        ),
        (
            {
                "sources": [
                    {
                        "terms": [{"factor": 1, **USE}, {"factor": -1, **USE, "year": 2025}],
                        "estimate": 7.2,
                    }
                ]
            },
            "a difference of 7.25 points (SE 3.1, p = 0.0195, N = 0); "
            "1 × status.use of all, 2027 + −1 × status.use of all, 2025: 7.2 points",
        ),
        (
            {**dict.fromkeys(TEST), "verdict": "fails"},
            "nothing is compared: it is not so, or a value is missing",
        ),
        ({**dict.fromkeys(TEST)}, "nothing is compared: it is so"),
    ],
)
def test_what_the_data_say_has_the_numbers(record: Record, expected: str) -> None:
    (found,) = stated(notebook(cell(f"Een.{C}", {**claim(), **record})))
    assert found.found == expected
    assert found.as_json()["found"] == expected


# --- what must be mended ------------------------------------------------------------------------


def outlived(name: str) -> Overdue:
    fact = DatedFact(id=name, date="2023", what="a law", source="its text", review_after="2025")
    return Overdue(fact, 5, date(2027, 9, 30), ("chapters/een.qmd:9",))


def mended() -> tuple[list[NotebookNode], list[str]]:
    """Cells with sentences of every kind, and those that must be mended, the worst first."""
    said: dict[str, Record] = {
        "Geldt": claim(),
        "Toeval": {**claim("estimates_only"), "p": 0.2},
        "Niet zo": {**claim("fails"), "p": 0.6},
        "Meer toeval": {**claim("estimates_only"), "p": 0.9},
        "Tegendeel": {**claim("fails"), "contradicted": True, "p": 0.01},
        "Geen getal": {**claim("fails"), **dict.fromkeys(TEST)},
        "Zeker tegendeel": {**claim("fails"), "contradicted": True, "p": 0.001},
        "Gekozen": {**claim("fails"), "kind": "wording", "contradicted": True},
    }
    cells = [
        cell(f"{words}.{C}", record, first=n) for n, (words, record) in enumerate(said.items())
    ]
    worst = ["Zeker tegendeel.", "Tegendeel.", "Niet zo.", "Geen getal."]
    return cells, [*worst, "law, 2023: a law", "Meer toeval.", "Toeval."]


def test_the_worst_comes_first_and_words_that_were_chosen_not_at_all() -> None:
    cells, expected = mended()
    bad = to_mend(stated(notebook(*cells)), [outlived("law")])
    assert [each.sentence for each in bad] == expected


def test_the_list_of_what_must_be_mended_has_place_and_numbers() -> None:
    cells, expected = mended()
    made = notebook(nbformat.v4.new_markdown_cell("::: {.list-to-mend}\n:::"), *cells)
    complete(made, [outlived("law")])
    found = items(made.cells[0].source)
    assert [line.rpartition(" (")[0] for line in found if "regel" in line] == expected
    assert found[0] == "De data tonen het tegendeel"
    assert "(een.qmd, regel 6: geldt niet, verschil 7,25, SE 3,1, p 0,001, N 0)" in found[1]
    assert "(data/facts.yml, regel 5: na 2025)" in next(line for line in found if "law" in line)


def test_of_a_text_in_which_all_holds_nothing_must_be_mended() -> None:
    made = notebook(
        nbformat.v4.new_markdown_cell("::: {.list-to-mend}\n:::"), cell(f"Een.{C}", claim())
    )
    complete(made)
    assert made.cells[0].source == "Er is niets te herzien."


# --- counts and list ----------------------------------------------------------------------------


def test_comparisons_are_counted_with_those_that_are_significant() -> None:
    many = [
        cell(f"Een.{C}", claim("holds", SHOWN)),
        cell(f"Twee.{C}", claim("estimates_only", HIDDEN, {**SHOWN, "n": 1})),
        cell(f"Drie.{C}", claim("holds")),
        cell("`{python} names(x)`", {**claim("holds", {**SHOWN, "n": 2}), "kind": "ranking"}),
    ]
    assert comparisons(list(stated(notebook(*many)))) == (4, 3)
    assert comparisons([]) == (0, 0)


def test_a_comparison_that_two_sentences_rest_on_counts_once() -> None:
    same = [cell(f"Een.{C}", claim("holds", SHOWN)), cell(f"Twee.{C}", claim("holds", SHOWN))]
    assert comparisons(list(stated(notebook(*same)))) == (1, 1)


LIST = "::: {.list-of-statements}\n:::"


def completed(*cells: NotebookNode) -> str:
    made = notebook(*cells)
    complete(made)
    return "\n\n".join(c.source for c in made.cells)


def test_what_a_chapter_says_of_all_statements_is_filled_in() -> None:
    """Also where it stands before them; a chapter that runs alone shows what is between []."""
    told = nbformat.v4.new_markdown_cell(
        "Van de [n]{.comparisons} zijn er []{.significant} significant.\nNiet [x]{.andere}."
    )
    code = nbformat.v4.new_code_cell("'[n]{.comparisons}'")
    text = completed(told, code, cell(f"Een.{C}", claim("holds", SHOWN, HIDDEN)))
    assert "Van de 2 zijn er 1 significant.\nNiet [x]{.andere}." in text
    assert "'[n]{.comparisons}'" in text


def items(markdown: str) -> list[str]:
    """The list of statements as a reader of the page sees it: chapters, and their sentences."""
    page = BeautifulSoup(typeset.html(markdown, "Klein", ROOT / "theme"), "html.parser")
    return [" ".join(tag.get_text().split()) for tag in page.select("main p strong, main li")]


def test_the_list_has_every_statement_with_its_numbers() -> None:
    cells = (
        cell(f"Een {P}.{C} Twee.{C}", text("5%"), claim(number=400), claim("fails"), first=3),
        cell(f"Drie.{C}", {**claim("estimates_only"), "p": 0.00001}, first=9),
    )
    other = cell(f"Vier.{C}", {**claim("fails"), "difference": -0.5, "se": 2, "p": None, "n": 12})
    other.metadata["barometer"]["inline"][0]["file"] = "chapters/twee.qmd"
    told = completed(nbformat.v4.new_markdown_cell(LIST), *cells, other)
    assert LIST not in told
    found = items(told)
    assert [line for line in found if not line.startswith(("Een", "Twee", "Drie", "Vier"))] == [
        *("een.qmd", "twee.qmd"),
    ]
    assert [re.sub(r" \(.*", "", line) for line in found if "regel" in line] == [
        *("Een 5%.", "Twee.", "Drie.", "Vier."),
    ]
    one, two, three, four = (line for line in found if "regel" in line)
    assert "regel 3: geldt, verschil 7,25, SE 3,1, p " in one
    assert "N 400" in one
    assert "regel 3: geldt niet" in two
    assert "regel 9: enkel in de steekproef" in three
    assert "p < 0,001" in three
    assert "regel 1: geldt niet, verschil −0,5, SE 2, N 12" in four


def test_several_tests_of_one_sentence_stand_together() -> None:
    """And of a ranking who cannot be told apart."""
    ranking: Record = {
        **claim("estimates_only"),
        "kind": "ranking",
        "text": "de bouw",
        **{"shown": ["bouw"], "tied": ["zorg", "NACE 77-82;95.1"], "unranked": []},
    }
    source = f"Vooral `{{python}} names(x)`.{C}"
    told = completed(cell(source, ranking, claim(number=3)), nbformat.v4.new_markdown_cell(LIST))
    (line,) = (line for line in items(told) if "regel" in line)
    assert line.startswith("Vooral de bouw.")
    assert "niet te onderscheiden van zorg, NACE 77-82;95.1;" in line
    assert line.count("regel") == 1
    assert "N 3" in line


def test_no_character_of_a_sentence_is_taken_for_markdown() -> None:
    odd = "1.A|B `code` *x* _y_ @fig-x <b>z</b> [l] (m) ^o^ ~p~ # > 5 ! $3$ {.q} 3,2% & co"
    told = completed(nbformat.v4.new_markdown_cell(LIST), cell(f"Dit {P}.{C}", text(odd), claim()))
    (line,) = (line for line in items(told) if "regel" in line)
    assert line.startswith(f"Dit {odd}. (regel 1: geldt")
