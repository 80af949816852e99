"""The spelling of what the edition shows and no chapter writes: cover, tables, drawings."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.language.passages import Passage
from tests.language.spelling import unknown, word_list

SHOWN = "header, th, td, svg text, .key-figures"


@pytest.mark.usefixtures("hunspell")
def test_words_of_cover_tables_and_text_alternatives_are_right(page: BeautifulSoup) -> None:
    """Labels in drawings are outlines: their text alternatives say the same."""
    texts = [element.get_text(" ") for element in page.select(SHOWN)]
    for name in ("alt", "aria-label"):
        texts += [str(element[name]) for element in page.select(f"[{name}]")]
    assert len(texts) > 300, "tables or text alternatives were not found"
    shown = [Passage("edition", i, text, "label", "nl", i) for i, text in enumerate(texts)]
    wrong = unknown(shown, word_list())
    found = [f"{word.word} in: {texts[int(word.place.split(':')[1])]}" for word in wrong]
    assert "\n".join(found) == ""
