"""Read a YAML file of a wave into a model: one class says what a setting is, and checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from barometer.errors import Problem, WaveError

#: The safe loader written in C where there is one: five times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Settings(BaseModel):
    """A mapping in YAML: no keys but those declared, no silent conversion of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


Model = TypeVar("Model", bound=BaseModel)


def _code(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("an answer code between quotes (yes and no need them in YAML)")
    return value


Code = Annotated[str, BeforeValidator(_code)]


def with_ids(value: object) -> object:
    """Tell each entry of a mapping its own key, as `id`."""
    if isinstance(value, Mapping):
        return {k: {**v, "id": k} if isinstance(v, Mapping) else v for k, v in value.items()}
    return value


def read_settings(path: Path, model: type[Model]) -> Model:
    """Read a YAML file as `model`.

    Raises WaveError naming the file and, for each problem, the key, what was found and what was
    expected; for a key that stands there twice also its row.
    """
    try:
        content = _content(path)
    except FileNotFoundError:
        found, remedy = "no such file", f"Add {path.name} to {path.parent}."
        raise WaveError([Problem(path.name, found, "a file of settings", remedy)]) from None
    except (yaml.YAMLError, ValueError) as error:  # of a byte, or of a date such as 30 February
        found = " ".join(str(error).split())
        raise WaveError([Problem(path.name, found, "valid YAML in UTF-8")]) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise WaveError([_problem(path.name, dict(e)) for e in error.errors()]) from None


def _content(path: Path) -> object:
    """What a YAML file holds; WaveError where it is empty or a mapping has a key twice.

    YAML itself would take the last of two and forget the first.
    """
    loader = LOADER(path.read_text(encoding="utf-8"))
    node = loader.get_single_node()
    if node is None:
        raise WaveError([Problem(path.name, "an empty file", "settings, as `key: value`")])
    if problems := list(_repeated(path.name, node)):
        raise WaveError(problems)
    return loader.construct_document(node)


def _repeated(file: str, root: yaml.Node) -> Iterator[Problem]:
    """Each key that stands in a mapping a second time, at any depth."""
    todo, seen = [("", root)], set[int]()
    while todo:
        within, node = todo.pop()
        if id(node) in seen:  # an alias leads back to what it stands for
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += [(within, item) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            continue
        rows: dict[tuple[str, str], int] = {}
        for key, value in node.value:
            row, name = key.start_mark.line + 1, f"{within}{key.value}"
            known = (key.tag, str(key.value))  # yes and "yes" are two keys
            if known in rows:
                found = f"the key a second time, after row {rows[known]}"
                remedy = "Remove one of them."
                yield Problem(file, found, "each key once", remedy, row=row, column=name)
            rows.setdefault(known, row)
            todo.append((f"{name}.", value))


def _problem(file: str, error: Mapping[str, Any]) -> Problem:
    key = ".".join(str(part) for part in error["loc"] if part != "[key]") or "(top level)"
    if error["type"] == "missing":
        return Problem(file, "no such key", "it to be set", column=key)
    if error["type"] == "extra_forbidden":
        return Problem(file, "an unknown key", "a key that is known here", column=key)
    expected = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    found = repr(error["input"])
    return Problem(file, found if len(found) < 60 else f"{found[:57]}…", expected, column=key)
