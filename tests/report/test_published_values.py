"""Every percentage published for the total stands where it belongs, in page and PDF.

Each is tied to the float whose data hold it: the cell of its row in a table, or the number drawn
beside its label in a figure. What no float shows is tied to the sentence whose expression is about
that estimate. A value that is off by 0,1 is then found nowhere, which a test shows.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

from barometer.render.inline import INLINE
from barometer.survey.register import DATA_TYPE
from barometer.survey.survey import Survey
from tests.helpers import published

FLOAT = re.compile(r"^::: \{#((?:fig|tbl)-[\w-]+)\}", re.MULTILINE)
VALUE = re.compile(r"(\d+,\d)%°?(?: akkoord)?")
#: What stands behind a percentage whose margin is lopsided.
INTERVAL = re.compile(r" \([\d,]+ tot [\d,]+%\)")
#: Expressions that write percentages; claims, for one, do not.
WRITES = re.compile(r"\bpct\(|figures=True")
ROWS = published(statistic="weighted_pct", domain="total")

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """A number in the edition: where, as shown, and the text around it that the PDF holds too."""

    where: str
    shown: str
    text: str


def compact(text: str) -> str:
    """Text without blanks, joiners and hyphens, which page and PDF set apart differently."""
    return re.sub(r"[\s\u00ad\u2010\u2060-]", "", text)


def float_data(notebook: NotebookNode) -> dict[str, pd.DataFrame]:
    """The data behind each float, as its cell carries them."""
    found: dict[str, pd.DataFrame] = {}
    opened = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            opened = (FLOAT.findall(cell.source) or [""])[-1]
        for output in cell.get("outputs", []):
            if data := output.get("data", {}).get(DATA_TYPE):
                found[opened] = pd.read_csv(io.StringIO(data["csv"]), dtype=str)
    return found


def in_floats(page: BeautifulSoup, notebook: NotebookNode) -> Iterator[tuple[Key, Place]]:
    """Every estimate in total of the year itself that a float shows, but for the evolution."""
    for name, data in float_data(notebook).items():
        if "vraag" not in data or data["jaar"].nunique() > 1:
            continue
        figure = page.find("figure", id=name)
        assert isinstance(figure, Tag), name
        rows = data[data["domein"] == "total"]
        read = in_drawing if figure.find("svg") else in_table
        universes = list(dict.fromkeys(rows["universum"]))
        for _, row in rows.iterrows():
            key = (row["vraag"], row["categorie"], row["universum"])
            for shown, text in read(figure, row["label"], universes.index(row["universum"])):
                yield key, Place(name, shown, compact(text))


def in_table(table: Tag, label: str, _: int) -> Iterator[tuple[str, str]]:
    """The last cell, that of the total, of the row with the label."""
    for row in table.select("tbody tr"):
        cells = [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
        if cells[0] == label:
            yield cells[-1], "".join(cells)


def height(text: Tag) -> float:
    """How far down a text stands in a drawing."""
    if "y" in text.attrs:
        return float(str(text["y"]))
    moved = re.match(r"translate\(\S+ ([\d.]+)\)", str(text["transform"]))
    assert moved is not None
    return float(moved[1])


def in_drawing(figure: Tag, label: str, series: int) -> Iterator[tuple[str, str]]:
    """The value drawn on the height of the label; of several series the one asked for."""
    texts = [(text.get_text(), height(text)) for text in figure.select("svg text")]
    values = [(found[1], y) for text, y in texts if (found := VALUE.fullmatch(text))]
    labels = [(text, y) for text, y in texts if not re.search(r"\d%", text)]
    whole = "".join(text for text, _ in texts)
    for first in range(len(labels)):
        for lines in range(1, 5):
            part = labels[first : first + lines]
            if compact("".join(text for text, _ in part)) == compact(label):
                middle = sum(y for _, y in part) / len(part)
                # bars of two series stand some 6 points above and below the middle of their label
                near = sorted((y, value) for value, y in values if abs(y - middle) < 9)
                if series < len(near):
                    yield near[series][1], whole


def in_sentences(notebook: NotebookNode, survey: Survey) -> Iterator[tuple[Key, Place]]:
    """Every estimate in total that an expression of a sentence writes as a percentage.

    The executed notebook says of each expression what it wrote and from which estimates.
    """
    for cell in notebook.cells:
        origin = cell.metadata.get("barometer", {})
        texts = INLINE.split(origin.get("source", ""))[::2]
        for before, record in zip(texts, origin.get("inline", []), strict=False):
            if not WRITES.search(record["expression"]):
                continue
            words = re.split(r"[\n*\]]|@[\w-]+", before)[-1][-25:]
            without = INTERVAL.sub("", record["text"])
            numbers = re.findall(r"(?<![\d,])(\d+,\d)%", without)
            written = [e for e in record["sources"] if "terms" not in e and "count" not in e]
            if len(numbers) == len(written):  # not where a word such as "n.b." is written
                for e, number in zip(written, numbers, strict=True):
                    if e["domain"] == "total" and e["year"] == survey.year:
                        place = Place(record["expression"], number, compact(words + record["text"]))
                        yield (e["question"], e["category"], e["universe"]), place


@pytest.fixture(scope="module")
def places(page: BeautifulSoup, executed: NotebookNode, survey: Survey) -> dict[Key, list[Place]]:
    """Where each estimate in total is shown."""
    found: dict[Key, list[Place]] = {}
    for key, place in (*in_floats(page, executed), *in_sentences(executed, survey)):
        found.setdefault(key, []).append(place)
    return found


def key(row: dict[str, str]) -> Key:
    return row["question"], row["category"], row["universe"]


def shown(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_published_total_stands_in_its_place(
    row: dict[str, str],
    places: dict[Key, list[Place]],
    printed: str,
    web: str,
) -> None:
    """Wherever a float shows the estimate it is this value; some float or sentence does."""
    value = shown(float(row["value"]))
    here = places.get(key(row), [])
    floats = [place for place in here if place.where.startswith(("fig-", "tbl-"))]
    assert {place.shown.rstrip("°") for place in floats} <= {value}
    right = [place for place in here if place.shown.rstrip("°") == value]
    assert right, here
    assert [place for place in right if place.text not in web] == []
    # a sentence may run on to the next page of the PDF, a row or a drawing may not
    in_print = [place for place in right if place.text in printed]
    assert in_print
    assert [place for place in floats if place not in in_print] == []


def test_a_value_that_is_off_by_one_tenth_stands_nowhere(places: dict[Key, list[Place]]) -> None:
    found = [
        (row["id"], off, place.where)
        for row in ROWS
        for off in (-0.1, 0.1)
        for place in places.get(key(row), [])
        if place.shown.rstrip("°") == shown(float(row["value"]) + off)
    ]
    assert found == []


@pytest.fixture(scope="module")
def printed(print_text: str) -> str:
    return compact(print_text)


@pytest.fixture(scope="module")
def web(page: BeautifulSoup) -> str:
    main = page.select_one("main")
    assert main is not None
    return compact(main.get_text())
