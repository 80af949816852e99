"""What the checks of spelling need of the machine."""

from __future__ import annotations

import os

import pytest

from tests.language.spelling import missing

#: Set where hunspell must be: then a machine without it fails.
REQUIRED = "BAROMETER_SPELLING_REQUIRED"


@pytest.fixture
def hunspell() -> None:
    """Skip where hunspell or a dictionary is missing, unless it is required."""
    if lacking := missing():
        if os.environ.get(REQUIRED):
            pytest.fail(f"{lacking}; {REQUIRED} is set, so spelling must be checked")
        pytest.skip(f"spelling is not checked: {lacking}")
