"""What the waves have in common: breaks by hand on small histories, and in the waves themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import yaml

from barometer.audit.breaks import breaks
from barometer.audit.comparability import breaks_words, comparability_table
from barometer.survey.survey import Survey
from barometer.wave.content import Answer, Condition, Label, Universe
from tests.helpers import DATA, small_survey

ANSWERS = ["y", "n"] * 5


def asking(year: int, *questions: str, earlier: tuple[Survey, ...] = ()) -> Survey:
    """A wave of ten firms with these questions, each of all firms and answered by y or n."""
    return small_survey(year, dict.fromkeys(questions, ANSWERS), earlier)


def changed(survey: Survey, question: str, **changes: Any) -> Survey:
    """The wave with another version of one question."""
    asks = survey.questionnaire
    other = asks.questions[question].model_copy(update=changes)
    exporters = Universe(
        label="wie uitvoert", all_of=[Condition.model_validate({"of": "export", "is": ["y"]})]
    )
    within = Universe(label="dezelfden", all_of=[Condition(universe="makers")])
    asks = replace(
        asks,
        questions={**asks.questions, question: other},
        universes={**asks.universes, "makers": exporters, "again": within},
    )
    survey._wave = replace(survey._wave, questionnaire=asks)
    return survey


def kinds(*waves: Survey) -> list[tuple[int, str, str, tuple[str, ...]]]:
    found = breaks({wave.year: wave for wave in waves})
    return [(b.year, b.subject, b.kind, b.parts) for b in found]


def test_questions_that_come_and_go() -> None:
    waves = (
        asking(2021, "export", "lease"),
        asking(2022, "export", "lease"),
        asking(2023, "export", "hire", "train"),
    )
    assert kinds(*waves) == [
        (2023, "hire", "new", ()),
        (2023, "train", "new", ()),
        (2023, "lease", "dropped", ()),
    ]
    assert kinds(waves[0]) == []


def test_a_question_that_returns_is_new_again() -> None:
    waves = asking(2021, "export", "lease"), asking(2022, "export"), asking(2023, "export", "lease")
    assert kinds(*waves) == [(2022, "lease", "dropped", ()), (2023, "lease", "new", ())]


ITEMS = {name: Label(label=name, short=name.upper()) for name in ("a", "b", "c")}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"items": {"a": ITEMS["a"]}}, {"items": ITEMS}, [("more", ("B", "C"))]),
        ({"items": ITEMS}, {"items": {"b": ITEMS["b"]}}, [("fewer", ("A", "C"))]),
        ({"label": "Voert u uit?"}, {"label": "Voert u in?"}, [("wording", ())]),
        ({}, {"categories": {"y": Answer(label="ja", short="ja")}}, [("answers", ())]),
        ({}, {"asked_of": "makers"}, [("base", ())]),
        ({"asked_of": "makers"}, {"asked_of": "again"}, []),
        ({"short": "Uitvoer"}, {"short": "Export"}, []),
    ],
)
def test_what_is_asked_otherwise(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Another name of a question or of a universe is no break; other conditions are."""
    waves = (
        changed(asking(2022, "export", "lease"), "lease", **before),
        changed(asking(2023, "export", "lease"), "lease", **after),
    )
    assert kinds(*waves) == [(2023, "lease", kind, parts) for kind, parts in expected]


def test_the_table_counts_items_and_shows_what_is_lacking() -> None:
    first = changed(asking(2021, "export", "lease"), "export", items={"a": ITEMS["a"]})
    last = asking(2023, "export", "hire", earlier=(first,))
    last = changed(last, "export", items=ITEMS, short="Uitvoer")
    table = comparability_table(last).data
    assert table is not None
    assert table.to_numpy().tolist() == [
        ["Regio", "1", "1", ""],
        ["Uitvoer", "1", "3", "Erbij in 2023: B; C."],
        ["hire", "–", "ja", ""],
        ["lease", "ja", "–", ""],
    ]


def test_breaks_in_words() -> None:
    first = asking(2021, "export", "lease")
    assert breaks_words(first) == ""
    assert breaks_words(asking(2023, "export", "lease", earlier=(first,))) == (
        "Tegenover de meting van 2021 kwam er geen vraag bij en verviel er geen. "
        "Wat beide metingen vragen, bleef ongewijzigd."
    )
    other = changed(asking(2023, "export", "hire", "sell", earlier=(first,)), "export", items=ITEMS)
    assert breaks_words(other) == (
        "Tegenover de meting van 2021 zijn twee vragen nieuw (‘hire’ en ‘sell’) en is één vraag "
        "vervallen (‘lease’). Niet helemaal gelijk gebleven is ‘export’."
    )


def test_a_new_division_is_no_new_question() -> None:
    first, last = asking(2021, "export"), asking(2023, "export")
    last._earlier = {2021: first}
    wave = last._wave
    domains = {**wave.meta.domains, "seat": wave.meta.domains["region"]}
    last._wave = replace(wave, meta=wave.meta.model_copy(update={"domains": domains}))
    assert kinds(first, last) == [(2023, "domain seat", "new", ())]
    assert "kwam er geen vraag bij" in breaks_words(last)


def test_breaks_of_the_waves_are_those_of_their_files(survey: Survey) -> None:
    """Read anew from YAML: questions and items of each wave, and its sectors."""
    years = [2021, 2022, 2023, 2025]
    files = {
        year: yaml.safe_load((DATA / str(year) / "questionnaire.yml").read_text("utf-8"))
        for year in years
    }
    found = breaks(survey.history())
    for before, after in pairwise(years):
        then, now = files[before]["questions"], files[after]["questions"]
        mine = [b for b in found if b.year == after]
        assert [b.subject for b in mine if b.kind == "new"] == [q for q in now if q not in then]
        assert [b.subject for b in mine if b.kind == "dropped"] == [q for q in then if q not in now]
        items = {
            question: tuple(
                item["short"]
                for name, item in now[question].get("items", {}).items()
                if name not in then[question].get("items", {})
            )
            for question in now
            if question in then
        }
        more = {b.subject: b.parts for b in mine if b.kind == "more" and b.subject in now}
        assert more == {question: parts for question, parts in items.items() if parts}
    assert [b.year for b in found if b.subject == "domain sector"] == [2022]
    assert not [b for b in found if b.kind in ("wording", "answers", "base")]
