"""Pages of the site say what the records say, in the language of each text."""

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree as ET

import attrs
import pytest
from attrs import frozen

import dxgov
from dxgov import Citation, Collection, Dataset, Record, Records, Redirect, Scope, Source, Theme, When
from dxgov.marks import Facet, Key, Label, Pattern, Ref
from soundness import sound
from test_site import check_site
from toys import RichShop

pytest.importorskip("jinja2")
pytest.importorskip("html5lib")

from dxgov.exporters.site.addresses import page_name
from site_pages import HTML, LANGUAGES, build_site, list_links, parse_page, read_text

pytestmark = pytest.mark.slow

ITEM = "req-2020-11-24-tokyo-assocs-digital.04.1"


def read_rows(page: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in page.iter(f"{HTML}div"):
        name = row.find(f"{HTML}dt")
        if name is not None:
            found[name.text] = " ".join(" ".join("".join(each.itertext()) for each in row.findall(f"{HTML}dd")).split())
    return found


def test_a_record_tells_its_fields_and_where_it_was_read(bundled_pages: dict[str, ET.Element]):
    english, japanese = read_rows(bundled_pages[f"en/id/{ITEM}.html"]), read_rows(bundled_pages[f"ja/id/{ITEM}.html"])
    assert english["Theme"] == "Telework Financial support"
    assert english["Source"] == "Request concerning efforts to digitalise public administration in municipalities"
    assert (english["Place"], english["First line"], english["Last line"]) == ("4(1)", "50", "50")
    assert english["SHA-256"] == dxgov.load().request_items[ITEM].citation.sha256
    assert japanese["出典"] == "市町村における行政のデジタル化への取組に関する要望"
    assert (japanese["箇所"], japanese["開始行"]) == ("4(1)", "50")
    assert next(bundled_pages[f"ja/id/{ITEM}.html"].iter(f"{HTML}h1")).text == "テレワークへの財政支援"


def list_targets(page: ET.Element) -> set[str]:
    """The records that a record's page has links to; those in the same folder need no path."""
    paths = (urljoin("/lang/id/", address) for tag, address in list_links(page) if tag == "a" and not address.startswith("#"))
    return {unquote(path.rpartition("/")[2].removesuffix(".html")) for path in paths if "/id/" in path}


def test_references_are_followed_both_ways(bundled_pages: dict[str, ET.Element], ds: Dataset):
    for lang in LANGUAGES:
        for record in ds:
            there = list_targets(bundled_pages[f"{lang}/id/{record.id}.html"])
            told = {id for ids in ds.references(record).values() for id in ids}
            told |= {each.id for each in ds.children(record)}
            parents = {f"{table.name}.{column.name}" for table in ds.model().tables.values() for column in table.parents}
            for place, records in ds.referring(record).items():
                told |= set(records[:100].ids()) if place not in parents else set()
            assert told <= there


def test_texts_are_in_the_language_that_they_say(bundled_pages: dict[str, ET.Element]):
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    for path, page in bundled_pages.items():
        wrong = [text for lang, text in list_spoken(page, "") if lang == "en" and len(japanese.findall(text)) * 2 > len(text)]
        assert not wrong, path
        wrong = [text for lang, text in list_spoken(page, "") if lang == "ja" and re.fullmatch(r"[ -~’–]*[a-z]{3} [a-z]{3}[ -~’–]*", text)]
        assert not wrong, path


def list_spoken(element: ET.Element, lang: str) -> Iterator[tuple[str, str]]:
    here = element.attrib.get("lang", lang)
    yield here, (element.text or "").strip()
    for child in element:
        yield from list_spoken(child, here)
        yield here, (child.tail or "").strip()


def test_a_text_that_is_printed_is_in_the_language_of_its_document():
    cited = Citation("src-x")
    source = attrs.evolve(
        sound().sources[0], id="src-x", title="Minutes", title_en="Minutes", language="en", publisher_id=None, issuer_ids=(), citation=cited
    )
    files = build_site(Dataset.of([source]))
    heading = next(parse_page(files["ja/id/src-x.html"]).iter(f"{HTML}h1"))
    assert (heading.text, heading.attrib.get("lang")) == ("Minutes", "en")
    assert "lang" not in next(parse_page(files["en/id/src-x.html"]).iter(f"{HTML}h1")).attrib


def test_what_a_code_alone_would_not_tell_is_told_with_its_ends(bundled_pages: dict[str, ET.Element], ds: Dataset):
    link = ds.links.where(predicate="implements")[0]
    heading = next(bundled_pages[f"en/id/{link.id}.html"].iter(f"{HTML}h1")).text
    assert heading.startswith("Implements: ")
    assert heading.count(" → ") == 1
    for id in (link.subject_id, link.object_id):
        assert heading in read_text(bundled_pages[f"en/id/{id}.html"])


def test_ids_of_earlier_versions_lead_on():
    whole = sound()
    last = whole.themes[0].id
    ways = (Redirect("old-one", "old-two"), Redirect("old-two", last), Redirect("old-three"))
    files = build_site(Dataset.of(list(whole), attrs.evolve(whole.metadata, redirects=ways)))
    check_site(files)
    for old in ("old-one", "old-two"):
        (refresh,) = (each for each in parse_page(files[f"ja/id/{old}.html"]).iter(f"{HTML}meta") if "http-equiv" in each.attrib)
        assert refresh.attrib["content"] == f"0; url=../id/{last}.html"
    assert "取り下げ" in read_text(parse_page(files["ja/id/old-three.html"]))


@frozen(kw_only=True)
class Odd(Record):
    """Something with an id that no file system would take."""

    id: Annotated[str, Key(), Pattern(r"[\s\S]+", "anything", "定めた書式"), Label("ID", "ID。")]
    """Any text at all."""

    next_id: Annotated[str | None, Ref("Odd"), Label("次", "次。")] = None
    """Another one."""


class Odds(Collection):
    """A set of such, and what they need."""

    sources: Annotated[Records[Source], Label("出典", "出典。")]
    actors: Annotated[Records[dxgov.Actor], Label("主体", "主体。")]
    odds: Annotated[Records[Odd], Label("変", "変。"), Facet()]


def test_every_id_has_a_page_whatever_it_is():
    ids = ["a/b", "../../x", "CON", "con", "aux.txt", "A", "é", "名", "a b", "x" * 300, "_x", ".", "..", "?#%20", "ok.1-2_3", "https"]
    source = attrs.evolve(sound().sources[0], publisher_id=None, issuer_ids=())
    odds = [Odd(id=id, next_id="https", citation=Citation(source.id)) for id in ids]
    files = build_site(Odds.of([source, *odds]))
    check_site(files)
    names = [path for path in files if path.startswith("en/id/")]
    assert len({name.lower() for name in names}) == len(ids) + 1
    assert all(re.fullmatch(r"[a-z0-9_.-]{1,205}", name.removeprefix("en/id/")) for name in names)
    assert "en/id/ok.1-2_3.html" in names
    assert "en/id/con.html" not in names
    page = parse_page(files[f"en/id/{page_name('名')}.html"])
    assert "../id/https.html" in [address for _, address in list_links(page)]
    listed = [address for _, address in list_links(parse_page(files["en/tables/odds.html"]))]
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
    files = build_site(RichShop.of([*sound(), *widgets]))
    check_site(files)
    clock = read_rows(parse_page(files["en/id/wid-2.html"]))
    assert clock["Part"] == "歯車"
    assert clock["Broken"] == "no"
    assert clock["Made"].startswith("昭和40年頃 about 1965")
    assert clock["Nicknames"] == "時計 <b>"
    assert read_rows(parse_page(files["ja/id/wid-1.html"]))["色"] == "赤 赤。"
    assert "Rich widgets: seller" in read_text(parse_page(files[f"en/id/{maker}.html"]))
    assert "Clock" in read_text(parse_page(files["en/timeline/1965.html"]))
    assert "Clock" in read_text(parse_page(files["en/tables/rich_widgets.html"]))


def test_long_lists_go_on():
    source = attrs.evolve(sound().sources[0], publisher_id=None, issuer_ids=())
    cited = Citation(source.id)
    themes = [
        Theme(id=f"t{n:04}", label=f"題{n}", label_en=f"Theme {n}", definition="x", definition_en="x", citation=cited) for n in range(250)
    ]
    files = build_site(Dataset.of([source, *themes]))
    check_site(files)
    lists = [path for path in files if path.startswith("ja/tables/themes") and path.endswith(".html")]
    assert lists == [f"ja/tables/themes{n}.html" for n in ("", "-2", "-3")]
    page = parse_page(files[f"en/id/{source.id}.html"])
    assert f"../find.html#to={source.id}&table=themes" in {address for _, address in list_links(page)}
    assert "See all 250" in read_text(page)
