"""How many changes since the wave before were tested, and how many the data carry."""

from __future__ import annotations

from dataclasses import dataclass

from barometer.errors import BarometerError
from barometer.survey.accounting import Fact
from barometer.survey.compare import compare
from barometer.survey.survey import Survey


@dataclass(frozen=True)
class Changes:
    """Counts of the changes between two waves, over all that the registers have in common.

    `common`: estimates of both waves. `unreliable`: those with a flag in either, which are not
    tested, nor are the few of which nothing is uncertain. `tested`: the others. Of these
    `significant`: with a p-value below the level of the later wave; `by_chance`: as many as would
    be without any change; `survive`: significant after Benjamini & Hochberg (see `compare`).
    """

    common: Fact
    unreliable: Fact
    tested: Fact
    significant: Fact
    by_chance: Fact
    survive: Fact


def changes(survey: Survey) -> Changes:
    """Count the changes since the wave before; BarometerError when there is none."""
    if survey.previous is None:
        raise BarometerError(
            f"changes(): found no wave before {survey.year}; expected one in the data folder. Put "
            "the call under a condition: previous."
        )
    found = compare(survey.previous, survey)
    tested = int(found["p_adjusted"].notna().sum())
    counts = {
        "common": len(found),
        "unreliable": int((found["flag"] != "").sum()),
        "tested": tested,
        "significant": int(found["significant"].sum()),
        "by_chance": tested * survey.meta.changes.level / 100,
        "survive": int(found["survives"].sum()),
    }
    since = f"changes since {survey.previous.year}"
    facts = {name: Fact(n, f"{since}, {name}", survey.year) for name, n in counts.items()}
    return Changes(**facts)
