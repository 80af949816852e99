"""The way from sources to edition, on a report of one chapter: outputs are opened and read."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from tests.helpers import ROOT, alternatives

from barometer.errors import BarometerError
from barometer.render import quarto, typeset
from barometer.render.edition import claims, render_edition
from barometer.render.execute import execute
from barometer.render.sources import Line, applicable, read_report, to_notebook

DATA = ROOT / "data"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with the small report and the real theme."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "mini", tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "theme", tmp_path / "theme")
    for name in ("_quarto.yml", "_quarto-review.yml"):
        shutil.copy(ROOT / name, tmp_path)
    text = (tmp_path / "chapters" / "een.qmd").read_text()
    text = text.replace('of="bestaat"', 'of="barrier"')
    # asked in 2025, not in the wave before
    text = text.replace("bestaat ontbreekt", "barrier previous.adoption_model")
    (tmp_path / "chapters" / "een.qmd").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    return tmp_path


@pytest.fixture(scope="module")
def text() -> str:
    """The markdown of the executed small report."""
    folder = ROOT / "tests" / "fixtures" / "mini"
    notebook = read_report(folder / "report.qmd", lambda name: name == "bestaat")
    return typeset.to_markdown(execute(notebook, {"year": 2025}, folder, {}))


@pytest.fixture(scope="module")
def page(text: str) -> BeautifulSoup:
    return BeautifulSoup(typeset.html(text, "Klein 2025", ROOT / "theme"), "html.parser")


@pytest.fixture(scope="module")
def document(text: str) -> bytes:
    return typeset.pdf(text, "Klein 2025", ROOT / "theme")


def test_inline_results_and_parameter(text: str) -> None:
    assert r"In 2025 is het 58,8%" in text
    assert r"Een noot met 1\.234" in text
    assert "{python}" not in text


def test_conditions(text: str) -> None:
    assert "Dit staat er." in text
    assert "Dit niet." not in text
    assert "Verborgen" not in text


def test_page(page: BeautifulSoup) -> None:
    assert page.title is not None
    assert page.title.text == "Klein 2025"
    assert page.html is not None
    assert page.html["lang"] == "nl-BE"
    captions = [caption.get_text(" ", strip=True) for caption in page.find_all("figcaption")]
    assert captions == ["Figuur\xa01: Een vierkant (N = 1.982).", "Tabel\xa01: Een tabel."]
    prose = page.find(string=re.compile("In 2025 is het 58,8%")).find_parent("p")
    assert prose.get_text().startswith(
        "In 2025 is het 58,8%: zie Figuur\xa01, Tabel\xa01 en Paragraaf\xa01.1."
    )
    headings = [h.get_text(" ", strip=True) for h in page.select("main h1, main h2")]
    assert headings == ["Lijst", "1 Eerste hoofdstuk", "1.1 Een paragraaf"]
    assert "1.234" in page.select_one("#fn1").get_text()
    entries = [entry.get_text(" ", strip=True) for entry in page.select(".list-of-figures li")]
    assert entries == ["Figuur\xa01 Een vierkant (N = 1.982)."]


def test_every_link_on_the_page_arrives(page: BeautifulSoup) -> None:
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for link in page.select('a[href^="#"]'):
        assert link["href"][1:] in identifiers, link


def test_page_fetches_nothing(page: BeautifulSoup) -> None:
    assert not page.find_all("script")
    for tag in page.find_all(["img", "link"]):
        assert str(tag.get("src", tag.get("href"))).startswith("data:")
    styles = " ".join(style.get_text() for style in page.find_all("style"))
    assert all(
        url.startswith(("data:", '"data:')) for url in re.findall(r"url\(([^)]{1,9})", styles)
    )


def test_pdf_structure(document: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(document))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl-BE"
    assert reader.metadata is not None
    assert reader.metadata.title == "Klein 2025"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert "Een vierkant" in alternatives(root["/StructTreeRoot"])
    content = " ".join(page.extract_text() for page in reader.pages)
    content = re.sub(r"\s+", " ", content)
    for words in (
        "In 2025 is het 58,8%: zie Figuur 1, Tabel 1 en Paragraaf 1.1.",
        "Figuur 1: Een vierkant (N = 1.982).",
        "Tabel 1: Een tabel.",
        "1.1 Een paragraaf",
        "Een noot met 1.234.",
    ):
        assert words in content
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in reader.pages
        for font in sheet["/Resources"].get("/Font", {}).values()  # type: ignore[attr-defined]
    }
    assert all("IBMPlexSans" in font for font in fonts), fonts


def test_notebook_page_is_whole_and_self_contained() -> None:
    frame = "import pandas as pd\npd.DataFrame({'a': [58.8]})"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Weging"), nbformat.v4.new_code_cell(frame)],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    executed = execute(notebook, {"year": 2025}, ROOT, {})
    page = BeautifulSoup(typeset.notebook_page(executed, ROOT / "theme"), "html.parser")
    assert page.title is not None
    assert page.title.text == "Weging"
    assert "pd.DataFrame" in page.select("main pre")[-1].get_text()
    assert "58.8" in page.select_one("main .table-scroll table").get_text()  # type: ignore[union-attr]
    assert not page.select("script[src], link[href^=http], img[src^=http]")


def test_same_bytes_twice(text: str, document: bytes) -> None:
    assert typeset.pdf(text, "Klein 2025", ROOT / "theme") == document
    first = typeset.html(text, "Klein 2025", ROOT / "theme")
    assert typeset.html(text, "Klein 2025", ROOT / "theme") == first


def test_edition_is_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = render_edition(2025, data=DATA, output=project / "out")
    assert sorted(path.name for path in folder.iterdir()) == [
        "ai-barometer-2025.html",
        "ai-barometer-2025.ipynb",
        "ai-barometer-2025.pdf",
        "estimates.csv",
    ]
    assert not list((project / "out").glob(".2025*"))
    shown = capsys.readouterr().err
    assert "Execute the chapters" in shown
    assert "1 sentence(s) no longer hold for 2025" in shown
    notebook = nbformat.read(folder / "ai-barometer-2025.ipynb", as_version=4)
    sources = [cell.metadata.get("barometer", {}).get("source", "") for cell in notebook.cells]
    assert any("`{python} pct(58.75)`" in source for source in sources)


def test_failed_render_leaves_the_last_good_edition(project: Path) -> None:
    folder = render_edition(2025, to=("html",), data=DATA, output=project / "out")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(chapter.read_text().replace("pct(58.75)", "pct(onbekend)"))
    with pytest.raises(BarometerError) as caught:
        render_edition(2025, data=DATA, output=project / "out")
    message = str(caught.value)
    assert message.startswith("chapters/een.qmd:3: found an expression that fails: pct(onbekend)")
    assert "NameError: name 'onbekend' is not defined" in message
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in (project / "out").iterdir()] == ["2025"]


def test_same_edition_twice(project: Path) -> None:
    editions = []
    for name in ("a", "b"):
        folder = render_edition(2025, data=DATA, output=project / name)
        editions.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert editions[0] == editions[1]
    assert str(tempfile.gettempdir()).encode() not in editions[0]["ai-barometer-2025.ipynb"]


def test_edition_keeps_what_is_not_rendered_again(project: Path) -> None:
    folder = render_edition(2025, to=("html",), data=DATA, output=project / "out")
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "response.ipynb").write_text("{}")
    (folder / "ai-barometer-2025.pdf").write_text("other format")
    (folder / "estimates.csv").write_text("old")
    render_edition(2025, to=("html",), data=DATA, output=project / "out")
    assert (folder / "notebooks" / "response.ipynb").read_text() == "{}"
    assert (folder / "ai-barometer-2025.pdf").read_text() == "other format"
    assert (folder / "estimates.csv").read_text() != "old"
    assert [path.name for path in (project / "out").iterdir()] == ["2025"]


def test_executed_notebook_shows_floats_in_jupyter(project: Path) -> None:
    folder = render_edition(2025, to=(), data=DATA, output=project / "out")
    notebook = nbformat.read(folder / "ai-barometer-2025.ipynb", as_version=4)
    nbformat.validate(notebook)
    shown = [o["data"] for c in notebook.cells for o in c.get("outputs", []) if "data" in o]
    assert shown[0]["text/html"].startswith("<svg")
    assert "figure-image(" in shown[0]["text/markdown"]


def test_expression_without_text_is_refused(project: Path) -> None:
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(chapter.read_text().replace("pct(58.75)", "str()"))
    with pytest.raises(BarometerError, match=r"een\.qmd:3: found .* fails: str\(\)\n  it gives no"):
        render_edition(2025, to=("html",), data=DATA, output=project / "out")


@pytest.mark.parametrize("place", ["svg = '", "pct(58.75)"])
def test_kernel_that_dies_names_its_place(project: Path, place: str) -> None:
    chapter = project / "chapters" / "een.qmd"
    end = "__import__('os')._exit(1)"
    chapter.write_text(
        chapter.read_text().replace(place, f"{end}; {place}" if "=" in place else end)
    )
    with pytest.raises(
        BarometerError, match=r"een\.qmd:\d+: found a cell that ended Python itself"
    ):
        render_edition(2025, to=("html",), data=DATA, output=project / "out")


def test_unknown_condition_is_refused(project: Path) -> None:
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(chapter.read_text().replace('of="barrier"', 'of="barier"'))
    with pytest.raises(BarometerError, match=r"een\.qmd:8: found 'barier' as a condition"):
        render_edition(2025, to=("html",), data=DATA, output=project / "out")


def test_failing_cell_names_its_place(project: Path) -> None:
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(chapter.read_text().replace("\nBlock(svg", "\n1 / 0\nBlock(svg"))
    line = chapter.read_text().splitlines().index("1 / 0") + 1
    with pytest.raises(
        BarometerError, match=rf"chapters/een\.qmd:{line}: found a cell that fails\n  Z"
    ):
        render_edition(2025, to=("html",), data=DATA, output=project / "out")


def test_unknown_reference_is_refused(project: Path) -> None:
    chapter = project / "chapters" / "een.qmd"
    chapter.write_text(chapter.read_text().replace("@fig-vorm", "@fig-weg"))
    with pytest.raises(BarometerError, match=r"een\.qmd:3: found @fig-weg; expected a figure"):
        render_edition(2025, to=("html",), data=DATA, output=project / "out")


def test_claims_have_place_sentence_and_verdict(project: Path) -> None:
    found = claims(2025, data=DATA)
    assert [(c.chapter, c.line, c.sentence, c.holds) for c in found] == [
        ("chapters/een.qmd", 4, "Een zin die klopt.", True),
        ("chapters/een.qmd", 4, "Een zin die niet klopt.", False),
    ]


def test_review_edition_marks_what_no_longer_holds(project: Path) -> None:
    public = render_edition(2025, to=("html",), data=DATA, output=project / "out")
    assert "klopt niet meer" not in visible(public / "ai-barometer-2025.html")
    render_edition(2025, to=("html",), profile="review", data=DATA, output=project / "out")
    review = visible(public / "ai-barometer-2025-review.html")
    assert re.search(r"Een zin die niet klopt\.\s*klopt niet meer", review)
    assert not re.search(r"Een zin die klopt\.\s*klopt niet meer", review)


def test_review_pdf_marks_what_no_longer_holds(text: str, document: bytes) -> None:
    marked = pdf_text(typeset.pdf(text, "Klein 2025", ROOT / "theme", review=True))
    assert re.search(r"Een zin die niet klopt\.\s*klopt niet meer", marked)
    assert marked.count("klopt niet meer") == 1
    assert "klopt niet meer" not in pdf_text(document)


def pdf_text(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def visible(path: Path) -> str:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return page.select_one("main").get_text(" ")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{< pagebreak >}}", r"a\.qmd:1: found a Quarto shortcode"),
        ("x\n\n```{r}\n1\n```", r"a\.qmd:3: found another kind of code cell"),
        ("  ```{python}\n1\n```", r"a\.qmd:1: found another kind of code cell"),
        ("```{python, echo=FALSE}\n1\n```", r"a\.qmd:1: found options in the cell's braces"),
        ("```{python}\n1", r"a\.qmd:1: found a cell that is never closed"),
        ("```{python}\n#| tags: [a\n1\n```", r"a\.qmd:1: found #\| options that are not YAML"),
        ("```{python}\n#| eval: false\n1\n```", r"a\.qmd:1: found the cell option eval"),
        ("```{python}\n#| echo: true\n1\n```", r"a\.qmd:1: found the cell option echo: true"),
        ("x\n`{python}  x`", r"a\.qmd:2: found an inline expression Quarto reads otherwise"),
        ("`{python} x `", r"a\.qmd:1: found an inline expression Quarto reads otherwise"),
        ("`{python} f(x,\ny)`", r"a\.qmd:1: found an inline expression Quarto reads otherwise"),
        ("x\n![kaart](kaart.png)", r"a\.qmd:2: found an image"),
        ("::: {.callout-note}\nx\n:::", r"a\.qmd:1: found a block \.callout-note"),
        ("tekst\n\n:::\n", r"a\.qmd:3: found a ::: that closes nothing"),
        ("tekst\n\n::: {.notice}\n", r"a\.qmd:3: found a ::: that is never closed"),
        ("{{< include weg.qmd >}}", r"weg\.qmd: found no such file"),
        ("{{< include a.qmd >}}", r"a\.qmd: found an include of itself"),
    ],
)
def test_outside_the_subset(tmp_path: Path, source: str, expected: str) -> None:
    path = tmp_path / "a.qmd"
    path.write_text(source)
    with pytest.raises(BarometerError, match=expected):
        read_report(path, lambda name: True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A\n\nx[^weg]", "a.qmd:3: found [^weg]; expected a footnote"),
        ("# A\n\nx[^n]\n\n[^n]: y\n\n[^n]: z", "a.qmd:7: found [^n]: 2 times; expected it once"),
        ("# A {#sec-a}\n\n# B {#sec-a}", "a.qmd:1: found {#sec-a} 2 times; expected it once"),
        ("# A {.unnumbered #sec-a}\n\n@sec-a", "a.qmd:3: found @sec-a; expected a figure"),
        ("# A {#sec-a}\n\nx [zie @sec-a]", "a.qmd:3: found a reference in brackets"),
        ("# A\n\n### B", "a.qmd:3: found a heading of level 3; expected level 2 before it"),
        ("# A\n\na<br/>b", "a.qmd:3: found an HTML tag"),
        ("# A\n\n::: {#tbl-a}\n```{python}\n1\n```\n\n:::", "a.qmd:3: found a float without cap"),
        ("# A\n\n::: {#fig-a}\n:::", "a.qmd:3: found a float without caption"),
    ],
)
def test_what_leads_nowhere(tmp_path: Path, source: str, expected: str) -> None:
    path = tmp_path / "a.qmd"
    path.write_text(source)
    with pytest.raises(BarometerError, match=re.escape(expected)):
        read_report(path, lambda name: True)


def test_all_that_leads_nowhere_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    path.write_text("# A\n\n@fig-x en @tbl-y[^z]\n")
    with pytest.raises(BarometerError) as caught:
        read_report(path, lambda name: True)
    places = [line.partition(";")[0] for line in str(caught.value).splitlines()]
    assert places == [f"a.qmd:3: found {what}" for what in ("@fig-x", "@tbl-y", "[^z]")]


def test_what_code_and_raw_blocks_hold_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    raw = "# A\n\n`@fig-x` naam@sec-x.be <https://a.be>\n\n```{=html}\n<b>[^x]</b> @fig-x\n```"
    path.write_text(f'{raw}\n\n```{{python}}\nx = "@fig-x ![](y)"\n# titel\n```\n')
    assert len(read_report(path, lambda name: True).cells) == 2


def test_reference_into_what_the_wave_did_not_ask(tmp_path: Path) -> None:
    path = tmp_path / "a.qmd"
    path.write_text('# A\n\n@sec-b\n\n::: {.asked of="q"}\n## B {#sec-b}\n:::\n')
    assert read_report(path, lambda name: True)
    with pytest.raises(BarometerError, match=r"a\.qmd:3: found @sec-b; .* in this edition"):
        read_report(path, lambda name: False)


def test_colons_in_code_are_no_divs() -> None:
    lines = [Line("a", i, t) for i, t in enumerate(["```{python}", 'x = """', ":::", '"""', "```"])]
    notebook = to_notebook(applicable(iter(lines), lambda name: True))
    assert notebook.cells[0].source == 'x = """\n:::\n"""'


@pytest.fixture
def fake_quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `quarto` that notes how it was called and writes an empty result."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "quarto"
    program.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = --version ]; then cat "{folder}/version"; exit 0; fi\n'
        f'echo "$@" >> "{folder}/calls"; cp report.qmd "{folder}/report.qmd"\n'
        "mkdir -p _output/quarto; test -f theme/lists.lua && test -f _quarto.yml || exit 9\n"
        "echo html > _output/quarto/report.html; echo pdf > _output/quarto/report.pdf\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    (folder / "version").write_text("1.7.34\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")
    return folder


def test_quarto_gets_the_executed_text(fake_quarto: Path, text: str) -> None:
    binary = quarto.find()
    assert binary == str(fake_quarto / "quarto")
    assert quarto.typeset(text, "html", ROOT, binary, "Klein 2025") == b"html\n"
    assert quarto.typeset(text, "typst", ROOT, binary, "Klein 2025", True) == b"pdf\n"
    calls = (fake_quarto / "calls").read_text().splitlines()
    assert calls == [
        "render report.qmd --to html --no-execute",
        "render report.qmd --to typst --no-execute --profile review",
    ]
    given = (fake_quarto / "report.qmd").read_text()
    assert "```{python}" not in given
    assert given.startswith('---\ntitle: "Klein 2025"\nlang: nl-BE\nengine: markdown\n---\n')
    assert "::: {#fig-vorm}" in given


@pytest.mark.parametrize("version", ["1.5.57", "not a version"])
def test_quarto_that_is_too_old(fake_quarto: Path, version: str) -> None:
    (fake_quarto / "version").write_text(version)
    with pytest.raises(BarometerError, match=f"found {version}; expected 1.6 or newer"):
        quarto.find()


def test_quarto_asked_for_but_absent(project: Path) -> None:
    with pytest.raises(BarometerError, match="found no quarto on PATH"):
        render_edition(2025, engine="quarto", data=DATA, output=project / "out")
