"""The conda environment and the lock files install the same versions, and no lock names a host."""

from __future__ import annotations

import re
import tomllib

import yaml

from tests.helpers import ROOT

CONDA_NAMES = {"matplotlib-base": "matplotlib", "seaborn-base": "seaborn"}


def locked(file: str) -> dict[str, set[str]]:
    """Versions per package; more than one where a Python version asks for another."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9_.-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE
    ):
        versions.setdefault(name.replace("_", "-"), set()).add(version)
    return versions


def test_conda_has_the_locked_versions() -> None:
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pins = [entry for entry in dependencies if isinstance(entry, str)]
    pins += next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    pin = re.compile(r"^([a-z0-9_-]+)==?([0-9.]+)$", re.MULTILINE)
    pinned: dict[str, str] = dict(pin.findall("\n".join(pins)))
    pinned.pop("python")
    lock = locked("requirements.txt")
    assert len(pinned) > 10
    for name, version in pinned.items():
        assert version in lock[CONDA_NAMES.get(name, name).replace("_", "-")], name


def test_every_direct_dependency_is_in_conda_and_in_the_lock() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    conda = (ROOT / "environment.yml").read_text().replace("-base", "")
    lock = locked("requirements.txt")
    for name in wanted:
        assert re.search(rf"^ *- {name}=", conda, re.MULTILINE), name
        assert name.replace("_", "-") in lock, name


def test_test_lock_agrees_with_the_runtime_lock() -> None:
    test = locked("requirements-test.txt")
    for name, versions in locked("requirements.txt").items():
        assert test[name] == versions, name


def test_locks_have_hashes_and_no_addresses() -> None:
    for path in sorted(ROOT.glob("requirements*.txt")):
        text = path.read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(locked(path.name))
