"""Enterprise numbers stay here: tables hold keys in their place, which mean nothing.

So no message, notebook or traceback that shows a table, or what was looked up in one, shows whose
answers they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from barometer.errors import Problem
from barometer.wave.csvfile import row_number

NUMBER = re.compile(r"[01][0-9]{9}")
Keys = npt.NDArray[np.int64]


def malformed(file: str, numbers: pd.Series) -> Iterator[Problem]:
    """Check the form of enterprise numbers (text, by row number), without ever repeating one."""
    for row, number in numbers[~numbers.str.fullmatch(NUMBER)].items():
        found = f"{len(number)} characters" if number else "an empty cell"
        expected = "an enterprise number: ten digits, the first 0 or 1"
        remedy = "Keep the column as text; a spreadsheet may have dropped the leading 0."
        yield Problem(file, found, expected, remedy, row_number(row), str(numbers.name))


class Lots:
    """What respondents draw lots with: each its own number, so that nothing else decides.

    >>> Lots(["B", "A"]).draw(1, "export", 0) == Lots(["A", "B"]).draw(1, "export", 1)
    True
    """

    def __init__(self, numbers: Sequence[str]) -> None:
        """Take one distinct text per respondent."""
        self._numbers = list(numbers)

    def __len__(self) -> int:
        """How many respondents there are."""
        return len(self._numbers)

    def draw(self, seed: int, question: str, respondent: int) -> int:
        """A 64-bit number that is the same on every machine (modulo bias below 1e-15)."""
        text = f"{seed}/{question}/{self._numbers[respondent]}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")

    @property
    def ranks(self) -> npt.NDArray[np.intp]:
        """The place of each respondent in the order of the numbers (n)."""
        return np.argsort(np.argsort(np.array(self._numbers, dtype=str)))


class Firms:
    """The enterprise numbers of a wave, behind the keys that stand for them.

    A key is the place of a number among all of the wave, so that keys sort as numbers do.

    >>> firms = Firms(["0200", "0100", "0200"])
    >>> firms.keys(pd.Series(["0200", "0100"])).tolist()
    [1, 0]
    """

    def __init__(self, numbers: Iterable[str]) -> None:
        """Take the numbers, in any order and as often as they come."""
        self._numbers = np.unique(np.array(list(numbers), dtype=str))

    def keys(self, numbers: pd.Series) -> pd.Series:
        """The keys of numbers (text), each of which is of the wave."""
        return pd.Series(np.searchsorted(self._numbers, numbers.to_numpy(dtype=str)), numbers.index)

    def lots(self, keys: Iterable[int]) -> Lots:
        """The lots of the respondents with these keys."""
        return Lots(self._numbers[np.asarray(list(keys), dtype=np.int64)].tolist())

    def places(self, keys: Keys, other: Firms, others: Keys) -> Keys:
        """Where the firms with these keys stand among those of another wave (n); −1 if nowhere."""
        there = pd.Index(other._numbers[others])
        return np.asarray(there.get_indexer(pd.Index(self._numbers[keys])), dtype=np.int64)
