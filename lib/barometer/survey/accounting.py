"""The response accounting: from the sample to the usable answers."""

from __future__ import annotations

from barometer.wave.cleaning import REASONS, drop_reasons
from barometer.wave.validation import Wave


class Fact(float):
    """A number that is known of a wave, not estimated: what is counted, and of which year."""

    name: str
    year: int

    def __new__(cls, value: float, name: str, year: int) -> Fact:
        """Name a number."""
        made = super().__new__(cls, value)
        made.name, made.year = name, year
        return made

    def __eq__(self, other: object) -> bool:
        """As a number."""
        return float(self) == other

    __hash__ = float.__hash__

    def __str__(self) -> str:
        """A count without decimals."""
        return str(int(self)) if self.is_integer() else super().__str__()


def response_accounting(wave: Wave) -> dict[str, Fact]:
    """Count firms and answers at each step; `response_rate` is in percent of the sample."""
    sample, responses = wave.sample, wave.responses
    email = sample["contact_mode"] == "email"
    reasons = drop_reasons(responses, wave.questionnaire)
    delivery = sample["delivery"]
    usable = int((reasons == "").sum())
    counts = {
        "population": int(wave.population["firms"].sum()),
        "sample_size": len(sample),
        "email": int(email.sum()),
        "letter": int((~email).sum()),
        "email_reached_first": int((email & (delivery == "delivered")).sum()),
        "email_bounced": int((email & (delivery != "delivered")).sum()),
        "email_reached_second": int((email & (delivery == "redelivered")).sum()),
        "letter_undelivered": int((~email & (delivery == "undeliverable")).sum()),
        "reached": int((delivery != "undeliverable").sum()),
        "answers": len(responses),
        "dropped": len(responses) - usable,
        **{reason: int((reasons == reason).sum()) for reason in REASONS},
        "usable": usable,
        "max_reminders": wave.meta.max_reminders,
        "response_rate": 100 * usable / len(sample),
    }
    return {name: Fact(value, name, wave.meta.year) for name, value in counts.items()}
