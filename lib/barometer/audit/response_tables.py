"""What the report shows of response and non-response: ready tables, in Dutch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barometer.audit.nonresponse import EMAIL, LETTER, Comparison
from barometer.audit.overview import item_nonresponse, response
from barometer.audit.response_rates import by_mode
from barometer.audit.sensitivity import calibration
from barometer.display.block import WITHHELD, Block
from barometer.display.cells import CODE, definition
from barometer.display.table_style import table_block
from barometer.errors import BarometerError
from barometer.prose.numbers import NOT_AVAILABLE, num, p_value
from barometer.survey.survey import Survey
from barometer.wave.meta import Domain
from barometer.wave.questionnaire import BoolArray

COUNTS = {"steekproef", "bereikt", "bruikbaar", "gevraagd", "sampled", "reached", "usable"}
MODES = {EMAIL: "e-mail", LETTER: "brief"}
UNSHOWN = f"{WITHHELD} niet getoond wegens vertrouwelijkheid, of niet te berekenen."


def response_rates(survey: Survey, by: str) -> Block:
    """Firms sampled, reached and with a usable answer by a domain of the strata, with rates.

    Beside them by how much the finite population correction shortens a standard error there, if
    answers vary as much in each stratum. BarometerError for a domain that makes up no strata.
    """
    if by not in survey.meta.strata:
        raise BarometerError(
            f"response_rates() found no domain '{by}' of the strata; expected one of "
            + ", ".join(survey.meta.strata)
        )
    domain = survey.meta.domains[by]
    rates = "responsgraad (%)", "responsgraad van wie bereikt is (%)"
    counts = response(survey, [by])[["steekproef", "bereikt", "bruikbaar", *rates]].astype(float)
    members = survey.domain(by)
    left = [
        survey.design.remaining(members[value]) if members[value].any() else np.nan
        for value in counts.index
    ]
    counts["correctie (%)"] = 100 * (1 - np.sqrt(left))
    counts[hidden(counts["bereikt"], survey.meta.thresholds.disclosure)] = np.nan
    columns = {
        "label": domain.label,
        **({CODE: domain.codes} if domain.codes else {}),
        "steekproef": "Steekproef",
        "bereikt": "Bereikt",
        "bruikbaar": "Bruikbaar",
        rates[0]: "Responsgraad",
        rates[1]: "Van wie bereikt is",
        "correctie (%)": "Correctie",
    }
    note = (
        "Responsgraad: bruikbare antwoorden in % van de steekproef. Correctie: met hoeveel % de "
        "correctie voor de eindige populatie de standaardfout verkleint."
    )
    counts[CODE] = [domain.values[str(value)].code for value in counts.index]
    return _table(
        counts,
        [_named(domain, str(value)) for value in counts.index],
        columns,
        f"responsgraad-{by}",
        f"Responsgraad naar {domain.label.lower()}",
        [note, *([domain.note] if domain.note else [])],
    )


def mode_table(survey: Survey) -> Block:
    """Response by contact mode, in all and where both modes occur in a stratum."""
    counts = by_mode(survey).loc[lambda frame: frame["sampled"] > 0].astype(float)
    few = survey.meta.thresholds.disclosure
    counts[hidden(counts["reached"], few)] = np.nan
    counts["matched_rate"] *= 1 if (counts["matched"] >= few).all() else np.nan
    columns = {
        "label": "Uitnodiging",
        "sampled": "Steekproef",
        "reached": "Bereikt",
        "usable": "Bruikbaar",
        "rate": "Responsgraad",
        "matched_rate": "In dezelfde strata",
    }
    note = (
        "Responsgraad: bruikbare antwoorden in % van de steekproef. In dezelfde strata: waar beide "
        "wijzen voorkomen, met hetzelfde gewicht per stratum (Mantel–Haenszel)."
    )
    labels = [MODES[str(mode)] for mode in counts.index]
    return _table(
        counts, labels, columns, "responsgraad-contact", "Responsgraad naar contactwijze", [note]
    )


def early_late_table(comparison: Comparison) -> Block:
    """The first answer of each indicator reported for everyone: early, late, and their difference.

    Percent, percentage points and a p-value.
    """
    shown = _first_of_everyone(comparison.table, comparison.table["everyone"])
    columns = {
        "label": "In %, bij gelijke strata",
        "first": "Vroeg",
        "second": "Laat",
        "difference": "Verschil",
        "se": "Standaardfout",
        "p_value": "p-waarde",
    }
    title = "Vroege en late respondenten"
    return _table(shown, list(shown["label"]), columns, "vroeg-laat", title, [])


def calibration_table(survey: Survey) -> Block:
    """The same estimates by the weights of the report and by weights raked to each margin."""
    frame = calibration(survey).reset_index()
    everyone = frame["universe"].map(lambda name: bool(survey.universe(name).all()))
    frame["label"] = [
        f"{survey[question, universe].short}: {survey[question, universe][category].short}"
        for question, universe, category in zip(
            frame["question"], frame["universe"], frame["category"], strict=True
        )
    ]
    shown = _first_of_everyone(frame, everyone)
    columns = {
        "label": "In %",
        "%": "Gewicht per stratum",
        "% na raking": "Na raking",
        "verschil": "Verschil",
        "standaardfout": "Standaardfout",
    }
    title = "Gewichten per stratum en na raking"
    return _table(shown, list(shown["label"]), columns, "raking", title, [])


def item_table(survey: Survey) -> Block:
    """Per question who was asked, and in percent who got an answer from a donor."""
    frame = item_nonresponse(survey)
    frame = frame.drop(columns="verplicht").astype(float)
    frame[frame["gevraagd"] < survey.meta.thresholds.disclosure] = np.nan
    columns = {
        "label": "Vraag",
        "gevraagd": "Gevraagd (N)",
        "aangevuld (%)": "Minstens één antwoord aangevuld (%)",
        "aangevulde antwoorden (%)": "Aangevulde antwoorden (%)",
    }
    title = "Item-non-respons per vraag"
    return _table(frame, list(frame.index.astype(str)), columns, "item-non-respons", title, [])


def hidden(base: pd.Series, threshold: int) -> BoolArray:
    """Which rows of a table with a known total to withhold, given the firms each rests on.

    Those on fewer firms than the threshold and, as long as the withheld rows together hold fewer,
    the smallest other: their sum can be computed back from the total.
    """
    away: BoolArray = ((base > 0) & (base < threshold)).to_numpy(copy=True)
    for row in np.argsort(base.to_numpy(), kind="stable"):
        if not away.any() or base[away].sum() >= threshold:
            break
        away[row] |= bool(base.iloc[row] > 0)
    return away


def _named(domain: Domain, value: str) -> str:
    """The name of a domain value, with what its full name adds to it."""
    added = definition(domain, value)
    return domain.values[value].short + (f" ({added})" if added else "")


def _first_of_everyone(frame: pd.DataFrame, everyone: pd.Series) -> pd.DataFrame:
    """The first answer of each indicator of which all respondents are the base."""
    return frame[everyone.to_numpy()].drop_duplicates("question").reset_index(drop=True)


def _table(
    numbers: pd.DataFrame,
    labels: Sequence[str],
    columns: dict[str, str],
    name: str,
    title: str,
    notes: Sequence[str],
) -> Block:
    """Write counts whole, percentages to one decimal, p-values and codes as such.

    What may not be shown or is undefined, nan, is replaced by a mark that a note explains.
    """
    text = pd.DataFrame({"label": list(labels)})
    for key in list(columns)[1:]:
        if key == CODE:
            text[key] = numbers[key].to_numpy()
        elif key == "p_value":
            text[key] = [p_value(p).lstrip("p=\N{NO-BREAK SPACE}") for p in numbers[key]]
        else:
            text[key] = [num(x, 0 if key in COUNTS else 1) for x in numbers[key]]
    unshown = text == NOT_AVAILABLE
    text = text.mask(unshown, WITHHELD)
    data = numbers[list(columns)[1:]].set_axis(list(columns.values())[1:], axis=1)
    data.insert(0, columns["label"], list(labels))
    words = [CODE] if CODE in columns else []
    notes = [*notes, *([UNSHOWN] if unshown.any(axis=None) else [])]
    return table_block(text, columns, name, title, text=words, notes=notes, data=data)
