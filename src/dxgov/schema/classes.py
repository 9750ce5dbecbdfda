"""Record classes taken apart: from annotations and marks to tables."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import evolve, frozen

from dxgov.codes import Code
from dxgov.errors import ModelError, did_you_mean
from dxgov.marks import (
    Differs,
    Follows,
    Key,
    Label,
    NotBefore,
    NotBeforeOf,
    PatternWhere,
    Printed,
    Ref,
    RequiredUnless,
    Together,
    UniqueWithin,
)
from dxgov.schema.tables import KINDS, Column, Field, Kind, Part, Table


def record_classes(owner: type) -> Iterator[tuple[str, tuple[type, tuple[object, ...]]]]:
    """The tables that a data set class annotates: name, record class and marks."""
    for name, annotation in get_type_hints(owner, include_extras=True).items():
        base, *marks = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
        arguments = get_args(base)
        if len(arguments) == 1 and attrs.has(arguments[0]):
            yield name, (arguments[0], tuple(marks))


@frozen
class _Shape:
    """A field's type taken apart."""

    base: type
    optional: bool = False
    many: bool = False
    marks: tuple[object, ...] = ()


def _shape(annotation: Any, where: str) -> _Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = _shape(arguments[0], where)
        return evolve(inner, marks=(*arguments[1:], *inner.marks))
    if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        (other,) = (argument for argument in arguments if argument is not NoneType)
        return evolve(_shape(other, where), optional=True)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return evolve(_shape(arguments[0], where), many=True)
    if isinstance(annotation, type):
        return _Shape(annotation)
    raise ModelError(f"{where}: the type {annotation!r} is not one that dxgov can store")


def table_of_class(name: str, record: type, marks: tuple[object, ...], tables: Mapping[str, str]) -> Table:
    """The table of a record class; `tables` gives the table of each class by its name, for references."""
    hints = get_type_hints(record, include_extras=True)
    root = next(each for each in reversed(record.__mro__) if attrs.has(each))
    shared = {each.name for each in attrs.fields(root)} if root is not record else set()
    own_first = sorted(attrs.fields(record), key=lambda each: (Key not in _mark_types(hints[each.name]), each.name in shared))
    fields = tuple(_field(record, each, hints[each.name], tables) for each in own_first)
    table = Table(name, record, fields, marks)
    if len(table.key) != 1:
        raise ModelError(f"{record.__name__}: one field must carry the mark Key, found {len(table.key)}")
    return table


def _mark_types(annotation: Any) -> set[type]:
    return {type(mark) for mark in _shape(annotation, "").marks} if get_origin(annotation) is Annotated else set()


def _field(record: type, attribute: "attrs.Attribute[Any]", hint: Any, tables: Mapping[str, str]) -> Field:
    where = f"{record.__name__}.{attribute.name}"
    shape = _shape(hint, where)
    if attrs.has(shape.base) and shape.many:
        raise ModelError(f"{where}: a field holds one {shape.base.__name__}, not many; make it a record class with a table of its own")
    if shape.many and shape.optional:
        raise ModelError(f"{where}: many values are never missing; say that there may be none with the default ()")
    origin = ((_home(record, attribute.name), attribute.name),)
    if not attrs.has(shape.base):
        required = attribute.default is attrs.NOTHING if shape.many else not shape.optional
        return Field(attribute.name, (_column(attribute.name, shape, required, origin, where, tables),), shape.optional, marks=shape.marks)
    prefix = f"{attribute.name}_"
    outer = next((mark.text for mark in shape.marks if isinstance(mark, Label)), attribute.name)
    printed = next((mark for mark in shape.marks if isinstance(mark, Printed)), None)
    parts = []
    hints = get_type_hints(shape.base, include_extras=True)
    inners = {each.name: _shape(hints[each.name], f"{shape.base.__name__}.{each.name}") for each in attrs.fields(shape.base)}
    whole = tuple(mark for mark in shape.marks if isinstance(mark, UniqueWithin | NotBeforeOf))  # what the value as a whole must fulfil
    sources = {mark.other for inner in inners.values() for mark in inner.marks if isinstance(mark, Follows)}
    if whole and len(sources) != 1:
        raise ModelError(f"{where}: the mark {type(whole[0]).__name__} is for values in which all that follows does so from one part")
    for each in attrs.fields(shape.base):
        inner = inners[each.name]
        marks = tuple(printed if printed and isinstance(mark, Printed) else _prefixed(mark, prefix, outer) for mark in inner.marks)
        marks += whole if each.name in sources else ()
        column = _column(
            prefix + each.name,
            evolve(inner, marks=marks),
            not inner.optional and not shape.optional,
            (*origin, (shape.base, each.name)),
            where,
            tables,
        )
        parts.append(Part(each.name, column, required=not inner.optional, derived=column.has(Follows)))
    return Field(attribute.name, tuple(part.column for part in parts), shape.optional, shape.base, tuple(parts), shape.marks)


def _home(record: type, name: str) -> type:
    """The class that defines a field of a record class: itself, or the nearest that it extends."""
    return next(
        each for each in record.__mro__ if attrs.has(each) and any(own.name == name and not own.inherited for own in attrs.fields(each))
    )


def _prefixed(mark: object, prefix: str, label: str) -> object:
    """A mark of a value's part as it reads on the column: other parts by their columns, the label with the field's."""
    if isinstance(mark, NotBefore | Together | RequiredUnless | Follows | Differs | PatternWhere):
        return evolve(mark, other=prefix + mark.other)
    if isinstance(mark, UniqueWithin):
        return evolve(mark, others=tuple(prefix + other for other in mark.others))
    if isinstance(mark, Printed) and mark.unless:
        return evolve(mark, unless=(prefix + mark.unless[0], mark.unless[1]))
    if isinstance(mark, Label):
        return Label(f"{label}（{mark.text}）")
    return mark


def _column(
    name: str, shape: _Shape, required: bool, origin: tuple[tuple[type, str], ...], where: str, tables: Mapping[str, str]
) -> Column:
    codes = tuple(shape.base) if issubclass(shape.base, Code) else ()
    kind = Kind.CODE if codes else KINDS.get(shape.base)
    if kind is None:
        raise ModelError(f"{where}: {shape.base.__name__} is not a type that dxgov can store")
    column = Column(name, kind, required, shape.many, codes, shape.marks, _target(shape, where, tables), origin)
    if shape.many and kind not in (Kind.TEXT, Kind.CODE):
        raise ModelError(f"{where}: a field of many values holds texts, codes or references, not {shape.base.__name__}")
    if shape.many and column.has(Ref) and column.through is None:
        raise ModelError(f"{where}: a many-valued reference names its link table with the mark Through")
    return column


def _target(shape: _Shape, where: str, tables: Mapping[str, str]) -> str | None:
    ref = next((mark for mark in shape.marks if isinstance(mark, Ref)), None)
    if ref is None or ref.target is None:
        return None
    if ref.target not in tables:
        raise ModelError(f"{where} refers to {ref.target!r}, which has no table{did_you_mean(ref.target, tables)}")
    return tables[ref.target]
