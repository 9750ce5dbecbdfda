"""The tables of ``docs/reading-figures.md`` and its Japanese sister, from the results of ``benchmarks/document_reading.py``."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from attrs import frozen

RESULTS: Mapping[str, Any] = json.loads((Path(__file__).parent / "document-reading.json").read_text(encoding="utf-8"))


@frozen
class Measure:
    """A column: the facts that it counts, and the F1 that it should reach."""

    facts: tuple[str, ...]
    goal: float
    en: str
    ja: str


DATES = Measure(("date",), 0.95, "dates", "日付")
KINDS: Mapping[str, tuple[Measure, ...]] = {
    "letters": (
        Measure(("item",), 0.90, "items", "項目"),
        Measure(("addressee",), 0.85, "addressees", "宛先"),
        Measure(("submitter", "signatory"), 0.85, "submitters", "差出人"),
        Measure(("title",), 0.90, "title", "件名"),
        Measure(("submitted",), 0.90, "date", "日付"),
        Measure(("document_number",), 0.90, "number", "文書番号"),
    ),
    "minutes": (
        Measure(("turn",), 0.85, "turns", "発言"),
        Measure(("agenda_item",), 0.85, "agenda", "議題"),
        Measure(("member",), 0.85, "roster", "出席者"),
        Measure(("name", "series", "ordinal", "held", "start_time", "end_time", "place"), 0.90, "head", "会議名・日時・場所"),
    ),
    "schedules": (Measure(("milestone",), 0.90, "rows", "行"), DATES),
    "schedules-in-tables": (Measure(("milestone",), 0.80, "rows", "行"), DATES),
    "rosters": (Measure(("member",), 0.85, "members", "構成員"),),
    "requests-in-tables": (
        Measure(("item",), 0.90, "items", "項目"),
        Measure(("addressee", "submitter", "signatory"), 0.85, "parties", "宛先・差出人"),
    ),
    "opinions": (Measure(("opinion",), 0.90, "opinions", "意見"),),
    "opinions-in-tables": (Measure(("opinion",), 0.90, "opinions", "意見"),),
    "instructions": (Measure(("instruction",), 0.90, "instructions", "指示"),),
    "decisions": (Measure(("decision",), 0.90, "decisions", "議決"), Measure(("name", "series", "ordinal"), 0.90, "meeting", "会議")),
    "cells": (Measure(("cell",), 0.95, "cells", "セル"),),
}
"""What each kind of documents is measured by; the first measure is the chief one."""

FORMATS: Mapping[str, tuple[str, str]] = {
    "text": ("plain text", "テキスト"),
    "markdown": ("Markdown", "Markdown"),
    "html": ("HTML, numbers typed", "HTML（番号を文字で入力）"),
    "html-lists": ("HTML, lists", "HTML（箇条書きの要素）"),
    "docx": ("DOCX, numbers typed", "DOCX（番号を文字で入力）"),
    "docx-lists": ("DOCX, automatic numbers", "DOCX（自動の段落番号）"),
    "xlsx": ("XLSX, dates as text", "XLSX（日付は文字列）"),
    "xlsx-dates": ("XLSX, dates as numbers", "XLSX（日付はシリアル値）"),
    "pdf": ("PDF", "PDF"),
    "pdf-without-rules": ("PDF, tables without rules", "PDF（罫線のない表）"),
    "pdf-vertical": ("PDF, vertical", "PDF（縦書き）"),
}
_WORDS = {
    "en": ("format", "style", "false", "sure and right", "documents"),
    "ja": ("形式", "様式", "誤って得た記録", "「確実」の正答率", "文書数"),
}


def sum_counts(rows: Iterable[Mapping[str, Any]], facts: Iterable[str] | None = None) -> Counter[str]:
    """Return the counts of some facts in rows together; of all but the dates of events, which stand in these, if `facts` is None."""
    total: Counter[str] = Counter()
    for row in rows:
        for name, counts in row["facts"].items():
            if name != "date" if facts is None else name in facts:
                total.update(counts)
    return total


def compute_f1(counts: Mapping[str, int]) -> float:
    """Return the harmonic mean of precision and recall; 1 if there is nothing to read and nothing is read."""
    total = counts["printed"] + counts["read"]
    return 2 * counts["right"] / total if total else 1.0


def _list_formats(kind: str, lang: str) -> Iterator[str]:
    """Yield the figures of each format."""
    rows = [row for row in RESULTS["rows"] if row["kind"] == kind]
    measures, words = KINDS[kind], _WORDS[lang]
    columns = [words[0], *(getattr(measure, lang) for measure in measures), *words[2:]]
    yield f"| {' | '.join(columns)} |"
    yield "|---" + "|--:" * (len(columns) - 1) + "|"
    for format, formatted in groupby(sorted(rows, key=lambda row: [*FORMATS].index(row["format"])), lambda row: row["format"]):
        group = list(formatted)
        cells = [_write_f1(sum_counts(group, measure.facts), measure.goal) for measure in measures]
        total = sum_counts(group)
        false = (total["read"] - total["right"]) / max(total["read"], 1)
        sure = f"{total['sure_right'] / total['sure']:.1%}" if total["sure"] else "–"
        label = FORMATS[format][lang == "ja"]
        yield f"| {label} | {' | '.join(cells)} | {false:.1%} | {sure} | {sum(row['documents'] for row in group)} |"


def _list_styles(kind: str, lang: str) -> Iterator[str]:
    """Yield the F1 of the chief facts of each style and format."""
    rows = [row for row in RESULTS["rows"] if row["kind"] == kind]
    formats = sorted({row["format"] for row in rows}, key=[*FORMATS].index)
    chief = KINDS[kind][0]
    yield f"| {_WORDS[lang][1]} | {' | '.join(FORMATS[format][lang == 'ja'] for format in formats)} |"
    yield "|---" + "|--:" * len(formats) + "|"
    for style, styled in groupby(rows, lambda row: row["style"]):
        by_format = {row["format"]: row for row in styled}
        cells = (_write_f1(sum_counts([by_format[format]], chief.facts), chief.goal) for format in formats)
        sample = f" `{sample}`" if (sample := by_format[formats[0]]["sample"]) else ""
        yield f"| {style}{sample} | {' | '.join(cells)} |"


def _write_f1(counts: Mapping[str, int], goal: float) -> str:
    """Return an F1 with two digits, bold if it misses its goal; a dash if such documents say nothing of the kind."""
    f1 = compute_f1(counts)
    return "–" if not counts["printed"] and not counts["read"] else f"{f1:.2f}" if f1 >= goal else f"**{f1:.2f}**"


PARTS = {
    f"{table}-{kind}-{lang}": partial(list_part, kind, lang)
    for kind in KINDS
    for lang in _WORDS
    for table, list_part in (("reading", _list_formats), ("styles", _list_styles))
}
"""What stands between the markers of both pages, by their names."""
