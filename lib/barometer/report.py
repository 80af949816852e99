"""All that a chapter needs: `from barometer.report import *`."""

# ruff: noqa: F401, F403
from barometer.claims import *
from barometer.cover import cover
from barometer.dutch import *
from barometer.figures import bars, evolution, grouped_bars, likert
from barometer.published import against_published, published_exceptions, published_summary
from barometer.survey import load_survey
from barometer.tables import crosstab, frame_table, response_table, sector_table, test_table
from barometer.words import *
