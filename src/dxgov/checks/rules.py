"""Rules between the fields of one record, and between the columns of one value."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import constant, filled, literal, positions, row_codes, truths
from dxgov.checks.cells import CONTROL
from dxgov.checks.frames import Frame, true_rows
from dxgov.errors import Problem, ProblemCode, quoted, shortened
from dxgov.marks import Follows, NotBefore, RequiredUnless, Together
from dxgov.schema import Column, Field, Part, Table

_CONTROL = re.compile(CONTROL)
_ROWS = 1 << 16
"""So many rows are Python objects at once."""


def rule_problems(frame: Frame) -> Iterator[Problem]:
    """Every record whose fields do not agree with each other."""
    if not isinstance(frame.table, Table):
        return
    together: dict[str, list[Column]] = {}
    for column in frame.table.stored:
        mark = column.mark(Together)
        if mark:
            together.setdefault(mark.other, []).append(column)
    for other, columns in together.items():
        yield from _together(frame, other, columns)
    for column in frame.table.stored:
        yield from _required_unless(frame, column)
        yield from _not_before(frame, column)
    for field in frame.table.fields:
        if field.value is not None:
            yield from _parts(frame, field)
            yield from _derived(frame, field)


def _together(frame: Frame, other: str, columns: list[Column]) -> Iterator[Problem]:
    """Columns that are filled exactly where `other` is. Where all of several disagree with it, it is the one to blame."""
    read = _all_read(frame, other, *(column.name for column in columns))
    there = pc.is_valid(frame.cells(other))
    here = [pc.is_valid(frame.cells(column.name)) for column in columns]
    lacking = _all([read, pc.invert(there), *here])
    alone = _all([read, there, *map(pc.invert, here)])
    names = " and ".join(column.name for column in columns)
    if len(columns) > 1:
        for row in true_rows(lacking):
            message = f"found nothing, expected a value because {names} have one"
            yield frame.problem(ProblemCode.MISSING_VALUE, message, row, other)
        for row in true_rows(alone):
            value = frame.data[other][row].as_py()
            message = f"found {quoted(value)}, expected nothing because {names} are empty"
            yield frame.problem(ProblemCode.UNEXPECTED_VALUE, message, row, other, value)
        read = _all([read, pc.invert(lacking), pc.invert(alone)])
    for column, filled_here in zip(columns, here, strict=True):
        missing = _all([read, pc.invert(filled_here), there])
        yield from frame.faults(ProblemCode.MISSING_VALUE, column, missing, f"found nothing, expected a value because {other} has one")
        extra = _all([read, filled_here, pc.invert(there)])
        yield from frame.faults(ProblemCode.UNEXPECTED_VALUE, column, extra, f"found {{value}}, expected nothing because {other} is empty")


def _all(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.and_(result, mask)
    return result


def _required_unless(frame: Frame, column: Column) -> Iterator[Problem]:
    mark = column.mark(RequiredUnless)
    if mark is None:
        return
    excused = _known(frame, mark.other, filled(pc.equal(frame.texts(mark.other), literal(mark.value)), True))
    empty = pc.invert(_known(frame, column.name, pc.is_valid(frame.cells(column.name))))
    message = f"found nothing, expected a value because {mark.other} is not {mark.value!r}"
    yield from frame.faults(ProblemCode.MISSING_VALUE, column, pc.and_(empty, pc.invert(excused)), message)


def _not_before(frame: Frame, column: Column) -> Iterator[Problem]:
    mark = column.mark(NotBefore)
    if mark is None:
        return
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


def _parts(frame: Frame, field: Field) -> Iterator[Problem]:
    """An optional value is there with all the parts that it needs, or not at all."""
    if not field.optional:
        return
    present = {part.column.name: pc.is_valid(frame.cells(part.column.name)) for part in field.parts}
    some = _any(list(present.values()))
    for part in field.parts:
        if part.required:
            bad = pc.and_(some, pc.invert(_known(frame, part.column.name, present[part.column.name])))
            message = f"found nothing, expected a value because other columns of {field.name} have one"
            yield from frame.faults(ProblemCode.MISSING_VALUE, part.column, bad, message)


def _any(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.or_(result, mask)
    return result


def _derived(frame: Frame, field: Field) -> Iterator[Problem]:
    """Parts that follow from others agree with them; each distinct combination is looked at once."""
    sources = _sources(field)
    if not sources:
        return
    complete = np.flatnonzero(truths(_complete(frame, field)))
    if not len(complete):
        return
    cells = [frame.cells(part.column.name).take(positions(complete)) for part in field.parts]
    codes = row_codes(cells)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    ends = np.append(starts[1:], len(order))
    names = [part.name for part in field.parts]
    for piece in range(0, len(starts), _ROWS):
        firsts = positions(order[starts[piece : piece + _ROWS]])
        distinct = zip(*(column.take(firsts).to_pylist() for column in cells), strict=True)
        for place, row_values in enumerate(distinct, piece):
            values = dict(zip(names, row_values, strict=True))
            found = list(_disagreements(field, sources, values))
            for row in complete[order[starts[place] : ends[place]]].tolist() if found else ():
                for code, part, message in found:
                    yield frame.problem(code, message, row, part.column.name, values[part.name])


_Sources = list[tuple[Part, list[Part]]]


def _sources(field: Field) -> _Sources:
    """The parts from which others follow, each with those."""
    followers: dict[str, list[Part]] = {}
    for part in field.parts:
        mark = part.column.mark(Follows)
        if mark:
            followers.setdefault(mark.other, []).append(part)
    return [(part, followers[part.column.name]) for part in field.parts if part.column.name in followers]


def _complete(frame: Frame, field: Field) -> pa.Array:
    """Rows in which the value is there and all its cells could be read."""
    mask = _all_read(frame, *(part.column.name for part in field.parts))
    for part in field.parts:
        if part.required:
            mask = pc.and_(mask, pc.is_valid(frame.cells(part.column.name)))
    return mask


def _disagreements(field: Field, sources: _Sources, cells: dict[str, Any]) -> Iterator[tuple[ProblemCode, Part, str]]:
    """What is wrong with one value, from its cells by part; a text that cannot be stored is told of as such, and alone."""
    given = {part.name: cells[part.name] for part in field.parts if not part.derived}
    if any(isinstance(cell, str) and _CONTROL.search(cell) for cell in given.values()):
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
