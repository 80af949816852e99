"""An edition of the barometer: executed once, typeset twice, written whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.project import data_folder, project_root
from barometer.render import quarto, typeset
from barometer.render.checks.screen import check_edition
from barometer.render.conditions import applies
from barometer.render.execute import execute
from barometer.render.guards import Stated, complete, stated
from barometer.render.inline import place
from barometer.render.progress import say, stage
from barometer.render.sources import read_report
from barometer.survey.register import DATA_TYPE, write_register, write_whole
from barometer.survey.survey import load_survey
from barometer.wave.reading import read_wave
from barometer.wave.validation import validate


def execute_report(year: int, data: Path, profile: str | None = None) -> NotebookNode:
    """Execute report.qmd for the wave."""
    root = project_root()
    notebook = read_report(root / "report.qmd", applies(year, data, profile))
    if not any("parameters" in cell.metadata.get("tags", ()) for cell in notebook.cells):
        raise BarometerError(
            "report.qmd: found no cell with `#| tags: [parameters]`; expected one that sets the "
            "year, or every edition would be of the same year"
        )
    executed = execute(notebook, {"year": year}, root, {"BAROMETER_DATA": str(data.resolve())})
    complete(executed)
    return executed


def render_edition(
    year: int,
    to: Sequence[str] = ("html", "pdf"),
    engine: str = "auto",
    profile: str | None = None,
    data: Path | None = None,
    output: Path | None = None,
    notebooks: bool = False,
) -> Path:
    """Render the edition of a wave to `<output>/<year>/` and return that folder.

    It holds the report as .html and .pdf (as `to` asks), named after its title and year, the
    executed .ipynb, estimates.csv and downloads/, and with `notebooks` those too. `engine`:
    "quarto", "pandoc", or "auto" for Quarto where it is installed. Everything is made in a folder
    beside it, checked, and swapped in at the end, so a failure leaves the last good edition. Raises
    BarometerError, WaveError for a broken wave and EditionError for an edition that fails a check.
    """
    with stage(f"Wave {year}: read, clean, impute, weight"):
        survey = load_survey(year, data)
    binary = quarto.find() if engine in ("auto", "quarto") else None
    if engine == "quarto" and binary is None:
        raise BarometerError(
            "found no quarto on PATH; expected version 1.6 or newer. "
            "Install Quarto, or render with --engine pandoc."
        )
    root, source = project_root(), data_folder(data)
    folder = (output or root / "_output") / str(year)
    name = f"{file_name(survey.meta.title)}-{year}" + (f"-{profile}" if profile else "")
    title = f"{survey.meta.title} {year}"
    with _whole(folder) as scratch:
        with stage("Execute the chapters"):
            notebook = execute_report(year, source, profile)
        _write_downloads(notebook, scratch / "downloads")
        text = typeset.to_markdown(notebook)
        review = profile == "review"
        for target in to:
            with stage(f"Typeset {target} with {'Quarto' if binary else 'pandoc and Typst'}"):
                content = (
                    quarto.typeset(text, target, root, binary, title, review)
                    if binary
                    else typeset.typeset(text, target, title, root / "theme", review)
                )
                (scratch / f"{name}.{target}").write_bytes(content)
        nbformat.write(typeset.for_jupyter(notebook), scratch / f"{name}.ipynb")
        write_register(survey, scratch / "estimates.csv")
        if review:
            write_register(survey, scratch / "estimates-full.csv", full=True)
        if notebooks:
            _execute_notebooks(year, source, scratch / "notebooks")
        with stage("Check the edition"):
            check_edition(scratch, survey, source)
    broken = [s for s in stated(notebook) if s.guarded and s.verdict == "fails"]
    if broken:
        say(
            f"{len(broken)} sentence(s) no longer hold for {year}; "
            f"list them with: barometer claims {year}"
        )
    say(f"Edition {year}: {folder}")
    return folder


def file_name(title: str) -> str:
    """The name of the report's files: "Export & import" gives "export-import"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "report"


def check_sentences(year: int, data: Path | None = None) -> list[Stated]:
    """Execute the report and tell of each sentence that states something whether it holds."""
    validate(read_wave(year, data))
    return list(stated(execute_report(year, data_folder(data))))


def render_notebooks(year: int, data: Path | None = None, output: Path | None = None) -> Path:
    """Execute the notebooks of `notebooks/` for a wave into `<output>/<year>/notebooks/`."""
    validate(read_wave(year, data))
    folder = (output or project_root() / "_output") / str(year) / "notebooks"
    with _whole(folder) as scratch:
        _execute_notebooks(year, data_folder(data), scratch)
    return folder


def _execute_notebooks(year: int, data: Path, folder: Path) -> None:
    root = project_root()
    folder.mkdir(exist_ok=True)
    environment = {"BAROMETER_DATA": str(data.resolve())}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        with stage(f"Execute {path.name}"):
            notebook = nbformat.read(path, as_version=4)
            for number, cell in enumerate(notebook.cells, 1):  # so that an error names its place
                cell.metadata["barometer"] = {"file": f"notebooks/{path.name}", "line": number}
            executed = execute(notebook, {"year": year}, root, environment)
            nbformat.write(executed, folder / path.name)
            page = typeset.notebook_page(executed, root / "theme")
            (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")


def _write_downloads(notebook: NotebookNode, folder: Path) -> None:
    """Write the data behind each figure and table, as the outputs of the cells carry them."""
    written: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if (data := output.get("data", {}).get(DATA_TYPE)) is None:
                continue
            if written.setdefault(data["name"], data["csv"]) != data["csv"]:
                raise BarometerError(
                    f"{place(cell)}: found a second figure or table '{data['name']}' with other "
                    'data; expected names that differ. Give it a name of its own: name="…"'
                )
            write_whole(folder / f"{data['name']}.csv", data["csv"])


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
