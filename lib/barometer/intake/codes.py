"""Cells of an export as codes of the wave: by code, by label, or as wave.yml maps them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from barometer.errors import Problem, listed
from barometer.intake.export import FIRM, Described, plain, same
from barometer.intake.log import Step, counted
from barometer.wave.csvfile import row_number

DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+)?")


@dataclass(frozen=True)
class Codebook:
    """The codes that a column may hold, each with its labels, and what stands for them.

    `mapped`: cells or labels of the export that wave.yml gives a code. `empty`: cells without an
    answer. `place`: where wave.yml can say more. `seen_by`: a cell that is no code is quoted in a
    message only when so many rows have it: others may be a respondent's own words.
    """

    codes: Mapping[str, Collection[str]]
    place: str
    seen_by: int
    described: Described = field(default_factory=Described)
    mapped: Mapping[str, str] = field(default_factory=dict)
    empty: Collection[str] = ()

    def found(self, text: str) -> set[str]:
        """The codes that a cell may stand for: one, if all is well; "" where it is no answer."""
        if not text:
            return {self.mapped.get("", "")}
        label = self.described.values.get(text, self.described.values.get(plain(text), ""))
        ways = [text, plain(text), label]
        mapped = {self.mapped[way] for way in ways if way and way in self.mapped}
        if mapped:
            return mapped
        if text in self.empty:
            return {""}
        candidates = {way for way in ways[:2] if way in self.codes}
        candidates |= {
            code
            for code, labels in self.codes.items()
            for ours in labels
            if same(text, ours) or (label and same(label, ours))
        }
        if not candidates and plain(text) in self.described.missing:
            return {""}
        return candidates


def coded(
    file: str, cells: pd.Series, book: Codebook
) -> tuple[pd.Series, list[Step], list[Problem]]:
    """Give each cell its code.

    `cells`: text by row number, named after the column of the export. Returns the codes, what was
    done, for the log, and a problem for each cell that is no code or several.
    """
    result, steps, problems = {}, [], []
    for text, count in counted(cells):
        codes = book.found(text)
        if len(codes) == 1:
            (result[text],) = codes
            how = "empty" if result[text] == "" else "code" if text in codes else "mapped"
            steps.append(Step(str(cells.name), how, text, result[text], count))
        else:
            row = row_number(cells.index[cells == text][0])
            problems.append(_unknown(file, str(cells.name), text, count, row, codes, book))
    return cells.map(result), steps, _together(problems)


def _unknown(
    file: str, column: str, text: str, count: int, row: int, codes: set[str], book: Codebook
) -> Problem:
    what = quoted(text, count, book)
    remedy = f"Say at {book.place} in wave.yml which code it is"
    if codes:
        found = f"{what}, which is by its code one answer and by its label another"
        return Problem(file, found, "one of " + listed(sorted(codes)), f"{remedy}.", row, column)
    if DATE.fullmatch(text):
        found, remedy = "a date", "A spreadsheet made it of an answer: export the column as text."
        return Problem(file, found, _codes(book), remedy, row, column)
    return Problem(file, what, _codes(book), f"{remedy}, or correct the export.", row, column)


def _codes(book: Codebook) -> str:
    return f"a code or its label: {listed(list(book.codes), 12)}"


def quoted(text: str, count: int, book: Codebook) -> str:
    """A cell as a message may show it: only what many gave, or the export itself declares."""
    if FIRM.search(text) or (count < book.seen_by and text not in book.described.values):
        return f"{UNSHOWN}{_rows(count)}"
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'{_rows(count)}"


#: What a message says in the place of a cell that may be a respondent's own words.
UNSHOWN = "an unknown text (not shown: it may be a respondent's own words)"


def _rows(count: int) -> str:
    return f", in {count} rows" if count > 1 else ""


def _together(problems: list[Problem]) -> list[Problem]:
    """Tell of all cells that may not be shown as one."""
    hidden = [problem for problem in problems if problem.found.startswith(UNSHOWN)]
    if len(hidden) < 2:
        return problems
    first = min(hidden, key=lambda problem: problem.row or 0)
    found = f"{len(hidden)} unknown texts (not shown: they may be respondents' own words)"
    one = Problem(first.file, found, first.expected, first.remedy, first.row, first.column)
    return [*(problem for problem in problems if problem not in hidden), one]


def unknown_codes(
    mapped: Mapping[str, str], codes: Collection[str], place: str
) -> Iterator[Problem]:
    """What wave.yml maps to a code that there is not."""
    for text, code in mapped.items():
        if code and code not in codes:
            known = f"one of {listed(list(codes), 12)}"
            yield Problem("wave.yml", f"'{code}'", known, column=f"{place}.{text}")
