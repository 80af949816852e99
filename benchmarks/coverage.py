"""How often 95 % intervals hold the truth, and how wide they are, in samples like those of a wave.

    python benchmarks/coverage.py [YEAR] [SAMPLES]

Populations have the strata of the wave, and in each the share of the universe that the wave found;
a unit in the universe has the answer with probability p, whatever its stratum. From each population
samples are drawn without replacement, as many per stratum as responded. Prints and writes to
coverage.md, in total and over the values of each domain, in everyone and in the smaller universe
that most indicators are reported for: mean coverage, that of the worst value, and mean width. Not a
timed test: about a minute. The same arguments give the same table.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.survey.survey import Survey, load_survey
from weighting import Array, BoolArray, Design, Shares, effective_sample_size, interval, shares

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
SEED = 9
#: Samples per population: the universe among the respondents is drawn once for all of these.
BATCH = 100
PROBABILITIES = (0.02, 0.1, 0.5, 0.98)
#: The default interval is said to fall short below this coverage, in percent.
SHORT = 94
METHODS = ("logit", "logit, effective df", "beta, unbounded", "beta (default)")


def universes(survey: Survey) -> list[str]:
    """Everyone, and the smaller universe that most indicators are reported for."""
    size = {name: int(survey.universe(name).sum()) for name in survey.questionnaire.universes}
    everyone = max(size, key=lambda name: size[name])
    smaller = [e.universe for e in survey.reported() if size[e.universe] < size[everyone]]
    return [everyone, Counter(smaller).most_common(1)[0][0]]


def domains(survey: Survey) -> dict[str, dict[str, BoolArray]]:
    """The members of each value of the domains that make up the strata, and the total."""
    return {by or "total": survey.domain(by) for by in (None, *survey.meta.strata)}


def draw(
    rng: np.random.Generator, design: Design, share: Array, p: float, samples: int
) -> tuple[BoolArray, Array, Array, Array]:
    """One population and samples from it.

    `share`: of each stratum in the universe. Returns who of the sample is in it (n), the answers
    (n, samples), and per stratum how many of the population are in it and have the answer.
    """
    size, n = design.population.astype(int), design.counts.astype(int)
    members = np.round(share * size).astype(int)
    holders = rng.binomial(members, p)
    found = rng.hypergeometric(members, size - members, n)
    have = rng.hypergeometric(holders, members - holders, found, (samples, len(size)))
    order = np.argsort(design.stratum, kind="stable")
    rank = np.empty(len(order), dtype=int)  # 0, 1, 2, … within each stratum
    rank[order] = np.arange(len(order)) - np.repeat(np.cumsum(n) - n, n)
    answers = (rank < have[:, design.stratum]).T.astype(float)
    return rank < found[design.stratum], answers, members, holders


def intervals(
    design: Design, found: Shares, row: int, inside: BoolArray
) -> Iterator[tuple[Array, Array]]:
    """The intervals of one domain by each of METHODS, 0–1."""
    p, se = found.estimate[row] / 100, found.se[row] / 100
    n, kish = int(inside.sum()), effective_sample_size(design.weight[inside])
    remaining, df = design.remaining(inside), design.degrees_of_freedom(inside)
    yield interval(p, se, df, n, kish, remaining, "logit")
    yield interval(p, se, design.effective_df(inside), n, kish, remaining, "logit")
    bounded = interval(p, se, df, n, kish, remaining, "beta")
    free = interval(p, se, df, n, kish, 0.0, "beta")  # nothing remaining: no bound, as in R
    edge = (p == 0) | (p == 1)
    yield np.where(edge, bounded[0], free[0]), np.where(edge, bounded[1], free[1])
    yield found.ci_low[row] / 100, found.ci_high[row] / 100


def simulate(survey: Survey, samples: int) -> pd.DataFrame:
    """Coverage (%) and width (points) per universe, p, domain value and method."""
    design, rng, rows = survey.design, np.random.default_rng(SEED), []
    strata = len(design.population)
    parts = [
        (by, value, inside) for by, of in domains(survey).items() for value, inside in of.items()
    ]
    member = np.column_stack([inside for *_, inside in parts])
    whole = [np.unique(design.stratum[inside]) for *_, inside in parts]
    if sum(map(len, whole)) != strata * len(domains(survey)):
        raise SystemExit("found a stratum in two values of a domain; expected none to be merged")
    for universe in universes(survey):
        among = np.bincount(design.stratum, survey.universe(universe), strata) / design.counts
        for p in PROBABILITIES:
            for _ in range(max(samples // BATCH, 1)):
                inside, y, members, holders = draw(rng, design, among, p, min(samples, BATCH))
                found = shares(design, y, member, inside)
                for row, (by, value, domain) in enumerate(parts):
                    if not found.n[row, 0]:
                        continue
                    truth = holders[whole[row]].sum() / members[whole[row]].sum()
                    ends = intervals(design, found, row, domain & inside)
                    for method, (low, high) in zip(METHODS, ends, strict=True):
                        holds = (low <= truth + 1e-12) & (truth <= high + 1e-12)
                        width = 100 * (high - low).mean()
                        rows.append((universe, p, by, value, method, 100 * holds.mean(), width))
    names = ["universe", "p", "domain", "value", "method", "coverage", "width"]
    return pd.DataFrame(rows, columns=names)


def table(survey: Survey, results: pd.DataFrame, samples: int) -> str:
    """The results as a page of markdown: mean coverage (of the worst value), mean width."""
    each = results.groupby([*results.columns[:5]], sort=False)[["coverage", "width"]].mean()
    keys = ["universe", "p", "domain"]
    head = ["universe", "domain", "p", *METHODS]
    lines = [
        f"# Coverage of 95 % intervals, wave {survey.year}",
        "",
        f"`python benchmarks/coverage.py {survey.year} {samples}`: {samples:,} samples per row and"
        " value, seed fixed. Mean coverage",
        "in percent over the values of a domain (that of the worst value), and the mean width in"
        " percentage points.",
        "",
        "| " + " | ".join(head) + " |",
        "|---" * len(head) + "|",
    ]
    for (universe, p, domain), block in each.groupby(keys, sort=False):
        cells = [str(universe), str(domain), f"{p:g}"]
        for method in METHODS:
            own = block.xs(method, level="method")
            worst = f" ({own['coverage'].min():.1f})" if len(own) > 1 else ""
            cells.append(f"{own['coverage'].mean():.1f}{worst}, {own['width'].mean():.1f}")
        lines.append("| " + " | ".join(cells) + " |")
    covered = each.xs(METHODS[-1], level="method")["coverage"]
    short = covered[covered < SHORT].sort_values().reset_index()
    columns = (short[name] for name in ("value", "universe", "p", "coverage"))
    listed = [f"{v} ({u}, p = {p:g}) {c:.1f}" for v, u, p, c in zip(*columns, strict=True)]
    lines += ["", f"By default below {SHORT}: {', '.join(listed) or 'none'}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Simulate, print and write."""
    year, samples = (*map(int, sys.argv[1:]), *(2025, 2000)[len(sys.argv) - 1 :])
    survey = load_survey(year, DATA)
    page = table(survey, simulate(survey, samples), samples)
    (HERE / "coverage.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
