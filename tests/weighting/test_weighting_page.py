"""The worked example of docs/weighting.md gives what it says."""

from __future__ import annotations

import doctest

from tests.helpers import ROOT


def test_the_worked_example_runs() -> None:
    found = doctest.testfile(str(ROOT / "docs" / "weighting.md"), module_relative=False)
    assert found.attempted > 20
    assert found.failed == 0
