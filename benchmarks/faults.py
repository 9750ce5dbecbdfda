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

    def __init__(self, data: pa.Table, row: int, tables: Mapping[str, pa.Table], model: Model, referred: set[str]) -> None:
        self.data, self.row, self.tables, self.model, self.referred = data, row, tables, model, referred

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
    """A kind of fault: which columns can have it, and what a cell becomes, or nothing where this row cannot have it."""

    code: ProblemCode
    fits: Callable[[Table | LinkTable, Column], bool]
    spoilt: Callable[[Column, Cells], str | None]
    textual: bool = False
    """Whether only a file of texts, such as CSV, can hold it."""


NOTHING = ""
"""What a cell becomes that is left empty."""


def plant(
    tables: Mapping[str, pa.Table], each: int, format: str, *, seed: int = 0, model: type[Collection] = Dataset
) -> tuple[dict[str, pa.Table], tuple[Fault, ...]]:
    """The tables with `each` faults of every kind that a package of the format can hold, and where they are.

    Columns with a fault become texts, as a file has them. A kind is left out where no row can have it.
    """
    stored, random = model_of(model).stored, np.random.default_rng(seed)
    taken: dict[str, set[int]] = {name: set() for name in tables}
    spoilt: dict[tuple[str, str], dict[int, str]] = {}
    faults: list[Fault] = []
    referred = _referred_ids(tables, model)
    for kind in KINDS:
        if kind.textual and format != "csv":
            continue
        places = [(t, c) for n, t in stored.items() if tables[n].num_rows > 1 for c in t.stored if kind.fits(t, c)]
        planted = 0
        for _ in range(60 * each if places else 0):
            table, column = places[random.integers(len(places))]
            data = tables[table.name]
            row = int(random.integers(1, data.num_rows))
            if planted == each or taken[table.name] & {row - 1, row, row + 1}:
                continue
            cell = kind.spoilt(column, Cells(data, row, tables, model_of(model), referred))
            if cell is not None and not (column.key and data[column.name][row].as_py() in referred):
                planted += 1
                taken[table.name].add(row)
                spoilt.setdefault((table.name, column.name), {})[row] = cell
                faults.append(Fault(kind.code, table.name, row + (2 if format == "csv" else 1), column.name))
    changed = dict(tables)
    for (name, field), cells in spoilt.items():
        data = changed[name]
        changed[name] = data.set_column(data.column_names.index(field), field, _overwritten(combine_chunks(data[field]), cells, format))
    return changed, tuple(sorted(faults))


def _overwritten(cells: pa.Array, new: Mapping[int, str], format: str) -> pa.Array:
    """The cells with some others; as texts in CSV, and of their own type in Parquet where that can hold them."""
    texts = cells.cast(pa.string()).to_pylist()
    for row, text in new.items():
        texts[row] = text or None
    array = text_array(texts)
    return array if format == "csv" or pa.types.is_dictionary(cells.type) else array.cast(cells.type)


_BETWEEN = (Together, NotBefore, RequiredUnless, UniqueWithin, Follows, Differs, PatternWhere)


def _named_by_others(table: Table | LinkTable, column: Column) -> bool:
    """Whether a rule of another column looks at this one."""
    marks = [mark for each in table.stored for mark in each.marks]
    return any(column.name in (getattr(mark, "other", ""), *getattr(mark, "others", ())) for mark in marks)


def _alone(table: Table | LinkTable, column: Column) -> bool:
    """Whether no rule but its own looks at the column, so that a fault in it is one fault."""
    if isinstance(table, LinkTable) or any(column.has(kind) for kind in (*_BETWEEN, Ref)):
        return False
    return not column.key and not column.inner and not column.many and not _named_by_others(table, column)


def _reference(table: Table | LinkTable, column: Column) -> bool:
    if isinstance(table, LinkTable):
        return column is table.target_column
    return column.has(Ref) and not _named_by_others(table, column)


def _leads_to_itself(table: Table | LinkTable, column: Column) -> bool:
    return _reference(table, column) and column.target == table.name and not column.inner and not isinstance(table, LinkTable)


def _nobody_refers(table: Table | LinkTable, column: Column) -> bool:
    """Whether an id that nothing refers to may be lost without another fault: no link table spells references of the table."""
    return column.key and isinstance(table, Table) and all(each.through is None for each in table.columns)


def _referred_ids(tables: Mapping[str, pa.Table], model: type[Collection]) -> set[str]:
    """The ids that some record refers to."""
    columns = [(table.name, column.name) for table in model_of(model).stored.values() for column in table.stored if column.has(Ref)]
    return {id for table, column in columns for id in pc.unique(tables[table][column]).to_pylist() if id}


def _digit(column: Column, cells: Cells) -> str | None:
    found, mark = cells[column.name], column.mark(CheckDigit)
    if not found or mark is None:
        return None
    others = (found[:place] + digit + found[place + 1 :] for place in (len(found) - 1, 0) for digit in "123456789")
    return next((text for text in others if text != found and mark.correct(text) != text), None)


def _repeated(column: Column, cells: Cells) -> str | None:
    """The number of the row before, if that stands together with this one."""
    mark = column.mark(UniqueWithin)
    if None in (cells[column.name], cells[f"-{column.name}"]):
        return None
    together = mark is not None and all(cells[name] == cells[f"-{name}"] for name in mark.others)
    return str(cells[f"-{column.name}"]) if together else None


def _filled(text: str) -> Callable[[Column, Cells], str | None]:
    return lambda column, cells: None if cells[column.name] is None else text


def _nowhere(column: Column, cells: Cells) -> str | None:
    """An id of no record; another one in each row, or two references of one record would be the same."""
    return None if cells[column.name] is None else f"no-such-record-{cells.row}"


def _of_another_kind(column: Column, cells: Cells) -> str | None:
    """The first record of a kind that the column does not take, of those that something refers to, so that its id stays as it is."""
    target, kind = cells.tables[str(column.target)], cells.model.kind_column(column)
    if kind is None or cells[column.name] is None:
        return None
    others = pc.invert(pc.is_in(target[kind.name].cast(pa.string()), value_set=text_array(list(column.kinds))))
    return next((id for id in target["id"].filter(others).to_pylist() if id in cells.referred), None)


def _same(column: Column, cells: Cells) -> str | None:
    """What stands in the column that this one must differ from."""
    mark = column.mark(Differs)
    return cells[mark.other] if mark and cells[column.name] is not None else None


def _shifted(column: Column, cells: Cells) -> str | None:
    day = cells[column.name]
    return None if day is None else str(day + timedelta(days=1))


def _too_early(column: Column, cells: Cells) -> str | None:
    mark = column.mark(NotBefore)
    other = cells[mark.other] if mark else None
    return str(other - 1) if isinstance(other, int) and other > 1 else None


KINDS = (
    _Kind(
        ProblemCode.MISSING_VALUE,
        lambda table, column: _alone(table, column) and column.required and column.kind in (Kind.TEXT, Kind.CODE),
        _filled(NOTHING),
    ),
    _Kind(
        ProblemCode.BAD_TEXT,
        lambda table, column: _alone(table, column) and column.kind is Kind.TEXT and column.pattern is None,
        lambda column, cells: cells[column.name] and f"{cells[column.name]}\x07",
    ),
    _Kind(ProblemCode.PATTERN, lambda table, column: _alone(table, column) and column.pattern is not None, _filled("？")),
    _Kind(ProblemCode.CHECK_DIGIT, lambda _, column: column.has(CheckDigit), _digit),
    _Kind(
        ProblemCode.TOO_SMALL,
        lambda table, column: column.name == "citation_first_line" or (_alone(table, column) and column.has(Minimum)),
        _filled("0"),
    ),
    _Kind(
        ProblemCode.UNKNOWN_CODE,
        lambda table, column: _alone(table, column) and column.kind is Kind.CODE,
        _filled("no-such-code"),
    ),
    _Kind(
        ProblemCode.WRONG_TYPE,
        lambda table, column: column.kind in (Kind.INTEGER, Kind.BOOLEAN, Kind.DATE) and _alone(table, column),
        _filled("x1"),
        textual=True,
    ),
    _Kind(ProblemCode.INVALID_VALUE, lambda _, column: column.name.endswith("_edtf"), _filled("2024-13-45")),
    _Kind(ProblemCode.CONTRADICTION, lambda _, column: column.has(Follows), _shifted),
    _Kind(ProblemCode.WRONG_ORDER, lambda _, column: column.has(NotBefore) and column.kind is Kind.INTEGER, _too_early),
    _Kind(ProblemCode.DUPLICATE_KEY, _nobody_refers, lambda column, cells: cells[f"-{column.name}"]),
    _Kind(
        ProblemCode.DUPLICATE_NUMBER,
        lambda _, column: column.has(UniqueWithin) and not column.has(PatternWhere) and not column.inner,
        _repeated,
    ),
    _Kind(ProblemCode.SAME_VALUE, lambda _, column: column.has(Differs), _same),
    _Kind(ProblemCode.WRONG_KIND, lambda _, column: bool(column.kinds), _of_another_kind),
    _Kind(ProblemCode.UNKNOWN_REFERENCE, _reference, _nowhere),
    _Kind(ProblemCode.REFERENCE_CYCLE, _leads_to_itself, lambda column, cells: cells[column.name] and cells["id"]),
)
