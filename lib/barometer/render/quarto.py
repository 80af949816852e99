"""Typeset with Quarto, where it is installed: the same text, Quarto's own cross-references."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from barometer.errors import BarometerError
from barometer.render.folders import temporary

OLDEST = (1, 6)


def find() -> str | None:
    """The path of a Quarto that is new enough, or None where there is no Quarto at all.

    Raises BarometerError for one that is too old or does not run.
    """
    path = shutil.which("quarto")
    if path is None:
        return None
    try:
        result = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        found = result.stdout.strip() or f"exit code {result.returncode}"
    except OSError as error:
        found = str(error.strerror)
    version = re.match(r"(\d+)\.(\d+)", found)
    if version is None or tuple(map(int, version.groups())) < OLDEST:
        raise BarometerError(
            f"quarto --version: found {found}; expected {OLDEST[0]}.{OLDEST[1]} or newer. "
            "Update Quarto, or render with --engine pandoc."
        )
    return path


def typeset(text: str, to: str, root: Path, quarto: str, title: str, review: bool = False) -> bytes:
    """Render the text of the executed notebook to "html" or "pdf" with the project's settings.

    The text holds no code any more, so Quarto executes nothing. It is rendered in a copy of what
    Quarto needs of the project: settings and theme.
    """
    with temporary() as folder:
        for name in ("_quarto.yml", "_quarto-review.yml"):
            shutil.copy(root / name, folder / name)
        shutil.copytree(root / "theme", folder / "theme")
        (folder / "report.qmd").write_text(_front_matter(text, title), encoding="utf-8")
        profile = ["--profile", "review"] if review else []
        language = "typst" if to == "pdf" else to
        result = subprocess.run(
            [quarto, "render", "report.qmd", "--to", language, "--no-execute", *profile],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        output = folder / "_output" / "quarto" / f"report.{to}"
        if result.returncode or not output.is_file():
            raise BarometerError(f"Quarto could not typeset the report:\n{result.stderr.strip()}")
        return output.read_bytes()


def _front_matter(text: str, title: str) -> str:
    """The title of this edition, and no kernel: all results are in the text."""
    text = re.sub(r"^jupyter:.*\n", "engine: markdown\n", text, count=1, flags=re.MULTILINE)
    titled = f"title: {json.dumps(title, ensure_ascii=False)}"
    return re.sub(r"^title:.*$", lambda _: titled, text, count=1, flags=re.MULTILINE)
