"""Faults of a render: two at once, a kill at any moment, no room, nothing to write in."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from barometer.errors import BarometerError
from barometer.render import folders
from barometer.render.folders import temporary, whole

#: Makes an edition that says `word`; the system's own exchange of folders may be taken away.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from barometer.render import folders

folder, word, steps, exchange = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
if exchange == "no":
    folders._exchange = lambda one, other: False
left = steps

def count(event, arguments):
    global left
    if event.split(".")[0] in ("os", "shutil", "open", "ctypes", "fcntl", "tempfile"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
with folders.temporary() as scratch, folders.whole(folder) as new:
    (scratch / "sockets").write_text("")
    (new / "report.html").write_text(word)
    (new / "report.pdf").write_text(word)
print(steps - left)
"""


def make(folder: Path, word: str, steps: int = 0, exchange: str = "yes") -> str:
    """Make the edition in a process that kills itself at that step; what it says."""
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), word, str(steps), exchange],
        env={**os.environ, "TMPDIR": str(folder.parents[1] / "tmp")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == (-signal.SIGKILL if steps > 0 else 0), made.stderr
    return made.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tmp").mkdir()
    return tmp_path / "out" / "2025"


def words(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("exchange", ["yes", "no"])
def test_a_kill_at_any_step_leaves_an_edition_and_nothing_for_long(
    folder: Path, exchange: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old or new, never a mixture; without an exchange by the system the next run puts it back."""
    monkeypatch.setattr(tempfile, "tempdir", str(folder.parents[1] / "tmp"))
    make(folder, "first", exchange=exchange)
    steps = int(make(folder, "0", exchange=exchange))
    assert steps > 30
    for step in range(1, steps + 1):
        make(folder, "killed", step, exchange)
        if exchange == "yes":
            assert words(folder) in ({"killed"}, {str(step - 1)})
        with temporary(), whole(folder) as new:
            assert words(folder) in ({"killed"}, {str(step - 1)})
            for name in ("report.html", "report.pdf"):
                (new / name).write_text(str(step))
        assert words(folder) == {str(step)}
        assert [path.name for path in folder.parent.iterdir()] == ["2025"]
        assert list((folder.parents[1] / "tmp").glob("*/*")) == []


READER = """
import sys
from pathlib import Path
print("reading", flush=True)
reads = missed = 0
while not Path(sys.argv[2]).exists():
    reads += 1
    try:
        Path(sys.argv[1]).read_text()
    except FileNotFoundError:
        missed += 1
print(reads, missed)
"""


def test_a_reader_finds_an_edition_at_every_moment(folder: Path, tmp_path: Path) -> None:
    make(folder, "first")
    done = tmp_path / "done"
    command = [sys.executable, "-c", READER, str(folder / "report.html"), str(done)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        for number in range(300):
            with whole(folder) as new:
                (new / "report.html").write_text(str(number))
        done.touch()
        reads, missed = map(int, reader.stdout.read().split())
    assert reads > 300
    assert missed == 0


def test_one_run_at_a_time_makes_an_edition(folder: Path) -> None:
    with whole(folder) as new:
        (new / "report.html").write_text("first")
        with pytest.raises(BarometerError) as caught, whole(folder):
            raise AssertionError("two at once")
        with whole(folder.with_name("2025-review")), whole(folder.with_name("2023")):
            pass  # others may be made meanwhile
    message = str(caught.value)
    assert message.startswith(f"{folder}: found another run that makes it (process {os.getpid()}, ")
    assert "expected one at a time. Wait for it to end, or name another folder" in message
    assert words(folder) == {"first"}
    assert sorted(p.name for p in folder.parent.iterdir()) == ["2023", "2025", "2025-review"]


def test_a_failure_leaves_the_edition_and_nothing_else(folder: Path) -> None:
    make(folder, "first")
    with pytest.raises(ZeroDivisionError), whole(folder) as new:
        raise ZeroDivisionError((new / "report.html").write_text("second"))
    assert words(folder) == {"first"}
    assert [path.name for path in folder.parent.iterdir()] == ["2025"]


def test_nothing_of_an_earlier_run_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(folder, "first")
    with whole(folder) as new:
        (new / "report.html").write_text("second")
    assert [path.name for path in folder.iterdir()] == ["report.html"]
    assert "Not made this time, so no longer there: report.pdf" in capsys.readouterr().err
    with whole(folder, keep=True) as new:
        (new / "notebooks").mkdir()
    assert sorted(path.name for path in folder.iterdir()) == ["notebooks", "report.html"]


def test_temporary_files_of_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a run that is at work, and of a folder that only has such a name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = tmp_path / "barometer-2025"
    mine.mkdir()
    with temporary() as first, temporary() as second:
        assert sorted(tmp_path.iterdir()) == sorted([first, second, mine])
    assert list(tmp_path.iterdir()) == [mine]


# --- no room, nothing to write in ---------------------------------------------------------------


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=12_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


@pytest.mark.usefixtures("full")
def test_a_full_disk_is_said_before_anything_is_made(folder: Path) -> None:
    with pytest.raises(BarometerError) as caught, whole(folder):
        raise AssertionError("made all the same")
    assert str(caught.value) == (
        f"{folder.parent}: found 12 MB free on its disk; expected 50 MB or more. Make room, or "
        "name a folder on another disk with --output."
    )
    assert list(folder.parent.iterdir()) == []
    with pytest.raises(BarometerError, match=r"another disk in the variable TMPDIR"), temporary():
        raise AssertionError("made all the same")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_disk_that_fills_up_meanwhile_is_named(folder: Path) -> None:
    with pytest.raises(OSError, match="No space left on device") as caught, whole(folder):
        Path("/dev/full").write_text("first")
    assert caught.value.filename == str(folder)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BarometerError) as caught, whole(tmp_path / "file" / "out" / "2025"):
        raise AssertionError("made all the same")
    assert str(caught.value) == (
        f"{tmp_path}/file/out: found not a directory; expected a folder for editions that can be "
        "written. Name another one with --output."
    )


def test_an_exchange_is_tried_where_the_system_has_one(tmp_path: Path) -> None:
    """Or every edition of a test would be swapped in the other way."""
    if sys.platform not in ("linux", "darwin"):
        pytest.skip("no exchange of folders here")
    for name in ("a", "b"):
        (tmp_path / name / name).mkdir(parents=True)
    assert folders._exchange(tmp_path / "a", tmp_path / "b")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
