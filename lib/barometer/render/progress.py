"""What a render says while it works, on stderr: steps, their time, warnings."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Show a line."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say that a step begins, and how long it took."""
    started = time.monotonic()
    say(f"{name} …")
    yield
    say(f"  {time.monotonic() - started:.1f} s")
