"""The checklist of a new wave, TODO.md: boxes that are ticked from what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from barometer.project import CHECKLIST
from barometer.survey.register import write_whole

#: What is to be done, by the name that its box goes by.
BOXES = {
    "settings": "`wave.yml` and `questionnaire.yml` can be read: field period, questions, answers",
    "marks": "every `# TODO({year})` in those two was looked at, and removed",
    "population": "`population.csv` has the frame: a row for each stratum",
    "sample": "`sample.csv` has the firms that were invited",
    "responses": "`responses.csv` has the answers",
    "check": "`barometer check {year}` finds no problem in the files",
    "facts": "no fact of `data/facts.yml` that a chapter tells of has outlived its date",
    "eurostat": "`data/eurostat.csv` has figures of {year} (none yet? Then tick this one yourself)",
    "questions": "every question that is reported stands in a chapter",
    "claims": "`barometer claims {year}` finds no sentence that the data contradict",
}
BOX = re.compile(r"^(?P<before>\s*[-*] \[)[ xX](?P<after>\] \**(?P<name>\w+)\**:.*)$")


def checklist(year: int, source: int) -> str:
    """The text of a checklist with no box ticked."""
    boxes = [f"- [ ] **{name}**: {said.format(year=year)}" for name, said in BOXES.items()]
    return "\n".join(
        [
            f"# Wave {year}: to be done",
            "",
            f"`barometer new-wave {year}` made this folder from the wave of {source}. Each time it",
            "is run it ticks these boxes from what it finds. It changes nothing else here: notes",
            f"and boxes of your own are safe. What is left in each: `barometer status {year}`.",
            "",
            *boxes,
            "",
        ]
    )


def tick(folder: Path, done: Mapping[str, bool]) -> None:
    """Set the boxes of a checklist that go by these names; all else stays as it is."""
    path = folder / CHECKLIST
    with path.open(encoding="utf-8", newline="") as file:  # line ends as they are
        text = file.read()
    lines = [_ticked(line, done) for line in text.splitlines(keepends=True)]
    if (now := "".join(lines)) != text:
        write_whole(path, now)


def _ticked(line: str, done: Mapping[str, bool]) -> str:
    body = line.rstrip("\r\n")
    box = BOX.match(body)
    if not box or box["name"] not in done:
        return line
    mark = "x" if done[box["name"]] else " "
    return f"{box['before']}{mark}{box['after']}{line[len(body) :]}"
