"""What survey tools would export of a wave: the tables with other names, codes and formats.

`Coded` says what the export calls everything; the writers below put it into a file. None of them
uses the code that reads exports.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pyreadstat
import yaml

from barometer.wave.questionnaire import Questionnaire

Row = Sequence[Any]
FIRMS = ("enterprise_number", "reported_enterprise_number")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def say(data: Path, year: int, **settings: Any) -> None:
    """Set `import` in wave.yml, in the place of what it may say already."""
    path = data / str(year) / "wave.yml"
    wave = yaml.safe_load(path.read_text(encoding="utf-8"))
    wave["import"] = settings
    path.write_text(yaml.safe_dump(wave, sort_keys=False, allow_unicode=True), encoding="utf-8")


@dataclass(frozen=True)
class Coded:
    """A questionnaire as a tool numbers it: V3, its second item V3_2, answers 1, 2…"""

    questionnaire: Questionnaire

    def names(self, between: Callable[[int, int], str]) -> dict[str, str]:
        """The name in the export of each column of responses.csv; `between` makes that of items."""
        found = {}
        for place, question in enumerate(self.questionnaire.questions.values(), 1):
            for number, column in enumerate(question.columns, 1):
                found[column] = between(place, number) if question.items else f"V{place}"
        return found

    def codes(self, column: str) -> dict[str, int]:
        """The number of each answer."""
        answers = self.questionnaire.columns[column].categories
        return {answer: number for number, answer in enumerate(answers, 1)}

    def labels(self, column: str) -> dict[str, str]:
        """The label of each answer."""
        answers = self.questionnaire.columns[column].categories
        return {answer: told.label for answer, told in answers.items()}

    def wording(self, column: str) -> str:
        """What was put to respondents: of an item its label."""
        question = self.questionnaire.columns[column]
        _, _, item = column.partition(".")
        return question.items[item].label if item else question.label

    def asked(self, pattern: str) -> dict[str, dict[str, Any]]:
        """`questions` of wave.yml; `pattern`: names of items, with {place} for the question."""
        return {
            name: {"column": pattern.replace("{place}", str(place)) if q.items else f"V{place}"}
            for place, (name, q) in enumerate(self.questionnaire.questions.items(), 1)
        }


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def write_csv(
    path: Path, rows: Sequence[Row], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(
    path: Path, rows: Sequence[Row], change: Callable[[Any], object] | None = None
) -> Path:
    """A workbook with one sheet; `change` gets it before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    if change:
        change(book)
    book.save(path)
    return path


def sav(path: Path, coded: Coded, answers: pd.DataFrame, labels: Mapping[str, str]) -> Path:
    """An SPSS file: numbers with labels, and -99, declared missing, for no answer."""
    names = coded.names(lambda place, number: f"V{place}_{number}")
    frame = pd.DataFrame(
        {
            **{name: answers[name].astype(float) for name in FIRMS},
            "sent": answers["submitted_at"].map(moment),
            **{
                names[column]: answers[column].map(coded.codes(column)).fillna(-99.0)
                for column in coded.questionnaire.columns
            },
        }
    )
    values: dict[str, dict[int | float, str]] = {
        names[column]: {
            number: coded.labels(column)[answer] for answer, number in coded.codes(column).items()
        }
        for column in coded.questionnaire.columns
    }
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=dict(labels),
        variable_value_labels=values,
        missing_ranges={name: [-99] for name in names.values()},
        variable_format=dict.fromkeys(FIRMS, "F10.0"),
    )
    return path


# --- LimeSurvey: question V3, its subquestion SQ002, answers A1, A2… ----------------------------


def lime_name(place: int, number: int) -> str:
    return f"V{place}[SQ{number:03}]"


def table(name: str, rows: Sequence[Mapping[str, object]]) -> str:
    cells = (
        "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows
    )
    return f"<{name}><rows>{''.join(f'<row>{row}</row>' for row in cells)}</rows></{name}>"


def lss(coded: Coded, language: str = "nl", apart: bool = True) -> str:
    """A .lss file; `apart`: with texts in tables of their own, as since LimeSurvey 4."""
    questions: list[dict[str, object]] = []
    parts: list[dict[str, object]] = []
    answers, told, said = [], [], []
    for place, question in enumerate(coded.questionnaire.questions.values(), 1):
        kind = "F" if question.items else "L"
        texts = [(place, f"V{place}", 0, f"<p>{escape(question.label)}</p>", kind)]
        for number, item in enumerate(question.items.values(), 1):
            code = f"SQ{number:03}"
            texts.append((place * 100 + number, code, place, escape(item.label), "T"))
        for order, (qid, code, parent, text, type_) in enumerate(texts):
            row: dict[str, object] = {"qid": qid, "parent_qid": parent, "type": type_}
            row |= {"title": code, "question_order": order, "scale_id": 0}
            row |= {} if apart else {"question": text, "language": language}
            (parts if parent else questions).append(row)
            told.append({"qid": qid, "question": text, "language": language})
        for number, answer in enumerate(question.categories.values(), 1):
            aid = place * 1000 + number
            row = {"aid": aid, "qid": place, "code": f"A{number}", "sortorder": number}
            row |= {"scale_id": 0}
            row |= {} if apart else {"answer": answer.label, "language": language}
            answers.append(row)
            said.append({"aid": aid, "answer": answer.label, "language": language})
    tables = [
        table("surveys", [{"sid": 1, "language": language}]),
        table("questions", questions),
        table("subquestions", parts),
        table("answers", answers),
    ]
    tables += [table("question_l10ns", told), table("answer_l10ns", said)] if apart else []
    head = "<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>600</DBVersion>"
    head += f"<languages><language>{language}</language></languages>"
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{head}{"".join(tables)}</document>'


def lime_tabs(path: Path, coded: Coded, language: str = "nl") -> Path:
    """The same structure as LimeSurvey's text with tabs."""
    columns = ["id", "related_id", "class", "type/scale", "name", "relevance", "text", "help"]
    rows: list[Row] = [[*columns, "language"], ["", "", "S", "", "language", "", language, "", ""]]
    rows.append(["", "", "SL", "", "surveyls_title", "", "AI", "", language])
    for place, question in enumerate(coded.questionnaire.questions.values(), 1):
        rows.append([place, "", "G", place, f"Deel {place}", "", "", "", language])
        kind = "F" if question.items else "L"
        rows.append([place, "", "Q", kind, f"V{place}", "1", question.label, "", language])
        for number, item in enumerate(question.items.values(), 1):
            code = f"SQ{number:03}"
            rows.append([place * 100, "", "SQ", "", code, "1", item.label, "", language])
        for number, answer in enumerate(question.categories.values(), 1):
            rows.append([place, "", "A", "0", f"A{number}", "", answer.label, "", language])
    return write_csv(path, rows, delimiter="\t")
