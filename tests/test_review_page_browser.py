"""The page of a draft in a real browser: on a desk and a phone, in the dark, in both languages, by keyboard.

Needs Playwright and a Chromium that is installed already, as the tests of the site do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dxgov.drafting.drafter import draft_document
from readings import LETTER, letter_reading, make_document

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from test_site_browser import CHROMIUM, DESK, PHONE  # noqa: E402 - it needs the same libraries

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of the letter's draft."""
    folder = tmp_path_factory.mktemp("drafts") / "draft"
    draft_document(make_document(LETTER), letter_reading(), "2031-05-14-kaifu-towns").write(folder)
    return Path(folder / "review.html").as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ja-JP", "en-US"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_is_readable_everywhere(browser: Any, address: str, viewport: dict[str, int], locale: str, scheme: str):
    context = browser.new_context(viewport=viewport, locale=locale, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    # Nothing is wider than the screen, and neither pane covers the other.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lines, records = (pane.bounding_box() for pane in page.locator("main > section").all())
    is_beside, is_below = records["x"] >= lines["x"] + lines["width"], records["y"] >= lines["y"] + lines["height"]
    assert is_beside if viewport is DESK else is_below
    assert records["y"] + records["height"] <= viewport["height"]
    spills = "pane => getComputedStyle(pane).overflowY === 'visible' && pane.scrollHeight > pane.clientHeight"
    assert not [pane for pane in page.locator("main > section").all() if pane.evaluate(spills)]
    # One language is shown, and the other after a click.
    assert page.locator("h2").first.inner_text() == ("文書" if locale == "ja-JP" else "Document")
    page.click("#language")
    assert page.locator("h2").first.inner_text() == ("Document" if locale == "ja-JP" else "文書")
    violations = axe.Axe().run(page).response["violations"]
    assert not violations, [(violation["id"], [node["html"] for node in violation["nodes"]][:3]) for violation in violations]
    context.close()


def test_the_keyboard_goes_through_what_is_left_and_lights_its_lines(browser: Any, address: str):
    page = browser.new_page(viewport=PHONE, locale="en-US")
    page.goto(address)
    doubts = page.locator("li.todo:has(strong.unsure)")
    for _ in range(page.locator("li.todo").count()):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.querySelector('strong.unsure') !== null"):
            break
    assert doubts.first.evaluate("item => item === document.activeElement")
    assert page.locator("ol.lines li.lit").evaluate_all("lines => lines.map(line => line.dataset.line)") == ["8"]
    # Both are in sight.
    for element in (page.locator("ol.lines li.lit").first, doubts.first):
        box = element.bounding_box()
        assert 0 <= box["y"] < PHONE["height"]
    page.close()
