"""The site as files: every page read back by a parser of HTML that nobody here wrote. What a browser does with it is tested beside."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Annotated, Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import attrs
import pytest
from attrs import frozen
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, Collection, DataError, Dataset, DestinationError, Record, Records, Redirect, Scope, Source, Theme, When
from dxgov.cli import main
from dxgov.display import printable_page
from dxgov.marks import Facet, Key, Label, Pattern, Ref
from dxgov.schema import Kind
from dxgov.testing import datasets, texts
from reading import NOTHING_YET
from soundness import sound
from toys import RichShop

pytestmark = pytest.mark.slow

pytest.importorskip("jinja2")
html5lib = pytest.importorskip("html5lib")

from dxgov.exporters.site import searching  # noqa: E402 - the site needs Jinja2
from dxgov.exporters.site.addresses import as_web_address, page_name  # noqa: E402
from dxgov.exporters.site.atlas import RecordNetwork  # noqa: E402
from dxgov.exporters.site.shapes import classify_shape, make_bar  # noqa: E402
from dxgov.exporters.site.website import export_site  # noqa: E402

LANGUAGES = ("ja", "en")
HTML = "{http://www.w3.org/1999/xhtml}"


def files_of(data: Collection) -> dict[str, bytes]:
    return {path: content if isinstance(content, bytes) else b"".join(content) for path, content in export_site(data, NOTHING_YET)}


def parsed(content: bytes) -> ET.Element:
    """A page as a tree; whatever is not as the standard of HTML says is an error."""
    return html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True).parse(content.decode())


def pages_of(files: Mapping[str, bytes]) -> dict[str, ET.Element]:
    return {path: parsed(content) for path, content in files.items() if path.endswith(".html")}


def text_of(page: ET.Element) -> str:
    return "".join(page.find(f"{HTML}body").itertext())


def links_of(page: ET.Element) -> Iterator[tuple[str, str]]:
    for element in page.iter():
        for name in ("href", "src", "action", "srcset", "poster", "data"):
            if name in element.attrib:
                yield element.tag.removeprefix(HTML), element.attrib[name]


def parts_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the scripts of the search hand over, by name."""
    found = {}
    for path, content in files.items():
        if path.startswith("parts/"):
            name, _, rest = content.decode().removeprefix("dxgov.part(").partition(",")
            found[json.loads(name)] = json.loads(rest.removesuffix(");\n"))
            assert path == f"parts/{json.loads(name)}.js"
    return found


@pytest.fixture(scope="module")
def bundled() -> dict[str, bytes]:
    return files_of(dxgov.load())


@pytest.fixture(scope="module")
def pages(bundled: dict[str, bytes]) -> dict[str, ET.Element]:
    return pages_of(bundled)


def assert_whole(files: Mapping[str, bytes], pages: Mapping[str, ET.Element] | None = None) -> None:
    """Every page is HTML, every link leads to a file, and nothing is loaded from elsewhere."""
    for path, page in (pages or pages_of(files)).items():
        for tag, address in links_of(page):
            split = urlsplit(address)
            if address == "data:,":
                continue
            if split.scheme or split.netloc:
                assert tag == "a", f"{path} loads {address}"
                assert split.scheme in ("http", "https"), f"{path} leads to {address}"
                continue
            target = normpath(join(dirname(path), unquote(split.path))) if split.path else path
            assert target in files, f"{path} leads to {address}"
        ids = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), path


# All pages


def test_the_bundled_data_make_a_whole_site(bundled: dict[str, bytes], pages: dict[str, ET.Element]):
    assert_whole(bundled, pages)


@settings(max_examples=10)
@given(st.one_of(datasets(), datasets(RichShop)))
def test_any_data_make_a_whole_site(data: Collection):
    files = files_of(data)
    assert_whole(files)
    for record in data:
        for lang in LANGUAGES:
            said = squeezed(text_of(parsed(files[f"{lang}/id/{page_name(record.id)}.html"])))
            for text in said_by(data, record):
                assert squeezed(text) in said


def said_by(data: Collection, record: Record) -> Iterator[str]:
    """The texts that a record holds itself, and the captions of what it refers to are told on their own pages."""
    for field in data.model().table_of(type(record)).fields:
        value = getattr(record, field.name)
        if isinstance(value, When):
            yield value.text
        elif field.value is None and not field.columns[0].has(Ref) and field.columns[0].kind is Kind.TEXT:
            yield from value if isinstance(value, tuple) else () if value is None else (value,)


def squeezed(text: str) -> str:
    """A text as pages show it, without line breaks, which HTML has in one form only."""
    return re.sub(r"[\r\n]+", "\n", printable_page(text))


def test_an_empty_data_set_has_a_site():
    files = files_of(Dataset())
    assert_whole(files)
    assert "記録がありません。" in text_of(parsed(files["ja/index.html"]))
    assert not [path for path in files if path.startswith("ja/id/")]


def test_every_page_is_there_in_both_languages(bundled: dict[str, bytes], pages: dict[str, ET.Element]):
    japanese, english = ({path[3:] for path in bundled if path.startswith(f"{lang}/")} for lang in LANGUAGES)
    assert japanese == english
    for path, page in pages.items():
        if "/" in path:
            lang = path[:2]
            assert page.attrib["lang"] == lang
            (switch,) = (each for each in page.iter(f"{HTML}a") if each.get("id") == "language")
            other = "en" if lang == "ja" else "ja"
            assert switch.attrib["hreflang"] == switch.attrib["lang"] == other
            assert normpath(join(dirname(path), switch.attrib["href"])) == other + path[2:]


def test_the_same_data_give_the_same_bytes(tmp_path: Path):
    code = "import sys, dxgov; dxgov.site(dxgov.load(), sys.argv[1])"
    made = []
    for seed in ("1", "2"):
        target = tmp_path / seed
        subprocess.run([sys.executable, "-c", code, target], check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)})
        made.append({path.relative_to(target): path.read_bytes() for path in target.rglob("*") if path.is_file()})
    assert made[0] == made[1]


HOSTILE = '<script>alert("1")</script>&amp;<img src=x onerror=alert(1)>\'"</textarea><!--]]>\u2028</script>'


def test_what_records_say_is_text():
    whole = sound()
    records = [attrs.evolve(each, note=HOSTILE, note_en=f"en {HOSTILE}") for each in whole]
    records[0] = attrs.evolve(records[0], title=HOSTILE, title_en=HOSTILE)
    about = attrs.evolve(whole.metadata, title=HOSTILE, description=HOSTILE, homepage="javascript:alert(1)")
    files = files_of(Dataset.of(records, about))
    assert_whole(files)
    for path, page in pages_of(files).items():
        scripts = list(page.iter(f"{HTML}script"))
        assert all("src" in each.attrib and not each.text for each in scripts), path
        assert not list(page.iter(f"{HTML}img"))
        assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    page = parsed(files[f"ja/id/{records[0].id}.html"])
    assert printable_page(HOSTILE) in next(page.iter(f"{HTML}h1")).itertext()
    assert parts_of(files)["ja-0"][0][1] == HOSTILE


# What pages say


ITEM = "req-2020-11-24-tokyo-assocs-digital.04.1"


def rows_of(page: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in page.iter(f"{HTML}div"):
        name = row.find(f"{HTML}dt")
        if name is not None:
            found[name.text] = " ".join(" ".join("".join(each.itertext()) for each in row.findall(f"{HTML}dd")).split())
    return found


def test_a_record_tells_its_fields_and_where_it_was_read(pages: dict[str, ET.Element]):
    english, japanese = rows_of(pages[f"en/id/{ITEM}.html"]), rows_of(pages[f"ja/id/{ITEM}.html"])
    assert english["Theme"] == "Telework Financial support"
    assert english["Source"] == "Request concerning efforts to digitalise public administration in municipalities"
    assert (english["Place"], english["First line"], english["Last line"]) == ("4(1)", "50", "50")
    assert english["SHA-256"] == dxgov.load().request_items[ITEM].citation.sha256
    assert japanese["出典"] == "市町村における行政のデジタル化への取組に関する要望"
    assert (japanese["箇所"], japanese["開始行"]) == ("4(1)", "50")
    assert next(pages[f"ja/id/{ITEM}.html"].iter(f"{HTML}h1")).text == "テレワークへの財政支援"


def leads_to(page: ET.Element) -> set[str]:
    """The records that a record's page has links to; those in the same folder need no path."""
    paths = (urljoin("/lang/id/", address) for tag, address in links_of(page) if tag == "a" and not address.startswith("#"))
    return {unquote(path.rpartition("/")[2].removesuffix(".html")) for path in paths if "/id/" in path}


def test_references_are_followed_both_ways(pages: dict[str, ET.Element], ds: Dataset):
    for lang in LANGUAGES:
        for record in ds:
            there = leads_to(pages[f"{lang}/id/{record.id}.html"])
            told = {id for ids in ds.references(record).values() for id in ids}
            told |= {each.id for each in ds.children(record)}
            parents = {f"{table.name}.{column.name}" for table in ds.model().tables.values() for column in table.parents}
            for place, records in ds.referring(record).items():
                told |= set(records[:100].ids()) if place not in parents else set()
            assert told <= there


def test_texts_are_in_the_language_that_they_say(pages: dict[str, ET.Element]):
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    for path, page in pages.items():
        wrong = [text for lang, text in spoken_by(page, "") if lang == "en" and len(japanese.findall(text)) * 2 > len(text)]
        assert not wrong, path
        wrong = [text for lang, text in spoken_by(page, "") if lang == "ja" and re.fullmatch(r"[ -~’–]*[a-z]{3} [a-z]{3}[ -~’–]*", text)]
        assert not wrong, path


def spoken_by(element: ET.Element, lang: str) -> Iterator[tuple[str, str]]:
    here = element.attrib.get("lang", lang)
    yield here, (element.text or "").strip()
    for child in element:
        yield from spoken_by(child, here)
        yield here, (child.tail or "").strip()


def test_a_text_that_is_printed_is_in_the_language_of_its_document():
    cited = Citation("src-x")
    source = attrs.evolve(
        sound().sources[0], id="src-x", title="Minutes", title_en="Minutes", language="en", publisher_id=None, citation=cited
    )
    files = files_of(Dataset.of([source]))
    heading = next(parsed(files["ja/id/src-x.html"]).iter(f"{HTML}h1"))
    assert (heading.text, heading.attrib.get("lang")) == ("Minutes", "en")
    assert "lang" not in next(parsed(files["en/id/src-x.html"]).iter(f"{HTML}h1")).attrib


def test_what_a_code_alone_would_not_tell_is_told_with_its_ends(pages: dict[str, ET.Element], ds: Dataset):
    link = ds.links.where(predicate="implements")[0]
    heading = next(pages[f"en/id/{link.id}.html"].iter(f"{HTML}h1")).text
    assert heading.startswith("implements: ")
    assert heading.count(" → ") == 1
    for id in (link.subject_id, link.object_id):
        assert heading in text_of(pages[f"en/id/{id}.html"])


def test_ids_of_earlier_versions_lead_on():
    whole = sound()
    last = whole.themes[0].id
    ways = (Redirect("old-one", "old-two"), Redirect("old-two", last), Redirect("old-three"))
    files = files_of(Dataset.of(list(whole), attrs.evolve(whole.metadata, redirects=ways)))
    assert_whole(files)
    for old in ("old-one", "old-two"):
        (refresh,) = (each for each in parsed(files[f"ja/id/{old}.html"]).iter(f"{HTML}meta") if "http-equiv" in each.attrib)
        assert refresh.attrib["content"] == f"0; url={last}.html"
    assert "取り下げ" in text_of(parsed(files["ja/id/old-three.html"]))


@frozen(kw_only=True)
class Odd(Record):
    """Something with an id that no file system would take."""

    id: Annotated[str, Key(), Pattern(r"[\s\S]+", "anything"), Label("ID")]
    """Any text at all."""

    next_id: Annotated[str | None, Ref("Odd"), Label("次")] = None
    """Another one."""


class Odds(Collection):
    """A set of such, and what they need."""

    sources: Annotated[Records[Source], Label("出典")]
    actors: Annotated[Records[dxgov.Actor], Label("主体")]
    odds: Annotated[Records[Odd], Label("変"), Facet()]


def test_every_id_has_a_page_whatever_it_is():
    ids = ["a/b", "../../x", "CON", "con", "aux.txt", "A", "é", "名", "a b", "x" * 300, "_x", ".", "..", "?#%20", "ok.1-2_3", "https"]
    source = attrs.evolve(sound().sources[0], publisher_id=None)
    odds = [Odd(id=id, next_id="https", citation=Citation(source.id)) for id in ids]
    files = files_of(Odds.of([source, *odds]))
    assert_whole(files)
    names = [path for path in files if path.startswith("en/id/")]
    assert len({name.lower() for name in names}) == len(ids) + 1
    assert all(re.fullmatch(r"[a-z0-9_.-]{1,205}", name.removeprefix("en/id/")) for name in names)
    assert "en/id/ok.1-2_3.html" in names
    assert "en/id/con.html" not in names
    page = parsed(files[f"en/id/{page_name('名')}.html"])
    assert "https.html" in [address for _, address in links_of(page)]
    listed = [address for _, address in links_of(parsed(files["en/tables/odds.html"]))]
    assert listed.count("../id/https.html") == 1 + len(ids)
    assert f"../id/{page_name('a/b')}.html" in listed


def test_a_model_of_ones_own_has_a_site_without_an_edit():
    from toys import Colour, RichWidget

    cited = Citation(sound().sources[0].id)
    maker = sound().actors[0].id
    widgets = [
        RichWidget(id="wid-1", name="歯車", colour=Colour.RED, pieces=3, broken=True, maker_id=maker, seller_ids=(maker,), citation=cited),
        RichWidget(
            id="wid-2", name="Clock", pieces=1, broken=False, part_ids=("wid-1",), seller_ids=(maker,), citation=cited,
            made=When("昭和40年頃", "1965~", Scope.WITHIN), nicknames=("時計", "<b>"),
        ),
    ]  # fmt: skip
    files = files_of(RichShop.of([*sound(), *widgets]))
    assert_whole(files)
    clock = rows_of(parsed(files["en/id/wid-2.html"]))
    assert clock["Part"] == "歯車"
    assert clock["Broken"] == "no"
    assert clock["Made"].startswith("昭和40年頃 about 1965")
    assert clock["Nicknames"] == "時計 <b>"
    assert rows_of(parsed(files["ja/id/wid-1.html"]))["色"] == "赤"
    assert "Rich widgets: seller" in text_of(parsed(files[f"en/id/{maker}.html"]))
    assert "Clock" in text_of(parsed(files["en/timeline/1965.html"]))
    assert "Clock" in text_of(parsed(files["en/tables/rich_widgets.html"]))


def test_long_lists_go_on():
    source = attrs.evolve(sound().sources[0], publisher_id=None)
    cited = Citation(source.id)
    themes = [
        Theme(id=f"t{n:04}", label=f"題{n}", label_en=f"Theme {n}", definition="x", definition_en="x", citation=cited) for n in range(250)
    ]
    files = files_of(Dataset.of([source, *themes]))
    assert_whole(files)
    assert [path for path in files if path.startswith("ja/tables/themes")] == [f"ja/tables/themes{n}.html" for n in ("", "-2", "-3")]
    page = parsed(files[f"en/id/{source.id}.html"])
    assert f"../find.html#to={source.id}&table=themes" in {address for _, address in links_of(page)}
    assert "See all 250" in text_of(page)


# Dates


@pytest.mark.parametrize(
    ("edtf", "scope", "looks", "left", "width"),
    [
        ("2023-01-01", "exact", "day", "0", "0.27"),
        ("2023-12-31", "exact", "day", "99.73", "0.27"),
        ("2023", "throughout", "span", "0", "100"),
        ("2023", "within", "window", "0", "100"),
        ("2023-02-01/2023-02-28", "exact", "window", "8.49", "7.67"),
        ("2023-04/2024-03", "throughout", "span", "24.66", "75.34"),
        ("../2023-01-31", "by", "until", "0", "8.49"),
        ("2023-01", "by", "until", "0", "8.49"),
        ("../2023-01-31", "throughout", "until", "0", "8.49"),
        ("2023-12/..", "from", "since", "91.51", "8.49"),
        ("2023-12-01", "from", "since", "91.51", "8.49"),
        ("2023-12-01/..", "within", "since", "91.51", "8.49"),
    ],
)
def test_a_vague_date_looks_vague(edtf: str, scope: str, looks: str, left: str, width: str):
    when = When("x", edtf, Scope(scope))
    assert classify_shape(when) == looks
    drawn = make_bar(when, 2023)
    assert (drawn.left, drawn.width) == (left, width)


@given(st.from_type(When))
def test_every_date_has_a_look_and_a_place(when: When):
    assert classify_shape(when) in {"day", "span", "window", "until", "since", "none"}
    day = when.start or when.end
    if day:
        drawn = make_bar(when, day.year)
        assert 0 <= float(drawn.left) < 100
        assert 0 < float(drawn.width) <= 100.01 - float(drawn.left) + 0.01


def test_the_timeline_tells_what_is_not_settled(pages: dict[str, ET.Element], ds: Dataset):
    for milestone in ds.milestones.where(status="tentative"):
        when = milestone.date
        page = pages[f"en/timeline/{(when.start or when.end).year}.html"]
        (entry,) = (each for each in page.iter(f"{HTML}li") if entry_leads_to(each, milestone.id))
        assert any("tentative" in each.attrib.get("class", "").split() for each in entry.iter(f"{HTML}i"))


def entry_leads_to(entry: ET.Element, id: str) -> bool:
    dated = any("words" in each.get("class", "").split() for each in entry)
    return dated and any(address.endswith(f"/{id}.html") for _, address in links_of(entry))


def test_every_date_stands_in_the_timeline_once(pages: dict[str, ET.Element], ds: Dataset):
    shown = sum(
        len([each for each in page.iter(f"{HTML}li") if any("words" in one.attrib.get("class", "") for one in each)])
        for path, page in pages.items()
        if path.startswith("en/timeline/")
    )
    dates = {"sources": "published", "appointments": "attested", "meetings": "held", "requests": "submitted", "milestones": "date"}
    dates |= {"measures": "as_of", "figures": "as_of", "actors": "founded", "statements": "due", "instructions": "due"}
    assert shown == sum(getattr(each, dates[name]) is not None for name in dates for each in ds.tables[name])


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "http://[", "https://", "http:x", "ftp://example.org", "https://a b", " https://a"]
)
def test_only_addresses_of_the_web_are_led_to(text: str):
    assert as_web_address(text) is None
    assert as_web_address("https://example.org/x?y=1#z") == "https://example.org/x?y=1#z"


# The index of the search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要望書", ["要望", "望書", "書"]),
        ("市", ["市"]),
        ("Digital Agency's", ["digital", "agency", "s"]),
        ("ＤＸの推進", ["dx", "の推", "推進", "進"]),
        ("ﾃﾚﾜｰｸ", ["テレ", "レワ", "ワー", "ーク", "ク"]),
        ("令和6年4月", ["令和", "和", "6", "年", "4", "月"]),
        ("a_b-c", ["a", "b", "c"]),
        ("、。！ ", []),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
    ],
)
def test_texts_are_cut_into_terms(text: str, expected: list[str]):
    assert list(searching.tokenize(text)) == expected


@settings(max_examples=15)
@given(datasets(max_size=5), st.integers(1, 200))
def test_the_parts_of_the_index_hold_all_of_it(data: Dataset, size: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_PART_SIZE", size)
        patch.setattr(searching, "BLOCK_SIZE", 2)
        network = RecordNetwork(data)
        parts = parts_of(dict(searching.search_files(network)))
    index = [entry for number in range(len(parts["contents"]["terms"])) for entry in parts[f"terms-{number}"]]
    assert [parts[f"terms-{n}"][0][0] for n in range(len(parts["contents"]["terms"]))] == parts["contents"]["terms"]
    names = [entry[0].encode("utf-16-be") for entry in index]
    assert names == sorted(set(names))
    found = {term: (set(numbers(head)), set(numbers(body))) for term, head, body in index}
    for number, record in enumerate(data):
        for lang in LANGUAGES:
            for term in searching.tokenize(network.captions[lang][number]):
                assert number in found[term][0]
        for text in said_by(data, record):
            for term in searching.tokenize(text) if text != record.id and not coded(data, record, text) else ():
                assert number in found[term][0] | found[term][1]
        for ids in data.references(record).values():
            for id in ids:
                assert number in found[f"={id}"][1]
    for lang in LANGUAGES:
        rows = [row for n in range(sum(f"{lang}-" in name for name in parts)) for row in parts[f"{lang}-{n}"]]
        assert [row[0] for row in rows] == [record.id for record in data]


def numbers(steps: list[int]) -> Iterator[int]:
    number = 0
    for step in steps:
        number += step
        yield number


def coded(data: Collection, record: Record, text: str) -> bool:
    """Whether a text of the record is written for machines."""
    table = data.model().table_of(type(record))
    return any(column.has(Pattern) and getattr(record, column.name, None) == text for column in table.columns)


# Writing it


def test_a_site_is_written_whole_or_not_at_all(tmp_path: Path):
    place = tmp_path / "site"
    assert dxgov.site(sound(), place) == place
    assert (place / "index.html").is_file()
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert dxgov.site(sound(), place) == place
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    with pytest.raises(DataError):
        dxgov.site(Dataset.of([attrs.evolve(sound().themes[0])]), place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    (place / "mine.txt").write_text("mine")
    with pytest.raises(DestinationError, match=r"mine\.txt"):
        dxgov.site(sound(), place)
    dxgov.site(sound(), place, overwrite=True)
    assert not (place / "mine.txt").exists()


def test_what_is_downloaded_is_the_data(tmp_path: Path):
    place = dxgov.site(sound(), tmp_path / "site")
    archives = sorted((place / "downloads").iterdir())
    assert [each.name for each in archives] == ["kaifu-lines-csv.zip", "kaifu-lines-parquet.zip"]
    assert all(dxgov.load(each) == sound() for each in archives)


def test_the_command_writes_what_the_format_writes(tmp_path: Path):
    run = CliRunner().invoke(main, ["site", str(tmp_path / "site")])
    assert (run.exit_code, run.output) == (0, f"{tmp_path / 'site' / 'index.html'}\n")
    exported = dxgov.export(dxgov.load(), tmp_path / "export", formats="site") / "site"
    one, other = (
        {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file() and path.name[0] != "."}
        for place in (tmp_path / "site", exported)
    )
    assert one == other


@given(texts())
def test_a_title_in_one_language_stays_whole(text: str):
    from dxgov.exporters.site.words import localize

    assert all(localize(text, lang).text in text for lang in LANGUAGES)
    told = "Lines to the islands / 島しょ部の回線"
    assert [localize(told, lang).text for lang in LANGUAGES] == ["島しょ部の回線", "Lines to the islands"]
