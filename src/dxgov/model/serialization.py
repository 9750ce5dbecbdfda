"""Conversion of records and metadata to plain dicts and lists, as JSON has them, and back.

Field names are those of the classes; a value such as a date is a dict of its parts. Empty fields are left out. Decimal
numbers are strings, because JSON numbers lose digits.
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

from dxgov.arguments import check_arguments
from dxgov.codes import Code
from dxgov.conversion import describe_type
from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean, short_repr
from dxgov.languages import Message
from dxgov.metadata import KEY, TextError

T = TypeVar("T")


def unstructure(value: Any) -> Any:
    """Return the plain form of a record, a value or metadata."""
    return _converter.unstructure(value)


@check_arguments
def structure(data: Any, into: type[T]) -> T:
    """Build a record, a value or metadata from its plain form. Derived parts are accepted and ignored.

    Raises:
        DataError: the form does not fit the class; it lists all problems, each with the path of the fault as its field.
    """
    try:
        return _converter.structure(data, into)
    except (cattrs.BaseValidationError, ValueError) as error:
        problems = _flatten_errors(error, "")
        raise DataError(Message("this is no {name}", "{name}にならない", name=into.__name__), problems) from None


class _CellError(ValueError):
    """A plain value that a field cannot hold."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class _MembersError(ValueError):
    """Members of a list that a field cannot hold, with a problem for each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def _require_exact_type(kind: type) -> Callable[[Any, Any], Any]:
    """Return a hook that accepts values of one type only; cattrs' own hook would convert others."""

    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _CellError(ProblemCode.WRONG_TYPE, f"found {short_repr(value)}, expected {describe_type(kind)}")
        return value

    return hook


def _structure_date(value: Any, _: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (AttributeError, ValueError):
        raise _CellError(ProblemCode.WRONG_TYPE, f"found {short_repr(value)}, expected a day such as 2024-04-22") from None


def _structure_decimal(value: Any, _: Any) -> Decimal:
    try:
        return Decimal(value if isinstance(value, str | int) else "no number")
    except InvalidOperation:
        raise _CellError(ProblemCode.WRONG_TYPE, f"found {short_repr(value)}, expected a number as a text") from None


def _structure_text_or_code(value: Any, kind: Any) -> str:
    """Structure a string or a code; cattrs uses the hook of `str` for its subclasses, and codes are strings."""
    return _structure_code(value, kind) if issubclass(kind, Code) else str(_require_exact_type(str)(value, kind))


def _structure_code(value: Any, kind: type[Code]) -> Code:
    if not isinstance(value, str) or value not in list(kind):
        hint = did_you_mean(value, kind) if isinstance(value, str) else ""
        raise _CellError(ProblemCode.UNKNOWN_CODE, f"found {short_repr(value)}, expected {describe_type(kind)}{hint}")
    return next(code for code in kind if code == value)


def _build_tuple_hook(kind: Any) -> Callable[[Any, Any], Any]:
    """Return the hook that structures a list as a tuple and collects the problems of all its members."""
    (element, _) = kind.__args__

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _CellError(ProblemCode.WRONG_TYPE, f"found {short_repr(value)}, expected a list")
        members, problems = [], []
        for index, member in enumerate(value):
            try:
                members.append(_converter.structure(member, element))
            except (cattrs.BaseValidationError, ValueError) as error:
                problems += _flatten_errors(error, f"[{index}]")
        if problems:
            raise _MembersError(problems)
        return tuple(members)

    return hook


def _build_structure_hook(kind: type) -> Callable[[Any, Any], Any]:
    """Return the hook that structures a dict as an attrs class."""
    build: Callable[..., Any] = make_dict_structure_fn(kind, _converter, _cattrs_forbid_extra_keys=True, **_rename_fields(kind))
    derived = {attribute.name for attribute in attrs.fields(kind) if not attribute.init}
    # Optional fields without a default may be missing in the plain form.
    defaults = dict.fromkeys(
        attribute.name for attribute in attrs.fields(kind) if attribute.default is attrs.NOTHING and _is_optional(attribute.type)
    )

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _CellError(ProblemCode.WRONG_TYPE, f"found {short_repr(value)}, expected an object with the fields of {kind.__name__}")
        return build({**defaults, **{key: member for key, member in value.items() if key not in derived}}, kind)

    return hook


def _get_json_name(attribute: "attrs.Attribute[Any]") -> str:
    """Return the name of a field in the plain form."""
    return str(attribute.metadata.get(KEY, attribute.name))


def _rename_fields(kind: type) -> dict[str, Any]:
    return {attribute.name: override(rename=_get_json_name(attribute)) for attribute in attrs.fields(kind) if KEY in attribute.metadata}


def _is_optional(annotation: Any) -> bool:
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return NoneType in get_args(inner)


def _build_unstructure_hook(kind: type) -> Callable[[Any], dict[str, Any]]:
    """Return the hook that converts an attrs object to a dict without empty fields."""
    to_dict: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        kind, _converter, _cattrs_include_init_false=True, **_rename_fields(kind)
    )
    # Fields that all records share come last.
    root = next(base for base in reversed(kind.__mro__) if attrs.has(base))
    shared_names = {attribute.name for attribute in attrs.fields(root)}
    attributes = sorted(attrs.fields(kind), key=lambda attribute: attribute.inherited and attribute.name in shared_names)
    names = [_get_json_name(attribute) for attribute in attributes]

    def hook(value: Any) -> dict[str, Any]:
        members = to_dict(value)
        return {name: members[name] for name in names if members[name] is not None}

    return hook


def _flatten_errors(error: BaseException, path: str) -> list[Problem]:
    """Return a problem for each leaf of cattrs' tree of errors, with its path as the field."""
    if isinstance(error, cattrs.BaseValidationError):
        return [problem for cause in error.exceptions for problem in _flatten_errors(cause, path + _get_path_step(cause))]
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        names = [_get_json_name(attribute) for attribute in attrs.fields(error.cl)]
        return [
            Problem(ProblemCode.UNKNOWN_COLUMN, f"there is no such field{did_you_mean(name, names)}", field=f"{path}.{name}".lstrip("."))
            for name in sorted(error.extra_fields)
        ]
    if isinstance(error, _MembersError):
        return [evolve(problem, field=f"{path}{problem.field}".lstrip(".")) for problem in error.problems]
    if isinstance(error, KeyError):
        return [Problem(ProblemCode.MISSING_VALUE, "found nothing, expected a value", field=path.lstrip("."))]
    if isinstance(error, TextError):
        return [Problem(ProblemCode.BAD_TEXT, error.fault, field=f"{path}.{error.field}".lstrip("."))]
    code = error.code if isinstance(error, _CellError) else ProblemCode.INVALID_VALUE
    return [Problem(code, str(error), field=path.lstrip(".") or None)]


def _get_path_step(error: BaseException) -> str:
    """Return the attribute at which cattrs met an error, such as ``.title``, or an empty string."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, cattrs.AttributeValidationNote):
            return f".{note.name}"
    return ""


_converter = cattrs.Converter(detailed_validation=True)
_converter.register_structure_hook(str, _structure_text_or_code)
_converter.register_structure_hook(int, _require_exact_type(int))
_converter.register_structure_hook(bool, _require_exact_type(bool))
_converter.register_structure_hook_func(lambda kind: kind is date, _structure_date)
_converter.register_structure_hook_func(lambda kind: kind is Decimal, _structure_decimal)
_converter.register_structure_hook_factory(lambda kind: getattr(kind, "__origin__", None) is tuple, _build_tuple_hook)
_converter.register_structure_hook_factory(attrs.has, _build_structure_hook)
_converter.register_unstructure_hook_factory(attrs.has, _build_unstructure_hook)
_converter.register_unstructure_hook_func(lambda kind: kind is date, date.isoformat)
_converter.register_unstructure_hook_func(lambda kind: kind is Decimal, lambda value: format(value, "f"))
_converter.register_unstructure_hook_func(lambda kind: isinstance(kind, type) and issubclass(kind, Code), str)
