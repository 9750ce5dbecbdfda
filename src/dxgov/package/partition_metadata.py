"""What a descriptor tells of the files of a table that lies in several, beyond what Data Package has words for.

The standard lets ``path`` be a list, and says nothing of the size, hash and rows of each file. They stand in the resource's property
``dxgov``, which other clients pass over: ``by``, the column that parts the rows, and ``parts``, for each file its ``path``, ``bytes``,
``hash``, ``rows`` and ``value``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dxgov.errors import ProblemCode, UnknownNameError, quoted
from dxgov.marks import Ref
from dxgov.schema import Column, Kind, LinkTable, Table

_KINDS = {"bytes": (int, "a whole number"), "hash": (str, "a text"), "rows": (int, "a whole number")}


def parting_columns(table: Table) -> dict[str, Column]:
    """The columns that can part a table, by the names that say so: a field that is a date stands for its first day."""
    columns = {column.name: column for column in table.stored if _parts(column)}
    for field in table.fields:
        start = next((part.column for part in field.parts if part.name == "start"), None)
        if start is not None and start.name in columns:
            columns[field.name] = start
    return columns


def _parts(column: Column) -> bool:
    if column.key or column.many:
        return False
    return column.kind in (Kind.DATE, Kind.CODE, Kind.BOOLEAN) or (column.kind is Kind.TEXT and column.has(Ref))


def parting_column(table: Table, name: str) -> Column:
    """The column that parts a table by that name.

    Raises:
        UnknownNameError: there is none, or it holds what no table is parted by.
    """
    columns = parting_columns(table)
    if name not in columns:
        raise UnknownNameError(f"{table.name} cannot be parted by {name!r}; expected one of {', '.join(columns)}")
    return columns[name]


def parts_of(
    found: Any, paths: Sequence[str], table: Table | LinkTable, told: Callable[[ProblemCode, str, str], None]
) -> tuple[str | None, list[dict[str, Any]]]:
    """The column that parts a table, and what is said of each of its files; what is wrong with that is told."""
    plain: list[dict[str, Any]] = [{"path": path} for path in paths]
    if found is None:
        return None, plain
    listed = found.get("parts") if isinstance(found, Mapping) else None
    if not isinstance(listed, list) or [each.get("path") if isinstance(each, Mapping) else None for each in listed] != list(paths):
        told(ProblemCode.CONTRADICTION, "found other files than in `path`, or in another order", "parts")
        return None, plain
    for number, (each, part) in enumerate(zip(listed, plain, strict=True)):
        for key, (kind, expected) in _KINDS.items():
            if type(each.get(key)) is kind:
                part[key] = each[key]
            elif key in each:
                told(ProblemCode.WRONG_TYPE, f"found {quoted(each[key])}, expected {expected}", f"parts.{number}.{key}")
    by = found.get("by")
    if by is None:
        return None, plain
    column = parting_columns(table).get(by) if isinstance(table, Table) and isinstance(by, str) else None
    if column is None or column.name != by:
        told(ProblemCode.CONTRADICTION, f"found {quoted(by)}, which is not a column that parts {table.name}", "by")
        return None, plain
    for number, (each, part) in enumerate(zip(listed, plain, strict=True)):
        part["value"] = each.get("value")
        if not _fits(column, part["value"]):
            told(ProblemCode.WRONG_TYPE, f"found {quoted(part['value'])}, which is not what parts {by}", f"parts.{number}.value")
            return None, [{key: value for key, value in each.items() if key != "value"} for each in plain]
    return column.name, plain


def _fits(column: Column, value: Any) -> bool:
    if value is None:
        return True
    if column.kind is Kind.DATE:
        return type(value) is int and 1 <= value <= 9999
    if column.kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    return isinstance(value, str) and (not column.codes or value in column.codes)
