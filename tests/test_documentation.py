"""What the documentation names exists, and its examples work."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import yaml

from barometer import chapters
from barometer.cli import parser
from barometer.display import figures
from barometer.display.block import Block
from barometer.survey.survey import Survey, load_survey
from tests.helpers import DATA, ROOT

HISTORY = ROOT / "CHANGELOG.md"  # names what is gone, too
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)(`+)(?!`) ?(.+?) ?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`\{python\} ([^`]+)`")
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"# data/2025/(\S+), under (\w+)\n")

SUFFIXES = "py|qmd|yml|yaml|csv|toml|txt|md|lua|cff|ipynb|css|typ|R"
FILE = re.compile(rf"[\w.<>*-]+\.(?:{SUFFIXES})")
FOLDERS = re.compile(r"(?:[\w.<>*-]+/)+[\w.<>*-]*")
PACKAGES = ("weighting", "barometer", "synthesis")
#: What a command makes, or a reader of the examples; nothing of that name is in the project.
MADE = {
    "import.log.csv",
    "corrections.yml",
    "corrections.csv",
    "estimates.csv",
    "estimates-full.csv",
    "downloads/",
    "chapters/04-8-verantwoordelijke.qmd",
    "TODO.md",
}

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(page: Path) -> list[str]:
    """What stands between backticks in running text and tables."""
    return [" ".join(found[1].split()) for found in SPAN.findall(FENCE.sub("", read(page)))]


def shown_commands(page: Path) -> Iterator[str]:
    """Commands in the text, and on the indented lines that a reader copies."""
    lines = re.findall(r"^    (\S.*)$", FENCE.sub("", read(page)), re.MULTILINE)
    for text in (*spans(page), *lines):
        command = re.sub(r"\s+#.*$", "", text)
        if re.match(r"(\.venv/bin/)?(make|barometer|python) ", command):
            yield command.removeprefix(".venv/bin/")


@cache
def project_files() -> list[str]:
    """Every file of the project, relative to its root; not what was installed or made."""
    made = re.compile(r"\.git|\.venv.*|_output|\..+_cache|\.hypothesis|\.quarto")
    tops = [path for path in ROOT.iterdir() if not made.fullmatch(path.name)]
    paths = [path for top in tops for path in (top, *top.rglob("*")) if path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in paths]


@cache
def defined_names() -> frozenset[str]:
    """The functions, methods and classes of the library."""
    trees = (ast.parse(read(path)) for path in (ROOT / "lib").rglob("*.py"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for t in trees for node in ast.walk(t) if isinstance(node, kinds))


def exists(path: str) -> bool:
    """Whether a path, with <year> or * for anything, is that of a file or folder."""
    if path in MADE or path.startswith("_output/"):
        return True
    if path.startswith(".venv/bin/"):
        return Path(sys.executable).with_name(Path(path).name).exists()
    pattern = re.escape(path.rstrip("/")).replace(r"\*", "[^/]*")
    pattern = re.sub(r"<\w+>", "[^/]+", pattern)
    return any(re.search(rf"(^|/){pattern}($|/)", known) for known in project_files())


# --- links and names --------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have where it is shown."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", [*PAGES, HISTORY], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(SPAN.sub("", FENCE.sub("", read(page)))):
        if re.match(r"\w+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = page.parent / target if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(link)
    assert not broken


@pages
def test_files_named_exist(page: Path) -> None:
    named = [text for text in spans(page) if FILE.fullmatch(text) or FOLDERS.fullmatch(text)]
    assert not [path for path in named if not exists(path)]


@pages
def test_modules_named_exist(page: Path) -> None:
    missing = []
    for text in spans(page):
        if re.fullmatch(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+", text):
            if FILE.fullmatch(text):
                continue
            *module, last = text.split(".")
            owner = importlib.import_module(".".join(module))
            if not hasattr(owner, last) and importlib.util.find_spec(text) is None:
                missing.append(text)
    assert not missing


# what weighting.md calls is run, and it names functions of R
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "weighting.md"], ids=lambda page: page.name
)
def test_functions_named_exist(page: Path) -> None:
    """`survey.share("x")` names share; the call itself may be shortened with an ellipsis."""
    called = {
        match.group(1)
        for text in spans(page)
        if (match := re.match(r"(?:[\w\[\]\"]+\.|\.)*([a-z_]\w*)\(", text))
    }
    assert not called - defined_names() - {"sum"}


@pages
def test_commands_shown_are_commands(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    main = parser()
    subcommands = next(
        action.choices for action in main._actions if isinstance(action, argparse._SubParsersAction)
    )
    wrong = []
    for command in shown_commands(page):
        tool, *words = shlex.split(command.replace("…", ""))
        if tool == "make":
            known = all(word in targets or re.match(r"(YEAR|PYTHON)=", word) for word in words)
        elif tool == "barometer":
            options = {word for word in words if word.startswith("-")}
            name = words[0]
            found = main if name.startswith("-") else subcommands.get(name)
            known = found is not None and options <= set(found._option_string_actions)
        elif words[0] == "-m":
            known = importlib.util.find_spec(words[1]) is not None
        else:
            known = exists(words[0])
        if not known:
            wrong.append(command)
    assert not wrong


def test_every_part_of_the_library_has_its_place_in_the_table() -> None:
    table = set(spans(ROOT / "CONTRIBUTING.md"))
    barometer = ROOT / "lib" / "barometer"
    parts = [path.parent for path in barometer.glob("*/__init__.py")]
    parts += [ROOT / "lib" / "weighting", ROOT / "lib" / "synthesis"]
    assert len(parts) == 11
    for part in parts:
        assert f"{part.relative_to(ROOT).as_posix()}/" in table


# --- architecture and decisions -----------------------------------------------------------------


def test_import_rules_are_those_that_are_checked() -> None:
    text = read(ROOT / "docs" / "architecture.md")
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    rows = re.findall(r"^\| ([^|]+) \| .* \|$", text, re.MULTILINE)
    named = [row for row in rows if row in {contract["name"] for contract in contracts}]
    assert named == [contract["name"] for contract in contracts]
    house = next(c for c in contracts if c["id"] == "house")
    written = " → ".join(house["layers"]).replace(" | ", r" \| ")
    assert f"{written};" in text
    picture = re.findall(r"barometer\.(\w+)", text[text.index("## The rooms") :])
    order = [name for layer in house["layers"] for name in layer.split(" | ")]
    assert picture[: len(order)] == order


def test_the_pipeline_is_that_of_load_survey() -> None:
    shown = next(
        body for _, kind, body in FENCE.findall(read(ROOT / "docs" / "architecture.md")) if kind
    )
    assert shown.count("\n") == 5
    source = read(ROOT / "lib/barometer/survey/survey.py")
    assert "".join(f"    {line}\n" for line in shown.splitlines()) in source


def test_decisions_are_numbered_short_and_complete() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{i:04}" for i in range(1, len(records) + 1)]
    for path in records:
        text = read(path)
        headings = re.findall(r"^## (\w+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], path.name
        assert len(text.splitlines()) <= 60, path.name
        assert path.name in read(ROOT / "docs" / "architecture.md")


# --- glossary -----------------------------------------------------------------------------------


def glossary() -> list[list[str]]:
    lines = read(ROOT / "docs" / "glossary.md").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line][
        2:
    ]


def test_glossary_is_in_alphabetical_order() -> None:
    terms = [english.lower() for english, _, _ in glossary()]
    assert len(terms) > 40
    assert terms == sorted(terms)


def test_dutch_terms_are_those_of_the_report() -> None:
    sources = [*(ROOT / "chapters").glob("*.qmd"), *(ROOT / "notebooks").glob("*.ipynb")]
    sources += (ROOT / "lib" / "barometer").rglob("*.py")
    text = " ".join("\n".join(read(path) for path in sources).lower().split())
    text = re.sub(r'\\n", "', " ", text)  # a line of a notebook's cell
    unused = [
        dutch
        for _, dutch, _ in glossary()
        if not dutch.startswith("(") and dutch.lower() not in text
    ]
    assert not unused


# --- the examples -------------------------------------------------------------------------------


def snippets(page: str, kind: str) -> list[str]:
    return [body for _, found, body in FENCE.findall(read(ROOT / page)) if found == kind]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Wave 2025 with what CONTRIBUTING.md adds to it, in settings and in tables."""
    data = tmp_path_factory.mktemp("data")
    wave = data / "2025"
    shutil.copytree(DATA / "2025", wave)
    examples = snippets("CONTRIBUTING.md", "yaml")
    assert len(examples) == 4
    for example in examples:
        place = PLACE.match(example)
        assert place, f"says nowhere to which file it belongs: {example}"
        file, key = place.groups()
        settings = yaml.safe_load(read(wave / file))
        added = yaml.safe_load(example)
        assert not set(added) & set(settings[key]), "the example is in the wave already"
        settings[key] |= added
        (wave / file).write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    answers = pd.read_csv(wave / "responses.csv", dtype=str, keep_default_na=False)
    uses = (answers.filter(like="technology_use.") == "use").any(axis=1)
    answers["ai_officer"] = ["yes" if use else "" for use in uses]
    answers.to_csv(wave / "responses.csv", index=False)
    sample = pd.read_csv(wave / "sample.csv", dtype=str)
    sample["seat"] = ["Brussel" if i % 3 == 0 else "Vlaanderen" for i in range(len(sample))]
    sample.to_csv(wave / "sample.csv", index=False)
    return load_survey(2025, data)


def test_settings_added_to_a_wave(extended: Survey) -> None:
    officer = extended["ai_officer"]["yes"]
    assert float(officer) == 100
    assert [e.domain_value for e in officer.by("seat")] == ["Vlaanderen", "Brussel"]
    assert "ai_officer" in {indicator.id for indicator in extended.reported()}
    legal = extended["legal_barrier", "adopters"]["any"]
    single = [extended["barrier", "adopters"][c] for c in ("privacy", "legal_obligations")]
    assert float(legal) > max(float(e) for e in single)
    assert legal.at("Brussel").n < legal.n
    assert extended.universe("adopters_trained").sum() < extended.universe("adopters").sum()


def test_chapter_added_to_the_report(extended: Survey) -> None:
    [text] = snippets("CONTRIBUTING.md", "markdown")
    names = {**vars(chapters), "survey": extended}
    blocks = []
    for cell in CELL.findall(text):
        *steps, last = ast.parse(cell).body
        exec(compile(ast.Module(steps, []), "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            blocks.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), names)
    assert [type(block) for block in blocks] == [Block]
    shown = [eval(expression, names) for expression in INLINE.findall(CELL.sub("", text))]
    assert shown[0] == "100,0%"
    assert shown[-1] == "N = 1.982, ondernemingen met AI"


def test_readme_writes_the_prose_it_shows(survey: Survey) -> None:
    [text] = snippets("README.md", "markdown")
    names = {**vars(chapters), "use": survey["ai_use_status"]["use"]}
    use, sectors, growing = (eval(expression, names) for expression in INLINE.findall(text))
    assert use == "58,8%"
    assert sectors.startswith("de informatie- en communicatiesector")
    assert growing.statement.verdict == "holds"


def test_figure_added_to_the_library(survey: Survey) -> None:
    [source] = snippets("CONTRIBUTING.md", "python")
    names = dict(vars(figures))
    exec(compile(source, "figures.py", "exec"), names)
    sizes = survey["ai_use_status"]["use"].by("size")
    block = names["dots"](sizes)
    assert "Hoogst: Grote ondernemingen" in block.alt
    assert block.data is not None
    assert list(block.data["domeinwaarde"]) == [e.domain_value for e in sizes]


# --- files about the project ----------------------------------------------------------------------


def test_citation() -> None:
    citation = yaml.safe_load(read(ROOT / "CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == PROJECT["project"]["license"]
    colophon = " ".join(read(ROOT / "chapters" / "00-colofon.qmd").split())
    for reference in citation["references"]:
        assert {"authors", "title", "type"} <= set(reference)
        assert reference["title"] in colophon
        assert all(identifier["value"] in colophon for identifier in reference["identifiers"])
        for author in reference["authors"]:
            assert f"{author['given-names']} {author['family-names']}" in colophon


def test_hooks_are_tools_of_the_lock_file() -> None:
    """No hook comes from elsewhere, and each is something `make test` runs as well."""
    lock = read(ROOT / "requirements-test.txt")
    make = read(ROOT / "Makefile")
    packages = {"lint-imports": "import-linter", "panache": "panache-cli"}
    hooks = [
        hook
        for repository in yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"]
        for hook in repository["hooks"]
        if repository["repo"] == "local"
    ]
    assert [hook["id"] for hook in hooks][:4] == [
        "ruff-check",
        "ruff-format",
        "mypy",
        "lint-imports",
    ]
    for hook in hooks:
        tool = hook["entry"].split()[0]
        assert tool.startswith(".venv/bin/")
        name = Path(tool).name
        assert re.search(rf"^{packages.get(name, name)}==", lock, re.MULTILINE), name
        assert f"$(BIN)/{name}" in make
