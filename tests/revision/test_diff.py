"""Two editions, or two registers, beside each other; and what a reviewer approved of it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from barometer.cli import main
from barometer.render.edition import render_edition
from barometer.revision.differences import Differences
from barometer.revision.sentences import NUMBER, Sentence, reworded
from barometer.revision.versions import open_version
from barometer.survey.register import write_register
from barometer.survey.survey import load_survey
from tests.helpers import ROOT, edit, squeeze
from tests.wave.small_wave import YEAR, SmallWave

REPORT = """---
title: Klein
lang: nl-BE
jupyter: python3
---

```{python}
#| tags: [parameters]
year = 2025
```

```{python}
from barometer.chapters import *
survey = load_survey(year)
budget, use = survey["budget"], survey["status"]["use"]
```

{{< include chapters/een.qmd >}}
"""
CHAPTER = """# Budget {#sec-budget}

In `{python} str(year)` gebruikt `{python} pct(use)` van de ondernemingen iets.
Bij `{python} pct(budget["more"])` van hen stijgt het budget, zoals @fig-budget toont.
Het budget stijgt bij velen.`{python} claim(larger(budget["more"], 30))`
Deze zin gaat over niets.

::: {#fig-budget}
```{python}
bars(budget)
```

Evolutie van het budget. In %; `{python} base(budget)`.
:::

::: {#tbl-budget}
```{python}
crosstab(budget, "size")
```

Budget naar grootte. In %; `{python} base(budget)`.
:::

::: {#tbl-status}
```{python}
crosstab(survey["status"], "size")
```

Gebruik naar grootte. In %; `{python} base(survey["status"])`.
:::
"""
#: What the later edition says instead, besides what follows from other answers.
REWRITTEN = {
    "Deze zin gaat over niets.": "Deze zin gaat nergens over.\nEen slotzin.",
    "zoals @fig-budget toont": "zie @fig-budget",
}
CHANGED = 20


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An edition, and a later one: 20 users gave other budgets, two sentences were rewritten."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "theme", root / "theme")
    shutil.copy(ROOT / "_quarto.yml", root)
    (root / "report.qmd").write_text(REPORT, encoding="utf-8")
    chapter = root / "chapters" / "een.qmd"
    chapter.parent.mkdir()
    later = SmallWave()
    for row in [row for row in later.responses if row["budget"] == "more"][:CHANGED]:
        row["budget"] = "less"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        chapter.write_text(CHAPTER, encoding="utf-8")
        old = render(SmallWave().write(root / "a"))
        for before, after in REWRITTEN.items():
            edit(chapter, before, after)
        new = render(later.write(root / "b"))
    return old, new


def render(data: Path) -> Path:
    """The page of a wave, beside its files."""
    return render_edition(YEAR, ("html",), "pandoc", data=data, output=data / "out")


@pytest.fixture
def copies(editions: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Both, as `old` and `new`, beside which approvals can be stored."""
    old, new = (tmp_path / name for name in ("old", "new"))
    for source, target in zip(editions, (old, new), strict=True):
        shutil.copytree(source, target)
    return old, new


def diff(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["diff", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def mistake(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["diff", *map(str, arguments)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(diff(capsys, *arguments, "--format", "json"))
    return found


def test_an_edition_is_equal_to_itself(
    editions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert diff(capsys, editions[0], editions[0]) == (
        "0 changed, 0 new, 0 gone of 104 figures; 0 changed, 0 new, 0 gone sentences; "
        "0 changed, 0 new, 0 gone figures and tables.\n"
    ).replace("104", str(len(open_version(editions[0]).register)))


def test_numbers_and_where_they_stand(
    editions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = as_json(capsys, *editions)
    assert {row["question"] for row in found["numbers"]} == {"budget"}
    (more,) = (r for r in found["numbers"] if (r["category"], r["domain"]) == ("more", "total"))
    # strata of equal size, so a share is that of respondents: 36 and 16 of the 72 users
    before, after = (round(100 * n / 72, 1) for n in (36, 36 - CHANGED))
    assert more["columns"]["estimate"] == {"old": f"{before:g}", "new": f"{after:g}"}
    assert more["difference"] == pytest.approx(after - before, abs=1e-9)
    assert more["in_sentences"] == ["chapters/een.qmd:4", "chapters/een.qmd:5"]
    assert more["in_figures"] == ["fig-budget", "tbl-budget"]
    # what differs by size is told of in a table only
    (small,) = (
        r for r in found["numbers"] if (r["category"], r["domain_value"]) == ("more", "small")
    )
    assert small["in_sentences"] == []
    assert small["in_figures"] == ["tbl-budget"]


def test_sentences_beside_each_other(
    editions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = as_json(capsys, *editions)["sentences"]
    by_state = {state: [r for r in rows if r["state"] == state] for state in ("changed", "new")}
    said = {row["place"]: row for row in by_state["changed"]}
    number = said["chapters/een.qmd:4"]
    assert number["old"] == "Bij 50,0% van hen stijgt het budget, zoals @fig-budget toont."
    assert number["new"] == "Bij 22,2% van hen stijgt het budget, zie @fig-budget."
    claimed = said["chapters/een.qmd:5"]
    assert claimed["old"] == claimed["new"] == "Het budget stijgt bij velen."
    assert claimed["verdicts"] == {"old": ["holds"], "new": ["fails"]}
    assert said["chapters/een.qmd:6"]["new"] == "Deze zin gaat nergens over."
    assert [row["new"] for row in by_state["new"]] == ["Een slotzin."]
    assert not [row for row in rows if row["state"] == "gone"]
    # the other way round the same, mirrored
    mirrored = as_json(capsys, *reversed(editions))["sentences"]
    assert [row["old"] for row in mirrored if row["state"] == "gone"] == ["Een slotzin."]


def test_figures_and_tables_that_show_it(
    editions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = as_json(capsys, *editions)["figures"]
    assert drawn[0] == {
        "name": "fig-budget",
        "title": "Evolutie van het budget",
        "data": "budget.csv",
        "state": "changed",
    }
    # that by status shows the same
    assert [row["name"] for row in drawn[1:]] == ["tbl-budget"]


def test_the_text_names_what_the_json_does(
    editions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = diff(capsys, *editions).splitlines()
    found = as_json(capsys, *editions)
    assert "    in chapters/een.qmd:4, chapters/een.qmd:5, fig-budget, tbl-budget" in lines
    assert "  - Het budget stijgt bij velen. [holds]" in lines
    assert "  + Het budget stijgt bij velen. [fails]" in lines
    assert "fig-budget: changed: Evolutie van het budget" in lines
    largest = max(abs(row["difference"]) for row in found["numbers"])
    assert lines[-1].startswith(f"{len(found['numbers'])} changed, 0 new, 0 gone of ")
    assert f"by {largest:.1f} points at most" in lines[-1]


def test_the_page_has_old_and_new_side_by_side(editions: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert main(["diff", *map(str, editions), "--format", "html", "-o", str(target)]) == 0
    page = BeautifulSoup(target.read_text(encoding="utf-8"), "html.parser")
    assert not page.find_all(["script", "link", "img"])
    identifiers = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(set(identifiers)) == len(identifiers)
    figure, table = page.select("#figuren article")
    assert [len(side.find_all("table")) for side in table.select(".pair > div")] == [1, 1]
    old, new = figure.select(".pair > div")
    assert "50,0%" in squeeze(old.get_text(" "))
    assert "22,2%" in squeeze(new.get_text(" "))
    assert "50,0%" not in squeeze(new.get_text(" "))
    marked = page.select("#zinnen article")[0]
    first = [squeeze(marked.select(side)[0].get_text()) for side in ("del", "ins")]
    assert first == ["50,0%", "22,2%"]
    numbers = page.select("#cijfers tbody tr")
    assert len(numbers) == len(Differences(*map(open_version, editions)).numbers)
    assert "Nog door niemand goedgekeurd." in page.get_text()
    # the same input, the same page
    again = tmp_path / "again.html"
    main(["diff", *map(str, editions), "--format", "html", "-o", str(again)])
    assert again.read_bytes() == target.read_bytes()


# --- registers --------------------------------------------------------------------------------


def test_registers_of_two_waves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures are the same when their names are; those that only one wave has come or go."""
    later = SmallWave(YEAR + 1)
    del later.questionnaire["questions"]["budget"]
    for row in later.responses:
        del row["budget"]
    files = []
    for wave in (SmallWave(), later):
        data = wave.write(tmp_path / str(wave.year))
        files.append(data / "estimates.csv")
        write_register(load_survey(wave.year, data), files[-1])
    found = as_json(capsys, *files)
    assert found["sentences"] == found["figures"] == []
    assert {(r["question"], r["state"]) for r in found["numbers"]} == {("budget", "gone")}
    states = {r["state"] for r in as_json(capsys, *reversed(files))["numbers"]}
    assert states == {"new"}
    assert "goedgekeurd" in diff(capsys, *files, "--format", "html")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "found no such file or folder; expected a register"),
        (lambda path: path.mkdir(), "found no estimates.csv in it; expected the folder of an"),
        (lambda path: path.write_text("a,b\n1,2\n"), "expected year, question, category"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "found a byte that is not UTF-8"),
    ],
)
def test_what_is_no_register_is_refused(
    editions: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Any,
    message: str,
) -> None:
    make(tmp_path / "other")
    said = mistake(capsys, editions[0], tmp_path / "other")
    assert message in said
    assert "other" in said


def test_an_edition_without_its_notebook_is_refused(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (notebook,) = copies[1].glob("*.ipynb")
    notebook.write_text("none", encoding="utf-8")
    assert "compare the registers alone" in mistake(capsys, *copies)
    found = as_json(capsys, copies[0], copies[1] / "estimates.csv")
    assert found["numbers"]
    assert found["sentences"] == []


# --- approvals --------------------------------------------------------------------------------


def test_an_approval_holds_until_something_changes(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = copies
    given = ("--approve", "An Peeters", "--date", "2026-12-01", "--remarks", "Let op de horeca.")
    said = diff(capsys, old, new, *given).splitlines()[-1]
    assert said == "Approved by An Peeters on 2026-12-01 (Let op de horeca.): as approved."
    stored = new.with_name("new.approvals.json")
    (row,) = json.loads(stored.read_text(encoding="utf-8"))
    assert [row["who"], row["date"], row["remarks"]] == [given[1], given[3], given[5]]
    assert diff(capsys, old, new).splitlines()[-1] == said
    assert as_json(capsys, old, new)["approvals"] == [
        {"who": given[1], "date": given[3], "remarks": given[5], "changed_since": []}
    ]
    # another one's approval stands beside it
    diff(capsys, old, new, "--approve", "Bo Maes", "--date", "2026-12-02")
    assert len(json.loads(stored.read_text(encoding="utf-8"))) == 2
    (notebook,) = new.glob("*.ipynb")
    edit(notebook, "Een slotzin.", "Een andere slotzin.")
    lines = diff(capsys, old, new).splitlines()[-2:]
    assert [line.rpartition(": ")[2] for line in lines] == 2 * ["text changed since."]
    edit(new / "estimates.csv", ",Totaal,", ",Totaal ,")
    lines = diff(capsys, old, new).splitlines()[-2:]
    assert [line.rpartition(": ")[2] for line in lines] == 2 * ["figures and text changed since."]
    page = diff(capsys, old, new, "--format", "html")
    assert "sindsdien gewijzigd: de cijfers en de tekst" in page
    # the old edition was approved by nobody
    assert not old.with_name("old.approvals.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--approve", "An"), "found an approval without a date; expected who approves, and when"),
        (("--approve", " ", "--date", "2026-12-01"), "found an approval without a name"),
    ],
)
def test_an_approval_has_a_name_and_a_date(
    copies: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    assert message in mistake(capsys, *copies, *arguments)
    assert not copies[1].with_name("new.approvals.json").exists()


@pytest.mark.parametrize("text", ["{", "[1]", '[{"who": "An"}]'])
def test_a_file_that_holds_no_approvals_is_kept(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str], text: str
) -> None:
    stored = copies[1].with_name("new.approvals.json")
    stored.write_text(text, encoding="utf-8")
    said = mistake(capsys, *copies, "--approve", "An", "--date", "2026-12-01")
    assert "new.approvals.json: found what is no list of approvals" in said
    assert stored.read_text(encoding="utf-8") == text


# --- sentences --------------------------------------------------------------------------------

TEXTS = st.lists(
    st.builds(
        lambda words, n: f"{words} {n}%.",
        st.sampled_from(["De adoptie stijgt naar", "Het budget daalt met", "Niets wijzigt bij"]),
        st.integers(0, 3),
    ),
    max_size=6,
)


def sentences(texts: list[str]) -> list[Sentence]:
    return [Sentence("een.qmd", line, text) for line, text in enumerate(texts, 1)]


@given(TEXTS, TEXTS)
def test_each_sentence_stands_beside_at_most_one(before: list[str], after: list[str]) -> None:
    """None is lost or told of twice; what is left out of the list reads the same."""
    old, new = sentences(before), sentences(after)
    found = reworded(old, new)
    olds = [pair.old for pair in found if pair.old]
    news = [pair.new for pair in found if pair.new]
    assert len(set(olds)) == len(olds)
    assert len(set(news)) == len(news)
    assert [s.text for s in old if s not in olds] == [s.text for s in new if s not in news]
    assert olds == sorted(olds, key=lambda s: s.line)


@given(TEXTS, st.integers(4, 9))
def test_where_only_numbers_differ_sentences_stay_together(texts: list[str], n: int) -> None:
    other = [NUMBER.sub(str(n), text) for text in texts]
    found = reworded(sentences(texts), sentences(other))
    assert [(p.old and p.old.line, p.new and p.new.line) for p in found] == [
        (line, line) for line in range(1, len(texts) + 1)
    ]


def test_identical_texts_do_not_differ() -> None:
    texts = ["De adoptie stijgt.", "Ze daalt."]
    assert reworded(sentences(texts), sentences(texts)) == []
    assert re.fullmatch(r"een\.qmd:2", reworded(sentences(texts), sentences(texts[:1]))[0].place)
