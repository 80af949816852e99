"""What several tests need: where things lie, and how to read what was made."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
REFERENCE = ROOT / "tests" / "reference"

Command = Callable[..., subprocess.CompletedProcess[str]]


def alternatives(node: object) -> list[str]:
    """The text alternatives in the structure tree of a PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    found: list[str] = []
    if isinstance(node, list):
        for kid in node:
            found += alternatives(kid)
    elif isinstance(node, dict):
        found += [str(node["/Alt"])] if "/Alt" in node else []
        found += alternatives(node["/K"]) if "/K" in node else []
    return found
