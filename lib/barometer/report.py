"""All that a chapter needs: `from barometer.report import *`."""

from barometer.claims import *  # noqa: F403
from barometer.cover import cover
from barometer.dutch import *  # noqa: F403
from barometer.words import *  # noqa: F403
