"""A wave whose questionnaire, frame or answers changed has a report all the same, and a true one.

Each change is tried once. Those that do not touch each other share a wave, so that the file is
quick; every chapter is executed for each wave.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import barometer.survey.survey
from barometer.prose.numbers import NOT_AVAILABLE
from barometer.survey.survey import Survey, load_survey
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA
from tests.report.reading import Reading, reader
from tests.report.test_dropped_questions import badly_headed

YEAR = 2025
SETTINGS, TABLES = ("wave", "questionnaire"), ("population", "sample", "responses")
TECHNOLOGY = "technology_use"


@dataclass
class Files:
    """The files of a wave: settings as read, tables as text."""

    wave: dict[str, Any]
    questionnaire: dict[str, Any]
    population: pd.DataFrame
    sample: pd.DataFrame
    responses: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write the folder of the wave."""
        folder.mkdir()
        for name in SETTINGS:
            text = yaml.safe_dump(getattr(self, name), sort_keys=False, allow_unicode=True)
            (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        for name in TABLES:
            getattr(self, name).to_csv(folder / f"{name}.csv", index=False)

    @property
    def questions(self) -> dict[str, Any]:
        """The questions of the questionnaire."""
        questions: dict[str, Any] = self.questionnaire["questions"]
        return questions

    def route(self, folder: Path) -> None:
        """Empty the cells of who is not asked a question any more."""
        asks = read_questionnaire(folder / "questionnaire.yml")
        for question in asks.questions.values():
            outside = ~asks.universe(question.asked_of, self.responses)
            self.responses.loc[outside, question.columns] = ""


Change = Callable[[Files], None]

# --- the changes --------------------------------------------------------------------------------


def without_item(*columns: str) -> Change:
    """Drop items of questions, from the rules that count them too."""

    def change(files: Files) -> None:
        for column in columns:
            name, item = column.split(".")
            del files.questions[name]["items"][item]
            _in_rules(files, name, {item: []})
        files.responses = files.responses.drop(columns=list(columns))

    return change


def _in_rules(files: Files, question: str, now: dict[str, list[str]]) -> None:
    """Name other items, or none, in the universes and indicators that count those of a question."""
    asks = files.questionnaire
    rules = [
        condition
        for universe in asks["universes"].values()
        for condition in universe.get("all_of", ())
        if condition.get("of") == question
    ]
    for name, indicator in asks["indicators"].items():
        if indicator.get("of", name) == question:
            rules += indicator.get("categories", {}).values()
    for rule in rules:
        if "items" in rule:
            rule["items"] = [new for old in rule["items"] for new in now.get(old, [old])]


def split_technology(files: Files) -> None:
    """Ask for language and for code, where before one technology made both."""
    names = {"nlg_text": "Taalgeneratie", "nlg_code": "Codegeneratie"}
    del files.questions[TECHNOLOGY]["items"]["nlg"]
    for name, short in names.items():
        files.questions[TECHNOLOGY]["items"][name] = {"label": short, "short": short}
        files.responses[f"{TECHNOLOGY}.{name}"] = files.responses[f"{TECHNOLOGY}.nlg"]
    files.responses = files.responses.drop(columns=f"{TECHNOLOGY}.nlg")
    _in_rules(files, TECHNOLOGY, {"nlg": list(names)})


def renamed_technology(files: Files) -> None:
    """Call a technology something else."""
    items = files.questions[TECHNOLOGY]["items"]
    items["reading"] = {**items.pop("text_mining"), "short": "Lezen"}
    old, new = f"{TECHNOLOGY}.text_mining", f"{TECHNOLOGY}.reading"
    files.responses = files.responses.rename(columns={old: new})
    _in_rules(files, TECHNOLOGY, {"text_mining": ["reading"]})


def with_value(domain: str, old: Sequence[str], new: str, **labels: str) -> Change:
    """Rename a value of a domain, or merge several into one."""

    def change(files: Files) -> None:
        values = files.wave["domains"][domain]["values"]
        first = {**values[old[0]], **labels}
        kept = {new if name == old[0] else name: value for name, value in values.items()}
        kept[new] = first
        files.wave["domains"][domain]["values"] = {
            name: value for name, value in kept.items() if name == new or name not in old
        }
        for table in (files.population, files.sample):
            table[domain] = table[domain].replace(dict.fromkeys(old, new))
        firms = files.population.assign(firms=files.population["firms"].astype(int))
        strata = files.wave["strata"]
        files.population = firms.groupby(strata, sort=False)["firms"].sum().reset_index()
        _in_procedure(files, dict.fromkeys(old, new))

    return change


def _in_procedure(files: Files, now: dict[str, str]) -> None:
    told = files.wave["procedure"]
    lists = [(told, name) for name in ("whole", "general_address", "letter")]
    europe = told["european_survey"]
    lists += [(europe, "lacks"), *((europe["classes"], size) for size in europe["classes"])]
    for parent, key in lists:
        parent[key] = list(dict.fromkeys(now.get(value, value) for value in parent[key]))


def with_new_value(domain: str, new: str, out_of: str, digit: int, **labels: str) -> Change:
    """Add a value to a domain, with half of the firms of another one: by a digit of theirs."""

    def change(files: Files) -> None:
        files.wave["domains"][domain]["values"][new] = labels
        half = files.sample["enterprise_number"].str[digit].isin(list("02468"))
        files.sample.loc[half & (files.sample[domain] == out_of), domain] = new
        again = files.population[files.population[domain] == out_of].assign(**{domain: new})
        files.population = pd.concat([files.population, again], ignore_index=True)
        for values in files.wave["procedure"]["european_survey"]["classes"].values():
            if out_of in values:
                values.append(new)

    return change


def nobody_aware(files: Files) -> None:
    """Nobody knows the law, so nobody is asked about it."""
    asked = files.responses["ai_act_awareness"] != ""
    files.responses.loc[asked, "ai_act_awareness"] = "unaware"


def no_adopters(files: Files) -> None:
    """Nobody uses any technology."""
    for column in files.responses:
        if str(column).startswith(TECHNOLOGY):
            files.responses[column] = files.responses[column].replace("use", "none")


def nobody_chose(files: Files) -> None:
    """Several categories that no respondent gave."""
    other = {
        "adoption_phase": {"reduced": "experimenting"},
        "adoption_model": {"it_department": "teams"},
        "budget_change": {"strong_decrease": "unchanged", "slight_decrease": "unchanged"},
        "competitiveness.cost_reduction": {"yes": "no"},
        "barrier.ethics": {"yes": "no"},
    }
    for column, answers in other.items():
        if column in files.responses:
            files.responses[column] = files.responses[column].replace(answers)


def status_without_plan(files: Files) -> None:
    """Who plans to use it counts as none, and nobody knows of plans any more."""
    asks = files.questionnaire
    status = asks["indicators"]["ai_use_status"]["categories"]
    del status["plan"]
    status["none"] |= {"label": "Gebruikt geen AI", "is": ["plan", "none"]}
    status["not_use"]["union"] = ["none"]
    asks["universes"]["non_adopters"]["all_of"] = [{"of": "ai_use_status", "is": ["none"]}]


def empty_stratum(files: Files) -> None:
    """A stratum without answers, merged with the next one."""
    there = (files.sample["sector"] == "NACE 55-56") & (files.sample["size"] == "Groot")
    gone = files.sample.loc[there, "enterprise_number"]
    files.responses = files.responses[~files.responses["enterprise_number"].isin(gone)]
    files.wave["collapse"] = [{"sector": "NACE 55-56", "size": ["Middelgroot", "Groot"]}]


def confidential(files: Files) -> None:
    """The answers are those of real firms."""
    files.wave["provenance"] = "confidential"


def new_question(files: Files) -> None:
    """A question that no chapter knows."""
    files.questions["ai_officer"] = {
        "label": "Heeft uw onderneming een verantwoordelijke voor AI?",
        "short": "Verantwoordelijke voor AI",
        "asked_of": "adopters",
        "scale": "yes_no",
    }
    files.responses["ai_officer"] = "no"


def no_procedure(files: Files) -> None:
    """The wave does not tell how firms were found."""
    del files.wave["procedure"]


def item_groups(groups: int) -> list[tuple[str, ...]]:
    """Every item of every reported question, dealt out over some waves."""
    questionnaire = yaml.safe_load(
        (DATA / str(YEAR) / "questionnaire.yml").read_text(encoding="utf-8")
    )
    columns = [
        f"{name}.{item}"
        for name, question in questionnaire["questions"].items()
        if question.get("reported", True)
        for item in question.get("items", ())
    ]
    return [tuple(columns[start::groups]) for start in range(groups)]


# --- the waves ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """Changes to a wave, those before it, and what its text must then say, and not say.

    `contradicted`: the sentences that the changed answers themselves contradict.
    """

    name: str
    changes: tuple[Change, ...]
    earlier: tuple[int, ...] = (2023,)
    there: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    contradicted: str = "$^"


DIGITAL = with_value("sector", ["NACE 58-63"], "Digitaal", name="de digitale sector")
UTILITIES = with_value(
    "sector", ["NACE 35-39", "NACE 41-43"], "NACE 35-43", name="de nuts- en bouwsector"
)
CULTURE = with_new_value(
    "sector", "Cultuur", "NACE 68-75", -1, label="Kunst", short="Cultuur", name="de cultuursector"
)
GIANTS = with_value("size", ["Groot"], "Reuzen", name="reuzen", english="giants")
SMALL = with_value("size", ["Micro", "Klein"], "Klein", label="5-49 werknemers")
LARGE = with_value("size", ["Middelgroot", "Groot"], "Groot", label="50 of meer werknemers")
HUGE = with_new_value(
    *("size", "Reus", "Groot", -2),
    label="1.000 of meer werknemers",
    short="Zeer grote ondernemingen",
)

CASES = [
    Case(
        "nobody aware of the AI Act; a new question; a sector renamed, without digits",
        (nobody_aware, new_question, DIGITAL),
        there=(
            r"0,0% \(0,0 tot 0,\d%\), weet dat de Europese AI Act bestaat",
            "ondernemingen in de digitale sector",
            "De indeling in sectoren is gewijzigd met de meting van 2025",
        ),
        gone=("die de AI Act kennen", "is de AI Act .*beter bekend", "daar ook ondernemingen in"),
    ),
    Case(
        "no adopters at all",
        (no_adopters,),
        there=("Geen enkele onderneming gebruikt AI", "In 2025 gebruikt 0,0%", "No firms use AI"),
        gone=("## Drempels", "### Bronnen", "## Toepassing", "Koplopers", "nog weinig inge"),
    ),
    Case(
        "no earlier wave",
        (),
        earlier=(),
        gone=("Tegenover", "@fig-evolutie", "dan in 20", "vorige meting beschreef"),
    ),
    Case(
        "the wave before is two years older; a technology split; a size renamed; no procedure",
        (split_technology, GIANTS, no_procedure),
        earlier=(2022,),
        there=(
            r"verstaat dit rapport beeld-, video- en audiogeneratie, taalgeneratie en code|"
            r"verstaat dit rapport taalgeneratie, codegeneratie en beeld-",
            "de lijst van technologieën gewijzigd",
            "Van de micro-ondernemingen gebruikt [0-9,]+% AI, van de reuzen",
            "Tegenover 2022",
        ),
        gone=("taal- en codegeneratie brengt", "Steekproefkader is de", "sec-vergelijkbaarheid"),
    ),
    Case(
        "four years; a category nobody chose; a technology renamed; two sectors merged",
        (nobody_chose, renamed_technology, UTILITIES),
        earlier=(2021,),
        there=("Tegenover 2021", r"Bovenaan staan .*lezen", "de nuts- en bouwsector"),
        gone=(r"\*text mining\*, haalt", r"dalen in .* de kosten \(0,0%\)", "nauwelijks 0,0%"),
    ),
    Case(
        "a sector added; a size added; the answers are confidential",
        (CULTURE, HUGE, confidential),
        there=(
            "Sinds de meting van 2025 horen daar ook ondernemingen in de cultuursector bij",
            "vijf grootteklassen",
        ),
        gone=("made up", "depotnummer", "Hanssens", "bevat geen antwoorden van echte"),
        contradicted="^(In grotere ondernemingen|Ook de grootte|Ook naar grootte)",
    ),
    Case(
        "two pairs of sizes merged, so that two are left",
        (SMALL, LARGE),
        there=("twee grootteklassen", "De grootteklassen zijn gewijzigd met de meting van 2025"),
        gone=("Daartussen neemt", "geen enkele gebeurt", "bij geen enkele"),
    ),
    Case(
        "one size left; status without plans",
        (SMALL, LARGE, with_value("size", ["Klein", "Groot"], "Alle"), status_without_plan),
        gone=("plant dat", "hoe meer werknemers", "beter bekend", "noch plannen"),
    ),
    Case(
        "an empty stratum joined with another",
        (empty_stratum,),
        there=(r"de horeca \(middelgrote en grote ondernemingen\) telkens als één stratum",),
    ),
    *(
        Case(f"without items, {number} of 4", (without_item(*columns),))
        for number, columns in enumerate(item_groups(4), 1)
    ),
    Case(
        "all of them together",
        (
            *(nobody_aware, nobody_chose, split_technology, DIGITAL, UTILITIES, CULTURE, GIANTS),
            *(confidential, new_question, no_procedure),
            without_item("barrier.ethics", "application.logistics", "source.developed_own"),
        ),
        earlier=(2021,),
        there=("ondernemingen in de digitale sector",),
        gone=("made up", "depotnummer"),
    ),
]


@pytest.fixture(scope="module")
def whole() -> Files:
    """The files of 2025 as they are."""
    folder = DATA / str(YEAR)
    settings = [
        yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8")) for name in SETTINGS
    ]
    tables = [
        pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in TABLES
    ]
    return Files(*settings, *tables)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Survey]:
    """Give an earlier wave, with no other before it, read once."""
    known: dict[int, Survey] = {}

    def read(year: int) -> Survey:
        if year not in known:
            data = tmp_path_factory.mktemp("data")
            (data / str(year)).symlink_to(DATA / str(year))
            known[year] = load_survey(year, data)
        return known[year]

    return read


def read_changed(
    case: Case,
    whole: Files,
    earlier: Callable[[int], Survey],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Reading:
    """The report for a changed wave; an invalid wave or a chapter that fails raises."""
    files = Files(*(copy.deepcopy(getattr(whole, name)) for name in (*SETTINGS, *TABLES)))
    for change in case.changes:
        change(files)
    files.write(folder / str(YEAR))
    files.route(folder / str(YEAR))
    files.responses.to_csv(folder / str(YEAR) / "responses.csv", index=False)
    for year in case.earlier:
        (folder / str(year)).symlink_to(DATA / str(year))
    monkeypatch.setattr(barometer.survey.survey, "load_survey", lambda year, *_: earlier(year))
    return reader(monkeypatch)(YEAR, folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report_of_a_changed_wave(
    case: Case,
    whole: Files,
    earlier: Callable[[int], Survey],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading = read_changed(case, whole, earlier, tmp_path, monkeypatch)
    text = reading.text
    lines = {f"{file}:{number}": line for file, number, line in reading.lines}
    failing = [lines[where] for where, verdict in reading.claims if verdict == "fails"]
    assert [line for line in failing if not re.search(case.contradicted, line)] == []
    assert badly_headed(text) == []
    assert NOT_AVAILABLE not in text.replace(f"*{NOT_AVAILABLE}*", "")
    assert "n/a" not in text
    assert [said for said in case.there if not re.search(said, text)] == []
    assert [said for said in case.gone if re.search(said, text)] == []


def test_nothing_is_left_out_of_the_report_of_this_wave(
    earlier: Callable[[int], Survey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An identifier that is mistyped in a chapter would leave its sentence out."""
    for year in (2023, YEAR):
        (tmp_path / str(year)).symlink_to(DATA / str(year))
    monkeypatch.setattr(barometer.survey.survey, "load_survey", lambda year, *_: earlier(year))
    assert reader(monkeypatch)(YEAR, tmp_path).left_out == {}
