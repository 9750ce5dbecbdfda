"""Metadata of the files of a partitioned table, beyond what Data Package defines.

The standard lets ``path`` be a list, and says nothing of the size, hash and rows of each file. They are in the resource's property
``dxgov``, which other clients ignore: ``by``, the partition column, and ``parts``, for each file its ``path``, ``bytes``, ``hash``,
``rows`` and ``value``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dxgov.errors import ProblemCode, UnknownNameError, describe_difference, short_repr
from dxgov.languages import Message
from dxgov.marks import Ref
from dxgov.schema import Column, Kind, LinkTable, Table

_PROPERTY_TYPES = {
    "bytes": (int, Message("a whole number", "整数")),
    "hash": (str, Message("a text", "文字列")),
    "rows": (int, Message("a whole number", "整数")),
}


def list_partition_columns(table: Table) -> dict[str, Column]:
    """Return the columns that can partition a table, by name; a date field stands for its first day."""
    columns = {column.name: column for column in table.stored if _can_partition(column)}
    for field in table.fields:
        start = next((component.column for component in field.parts if component.name == "start"), None)
        if start is not None and start.name in columns:
            columns[field.name] = start
    return columns


def _can_partition(column: Column) -> bool:
    """Return whether a table can be partitioned by a column: a date, a code, a truth value, or a reference."""
    if column.key or column.many:
        return False
    return column.kind in (Kind.DATE, Kind.CODE, Kind.BOOLEAN) or (column.kind is Kind.TEXT and column.has(Ref))


def get_partition_column(table: Table, name: str) -> Column:
    """Return the column that partitions a table.

    Raises:
        UnknownNameError: there is no such column, or tables are not partitioned by its kind.
    """
    columns = list_partition_columns(table)
    if name not in columns:
        raise UnknownNameError(f"{table.name} cannot be partitioned by {name!r}; expected one of {', '.join(columns)}")
    return columns[name]


def read_partitions(
    metadata: Any, paths: Sequence[str], table: Table | LinkTable, report: Callable[[ProblemCode, str, str], None]
) -> tuple[str | None, list[dict[str, Any]]]:
    """Read the partition metadata of a resource.

    Args:
        metadata: The property ``dxgov`` of the resource; None if it has none.
        paths: The paths of the resource.
        table: The table of the resource.
        report: Function that reports a problem: its code, its message, and the key in the property.

    Returns:
        The partition column, or None; and for each file the attributes of its `Resource`.
    """
    partitions: list[dict[str, Any]] = [{"path": path} for path in paths]
    if metadata is None:
        return None, partitions
    entries = metadata.get("parts") if isinstance(metadata, Mapping) else None
    if not isinstance(entries, list) or [entry.get("path") if isinstance(entry, Mapping) else None for entry in entries] != list(paths):
        report(
            ProblemCode.CONTRADICTION,
            Message("found other files than in `path`, or in another order", "ファイルまたはその順序が`path`と異なる。"),
            "parts",
        )
        return None, partitions
    for number, (entry, partition) in enumerate(zip(entries, partitions, strict=True)):
        for key, (kind, expected) in _PROPERTY_TYPES.items():
            if type(entry.get(key)) is kind:
                partition[key] = entry[key]
            elif key in entry:
                report(ProblemCode.WRONG_TYPE, describe_difference(entry[key], expected), f"parts.{number}.{key}")
    partition_by = metadata.get("by")
    if partition_by is None:
        return None, partitions
    column = list_partition_columns(table).get(partition_by) if isinstance(table, Table) and isinstance(partition_by, str) else None
    if column is None or column.name != partition_by:
        message = Message(
            "found {column}, which is not a column that can partition {table}",
            "{column}は表{table}を分割できる列ではない。",
            column=short_repr(partition_by),
            table=table.name,
        )
        report(ProblemCode.CONTRADICTION, message, "by")
        return None, partitions
    for number, (entry, partition) in enumerate(zip(entries, partitions, strict=True)):
        partition["value"] = entry.get("value")
        if not _is_partition_value(column, partition["value"]):
            report(
                ProblemCode.WRONG_TYPE,
                Message(
                    "found {value}, which is not a value of {column}",
                    "{value}は{column}の値ではない。",
                    value=short_repr(partition["value"]),
                    column=partition_by,
                ),
                f"parts.{number}.value",
            )
            return None, [{key: value for key, value in entry.items() if key != "value"} for entry in partitions]
    return column.name, partitions


def _is_partition_value(column: Column, value: Any) -> bool:
    """Return whether a value can be the partition value of a column."""
    if value is None:
        return True
    if column.kind is Kind.DATE:
        return type(value) is int and 1 <= value <= 9999
    if column.kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    return isinstance(value, str) and (not column.codes or value in column.codes)
