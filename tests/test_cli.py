"""The commands as a user types them: what they print, write and exit with."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from barometer.cli import main
from barometer.render import edition
from barometer.render.stated import Stated
from barometer.survey.register import write_register
from barometer.survey.survey import Survey
from tests.helpers import DATA, Command, edit, small_survey

COLUMNS = [
    "year",
    "question",
    "category",
    "universe",
    "domain",
    "domain_value",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "n",
    "n_category",
    "flag",
    "imputed_share",
    "se_imputation",
]


def test_estimates(barometer: Command, tmp_path: Path, survey: Survey) -> None:
    target = tmp_path / "new" / "estimates.csv"
    assert barometer("estimates", 2025, "-o", target).returncode == 0
    frame = pd.read_csv(target, keep_default_na=False, na_values=[""])
    assert list(frame.columns) == COLUMNS
    key = ["question", "category", "universe", "domain", "domain_value"]
    assert not frame.duplicated(key).any()
    use = frame[(frame["question"] == "ai_use_status") & (frame["category"] == "use")]
    (row,) = use[use["domain"] == "total"].to_dict("records")
    assert round(row["estimate"], 1) == 58.8
    assert row["n"] == 2915
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    first = target.read_bytes()
    write_register(survey, target)
    assert target.read_bytes() == first
    assert [path.name for path in target.parent.iterdir()] == ["estimates.csv"]


def test_compare(barometer: Command, tmp_path: Path) -> None:
    target = tmp_path / "changes.csv"
    result = barometer("compare", 2023, 2025, "-o", target)
    assert result.returncode == 0
    frame = pd.read_csv(target).fillna({"flag": ""})
    use = frame[(frame["question"] == "ai_use_status") & (frame["category"] == "use")]
    total = use[use["domain"] == "total"].iloc[0]
    assert round(total["estimate_a"], 1) == 32.1
    assert total["difference"] == pytest.approx(total["estimate_b"] - total["estimate_a"])
    assert total["significant"]
    # how many were tested, how many stand, and how many would by chance alone
    reliable = frame[frame["flag"] == ""]
    marked, kept = (reliable["p_value"] < 0.05).sum(), (reliable["p_adjusted"] < 0.05).sum()
    assert 0 < kept < marked < len(reliable) < len(frame)
    assert result.stdout.splitlines()[-1] == (
        f"{marked} of {len(reliable)} differences between 2023 and 2025 are significant, "
        f"{kept} of them after Benjamini-Hochberg; "
        f"{len(frame) - len(reliable)} are unreliable and not tested."
    )


def test_what_is_in_full_precision_says_whether_it_is_confidential(tmp_path: Path) -> None:
    """In each row, for a file is renamed, copied and opened by others."""
    made_up = small_survey(2026, {"status": ["use"] * 3 + ["none"] * 7})
    meta = made_up.meta.model_copy(update={"provenance": "confidential"})
    confidential = replace(made_up, _wave=replace(made_up._wave, meta=meta))
    for survey, full, marks in [
        (made_up, True, {None}),
        (confidential, True, {"not to be published"}),
        (confidential, False, {None}),
    ]:
        write_register(survey, tmp_path / "estimates.csv", full)
        frame = pd.read_csv(tmp_path / "estimates.csv")
        assert set(frame.get("confidential", [None])) == marks


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_disk_that_is_full_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def onto_a_full_disk(**_: object) -> tuple[int, str]:
        (tmp_path / "half").touch()
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "half")

    small = small_survey(2025, {"status": ["use"]})
    monkeypatch.setattr("tempfile.mkstemp", onto_a_full_disk)
    monkeypatch.setattr("barometer.survey.survey.load_survey", lambda *_: small)
    monkeypatch.setattr(Survey, "register", lambda _: pd.DataFrame(columns=COLUMNS))
    target = tmp_path / "estimates.csv"
    assert main(["estimates", "2025", "--full", "-o", str(target)]) == 1
    assert capsys.readouterr().err == f"barometer: {target}: No space left on device\n"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The waves, that of 2023 with a question of no one and a sample that is none."""
    shutil.copytree(DATA, tmp_path / "data")
    edit(tmp_path / "data" / "2023" / "questionnaire.yml", "asked_of: all", "asked_of: nobody")
    return tmp_path / "data"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", 2023),
        ("estimates", 2023, "-o", "e.csv"),
        ("notebooks", 2023),
        ("render", 2025),
        ("claims", 2025),
        ("compare", 2023, 2025),
        ("compare", 2021, 2023),
    ],
)
def test_the_wave_that_is_broken_is_named(
    project: Path, broken: Path, arguments: tuple[object, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*map(str, arguments), "--data", str(broken)]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Wave ")]
    assert re.fullmatch(r"Wave 2023: \d+ problems?( of \d+ kinds?)?", lines[-1])


def test_a_broken_wave_is_named_in_a_chapter(
    project: Path, broken: Path, chapter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its answers are only read where a chapter compares with them."""
    shutil.copy(DATA / "2023" / "questionnaire.yml", broken / "2023")
    edit(broken / "2023" / "sample.csv", ",email,", ",post,")
    known = "from barometer.survey.accounting import Fact"
    edit(project / "report.qmd", known, f"{known}\nfrom barometer.survey.survey import load_survey")
    edit(chapter, "pct(share)", "str(load_survey(2023))")
    assert main(["claims", "2025", "--data", str(broken)]) == 1
    said = capsys.readouterr().err
    assert "barometer: chapters/een.qmd:3: found an expression that fails" in said
    assert "WaveError: Wave 2023: " in said


# --- claims -------------------------------------------------------------------------------------


def sentence(line: int, said: str, verdict: str, kind: str = "claim", **more: Any) -> Stated:
    tested = {"difference": 1.0, "se": 2.0, "p": 0.6, "n": line}
    test = {**tested, "significant": verdict == "holds"}
    record = {
        **{"kind": kind, "verdict": verdict, "expression": "claim(larger(a, b))"},
        **{**tested, "comparisons": [test], "contradicted": False},
        **more,
    }
    return Stated("chapters/een.qmd", line, said, record)


GROUPS = {"shown": ["bouw"], "tied": ["zorg"], "unranked": []}


def listed(*verdicts: str) -> list[Stated]:
    """A claim for each verdict, words of a statement that fails and a ranking."""
    return [
        *(sentence(i, f"Zin {i}.", verdict) for i, verdict in enumerate(verdicts, 1)),
        sentence(90, "AI daalt niet.", "fails", "wording"),
        sentence(91, "Vooral de bouw.", "estimates_only", "ranking", **GROUPS),
    ]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (("holds", "holds"), 0),
        (("holds", "estimates_only"), 0),
        (("holds", "estimates_only", "fails"), 1),
        ((), 0),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_claims(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verdicts: tuple[str, ...],
    code: int,
    form: str,
) -> None:
    """The exit code tells of claims that fail; words were chosen by their verdict."""
    found = listed(*verdicts)
    monkeypatch.setattr(edition, "check_sentences", lambda year, data: found)
    assert main(["claims", "2025", "--format", form]) == code
    said = capsys.readouterr().out
    worst = [s for v in ("fails", "estimates_only") for s in found if s.guarded and s.verdict == v]
    if form == "json":
        others = [s for s in found if s not in worst]
        assert json.loads(said) == [s.as_json() for s in (*worst, *others)]
        return
    lines = said.splitlines()
    expected = {"fails": "no longer holds", "estimates_only": "of the estimates only"}
    assert lines[:-1] == [
        line
        for s in worst
        for line in (
            f"chapters/een.qmd:{s.line}: {expected[s.verdict]}: Zin {s.line}.",
            "    expected: larger(a, b)",
            f"    found: a difference of 1 points (SE 2, p = 0.6, N = {s.line})",
        )
    ]
    assert lines[-1] == (
        f"{verdicts.count('holds')} of {len(verdicts)} claims hold for 2025, "
        f"{verdicts.count('estimates_only')} of the estimates only, "
        f"{verdicts.count('fails')} no longer. "
        f"The text rests on {len(verdicts) + 2} comparisons, {verdicts.count('holds')} of them "
        "significant."
    )


def test_claims_of_a_report_as_json(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing else is written to stdout, by the kernel neither."""
    assert (project / "report.qmd").exists()
    assert main(["claims", "2025", "--data", str(DATA), "--format", "json"]) == 1
    found = json.loads(capfd.readouterr().out)
    assert [(row["line"], row["kind"], row["verdict"]) for row in found] == [
        (4, "claim", "fails"),
        (4, "claim", "estimates_only"),
        (4, "claim", "holds"),
    ]
    assert [row["sentence"] for row in found][1] == "Een zin met 1,3 punt die toeval kan zijn."
    numbers = ["difference", "se", "p", "n"]
    assert [found[1][name] for name in numbers] == [1.25, 0.9, 0.165, 1982]
    assert [found[0][name] for name in numbers] == [None] * 4
    fields = ["chapter", "line", "sentence", "kind", "verdict", "contradicted", "expected", "found"]
    for row in found:
        assert list(row) == [*fields, *numbers]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", 1999), "1999: found no such folder; expected the files of wave 1999"),
        (("check", 1999), "Waves there: 2021, 2022, 2023, 2025"),
        (("compare", 2025, 2031), "2031: found no such folder"),
        (("render", 2025, "--engine", "quarto"), "found no quarto on PATH"),
        (("estimates", 2025, "-o", "/"), "barometer: /"),
    ],
)
def test_mistakes(barometer: Command, arguments: tuple[object, ...], message: str) -> None:
    result = barometer(*arguments, PATH="/nonexistent")
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", 2025, "--to", "docx"), "docx: expected html, pdf or both"),
        (("render", "vorig jaar"), "invalid int value"),
        (("synthesize", 2025), "invalid choice: 'synthesize'"),
        ((), "required"),
    ],
)
def test_wrong_calls(barometer: Command, arguments: tuple[object, ...], message: str) -> None:
    result = barometer(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
