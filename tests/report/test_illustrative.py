"""The report calls its evolution illustrative where a wave shown is, and nowhere else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from barometer.prose.names import illustrative
from barometer.survey.survey import load_survey
from tests.helpers import DATA
from tests.report.reading import Read


@pytest.mark.parametrize(
    ("earlier", "own"), [(True, False), (False, True), (False, False)], ids=str
)
def test_illustrative(tmp_path: Path, read: Read, earlier: bool, own: bool) -> None:
    for year, marked in ((2023, earlier), (2025, own)):
        shutil.copytree(DATA / str(year), tmp_path / str(year))
        path = tmp_path / str(year) / "wave.yml"
        text = re.sub(r"^illustrative:.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
        path.write_text(f"{text}illustrative: {str(marked).lower()}\n", encoding="utf-8")
    expected = earlier or own
    assert illustrative(load_survey(2025, tmp_path)) is expected

    text = read(2025, tmp_path).text
    captions = re.findall(r"^(?:Illustratief: e|E)volutie .*", text, flags=re.M)
    assert len(captions) == 12
    assert {caption.startswith("Illustratief") for caption in captions} == {expected}
    assert ("Ze zijn **illustratief**" in text) is expected
    assert len(re.findall("llustratief", text)) == (13 if expected else 0)


def test_an_illustrative_later_wave_is_not_shown(tmp_path: Path) -> None:
    """The edition of a wave shows that wave and those before it."""
    for year in ("2023", "2025"):
        shutil.copytree(DATA / year, tmp_path / year)
    path = tmp_path / "2023" / "wave.yml"
    text = path.read_text(encoding="utf-8").replace("illustrative: true", "illustrative: false")
    path.write_text(text, encoding="utf-8")
    path = tmp_path / "2025" / "wave.yml"
    path.write_text(path.read_text(encoding="utf-8") + "illustrative: true\n", encoding="utf-8")
    assert not illustrative(load_survey(2023, tmp_path))
