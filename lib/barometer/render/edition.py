"""An edition of the barometer: executed once, typeset twice, written whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.register import write_register
from barometer.render import quarto, typeset
from barometer.render.conditions import applies
from barometer.render.execute import execute, say
from barometer.render.inline import INLINE
from barometer.render.sources import read_report
from barometer.survey import Survey, load_survey
from barometer.wave import data_folder, project_root


@dataclass(frozen=True)
class ClaimResult:
    """A guarded sentence: where it stands, what it says, and whether that still holds."""

    chapter: str
    line: int
    sentence: str
    holds: bool


def execute_report(
    survey: Survey, data: Path, downloads: Path | None = None, profile: str | None = None
) -> NotebookNode:
    """Execute report.qmd for the wave; the data behind its floats go to `downloads`."""
    root = project_root()
    environment = {"BAROMETER_DATA": str(data.resolve())}
    if downloads:
        environment["BAROMETER_DOWNLOADS"] = str(downloads.resolve())
    notebook = read_report(root / "report.qmd", applies(survey, data, profile))
    return execute(notebook, {"year": survey.year}, root, environment)


def render_edition(
    year: int,
    to: Sequence[str] = ("html", "pdf"),
    engine: str = "auto",
    profile: str | None = None,
    data: Path | None = None,
    output: Path | None = None,
) -> Path:
    """Render the edition of a wave to `<output>/<year>/` and return that folder.

    It holds ai-barometer-<year>.html and .pdf (as `to` asks), the executed .ipynb, estimates.csv
    and downloads/. `engine`: "quarto", "pandoc", or "auto" for Quarto where it is installed.
    Everything is made in a folder beside it and swapped in at the end, so a failure leaves the
    last good edition. Raises BarometerError, and WaveError for a broken wave.
    """
    with _stage(f"Wave {year}: read, clean, impute, weight"):
        survey = load_survey(year, data)
    binary = quarto.find() if engine in ("auto", "quarto") else None
    if engine == "quarto" and binary is None:
        raise BarometerError(
            "found no quarto on PATH; expected version 1.6 or newer. "
            "Install Quarto, or render with --engine pandoc."
        )
    root = project_root()
    folder = (output or root / "_output") / str(year)
    name = f"ai-barometer-{year}" + (f"-{profile}" if profile else "")
    title = f"{survey.wave.title} {year}"
    with _whole(folder) as scratch:
        with _stage("Execute the chapters"):
            notebook = execute_report(survey, data_folder(data), scratch / "downloads", profile)
        text = typeset.to_markdown(notebook)
        review = profile == "review"
        engines: dict[str, Callable[[str, str, Path, bool], str | bytes]] = {
            "html": typeset.html,
            "pdf": typeset.pdf,
        }
        for target in to:
            with _stage(f"Typeset {target} with {'Quarto' if binary else 'pandoc and Typst'}"):
                if binary:
                    language = "typst" if target == "pdf" else "html"
                    content: str | bytes = quarto.typeset(
                        text, language, root, binary, title, review
                    )
                else:
                    content = engines[target](text, title, root / "theme", review)
                data_out = content.encode() if isinstance(content, str) else content
                (scratch / f"{name}.{target}").write_bytes(data_out)
        nbformat.write(typeset.for_jupyter(notebook), scratch / f"{name}.ipynb")
        write_register(survey, scratch / "estimates.csv")
    broken = [claim for claim in _claims(notebook) if not claim.holds]
    if broken:
        say(
            f"{len(broken)} sentence(s) no longer hold for {year}; "
            f"list them with: barometer claims {year}"
        )
    say(f"Edition {year}: {folder}")
    return folder


def claims(year: int, data: Path | None = None) -> list[ClaimResult]:
    """Execute the report and tell of each guarded sentence whether it holds."""
    survey = load_survey(year, data)
    return list(_claims(execute_report(survey, data_folder(data))))


def _claims(notebook: NotebookNode) -> Iterator[ClaimResult]:
    """Pair the guards in a cell's source with what they became, in order."""
    for cell in notebook.cells:
        origin = cell.metadata.get("barometer", {})
        source = origin.get("source", "")
        results = re.findall(r"\[\]\{\.claim-(holds|broken)\}", cell.source)
        guards = [m for m in INLINE.finditer(source) if m.group(1).startswith("claim(")]
        for guard, result in zip(guards, results, strict=True):
            row = source[: guard.start()].count("\n")
            file, line = origin["lines"][row]
            yield ClaimResult(file, line, _sentence(source[: guard.start()]), result == "holds")


def _sentence(before: str) -> str:
    """The sentence that ends where the guard stands, as in the source, without other guards."""
    text = re.sub(r"`\{python\}\s+claim\([^`]*`", "", before)
    line = text.rsplit("\n", 1)[-1]
    return re.split(r"(?<=[.!?:])\s+(?=[A-Z`*\[])", line.strip())[-1]


def render_notebooks(year: int, data: Path | None = None, output: Path | None = None) -> Path:
    """Execute the notebooks of `notebooks/` for a wave into `<output>/<year>/notebooks/`."""
    load_survey(year, data)
    root = project_root()
    folder = (output or root / "_output") / str(year) / "notebooks"
    environment = {"BAROMETER_DATA": str(data_folder(data).resolve())}
    with _whole(folder) as scratch:
        for path in sorted((root / "notebooks").glob("*.ipynb")):
            with _stage(f"Execute {path.name}"):
                notebook = nbformat.read(path, as_version=4)
                executed = execute(notebook, {"year": year}, root, environment)
                nbformat.write(executed, scratch / path.name)
                page = typeset.notebook_page(executed, root / "theme")
                (scratch / f"{path.stem}.html").write_text(page, encoding="utf-8")
    return folder


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a scratch folder that takes the place of `folder` when all went well.

    What `folder` holds besides (the other format, the notebooks) comes along.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    old = scratch.with_name(f"{scratch.name}-old")
    try:
        yield scratch
        scratch.chmod(0o755)
        if folder.exists():
            for item in sorted(folder.iterdir()):
                if item.is_dir() and not (scratch / item.name).exists():
                    shutil.copytree(item, scratch / item.name)
                elif not (scratch / item.name).exists():
                    shutil.copy2(item, scratch / item.name)
            folder.rename(old)
        try:
            scratch.rename(folder)
        except OSError:
            old.rename(folder)
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _stage(name: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"{name} …")
    yield
    say(f"  {time.monotonic() - started:.1f} s")
