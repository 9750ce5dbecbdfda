"""Construction of tables from the annotations and marks of record classes."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import attrs
from attrs import evolve

from dxgov.annotations import Shape, parse_annotation
from dxgov.codes import Code
from dxgov.errors import ModelError, did_you_mean
from dxgov.marks import (
    Follows,
    Key,
    Label,
    NotBeforeOf,
    Printed,
    Ref,
    RefersToField,
    UniqueWithin,
)
from dxgov.schema.tables import KINDS, Column, Field, Kind, Part, Table


def find_record_classes(owner: type) -> Iterator[tuple[str, tuple[type, tuple[object, ...]]]]:
    """Yield the tables that a data set class annotates: the name, and the record class with the marks."""
    for name, annotation in get_type_hints(owner, include_extras=True).items():
        base, *marks = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
        arguments = get_args(base)
        if len(arguments) == 1 and attrs.has(arguments[0]):
            yield name, (arguments[0], tuple(marks))


def build_table(name: str, record: type, marks: tuple[object, ...], tables: Mapping[str, str]) -> Table:
    """Build the table of a record class.

    Args:
        name: Name of the table.
        record: The record class.
        marks: The marks of the table's annotation.
        tables: Table names by class name, to resolve references.
    """
    hints = get_type_hints(record, include_extras=True)
    # The key comes first, the fields that all records share come last.
    root = next(base for base in reversed(record.__mro__) if attrs.has(base))
    shared_names = {attribute.name for attribute in attrs.fields(root)} if root is not record else set()
    attributes = sorted(
        attrs.fields(record),
        key=lambda attribute: (Key not in _collect_mark_types(hints[attribute.name]), attribute.name in shared_names),
    )
    fields = tuple(_build_field(record, attribute, hints[attribute.name], tables) for attribute in attributes)
    table = Table(name, record, fields, marks)
    if not (table.titles.ja and table.descriptions.ja):
        raise ModelError(f"{name}: the mark Label must give a title and a meaning in Japanese")
    if len(table.key) != 1:
        raise ModelError(f"{record.__name__}: one field must carry the mark Key, found {len(table.key)}")
    return table


def _collect_mark_types(annotation: Any) -> set[type]:
    return {type(mark) for mark in parse_annotation(annotation, "").marks} if get_origin(annotation) is Annotated else set()


def _build_field(record: type, attribute: "attrs.Attribute[Any]", hint: Any, tables: Mapping[str, str]) -> Field:
    """Build a field with its column, or with a column for each part of its value."""
    where = f"{record.__name__}.{attribute.name}"
    shape = parse_annotation(hint, where)
    if attrs.has(shape.base) and shape.many:
        raise ModelError(f"{where}: a field holds one {shape.base.__name__}, not many; make it a record class with a table of its own")
    if shape.many and shape.optional:
        raise ModelError(f"{where}: many values are never missing; say that there may be none with the default ()")
    label = _get_label(shape, where)
    origin = ((_find_defining_class(record, attribute.name), attribute.name),)
    # A plain field has one column.
    if not attrs.has(shape.base):
        required = attribute.default is attrs.NOTHING if shape.many else not shape.optional
        column = _build_column(attribute.name, shape, required, origin, where, tables)
        if required and attribute.default is not attrs.NOTHING:
            column = evolve(column, default=attribute.default)
        return Field(attribute.name, (column,), shape.optional, marks=shape.marks)
    # Marks of the field that apply to its parts: a label and Printed to all, constraints to the part that the others follow from.
    prefix = f"{attribute.name}_"
    printed = next((mark for mark in shape.marks if isinstance(mark, Printed)), None)
    constraints = tuple(mark for mark in shape.marks if isinstance(mark, UniqueWithin | NotBeforeOf))
    hints = get_type_hints(shape.base, include_extras=True)
    part_shapes = {part.name: parse_annotation(hints[part.name], f"{shape.base.__name__}.{part.name}") for part in attrs.fields(shape.base)}
    sources = {mark.other for part_shape in part_shapes.values() for mark in part_shape.marks if isinstance(mark, Follows)}
    if constraints and len(sources) != 1:
        raise ModelError(f"{where}: the mark {type(constraints[0]).__name__} is for values in which all that follows does so from one part")
    # Each part has a column, whose name and marks are prefixed with the field's name.
    parts = []
    for number, (name, part_shape) in enumerate(part_shapes.items()):
        # The meaning of the field stands with that of the first part only.
        part_label = _get_label(part_shape, f"{shape.base.__name__}.{name}")
        meaning = f"{label.meaning if number == 0 else f'{label.text}：'}{part_label.meaning}"
        marks: tuple[object, ...] = (Label(f"{label.text}（{part_label.text}）", meaning),)
        marks += tuple(
            printed if printed and isinstance(mark, Printed) else _prefix_mark(mark, prefix)
            for mark in part_shape.marks
            if not isinstance(mark, Label)
        )
        marks += constraints if name in sources else ()
        column = _build_column(
            prefix + name,
            evolve(part_shape, marks=marks),
            not part_shape.optional and not shape.optional,
            (*origin, (shape.base, name)),
            where,
            tables,
        )
        parts.append(Part(name, column, part_label, required=not part_shape.optional, derived=column.has(Follows)))
    return Field(attribute.name, tuple(part.column for part in parts), shape.optional, shape.base, tuple(parts), shape.marks)


def _find_defining_class(record: type, name: str) -> type:
    """Return the class that defines a field of a record class: the class itself or its nearest base."""
    return next(
        base
        for base in record.__mro__
        if attrs.has(base) and any(attribute.name == name and not attribute.inherited for attribute in attrs.fields(base))
    )


def _get_label(shape: Shape, where: str) -> Label:
    """Return the mark with the Japanese title and meaning.

    Raises:
        ModelError: there is none, or one of them is empty.
    """
    label = next((mark for mark in shape.marks if isinstance(mark, Label)), None)
    if label is None or not label.text or not label.meaning:
        raise ModelError(f"{where}: the mark Label must give a title and a meaning in Japanese")
    return label


def _prefix_mark(mark: object, prefix: str) -> object:
    """Return a mark of a value's part for its column, with the columns of other parts."""
    if isinstance(mark, RefersToField):
        return evolve(mark, other=prefix + mark.other)
    if isinstance(mark, UniqueWithin):
        return evolve(mark, others=tuple(prefix + other for other in mark.others))
    if isinstance(mark, Printed) and mark.unless:
        return evolve(mark, unless=(prefix + mark.unless[0], mark.unless[1]))
    return mark


def _build_column(
    name: str, shape: Shape, required: bool, origin: tuple[tuple[type, str], ...], where: str, tables: Mapping[str, str]
) -> Column:
    """Build a column. Raise `ModelError` if its type cannot be stored."""
    codes = tuple(shape.base) if issubclass(shape.base, Code) else ()
    kind = Kind.CODE if codes else KINDS.get(shape.base)
    if kind is None:
        raise ModelError(f"{where}: {shape.base.__name__} is not a type that dxgov can store")
    column = Column(name, kind, required, shape.many, codes, shape.marks, _resolve_target(shape, where, tables), origin)
    if shape.many and kind not in (Kind.TEXT, Kind.CODE):
        raise ModelError(f"{where}: a field of many values holds texts, codes or references, not {shape.base.__name__}")
    return column


def _resolve_target(shape: Shape, where: str, tables: Mapping[str, str]) -> str | None:
    """Return the name of the table that a reference targets, or None."""
    ref = next((mark for mark in shape.marks if isinstance(mark, Ref)), None)
    if ref is None or ref.target is None:
        return None
    if ref.target not in tables:
        raise ModelError(f"{where} refers to {ref.target!r}, which has no table{did_you_mean(ref.target, tables)}")
    return tables[ref.target]
