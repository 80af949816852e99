"""What `barometer diff` does: two registers or editions, laid beside each other in one form."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from barometer.revision.approvals import approve, standing
from barometer.revision.differences import Differences
from barometer.revision.listing import listing
from barometer.revision.page import page
from barometer.revision.versions import open_version


def diff(
    old: Path,
    new: Path,
    form: str = "text",
    approver: str | None = None,
    date: datetime.date | None = None,
    remarks: str = "",
) -> str:
    """Lay two registers (CSV) or editions (folders) beside each other; as text, json or html.

    `approver` approves the new one, on a `date`; the approval is stored beside it. Raises
    BarometerError for what is neither register nor edition, and for an approval without a date.
    """
    found = Differences(open_version(old), open_version(new))
    if approver is not None:
        approve(found.new, found.old, approver, date, remarks)
    if form == "html":
        return page(found)
    if form == "json":
        given = [
            {"who": a.who, "date": a.date.isoformat(), "remarks": a.remarks, "changed_since": since}
            for a, since in standing(found.new)
        ]
        return json.dumps({**found.as_json(), "approvals": given}, ensure_ascii=False, indent=1)
    return "\n".join(listing(found))
