"""Rules within one value: what a column says follows from another, such as the first day of a date from its text."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.characters import text_fault
from dxgov.errors import Problem, ProblemCode, quoted, shortened
from dxgov.marks import Follows
from dxgov.schema import Field, Part
from dxgov.tables.arrow import positions, row_codes, truths
from dxgov.tables.decoding import python_values
from dxgov.validation.batches import Frame


def derived(field: Field, frame: Frame) -> Iterator[Problem]:
    """Parts that follow from others agree with them; each distinct combination is looked at once."""
    complete = np.flatnonzero(truths(_complete(frame, field)))
    if not len(complete):
        return
    cells = [frame.cells(part.column.name) for part in field.parts]
    if len(complete) < frame.data.num_rows:
        cells = [each.take(positions(complete)) for each in cells]
    _, firsts, inverse = np.unique(row_codes(cells), return_index=True, return_inverse=True)
    columns = zip(field.parts, (each.take(positions(firsts)) for each in cells), strict=True)
    distinct = zip(*(python_values(part.column, each) for part, each in columns), strict=True)
    short = sum(pc.max(pc.binary_length(each)).as_py() or 0 for each in cells if pa.types.is_string(each.type)) < _KEPT
    kept, anew, shape = _wrong, _wrong.__wrapped__, follows(field)
    found = [(kept if short or _short(values) else anew)(shape, values) for values in distinct]
    wrong = np.array([bool(each) for each in found])
    parts = {part.name: part for part in field.parts}
    for place in np.flatnonzero(wrong[inverse]).tolist():
        for each in found[inverse[place]]:
            yield _disagreement(each, parts, frame, int(complete[place]))


@frozen(eq=False)
class _Shape:
    """What is common to all fields with a value of a class: which parts it has, and which of them follow from which."""

    value: type
    names: tuple[str, ...]
    given: tuple[str, ...]
    """The parts that the value is made of."""
    follow: tuple[tuple[str, tuple[str, ...]], ...]
    """The parts from which others follow, each with those."""


@cache
def follows(field: Field) -> "_Shape | None":
    """Which parts of a field's value follow from others; ``None`` where none does."""
    parts = {part.column.name: part.name for part in field.parts}
    follow: dict[str, list[str]] = {}
    for part in field.parts:
        mark = part.column.mark(Follows)
        if mark and mark.other in parts:
            follow.setdefault(parts[mark.other], []).append(part.name)
    if field.value is None or not follow:
        return None
    given = tuple(part.name for part in field.parts if not part.derived)
    order = [name for name in parts.values() if name in follow]
    return _shape(field.value, tuple(parts.values()), given, tuple((name, tuple(follow[name])) for name in order))


_shape = cache(_Shape)
"""One of a kind, so that it is told apart by what it is and not by what it says."""


def _complete(frame: Frame, field: Field) -> pa.Array:
    """Rows in which the value is there and all its cells could be read."""
    mask = frame.readable(*(part.column.name for part in field.parts))
    for part in field.parts:
        if part.required:
            mask = pc.and_(mask, pc.is_valid(frame.cells(part.column.name)))
    return mask


def _short(values: tuple[Any, ...]) -> bool:
    return sum(len(value) for value in values if isinstance(value, str)) < _KEPT


_KEPT = 500
"""So many characters a value may have to be kept in mind."""


@frozen
class _Wrong:
    """A part of a value that disagrees with what follows from it, or of which no value can be made."""

    source: str
    given: Any
    error: str | None = None
    parts: tuple[tuple[str, Any, Any], ...] = ()
    """Which of the parts that follow are wrong, with what was found and what was expected."""


@lru_cache(maxsize=1 << 14)
def _wrong(shape: _Shape, values: tuple[Any, ...]) -> tuple[_Wrong, ...]:
    """What is wrong with a value, from its cells part by part; kept, because the same value comes in many batches and fields.

    A text that cannot be stored is told of as such, and alone.
    """
    cells = dict(zip(shape.names, values, strict=True))
    given = {name: cells[name] for name in shape.given}
    try:
        value = shape.value(**given)
    except ValueError as error:
        blamed = shape.follow[0][0]
        return () if _told_as_texts(given) else (_Wrong(blamed, cells[blamed], error=shortened(str(error))),)
    expected = {name: getattr(value, name) for _, following in shape.follow for name in following}
    wrong = {name: (name, cells[name], expected[name]) for name in expected if expected[name] != cells[name]}
    if not wrong or _told_as_texts(given):
        return ()
    parts = ((source, tuple(wrong[name] for name in following if name in wrong)) for source, following in shape.follow)
    return tuple(_Wrong(source, cells[source], parts=each) for source, each in parts if each)


def _told_as_texts(given: dict[str, Any]) -> bool:
    return any(isinstance(cell, str) and text_fault(cell) for cell in given.values())


def _disagreement(wrong: _Wrong, parts: dict[str, Part], frame: Frame, row: int) -> Problem:
    """The problem of a part in a row, told in the names of the columns."""
    source = parts[wrong.source].column.name
    if wrong.error is not None:
        return frame.problem(ProblemCode.INVALID_VALUE, wrong.error, row, source, wrong.given)
    said = f"{source} {quoted(wrong.given)}" if wrong.given is not None else f"an empty {source}"
    if len(wrong.parts) > 1:
        found = " and ".join(f"{cell or 'nothing'} in {parts[name].column.name}" for name, cell, _ in wrong.parts)
        expected = " and ".join(f"{right or 'nothing'}" for _, _, right in wrong.parts)
        return frame.problem(ProblemCode.CONTRADICTION, f"found {found}, expected {expected} from {said}", row, source, wrong.given)
    ((name, cell, right),) = wrong.parts
    message = f"found {cell or 'nothing'}, expected {right or 'nothing'} from {said}"
    return frame.problem(ProblemCode.CONTRADICTION, message, row, parts[name].column.name, cell)
