"""A wave made anew with `barometer new-wave`, filled in step by step, and what `status` says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from barometer.cli import main
from barometer.project import waves
from barometer.render.conditions import applies
from tests.helpers import edit
from tests.wave.small_wave import SmallWave, answer

REPORT = """\
---
title: Klein
lang: nl-BE
jupyter: python3
---

```{python}
#| tags: [parameters]
year = 2025
data = None
```

```{python}
from barometer.chapters import *

survey = open_survey(year, data)
use = survey["status"]["use"]
law = dated("law")
```

{{< include chapters/een.qmd >}}
"""
CHAPTER = """\
# Kop

De meeste gebruiken iets, `{python} pct(use)`.`{python} claim(larger(use, 50))`
Grote doen het vaker.`{python} claim(larger(use.at("large"), use.at("small")))`

::: {.asked of="course|lesson"}
`{python} pct(survey["course"]["yes"])` volgt een cursus.
:::

::: {.asked of="budget previous"}
`{python} pct(survey["budget"]["more"])` besteedt meer.
:::
"""
FACTS = "law: {date: 2024-08, what: a law, source: its text, review_after: 2026}\n"
FILES = [
    "TODO.md",
    "population.csv",
    "questionnaire.yml",
    "responses.csv",
    "sample.csv",
    "wave.yml",
]
Run = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a small report and a wave of 2025, as the working folder."""
    (tmp_path / "_quarto.yml").touch()
    (tmp_path / "report.qmd").write_text(REPORT, encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "een.qmd").write_text(CHAPTER, encoding="utf-8")
    SmallWave(2025).write(tmp_path / "data")
    (tmp_path / "data" / "facts.yml").write_text(FACTS, encoding="utf-8")
    monkeypatch.delenv("BAROMETER_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command that must end well, or with `code`; gives what it said."""

    def command(*arguments: object, code: int = 0) -> str:
        assert main([str(argument) for argument in arguments]) == code
        said = capsys.readouterr()
        return said.out or said.err

    return command


def new_wave(run: Run, *more: object) -> str:
    return run("new-wave", 2027, "--no-claims", *more)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def boxes(project: Path) -> dict[str, bool]:
    text = (project / "data" / "2027" / "TODO.md").read_text(encoding="utf-8")
    return {name: mark == "x" for mark, name in re.findall(r"- \[(.)\] \*\*(\w+)\*\*", text)}


def fill_in(project: Path, wave: SmallWave | None = None) -> None:
    """Dates, tables and no mark left, as an author would have it."""
    folder = project / "data" / "2027"
    (wave or SmallWave(2027)).write(project / "filled")
    for name in ("population", "sample", "responses"):
        shutil.copy(project / "filled" / "2027" / f"{name}.csv", folder)
    for name in ("wave.yml", "questionnaire.yml"):
        text = (folder / name).read_text(encoding="utf-8")
        text = text.replace("start: null", "start: 2027-03-01").replace(
            "end: null", "end: 2027-03-31"
        )
        (folder / name).write_text(re.sub(r" *# TODO.*\n", "", text), encoding="utf-8")


# --- the folder ---------------------------------------------------------------------------------


def test_a_new_wave_has_settings_empty_tables_and_a_checklist(project: Path, run: Run) -> None:
    """Nothing else: what was published, invented or excused of the wave before is not its own."""
    for name in ("published.csv", "exceptions.yml", "synthesis.yml", "corrections.yml"):
        (project / "data" / "2025" / name).touch()
    before = contents(project / "data" / "2025")
    said = new_wave(run, "--from", 2025)
    folder = project / "data" / "2027"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    heads = {p.name: p.read_text(encoding="utf-8").splitlines() for p in folder.glob("*.csv")}
    given = SmallWave(2025)
    tables = (given.population, given.sample, given.responses)
    for name, rows in zip(("population", "sample", "responses"), tables, strict=True):
        (header,) = heads[f"{name}.csv"]
        assert sorted(header.split(",")) == sorted(rows[0])
    settings = yaml.safe_load((folder / "wave.yml").read_text(encoding="utf-8"))
    assert (settings["year"], settings["provenance"]) == (2027, "confidential")
    assert contents(project / "data" / "2025") == before
    assert said.splitlines()[0] == f"Made: {', '.join(sorted(FILES, key=said.index))}."
    assert set(boxes(project).values()) == {False}


def test_a_second_time_nothing_is_made_and_nothing_lost(project: Path, run: Run) -> None:
    new_wave(run)
    first = contents(project)
    assert new_wave(run, "--from", 2025).startswith("Made: nothing, all is there.\n")
    assert contents(project) == first
    folder = project / "data" / "2027"
    edit(folder / "wave.yml", "title: Klein", "title: Groot")
    note = (
        "\r\n## Ons\r\n- [x] **lunch**: taart\r\n- [ ] check met Jan: ja\r\n* [x] sample: zelf\r\n"
    )
    with (folder / "TODO.md").open("a", encoding="utf-8", newline="") as file:
        file.write(note)
    then = contents(project)
    new_wave(run)
    now = contents(project)
    assert now.pop("data/2027/TODO.md").decode().endswith(note.replace("[x] sample", "[ ] sample"))
    assert now == {k: v for k, v in then.items() if not k.endswith("TODO.md")}


@pytest.mark.parametrize("gone", [["wave.yml"], ["sample.csv", "questionnaire.yml"], FILES[1:]])
def test_what_a_run_that_was_killed_did_not_make_is_made(
    project: Path, run: Run, gone: list[str]
) -> None:
    new_wave(run)
    folder = project / "data" / "2027"
    whole = contents(folder)
    for name in gone:
        (folder / name).unlink()
    said = new_wave(run).splitlines()[0]
    assert sorted(said.removeprefix("Made: ").removesuffix(".").split(", ")) == sorted(gone)
    assert contents(folder) == whole


def test_answers_that_lie_there_already_stay(project: Path, run: Run) -> None:
    folder = project / "data" / "2027"
    folder.mkdir()
    (folder / "responses.csv").write_text("exported\n1\n", encoding="utf-8")
    assert "responses.csv" not in new_wave(run).splitlines()[0]
    assert (folder / "responses.csv").read_text(encoding="utf-8") == "exported\n1\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2025,), "2025: found a wave without TODO.md; expected a year without a wave, or one"),
        ((2027, "--from", 2021), "found no other wave 2021; expected --from with a wave that is"),
        ((2027, "--from", 2027), "found no other wave 2027; expected --from"),
        ((2019,), "found no wave before it; expected --from with a wave that is there: 2025."),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is(
    project: Path, run: Run, arguments: tuple[object, ...], message: str
) -> None:
    before = contents(project)
    assert message in run("new-wave", *arguments, code=1)
    assert contents(project) == before


def test_a_wave_before_that_is_broken_is_named(project: Path, run: Run) -> None:
    edit(project / "data" / "2025" / "questionnaire.yml", "asked_of: all", "asked: all")
    before = contents(project)
    said = run("new-wave", 2027, code=1)
    assert said.startswith("Wave 2025: ")
    assert "questionnaire.yml" in said
    assert contents(project) == before


def test_a_wave_after_this_one_may_be_carried_over(project: Path, run: Run) -> None:
    run("new-wave", 2023, "--from", 2025, "--no-claims")
    assert "year: 2023\n" in (project / "data" / "2023" / "wave.yml").read_text(encoding="utf-8")


# --- beside other waves -------------------------------------------------------------------------


def test_a_wave_that_is_only_scaffolded_is_none_to_another(project: Path, run: Run) -> None:
    """Not between two others either; with answers it is one."""
    data = project / "data"
    SmallWave(2029).write(data)
    run("estimates", 2029, "-o", "before.csv")
    new_wave(run)
    assert waves(data) == [2025, 2029]
    run("estimates", 2029, "-o", "after.csv")
    assert (project / "before.csv").read_bytes() == (project / "after.csv").read_bytes()
    assert "wave.yml" in run("check", 2027, code=1), "it can be checked by itself all the same"
    fill_in(project)
    assert waves(data) == [2025, 2027, 2029]


def test_a_later_wave_that_is_not_ready_breaks_no_earlier_one(
    project: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    new_wave(run)
    (project / "data" / "2027" / "responses.csv").write_text("half\n1\n", encoding="utf-8")
    assert waves(project / "data") == [2025, 2027]
    holds = applies(2025, project / "data")
    assert "Wave 2027 is left aside" in capsys.readouterr().err
    assert holds("course")
    assert not holds("previous")
    assert "Wave 2027" in run("claims", 2027, code=1)


# --- what is left -------------------------------------------------------------------------------


def test_status_says_what_is_left_and_writes_nothing(project: Path, run: Run) -> None:
    new_wave(run)
    before = contents(project)
    said = run("status", 2027)
    assert contents(project) == before
    assert re.search(r"\[ \] settings: .*\n +wave\.yml, column field_period\.start: found", said)
    assert re.search(r"\[ \] marks: .*\n +wave\.yml:\d+: the first and the last day", said)
    assert "sample.csv: no row below the header" in said
    place = r"data/facts\.yml:1: law, 2024-08: a law; told of in report\.qmd:18"
    assert re.search(rf"\[ \] facts: .*\n +{place}", said)
    assert said.splitlines()[-1].startswith("Wave 2027: 0 of 10 done. Left: settings, marks, ")


def test_boxes_are_ticked_from_what_is_found_and_unticked(project: Path, run: Run) -> None:
    new_wave(run)
    fill_in(project)
    folder = project / "data" / "2027"
    new_wave(run)
    assert boxes(project) == {
        **dict.fromkeys(("settings", "marks", "population", "sample", "responses", "check"), True),
        **{"facts": False, "eurostat": False, "questions": False, "claims": False},
    }
    # a look at the source, figures of Eurostat, a chapter for each question
    edit(project / "data" / "facts.yml", "review_after: 2026", "review_after: 2027-03")
    row = "2027,BE,10+,ai_use,1.5,percent of enterprises,x,y,\n"
    head = "year,geo,size_class,indicator,value,unit,population,source,remark\n"
    (project / "data" / "eurostat.csv").write_text(head + row, encoding="utf-8")
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(f"{CHAPTER}\n`{{python}} pct(survey['purpose']['sales'])`.\n", "utf-8")
    new_wave(run)
    assert [name for name, done in boxes(project).items() if not done] == ["claims"]
    edit(folder / "responses.csv", ",more", ",meer")
    edit(project / "data" / "facts.yml", "review_after: 2027-03", "review_after: 2027-02")
    said = new_wave(run)
    assert [name for name, done in boxes(project).items() if not done] == [
        "check",
        "facts",
        "claims",
    ]
    assert re.search(r"\[ \] check: .*\n +responses\.csv, .*meer", said)


def test_a_broken_wave_before_is_named(project: Path, run: Run) -> None:
    new_wave(run)
    fill_in(project)
    edit(project / "data" / "2025" / "questionnaire.yml", "asked_of: all", "asked: all")
    said = new_wave(run)
    assert re.search(r"\[ \] check: .*\n +Wave 2025: \d problems", said)
    assert re.search(r"\[ \] questions: .*\n +Wave 2025: \d problems", said)
    assert said.splitlines()[-1].startswith("Wave 2027: 5 of 10 done.")


def test_a_box_that_only_its_owner_can_tell_of_stays(project: Path, run: Run) -> None:
    """Whether Eurostat will have figures."""
    new_wave(run)
    edit(project / "data" / "2027" / "TODO.md", "[ ] **eurostat**", "[x] **eurostat**")
    new_wave(run)
    assert boxes(project)["eurostat"]


def test_questions_without_a_chapter_and_blocks_without_a_question(project: Path, run: Run) -> None:
    new_wave(run)
    wave = SmallWave(2027)
    questionnaire = project / "data" / "2027" / "questionnaire.yml"
    wave.questionnaire["questions"]["lesson"] = wave.questionnaire["questions"].pop("course")
    for row in wave.responses:
        row["lesson"] = row.pop("course")
    fill_in(project, wave)
    shutil.copy(project / "filled" / "2027" / "questionnaire.yml", questionnaire)
    said = run("status", 2027, "--no-claims")
    assert re.findall(r"no chapter tells of (\w+)", said) == ["purpose"]
    chapter = project / "chapters" / "een.qmd"
    edit(chapter, "course|lesson", "course")
    said = run("status", 2027, "--no-claims")
    assert re.findall(r"no chapter tells of (\w+)", said) == ["purpose", "lesson"]
    assert "left out, for the wave lacks it: chapters/een.qmd:6: course\n" in said
    assert said.count("left out") == 1, "an earlier wave is no question"


@pytest.fixture
def turned(project: Path, run: Run) -> Path:
    """The project with a wave of 2027 in which one in five use something."""
    wave = SmallWave(2027)
    for place, row in enumerate(wave.responses):
        row |= answer(place % 6 if place % 5 == 0 else 6 + place % 4)
    new_wave(run)
    fill_in(project, wave)
    return project


def test_sentences_that_the_data_contradict(turned: Path, run: Run) -> None:
    """In status by chapter; in claims the worst first, with what was expected and is so."""
    said = run("new-wave", 2027)
    assert re.search(r"chapters/een\.qmd: 1 contradicted\n +chapters/een\.qmd: 1 fails\n", said)
    assert not boxes(turned)["claims"]
    rows = json.loads(run("claims", 2027, "--format", "json", code=1))
    first, second, fact = rows
    assert first["sentence"] == "De meeste gebruiken iets, 20,0%."
    assert (first["chapter"], first["line"]) == ("chapters/een.qmd", 3)
    assert (first["verdict"], first["contradicted"]) == ("fails", True)
    assert first["expected"] == "larger(use, 50)"
    assert first["difference"] == -30
    assert re.search(
        r"−30 points .* opposite is significant; status\.use of all, 2027: 20%", first["found"]
    )
    assert (fact["chapter"], fact["line"], fact["kind"]) == ("data/facts.yml", 1, "fact")
    assert fact["found"] == "fieldwork until 2027-03-31; told of in report.qmd:18"
    assert second["sentence"] == "Grote doen het vaker."
    assert (second["verdict"], second["contradicted"]) == ("fails", False), "as often"
    assert all(list(row) == list(first) for row in rows)
