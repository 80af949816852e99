"""From counts per stratum to the answers of respondents.

Within a stratum every respondent weighs the same, so who gives an answer never changes a published
share; it does decide how answers go together. An answer goes to those with the highest score: the
drivers named in the wave's YAML file (traits of the respondent, answers handed out before) plus
noise. Columns that are tied together (the number of technologies, "at least one of three") are
handed out by a small integer programme over respondents × columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity, kron, vstack

from barometer.errors import BarometerError
from synthesis.inputs import Array, Counts, Mask

TRAITS = ("maturity", "language", "doubt", "caution", "productivity", "knows_act", "contacts")


def generator(seed: int, label: str) -> np.random.Generator:
    """Make a generator of random numbers that depends on seed and label alone."""
    digest = hashlib.blake2b(f"{seed}/{label}".encode(), digest_size=8).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def noise(seed: int, label: str, size: int) -> Array:
    """Draw numbers of mean 0 and variance 1 that depend on seed and label alone.

    A sum of uniforms (Irwin–Hall) needs only additions, so every machine gets the same bits.
    """
    return np.asarray(generator(seed, label).random((size, 12)).sum(axis=1) - 6, dtype=np.float64)


class Respondents:
    """The respondents being filled in: `stratum` (number per row), `answers` ("" where empty)."""

    def __init__(
        self,
        usable: Counts,
        columns: Sequence[str],
        drivers: Mapping[str, Mapping[str, float]],
        seed: int,
    ) -> None:
        """Start with empty answers and the traits of each respondent."""
        self.stratum = np.repeat(np.arange(len(usable)), usable)
        size = len(self.stratum)
        self.answers = pd.DataFrame("", index=range(size), columns=list(columns), dtype=object)
        self.drivers = drivers
        self.seed = seed
        self.traits = {trait: noise(seed, f"trait/{trait}", size) for trait in TRAITS}

    def column(self, name: str) -> npt.NDArray[Any]:
        """Give the answers of a column."""
        return np.asarray(self.answers[name].to_numpy(dtype=object))

    def score(self, name: str, *parents: str, label: str = "") -> Array:
        """Score every respondent by the drivers of `name`, or of the first parent that has any."""
        found = next((self.drivers[n] for n in (name, *parents) if n in self.drivers), {})
        total = noise(self.seed, label or name, len(self.stratum))
        for driver, weight in found.items():
            if driver in self.traits:
                total = total + weight * self.traits[driver]
            elif driver in self.answers:
                total = total + weight * np.isin(self.column(driver), ("yes", "use"))
        return total

    def hand_out(self, name: str, answer: str, counts: Counts, score: Array, members: Mask) -> Mask:
        """Give an answer to the `counts[h]` members of each stratum with the highest score."""
        chosen = np.zeros(len(self.stratum), dtype=bool)
        for h, count in enumerate(counts):
            candidates = np.flatnonzero(members & (self.stratum == h))
            ranked = candidates[np.argsort(-score[candidates], kind="stable")]
            chosen[ranked[:count]] = True
        self.answers.loc[chosen, name] = answer
        return chosen

    def single(self, name: str, table: Mapping[str, Counts], members: Mask) -> None:
        """Hand out a question with one answer per respondent.

        With drivers for the question as a whole its answers are ordered, from high score to low;
        else the answers with drivers of their own come first, and the last takes who is left.
        """
        parent = name.rpartition(".")[0] or name
        ordered = name in self.drivers or (parent != name and parent in self.drivers)
        order = sorted(table, key=lambda c: not ordered and f"{name}.{c}" not in self.drivers)
        left = members.copy()
        for answer in order:
            score = (
                self.score(name, parent)
                if ordered
                else self.score(f"{name}.{answer}", label=f"{name}.{answer}")
            )
            left &= ~self.hand_out(name, answer, table[answer], score, left)

    def item(self, question: str, item: str, counts: Counts, members: Mask) -> None:
        """Hand out one yes/no item: yes by score, no to the other members."""
        name = f"{question}.{item}"
        chosen = self.hand_out(name, "yes", counts, self.score(name, question), members)
        self.answers.loc[members & ~chosen, name] = "no"

    def tied(
        self,
        question: str,
        table: Mapping[str, Counts],
        members: Mask,
        answers: tuple[str, str] = ("yes", "no"),
        rows: tuple[Array, Array] | None = None,
        any_of: tuple[Sequence[str], Counts] | None = None,
    ) -> None:
        """Hand out items together within each stratum.

        `rows`: per respondent the least and greatest number of items. `any_of`: items of which
        exactly this number of respondents per stratum has at least one.
        """
        scores = np.column_stack([self.score(f"{question}.{item}", question) for item in table])
        for h in range(len(next(iter(table.values())))):
            inside = np.flatnonzero(members & (self.stratum == h))
            if not len(inside):
                continue
            limits = None if rows is None else (rows[0][inside], rows[1][inside])
            group = None
            if any_of is not None:
                flags = np.array([item in any_of[0] for item in table])
                group = (flags, int(any_of[1][h]))
            sums = np.array([table[item][h] for item in table])
            chosen = fill_table(scores[inside], sums, limits, group)
            for k, item in enumerate(table):
                cells = np.where(chosen[:, k], answers[0], answers[1])
                self.answers.loc[inside, f"{question}.{item}"] = cells


def fill_table(
    score: Array,
    columns: npt.NDArray[Any],
    rows: tuple[Array, Array] | None = None,
    any_of: tuple[Mask, int] | None = None,
) -> Mask:
    """Find the 0/1 table with given margins whose cells have the highest total score.

    `score`: respondents × items. `columns`: respondents per item. `rows`: least and greatest number
    of items per respondent. `any_of`: a mask of items, and how many respondents have at least one.
    """
    people, items = score.shape
    # variables: one per cell, row by row, then one per respondent for "at least one of"
    extra = people if any_of else 0
    one = csr_array(np.ones((1, items)))
    blank = csr_array((items, extra))
    parts = [hstack([kron(csr_array(np.ones((1, people))), identity(items)), blank])]
    low, high = [columns.astype(float)], [columns.astype(float)]
    if rows is not None:
        parts.append(hstack([kron(identity(people), one), csr_array((people, extra))]))
        low.append(rows[0])
        high.append(rows[1])
    if any_of is not None:
        flags, number = any_of
        members = csr_array(flags.astype(float)[None, :])
        cells = kron(identity(people), members)
        size = float(flags.sum())
        # any ≤ number of items of the group ≤ size · any
        parts.append(hstack([cells, -identity(people)]))
        parts.append(hstack([cells, -size * identity(people)]))
        parts.append(hstack([csr_array((1, people * items)), csr_array(np.ones((1, people)))]))
        low += [np.zeros(people), np.full(people, -np.inf), np.array([float(number)])]
        high += [np.full(people, np.inf), np.zeros(people), np.array([float(number)])]
    result = milp(
        np.concatenate([-score.ravel(), np.zeros(extra)]),
        constraints=LinearConstraint(
            vstack(parts).tocsr(), np.concatenate(low), np.concatenate(high)
        ),
        bounds=Bounds(0, 1),
        integrality=np.ones(people * items + extra),
        options={"mip_rel_gap": 0.02, "node_limit": 20_000},
    )
    if result.x is None:
        raise BarometerError(
            f"synthesis: found no table of {people} respondents with {columns.tolist()} answers "
            "per item; expected margins that fit together."
        )
    return np.asarray(result.x[: people * items].reshape(people, items) > 0.5)
