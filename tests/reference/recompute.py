"""Recompute published figures from the files of a wave, with pandas and nothing of this project.

    python tests/reference/recompute.py data/2025 tests/reference/published/2025.csv [completed.csv]

Draws 50 published figures with a fixed seed, recomputes each from responses.csv, sample.csv and
population.csv, and prints figure, published value and own value; exit code 1 if one differs.
Questions with item non-response need the answers as the pipeline completed them (`completed.csv`:
sector, size and the question columns); without that file only the figures are drawn that rest on
the mandatory technology question, on counts, or on the accounting of the sample.
"""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

SEED, NUMBER = 50, 50
TECHNOLOGY = {
    "ai_use_status",
    "technology_use",
    "technology_potential",
    "n_technologies",
    "generative_ai",
    "use_as_before",
}
SHARED = ["teams", "it_department", "management"]
KNOWLEDGE = ["barrier.applications_unclear", "barrier.lack_of_skills", "barrier.recruitment"]
UNIONS = {
    ("adoption_model", "individual_total"): ["individual_unapproved", "individual_approved"],
    ("budget_change", "decrease"): ["strong_decrease", "slight_decrease"],
    ("budget_change", "increase"): ["slight_increase", "strong_increase"],
}


def items(answers: pd.DataFrame, question: str) -> list[str]:
    """List the columns of a question."""
    return [str(c) for c in answers if str(c).startswith(f"{question}.")]


def usable(folder: Path) -> pd.DataFrame:
    """Clean the raw answers by the three rules, and add sector and size from the sample."""
    raw = pd.read_csv(folder / "responses.csv", dtype=str, keep_default_na=False)
    raw = raw[raw["enterprise_number"] == raw["reported_enterprise_number"]]
    technologies = items(raw, "technology_use")
    raw = raw[(raw[technologies] != "").all(axis=1)]
    raw = raw.sort_values("submitted_at", kind="stable")
    raw = raw.drop_duplicates("enterprise_number", keep="last")
    sample = pd.read_csv(folder / "sample.csv", dtype=str)
    return raw.merge(sample, on="enterprise_number", how="left")


def weighted(answers: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Add the weight of each respondent: firms in the stratum over its respondents."""
    stratum = ["sector", "size"]
    answers = answers.merge(population, on=stratum, how="left")
    respondents = answers.groupby(stratum)["firms"].transform("size")
    return answers.assign(weight=answers["firms"].astype(float) / respondents)


def members(answers: pd.DataFrame, universe: str) -> pd.Series:
    """Tell who belongs to a universe."""
    technologies = answers[items(answers, "technology_use")]
    adopter = (technologies == "use").any(axis=1)
    if universe == "all":
        return adopter | True
    if universe == "adopters":
        return adopter
    if universe == "non_adopters":
        return ~adopter
    if universe == "adopters_not_individual":
        return adopter & answers["adoption_model"].isin(SHARED)
    if universe == "ai_act_aware":
        return adopter & (answers["ai_act_awareness"] == "aware")
    gap = (answers[KNOWLEDGE] == "yes").any(axis=1)
    return gap & {"adopters": adopter, "non_adopters": ~adopter}.get(
        universe.removesuffix("_knowledge_gap"), adopter | True
    )


def holds(answers: pd.DataFrame, question: str, category: str) -> pd.Series:
    """Tell for whom a category of a question holds."""
    technologies = answers[items(answers, "technology_use")]
    used = (technologies == "use").sum(axis=1)
    planned = (technologies == "plan").any(axis=1)
    if question == "ai_use_status":
        none = used == 0
        return {"use": ~none, "plan": none & planned, "none": none & ~planned, "not_use": none}[
            category
        ]
    if question == "n_technologies":
        return used >= 4 if category == "4plus" else used == int(category)
    if question == "use_as_before":
        return used > (technologies["technology_use.image_generation"] == "use")
    if question == "generative_ai":
        generative = answers[["technology_use.nlg", "technology_use.image_generation"]]
        return (generative == "use").any(axis=1)
    if question == "technology_use":
        return answers[f"technology_use.{category}"] == "use"
    if question == "technology_potential":
        return answers[f"technology_use.{category}"].isin(["use", "plan"])
    if question == "ai_act_statement":
        return answers[f"ai_act_statement.{category}"].isin(["strongly_agree", "rather_agree"])
    if question == "competitiveness" and category in ("any", "none"):
        effects = answers[items(answers, "competitiveness")]
        return (effects == "yes").any(axis=1) == (category == "any")
    if f"{question}.{category}" in answers:
        return answers[f"{question}.{category}"] == "yes"
    return answers[question].isin(UNIONS.get((question, category), [category]))


def percentage(answers: pd.DataFrame, row: pd.Series) -> float:
    """Compute the weighted percentage that a published row is about."""
    base = members(answers, row["universe"])
    if row["domain"] != "total":
        base &= answers[row["domain"]] == row["domain_value"]
    weight = answers["weight"].where(base, 0.0)
    return 100 * weight[holds(answers, row["question"], row["category"])].sum() / weight.sum()


def count(tables: dict[str, pd.DataFrame], row: pd.Series) -> int:
    """Count the firms that a row of Table 1 or 2 is about."""
    table = tables[row["question"]]
    if row["domain"] == "sector_x_size":
        sector, size = row["domain_value"].split("|")
        table = table[(table["sector"] == sector) & (table["size"] == size)]
    elif row["domain"] != "total":
        table = table[table[row["domain"]] == row["domain_value"]]
    return int(table["firms"].astype(int).sum())


def main(folder: Path, register: Path, completed: Path | None = None) -> int:
    """Recompute the drawn figures; returns the exit code."""
    exceptions = {
        line.removeprefix("- id: ").strip()
        for line in (folder / "exceptions.yml").read_text("utf-8").splitlines()
        if line.startswith("- id: ")
    }
    population = pd.read_csv(folder / "population.csv", dtype=str)
    raw = usable(folder)
    tables = {
        "population": population,
        "sample": pd.read_csv(folder / "sample.csv", dtype=str).assign(firms=1),
        "response": raw.assign(firms=1),
    }
    answers = weighted(raw, population)
    if completed is not None:
        filled = pd.read_csv(completed, dtype=str, keep_default_na=False)
        filled = filled.drop(columns=[c for c in ("weight", "firms") if c in filled])
        answers = weighted(filled, population)
    published = pd.read_csv(register, dtype=str, keep_default_na=False)
    shares = published["statistic"] == "weighted_pct"
    if completed is None:
        shares &= published["question"].isin(TECHNOLOGY)
    rows = published[
        (shares & ~published["id"].isin(exceptions)) | published["question"].isin(tables)
    ]
    different = 0
    for _, row in rows.sample(NUMBER, random_state=SEED).iterrows():
        own = (
            Decimal(count(tables, row))
            if row["question"] in tables
            else Decimal(str(round(percentage(answers, row), 9))).quantize(
                Decimal("0.1"), ROUND_HALF_UP
            )
        )
        agrees = own == Decimal(row["value"])
        different += not agrees
        print(f"{'ok ' if agrees else 'NOT'} {row['id']}: published {row['value']}, own {own}")
    print(f"{NUMBER - different} of {NUMBER} agree")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
