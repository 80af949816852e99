"""All that a chapter may call: `from barometer.chapters import *`."""

# ruff: noqa: F401, F403
from barometer.audit.changes import changes
from barometer.audit.nonresponse import early_late, email_letter, halfway
from barometer.audit.published import against_published, published_exceptions, published_summary
from barometer.audit.response_tables import (
    calibration_table,
    early_late_table,
    item_table,
    mode_table,
    response_rates,
)
from barometer.audit.response_words import mode_verdict, response_facts, verdict
from barometer.display.cover import cover
from barometer.display.evolution import evolution
from barometer.display.figures import bars, grouped_bars, likert
from barometer.display.tables import (
    crosstab,
    domain_table,
    frame_table,
    group_table,
    response_table,
    test_table,
)
from barometer.prose.names import *
from barometer.prose.numbers import *
from barometer.prose.ranking import *
from barometer.prose.statements import *
from barometer.prose.trends import *
from barometer.prose.words import *
from barometer.survey.survey import load_survey
