"""`Shape`: the parsed annotation of a field, with its type, its marks, and whether it holds one value or many."""

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import evolve, frozen


@frozen
class Shape:
    """The parsed annotation of a field."""

    base: type
    optional: bool = False
    many: bool = False
    marks: tuple[object, ...] = ()


def parse_annotation(annotation: Any, where: str) -> Shape:
    """Parse an annotation; `where` names the field in errors.

    Raises:
        ModelError: no field of a record can have the type.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = parse_annotation(arguments[0], where)
        return evolve(inner, marks=(*arguments[1:], *inner.marks))
    if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        (inner_annotation,) = (argument for argument in arguments if argument is not NoneType)
        return evolve(parse_annotation(inner_annotation, where), optional=True)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return evolve(parse_annotation(arguments[0], where), many=True)
    if isinstance(annotation, type):
        return Shape(annotation)
    from dxgov.errors import ModelError

    raise ModelError(f"{where}: the type {annotation!r} is not one that dxgov can store")
