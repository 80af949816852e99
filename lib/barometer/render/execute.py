"""Run the notebook once: papermill injects the year, inline expressions are filled in."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from barometer.errors import BarometerError
from barometer.render.folders import temporary
from barometer.render.inline import fill_in, place
from barometer.render.progress import say


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, which also evaluates the inline expressions of markdown cells."""

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> Any:
        started = time.monotonic()
        try:
            if cell.cell_type == "markdown":
                await fill_in(cell, self)
            else:
                await super().async_execute_cell(cell, cell_index, **kwargs)
        except DeadKernelError:
            raise BarometerError(
                f"{place(cell, '`{python}')}: found a cell that ended Python itself; "
                "expected it to come back. Often memory ran out."
            ) from None
        _progress(cell, cell_index + 1, len(self.nb.cells), time.monotonic() - started)
        return cell

    execute_cell = run_sync(async_execute_cell)


class _Engine(Engine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        # sockets instead of open TCP ports, and in a private folder: in that of the project two
        # renders at once would talk to each other's kernels
        sockets = str(Path(os.environ["JUPYTER_RUNTIME_DIR"]) / "kernel")
        config = Config({"KernelManager": {"transport": "ipc", "ip": sockets}})
        _Client(nb_man, kernel_name=kernel_name, timeout=None, config=config).execute(
            # what a kernel says on its way out is no message for an author
            stderr=subprocess.DEVNULL
        )


def _progress(cell: NotebookNode, number: int, total: int, seconds: float) -> None:
    file = Path(cell.metadata.get("barometer", {}).get("file", "")).stem
    line = f"  [{number:>3}/{total}] {file:<20} {seconds:5.1f} s"
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if number == total else "", file=sys.stderr, flush=True)
    elif seconds >= 1 or number == total:
        say(line)


@contextlib.contextmanager
def _environment(runtime: Path, extra: Mapping[str, str]) -> Iterator[None]:
    """Keep temporary files in `runtime` and caches in the environment, out of the user's home."""
    cache = Path(sys.prefix) / "var" / "barometer"
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
    if not os.access(cache, os.W_OK):  # all may be read-only: then each run fills one of its own
        cache = runtime
    settings = {
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "IPYTHONDIR": str(cache / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "TMPDIR": str(runtime),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **extra,
    }
    before = {name: os.environ.get(name) for name in settings}
    usual, tempfile.tempdir = tempfile.tempdir, str(runtime)
    os.environ.update(settings)
    try:
        yield
    finally:
        tempfile.tempdir = usual
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _failing_line(cell: NotebookNode, traceback: Sequence[str]) -> str:
    """File and line where a cell failed: its own line, not that of a function it called."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback))
    number = re.search(r"Cell In\s?\[\d+\], line (\d+)", plain)
    lines = cell.metadata.get("barometer", {}).get("lines", [])
    if number and 0 < int(number.group(1)) <= len(lines):
        return "{}:{}".format(*lines[int(number.group(1)) - 1])
    return place(cell)


def _refuse_unknown(
    notebook: NotebookNode, parameters: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    """Papermill would set it all the same, and the notebook show another wave."""
    for name in parameters:
        if name not in known:
            sets = f"; it sets {', '.join(known)}" if known else ""
            file = place(notebook.cells[0]).rpartition(":")[0]
            raise BarometerError(
                f"{file}: found no parameter '{name}'{sets}; expected a cell tagged `parameters` "
                "that sets it."
            )


def execute(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    folder: Path,
    environment: Mapping[str, str],
) -> NotebookNode:
    """Run a notebook with papermill, in `folder` and with the environment variables added.

    Returns the executed notebook. Raises BarometerError naming chapter, line and what happened, and
    before anything runs for a parameter that the notebook does not have.
    """
    papermill_engines.register("barometer", _Engine)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with temporary() as scratch, _environment(scratch, environment):
        source, target = scratch / "report.ipynb", scratch / "executed.ipynb"
        nbformat.write(notebook, source)
        _refuse_unknown(notebook, parameters, papermill.inspect_notebook(str(source)))
        try:
            papermill.execute_notebook(
                str(source),
                str(target),
                parameters=dict(parameters),
                engine_name="barometer",
                progress_bar=False,
                request_save_on_cell_execute=False,
                cwd=str(folder),
            )
        except papermill.PapermillExecutionError as error:
            failed = next(c for c in notebook.cells if c.source == error.source)
            raise BarometerError(
                f"{_failing_line(failed, error.traceback)}: found a cell that fails\n"
                f"  {error.ename}: {error.evalue}"
            ) from None
        executed: NotebookNode = nbformat.read(target, as_version=4)
    # what differs from run to run: times, durations, temporary paths, random identifiers
    for node in (executed, *executed.cells):
        node.metadata.pop("papermill", None)
        node.metadata.pop("execution", None)
    for number, cell in enumerate(executed.cells):
        cell["id"] = f"cel-{number:03}"
    return executed
