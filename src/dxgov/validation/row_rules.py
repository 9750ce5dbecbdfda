"""Rules between the fields of one record."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.marks import Differs, NotBefore, RequiredUnless, Together
from dxgov.schema import Column, Field, LinkTable, Part, Table
from dxgov.tables.arrow import filled, literal
from dxgov.validation.batches import Frame, Rule, true_rows
from dxgov.validation.derived_values import derived, follows


def row_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """The rules between the fields of a record."""
    if not isinstance(table, Table):
        if table.owner.name == table.target_column.target:
            yield partial(_to_itself, table)
        return
    together: dict[str, list[Column]] = {}
    for column in table.stored:
        mark = column.mark(Together)
        if mark:
            together.setdefault(mark.other, []).append(column)
    for other, columns in together.items():
        if len(columns) > 1:
            yield partial(_lacking, other, columns)
            yield partial(_alone, other, columns)
        for column in columns:
            yield partial(_missing_beside, other, columns, column)
            yield partial(_extra_beside, other, columns, column)
    for column in table.stored:
        unless, order, differs = column.mark(RequiredUnless), column.mark(NotBefore), column.mark(Differs)
        if unless:
            yield partial(_required_unless, column, unless)
        if order:
            yield partial(_not_before, column, order)
        if differs:
            yield partial(_differs, column, differs)
    for field in table.fields:
        if field.value is not None:
            if field.optional:
                yield from (partial(_part, field, part) for part in field.parts if part.required)
            if follows(field):
                yield partial(derived, field)


def _beside(frame: Frame, other: str, columns: list[Column]) -> tuple[pa.Array, pa.Array, list[pa.Array]]:
    """Rows in which all columns could be read, in which `other` is filled, and in which each of the columns is."""
    read = frame.readable(other, *(column.name for column in columns))
    return read, pc.is_valid(frame.cells(other)), [pc.is_valid(frame.cells(column.name)) for column in columns]


def _blamed(frame: Frame, other: str, columns: list[Column]) -> tuple[pa.Array, pa.Array]:
    """Rows in which all of several columns disagree with `other`, which then is the one to blame: it is empty, or filled."""
    read, there, here = _beside(frame, other, columns)
    return _all([read, pc.invert(there), *here]), _all([read, there, *map(pc.invert, here)])


def _lacking(other: str, columns: list[Column], frame: Frame) -> Iterator[Problem]:
    """Columns are filled exactly where `other` is."""
    names = " and ".join(column.name for column in columns)
    for row in true_rows(_blamed(frame, other, columns)[0]):
        message = f"found nothing, expected a value because {names} have one"
        yield frame.problem(ProblemCode.MISSING_VALUE, message, row, other)


def _alone(other: str, columns: list[Column], frame: Frame) -> Iterator[Problem]:
    """Columns are filled exactly where `other` is."""
    names = " and ".join(column.name for column in columns)
    for row in true_rows(_blamed(frame, other, columns)[1]):
        value = frame.data[other][row].as_py()
        message = f"found {quoted(value)}, expected nothing because {names} are empty"
        yield frame.problem(ProblemCode.UNEXPECTED_VALUE, message, row, other, value)


def _single(frame: Frame, other: str, columns: list[Column], column: Column) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Rows in which one column may be to blame, in which `other` is filled, and in which the column is."""
    read, there, here = _beside(frame, other, columns)
    if len(columns) > 1:
        lacking, alone = _blamed(frame, other, columns)
        read = _all([read, pc.invert(lacking), pc.invert(alone)])
    return read, there, here[columns.index(column)]


def _missing_beside(other: str, columns: list[Column], column: Column, frame: Frame) -> Iterator[Problem]:
    """A column is filled where `other` is."""
    read, there, here = _single(frame, other, columns, column)
    missing = _all([read, pc.invert(here), there])
    yield from frame.told(ProblemCode.MISSING_VALUE, column, missing, f"found nothing, expected a value because {other} has one")


def _extra_beside(other: str, columns: list[Column], column: Column, frame: Frame) -> Iterator[Problem]:
    """A column is filled only where `other` is."""
    read, there, here = _single(frame, other, columns, column)
    extra = _all([read, here, pc.invert(there)])
    yield from frame.told(ProblemCode.UNEXPECTED_VALUE, column, extra, f"found {{value}}, expected nothing because {other} is empty")


def _all(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.and_(result, mask)
    return result


def _required_unless(column: Column, mark: RequiredUnless, frame: Frame) -> Iterator[Problem]:
    excused = _known(frame, mark.other, filled(pc.equal(frame.texts(mark.other), literal(mark.value)), True))
    empty = pc.invert(_known(frame, column.name, pc.is_valid(frame.cells(column.name))))
    message = f"found nothing, expected a value because {mark.other} is not {mark.value!r}"
    yield from frame.told(ProblemCode.MISSING_VALUE, column, pc.and_(empty, pc.invert(excused)), message)


def _not_before(column: Column, mark: NotBefore, frame: Frame) -> Iterator[Problem]:
    fit = pc.and_(*(_fits(frame, name) for name in (column.name, mark.other)))
    for row in true_rows(pc.and_(fit, pc.less(frame.cells(column.name), frame.cells(mark.other)))):
        found, other = frame.data[column.name][row].as_py(), frame.data[mark.other][row].as_py()
        message = f"found {quoted(found)}, expected not less than {quoted(other)} in {mark.other}"
        yield frame.problem(ProblemCode.WRONG_ORDER, message, row, column.name, found)


def _differs(column: Column, mark: Differs, frame: Frame) -> Iterator[Problem]:
    same = filled(pc.equal(frame.texts(column.name), frame.texts(mark.other)), False)
    message = f"found {{value}}, which {mark.other} is too; the two must differ"
    yield from frame.told(ProblemCode.SAME_VALUE, column, same, message)


def _to_itself(link: LinkTable, frame: Frame) -> Iterator[Problem]:
    """Tell each record that refers to itself by a link table."""
    owner, target = link.owner_column.name, link.target_column
    same = filled(pc.equal(frame.cells(owner), frame.cells(target.name)), False)
    yield from frame.told(ProblemCode.REFERENCE_CYCLE, target, same, "{value} refers to itself")


def _fits(frame: Frame, name: str) -> pa.Array:
    """Where a cell is filled and fits its column's pattern, without which its order says nothing."""
    cells = frame.cells(name)
    pattern = next(column.pattern for column in frame.table.stored if column.name == name)
    return pc.match_substring_regex(cells, rf"\A(?:{pattern.regex})\z") if pattern else pc.is_valid(cells)


def _known(frame: Frame, name: str, mask: pa.Array) -> pa.Array:
    """The mask, true as well where the cell is filled with something that could not be read."""
    unread = frame.unread.get(name)
    return mask if unread is None else pc.or_(mask, unread)


def _part(field: Field, part: Part, frame: Frame) -> Iterator[Problem]:
    """An optional value is there with all the parts that it needs, or not at all."""
    some = _any([pc.is_valid(frame.cells(each.column.name)) for each in field.parts])
    bad = pc.and_(some, pc.invert(_known(frame, part.column.name, pc.is_valid(frame.cells(part.column.name)))))
    message = f"found nothing, expected a value because other columns of {field.name} have one"
    yield from frame.told(ProblemCode.MISSING_VALUE, part.column, bad, message)


def _any(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.or_(result, mask)
    return result
