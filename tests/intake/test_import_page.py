"""The page on imports: its settings are valid ones, and it names every setting there is."""

from __future__ import annotations

import re

import yaml
from pydantic import BaseModel

from barometer.intake.mapping import mapped
from barometer.wave.imports import Answers, Asked, Column, Import, Moment, Select, Table
from barometer.wave.reading import read_wave
from tests.helpers import DATA, ROOT

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def test_the_settings_shown_fit_the_questionnaire() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    shown = Import.model_validate(yaml.safe_load(example)["import"])
    files = read_wave(2025, DATA)
    assert files.meta is not None
    assert files.questionnaire is not None
    columns = mapped(files.meta.model_copy(update={"import_": shown}), files.questionnaire).columns
    assert columns["enterprise_number"] == "token"
    assert columns["technology_use.nlg"] == "Q2_3"
    assert columns["adoption_model"] == "Q3"
    assert columns["training.informal"] == "Q7[SQ002]"
    assert columns["application.logistics"] == "Q8"
    assert columns["source.developed_own"] == "source[developed_own]"


def test_every_setting_is_on_the_page() -> None:
    models: list[type[BaseModel]] = [Import, Table, Answers, Column, Asked, Select, Moment]
    known = {name for model in models for name in model.model_fields}
    assert {name for name in known if not re.search(rf"\b{name}\b", PAGE)} == set()
