"""Lists and results of assemblies, printed as files of each format: they are read as printed, and damage stays where it is."""

from collections import Counter

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from dxgov.documents.genres import read_document
from printed_documents import FORMATS, PROSE_FORMATS, TABLE_FORMATS, Paragraph, PrintedDocument
from printed_facts import Fact, list_read_facts
from printed_lists import (
    EXAMINATION_STYLES,
    INSTRUCTION_STYLES,
    OPINION_STYLES,
    RESULT_LISTS,
    RESULT_TABLES,
    Group,
    Result,
    examination_items,
    instructions,
    list_examination_items,
    list_instructions,
    list_opinions,
    list_results,
    opinions,
    print_groups,
    print_instructions,
    print_results,
    results,
)

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

by_format = pytest.mark.parametrize("format", [name for name in PROSE_FORMATS if name != "pdf-vertical"])
FEW = settings(max_examples=10, deadline=None)


def check(document: PrintedDocument, format: str, genre: str, expected: Counter[Fact]) -> None:
    """Check that a file of a format is of a genre and says what was printed, and nothing else."""
    reading = read_document(FORMATS[format].read(document))
    assert reading.genre == genre
    assert Counter(fact for fact, _ in list_read_facts(reading)) == expected


@pytest.mark.slow
@by_format
@FEW
@given(groups=opinions(), style=st.sampled_from([*OPINION_STYLES.values()]))
def test_opinions_of_every_format(format: str, groups: list[Group], style):
    check(print_groups(groups, style), format, "list", list_opinions(groups))


@pytest.mark.slow
@by_format
@FEW
@given(texts=instructions(), style=st.sampled_from([*INSTRUCTION_STYLES.values()]))
def test_instructions_of_every_format(format: str, texts: tuple[str, ...], style):
    check(print_instructions(texts, style), format, "list", list_instructions(texts))


@pytest.mark.slow
@by_format
@FEW
@given(groups=examination_items(), style=st.sampled_from([*EXAMINATION_STYLES.values()]))
def test_examination_items_of_every_format(format: str, groups: list[Group], style):
    check(print_groups(groups, style), format, "list", list_examination_items(groups))


@pytest.mark.slow
@by_format
@FEW
@given(rows=results(), style=st.sampled_from([*RESULT_LISTS]))
def test_lists_of_results_of_every_format(format: str, rows: list[Result], style: str):
    check(print_results(rows, style), format, "decisions", list_results(rows))


@pytest.mark.slow
@pytest.mark.parametrize("format", TABLE_FORMATS)
@FEW
@given(rows=results(), style=st.sampled_from([*RESULT_TABLES]))
def test_tables_of_results_of_every_format(format: str, rows: list[Result], style: str):
    check(print_results(rows, style), format, "decisions", list_results(rows))


@pytest.mark.parametrize("style", INSTRUCTION_STYLES.values(), ids=INSTRUCTION_STYLES)
@given(texts=instructions(), data=st.data())
def test_an_instruction_that_is_lost_changes_no_other(style, texts: tuple[str, ...], data: st.DataObject):
    if len(texts) < 2:
        return
    document = print_instructions(texts, style)
    lost = data.draw(st.integers(0, len(texts) - 1))
    blocks = document.blocks[: lost + 1] + document.blocks[lost + 2 :]
    check(evolve(document, blocks=blocks), "text", "list", list_instructions(texts[:lost] + texts[lost + 1 :]))


@pytest.mark.parametrize("style", OPINION_STYLES.values(), ids=OPINION_STYLES)
@given(groups=opinions(), data=st.data())
def test_a_wrong_number_of_a_group_changes_no_opinion(style, groups: list[Group], data: st.DataObject):
    document = print_groups(groups, style)
    heads = [index for index, block in enumerate(document.blocks) if isinstance(block, Paragraph) and block.number and not block.level]
    index = data.draw(st.sampled_from(heads))
    blocks = [*document.blocks]
    blocks[index] = evolve(blocks[index], number=9)
    check(evolve(document, blocks=tuple(blocks)), "text", "list", list_opinions(groups))


@given(rows=results(), data=st.data())
def test_a_result_without_an_outcome_is_no_decision_and_changes_no_other(rows: list[Result], data: st.DataObject):
    document = print_results(rows, "blanks")
    lost = data.draw(st.integers(0, len(rows) - 1))
    blocks = [*document.blocks]
    blocks[lost + 1] = evolve(blocks[lost + 1], text=f"{rows[lost].number}　{rows[lost].title}")
    check(evolve(document, blocks=tuple(blocks)), "text", "decisions", list_results(rows[:lost] + rows[lost + 1 :]))
