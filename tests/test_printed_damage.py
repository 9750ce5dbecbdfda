"""Damage to printed letters: it is told where it is, and nothing else is read otherwise."""

from collections import Counter

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from dxgov.documents.letters import read_letter
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import DocumentReading
from printed_documents import FORMATS, Paragraph, PrintedDocument
from printed_facts import list_read_facts
from printed_letters import STYLES, Letter, Style, letters, print_letter

TYPED_FORMATS = ("text", "markdown", "html", "docx", "pdf")
"""Formats in which numbers are typed, so that they can be wrong."""
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
by_style = pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
by_format = pytest.mark.parametrize("format", TYPED_FORMATS)


def find_items(document: PrintedDocument, level: int = 0) -> list[int]:
    """Return the positions of the numbered items of a level."""
    return [index for index, block in enumerate(document.blocks) if isinstance(block, Paragraph) and block.number and block.level == level]


def replace_block(document: PrintedDocument, index: int, *blocks: Paragraph) -> PrintedDocument:
    """Return a document with other blocks in the place of one."""
    return evolve(document, blocks=(*document.blocks[:index], *blocks, *document.blocks[index + 1 :]))


def count_facts(reading: DocumentReading, *, with_numbers: bool = True) -> Counter[tuple[str, ...]]:
    """Count what a reading says, with or without the numbers of items."""
    facts = (fact for fact, _ in list_read_facts(reading))
    return Counter(fact if with_numbers or fact[0] != "item" else fact[:2] + fact[3:] for fact in facts)


def list_damage(reading: DocumentReading) -> list[str]:
    """Return the damage that a reading tells, without sentences that go on behind the end of a page."""
    return [flaw.damage for flaw in reading.flaws if flaw.reason != "sentence-goes-on-below"]


def check_wrong_number(document: PrintedDocument, index: int, number: int, format: str) -> None:
    """Check that a wrong number is told at its line, and that all else stays."""
    block = document.blocks[index]
    assert isinstance(block, Paragraph)
    before = read_letter(FORMATS[format].read(document))
    text = FORMATS[format].read(replace_block(document, index, evolve(block, number=number)))
    reading = read_letter(text)
    assert count_facts(reading, with_numbers=False) == count_facts(before, with_numbers=False)
    assert list_damage(reading) == ["misprint"]
    (flaw,) = [flaw for flaw in reading.flaws if flaw.damage == "misprint"]
    assert evolve(block, number=number).mark.strip() in text.lines[flaw.first_line - 1].text
    paths = [[entry.values["path"].value for entry in other.entries if "path" in entry.values] for other in (before, reading)]
    assert paths[0] == paths[1]


@by_style
@given(letter=letters(stops=True), data=st.data())
def test_a_wrong_number_is_told_and_changes_no_other_item(style: Style, letter: Letter, data: st.DataObject):
    document = print_letter(letter, style)
    inner = find_items(document)[1:-1]
    if inner:
        check_wrong_number(document, data.draw(st.sampled_from(inner)), 12, "text")


@pytest.mark.slow
@by_format
@settings(max_examples=5)
@given(letter=letters(stops=True), style=st.sampled_from(STYLES))
def test_a_wrong_number_is_told_in_every_format(format: str, letter: Letter, style: Style):
    document = print_letter(letter, style)
    for index in find_items(document)[1:-1][:1]:
        check_wrong_number(document, index, 12, format)


@by_style
@given(letter=letters(stops=True), data=st.data())
def test_an_item_that_is_lost_leaves_a_gap_that_is_told(style: Style, letter: Letter, data: st.DataObject):
    childless = [number for number, item in enumerate(letter.items) if not item.parts][1:]
    lost = [number for number in childless if 0 < number < len(letter.items) - 1]
    if not lost:
        return
    number = data.draw(st.sampled_from(lost))
    document = print_letter(letter, style)
    starts = find_items(document)
    damaged = evolve(document, blocks=document.blocks[: starts[number]] + document.blocks[starts[number + 1] :])
    before, reading = (read_letter(FORMATS["text"].read(other)) for other in (document, damaged))
    missing = count_facts(before) - count_facts(reading)
    assert not count_facts(reading) - count_facts(before)
    assert [fact[:2] for fact in missing.elements()] == [("item", "1")]
    assert list_damage(reading) == ["missing_part"]


def read_twice(text: ExtractedText, number: int) -> ExtractedText:
    """Return a text in which one line stands twice."""
    lines = [line.text for line in text.lines]
    lines.insert(number, lines[number - 1])
    return FORMATS["text"].read(PrintedDocument(tuple(map(Paragraph, lines))))


@by_style
@given(letter=letters(stops=True), data=st.data())
def test_a_line_that_is_read_twice_makes_no_second_item(style: Style, letter: Letter, data: st.DataObject):
    text = FORMATS["text"].read(print_letter(letter, style))
    before = read_letter(text)
    items = [entry for entry in before.entries if "path" in entry.values]
    item = data.draw(st.sampled_from(items))
    reading = read_letter(read_twice(text, item.first_line))
    assert [entry.values["path"].value for entry in reading.entries if "path" in entry.values] == [
        entry.values["path"].value for entry in items
    ]
    assert list_damage(reading) == ["misprint"]
