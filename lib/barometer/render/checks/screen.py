"""Hold an edition against every rule; each gives a result of one form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import BarometerError, Problem
from barometer.render.checks.counts import (
    response_adds_up,
    tables_of_counts_add_up,
    weights_add_up_to_the_population,
)
from barometer.render.checks.estimates import (
    bases_add_up,
    downloads_equal_register,
    exclusive_shares_sum_to_100,
    numbers_are_finite,
    unions_equal_their_parts,
    withheld_values_are_not_shown,
)
from barometer.render.checks.floats import (
    alternatives_state_the_figures,
    captions_state_the_base,
    downloads_equal_notebook,
    figures_equal_downloads,
    tables_equal_downloads,
)
from barometer.render.checks.identity import no_enterprise_number
from barometer.render.checks.opened import Edition, open_edition
from barometer.render.checks.raw import bases_equal_raw_answers
from barometer.survey.survey import Survey
from barometer.wave.reading import wave_folder

Rule = Callable[[Edition], Iterable[Problem]]

#: In the order in which a reader wants to know; each is called by its name.
RULES: tuple[Rule, ...] = (
    no_enterprise_number,
    withheld_values_are_not_shown,
    numbers_are_finite,
    exclusive_shares_sum_to_100,
    unions_equal_their_parts,
    bases_add_up,
    response_adds_up,
    tables_of_counts_add_up,
    weights_add_up_to_the_population,
    bases_equal_raw_answers,
    downloads_equal_notebook,
    downloads_equal_register,
    tables_equal_downloads,
    figures_equal_downloads,
    captions_state_the_base,
    alternatives_state_the_figures,
)
EXAMPLES = 3


@dataclass(frozen=True)
class Result:
    """What a rule finds in an edition: nothing, where it holds."""

    rule: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        """The rule and its findings, a few of them where there are many."""
        more = len(self.problems) - EXAMPLES
        shown = [f"  {problem}" for problem in self.problems[:EXAMPLES]]
        return "\n".join(
            [f"{self.rule}: {len(self.problems)} found", *shown]
            + ([f"  … and {more} more"] if more > 0 else [])
        )


class EditionError(BarometerError):
    """The rules that do not hold in an edition."""

    def __init__(self, results: Sequence[Result]) -> None:
        """Keep the results; the message lists the rules with a few findings each."""
        self.results = tuple(results)
        rules = "rule does" if len(results) == 1 else "rules do"
        head = f"{len(results)} {rules} not hold in the edition"
        super().__init__("\n".join([head, *map(str, results)]))


def screen(edition: Edition, rules: Iterable[Rule] = RULES) -> Iterator[Result]:
    """The result of each rule, in their order."""
    for rule in rules:
        yield Result(rule.__name__, tuple(rule(edition)))


def check_edition(folder: Path, survey: Survey, data: Path | str | None = None) -> int:
    """Hold the edition in `folder` against every rule; the number of rules.

    `data`: the folder with the waves, that of the survey among them. Raises EditionError with
    what does not hold, BarometerError for an edition that is not whole.
    """
    edition = open_edition(folder, survey, wave_folder(survey.year, data))
    if failed := [result for result in screen(edition) if result.problems]:
        raise EditionError(failed)
    return len(RULES)
