"""Hand out every question of the wave, in an order in which answers can build on each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometer.wave.content import Question
from barometer.wave.questionnaire import Questionnaire
from synthesis.assign import Respondents
from synthesis.inputs import Array, Counts, Mask
from synthesis.questions import KNOWLEDGE, Solution, parts_of
from synthesis.stages import Table
from synthesis.technologies import DEGREES

#: How far a phase is along, as a driver of later answers.
PROGRESS = {"integrating": 1.0, "scaling": 2.0}


def hand_out_technologies(people: Respondents, solution: Solution) -> None:
    """Hand out use, plan or none for each technology, given how many each firm uses."""
    status = solution.counts["ai_use_status", "all"]
    uses = solution.counts["technology_use", "all"]
    degrees = solution.counts["n_technologies", "all"]
    plans = [solution.counts["plan", universe] for universe in ("adopters", "non_adopters")]
    columns = [f"technology_use.{item}" for item in uses]
    members = np.ones(len(people.stratum), dtype=bool)
    adopter, planner = _by_status(people, status, members)
    people.answers[columns] = "none"
    least = np.zeros(len(members))
    left = adopter.copy()
    score = people.score("n_technologies")
    for degree in reversed(DEGREES):
        chosen = _top(people, score, degrees[degree], left)
        least[chosen] = int(degree[0])
        left &= ~chosen
    most = np.where(least == 4, len(uses), least)
    generative = ("nlg", "image_generation")
    people.tied(
        "technology_use",
        uses,
        adopter,
        answers=("use", "none"),
        rows=(least, most),
        any_of=(generative, degrees["generative"]) if "generative" in degrees else None,
    )
    for item, column in zip(uses, columns, strict=True):
        lacking = adopter & (people.column(column) == "none")
        wish = people.score(f"plan.{item}", "plan")
        people.hand_out(column, "plan", plans[0][item], wish, lacking)
    _planned_first(people, plans[1], planner)
    people.traits["technologies"] = np.asarray(
        (people.answers[columns] == "use").sum(axis=1).to_numpy(dtype=float)
    )


def _by_status(people: Respondents, status: Table, members: Mask) -> tuple[Mask, Mask]:
    maturity = people.score("ai_use_status")
    adopter = _top(people, maturity, status["use"], members)
    planner = _top(people, maturity, status["plan"], members & ~adopter)
    return adopter, planner


def _top(people: Respondents, score: Array, counts: Counts, members: Mask) -> Mask:
    """Choose the members with the highest score without writing an answer."""
    chosen = np.zeros(len(people.stratum), dtype=bool)
    for h, count in enumerate(counts):
        candidates = np.flatnonzero(members & (people.stratum == h))
        chosen[candidates[np.argsort(-score[candidates], kind="stable")][: int(count)]] = True
    return chosen


def _planned_first(people: Respondents, table: Table, planner: Mask) -> None:
    """Give every firm that only has plans at least one plan."""
    one = np.ones(len(planner))
    people.tied(
        "technology_use",
        table,
        planner,
        answers=("plan", "none"),
        rows=(one, np.full(len(planner), len(table))),
    )


def hand_out_questions(
    people: Respondents, questionnaire: Questionnaire, solution: Solution
) -> pd.DataFrame:
    """Hand out all questions but the technologies; returns the complete answers."""
    for question in questionnaire.questions.values():
        if question.id == "technology_use":
            continue
        for universe in _solved(question, solution):
            members = questionnaire.universe(universe, people.answers)
            _hand_out(people, question, solution, universe, members)
        if question.id == "adoption_model":
            shared = people.answers["adoption_model"].str.startswith("individual")
            people.traits["individual"] = np.asarray(shared, dtype=np.float64)
        if question.id == "adoption_phase":
            phase = people.answers["adoption_phase"].map(PROGRESS).fillna(0.0)
            people.traits["phase"] = np.asarray(phase, dtype=np.float64)
    return people.answers


def _solved(question: Question, solution: Solution) -> list[str]:
    names = {name for name, _ in solution.counts}
    ids = [question.id] if question.id in names else [f"{question.id}.{i}" for i in question.items]
    return [u for q, u in solution.counts if q == ids[0]] or list(parts_of(question.asked_of))


def _hand_out(
    people: Respondents, question: Question, solution: Solution, universe: str, members: Mask
) -> None:
    table = solution.counts.get((question.id, universe), {})
    if not question.items:
        people.single(question.id, {c: table[c] for c in question.categories}, members)
        return
    if "yes" not in question.categories:
        for item in question.items:
            name = f"{question.id}.{item}"
            people.single(name, solution.counts[name, universe], members)
        return
    tied: tuple[str, ...] = ()
    if "any" in table or "knowledge" in table:
        group = "any" if "any" in table else "knowledge"
        tied = tuple(question.items) if group == "any" else KNOWLEDGE
        people.tied(question.id, {i: table[i] for i in tied}, members, any_of=(tied, table[group]))
    for item in question.items:
        if item not in tied:
            people.item(question.id, item, table[item], members)
