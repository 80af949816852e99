"""What a quality report quotes of a wave: precision of key figures, and counts of the register."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from barometer.audit.overview import item_nonresponse, response
from barometer.display.block import WITHHELD, Block, flag_notes
from barometer.display.cells import marks
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import NOT_AVAILABLE, num
from barometer.prose.text import Text
from barometer.survey.accounting import Fact
from barometer.survey.estimates import Estimate
from barometer.survey.rounding import one_decimal
from barometer.survey.survey import Survey

#: What the table takes from a row of `Survey.precision`, with its heading and decimals.
COLUMNS = {
    "estimate": ("%", 1),
    "se": ("Standaardfout", 1),
    "ci_low": ("Ondergrens", 1),
    "ci_high": ("Bovengrens", 1),
    "n": ("N", 0),
    "n_effective": ("Effectieve N", 0),
    "deff": ("Design-effect", 1),
    "imputed_share": ("Aangevuld", 1),
}


def precision_table(survey: Survey, categories: Iterable[str], most: int = 8) -> Block:
    """How precise the first `most` of some categories are that the wave has, in total.

    `categories`: "indicator.category", in the universe the indicator is first reported for. Percent
    and percentage points; `Aangevuld` is the weighted percentage of the base that took an answer
    from a donor. BarometerError when the wave has none.
    """
    known = [name for name in categories if "." in name and survey.asked(name)][:most]
    if not known:
        raise BarometerError(
            f"precision_table(): wave {survey.year} has none of the categories; expected at least "
            "one as indicator.category"
        )
    chosen, rows = [], []
    for name in known:
        indicator, _, category = name.partition(".")
        estimate = survey[indicator][category]
        frame = survey.precision(indicator)
        rows.append(frame[frame["category"] == category].iloc[0])
        chosen.append(estimate)
    numbers = pd.DataFrame(rows)[list(COLUMNS)].astype(float).reset_index(drop=True)
    numbers["n_effective"] = numbers["n_effective"].round()
    for name, (_, decimals) in COLUMNS.items():
        numbers[name] = one_decimal(numbers[name]) if decimals else numbers[name]
    flags = [marks(e) for e in chosen]
    labels = [_label(e) for e in chosen]
    heads = {"label": "In %", **{name: head for name, (head, _) in COLUMNS.items()}, "flag": "Vlag"}
    table = pd.DataFrame({"label": labels})
    for name, (_, decimals) in COLUMNS.items():
        table[name] = [num(x, decimals) for x in numbers[name]]
    table = table.replace(NOT_AVAILABLE, WITHHELD)
    data = numbers.assign(label=labels, flag=flags)[list(heads)].set_axis(
        list(heads.values()), axis=1
    )
    if any(flags):
        table["flag"] = flags
    return table_block(
        table,
        {name: head for name, head in heads.items() if name in table},
        "precisie",
        "Precisie van de kerncijfers",
        notes=flag_notes(chosen),
        data=data,
    )


def _label(estimate: Estimate) -> str:
    """The indicator and category, and who it is about where more were asked."""
    of = estimate.of
    about = f" ({of.universe_label})" if of.universe != of.indicator.question.asked_of else ""
    return f"{of.short}: {estimate.short}{about}"


def quality_facts(survey: Survey) -> dict[str, Fact]:
    """Numbers that the quality report quotes, each by its name.

    Counts of the register of estimates; percentages of the sample (`unreached`) and of who was
    reached (`reached without answer`); the lowest and highest response rate by each domain of the
    strata; the smallest and largest percentage of answers imputed, over questions that are not
    mandatory (nan where there are none); strata.
    """
    flags = survey.register()["flag"]
    totals = survey.register(["domain", "flag"]).query("domain == 'total'")["flag"]
    counts = survey.accounting
    items = item_nonresponse(survey)
    imputed = items.loc[~items["verplicht"].astype(bool), "aangevulde antwoorden (%)"]
    found: dict[str, float] = {
        "estimates": len(flags),
        "withheld": (flags == "c").sum(),
        "unreliable": (flags == "u").sum(),
        "totals": len(totals),
        "unreliable totals": (totals == "u").sum(),
        "unreached": 100 * (1 - counts["reached"] / counts["sample_size"]),
        "reached without answer": 100 * (1 - counts["usable"] / counts["reached"]),
        "least imputed": imputed.min(),
        "most imputed": imputed.max(),
        "strata": survey.answers["stratum"].nunique(),
    }
    for domain in survey.meta.strata:
        groups = response(survey, [domain])
        enough = groups["bereikt"] >= survey.meta.thresholds.disclosure
        rates = groups.loc[enough, "responsgraad (%)"]
        found[f"lowest response rate by {domain}"] = rates.min()
        found[f"highest response rate by {domain}"] = rates.max()
    return {name: Fact(value, name, survey.year) for name, value in found.items()}


def most_imputed(survey: Survey) -> Text:
    """The question of which the largest share of answers is imputed, quoted by its short name."""
    items = item_nonresponse(survey)["aangevulde antwoorden (%)"]
    share = Fact(items.max(), "most answers imputed", survey.year)
    return Text(f"‘{items.idxmax()}’", "words", share)
