"""Conversion of Arrow columns to Python values and records, a column at a time.

The columns have been validated before. Records are therefore filled slot by slot, without running their constructors.
"""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from itertools import pairwise, repeat
from types import MemberDescriptorType
from typing import Any, TypeVar

import attrs
import pyarrow as pa

from dxgov.conversion import convert_fields
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_dates, as_numpy, fill_null

T = TypeVar("T")


def to_python(column: Column, array: pa.Array) -> list[Any]:
    """Convert the cells of a column to the Python values of a record."""
    if column.many:
        return _decode_lists(column, array)
    if column.kind is Kind.CODE:
        return _decode_codes(column, array)
    if column.kind is Kind.DATE:
        return as_dates(array)
    values: list[Any] = array.to_pylist()
    return [None if cell is None else normalize_decimal(cell) for cell in values] if column.kind is Kind.NUMBER else values


def _decode_codes(column: Column, array: pa.DictionaryArray) -> list[Any]:
    """Convert dictionary cells to the members of the column's codes; null cells become None."""
    codes = {str(code): code for code in column.codes}
    members = [*(codes[text] for text in array.dictionary.to_pylist()), None]  # index -1 stands for null
    return list(map(members.__getitem__, as_numpy(fill_null(array.indices, -1)).tolist()))


def _decode_lists(column: Column, array: pa.ListArray) -> list[Any]:
    offsets = as_numpy(array.offsets).tolist()
    first, *_, end = offsets or [0, 0, 0]
    members = array.values.slice(first, end - first).to_pylist()
    if column.codes:
        codes = {str(code): code for code in column.codes}
        members = [codes[text] for text in members]
    return [tuple(members[start - first : stop - first]) for start, stop in pairwise(offsets)]


def normalize_decimal(value: Decimal) -> Decimal:
    """Return the number without trailing zeros."""
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def build_records(kind: type[T], names: Sequence[str], columns: Sequence[Iterable[Any]], count: int) -> list[T]:
    """Build objects of an attrs class from one column of values per field."""
    setters = _find_slot_setters(kind, kind.__init__)  # type: ignore[arg-type]
    if setters is None or setters.keys() != set(names):
        if [field.name for field in attrs.fields(kind) if field.init and not field.kw_only] == [*names]:  # type: ignore[arg-type]
            return list(map(kind, *columns))  # a third faster than with names
        return [kind(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
    objects = list(map(object.__new__, repeat(kind, count)))
    for name, values in zip(names, columns, strict=True):
        deque(map(setters[name], objects, values), maxlen=0)
    return objects


@cache
def _find_slot_setters(kind: Any, constructor: Any) -> dict[str, Any] | None:
    """Return the setter of each slot of an attrs class, or None if its constructor does more than fill slots."""
    fields = attrs.fields(kind)
    if not all(field.init and field.validator is None and field.converter is None for field in fields):
        return None
    attributes = {name for base in kind.__mro__[:-1] for name in vars(base)}
    if getattr(kind, "__attrs_post_init__", None) is convert_fields:  # which changes nothing in what a column holds
        attributes.discard("__attrs_post_init__")
    code = getattr(constructor, "__code__", None)
    if attributes & _CONSTRUCTION_HOOKS or code is None or not code.co_filename.startswith("<attrs generated"):
        return None
    slots: dict[str, Any] = {field.name: getattr(kind, field.name, None) for field in fields}
    if not all(isinstance(slot, MemberDescriptorType) for slot in slots.values()):
        return None
    return {name: slot.__set__ for name, slot in slots.items()}


_CONSTRUCTION_HOOKS = {"__new__", "__attrs_pre_init__", "__attrs_post_init__", "_attrs_cached_hash"}
"""Attributes of classes whose objects need more than filled slots."""


@contextmanager
def pause_garbage_collector() -> Iterator[None]:
    """Disable garbage collection while objects are built: none can be garbage yet, and collection would take longer than building."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
