"""Rules between the parts of one value, such as a date whose first day follows from its text."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.characters import find_text_fault
from dxgov.errors import Problem, ProblemCode, short_repr, shorten
from dxgov.languages import LanguageMap, Message, join_texts
from dxgov.marks import Follows
from dxgov.schema import Field, Part
from dxgov.tables.arrow import factorize_rows, index_array, mask_as_numpy
from dxgov.tables.decoding import to_python
from dxgov.validation.batches import RowBatch


def check_derived_parts(field: Field, batch: RowBatch) -> Iterator[Problem]:
    """Yield a problem for each part of a value that disagrees with the part that it follows from."""
    # Select the rows in which the value is complete.
    complete = np.flatnonzero(mask_as_numpy(_mask_complete(batch, field)))
    if not len(complete):
        return
    columns = [batch.cells(part.column.name) for part in field.parts]
    if len(complete) < batch.data.num_rows:
        columns = [column.take(index_array(complete)) for column in columns]
    # Check each distinct combination of parts once; across batches, results of short ones are cached.
    inverse, firsts = factorize_rows(columns)
    distinct_columns = zip(field.parts, (column.take(index_array(firsts)) for column in columns), strict=True)
    combinations = zip(*(to_python(part.column, column) for part, column in distinct_columns), strict=True)
    longest = (pc.max(pc.binary_length(column)).as_py() or 0 for column in columns if pa.types.is_string(column.type))
    all_short = sum(longest) < _MAX_CACHED_LENGTH
    find_cached, find_uncached, derivation = _find_mismatches, _find_mismatches.__wrapped__, get_derivation(field)
    mismatches = [(find_cached if all_short or _is_short(values) else find_uncached)(derivation, values) for values in combinations]
    # Report the mismatches in all rows with these combinations.
    has_mismatch = np.array([bool(combination) for combination in mismatches])
    parts = {part.name: part for part in field.parts}
    for index in np.flatnonzero(has_mismatch[inverse]).tolist():
        for mismatch in mismatches[inverse[index]]:
            yield _build_problem(mismatch, parts, batch, int(complete[index]))


@frozen(eq=False)
class _Derivation:
    """Parts of a class of values, and which of them follow from which; common to all fields of that class."""

    value_class: type
    names: tuple[str, ...]
    """All parts."""
    inputs: tuple[str, ...]
    """Parts that the value is made of."""
    dependents: tuple[tuple[str, tuple[str, ...]], ...]
    """Parts from which others follow, each with those others."""


@cache
def get_derivation(field: Field) -> "_Derivation | None":
    """Return which parts of a field's value follow from others, or None if none do."""
    parts = {part.column.name: part.name for part in field.parts}
    dependents: dict[str, list[str]] = {}
    for part in field.parts:
        mark = part.column.mark(Follows)
        if mark and mark.other in parts:
            dependents.setdefault(parts[mark.other], []).append(part.name)
    if field.value is None or not dependents:
        return None
    inputs = tuple(part.name for part in field.parts if not part.derived)
    sources = [name for name in parts.values() if name in dependents]
    return _make_derivation(field.value, tuple(parts.values()), inputs, tuple((name, tuple(dependents[name])) for name in sources))


_make_derivation = cache(_Derivation)
"""Factory that returns one object for equal arguments, so that caches can compare derivations by identity."""


def _mask_complete(batch: RowBatch, field: Field) -> pa.Array:
    """Return a mask of the rows that have the value and whose cells of it could all be read."""
    mask = batch.parsed_rows(*(part.column.name for part in field.parts))
    for part in field.parts:
        if part.required:
            mask = pc.and_(mask, pc.is_valid(batch.cells(part.column.name)))
    return mask


def _is_short(values: tuple[Any, ...]) -> bool:
    return sum(len(value) for value in values if isinstance(value, str)) < _MAX_CACHED_LENGTH


_MAX_CACHED_LENGTH = 500
"""Number of characters in all parts from which on the result for a value is not cached."""


@frozen
class _Mismatch:
    """Part of a value that disagrees with parts that follow from it, or from which no value can be made."""

    source: str
    """The name of the part from which others follow."""
    value: Any
    error: str | None = None
    """The message, if no value can be made."""
    parts: tuple[tuple[str, Any, Any], ...] = ()
    """Parts that follow and are wrong: name, actual and expected value."""


@lru_cache(maxsize=1 << 14)
def _find_mismatches(derivation: _Derivation, values: tuple[Any, ...]) -> tuple[_Mismatch, ...]:
    """Return the mismatches of a value, from the cells of its parts. Cached, because values repeat across batches and fields.

    A text that cannot be stored is reported elsewhere, and has no mismatches.
    """
    # Make the value of its inputs.
    cells = dict(zip(derivation.names, values, strict=True))
    inputs = {name: cells[name] for name in derivation.inputs}
    try:
        value = derivation.value_class(**inputs)
    except ValueError as error:
        source = derivation.dependents[0][0]
        return () if _has_text_fault(inputs) else (_Mismatch(source, cells[source], error=shorten(str(error))),)
    # Compare the parts that follow with those of the value.
    expected = {name: getattr(value, name) for _, names in derivation.dependents for name in names}
    wrong = {name: (name, cells[name], expected[name]) for name in expected if expected[name] != cells[name]}
    if not wrong or _has_text_fault(inputs):
        return ()
    # Group the wrong parts by the part that they follow from.
    groups = ((source, tuple(wrong[name] for name in names if name in wrong)) for source, names in derivation.dependents)
    return tuple(_Mismatch(source, cells[source], parts=parts) for source, parts in groups if parts)


def _has_text_fault(inputs: dict[str, Any]) -> bool:
    return any(isinstance(cell, str) and find_text_fault(cell) for cell in inputs.values())


def _build_problem(mismatch: _Mismatch, parts: dict[str, Part], batch: RowBatch, row: int) -> Problem:
    """Return the problem of a mismatch in a row, with the names of columns."""
    source = parts[mismatch.source].column.name
    if mismatch.error is not None:
        return batch.problem(ProblemCode.INVALID_VALUE, mismatch.error, row, source, mismatch.value)
    origin = (
        Message("{source} {value}", "{source}の{value}", source=source, value=short_repr(mismatch.value))
        if mismatch.value is not None
        else Message("an empty {source}", "空の{source}", source=source)
    )
    nothing = Message("nothing", "なし")
    # Name all wrong parts in one problem of the source, but a single wrong part in a problem of its own column.
    if len(mismatch.parts) > 1:
        cells = (
            Message("{cell} in {column}", "{column}の{cell}", cell=cell or nothing, column=parts[name].column.name)
            for name, cell, _ in mismatch.parts
        )
        message = Message(
            _DIFFERENCE.en,
            _DIFFERENCE.ja,
            actual=join_texts(cells, " and ", "と"),
            expected=join_texts((right or nothing for _, _, right in mismatch.parts), " and ", "と"),
            origin=origin,
        )
        return batch.problem(ProblemCode.CONTRADICTION, message, row, source, mismatch.value)
    ((name, cell, right),) = mismatch.parts
    message = Message(_DIFFERENCE.en, _DIFFERENCE.ja, actual=cell or nothing, expected=right or nothing, origin=origin)
    return batch.problem(ProblemCode.CONTRADICTION, message, row, parts[name].column.name, cell)


_DIFFERENCE = LanguageMap("値は{actual}。{origin}から導かれる値は{expected}。", "found {actual}, expected {expected} from {origin}")
"""Templates of the message about a value that does not follow from the one that it is derived from."""
