"""All that a chapter needs: `from barometer.report import *`."""

from barometer.claims import *  # noqa: F403
from barometer.dutch import *  # noqa: F403
from barometer.figures import bars, evolution, grouped_bars, likert
from barometer.survey import load_survey
from barometer.tables import (
    crosstab,
    frame_table,
    response_table,
    sector_table,
    test_table,
)
from barometer.words import *  # noqa: F403
