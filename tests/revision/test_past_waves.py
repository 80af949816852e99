"""Every past wave with today's code: its register is the published one, and its edition renders.

The waves are synthetic, so no register was ever published of them: those in `data/` were written
by the code of their day, and show what a change of the code does to figures that are out.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from barometer.project import waves
from barometer.revision.past import Past, past_wave, published_register
from barometer.revision.registers import Row, compared, key_of
from barometer.wave.corrections import Key
from tests.helpers import DATA, Command

YEARS = waves(DATA)
PUBLISHED = [year for year in YEARS if published_register(year, DATA).is_file()]
#: Rendered for other tests already.
RENDERED = (2023, 2025)


@cache
def past(year: int) -> Past:
    return past_wave(year, DATA)


@pytest.mark.parametrize("year", PUBLISHED)
def test_register_is_as_published(year: int) -> None:
    """But for the figures that corrections.csv of the wave lists, with the reason beside it."""
    assert list(map(str, past(year).differences)) == []


@pytest.mark.parametrize("year", YEARS[:-1])
def test_every_past_wave_has_a_register(year: int) -> None:
    """Only the newest wave may still be in the making."""
    assert published_register(year, DATA).is_file()


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_published_register_is_in_its_public_form(year: int) -> None:
    """Percentages to one decimal, nothing of what is withheld, counts of few coarsened."""
    found = past(year)
    few = found.survey.meta.thresholds.disclosure
    assert {key[0] for key in found.published} == {each.id for each in found.survey.reported()}
    for row in found.published.values():
        withheld = row["flag"].startswith("c")
        for column in ("estimate", "se", "ci_low", "ci_high"):
            assert bool(row[column]) != withheld
            assert len(row[column].partition(".")[2]) <= 1
        count = int(row["n_category"] or 0)
        assert count in (0, int(row["n"])) or count >= few


def said_by(edition: Path) -> dict[Key, Row]:
    """The register of an edition, without the marks of what was revised."""
    with (edition / "estimates.csv").open(encoding="utf-8", newline="") as file:
        rows = [{**row, "flag": row["flag"].removesuffix("r")} for row in csv.DictReader(file)]
    return {key_of(row): row for row in rows}


def holds(edition: Path, year: int) -> None:
    assert list(edition.glob(f"*-{year}.html"))
    published = past(year).published
    assert list(map(str, compared(published, said_by(edition)))) == []
    assert len(published) > 500


@pytest.mark.parametrize("year", [year for year in PUBLISHED if year not in RENDERED])
def test_edition_renders(year: int, barometer: Command, tmp_path: Path) -> None:
    done = barometer(
        *("render", year, "--to", "html", "--engine", "pandoc"),
        *("--data", DATA, "--output", tmp_path),
    )
    assert done.returncode == 0, done.stderr
    holds(tmp_path / str(year), year)


def test_edition_of_2025(edition: Path) -> None:
    holds(edition, 2025)


def test_edition_of_2023(edition_2023: Path) -> None:
    holds(edition_2023, 2023)
