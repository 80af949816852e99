"""The chapters as sources: nothing typed that can be computed, nothing missing or dangling."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from typing import Any

import pytest
import yaml

from barometer import chapters as library
from barometer.wave.meta import read_meta
from barometer.wave.questionnaire import read_questionnaire
from tests.helpers import DATA, REFERENCE, ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))
CHECKLIST: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (REFERENCE / "checklist.yml").read_text(encoding="utf-8")
)
SOURCE = {path.name: path.read_text(encoding="utf-8") for path in CHAPTERS}
WHOLE = "\n".join(SOURCE.values())

CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`\{python\} (.*?)`")
FOOTNOTE = re.compile(r"^\[\^([\w-]+)\]: (.*)$", re.MULTILINE)
FLOAT = re.compile(r"^::: \{#((?:fig|tbl)-[\w-]+)\}\n(.*?)\n:::$", re.MULTILINE | re.DOTALL)
# Numbers that are no results: years, NACE codes, an article of a law, a term with a digit.
NO_RESULT = re.compile(
    r"\b20[0-9]{2}\b|NACE [0-9-]+|artikel [0-9]+|\b3D-|^1\. |^2\. |^3\. ", re.MULTILINE
)
FRACTION = {
    "nl": re.compile(
        r"\b(helft|derde van|kwart|vijfde|tiende|verdubbeling|halvering|meerderheid"
        r"|op de (drie|vier|vijf|tien)|nauwelijks|bijna alle|meer dan een|minder dan een)\b"
    ),
    "en": re.compile(
        r"\b(half|halved|thirds?|quarters?|fifths?|tenths?|doubled|tripled|majority|minority"
        r"|in (two|three|four|five|ten)|hardly|(nearly|almost) all"
        r"|(more|less|fewer) than (an?|one|half)|most of)\b"
    ),
}
ENGLISH = re.compile(r"^(:{3,}) \{lang=\"en-GB\"\}\n(.*)\n\1$", re.MULTILINE | re.DOTALL)

chapters = pytest.mark.parametrize("name", SOURCE)


def languages(text: str) -> dict[str, str]:
    """What a chapter says in Dutch and in English, by language."""
    return {"nl": ENGLISH.sub("", text), "en": "\n".join(m[1] for m in ENGLISH.findall(text))}


def said(expression: str) -> str:
    """The words of an expression that a reader may see: texts of more than one word."""
    texts = [n.value for n in ast.walk(ast.parse(expression)) if isinstance(n, ast.Constant)]
    words = [text for text in texts if isinstance(text, str) and " " in text.strip(" ,.")]
    return " ".join(text for text in words if not re.match(r"NACE [\d-]+", text))


def prose(text: str) -> str:
    """The text without cells, addresses and inline code, but with the words in the latter."""
    text = INLINE.sub(lambda found: f"§{said(found[1])}§", CELL.sub("", text))
    return re.sub(r"\]\([^)]*\)|<[^>]*>", "]", text)


def sentences(text: str) -> list[str]:
    """The sentences of the running text, one per line as the chapters are written."""
    return [line for line in FOOTNOTE.sub("", CELL.sub("", text)).splitlines() if line.strip()]


def blocks(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each line outside cells, with the conditions of the `.asked` divs around it."""
    found: list[tuple[str, frozenset[str]]] = []
    stack: list[set[str]] = []
    for line in CELL.sub("", text).splitlines():
        if opening := re.match(r":::+ +\{(.*)\}", line):
            asked = re.search(r'of="([^"]*)"', opening[1])
            stack.append(set(asked[1].split()) if asked else set())
        elif re.match(r":::+$", line):
            stack.pop()
        else:
            found.append((line, frozenset().union(*stack)))
        if opening:
            found.append((line, frozenset().union(*stack)))
    assert not stack, "a fenced div is not closed"
    return found


@chapters
def test_no_typed_results(name: str) -> None:
    text = prose(SOURCE[name])
    assert not re.findall(r"[0-9][0-9.,]*\s*(?:%|procent|per ?cent)", text)
    assert not re.findall(r"\bN\s*=\s*[0-9]", text)
    if name == "00-colofon.qmd":  # address, telephone and depot number of the source
        return
    running = NO_RESULT.sub("", FOOTNOTE.sub("", text))
    typed = [line for line in running.splitlines() if re.search(r"[0-9]", line)]
    assert [line for line in typed if not re.match(r"#+ |:::|\[\^", line)] == []


@chapters
def test_fraction_words_are_computed_or_guarded(name: str) -> None:
    unguarded = [
        sentence
        for language, text in languages(SOURCE[name]).items()
        for sentence in sentences(text)
        if FRACTION[language].search(INLINE.sub("§", sentence)) and "claim(" not in sentence
    ]
    assert unguarded == []


@pytest.mark.parametrize("word", ["Half of firms", "Two-thirds", "One in five", "nearly all"])
def test_fraction_words_are_known_in_english(word: str) -> None:
    assert FRACTION["en"].search(word.lower())
    assert languages(SOURCE["11-summary.qmd"])["nl"].strip() == ""


@chapters
def test_sectors_are_named_by_the_data(name: str) -> None:
    """No sector is named by hand where the results are discussed."""
    sectors = read_meta(DATA / "2025" / "wave.yml").domains["sector"].values
    shorts = [sector.short for sector in sectors.values()]
    if name.startswith("04"):
        assert [short for short in shorts if short in prose(SOURCE[name])] == []


@chapters
def test_a_claim_stands_right_behind_a_sentence(name: str) -> None:
    for before in re.findall(r"(.{3})`\{python\} claim\(", SOURCE[name]):
        assert before.endswith((".", ":", ".**", ".*")), before
    assert not re.search(r"^`\{python\} claim\(", SOURCE[name], re.MULTILINE)


@chapters
def test_a_chapter_reads_as_prose(name: str) -> None:
    cells = [cell.strip("\n").splitlines() for cell in CELL.findall(SOURCE[name])]
    assert max(map(len, cells), default=0) <= 8
    assert max((len(line) for cell in cells for line in cell), default=0) <= 100
    assert sum(map(len, cells)) <= len(SOURCE[name].splitlines()) / 3


@chapters
def test_most_of_a_chapter_is_prose(name: str) -> None:
    """Cells, expressions and claims take at most half of its characters, words aside."""
    source = SOURCE[name]
    text = INLINE.sub(lambda found: said(found[1]), CELL.sub("", source))
    assert len(source) - len(text) <= len(source) / 2


@chapters
def test_cells_prepare_and_show(name: str) -> None:
    """They name estimates and claims; nothing is sorted, filtered or computed beside estimates."""
    cells = [ast.parse(cell) for cell in CELL.findall(SOURCE[name])]
    used = {
        node.id if isinstance(node, ast.Name) else node.attr
        for cell in cells
        for node in ast.walk(cell)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    assert not used & {"float", "sorted", "sort", "filter", "pd", "np", "loc", "iloc", "groupby"}
    nodes = [node for cell in cells for node in ast.walk(cell)]
    assert not [node for node in nodes if isinstance(node, ast.Lambda | ast.For | ast.While)]


@chapters
def test_no_sector_is_looked_up_that_a_wave_may_lack(name: str) -> None:
    """A claim may name a sector, for it fails where the wave lacks it; a sentence computes it."""
    for code in [*CELL.findall(SOURCE[name]), *INLINE.findall(SOURCE[name])]:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".at"):
                assert not isinstance(node.args[0], ast.Constant), ast.unparse(node)


@chapters
def test_no_place_is_named_that_a_wave_may_call_otherwise(name: str) -> None:
    """Words would change unseen with the name of a size or a sector; a claim fails aloud."""
    for code in [*CELL.findall(SOURCE[name]), *INLINE.findall(SOURCE[name])]:
        for call in calls(code, "led_by"):
            typed = [value for value in call.args[1:] if isinstance(value, ast.Constant)]
            assert not typed or code.startswith("claim("), ast.unparse(call)


@chapters
def test_words_are_chosen_for_each_verdict(name: str) -> None:
    """A statement may fail in another wave; a ranking stands apart or does not."""
    cells = CELL.findall(SOURCE[name])
    ranked = {
        target.id
        for cell in cells
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Assign)
        for target, value in assigned(node.targets[0], node.value)
        if isinstance(target, ast.Name) and is_ranking(value, frozenset())
    }
    for code in [*cells, *INLINE.findall(SOURCE[name])]:
        for call in calls(code, "wording"):
            said, *words = call.args
            texts = sum(map(count, words))
            assert texts == 3 or (texts == 2 and is_ranking(said, ranked)), ast.unparse(call)[:99]


def count(argument: ast.expr) -> int:
    """How many arguments it is: `*[… for x in ("a", "b")]` and `*["a"] * 2` are two."""
    if not isinstance(argument, ast.Starred):
        return 1
    match argument.value:
        case ast.ListComp(generators=[ast.comprehension(iter=ast.Tuple(elts=each))]):
            return len(each)
        case ast.BinOp(left=ast.List(elts=each), op=ast.Mult(), right=ast.Constant(value=int(n))):
            return len(each) * n
    return 0


def calls(code: str, function: str) -> list[ast.Call]:
    """The calls of a function in code."""
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [call for call in found if ast.unparse(call.func) == function]


def assigned(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What is assigned to what: `a, b = x, y` are two."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


def is_ranking(said: ast.expr, ranked: Collection[str]) -> bool:
    """Whether it is `highest(…)`, `lowest(…)`, a name of one, or the first few of one."""
    if isinstance(said, ast.Subscript) and isinstance(said.slice, ast.Slice):
        return is_ranking(said.value, ranked)
    if isinstance(said, ast.Call):
        return ast.unparse(said.func) in {"highest", "lowest"}
    return isinstance(said, ast.Name) and said.id in ranked


@chapters
def test_expressions_and_cells_are_python(name: str) -> None:
    for expression in INLINE.findall(SOURCE[name]):
        compile(expression, name, "eval")
    for cell in CELL.findall(SOURCE[name]):
        compile(cell, name, "exec")


@chapters
def test_cells_leave_the_helpers_alone(name: str) -> None:
    helpers = {helper for helper in vars(library) if not helper.startswith("_")}
    helpers |= {"survey", "year", "previous"}
    for cell in CELL.findall(SOURCE[name]):
        stored = {
            node.name if isinstance(node, ast.FunctionDef) else node.id
            for node in ast.walk(ast.parse(cell))
            if isinstance(node, ast.FunctionDef)
            or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        }
        assert not stored & helpers


@chapters
def test_divs_are_closed(name: str) -> None:
    assert blocks(SOURCE[name])


def test_headings_are_those_of_the_report_in_order() -> None:
    counters = [0, 0, 0]
    found = []
    pattern = r"^(#{1,3}) (.+?) \{#(sec-[\w-]+)\}$"
    for marks, title, identifier in re.findall(pattern, CELL.sub("", WHOLE), re.MULTILINE):
        level = len(marks)
        counters[level - 1] += 1
        counters[level:] = [0] * (3 - level)
        number = ".".join(map(str, counters[:level]))
        found.append({"number": number, "title": title, "id": identifier})
    assert found == CHECKLIST["headings"]


@pytest.mark.parametrize("kind", ["figures", "tables"])
def test_floats_come_in_the_order_of_their_numbers(kind: str) -> None:
    prefix = {"figures": "fig-", "tables": "tbl-"}[kind]
    found = [identifier for identifier, _ in FLOAT.findall(WHOLE) if identifier.startswith(prefix)]
    assert found == [entry["id"] for entry in CHECKLIST[kind]]
    assert [entry["number"] for entry in CHECKLIST[kind]] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("entry", CHECKLIST["figures"] + CHECKLIST["tables"], ids=lambda e: e["id"])
def test_captions_name_subject_and_base(entry: dict[str, Any]) -> None:
    body = dict(FLOAT.findall(WHOLE))[entry["id"]]
    caption = body.rpartition("\n\n")[2]
    # where it is illustrative, "Illustratief: evolutie" (test_illustrative.py)
    caption = caption.replace("`{python} evolution_word`", "Illustratief: evolutie")
    assert [word for word in entry["says"] if word not in caption] == []
    assert re.search(r"`\{python\} (base|bases|per_wave|num)\(", caption), "no computed N"


def test_footnotes_are_complete_defined_once_and_used() -> None:
    defined = dict(FOOTNOTE.findall(WHOLE))
    assert len(FOOTNOTE.findall(WHOLE)) == len(defined)
    assert list(defined) == [entry["id"] for entry in CHECKLIST["footnotes"]]
    for entry in CHECKLIST["footnotes"]:
        assert [w for w in entry["says"] if w not in defined[entry["id"]]] == [], entry["id"]
        assert len(re.findall(rf"\[\^{entry['id']}\](?!:)", WHOLE)) == 1, entry["id"]


def test_references_resolve_also_where_a_wave_lacks_questions() -> None:
    """What is referred to stands under no condition that the reference does not stand under."""
    lines = [pair for text in SOURCE.values() for pair in blocks(text)]
    home: dict[str, frozenset[str]] = {}
    for line, conditions in lines:
        for identifier in re.findall(r"\{#((?:fig|tbl|sec)-[\w-]+)", line):
            assert identifier not in home, f"{identifier} is defined twice"
            home[identifier] = conditions
    for line, conditions in lines:
        for reference in re.findall(r"@((?:fig|tbl|sec)-[\w-]+)", line):
            assert reference in home, f"@{reference} is defined nowhere"
            missing = {c for c in home[reference] - conditions if not implied(c, conditions)}
            assert not missing, f"@{reference} may be left out: {missing}"


def test_a_chapter_is_referred_to_as_such() -> None:
    """Quarto calls all it numbers "Paragraaf"; of a chapter the text takes the number alone."""
    chapters = {entry["id"] for entry in CHECKLIST["headings"] if "." not in entry["number"]}
    for text in SOURCE.values():
        for found in re.finditer(r"([Hh]oofdstuk\\ -)?@(sec-[\w-]+)", text):
            assert bool(found[1]) == (found[2] in chapters), found[0]


def implied(condition: str, conditions: frozenset[str]) -> bool:
    """Whether a condition follows from others.

    One on a question follows from one on an item of it, one on any of several (`a|b`) from one on
    each of some of these.
    """
    either = set(condition.split("|"))
    given = (other.split("|") for other in conditions)
    return any(all(o in either or o.partition(".")[0] in either for o in other) for other in given)


def test_a_subsection_keeps_its_section() -> None:
    """Whatever keeps a heading in an edition keeps the one above it, in every combination."""
    above: dict[int, frozenset[str]] = {}
    for line, conditions in (pair for text in SOURCE.values() for pair in blocks(text)):
        if heading := re.match(r"(#+) ", line):
            level = len(heading[1])
            above[level] = conditions
            lost = {c for c in above.get(level - 1, ()) if not implied(c, conditions)}
            assert not lost, f"{line} may lose the heading above it: {lost}"


def test_every_float_is_referred_to() -> None:
    floats = {identifier for identifier, _ in FLOAT.findall(WHOLE)}
    assert floats == set(re.findall(r"@((?:fig|tbl)-[\w-]+)", WHOLE))


def test_conditions_name_what_the_questionnaire_knows() -> None:
    questionnaire = read_questionnaire(DATA / "2025" / "questionnaire.yml")
    found = {c for text in SOURCE.values() for _, conditions in blocks(text) for c in conditions}
    named = {name for condition in found for name in condition.split("|")}
    # see docs/quarto-subset.md
    named -= {
        "previous",
        "synthetic",
        "illustrative",
        "published",
        "eurostat",
        "procedure",
        "corrected",
    }
    named -= set(questionnaire.universes)
    assert [c for c in named if not questionnaire.asked(c.removeprefix("previous."))] == []
