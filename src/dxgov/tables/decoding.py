"""Arrow columns as Python values and records, a column at a time.

The rows have been checked as columns, so that records are filled slot by slot, without running their constructors over what is known.
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

from dxgov.schema import Column, Kind
from dxgov.tables.arrow import days, filled, numbers

T = TypeVar("T")


def python_values(column: Column, array: pa.Array) -> list[Any]:
    """The cells of a column as a record has them."""
    if column.many:
        return _tuples(column, array)
    if column.kind is Kind.CODE:
        return _codes(column, array)
    if column.kind is Kind.DATE:
        return days(array)
    values: list[Any] = array.to_pylist()
    return [None if cell is None else plain_decimal(cell) for cell in values] if column.kind is Kind.NUMBER else values


def _codes(column: Column, array: pa.DictionaryArray) -> list[Any]:
    """The members of the column's codes; the last, behind index -1, is for cells that are empty."""
    members = {str(code): code for code in column.codes}
    known = [*(members[text] for text in array.dictionary.to_pylist()), None]
    return list(map(known.__getitem__, numbers(filled(array.indices, -1)).tolist()))


def _tuples(column: Column, array: pa.ListArray) -> list[Any]:
    offsets = numbers(array.offsets).tolist()
    first, *_, end = offsets or [0, 0, 0]
    members = array.values.slice(first, end - first).to_pylist()
    if column.codes:
        known = {str(code): code for code in column.codes}
        members = [known[text] for text in members]
    return [tuple(members[start - first : stop - first]) for start, stop in pairwise(offsets)]


def plain_decimal(value: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def built(kind: type[T], names: Sequence[str], columns: Sequence[Iterable[Any]], count: int) -> list[T]:
    """Objects of an attrs class from a column for each of its fields."""
    setters = _setters(kind, kind.__init__)  # type: ignore[arg-type]
    if setters is None or setters.keys() != set(names):
        return [kind(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
    made = list(map(object.__new__, repeat(kind, count)))
    for name, values in zip(names, columns, strict=True):
        deque(map(setters[name], made, values), maxlen=0)
    return made


@cache
def _setters(kind: Any, constructor: Any) -> dict[str, Any] | None:
    """What fills each slot of an attrs class; nothing where its constructor does more than to fill them."""
    fields = attrs.fields(kind)
    if not all(each.init and each.validator is None and each.converter is None for each in fields):
        return None
    defined = {name for each in kind.__mro__[:-1] for name in vars(each)}
    code = getattr(constructor, "__code__", None)
    if defined & _MORE or code is None or not code.co_filename.startswith("<attrs generated"):
        return None
    slots: dict[str, Any] = {each.name: getattr(kind, each.name, None) for each in fields}
    filled = all(isinstance(slot, MemberDescriptorType) for slot in slots.values())
    return {name: slot.__set__ for name, slot in slots.items()} if filled else None


_MORE = {"__new__", "__attrs_pre_init__", "__attrs_post_init__", "_attrs_cached_hash"}
"""What a class has for which filling its slots is not enough."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Nothing that is built here can be garbage yet, and looking for it would take longer than the building."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()
