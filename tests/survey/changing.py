"""Small waves that change from one to the next, and what the answers of the first say by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from barometer.survey.survey import Survey, load_survey
from tests.wave.small_wave import PER_STRATUM, SmallWave

Row = dict[str, str]
Edit = Callable[[SmallWave], None]


def label(text: str, **more: Any) -> dict[str, Any]:
    return {"label": text, "short": text, **more}


def first(year: int = 2023) -> SmallWave:
    """A wave of which the branches and sizes differ: three branches, and more firms in some."""
    wave = SmallWave(year)
    move(wave, {("wood", "large"): "steel"})
    for place, row in enumerate(wave.responses):
        if place < 2 * PER_STRATUM and place % 3 == 0:
            row["course"] = "no"
        if row["budget"] and place >= 2 * PER_STRATUM and place % 4 == 1:
            row["budget"] = "less"
    for place, stratum in enumerate(row for row in wave.population if row["firms"] != "0"):
        stratum["firms"] = str(100 * (place + 1) * (place + 2))
    return wave


def later(year: int) -> SmallWave:
    """The same wave with other firms, more courses and larger budgets."""
    wave = first(year)
    for row in (*wave.sample, *wave.responses):
        for column in ("enterprise_number", "reported_enterprise_number"):
            if column in row:
                row[column] = f"08{row[column][2:]}"
    for row in wave.responses[2::5]:
        row["course"] = "yes"
        row["budget"] = row["budget"] and "more"
        row["tool.scanner"] = row["tool.robot"]
    return wave


def move(wave: SmallWave, branches: Mapping[tuple[str, str], str]) -> None:
    """Let the firms of some strata be of another branch; the values of the domain follow."""
    for row in (*wave.sample, *wave.population):
        row["branch"] = branches.get((row["branch"], row["size"]), row["branch"])
    firms: Counter[tuple[str, str]] = Counter()
    for row in wave.population:
        firms[row["branch"], row["size"]] += int(row["firms"])
    values = wave.wave["domains"]["branch"]["values"]
    names = dict.fromkeys(row["branch"] for row in wave.sample)
    wave.population = [
        {"branch": branch, "size": size, "firms": str(firms[branch, size])}
        for branch, size in product(names, ("small", "large"))
    ]
    wave.wave["domains"]["branch"]["values"] = {b: values.get(b, label(b)) for b in names}


def pair(folder: Path, *edits: Edit, before: SmallWave | None = None) -> tuple[Survey, Survey]:
    """A first wave, and two years later one of other firms and answers that is edited."""
    then = before or first()
    now = later(then.year + 2)
    for edit in edits:
        edit(now)
    then.write(folder)
    now.write(folder)
    survey = load_survey(now.year, folder)
    assert survey.previous is not None
    return survey.previous, survey


def by_hand(
    wave: SmallWave,
    holds: Callable[[Row], bool],
    *,
    users: bool | None = None,
    of: Iterable[tuple[str, str]] = (),
) -> float:
    """The weighted percentage of the firms for which something holds of their answers.

    `users`: only of those that use a tool, or only of the others. `of`: only firms of one of these
    (domain, value). A firm weighs the firms of its stratum over those of them that answered.
    """
    stratum = {firm["enterprise_number"]: firm for firm in wave.sample}
    answered = Counter((firm["branch"], firm["size"]) for firm in wave.sample)
    firms = {(r["branch"], r["size"]): int(r["firms"]) for r in wave.population}
    total = inside = 0.0
    for row in wave.responses:
        firm = stratum[row["enterprise_number"]]
        uses = "use" in (row["tool.robot"], row["tool.scanner"])
        among = [firm[domain] == value for domain, value in of]
        if (users is not None and uses is not users) or (among and not any(among)):
            continue
        key = firm["branch"], firm["size"]
        weight = firms[key] / answered[key]
        total += weight
        inside += weight * holds(row)
    return 100 * inside / total


def gave(column: str, *answers: str) -> Callable[[Row], bool]:
    """Whether a column of a row holds one of these answers."""
    return lambda row: row[column] in answers


# --- edits --------------------------------------------------------------------------------------


def question(name: str, **changes: Any) -> Edit:
    """Change keys of a question."""
    return lambda wave: wave.questionnaire["questions"][name].update(changes)


def rename_question(old: str, new: str, **changes: Any) -> Edit:
    """Rename a question, its column and what refers to it."""

    def edit(wave: SmallWave) -> None:
        questions = wave.questionnaire["questions"]
        wave.questionnaire["questions"] = {
            new if name == old else name: body for name, body in questions.items()
        }
        wave.questionnaire["questions"][new].update(changes)
        for indicator in wave.questionnaire["indicators"].values():
            if indicator.get("of") == old:
                indicator["of"] = new
        indicators = wave.questionnaire["indicators"]
        if old in indicators:
            indicators[new] = indicators.pop(old)
        _columns(wave, lambda name: new + name[len(old) :] if name.split(".")[0] == old else name)

    return edit


def rename_item(name: str, old: str, new: str, **changes: Any) -> Edit:
    """Rename an item of a question and its column."""

    def edit(wave: SmallWave) -> None:
        items = wave.questionnaire["questions"][name]["items"]
        items = {new if item == old else item: body for item, body in items.items()}
        wave.questionnaire["questions"][name]["items"] = items
        items[new] = {**items[new], **changes}
        _columns(wave, lambda c: f"{name}.{new}" if c == f"{name}.{old}" else c)

    return edit


def recode(name: str, codes: Mapping[str, str], answers: Mapping[str, Any]) -> Edit:
    """Give a question other answers, by old code."""

    def edit(wave: SmallWave) -> None:
        wave.questionnaire["questions"][name]["categories"] = dict(answers)
        for row in wave.responses:
            row[name] = codes.get(row[name], row[name])

    return edit


def split_item(name: str, old: str, *new: str) -> Edit:
    """Ask about several items what one asked; who held the one holds the first of these."""

    def edit(wave: SmallWave) -> None:
        asked = wave.questionnaire["questions"][name]
        asked["items"] = {
            key: body
            for item, was in asked["items"].items()
            for key, body in (
                [(part, label(part)) for part in new] if item == old else [(item, was)]
            )
        }
        for row in wave.responses:
            answer = row.pop(f"{name}.{old}")
            row.update({f"{name}.{part}": answer for part in new})

    return edit


def values(domain: str, **changes: Mapping[str, Any]) -> Edit:
    """Change keys of values of a domain."""

    def edit(wave: SmallWave) -> None:
        for value, keys in changes.items():
            wave.wave["domains"][domain]["values"][value].update(keys)

    return edit


def rebranch(branches: Mapping[tuple[str, str], str], **changes: Mapping[str, Any]) -> Edit:
    """Move firms to other branches, then change keys of those."""

    def edit(wave: SmallWave) -> None:
        move(wave, branches)
        values("branch", **changes)(wave)

    return edit


def indicator(name: str, body: Mapping[str, Any]) -> Edit:
    """Declare an indicator."""
    return lambda wave: wave.questionnaire["indicators"].update({name: dict(body)})


def _columns(wave: SmallWave, named: Callable[[str], str]) -> None:
    wave.responses = [{named(c): cell for c, cell in row.items()} for row in wave.responses]
