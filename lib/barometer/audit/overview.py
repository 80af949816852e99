"""Aggregate tables on response, weights and precision, for the notebooks.

Every function returns counts or estimates per group, never a respondent, with Dutch column names;
`shown` writes the numbers the Dutch way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

import pandas as pd
from IPython.display import SVG
from matplotlib.figure import Figure

from barometer.display.style import FONT
from barometer.errors import BarometerError
from barometer.prose.numbers import num
from barometer.survey.coarsening import published
from barometer.survey.survey import Survey
from weighting import weight_summary


def shown(frame: pd.DataFrame, decimals: int = 1) -> pd.DataFrame:
    """Write whole numbers as 2.915 and others as 58,8 (nan: n.b.), for display only."""
    text = frame.copy()
    for column, values in frame.items():
        if pd.api.types.is_bool_dtype(values):
            text[column] = values.map({True: "ja", False: "nee"})
        elif pd.api.types.is_numeric_dtype(values):
            digits = 0 if pd.api.types.is_integer_dtype(values) else decimals
            text[column] = [num(value, digits) for value in values]
    return text


def accounting(survey: Survey) -> pd.DataFrame:
    """From the sample to the usable answers: firms per step, and per cent of the sample."""
    counts = survey.accounting
    steps = {
        "steekproef": counts["sample_size"],
        "uitgenodigd per e-mail": counts["email"],
        "e-mail: meteen bereikt": counts["email_reached_first"],
        "e-mail: onbestelbaar": counts["email_bounced"],
        "e-mail: bereikt via een nieuw contact": counts["email_reached_second"],
        "uitgenodigd per brief": counts["letter"],
        "brief: niet aangekomen": counts["letter_undelivered"],
        "bereikt": counts["reached"],
        "antwoorden": counts["answers"],
        "weggevallen: ander ondernemingsnummer": counts["other_enterprise"],
        "weggevallen: verplichte vraag onbeantwoord": counts["mandatory_missing"],
        "weggevallen: dubbel antwoord": counts["duplicate"],
        "bruikbare antwoorden": counts["usable"],
    }
    frame = pd.DataFrame({"aantal": pd.Series(steps, dtype="int64")})
    return frame.assign(**{"% van de steekproef": 100 * frame["aantal"] / counts["sample_size"]})


def response(survey: Survey, by: Sequence[str]) -> pd.DataFrame:
    """Firms in population, sample and usable answers by domains of the strata, with rates in %.

    The response rate is usable answers over sampled firms; the weight is N/n, which for a single
    domain is the mean weight. Rows in wave order; a group outside the population is left out.
    """
    keys = list(by)
    sample, firms = survey.sample, survey.population
    reached = sample[sample["delivery"] != "undeliverable"]
    frame = pd.DataFrame(
        {
            "populatie": firms.groupby(keys)["firms"].sum(),
            "steekproef": sample.groupby(keys).size(),
            "bereikt": reached.groupby(keys).size(),
            "bruikbaar": survey.answers.groupby(keys).size(),
        }
    )
    frame = frame.reindex(_order(survey, keys)).fillna(0).astype("int64")
    frame = frame[frame["populatie"] > 0]
    return frame.assign(
        **{
            "responsgraad (%)": 100 * frame["bruikbaar"] / frame["steekproef"],
            "responsgraad van wie bereikt is (%)": 100 * frame["bruikbaar"] / frame["bereikt"],
            "gewicht N/n": frame["populatie"] / frame["bruikbaar"],
        }
    )


def _order(survey: Survey, keys: list[str]) -> pd.Index:
    values = [survey.meta.values(key) for key in keys]
    if len(keys) == 1:
        return pd.Index(values[0], name=keys[0])
    return pd.MultiIndex.from_product(values, names=keys)


def item_nonresponse(survey: Survey) -> pd.DataFrame:
    """Per question: respondents asked, of them imputed on at least one cell, and cells imputed.

    A question asked of nobody has no row.
    """
    rows: dict[str, dict[str, Any]] = {}
    for question in survey.questionnaire.questions.values():
        asked = survey.universe(question.asked_of)
        if not asked.any():
            continue
        flags = survey.imputed.loc[asked, question.columns].to_numpy()
        rows[question.short] = {
            "verplicht": question.mandatory,
            "gevraagd": int(asked.sum()),
            "aangevuld": int(flags.any(axis=1).sum()),
            "aangevuld (%)": 100 * float(flags.any(axis=1).mean()),
            "aangevulde antwoorden (%)": 100 * float(flags.mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("vraag")


def weights(survey: Survey, by: str | None = None) -> pd.DataFrame:
    """The distribution of the weights, in total or per value of a domain (see `weighting`)."""
    names = {
        "respondents": "respondenten",
        "population": "som van de gewichten",
        "smallest": "kleinste",
        "median": "mediaan",
        "largest": "grootste",
        "cv": "variatiecoëfficiënt",
        "effective_sample_size": "effectieve omvang",
    }
    groups = survey.answers[by] if by else None
    frame = weight_summary(survey.answers["weight"], groups).rename(columns=names)
    frame = frame.reindex(_order(survey, [by])) if by else frame.rename({"total": "Totaal"})
    return frame.assign(
        **{"design-effect van de weging": frame["respondenten"] / frame["effectieve omvang"]}
    )


def main_categories(survey: Survey) -> list[str]:
    """The first answer of every indicator that is reported, as "indicator.category"."""
    return list(dict.fromkeys(f"{found.id}.{found.categories[0]}" for found in survey.reported()))


def precision(survey: Survey, categories: Iterable[str], by: str | None = None) -> pd.DataFrame:
    """Estimate, standard error, 95 % interval, base and design effect of some categories.

    `categories`: "indicator.category", in the universe the indicator is first reported for; those
    this wave didn't ask are left out. Percentages are as published, to one decimal or coarser;
    numbers below the disclosure threshold are nan.
    """
    frames = []
    for identifier in categories:
        name, _, category = identifier.partition(".")
        if not survey.asked(name) or category not in survey.categories(name):
            continue
        frame = survey.precision(name, by)
        rows = frame[frame["category"] == category]
        frames.append(
            rows.assign(indicator=f"{survey[name].short}: {survey[name][category].short}")
        )
    if not frames:
        raise BarometerError(
            f"wave {survey.year}: found none of the categories asked for; expected at least one "
            "as indicator.category"
        )
    names = {
        "indicator": "indicator",
        "domain_value": survey.meta.domains[by].label.lower() if by else "domein",
        "estimate": "%",
        "se": "standaardfout",
        "ci_low": "95 %: van",
        "ci_high": "95 %: tot",
        "n": "N (ongewogen)",
        "deff": "design-effect",
        "flag": "vlag",
    }
    together = published(pd.concat(frames, ignore_index=True), survey)
    return together[list(names)].rename(columns=names)


def svg(figure: Figure) -> SVG:
    """Show a figure in a notebook as SVG, the same bytes every time, with a fallback font."""
    text = StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    drawing = text.getvalue().replace(f"'{FONT}'", f"'{FONT}', sans-serif")
    return SVG(drawing)  # type: ignore[no-untyped-call]
