"""What `make language` prints: a table per wave, what the rules of style find, unknown words."""

from __future__ import annotations

import sys

import pytest

from tests.language.passages import by_chapter
from tests.language.spelling import missing, unknown, word_list
from tests.language.style import HARD, SOFT, findings, rhythm
from tests.language.wave_text import WaveText, read_waves
from tests.report.reading import reader

HEAD = ("chapter", "sentences", "mean", "median", "short", "long", "statements", "comparisons")
ROW = "{:<36}{:>10}{:>7}{:>8}{:>7}{:>6}{:>12}{:>13}"


def table(wave: WaveText) -> str:
    """Per chapter: sentences, their length, what they state, and how much was compared for it."""
    chapters = {f"all of {wave.year}": wave.sentences, **by_chapter(wave.sentences)}
    said = wave.reading.statements
    lines = [ROW.format(*HEAD)]
    for number, (file, text) in enumerate(chapters.items()):
        rhythmic = rhythm(text)
        records = [record for place, record in said if number == 0 or place == file]
        compared = {tuple(each.values()) for record in records for each in record["comparisons"]}
        lines.append(
            ROW.format(
                file.removeprefix("chapters/"),
                rhythmic.count,
                f"{rhythmic.mean:.1f}",
                f"{rhythmic.median:.0f}",
                f"{rhythmic.short:.0%}",
                f"{rhythmic.long:.0%}",
                len(records),
                len(compared),
            )
        )
    return "\n".join(lines)


def main(years: list[int]) -> None:
    """Print all of it for these waves, or for every wave; what is hard also fails the tests."""
    lacking = missing()
    with pytest.MonkeyPatch.context() as patch:
        waves = read_waves(reader(patch), years)
    for wave in waves:
        print(f"\n{table(wave)}\n")
        for title, rules in (("fails the tests", HARD), ("to consider", SOFT)):
            for finding in findings(rules, wave.sentences, wave.context):
                print(f"{wave.year}, {title}, {finding.rule}: {finding}")
        if not lacking:
            for word in unknown((*wave.passages, *wave.labels), word_list()):
                print(f"{wave.year}, spelling: {word}")
    if lacking:
        print(f"spelling was not checked: {lacking}", file=sys.stderr)


if __name__ == "__main__":
    main([int(year) for year in sys.argv[1:]])
