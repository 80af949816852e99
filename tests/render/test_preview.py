"""The preview: a page that follows its chapters, and a process that leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from barometer.errors import BarometerError
from barometer.render.preview import preview
from tests.helpers import DATA, edit

COMMAND = "import sys; from barometer.cli import main; sys.exit(main())"


@pytest.fixture
def running(project: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`barometer preview` of the small report, in a process group of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "preview", "2025", "--port", "0", "--data", str(DATA)],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    address = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
    assert address is not None
    yield process, address.group()
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


def read(address: str) -> str:
    with urllib.request.urlopen(address) as reply:
        return str(reply.read().decode())


def read_with(words: str, address: str) -> str:
    """The page, once it has these words."""
    until = time.monotonic() + 90
    while words not in (page := read(address)):
        assert time.monotonic() < until, page[-2000:]
        time.sleep(0.1)
    return page


def test_the_page_follows_its_chapters(
    running: tuple[subprocess.Popen[str], str], chapter: Path, project: Path
) -> None:
    process, address = running
    before = {path for path in project.rglob("*") if "__pycache__" not in path.parts}
    page = read_with("In 2025 is het 58,8%", address)
    shown = read(address + "version")
    assert f'"{shown}") location.reload()' in page

    edit(chapter, "Een paragraaf", "Een nieuwe kop")
    page = read_with("Een nieuwe kop", address)
    assert read(address + "version") != shown

    edit(chapter, "`{python} pct(share)`", "`{python} pct(shaer)`")
    page = read_with("found an expression that fails", address)
    assert "chapters/een.qmd:3" in page
    assert "Een nieuwe kop" in page  # the last good page stays, under the message

    edit(chapter, "shaer", "share")
    while "found an expression that fails" in page:
        page = read_with("Een nieuwe kop", address)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(address + "report.qmd")

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    with pytest.raises(ProcessLookupError):  # no kernel stays
        os.killpg(process.pid, 0)
    with pytest.raises(urllib.error.URLError):
        read(address)
    assert {path for path in project.rglob("*") if "__pycache__" not in path.parts} == before


def test_stopped_while_it_renders(running: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = running
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert process.stderr is not None
    assert process.stderr.read().endswith("Preview stopped\n")
    until = time.monotonic() + 30  # a kernel that has just started ends by itself
    while group_lives(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not group_lives(process.pid)


def group_lives(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_port_that_is_taken(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(BarometerError, match=rf"port {port}: found it taken"):
                preview(2025, DATA, port)
        finally:
            signal.signal(signal.SIGTERM, before)
