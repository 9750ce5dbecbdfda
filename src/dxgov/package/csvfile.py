"""CSV as packages hold it: UTF-8 without BOM, comma, double quote where needed, CRLF, a header row, empty for missing."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from dxgov.arrow import filled, holding, literal, mask, one, positions, text_array, truths, valid_utf8
from dxgov.errors import Problem, ProblemCode
from dxgov.schema import Column, Kind, LinkTable, Table

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
ROWS_AT_A_TIME = 32_768
"""How many rows are turned into text at a time."""
_BLOCK = 1 << 23
"""How many bytes are parsed at a time: a whole file at once leaves the processor's cache and takes three times as long."""


def write_csv(data: pa.Table, columns: tuple[Column, ...], file: BinaryIO) -> None:
    """Write the columns; the same data give the same bytes."""
    pieces = ([cell_texts(column, one(piece[column.name])) for column in columns] for piece in row_pieces(data))
    file.writelines(csv_lines([column.name for column in columns], pieces))


def row_pieces(data: pa.Table) -> Iterator[pa.Table]:
    """The rows of a table, so many at a time that their texts fit into memory; none where there are no rows."""
    return (data.slice(start, ROWS_AT_A_TIME).combine_chunks() for start in range(0, data.num_rows, ROWS_AT_A_TIME))


def csv_lines(header: Sequence[str], pieces: Iterable[Sequence[pa.Array]]) -> Iterator[bytes]:
    """The lines of a CSV file from its header and the texts of its columns, piece by piece."""
    first_line = io.StringIO()
    csv.writer(first_line, lineterminator=_END).writerow(header)
    yield first_line.getvalue().encode()
    for texts in pieces:
        lines = pc.binary_join_element_wise(*map(_quoted, texts), literal(","))
        ended = pc.binary_join_element_wise(lines, literal(""), literal(_END))
        _, offsets, characters = ended.buffers()
        first, last = np.frombuffer(offsets, dtype=np.int32)[[ended.offset, ended.offset + len(ended)]]
        yield bytes(memoryview(characters)[first:last])


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
    if pc.any(pc.match_substring_regex(pc.list_flatten(cells), r'["\\\x00-\x1f]')).as_py():
        return text_array([json.dumps(texts, ensure_ascii=False) for texts in cells.to_pylist()])
    joined = pc.binary_join_element_wise(literal('["'), pc.binary_join(cells, literal('", "')), literal('"]'), literal(""))
    return pc.if_else(pc.equal(pc.list_value_length(cells), literal(0)), literal("[]"), joined)


def _quoted(texts: pa.Array) -> pa.Array:
    """The cells with quotes around those that need them, and nothing for those that are missing."""
    needs = holding(texts, b'",\r\n')
    if needs.any():
        doubled = pc.replace_substring(texts, '"', '""') if holding(texts, b'"').any() else texts
        texts = pc.if_else(mask(needs), pc.binary_join_element_wise(literal('"'), doubled, literal('"'), literal("")), texts)
    return filled(texts, "")


def read_csv(table: Table | LinkTable, content: bytes, file: str) -> tuple[pa.Table, pa.Array | None, list[Problem]]:
    """The cells as texts, the positions of the rows if any was left out, and what is wrong with the file.

    A row of the wrong length is left out and told; an empty line is left out. A file that cannot be read gives no rows.
    """
    fault = _encoding_fault(content) or _quoting_fault(content)
    if fault:
        return _nothing(), None, [Problem(ProblemCode.UNREADABLE_FILE, fault, table.name, file=file)]
    content = content if content.endswith((b"\r", b"\n")) else content + _END.encode()
    try:
        try:
            data, dropped, problems = _parsed(table, content, file, _BLOCK)
        except pa.ArrowException:  # a row longer than a block, or a column that seems to be of another type further down
            data, dropped, problems = _parsed(table, content, file, len(content) + 1)
    except pa.ArrowException as error:
        return _nothing(), None, [Problem(ProblemCode.UNREADABLE_FILE, f"not a CSV file: {error}", table.name, file=file)]
    rows = np.delete(np.arange(data.num_rows + len(dropped)), [number - 2 for number in dropped]) if dropped else None
    data, rows = _without_empty_lines(data, rows)
    return data, None if rows is None else positions(rows), problems


def _parsed(table: Table | LinkTable, content: bytes, file: str, block: int) -> tuple[pa.Table, list[int], list[Problem]]:
    """The cells as texts, the rows left out because they are of the wrong length, and the problem of each.

    Raises:
        ArrowException: the bytes are no CSV, or cannot be read in blocks of that size.
    """
    problems: list[Problem] = []
    dropped: list[int] = []

    def wrong_length(row: pyarrow.csv.InvalidRow) -> str:
        dropped.append(row.number)
        message = f"found {row.actual_columns} cells, expected {row.expected_columns}"
        problems.append(Problem(ProblemCode.ROW_LENGTH, message, table.name, row.number, file=file))
        return "skip"

    data = pyarrow.csv.read_csv(
        pa.BufferReader(content),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=min(block, (1 << 31) - 1)),  # threads do not number rows
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=wrong_length),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={column.name: pa.string() for column in table.stored},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return data, dropped, problems


def _nothing() -> pa.Table:
    return pa.table({})


def _without_empty_lines(data: pa.Table, rows: "np.ndarray[Any, Any] | None") -> tuple[pa.Table, "np.ndarray[Any, Any] | None"]:
    present = np.zeros(data.num_rows, dtype=bool)
    for cells in data.columns:
        if not cells.null_count:
            return data, rows
        present |= truths(pc.is_valid(one(cells)))
    if present.all():
        return data, rows
    kept = np.flatnonzero(present)
    return data.take(positions(kept)), kept if rows is None else rows[kept]


def _encoding_fault(content: bytes) -> str | None:
    if not re.search(rb"\S", content):
        return "the file is empty; expected a header row"
    if content.startswith((b"\r", b"\n")):
        return "the file begins with an empty line; expected the header in row 1"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is UTF-16; expected UTF-8"
    if valid_utf8(content):
        return None
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "; it reads as Shift_JIS (cp932), so save it as UTF-8" if _decodes(content, "cp932") else ""
        return f"line {line} is not UTF-8: found the byte 0x{content[error.start]:02X}{hint}"
    return None


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _quoting_fault(content: bytes) -> str | None:
    if content.count(b'"') % 2 == 0:
        return None
    line = content.count(b"\n", 0, _stray_quote(content)) + 1
    return f"line {line}: a quoted cell is never closed, or a quotation mark within a cell is not doubled"


def _stray_quote(content: bytes) -> int:
    """Where the first quotation mark stands that belongs to no quoted cell, or that opens one which is never closed."""
    place = content.find(b'"')
    while place >= 0:
        if content[place - 1 : place] not in (b"", b",", b"\n", b"\r"):
            return place
        opened, close = place, content.find(b'"', place + 1)
        while close >= 0 and content[close + 1 : close + 2] == b'"':
            close = content.find(b'"', close + 2)
        if close < 0:
            return opened
        if content[close + 1 : close + 2] not in (b"", b",", b"\n", b"\r"):
            return close
        place = content.find(b'"', close + 1)
    return content.rfind(b'"')
