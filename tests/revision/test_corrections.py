"""Corrections: what may change in a published register, and how the change is told."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barometer.cli import main
from barometer.display.corrections import corrections_table
from barometer.display.crosstab import crosstab
from barometer.display.figures import bars
from barometer.errors import BarometerError, WaveError
from barometer.prose.numbers import num
from barometer.render.conditions import applies
from barometer.revision.past import accept, held
from barometer.revision.registers import compared, key_of, read_register, register_of
from barometer.survey.register import write_register
from barometer.survey.survey import load_survey
from barometer.wave.corrections import read_corrections
from tests.helpers import ROOT, squeeze
from tests.wave.small_wave import YEAR, SmallWave

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WHO = {"who": "de dienst", "what": "Het budget is herberekend.", "why": "Het was omgekeerd."}


def entry(date: str, **figures: str) -> dict[str, object]:
    return {"date": date, **WHO, "figures": [figures]}


def correct(data: Path, **entries: Mapping[str, object]) -> None:
    """Write corrections.yml; dates stand there without quotes."""
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True)
    text = re.sub(r"'(\d{4}-\d\d-\d\d)'", r"\1", text)
    (data / str(YEAR) / "corrections.yml").write_text(text, encoding="utf-8")


def answered(data: Path, column: str, before: str, after: str, most: int) -> None:
    """Let the first respondents who gave an answer give another one."""
    wave = SmallWave()
    changed = [row for row in wave.responses if row[column] == before][:most]
    for row in changed:
        row[column] = after
    assert changed
    shutil.rmtree(data / "again", ignore_errors=True)
    wave.write(data / "again")
    shutil.copy(data / "again" / str(YEAR) / "responses.csv", data / str(YEAR))
    shutil.rmtree(data / "again")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wave whose register is published."""
    data = SmallWave().write(tmp_path_factory.mktemp("first") / "data")
    accept(YEAR, data)
    return data


@pytest.fixture(scope="module")
def then(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same wave after a correction: of ten users the budget was less, not more."""
    data = shutil.copytree(first, tmp_path_factory.mktemp("then") / "data")
    answered(data, "budget", "more", "less", 10)
    correct(data, budget=entry("2026-03-01", question="budget"))
    accept(YEAR, data)
    return data


@pytest.fixture
def published(first: Path, tmp_path: Path) -> Path:
    """A copy of the published wave, to change."""
    return Path(shutil.copytree(first, tmp_path / "data"))


@pytest.fixture
def corrected(then: Path, tmp_path: Path) -> Path:
    """A copy of the corrected wave, to change."""
    return Path(shutil.copytree(then, tmp_path / "data"))


def files(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / str(YEAR)).iterdir()}


def refusal(data: Path, run: object = accept) -> str:
    """How the register is refused; nothing is written meanwhile."""
    before = files(data)
    with pytest.raises(BarometerError) as caught:
        accept(YEAR, data) if run is accept else held(YEAR, data)
    assert files(data) == before
    return str(caught.value)


def flags(data: Path, tmp_path: Path) -> dict[tuple[str, ...], str]:
    """The flags of the register as an edition gives it."""
    target = tmp_path / "estimates.csv"
    write_register(load_survey(YEAR, data), target)
    with target.open(encoding="utf-8", newline="") as file:
        return {key_of(row): row["flag"] for row in csv.DictReader(file)}


# --- the register of a wave -------------------------------------------------------------------


def test_a_register_is_written_once(published: Path) -> None:
    once = files(published)
    assert held(YEAR, published) == accept(YEAR, published)
    assert files(published) == once
    register = read_register(published / str(YEAR) / "register.csv")
    assert register == register_of(load_survey(YEAR, published))


def test_without_a_register_nothing_is_held(tmp_path: Path) -> None:
    SmallWave().write(tmp_path)
    with pytest.raises(BarometerError, match=rf"found no such file.*register {YEAR} --accept"):
        held(YEAR, tmp_path)


def test_a_difference_is_refused_with_figure_and_values(published: Path) -> None:
    answered(published, "budget", "more", "less", 10)
    said = refusal(published, held)
    assert re.search(r"budget\.more of users, total: estimate (\S+) → (\S+),", said)
    assert refusal(published) == said
    assert "Mend the code; or" in said
    assert "status.use" not in said


def test_the_command_refuses_and_says_where(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["register", str(YEAR), "--data", str(published)]
    assert main(arguments) == 0
    assert f"Register of {YEAR}: " in capsys.readouterr().out
    answered(published, "budget", "more", "less", 10)
    assert main([*arguments, "--accept"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"{YEAR}/corrections.yml (date, who, what, why, figures)" in shown.err


# --- what a correction changes ----------------------------------------------------------------


def test_what_a_correction_covers_is_accepted_and_marked(
    first: Path, corrected: Path, tmp_path: Path
) -> None:
    before = read_register(first / str(YEAR) / "register.csv")
    now = register_of(load_survey(YEAR, corrected))
    differing = {changed.key for changed in compared(before, now)}
    assert differing
    assert f"{len(differing)} of them revised since" in held(YEAR, corrected)
    marked = flags(corrected, tmp_path)
    assert {key for key, flag in marked.items() if flag.endswith("r")} == differing
    assert {key for key in before if before[key] != now[key]} == differing
    # once accepted, a second time changes nothing
    once = files(corrected)
    accept(YEAR, corrected)
    assert files(corrected) == once
    # the register stays as it was first published
    assert once["register.csv"] == files(first)["register.csv"]


def test_a_correction_covers_no_more_than_it_names(published: Path) -> None:
    answered(published, "budget", "more", "less", 10)
    correct(published, budget=entry("2026-03-01", question="budget", domain="total"))
    said = refusal(published)
    assert "budget.more of users, branch food: " in said
    assert "budget.more of users, total" not in said


def test_a_correction_is_spent_once(published: Path) -> None:
    """What changes after it was accepted needs another one, however wide its pattern."""
    correct(published, all=entry("2026-03-01", question="*"))
    answered(published, "budget", "more", "less", 10)
    accept(YEAR, published)
    answered(published, "budget", "more", "less", 12)
    assert "budget.more of users, total" in refusal(published)
    correct(
        published,
        all=entry("2026-03-01", question="*"),
        again=entry("2026-04-01", question="budget"),
    )
    assert "by again" in accept(YEAR, published)
    with (published / str(YEAR) / "corrections.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["column"] == "estimate"]
    total = [row for row in rows if row["domain"] == "total" and row["category"] == "more"]
    # what the second one found is what the first one left
    assert [row["correction"] for row in total] == ["all", "again"]
    assert total[0]["new"] == total[1]["old"]
    assert "of them revised since" in held(YEAR, published)


def test_a_correction_that_is_taken_back_is_noticed(first: Path, corrected: Path) -> None:
    shutil.copy(first / str(YEAR) / "responses.csv", corrected / str(YEAR))
    assert "budget.more of users, total" in refusal(corrected, held)


def test_a_correction_without_effect_is_named(published: Path) -> None:
    correct(published, budget=entry("2026-03-01", question="budget"))
    assert "'budget' announces figures, but none has changed" in accept(YEAR, published)
    assert not (published / str(YEAR) / "corrections.csv").exists()


def test_a_question_that_comes_or_goes_is_a_difference(published: Path) -> None:
    wave = SmallWave()
    del wave.questionnaire["questions"]["budget"]
    for row in wave.responses:
        del row["budget"]
    kept = (published / str(YEAR) / "register.csv").read_bytes()
    shutil.rmtree(published / str(YEAR))
    wave.write(published)
    (published / str(YEAR) / "register.csv").write_bytes(kept)
    assert re.search(
        r"budget\.more of users, total: estimate \S+ → –, n 72 → –", refusal(published)
    )
    correct(published, budget=entry("2026-03-01", question="budget"))
    accept(YEAR, published)
    assert "of them revised since" in held(YEAR, published)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    column=st.sampled_from(["budget", "course", "purpose.sales"]),
    most=st.integers(1, 40),
)
def test_register_and_corrections_are_todays_register(
    published: Path, column: str, most: int
) -> None:
    """Whatever changes: once accepted, the published register with its corrections is today's."""
    (published / str(YEAR) / "corrections.csv").unlink(missing_ok=True)
    before = read_register(published / str(YEAR) / "register.csv")
    values = {"budget": ("more", "less"), "course": ("yes", "no"), "purpose.sales": ("yes", "no")}
    answered(published, column, *values[column], most)
    correct(published, all=entry("2026-03-01", question="*"))
    accept(YEAR, published)
    survey = load_survey(YEAR, published)
    held(YEAR, published)
    revised = {changed.key for changed in compared(before, register_of(survey))}
    assert survey.corrections.revised == revised


# --- files that do not fit --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (",more,", ",most,", "budget.most"),
        (",estimate,", ",estimated,", "for estimated of budget"),
        ("budget,budget,", "other,budget,", "row 2, column correction: found 'other'"),
        ("budget,budget,", "budget,course,", "expected a figure that `figures` of budget"),
        ("correction,", "korrection,", "column correction: found no such column"),
    ],
)
def test_changes_that_do_not_fit_are_refused(
    corrected: Path, old: str, new: str, found: str
) -> None:
    path = corrected / str(YEAR) / "corrections.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(WaveError) as caught:
        held(YEAR, corrected)
    assert "corrections.csv" in str(caught.value)
    assert found in str(caught.value)


@pytest.mark.parametrize("lacking", ["date", "who", "what", "why"])
def test_a_correction_says_when_who_what_and_why(published: Path, lacking: str) -> None:
    whole = entry("2026-03-01", question="budget")
    correct(published, budget={key: value for key, value in whole.items() if key != lacking})
    with pytest.raises(WaveError, match=rf"corrections\.yml, column budget\.{lacking}"):
        read_corrections(YEAR, published)


def test_the_example_of_the_documentation_is_a_correction(published: Path) -> None:
    """And covers what it says it does."""
    examples = re.findall(r"^```yml\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    (example,) = (text for text in examples if "corrections.yml" in text or "why:" in text)
    (published / str(YEAR) / "corrections.yml").write_text(example, encoding="utf-8")
    (found,) = read_corrections(YEAR, published).open
    assert found.covers(("training", "formal", "adopters", "sector", "NACE 45-47"))
    assert found.covers(("training", "any", "non_adopters", "total", "Totaal"))
    assert not found.covers(("training", "formal", "adopters", "sector", "NACE 49-53"))
    assert not found.covers(("barrier", "privacy", "adopters", "total", "Totaal"))


def test_a_register_with_a_figure_twice_is_refused(published: Path) -> None:
    path = published / str(YEAR) / "register.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    assert "twice; expected each figure once" in refusal(published, held)


# --- how an edition tells of it ---------------------------------------------------------------


def test_an_edition_without_corrections_has_no_list(published: Path) -> None:
    assert not applies(YEAR, published)("corrected")
    with pytest.raises(BarometerError, match="found no correction"):
        corrections_table(load_survey(YEAR, published))


def test_an_edition_lists_corrections_newest_first(corrected: Path) -> None:
    text = {"date": "2026-04-01", **WHO, "what": "Een jaartal is verbeterd."}
    correct(corrected, budget=entry("2026-03-01", question="budget"), year=text)
    assert applies(YEAR, corrected)("corrected")
    survey = load_survey(YEAR, corrected)
    block = corrections_table(survey)
    words = squeeze(re.sub(r"<[^>]+>", " ", block.html))
    newer, older = words.index("1 april 2026"), words.index("1 maart 2026")
    assert newer < older
    assert (
        f"{YEAR} Het budget is herberekend. Het was omgekeerd. Rechtgezet door de dienst."
        in words[older:]
    )
    assert block.data is not None
    assert set(block.data["correctie"]) == {"budget"}
    keys = ["vraag", "categorie", "universum", "domein", "domeinwaarde"]
    assert set(block.data[keys].itertuples(index=False, name=None)) == survey.corrections.revised
    assert str(len(survey.corrections.revised)) in words[older:]
    moved = [c for c in survey.corrections.changes if c.column == "estimate"]
    largest = max(abs(float(change.new) - float(change.old)) for change in moved)
    assert f"{largest:.1f}".replace(".", ",") in words[older:]


def test_tables_figures_and_downloads_mark_what_was_revised(corrected: Path) -> None:
    survey = load_survey(YEAR, corrected)
    note = "r herzien sinds de eerste publicatie."
    for question, revised in (("budget", True), ("status", False)):
        for block in (bars(survey[question]), crosstab(survey[question], "size")):
            assert (note in block.html) == revised
            assert (note in block.typst) == revised
            assert block.data is not None
            assert block.data["vlag"].str.endswith("r").any() == revised
    more = survey["budget"]["more"]
    assert f"{float(more):.1f}%r".replace(".", ",") in bars(survey["budget"]).alt
    for text in (crosstab(survey["budget"], "size").html, crosstab(survey["budget"], "size").typst):
        assert f"{num(more, 1)}r" in text
    assert more.revised
    assert (more - survey["budget"]["less"]).revised
    assert not survey["status"]["use"].revised
