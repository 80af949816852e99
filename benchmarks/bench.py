"""How long the library takes, beside what it took when the baseline was set.

    python benchmarks/bench.py [--baseline]

Runs each benchmark five times and writes the median to results.json, with that of baseline.json
and their ratio; a ratio of 2 is twice as slow. With --baseline the medians become the baseline: do
so on a quiet machine. Compare ratios, not seconds: machines differ.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from barometer.survey.compare import compare
from barometer.survey.survey import load_survey
from weighting import Array, BoolArray, Design, shares

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
RUNS = 5


def median(run: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> float:
    """The median time of a run, in seconds; what `prepare` does before each doesn't count."""
    seconds = []
    for _ in range(RUNS):
        prepare()
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def survey_sized() -> tuple[Design, BoolArray, Array]:
    """A design of 2,915 respondents in 44 strata, 16 domains, 50 questions of 6 answers: 4,800."""
    rng = np.random.default_rng(1)
    n, strata = 2915, 44
    stratum = np.sort(rng.integers(0, strata, n))
    counts = np.bincount(stratum, minlength=strata)
    design = Design(stratum, np.full(n, 4.0), (counts * 4).astype(np.float64))
    sectors = [stratum // 4 == s for s in range(11)]
    sizes = [stratum % 4 == s for s in range(4)]
    domains = np.column_stack([np.ones(n, dtype=bool), *sectors, *sizes])
    return design, domains, np.eye(6)[rng.integers(0, 6, (n, 50))]


def measure() -> dict[str, float]:
    """Every benchmark, by name: seconds."""
    design, domains, answers = survey_sized()
    before, after = load_survey(2023, DATA), load_survey(2025, DATA)

    def forget() -> None:
        before._shares.clear()
        after._shares.clear()

    def estimate() -> None:
        for question in range(answers.shape[1]):
            shares(design, answers[:, question], domains)

    return {
        "load_survey": median(lambda: load_survey(2025, DATA)),
        "register": median(after.register, forget),
        "compare": median(lambda: compare(before, after), forget),
        "shares_4800": median(estimate),
    }


def write(name: str, content: object) -> None:
    """Write a JSON file beside this one."""
    (HERE / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, compare with the baseline, print and write."""
    seconds = {name: round(median, 4) for name, median in measure().items()}
    if "--baseline" in sys.argv[1:]:
        write("baseline.json", seconds)
    baseline = json.loads((HERE / "baseline.json").read_text(encoding="utf-8"))
    results = {
        name: {
            "seconds": found,
            "baseline_seconds": baseline[name],
            "ratio": round(found / baseline[name], 2),
        }
        for name, found in seconds.items()
    }
    write("results.json", results)
    for name, row in results.items():
        print(f"{name:26} {row['seconds']:8.3f} s   {row['ratio']:.2f} of the baseline")


if __name__ == "__main__":
    main()
