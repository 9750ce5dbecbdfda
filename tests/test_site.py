"""The site as files: each page is parsed by html5lib, and each link leads to a file; test_site_browser opens it in a browser."""

import re
from collections.abc import Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

import dxgov
import generate
from dxgov import Collection, DataError, Dataset, DestinationError
from dxgov.cli import main
from dxgov.display import printable_page
from dxgov.testing import datasets, texts
from soundness import sound
from toys import RichShop

pytest.importorskip("jinja2")
pytest.importorskip("html5lib")

from dxgov.exporters.site.addresses import page_name, record_anchor
from site_pages import HTML, LANGUAGES, build_site, count_up_to, list_links, list_texts, parse_page, parse_pages, read_parts, read_text

pytestmark = pytest.mark.slow


def check_site(files: Mapping[str, bytes], pages: Mapping[str, ET.Element] | None = None) -> None:
    """Check that every page is HTML, every link leads to a file, and nothing is loaded from elsewhere."""
    for path, page in (pages or parse_pages(files)).items():
        for tag, address in list_links(page):
            split = urlsplit(address)
            if address == "data:,":
                continue
            if split.scheme or split.netloc:
                assert tag == "a", f"{path} loads {address}"
                assert split.scheme in ("http", "https"), f"{path} leads to {address}"
                continue
            target = normpath(join(dirname(path), unquote(split.path))) if split.path else path
            assert target in files, f"{path} leads to {address}"
            if split.fragment.startswith("_"):
                assert f'id="{split.fragment}"'.encode() in files[target], f"{path} leads to {address}"
        ids = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), path


# All pages


def test_the_bundled_data_make_a_whole_site(bundled_site: dict[str, bytes], bundled_pages: dict[str, ET.Element]):
    check_site(bundled_site, bundled_pages)


@settings(max_examples=10)
@given(st.one_of(datasets(), datasets(RichShop)))
def test_any_data_make_a_whole_site(data: Collection):
    files = build_site(data)
    check_site(files)
    for record in data:
        for lang in LANGUAGES:
            said = collapse_spaces(read_text(parse_page(files[f"{lang}/id/{page_name(record.id)}.html"])))
            for text in list_texts(data, record):
                assert collapse_spaces(text) in said


@settings(max_examples=10)
@given(st.one_of(datasets(), datasets(RichShop)), st.integers(0, 12))
def test_records_of_large_tables_are_rows_of_their_list(data: Collection, most: int):
    files = build_site(data, max_pages=0, max_pages_if_large=most)
    check_site(files)
    with_pages = {True: [], False: []}
    for name, records in data.tables.items():
        for lang in LANGUAGES:
            own = [f"{lang}/id/{page_name(record.id)}.html" in files for record in records]
            assert len({*own}) <= 1
            listed = files[f"{lang}/tables/{name}.html"].decode()
            assert all((f'id="{record_anchor(record.id)}"' in listed) != exists for record, exists in zip(records, own, strict=True))
        with_pages[not own or own[0]].append(len(records))
    assert sum(with_pages[True]) <= most
    assert not with_pages[False] or max(with_pages[True], default=0) <= min(with_pages[False])
    assert not with_pages[False] or sum(with_pages[True]) + min(with_pages[False]) > most


def test_rows_of_a_list_stand_under_what_they_are_parts_of(ds: Dataset):
    files = build_site(ds, max_pages=0, max_pages_if_large=count_up_to(ds, 20))
    check_site(files)
    (table,) = parse_page(files["en/tables/statements.html"]).iter(f"{HTML}table")
    rows = [row for row in table.iter(f"{HTML}tr") if row.get("id") or row[0].get("scope") == "rowgroup"]
    parents, current = {}, ""
    for row in rows:
        if row.get("id"):
            parents[row.get("id")] = current
        else:
            current = next(row.iter(f"{HTML}a")).text
    assert len(parents) == len(ds.statements)
    for statement in ds.statements:
        assert parents[f"_{statement.id}"] == ds.agenda_items[statement.agenda_item_id].title_en
    first = ds.statements[0]
    assert f"tables/statements.html#_{first.id}" in files[f"en/id/{first.agenda_item_id}.html"].decode()


def test_a_large_site_says_each_thing_once(ds: Dataset):
    files = build_site(ds, max_pages=0, max_pages_if_large=count_up_to(ds, 20))
    summary = str(escape(max((statement.summary_en or "" for statement in ds.statements), key=len))).encode()
    pages = [path for path, content in files.items() if path.startswith("en/") and summary in content]
    assert pages == ["en/tables/statements.html"]
    assert not [path for path in files if path.startswith(("en/id/", "en/timeline/", "en/tables/")) and not path.endswith(".html")]


def test_a_large_site_grows_by_little_with_each_record():
    """As of a hundred thousand records, of these at most 35 of a thousand have pages."""
    sizes = [
        sum(map(len, build_site(generate.dataset(count), max_pages=0, max_pages_if_large=count * 35 // 1_000).values()))
        for count in (1_000, 3_000)
    ]
    assert (sizes[1] - sizes[0]) / 2_000 < 1_650


def collapse_spaces(text: str) -> str:
    """A text as pages show it, without line breaks, which HTML has in one form only."""
    return re.sub(r"[\r\n]+", "\n", printable_page(text))


def test_an_empty_data_set_has_a_site():
    files = build_site(Dataset())
    check_site(files)
    assert "記録がありません。" in read_text(parse_page(files["ja/index.html"]))
    assert not [path for path in files if path.startswith("ja/id/")]


def test_every_page_is_there_in_both_languages(bundled_site: dict[str, bytes], bundled_pages: dict[str, ET.Element]):
    japanese, english = ({path[3:] for path in bundled_site if path.startswith(f"{lang}/")} for lang in LANGUAGES)
    assert japanese == english
    for path, page in bundled_pages.items():
        if "/" in path:
            lang = path[:2]
            assert page.attrib["lang"] == lang
            (switch,) = (each for each in page.iter(f"{HTML}a") if each.get("id") == "language")
            other = "en" if lang == "ja" else "ja"
            assert switch.attrib["hreflang"] == switch.attrib["lang"] == other
            assert normpath(join(dirname(path), switch.attrib["href"])) == other + path[2:]


HOSTILE = '<script>alert("1")</script>&amp;<img src=x onerror=alert(1)>\'"</textarea><!--]]>\u2028</script>'


def test_what_records_say_is_text():
    whole = sound()
    records = [attrs.evolve(each, note=HOSTILE, note_en=f"en {HOSTILE}") for each in whole]
    records[0] = attrs.evolve(records[0], title=HOSTILE, title_en=HOSTILE)
    about = attrs.evolve(whole.metadata, title=HOSTILE, description=HOSTILE, homepage="javascript:alert(1)")
    files = build_site(Dataset.of(records, about))
    check_site(files)
    for path, page in parse_pages(files).items():
        scripts = list(page.iter(f"{HTML}script"))
        assert all("src" in each.attrib and not each.text for each in scripts), path
        assert {image.attrib["src"] for image in page.iter(f"{HTML}img")} <= {"charts/flow.svg"}
        assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    page = parse_page(files[f"ja/id/{records[0].id}.html"])
    assert printable_page(HOSTILE) in next(page.iter(f"{HTML}h1")).itertext()
    assert read_parts(files)["ja-0"][0][1] == HOSTILE


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


def test_the_command_writes_what_the_format_writes(sound_export: Path, tmp_path: Path):
    run = CliRunner().invoke(main, ["site", str(tmp_path / "site"), "--from", str(sound_export / "csv")])
    assert (run.exit_code, run.output) == (0, f"{tmp_path / 'site' / 'index.html'}\n")
    exported = dxgov.export(dxgov.load(sound_export / "csv"), tmp_path / "export", formats="site") / "site"
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
