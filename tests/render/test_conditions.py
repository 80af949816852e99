"""Which blocks an edition shows: what the wave asked, has, or lies behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from barometer.render.conditions import applies
from barometer.render.sources import read_report
from tests.helpers import DATA, edit


@pytest.fixture
def waves(tmp_path: Path) -> Path:
    """The settings of the waves of 2023 and 2025; the first without published figures."""
    for year in ("2023", "2025"):
        for name in ("wave.yml", "questionnaire.yml"):
            (tmp_path / year).mkdir(exist_ok=True)
            shutil.copy(DATA / year / name, tmp_path / year)
    shutil.copy(DATA / "2025" / "published.csv", tmp_path / "2025")
    return tmp_path


def holding(year: int, data: Path, names: Iterable[str], profile: str | None = None) -> list[str]:
    holds = applies(year, data, profile)
    return [name for name in names if holds(name)]


def test_what_the_wave_asked(waves: Path) -> None:
    """A question, an item, an indicator, a category."""
    names = ["barrier", "adoption_model", "technology_use.image_generation", "generative_ai"]
    names += ["ai_use_status.plan", "adoption_model.individual_total"]
    assert holding(2025, waves, names) == names
    assert holding(2023, waves, names) == ["barrier", "ai_use_status.plan"]


def test_what_the_wave_before_asked(waves: Path) -> None:
    names = ["previous", "previous.barrier", "previous.adoption_model"]
    assert holding(2025, waves, names) == ["previous", "previous.barrier"]
    assert holding(2023, waves, names) == [], "there is no wave before"


def test_what_domains_have(waves: Path) -> None:
    """A value of a domain by its identifier or its code."""
    names = ["64-66", "NACE 64-66", "Groot"]
    assert holding(2025, waves, names) == names
    edit(waves / "2023" / "wave.yml", "Groot:", "Grote:")
    for listed in ("[Middelgroot, Groot]", "[Klein, Middelgroot, Groot]", '"250+": [Groot]'):
        edit(waves / "2023" / "wave.yml", listed, listed.replace("Groot]", "Grote]"))
    names = ["Groot", "Grote", "previous.Groot", "previous.Grote"]
    assert holding(2025, waves, names) == ["Groot", "previous.Grote"]
    assert holding(2023, waves, names) == ["Grote"]


def test_what_is_known_of_eurostat(waves: Path) -> None:
    """Figures of the year of the wave, not of another."""
    shutil.copy(DATA / "eurostat.csv", waves)
    assert holding(2025, waves, ["eurostat"]) == ["eurostat"]
    text = (waves / "eurostat.csv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("2025,")]
    (waves / "eurostat.csv").write_text("\n".join(kept), encoding="utf-8")
    assert holding(2025, waves, ["eurostat"]) == []
    assert holding(2023, waves, ["eurostat"]) == ["eurostat"]


def test_what_is_published(waves: Path) -> None:
    assert holding(2025, waves, ["published"]) == ["published"]
    assert holding(2023, waves, ["published"]) == []


@pytest.mark.parametrize(
    ("earlier", "own", "in_2025", "in_2023"),
    [
        ("true", "false", True, True),
        ("false", "true", True, False),
        ("false", "false", False, False),
    ],
)
def test_what_is_illustrative(
    waves: Path, earlier: str, own: str, in_2025: bool, in_2023: bool
) -> None:
    """Where this wave or an earlier one is: figures over the years show both."""
    for year, value in (("2023", earlier), ("2025", own)):
        path = waves / year / "wave.yml"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("illustrative:")]
        path.write_text("\n".join([*kept, f"illustrative: {value}"]), encoding="utf-8")
    assert bool(holding(2025, waves, ["illustrative"])) is in_2025
    assert bool(holding(2023, waves, ["illustrative"])) is in_2023


def test_profiles(waves: Path) -> None:
    assert holding(2025, waves, ["review"], "review") == ["review"]
    assert holding(2025, waves, ["review"]) == []


@pytest.mark.parametrize(
    "name", ["barier", "previous.barier", "64-67", "barrier.teleport", "preview"]
)
def test_what_no_wave_knows_is_refused(waves: Path, name: str) -> None:
    with pytest.raises(KeyError, match=name.removeprefix("previous.")):
        applies(2025, waves)(name)


def test_every_condition_of_a_block_must_hold(waves: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    block = '::: {{.asked of="{}"}}\n{}\n:::\n'
    blocks = {
        "barrier previous": "beide",
        "barrier previous.training": "ook",
        "barrier review": "nee",
    }
    path.write_text("# A\n\n" + "\n".join(block.format(*item) for item in blocks.items()))

    def shown(year: int) -> str:
        cells = read_report(path, applies(year, waves)).cells
        return " ".join("".join(cell.source for cell in cells).split())

    assert shown(2025) == "# A beide ook"
    assert shown(2023) == "# A"
