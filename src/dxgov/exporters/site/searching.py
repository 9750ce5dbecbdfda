"""The search index, split into files that a page loads on demand.

The index maps terms to records. It is split in the order of its terms into files of a size that loads quickly. A page fetches the files
whose range covers the words of a query, and `site.js` ranks the records. The files are scripts, because a page opened from a folder may
not read any other file. Libraries do not fit: those that split their index fetch the files, which no browser allows in a folder, and
the others load all of it at once. Their content is JSON, deflated, in base64, which takes a third of the space.

Terms are those of `dxgov.analysis.search_terms`, and `site.js` folds and splits queries in the same way, so that the site finds what
`Dataset.search` finds. A term that begins with ``=`` is an id and yields the records that refer to that record; one that begins with ``@``,
those that the page of that record does not show all of.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from dxgov.analysis.search_terms import FOLDING
from dxgov.analysis.searching import iterate_terms
from dxgov.exporters.site.addresses import page_name, table_page
from dxgov.exporters.site.atlas import LANGUAGES, RecordNetwork
from dxgov.exporters.site.shapes import classify_doubt, classify_shape
from dxgov.exporters.site.words import format_date, guess_language
from dxgov.languages import Lang
from dxgov.storage.files import Files

_PART_SIZE = 100_000
"""Approximate characters per file of the index."""

_BLOCK_SIZE = 100
"""Records of a table per file of the lists."""

_EPOCH = date(1970, 1, 1)


def search_files(
    network: RecordNetwork,
    cut_pages: Mapping[int, Sequence[int]] = MappingProxyType({}),
    part_size: int = _PART_SIZE,
    block_size: int = _BLOCK_SIZE,
) -> Files:
    """Yield the files that the search loads: contents, parts of the index, dates, and record lists in each language.

    Args:
        network: records of the site.
        cut_pages: for the record of each page that does not show all of its records, these, sorted.
        part_size: approximate characters per file of the index.
        block_size: records of a table per file of the lists.
    """
    first_terms = []
    for number, part in enumerate(_split_index(_build_index(network, cut_pages), part_size)):
        first_terms.append(part[0][0])
        yield f"parts/terms-{number}.js", _wrap_script(f"terms-{number}", part)
    yield "parts/contents.js", _wrap_script("contents", _table_of_contents(network, first_terms, block_size))
    yield "parts/dates.js", _wrap_script("dates", _encode_dates(network))
    for lang in LANGUAGES:
        for number, rows in enumerate(_make_blocks(network, lang, block_size)):
            yield f"parts/{lang}-{number}.js", _wrap_script(f"{lang}-{number}", rows)


def _wrap_script(name: str, content: Any) -> bytes:
    """Return a script that passes its content, deflated, to ``dxgov.part``; a page of any origin may load it."""
    json_text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f'dxgov.part({json.dumps(name)},"{b64encode(zlib.compress(json_text.encode(), 9)).decode()}");\n'.encode()


def _table_of_contents(network: RecordNetwork, first_terms: Sequence[str], block_size: int) -> dict[str, Any]:
    tables, block = [], 0
    for table in network.tables:
        first, count = network.first_numbers[table.name], len(network.data.tables[table.name])
        starts = [network.ids[number] for number in range(first, first + count, block_size)]
        last = network.ids[first + count - 1] if count else ""
        list_page = None if network.has_pages(table) else table_page(table.name)
        tables.append({"name": table.name, "first": first, "count": count, "block": block, "ids": starts, "last": last, "list": list_page})
        block += len(starts)
    return {
        "records": len(network),
        "block": block_size,
        "listed": network.rows_per_page,
        "tables": tables,
        "terms": first_terms,
        "folding": FOLDING,
    }


def _build_index(network: RecordNetwork, cut_pages: Mapping[int, Sequence[int]]) -> dict[str, tuple[list[int], list[int]]]:
    """Return for each term the records with it in their captions, and those with it in other texts only."""
    index: dict[str, tuple[list[int], list[int]]] = {}
    for number, term_sets in enumerate(iterate_terms(network.data, network.captions)):
        for position, term_set in enumerate(term_sets):
            for term in term_set:
                if term not in index:
                    index[term] = ([], [])
                index[term][position].append(number)
    # Ids, with the records that refer to each.
    for number, numbers_by_field in network.referrers_by_number.items():
        referrers = {referrer for numbers in numbers_by_field.values() for referrer in numbers}
        index[f"={network.ids[number]}"] = ([], sorted(referrers))
    for number, members in cut_pages.items():
        index[f"@{network.ids[number]}"] = ([], list(members))
    return index


def _split_index(index: dict[str, tuple[list[int], list[int]]], part_size: int) -> Iterator[list[tuple[str, list[int], list[int]]]]:
    """Yield parts of the index: terms in the order in which JavaScript compares texts, with delta-encoded record numbers."""
    part: list[tuple[str, list[int], list[int]]] = []
    size = 0
    for term in sorted(index, key=lambda term: term.encode("utf-16-be")):
        caption_numbers, body_numbers = index[term]
        entry = (term, _delta_encode(caption_numbers), _delta_encode(body_numbers))
        part.append(entry)
        size += 3 * (len(caption_numbers) + len(body_numbers)) + 10
        if size > part_size:
            yield part
            part, size = [], 0
    if part:
        yield part


def _delta_encode(numbers: Sequence[int]) -> list[int]:
    return [number - previous for previous, number in zip((0, *numbers), numbers, strict=False)]


def _encode_dates(network: RecordNetwork) -> list[list[int | None]]:
    """Return the first and last day of every record, as days since 1970."""
    dates = [network.effective_date(number) for number in range(len(network))]
    return [
        [(when.start - _EPOCH).days if when and when.start else None for when in dates],
        [(when.end - _EPOCH).days if when and when.end else None for when in dates],
    ]


def _make_blocks(network: RecordNetwork, lang: Lang, block_size: int) -> Iterator[list[list[Any]]]:
    """Yield blocks of rows that the search shows, one for each record.

    A row has id, caption, language of the caption, date in words, shape of the date, and the page name if that is not the id.
    """
    for table in network.tables:
        rows: list[list[Any]] = []
        for number, record in network.enumerate_records(table):
            caption, when = network.captions[lang][number], network.effective_date(number)
            language = guess_language(caption, lang)
            css_classes = " ".join(filter(None, (classify_shape(when), classify_doubt(when, table, record)))) if when else ""
            page = page_name(record.id)
            row = [record.id, caption, "" if language == lang else language, format_date(when, lang) if when else "", css_classes]
            rows.append(row if page == record.id else [*row, page])
            if len(rows) == block_size:
                yield rows
                rows = []
        if rows:
            yield rows
