"""CSV as packages hold it: UTF-8 without BOM, comma, double quote where needed, CRLF, a header row, empty for missing."""

import csv
import io
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from attrs import frozen

from dxgov.arrow import TEXT_AT_ONCE, filled, holding, literal, mask, one, positions, text_array, truths
from dxgov.errors import Problem, ProblemCode
from dxgov.limits import Limits
from dxgov.package.cells import Faults, typed
from dxgov.package.container import RefusedError
from dxgov.package.csvfaults import encoding_fault, quoting_fault, size_fault
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
    file.writelines(csv_pieces(data, columns))


def csv_pieces(data: pa.Table, columns: tuple[Column, ...]) -> Iterator[bytes]:
    """The bytes of the file, piece by piece."""
    pieces = ([cell_texts(column, one(piece[column.name])) for column in columns] for piece in row_pieces(data))
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


@frozen(eq=False)
class CsvFile:
    """The cells of a CSV file as texts."""

    data: pa.Table
    rows: pa.Array | None = None
    """Where rows were left out, the position that each remaining one had."""

    @property
    def names(self) -> list[str]:
        """The names of the columns as they stand in the header."""
        return list(self.data.column_names)

    @property
    def length(self) -> int:
        """The number of rows."""
        return int(self.data.num_rows)

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be read are empty, each with its fault.

        Raises:
            RefusedError: they are too large.
        """
        size = sum(chunk.nbytes for chunk in self.data[column.name].chunks)
        if size > TEXT_AT_ONCE:
            raise RefusedError(ProblemCode.TOO_LARGE, f"found {size:,} bytes in the column, expected {TEXT_AT_ONCE:,} at most")
        return typed(column, one(self.data[column.name]))


def read_csv(table: Table | LinkTable, content: bytes, file: str, limits: Limits) -> tuple[CsvFile | None, Iterable[Problem]]:
    """What the file holds, and what is wrong with it as a whole.

    A row of the wrong length is left out and told; an empty line is left out. A file that cannot be read gives nothing.
    """

    def nothing(fault: str, code: ProblemCode = ProblemCode.UNREADABLE_FILE) -> tuple[None, list[Problem]]:
        return None, [Problem(code, fault, table.name, file=file)]

    fault = encoding_fault(content) or quoting_fault(content)
    if fault:
        return nothing(fault)
    fault = size_fault(content, limits)
    if fault:
        return nothing(fault, ProblemCode.TOO_LARGE)
    content = content if content.endswith((b"\r", b"\n")) else content + _END.encode()
    most = min(len(content) + 1, max(_BLOCK, 4 * limits.cell), (1 << 31) - 1)
    try:
        try:
            data, ragged = _parsed(table, content, _BLOCK)
        except pa.ArrowException:  # a row longer than a block, or a column that seems to be of another type further down
            data, ragged = _parsed(table, content, most)
    except (pa.ArrowException, MemoryError) as error:
        if "straddl" in str(error):
            return nothing(f"a row is longer than {most:,} bytes", ProblemCode.TOO_LARGE)
        return nothing(f"not a CSV file: {error}")
    rows = np.delete(np.arange(data.num_rows + len(ragged)), np.asarray(ragged.rows, dtype=np.int64) - 2) if len(ragged) else None
    data, rows = _without_empty_lines(data, rows)
    expected = len(data.column_names)
    problems = (
        Problem(ProblemCode.ROW_LENGTH, f"found {found} cells, expected {expected}", table.name, row, file=file)
        for row, found in zip(ragged.rows, ragged.lengths, strict=True)
    )
    return CsvFile(data, None if rows is None else positions(rows)), problems if len(ragged) else ()


class _Ragged:
    """The rows of the wrong length, which are left out."""

    def __init__(self) -> None:
        self.rows, self.lengths = array("q"), array("q")

    def __len__(self) -> int:
        return len(self.rows)

    def skip(self, row: pyarrow.csv.InvalidRow) -> str:
        """Note a row and leave it out."""
        self.rows.append(row.number)
        self.lengths.append(row.actual_columns)
        return "skip"


def _parsed(table: Table | LinkTable, content: bytes, block: int) -> tuple[pa.Table, _Ragged]:
    """The cells as texts, and the rows of the wrong length.

    Raises:
        ArrowException: the bytes are no CSV, or cannot be read in blocks of that size.
    """
    ragged = _Ragged()
    data = pyarrow.csv.read_csv(
        pa.BufferReader(content),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=block),  # threads do not number rows
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=ragged.skip),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={column.name: pa.string() for column in table.stored},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return data, ragged


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
