"""Each rule on editions: one that is sound, and one tampered with so that only the rule sees it."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from barometer.cli import main
from barometer.errors import BarometerError
from barometer.prose.numbers import num, pct
from barometer.render import edition as render
from barometer.render.checks import command, identity, raw
from barometer.render.checks.counts import (
    response_adds_up,
    tables_of_counts_add_up,
    weights_add_up_to_the_population,
)
from barometer.render.checks.estimates import (
    bases_add_up,
    downloads_equal_register,
    exclusive_shares_sum_to_100,
    numbers_are_finite,
    withheld_values_are_not_shown,
)
from barometer.render.checks.floats import (
    alternatives_state_the_figures,
    downloads_equal_notebook,
    figures_equal_downloads,
    tables_equal_downloads,
)
from barometer.render.checks.identity import no_enterprise_number
from barometer.render.checks.numbers import same, shown
from barometer.render.checks.partitions import asked_all, partitions
from barometer.render.checks.raw import bases_equal_raw_answers
from barometer.render.checks.screen import RULES, EditionError, check_edition
from barometer.survey.accounting import Fact
from barometer.survey.register import write_register
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA
from tests.render.checked_edition import (
    BY_SECTOR,
    NOTEBOOK,
    check,
    edit_notebook,
    failing,
    finds,
    set_cells,
    write_edition,
)
from tests.survey.cases import with_thresholds

PHASE, PHASES = "adoption_phase-grootteklasse", "adoption_phase-sector"
BUDGET = {"question": "budget_change", "universe": "adopters", "domain": "sector"}
UNCHANGED = {**BUDGET, "category": "unchanged", "domain_value": "NACE 49-53"}


@pytest.fixture(autouse=True, scope="module")
def read_once() -> Iterator[None]:
    """Read the files of the wave once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(raw.raw_table)
        patch.setattr(raw, "raw_table", once)
        patch.setattr(identity, "raw_table", once)
        yield


@pytest.fixture(scope="module")
def with_history(survey: Survey) -> Survey:
    """The wave of 2025 with one wave before it."""
    copy = replace(survey)
    copy._earlier = {2023: load_survey(2023, DATA)}
    return copy


@pytest.fixture(scope="module")
def sound(with_history: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small edition as it is made."""
    return write_edition(tmp_path_factory.mktemp("sound"), with_history)


@pytest.fixture
def edition(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(sound, tmp_path / "2025"))


@pytest.fixture(scope="module")
def withholding(with_history: Survey) -> Survey:
    """The same survey with figures that must not be shown."""
    copy = with_thresholds(with_history, disclosure=200)
    copy._earlier = {}
    return copy


@pytest.fixture(scope="module")
def withheld(withholding: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition of it."""
    folder = tmp_path_factory.mktemp("withheld")
    return write_edition(folder, withholding, only=["fig-drempels", "tbl-fase"])


@pytest.fixture
def hidden(withheld: Path, tmp_path: Path) -> Path:
    """A copy of that one to tamper with."""
    return Path(shutil.copytree(withheld, tmp_path / "2025"))


def test_edition_as_it_is_made_passes(sound: Path, with_history: Survey) -> None:
    assert check_edition(sound, with_history, DATA) == len(RULES) == 16
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


def test_withheld_figures_pass(hidden: Path, withholding: Survey) -> None:
    assert (pd.read_csv(hidden / "estimates.csv")["flag"] == "c").any()
    assert failing(hidden, withholding) == {}


def test_published_precision_passes(edition: Path, with_history: Survey) -> None:
    """The register may be rounded, its counts coarsened, and have columns of its own."""
    path = edition / "estimates.csv"
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    numbers = frame.select_dtypes("float").columns
    frame[numbers] = frame[numbers].round(1)
    frame["n_category"] = -(-frame["n_category"] // 5) * 5
    frame.assign(of_its_own=0.5).to_csv(path, index=False)
    assert failing(edition, with_history) == {}


@pytest.mark.parametrize(
    ("value", "said"),
    [("inf", "found 'inf'"), ("nan", "found 'nan'"), ("", "found an empty cell without flag c")],
)
def test_numbers_are_finite(edition: Path, with_history: Survey, value: str, said: str) -> None:
    row = set_cells(edition / "estimates.csv", "se", value, **UNCHANGED, flag="")
    found = failing(edition, with_history)
    assert list(found) == ["numbers_are_finite"]
    assert f"estimates.csv, row {row}, column se: {said}" in found["numbers_are_finite"][0]


def test_that_a_register_is_confidential_is_no_number(edition: Path, with_history: Survey) -> None:
    """As each row of the reviewers' one says where the respondents are not made up."""
    meta = with_history.meta.model_copy(update={"provenance": "confidential"})
    own = replace(with_history, _wave=replace(with_history._wave, meta=meta))
    write_register(own, edition / "estimates-full.csv", full=True)
    assert "not to be published" in (edition / "estimates-full.csv").read_text(encoding="utf-8")
    assert not finds(numbers_are_finite, edition, with_history)


def test_nothing_need_stand_where_nobody_answered(edition: Path, with_history: Survey) -> None:
    for column, value in {"n": "0", "se": "", "ci_low": ""}.items():
        set_cells(edition / "estimates.csv", column, value, **UNCHANGED)
    assert not finds(numbers_are_finite, edition, with_history)


def test_exclusive_shares_sum_to_100(edition: Path, with_history: Survey) -> None:
    path = edition / "estimates.csv"
    frame = pd.read_csv(path)
    here = (frame[list(UNCHANGED)] == pd.Series(UNCHANGED)).all(axis=1)
    (before,) = frame.loc[here, "estimate"]
    # five categories, each rounded to one decimal, leave 0.25
    for change, fails in ((0.24, False), (0.26, True)):
        set_cells(path, "estimate", str(before + change), **UNCHANGED)
        assert bool(finds(exclusive_shares_sum_to_100, edition, with_history)) is fails
    (said,) = finds(exclusive_shares_sum_to_100, edition, with_history)
    assert "found 100.26 for strong_decrease, slight_decrease, unchanged" in said
    assert "expected 100, for budget_change of adopters in NACE 49-53" in said


def test_what_is_withheld_is_not_added_up(edition: Path, with_history: Survey) -> None:
    for column in ("estimate", "se", "ci_low", "ci_high", "n_category"):
        set_cells(edition / "estimates.csv", column, "", **UNCHANGED)
    set_cells(edition / "estimates.csv", "flag", "c", **UNCHANGED)
    assert not finds(exclusive_shares_sum_to_100, edition, with_history)
    assert not finds(numbers_are_finite, edition, with_history)


def test_unions_equal_their_parts(edition: Path, with_history: Survey) -> None:
    increase = {**UNCHANGED, "category": "increase"}
    row = set_cells(edition / "estimates.csv", "estimate", "60", **increase)
    found = failing(edition, with_history)
    assert list(found) == ["unions_equal_their_parts"]
    assert f"row {row}, column estimate: found 60 for" in found["unions_equal_their_parts"][0]
    assert "slight_increase and strong_increase together" in found["unions_equal_their_parts"][0]


def test_every_respondent_is_in_one_category_of_a_partition(survey: Survey) -> None:
    found = {name: partitions(i) for name, i in survey.questionnaire.indicators.items()}
    assert found["ai_use_status"] == [["use", "plan", "none"]]
    assert found["n_technologies"] == [["0", "1", "2", "3", "4plus"]]
    assert found["competitiveness"] == [["any", "none"]]
    assert len(found["ai_act_statement"]) == 4
    assert len(found["budget_change"][0]) == 5
    assert not any(found[name] for name in ("technology_use", "barrier", "generative_ai"))
    for name, groups in found.items():
        asked = survey.universe(survey.questionnaire.indicators[name].question.asked_of)
        for group in groups:
            assert (survey.categories(name)[asked][group].sum(axis=1) == 1).all(), name


def test_first_rules_that_leave_somebody_out_are_no_partition(survey: Survey) -> None:
    status = survey.questionnaire.indicators["ai_use_status"]
    rules = {name: rule for name, rule in status.categories.items() if name != "none"}
    assert partitions(replace(status, categories=rules)) == []
    two_or_more = {**status.categories, "none": replace(status.categories["none"], at_least=2)}
    assert partitions(replace(status, categories=two_or_more)) == []


def test_who_was_not_asked_is_in_no_category(survey: Survey) -> None:
    asked = survey.questionnaire
    assert asked_all(asked, "adopters_not_individual", "adopters")
    assert asked_all(asked, "adopters", "all")
    assert not asked_all(asked, "all", "adopters")
    assert not asked_all(asked, "adopters", "adopters_not_individual")


def test_bases_add_up(edition: Path, with_history: Survey) -> None:
    path = edition / "estimates.csv"
    for n in ("3", "999"):
        set_cells(path, "n", n, **UNCHANGED)
        (said,) = finds(bases_add_up, edition, with_history)
        assert "respondents over sector; expected 1982" in said
    set_cells(path, "n", "", **UNCHANGED)
    assert not finds(bases_add_up, edition, with_history)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("population", "population"),
        ("sample_size", "sample_size"),
        ("email", "email"),
        ("letter", "reached"),
        ("reached", "reached"),
        ("answers", "answers"),
        ("dropped", "dropped"),
        ("duplicate", "dropped"),
        ("usable", "usable"),
    ],
)
def test_response_adds_up(edition: Path, with_history: Survey, name: str, column: str) -> None:
    copy = replace(with_history)
    counted = with_history.accounting
    copy.accounting = {**counted, name: Fact(counted[name] + 1, name, 2025)}
    found = finds(response_adds_up, edition, copy)
    assert any(said.startswith(f"the response, column {column}: found ") for said in found)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Klein Pop.", "the sum of the rows above"),
        ("Totaal Stkpr.", "the sum of the cells beside it"),
    ],
)
def test_tables_of_counts_add_up(
    edition: Path, with_history: Survey, column: str, said: str
) -> None:
    path = edition / "downloads" / "populatie-steekproef.csv"
    set_cells(path, column, "1000", sector="NACE 49-53")
    found = finds(tables_of_counts_add_up, edition, with_history)
    assert any(said in problem for problem in found)
    assert all(problem.startswith("downloads/populatie-steekproef.csv, row") for problem in found)


def test_weights_add_up_to_the_population(edition: Path, with_history: Survey) -> None:
    answers = with_history.answers.copy()
    answers["weight"] += (answers.index == 0) * 1.0
    copy = replace(with_history, answers=answers)
    (said,) = finds(weights_add_up_to_the_population, edition, copy)
    assert said.startswith("population.csv: found weights of ")
    assert str(answers.loc[0, "stratum"]) in said


def test_bases_equal_the_raw_answers(edition: Path, with_history: Survey) -> None:
    """A question that was left open leaves a base between two counts; here they are counted."""
    given = pd.read_csv(DATA / "2025" / "responses.csv", dtype=str, keep_default_na=False)
    given = given[given["enterprise_number"] == given["reported_enterprise_number"]]
    uses = given.filter(like="technology_use.")
    given = given[(uses != "").all(axis=1)].sort_values("submitted_at")
    given = given.drop_duplicates("enterprise_number", keep="last")
    given = given[(given.filter(like="technology_use.") == "use").any(axis=1)]
    model = given["adoption_model"]
    low = int(model.isin(["teams", "it_department", "management"]).sum())
    high = low + int((model == "").sum())
    assert low < high
    path, total = edition / "estimates.csv", {"universe": "adopters_not_individual"}
    for n, fails in ((low - 1, True), (low, False), (high, False), (high + 1, True)):
        set_cells(path, "n", str(n), **total, domain="total")
        found = finds(bases_equal_raw_answers, edition, with_history)
        assert [f"between {low} and {high}, counted" in said for said in found] == [True] * fails
    set_cells(path, "n", str(len(model) - 1), universe="adopters", domain="total")
    (said,) = finds(bases_equal_raw_answers, edition, with_history)[:1]
    assert f"expected {len(model)}, counted in responses.csv" in said


@pytest.mark.parametrize(
    ("column", "value"), [("percentage", "49.5"), ("bovengrens", "99"), ("n", "3"), ("vlag", "u")]
)
def test_downloads_equal_register(
    edition: Path, with_history: Survey, column: str, value: str
) -> None:
    path = edition / "downloads" / f"{PHASE}.csv"
    keys = {"categorie": "scaling", "domeinwaarde": "Klein"}
    row = set_cells(path, column, value, **keys)
    (said,) = finds(downloads_equal_register, edition, with_history)
    assert said.startswith(f"downloads/{PHASE}.csv, row {row}, column {column}: found '{value}'")
    set_cells(path, "categorie", "unknown", **keys)
    (said,) = finds(downloads_equal_register, edition, with_history)
    assert "expected a row of estimates.csv" in said


def test_a_break_is_of_the_series_and_not_of_the_estimate(
    edition: Path, with_history: Survey
) -> None:
    """A download may add `b` to the flag of the register, and nothing else."""
    path = edition / "downloads" / "evolutie-budget_change-adopters.csv"
    keys = {"jaar": "2025", "categorie": "unchanged"}
    set_cells(path, "vlag", "b", **keys)
    assert not finds(downloads_equal_register, edition, with_history)
    set_cells(path, "vlag", "x", **keys)
    assert len(finds(downloads_equal_register, edition, with_history)) == 1


def test_downloads_agree_on_earlier_waves(edition: Path, with_history: Survey) -> None:
    name = "evolutie-budget_change-adopters.csv"
    copy = edition / "downloads" / "nog-eens.csv"
    shutil.copy(edition / "downloads" / name, copy)
    assert failing(edition, with_history) == {}
    set_cells(copy, "percentage", "12.3", jaar="2023", categorie="unchanged")
    (said,) = finds(downloads_equal_register, edition, with_history)
    assert f", as downloads/{name}" in said


def test_downloads_equal_the_notebook(edition: Path, with_history: Survey) -> None:
    path = edition / "downloads" / "respons.csv"
    row = set_cells(path, "Micro", "5", sector="NACE 49-53")
    found = finds(downloads_equal_notebook, edition, with_history)
    assert found[0].startswith(f"downloads/respons.csv, row {row}: found other data")
    path.unlink()
    found = finds(downloads_equal_notebook, edition, with_history)
    assert found[0].startswith("downloads/respons.csv: found no such file")


def bump(pattern: str) -> Callable[[str], str]:
    """Raise the last digit of the first number that the pattern captures."""

    def change(text: str) -> str:
        found = re.search(pattern, text, re.DOTALL)
        assert found, pattern
        digit = str((int(text[found.end(1) - 1]) + 1) % 10)
        return text[: found.end(1) - 1] + digit + text[found.end(1) :]

    return change


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        (PHASE, r"gt_right\">(\d+,\d)<"),  # a percentage
        (PHASE, r"N \(ongewogen\).*?gt_right\">(\d+)<"),  # a base
        ("populatie-steekproef", r"gt_right\">(\d\.\d{3})<"),  # a count
    ],
)
def test_tables_equal_downloads(edition: Path, with_history: Survey, name: str, cell: str) -> None:
    edit_notebook(edition, bump(cell), "text/html", name)
    found = failing(edition, with_history)
    assert list(found) == ["tables_equal_downloads"]
    (said,) = found["tables_equal_downloads"]
    assert said.startswith(f"klein.ipynb, column {name}: found '")


@pytest.fixture(scope="module")
def sound_by_sector(with_history: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition with the floats of a domain that has codes."""
    return write_edition(tmp_path_factory.mktemp("sector"), with_history, only=BY_SECTOR)


@pytest.fixture
def by_sector(sound_by_sector: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(sound_by_sector, tmp_path / "2025"))


def test_floats_by_sector_pass(sound_by_sector: Path, with_history: Survey) -> None:
    assert failing(sound_by_sector, with_history) == {}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        (PHASES, r"Horeca.*?gt_right\">(\d+,\d)°?<"),  # a percentage
        (PHASES, r"Horeca.*?gt_left\">\d+-(\d+)<"),  # the code of a sector
        (PHASES, r"Horeca.*>(\d+)</td>\s*</tr>\s*<tr>.*?Informatie"),  # the base of a row
        ("waarden-sector", r"gt_left\">\d+-(\d+)<"),
        ("populatie-steekproef", r"gt_left\">\d+-(\d+)<"),
        ("populatie-steekproef", r"Horeca.*?gt_right\">(\d\.\d{3})<"),  # a count
    ],
)
def test_tables_by_sector_equal_downloads(
    by_sector: Path, with_history: Survey, name: str, cell: str
) -> None:
    edit_notebook(by_sector, bump(cell), "text/html", name)
    (said,) = finds(tables_equal_downloads, by_sector, with_history)
    assert said.startswith(f"klein.ipynb, column {name}: found '")


@pytest.mark.parametrize(
    "name", ["verloop-budget_change-increase", "budget_change-increase-sector"]
)
def test_figures_of_one_estimate_equal_downloads(
    by_sector: Path, with_history: Survey, name: str
) -> None:
    edit_notebook(
        by_sector, lambda html: re.sub(r">\d+,\d%", ">77,7%", html, count=1), "text/html", name
    )
    (said,) = finds(figures_equal_downloads, by_sector, with_history)
    assert "77,7 in the drawing" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.234", "1.235"),
        ("n.b.", "12"),
        ("0,023", "0,024"),
        ("0,023", "&lt; 0,023"),
        ("&lt; 0,001", "0,001"),
        ("1.234", "n.b."),
    ],
)
def test_other_tables_equal_downloads(
    edition: Path, with_history: Survey, old: str, new: str
) -> None:
    edit_notebook(edition, lambda text: text.replace(f">{old}<", f">{new}<"), "text/html", "vrij")
    (said,) = finds(tables_equal_downloads, edition, with_history)
    assert f"found '{html.unescape(new)}' in the table" in said


def test_tables_mark_what_is_flagged(edition: Path, with_history: Survey) -> None:
    edit_notebook(edition, lambda html: re.sub(r"(>\d+,\d)<", r"\1°<", html), "text/html", PHASE)
    assert finds(tables_equal_downloads, edition, with_history)


def test_tables_have_a_cell_per_number(edition: Path, with_history: Survey) -> None:
    first_row = re.compile(r"(<tbody.*?>)\s*<tr>.*?</tr>", re.DOTALL)
    edit_notebook(edition, lambda html: first_row.sub(r"\1", html, 1), "text/html", "respons")
    (said,) = finds(tables_equal_downloads, edition, with_history)
    assert "found a table of 11 rows of [6]; expected the rows and columns" in said


@pytest.mark.parametrize("name", ["budget_change", "ai_act_statement"])
def test_figures_equal_downloads(edition: Path, with_history: Survey, name: str) -> None:
    edit_notebook(edition, lambda html: re.sub(r">\d+,\d%", ">77,7%", html), "text/html", name)
    found = failing(edition, with_history)
    assert list(found) == ["figures_equal_downloads"]
    assert "77,7 in the drawing" in found["figures_equal_downloads"][0]


def test_points_of_an_evolution_equal_downloads(edition: Path, with_history: Survey) -> None:
    """These stand without a percent sign."""
    name = "evolutie-budget_change-adopters"
    edit_notebook(edition, lambda html: re.sub(r">\d+,\d<", ">77,7<", html), "text/html", name)
    assert list(failing(edition, with_history)) == ["figures_equal_downloads"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("budget_change", "1.982", "1.983"),
        ("barrier", "2.915", "1.982"),  # the base of a part for that of the whole
        ("barrier", "933", "934"),
        (PHASE, "1.139", "1.140"),
        ("evolutie-budget_change-adopters", "930", "931"),
        ("evolutie-budget_change-adopters", "1.982", "2.915"),
        ("evolutie-budget_change-adopters", "930", "1.982"),  # the base of another wave
        ("populatie-steekproef", "37.839", "37.838"),
        ("respons", "2.915", "2.916"),
    ],
)
def test_captions_state_the_base(
    edition: Path, with_history: Survey, name: str, old: str, new: str
) -> None:
    edit_notebook(edition, lambda text: text.replace(old, new), "caption", name)
    found = failing(edition, with_history)
    assert list(found) == ["captions_state_the_base"]
    assert f"column {name}: found {new} in the caption" in found["captions_state_the_base"][0]


@pytest.mark.parametrize("name", ["budget_change", "barrier", "evolutie-budget_change-adopters"])
def test_alternatives_state_the_figures(edition: Path, with_history: Survey, name: str) -> None:
    edit_notebook(edition, bump(r'aria-label="[^"]*?(\d+,\d)%'), "text/html", name)
    (said, *_) = finds(alternatives_state_the_figures, edition, with_history)
    assert f"klein.ipynb, column {name}: found" in said
    assert "in the text alternative; expected a number of its data" in said


def test_alternatives_state_the_extremes(edition: Path, with_history: Survey) -> None:
    lowest = re.compile(r"0,3%")
    edit_notebook(edition, lambda html: lowest.sub("0,9%", html), "text/html", "budget_change")
    found = failing(edition, with_history)
    assert "expected 0.3%, an extreme of the data" in found["alternatives_state_the_figures"][0]


def test_figures_have_an_alternative(edition: Path, with_history: Survey) -> None:
    unlabelled = re.compile(r' aria-label="[^"]*"')
    edit_notebook(edition, lambda html: unlabelled.sub("", html), "text/html", "barrier")
    (said,) = finds(alternatives_state_the_figures, edition, with_history)
    assert "found no text alternative" in said


NUMBER = pd.read_csv(DATA / "2025" / "sample.csv", dtype=str)["enterprise_number"].iloc[123]
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
DOTTED = f"{NUMBER[:4]}.{NUMBER[4:7]}.{NUMBER[7:]}"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("report.html", f"<p>BE{NUMBER}</p>"),
        ("downloads/firms.csv", f"number\n{NUMBER}\n"),
        ("downloads/firms.csv", f"number\n{NUMBER.removeprefix('0')}\n"),
        ("notebooks/response.ipynb", f'{{"source": "firm {DOTTED}"}}'),
        ("notebooks/response.html", DOTTED.replace(".", " ")),
        ("report.md", DOTTED.replace(".", "\N{NO-BREAK SPACE}")),
    ],
)
def test_no_enterprise_number(edition: Path, with_history: Survey, file: str, content: str) -> None:
    (edition / file).parent.mkdir(exist_ok=True)
    (edition / file).write_text(content, encoding="utf-8")
    (said,) = finds(no_enterprise_number, edition, with_history)
    assert said.startswith(f"{file}: found 1 enterprise number")
    assert NUMBER not in said


@pytest.mark.parametrize(
    "source",
    [
        f"Een firma, {DOTTED}.",
        f"*Vet {NUMBER}* en `code`",
        f'#set document(title: "firma {NUMBER}")\nTekst',
        f'#set document(keywords: "café {NUMBER}")\nTekst',
        f'#image(bytes({json.dumps(DRAWING)}), alt: "café {NUMBER}")',
        f'#image(bytes({json.dumps(DRAWING)}), alt: "firma {NUMBER}")',
    ],
)
def test_no_enterprise_number_in_print(edition: Path, with_history: Survey, source: str) -> None:
    path = edition / "report.pdf"
    path.write_bytes(typst.compile(f"#set page(numbering: none)\n{source}".encode(), format="pdf"))
    assert list(failing(edition, with_history)) == ["no_enterprise_number"]
    other = source.replace(DOTTED, "0999.000.111").replace(NUMBER, "0999000111")
    path.write_bytes(typst.compile(other.encode(), format="pdf"))
    assert failing(edition, with_history) == {}


def test_decimals_are_no_enterprise_number(edition: Path, with_history: Survey) -> None:
    (edition / "x.csv").write_text(f"41.{NUMBER}\n41,{NUMBER}\n7{NUMBER}\n{NUMBER}7\n")
    assert failing(edition, with_history) == {}


def test_withheld_values_are_not_shown(hidden: Path, withholding: Survey) -> None:
    keys = {"category": "scaling", "domain_value": "Micro"}
    row = set_cells(hidden / "estimates.csv", "se", "2.5", **keys)
    (said,) = finds(withheld_values_are_not_shown, hidden, withholding)
    assert said.startswith(f"estimates.csv, row {row}, column se: found a number")


def test_withheld_values_are_not_in_the_full_register(hidden: Path, withholding: Survey) -> None:
    path = hidden / "estimates-full.csv"
    shutil.copy(hidden / "estimates.csv", path)
    assert failing(hidden, withholding) == {}
    keys = {"category": "scaling", "domain_value": "Micro"}
    set_cells(path, "flag", "", **keys)
    row = set_cells(path, "estimate", "16.8765", **keys)
    found = finds(withheld_values_are_not_shown, hidden, withholding)
    place = f"estimates-full.csv, row {row}, column estimate"
    assert any(said.startswith(f"{place}: found a number") for said in found)


def test_withheld_values_are_not_in_downloads(hidden: Path, withholding: Survey) -> None:
    path = hidden / "downloads" / f"{PHASE}.csv"
    keys = {"categorie": "scaling", "domeinwaarde": "Micro"}
    row = set_cells(path, "percentage", "16.9", **keys)
    set_cells(path, "vlag", "", **keys)
    found = finds(withheld_values_are_not_shown, hidden, withholding)
    place = f"downloads/{PHASE}.csv, row {row}"
    assert any(said.startswith(f"{place}, column percentage: found a number") for said in found)
    assert any(said.startswith(f"{place}, column n: found 157 respondents") for said in found)


def test_withheld_values_are_not_in_tables(hidden: Path, withholding: Survey) -> None:
    edit_notebook(hidden, lambda html: html.replace(">.<", ">12,3<", 1), "text/html", PHASE)
    found = failing(hidden, withholding)
    assert list(found) == ["tables_equal_downloads"]
    assert "expected no number: it is withheld" in found["tables_equal_downloads"][0]


def test_message_names_rules_with_a_few_findings(edition: Path, with_history: Survey) -> None:
    set_cells(edition / "estimates.csv", "se", "inf", domain="sector")
    with pytest.raises(EditionError) as caught:
        check_edition(edition, with_history, DATA)
    first, second, *lines = str(caught.value).splitlines()
    assert first == "1 rule does not hold in the edition"
    count = len(caught.value.results[0].problems)
    assert second == f"numbers_are_finite: {count} found"
    assert len(lines) == 4
    assert lines[-1] == f"  … and {count - 3} more"


def test_render_that_fails_a_check_leaves_the_last_good_edition(
    sound: Path, with_history: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = nbformat.read(sound / NOTEBOOK, as_version=4)
    monkeypatch.setattr(render, "load_survey", lambda year, data: with_history)
    monkeypatch.setattr(render, "execute_report", lambda *_: deepcopy(notebook))

    def make() -> dict[str, bytes]:
        folder = render.render_edition(2025, (), "pandoc", data=DATA, output=tmp_path)
        return {path.name: path.read_bytes() for path in folder.glob("*.*")}

    before = make()
    notebook.cells[0].source += f" {NUMBER}"
    with pytest.raises(EditionError, match="no_enterprise_number: 1 found") as caught:
        make()
    assert NUMBER not in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("2025/*.*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["2025"]


def test_check_of_the_edition(
    sound: Path,
    edition: Path,
    with_history: Survey,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "load_survey", lambda year, data: with_history)
    folder, output = edition, edition.parent
    assert main(["check", "2025", "--output", str(output)]) == 0
    assert f"Edition {folder} is sound: 16 rules hold." in capsys.readouterr().out
    code, answer = check(capsys, 2025, "--output", output)
    assert (code, answer["problems"]) == (0, [])
    # what shifted since 2023, and nothing of the edition
    assert {warning["file"] for warning in answer["warnings"]} == {"responses.csv"}
    first = set_cells(folder / "estimates.csv", "se", "inf", domain="sector")
    assert main(["check", "2025", "--output", str(output)]) == 1
    said = capsys.readouterr()
    assert not said.out
    place = f"estimates.csv, row {first}, column se"
    assert said.err.startswith("barometer: 1 rule does not hold in the edition\n")
    assert f"\n  {place}: found 'inf'; expected a finite number. " in said.err
    code, answer = check(capsys, 2025, "--output", output)
    assert (code, answer["warnings"]) == (1, [])
    (problem,) = answer["problems"]
    assert (problem["row"], problem["column"], problem["found"]) == (first, "se", "'inf'")
    assert problem["remedy"].endswith("Rule: numbers_are_finite.")
    assert problem["count"] > 1000
    assert len(problem["examples"]) == 3
    assert problem["examples"][0].startswith(place)
    shutil.copy(sound / "estimates.csv", folder)
    set_cells(folder / "estimates.csv", "se", "inf", **UNCHANGED)
    (problem,) = check(capsys, 2025, "--output", output)[1]["problems"]
    assert (problem["count"], problem["examples"]) == (1, [])


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("estimates.csv", None, "estimates.csv: found no such file"),
        ("estimates.csv", "year,n\n2025,3\n", "estimates.csv: found no column question"),
        ("klein.ipynb", None, "2025: found no executed notebook"),
        ("klein.ipynb", "{", "klein.ipynb: found no notebook"),
    ],
)
def test_an_edition_in_pieces_is_refused(
    edition: Path, with_history: Survey, file: str, content: str | None, said: str
) -> None:
    (edition / file).unlink()
    if content is not None:
        (edition / file).write_text(content)
    with pytest.raises(BarometerError, match=re.escape(said)):
        check_edition(edition, with_history, DATA)


@given(st.floats(0, 100), st.integers(0, 3))
def test_a_number_as_printed_is_read_back(x: float, decimals: int) -> None:
    (found,) = shown(f"daar is {pct(x, decimals)} van")
    assert found.is_of(x)
    assert found.percent
    assert not found.is_of(x + 1.01 * 10**-decimals)


@given(st.integers(0, 10**7))
def test_a_count_as_printed_is_read_back(n: int) -> None:
    assert [x.value for x in shown(f"N = {num(n)}, firms (2025)")] == [n, 2025]


@given(st.floats(0, 100))
def test_two_files_agree_when_one_is_rounded(x: float) -> None:
    assert same(f"{x:.12g}", f"{round(x, 1)}")
    assert not same(f"{round(x, 1)}", f"{round(x, 1) + 0.06}")
