"""Checks of arguments against a function's annotations, with errors of one line."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial, wraps
from inspect import Signature, signature
from math import isfinite
from numbers import Integral, Real
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from dxgov.errors import is_of, quoted

P = ParamSpec("P")
R = TypeVar("R")

_Fits = Callable[[Any], bool]
_Kind = tuple[_Fits, str]
"""Whether an argument is of a kind, and what the kind is called."""

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
"""What types are called; others by the names of their classes."""

_MADE_BY = {"Collection": "a data set (dxgov.load gives one)", "Dataset": "a data set (dxgov.load gives one)", "Record": "a record"}
"""What classes are called for which something else is often given, such as a path, by their names."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function refuse arguments of types that its annotations do not name.

    Only the argument itself is looked at: of a list that it is one, not what its members are.

    >>> import dxgov
    >>> dxgov.digest("open-data")
    Traceback (most recent call last):
    ...
    TypeError: data: found 'open-data', expected a data set (dxgov.load gives one)
    """

    @wraps(function)
    def checking(*args: P.args, **kwargs: P.kwargs) -> R:
        declared, kinds = _declared(function)
        for name, value in declared.bind(*args, **kwargs).arguments.items():
            if name in kinds and not any(fits(value) for fits, _ in kinds[name]):
                nouns = list(dict.fromkeys(noun for _, noun in kinds[name]))
                raise TypeError(f"{name}: found {quoted(value)}, expected {' or '.join(filter(None, [', '.join(nouns[:-1]), nouns[-1]]))}")
        return function(*args, **kwargs)

    return checking


@cache
def _declared(function: Callable[..., Any]) -> tuple[Signature, Mapping[str, tuple[_Kind, ...]]]:
    """Give the signature of a function, and for each parameter the kinds that it takes."""
    parameters = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    hints = get_type_hints(SimpleNamespace(__annotations__=parameters), getattr(function, "__globals__", {}))
    return signature(function), {name: tuple(_kinds(hint)) for name, hint in hints.items()}


def _kinds(hint: Any) -> Iterator[_Kind]:
    """Yield the kinds of values that a type hint names."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        path = any(get_origin(each) is os.PathLike for each in arguments)
        for each in arguments:
            yield from [(_is_path_text, _NOUNS[os.PathLike])] if path and each is str else _kinds(each)
    elif origin is Annotated:
        yield from _kinds(arguments[0])
    elif origin is Literal:
        for option in arguments:
            yield partial(_is_option, option), repr(option)
    elif isinstance(hint, TypeVar):
        yield from _kinds(hint.__bound__ or Any)
    elif origin is type:
        base = (arguments[0].__bound__ or object) if isinstance(arguments[0], TypeVar) else arguments[0]
        yield (lambda value: isinstance(value, type) and issubclass(value, base)), f"a subclass of {base.__name__}"
    elif hint in (Any, object):
        yield (lambda _: True), "anything"
    elif hint is int:
        yield (lambda value: is_of(value, Integral)), "a whole number"
    elif hint is float:
        yield (lambda value: is_of(value, Real) and isfinite(value)), "a number"
    else:
        kind = origin or hint
        name = getattr(kind, "__name__", str(kind))
        noun = _NOUNS.get(kind) or _MADE_BY.get(name) or f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
        yield (lambda value: is_of(value, kind)), noun


def _is_option(option: object, value: object) -> bool:
    return type(value) is type(option) and value == option


def _is_path_text(value: object) -> bool:
    """Tell whether a text can be a path or an address: the file system must be able to spell it."""
    if not isinstance(value, str):
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
