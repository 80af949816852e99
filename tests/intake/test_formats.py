"""The wave of 2025, exported to each format and imported: the canonical files, byte for byte."""

from __future__ import annotations

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from barometer.cli import main
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA
from tests.intake.exports import (
    FIRMS,
    Coded,
    lime_name,
    lime_tabs,
    lss,
    moment,
    read,
    sav,
    say,
    write_csv,
    write_xlsx,
)

YEAR = 2025
SOURCE = DATA / str(YEAR)


@pytest.fixture(scope="module")
def coded() -> Coded:
    return Coded(read_questionnaire(SOURCE / "questionnaire.yml"))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return read(SOURCE / "responses.csv")


def import_all(data: Path, *arguments: object, tables: tuple[str, ...] = ("responses",)) -> None:
    """Import, after removing what is to be made; hold what was made against the wave."""
    for table in tables:
        (data / str(YEAR) / f"{table}.csv").unlink()
    assert main(["import", str(YEAR), "--data", str(data), *map(str, arguments)]) == 0
    for table in tables:
        made = (data / str(YEAR) / f"{table}.csv").read_bytes()
        assert made == (SOURCE / f"{table}.csv").read_bytes(), table


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")]
)
def test_csv_with_the_names_of_the_table_needs_no_settings(
    data: Path, tmp_path: Path, answers: pd.DataFrame, delimiter: str, encoding: str
) -> None:
    rows = [list(answers.columns), *answers.to_numpy().tolist()]
    import_all(data, "--from", write_csv(tmp_path / "e.csv", rows, delimiter, encoding))


def test_csv_with_numbers_for_answers_decimal_commas_and_another_clock(
    data: Path, tmp_path: Path, coded: Coded, answers: pd.DataFrame
) -> None:
    names = coded.names(lambda place, number: f"V{place}_{number}")
    export = pd.DataFrame(
        {"Firma": answers[FIRMS[0]].map(lambda n: f"BE {n[:4]}.{n[4:7]}.{n[7:]}")}
    )
    export["Opgegeven"] = answers[FIRMS[1]]
    sent = answers["submitted_at"].map(
        lambda t: moment(t).replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(datetime.UTC)
    )
    export["Verzonden"] = sent.map(lambda t: f"{t:%d/%m/%Y %H:%M:%S}")
    for column, name in names.items():
        numbers = {answer: f"{n},00" for answer, n in coded.codes(column).items()}
        export[name] = answers[column].map(numbers).fillna("NVT")
    export["Opmerking"] = "Goed, €"
    asked = coded.asked("V{place}_{number}")
    for name, question in coded.questionnaire.questions.items():
        codes = coded.codes(question.columns[0])
        asked[name]["values"] = {str(n): answer for answer, n in codes.items()}
    say(
        data,
        YEAR,
        responses={
            "encoding": "cp1252",
            "columns": {FIRMS[0]: "Firma", FIRMS[1]: "Opgegeven"},
            "submitted_at": {
                "column": "Verzonden",
                "format": "%d/%m/%Y %H:%M:%S",
                "zone": "UTC",
                "local": "Europe/Brussels",
            },
            "empty": ["NVT"],
            "ignore": ["Opm*"],
            "questions": asked,
        },
    )
    rows = [list(export.columns), *export.to_numpy().tolist()]
    import_all(data, "--from", write_csv(tmp_path / "e.csv", rows, ";", "cp1252"))


def test_excel_with_labels_dates_and_numbers_without_their_zeros(
    data: Path, tmp_path: Path, coded: Coded, answers: pd.DataFrame
) -> None:
    names = coded.names(lambda place, number: f"V{place}_{number}")
    export = pd.DataFrame({name: answers[name].astype(int) for name in FIRMS}, dtype=object)
    export["submitted_at"] = [moment(text) for text in answers["submitted_at"]]
    for column, name in names.items():
        export[name] = answers[column].map(coded.labels(column)).fillna("")
    say(
        data,
        YEAR,
        responses={"questions": coded.asked("V{place}_{number}")},
        sample={
            "columns": {
                "sector": {"column": "Sector"},
                "delivery": {
                    "values": {"nee": "undeliverable", "ja": "delivered", "later": "redelivered"}
                },
            }
        },
    )
    sample = read(SOURCE / "sample.csv").rename(columns={"sector": "Sector"})
    sample["enterprise_number"] = sample["enterprise_number"].astype(int).astype(object)
    sample["delivery"] = sample["delivery"].map(
        {"undeliverable": "nee", "delivered": "ja", "redelivered": "later"}
    )
    sample["size"] = (
        sample["size"]
        .map({"Micro": "Micro-ondernemingen", "Klein": "kleine ondernemingen"})
        .fillna(sample["size"])
    )
    population = read(SOURCE / "population.csv")
    population["firms"] = population["firms"].astype(int).astype(object)
    files = {
        name: write_xlsx(
            tmp_path / f"{name}.xlsx", [list(frame.columns), *frame.to_numpy().tolist()]
        )
        for name, frame in (("answers", export), ("sample", sample), ("population", population))
    }
    import_all(
        data,
        *("--from", files["answers"], "--sample", files["sample"]),
        *("--population", files["population"]),
        tables=("responses", "sample", "population"),
    )


def test_spss_with_value_labels(
    data: Path,
    tmp_path: Path,
    coded: Coded,
    answers: pd.DataFrame,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = coded.names(lambda place, number: f"V{place}_{number}")
    wording = {name: coded.wording(column) for column, name in names.items()}
    path = sav(tmp_path / "e.sav", coded, answers, wording)
    say(
        data,
        YEAR,
        responses={"submitted_at": "sent", "questions": coded.asked("V{place}_{number}")},
    )
    import_all(data, "--from", path)
    assert "differ" not in capsys.readouterr().out


@pytest.mark.parametrize("structure", ["apart.lss", "within.lss", "tabs.txt"])
def test_limesurvey_with_its_structure(
    data: Path, tmp_path: Path, coded: Coded, answers: pd.DataFrame, structure: str
) -> None:
    export = pd.DataFrame({"id": range(1, len(answers) + 1), "token": answers[FIRMS[0]]})
    export["submitdate"] = answers["submitted_at"].str.replace("T", " ")
    export["ondernemingsnummer"] = answers[FIRMS[1]]
    for column, name in coded.names(lime_name).items():
        numbers = {answer: f"A{n}" for answer, n in coded.codes(column).items()}
        export[name] = answers[column].map(numbers).fillna("")
    begun = export.iloc[[0]].assign(id=0, submitdate="")
    export = pd.concat([begun, export], ignore_index=True)
    items = {
        name: {item: f"SQ{n:03}" for n, item in enumerate(q.items, 1)}
        for name, q in coded.questionnaire.questions.items()
    }
    asked = coded.asked("V{place}[{item}]")
    say(
        data,
        YEAR,
        responses={
            "columns": {FIRMS[0]: "token", FIRMS[1]: "ondernemingsnummer"},
            "submitted_at": "submitdate",
            "unsubmitted": "leave out",
            "ignore": ["id"],
            "questions": {n: {**entry, "items": items[n]} for n, entry in asked.items()},
        },
    )
    path = tmp_path / structure
    if path.suffix == ".txt":
        lime_tabs(path, coded)
    else:
        path.write_text(lss(coded, apart=structure == "apart.lss"), encoding="utf-8")
    rows = [list(export.columns), *export.to_numpy().tolist()]
    made = write_csv(tmp_path / "results.csv", rows, ",", "utf-8-sig")
    verify = ["import", str(YEAR), "--data", str(data), "--from", str(made)]
    assert main([*verify, "--structure", str(path), "--verify"]) == 0
    import_all(data, "--from", made, "--structure", path)
