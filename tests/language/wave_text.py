"""What a wave says, read once for all checks of its language."""

from __future__ import annotations

from dataclasses import dataclass

from barometer.project import waves
from barometer.wave.meta import read_meta
from tests.helpers import DATA
from tests.language.passages import Passage, Sentence, labels, passages, sentences
from tests.language.style import Context
from tests.report.reading import Read, Reading


@dataclass(frozen=True, repr=False)
class WaveText:
    """The text of a wave's report and the labels that its figures and tables show."""

    year: int
    reading: Reading
    passages: tuple[Passage, ...]
    labels: tuple[Passage, ...]
    context: Context

    @property
    def sentences(self) -> list[Sentence]:
        """The Dutch sentences, in order."""
        return list(sentences(self.passages))


def read_waves(read: Read, years: list[int] | None = None) -> list[WaveText]:
    """The text of these waves, or of all in `data/`, oldest first."""
    return [_read(read, year) for year in years or waves(DATA)]


def _read(read: Read, year: int) -> WaveText:
    reading = read(year, DATA)
    files = [DATA / str(year) / name for name in ("wave.yml", "questionnaire.yml")]
    domains = read_meta(files[0]).domains
    coded = [v for domain in domains.values() for v in domain.values.values()]
    coded = [value for value in coded if any(map(str.isdigit, value.code))]
    context = Context(
        tuple(value.name for value in coded),
        tuple({text for value in coded for text in (value.short, value.label)}),
        tuple(value.code for value in coded),
    )
    shown = tuple(label for file in files for label in labels(file))
    return WaveText(year, reading, tuple(passages(reading.lines)), shown, context)
