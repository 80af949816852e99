"""What is wrong with a setting, in the words of who writes YAML, not of who checks it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from barometer.errors import Problem

#: What was expected, by the kind of error (pydantic's names) and what it tells of it.
EXPECTED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_type": lambda _: "text (between quotes, if it looks like something else)",
    "string_too_short": lambda _: "a text that is not empty",
    "int_type": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "int_parsing_size": lambda _: "a whole number of at most 4,000 digits",
    "float_type": lambda _: "a number",
    "finite_number": lambda _: "a number",
    "bool_type": lambda _: "true or false",
    "dict_type": lambda _: "a mapping, as `key: value`",
    "model_type": lambda _: "a mapping, as `key: value`",
    "model_attributes_type": lambda _: "a mapping, as `key: value`",
    "list_type": lambda _: "a list, as [one, other]",
    "date_type": lambda _: "a date such as 2025-06-17",
    "date_parsing": lambda _: "a date such as 2025-06-17",
    "date_from_datetime_inexact": lambda _: "a date such as 2025-06-17, without a time",
    "literal_error": lambda context: f"one of {context['expected']}".replace(" or ", ", "),
    "greater_than": lambda context: f"a number above {context['gt']:g}",
    "greater_than_equal": lambda context: f"at least {context['ge']:g}",
    "less_than": lambda context: f"a number below {context['lt']:g}",
    "less_than_equal": lambda context: f"at most {context['le']:g}",
    "too_short": lambda context: f"at least {context['min_length']}",
    "recursion_loop": lambda _: "settings that do not hold themselves",
}
LONGEST = 60


def in_words(file: str, error: Mapping[str, Any]) -> Problem:
    """Tell of one error of pydantic as a problem with the key that it is about."""
    kind = error["type"]
    of_key = kind == "invalid_key" or (error["loc"][-1:] == ("[key]",) and kind == "string_type")
    parts = [str(part) for part in error["loc"] if part != "[key]"]
    if of_key:  # which loc gives as a number
        parts[-1] = as_yaml(error["input"])
    column = ".".join(parts) or "(top level)"
    if kind == "missing":
        return Problem(file, "no such key", "it to be set", column=column)
    if kind == "extra_forbidden":
        remedy = "Remove it, or correct its name."
        return Problem(file, "an unknown key", "a key that is known here", remedy, column=column)
    if of_key:
        remedy = "Put it between quotes: yes, no, on, off and numbers are no text without them."
        found = f"the key {as_yaml(error['input'])}"
        return Problem(file, found, "a key that is text", remedy, column=column)
    told = EXPECTED.get(kind)
    expected = told(error.get("ctx", {})) if told else error["msg"].removeprefix("Value error, ")
    return Problem(file, as_yaml(error["input"]), expected, column=column)


def as_yaml(value: object) -> str:
    """A setting as it stands in the file, cut short."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        text = f"'{value}'"
    elif isinstance(value, datetime.date):
        text = value.isoformat()
    else:
        try:
            text = yaml.safe_dump(value, default_flow_style=True, width=1000, sort_keys=False)
        except (yaml.YAMLError, RecursionError):
            text = "settings"
        text = text.removesuffix("...\n").strip()
    return text if len(text) < LONGEST else f"{text[: LONGEST - 3]}…"
