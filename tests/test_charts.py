"""Charts: what they count is what the data hold, every one can be drawn, and nothing on them overlaps or is cut."""

import io
import json
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest
import vl_convert
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset, Metadata, NotInstalledError, UnknownNameError, charts
from dxgov.charts import events, matrix, scene
from dxgov.charts.lines import measure_ems, wrap_text
from dxgov.cli import main
from dxgov.testing import datasets, texts
from soundness import sound

pytestmark = pytest.mark.slow

LANGS = ("en", "ja")
FORUM = "mtg-2022-02-01-tokyo-cio-forum"


def pictures(data: Dataset, lang: Any) -> Iterator[charts.Picture]:
    """Every chart of a data set; of traces those of the first theme and of the first ask."""
    for name in charts.NAMES:
        if name != "trace":
            yield charts.picture(name, data, None, lang)
    for records in (data.themes, data.asks):
        yield from (charts.trace(data, record, lang) for record in records[:1])


def column(picture: charts.Picture, name: str) -> list[Any]:
    return picture.table[name].to_pylist()


def painted(picture: charts.Picture, width: int = charts.WIDTH) -> scene.Scene:
    return picture._build_scene(width)


def xml(text: str) -> ET.Element:
    """Parsed, which fails where it is not well-formed."""
    return ET.fromstring(text)  # noqa: S314 - what dxgov has just made


# What is counted


@given(datasets(), st.sampled_from(LANGS))
def test_sums_are_those_of_the_data(data: Dataset, lang: Any):
    split = charts.who_must_act(data, lang)
    assert dict(
        zip(column(split, "expected_of_id"), map(sum, zip(column(split, "direct"), column(split, "relayed"), strict=True)), strict=True)
    ) == {id: len(asks) for id, asks in data.asks_by_actor().items()}
    assert sum(column(split, "relayed")) == sum(ask.relayed_by_id is not None for ask in data.asks)
    assert sum(column(charts.flow(data, lang), "asks")) == len(data.asks)
    found = charts.themes(data, lang)
    expected = Counter(
        (theme.id, record.citation.source_id)
        for theme in data.themes
        for place, records in data.referring(theme).items()
        if not place.startswith(("themes.", "links.", "figures."))
        for record in records
    )
    assert (
        dict(zip(zip(column(found, "theme_id"), column(found, "citation_source_id"), strict=True), column(found, "records"), strict=True))
        == expected
    )


@given(datasets())
def test_every_event_is_on_the_timeline_once(data: Dataset):
    found = charts.timeline(data)
    twins = {each.meeting_id for each in data.milestones}
    expected = {*data.requests.ids(), *data.milestones.ids(), *(id for id in data.meetings.ids() if id not in twins)}
    due = [each.record.id for each in data.due() if each.due]
    assert Counter(column(found, "id")) == Counter([*expected, *due])
    days = dict(zip(column(found, "id"), zip(column(found, "start"), column(found, "end"), strict=True), strict=True))
    for request in data.requests:
        assert days[request.id] == (request.submitted.start, request.submitted.end)


@given(datasets())
def test_a_trace_shows_each_step_and_what_takes_it_up(data: Dataset):
    for record in [*data.themes[:1], *data.statements[:1]]:
        trace, found = data.trace(record), charts.trace(data, record)
        assert column(found, "id") == [step.record.id for step in trace.steps]
        assert {id for id, loose in zip(column(found, "id"), column(found, "loose_end"), strict=True) if loose} == {
            step.record.id for step in trace.loose_ends
        }


@given(datasets())
def test_a_conversation_marks_what_nobody_answered(data: Dataset):
    for meeting in data.meetings:
        found = charts.conversation(data, meeting)
        assert sorted(column(found, "id")) == list(data.statements.where(meeting_id=meeting.id).ids())
        marked = {id for id, left in zip(column(found, "id"), column(found, "unanswered"), strict=True) if left}
        assert marked == {each.id for each in data.unanswered() if each.meeting_id == meeting.id}


def test_the_bundled_data_are_told_as_they_are(ds: Dataset):
    assert "Not specified 24" in charts.who_must_act(ds).finding
    assert "Calling for a reply: 10, of which without one on record: 2" in charts.conversation(ds).finding
    assert "13件は別の主体を通じた働きかけ" in charts.flow(ds, "ja").finding
    about = charts.timeline(ds, about="shared-systems")
    assert set(column(about, "id")) <= {step.record.id for step in ds.trace("shared-systems").steps}


@given(st.lists(st.lists(st.integers(0, 99), min_size=3, max_size=3), min_size=1, max_size=9), st.integers(2, 9), st.integers(2, 4))
def test_what_is_put_together_keeps_its_sum(numbers: list[list[int]], rows: int, columns: int):
    names = [str(place) for place in range(len(numbers))]
    whole = matrix.Matrix(names, ["a", "b", "c"], numbers, "all", ["A", "B", "C"])
    found = matrix.merge_smallest(whole, rows, columns, "{number} others")
    assert sum(map(sum, found.counts)) == sum(map(sum, numbers))
    assert len(found.row_labels) == min(rows, len(numbers))
    assert len(found.column_labels) == len(found.column_descriptions) == min(columns, 3)


# Every data set


@given(datasets(), st.sampled_from(LANGS), st.sampled_from([charts.LEAST, 390, charts.WIDTH, 1280]))
def test_every_chart_of_any_data_set_is_sound_vega_lite(data: Dataset, lang: Any, width: int):
    for picture in pictures(data, lang):
        spec = picture.to_spec(width)  # held against the schema of Vega-Lite by Altair
        assert spec["width"] == width
        assert picture.title in picture.alternative
        assert picture.finding in picture.text
        assert spec["description"].startswith(picture.title)


@pytest.mark.parametrize("lang", LANGS)
def test_a_data_set_without_records_is_drawn(lang: Any):
    for picture in pictures(Dataset(), lang):
        assert picture.table.num_rows == 0
        assert picture.finding in ("Nothing is recorded.", "記録がない。")
        assert xml(picture.to_svg()).tag.endswith("svg")


@pytest.fixture(scope="module")
def large() -> Dataset:
    """More than 10,000 records: those of the invented data set many times over, all said at one meeting."""
    whole = sound()
    ask, point, milestone = whole.asks[0], whole.statements[0], whole.milestones[0]
    asks = [attrs.evolve(ask, id=f"{ask.id}{number:05}", theme_ids=("sea-cables" if number < 100 else "skills",)) for number in range(4000)]
    statements = [attrs.evolve(point, id=f"{point.id}x{number:05}", turn=100 + number) for number in range(4000)]
    milestones = [attrs.evolve(milestone, id=f"ms-{number:05}", meeting_id=None) for number in range(3000)]
    return Dataset.of([*whole, *asks, *statements, *milestones], whole.metadata)


def test_10_000_records_are_shown_together(large: Dataset):
    assert len(large) > 10_000
    drawn = {name: charts.picture(name, large, "sea-cables" if name == "trace" else None) for name in charts.NAMES}
    for picture in drawn.values():
        for width in (390, charts.WIDTH):
            sheet = painted(picture, width)
            assert len(sheet.shapes) < 1000
            assert sheet.height < 12_000
        assert len(picture.text) < 100_000
        assert len(picture.alternative) < 100_000
    split = drawn["who-must-act"]
    assert sum(column(split, "direct")) + sum(column(split, "relayed")) == len(large.asks)
    assert "counted by year" in drawn["timeline"].text
    assert "counted by speaker" in drawn["conversation"].text
    assert "counted by document" in drawn["trace"].text
    assert len(drawn["timeline"].to_svg()) < 100_000


# How it looks


def boxes(sheet: scene.Scene) -> Iterator[tuple[float, float, float, float, str]]:
    """Where each line of text stands: left, top, right, bottom."""
    for shape in sheet.shapes:
        if isinstance(shape, scene.Text):
            for number, line in enumerate(shape.lines):
                wide, base = measure_ems(line) * shape.size * 0.9, shape.y + number * scene.compute_line_height(shape.size)
                left = shape.x - (wide / 2 if shape.align == "center" else 0)
                yield left, base - shape.size * 0.8, left + wide, base + shape.size * 0.1, line


@pytest.mark.parametrize("width", [charts.LEAST, 390, charts.WIDTH, 1280])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", charts.NAMES)
def test_no_text_lies_on_another_or_leaves_the_sheet(ds: Dataset, name: str, lang: Any, width: int):
    subject = {"trace": "shared-systems", "conversation": FORUM}.get(name)
    sheet = painted(charts.picture(name, ds, subject, lang), width)
    found = sorted(boxes(sheet), key=lambda box: box[1])
    for place, (left, top, right, bottom, line) in enumerate(found):
        assert left >= 0, line
        assert right <= width, line
        assert bottom <= sheet.height, line
        for left2, top2, right2, _, other in found[place + 1 :]:
            if top2 >= bottom:
                break
            assert left2 >= right or left >= right2, (line, other)
        assert top >= 0, line


@given(texts(80), st.floats(3, 40))
def test_lines_hold_the_whole_text(text: str, width: float):
    lines = wrap_text(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure_ems(line) <= width or len(line) == 1 for line in lines)


def test_lines_break_as_japanese_and_english_do():
    assert wrap_text("国と地方の連携の枠組み。始動「する」か", 11) == ["国と地方の連携の枠組", "み。始動「する」か"]
    assert wrap_text("Local governments asked", 8) == ["Local", "governments", "asked"] or measure_ems("governments") > 8
    assert wrap_text("あいうえおかきくけこ", 4, max_lines=2) == ["あいうえ", "おかき…"]


def test_signs_do_not_differ_by_colour_alone():
    from dxgov.charts.thread_layout import SYMBOLS

    looks = [(dot.shape, dot.size, dot.fill == dot.stroke) for dot in (symbol(0, 0) for symbol in SYMBOLS.values())]
    assert len(set(looks)) == len(looks)


def test_a_vague_date_looks_vague(ds: Dataset):
    found = {event.id: event for event in events.list_events(ds, "en")}
    assert found["ms-common-platform.policy-decision"].is_uncertain
    assert found["req-2020-11-24-tokyo-assocs-digital"].is_exact_day
    text = charts.timeline(ds).text
    assert re.search(r"\[-+\] +September 2021 · milestone, held", text)
    assert re.search(r"\|-+ +from March 2022 on", text)
    assert re.search(r"-\| +by June 2024", text)
    assert re.search(r"  [ ]{12,13}\S*\? +early June 2024 \(uncertain\)", text.replace("  " + " " * 15, "  " + " " * 12))


# Files


@pytest.mark.parametrize("lang", LANGS)
def test_an_svg_holds_its_words_and_its_alternative(lang: Any):
    for picture in pictures(sound(), lang):
        drawn = xml(picture.to_svg(390))
        space = {"s": "http://www.w3.org/2000/svg"}
        assert drawn.get("role") == "img"
        assert drawn.find("s:title", space).text == picture.title
        assert drawn.find("s:desc", space).text == picture.alternative
        shown = " ".join("".join(each.itertext()) for each in drawn.iter("{http://www.w3.org/2000/svg}text"))
        assert "".join(picture.title.split()) in "".join(shown.split())


def test_the_same_data_in_another_order_give_the_same_bytes():
    whole = sound()
    again = Dataset.of(reversed(list(whole)), whole.metadata)
    for one, other in zip(pictures(whole, "ja"), pictures(again, "ja"), strict=True):
        assert one.to_spec() == other.to_spec()
        assert one.to_csv() == other.to_csv()
        assert one.alternative == other.alternative
    assert charts.flow(whole).to_svg() == charts.flow(again).to_svg()


NASTY = "</script><b onload='x'>&amp;\"{{1+1}}\\n\u2028 ]]> 👩🏽‍🚀 か\u3099"


def test_texts_do_no_harm():
    whole = sound()
    renamed = [attrs.evolve(each, name=NASTY, name_en=NASTY) if isinstance(each, dxgov.Actor) else each for each in whole]
    data = Dataset.of(renamed, attrs.evolve(whole.metadata, title=NASTY, description="x"))
    picture = charts.who_must_act(data)
    assert not list(xml(picture.to_svg()).iter("{http://www.w3.org/2000/svg}b"))
    assert "<b onload" not in picture._repr_html_()
    page = picture.to_html()
    assert "<b onload" not in page
    assert page.count("</script>") == page.count("<script ") == 2
    shown = picture._repr_mimebundle_()
    assert "<b onload" not in json.dumps(shown[0] if isinstance(shown, tuple) else shown)


@settings(max_examples=5)
@given(datasets(max_size=2))
def test_any_data_set_becomes_well_formed_svg(data: Dataset):
    for picture in pictures(data, "ja"):
        xml(picture.to_svg(charts.LEAST))


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    place = 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        assert struct.unpack(">I", content[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        yield kind, body
        place += 12 + length


def test_a_png_is_of_the_width_asked_for_and_tells_what_it_shows():
    picture = charts.who_must_act(sound(), "ja")
    found = dict(chunks(picture.to_png(390, scale=2)))
    assert struct.unpack(">I", found[b"IHDR"][:4])[0] == 780
    assert found[b"iTXt"].endswith(picture.alternative.encode())


def test_japanese_is_drawn_with_the_font_that_is_installed():
    from dxgov.charts import drawing, rendering

    named = drawing.FONTS.split(",")[0].strip("'")
    font = Path(rendering.noto_cjk_sans_jp_regular.__file__).with_name("NotoSansCJKjp-Regular.otf")
    assert named.encode("utf-16-be") in font.read_bytes()

    def pixels(title: str) -> bytes:
        picture = attrs.evolve(charts.who_must_act(Dataset(), "ja"), title=title, text=title)
        return dict(chunks(picture.to_png()))[b"IDAT"]

    drawn = [pixels(title) for title in ("髙﨑", "鷗外", "𠮷野", "□□")]
    assert len(set(drawn)) == len(drawn), "signs that a font lacks all look alike"


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    picture = charts.who_must_act(sound())
    for ending in (".svg", ".png", ".html", ".json", ".csv", ".txt", ".SVG"):
        assert picture.save(tmp_path / f"asks{ending}").stat().st_size > 50
    kept = (tmp_path / "asks.svg").read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        picture.save(tmp_path / "asks.svg")
    assert (tmp_path / "asks.svg").read_bytes() == kept
    assert len(list(tmp_path.iterdir())) == len({each.name for each in tmp_path.iterdir() if not each.name.startswith(".")})


def test_what_cannot_be_written_is_told(tmp_path: Path):
    picture = charts.who_must_act(sound())
    with pytest.raises(UnknownNameError, match=r"'asks.pdf' does not say what to write; expected a name that ends with \.svg"):
        picture.save(tmp_path / "asks.pdf")
    with pytest.raises(ValueError, match="found the width 100, expected at least 320"):
        picture.to_spec(100)
    with pytest.raises(UnknownNameError, match="there is no chart 'flwo'; did you mean 'flow'"):
        charts.picture("flwo", sound())
    with pytest.raises(UnknownNameError, match="takes no subject"):
        charts.picture("flow", sound(), "jp")
    with pytest.raises(UnknownNameError, match="needs the id"):
        charts.picture("trace", sound())
    with pytest.raises(UnknownNameError, match="is no meeting"):
        charts.conversation(sound(), sound().themes[0].id)


# Libraries


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_tables_and_texts_need_no_library_that_draws():
    code = (
        "import sys, dxgov\n"
        "for name in dxgov.charts.NAMES:\n"
        "    made = dxgov.charts.picture(name, dxgov.load(), 'telework' if name == 'trace' else None)\n"
        "    made.text, made.alternative, made.table, made.to_csv(), made._repr_html_()\n"
        "print([name for name in ('altair', 'vl_convert', 'noto_cjk_sans_jp_regular', 'pandas') if name in sys.modules])"
    )
    assert python(code) == "[]"


def test_drawing_does_not_need_pandas():
    assert python("import sys, dxgov; dxgov.charts.flow(dxgov.load()).to_spec(); print('pandas' in sys.modules)") == "False"


@pytest.mark.parametrize("name", ["altair", "vl_convert", "noto_cjk_sans_jp_regular"])
def test_a_missing_library_is_told_with_its_extra(name: str):
    code = f"import sys; sys.modules[{name!r}] = None\nimport dxgov\nmade = dxgov.charts.flow(dxgov.load())\n"
    told = python(code + "try: made.to_svg()\nexcept dxgov.NotInstalledError as error: print(error)")
    assert told == f"{name} is not installed; pip install 'dxgov[plot]'"
    if name == "altair":
        shown = python(
            code
            + "found = made._repr_mimebundle_(); print('<table' in found['text/html'], found['text/plain'].endswith(\"'dxgov[plot]')\"))"
        )
        assert shown == "True True"


def test_in_a_notebook_a_picture_is_interactive():
    shown = charts.flow(sound())._repr_mimebundle_()
    bundle = shown[0] if isinstance(shown, tuple) else shown
    spec = next(content for kind, content in bundle.items() if "vegalite" in kind or kind == "text/html")
    assert "tooltip" in json.dumps(spec)
    assert vl_convert.vegalite_to_vega(charts.flow(sound()).to_spec(), vl_version="6.1")
    assert repr(charts.flow(sound())).startswith("<Picture flow: Who asks whom")
    assert str(charts.flow(sound())) == charts.flow(sound()).text


def test_a_chart_that_is_not_drawn_for_want_of_a_library_is_an_error_one_can_catch():
    assert issubclass(NotInstalledError, ImportError)


# The command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(each) for each in arguments], prog_name="dxgov")


@pytest.mark.parametrize("name", charts.NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_the_command_prints_text_and_writes_pictures(ds: Dataset, name: str, lang: Any, tmp_path: Path):
    subject = ["telework"] if name == "trace" else []
    picture = charts.picture(name, ds, *(subject or [None]), lang)
    printed = run("chart", name, *subject, "--lang", lang)
    assert (printed.exit_code, printed.stdout) == (0, f"{picture.text}\n")
    written = run("chart", name, *subject, "--lang", lang, "--width", 390, "-o", tmp_path / "made.txt")
    assert (written.exit_code, written.stdout) == (0, f"{tmp_path / 'made.txt'}\n")
    assert (tmp_path / "made.txt").read_text("utf-8") == f"{picture.alternative}\n"


def test_traces_and_timelines_have_commands_of_their_own(ds: Dataset, tmp_path: Path):
    assert run("timeline").stdout == f"{charts.timeline(ds).text}\n"
    assert run("timeline", "--about", "cloud").stdout == f"{charts.timeline(ds, about='cloud').text}\n"
    assert run("trace", "telework", "-o", tmp_path / "made.svg").exit_code == 0
    assert (tmp_path / "made.svg").read_text("utf-8") == charts.trace(ds, "telework").to_svg()
    told = run("trace", "telework", "-o", tmp_path / "made.gif")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "expected a name that ends with" in told.stderr
    assert run("chart", "trace").exit_code == run("chart", "flow", "jp").exit_code == run("timeline", "--about", "nothing").exit_code == 2
    assert run("chart", "flow", "-o", tmp_path / "nowhere" / "made.csv").exit_code == 2


# In notebooks and terminals


def test_a_record_in_a_terminal_is_what_one_would_write():
    names = {name: getattr(dxgov, name) for name in dxgov.__all__} | {"Decimal": __import__("decimal").Decimal}
    for record in sound():
        assert eval(repr(record), names) == record  # noqa: S307 - our own data
        assert ", note=None" not in repr(record)


@given(datasets(max_size=2))
def test_html_is_well_formed_short_and_holds_no_markup_of_its_own(data: Dataset):
    shown = [data, *data.tables.values(), *data, dxgov.validate(data)]
    for each in shown:
        page = each._repr_html_()
        drawn = xml(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", page))
        assert {element.tag for element in drawn.iter()} <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p"}
        assert all(head.get("scope") in ("col", "row") for head in drawn.iter("th"))
        assert len(page) < 30_000
        assert "color" not in page


def test_a_report_shows_its_problems(ds: Dataset):
    whole = sound()
    faulty = [attrs.evolve(each, broader_id="nowhere") if isinstance(each, dxgov.Theme) else each for each in whole]
    report = dxgov.validate(Dataset.of(faulty, whole.metadata))
    assert repr(report) == f"<Report kaifu-lines: {len(whole)} records, {len(report.problems)} unknown-reference>"
    assert "unknown-reference" in report._repr_html_()
    assert repr(dxgov.validate(ds)).endswith("518 records, no problems>")
    assert dxgov.validate(Dataset(metadata=Metadata(name="x")))._repr_html_() == "<p>x: 0 records, no problems</p>"


def test_tables_tell_how_much_they_leave_out(ds: Dataset):
    assert "… +52" in ds.asks._repr_html_()
    assert "<script>" not in ds.asks._repr_html_()
    assert ds._repr_html_().count("<tr>") == 1 + sum(1 for records in ds.tables.values() if len(records))
    assert io.StringIO(repr(ds.asks[0])).readline().startswith("Ask(id='req-2020-10-16")
