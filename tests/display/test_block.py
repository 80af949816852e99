"""What a cell shows: raw blocks that survive any content, strings Typst reads back, data kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.display.block import COARSE, Block, at_least_one, flag_notes, tidy, typst_string
from barometer.errors import BarometerError
from barometer.prose.numbers import pct
from barometer.survey.register import DATA_TYPE
from barometer.survey.survey import Survey
from tests.survey.cases import with_thresholds

RAW = re.compile(r"^(`{3,})\{=(html|typst)\}\n(.*?)\n\1$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("content", ["<p>kort</p>", "`een`", "```\nhek\n```", "a\n`````\nb"])
def test_both_formats_survive_any_fence(content: str) -> None:
    text = Block(content, f"#[{content}]")._repr_mimebundle_()["text/markdown"]
    assert [(match[2], match[3]) for match in RAW.finditer(text)] == [
        ("html", content),
        ("typst", f"#[{content}]"),
    ]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
@pytest.mark.filterwarnings("ignore")
def test_typst_reads_back_the_string(text: str) -> None:
    for content in (text, f'\\"{text}\\n\n#[$*_`<a>'):
        source = f"#metadata({typst_string(content)}) <x>".encode()
        found = json.loads(typst.query(source, "<x>", field="value", one=True))
        assert found == content


def test_showing_carries_the_data_and_writes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DOWNLOADS", str(tmp_path / "downloads"))
    frame = pd.DataFrame({"label": ["é"], "percentage": [0.1 + 0.2]})
    shown = Block("<p>", "#x", data=frame, name="x")._repr_mimebundle_()
    assert shown[DATA_TYPE] == {"name": "x", "csv": "label,percentage\né,0.3\n"}
    assert shown["text/markdown"] == Block("<p>", "#x")._repr_mimebundle_()["text/markdown"]
    for without in (Block("", "", name="zonder"), Block("", "", data=frame)):
        assert list(without._repr_mimebundle_()) == ["text/markdown"]
    assert list(tmp_path.iterdir()) == []


def test_data_speak_dutch_and_keep_the_interval(survey: Survey) -> None:
    estimates = list(survey["technology_use"])
    frame = tidy(estimates)
    names = "jaar vraag categorie label universum domein domeinwaarde percentage"
    names += " standaardfout ondergrens bovengrens n vlag"
    assert " ".join(frame.columns) == names
    assert [f"{x:.1f}".replace(".", ",") + "%" for x in frame["percentage"]] == [
        pct(e) for e in estimates
    ]
    assert (frame["ondergrens"] < frame["percentage"]).all()
    assert (frame["percentage"] < frame["bovengrens"]).all()


def test_only_flags_that_occur_are_explained(survey: Survey) -> None:
    """In the order of their weight, each once; a figure has its own mark for what is withheld."""
    phase = survey["adoption_phase"]
    unreliable = "° weinig betrouwbaar: te weinig respondenten of een te breed interval."
    assert flag_notes([phase["experimenting"], phase["integrating"]]) == []
    assert flag_notes(phase.estimates("sector")) == [unreliable]  # each was published to a decimal
    assert COARSE in flag_notes(survey["barrier"]["recruitment"].by("sector"))
    n = phase["scaling"].at("NACE 35-39").n
    few = with_thresholds(survey, effective_n=100, disclosure=n + 1)["adoption_phase"]
    rows = few.estimates("sector")
    assert {e.flag for e in rows} == {"", "u", "c"}
    assert flag_notes(rows) == [unreliable, ". niet getoond wegens vertrouwelijkheid."]
    withheld = [e for e in rows if e.flag == "c"]
    assert flag_notes(withheld, "n.b.") == ["n.b. niet getoond wegens vertrouwelijkheid."]


def test_nothing_to_show() -> None:
    with pytest.raises(BarometerError, match=r"bars\(\) found no estimates; expected at least one"):
        at_least_one([], "bars")
