"""What reviewers approved, in a file beside the register or edition that they approved."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from barometer.errors import BarometerError
from barometer.revision.versions import Version
from barometer.survey.register import write_whole


@dataclass(frozen=True)
class Approval:
    """Who approved what and when, as given. The digests tell what: of register and text.

    `compared_with`: the digest of the register that it was laid beside.
    """

    who: str
    date: datetime.date
    remarks: str
    register: str
    text: str
    compared_with: str

    def still_of(self, version: Version) -> list[str]:
        """What has changed since: "figures", "text"; nothing while all is as approved."""
        figures = [] if self.register == version.digest else ["figures"]
        return figures + ([] if self.text == version.text_digest else ["text"])


_APPROVALS = TypeAdapter(list[Approval])


def approvals_file(version: Version) -> Path:
    """Where the approvals of a register or an edition lie: beside it, for an edition is replaced.

    >>> from types import SimpleNamespace
    >>> approvals_file(SimpleNamespace(path=Path("_output/2025"))).name
    '2025.approvals.json'
    """
    path = version.path.resolve()
    return path.with_name(f"{path.stem}.approvals.json")


def approvals(version: Version) -> list[Approval]:
    """Those given so far, in order; BarometerError for a file that cannot be read."""
    path = approvals_file(version)
    try:
        return _APPROVALS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return []
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "the whole"
        raise BarometerError(
            f"{path}: found what is no list of approvals (at {place}); expected what "
            "`barometer diff … --approve` wrote. Put the file back, or remove it."
        ) from None


def approve(
    new: Version, old: Version, who: str, date: datetime.date | None, remarks: str
) -> Approval:
    """Add an approval of `new`, which was laid beside `old`, to its file.

    Raises BarometerError without a name or a date, and for a file that cannot be read.
    """
    if date is None or not who.strip():
        lacking = "name" if not who.strip() else "date"
        raise BarometerError(
            f"diff: found an approval without a {lacking}; expected who approves, and when. "
            "Say both: --approve NAME --date 2026-12-01"
        )
    given = Approval(who.strip(), date, remarks, new.digest, new.text_digest, old.digest)
    rows = [asdict(approval) for approval in [*approvals(new), given]]
    text = json.dumps(rows, default=str, ensure_ascii=False, indent=1)
    write_whole(approvals_file(new), text + "\n")
    return given


def standing(version: Version) -> Iterator[tuple[Approval, list[str]]]:
    """Each approval, and what has changed since it was given."""
    for approval in approvals(version):
        yield approval, approval.still_of(version)
