"""The site in a real browser, opened from a folder as a user would: searched, filtered, followed, switched, by keyboard, on a phone.

Needs Playwright and a Chromium that is installed already; DXGOV_CHROMIUM tells where it is. Passed over where there is none, but not by
nox. No page may say anything on the console, and none may ask for anything but files of the site.
"""

import csv
import io
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset
from dxgov.analysis.search_terms import tokenize
from dxgov.storage.files import write_folder
from dxgov.testing import texts
from site_pages import count_up_to, read_part
from soundness import sound

pytest.importorskip("jinja2")
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from dxgov.exporters.site import searching  # noqa: E402 - the site needs Jinja2
from dxgov.exporters.site.website import site_files  # noqa: E402

CHROMIUM = os.environ.get("DXGOV_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

LANGUAGES = ("ja", "en")
ITEM = "req-2020-11-24-tokyo-assocs-digital.04.1"
KINDS = (
    "index.html",
    "find.html#q=DX",
    "timeline/index.html",
    "timeline/2024.html",
    "tables/statements.html",
    f"id/{ITEM}.html",
    "id/jp.html",
    f"id/{ITEM}.a.html",
    "id/mtg-2022-02-01-tokyo-cio-forum.html",
    "id/telework.html",
    "tables/asks.html",
    "outcomes/no_later_word.html",
    "charts/flow.html",
    "charts/timeline.html",
    "charts/trace-telework.html",
)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., Any]

_LEFT = ("net::ERR_ABORTED",)
"""How a request ends that was still under way when the page was left."""


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.site(dxgov.load(), tmp_path_factory.mktemp("bundled") / "site")


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same cut into many small parts, as a hundred thousand records are."""
    site = dxgov.site(dxgov.load(), tmp_path_factory.mktemp("parted") / "site")
    shutil.rmtree(site / "parts")
    write_folder(searching.search_files(searching.RecordNetwork(dxgov.load()), part_size=400, block_size=7), site)
    return site


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    """Opens pages, and at the end tells what they should not have done."""
    contexts, faults = [], []

    def open(site: Path, path: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": DESK, "locale": "ja-JP", **options})
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on("requestfailed", lambda request: None if request.failure in _LEFT else faults.append(f"failed: {request.url}"))
        own = site.as_uri() + "/"
        page.on("request", lambda request: None if request.url.startswith((own, "data:")) else faults.append(f"asked: {request.url}"))
        page.goto(f"{own}{path}")
        return page

    yield open
    for context in contexts:
        context.close()
    assert not faults


def searched(page: Any) -> list[str]:
    """The ids that the search shows, once it is done."""
    page.wait_for_function("document.querySelector('#find').dataset.shown && document.querySelector('#status').textContent")
    return page.locator("#hits code").all_inner_texts()


def asked(page: Any, act: Callable[[], Any]) -> list[str]:
    """The ids that the search shows after something was done."""
    before = page.evaluate("document.querySelector('#find').dataset.shown ?? '0'")
    act()
    page.wait_for_function("before => Number(document.querySelector('#find').dataset.shown ?? 0) > Number(before)", arg=before)
    page.wait_for_timeout(300)  # typing waits a little for the next letter
    return searched(page)


def count(page: Any) -> int:
    return int(re.sub(r"\D", "", page.locator("#status").inner_text()) or 0)


def violations(page: Any) -> list[tuple[str, str]]:
    """What axe finds wrong, each with one place; it is told not to fetch the style sheet a second time, which folders do not allow."""
    found = axe.Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


# Search


@pytest.mark.parametrize("site", ["bundled", "parted"])
@pytest.mark.parametrize(
    ("lang", "words", "expected"),
    [
        ("ja", "テレワーク", "telework"),
        ("ja", "ﾃﾚﾜｰｸ", "telework"),
        ("en", "telework", "telework"),
        ("en", "TELEW", "telework"),
        ("en", "テレワーク", "telework"),
        ("ja", ITEM, ITEM),
        ("en", "jp-13-tokyo", "jp-13-tokyo"),
        ("ja", "国分寺市", "jp-13-kokubunji"),
    ],
)
def test_words_are_found(site: str, lang: str, words: str, expected: str, opened: Open, request: pytest.FixtureRequest):
    page = opened(request.getfixturevalue(site), f"{lang}/find.html")
    assert expected in asked(page, lambda: page.fill("#q", words))[:3]
    assert page.locator("#hits mark").count() or "-" in words or lang == "en"


@pytest.mark.parametrize(
    ("words", "sought"),
    [
        ("テレワーク", ["テレ", "レワ", "ワー", "ーク"]),
        ("市", ["市"]),
        ("support", ["support"]),
        ("telework 国", ["telework", "国"]),
        ("デジタル庁 クラウド", ["デジ", "ジタ", "タル", "庁", "クラ", "ラウ", "ウド"]),
        ("to AI", ["to", "ai"]),
    ],
)
def test_the_search_finds_what_a_plain_reading_finds(words: str, sought: list[str], parted: Path, opened: Open):
    network = searching.RecordNetwork(dxgov.load())
    index = searching._build_index(network, {})
    wanted = set(range(len(network)))
    for term in sought:
        goes_on = len(term) == 1 or (term.isascii() and len(term) > 2)
        wanted &= {n for each, some in index.items() if each == term or (goes_on and each.startswith(term)) for n in (*some[0], *some[1])}
    page = opened(parted, f"ja/find.html#q={quote(words)}")
    searched(page)
    assert wanted
    assert count(page) == len(wanted)
    shown = set()
    while True:
        shown |= set(searched(page))
        if page.locator("#turning").is_hidden() or page.locator("#on").is_disabled():
            break
        asked(page, lambda: page.click("#on"))
    assert shown == {network.ids[number] for number in wanted}


@pytest.mark.parametrize(
    "words",
    ["テレワーク", "ｸﾗｳﾄﾞ費用", "デジタル・庁", "サーバー", "government cloud", "市", "マイナンバーカード 国", ITEM, "テレワーク 潜水艦"],
)
def test_the_search_lists_what_the_library_finds_in_its_order(words: str, bundled: Path, opened: Open, ds: Dataset):
    page = opened(bundled, f"ja/find.html#q={quote(words)}")
    assert searched(page) == [result.record.id for result in ds.search(words, limit=25)]
    assert count(page) == len(ds.search(words, limit=None))


def _assigned(text: str) -> str:
    """The characters that are in Unicode as Python knows it; a browser may know a later one."""
    return "".join(character for character in text if unicodedata.category(character) not in ("Cn", "Co"))


@settings(max_examples=20)
@given(st.lists(texts().map(_assigned) | st.text("要望書、DX ＤＸﾃﾚー9年_-'é𠮷", max_size=12), min_size=20, max_size=20))
def test_the_page_cuts_texts_as_the_index_does(some: list[str]):
    page = _terms_page()
    assert page.evaluate("some => some.map((text) => dxgov.terms(text))", some) == [list(tokenize(text)) for text in some]


_kept: list[Any] = []


def _terms_page() -> Any:
    return _kept[-1]


@pytest.fixture(autouse=True)
def _page_for_terms(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.originalname != "test_the_page_cuts_texts_as_the_index_does":
        yield
        return
    page = request.getfixturevalue("opened")(request.getfixturevalue("bundled"), "ja/find.html")
    _kept.append(page)
    yield
    _kept.pop()


def test_records_are_chosen_by_kind_theme_actor_document_and_date(bundled: Path, opened: Open, ds: Dataset):
    page = opened(bundled, "en/find.html")
    assert count(page) or searched(page)
    assert count(page) == len(ds)
    asked(page, lambda: page.select_option("#table", "asks"))
    assert count(page) == len(ds.asks)
    asked(page, lambda: page.select_option("#by-themes", "telework"))
    assert set(searched(page)) == set(ds.asks.where(theme_ids="telework").ids())
    asked(page, lambda: page.select_option("#by-actors", "jp"))
    assert set(searched(page)) == set(ds.asks.where(theme_ids="telework", expected_of_id="jp").ids())
    asked(page, lambda: page.select_option("#by-sources", "src-2020-11-24-tokyo-assocs-letter"))
    assert set(searched(page)) == set(ds.asks.where(theme_ids="telework", expected_of_id="jp").ids())
    asked(page, lambda: page.click("button[type=reset]"))
    assert count(page) == len(ds)
    asked(page, lambda: page.select_option("#table", "milestones"))
    asked(page, lambda: page.fill("#from", "2024-04"))
    asked(page, lambda: page.fill("#until", "2024年5月"))
    assert count(page) == len(ds.milestones.between("2024-04", "2024-05"))
    asked(page, lambda: page.select_option("#sort", "date"))
    shown = searched(page)
    firsts = [ds.milestones[id].date.start for id in shown]
    assert [each for each in firsts if each] == sorted(each for each in firsts if each)
    asked(page, lambda: page.fill("#from", "someday"))
    assert "2024-04-22" in page.locator("#status").inner_text()
    assert page.get_attribute("#from", "aria-invalid") == "true"


def test_some_words_are_better_than_none(bundled: Path, opened: Open):
    page = opened(bundled, "en/find.html")
    assert "telework" in asked(page, lambda: page.fill("#q", "telework xylophone"))
    assert "some of them" in page.locator("#status").inner_text()
    assert asked(page, lambda: page.fill("#q", "xylophone")) == []
    assert page.locator("#status").inner_text() == "No record fits."


def test_long_results_are_turned_over(bundled: Path, opened: Open, ds: Dataset):
    page = opened(bundled, "ja/find.html#table=links")
    first = searched(page)
    second = asked(page, lambda: page.click("#on"))
    assert (len(first), first + second) == (25, list(ds.links[:50].ids()))
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.url.endswith("#table=links&page=2")
    page.reload()
    assert searched(page) == second


# Following


def test_references_are_followed_there_and_back(bundled: Path, opened: Open):
    page = opened(bundled, "en/index.html")
    page.fill("#q", "telework")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find.html?q=telework*")
    searched(page)
    page.click("#hits a:has-text('Financial support for telework')")
    assert page.url.endswith(f"/en/id/{ITEM}.html")
    page.click(".fields a:text-is('Telework')")
    assert page.locator("h1").inner_text() == "Telework"
    page.click(".sentence a:has-text('financial support towards')")
    assert page.url.endswith(f"/en/id/{ITEM}.a.html")
    page.go_back()
    page.go_back()
    page.go_back()
    assert "telework" in searched(page)


def test_the_language_changes_and_the_place_stays(bundled: Path, opened: Open):
    page = opened(bundled, f"ja/id/{ITEM}.html")
    page.click("#language")
    assert page.url.endswith(f"/en/id/{ITEM}.html")
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("h1").inner_text() == "Financial support for telework"
    page.click("text=Search")
    page.fill("#q", "cloud")
    found = asked(page, lambda: page.select_option("#by-themes", "cloud"))
    page.click("#language")
    page.wait_for_url("**/ja/find.html#*")
    assert searched(page) == found
    assert page.input_value("#q") == "cloud"


def test_deep_links_lead_to_the_place(bundled: Path, opened: Open):
    page = opened(bundled, "en/find.html#to=telework&table=asks&sort=date")
    assert len(searched(page)) == 4
    assert page.locator(".only", has_text="telework").is_visible()
    assert len(asked(page, lambda: page.click(".only input[name=to]"))) == 25
    page = opened(bundled, f"index.html#{ITEM}", locale="en-GB")
    page.wait_for_url(f"**/en/id/{ITEM}.html")
    page = opened(bundled, "index.html")
    page.wait_for_url("**/ja/index.html")


def test_rows_of_large_tables_are_reached_as_records_are(tmp_path: Path, opened: Open):
    data = dxgov.load()
    network = searching.RecordNetwork(data, max_pages=0, max_pages_if_large=count_up_to(data, 100), rows_per_page=100)
    write_folder(site_files(network), tmp_path / "site")
    link = dxgov.load().links[103]
    page = opened(tmp_path / "site", f"index.html#{link.id}", locale="en-GB")
    page.wait_for_url(f"**/en/tables/links-2.html#_{link.id}")
    assert page.locator("tr:target").get_attribute("id") == f"_{link.id}"
    page = opened(tmp_path / "site", f"en/find.html#q={link.id}", locale="en-GB")
    assert searched(page)[0] == link.id
    page.locator("#hits a").first.click()
    page.wait_for_url(f"**/en/tables/links-2.html#_{link.id}")


def test_what_a_cut_page_leaves_out_is_found_and_saved(tmp_path: Path, opened: Open):
    data = dxgov.load()
    network = searching.RecordNetwork(data, max_pages=0, max_pages_if_large=count_up_to(data, 40))
    write_folder(site_files(network), tmp_path / "site")
    page = opened(tmp_path / "site", "en/id/telework.html")
    page.locator(".story a", has_text="See all others").first.click()
    page.wait_for_url("**/en/find.html#on=telework")
    searched(page)
    told = {step.record.id for step in data.trace("telework").steps}
    assert count(page) >= len(told) > 3
    for format, read in (("json", json.loads), ("csv", lambda text: [*csv.DictReader(io.StringIO(text))])):
        with page.expect_download() as download:
            page.click(f"#save [value={format}]")
        rows = read(Path(download.value.path()).read_text(encoding="utf-8-sig"))
        assert told <= {row["id"] for row in rows}
        assert len(rows) == count(page)
        assert {row["text"] for row in rows} >= {ask.summary_en for ask in data.asks if ask.id in told}


def test_no_text_of_saved_results_is_a_formula(tmp_path: Path, opened: Open):
    whole = sound()
    asks = {attrs.evolve(ask, summary="=1+1", summary_en="=1+1") for ask in whole.asks}
    data = dxgov.Dataset.of([*(record for record in whole if record.id not in whole.asks.ids()), *asks])
    page = opened(dxgov.site(data, tmp_path / "site"), "en/find.html#table=asks")
    searched(page)
    with page.expect_download() as download:
        page.click("#save [value=csv]")
    rows = [*csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig")))]
    assert {row["text"] for row in rows} == {"'=1+1"}


def test_an_address_of_the_search_that_is_no_good_does_no_harm(bundled: Path, opened: Open):
    page = opened(bundled, "en/find.html#to=nobody&table=nothing&themes=none&page=-4&q=%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert searched(page) == []
    page = opened(bundled, "index.html#javascript:alert(1)", locale="en-GB")
    page.wait_for_url("**/en/index.html")


def test_what_records_say_is_never_run(tmp_path: Path, opened: Open):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\u2028`${alert(3)}"
    whole = sound()
    records = [attrs.evolve(each, label=hostile, label_en=hostile) for each in whole.themes]
    data = Dataset.of(
        [*(each for each in whole if each.id not in whole.themes.ids()), *records], attrs.evolve(whole.metadata, title=hostile)
    )
    site = dxgov.site(data, tmp_path / "site")
    page = opened(site, "ja/find.html#table=themes")
    assert set(searched(page)) == set(data.themes.ids())
    assert hostile in page.locator("#hits a").all_text_contents()
    asked(page, lambda: page.fill("#q", "onerror"))
    assert "".join(page.locator("#hits a").first.all_text_contents()) == hostile
    for path in ("index.html", f"id/{records[0].id}.html", "tables/themes.html"):
        page = opened(site, f"ja/{path}")
        assert "<script>alert(2)" in page.inner_text("body")


def test_an_empty_site_works(tmp_path: Path, opened: Open):
    site = dxgov.site(Dataset(), tmp_path / "site")
    page = opened(site, "en/find.html#q=x")
    assert searched(page) == []
    assert page.locator("#status").inner_text() == "No record fits."
    for path in ("en/index.html", "ja/timeline/index.html", "en/tables/asks.html"):
        assert not violations(opened(site, path))


# For everybody


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "phone"])
def test_pages_are_accessible(lang: str, kind: str, options: dict[str, Any], bundled: Path, opened: Open):
    page = opened(bundled, f"{lang}/{kind}", **options)
    if "find" in kind:
        searched(page)
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"


@pytest.mark.parametrize("path", ["index.html", "timeline/2024.html", "tables/statements.html", f"id/{ITEM}.html", "id/jp.html"])
def test_pages_are_read_without_scripts(path: str, bundled: Path, opened: Open):
    page = opened(bundled, f"en/{path}", java_script_enabled=False)
    assert page.locator("h1").is_visible()
    assert page.locator("main a").first.is_visible()
    page.click("#language")
    assert page.url.endswith(f"/ja/{path}")


def test_the_keyboard_is_enough(bundled: Path, opened: Open):
    page = opened(bundled, "en/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("telework")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find.html*")
    searched(page)
    page.focus("#q")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('#hits'))"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/telework.html")


def test_a_list_is_sorted_and_filtered(bundled: Path, opened: Open, ds: Dataset):
    page = opened(bundled, "en/tables/asks.html")
    dates = "[...document.querySelectorAll('.list td[data-key]')].map((cell) => cell.dataset.key)"
    page.click("th button:has-text('Date')")
    ascending = page.evaluate(dates)
    assert ascending == sorted(ascending)
    page.click("th button:has-text('Date')")
    assert page.evaluate(dates) == sorted(ascending, reverse=True)
    assert page.get_attribute("th:has-text('Date')", "aria-sort") == "descending"
    page.fill(".filter input", "TELEWORK no later word")
    assert page.locator(".list tbody tr:visible").count() == 0
    page.fill(".filter input", "telework mentioned")
    expected = [ask for ask in ds.asks if "telework" in ask.summary_en]
    assert page.locator(".list tbody tr:visible").count() == len(expected) == 4


def test_a_citation_is_copied_in_one_click(bundled: Path, opened: Open):
    page = opened(bundled, f"en/id/{ITEM}.a.html", permissions=["clipboard-read", "clipboard-write"])
    page.click("button.copy")
    page.wait_for_function("document.querySelector('button.copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"{ITEM}.a")
    assert "line 50" in copied


def test_a_shape_of_a_chart_leads_to_its_records(bundled: Path, opened: Open, ds: Dataset):
    page = opened(bundled, "en/charts/flow.html")
    page.click(".chart.wide svg a:has(title:has-text('Governor of Tokyo: 19'))", position={"x": 2, "y": 2})
    asks = [ask for ask in ds.asks if ds.follow(ds.follow(ask, "item_id"), "request_id").submitted_by_ids == ("jp-13-tokyo.governor",)]
    anchor = page.url.rpartition("#")[2]
    assert page.locator(f"#{anchor} li:visible").count() == len(asks) == 19


def test_a_server_serves_it_as_well(bundled: Path, browser: Any):
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=bundled)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/en/find.html?q=telework")
        assert "telework" in searched(page)
        page.close()
        server.shutdown()


def test_a_part_that_is_missing_is_told(tmp_path: Path, bundled: Path, browser: Any):
    site = shutil.copytree(bundled, tmp_path / "site")
    (site / "parts" / "terms-0.js").unlink()
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/en/find.html#to=jp")
    page.wait_for_function("document.querySelector('#status').textContent")
    assert page.locator("#status").inner_text() == "A file of the search could not be loaded."
    page.close()


def test_the_search_loads_no_more_than_it_needs(parted: Path, opened: Open):
    page = opened(parted, "en/index.html")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.goto(f"{parted.as_uri()}/en/find.html#q=xylophone")
    searched(page)
    parts = [each for each in loaded if each.startswith(("terms-", "en-", "ja-", "dates"))]
    _, everything = read_part((parted / "parts" / "contents.js").read_bytes())
    assert len(everything["terms"]) > 100
    assert len(parts) <= 3
