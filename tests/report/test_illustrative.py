"""The report calls its evolution illustrative where a wave shown is, and nowhere else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from barometer.prose.facts import illustrative
from barometer.survey.survey import load_survey
from tests.helpers import DATA
from tests.report.reading import reader


def marked(data: Path, **waves: bool) -> Path:
    """A data folder with these waves, illustrative or not."""
    for name, value in waves.items():
        year = name.removeprefix("in_")
        shutil.copytree(DATA / year, data / year)
        path = data / year / "wave.yml"
        text = re.sub(r"^illustrative:.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
        path.write_text(f"{text}illustrative: {str(value).lower()}\n", encoding="utf-8")
    return data


@pytest.mark.parametrize("earlier", [True, False])
def test_captions_and_appendix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    text = reader(monkeypatch)(2025, marked(tmp_path, in_2023=earlier, in_2025=False)).text
    captions = re.findall(r"^(?:Illustratief: e|E)volutie .*", text, flags=re.M)
    assert len(captions) == 12
    assert {caption.startswith("Illustratief") for caption in captions} == {earlier}
    assert len(re.findall("Ze zijn \\*\\*illustratief", text)) == int(earlier)
    assert ("llustratief" in text) == earlier
    # the summary tells of no growth since figures that are invented
    assert ("Een groeiend deel van die ondernemingen" in text) is not earlier


def test_a_wave_shows_itself_and_those_before(tmp_path: Path) -> None:
    data = marked(tmp_path, in_2022=False, in_2023=True, in_2025=False)
    assert [illustrative(load_survey(year, data)) for year in (2022, 2023, 2025)] == [
        False,
        True,
        True,
    ]
