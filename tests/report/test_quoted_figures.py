"""What the published report quotes in its running text stands in ours: same chapter, same base.

`published.csv` says where a figure was quoted ("§4.1.2 / Figuur 5"); the executed notebook says
which estimate each expression of the text is about. A figure that only a drawing or table shows is
not quoted.
"""

from __future__ import annotations

import re

import pytest
from nbformat import NotebookNode

from tests.helpers import published

CHAPTERS = {"§4.1": "04-1", "§4.2": "04-2", "§4.3": "04-3", "§4.4": "04-4", "§4.5": "04-5"}
CHAPTERS |= {"§4.6": "04-6", "§4.7": "04-7"}
PERCENTAGES = published(statistic="weighted_pct")
#: Cells of tables that the text quotes too; the publication's list of figures does not say so.
CELLS = [
    "technology_use.nlg.NACE 58-63",
    "technology_use.text_mining.NACE 58-63",
    "technology_use.image_generation.NACE 58-63",
    "technology_use.text_mining.NACE 77-82;95.1",
    "technology_use.autonomous_machines.NACE 10-33",
    "ai_use_status.use.NACE 58-63",
    "ai_use_status.use.NACE 68-75",
    "ai_use_status.use.NACE 55-56",
    "ai_use_status.use.NACE 49-53",
    "ai_use_status.use.Micro",
    "ai_use_status.use.Groot",
]
Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def written(executed: NotebookNode) -> dict[str, set[Key]]:
    """By chapter (04-1): the estimates whose percentage its running text writes."""
    found: dict[str, set[Key]] = {}
    for cell in executed.cells:
        for record in cell.metadata.get("barometer", {}).get("inline", []):
            chapter = re.sub(r".*/(\d\d(?:-\d)?)-.*", r"\1", record["file"])
            for source in record.get("sources", []):
                if "question" in source and re.search(r"\d,\d%", str(record["text"])):
                    key = (source["question"], source["category"], source["universe"])
                    found.setdefault(chapter, set()).add((*key, source["domain_value"]))
    return found


def key(row: dict[str, str]) -> Key:
    """What the text must be about."""
    return row["question"], row["category"], row["universe"], row["domain_value"]


@pytest.mark.parametrize("place", CHAPTERS)
def test_the_text_quotes_what_the_publication_quotes(
    written: dict[str, set[Key]], place: str
) -> None:
    wanted = {key(row) for row in PERCENTAGES if row["place"].startswith(place)}
    assert wanted
    assert wanted - written[CHAPTERS[place]] == set()


@pytest.mark.parametrize("identifier", CELLS)
def test_the_text_quotes_the_cells_of_tables(written: dict[str, set[Key]], identifier: str) -> None:
    (row,) = [row for row in PERCENTAGES if row["id"] == identifier]
    assert key(row) in written["04-1"]
