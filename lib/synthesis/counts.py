"""All counts per stratum of a wave, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from barometer.wave.questionnaire import Questionnaire
from synthesis.inputs import Array, Published
from synthesis.questions import Solution, solve_questions
from synthesis.sectors import solve_small_sector, with_reached
from synthesis.stages import (
    MODELS,
    PHASES,
    STATUS,
    Table,
    solve_invented,
    solve_item,
    solve_model_and_phase,
    solve_status,
)
from synthesis.statements import read_statements
from synthesis.technologies import solve_degrees, solve_plans

CATEGORIES = {"all": STATUS, "adopters": MODELS, "adopters_not_individual": PHASES}


def solve(
    targets: Published, questionnaire: Questionnaire, settings: Mapping[str, Any]
) -> Solution:
    """Find counts per stratum for every answer to every question."""
    targets, fixed = first_sectors(targets, settings)
    statements = read_statements(settings["statements"])
    everyone = targets.strata.usable.astype(float)
    solution = Solution({"all": everyone})
    if targets.strata_published:
        status = solve_status(targets, everyone, fixed)
    else:
        tilt = {c: settings["tilt"].get(f"ai_use_status.{c}", {}) for c in STATUS}
        status = solve_invented(
            targets, "ai_use_status", STATUS, everyone, "all", tilt, statements, True
        )
    adopters = status["use"].astype(float)
    solution.bases |= {"adopters": adopters, "non_adopters": everyone - adopters}
    solution.counts["ai_use_status", "all"] = status
    if "adoption_model" in questionnaire.questions:
        table = solve_model_and_phase(targets, adopters, fixed)
        shared = [m for m in MODELS if not m.startswith("individual")]
        solution.bases["adopters_not_individual"] = np.sum(
            [table[m] for m in shared], axis=0, dtype=float
        )
        solution.counts["adoption_model", "adopters"] = {m: table[m] for m in MODELS}
        solution.counts["adoption_phase", "adopters_not_individual"] = {p: table[p] for p in PHASES}
    items = list(questionnaire.questions["technology_use"].items)
    uses = solve_technologies(targets, items, everyone, adopters, settings["tilt"])
    solution.counts["technology_use", "all"] = uses
    solution.counts["n_technologies", "all"] = solve_degrees(targets, uses, adopters)
    users, planners = solve_plans(targets, uses, status)
    solution.counts["plan", "adopters"], solution.counts["plan", "non_adopters"] = users, planners
    return solve_questions(targets, questionnaire, solution, settings, statements)


def first_sectors(
    targets: Published, settings: Mapping[str, Any]
) -> tuple[Published, dict[str, dict[int, int]]]:
    """Solve the sectors that come first; give the targets they reach and the counts they fix."""
    fixed: dict[str, dict[int, int]] = {}
    strata = targets.strata
    cut_back = settings.get("reduced", {})
    if "strata" in settings:
        return targets, fixed
    solved = []
    for sector in strata.sectors:
        inside = np.flatnonzero(strata.where("sector", sector))
        reduced = cut_back.get(sector, [0] * len(inside))
        for h, count in zip(inside, reduced, strict=True):
            fixed.setdefault("reduced", {})[int(h)] = int(count)
        if sector not in settings["sectors_first"]:
            continue
        given = {**settings["sectors_first"][sector], "reduced": reduced}
        result = solve_small_sector(targets, sector, CATEGORIES, given)
        solved.append(result)
        for (_, category), counts in result.counts.items():
            for h, count in zip(inside, counts, strict=True):
                fixed.setdefault(category, {})[int(h)] = int(count)
    return with_reached(targets, solved), fixed


def solve_technologies(
    targets: Published,
    items: list[str],
    everyone: Array,
    adopters: Array,
    tilts: Mapping[str, Any],
) -> Table:
    """Find how many adopters use each technology."""
    question = "technology_use"
    if targets.strata_published:
        return {i: solve_item(targets, question, i, everyone, adopters, "all") for i in items}
    # with totals only: restate them as shares of the adopters and keep near a tilted prior
    weights = targets.strata.weights
    share = float(weights @ adopters) / float(weights @ everyone)
    figures = tuple(f.within(share) for f in targets.of(question))
    restated = replace(targets, figures=tuple(replace(f, universe="adopters") for f in figures))
    tilt = {i: tilts.get(f"{question}.{i}", {}) for i in items}
    return solve_invented(
        restated, question, items, adopters, "adopters", tilt, [], False, covering=True
    )
