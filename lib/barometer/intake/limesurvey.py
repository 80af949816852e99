"""What a LimeSurvey structure file (.lss, or .txt with tabs) says of the columns of its responses.

A column of the responses is called after the code of its question: Q1, Q1[SQ001] for a subquestion,
Q1[SQ001_X] for a cell of a matrix, Q1[SQ001][1] for a scale of two; or, when exported so, with
underscores between the codes. Labels of answers that LimeSurvey has built in (Y and N) are not in
the structure.
"""

from __future__ import annotations

import csv
import html
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from barometer.errors import Problem, WaveError
from barometer.intake.export import TAGS, Described

Row = Mapping[str, str]
#: Questions with a second set of subquestions, and the one with a second set of answers.
MATRIX, DUAL = (":", ";"), "1"


@dataclass
class Asked:
    """A question of a structure: subquestions and answers by scale, each code with its text."""

    code: str
    kind: str
    text: str
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def columns(self) -> Iterator[tuple[tuple[str, ...], Described]]:
        """The codes that make up the name of each column, with what is said of it."""
        first, second = (self.parts.get(scale, {}) for scale in "01")
        values = self.answers.get("0", {})
        if not first:
            yield (self.code,), Described(self.text, values)
        for code, text in first.items():
            if self.kind in MATRIX:
                for other, more in second.items():
                    yield (self.code, f"{code}_{other}"), Described(f"{text} {more}")
            elif self.kind == DUAL:
                for scale, known in self.answers.items():
                    number = str(int(scale) + 1)
                    yield (self.code, code, number), Described(text, known)
            else:
                yield (self.code, code), Described(text, values)


def read_structure(path: Path, language: str = "") -> dict[str, Described]:
    """Describe the columns by a structure file, each by both the names that it can have.

    `language`: which of several (default that of the survey, its first). WaveError where the file
    is no structure of LimeSurvey, or has no such language.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
        of_file = _xml if text.lstrip().startswith("<") else _tabs
        questions = of_file(path.name, text, language)
    except (UnicodeDecodeError, ET.ParseError, csv.Error, KeyError, ValueError):
        questions = []
    if not questions:
        found, expected = "no questions of LimeSurvey", "a structure file: .lss, or .txt with tabs"
        remedy = "Export the structure of the survey again."
        raise WaveError([Problem(path.name, found, expected, remedy)])
    described: dict[str, Described] = {}
    for question in questions:
        for (first, *others), told in question.columns():
            described["_".join([first, *others])] = told
            described[first + "".join(f"[{code}]" for code in others)] = told
    return described


def _clean(text: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", text)).split())


def _language(file: str, wanted: str, known: list[str]) -> str:
    if not known:
        raise ValueError("no language")
    if wanted and wanted not in known:
        found, expected = f"no language '{wanted}'", f"one of {', '.join(known)}"
        remedy = "Correct `language` in wave.yml."
        raise WaveError([Problem(file, found, expected, remedy)])
    return wanted or known[0]


def _xml(file: str, text: str, language: str) -> list[Asked]:
    """Read a .lss file: tables of rows; since version 4 texts stand in tables of their own."""
    root = ET.fromstring(text)

    def rows(name: str) -> list[Row]:
        return [{c.tag: c.text or "" for c in row} for row in root.findall(f"{name}/rows/row")]

    base = [row["language"] for row in rows("surveys")]
    all_known = [element.text or "" for element in root.findall("languages/language")]
    chosen = _language(file, language, list(dict.fromkeys([*base, *all_known])))

    def texts(table: str, key: str, word: str) -> dict[str, str]:
        return {row[key]: row[word] for row in rows(table) if row["language"] == chosen}

    questions, answers = texts("question_l10ns", "qid", "question"), {}
    for row in rows("answer_l10ns"):
        if row["language"] == chosen:
            key = row.get("aid") or f"{row['qid']} {row['code']}"
            answers[key] = row["answer"]

    def here(name: str) -> list[Row]:
        return [row for row in rows(name) if row.get("language", chosen) == chosen]

    found = {
        row["qid"]: Asked(
            row["title"], row["type"], _clean(row.get("question") or questions.get(row["qid"], ""))
        )
        for row in here("questions")
        if row.get("parent_qid", "0") == "0"
    }
    for row in sorted(here("subquestions"), key=_order):
        told = _clean(row.get("question") or questions.get(row["qid"], ""))
        scale = row.get("scale_id") or "0"
        found[row["parent_qid"]].parts.setdefault(scale, {})[row["title"]] = told
    for row in sorted(here("answers"), key=_order):
        keys = (row.get("aid", ""), f"{row['qid']} {row['code']}")
        texts_of = [row.get("answer", ""), *(answers.get(key, "") for key in keys)]
        told = _clean(next(filter(None, texts_of), ""))
        found[row["qid"]].answers.setdefault(row.get("scale_id") or "0", {})[row["code"]] = told
    return list(found.values())


def _order(row: Row) -> int:
    return int(row.get("question_order") or row.get("sortorder") or 0)


def _tabs(file: str, text: str, language: str) -> list[Asked]:
    """Read a .txt file: a row per setting, question, subquestion and answer, in that order."""
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    known = dict.fromkeys(row["language"] for row in rows if row["class"] == "Q")
    base = [row["text"] for row in rows if row["class"] == "S" and row["name"] == "language"]
    chosen = _language(file, language, list(dict.fromkeys([*base, *known])))
    found: list[Asked] = []
    for row in rows:
        if row["language"] != chosen:
            continue
        told, scale = _clean(row["text"] or ""), row["type/scale"] or "0"
        if row["class"] == "Q":
            found.append(Asked(row["name"], row["type/scale"], told))
        elif row["class"] == "SQ":
            found[-1].parts.setdefault(scale, {})[row["name"]] = told
        elif row["class"] == "A":
            found[-1].answers.setdefault(scale, {})[row["name"]] = told
    return found
