"""CSV as packages hold it: UTF-8 without BOM, comma, double quote where needed, CRLF, a header row, empty for missing."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.schema import Column, Kind
from dxgov.tables.arrow import characters, holding, literal, mask, occurrences, one, text_array

DIALECT = {
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminator": "\r\n",
    "skipInitialSpace": False,  # version 1 of the standard takes it for true, and eats the space that a text begins with
    "header": True,
}
"""The dialect, as Data Package names its parts."""

_END = "\r\n"
_EMPTY = {"null_handling": "replace", "null_replacement": ""}
ROWS_AT_A_TIME = 32_768
"""How many rows are turned into text at a time."""


def csv_pieces(batches: Callable[[int], Iterable[pa.Table]], columns: tuple[Column, ...]) -> Iterator[bytes]:
    """The bytes of the file, piece by piece."""
    pieces = ([cell_texts(column, one(piece[column.name])) for column in columns] for piece in batches(ROWS_AT_A_TIME))
    return csv_lines([column.name for column in columns], pieces)


def row_pieces(data: pa.Table) -> Iterator[pa.Table]:
    """The rows of a table, so many at a time that their texts fit into memory; none where there are no rows."""
    return (data.slice(start, ROWS_AT_A_TIME).combine_chunks() for start in range(0, data.num_rows, ROWS_AT_A_TIME))


def csv_lines(header: Sequence[str], pieces: Iterable[Sequence[pa.Array]]) -> Iterator[bytes]:
    """The lines of a CSV file from its header and the texts of its columns, piece by piece."""
    first_line = io.StringIO()
    csv.writer(first_line, lineterminator=_END).writerow(header)
    yield first_line.getvalue().encode()
    for texts in pieces:
        *before, last = map(_quoted, texts)
        ended = pc.binary_join_element_wise(last, literal(_END), literal(""), **_EMPTY)
        lines = pc.binary_join_element_wise(*before, ended, literal(","), **_EMPTY) if before else ended
        _, offsets, characters = lines.buffers()
        first, end = np.frombuffer(offsets, dtype=np.int32)[[lines.offset, lines.offset + len(lines)]]
        yield bytes(memoryview(characters)[first:end])


def cell_texts(column: Column, cells: pa.Array) -> pa.Array:
    """The cells as CSV writes them, before quoting."""
    if column.many:
        return _json(cells)
    if column.kind is Kind.NUMBER:
        return text_array([None if cell is None else _plain(cell) for cell in cells.to_pylist()])
    return cells.cast(pa.string())


def _plain(number: Decimal) -> str:
    """A number that has decimal places, without zeros at its end and never with an exponent."""
    return format(number, "f").rstrip("0").removesuffix(".")


def _json(cells: pa.ListArray) -> pa.Array:
    """Lists of texts as JSON; they are looked at one by one only where a text has something to escape."""
    content = characters(pc.list_flatten(cells))
    if len(content) and (content.min() < 0x20 or occurrences(content, b'"') or occurrences(content, b"\\")):
        return text_array([json.dumps(texts, ensure_ascii=False) for texts in cells.to_pylist()])
    joined = pc.binary_join_element_wise(literal('["'), pc.binary_join(cells, literal('", "')), literal('"]'), literal(""))
    return pc.if_else(pc.equal(pc.list_value_length(cells), literal(0)), literal("[]"), joined)


def _quoted(texts: pa.Array) -> pa.Array:
    """The cells with quotes around those that need them."""
    needs = holding(texts, b'",\r\n')
    if not needs.any():
        return texts
    chosen = texts if needs.all() else texts.filter(mask(needs))
    doubled = pc.replace_substring(chosen, '"', '""') if occurrences(characters(chosen), b'"') else chosen
    quoted = pc.binary_join_element_wise(literal('"'), doubled, literal('"'), literal(""))
    return quoted if chosen is texts else pc.replace_with_mask(texts, mask(needs), quoted)
