"""Plausible shares per stratum, from which the programmes should not stray far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from synthesis.inputs import Array, Published, Strata

ROUNDS = 100


def published_prior(published: Published, question: str, category: str, base: Array) -> Array:
    """Share per stratum that reproduces the published sector and size margins.

    Iterative proportional fitting on odds, so shares stay below 1; `base`: respondents per stratum.
    """
    figures = published.of(question, category)
    strata = published.strata
    weight = strata.weights * base
    odds = np.full(len(weight), 1.0)
    for _ in range(ROUNDS):
        for figure in figures:
            where = strata.where(figure.domain, figure.value)
            share = odds / (1 + odds)
            total = float(weight[where].sum())
            current = float(weight[where] @ share[where]) / total if total else 0.0
            goal = min(max(figure.percent / 100, 1e-6), 1 - 1e-6)
            if 0 < current < 1:
                odds[where] *= goal / (1 - goal) * (1 - current) / current
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def tilted_prior(
    strata: Strata, base: Array, percent: float, tilt: Mapping[str, Any], label: str
) -> Array:
    """Share per stratum with a given weighted total and given tilts.

    `tilt`: {"sector": {value: x}, "size": {value: x}} adds x to the log-odds. A little noise per
    sector and size class, derived from `label`, keeps invented shares from looking ruled.
    """
    log_odds = np.zeros(len(base))
    for domain in ("sector", "size"):
        for value, where in strata.domains(domain).items():
            noise = 0.2 * unit(f"{label}/{value}")
            log_odds[where] += tilt.get(domain, {}).get(value, 0.0) + noise
    weight = strata.weights * base
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        share = 1 / (1 + np.exp(-(log_odds + middle)))
        if weight @ share < percent / 100 * weight.sum():
            low = middle
        else:
            high = middle
    return np.asarray(1 / (1 + np.exp(-(log_odds + low))), dtype=np.float64)


def unit(label: str) -> float:
    """A number in [-1, 1) that depends on the label alone."""
    digest = hashlib.blake2b(label.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**63 - 1


def rounded(prior: Array, base: Array, label: str) -> Array:
    """Round prior · base up or down, by a draw per stratum that depends on `label` alone.

    Rounding to the nearest would make a rare answer vanish from every stratum.
    """
    draws = np.array([(1 + unit(f"round/{label}/{h}")) / 2 for h in range(len(base))])
    return np.asarray(np.minimum(np.floor(prior * base + draws), base), dtype=np.float64)


def around(prior: Array, base: Array, width: float) -> tuple[Array, Array]:
    """Bounds for counts: `width` binomial standard deviations around prior · base."""
    centre = prior * base
    spread = width * np.sqrt(np.maximum(centre * (1 - prior), 0.3))
    low = np.clip(np.floor(centre - spread), 0, base)
    return low, np.clip(np.ceil(centre + spread), 0, base)
