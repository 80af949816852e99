"""All that a chapter may call: `from barometer.chapters import *`."""

# ruff: noqa: F401, F403
from barometer.audit.changes import changes
from barometer.audit.comparability import breaks_words, comparability_table
from barometer.audit.nonresponse import early_late, email_letter, halfway
from barometer.audit.published import against_published, published_exceptions, published_summary
from barometer.audit.quality import most_imputed, precision_table, quality_facts
from barometer.audit.response_tables import (
    calibration_table,
    early_late_table,
    item_table,
    mode_table,
    response_rates,
)
from barometer.audit.response_words import mode_verdict, response_facts, verdict
from barometer.audit.shift_table import shift_table
from barometer.display.by_domain import by_domain
from barometer.display.corrections import corrections_table
from barometer.display.cover import cover
from barometer.display.crosstab import crosstab
from barometer.display.eurostat import eurostat_table
from barometer.display.evolution import evolution, over_time
from barometer.display.figures import bars, grouped_bars, likert
from barometer.display.keyfigures import key_figures
from barometer.display.questionnaire import questionnaire_annex
from barometer.display.tables import (
    domain_table,
    frame_table,
    group_table,
    response_table,
    test_table,
)
from barometer.prose import english
from barometer.prose.eurostat import *
from barometer.prose.facts import *
from barometer.prose.names import *
from barometer.prose.numbers import *
from barometer.prose.ranking import *
from barometer.prose.statements import *
from barometer.prose.trends import *
from barometer.prose.words import *
from barometer.survey.parameters import open_survey
from barometer.survey.pooled import pooled
from barometer.survey.survey import load_survey
