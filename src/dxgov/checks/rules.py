"""Rules between the fields of one record, and between the columns of one value."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import constant, filled, literal, positions, row_codes, truths
from dxgov.checks.cells import CONTROL
from dxgov.checks.frames import Frame, Rule, true_rows
from dxgov.errors import Problem, ProblemCode, quoted, shortened
from dxgov.marks import Follows, NotBefore, RequiredUnless, Together
from dxgov.schema import Column, Field, LinkTable, Part, Table

_CONTROL = re.compile(CONTROL)


def row_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """The rules between the fields of a record."""
    if not isinstance(table, Table):
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
        unless, order = column.mark(RequiredUnless), column.mark(NotBefore)
        if unless:
            yield partial(_required_unless, column, unless)
        if order:
            yield partial(_not_before, column, order)
    for field in table.fields:
        if field.value is not None:
            if field.optional:
                yield from (partial(_part, field, part) for part in field.parts if part.required)
            if _sources(field):
                yield partial(_derived, field)


def _beside(frame: Frame, other: str, columns: list[Column]) -> tuple[pa.Array, pa.Array, list[pa.Array]]:
    """Rows in which all columns could be read, in which `other` is filled, and in which each of the columns is."""
    read = _all_read(frame, other, *(column.name for column in columns))
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


def _fits(frame: Frame, name: str) -> pa.Array:
    """Where a cell is filled and fits its column's pattern, without which its order says nothing."""
    cells = frame.cells(name)
    pattern = next(column.pattern for column in frame.table.stored if column.name == name)
    return pc.match_substring_regex(cells, rf"\A(?:{pattern.regex})\z") if pattern else pc.is_valid(cells)


def _all_read(frame: Frame, *names: str) -> pa.Array:
    """Rows in which the cells of the columns could be read; of others nobody knows whether they are filled."""
    mask = constant(True, frame.data.num_rows)
    for name in names:
        readable = frame.read(name)
        if readable is not None:
            mask = pc.and_(mask, readable)
    return mask


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


def _derived(field: Field, frame: Frame) -> Iterator[Problem]:
    """Parts that follow from others agree with them; each distinct combination is looked at once."""
    complete = np.flatnonzero(truths(_complete(frame, field)))
    if not len(complete):
        return
    cells = [frame.cells(part.column.name) for part in field.parts]
    if len(complete) < frame.data.num_rows:
        cells = [each.take(positions(complete)) for each in cells]
    _, firsts, inverse = np.unique(row_codes(cells), return_index=True, return_inverse=True)
    distinct = zip(*(each.take(positions(firsts)).to_pylist() for each in cells), strict=True)
    short = sum(pc.max(pc.binary_length(each)).as_py() or 0 for each in cells if pa.types.is_string(each.type)) < _KEPT
    found = [_disagreements(field, values) if short or _short(values) else _disagreements.__wrapped__(field, values) for values in distinct]
    wrong = np.array([bool(each) for each in found])
    for place in np.flatnonzero(wrong[inverse]).tolist():
        for code, part, message, value in found[inverse[place]]:
            yield frame.problem(code, message, int(complete[place]), part.column.name, value)


_Sources = tuple[tuple[Part, tuple[Part, ...]], ...]


@cache
def _sources(field: Field) -> _Sources:
    """The parts from which others follow, each with those."""
    followers: dict[str, list[Part]] = {}
    for part in field.parts:
        mark = part.column.mark(Follows)
        if mark:
            followers.setdefault(mark.other, []).append(part)
    return tuple((part, tuple(followers[part.column.name])) for part in field.parts if part.column.name in followers)


def _complete(frame: Frame, field: Field) -> pa.Array:
    """Rows in which the value is there and all its cells could be read."""
    mask = _all_read(frame, *(part.column.name for part in field.parts))
    for part in field.parts:
        if part.required:
            mask = pc.and_(mask, pc.is_valid(frame.cells(part.column.name)))
    return mask


def _short(values: tuple[Any, ...]) -> bool:
    return sum(len(value) for value in values if isinstance(value, str)) < _KEPT


_KEPT = 500
"""So many characters a value may have to be kept in mind."""


@lru_cache(maxsize=1 << 14)
def _disagreements(field: Field, values: tuple[Any, ...]) -> tuple[tuple[ProblemCode, Part, str, Any], ...]:
    """What is wrong with one value, from its cells part by part; kept, because the same value comes in many batches."""
    cells = dict(zip((part.name for part in field.parts), values, strict=True))
    return tuple((code, part, message, cells[part.name]) for code, part, message in _disagreeing(field, _sources(field), cells))


def _disagreeing(field: Field, sources: _Sources, cells: dict[str, Any]) -> Iterator[tuple[ProblemCode, Part, str]]:
    """What is wrong with one value, from its cells by part; a text that cannot be stored is told of as such, and alone."""
    given = {part.name: cells[part.name] for part in field.parts if not part.derived}
    if any(isinstance(cell, str) and not cell.isprintable() and _CONTROL.search(cell) for cell in given.values()):
        return
    try:
        value = field.value(**given)  # type: ignore[misc]
    except ValueError as error:
        (blamed, _), *_ = sources
        yield ProblemCode.INVALID_VALUE, blamed, shortened(str(error))
        return
    for source, following in sources:
        wrong = [part for part in following if getattr(value, part.name) != cells[part.name]]
        said = f"{source.column.name} {quoted(cells[source.name])}" if cells[source.name] is not None else f"an empty {source.column.name}"
        if len(wrong) > 1:
            found = " and ".join(f"{cells[part.name] or 'nothing'} in {part.column.name}" for part in wrong)
            expected = " and ".join(f"{getattr(value, part.name) or 'nothing'}" for part in wrong)
            yield ProblemCode.CONTRADICTION, source, f"found {found}, expected {expected} from {said}"
        elif wrong:
            found, expected = (cells[wrong[0].name] or "nothing"), (getattr(value, wrong[0].name) or "nothing")
            yield ProblemCode.CONTRADICTION, wrong[0], f"found {found}, expected {expected} from {said}"
