"""From what is published nobody learns how many of a few respondents gave an answer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.audit.overview import precision
from barometer.display.block import tidy
from barometer.display.by_domain import by_domain
from barometer.display.cells import cell
from barometer.prose.numbers import pct, points
from barometer.prose.statements import larger
from barometer.prose.text import source
from barometer.survey.coarsening import KEYS, PRECISION, SMALL
from barometer.survey.disclosure import coarse_counts
from barometer.survey.estimates import Estimate
from barometer.survey.register import public
from barometer.survey.rounding import FINE, one_decimal, to_step
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA
from tests.survey.cases import with_thresholds
from tests.survey.decoder import MOST, Attack, cells

WAVES = (2021, 2022, 2023, 2025)


@cache
def wave(year: int) -> Survey:
    return load_survey(year, DATA)


@cache
def register(year: int) -> pd.DataFrame:
    """As `estimates.csv` has it, read back from text."""
    text = public(wave(year).register(), wave(year)).to_csv(index=False)
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])


def shown_to(survey: Survey, row: pd.Series) -> float:
    """To how many points the rule rounds a percentage: docs/decisions/0005 tells everyone."""
    if tuple(row[KEYS]) in survey.printed:
        return FINE
    return survey.grains(row["universe"], row["domain"])[row["domain_value"]].step


def attacks(survey: Survey, rows: pd.DataFrame) -> Iterator[tuple[Attack, pd.DataFrame]]:
    """An attack on each cell by sector with a small stratum, and the published rows of it."""
    for value, strata in cells(survey, "sector"):
        here = rows[(rows["domain"] == "sector") & (rows["domain_value"] == value)]
        for universe, some in here.groupby("universe", sort=False):
            if not survey.grains(str(universe), "sector")[value].smooth:
                continue
            members = survey.universe(str(universe)) & survey.domain("sector")[value]
            own = strata.counted(survey.answers["stratum"][members].to_numpy())
            share = to_step(100 * (own @ strata.w) / (strata.n @ strata.w), 1)
            ways = strata.memberships(int(own.sum()), share)
            if np.prod(ways + 1.0, axis=1).sum() <= MOST:
                yield Attack.on(strata, ways), some


@pytest.mark.parametrize("year", WAVES)
def test_what_is_published_decodes_no_count_of_few(year: int) -> None:
    survey, tried, decoded = wave(year), 0, []
    for attack, rows in attacks(survey, register(year)):
        for _, row in rows[rows["flag"] != "c"].iterrows():
            step = shown_to(survey, row)
            some = attack.agreeing(row["estimate"], step)
            assert len(some), (*row[KEYS], "the truth must be among what agrees")
            if tuple(row[KEYS]) not in survey.printed:
                tried += 1
                if attack.decoded(some, row["estimate"], step, SMALL):
                    decoded.append((*row[KEYS], row["n"]))
    assert tried > 100
    assert decoded == []


@pytest.mark.parametrize("year", WAVES)
def test_to_one_decimal_with_error_and_interval_the_same_attack_succeeds(year: int) -> None:
    """As estimates were published before: most are decoded in the two smallest sectors."""
    survey = wave(year)
    full = survey.register()
    old = full.assign(
        **{name: one_decimal(full[name]) for name in PRECISION},
        n_category=coarse_counts(full["n_category"], full["n"], survey.meta.thresholds.disclosure),
    )
    rows = old[(old["universe"] == "all") & old["estimate"].between(0.1, 99.9)]
    hits = tried = 0
    for attack, some in attacks(survey, rows):
        if some["n"].iloc[0] > 100:
            continue
        for _, row in some.iterrows():
            agree = attack.agreeing(row["estimate"], FINE)
            tallied = attack.counts[agree].sum(axis=1)
            counted = coarse_counts(tallied, row["n"], survey.meta.thresholds.disclosure)
            narrow = attack.narrowed(agree[counted == row["n_category"]], row, survey)
            hits, tried = (
                hits + bool(attack.decoded(narrow, row["estimate"], FINE, SMALL)),
                tried + 1,
            )
    assert hits > 0.5 * tried > 10


@pytest.mark.parametrize("year", WAVES)
def test_error_and_interval_tell_no_more_than_the_percentage(year: int) -> None:
    survey, rows = wave(year), register(year)
    grains = {
        (u, d): survey.grains(u, d)
        for u, d in rows[["universe", "domain"]].drop_duplicates().itertuples(index=False)
    }
    smooth = [
        grains[u, d][v].smooth and flag != "c"
        for u, d, v, flag in zip(
            *(rows[name] for name in ("universe", "domain", "domain_value")),
            rows["flag"].fillna(""),
            strict=True,
        )
    ]
    few = rows[smooth]
    assert len(few) > 100
    assert few["n_category"].isna().all()
    told = few.groupby(["universe", "domain", "domain_value", "estimate", "imputed_share"])
    assert (told[["se", "ci_low", "ci_high", "se_imputation"]].nunique() == 1).all(axis=None)
    assert (few["ci_low"] <= few["estimate"]).all()
    assert (few["estimate"] <= few["ci_high"]).all()


def test_large_sectors_and_totals_are_published_as_they_are(survey: Survey) -> None:
    full, shown = survey.register(), register(2025)
    small = {"NACE 35-39", "NACE 55-56", "NACE 58-63"}
    plain = (full["universe"] == "all") & ~full["domain_value"].isin(small)
    assert plain.sum() > 300
    for name in PRECISION:
        assert shown.loc[plain, name].tolist() == one_decimal(full.loc[plain, name]).tolist()


def test_the_published_keep_their_decimal(survey: Survey) -> None:
    """What was printed before is public: in the smallest sector too."""
    shown = register(2025).set_index(KEYS)["estimate"]
    exact = survey.register().set_index(KEYS)["estimate"]
    printed = [key for key in survey.printed if key[4] == "NACE 35-39"]
    assert len(printed) > 20
    assert all(shown[key] == to_step(exact[key], FINE) for key in printed)


def few(survey: Survey) -> Iterator[Estimate]:
    """Estimates by sector in cells of few, from several questions."""
    for question in ("technology_potential", "barrier", "training", "ai_act_statement"):
        for e in survey[question]:
            yield from (at for at in e.by("sector") if at.grain.smooth and at.flag != "c")


def number(text: str) -> float:
    found = re.match(r"−?[\d.]+(?:,\d+)?", text)
    assert found is not None, text
    return float(found[0].replace("−", "-").replace(".", "").replace(",", "."))


def test_everything_shows_what_the_register_shows(survey: Survey) -> None:
    """Sentence, cell of a table, download and provenance."""
    shown = register(2025).set_index(KEYS)
    rows = list(few(survey))
    assert {e.grain.step for e in rows} == {FINE, 1.0, 10.0, 25.0}
    downloads = tidy(rows)
    for e, (_, download) in zip(rows, downloads.iterrows(), strict=True):
        row = shown.loc[tuple(getattr(e, name) for name in KEYS)]
        said = source(e)
        assert number(pct(e)) == number(cell(e)) == row["estimate"]
        for ours, theirs in {
            "estimate": "percentage",
            "se": "standaardfout",
            "ci_low": "ondergrens",
            "ci_high": "bovengrens",
        }.items():
            assert said[ours] == download[theirs] == row[ours]
        limits = [number(x) for x in re.findall(r"[\d,]+", pct(e, margin=True).partition("(")[2])]
        if len(limits) == 2:
            assert limits == [row["ci_low"], row["ci_high"]]


def test_of_a_difference_no_digits_are_left(survey: Survey) -> None:
    """The other side is known to one decimal, and gives away what is subtracted from it."""
    total = survey["barrier"]["recruitment"]
    rounded = [e for e in total.by("sector") if e.grain.step > FINE]
    assert rounded
    for e in rounded:
        gap, step = e - total, e.grain.step
        assert number(points(gap)) == to_step(gap, step)
        assert [source(gap)[name] for name in ("se", "ci_low", "ci_high")] == [None] * 3
        record = larger(e, total).record()
        assert record["difference"] % step == 0
        assert record["se"] is None
        assert record["p"] == float(f"{record['p']:.1g}")


def test_a_drawing_measures_no_more(survey: Survey) -> None:
    """The points of a figure lie where what is shown is, not where what was estimated is."""
    estimate = survey["barrier"]["recruitment"]
    block = by_domain(estimate, "sector")
    assert block.data is not None
    shown = block.data["percentage"].to_numpy()[:-1]
    exact = {e.domain_value: float(e) for e in estimate.by("sector")}
    told = block.data["domeinwaarde"].map(exact).to_numpy()[:-1]
    x = np.array([float(x) for x in re.findall(r'<use [^>]*?x="([\d.]+)"', block.html)])
    x = x[-len(shown) :]
    off = [np.abs(np.polyval(np.polyfit(y, x, 1), y) - x).max() for y in (shown, told)]
    assert off[0] < 0.001 < 0.1 < off[1]


def test_the_notebooks_show_no_more(survey: Survey) -> None:
    frame = precision(survey, ["barrier.recruitment"], "sector")
    shown = register(2025)
    here = (shown["question"] == "barrier") & (shown["category"] == "recruitment")
    here &= (shown["domain"] == "sector") & (shown["universe"] == "adopters")
    assert frame["%"].tolist() == shown.loc[here, "estimate"].tolist()
    assert frame["standaardfout"].tolist() == shown.loc[here, "se"].tolist()
    smooth = [grain.smooth for grain in survey.grains("adopters", "sector").values()]
    assert frame["design-effect"].isna().tolist() == smooth


def test_a_wave_that_withholds_nothing_rounds_nothing(survey: Survey) -> None:
    free = with_thresholds(survey)
    assert not any(grain.smooth for grain in free.grains("adopters", "sector").values())


@given(st.floats(0, 100), st.sampled_from([FINE, 1.0, 10.0, 25.0]))
def test_to_step(x: float, step: float) -> None:
    found = to_step(x, step)
    assert abs(found - x) <= step / 2 + 1e-6
    assert to_step(found, step) == found
    assert 0 <= found <= 100
    assert to_step(-x, step) == -found
