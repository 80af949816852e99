"""Read an export in CSV: commas, semicolons or tabs, with or without a byte order mark."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from barometer.errors import Problem, WaveError
from barometer.intake.export import Export, table

DELIMITERS = ",;\t"
#: The byte order marks of Excel's CSV and of its "Unicode text".
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
AGAIN = "Export the file again as CSV in UTF-8."


def read_delimited(path: Path, encoding: str = "utf-8") -> Export:
    """Read a CSV file; WaveError with all that is wrong with its form.

    The delimiter is the one that divides the header into most cells. A first line `sep=;`, which
    Excel understands, is skipped.
    """
    name, text = path.name, _text(path, encoding)
    if text.startswith("sep=") and len(text) > 4 and text[4] in DELIMITERS:
        first, _, text = text.partition("\n")
        delimiter, before = first[4], 1
    else:
        delimiter, before = _delimiter(text), 0
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise WaveError([Problem(name, f"quotes or lines amiss ({error})", "CSV", AGAIN)]) from None
    lines = [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(rows, before + 1)
        if any(cell.strip() for cell in cells)
    ]
    if not lines:
        expected = "a header row and the data below it"
        raise WaveError([Problem(name, "an empty file", expected, "Export the file again.")])
    header, body = lines[0][1], lines[1:]
    uneven = [
        Problem(
            name,
            f"{len(cells)} cells",
            f"{len(header)}, as in the header",
            f"Put a cell that holds a '{delimiter}' in double quotes, or export the file again.",
            row=number,
        )
        for number, cells in body
        if len(cells) != len(header)
    ]
    if uneven:
        raise WaveError(uneven)
    return table(name, header, body)


def _text(path: Path, encoding: str) -> str:
    raw = path.read_bytes()
    for mark, found in MARKS.items():
        encoding = found if raw.startswith(mark) else encoding
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        # of UTF-16 the rows cannot be counted in bytes
        row = raw[: error.start].count(b"\n") + 1 if encoding.startswith("utf-8") else None
        found = f"a byte that is not {encoding.upper()} (0x{raw[error.start]:02x})"
        remedy = f"{AGAIN} If it is in Windows' own encoding, say `encoding: cp1252` in wave.yml."
        raise WaveError([Problem(path.name, found, "text", remedy, row=row)]) from None
    if "\x00" in text:
        raise WaveError([Problem(path.name, "a NUL character", "a text file", AGAIN)])
    return text


def _delimiter(text: str) -> str:
    first = io.StringIO(text.lstrip(), newline="")
    widths = {}
    for delimiter in DELIMITERS:
        first.seek(0)
        widths[delimiter] = len(next(csv.reader(first, delimiter=delimiter), []))
    return max(widths, key=lambda delimiter: widths[delimiter])
