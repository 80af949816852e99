"""An edition of the barometer: executed once, typeset twice, written whole or not at all."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.project import data_folder, project_root
from barometer.render import quarto, typeset
from barometer.render.checks.screen import check_edition
from barometer.render.conditions import applies
from barometer.render.execute import execute
from barometer.render.folders import whole
from barometer.render.guards import complete
from barometer.render.inline import place
from barometer.render.left_out import left_out, settle_notes
from barometer.render.mending import Overdue, overdue
from barometer.render.progress import say, stage
from barometer.render.sources import read_report
from barometer.render.stated import Stated, stated
from barometer.render.untold import list_untold
from barometer.survey.register import DATA_TYPE, write_register, write_whole
from barometer.survey.survey import load_survey
from barometer.wave.meta import read_meta
from barometer.wave.questionnaire import read_questionnaire
from barometer.wave.reading import read_wave, wave_folder
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
    settle_notes(executed)
    list_untold(executed, read_questionnaire(data / str(year) / "questionnaire.yml"))
    complete(executed, facts_to_mend(year, data))
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
    executed .ipynb, estimates.csv and downloads/, and with `notebooks` those too; nothing of an
    earlier render. That of a profile goes to `<output>/<year>-<profile>/`. `engine`: "quarto",
    "pandoc", or "auto" for Quarto where it is installed and works. Everything is made in a folder
    beside it, checked, and swapped in at the end, so a failure leaves the last good edition. Raises
    BarometerError, WaveError for a broken wave and EditionError for an edition that fails a check.
    """
    with stage(f"Wave {year}: read, clean, impute, weight"):
        survey = load_survey(year, data)
    binary = _quarto(engine)
    root, source = project_root(), data_folder(data)
    suffix = f"-{profile}" if profile else ""
    folder = (output or root / "_output") / f"{year}{suffix}"
    name = f"{file_name(survey.meta.title)}-{year}{suffix}"
    title = f"{survey.meta.title} {year}"
    with whole(folder) as scratch:
        with stage("Execute the chapters"):
            notebook = execute_report(year, source, profile)
        _write_downloads(notebook, scratch / "downloads")
        text = typeset.to_markdown(notebook)
        review = profile == "review"
        for target, content in _typeset(text, to, binary, engine, title, review).items():
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
    if gone := list(left_out(notebook)):
        say(f"{len(gone)} sentence(s) left out, for wave {year} lacks what they tell of:")
        for line in gone:
            say(f"  {line.chapter}:{line.line}: no {', '.join(dict.fromkeys(line.lacks))}")
    say(f"Edition {year}: {folder}")
    return folder


def _quarto(engine: str) -> str | None:
    """The Quarto to typeset with, or None for pandoc and Typst."""
    if engine == "pandoc":
        return None
    try:
        binary = quarto.find()
    except BarometerError as error:
        if engine == "quarto":
            raise
        _fall_back(error)
        return None
    if engine == "quarto" and binary is None:
        raise BarometerError(
            "found no quarto on PATH; expected version 1.6 or newer. "
            "Install Quarto, or render with --engine pandoc."
        )
    return binary


def _fall_back(error: BarometerError) -> None:
    say(f"Warning: {error}\nTypesetting with pandoc and Typst instead.")


def _typeset(
    text: str, to: Sequence[str], binary: str | None, engine: str, title: str, review: bool
) -> dict[str, bytes]:
    """The report in each format, all from one typesetter: a Quarto nobody asked for may fail."""
    root, formats = project_root(), " and ".join(to)
    if binary:
        try:
            with stage(f"Typeset {formats} with Quarto"):
                return {
                    target: quarto.typeset(text, target, root, binary, title, review)
                    for target in to
                }
        except BarometerError as error:
            if engine == "quarto":
                raise
            _fall_back(error)
    with stage(f"Typeset {formats} with pandoc and Typst"):
        return {
            target: typeset.typeset(text, target, title, root / "theme", review) for target in to
        }


def file_name(title: str) -> str:
    """The name of the report's files: "Export & import" gives "export-import"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "report"


def check_sentences(year: int, data: Path | None = None) -> list[Stated]:
    """Execute the report and tell of each sentence that states something whether it holds."""
    validate(read_wave(year, data))
    return list(stated(execute_report(year, data_folder(data))))


def facts_to_mend(year: int, data: Path | None = None) -> list[Overdue]:
    """The facts beside the waves that this wave has outlived."""
    meta = read_meta(wave_folder(year, data) / "wave.yml")
    return overdue(meta.field_period.end, data)


def render_notebooks(year: int, data: Path | None = None, output: Path | None = None) -> Path:
    """Execute the notebooks of `notebooks/` for a wave into `<output>/<year>/notebooks/`.

    The rest of an edition there stays as it is.
    """
    validate(read_wave(year, data))
    folder = (output or project_root() / "_output") / str(year)
    with whole(folder, keep=True) as scratch:
        shutil.rmtree(scratch / "notebooks", ignore_errors=True)
        _execute_notebooks(year, data_folder(data), scratch / "notebooks")
    return folder / "notebooks"


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
