"""How well documents are read back: those of the tests, printed in house styles as files of each format.

``python benchmarks/document_reading.py`` draws some documents of each kind, the same in every run, prints them in each style and format,
reads the files, and writes ``docs/document-reading.json``: how many facts were printed, read and right, and of how many of the read ones
all values are sure. ``--documents`` is the number of documents for each style and format; names of kinds measure these alone.
"""

import argparse
import json
import logging
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

import dxgov
from dxgov.documents.genres import read_document
from dxgov.documents.readings import Certainty

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))  # what is printed is that of the tests

import printed_letters  # noqa: E402
import printed_minutes  # noqa: E402
import printed_papers  # noqa: E402
import printed_schedules  # noqa: E402
import printed_tables  # noqa: E402
from printed_documents import FORMATS, PROSE_FORMATS, TABLE_FORMATS, PrintedDocument  # noqa: E402
from printed_facts import Fact, list_cell_facts, list_read_facts  # noqa: E402

RESULTS = ROOT / "docs" / "document-reading.json"


@frozen
class Kind:
    """A kind of documents: how they are drawn and printed, and what they say."""

    contents: SearchStrategy[Any]
    styles: Mapping[str, Any]
    formats: tuple[str, ...]
    print: Callable[[Any, Any], PrintedDocument]
    list_facts: Callable[[Any, Any], Counter[Fact]]
    show: Callable[[Any], str] = lambda _: ""
    """Returns what shows a style in a few characters; empty if nothing does."""


def _show_turn(style: printed_minutes.Style) -> str:
    """Return a turn with two paragraphs in a style, its lines parted by slashes."""
    speaker = printed_minutes.Speaker("渚", "五月", "委員", 2)
    label = style.label(speaker)
    points = [f"{style.bullet or ''}…{style.end(label)}" for _ in range(2 if style.bullet else 1)]
    return (style.begin(speaker, label) + "\n".join(points)).replace("\n", " / ")


KINDS = {
    "letters": Kind(
        printed_letters.letters(),
        {style.name: style for style in printed_letters.STYLES},
        PROSE_FORMATS,
        printed_letters.print_letter,
        printed_letters.list_facts,
        lambda style: " ".join(f"{mark.print(2)}…".replace(" ", "") for mark in style.marks),
    ),
    "minutes": Kind(
        printed_minutes.minutes(),
        {style.name: style for style in printed_minutes.STYLES},
        PROSE_FORMATS,
        printed_minutes.print_minutes,
        printed_minutes.list_facts,
        _show_turn,
    ),
    "schedules": Kind(
        printed_schedules.schedules(),
        {style: style for style in printed_schedules.LIST_STYLES},
        PROSE_FORMATS,
        printed_schedules.print_schedule,
        printed_schedules.list_facts,
    ),
    "schedules-in-tables": Kind(
        printed_schedules.schedules(),
        {style: style for style in printed_schedules.TABLE_STYLES},
        TABLE_FORMATS,
        printed_schedules.print_schedule,
        printed_schedules.list_facts,
    ),
    "rosters": Kind(
        printed_tables.rosters(),
        {style: style for style in printed_tables.ROSTER_STYLES},
        TABLE_FORMATS,
        printed_tables.print_roster,
        lambda members, _: printed_tables.list_members(members),
    ),
    "requests-in-tables": Kind(
        printed_papers.request_rows,
        {style: style for style in printed_papers.REQUEST_STYLES},
        TABLE_FORMATS,
        printed_papers.print_requests,
        printed_papers.list_requests,
    ),
    "opinions": Kind(
        printed_papers.opinion_groups,
        {style: style for style in printed_papers.OPINION_LISTS},
        tuple(name for name in PROSE_FORMATS if name != "pdf-vertical"),
        printed_papers.print_opinions,
        printed_papers.list_opinions,
    ),
    "opinions-in-tables": Kind(
        printed_papers.opinion_groups,
        {style: style for style in printed_papers.OPINION_TABLES},
        TABLE_FORMATS,
        printed_papers.print_opinions,
        printed_papers.list_opinions,
    ),
    "instructions": Kind(
        printed_papers.instructions,
        {style: style for style in printed_papers.INSTRUCTION_STYLES},
        TABLE_FORMATS,
        printed_papers.print_instructions,
        printed_papers.list_instructions,
    ),
    "decisions": Kind(
        printed_papers.decisions,
        {style: style for style in printed_papers.DECISION_STYLES},
        TABLE_FORMATS,
        printed_papers.print_decisions,
        printed_papers.list_decisions,
    ),
    "cells": Kind(
        printed_tables.spanning_tables(),
        {"spans": None},
        tuple(name for name in TABLE_FORMATS if name not in ("markdown", "pdf-without-rules")),
        lambda table, _: PrintedDocument((table,)),
        lambda table, _: printed_tables.list_cells(table),
    ),
}


def main() -> None:
    """Measure all kinds, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=4, help="documents for each style and format")
    parser.add_argument("kinds", nargs="*", help=f"the kinds to measure anew, of {', '.join(KINDS)}; all by default")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # fpdf2 leaves the file of the font open
    logging.disable(logging.WARNING)
    kinds = {name: kind for name, kind in KINDS.items() if name in arguments.kinds or not arguments.kinds}
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.exists() else []
    rows = [row for row in before if row["kind"] not in kinds]
    rows += [row for name, kind in kinds.items() for row in measure(name, kind, arguments.documents)]
    rows.sort(key=lambda row: [*KINDS].index(row["kind"]))
    lines = ",\n".join(f" {json.dumps(row, ensure_ascii=False)}" for row in rows)
    RESULTS.write_text(f'{{"dxgov": "{dxgov.__version__}", "rows": [\n{lines}\n]}}\n', encoding="utf-8")


def measure(name: str, kind: Kind, count: int) -> Iterator[dict[str, Any]]:
    """Yield the counts of each style and format, by the name of the facts."""
    contents = draw_examples(kind.contents, count)
    for style_name, style in kind.styles.items():
        for format in kind.formats:
            counts: dict[str, Counter[str]] = defaultdict(Counter)
            for content in contents:
                text = FORMATS[format].read(kind.print(content, style))
                if name == "cells":
                    read = [(fact, Certainty.SURE) for fact in list_cell_facts(text)]
                else:
                    read = list(list_read_facts(read_document(text)))
                count_facts(counts, kind.list_facts(content, style), read)
            yield {
                "kind": name,
                "style": style_name,
                "sample": kind.show(style),
                "format": format,
                "documents": len(contents),
                "facts": {fact: dict(count) for fact, count in counts.items()},
            }


def count_facts(counts: Mapping[str, Counter[str]], printed: Counter[Fact], read: Iterable[tuple[Fact, Certainty]]) -> None:
    """Count the facts that are printed, read and right, and the read ones that are sure, by name; dates of events once more alone."""
    for fact in _add_dates(printed.elements()):
        counts[fact[0]]["printed"] += 1
    left = Counter(_add_dates(printed.elements()))
    for read_fact, certainty in read:
        for fact in _add_dates([read_fact]):
            is_right, is_sure = left[fact] > 0, certainty is Certainty.SURE
            left[fact] -= is_right
            counts[fact[0]].update({"read": 1, "right": is_right, "sure": is_sure, "sure_right": is_sure and is_right})


def _add_dates(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield facts, and behind each event its date, if it has one."""
    for fact in facts:
        yield fact
        if fact[0] == "milestone" and fact[-1]:
            yield "date", fact[-1]


def draw_examples(contents: SearchStrategy[Any], count: int) -> list[Any]:
    """Return some examples of a strategy, the same in every run."""
    examples: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(contents)
    def collect(example: Any) -> None:
        examples.append(example)

    collect()
    return examples


if __name__ == "__main__":
    main()
