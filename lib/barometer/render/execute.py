"""Run the notebook once: papermill injects the year, inline expressions are asked of the kernel.

Inline code works as in Quarto: each `{python} …` of a markdown cell is sent as a user expression
with an empty execute request; a markdown representation goes in as it is, text is escaped.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from barometer.errors import BarometerError

INLINE = re.compile(r"(?<!`)`\{python\}\s+([^`]+)`")
LITERAL = re.compile(r"`\{\{python\}\}")
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@])")


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, which also evaluates the inline expressions of markdown cells."""

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> Any:
        started = time.monotonic()
        if cell.cell_type == "markdown":
            await self._inline(cell)
        else:
            await super().async_execute_cell(cell, cell_index, **kwargs)
        _progress(cell, cell_index + 1, len(self.nb.cells), time.monotonic() - started)
        return cell

    execute_cell = run_sync(async_execute_cell)

    async def _inline(self, cell: NotebookNode) -> None:
        found = INLINE.findall(cell.source)
        if found:
            expressions = {str(i): expression.strip() for i, expression in enumerate(found)}
            request = self.kc.execute(
                "", silent=True, store_history=False, user_expressions=expressions
            )
            while True:
                reply = await self.kc.get_shell_msg(timeout=None)
                if reply["parent_header"].get("msg_id") == request:
                    break
            results = reply["content"]["user_expressions"]
            for key, expression in expressions.items():
                if results[key]["status"] == "error":
                    raise BarometerError(
                        f"{_place(cell, '`{python} ' + expression)}: found an expression that "
                        f"fails: {expression}\n  {results[key]['ename']}: {results[key]['evalue']}"
                    )
            values = iter([_markdown(results[key]["data"]) for key in expressions])
            cell.metadata["barometer"]["source"] = cell.source
            cell.source = INLINE.sub(lambda _: next(values), cell.source)
        cell.source = LITERAL.sub("`{python}", cell.source)


def _markdown(data: Mapping[str, str]) -> str:
    if "text/markdown" in data:
        return data["text/markdown"]
    text = data.get("text/plain", "")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].replace("\\'", "'").replace("\\\\", "\\")
    return SPECIAL.sub(r"\\\1", text)


class _Engine(Engine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        # sockets in a private folder instead of open TCP ports
        config = Config({"KernelManager": {"transport": "ipc"}})
        _Client(nb_man, kernel_name=kernel_name, timeout=None, config=config).execute()


def say(text: str) -> None:
    """Show progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def _progress(cell: NotebookNode, number: int, total: int, seconds: float) -> None:
    place = cell.metadata.get("barometer", {}).get("file", "parameters")
    line = f"  [{number:>3}/{total}] {Path(place).stem:<20} {seconds:5.1f} s"
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if number == total else "", file=sys.stderr, flush=True)
    elif seconds >= 1 or number == total:
        say(line)


def _place(cell: NotebookNode, text: str) -> str:
    """File and line of the first line of a cell that holds the text."""
    origin = cell.metadata.get("barometer", {})
    for (file, number), line in zip(
        origin.get("lines", ()), cell.source.splitlines(), strict=False
    ):
        if text in line:
            return f"{file}:{number}"
    return f"{origin.get('file', 'report.qmd')}:{origin.get('line', 1)}"


@contextlib.contextmanager
def _environment(extra: Mapping[str, str]) -> Iterator[None]:
    """Keep kernel files, caches and settings out of the user's home and within the environment."""
    cache = Path(sys.prefix) / "var" / "barometer"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kernel-") as runtime:
        settings = {
            "MPLCONFIGDIR": str(cache / "matplotlib"),
            "IPYTHONDIR": str(cache / "ipython"),
            "JUPYTER_RUNTIME_DIR": runtime,
            "JUPYTER_PLATFORM_DIRS": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            **extra,
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def execute(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    folder: Path,
    environment: Mapping[str, str],
) -> NotebookNode:
    """Run a notebook with papermill, in `folder` and with the environment variables added.

    Returns the executed notebook. Raises BarometerError naming chapter, line and what happened.
    """
    papermill_engines.register("barometer", _Engine)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with _environment(environment), tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "report.ipynb", Path(scratch) / "executed.ipynb"
        nbformat.write(notebook, source)
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
                f"{_place(failed, error.source.strip().partition(chr(10))[0])}: found a cell that "
                f"fails\n  {error.ename}: {error.evalue}"
            ) from None
        executed: NotebookNode = nbformat.read(target, as_version=4)
    # what differs from run to run: times, durations, temporary paths
    for node in (executed, *executed.cells):
        node.metadata.pop("papermill", None)
        node.metadata.pop("execution", None)
    return executed
