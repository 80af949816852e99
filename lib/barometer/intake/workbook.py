"""Read an export in Excel (.xlsx): one visible sheet, a header and rows, nothing merged."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from barometer.errors import BarometerError, Problem, WaveError, listed
from barometer.intake.export import Export, cell_text, table

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: What openpyxl, or the archive and the XML below it, raise on what is damaged or no workbook.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError),
    *(KeyError, ValueError, TypeError, NotImplementedError),
)
#: How openpyxl marks a cell that holds a formula, or an error such as #REF!.
FORMULA, ERROR = "f", "e"


def read_workbook(path: Path, sheet: str = "") -> Export:
    """Read a sheet of a workbook (default: the one with cells); WaveError where that is unclear.

    Formulas count by the value that Excel last gave them.
    """
    book = _opened(path, values=False)
    chosen = _sheet(path.name, book, sheet)
    if problems := _unclear(path.name, chosen):
        raise WaveError(problems)
    rows = list(chosen.iter_rows())
    formulas = [cell for row in rows for cell in row if cell.data_type == FORMULA]
    if formulas:
        chosen = _opened(path, values=True)[chosen.title]
        without = [cell for cell in formulas if chosen[cell.coordinate].value is None]
        if without:
            found = f"{len(without)} formulas without a value, the first in {without[0].coordinate}"
            remedy = "Open and save the workbook in Excel, or paste the values over the formulas."
            raise WaveError([Problem(path.name, found, "values", remedy, row=without[0].row)])
        rows = list(chosen.iter_rows())
    errors = [cell for row in rows for cell in row if cell.data_type == ERROR]
    if errors:
        found = f"{len(errors)} errors of Excel, the first {errors[0].value} in "
        found += errors[0].coordinate
        raise WaveError([Problem(path.name, found, "values", "Mend them.", row=errors[0].row)])
    lines = [(row[0].row, [cell_text(cell.value) for cell in row]) for row in rows]
    filled = [(number, cells) for number, cells in lines if any(cells)]
    header, body = filled[0][1], filled[1:]
    return table(path.name, header, body, dates1904=book.epoch.year == 1904)


def _opened(path: Path, values: bool) -> Workbook:
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise BarometerError(
            f"{path.name}: found no package openpyxl, which reads workbooks; expected it "
            "installed. Install the extra `import` of this project, or export CSV."
        ) from None
    raw = io.BytesIO(path.read_bytes())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and charts, which do not matter here
            return openpyxl.load_workbook(raw, data_only=values)
    except DAMAGED:
        remedy = "Save it in Excel as .xlsx, without a password."
        raise WaveError([Problem(path.name, "no workbook", "an .xlsx file", remedy)]) from None


def _filled(sheet: Worksheet) -> bool:
    return any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)


def _sheet(file: str, book: Workbook, name: str) -> Worksheet:
    """The sheet of that name, or the only one with cells: a hidden one is never left unsaid."""
    known = {sheet.title: sheet for sheet in book.worksheets if _filled(sheet)}
    if name in known:
        return known[name]
    titles = listed([f"'{title}'" for title in known]) or "none"
    if name:
        remedy = "Correct `sheet` in wave.yml."
        raise WaveError([Problem(file, f"no filled sheet '{name}'", f"one of {titles}", remedy)])
    if not known:
        raise WaveError([Problem(file, "no filled sheet", "a header and rows", "Export again.")])
    if len(known) > 1:
        hidden = [f"'{s.title}'" for s in known.values() if s.sheet_state != "visible"]
        found = f"{len(known)} filled sheets: {titles}"
        found += f"; hidden: {listed(hidden)}" if hidden else ""
        remedy = "Name the one with the data as `sheet` in wave.yml."
        raise WaveError([Problem(file, found, "one", remedy)])
    (sheet,) = known.values()
    if sheet.sheet_state != "visible":
        remedy = "Make it visible, or name it as `sheet` in wave.yml."
        raise WaveError([Problem(file, f"only a hidden sheet, {titles}", "a visible one", remedy)])
    return sheet


def _unclear(file: str, sheet: Worksheet) -> list[Problem]:
    if not (merged := sorted(str(cells) for cells in sheet.merged_cells.ranges)):
        return []
    found = f"merged cells: {listed(merged)}"
    return [Problem(file, found, "a cell for each row and column", "Unmerge them in Excel.")]
