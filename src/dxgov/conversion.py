"""Conversion of the arguments of a record's constructor to the types of its fields."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

import attrs

from dxgov.codes import Code
from dxgov.languages import Message, join_texts

if TYPE_CHECKING:
    from dxgov.errors import Problem  # imported where something fails, because record classes are to be imported fast

_NOUNS = {
    "str": Message("a text", "文字列"),
    "int": Message("a whole number", "整数"),
    "bool": Message("true or false", "真偽値"),
    "Decimal": Message("a Decimal", "Decimal"),
    "date": Message("a date without a time", "時刻のない日付"),
}
"""The nouns of plain types in messages, by name."""


def convert_fields(instance: Any) -> None:
    """Convert the fields of a new record or value to their types; classes have this function as their `__attrs_post_init__`.

    A list becomes a tuple. The text of a code, or a Japanese label that no other code of the field has, becomes the code. A class of
    values converts others with its class method `from_value`, if it has one, as `When` does.

    Raises:
        DataError: fields hold values that cannot be converted, or nothing although they must; it lists all of them.
    """
    problems: list[Problem] = []
    for name, base, optional, many in _list_types(instance.__class__):
        value = getattr(instance, name)
        # Most values are of their types already. Few comparisons tell that, and nothing else is done.
        if many:
            if type(value) is tuple and (not value or {*map(type, value)} == {base}):
                continue
        elif type(value) is base or (optional and value is None):
            continue
        if not many:
            converted = _convert_value(value, base, name, problems)
        elif isinstance(value, tuple | list):
            converted = tuple(_convert_value(member, base, f"{name}[{index}]", problems) for index, member in enumerate(value))
        else:
            converted = value
            problems.append(
                _make_problem(
                    "WRONG_TYPE",
                    value,
                    Message("a list or a tuple, each member {type}", "リストまたはタプルで、各要素は{type}", type=describe_type(base)),
                    name,
                )
            )
        object.__setattr__(instance, name, converted)
    if problems:
        from dxgov.errors import DataError

        id = _to_text(getattr(instance, "id", None))
        raise DataError(
            Message("this is no {name}", "{name}にならない", name=type(instance).__name__),
            [attrs.evolve(problem, id=id) for problem in problems],
        )


@cache
def _list_types(owner: type) -> tuple[tuple[str, type, bool, bool], ...]:
    """Return the fields that the constructor of a class takes: name, type, and whether they may be None or hold many values."""
    from dxgov.annotations import parse_annotation

    hints = get_type_hints(owner, include_extras=True)
    names = [attribute.name for attribute in attrs.fields(owner) if attribute.init]
    shapes = {name: parse_annotation(hints[name], f"{owner.__name__}.{name}") for name in names}
    return tuple((name, shape.base, shape.optional, shape.many) for name, shape in shapes.items())


def _convert_value(value: Any, base: type, path: str, problems: "list[Problem]") -> Any:
    """Convert a value to a type, or add a problem with `path` as its field and return the value as it is."""
    from dxgov.errors import did_you_mean, is_instance

    if is_instance(value, base):
        return value
    if value is None:
        problems.append(_make_problem("MISSING_VALUE", value, describe_type(base), path))
    elif issubclass(base, Code) and isinstance(value, str):
        code = _map_codes(base).get(value)
        if code is not None:
            return code
        problems.append(_make_problem("UNKNOWN_CODE", value, join_texts((describe_type(base), did_you_mean(value, base)), "", "。"), path))
    elif hasattr(base, "from_value"):
        try:
            return base.from_value(value)
        except (TypeError, ValueError) as error:
            problems.append(attrs.evolve(_make_problem("WRONG_TYPE", value, describe_type(base), path), message=str(error)))
    else:
        problems.append(_make_problem("WRONG_TYPE", value, describe_type(base), path))
    return value


def _make_problem(code: str, value: object, expected: str, path: str) -> "Problem":
    from dxgov.errors import Problem, ProblemCode, short_repr

    message = Message(
        "found {value}, expected {expected}",
        "値は{value}。期待する値は{expected}。",
        value=Message("nothing", "なし") if value is None else short_repr(value),
        expected=expected,
    )
    return Problem(ProblemCode[code], message, field=path, value=_to_text(value))


def _to_text(value: object) -> str | None:
    return None if value is None else str(value)


def describe_type(base: type) -> str:
    """Return the noun of the values of a type in a message; for codes, all of them."""
    if issubclass(base, Code):
        return Message("one of {codes}", "次のいずれか：{codes}", codes=", ".join(base))
    return _NOUNS.get(base.__name__) or Message("a {name}", "{name}", name=base.__name__)


@cache
def _map_codes(kind: type[Code]) -> Mapping[str, Code]:
    """Return the codes by their texts, and by the labels that only one of them has."""
    counts = Counter(code.label for code in kind)
    return {code.label: code for code in kind if counts[code.label] == 1} | {str(code): code for code in kind}
