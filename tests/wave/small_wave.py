"""A small wave made by a function, to break in one place: four strata, 120 firms."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

YEAR = 2025
Rows = list[dict[str, str]]
PER_STRATUM = 30
TOOLS = ("robot", "scanner")


def _label(text: str) -> dict[str, str]:
    return {"label": text, "short": text}


def _wave(year: int) -> dict[str, Any]:
    return {
        "title": "Klein",
        "year": year,
        "field_period": {"start": datetime.date(year, 3, 1), "end": datetime.date(year, 3, 31)},
        "provenance": "synthetic",
        "max_reminders": 1,
        "thresholds": {
            "reliability": {
                "effective_n": 10,
                "degrees_of_freedom": 2,
                "width": 60,
                "narrow": 5,
                "relative_width": 300,
            },
            "disclosure": 5,
        },
        "changes": {"level": 5, "stable": 5, "slight": 3, "strong": 10},
        "imputation": {"seed": 1, "classes": ["status", "size"], "donor_limit": 3},
        "nonresponse": {"rate": 25, "donors": 2, "smallest": 10},
        "singleton": "adjust",
        "domains": {
            "branch": {"label": "Branche", "values": {b: _label(b) for b in ("food", "wood")}},
            "size": {"label": "Grootte", "values": {s: _label(s) for s in ("small", "large")}},
        },
    }


def _questionnaire() -> dict[str, Any]:
    yes_no = {"yes": {"label": "Ja", "counts": True}, "no": {"label": "Nee"}}
    return {
        "scales": {"yes_no": yes_no},
        "universes": {
            "all": {"label": "alle"},
            "users": {"label": "gebruikers", "all_of": [{"of": "status", "is": ["use"]}]},
            "others": {
                "label": "anderen",
                "all_of": [{"of": "status", "is": ["plan", "none"]}],
                "complement_of": "users",
            },
        },
        "questions": {
            "tool": {
                **_label("Gebruikt u?"),
                "asked_of": "all",
                "mandatory": True,
                "items": {tool: _label(tool) for tool in TOOLS},
                "categories": {c: {"label": c} for c in ("use", "plan", "none")},
            },
            "course": {
                **_label("Cursussen?"),
                "asked_of": "all",
                "report_for": ["users", "others"],
                "scale": "yes_no",
            },
            "purpose": {
                **_label("Waarvoor?"),
                "asked_of": "users",
                "scale": "yes_no",
                "items": {"sales": _label("Verkoop"), "stock": _label("Voorraad")},
            },
            "budget": {
                **_label("Budget?"),
                "asked_of": "users",
                "categories": {c: {"label": c} for c in ("less", "same", "more")},
            },
        },
        "indicators": {
            "tool": {"per_item": ["use"]},
            "status": {
                "of": "tool",
                "first_match": True,
                "exclusive": True,
                "categories": {
                    "use": {"label": "gebruikt", "is": ["use"]},
                    "plan": {"label": "plant", "is": ["plan"]},
                    "none": {"label": "geen van beide", "is": ["none"]},
                    "not_use": {
                        "label": "gebruikt niet",
                        "union": ["plan", "none"],
                        "complement_of": "use",
                    },
                },
            },
            "count": {
                "of": "tool",
                "exclusive": True,
                "categories": {
                    "0": {"label": "geen", "is": ["use"], "at_least": 0, "at_most": 0},
                    "1": {"label": "een", "is": ["use"], "at_most": 1},
                    "2": {"label": "twee", "is": ["use"], "at_least": 2},
                },
            },
        },
    }


def answer(place: int) -> dict[str, str]:
    """What the firm at a place answers: six in ten use something, two plan to, two do neither."""
    uses, plans = place % 10 < 6, place % 10 in (6, 7)
    status = "use" if uses else "plan" if plans else "none"
    spread = {"yes": "no", "no": "yes"}
    purpose = "yes" if place % 3 else "no"
    return {
        "tool.robot": status,
        "tool.scanner": "use" if uses and place % 2 else "plan" if plans else "none",
        "course": "yes" if place % 4 else "no",
        "purpose.sales": purpose if uses else "",
        "purpose.stock": spread[purpose] if uses else "",
        "budget": ("less", "same", "more", "more", "more")[place % 5] if uses else "",
    }


@dataclass
class SmallWave:
    """The files of a wave as Python values, valid as made: settings as mappings, tables as rows."""

    year: int = YEAR
    wave: dict[str, Any] = field(default_factory=dict)
    questionnaire: dict[str, Any] = field(default_factory=_questionnaire)
    population: Rows = field(default_factory=list)
    sample: Rows = field(default_factory=list)
    responses: Rows = field(default_factory=list)

    def __post_init__(self) -> None:
        """Fill the tables."""
        self.wave = _wave(self.year)
        for branch, size in product(("food", "wood"), ("small", "large")):
            self.population.append({"branch": branch, "size": size, "firms": "400"})
            for _ in range(PER_STRATUM):
                place = len(self.sample)
                number = f"0{900_000_000 + place}"
                contact = {"contact_mode": "email", "delivery": "delivered"}
                firm = {"enterprise_number": number, "branch": branch, "size": size}
                self.sample.append(firm | contact)
                moment = f"{self.year}-03-{1 + place % 28:02}T10:{place % 60:02}:00"
                sent = {"reported_enterprise_number": number, "submitted_at": moment}
                self.responses.append({"enterprise_number": number} | sent | answer(place))

    def write(self, data: Path) -> Path:
        """Write the files into `data/<year>/`; returns `data`."""
        folder = data / str(self.year)
        folder.mkdir(parents=True)
        for name in ("wave", "questionnaire"):
            text = yaml.safe_dump(getattr(self, name), sort_keys=False, allow_unicode=True)
            (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        for name in ("population", "sample", "responses"):
            rows = getattr(self, name)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return data
