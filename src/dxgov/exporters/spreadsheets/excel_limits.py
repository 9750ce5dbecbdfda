"""What Excel can hold: data beyond it are told before anything is written, because Excel would cut them in silence."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.csv_writer import cell_texts
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import literal, one
from dxgov.tables.columns import Described

CELL = 32_767
"""How many characters a cell holds, those beyond the basic plane counted twice."""

ROWS = 1_048_576
"""How many rows a sheet holds."""

NAME = 31
"""How many characters the name of a sheet holds."""

DIGITS = 15
"""How many digits of a number are kept."""

_RESERVED = {"history"}
"""Names that Excel keeps for itself."""


def require_rows_and_cells(
    tables: Mapping[str, tuple[Described, pa.Table]], *, header: int, longer: int = 0, also: Iterable[str] = ()
) -> None:
    """Refuse data that sheets with `header` rows above the data cannot hold, where a text may become `longer`.

    `also` are texts from the metadata that have cells too.

    Raises:
        DataError: it carries every table and text that is too long.
    """
    problems = [problem for table, rows in tables.values() for problem in _problems(table, rows, header, longer)]
    problems += (_too_long("metadata", length) for each in also if (length := _length(each)) > CELL)
    _refuse(problems)


def require_sheet_names(names: Mapping[str, Described]) -> None:
    """Refuse tables whose names cannot be those of sheets.

    Raises:
        DataError: it carries every such table.
    """
    problems = []
    for name in names:
        if len(name) > NAME:
            said = f"the name has {len(name)} characters; the name of a sheet in Excel has at most {NAME}"
            problems.append(Problem(ProblemCode.BEYOND_LIMIT, said, name, value=name))
        elif name.lower() in _RESERVED or sum(each.lower() == name.lower() for each in names) > 1:
            said = "Excel takes no sheet of that name, or has another of it, since capital letters do not count"
            problems.append(Problem(ProblemCode.BEYOND_LIMIT, said, name, value=name))
    _refuse(problems)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise DataError("Excel cannot hold the data whole; export another format, such as csv, parquet or sqlite", problems)


def _problems(table: Described, rows: pa.Table, header: int, longer: int) -> Iterator[Problem]:
    if rows.num_rows + header > ROWS:
        said = f"found {rows.num_rows:,} rows; with {header} above them, a sheet in Excel has at most {ROWS:,}"
        yield Problem(ProblemCode.BEYOND_LIMIT, said, table.name)
    ids = table.stored[0].name
    for column in table.stored:
        if column.many or column.kind is Kind.TEXT:
            for row, length in _long(column, one(rows[column.name]), longer):
                yield _too_long(column.name, length, table.name, row + 1, rows[ids][row].as_py())


def _long(column: Column, cells: pa.Array, longer: int) -> Iterator[tuple[int, int]]:
    """The cells that are too long, with their length."""
    if not column.many and not pc.any(pc.greater(pc.binary_length(cells), literal(CELL - longer).cast(pa.int32()))).as_py():
        return
    for row, text in enumerate(cell_texts(column, cells).to_pylist()):
        if text is not None and (length := _length(text)) + longer > CELL:
            yield row, length


def _too_long(field: str, length: int, table: str | None = None, row: int | None = None, id: str | None = None) -> Problem:
    said = f"the text has {length:,} characters; a cell in Excel has at most {CELL:,}"
    return Problem(ProblemCode.BEYOND_LIMIT, said, table, row, field, id=id)


def _length(text: str) -> int:
    """The length as Excel counts it, in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
