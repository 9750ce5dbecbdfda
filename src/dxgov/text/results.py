"""Results of a search as text and as rows."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from dxgov.analysis.searching import SearchResult
from dxgov.languages import Lang
from dxgov.schema import Table
from dxgov.tables.collection import Collection
from dxgov.text.lines import Text, TextLine
from dxgov.text.records import get_caption, get_field_label

_WORDS = {
    "none": {"en": "No record has these words.", "ja": "該当する記録はない。"},
    "some": {
        "en": "No record has all the words; these have half of them or more.",
        "ja": "すべての語を含む記録はない。半数以上の語を含むものを示す。",
    },
}


def format_results(data: Collection, results: Sequence[SearchResult], lang: Lang) -> Text:
    """Format results: what each record is called, and the text in which the words stand unless that is part of it."""
    return Text(_format_results(data, results, lang))


def _format_results(data: Collection, results: Sequence[SearchResult], lang: Lang) -> Iterator[TextLine]:
    if not results:
        yield TextLine(_WORDS["none"][lang])
    elif not all(result.complete for result in results):
        yield from (TextLine(_WORDS["some"][lang]), TextLine())
    for result in results:
        caption = get_caption(data, result.record, lang)
        start = caption.find(result.excerpt.strip("…"))
        if start >= 0:
            shift = start - result.excerpt.startswith("…")
            yield TextLine(caption, result.record.id, highlights=tuple((first + shift, last + shift) for first, last in result.highlights))
            continue
        table = data.model().tables[result.table]
        label = f"{table.titles[lang]}{'・' if lang == 'ja' else ', '}{_get_label(table, result.field, lang)}"
        yield TextLine(caption, result.record.id)
        yield TextLine(result.excerpt, indent=4, lead=f"{label}{'：' if lang == 'ja' else ': '}", highlights=result.highlights)


def _get_label(table: Table, column: str, lang: Lang) -> str:
    return get_field_label(next(field for field in table.fields if any(part.name == column for part in field.columns)), lang)


RESULT_COLUMNS = ("id", "table", "caption", "field", "excerpt", "score", "complete")
"""The columns of results as rows."""


def tabulate_results(data: Collection, results: Sequence[SearchResult], lang: Lang) -> list[dict[str, Any]]:
    """Return a row for each result; the score is None if the query is the id of the record."""
    rows = (
        (
            *(result.record.id, result.table, get_caption(data, result.record, lang), result.field, result.excerpt),
            round(result.score, 3) if math.isfinite(result.score) else None,
            result.complete,
        )
        for result in results
    )
    return [dict(zip(RESULT_COLUMNS, row, strict=True)) for row in rows]
