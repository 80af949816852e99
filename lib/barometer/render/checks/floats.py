"""Rules on figures and tables: what is drawn, printed and said of them are their own data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from barometer.errors import Problem
from barometer.render.checks.blocks import Float
from barometer.render.checks.numbers import NUMBER, Shown, number, shown
from barometer.render.checks.opened import Edition
from barometer.render.checks.tables import Row
from barometer.survey.survey import TOTAL

BASE = re.compile(
    rf"\bN(?: [^=\d;]{{1,40}})? = "
    rf"({NUMBER}(?: \(\d{{4}}\))?(?:(?:, | en ){NUMBER} \(\d{{4}}\))*)"
)
COUNT = re.compile(rf"({NUMBER})(?: \((\d{{4}})\))?")
#: Behind a number that is unreliable or was revised, or before which a series breaks.
MARKS = re.compile(r"(?<=\d)[°rb]+|(?<=%)[°rb]+")
EXAMPLES = 4
REMEDY = "Render the edition again; if it comes back, see the function of the chapter."


def downloads_equal_notebook(edition: Edition) -> Iterator[Problem]:
    """Each download is what the executed notebook carries, and none is missing."""
    for drawn in edition.floats:
        download = edition.downloads.get(drawn.name)
        if download is None:
            yield Problem(drawn.data.file, "no such file", f"the data of {drawn.file}", REMEDY)
        elif download.rows != drawn.data.rows:
            pairs = zip(download.rows, drawn.data.rows, strict=False)
            differing = (place for place, (a, b) in enumerate(pairs, 2) if a != b)
            place = next(differing, min(len(download.rows), len(drawn.data.rows)) + 2)
            expected = f"the data of {drawn.file}"
            yield Problem(drawn.data.file, "other data", expected, REMEDY, place)


def tables_equal_downloads(edition: Edition) -> Iterator[Problem]:
    """A cell of a table prints the number of its download, rounded; a withheld one none."""
    for drawn in edition.floats:
        if drawn.alt is not None or not drawn.cells or not drawn.data.rows:
            continue
        printed = [row[1:] for row in drawn.cells]  # without the words in front
        codes = _codes(edition, drawn)
        if drawn.data.of_estimates:
            expected = _values_down(drawn, codes) if codes else _values_across(drawn)
        elif len(drawn.data.columns) + bool(codes) == len(drawn.cells[0]):
            expected = _plain(drawn, codes)
        else:
            continue  # a summary of its data
        if [len(row) for row in printed] != [len(row) for row in expected]:
            found = f"a table of {len(printed)} rows of {sorted({len(row) for row in printed})}"
            yield _problem(drawn, found, "the rows and columns of its download")
            continue
        pairs = zip(chain(*printed), chain(*expected), strict=True)
        for cell, (value, flag) in pairs:
            if not _prints(cell.strip(), value, flag):
                withheld = flag.startswith("c") or value == ""
                wanted = "no number: it is withheld" if withheld else f"'{value}', rounded"
                yield _problem(drawn, f"'{cell.strip()}' in the table", wanted)


def _codes(edition: Edition, drawn: Float) -> dict[str, str]:
    """The codes that a table prints behind the names of a domain; the total has none.

    Nothing where no such domain goes down its side.
    """
    first = drawn.data.columns[0]
    name = drawn.data.rows[0]["domein"] if drawn.data.of_estimates else first
    domain = edition.survey.meta.domains.get(name)
    if domain is None or not domain.codes:
        return {}
    codes = {identifier: value.code for identifier, value in domain.values.items()}
    return {**codes, TOTAL: ""}


def _values_down(drawn: Float, codes: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Text and flag per cell where the values of a domain go down: code, estimates, base."""
    lines: dict[str, list[Row]] = {}
    for row in drawn.data.rows:
        lines.setdefault(row["domeinwaarde"], []).append(row)
    return [
        [
            (codes.get(value, ""), ""),
            *((row["percentage"], row["vlag"]) for row in rows),
            (rows[-1]["n"], ""),
        ]
        for value, rows in lines.items()
    ]


def _values_across(drawn: Float) -> list[list[tuple[str, str]]]:
    """Number and flag per cell of a table of estimates: row by row, the bases below."""
    width = max(1, len(drawn.cells[0]) - 1)
    rows = drawn.data.rows
    cells = [(row["percentage"], row["vlag"]) for row in rows]
    lines = [cells[start : start + width] for start in range(0, len(cells), width)]
    if len(drawn.cells) == len(lines) + 1:
        lines.append([(row["n"], "") for row in rows[:width]])
    return lines


def _plain(drawn: Float, codes: dict[str, str]) -> list[list[tuple[str, str]]]:
    """The cells of another table; what tells its rows apart may be printed in other words."""
    found = []
    for row in drawn.data.rows:
        first, *others = row.values()
        code = [codes.get(first, "")] if codes else []
        found.append([(text, "") for text in [*code, *others]])
    return found


def _prints(cell: str, value: str, flag: str) -> bool:
    """Whether a cell shows a value, rounded, or as below a bound, with the marks of its flags."""
    if flag.startswith("c") or value == "":
        return not re.search(r"\d", cell)
    if cell == value and not flag:
        return True
    if cell.endswith("r") != flag.endswith("r"):
        return False
    printed = re.fullmatch(rf"(< )?({NUMBER})%?(\D?)", cell.removesuffix("r"))
    if printed is None or bool(printed[3]) != flag.startswith("u"):
        return False
    shows = shown(printed[2])[0]
    return number(value) < shows.value if printed[1] else shows.is_of(number(value))


def figures_equal_downloads(edition: Edition) -> Iterator[Problem]:
    """Each percentage written in a drawing is one of its data, rounded."""
    for drawn, values in _figures(edition):
        for text in drawn.drawn:
            # without a sign a whole number is a year or belongs to a label
            for figure in shown(MARKS.sub("", text)):
                if (figure.percent or figure.decimals) and not _among(figure, values):
                    yield _problem(drawn, f"{figure.text} in the drawing", "a number of its data")


def alternatives_state_the_figures(edition: Edition) -> Iterator[Problem]:
    """A figure has a text alternative; its percentages are data, the extremes among them."""
    for drawn, values in _figures(edition):
        if not drawn.alt:
            yield _problem(drawn, "no text alternative", "one with the values")
            continue
        said = [s for s in shown(MARKS.sub("", drawn.alt)) if s.percent]
        for figure in said:
            if not _among(figure, values):
                found = f"{figure.text}% in the text alternative"
                yield _problem(drawn, found, "a number of its data")
        for value in _extremes(drawn):
            if not any(figure.is_of(value) for figure in said):
                expected = f"{value:.1f}%, an extreme of the data"
                yield _problem(drawn, "a text alternative that leaves out an extreme", expected)


def _figures(edition: Edition) -> Iterator[tuple[Float, list[float]]]:
    """The drawings of estimates, with the percentages that may be shown."""
    for drawn in edition.floats:
        if drawn.alt is not None and drawn.data.of_estimates:
            yield drawn, [number(r["percentage"]) for r in drawn.data.rows if r["percentage"]]


def _among(figure: Shown, values: list[float]) -> bool:
    return any(figure.is_of(value) for value in values)


def _extremes(drawn: Float) -> Iterator[float]:
    """Highest and lowest of the last year, per universe; not of the answers to one statement."""
    last = max((row["jaar"] for row in drawn.data.rows), default="")
    by_universe: dict[str, list[float]] = {}
    for row in drawn.data.rows:
        if row["jaar"] == last and row["percentage"] and "." not in row["categorie"]:
            by_universe.setdefault(row["universum"], []).append(number(row["percentage"]))
    for values in by_universe.values():
        yield from {min(values), max(values)}


def captions_state_the_base(edition: Edition) -> Iterator[Problem]:
    """The N in a caption is the number of respondents in the universe it names."""
    for drawn in edition.floats:
        for found in BASE.finditer(drawn.caption):
            rest = drawn.caption[found.end() :]
            universe = _universe(edition, rest)
            for text, year in COUNT.findall(found[1]):
                known = _bases(edition, drawn, universe, year or str(edition.survey.year))
                yield from _unknown(drawn, shown(text)[0], known)
            # the parts behind the whole: "alle ondernemingen: 12 met export en 9 zonder"
            beside = rest.partition(":")[2] if universe and ":" in rest.partition(")")[0] else ""
            known = _bases(edition, drawn, "", str(edition.survey.year))
            for part in shown(beside.partition(")")[0]):
                yield from _unknown(drawn, part, known)


def _universe(edition: Edition, text: str) -> str:
    """The universe whose label a text goes on with, the longest that fits."""
    labels = {u.label: name for name, u in edition.survey.questionnaire.universes.items()}
    fitting = [label for label in labels if text.startswith(f", {label}")]
    return labels[max(fitting, key=len)] if fitting else ""


def _bases(edition: Edition, drawn: Float, universe: str, year: str) -> set[float]:
    """The bases a caption may state for a year: of a universe, else of those in the data.

    Where these are no estimates: population, sample and response, and what stands in the table. Of
    an earlier wave only what the data say is known.
    """
    survey = edition.survey
    rows: list[Row] = drawn.data.rows if drawn.data.of_estimates else []
    if year != str(survey.year):
        return {number(row["n"]) for row in rows if row["jaar"] == year}
    if not rows and not universe:
        counts = {float(survey.accounting[k]) for k in ("population", "sample_size", "usable")}
        return counts | {number(cell) for row in drawn.data.rows for cell in row.values()}
    universes = {universe} if universe else {row["universum"] for row in rows}
    return {float(survey.universe(name).sum()) for name in universes}


def _unknown(drawn: Float, stated: Shown, known: set[float]) -> Iterator[Problem]:
    if known and stated.value not in known:
        few = " or ".join(f"{n:g}" for n in sorted(known)) if len(known) < EXAMPLES else ""
        yield _problem(drawn, f"{stated.text} in the caption", few or "a count of firms it shows")


def _problem(drawn: Float, found: str, expected: str) -> Problem:
    return Problem(drawn.file, found, expected, REMEDY, column=drawn.name)
