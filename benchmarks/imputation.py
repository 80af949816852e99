"""Whether standard errors count imputation for what it is: samples, gaps and hot deck in earnest.

    python benchmarks/imputation.py

The population has as many firms in each stratum as that of the wave, with the answers of its
respondents. From it samples are drawn without replacement; answers are removed at random, at the
wave's rates and in its patterns; `hot_deck` fills them in. Over the samples the real standard
deviation of the estimates is compared with the mean of the standard errors, with and without the
variance of imputation, and the intervals with the truth. Writes imputation.md beside this file.

What imputation adds is seen best in the difference between the estimate on imputed answers and that
on the complete ones of the same sample: its variance is what imputation adds to that of the sample.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.survey.survey import Survey, load_survey
from barometer.wave.firms import Lots
from barometer.wave.imputation import hot_deck, imputation_classes

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
YEAR, SAMPLES, SEED = 2025, 60, 9
#: Estimated: questions of which only the answers are imputed, and with an imputed filter.
ASKED = {
    "adoption_model": "direct",
    "adoption_phase": "filter",
    "knowledge_gap": "filter",
    "training": "direct",
    "budget_change": "direct",
    "competitiveness": "direct",
}
#: Imputed too: the filters look at them.
FILTERS = ("technology_use", "barrier")
#: Categories that follow from several items.
DERIVED = ("any", "none")
FEW = 30  # respondents; smaller bases say more of the interval than of imputation
KEYS = ["question", "category", "universe", "domain", "domain_value"]


def shortened(survey: Survey) -> Survey:
    """The survey with the questions above only."""
    whole = survey.questionnaire
    questions = {n: q for n, q in whole.questions.items() if n in (*FILTERS, *ASKED)}
    indicators = {n: i for n, i in whole.indicators.items() if i.question.id in questions}
    fewer = replace(whole, questions=questions, indicators=indicators)
    wave = replace(survey._wave, questionnaire=fewer)
    return replace(survey, _wave=wave, _firms=None)


def asked(survey: Survey) -> Iterator[tuple[str, str, str | None]]:
    """Question, universe and domain of every estimate."""
    for name in ASKED:
        for universe in survey.questionnaire.questions[name].report_for:
            for by in (None, *survey.meta.domains):
                yield name, universe, by


def estimates(survey: Survey) -> pd.DataFrame:
    """Every row of the register about the questions above, by KEYS."""
    frames = [survey.precision(name, by, universe) for name, universe, by in asked(survey)]
    return pd.concat(frames).set_index(KEYS)


def percentages(survey: Survey) -> pd.Series:
    """The weighted percentages alone, by KEYS."""
    found = {}
    weight = survey.answers["weight"].to_numpy()
    for name, universe, by in asked(survey):
        y = survey.categories(name)
        for value, members in survey.domain(by).items():
            w = weight * members * survey.universe(universe)
            shares = 100 * (w @ y.to_numpy()) / w.sum() if w.any() else np.full(y.shape[1], np.nan)
            for category, share in zip(y.columns, shares, strict=True):
                found[name, category, universe, by or "total", value] = float(share)
    return pd.Series(found).rename_axis(KEYS)


def draw(survey: Survey, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """A sample without replacement by stratum, as positions of the respondents answering."""
    design, drawn = survey.design, []
    for stratum, (size, firms) in enumerate(zip(design.counts, design.population, strict=True)):
        members = np.flatnonzero(design.stratum == stratum)
        drawn.append(members[rng.choice(int(firms), int(size), replace=False) % len(members)])
    return np.concatenate(drawn)


def with_gaps(survey: Survey, answers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Remove answers at random, at the rate and in the patterns of the wave, question by question.

    Whoever lacks an answer to a filter was not asked what it filters.
    """
    whole, asks = answers, survey.questionnaire
    answers = answers.copy()
    for question in asks.questions.values():
        columns = question.columns
        patterns = survey.imputed[columns].to_numpy()
        patterns = patterns[patterns.any(axis=1)]
        rate = len(patterns) / asks.universe(question.asked_of, survey.answers).sum()
        cells = whole[columns].to_numpy(dtype=object, copy=True)
        if len(patterns):
            lost = patterns[rng.integers(0, len(patterns), len(cells))]
            cells[lost & (rng.random(len(cells)) < rate)[:, None]] = ""
        cells[~asks.universe(question.asked_of, answers)] = ""
        answers[columns] = cells
    return answers


def truth(survey: Survey) -> pd.Series:
    """The shares in the population (percent), by KEYS."""
    design = survey.design
    firms = np.zeros(len(design.stratum))
    for stratum, size in enumerate(design.population):
        members = np.flatnonzero(design.stratum == stratum)
        firms[members] = np.bincount(np.arange(int(size)) % len(members), minlength=len(members))
    return percentages(replace(survey, answers=survey.answers.assign(weight=firms)))


def repeated(survey: Survey) -> Iterator[tuple[pd.Series, pd.DataFrame, pd.DataFrame]]:
    """Per sample the percentages of complete answers, and the estimates on imputed ones: as if they
    were answers (naive) and with the variance of imputation (total)."""
    rng = np.random.default_rng(SEED)
    asks, settings = survey.questionnaire, survey.meta.imputation
    columns, lots = list(asks.columns), Lots([f"{i:05}" for i in range(len(survey.answers))])
    for number in range(SAMPLES):
        complete = survey.answers.iloc[draw(survey, rng)].reset_index(drop=True)
        gaps = with_gaps(survey, complete, rng)
        classes = imputation_classes(gaps, asks, settings)
        seeded = settings.model_copy(update={"seed": number})
        filled = complete.assign(**hot_deck(gaps[columns], classes, asks, seeded, lots))
        imputed = filled[columns] != gaps[columns]
        yield (
            percentages(replace(survey, answers=complete)),
            estimates(replace(survey, answers=filled, imputed=imputed & False)),
            estimates(replace(survey, answers=filled, imputed=imputed)),
        )


def joined(columns: Iterable[pd.Series]) -> pd.DataFrame:
    """One number of every sample: a row per estimate, a column per sample."""
    return pd.concat(columns, axis=1, ignore_index=True)


def compared(survey: Survey) -> pd.DataFrame:
    """Per estimate on enough respondents what is real beside what is estimated."""
    samples, true = list(repeated(survey)), truth(survey)
    complete = joined(sample[0] for sample in samples)
    found = {"naive": [s[1] for s in samples], "total": [s[2] for s in samples]}
    estimate = joined(each["estimate"] for each in found["total"])
    rows = pd.DataFrame({"p": true, "sd": estimate.std(axis=1)})
    rows["n"] = joined(each["n"] for each in found["total"]).mean(axis=1)
    rows["bias"] = (estimate - complete).mean(axis=1)
    rows["added_real"] = (estimate - complete).var(axis=1)
    rows["added"] = np.square(joined(each["se_imputation"] for each in found["total"])).mean(axis=1)
    for kind, frames in found.items():
        rows[f"se_{kind}"] = np.sqrt(np.square(joined(each["se"] for each in frames)).mean(axis=1))
        low, high = (joined(each[side] for each in frames) for side in ("ci_low", "ci_high"))
        covers = low.le(true, axis=0) & high.ge(true, axis=0)
        rows[f"cover_{kind}"] = 100 * covers.mean(axis=1)
    return rows[(rows["n"] >= FEW) & rows["p"].between(1, 99)].reset_index()


def groups(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """The lines of the table: which rows each is about."""
    direct = rows["question"].map(ASKED) == "direct"
    derived = rows["category"].isin(DERIVED) & (rows["question"] == "competitiveness")
    return {
        "total": rows["domain"] == "total",
        **{f"by {domain}": rows["domain"] == domain for domain in ("size", "sector")},
        "answers imputed": direct & ~derived,
        "filter imputed too": ~direct,
        "one or none of several items": derived,
        "below 10 % or above 90 %": ~rows["p"].between(10, 90),
        "all": rows["n"] > 0,
    }


def table(rows: pd.DataFrame) -> str:
    """The table in Markdown; ratios are means over estimates."""
    heads = (
        *("estimates", "number", "imputation adds to the SD", "naive SE / SD", "total SE / SD"),
        *("added variance, estimated / real", "coverage, naive", "coverage, total"),
    )
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for name, mask in groups(rows).items():
        x = rows[mask]
        own = np.square(x["se_total"])  # so that each estimate counts as much
        grows = 100 * (np.sqrt(own / (own - x["added_real"])) - 1).mean()
        cells = (
            *(name, len(x), f"{grows:.1f} %"),
            *(f"{(x[f'se_{kind}'] / x['sd']).mean():.3f}" for kind in ("naive", "total")),
            f"{(x['added'] / own).sum() / (x['added_real'] / own).sum():.2f}",
            *(f"{x[f'cover_{kind}'].mean():.1f} %" for kind in ("naive", "total")),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


TEXT = """# Standard errors with imputation, over {samples} samples

Made by `python benchmarks/imputation.py`, which says how; wave {year}, estimates on {few}
respondents or more and between 1 and 99 %. *Naive* takes imputed answers for answers; *total* adds
the variance of imputation. Ratios are means over the estimates: 1 is right. What imputation adds is
the variance, over samples, of the estimate on imputed answers minus that on the complete answers.

{table}
"""


def main() -> None:
    """Simulate, print and write the table."""
    survey = shortened(load_survey(YEAR, DATA))
    rows = compared(survey)
    if len(sys.argv) > 1:  # every estimate, to look at
        rows.to_csv(sys.argv[1], index=False)
    text = TEXT.format(samples=SAMPLES, year=YEAR, few=FEW, table=table(rows))
    print(text)
    (HERE / "imputation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
