"""The response accounting: from the sample to the usable answers."""

from __future__ import annotations

from barometer.wave.cleaning import REASONS, drop_reasons
from barometer.wave.validation import Wave


def response_accounting(wave: Wave) -> dict[str, float]:
    """Count firms and answers at each step; `response_rate` is in percent of the sample."""
    sample, responses = wave.sample, wave.responses
    email = sample["contact_mode"] == "email"
    reasons = drop_reasons(responses, wave.questionnaire)
    delivery = sample["delivery"]
    usable = int((reasons == "").sum())
    return {
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
