"""Writer of CSV as packages hold it: UTF-8 without BOM, comma, double quote where needed, CRLF, a header row, empty for missing."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_scalar, combine_chunks, contains_any_byte, count_occurrences, mask_array, text_array, text_bytes

CSV_DIALECT = {
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminator": "\r\n",
    "skipInitialSpace": False,  # version 1 of the standard takes it for true, and eats the space that a text begins with
    "header": True,
}
"""The dialect, with the names of Data Package."""

_LINE_BREAK = "\r\n"
_NULL_AS_EMPTY = {"null_handling": "replace", "null_replacement": ""}
BATCH_ROWS = 32_768
"""Rows per batch."""


def encode_csv(batches: Callable[[int], Iterable[pa.Table]], columns: tuple[Column, ...]) -> Iterator[bytes]:
    """Yield the bytes of a CSV file, batch by batch."""
    text_batches = ([format_cells(column, combine_chunks(batch[column.name])) for column in columns] for batch in batches(BATCH_ROWS))
    return encode_csv_lines([column.name for column in columns], text_batches)


def slice_rows(data: pa.Table) -> Iterator[pa.Table]:
    """Yield the rows of a table in batches whose texts fit into memory; nothing if there are no rows."""
    return (data.slice(start, BATCH_ROWS).combine_chunks() for start in range(0, data.num_rows, BATCH_ROWS))


def encode_csv_lines(header: Sequence[str], batches: Iterable[Sequence[pa.Array]]) -> Iterator[bytes]:
    """Yield the lines of a CSV file: its header, and then those of each batch of text columns."""
    first_line = io.StringIO()
    csv.writer(first_line, lineterminator=_LINE_BREAK).writerow(header)
    yield first_line.getvalue().encode()
    for texts in batches:
        *preceding, last = map(_quote_cells, texts)
        last_with_break = pc.binary_join_element_wise(last, as_scalar(_LINE_BREAK), as_scalar(""), **_NULL_AS_EMPTY)
        lines = pc.binary_join_element_wise(*preceding, last_with_break, as_scalar(","), **_NULL_AS_EMPTY) if preceding else last_with_break
        _, offsets, characters = lines.buffers()
        first, end = np.frombuffer(offsets, dtype=np.int32)[[lines.offset, lines.offset + len(lines)]]
        yield bytes(memoryview(characters)[first:end])


def format_cells(column: Column, cells: pa.Array) -> pa.Array:
    """Return the cells as CSV writes them, before quoting."""
    if column.many:
        return _format_lists(cells)
    if column.kind is Kind.NUMBER:
        return text_array([None if cell is None else _format_decimal(cell) for cell in cells.to_pylist()])
    return cells.cast(pa.string())


def _format_decimal(number: Decimal) -> str:
    """Return a decimal number without trailing zeros and without exponent."""
    return format(number, "f").rstrip("0").removesuffix(".")


def _format_lists(cells: pa.ListArray) -> pa.Array:
    """Return lists of texts as JSON; they become Python objects only if a text needs escaping."""
    content = text_bytes(pc.list_flatten(cells))
    if len(content) and (content.min() < 0x20 or count_occurrences(content, b'"') or count_occurrences(content, b"\\")):
        return text_array([json.dumps(texts, ensure_ascii=False) for texts in cells.to_pylist()])
    joined = pc.binary_join_element_wise(as_scalar('["'), pc.binary_join(cells, as_scalar('", "')), as_scalar('"]'), as_scalar(""))
    return pc.if_else(pc.equal(pc.list_value_length(cells), as_scalar(0)), as_scalar("[]"), joined)


def _quote_cells(texts: pa.Array) -> pa.Array:
    """Return the cells, with quotation marks around those that need them."""
    needs_quotes = contains_any_byte(texts, b'",\r\n')
    if not needs_quotes.any():
        return texts
    quotable = texts if needs_quotes.all() else texts.filter(mask_array(needs_quotes))
    doubled = pc.replace_substring(quotable, '"', '""') if count_occurrences(text_bytes(quotable), b'"') else quotable
    quoted = pc.binary_join_element_wise(as_scalar('"'), doubled, as_scalar('"'), as_scalar(""))
    return quoted if quotable is texts else pc.replace_with_mask(texts, mask_array(needs_quotes), quoted)
