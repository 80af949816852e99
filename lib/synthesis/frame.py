"""The sample with its contacts, and the raw answers with those that will fall out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthesis.assign import generator
from synthesis.inputs import Strata

Integers = npt.NDArray[np.int64]

IDENTITY = ("enterprise_number", "reported_enterprise_number", "submitted_at")

#: Hours of the day at which answers come in: working hours more often than evenings.
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 20, 21)


def enterprise_numbers(seed: int, count: int) -> list[str]:
    """Make distinct ten-digit numbers that fail the mod-97 check, so no real firm can be meant."""
    random = generator(seed, "enterprise numbers")
    numbers: dict[str, None] = {}
    while len(numbers) < count:
        # real numbers start with 0 or 1; the last two digits should be 97 − first eight mod 97
        stem = int(random.integers(2_000_000, 20_000_000))
        wrong = int(random.integers(1, 97))
        check = (97 - stem % 97 + wrong - 1) % 97 + 1
        numbers[f"{stem:08d}{check:02d}"] = None
    return list(numbers)


def make_sample(strata: Strata, accounting: Mapping[str, int], seed: int) -> pd.DataFrame:
    """Draw up the sample: one row per firm with contact mode and delivery, plus its stratum.

    `accounting`: letter, email_bounced, email_reached_second and letter_undelivered, counts of
    firms. Letters go to medium and large firms only. Usable respondents come from firms reached.
    """
    total = int(strata.sampled.sum())
    sample = pd.DataFrame(
        {
            "enterprise_number": enterprise_numbers(seed, total),
            "stratum": np.repeat(np.arange(len(strata.keys)), strata.sampled),
            "contact_mode": "email",
            "delivery": "delivered",
        }
    )
    sample["sector"] = [strata.keys[h][0] for h in sample["stratum"]]
    sample["size"] = [strata.keys[h][1] for h in sample["stratum"]]
    order = generator(seed, "contacts").permutation(total)
    large = sample["size"].isin(["Middelgroot", "Groot"]).to_numpy()
    letters = order[large[order]][: accounting.get("letter", 0)]
    sample.loc[letters, "contact_mode"] = "letter"
    sample.loc[letters[: accounting.get("letter_undelivered", 0)], "delivery"] = "undeliverable"
    email = order[~np.isin(order, letters)]
    bounced = _spare(email, sample, strata, accounting.get("email_bounced", 0))
    sample.loc[bounced, "delivery"] = "undeliverable"
    sample.loc[bounced[: accounting.get("email_reached_second", 0)], "delivery"] = "redelivered"
    return sample


def _spare(candidates: Integers, sample: pd.DataFrame, strata: Strata, count: int) -> Integers:
    """Choose firms that could not be reached at once, leaving each stratum room to respond."""
    room = (strata.sampled - strata.usable) // 2
    stratum = sample["stratum"].to_numpy(dtype=np.int64)
    chosen: list[int] = []
    for firm in candidates:
        h = stratum[firm]
        if room[h] > 0 and len(chosen) < count:
            room[h] -= 1
            chosen.append(int(firm))
    return np.array(chosen, dtype=np.int64)


def submission_times(
    seed: int, label: str, count: int, start: datetime.date, mailings: Sequence[int]
) -> list[str]:
    """Draw moments of submission, most of them in the days after a mailing.

    `mailings`: days after `start` of the invitation and each reminder. Weekends are skipped.
    """
    random = generator(seed, f"times/{label}")
    share = np.cumsum(1 / (2 + np.arange(len(mailings))))
    moments = []
    for u, v, hour, minute, second in random.random((count, 5)):
        mailing = mailings[int(np.searchsorted(share, u * share[-1]))]
        day = start + datetime.timedelta(days=mailing + int(13 * v * v * v))
        day += datetime.timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
        clock = datetime.time(HOURS[int(hour * len(HOURS))], int(minute * 60), int(second * 60))
        moments.append(datetime.datetime.combine(day, clock).isoformat())
    return moments


def invited_firms(stratum: Integers, sample: pd.DataFrame, seed: int) -> list[str]:
    """Choose for each respondent one of the firms reached in its stratum."""
    reached = sample[sample["delivery"] != "undeliverable"]
    order = generator(seed, "respondents").permutation(len(reached))
    firms = reached.iloc[order].groupby("stratum", sort=True)["enterprise_number"]
    queues = {int(str(h)): iter(numbers) for h, numbers in firms}
    return [str(next(queues[int(h)])) for h in stratum]


def raw_answers(
    usable: pd.DataFrame,
    firms: Sequence[str],
    sample: pd.DataFrame,
    fieldwork: Mapping[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Make the raw file: the usable answers and the ones that fall out, each for its reason.

    `usable`: one row per respondent, the answers of `firms`. `fieldwork`: start, mailings and drops
    (number of answers per reason). Sorted by moment of submission.
    """
    start, mailings = fieldwork["start"], fieldwork["mailings"]
    columns = list(usable.columns)
    usable = usable.assign(
        enterprise_number=firms,
        reported_enterprise_number=firms,
        submitted_at=submission_times(seed, "usable", len(usable), start, mailings),
    )
    reached = sample[sample["delivery"] != "undeliverable"].set_index("enterprise_number")[
        "stratum"
    ]
    silent = reached[~reached.index.isin(firms)]
    spare = {int(str(h)): list(rows.index) for h, rows in silent.groupby(silent)}
    random = generator(seed, "drops")
    picks = iter(random.permutation(len(usable)))
    parts = [usable]
    for reason, spoil in DROPS.items():
        rows = usable.iloc[[int(next(picks)) for _ in range(fieldwork["drops"][reason])]].copy()
        if reason != "duplicate":
            # a firm that gave no usable answer; without one left, a respondent's failed attempt
            numbers = [
                spare[reached[own]].pop() if spare.get(reached[own]) else own
                for own in rows["enterprise_number"]
            ]
            rows = rows.assign(
                enterprise_number=numbers,
                reported_enterprise_number=numbers,
                submitted_at=submission_times(seed, reason, len(rows), start, mailings),
            )
        parts.append(spoil(rows, random, seed))
    raw = pd.concat(parts, ignore_index=True)[[*IDENTITY, *columns]]
    return raw.sort_values(["submitted_at", "enterprise_number"], kind="stable")


def _other_enterprise(rows: pd.DataFrame, _: np.random.Generator, seed: int) -> pd.DataFrame:
    """Filled in for another firm, of the same group for instance."""
    others = enterprise_numbers(seed + 1, len(rows))
    return rows.assign(reported_enterprise_number=others)


def _mandatory_missing(rows: pd.DataFrame, random: np.random.Generator, _: int) -> pd.DataFrame:
    """Broken off during the first, mandatory question; one in six skipped a single item of it."""
    first = [c for c in rows.columns if c.startswith("technology_use.")]
    later = [c for c in rows.columns if c not in (*first, *IDENTITY)]
    rows = rows.copy()
    for i, (u, v) in zip(rows.index, random.random((len(rows), 2)), strict=True):
        at = int(v * len(first))
        if u < 1 / 6:
            unused = [c for c in first if rows.at[i, c] != "use"] or first
            rows.loc[i, unused[at % len(unused)]] = ""
        else:
            rows.loc[i, first[at:] + later] = ""
    return rows


def _duplicate(rows: pd.DataFrame, random: np.random.Generator, _: int) -> pd.DataFrame:
    """An earlier answer of a firm that answered again: some days before, often unfinished."""
    rows = rows.copy()
    asked = [c for c in rows.columns if c not in IDENTITY]
    questions = list(dict.fromkeys(c.split(".")[0] for c in asked))
    start = questions.index("technology_use") + 1
    first = datetime.datetime.fromisoformat(str(rows["submitted_at"].min()))
    for i, (u, v) in zip(rows.index, random.random((len(rows), 2)), strict=True):
        later = datetime.datetime.fromisoformat(str(rows.at[i, "submitted_at"]))
        ago = datetime.timedelta(minutes=5 + int(80 * u), days=int(4 * u - 1) if u > 0.5 else 0)
        if later - ago < first:
            ago = datetime.timedelta(minutes=20)
        rows.loc[i, "submitted_at"] = (later - ago).isoformat()
        stop = start + int(v * 2 * (len(questions) - start))
        rows.loc[i, [c for c in asked if c.split(".")[0] in questions[stop:]]] = ""
    return rows


DROPS: dict[str, Callable[[pd.DataFrame, np.random.Generator, int], pd.DataFrame]] = {
    "other_enterprise": _other_enterprise,
    "mandatory_missing": _mandatory_missing,
    "duplicate": _duplicate,
}
