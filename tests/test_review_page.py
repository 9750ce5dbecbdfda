"""The page of a draft: lines and records beside each other, doubts first, everything escaped, nothing loaded."""

import base64
import hashlib
import re
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from hypothesis import given

import dxgov
from dxgov import Draft
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.readings import DocumentReading, Flaw
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.files import REVIEW_FILE
from dxgov.drafting.reasons import describe_reason
from readings import LETTER, documents_with_readings, letter_entries, letter_reading, make_document, sure
from site_pages import HTML, parse_page, read_text

pytest.importorskip("html5lib")
NAME = "2031-05-14-kaifu-towns"


def build_page(draft: Draft) -> bytes:
    """Return the page of a draft."""
    return next(content for name, content in draft._build_files() if name == REVIEW_FILE)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def content() -> bytes:
    """The page of the letter's draft, which has damage."""
    return build_page(draft_document(make_document(LETTER), letter_reading(flaws=[Flaw(10, 10, "misprint", "number")]), NAME))


@pytest.fixture(scope="module")
def page(content: bytes) -> ET.Element:
    """The same page, parsed."""
    return parse_page(content)


def select(page: ET.Element, name: str, **attributes: str) -> list[ET.Element]:
    """Return the elements of a name with these attributes, whose names have no trailing underscore."""
    wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return [element for element in page.iter(f"{HTML}{name}") if all(element.get(key) == value for key, value in wanted.items())]


def test_each_line_stands_with_its_number(page: ET.Element):
    lines = [element for element in page.iter(f"{HTML}li") if element.get("data-line")]
    assert ["".join(line.itertext()) for line in lines] == [f"{number}{text}" for number, text in enumerate(LETTER.splitlines(), 1)]
    assert [line.get("data-line") for line in lines if "unread" in (line.get("class") or "").split()] == ["10", "11"]


def test_each_record_stands_with_its_lines_and_reasons(page: ET.Element):
    articles = {article.get("id"): article for article in page.iter(f"{HTML}article")}
    ask = articles[f"req-{NAME}.01.1.a"]
    assert (ask.get("data-first"), ask.get("data-last")) == ("8", "8")
    assert "rivals" in "".join(ask.itertext())
    assert {link.get("href") for link in page.iter(f"{HTML}a")} <= {f"#{id}" for id in articles}


def test_what_is_left_stands_record_by_record_and_is_counted(page: ET.Element):
    groups = select(page, "section", class_="left")
    kinds = [["".join(strong.itertext()) for strong in group.iter(f"{HTML}strong")] for group in groups]
    draft = draft_document(make_document(LETTER), letter_reading(), NAME)
    links = [link.get("href") for group in groups for heading in group.iter(f"{HTML}h3") for link in heading.iter(f"{HTML}a")]
    assert links == [f"#{id}" for id in dict.fromkeys(todo.record for todo in draft.todo)]
    # What most others refer to comes first, and doubts before gaps.
    assert links[:2] == [f"#src-{NAME}", f"#req-{NAME}"]
    assert kinds[-1][0] == "確認check"
    checks = [kind == "確認check" for group in kinds for kind in group]
    assert sum(checks) == 2
    write = len(checks) - 2
    text = read_text(page)
    assert f"記入待ち {write}件、要確認 2件、文書の損傷 1か所" in text
    assert f"{write} to write, 2 to check, 1 damaged place, 2 lines that no record cites" in text


def test_all_words_stand_in_both_languages(page: ET.Element):
    for parent in page.iter():
        spans = [child for child in parent if child.tag == f"{HTML}span" and child.get("lang") and child.get("class") != "source"]
        assert [span.get("lang") for span in spans] == ["ja", "en"] * (len(spans) // 2)


def test_only_the_pages_own_script_and_style_may_run(content: bytes, page: ET.Element):
    (policy,) = [meta.get("content") for meta in page.iter(f"{HTML}meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for name, directive in (("script", "script-src"), ("style", "style-src")):
        (element,) = page.iter(f"{HTML}{name}")
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert b"http://" not in content.replace(b"http-equiv", b"")
    assert b"https://" not in content
    assert not [element for element in page.iter() if element.get("src") or element.get("style")]


def test_what_is_left_names_its_file_and_the_codes_it_may_hold(page: ET.Element):
    left = {
        "".join(code.itertext()): "".join(item.itertext())
        for item in select(page, "li", class_="todo")
        for code in list(item.iter(f"{HTML}code"))[:1]
    }
    assert "data/ask_themes.csv" in left["theme_ids"]
    assert all(code.meaning_ja in left["kinds"] and f" {code}" in left["kinds"] for code in dxgov.AskKind)
    headings = ["".join(heading.itertext()) for heading in page.iter(f"{HTML}h3")]
    assert any(f"req-{NAME}.01.1.a" in heading and "data/asks.csv" in heading for heading in headings)


def test_reasons_stand_in_words_of_the_language():
    draft = dxgov.read(LETTER.encode(), id=NAME)
    reasons = {todo.reason for todo in draft.todo if todo.kind is dxgov.TodoKind.CHECK} | {
        guess.reason for guess in draft.guesses if guess.value and guess.field not in ("id", "citation")
    }
    text = read_text(parse_page(build_page(draft)))
    assert reasons
    for reason in reasons:
        meaning = describe_reason(reason)
        assert meaning.ja != reason, f"a page of the docs says what {reason} means"
        assert meaning.en != reason
    assert not {reason for reason in reasons if "-" in reason and f"{reason} " in text}


HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1) \u202eabc\x1b[2J'


def test_no_text_of_a_document_becomes_markup():
    entries = [
        evolve(
            entry, values={name: sure(HOSTILE) if name in ("title", "name", "number") else value for name, value in entry.values.items()}
        )
        for entry in letter_entries()
    ]
    document = ExtractedText(tuple(Line(number, HOSTILE) for number in range(1, 12)))
    content = build_page(draft_document(document, letter_reading(entries, [Flaw(1, 1, HOSTILE, HOSTILE)]), NAME))
    page = parse_page(content)
    assert len(list(page.iter(f"{HTML}script"))) == 1
    assert not list(page.iter(f"{HTML}img"))
    assert not [element for element in page.iter() if any(name.startswith("on") for name in element.attrib)]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]", content.decode())


def test_a_page_begins_with_a_rule():
    document = ExtractedText((Line(1, "一", 1), Line(2, "二", 1), Line(3, "三", 2)))
    page = parse_page(build_page(draft_document(document, letter_reading([]), NAME)))
    lines = [element for element in page.iter(f"{HTML}li") if element.get("data-line")]
    assert ["page" in (line.get("class") or "").split() for line in lines] == [True, False, True]


@given(documents_with_readings())
def test_pages_of_any_draft_are_html(case: tuple[ExtractedText, DocumentReading]):
    page = parse_page(build_page(draft_document(*case, NAME)))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
