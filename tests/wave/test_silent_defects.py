"""Defects of which nothing shows but wrong figures: each is refused, in words that say where.

Every row of the table breaks one valid small wave in one place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from barometer.errors import WaveError
from barometer.survey.survey import load_survey
from barometer.wave.reading import read_wave
from barometer.wave.validation import validate
from tests.wave.small_wave import PER_STRATUM, TOOLS, YEAR, SmallWave

Break = Callable[[SmallWave], object]


def refused(wave: SmallWave, data: Path) -> str:
    """The problems of a wave, one a line; "" when it is valid."""
    try:
        validate(read_wave(YEAR, wave.write(data)))
    except WaveError as error:
        return str(error)
    return ""


def setting(*path: str, to: Any) -> Break:
    """Change a setting of wave.yml."""
    return _put("wave", path, to)


def asking(*path: str, to: Any) -> Break:
    """Change a setting of questionnaire.yml."""
    return _put("questionnaire", path, to)


def _put(file: str, path: tuple[str, ...], to: Any) -> Break:
    def change(wave: SmallWave) -> None:
        place = getattr(wave, file)
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return change


def cells(table: str, column: str, to: str, every: int = 1, **where: str) -> Break:
    """Change cells of a column, in each row or each `every`th one that has these values."""

    def change(wave: SmallWave) -> None:
        rows = [r for r in getattr(wave, table) if all(r[k] == v for k, v in where.items())]
        for row in rows[::every]:
            row[column] = to

    return change


def answered(column: str, to: str) -> Break:
    """Change a cell of one answer, in row 6."""
    return lambda wave: wave.responses[4].update({column: to})


def both(*breaks: Break) -> Break:
    """One defect made in several files."""

    def change(wave: SmallWave) -> None:
        for part in breaks:
            part(wave)

    return change


def without(*path: str) -> Break:
    """Take a key out of questionnaire.yml."""

    def change(wave: SmallWave) -> None:
        place = wave.questionnaire
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


def new_answer_code(wave: SmallWave) -> None:
    wave.questionnaire["questions"]["tool"]["categories"]["tested"] = {"label": "getest"}
    for row in wave.responses:
        if row["tool.robot"] == row["tool.scanner"] == "none":
            row |= {f"tool.{tool}": "tested" for tool in TOOLS}


def large_unanswered(wave: SmallWave) -> None:
    large = {f["enterprise_number"] for f in wave.sample if f["size"] == "large"}
    for row in wave.responses:
        if row["enterprise_number"] in large:
            row["course"] = ""


def each_lacks_another_item(wave: SmallWave) -> None:
    """A fifth lacks on each item, never the same: too few answered the question in full."""
    wave.wave["nonresponse"]["donors"] = 3
    users = [row for row in wave.responses if row["budget"]]
    for place, row in enumerate(users):
        if place % 5 < 2:
            row["purpose.sales" if place % 5 else "purpose.stock"] = ""


def group_gone(wave: SmallWave, **values: str) -> None:
    def gone(row: dict[str, str]) -> bool:
        return all(row[key] == value for key, value in values.items())

    firms = {row["enterprise_number"] for row in wave.sample if gone(row)}
    wave.population = [row for row in wave.population if not gone(row)]
    wave.sample = [row for row in wave.sample if not gone(row)]
    wave.responses = [r for r in wave.responses if r["enterprise_number"] not in firms]


def sent_again(wave: SmallWave, changed: str = "") -> None:
    wave.responses.append(wave.responses[4] | ({"course": changed} if changed else {}))


MERGE = {"branch": "food", "size": ["small", "large"]}
NOTHING = dict.fromkeys(("tool.robot", "tool.scanner", "course"), "")

DEFECTS: dict[str, tuple[Break, str]] = {
    # categories and universes that should divide the respondents
    "new answer code": (
        new_answer_code,
        r"questionnaire.yml, column indicators.status: found 24 respondents in none of use, plan",
    ),
    "first_match dropped": (
        without("indicators", "status", "first_match"),
        r"indicators.status: found 36 respondents in several of use, plan, none; expected each of "
        r"the 120 who answered in exactly one",
    ),
    "first_match dropped, no class of the hot deck": (
        both(
            without("indicators", "status", "first_match"),
            setting("imputation", "classes", to=["size"]),
        ),
        r"indicators.status: found 36 respondents in several",
    ),
    "a number of answers forgotten": (
        without("indicators", "count", "categories", "2"),
        r"indicators.count: found \d+ respondents in none of 0, 1; ",
    ),
    "a number of answers twice": (
        asking("indicators", "count", "categories", "1", "at_most", to=2),
        r"indicators.count: found \d+ respondents in several of 0, 1, 2; ",
    ),
    "a union that leaves out": (
        asking("indicators", "status", "categories", "not_use", "union", to=["none"]),
        r"indicators.status.categories.not_use: found 24 respondents in none of use, not_use",
    ),
    "universes that leave out": (
        asking("universes", "others", "all_of", to=[{"of": "status", "is": ["none"]}]),
        r"universes.others: found 24 respondents in none of users, others",
    ),
    "universes that overlap": (
        asking("universes", "others", "all_of", to=[]),
        r"universes.others: found 72 respondents in several of users, others",
    ),
    "complement of nothing known": (
        asking("universes", "others", "complement_of", to="user"),
        r"universes.others.complement_of: found 'user'; expected one of all, users, others",
    ),
    "category that complements nothing known": (
        asking("indicators", "status", "categories", "use", "complement_of", to="not_use"),
        r"indicators.status.categories.use.complement_of: found 'not_use'; expected one of ",
    ),
    # routing that the answers contradict
    "asked_of widened": (
        asking("questions", "budget", "asked_of", to="all"),
        r"responses.csv, column budget: found no answer of 48 of the 48 respondents who were "
        r"asked, outside universe users \(100%\); expected at most 25%",
    ),
    "asked_of widened, several items": (
        asking("questions", "purpose", "asked_of", to="all"),
        r"column purpose.sales: found no answer of 48 .* and so for 1 more items",
    ),
    "report_for wider than asked_of": (
        asking("questions", "purpose", "report_for", to=["all"]),
        r"questions.purpose.report_for: found all, with 48 respondents who were not asked",
    ),
    "report_for beside asked_of": (
        asking("questions", "purpose", "report_for", to=["others"]),
        r"questions.purpose.report_for: found others, with 48 respondents who were not asked",
    ),
    "mandatory dropped": (
        both(
            without("questions", "tool", "mandatory"),
            lambda wave: wave.responses[9].update(NOTHING),
        ),
        r"wave.yml, column imputation.classes: found status, with 1 respondents in no category",
    ),
    "class with several categories": (
        both(
            without("indicators", "status", "first_match"),
            asking("indicators", "status", "exclusive", to=False),
            without("indicators", "status", "categories", "not_use", "complement_of"),
            without("universes", "others", "complement_of"),
            asking("universes", "others", "all_of", to=[]),
        ),
        r"imputation.classes: found status, with 36 respondents in several categories",
    ),
    "class twice": (
        setting("imputation", "classes", to=["size", "size"]),
        r"wave.yml, column imputation.classes: found 'size' again; expected each class once",
    ),
    "most lack": (
        cells("responses", "budget", "", every=2),
        r"column budget: found no answer of \d+ of the 72 respondents who were asked \(\d+%\)",
    ),
    "an item lacks altogether": (
        cells("responses", "course", ""),
        r"column course: found no answer of 120 of the 120 respondents who were asked \(100%\)",
    ),
    "an item lacks in one size": (
        large_unanswered,
        r"column course: found no answer of 60 of the 60 respondents who were asked, in size large",
    ),
    "few donors": (
        each_lacks_another_item,
        r"column purpose: found \d+ respondents who answered question purpose in full, and \d+ who "
        r"did not.*; expected at least 3 donors for each",
    ),
    # declared and found
    "a value nobody has": (
        lambda wave: wave.wave["domains"]["branch"]["values"].update(
            rail={"label": "Spoor", "short": "spoor"}
        ),
        r"wave.yml, column domains.branch: found rail, which no row of population.csv or sample",
    ),
    "a value gone from all files": (
        lambda wave: group_gone(wave, branch="wood"),
        r"wave.yml, column domains.branch: found wood, which no row",
    ),
    "a stratum gone from all files": (
        lambda wave: group_gone(wave, branch="wood", size="large"),
        r"population.csv: found no row for 1 stratum: wood × large; expected each combination of "
        r"branch and size. Add the row, with 0 firms",
    ),
    "merge of an unknown value": (
        setting("collapse", to=[MERGE | {"size": ["small", "huge"]}]),
        r"wave.yml, column collapse: found 'huge' in merge 1; expected one or more of small, large",
    ),
    "merge of an unknown domain": (
        setting("collapse", to=[{"brnch": "food", "size": ["small", "large"]}]),
        r"column collapse: found 'brnch' in merge 1; expected domains that make up strata: branch",
    ),
    "merges of one stratum": (
        setting("collapse", to=[MERGE, MERGE | {"branch": ["food", "wood"]}]),
        r"column collapse: found food × small in merges 1 and 2; expected each stratum in one",
    ),
    "merge of one stratum alone": (
        setting("collapse", to=[MERGE | {"size": "small"}]),
        r"column collapse: found food × small alone in merge 1; expected two strata or more",
    ),
    **{
        f"{rule} is 0": (
            setting("thresholds", "reliability", rule, to=0),
            rf"column thresholds.reliability.{rule}: found 0; expected a number above 0",
        )
        for rule in ("effective_n", "degrees_of_freedom", "narrow", "relative_width")
    },
    "width is 0": (
        both(
            setting("thresholds", "reliability", "width", to=0),
            setting("thresholds", "reliability", "narrow", to=0),
        ),
        r"column thresholds.reliability.width: found 0; expected a number above 0",
    ),
    "nothing withheld": (
        setting("thresholds", "disclosure", to=0),
        r"column thresholds.disclosure: found 0; expected at least 3 respondents",
    ),
    "more withheld than flagged": (
        setting("thresholds", "disclosure", to=50),
        r"disclosure: found 50; expected at most thresholds.reliability.effective_n, 10",
    ),
    "fieldwork of another year": (
        setting(
            "field_period",
            to={"start": datetime.date(2019, 3, 1), "end": datetime.date(2019, 3, 31)},
        ),
        r"column field_period: found 2019-03-01 to 2019-03-31; expected a period in 2025",
    ),
    "fieldwork of ten years": (
        setting("field_period", "start", to=datetime.date(2015, 3, 1)),
        r"column field_period: found 2015-03-01 to 2025-03-31; expected a fieldwork of a year",
    ),
    "fieldwork too short": (
        setting("field_period", "end", to=datetime.date(2025, 3, 10)),
        r"responses.csv, row 12, column submitted_at: found 2025-03-11; expected a day of the "
        r"fieldwork, 2025-03-01 to 2025-03-10.* 72 in all: also row 13 \(2025-03-12\); row 14 ",
    ),
    "answer before the fieldwork": (
        answered("submitted_at", "1999-01-01T00:00:00"),
        r"row 6, column submitted_at: found 1999-01-01; expected a day of the fieldwork",
    ),
    **{
        f"no moment: {text}": (
            answered("submitted_at", text),
            rf"row 6, column submitted_at: found {shown}; expected a moment such as",
        )
        for text, shown in {
            "2025-99-99T99:99:99": "'2025-99-99T99:99:99'",
            "2025-02-30T10:00:00": "'2025-02-30T10:00:00'",
            "٢٠٢٥-03-02T10:00:00": "no date and time",
            "0900000004": "no date and time",
        }.items()
    },
    "same firm and moment, other answers": (
        lambda wave: sent_again(wave, "no" if wave.responses[4]["course"] == "yes" else "yes"),
        r"row 122, column submitted_at: found another answer of the firm of row 6 at the same "
        r"moment; expected different moments",
    ),
    "two answers called the same": (
        asking("questions", "budget", "categories", "less", "label", to="more"),
        r"questions.budget.categories.more.label: found the label of less again; expected a label",
    ),
    "two items called the same": (
        asking("questions", "tool", "items", "robot", "label", to="scanner"),
        r"questions.tool.items.scanner.label: found the label of robot again",
    ),
    "names of two groups exchanged": (
        both(
            setting("domains", "size", "values", "small", to={"label": "large", "short": "groot"}),
            setting("domains", "size", "values", "large", to={"label": "small", "short": "klein"}),
        ),
        r"column domains.size.values.small.label: found 'large', which large is called; expected a "
        r"name of its own.* 2 in all: also column domains.size.values.large.label",
    ),
    # files
    "sample of another wave": (
        lambda wave: [
            f.update(enterprise_number=f"1{f['enterprise_number'][1:]}") for f in wave.sample
        ],
        r"sample.csv, column enterprise_number: found none of the firms of 120 of the 120 answers",
    ),
    "a row twice": (
        sent_again,
        r"responses.csv, row 122: found row 6 again; expected each answer once",
    ),
    "pasted twice": (
        lambda wave: wave.responses.extend(list(wave.responses)),
        r"responses.csv, row 122: found row 2 again; expected each answer once.* 120 in all: ",
    ),
    "pasted twice with its header": (
        lambda wave: wave.responses.extend([{c: c for c in wave.responses[0]}, *wave.responses]),
        r"responses.csv, row 122: found the header again; expected data",
    ),
    "nobody reached": (
        cells("sample", "delivery", "undeliverable"),
        r"sample.csv, column delivery: found undeliverable in each row; expected firms reached",
    ),
    "answer of a firm not reached": (
        lambda wave: wave.sample[4].update(delivery="undeliverable"),
        r"row 6, column enterprise_number: found an answer of a firm that sample.csv calls undeliv",
    ),
    **{
        f"firms {text}": (
            cells("population", "firms", text, every=4),
            rf"population.csv, row 2, column firms: found {re.escape(shown)}; expected a whole "
            r"number of firms, 0 or more, of at most 8 digits. Write it in digits alone",
        )
        for text, shown in {
            **{count: f"'{count}'" for count in ("91.000", "91,000", "1.504", "400.00", "-3")},
            "٤٠٠": "a text of 3 characters",
            "9" * 20: "a text of 20 characters",
            "200000000": "a text of 9 characters",
        }.items()
    },
}
ONE_CAUSE = {
    "sample of another wave",
    "names of two groups exchanged",
    "two answers called the same",
    "fieldwork of another year",
    "pasted twice with its header",
    "a stratum gone from all files",
    "a value gone from all files",
    "nobody reached",
    "asked_of widened, several items",
    "firms 91.000",
    "pasted twice",
}


@pytest.mark.parametrize("name", DEFECTS)
def test_what_would_be_silently_wrong_is_refused(tmp_path: Path, name: str) -> None:
    apply, expected = DEFECTS[name]
    wave = SmallWave()
    apply(wave)
    found = refused(wave, tmp_path)
    assert re.search(expected, found), found
    assert not re.search(r"\b0?9000000\d\d\b", found)
    if name in ONE_CAUSE:
        assert len(found.splitlines()) == 1


VALID: dict[str, Break] = {
    "as made": lambda wave: None,
    "rows in reverse": lambda wave: wave.responses.reverse(),
    "counts as Excel writes them": cells("population", "firms", "400,0"),
    "a stratum without firms": both(
        lambda wave: group_gone(wave, branch="wood", size="large"),
        lambda wave: wave.population.append({"branch": "wood", "size": "large", "firms": "0"}),
    ),
    "a merge of strata": setting("collapse", to=[MERGE]),
    "some items lack": cells("responses", "course", "", every=8),
    "a later answer of the same firm": lambda wave: wave.responses.append(
        wave.responses[4] | {"submitted_at": "2025-03-31T23:59:59"}
    ),
    "fieldwork over the turn of the year": setting(
        "field_period", "start", to=datetime.date(2024, 12, 1)
    ),
    "nonresponse not set": lambda wave: wave.wave.pop("nonresponse"),
    "an indicator that is not exclusive": lambda wave: wave.questionnaire["indicators"].update(
        any_tool={"of": "tool", "categories": {"any": {"label": "een", "is": ["use"]}}}
    ),
}


@pytest.mark.parametrize("name", VALID)
def test_what_is_right_is_not_refused(tmp_path: Path, name: str) -> None:
    wave = SmallWave()
    VALID[name](wave)
    assert refused(wave, tmp_path) == ""


@pytest.mark.parametrize(("lacking", "valid"), [(15, True), (16, False)])
def test_as_many_may_lack_as_the_setting_says(tmp_path: Path, lacking: int, valid: bool) -> None:
    """15 of the 60 in one size are 25 percent; a branch of that size is spared by its own rate."""
    wave = SmallWave()
    wave.wave["nonresponse"] |= {"smallest": 2 * PER_STRATUM, "donors": 0.1}
    small = {f["enterprise_number"] for f in wave.sample if f["size"] == "small"}
    rows = [row for row in wave.responses if row["enterprise_number"] in small]
    for row in rows[:lacking]:
        row["course"] = ""
    assert (refused(wave, tmp_path) == "") is valid


@pytest.mark.parametrize("smallest", [11, 13])
def test_small_groups_are_not_judged(tmp_path: Path, smallest: int) -> None:
    """Of the 12 who do neither in a stratum pair four lack: a third, in one class of the deck."""
    wave = SmallWave()
    wave.wave["nonresponse"] |= {"smallest": smallest, "donors": 0.1}
    small = {f["enterprise_number"] for f in wave.sample if f["size"] == "small"}
    rows = [
        row
        for row in wave.responses
        if row["enterprise_number"] in small and row["tool.robot"] == "none"
    ]
    assert len(rows) == 12
    for row in rows[::3]:
        row["course"] = ""
    found = refused(wave, tmp_path)
    assert ("in status none × size small" in found) is (smallest == 11)


def test_a_stratum_without_firms_changes_no_estimate(tmp_path: Path) -> None:
    frames = []
    for place, zero in enumerate((False, True)):
        wave = SmallWave()
        group_gone(wave, branch="wood")
        del wave.wave["domains"]["branch"]["values"]["wood"]
        if zero:
            wave.wave["domains"]["size"]["values"]["huge"] = {"label": "reus", "short": "reus"}
            wave.population.append({"branch": "food", "size": "huge", "firms": "0"})
        frame = load_survey(YEAR, wave.write(tmp_path / str(place))).register()
        frames.append(frame[frame["domain_value"] != "huge"].reset_index(drop=True))
    assert frames[0].equals(frames[1])
