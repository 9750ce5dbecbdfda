"""Documents printed in house styles as files of each format: what is read in them is what was printed."""

from collections import Counter
from datetime import date

import pytest
import reading_figures
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
import printed_letters
import printed_minutes
import printed_papers
import printed_schedules
from dxgov.documents.genres import read_document
from dxgov.documents.readings import DocumentReading, EntryKind
from printed_documents import FORMATS, PROSE_FORMATS, TABLE_FORMATS, PrintedDocument, PrintedTable
from printed_facts import list_cell_facts, list_read_facts
from printed_letters import Letter
from printed_minutes import Minutes
from printed_schedules import LIST_STYLES, TABLE_STYLES, Event
from printed_tables import ROSTER_STYLES, list_cells, list_members, print_roster, rosters, spanning_tables

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

LEVEL_FORMATS = [name for name in PROSE_FORMATS if name != "pdf-vertical"]
"""Formats whose lines run from left to right; a single character in a column of its own is not always read."""
RULED_FORMATS = [name for name in TABLE_FORMATS if name != "pdf-without-rules"]
SPANNING_FORMATS = [name for name in RULED_FORMATS if name != "markdown"]
"""Formats whose cells span others."""
FEW = settings(max_examples=10, deadline=None)


def count_facts(reading: DocumentReading) -> Counter[tuple[str, ...]]:
    return Counter(fact for fact, _ in list_read_facts(reading))


@pytest.mark.parametrize("format", LEVEL_FORMATS)
@FEW
@given(letter=printed_letters.letters(), style=st.sampled_from(printed_letters.STYLES))
def test_letters_of_every_format(format: str, letter: Letter, style: printed_letters.Style):
    reading = read_document(FORMATS[format].read(printed_letters.print_letter(letter, style)))
    assert reading.genre == "letter"
    assert count_facts(reading) == printed_letters.list_facts(letter, style)
    # A sentence may go on behind the end of a page, and that is all.
    assert {flaw.damage for flaw in reading.flaws} <= {"page_break"}


@pytest.mark.parametrize("format", LEVEL_FORMATS)
@FEW
@given(content=printed_minutes.minutes(), style=st.sampled_from(printed_minutes.STYLES))
def test_minutes_of_every_format(format: str, content: Minutes, style: printed_minutes.Style):
    reading = read_document(FORMATS[format].read(printed_minutes.print_minutes(content, style)))
    assert reading.genre in {"transcript", "minutes"}
    assert count_facts(reading) == printed_minutes.list_facts(content, style)


@pytest.mark.parametrize("format", LEVEL_FORMATS)
@FEW
@given(events=printed_schedules.schedules(), style=st.sampled_from(LIST_STYLES))
def test_listed_schedules_of_every_format(format: str, events: list[Event], style: str):
    check_schedule(format, events, style)


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(events=printed_schedules.schedules(), style=st.sampled_from(TABLE_STYLES))
def test_schedules_in_tables_of_every_format(format: str, events: list[Event], style: str):
    check_schedule(format, events, style)


def check_schedule(format: str, events: list[Event], style: str) -> None:
    reading = read_document(FORMATS[format].read(printed_schedules.print_schedule(events, style)))
    assert reading.genre == "schedule"
    assert count_facts(reading) == printed_schedules.list_facts(events, style)


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(members=rosters(), style=st.sampled_from([*ROSTER_STYLES]))
def test_rosters_of_every_format(format: str, members: tuple[tuple[str, str, str], ...], style: str):
    reading = read_document(FORMATS[format].read(print_roster(members, style)))
    assert count_facts(reading) == list_members(members)


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(rows=printed_papers.request_rows, style=st.sampled_from([*printed_papers.REQUEST_STYLES]))
def test_requests_in_tables_of_every_format(format: str, rows: list[printed_papers.RequestRow], style: str):
    reading = read_document(FORMATS[format].read(printed_papers.print_requests(rows, style)))
    assert reading.genre == "letter"
    assert count_facts(reading) == printed_papers.list_requests(rows, style)
    asks = [entry.values["expected_of"] for entry in reading.entries if entry.kind is EntryKind.ASK]
    assert [(ask.value, *ask.alternatives) for ask in asks] == [tuple(row.owners.split("、")) for row in rows]


@pytest.mark.parametrize("format", LEVEL_FORMATS)
@FEW
@given(groups=printed_papers.opinion_groups, style=st.sampled_from(printed_papers.OPINION_LISTS))
def test_listed_opinions_of_every_format(format: str, groups: list[tuple[str, list[str]]], style: str):
    check_list(format, printed_papers.print_opinions(groups, style), printed_papers.list_opinions(groups, style))


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(groups=printed_papers.opinion_groups, style=st.sampled_from(printed_papers.OPINION_TABLES))
def test_opinions_in_tables_of_every_format(format: str, groups: list[tuple[str, list[str]]], style: str):
    check_list(format, printed_papers.print_opinions(groups, style), printed_papers.list_opinions(groups, style))


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(rows=printed_papers.instructions, style=st.sampled_from(printed_papers.INSTRUCTION_STYLES))
def test_instructions_of_every_format(format: str, rows: list[tuple[str, str]], style: str):
    check_list(format, printed_papers.print_instructions(rows, style), printed_papers.list_instructions(rows, style))


def check_list(format: str, document: PrintedDocument, facts: Counter[tuple[str, ...]]) -> None:
    reading = read_document(FORMATS[format].read(document))
    assert reading.genre == "list"
    assert count_facts(reading) == facts


@pytest.mark.parametrize("format", RULED_FORMATS)
@FEW
@given(rows=printed_papers.decisions, style=st.sampled_from([*printed_papers.DECISION_STYLES]))
def test_decisions_of_every_format(format: str, rows: list[tuple[int, str, str, date]], style: str):
    reading = read_document(FORMATS[format].read(printed_papers.print_decisions(rows, style)))
    assert reading.genre == "decisions"
    assert count_facts(reading) == printed_papers.list_decisions(rows, style)


@pytest.mark.parametrize("format", SPANNING_FORMATS)
@FEW
@given(table=spanning_tables())
def test_cells_of_every_format(format: str, table: PrintedTable):
    assert Counter(list_cell_facts(FORMATS[format].read(PrintedDocument((table,))))) == list_cells(table)


@pytest.mark.parametrize("kind", reading_figures.KINDS)
def test_figures_reach_their_goals(kind: str):
    for format in {row["format"] for row in reading_figures.RESULTS["rows"] if row["kind"] == kind} - {"pdf-without-rules"}:
        rows = [row for row in reading_figures.RESULTS["rows"] if (row["kind"], row["format"]) == (kind, format)]
        for measure in reading_figures.KINDS[kind]:
            assert reading_figures.compute_f1(reading_figures.sum_counts(rows, measure.facts)) >= measure.goal
        total = reading_figures.sum_counts(rows)
        assert total["read"] - total["right"] <= 0.05 * total["read"]
        assert total["sure_right"] >= 0.95 * total["sure"]


@settings(max_examples=3)
@given(
    letter=printed_letters.letters(), style=st.sampled_from(printed_letters.STYLES), format=st.sampled_from(["html-lists", "docx-lists"])
)
def test_drafts_have_the_items_of_a_file(
    letter: Letter, style: printed_letters.Style, format: str, tmp_path_factory: pytest.TempPathFactory
):
    suffix = format.partition("-")[0]
    path = tmp_path_factory.mktemp("letter") / f"letter.{suffix}"
    path.write_bytes(FORMATS[format].write(printed_letters.print_letter(letter, style)))
    draft = dxgov.read(path)
    facts = printed_letters.list_facts(letter, style)
    assert len(draft.data["request_items"]) == sum(count for fact, count in facts.items() if fact[0] == "item")
    assert draft.data["requests"][0]["title"] == letter.title
