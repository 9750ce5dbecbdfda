"""Records and metadata as plain dicts and lists, as JSON has them, and back.

Field names are those of the classes; a value such as a date is a dict of its parts. What is missing is left out. Decimal
numbers are texts, because JSON's numbers lose digits.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

import attrs
import cattrs
from attrs import evolve
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from dxgov.arguments import checked
from dxgov.codes import Code
from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean, quoted
from dxgov.metadata import KEY, TextError

T = TypeVar("T")


def unstructure(value: Any) -> Any:
    """The plain form of a record, a value or metadata."""
    return _converter.unstructure(value)


@checked
def structure(data: Any, into: type[T]) -> T:
    """A record, a value or metadata from its plain form; parts that follow from others may be given and are not read.

    Raises:
        DataError: the form does not fit the class; it carries all problems, each with the path to the fault as its field.
    """
    try:
        return _converter.structure(data, into)
    except (cattrs.BaseValidationError, ValueError) as error:
        problems = _problems(error, "")
        raise DataError(f"this is no {into.__name__}", problems) from None


class _UnfitError(ValueError):
    """A plain value that a field cannot take."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class _MembersError(ValueError):
    """Members of a list that a field cannot take, each told with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def _exactly(kind: type, expected: str) -> Callable[[Any, Any], Any]:
    """A hook that takes values of one type only, where cattrs would convert whatever it gets."""

    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _UnfitError(ProblemCode.WRONG_TYPE, f"found {quoted(value)}, expected {expected}")
        return value

    return hook


def _date(value: Any, _: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (AttributeError, ValueError):
        raise _UnfitError(ProblemCode.WRONG_TYPE, f"found {quoted(value)}, expected a day such as 2024-04-22") from None


def _decimal(value: Any, _: Any) -> Decimal:
    try:
        return Decimal(value if isinstance(value, str | int) else "no number")
    except InvalidOperation:
        raise _UnfitError(ProblemCode.WRONG_TYPE, f"found {quoted(value)}, expected a number as a text") from None


def _text_or_code(value: Any, kind: Any) -> str:
    """A text; cattrs asks here for vocabularies too, since their members are texts."""
    return _code(value, kind) if issubclass(kind, Code) else str(_exactly(str, "a text")(value, kind))


def _code(value: Any, kind: type[Code]) -> Code:
    if not isinstance(value, str) or value not in list(kind):
        hint = did_you_mean(value, kind) if isinstance(value, str) else ""
        raise _UnfitError(ProblemCode.UNKNOWN_CODE, f"found {quoted(value)}, expected one of {', '.join(kind)}{hint}")
    return next(code for code in kind if code == value)


def _many(kind: Any) -> Callable[[Any, Any], Any]:
    (element, _) = kind.__args__

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _UnfitError(ProblemCode.WRONG_TYPE, f"found {quoted(value)}, expected a list")
        taken, problems = [], []
        for place, each in enumerate(value):
            try:
                taken.append(_converter.structure(each, element))
            except (cattrs.BaseValidationError, ValueError) as error:
                problems += _problems(error, f"[{place}]")
        if problems:
            raise _MembersError(problems)
        return tuple(taken)

    return hook


def _from_dict(kind: type) -> Callable[[Any, Any], Any]:
    build: Callable[..., Any] = make_dict_structure_fn(kind, _converter, _cattrs_forbid_extra_keys=True, **_spelled(kind))
    derived = {each.name for each in attrs.fields(kind) if not each.init}
    left_out = dict.fromkeys(each.name for each in attrs.fields(kind) if each.default is attrs.NOTHING and _optional(each.type))

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _UnfitError(ProblemCode.WRONG_TYPE, f"found {quoted(value)}, expected an object with the fields of {kind.__name__}")
        return build({**left_out, **{key: each for key, each in value.items() if key not in derived}}, kind)

    return hook


def _key(attribute: "attrs.Attribute[Any]") -> str:
    """How the plain form spells the name of a field."""
    return str(attribute.metadata.get(KEY, attribute.name))


def _spelled(kind: type) -> dict[str, Any]:
    return {each.name: override(rename=_key(each)) for each in attrs.fields(kind) if KEY in each.metadata}


def _optional(annotation: Any) -> bool:
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return NoneType in get_args(inner)


def _to_dict(kind: type) -> Callable[[Any], dict[str, Any]]:
    take_apart: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        kind, _converter, _cattrs_include_init_false=True, **_spelled(kind)
    )
    root = next(each for each in reversed(kind.__mro__) if attrs.has(each))
    shared = {each.name for each in attrs.fields(root)}
    own_first = [_key(each) for each in sorted(attrs.fields(kind), key=lambda each: each.inherited and each.name in shared)]

    def hook(value: Any) -> dict[str, Any]:
        taken = take_apart(value)
        return {name: taken[name] for name in own_first if taken[name] is not None}

    return hook


def _problems(error: BaseException, path: str) -> list[Problem]:
    """The leaves of cattrs' tree of errors, each with the path to it."""
    if isinstance(error, cattrs.BaseValidationError):
        notes = {id(each): _step(each) for each in error.exceptions}
        return [problem for each in error.exceptions for problem in _problems(each, path + notes[id(each)])]
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = [_key(each) for each in attrs.fields(error.cl)]
        return [
            Problem(ProblemCode.UNKNOWN_COLUMN, f"there is no such field{did_you_mean(name, known)}", field=f"{path}.{name}".lstrip("."))
            for name in sorted(error.extra_fields)
        ]
    if isinstance(error, _MembersError):
        return [evolve(each, field=f"{path}{each.field}".lstrip(".")) for each in error.problems]
    if isinstance(error, KeyError):
        return [Problem(ProblemCode.MISSING_VALUE, "found nothing, expected a value", field=path.lstrip("."))]
    if isinstance(error, TextError):
        return [Problem(ProblemCode.BAD_TEXT, error.fault, field=f"{path}.{error.field}".lstrip("."))]
    code = error.code if isinstance(error, _UnfitError) else ProblemCode.INVALID_VALUE
    return [Problem(code, str(error), field=path.lstrip(".") or None)]


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, cattrs.AttributeValidationNote):
            return f".{note.name}"
    return ""


_converter = cattrs.Converter(detailed_validation=True)
_converter.register_structure_hook(str, _text_or_code)
_converter.register_structure_hook(int, _exactly(int, "a whole number"))
_converter.register_structure_hook(bool, _exactly(bool, "true or false"))
_converter.register_structure_hook_func(lambda kind: kind is date, _date)
_converter.register_structure_hook_func(lambda kind: kind is Decimal, _decimal)
_converter.register_structure_hook_factory(lambda kind: getattr(kind, "__origin__", None) is tuple, _many)
_converter.register_structure_hook_factory(attrs.has, _from_dict)
_converter.register_unstructure_hook_factory(attrs.has, _to_dict)
_converter.register_unstructure_hook_func(lambda kind: kind is date, date.isoformat)
_converter.register_unstructure_hook_func(lambda kind: kind is Decimal, lambda value: format(value, "f"))
_converter.register_unstructure_hook_func(lambda kind: isinstance(kind, type) and issubclass(kind, Code), str)
