"""Every question of the wave in its order: counts per stratum, answer by answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from barometer.wave.content import Question
from barometer.wave.questionnaire import Questionnaire
from synthesis.inputs import Array, Published
from synthesis.stages import Table, solve_invented, solve_item
from synthesis.statements import Statement

KNOWLEDGE = ("applications_unclear", "lack_of_skills", "recruitment")


@dataclass
class Solution:
    """Counts per stratum: `counts[question, universe]` is a table by category or item.

    `bases`: respondents per stratum of each universe.
    """

    bases: dict[str, Array]
    counts: dict[tuple[str, str], Table] = field(default_factory=dict)


def parts_of(universe: str) -> tuple[str, ...]:
    """Universes that are solved apart: what is asked of all is reported for users and others."""
    parts = {
        "all": ("adopters", "non_adopters"),
        "knowledge_gap": ("adopters_knowledge_gap", "non_adopters_knowledge_gap"),
    }
    return parts.get(universe, (universe,))


def solve_question(
    published: Published,
    question: Question,
    solution: Solution,
    tilt: Mapping[str, Any],
    statements: list[Statement],
) -> None:
    """Solve one question beyond use, model and phase, and add it to the solution."""
    detailed = any(f.domain == "sector" for f in published.of(question.id)) and question.items
    universes = (
        parts_of(question.asked_of)
        if question.report_for != [question.asked_of]
        else (question.asked_of,)
    )
    for universe in universes:
        base = solution.bases[universe]
        if detailed:
            solution.counts[question.id, universe] = {
                item: solve_item(published, question.id, item, base, base, universe)
                for item in question.items
            }
            continue
        if question.items and "yes" not in question.categories:
            _solve_scales(published, question, universe, solution, tilt, statements)
            continue
        categories = list(question.items or question.categories)
        any_of, number = _any_of(question.id, universe, published)
        table = solve_invented(
            published,
            question.id,
            categories,
            base,
            universe,
            {c: tilt.get(f"{question.id}.{c}", {}) for c in categories},
            [c for c in statements if c.question == question.id],
            exclusive=not question.items,
            any_of=any_of,
            number=number,
        )
        solution.counts[question.id, universe] = table
        if "knowledge" in table:
            solution.bases[f"{universe}_knowledge_gap"] = table["knowledge"].astype(float)
        if question.id == "ai_act_awareness":
            solution.bases["ai_act_aware"] = table["aware"].astype(float)


def _any_of(
    question: str, universe: str, published: Published
) -> tuple[dict[str, tuple[str, ...]], tuple[str, int] | None]:
    """Blocks for "at least one of", and unweighted numbers of respondents that are published."""
    if question == "competitiveness":
        return {"any": ("new_products", "process_quality", "cost_reduction")}, None
    if question == "barrier":
        number = published.bases.get(f"{universe}_knowledge_gap")
        return {"knowledge": KNOWLEDGE}, None if number is None else ("knowledge", number)
    if question == "ai_act_awareness":
        return {}, ("aware", published.bases["ai_act_aware"])
    return {}, None


def _solve_scales(
    published: Published,
    question: Question,
    universe: str,
    solution: Solution,
    tilt: Mapping[str, Any],
    statements: list[Statement],
) -> None:
    """Solve items with an answer scale, each as a question of its own (question.item)."""
    for item in question.items:
        name = f"{question.id}.{item}"
        agree = [
            replace(f, question=name, category="agree") for f in published.of(question.id, item)
        ]
        with_agree = replace(published, figures=(*published.figures, *agree))
        solution.counts[name, universe] = solve_invented(
            with_agree,
            name,
            list(question.categories),
            solution.bases[universe],
            universe,
            {c: tilt.get(f"{name}.{c}", {}) for c in question.categories},
            [c for c in statements if c.question == name],
            exclusive=True,
        )


def solve_questions(
    published: Published,
    questionnaire: Questionnaire,
    solution: Solution,
    settings: Mapping[str, Any],
    statements: list[Statement],
) -> Solution:
    """Solve the questions that no earlier stage has solved, in the order of the questionnaire."""
    solved = {question for question, _ in solution.counts}
    for question in questionnaire.questions.values():
        if question.id not in solved:
            solve_question(published, question, solution, settings.get("tilt", {}), statements)
    return solution
