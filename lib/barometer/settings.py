"""Read the YAML files of a wave and hold them against their schema and their own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from barometer.errors import Problem, WaveError


def read_settings(path: Path, schema: str) -> dict[str, Any]:
    """Read a YAML file and check it against `schemas/<schema>.yml`.

    Raises WaveError naming the file and, for each problem, the key, what was found and what was
    expected.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WaveError(
            [Problem(path.name, "no such file", f"the {schema} of the wave", f"Add {path}.")]
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found = " ".join(str(error).split())
        raise WaveError([Problem(path.name, found, "valid YAML in UTF-8")]) from None
    rules = yaml.safe_load(
        files("barometer").joinpath("schemas", f"{schema}.yml").read_text(encoding="utf-8")
    )
    validator = jsonschema.Draft202012Validator(rules, format_checker=jsonschema.FormatChecker())
    problems = [
        Problem(path.name, error.message, _expectation(error), column=_place(error))
        for error in sorted(validator.iter_errors(content), key=_place)
    ]
    if not problems and schema == "questionnaire":
        problems = list(_dangling(path.name, content))
    if problems:
        raise WaveError(problems)
    assert isinstance(content, dict)
    return content


def _place(error: jsonschema.ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "(top level)"


def _expectation(error: jsonschema.ValidationError) -> str:
    described = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return str(described or f"{error.validator}: {error.validator_value}")


def _dangling(file: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """Find names that are used but not declared."""
    questions, universes = content["questions"], content["universes"]
    indicators = content.get("indicators", {})

    def unknown(key: str, name: str, known: Mapping[str, Any]) -> Iterator[Problem]:
        if name not in known:
            yield Problem(file, f"'{name}'", "one of " + ", ".join(known), column=key)

    for name, question in questions.items():
        key = f"questions.{name}"
        yield from unknown(f"{key}.asked_of", question["asked_of"], universes)
        for universe in question.get("report_for", ()):
            yield from unknown(f"{key}.report_for", universe, universes)
        if "scale" in question:
            yield from unknown(f"{key}.scale", question["scale"], content.get("scales", {}))
    for name, universe in universes.items():
        for condition in universe.get("all_of", ()):
            key = f"universes.{name}"
            if "universe" in condition:
                yield from unknown(key, condition["universe"], universes)
                continue
            yield from unknown(key, condition["of"], {**questions, **indicators})
            items = questions.get(condition["of"], {}).get("items", {})
            for item in condition.get("items", ()):
                yield from unknown(f"{key}.items", item, items)
    for name, indicator in indicators.items():
        key = f"indicators.{name}"
        source = indicator.get("of", name)
        yield from unknown(f"{key}.of", source, questions)
        question = questions.get(source, {})
        own = question.get("categories") or content.get("scales", {}).get(question.get("scale"), {})
        for category, rule in indicator.get("categories", {}).items():
            place = f"{key}.categories.{category}"
            for item in rule.get("items", ()):
                yield from unknown(f"{place}.items", item, question.get("items", {}))
            for answer in rule.get("is", ()):
                yield from unknown(f"{place}.is", answer, own)
            for part in rule.get("union", ()):
                yield from unknown(f"{place}.union", part, {**own, **indicator["categories"]})
