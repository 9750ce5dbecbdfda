"""The review of a draft in a real browser: a whole letter by keyboard, two windows, a phone, the dark, and what axe finds.

Needs what `test_site_browser` needs. No page may say anything on the console but refused changes, or ask for anything but its server.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dxgov import Draft
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.review_session import ReviewSession
from readings import LETTER, letter_reading, make_document
from test_publishing import edit_table

pytest.importorskip("werkzeug")
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from dxgov.drafting.review_server import ReviewServer  # noqa: E402 - it needs Werkzeug

CHROMIUM = os.environ.get("DXGOV_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

NAME = "2031-05-14-kaifu-towns"
ITEM, ASK, OTHER_ASK = f"req-{NAME}.01.1", f"req-{NAME}.01.1.a", f"req-{NAME}.01.2.a"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

_REFUSED = ("409", "422", "ERR_CONNECTION")
"""What a browser says of a change that the server refuses, and of a server that is gone."""

Open = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the letter's draft."""
    return draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path / "draft")


@pytest.fixture
def server(folder: Path) -> Iterator[ReviewServer]:
    server = ReviewServer(ReviewSession(folder), "dxgov publish draft -o PACKAGE")
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    if thread.is_alive():
        server.close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser: Any, server: ReviewServer) -> Iterator[Open]:
    """Opens the page, and at the end tells what it should not have done."""
    contexts, faults = [], []

    def open(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": DESK, "locale": "en-US", **options})
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", lambda message: None if any(word in message.text for word in _REFUSED) else faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("request", lambda request: None if request.url.startswith(server.address) else faults.append(f"asked: {request.url}"))
        page.goto(server.address)
        return page

    yield open
    for context in contexts:
        context.close()
    assert not faults


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def wait_for_change(page: Any, act: Callable[[], Any]) -> None:
    """Wait until the page shows the state after a change."""
    before = page.evaluate("document.documentElement.dataset.digest")
    act()
    page.wait_for_function("before => document.documentElement.dataset.digest !== before", arg=before)
    page.wait_for_function("() => document.querySelector('#status').textContent !== ''")


def find_focus(page: Any) -> dict[str, str]:
    """Return the data of the block that has the focus."""
    return page.evaluate("({...document.activeElement.closest('[data-record], [data-line]')?.dataset})")


def focus_todo(page: Any, record: str, field: str) -> None:
    """Go to something that is left by keyboard."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(page.locator("li.todo").count()):
        press(page, "j")
        focus = find_focus(page)
        if (focus.get("record"), focus.get("field")) == (record, field):
            return
    raise AssertionError(record, field)


VALUES = {"kind": "Council", "theme_ids": "networks", "strength": "Act"}
"""What a person types into fields that take no sentence."""


def fill_form(page: Any) -> None:
    """Fill what is left in the form that is open, with the keyboard alone."""
    page.wait_for_selector("dialog.form[open] .field")
    left = set(page.evaluate("[...document.querySelectorAll('.field.left')].map((field) => field.dataset.field)"))
    for _ in range(200):
        field = page.evaluate("document.activeElement.closest('.field.left')?.dataset.field")
        if field in left:
            left.remove(field)
            if page.evaluate("document.activeElement.type") == "checkbox":
                press(page, "Space")
            else:
                page.keyboard.type(VALUES.get(field, f"Words of {field}"))
        if not left:
            return
        press(page, "Tab")
    raise AssertionError(left)


def violations(page: Any) -> list[tuple[str, str]]:
    """Return what axe finds wrong, each with one place."""
    response = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [(item["id"], item["nodes"][0]["html"]) for item in response["violations"]]


def test_a_letter_is_reviewed_by_keyboard_to_a_sound_package(opened: Open, folder: Path):
    page = opened()
    # The first doubt: its lines are lit, and the first alternative is right.
    press(page, "q")
    assert find_focus(page)["record"] == ASK
    assert page.locator("li.lit[data-line]").evaluate_all("(lines) => lines.map((line) => line.dataset.line)") == ["8"]
    wait_for_change(page, lambda: press(page, "1"))
    # The next one is right as it is; its record is accepted.
    press(page, "q")
    assert (find_focus(page)["record"], find_focus(page)["field"]) == (OTHER_ASK, "expected_of_id")
    wait_for_change(page, lambda: press(page, "a"))
    # A theme is added at the line of the first item, which is found from its record.
    press(page, "n")
    page.evaluate("document.activeElement.blur()")
    while find_focus(page).get("record") != f"req-{NAME}.01":
        press(page, "n")
    press(page, "d")
    assert find_focus(page)["line"] == "7"
    press(page, "c")
    page.wait_for_selector("dialog.form[open] select")
    page.keyboard.type("Themes")
    press(page, "Tab", "Tab", "Tab")
    page.keyboard.type("networks")
    wait_for_change(page, lambda: press(page, "Enter"))
    fill_form(page)
    wait_for_change(page, lambda: press(page, "Enter"))
    # All else that is left, one form for each record.
    press(page, "j")
    for _ in range(40):
        if not page.locator("li.todo").count():
            break
        press(page, "Enter")
        fill_form(page)
        wait_for_change(page, lambda: press(page, "Control+Enter"))
        page.wait_for_selector("dialog.form", state="detached")
    press(page, "w")
    page.wait_for_selector("dialog.form pre")
    assert page.locator("dialog.form pre").inner_text() == "dxgov publish draft -o PACKAGE"
    data = Draft.open(folder).publish()
    assert [theme.id for theme in data.themes] == ["networks"]
    assert {ask.id: ask.review for ask in data.asks} == {ASK: "reviewed", OTHER_ASK: "reviewed"}
    assert list(data.asks[ASK].kinds) == ["infrastructure"]


def test_records_are_split_merged_deleted_undone_and_redone_by_keyboard(opened: Open, folder: Path):
    page = opened()

    def go_to(id: str) -> None:
        page.evaluate("document.activeElement.blur()")
        while find_focus(page).get("record") != id or "table" not in find_focus(page):
            press(page, "n")

    def list_asks() -> list[str]:
        return [row["id"] for row in Draft.open(folder).data["asks"]]

    go_to(ASK)
    press(page, "s")
    page.wait_for_selector("dialog.form[open]")
    wait_for_change(page, lambda: press(page, "Enter"))
    assert list_asks() == [ASK, f"{ITEM}.b", OTHER_ASK]
    page.wait_for_selector("dialog.form", state="detached")
    go_to(f"{ITEM}.b")
    press(page, "m")
    page.wait_for_selector("dialog.form[open] select")
    assert page.locator("dialog.form select").input_value() == ASK
    wait_for_change(page, lambda: press(page, "Enter"))
    assert list_asks() == [ASK, OTHER_ASK]
    page.wait_for_selector("dialog.form", state="detached")
    go_to(ITEM)
    wait_for_change(page, lambda: press(page, "x"))
    assert list_asks() == [OTHER_ASK]
    for key, asks in (("z", [ASK, OTHER_ASK]), ("z", [ASK, f"{ITEM}.b", OTHER_ASK]), ("y", [ASK, OTHER_ASK])):
        wait_for_change(page, lambda key=key: press(page, key))  # type: ignore[misc]
        assert list_asks() == asks
    # On a line, Enter goes to its record, and arrows to the next line.
    press(page, "d", "ArrowDown", "Enter")
    assert find_focus(page)["record"] in {ITEM, ASK, f"req-{NAME}.01.2", OTHER_ASK}
    # Typing in a form is no command, and Escape leaves it and goes back.
    press(page, "e")
    page.wait_for_selector("dialog.form[open]")
    digest = page.evaluate("document.documentElement.dataset.digest")
    page.keyboard.type("xazs")
    press(page, "Escape")
    assert find_focus(page)["record"]
    assert page.evaluate("document.documentElement.dataset.digest") == digest


def test_the_keys_are_listed_and_work(opened: Open):
    page = opened()
    press(page, "?")
    keys = page.locator("#keys kbd").all_inner_texts()
    assert {"j", "k", "q", "n", "p", "u", "l", "e", "a", "s", "m", "x", "c", "z", "y", "w", "?"} <= {*keys}
    press(page, "Escape")
    assert page.locator("#keys").is_hidden()
    press(page, "l")
    assert page.locator("html").get_attribute("lang") == "ja"


def test_two_windows_and_an_editor_lose_nothing(opened: Open, folder: Path):
    first, second = opened(), opened()
    for page, text in ((first, "一"), (second, "二")):
        focus_todo(page, ASK, "summary")
        press(page, "Enter")
        page.wait_for_selector("dialog.form[open]")
        page.keyboard.type(text)
    wait_for_change(first, lambda: press(first, "Enter"))
    # The second window has read the draft again, or is refused; either way it is told, and what was typed stays.
    press(second, "Enter")
    second.wait_for_function("() => /save again|Another window/.test(document.querySelector('dialog.form .fault').textContent)")
    assert Draft.open(folder).data["asks"][0]["summary"] == "一"
    assert second.evaluate("document.querySelector('.field[data-field=summary] textarea').value") == "二"
    while second.locator("dialog.form").count():
        press(second, "Enter")
        second.wait_for_timeout(1500)
    assert Draft.open(folder).data["asks"][0]["summary"] == "二"
    # An editor writes; both windows follow, and stay where they are.
    focus_todo(second, ASK, "summary_en")
    wait_for_change(second, lambda: edit_table(folder, "asks", lambda rows: rows[1].update(summary="表計算")))
    assert "表計算" in second.locator(f"[id='{OTHER_ASK}']").inner_text()
    assert (find_focus(second)["record"], find_focus(second)["field"]) == (ASK, "summary_en")


def test_what_is_typed_stays_when_the_server_is_gone(opened: Open, server: ReviewServer):
    page = opened()
    focus_todo(page, ASK, "summary")
    press(page, "Enter")
    page.wait_for_selector("dialog.form[open]")
    page.keyboard.type("要旨")
    server.close()
    press(page, "Enter")
    page.wait_for_function("() => document.querySelector('dialog.form .fault').textContent !== ''")
    assert "not saved" in page.locator("dialog.form .fault").inner_text()
    assert page.evaluate("document.querySelector('.field[data-field=summary] textarea').value") == "要旨"


def test_html_in_texts_runs_nowhere(opened: Open, folder: Path):
    hostile = "</textarea><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
    edit_table(folder, "request_items", lambda rows: rows[0].update(title=hostile))
    edit_table(folder, "actors", lambda rows: rows[0].update(name=hostile))
    page = opened()
    focus_todo(page, f"req-{NAME}.01", "label")
    press(page, "Enter")
    page.wait_for_selector("dialog.form[open]")
    assert page.evaluate("document.querySelector('.field[data-field=title] textarea').value") == hostile
    press(page, "Escape", "w")
    page.wait_for_selector("dialog.form[open] li")
    assert page.title() != "run"
    assert not page.locator("img").count()


def test_lines_and_records_light_each_other_by_mouse(opened: Open):
    page = opened()
    page.locator("#L9").click()
    assert page.locator("article.lit").evaluate_all("(blocks) => blocks.map((block) => block.id)") == [f"req-{NAME}.01.2", OTHER_ASK]
    page.locator(f"[id='{ITEM}'] h3").click()
    assert page.locator("li.lit[data-line]").evaluate_all("(lines) => lines.map((line) => line.id)") == ["L8"]
    wait_for_change(page, lambda: page.locator(f"[id='{ITEM}'] [data-action=accept]").click())
    assert "1 of 12 records reviewed" in page.locator("header").inner_text()


@pytest.mark.parametrize("locale", ["ja-JP", "en-US"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(locale: str, scheme: str, viewport: dict[str, int], opened: Open):
    page = opened(locale=locale, color_scheme=scheme, viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    for keys in (("j", "Enter"), ("s",), ("m",), ("c",), ("w",), ("?",)):
        press(page, *keys)
        page.wait_for_selector("dialog[open]")
        assert violations(page) == [], keys
        assert page.evaluate(
            "(({left, right}) => left >= 0 && right <= innerWidth)(document.querySelector('dialog[open]').getBoundingClientRect())"
        )
        press(page, "Escape")
        page.wait_for_selector("dialog[open]", state="detached")
