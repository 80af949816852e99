"""Read a YAML file of a wave into a model: one class says what a setting is, and checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from barometer.errors import Problem, WaveError
from barometer.wave.settings_words import in_words
from barometer.wave.yamlfile import load_yaml


class Settings(BaseModel):
    """A mapping in YAML: no keys but those declared, no silent conversion of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


Model = TypeVar("Model", bound=BaseModel)


def _code(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("an answer code between quotes (yes and no need them in YAML)")
    return value


Code = Annotated[str, BeforeValidator(_code)]


def _names(value: object) -> object:
    return [value] if isinstance(value, str) else value


#: What something was called in the wave before: a name, or the list of all that it joins; an empty
#: list where it had no counterpart, None where the same name says so.
Previous = Annotated[list[Code] | None, BeforeValidator(_names)]


def with_ids(value: object) -> object:
    """Tell each entry of a mapping its own key, as `id`."""
    if isinstance(value, Mapping):
        return {k: {**v, "id": k} if isinstance(v, Mapping) else v for k, v in value.items()}
    return value


def read_settings(path: Path, model: type[Model]) -> Model:
    """Read a YAML file as `model`.

    Raises WaveError naming the file and, for each problem, the key, what was found and what was
    expected; of what YAML cannot read also the row. Where only unknown keys are wrong, its `read`
    is the model without them.
    """
    try:
        content = load_yaml(path)
    except FileNotFoundError:
        found, remedy = "no such file", f"Add {path.name} to {path.parent}."
        raise WaveError([Problem(path.name, found, "a file of settings", remedy)]) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        errors = error.errors()
    except RecursionError:
        raise WaveError([Problem(path.name, "settings that hold themselves", "a tree")]) from None
    keys = {e["loc"][:-1] for e in errors if e["loc"][-1:] == ("[key]",)}
    told = [e for e in errors if e["loc"][-1:] == ("[key]",) or not _within(e["loc"], keys)]
    problems = [in_words(path.name, dict(e)) for e in told]
    raise WaveError(problems, read=_without(content, errors, model))


def _within(place: tuple[int | str, ...], keys: set[tuple[int | str, ...]]) -> bool:
    """Whether a place lies below one of these keys."""
    return any(place[:length] in keys for length in range(1, len(place) + 1))


def _without(content: object, errors: Sequence[ErrorDetails], model: type[Model]) -> Model | None:
    """The settings without the keys that are unknown; None where that is not all."""
    if any(error["type"] != "extra_forbidden" for error in errors):
        return None
    pruned = deepcopy(content)
    for error in errors:
        node: Any = pruned
        *above, last = error["loc"]
        for key in above:
            node = node[key]
        del node[last]
    try:
        return model.model_validate(pruned)
    except ValidationError:
        return None
