"""The simulation of benchmarks/coverage.py draws what it says, and the table has all of it."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest

from barometer.survey.survey import Survey
from tests.helpers import ROOT
from weighting import Design


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    path = ROOT / "benchmarks" / "coverage.py"
    spec = importlib.util.spec_from_file_location("coverage_of_intervals", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STRATUM = np.array([1, 0, 1, 1, 0, 2, 1])
DESIGN = Design(STRATUM, np.array([25.0, 100, 3])[STRATUM], np.array([50.0, 400, 3]))
SHARE = np.array([0.5, 1.0, 0.0])


def test_samples_are_drawn_without_replacement_from_their_population(coverage: ModuleType) -> None:
    rng = np.random.default_rng(2)
    members = holders = 0
    for _ in range(200):
        inside, y, members, holders = coverage.draw(rng, DESIGN, SHARE, 0.3, 50)
        assert members.tolist() == [25, 400, 0]
        assert (holders <= members).all()
        assert inside[STRATUM == 1].all()
        assert not inside[STRATUM == 2].any()
        assert y.shape == (7, 50)
        assert not y[~inside].any(), "who is outside the universe has no answer"
        # over many samples of one population the mean is that of the population
        error = y[STRATUM == 1].mean() - holders[1] / 400
        assert abs(error) < 5 * (0.25 / (4 * 50)) ** 0.5


def test_the_same_seed_gives_the_same_samples(coverage: ModuleType) -> None:
    first, second = (
        coverage.draw(np.random.default_rng(4), DESIGN, SHARE, 0.3, 10) for _ in range(2)
    )
    for one, two in zip(first, second, strict=True):
        assert (one == two).all()


def test_everyone_has_it(coverage: ModuleType) -> None:
    """Then each sample says so, and each interval ends at 1."""
    inside, y, members, holders = coverage.draw(np.random.default_rng(4), DESIGN, SHARE, 1.0, 10)
    assert (holders == members).all()
    assert y[inside].all()


def test_intervals_by_default_cover_better_by_sector(
    coverage: ModuleType, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On few samples, and for the share where the difference is large."""
    monkeypatch.setattr(coverage, "PROBABILITIES", (0.02,))
    results = coverage.simulate(survey, 100)
    assert set(results["method"]) == set(coverage.METHODS)
    by_sector = results[results["domain"] == survey.meta.strata[0]]
    covered = by_sector.groupby("method")["coverage"].mean()
    assert covered["logit"] < 91 < 94 < covered["beta (default)"]
    total = results[results["domain"] == "total"].groupby("method")["coverage"].mean()
    assert (total > 90).all()


def test_the_committed_table_has_every_row(coverage: ModuleType, survey: Survey) -> None:
    page = (ROOT / "benchmarks" / "coverage.md").read_text(encoding="utf-8")
    for universe in coverage.universes(survey):
        for p in coverage.PROBABILITIES:
            for domain in coverage.domains(survey):
                assert f"| {universe} | {domain} | {p:g} | " in page
    assert " | ".join(coverage.METHODS) in page
