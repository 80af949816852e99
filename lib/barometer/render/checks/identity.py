"""The rule that nothing in an edition names a firm of the sample."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from barometer.errors import Problem
from barometer.render.checks.opened import Edition
from barometer.render.checks.raw import raw_table

#: Ten digits, or nine where a spreadsheet dropped a leading 0, with or without marks between.
#: Decimals of a number are none, nor are parts of a longer run of digits. It starts with a digit,
#: not with what may not stand before: the search is thrice as fast.
CANDIDATE = re.compile(
    r"[0-9](?<![0-9]{2})(?<![0-9][.,][0-9])[0-9]{2,3}"
    r"([ .\u00a0\u202f/-]?)[0-9]{3}\1[0-9]{3}(?![0-9])"
)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"\[((?:\\.|[^\]\\])*)\]\s*TJ|(\((?:\\.|[^)\\])*\))\s*Tj", re.DOTALL)
STRING = re.compile(rb"\(((?:\\.|[^)\\])*)\)", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
#: A text with accents stands as the digits of its bytes, two a character.
HEX = re.compile(rb"<FEFF((?:[0-9A-Fa-f]{4})*)>")
GLYPH = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>")
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def no_enterprise_number(edition: Edition) -> Iterator[Problem]:
    """No file holds an enterprise number of the sample, in whichever way it is written."""
    numbers = frozenset(raw_table(edition.files / "sample.csv")["enterprise_number"])
    for path in sorted(edition.folder.rglob("*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        texts = _readable(raw) if path.suffix == ".pdf" else [raw.decode("utf-8", "replace")]
        if found := {n for text in texts for n in _candidates(text) if n in numbers}:
            file = path.relative_to(edition.folder).as_posix()
            remedy = "Do not publish this file; see what the chapters show."
            yield Problem(file, f"{len(found)} enterprise number(s)", "none of a firm", remedy)


def _candidates(text: str) -> Iterator[str]:
    """What could be an enterprise number, as the ten digits of sample.csv.

    >>> list(_candidates("BE 0123.456.789, 123456789; 1.234.567,89 and 41.0123456789"))
    ['0123456789', '0123456789']
    """
    for found in CANDIDATE.finditer(text):
        yield re.sub(r"\D", "", found.group()).zfill(10)


def _readable(raw: bytes) -> Iterator[str]:
    """The texts of a PDF: metadata and alternatives, streams unpacked, and the words on the page.

    Those are numbers of glyphs, which each font maps to characters; which font wrote which word is
    not looked up, so every word is read in the characters of every font.
    """
    objects = STREAM.sub(b"", raw)
    yield _unescaped(objects).decode("latin-1")
    yield from (
        bytes.fromhex(h.decode()).decode("utf-16-be", "replace") for h in HEX.findall(objects)
    )
    streams = [_unpacked(found[1]) for found in STREAM.finditer(raw)]
    written = [
        _unescaped(b"".join(STRING.findall(array or single)))
        for stream in streams
        for array, single in SHOWN.findall(stream)
    ]
    yield from (stream.decode("latin-1") for stream in [b"\n".join(written), *streams])
    words = "\n".join(word.decode("utf-16-be", "replace") for word in written)
    for font in (dict(GLYPH.findall(stream)) for stream in streams if b"begincmap" in stream):
        yield words.translate({int(glyph, 16): int(char, 16) for glyph, char in font.items()})


def _unescaped(raw: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        octal = code[:1] in b"01234567"
        return bytes([int(code, 8) & 255]) if octal else CONTROLS.get(code, code.strip())

    return ESCAPE.sub(one, raw)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream
