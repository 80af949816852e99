"""The folders of a render: an edition, swapped in whole, and what is temporary.

Each is held by a lock that belongs to the process: the system takes it away when the process ends,
however it ends. What lies there and nobody holds was left by a run that was killed; the next one
removes it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from barometer.errors import BarometerError, about
from barometer.render.progress import say

#: Bytes; an edition takes some 10 MB, and as much while it is made.
ROOM = 50_000_000
LOCK = ".held-by-barometer"


@contextmanager
def whole(folder: Path, keep: bool = False) -> Iterator[Path]:
    """Give a folder that takes the place of `folder`, in one step, when all went well.

    It is empty, or with `keep` a copy of `folder`. Raises BarometerError, before anything is made,
    where another run makes the same folder, where there is no room and where nothing can be
    written.
    """
    folder = folder.resolve()
    lock, new, old = (folder.with_name(f".{folder.name}.{part}") for part in ("lock", "new", "old"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = _hold(lock)
    except OSError as error:
        raise BarometerError(
            f"{folder.parent}: found {str(error.strerror).lower()}; expected a folder for editions "
            "that can be written. Name another one with --output."
        ) from None
    if handle is None:
        raise BarometerError(
            f"{folder}: found another run that makes it ({_holder(lock)}); expected one at a time. "
            "Wait for it to end, or name another folder with --output."
        )
    try:
        _tidy(folder, new, old)
        _room(folder.parent, "name a folder on another disk with --output")
        with about(folder):
            os.truncate(handle, 0)
            os.write(handle, f"process {os.getpid()}, since {time.strftime('%H:%M')}".encode())
            if keep and folder.exists():
                shutil.copytree(folder, new)
            else:
                new.mkdir()
            yield new
            _swap(new, folder, old)
    finally:
        _tidy(folder, new, old)
        lock.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def temporary() -> Iterator[Path]:
    """Give a folder among the system's temporary files; remove those of runs that were killed."""
    base = Path(tempfile.gettempdir())
    for lock in base.glob(f"barometer-*/{LOCK}"):
        with suppress(OSError):  # of another user
            if (left := _hold(lock)) is not None:
                shutil.rmtree(lock.parent, ignore_errors=True)
                os.close(left)
    _room(base, "name a folder on another disk in the variable TMPDIR")
    handle = None
    while handle is None:  # another run may have taken it for one that was left
        folder = Path(tempfile.mkdtemp(prefix="barometer-"))
        handle = _hold(folder / LOCK)
    try:
        with about(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _hold(lock: Path) -> int | None:
    """Hold a lock file until the descriptor is closed; None where another process holds it."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except FileNotFoundError:  # its folder is gone
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # who held it may have removed it meanwhile
        if os.path.samestat(os.fstat(handle), lock.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _holder(lock: Path) -> str:
    with suppress(OSError):
        return lock.read_text(encoding="utf-8") or "just begun"
    return "just ended"


def _room(folder: Path, remedy: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise BarometerError(
            f"{folder}: found {free / 1e6:.0f} MB free on its disk; expected {ROOM / 1e6:.0f} MB "
            f"or more. Make room, or {remedy}."
        )


def _tidy(folder: Path, new: Path, old: Path) -> None:
    """Remove what is no edition; put the old one back where it was only moved away."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put `new` in the place of `folder`; say what was there and is no more."""
    if not folder.exists():
        new.rename(folder)
        return
    before, now = ({path.name for path in place.iterdir()} for place in (folder, new))
    if not _exchange(new, folder):
        folder.rename(old)  # a run killed here leaves no edition; the next one puts this back
        new.rename(folder)
    if before - now:
        say(f"Not made this time, so no longer there: {', '.join(sorted(before - now))}")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders, so that a reader finds one at every moment; False where none can.

    Linux and macOS can, on disks of their own. Python has no function for it.
    """
    system = ctypes.CDLL(None)
    rename = getattr(system, "renameat2", None) or getattr(system, "renameatx_np", None)
    # the paths are absolute, so from no folder (-1); 2 asks both systems for an exchange
    return bool(rename and rename(-1, os.fsencode(one), -1, os.fsencode(other), 2) == 0)
