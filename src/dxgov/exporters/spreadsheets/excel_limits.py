"""Limits of Excel, checked before anything is written, because Excel truncates data silently."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.csv_writer import format_cells
from dxgov.languages import Message
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_scalar, combine_chunks
from dxgov.tables.columns import DescribedTable

MAX_CELL_LENGTH = 32_767
"""Maximum UTF-16 code units per cell."""

MAX_ROWS = 1_048_576
"""Maximum rows per sheet."""

MAX_SHEET_NAME_LENGTH = 31
"""Maximum characters of a sheet name."""

MAX_DIGITS = 15
"""Significant digits that Excel keeps of a number."""

_FIRST_EXCEL_DAY = date(1900, 3, 1)
"""First day on which all spreadsheet programs agree; Excel assumes a 29 February 1900."""

_RESERVED_NAMES = {"history"}
"""Sheet names that Excel reserves."""


def require_rows_and_cells(
    tables: Mapping[str, tuple[DescribedTable, pa.Table]], *, header_rows: int, prefix_length: int = 0, extra_texts: Iterable[str] = ()
) -> None:
    """Check that rows and texts fit into sheets of Excel.

    Args:
        tables: the tables and their rows, by name.
        header_rows: number of rows above the data of each sheet.
        prefix_length: number of characters that the exporter may put before a text.
        extra_texts: texts of the metadata that have cells too.

    Raises:
        DataError: it carries every table and text that is too long.
    """
    problems = [problem for table, rows in tables.values() for problem in _check_table(table, rows, header_rows, prefix_length)]
    problems += (_long_text_problem("metadata", length) for text in extra_texts if (length := _utf16_length(text)) > MAX_CELL_LENGTH)
    _raise_problems(problems)


def require_sheet_names(names: Mapping[str, DescribedTable]) -> None:
    """Check that the names of tables are valid names of sheets.

    Raises:
        DataError: it carries every table whose name is not.
    """
    problems = []
    for name in names:
        if len(name) > MAX_SHEET_NAME_LENGTH:
            message = f"the name has {len(name)} characters; the name of a sheet in Excel has at most {MAX_SHEET_NAME_LENGTH}"
            problems.append(Problem(ProblemCode.BEYOND_LIMIT, message, name, value=name))
        elif name.lower() in _RESERVED_NAMES or sum(other_name.lower() == name.lower() for other_name in names) > 1:
            message = "Excel takes no sheet of that name, or has another of it, since capital letters do not count"
            problems.append(Problem(ProblemCode.BEYOND_LIMIT, message, name, value=name))
    _raise_problems(problems)


def _raise_problems(problems: list[Problem]) -> None:
    if problems:
        raise DataError(
            Message(
                "Excel cannot hold the data whole; export another format, such as csv, parquet or sqlite",
                "Excelにはデータの全体を保存できない。csv、parquet、sqliteなど別の形式で出力する",
            ),
            problems,
        )


def _check_table(table: DescribedTable, rows: pa.Table, header_rows: int, prefix_length: int) -> Iterator[Problem]:
    if rows.num_rows + header_rows > MAX_ROWS:
        message = f"found {rows.num_rows:,} rows; with {header_rows} above them, a sheet in Excel has at most {MAX_ROWS:,}"
        yield Problem(ProblemCode.BEYOND_LIMIT, message, table.name)
    ids = table.stored[0].name
    for column in table.stored:
        if column.many or column.kind is Kind.TEXT:
            for row, length in _find_long_cells(column, combine_chunks(rows[column.name]), prefix_length):
                yield _long_text_problem(column.name, length, table.name, row + 1, rows[ids][row].as_py())


def _find_long_cells(column: Column, cells: pa.Array, prefix_length: int) -> Iterator[tuple[int, int]]:
    """Yield row index and length of each cell that is too long."""
    if (
        not column.many
        and not pc.any(pc.greater(pc.binary_length(cells), as_scalar(MAX_CELL_LENGTH - prefix_length).cast(pa.int32()))).as_py()
    ):
        return
    for row, text in enumerate(format_cells(column, cells).to_pylist()):
        if text is not None and (length := _utf16_length(text)) + prefix_length > MAX_CELL_LENGTH:
            yield row, length


def _long_text_problem(field: str, length: int, table: str | None = None, row: int | None = None, id: str | None = None) -> Problem:
    message = f"the text has {length:,} characters; a cell in Excel has at most {MAX_CELL_LENGTH:,}"
    return Problem(ProblemCode.BEYOND_LIMIT, message, table, row, field, id=id)


def _utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_cell_values(column: Column, cells: pa.Array) -> list[Any]:
    """Return the cells of a column as Python values; a number or date that Excel cannot hold is a text."""
    if column.many or column.kind in (Kind.TEXT, Kind.CODE):
        return format_cells(column, cells).to_pylist()  # type: ignore[no-any-return]
    values, texts = cells.to_pylist(), format_cells(column, cells).to_pylist()
    if column.kind is Kind.DATE:
        return [text if value and value < _FIRST_EXCEL_DAY else value for value, text in zip(values, texts, strict=True)]
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        return [value if text is None or _count_digits(text) <= MAX_DIGITS else text for value, text in zip(values, texts, strict=True)]
    return values  # type: ignore[no-any-return]


def _count_digits(number: str) -> int:
    """Return the number of significant digits."""
    return len(number.lstrip("-").replace(".", "").lstrip("0"))
