"""Pictures: any data set can be drawn; nothing overlaps or is cut; marks are as large as their numbers and tell them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxgov import Dataset, charts
from dxgov.charts.lines import measure_ems, wrap_text
from dxgov.charts.scene import Scene
from dxgov.charts.spans import YearSpan, draw_span
from dxgov.display import printable
from dxgov.testing import datasets, texts
from soundness import sound
from test_charts import LANGS, column, pictures

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
FORUM = "mtg-2022-02-01-tokyo-cio-forum"
SUBJECTS = {"trace": "shared-systems", "conversation": FORUM}
WIDTHS = [charts.LEAST, 390, charts.WIDTH, 1280]


def parse(svg: str) -> ET.Element:
    """Parse an SVG, which fails if it is not well-formed."""
    return ET.fromstring(svg)  # noqa: S314 - what dxgov has just made


def list_tips(root: ET.Element, *tags: str) -> list[str]:
    """Return the tooltips of the shapes with some tags."""
    return [title.text for tag in tags for title in root.findall(f"{SVG}{tag}/{SVG}title")]


def list_words(root: ET.Element) -> str:
    """Return the texts of a picture without white space."""
    return "".join("".join(line.text.split()) for line in root.iter(f"{SVG}tspan"))


# Every data set


@settings(max_examples=40)
@given(datasets(), st.sampled_from(LANGS), st.sampled_from(WIDTHS))
def test_any_data_set_can_be_drawn(data: Dataset, lang: Any, width: int):
    for picture in pictures(data, lang):
        root = parse(picture.to_svg(width))
        assert root.get("width") == str(width)
        assert picture.title in picture.alternative
        assert picture.finding in picture.text
        assert "".join(printable(" ".join(picture.title.split())).split()) in list_words(root)


@pytest.mark.parametrize("lang", LANGS)
def test_a_data_set_without_records_is_drawn(lang: Any):
    for picture in pictures(Dataset(), lang):
        assert picture.table.num_rows == 0
        assert re.search("Nothing is recorded|the data hold none|記録がない|記録はない", picture.finding)
        assert "".join(picture.finding.split()) in list_words(parse(picture.to_svg()))


@pytest.fixture(scope="module")
def large() -> Dataset:
    """Return more than 10,000 records: those of the invented data set many times over, all said at one meeting."""
    small = sound()
    ask, point, milestone = small.asks[0], small.statements[0], small.milestones[0]
    asks = [attrs.evolve(ask, id=f"{ask.id}{number:05}", theme_ids=("sea-cables" if number < 100 else "skills",)) for number in range(4000)]
    statements = [attrs.evolve(point, id=f"{point.id}x{number:05}", turn=100 + number) for number in range(4000)]
    milestones = [attrs.evolve(milestone, id=f"ms-{number:05}", meeting_id=None) for number in range(3000)]
    return Dataset.of([*small, *asks, *statements, *milestones], small.metadata)


def test_10_000_records_are_shown_together(large: Dataset):
    assert len(large) > 10_000
    drawn = {name: charts.picture(name, large, "sea-cables" if name == "trace" else None) for name in charts.NAMES}
    for picture in drawn.values():
        for width in (390, charts.WIDTH):
            root = parse(picture.to_svg(width))
            assert len(root) < 1000
            assert int(root.get("height")) < 12_000
        assert len(picture.text) < 100_000
        assert len(picture.alternative) < 100_000
    actors = drawn["who-must-act"]
    assert sum(column(actors, "direct")) + sum(column(actors, "relayed")) == len(large.asks)
    assert "counted by year" in drawn["timeline"].text
    assert "counted by speaker" in drawn["conversation"].text
    assert "counted by document" in drawn["trace"].text
    assert len(drawn["timeline"].to_svg()) < 100_000


def test_speakers_beyond_the_limit_are_summed_up():
    small = sound()
    point, actor = small.statements[0], small.actors[0]
    actors = [attrs.evolve(actor, id=f"speaker-{number:03}", name=f"Speaker {number}", name_en=f"Speaker {number}") for number in range(70)]
    statements = [
        attrs.evolve(point, id=f"{point.id}x{number}", turn=100 + number, speaker_id=actors[number % 70].id) for number in range(210)
    ]
    data = Dataset.of([*small, *actors, *statements], small.metadata)
    picture = charts.conversation(data, point.meeting_id)
    numbers = [int(number) for number in re.findall(r"(\d+) points,", picture.text)]
    assert len(numbers) == 60
    assert sum(numbers) == picture.table.num_rows
    assert "12 others" in picture.text or "11 others" in picture.text


# How it looks


def list_lines(root: ET.Element) -> Iterator[tuple[float, float, float, float, str]]:
    """Yield left, top, right, bottom and content of each line of text."""
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size"))
        for line in text.iter(f"{SVG}tspan"):
            width, baseline = measure_ems(line.text) * size * 0.9, float(line.get("y"))
            left = float(line.get("x")) - (width / 2 if text.get("text-anchor") == "middle" else 0)
            yield left, baseline - size * 0.8, left + width, baseline + size * 0.1, line.text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", charts.NAMES)
def test_no_text_lies_on_another_or_leaves_the_sheet(ds: Dataset, name: str, lang: Any, width: int):
    root = parse(charts.picture(name, ds, SUBJECTS.get(name), lang).to_svg(width))
    lines = sorted(list_lines(root), key=lambda line: line[1])
    for index, (left, top, right, bottom, content) in enumerate(lines):
        assert left >= 0, content
        assert right <= width, content
        assert bottom <= int(root.get("height")), content
        for left2, top2, right2, _, other in lines[index + 1 :]:
            if top2 >= bottom:
                break
            assert left2 >= right or left >= right2, (content, other)
        assert top >= 0, content


@pytest.mark.parametrize("lang", LANGS)
def test_labels_of_the_flow_are_neither_cut_nor_split(ds: Dataset, lang: Any):
    contents = [line.text for line in parse(charts.flow(ds, lang).to_svg(390)).iter(f"{SVG}tspan")]
    assert not any("…" in content for content in contents)
    assert lang == "ja" or "infrastructure" in contents


def test_the_symbols_of_a_legend_stand_on_one_line(ds: Dataset):
    root = parse(charts.who_must_act(ds).to_svg(1280))
    tops = [float(box.get("y")) for box in root.findall(f"{SVG}rect")[1:] if box.find(f"{SVG}title") is None]
    labels = {line.get("y") for line in root.iter(f"{SVG}tspan") if line.text in ("asked by name", "asked without being named")}
    assert len(tops) == 3, "one of them for asks that name nobody"
    assert len(set(tops)) == len(labels) == 1


@given(texts(80), st.floats(3, 40))
def test_lines_hold_the_whole_text(text: str, width: float):
    lines = wrap_text(text, width)
    assert "".join("".join(lines).split()) == "".join(printable(" ".join(text.split())).split())
    assert all(measure_ems(line) <= width or len(line) == 1 for line in lines)


def test_lines_break_as_japanese_and_english_do():
    assert wrap_text("国と地方の連携の枠組み。始動「する」か", 11) == ["国と地方の連携の枠組", "み。始動「する」か"]
    assert wrap_text("Local governments asked", 8) == ["Local", "governments", "asked"] or measure_ems("governments") > 8
    assert wrap_text("a\u202eb\x1bc", 99) == ["a\\u202eb\\x1bc"]
    assert wrap_text("あいうえおかきくけこ", 4, max_lines=2) == ["あいうえ", "おかき…"]


def test_signs_do_not_differ_by_colour_alone():
    from dxgov.charts.thread_layout import SYMBOLS

    looks = []
    for draw in SYMBOLS.values():
        sheet = Scene(100, "en")
        draw(sheet, 50, 50)
        _, dot = sheet.elements
        looks.append((dot.tag, dot.get("points"), dot.get("r"), dot.get("fill") == dot.get("stroke")))
    assert len(set(looks)) == len(looks)


def test_arcs_and_bands_run_from_end_to_end():
    sheet = Scene(100, "en")
    sheet.add_band(10, 20, 40, 60, 5, "#000000")
    sheet.add_arc(90, 10, 70, 30)
    _, band, arc = (element.get("d") for element in sheet.elements)
    assert band == "M10,20C20,20 30,60 40,60L40,65C30,65 20,25 10,25Z"
    assert arc == "M90,10C60,20 60,30 60,40 60,50 60,60 90,70"


# Tooltips


def count_tips(root: ET.Element, *tags: str) -> int:
    """Return the sum of the numbers at the ends of tooltips."""
    return sum(int(tip.rsplit(maxsplit=1)[1].replace(",", "")) for tip in list_tips(root, *tags))


@pytest.mark.parametrize("width", [390, charts.WIDTH])
def test_every_mark_that_counts_tells_its_number(ds: Dataset, width: int):
    actors = charts.who_must_act(ds)
    tips = list_tips(parse(actors.to_svg(width)), "rect")
    numbers = (column(actors, name) for name in ("expected_of", "direct", "unnamed", "relayed"))
    for name, direct, unnamed, relayed in zip(*numbers, strict=True):
        named = direct - unnamed
        tip = f"{name}: asked by name {named}, asked without being named {unnamed}, to be pressed by whoever is asked {relayed}"
        assert tips.count(tip) == (named > 0) + (unnamed > 0) + (relayed > 0)
    root = parse(charts.flow(ds).to_svg(width))
    assert len(list_tips(root, "path")) == len(root.findall(f"{SVG}path"))
    assert count_tips(root, "path") == 3 * len(ds.asks)
    assert count_tips(root, "rect") == 4 * len(ds.asks)
    themes = charts.themes(ds)
    assert count_tips(parse(themes.to_svg(width)), "rect") == sum(column(themes, "records"))


@pytest.mark.parametrize("width", [390, charts.WIDTH])
def test_every_mark_that_is_a_record_tells_which(ds: Dataset, width: int):
    timeline = charts.timeline(ds)
    tips = list_tips(parse(timeline.to_svg(width)), "circle", "polygon", "rect", "line")
    rows = list(zip(*(column(timeline, name) for name in ("caption", "start", "end")), strict=True))
    drawn = {caption for caption, start, end in rows if start is not None or end is not None}
    for caption, _, _ in rows:
        assert any(tip.startswith(f"{caption} — ") for tip in tips) == (caption in drawn), caption
    for picture, name in ((charts.trace(ds, "telework"), "caption"), (charts.conversation(ds, FORUM), "summary")):
        root = parse(picture.to_svg(width))
        tips = list_tips(root, "circle", "polygon")
        assert len(tips) == picture.table.num_rows
        assert all(any(tip.endswith(f" — {caption}") for tip in tips) for caption in column(picture, name))
        assert len(list_tips(root, "path")) == len(root.findall(f"{SVG}path")) > 0


# Sizes and positions


def read_sizes(root: ET.Element, tag: str, measure: Callable[[ET.Element], float]) -> list[float]:
    """Return the size of each shape with a tooltip, divided by the number at its end."""
    shapes = [shape for shape in root.findall(f"{SVG}{tag}") if shape.find(f"{SVG}title") is not None]
    return [measure(shape) / int(shape.find(f"{SVG}title").text.rsplit(maxsplit=1)[1]) for shape in shapes]


def measure_band(band: ET.Element) -> float:
    """Return the height of a band at its right end."""
    upper, lower = re.findall(r"[\d.]+,([\d.]+)L[\d.]+,([\d.]+)", band.get("d"))[0]
    return float(lower) - float(upper)


def test_marks_are_as_large_as_their_numbers(ds: Dataset):
    root = parse(charts.flow(ds).to_svg())
    for sizes in (read_sizes(root, "path", measure_band), read_sizes(root, "rect", lambda box: float(box.get("height")))):
        assert max(sizes) == pytest.approx(340 / len(ds.asks), abs=0.02)
        assert min(sizes) == pytest.approx(340 / len(ds.asks), abs=0.02)
    root = parse(charts.who_must_act(ds).to_svg())
    bars = [bar for bar in root.findall(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]
    assert len({round(float(bar.get("width")) / number, 1) for bar, number in zip(bars, (8, 11, 13, 16, 13, 1), strict=True)}) == 1
    longest = sum(float(bar.get("width")) for bar in bars[:3])
    assert longest == pytest.approx(charts.WIDTH - 2 * 20 - 92, abs=0.3), "room for the total of the longest"
    themes = [(float(box.get("fill-opacity")), tip) for box, tip in read_tints(parse(charts.themes(ds).to_svg()))]
    assert all(one[0] <= other[0] for one, other in pairwise(sorted(themes, key=lambda item: item[1])))


def read_tints(root: ET.Element) -> Iterator[tuple[ET.Element, int]]:
    for box in root.findall(f"{SVG}rect")[1:]:
        yield box, int(box.find(f"{SVG}title").text.rsplit(maxsplit=1)[1])


def test_a_day_stands_at_its_place_in_the_year(ds: Dataset):
    root = parse(charts.timeline(ds).to_svg())
    dots = {dot.find(f"{SVG}title").text: float(dot.get("cx")) for dot in root.findall(f"{SVG}circle")[1:]}

    def find_position(words: str) -> float:
        (position,) = (x for tip, x in dots.items() if words in tip)
        return position

    start, month = 350, (760 - 20 - 12 - 350) / 12
    assert find_position("16 October 2020 · request") == pytest.approx(start + month * (9 + 15 / 31) + 1, abs=0.01)
    assert find_position("1 February 2022 · meeting, held") == pytest.approx(start + month + 1, abs=0.01)


def test_events_of_one_date_share_its_symbol_and_all_stand_in_the_overview(ds: Dataset):
    timeline = charts.timeline(ds)
    root = parse(timeline.to_svg())
    dates = [date for date, start, end in zip(*(column(timeline, name) for name in ("date", "start", "end")), strict=True) if start or end]
    assert max(Counter(dates).values()) > 1
    printed = Counter(text.text for text in root.iter(f"{SVG}tspan"))
    assert all(printed[date] == 1 for date in dates if " " in date and len(date) < 30)
    strokes = [box for box in root.findall(f"{SVG}rect") if box.get("width") == "3" and box.find(f"{SVG}title") is not None]
    assert len(strokes) == len(dates)


def test_shapes_lead_to_the_records_that_they_count(ds: Dataset):
    targets: list[tuple[str, tuple[str, ...]]] = []

    def find_address(ids: Sequence[str], label: str) -> str:
        targets.append((label, tuple(ids)))
        return f"#{len(targets) - 1}"

    root = parse(charts.flow(ds).to_svg(find_address=find_address))
    for link in root.findall(f"{SVG}a"):
        label, ids = targets[int(link.get("href")[1:])]
        assert {title.text for title in link.iter(f"{SVG}title")} == {f"{label}: {len(ids)}"}
    governor = next(ids for label, ids in targets if label == "Governor of Tokyo")
    assert set(governor) == {ask.id for ask in ds.asks if "governor" in ask.id}
    targets.clear()
    charts.timeline(ds).to_svg(390, find_address)
    assert set(ds.requests.ids()) <= {id for _, ids in targets for id in ids}
    targets.clear()
    charts.who_must_act(ds).to_svg(find_address=find_address)
    (relayed,) = (ids for label, ids in targets if label.startswith("National government of Japan: to be pressed"))
    assert set(relayed) == {ask.id for ask in ds.asks if ask.expected_of_id == "jp" and ask.relayed_by_id}


def draw_symbol(start: float | None, end: float | None, scope: str) -> list[str]:
    """Return the elements of a date's symbol, on a year from 0 to 120, with the position of points and edges."""
    sheet = Scene(400, "en")
    draw_span(sheet, 0, 50, 10, YearSpan(start, end, scope, is_uncertain=False))
    _, *shapes = sheet.elements
    names = {"line": ("x1", "x2"), "rect": ("x", "width", "fill-opacity"), "circle": ("cx",), "polygon": ("points",)}
    return [" ".join([shape.tag, *(shape.get(name, "") for name in names[shape.tag])]) for shape in shapes]


def test_the_symbol_of_a_date_says_where_it_begins_and_ends():
    assert draw_symbol(3, 3.03, "exact") == ["circle 31"]
    assert draw_symbol(3, 6, "within") == ["rect 30 30 0.16"]
    assert draw_symbol(3, 6, "throughout") == ["rect 30 30 0.9"]
    assert len(draw_symbol(-1, 13, "throughout")) == 3, "arrow heads at both ends of the year"


@pytest.mark.parametrize(
    ("start", "end", "scope", "line", "bar"),
    [(None, 6, "within", "30 60", 60), (3, 6, "by", "30 60", 60), (3, None, "within", "30 122", 30), (3, 6, "from", "30 60", 30)],
)
def test_a_deadline_has_its_bar_at_the_end_and_points_back(start: float | None, end: float | None, scope: str, line: str, bar: float):
    dots, edge, head = draw_symbol(start, end, scope)
    assert (dots, edge) == (f"line {line}", f"line {bar} {bar}")
    tip_x, base_x, _ = (float(corner.split(",")[0]) for corner in head.removeprefix("polygon ").split())
    assert (tip_x < base_x) == (bar == 60)


def test_texts_lie_above_all_and_the_paper_below():
    for picture in pictures(sound(), "en"):
        paper, *shapes = parse(picture.to_svg())[2:]
        assert (paper.get("width"), paper.get("height"), paper.get("fill")) == ("760", parse(picture.to_svg()).get("height"), "#ffffff")
        is_text = [shape.tag == f"{SVG}text" for shape in shapes]
        assert is_text == sorted(is_text)
