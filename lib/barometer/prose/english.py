"""What a chapter in English calls: `english.pct(use)` writes "58.8%" where `pct(use)` has "58,8%".

Rounding, margins, thresholds and tests are those of the Dutch functions of the same name.
"""

from __future__ import annotations

from functools import partial

from barometer.prose import names as naming
from barometer.prose import numbers, words
from barometer.prose.languages import ENGLISH

__all__ = [
    "against",
    "join",
    "names",
    "num",
    "number_word",
    "out_of",
    "pct",
    "share_words",
    "times_words",
]

num = partial(numbers.num, language=ENGLISH)
pct = partial(numbers.pct, language=ENGLISH)
number_word = partial(numbers.number_word, language=ENGLISH)
join = partial(naming.join, language=ENGLISH)
names = partial(naming.names, language=ENGLISH)
share_words = partial(words.share_words, language=ENGLISH)
out_of = partial(words.out_of, language=ENGLISH)
against = partial(words.against, language=ENGLISH)
times_words = partial(words.times_words, language=ENGLISH)
