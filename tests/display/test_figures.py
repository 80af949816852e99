"""The figures as they are shown: what the SVG says, in which order, where, and how legibly."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
import typst

from barometer.display import style
from barometer.display.block import Block
from barometer.display.by_domain import by_domain
from barometer.display.drawing import INTERVAL
from barometer.display.evolution import evolution, over_time
from barometer.display.figures import bars, grouped_bars, likert
from barometer.errors import BarometerError
from barometer.prose.numbers import num, pct
from barometer.survey.survey import Survey, load_survey
from tests.helpers import ROOT, published

LABELS = ("Met AI", "Zonder AI")
SVG = "{http://www.w3.org/2000/svg}"
THEME = ROOT / "theme"


def drawing(block: Block) -> ElementTree.Element:
    """The SVG, which must be well-formed XML to be shown in a page and in Typst alike."""
    return ElementTree.fromstring(block.html[: block.html.index("</svg>") + 6])


def texts(block: Block) -> list[str]:
    return ["".join(text.itertext()).strip() for text in drawing(block).iter(f"{SVG}text")]


def values(block: Block) -> list[str]:
    return [text for text in texts(block) if re.fullmatch(r"\d+,\d%°?", text)]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], str]:
    """The published percentages in total, as Dutch readers see them."""
    return {
        (row["question"], row["category"]): row["value"].replace(".", ",") + "%"
        for row in published(statistic="weighted_pct", domain="total")
        if row["universe"] != "non_adopters"
    }


@pytest.fixture
def strict(data: Path) -> Callable[[int, int], Survey]:
    """The wave of 2025 with other thresholds for reliability and disclosure."""

    def load(effective_n: int, disclosure: int) -> Survey:
        file = data / "2025" / "wave.yml"
        found = file.read_text(encoding="utf-8")
        for key, value in {"effective_n": effective_n, "disclosure": disclosure}.items():
            found, times = re.subn(rf"\b{key}: \d+", f"{key}: {value}", found)
            assert times == 1
        file.write_text(found, encoding="utf-8")
        return load_survey(2025, data)

    return load


@pytest.fixture(scope="module")
def every(survey: Survey) -> list[Block]:
    """One figure of each kind."""
    return [
        bars(survey["technology_use"]),
        bars(survey["adoption_phase"], order="given"),
        grouped_bars(survey["training", "adopters"], survey["training", "non_adopters"], LABELS),
        likert(survey["ai_act_statement"]),
        evolution(survey["technology_use"]),
        over_time(survey["ai_use_status"]["use"]),
        by_domain(survey["ai_use_status"]["use"], "sector"),
        by_domain(survey["ai_use_status"]["use"], "size"),
    ]


@pytest.mark.parametrize("question", ["technology_use", "source", "application"])
def test_bars_show_the_published_values_from_high_to_low(
    survey: Survey, printed: dict[tuple[str, str], str], question: str
) -> None:
    expected = [printed[question, category] for category in survey[question].categories]
    expected.sort(key=lambda value: -float(value.rstrip("%").replace(",", ".")))
    assert values(bars(survey[question])) == expected


def test_bars_keep_the_order_given(survey: Survey, printed: dict[tuple[str, str], str]) -> None:
    status, number = survey["ai_use_status"], survey["n_technologies"]
    chosen = [status["none"], status["plan"], number["1"], number["2"], number["3"]]
    block = bars(chosen, order="given")
    assert values(block) == [printed[e.question, e.category] for e in chosen]
    assert block.name == "ai_use_status"


def test_bars_are_as_long_as_their_values(survey: Survey) -> None:
    phase = survey["adoption_phase"]
    lengths = []
    for path in drawing(bars(phase)).iter(f"{SVG}path"):
        if f"fill: {style.ACCENT}" in path.get("style", ""):
            across = [float(x) for x in re.findall(r"[ML] (\S+)", path.get("d", ""))]
            lengths.append(max(across) - min(across))
    shares = sorted((e.shown.estimate for e in phase), reverse=True)
    assert [a / lengths[0] for a in lengths] == pytest.approx([b / shares[0] for b in shares])


def test_bars_of_one_category_are_named_by_sector_or_size(survey: Survey) -> None:
    block = bars(survey["ai_use_status"]["use"].by("size"), order="given", name="grootte")
    kinds = ["Micro-", "Kleine ", "Middelgrote ", "Grote "]
    names = [f"{kind}ondernemingen" for kind in kinds]
    assert [text for text in texts(block) if text in names] == names
    assert block.name == "grootte"
    assert "Hoogst: Grote ondernemingen (85,4%); laagst: Micro-ondernemingen (50,7%)." in block.alt


def test_alternative_states_the_finding_everywhere(survey: Survey) -> None:
    block = bars(survey["technology_use"])
    assert block.alt.startswith(
        "Staafdiagram. Hoogst: Tekstanalyse (41,2%); laagst: Autonome machines (3,8%)."
    )
    assert drawing(block).get("aria-label") == block.alt
    assert drawing(block).get("role") == "img"
    assert block.alt in block.typst


def test_grouped_bars_pair_two_universes(survey: Survey) -> None:
    users, others = survey["training", "adopters"], survey["training", "non_adopters"]
    block = grouped_bars(users, others, LABELS)
    assert [text for text in texts(block) if text in LABELS] == list(LABELS)
    assert values(block) == ["53,6%", "18,9%", "33,3%", "9,6%"]
    assert "Grootste verschil: Informele opleidingen (Met AI 53,6%, Zonder" in block.alt
    assert block.data is not None
    assert block.data["universum"].tolist() == ["adopters", "non_adopters"] * 2


def test_grouped_bars_are_sorted_by_the_first(survey: Survey) -> None:
    gap, others = (
        survey["knowledge_gap", f"{who}_knowledge_gap"] for who in ("adopters", "non_adopters")
    )
    block = grouped_bars(gap, others, LABELS)
    first = [float(value.rstrip("%").replace(",", ".")) for value in values(block)[::2]]
    assert first == sorted(first, reverse=True)
    assert first[0] == 71.0
    swapped = grouped_bars(others, gap, LABELS[::-1])
    assert values(swapped)[0] == "76,5%"


def test_likert_diverges_around_neutral(survey: Survey) -> None:
    statement = survey["ai_act_statement"]
    block = likert(statement)
    boxes: list[tuple[float, float]] = []
    for path in drawing(block).iter(f"{SVG}path"):
        if any(f"fill: {colour}" in path.get("style", "") for colour in style.LIKERT):
            across = [float(x) for x in re.findall(r"[ML] (\S+)", path.get("d", ""))]
            if max(across) - min(across) > 0 and len(re.findall("[ML]", path.get("d", ""))) == 4:
                boxes.append((min(across), max(across)))
    segments = [boxes[i : i + 5] for i in range(0, 20, 5)]
    middles = [sum(row[2]) / 2 for row in segments]
    assert middles == pytest.approx([middles[0]] * 4)
    for row in segments:
        assert [a[1] for a in row[:-1]] == pytest.approx([b[0] for b in row[1:]])
    answers = ("neutral", "rather_agree")
    shares = [statement[f"content_known.{answer}"].shown.estimate for answer in answers]
    widths = [b - a for a, b in segments[0]]
    assert widths[2] / widths[1] == pytest.approx(shares[0] / shares[1])
    agree = ["57,5%", "46,2%", "31,8%", "29,7%"]
    assert [t for t in texts(block) if t.endswith("% akkoord")] == [f"{a} akkoord" for a in agree]
    assert all(f"{a} akkoord" in block.alt for a in agree)


def test_likert_of_another_question(survey: Survey) -> None:
    with pytest.raises(
        BarometerError, match=r"likert\(\) found no answers per statement in barrier"
    ):
        likert(survey["barrier"])


Point = tuple[float, float]


def whiskers(block: Block) -> list[tuple[Point, Point]]:
    """Both ends of every interval drawn, in the order of drawing."""
    found = []
    for path in drawing(block).iter(f"{SVG}path"):
        css = path.get("style", "")
        if f"stroke: {style.INK}" in css and "fill: none" in css:
            ends = re.findall(r"[ML] (\S+) (\S+)", path.get("d", ""))
            (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in ends)
            found.append(((x1, y1), (x2, y2)))
    return found


def extents(block: Block, colour: str) -> list[tuple[float, float]]:
    """From where to where each bar of a colour goes across."""
    found = []
    for path in drawing(block).iter(f"{SVG}path"):
        if f"fill: {colour}" in path.get("style", "") and path.get("clip-path"):
            across = [float(x) for x in re.findall(r"[ML] (\S+)", path.get("d", ""))]
            found.append((min(across), max(across)))
    return found


def places(block: Block) -> dict[str, Point]:
    """Where each text of a drawing starts (or has its middle)."""
    return {
        "".join(text.itertext()).strip(): (float(text.get("x", "nan")), float(text.get("y", "nan")))
        for text in drawing(block).iter(f"{SVG}text")
        if text.get("x")
    }


def test_bars_carry_their_intervals(survey: Survey) -> None:
    """On the scale of the bars, which the shares give, each from its own limit to the other."""
    phase = sorted(survey["adoption_phase"], key=float, reverse=True)
    block = bars(phase)
    zero, end = extents(block, style.ACCENT)[0]
    scale = (end - zero) / phase[0].shown.estimate
    lines = whiskers(block)
    assert len(lines) == len(phase)
    for ((x1, y1), (x2, y2)), e in zip(lines, phase, strict=True):
        low, high = e.shown.ci_low, e.shown.ci_high
        assert (x1, x2) == pytest.approx((zero + scale * low, zero + scale * high))
        assert y1 == y2
    assert [a[1] for a, _ in lines] == sorted(a[1] for a, _ in lines), "from top to bottom"
    for shown in (block.html, block.typst):
        assert INTERVAL in shown


def test_grouped_bars_carry_their_intervals(survey: Survey) -> None:
    """Rare answers of few: their intervals are lopsided."""
    users, others = (
        survey["knowledge_gap", f"{u}_knowledge_gap"] for u in ("adopters", "non_adopters")
    )
    block = grouped_bars(users, others, LABELS)
    rows = sorted(users, key=float, reverse=True)
    zero, end = extents(block, style.ACCENT)[0]
    scale = (end - zero) / rows[0].shown.estimate
    pairs = [e for row in rows for e in (row, others[row.category])]
    lines = whiskers(block)
    for ((x1, _), (x2, _)), e in zip(lines, pairs, strict=True):
        low, high = e.shown.ci_low, e.shown.ci_high
        assert (x1, x2) == pytest.approx((zero + scale * low, zero + scale * high))
    heights = [a[1] for a, _ in lines]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights), "each on its own bar"


def test_no_interval_crosses_a_value(survey: Survey) -> None:
    """Shares of few firms: their intervals reach far beyond the bars."""
    block = bars(survey["adoption_phase"]["experimenting"].by("sector"))
    where = places(block)
    for value, (_, (end, _)) in zip(values(block), whiskers(block), strict=True):
        assert where[value][0] > end, value
    assert max(end for _, (end, _) in whiskers(block)) > max(
        end for _, end in extents(block, style.ACCENT)
    )


def test_withheld_values_have_no_interval(strict: Callable[[int, int], Survey]) -> None:
    survey = strict(2000, 1100)
    block = bars(survey["adoption_phase"])
    assert len(whiskers(block)) == sum(e.flag != "c" for e in survey["adoption_phase"])
    nothing = bars(survey["ai_act_statement"])
    assert whiskers(nothing) == []
    assert INTERVAL not in nothing.html


def test_evolution_carries_its_intervals(survey: Survey) -> None:
    """On the scale of two points of the line; the axis has room for the widest."""
    block = evolution(survey["technology_use"], categories=["nlg"])
    waves = [wave["technology_use"]["nlg"].shown for wave in survey.history().values()]
    lines = whiskers(block)
    assert [a[0] for a, _ in lines] == pytest.approx(list(ticks(block).values()), abs=0.01)
    lengths = [a[1] - b[1] for a, b in lines]
    assert [a / lengths[-1] for a in lengths] == pytest.approx(
        [(e.ci_high - e.ci_low) / (waves[-1].ci_high - waves[-1].ci_low) for e in waves], rel=1e-3
    )
    per_point = lengths[-1] / (waves[-1].ci_high - waves[-1].ci_low)
    for (_, (_, high)), (_, (_, first)), e in zip(lines, [lines[0]] * 4, waves, strict=True):
        assert first - high == pytest.approx(per_point * (e.ci_high - waves[0].ci_high), abs=0.01)
    assert INTERVAL in block.html


def test_over_time_shows_one_estimate_at_each_wave(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    block = over_time(use)
    waves = [wave["ai_use_status"]["use"] for wave in survey.history().values()]
    assert values(block) == [pct(e) for e in waves]
    x = ticks(block)
    assert list(x) == ["2021", "2022", "2023", "2025"]
    assert x["2025"] - x["2023"] == pytest.approx(2 * (x["2022"] - x["2021"]))
    assert strokes(block) == [pytest.approx(list(x.values()), abs=0.01)]
    assert len(whiskers(block)) == 4
    assert block.alt == (
        "Lijndiagram, 2021, 2022, 2023 en 2025. Gebruikt AI: van 23,2% in 2021 naar 58,8% in 2025. "
        "Alle waarden: 2021 23,2%; 2022 25,5%; 2023 32,1%; 2025 58,8%."
    )
    assert block.data is not None
    assert block.data["jaar"].tolist() == [2021, 2022, 2023, 2025]
    assert block.data["ondergrens"].tolist() == [round(e.ci_low, 1) for e in waves]
    assert block.name == "verloop-ai_use_status-use"


def test_over_time_of_a_first_wave(survey: Survey) -> None:
    first = survey.history()[2021]["ai_use_status"]["use"]
    block = over_time(first)
    assert values(block) == [pct(first)]
    assert list(ticks(block)) == ["2021"]


def test_over_time_of_what_has_no_line(survey: Survey) -> None:
    status = survey["ai_use_status"]
    for wrong in (status["use"].at("Groot"), status["use"] - status["plan"]):
        with pytest.raises(BarometerError, match=r"over_time\(\): found ai_use_status.use as"):
            over_time(wrong)


def test_sectors_go_from_high_to_low_beside_the_total(survey: Survey) -> None:
    """The unreliable ones below, hollow; each value in the margin."""
    use = survey["ai_use_status"]["use"]
    block = by_domain(use, "sector")
    sure = sorted((e for e in use.by("sector") if not e.flag), key=float, reverse=True)
    rest = [e for e in use.by("sector") if e.flag]
    assert [e.domain_value for e in rest] == ["NACE 35-39"]
    assert values(block) == [pct(e) for e in [*sure, *rest]]
    assert texts(block).count("Totaal 58,8%") == 1
    assert "Puntendiagram naar sector. Hoogst: Informatie en communicatie (91,1%);" in block.alt
    assert "laagst: Horeca (43,6%)." in block.alt
    assert block.alt.endswith("Totaal: 58,8%.")
    assert block.data is not None
    assert block.data["domeinwaarde"].tolist()[-2:] == ["NACE 35-39", "Totaal"]
    assert block.name == "ai_use_status-use-sector"


def test_points_and_intervals_by_sector_lie_on_the_axis(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    block = by_domain(use, "sector")
    where = places(block)
    zero, per_point = where["0"][0], (where["100"][0] - where["0"][0]) / 100
    rows = sorted((e for e in use.by("sector") if not e.flag), key=float, reverse=True)
    rows += [e for e in use.by("sector") if e.flag]
    dots = [
        (float(use.get("x", "nan")), use.get("style", ""))
        for use in drawing(block).iter(f"{SVG}use")
    ]
    dots = [(x, css) for x, css in dots if f"stroke: {style.ACCENT}" in css]
    for ((x1, _), (x2, _)), (x, css), e in zip(whiskers(block), dots, rows, strict=True):
        numbers = e.shown.ci_low, e.shown.estimate, e.shown.ci_high
        low, middle, high = (zero + per_point * v for v in numbers)
        assert (x1, x, x2) == pytest.approx((low, middle, high), abs=0.05)
        assert ("fill: #ffffff" in css) == (e.flag == "u")
    total = [
        [float(x) for x in re.findall(r"[ML] (\S+)", path.get("d", ""))]
        for path in drawing(block).iter(f"{SVG}path")
        if "stroke-dasharray" in path.get("style", "")
    ]
    assert total == [pytest.approx([zero + per_point * use.shown.estimate] * 2, abs=0.05)]


def test_sizes_keep_their_order_and_show_their_limits(survey: Survey) -> None:
    use = survey["ai_use_status"]["use"]
    block = by_domain(use, "size")
    assert values(block) == [pct(e) for e in use.by("size")]
    limits = [value.label for value in survey.meta.domains["size"].values.values()]
    assert [text for text in texts(block) if text in limits] == limits
    with pytest.raises(
        BarometerError, match=r"by_domain\(\) found no domain 'provincie'; expected"
    ):
        by_domain(use, "provincie")


def ticks(block: Block) -> dict[str, float]:
    """Where the years of the first panel stand."""
    found: dict[str, float] = {}
    for text in drawing(block).iter(f"{SVG}text"):
        if (year := "".join(text.itertext()).strip()).startswith("20"):
            found.setdefault(year, float(text.get("x", "nan")))
    return found


def strokes(block: Block) -> list[list[float]]:
    """The horizontal course of every line drawn."""
    return [
        [float(x) for x in re.findall(r"[ML] (\S+)", path.get("d", ""))]
        for path in drawing(block).iter(f"{SVG}path")
        if f"stroke: {style.ACCENT}" in path.get("style", "")
        and "fill: none" in path.get("style", "")
    ]


def test_evolution_is_true_to_time_and_shows_each_wave(survey: Survey) -> None:
    block = evolution(survey["technology_use"], categories=["nlg"])
    x = ticks(block)
    assert list(x) == ["2021", "2022", "2023", "2025"]
    year = x["2022"] - x["2021"]
    assert x["2023"] - x["2022"] == pytest.approx(year)
    assert x["2025"] - x["2023"] == pytest.approx(2 * year)
    assert strokes(block) == [pytest.approx(list(x.values()), abs=0.01)]
    shown = [t for t in texts(block) if re.fullmatch(r"\d+,\d", t)]
    assert shown == [num(w["technology_use"]["nlg"], 1) for w in survey.history().values()]
    assert block.name == "evolutie-technology_use-all"


def test_evolution_says_where_a_category_did_not_exist(survey: Survey) -> None:
    block = evolution(survey["technology_use"], categories=["nlg", "image_generation"])
    assert texts(block).count("bevraagd") == 1
    assert "33,3% in 2025, niet bevraagd in 2021, 2022 en 2023." in block.alt
    assert block.data is not None
    years = block.data.groupby("categorie")["jaar"].apply(list)
    assert years["image_generation"] == [2025]


def test_evolution_is_about_one_universe(survey: Survey) -> None:
    others = evolution(survey["training", "non_adopters"])
    assert others.data is not None
    assert set(others.data["universum"]) == {"non_adopters"}
    found = others.data.set_index(["jaar", "categorie"])["percentage"]
    waves = {y: w for y, w in survey.history().items() if w.asked("training")}
    assert list(waves) == [2023, 2025]
    for year, wave in waves.items():
        inside = wave.universe("non_adopters")
        answers, weights = wave.answers[inside]["training.formal"], wave.answers[inside]["weight"]
        share = 100 * weights[answers == "yes"].sum() / weights.sum()
        assert found[year, "formal"] == pytest.approx(share, abs=0.05), year
        assert num(share, 1) in texts(others)
    assert num(survey["training", "adopters"]["formal"], 1) not in texts(others)
    assert others.name == "evolutie-training-non_adopters"


def test_evolution_breaks_at_a_wave_that_did_not_ask(survey: Survey) -> None:
    earlier = {year: wave for year, wave in survey.history().items() if year < survey.year}
    asks = earlier[2022].questionnaire
    indicators = {name: each for name, each in asks.indicators.items() if name != "application"}
    questions = {name: each for name, each in asks.questions.items() if name != "application"}
    asks = replace(asks, questions=questions, indicators=indicators)
    wave = replace(earlier[2022]._wave, questionnaire=asks)
    now = replace(survey)
    now._earlier = {**earlier, 2022: replace(earlier[2022], _wave=wave)}
    block = evolution(now["application"], categories=["innovation"])
    x = ticks(block)
    assert strokes(block)[-1] == pytest.approx([x["2023"], x["2025"]], abs=0.01)
    assert all(len(line) < 2 or line[0] > x["2022"] for line in strokes(block))
    assert "niet bevraagd in 2022." in block.alt


def test_evolution_draws_a_point_near_zero_above_the_axis(survey: Survey) -> None:
    drawn = [
        path.get("style", "")
        for path in drawing(
            evolution(survey["budget_change"], categories=["strong_decrease"])
        ).iter(f"{SVG}path")
    ]
    axis = [i for i, css in enumerate(drawn) if f"stroke: {style.RULE}" in css]
    line = [i for i, css in enumerate(drawn) if f"stroke: {style.ACCENT}" in css]
    assert max(axis) < min(line)


def test_evolution_of_a_first_wave(survey: Survey) -> None:
    first = survey.history()[2021]
    block = evolution(first["technology_use"])
    assert list(ticks(block)) == ["2021"]
    assert "Tekstanalyse: 9,8% in 2021." in block.alt


def test_evolution_of_an_unknown_category(survey: Survey) -> None:
    with pytest.raises(BarometerError, match="technology_use has no category 'quantum'; known:"):
        evolution(survey["technology_use"], categories=["quantum"])


def test_withheld_values_appear_nowhere(strict: Callable[[int, int], Survey]) -> None:
    survey = strict(2000, 1100)
    phase, statement = survey["adoption_phase"], survey["ai_act_statement"]
    blocks = [bars(statement), likert(statement), evolution(survey["ai_act_statement"])]
    known = statement["content_known"]
    blocks += [over_time(known), by_domain(known, "size"), by_domain(known, "sector")]
    for block in blocks:
        assert not re.search(r"\d,\d", block.alt + "".join(texts(block)))
        assert "niet getoond" in block.alt
        assert block.data is not None
        assert block.data[["percentage", "standaardfout", "ondergrens"]].isna().all(axis=None)
    assert texts(blocks[0]).count("niet getoond") == len(statement.categories)
    mixed = bars([*list(statement)[:1], *phase])
    assert texts(mixed)[-1] == "niet getoond", "withheld ones come last"


def test_unreliable_values_carry_a_mark_that_is_explained(
    strict: Callable[[int, int], Survey],
) -> None:
    block = bars(strict(1200, 5)["adoption_phase"])
    assert values(block) == ["48,7%°", "33,4%°", "16,9%°", "1,0%°"]
    for shown in (block.html, block.typst):
        assert "° weinig betrouwbaar: te weinig respondenten of een te breed interval." in shown


def test_text_is_text_in_one_font_and_large_enough_for_a_phone(every: list[Block]) -> None:
    for block in every:
        root = drawing(block)
        width = float(root.get("viewBox", "").split()[2])
        found = [text.get("style", "") for text in root.iter(f"{SVG}text")]
        assert found
        for css in found:
            assert "IBM Plex Sans" in css
            size = re.search(r"([\d.]+)px", css)
            assert size is not None
            assert float(size[1]) * 350 / width >= 8.4
        assert not list(root.iter(f"{SVG}image"))


def test_figures_share_a_page(every: list[Block]) -> None:
    page = "".join(block.html for block in every)
    found = re.findall(r'\bid="([^"]+)"', page)
    assert len(found) == len(set(found))
    wanted = set(re.findall(r'(?:url\(|href=")#([^")]+)', page))
    assert wanted == set(found), "each identifier is used, each use arrives"
    assert "<style" not in page, "a style in one drawing would hold for the whole page"


def test_figures_of_one_name_share_a_page(survey: Survey) -> None:
    waves = survey.history().values()
    page = "".join(evolution(wave["source"], name="x").html for wave in waves)
    found = re.findall(r'\bid="([^"]+)"', page)
    assert found
    assert len(found) == len(set(found))


def test_same_bytes_twice(survey: Survey, every: list[Block]) -> None:
    use = survey["ai_use_status"]["use"]
    again = [evolution(survey["technology_use"]), over_time(use), by_domain(use, "sector")]
    for block, first in zip(again, every[4:], strict=False):
        assert block.html == first.html
        assert block.typst == first.typst


def test_pdf_holds_the_text_and_the_alternative(every: list[Block]) -> None:
    template = (THEME / "typst-template.typ").read_text(encoding="utf-8")
    source = f'{template}\n#show: report.with(title: "T")\n= A\n' + every[0].typst
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[THEME / "fonts"]
    )
    document = typst.compile(source.encode(), font_paths=fonts, pdf_standards="ua-1", timestamp=0)
    assert isinstance(document, bytes)
    content = pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text()
    assert "Tekstanalyse" in content
    assert "41,2%" in content


def test_pdf_takes_each_weight_from_its_own_font(every: list[Block]) -> None:
    template = (THEME / "typst-template.typ").read_text(encoding="utf-8")
    source = f'{template}\n#show: report.with(title: "T")\n'
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[THEME / "fonts"]
    )
    for content in ("= Kop", *(block.typst for block in (every[3], every[4]))):
        document = typst.compile((source + content).encode(), font_paths=fonts, timestamp=0)
        assert isinstance(document, bytes)
        resources = pypdf.PdfReader(io.BytesIO(document)).pages[0]["/Resources"]
        assert "SmBld" in str(used_fonts(resources)), content[:20]
        assert "Bold" not in str(used_fonts(resources)), content[:20]


def used_fonts(resources: Any) -> set[str]:
    """The fonts of a page and of the drawings in it."""
    own = resources.get("/Font", {}).values()
    found = {str(font.get_object()["/BaseFont"]) for font in own}
    for drawing in resources.get("/XObject", {}).values():
        if inner := drawing.get_object().get("/Resources"):
            found |= used_fonts(inner.get_object())
    return found


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_palette_survives_a_grey_print_and_weak_eyes() -> None:
    assert contrast(style.ACCENT, style.SECOND) >= 3
    for one, next_to_it in zip(style.LIKERT, style.LIKERT[1:], strict=False):
        assert contrast(one, next_to_it) >= 1.25
    for dark in (style.LIKERT[0], style.LIKERT[-1]):
        assert contrast(dark, "#ffffff") >= 4.5
    for light in style.LIKERT[1:-1]:
        assert contrast(light, style.INK) >= 4.5
    for text in (style.INK, style.MUTED, style.ACCENT):
        assert contrast(text, "#ffffff") >= 4.5


def test_page_and_pdf_use_the_same_colours() -> None:
    css = (THEME / "report.css").read_text(encoding="utf-8")
    template = (THEME / "typst-template.typ").read_text(encoding="utf-8")
    for name, colour in (("ink", style.INK), ("muted", style.MUTED), ("accent", style.ACCENT)):
        assert f"--{name}: {colour};" in css
        assert f'#let {name} = rgb("{colour}")' in template
    assert f"--rule: {style.RULE};" in css
    assert f'#let rule-colour = rgb("{style.RULE}")' in template
