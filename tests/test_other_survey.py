"""Another survey of other firms, through every command, with nothing of ours in the library.

The kringloop survey (tests/fixtures/kringloop) shares no question, domain or value with the
AI-Barometer. What its edition says is recomputed here with plain pandas.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup

from barometer.display.crosstab import crosstab
from barometer.display.evolution import evolution
from barometer.display.figures import likert
from barometer.display.tables import frame_table, response_table
from barometer.errors import BarometerError
from barometer.prose.numbers import UNRELIABLE
from barometer.prose.trends import growth
from barometer.survey.estimates import Combination
from barometer.survey.survey import Survey, load_survey
from tests.fixtures.kringloop.make import GARAGE, make
from tests.helpers import DATA, ROOT, edit, squeeze

FIXTURE = ROOT / "tests" / "fixtures" / "kringloop"
NAME = "herstel-hergebruik-2026"
ACTIVE = ["vast", "soms"]
#: Words of the AI-Barometer that no other survey may meet.
FOREIGN = re.compile(
    r"\bAI\b|AI-|\bNACE\b|\b[Ss]ector|\b[Gg]rootteklasse|\b(Micro|Klein|Middelgroot|Groot)\b"
    r"|micro-ondernemingen|maakindustrie|[Tt]ekstanalyse|technology_use|ai_use|\b[Aa]dopt"
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the other survey, with the theme and notebooks of ours."""
    folder = tmp_path_factory.mktemp("kringloop") / "project"
    shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("theme", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("_quarto.yml", "_quarto-review.yml"):
        shutil.copy(ROOT / name, folder)
    weighting = folder / "notebooks" / "weighting.ipynb"
    edit(weighting, "range(1, 11)", "range(1, 4)")  # three seeds will do
    return folder


@pytest.fixture(scope="module")
def commands(project: Path) -> dict[str, Outcome]:
    """Every command, as a user gives it in the project; all at once, for the sake of time."""
    given = {
        "render": "render 2026 --engine pandoc",
        "review": "render 2024 --engine pandoc --to html --profile review --output review",
        "notebooks": "notebooks 2026 --output notebooks-output",
        "claims": "claims 2026",
        "check": "check 2026",
        "estimates": "estimates 2026 -o estimates.csv",
        "compare": "compare 2024 2026 -o changes.csv",
    }
    environment = {k: v for k, v in os.environ.items() if k != "BAROMETER_DATA"}
    program = "import sys; from barometer.cli import main; sys.exit(main())"
    started = {
        name: subprocess.Popen(
            [sys.executable, "-c", program, *words.split()],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, words in given.items()
    }
    ended = {name: process.communicate() for name, process in started.items()}
    return {name: Outcome(started[name].returncode, *texts) for name, texts in ended.items()}


@pytest.fixture(scope="module")
def edition(project: Path, commands: dict[str, Outcome]) -> Path:
    """The edition of 2026."""
    assert commands["render"].code == 0, commands["render"].err
    return project / "_output" / "2026"


@pytest.fixture(scope="module")
def page(edition: Path) -> BeautifulSoup:
    return BeautifulSoup((edition / f"{NAME}.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def prose(page: BeautifulSoup) -> str:
    return squeeze(page.select_one("main").get_text(" "))  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def register(edition: Path) -> pd.DataFrame:
    return pd.read_csv(edition / "estimates.csv", keep_default_na=False, na_values={"estimate": ""})


@pytest.fixture(scope="module")
def other() -> Survey:
    """The later wave."""
    return load_survey(2026, FIXTURE / "data")


def read(year: int, name: str) -> pd.DataFrame:
    """A file of the survey as text; that of 2024 is as Excel writes it."""
    path = FIXTURE / "data" / str(year) / f"{name}.csv"
    separator = ";" if year == 2024 else ","
    return pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def usable(year: int) -> pd.DataFrame:
    """The usable answers with domains, stratum, N and n of it, and weight; by hand."""
    answers = read(year, "responses")
    answers = answers[answers["enterprise_number"] == answers["reported_enterprise_number"]]
    repairs = answers["beleid"].isin(ACTIVE)
    answers = answers[(answers["beleid"] != "") & (~repairs | (answers["kosten"] != ""))]
    answers = answers.sort_values("submitted_at").groupby("enterprise_number").tail(1)
    frame = answers.merge(read(year, "sample"), on="enterprise_number")
    population = read(year, "population").astype({"firms": int})
    for table in (frame, population):
        size = table["omvang"].mask((table["branche"] == GARAGE) & (table["omvang"] != "S"), "M+L")
        table["stratum"] = table["branche"] + "/" + size
    frame["N"] = frame["stratum"].map(population.groupby("stratum")["firms"].sum())
    frame["n"] = frame.groupby("stratum")["N"].transform("size")
    return frame.assign(weight=frame["N"] / frame["n"])


def share(frame: pd.DataFrame, holds: pd.Series) -> float:
    """A weighted share in percent."""
    return float(100 * frame["weight"][holds].sum() / frame["weight"].sum())


def dutch(value: float) -> str:
    """One decimal, with a comma; no value here lies on a half."""
    return f"{value:.1f}".replace(".", ",")


def table(page: BeautifulSoup, name: str) -> list[list[str]]:
    """The texts of a table, row by row."""
    found = page.select_one(f"#tbl-{name} table")
    assert found is not None
    rows = [
        [c.get_text(" ", strip=True) for c in row.find_all(["th", "td"])] for row in found("tr")
    ]
    return [row for row in rows if any(row)]


def test_generator_reproduces_its_files(tmp_path: Path) -> None:
    for year in (2024, 2026):
        make(year, tmp_path)
        for made in (tmp_path / str(year)).iterdir():
            assert made.read_bytes() == (FIXTURE / "data" / str(year) / made.name).read_bytes()


def test_no_real_enterprise() -> None:
    numbers = pd.concat(
        [read(y, "sample")["enterprise_number"] for y in (2024, 2026)]
        + [read(y, "responses")["reported_enterprise_number"] for y in (2024, 2026)]
    )
    assert numbers.str.fullmatch(r"[01]\d{9}").all()
    assert (97 - numbers.str[:8].astype(int) % 97 != numbers.str[8:].astype(int)).all()


def test_every_command_ends_well(commands: dict[str, Outcome]) -> None:
    codes = {name: outcome.code for name, outcome in commands.items()}
    assert codes == {**dict.fromkeys(commands, 0), "claims": 1}, commands
    assert not any("Traceback" in outcome.err for outcome in commands.values())
    answers, kept = len(read(2026, "responses")), len(usable(2026))
    valid = f"Wave 2026 is valid: {answers} answers, {kept} usable, "
    assert commands["check"].out.startswith(valid)


def test_files_are_named_after_the_title(edition: Path, page: BeautifulSoup) -> None:
    names = {path.name for path in edition.iterdir()}
    formats = {f"{NAME}.{ending}" for ending in ("html", "ipynb", "pdf")}
    assert names == {*formats, "estimates.csv", "downloads"}
    assert page.title is not None
    assert page.title.text == "Herstel & hergebruik 2026"
    metadata = pypdf.PdfReader(edition / f"{NAME}.pdf").metadata
    assert metadata is not None
    assert metadata.title == "Herstel & hergebruik 2026"


def shown(group: pd.DataFrame, value: float) -> str:
    """A percentage as decision 8 has it shown: coarser where a stratum of few is part of it."""
    counts = group.groupby("stratum").size()
    if (counts >= 10).all() or np.prod(counts + 1.0) >= 1e8:
        return dutch(value)
    n, heaviest = len(group), group["weight"].max() / group["weight"].sum()
    step = 25 if n < 15 or heaviest > 0.25 else 10 if n < 25 or heaviest > 0.1 else 1
    return str(int(step * np.floor(value / step + 0.5))) if n < 75 or step > 1 else dutch(value)


def test_sentences_hold_what_the_files_do(prose: str) -> None:
    now, then = usable(2026), usable(2024)
    active, before = (share(f, f["beleid"].isin(ACTIVE)) for f in (now, then))
    planned = share(now, now["beleid"] == "later")
    sample = read(2026, "sample")
    firms = read(2026, "population").astype({"firms": int})
    large = (sample["omvang"] == "L").sum() / firms[firms["omvang"] == "L"]["firms"].sum()
    groups = dict(tuple(now.groupby("branche")))
    by_branch = {b: share(f, f["beleid"].isin(ACTIVE)) for b, f in groups.items()}
    said = {b: shown(groups[b], value) for b, value in by_branch.items()}
    repairs = now[now["beleid"].isin(ACTIVE)]
    cheaper = repairs["kosten"] == "minder"
    sizes = [share(f, f["kosten"] == "minder") for _, f in repairs.groupby("omvang")]
    top = sorted(by_branch, key=lambda b: by_branch[b])[-2:]
    assert top == ["zorg", "voeding"]
    for sentence in (
        f"Van de {len(sample)} aangeschreven zaken gaven er {len(now)} een bruikbaar antwoord "
        f"({dutch(100 * len(now) / len(sample))}%).",
        f"dat er {len(then)} (2024) en {len(now)} (2026).",
        f"Van de zaken vanaf 100 werknemers is {dutch(100 * large)}% aangeschreven",
        f"geven materialen een tweede leven ({dutch(active)}%)",
        f"Nog eens {dutch(planned)}% is het van plan; samen is dat {dutch(active + planned)}%.",
        f"in de voeding ({said['voeding']}%) en de zorg ({said['zorg']}%)",
        f"In de bouw gaat het om {said['bouw']}%.",
        f"toen was het {dutch(before)}%",
        f"Het verschil bedraagt {dutch(active - before)} procentpunt.",
        f"Bij {shown(repairs, share(repairs, cheaper))}% van de herstellers daalden de kosten; "
        # to the tens, as the percentage of one of the three is
        f"gemiddeld over de omvangklassen was dat {10 * round(sum(sizes) / 30)}%.",
        "luidt: Wat ondernemers “wegdoen”: foto’s, pallets, alles boven 5 kg.",
        "(februari tot en met maart 2026), met hoogstens twee herinneringen.",
        "Nieuw in deze meting is de zorg.",
        "Het nummer 330 komt erbij, het nummer 124 was er al.",
        f"N = {len(then)} (2024) en {len(now)} (2026), alle zaken.",
    ):
        assert sentence in re.sub(f"\u2060?{UNRELIABLE}", "", prose)


def test_what_the_other_survey_cannot_tell_apart_is_said(prose: str, other: Survey) -> None:
    """On so few firms no branch stands apart, and the words for a ranking follow from that."""
    for words in (
        "Het ligt in de steekproef het hoogst in de voeding",
        ", al is het verschil met vier andere niet significant.",
        "het laagst ligt het in de steekproef in de garages, al is dat niet te "
        "onderscheiden van vijf andere.",
        "Naar provincie behoort Limburg tot de koplopers",
        "Dat is in de steekproef minder dan in 2024.",
        "op geld stuit, veranderde niet aantoonbaar: een stijging is niet aangetoond",
    ):
        assert words.casefold() in prose.casefold()
    cheaper = other["kosten"]["minder"]
    repairs = [f[f["beleid"].isin(ACTIVE)] for f in (usable(2026), usable(2024))]
    now, then = (share(f, f["kosten"] == "minder") for f in repairs)
    fewer = growth(cheaper)
    assert isinstance(fewer, Combination)
    assert fewer.estimate == pytest.approx(now - then)
    assert now < then
    assert fewer.p_value > 0.05


def test_estimates_by_each_domain(register: pd.DataFrame, other: Survey) -> None:
    frame, exact = usable(2026), other["beleid"]
    keys = ["question", "category", "domain", "domain_value"]
    rows = {tuple(str(row[key]) for key in keys): row for row in register.to_dict("records")}
    groups = {("total", "Totaal"): frame}
    for domain in ("branche", "omvang", "provincie"):
        groups |= {(domain, str(value)): part for value, part in frame.groupby(domain)}
    assert len(groups) == 1 + 6 + 3 + 5
    for place, group in groups.items():
        for category, answers in (("vast", ["vast"]), ("actief", ACTIVE), ("nooit", ["nooit"])):
            row, expected = (
                rows["beleid", category, *place],
                share(group, group["beleid"].isin(answers)),
            )
            by = [exact[category]] if place[0] == "total" else exact[category].by(place[0])
            found = next(e for e in by if place[0] == "total" or e.domain_value == place[1])
            assert found.estimate == pytest.approx(expected)
            published = f"{row['estimate']:.1f}".replace(".", ",")
            assert published.removesuffix(",0") == shown(group, expected).removesuffix(",0")
            assert row["n"] == found.n == len(group)


def test_standard_error_with_the_average_for_a_lone_respondent(
    register: pd.DataFrame, other: Survey
) -> None:
    frame = usable(2026)
    holds = frame["beleid"].isin(ACTIVE).astype(float)
    p = share(frame, holds > 0) / 100
    frame["u"] = frame["weight"] * (holds - p) / frame["weight"].sum()
    parts = {}
    for stratum, group in frame.groupby("stratum"):
        n, firms = len(group), group["N"].iloc[0]
        if n > 1:
            parts[stratum] = (1 - n / firms) * n * group["u"].var(ddof=1)
    assert frame["stratum"].nunique() == len(parts) + 1
    variance = sum(parts.values()) * (len(parts) + 1) / len(parts)
    rows = register[(register["question"] == "beleid") & (register["category"] == "actief")]
    total = rows[rows["domain"] == "total"].iloc[0]
    assert other["beleid"]["actief"].se == pytest.approx(100 * np.sqrt(variance))
    assert dutch(float(total["se"])) == dutch(100 * np.sqrt(variance))


def test_flags_follow_the_thresholds_of_the_wave(register: pd.DataFrame, other: Survey) -> None:
    """Those in wave.yml, which are not those of the other fixtures: 45, 8, 40, 5 and 150."""
    assert set(register["flag"]) == {"", "u", "c"}
    assert (register.loc[register["n"] < 12, "flag"] == "c").all()
    withheld = register["flag"] == "c"
    assert (register["estimate"].isna() == withheld).all()
    assert (register.loc[withheld, ["se", "ci_low", "n_category"]] == "").all(axis=None)
    questions, domains = ("beleid", "materiaal", "hinder"), (None, "branche", "omvang", "provincie")
    shown = pd.concat(other.precision(q, by) for q in questions for by in domains)
    shown = shown[(shown["flag"] != "c") & shown["estimate"].between(0, 100, inclusive="neither")]
    p, wide = shown["estimate"], shown["ci_high"] - shown["ci_low"]
    effective = np.minimum(p * (100 - p) / shown["se"] ** 2, shown["n"])
    relative = wide / np.minimum(p, 100 - p) > 1.5
    few = [effective < 45, shown["df"] < 8, wide >= 40, (wide > 5) & relative]
    assert ((shown["flag"] == "u") == np.any(few, axis=0)).all()
    assert all(reason.any() and not reason.all() for reason in few)


def test_tables_of_three_domains(page: BeautifulSoup, register: pd.DataFrame) -> None:
    head, *branches = table(page, "branche")
    assert head[:2] == ["In %, naar branche", "PC"]
    assert head[-1] == "N"
    assert [row[:2] for row in branches] == [
        ["bouw", "124"],
        ["metaalbouw", "111"],
        ["voeding", "118; 119"],
        ["cafés en hotels", "302"],
        ["garages en fietsherstellers", "112b"],
        ["zorg", "330"],
        ["Totaal", ""],
    ]
    assert table(page, "omvang")[0] == [
        "In %, naar omvang",
        "S 1 tot 19 werknemers",
        "M 20 tot 99 werknemers",
        "L 100 werknemers of meer",
        "Totaal",
    ]
    assert table(page, "provincie")[0] == [
        *("In %, naar provincie", "ANT", "LIM", "OVL", "VBR", "WVL", "Totaal")
    ]
    frame = usable(2026)
    for name, answers in (("provincie", ["vast"]), ("omvang", ACTIVE)):
        row = table(page, name)[1]
        rows = register[register["question"].eq("beleid") & register["domain"].eq(name)]
        rows = rows[rows["category"] == ("vast" if name == "provincie" else "actief")]
        assert len(rows) == len(row) - 2
        for value, flag, cell in zip(rows["domain_value"], rows["flag"], row[1:-1], strict=True):
            part = frame[frame[name] == value]
            mark = "°" if flag == "u" else ""
            assert cell == shown(part, share(part, part["beleid"].isin(answers))) + mark
        assert any(cell.endswith("°") for cell in row)
        assert not row[-1].endswith("°")
    assert not table(page, "omvang")[1][1].endswith("°")


def test_withheld_figures_are_absent_and_said_to_be(page: BeautifulSoup) -> None:
    """The garages are too few, and the branch with the fewest firms goes along: no subtraction."""
    repairs = usable(2026)[lambda frame: frame["beleid"].isin(ACTIVE)]
    bases = repairs.groupby("branche").size()
    assert bases[GARAGE] < 12 <= bases.drop(GARAGE).min()
    by_code = {row[1]: row[2:] for row in table(page, "kosten")[1:]}
    assert bases.drop(GARAGE).idxmin() == "zorg"
    for code, branch in (("112b", GARAGE), ("330", "zorg")):
        *cells, base = by_code.pop(code)
        assert set(cells) == {"."}
        assert base == str(bases[branch])
    assert not any("." in row for row in by_code.values())
    notes = page.select_one("#tbl-kosten").get_text(" ")  # type: ignore[union-attr]
    assert "° weinig betrouwbaar: te weinig respondenten of een te breed interval." in notes
    assert ". niet getoond wegens vertrouwelijkheid." in notes
    assert "Branches met het nummer van hun paritair comité." in notes


def test_tables_of_the_strata(page: BeautifulSoup) -> None:
    top, kinds, *rows = table(page, "kader")
    sizes = ["S 1 tot 19 werknemers", "M 20 tot 99 werknemers", "L 100 werknemers of meer"]
    assert top == ["Branche", "PC", *sizes, "Totaal"]
    assert kinds == ["Pop.", "Stkpr."] * 4
    sample = read(2026, "sample")
    population = read(2026, "population").astype({"firms": int})
    for branch, row in zip(sample["branche"].unique(), rows, strict=False):
        for place, size in enumerate("SML"):
            mine = population[(population["branche"] == branch) & (population["omvang"] == size)]
            drawn = ((sample["branche"] == branch) & (sample["omvang"] == size)).sum()
            shown = row[2 + 2 * place : 4 + 2 * place]
            assert shown == [f"{mine['firms'].sum():,}".replace(",", "."), str(drawn)]
    assert rows[-1][-1] == str(len(sample))
    answered = usable(2026).groupby(["branche", "omvang"]).size()
    garages = ["garages en fietsherstellers", "112b", str(answered[GARAGE, "S"]), "5", "0", "20"]
    assert table(page, "respons")[5] == garages
    head, *rows = table(page, "branches")
    assert head == ["Branche", "PC", "Omschrijving"]
    assert [row[1] for row in rows] == ["124", "111", "118; 119", "302", "112b", "330"]
    assert rows[2][2] == "118: Voedingsnijverheid; 119: Handel in voedingswaren"


def test_evolution_over_the_waves(page: BeautifulSoup) -> None:
    now, then = (share(f, f["beleid"].isin(ACTIVE)) for f in (usable(2026), usable(2024)))
    words = page.select_one("#fig-verloop svg")["aria-label"]  # type: ignore[index]
    assert f"Herstellers: van {dutch(then)}% in 2024 naar {dutch(now)}% in 2026." in words


def test_broken_and_unproven_sentences_are_named(commands: dict[str, Outcome]) -> None:
    """Those of the large firms are too few to show that what grows with size does so to the end."""
    chapter = "chapters/1-overzicht.qmd"
    broken = "Bijna niemand geeft materialen een tweede leven."
    unproven = "Het aandeel groeit met de omvang van de zaak."
    lines = (FIXTURE / chapter).read_text("utf-8").splitlines()
    at = {
        sentence: next(i for i, line in enumerate(lines, 1) if line.startswith(sentence))
        for sentence in (broken, unproven)
    }
    *told, summary = commands["claims"].out.splitlines()
    assert [line for line in told if not line.startswith(" ")] == [
        f"{chapter}:{at[broken]}: contradicted: {broken}",
        f"{chapter}:{at[unproven]}: of the estimates only: {unproven}",
    ]
    assert told[1] == "    expected: smaller(active, 10)"
    assert "the opposite is significant; beleid.actief of " in told[2]
    start = "3 of 5 claims hold for 2026, 1 of the estimates only, 1 no longer. The text rests on "
    assert summary.startswith(start)


def test_changes_between_the_waves(project: Path, commands: dict[str, Outcome]) -> None:
    assert commands["compare"].code == 0
    frame = pd.read_csv(project / "changes.csv")
    asked = set(frame["question"])
    assert {"beleid", "materiaal", "omgang", "stromen", "hinder", "kosten", "stelling"} == asked
    assert "zorg" not in set(frame["domain_value"])
    keys = (frame["question"] == "beleid") & (frame["category"] == "actief")
    row = frame[keys & (frame["domain"] == "total")].iloc[0]
    now, then = (share(f, f["beleid"].isin(ACTIVE)) for f in (usable(2026), usable(2024)))
    assert row["difference"] == pytest.approx(now - then)
    assert row["significant"]


def test_register_is_that_of_the_edition(project: Path, edition: Path) -> None:
    assert (project / "estimates.csv").read_bytes() == (edition / "estimates.csv").read_bytes()


def test_first_wave_for_reviewers(project: Path, commands: dict[str, Outcome], prose: str) -> None:
    assert commands["review"].code == 0, commands["review"].err
    path = project / "review" / "2024-review" / "herstel-hergebruik-2024-review.html"
    first = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    text = squeeze(first.get_text(" "))
    for words in ("Synthetische gegevens: geen", "antwoorden in deze editie zijn verzonnen"):
        assert words in text
        assert words not in prose
    for words in ("Tweedehands toestellen worden gekocht", "Alleen nalezers", "klopt niet meer"):
        assert words in text
        assert words not in prose
    for words in ("steun aan", "de zorg", "Tegenover", "verloop van", "1.2"):
        assert words not in text
    assert "steun aan" in prose


def test_nothing_of_the_ai_barometer_in_the_edition(edition: Path, prose: str) -> None:
    pdf = pypdf.PdfReader(edition / f"{NAME}.pdf")
    texts = {path.name: path.read_text("utf-8") for path in edition.rglob("*.csv")}
    texts |= {"page": prose, "pdf": " ".join(sheet.extract_text() for sheet in pdf.pages)}
    texts["notebook"] = (edition / f"{NAME}.ipynb").read_text("utf-8")
    assert len(texts) > 12
    for name, text in texts.items():
        assert not FOREIGN.search(text), name


def test_notebooks(project: Path, commands: dict[str, Outcome]) -> None:
    assert commands["notebooks"].code == 0, commands["notebooks"].err
    folder = project / "notebooks-output" / "2026" / "notebooks"
    for name in ("exploration", "response", "weighting"):
        page = BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")
        text = squeeze(page.select_one("main").get_text(" "))  # type: ignore[union-attr]
        assert "zorg" in text, name
        found = FOREIGN.search(text)
        assert not found, f"{name}: {found}"


# --- what other surveys may bring ---------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the later wave that a test may change; its data folder."""
    shutil.copytree(FIXTURE / "data" / "2026", tmp_path / "2026")
    return tmp_path


def test_value_of_two_domains(folder: Path) -> None:
    for name in ("wave.yml", "population.csv", "sample.csv"):
        path = folder / "2026" / name
        path.write_text(path.read_text("utf-8").replace("zorg", "Limburg"), "utf-8")
    estimate = load_survey(2026, folder)["beleid"]["actief"]
    with pytest.raises(BarometerError, match="found 'Limburg' in branche and provincie; expected"):
        estimate.at("Limburg")
    assert estimate.at("Antwerpen").domain == "provincie"


def test_values_named_as_the_columns_of_a_table(folder: Path) -> None:
    for name in ("wave.yml", "sample.csv"):
        path = folder / "2026" / name
        text = path.read_text("utf-8").replace("Limburg: {", "label: {")
        path.write_text(text.replace(",Limburg,", ",label,"), "utf-8")
    survey = load_survey(2026, folder)
    head = BeautifulSoup(crosstab(survey["beleid"], by="provincie").html, "html.parser")("th")
    assert [cell.text for cell in head][:4] == ["In %, naar provincie", "ANT", "LIM", "OVL"]


def test_value_that_nobody_answered_for(folder: Path) -> None:
    wave = folder / "2026" / "wave.yml"
    edit(wave, '{branche: "garage\'s; fietsen", omvang: [M, L]}', "{branche: zorg, omvang: [S, M]}")
    edit(wave, "collapse:\n", f"collapse:\n{_merge_large()}")
    answers = pd.read_csv(folder / "2026" / "responses.csv", dtype=str, keep_default_na=False)
    large = read(2026, "sample").query("omvang == 'L'")["enterprise_number"]
    kept = answers[~answers["enterprise_number"].isin(large)]
    kept.to_csv(folder / "2026" / "responses.csv", index=False)
    survey = load_survey(2026, folder)
    page = BeautifulSoup(response_table(survey).html, "html.parser")
    assert [row("td")[3].text for row in page("tr")[1:]] == ["0"] * 7
    assert frame_table(survey).data is not None


def _merge_large() -> str:
    branches = ("bouw", "metaal", "voeding", "café", f'"{GARAGE}"')
    return "".join(f"  - {{branche: {branch}, omvang: [M, L]}}\n" for branch in branches)


def test_likert_of_four_answers(folder: Path) -> None:
    path = folder / "2026" / "questionnaire.yml"
    edit(path, '    "3": {label: Tussenin}\n', "")
    answers = folder / "2026" / "responses.csv"
    answers.write_text(re.sub(r",3(?=,)", ",2", answers.read_text("utf-8")), "utf-8")
    statements = load_survey(2026, folder)["stelling"]
    block = likert(statements, counted="voor")
    assert "% voor" in block.alt
    assert "akkoord" not in block.html
    edit(
        path, '    "5": {label', '    "6": {label: Meer}\n    "7": {label: Meest}\n    "5": {label'
    )
    with pytest.raises(BarometerError, match="found 6 answers per statement in stelling"):
        likert(load_survey(2026, folder)["stelling"])


def test_years_that_lie_too_close_are_not_all_written(other: Survey) -> None:
    survey = load_survey(2026, FIXTURE / "data")
    survey._earlier = dict.fromkeys(range(2007, 2026), other)
    drawn = BeautifulSoup(evolution(survey["beleid"], ["actief"]).html, "html.parser")
    years = [int(t.text) for t in drawn("text") if re.fullmatch(r"20\d\d", t.text.strip())]
    assert years[-1] == 2026
    assert 3 <= len(years) < 10


def test_error_in_a_notebook_names_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from barometer.render.edition import render_notebooks

    shutil.copytree(project / "data", tmp_path / "data")
    shutil.copy(project / "_quarto.yml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    cells = [
        f'{{"cell_type": "code", "metadata": {{"tags": [{tags}]}}, "source": "{code}", '
        f'"outputs": [], "execution_count": null, "id": "{name}"}}'
        for name, tags, code in (("a", '"parameters"', "year = 2026"), ("b", "", "1 / 0"))
    ]
    kernel = '{"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}}'
    text = f'{{"cells": [{", ".join(cells)}], "metadata": {kernel}, "nbformat": 4, '
    text += '"nbformat_minor": 5}'
    (tmp_path / "notebooks" / "kapot.ipynb").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BarometerError, match=r"notebooks/kapot\.ipynb:\d: found a cell that fails"):
        render_notebooks(2026)


# --- nothing of this survey in general code -----------------------------------------------------

#: Identifiers of our waves that are also plain words of code: answers such as "none" in CSS.
ACCIDENTAL = {
    *("all", "any", "none", "no", "use", "plan", "change", "source", "application", "neutral"),
    *("0", "1", "2", "3"),
    # questions with items take it that "yes" counts (see Content.bare)
    "yes",
}
#: A statistician, of joint confidence regions for ranks, who is called as a class of size.
AUTHOR = "Klein, Wright"


def identifiers() -> set[str]:
    """Every name that stands in the settings of our waves."""
    found: set[str] = set()
    for path in DATA.glob("*/questionnaire.yml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        groups = [*content["scales"].values()]
        for part in (*content["questions"].values(), *content["indicators"].values()):
            groups += [part.get("items", {}), part.get("categories", {})]
        groups += [content[key] for key in ("universes", "questions", "indicators", "scales")]
        found |= {name for group in groups for name in group}
    for path in DATA.glob("*/wave.yml"):
        for name, domain in yaml.safe_load(path.read_text("utf-8"))["domains"].items():
            values = domain["values"]
            found |= {name, domain.get("codes", ""), *values}
            found |= {value.get("code", "") for value in values.values()}
    return found - {""}


def test_no_identifier_of_this_survey_in_the_library() -> None:
    """None as a text in the code, and those that are no plain words nowhere at all."""
    known = identifiers()
    assert {"technology_use", "sector", "size", "Micro", "NACE 10-33", "NACE", "nlg"} <= known
    telling = {name for name in known if re.search(r"[A-Z_-]|^sector$|^nlg$|^barrier$", name)}
    word = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(telling))) + r")(?![\w-])")
    library = [ROOT / "lib" / name for name in ("weighting", "barometer")]
    found: list[str] = []
    for path in (path for folder in library for path in folder.rglob("*.py")):
        text, place = path.read_text("utf-8"), path.relative_to(ROOT)
        found += [
            f"{place}:{node.lineno}: '{node.value}'"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant) and node.value in known - ACCIDENTAL
        ]
        found += [
            f"{place}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), 1)
            if word.search(line.replace(AUTHOR, ""))
        ]
    assert not found, "\n".join(found)
