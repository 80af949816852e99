"""All that a chapter may call: `from barometer.chapters import *`."""

# ruff: noqa: F401, F403
from barometer.audit.published import against_published, published_exceptions, published_summary
from barometer.display.cover import cover
from barometer.display.evolution import evolution
from barometer.display.figures import bars, grouped_bars, likert
from barometer.display.tables import (
    crosstab,
    domain_table,
    frame_table,
    response_table,
    test_table,
)
from barometer.prose.claims import *
from barometer.prose.names import *
from barometer.prose.numbers import *
from barometer.prose.words import *
from barometer.survey.survey import load_survey
from weighting import effective_sample_size
