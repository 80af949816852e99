"""Put together what the counts must meet: published figures, invented ones, strata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from barometer.errors import BarometerError
from barometer.wave.reading import published_file
from synthesis.inputs import (
    Counts,
    Published,
    Strata,
    Target,
    read_percentages,
    read_published,
)


def read_synthesis(year: int, data: Path) -> dict[str, Any]:
    """Read what the synthesis of a wave needs beside the published figures: synthesis.yml."""
    path = data / str(year) / "synthesis.yml"
    if not path.is_file():
        raise BarometerError(
            f"{path}: found no such file; expected the settings of the synthesis of {year}. "
            "Copy those of another wave and adapt them."
        )
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(settings, dict)
    if "like" in settings:
        # what a wave does not say itself it takes over from another
        other = read_synthesis(settings["like"], data)
        merged = {key: {**other[key], **settings.get(key, {})} for key in ("tilt", "drivers")}
        settings = {**other, **settings, **merged}
    return settings


def read_targets(year: int, settings: Mapping[str, Any], data: Path) -> Published:
    """Gather the figures of a wave: published, or else invented in the settings.

    An earlier wave has no tables by stratum: its population, sample and response follow those of
    another wave, scaled as its settings say.
    """
    path = published_file(year, data)
    if "strata" not in settings:
        targets = read_published(path)
    else:
        reference = read_published(published_file(settings["strata"]["like"], data))
        targets = replace(
            reference,
            strata=scaled(reference.strata, settings["strata"]),
            figures=tuple(read_percentages(path)),
            bases={},
            accounting=settings["accounting"],
        )
    invented = [
        Target(question, category, universe, "total", "Totaal", percent)
        for question, universes in settings["invented"].items()
        for universe, categories in universes.items()
        for category, percent in categories.items()
    ]
    known_cells = {f.cell for f in targets.figures}
    targets = replace(
        targets, figures=targets.figures + tuple(f for f in invented if f.cell not in known_cells)
    )
    if "knowledge_gap" in targets.bases:
        number = settings["adopters_knowledge_gap"]
        targets.bases["adopters_knowledge_gap"] = number
        targets.bases["non_adopters_knowledge_gap"] = targets.bases["knowledge_gap"] - number
    return with_nearest(targets, settings.get("unreachable", []))


def with_nearest(targets: Published, unreachable: list[dict[str, Any]]) -> Published:
    """Replace figures that no counts can reach by the nearest that can."""
    nearest = {
        (entry["question"], entry["category"], entry["domain"], entry["value"]): entry["nearest"]
        for entry in unreachable
    }
    figures = tuple(
        replace(f, percent=nearest[key])
        if (key := (f.question, f.category, f.domain, f.value)) in nearest
        else f
        for f in targets.figures
    )
    return replace(targets, figures=figures)


def scaled(strata: Strata, settings: Mapping[str, Any]) -> Strata:
    """Make strata of another wave: `without` sectors, scaled to numbers of firms."""
    keep = np.array([sector not in settings.get("without", ()) for sector, _ in strata.keys])
    firms = apportion(strata.firms[keep].astype(float), settings["firms"], None)
    sampled = apportion(strata.sampled[keep].astype(float), settings["sampled"], firms)
    usable = apportion(strata.usable[keep].astype(float), settings["usable"], sampled)
    keys = tuple(key for key, kept in zip(strata.keys, keep, strict=True) if kept)
    return Strata(keys, firms, sampled, usable)


def apportion(shares: np.ndarray[Any, Any], total: int, most: Counts | None) -> Counts:
    """Divide `total` in proportion to `shares`, whole numbers of at least 2 and at most `most`."""
    limit = np.full(len(shares), total) if most is None else most
    low, high = 0.0, 4.0 * total / float(shares.sum())
    for _ in range(60):
        middle = (low + high) / 2
        if np.clip(shares * middle, 2, limit).sum() < total:
            low = middle
        else:
            high = middle
    exact = np.clip(shares * high, 2, limit)
    whole = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    open_strata = [int(h) for h in order if whole[h] < limit[h]]
    for h in open_strata[: total - int(whole.sum())]:
        whole[h] += 1
    return np.asarray(whole, dtype=np.int64)
