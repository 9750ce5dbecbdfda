"""Checks of arguments against a function's annotations, with one-line errors."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial, wraps
from inspect import Signature, signature
from math import isfinite
from numbers import Integral, Real
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from dxgov.errors import is_instance, short_repr

P = ParamSpec("P")
R = TypeVar("R")

_Predicate = Callable[[Any], bool]
_AcceptedType = tuple[_Predicate, str]
"""A predicate of argument values, and the noun for what it accepts."""

_NOUNS: Mapping[Any, str] = {
    str: "a text",
    bool: "true or false",
    date: "a day",
    NoneType: "nothing",
    Iterable: "a list or another iterable",
    Mapping: "a mapping",
    os.PathLike: "a path",
    Callable: "a function",
}
"""The nouns of types in messages; other types go by their class names."""

_CLASS_NOUNS = {"Collection": "a data set (dxgov.load gives one)", "Dataset": "a data set (dxgov.load gives one)", "Record": "a record"}
"""The nouns of classes, by name, for which users often pass something else, such as a path."""


def check_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function so that it raises `TypeError` for arguments that do not match its annotations.

    Only the type of the argument itself is checked, not that of its members.

    >>> import dxgov
    >>> dxgov.digest("open-data")
    Traceback (most recent call last):
    ...
    TypeError: data: found 'open-data', expected a data set (dxgov.load gives one)
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        parameters, types = _inspect_signature(function)
        for name, value in parameters.bind(*args, **kwargs).arguments.items():
            if name in types and not any(accepts(value) for accepts, _ in types[name]):
                nouns = list(dict.fromkeys(noun for _, noun in types[name]))
                choices = " or ".join(filter(None, [", ".join(nouns[:-1]), nouns[-1]]))
                raise TypeError(f"{name}: found {short_repr(value)}, expected {choices}")
        return function(*args, **kwargs)

    return wrapper


@cache
def _inspect_signature(function: Callable[..., Any]) -> tuple[Signature, Mapping[str, tuple[_AcceptedType, ...]]]:
    """Return the signature of a function, and the types that each parameter accepts."""
    parameters = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    hints = get_type_hints(SimpleNamespace(__annotations__=parameters), getattr(function, "__globals__", {}))
    return signature(function), {name: tuple(_list_accepted_types(hint)) for name, hint in hints.items()}


def _list_accepted_types(hint: Any) -> Iterator[_AcceptedType]:
    """Yield the types that a type hint accepts."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        accepts_paths = any(get_origin(argument) is os.PathLike for argument in arguments)
        for argument in arguments:
            is_path = accepts_paths and argument is str
            yield from [(_is_path_text, _NOUNS[os.PathLike])] if is_path else _list_accepted_types(argument)
    elif origin is Annotated:
        yield from _list_accepted_types(arguments[0])
    elif origin is Literal:
        for option in arguments:
            yield partial(_is_option, option), repr(option)
    elif isinstance(hint, TypeVar):
        yield from _list_accepted_types(hint.__bound__ or Any)
    elif origin is type:
        base = (arguments[0].__bound__ or object) if isinstance(arguments[0], TypeVar) else arguments[0]
        yield (lambda value: isinstance(value, type) and issubclass(value, base)), f"a subclass of {base.__name__}"
    elif hint in (Any, object):
        yield (lambda _: True), "anything"
    elif hint is int:
        yield (lambda value: is_instance(value, Integral)), "a whole number"
    elif hint is float:
        yield (lambda value: is_instance(value, Real) and isfinite(value)), "a number"
    else:
        kind = origin or hint
        name = getattr(kind, "__name__", str(kind))
        noun = _NOUNS.get(kind) or _CLASS_NOUNS.get(name) or f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
        yield (lambda value: is_instance(value, kind)), noun


def _is_option(option: object, value: object) -> bool:
    return type(value) is type(option) and value == option


def _is_path_text(value: object) -> bool:
    """Check if a value is a string that can be a path or an address, that is one that the file system can encode."""
    if not isinstance(value, str):
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
