"""The sentences under the fields of a class, parsed from its source, and the help on the class with them."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from types import FunctionType, NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

T = TypeVar("T")


class FieldDocstring:
    """A docstring of a class, to which a list of the fields is added when it is read, since that takes the source."""

    def __init__(self, text: str | None) -> None:
        self.text: str | None = text
        """The docstring as written; None under ``python -OO``."""

    def __get__(self, instance: object, owner: type) -> str:
        sentences, types = parse_sentences(owner) or {}, get_type_hints(owner)
        lines = [inspect.cleandoc(self.text or ""), "", "Fields:"]
        for field in sort_fields(owner):
            default = "" if field.default is attrs.NOTHING or not field.init else f" = {field.default!r}"
            lines += [f"    {field.name}: {format_type(types[field.name])}{default}"]
            lines += [f"        {sentences[field.name]}"] if field.name in sentences else []
        return "\n".join(lines)


def document_fields(owner: type[T]) -> type[T]:
    """Decorate an attrs class so that ``help`` and notebooks show its fields with types and meanings, without marks."""
    if not isinstance(vars(owner).get("__doc__"), FieldDocstring):
        owner.__doc__ = FieldDocstring(owner.__doc__)  # type: ignore[assignment]
    constructor = vars(owner).get("__init__")
    if constructor is not None:
        constructor.__annotations__ = {name: strip_marks(annotation) for name, annotation in constructor.__annotations__.items()}
    return owner


def strip_marks(annotation: Any) -> Any:
    """Return the annotation without marks, at any depth."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return strip_marks(arguments[0])
    if origin in (Union, UnionType):
        return reduce(or_, map(strip_marks, arguments))
    return origin[tuple(map(strip_marks, arguments))] if origin is tuple else annotation


def format_type(annotation: Any) -> str:
    """Return the annotation without marks as text, as one writes it."""
    plain = strip_marks(annotation)
    if get_origin(plain) in (Union, UnionType):
        return " | ".join(map(format_type, get_args(plain)))
    if get_origin(plain) is tuple:
        return f"tuple[{', '.join(map(format_type, get_args(plain)))}]"
    if plain is Ellipsis:
        return "..."
    return "None" if plain is NoneType else str(getattr(plain, "__name__", plain))


def sort_fields(owner: type) -> "list[attrs.Attribute[object]]":
    """Return the fields of an attrs class: the id and those that the class defines, then the inherited ones."""
    return sorted(attrs.fields(owner), key=lambda field: field.inherited and field.name != "id")


def get_sentence(owner: type, name: str) -> str:
    """Return the sentence under a field of a class, or an empty string if the source of the class is not available.

    Raises:
        ModelError: the source has no sentence under the field.
    """
    sentences = parse_sentences(owner)
    if sentences is None:
        return ""
    if name not in sentences:
        from dxgov.errors import ModelError

        raise ModelError(f"{owner.__name__}.{name}: a sentence under the field must say what it means")
    return sentences[name]


def read_docstring(owner: type | FunctionType) -> str | None:
    """Return the docstring of a class or function as written; None if there is none."""
    # The attribute of a class would list the fields, for which its module is parsed.
    docstring = vars(owner).get("__doc__") if isinstance(owner, type) else owner.__doc__
    return docstring.text if isinstance(docstring, FieldDocstring) else docstring


def get_docstring(owner: type) -> str:
    """Return the docstring of a class on one line; under ``python -OO`` it is parsed from the source."""
    text = read_docstring(owner)
    if text is None:
        body = _find_body(owner)
        text = _get_string(body[0]) if body else None
    return " ".join((text or "").split())


@cache
def parse_sentences(owner: type) -> Mapping[str, str] | None:
    """Return the sentence under each field of a class and its bases, each on one line.

    Return None if the source of the class is not available, as in an interactive session.
    """
    sentences: dict[str, str] = {}
    for base in reversed(owner.__mro__[:-1]):
        body = _find_body(base)
        if body is None:
            return None
        for statement, successor in pairwise(body):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                text = _get_string(successor)
                if text is not None:
                    sentences[statement.target.id] = text
    return sentences


def _get_string(node: ast.stmt) -> str | None:
    """Return the string of a statement that is a string literal, on one line, or None."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return None


def _find_body(owner: type) -> list[ast.stmt] | None:
    """Return the statements of a class in its source, or None if the source is not available."""
    module = _parse_module(owner.__module__)
    if module is None:
        return None
    path = [name for name in owner.__qualname__.split(".") if name != "<locals>"]
    nodes: list[ast.stmt] = module.body
    for name in path:
        node = next((node for node in _filter_definitions(nodes) if node.name == name), None)
        if node is None:
            return None
        nodes = node.body
    return nodes


def _filter_definitions(nodes: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    return (node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef))


@cache
def _parse_module(name: str) -> ast.Module | None:
    try:
        return ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError, KeyError, SyntaxError):
        return None
