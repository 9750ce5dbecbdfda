"""Faults planted in the tables of a package, each known by kind, table, row and field.

Every fault has a row of its own and breaks one rule, so that `dxgov.validate` must find exactly those. Which columns can have a kind of
fault follows from their marks.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov import Collection, Dataset, ProblemCode
from dxgov.marks import CheckDigit, Differs, Follows, Minimum, NotBefore, PatternWhere, Ref, RequiredUnless, Together, UniqueWithin
from dxgov.schema import Column, Kind, LinkTable, Model, Table, model_of
from dxgov.tables.arrow import combine_chunks, text_array


class Cells(Mapping[str, Any]):
    """The cells of one row by column, and of the row before by ``-`` and column."""

    def __init__(self, data: pa.Table, row: int, tables: Mapping[str, pa.Table], model: Model, referenced: set[str]) -> None:
        self.data, self.row, self.tables, self.model, self.referenced = data, row, tables, model, referenced

    def __getitem__(self, name: str) -> Any:
        return self.data[name.removeprefix("-")][self.row - name.startswith("-")].as_py()

    def __iter__(self) -> Iterator[str]:
        return iter(self.data.column_names)

    def __len__(self) -> int:
        return int(self.data.num_columns)


class Fault(NamedTuple):
    """One planted fault; rows count as `dxgov.Problem` counts them."""

    code: ProblemCode
    table: str
    row: int
    field: str


class _Kind(NamedTuple):
    """A kind of fault: the columns that can have it, and the new content of a cell, None if a row cannot have it."""

    code: ProblemCode
    fits: Callable[[Table | LinkTable, Column], bool]
    corrupt: Callable[[Column, Cells], str | None]
    textual: bool = False
    """True if only a file of texts, such as CSV, can hold it."""


NOTHING = ""
"""The new content of a cell that is emptied."""


def plant(
    tables: Mapping[str, pa.Table], count: int, format: str, *, seed: int = 0, model: type[Collection] = Dataset
) -> tuple[dict[str, pa.Table], tuple[Fault, ...]]:
    """Return the tables with planted faults, and a list of these faults.

    Columns with a fault become texts, as a file has them. A kind that no row can have is left out.

    Args:
        tables: the sound tables, by name.
        count: faults of every kind that a package of the format can hold.
        format: ``csv`` or ``parquet``.
        seed: the seed of the random choice of rows and columns.
        model: the collection class that defines the tables.
    """
    stored, random = model_of(model).stored, np.random.default_rng(seed)
    used_rows: dict[str, set[int]] = {name: set() for name in tables}
    corrupted: dict[tuple[str, str], dict[int, str]] = {}
    faults: list[Fault] = []
    referenced = _find_referenced_ids(tables, model)
    for kind in KINDS:
        if kind.textual and format != "csv":
            continue
        candidates = [
            (table, column)
            for name, table in stored.items()
            if tables[name].num_rows > 1
            for column in table.stored
            if kind.fits(table, column)
        ]
        planted = 0
        for _ in range(60 * count if candidates else 0):
            table, column = candidates[random.integers(len(candidates))]
            data = tables[table.name]
            row = int(random.integers(1, data.num_rows))
            if planted == count or used_rows[table.name] & {row - 1, row, row + 1}:
                continue
            cell = kind.corrupt(column, Cells(data, row, tables, model_of(model), referenced))
            if cell is not None and not (column.key and data[column.name][row].as_py() in referenced):
                planted += 1
                used_rows[table.name].add(row)
                corrupted.setdefault((table.name, column.name), {})[row] = cell
                faults.append(Fault(kind.code, table.name, row + (2 if format == "csv" else 1), column.name))
    result = dict(tables)
    for (name, field), cells in corrupted.items():
        data = result[name]
        result[name] = data.set_column(data.column_names.index(field), field, _overwrite(combine_chunks(data[field]), cells, format))
    return result, tuple(sorted(faults))


def _overwrite(cells: pa.Array, new: Mapping[int, str], format: str) -> pa.Array:
    """Return the cells with the new ones in place: as texts for CSV, of their own type for Parquet if that can hold them."""
    texts = cells.cast(pa.string()).to_pylist()
    for row, text in new.items():
        texts[row] = text or None
    array = text_array(texts)
    return array if format == "csv" or pa.types.is_dictionary(cells.type) else array.cast(cells.type)


_BETWEEN = (Together, NotBefore, RequiredUnless, UniqueWithin, Follows, Differs, PatternWhere)


def _is_named_by_others(table: Table | LinkTable, column: Column) -> bool:
    """Return whether a mark of another column names this one."""
    marks = [mark for neighbour in table.stored for mark in neighbour.marks]
    return any(column.name in (getattr(mark, "other", ""), *getattr(mark, "others", ())) for mark in marks)


def _is_independent(table: Table | LinkTable, column: Column) -> bool:
    """Return whether only rules of its own concern the column, so that a fault in it is one fault."""
    if isinstance(table, LinkTable) or any(column.has(kind) for kind in (*_BETWEEN, Ref)):
        return False
    return not column.key and not column.inner and not column.many and not _is_named_by_others(table, column)


def _is_reference(table: Table | LinkTable, column: Column) -> bool:
    if isinstance(table, LinkTable):
        return column is table.target_column
    return column.has(Ref) and not _is_named_by_others(table, column)


def _is_self_reference(table: Table | LinkTable, column: Column) -> bool:
    return _is_reference(table, column) and column.target == table.name and not column.inner and not isinstance(table, LinkTable)


def _is_free_key(table: Table | LinkTable, column: Column) -> bool:
    """Return whether an unreferenced id can change without another fault: no link table has rows of the table."""
    return column.key and isinstance(table, Table) and all(candidate.through is None for candidate in table.columns)


def _find_referenced_ids(tables: Mapping[str, pa.Table], model: type[Collection]) -> set[str]:
    """Return the ids that some record refers to."""
    columns = [(table.name, column.name) for table in model_of(model).stored.values() for column in table.stored if column.has(Ref)]
    return {id for table, column in columns for id in pc.unique(tables[table][column]).to_pylist() if id}


def _break_check_digit(column: Column, cells: Cells) -> str | None:
    number, mark = cells[column.name], column.mark(CheckDigit)
    if not number or mark is None:
        return None
    variants = (number[:position] + digit + number[position + 1 :] for position in (len(number) - 1, 0) for digit in "123456789")
    return next((text for text in variants if text != number and mark.correct(text) != text), None)


def _repeat_number(column: Column, cells: Cells) -> str | None:
    """Return the number of the row before, or None if the two rows are in different groups."""
    mark = column.mark(UniqueWithin)
    if None in (cells[column.name], cells[f"-{column.name}"]):
        return None
    grouped = mark is not None and all(cells[name] == cells[f"-{name}"] for name in mark.others)
    return str(cells[f"-{column.name}"]) if grouped else None


def _replace_with(text: str) -> Callable[[Column, Cells], str | None]:
    return lambda column, cells: None if cells[column.name] is None else text


def _make_unknown_id(column: Column, cells: Cells) -> str | None:
    """Return an id of no record, None for an empty cell; each row gets its own, so that no reference is repeated."""
    return None if cells[column.name] is None else f"no-such-record-{cells.row}"


def _find_wrong_kind(column: Column, cells: Cells) -> str | None:
    """Return the id of a record of a kind that the column does not take, or None.

    Only referenced records are considered, because their ids stay as they are.
    """
    target, kind = cells.tables[str(column.target)], cells.model.kind_column(column)
    if kind is None or cells[column.name] is None:
        return None
    others = pc.invert(pc.is_in(target[kind.name].cast(pa.string()), value_set=text_array(list(column.kinds))))
    return next((id for id in target["id"].filter(others).to_pylist() if id in cells.referenced), None)


def _copy_other(column: Column, cells: Cells) -> str | None:
    """Return the cell that this one must differ from, None if either is empty."""
    mark = column.mark(Differs)
    return cells[mark.other] if mark and cells[column.name] is not None else None


def _shift_day(column: Column, cells: Cells) -> str | None:
    day = cells[column.name]
    return None if day is None else str(day + timedelta(days=1))


def _precede_other(column: Column, cells: Cells) -> str | None:
    mark = column.mark(NotBefore)
    other = cells[mark.other] if mark else None
    return str(other - 1) if isinstance(other, int) and other > 1 else None


KINDS = (
    _Kind(
        ProblemCode.MISSING_VALUE,
        lambda table, column: _is_independent(table, column) and column.required and column.kind in (Kind.TEXT, Kind.CODE),
        _replace_with(NOTHING),
    ),
    _Kind(
        ProblemCode.BAD_TEXT,
        lambda table, column: _is_independent(table, column) and column.kind is Kind.TEXT and column.pattern is None,
        lambda column, cells: cells[column.name] and f"{cells[column.name]}\x07",
    ),
    _Kind(ProblemCode.PATTERN, lambda table, column: _is_independent(table, column) and column.pattern is not None, _replace_with("？")),
    _Kind(ProblemCode.CHECK_DIGIT, lambda _, column: column.has(CheckDigit), _break_check_digit),
    _Kind(
        ProblemCode.TOO_SMALL,
        lambda table, column: column.name == "citation_first_line" or (_is_independent(table, column) and column.has(Minimum)),
        _replace_with("0"),
    ),
    _Kind(
        ProblemCode.UNKNOWN_CODE,
        lambda table, column: _is_independent(table, column) and column.kind is Kind.CODE,
        _replace_with("no-such-code"),
    ),
    _Kind(
        ProblemCode.WRONG_TYPE,
        lambda table, column: column.kind in (Kind.INTEGER, Kind.BOOLEAN, Kind.DATE) and _is_independent(table, column),
        _replace_with("x1"),
        textual=True,
    ),
    _Kind(ProblemCode.INVALID_VALUE, lambda _, column: column.name.endswith("_edtf"), _replace_with("2024-13-45")),
    _Kind(ProblemCode.CONTRADICTION, lambda _, column: column.has(Follows), _shift_day),
    _Kind(ProblemCode.WRONG_ORDER, lambda _, column: column.has(NotBefore) and column.kind is Kind.INTEGER, _precede_other),
    _Kind(ProblemCode.DUPLICATE_KEY, _is_free_key, lambda column, cells: cells[f"-{column.name}"]),
    _Kind(
        ProblemCode.DUPLICATE_NUMBER,
        lambda _, column: column.has(UniqueWithin) and not column.has(PatternWhere) and not column.inner,
        _repeat_number,
    ),
    _Kind(ProblemCode.SAME_VALUE, lambda _, column: column.has(Differs), _copy_other),
    _Kind(ProblemCode.WRONG_KIND, lambda _, column: bool(column.kinds), _find_wrong_kind),
    _Kind(ProblemCode.UNKNOWN_REFERENCE, _is_reference, _make_unknown_id),
    _Kind(ProblemCode.REFERENCE_CYCLE, _is_self_reference, lambda column, cells: cells[column.name] and cells["id"]),
)
