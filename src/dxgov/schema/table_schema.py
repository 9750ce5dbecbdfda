"""Table Schema (Data Package v2) of the tables of a package."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dxgov.languages import describe_in_languages
from dxgov.marks import Datatype, Example, Minimum, Ref, Term, UniqueWithin, Unit
from dxgov.schema import Column, Kind, LinkTable, Model, Table

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
}


LIST_TYPES: Mapping[str, str] = {"csv": "array", "parquet": "any"}
"""The formats of packages, each with the Table Schema type of columns of many values.

CSV stores them as JSON, an ``array``; Parquet has a list type of its own, for which Table Schema has no type that clients agree on.
"""


def build_table_schema(model: Model, table: Table | LinkTable, present: Collection[str], format: str) -> dict[str, Any]:
    """Return the Table Schema of a table.

    Args:
        model: The model that the table belongs to.
        table: The table to describe.
        present: Names of the tables in the package. Foreign keys to other tables are left out: those tables are empty.
        format: The format of the package, ``csv`` or ``parquet``.
    """
    schema: dict[str, Any] = {"fields": [_describe_field(column, table, format) for column in table.stored], "missingValues": [""]}
    schema["primaryKey"] = list(table.key)
    unique = [[*others, name] for name, others in _find_unique_columns(table) if others]
    if unique:
        schema["uniqueKeys"] = unique
    foreign = list(_list_foreign_keys(model, table, present))
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _find_unique_columns(table: Table | LinkTable) -> list[tuple[str, tuple[str, ...]]]:
    """Return each column whose values are unique, with the columns within whose values they are."""
    return [(column.name, mark.others) for column in table.stored if (mark := column.mark(UniqueWithin))]


def table_schema_type(column: Column, format: str) -> str:
    """Return the Table Schema type of a column in a format."""
    return LIST_TYPES[format] if column.many else _TYPES[column.kind]


def _describe_field(column: Column, table: Table | LinkTable, format: str) -> dict[str, Any]:
    """Return the field descriptor of a column."""
    descriptor: dict[str, Any] = {"name": column.name, "type": table_schema_type(column, format), **describe_in_languages(column)}
    example, unit, term = column.mark(Example), column.mark(Unit), column.mark(Term) or column.mark(Datatype)
    if example:
        # The profile requires a string.
        descriptor["example"] = str(example.value).lower() if isinstance(example.value, bool) else str(example.value)
    if unit:
        descriptor["unit"] = unit.name
    if term:
        descriptor["rdfType"] = term.iri
    if column.codes and not column.many:
        descriptor["categories"] = [{"value": str(code), **describe_in_languages(code, "label")} for code in column.codes]
    if column.kind is Kind.BOOLEAN and not column.many:
        descriptor |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints = dict(_list_constraints(column, table, format))
    if constraints:
        descriptor["constraints"] = constraints
    return descriptor


def _list_constraints(column: Column, table: Table | LinkTable, format: str) -> Iterator[tuple[str, Any]]:
    """Yield the constraints of a column by name."""
    if column.required:
        yield "required", True
    if (column.name in table.key and len(table.key) == 1) or (column.name, ()) in _find_unique_columns(table):
        yield "unique", True
    if column.many:
        if column.required and LIST_TYPES[format] == "array":
            yield "minLength", 1
        return
    if column.codes:
        yield "enum", [str(code) for code in column.codes]
    if column.pattern:
        yield "pattern", column.pattern.regex
    minimum = column.mark(Minimum)
    if minimum:
        yield "minimum", minimum.value


def _list_foreign_keys(model: Model, table: Table | LinkTable, present: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the foreign keys of a table to tables of the package."""
    for column in table.stored:
        if column.has(Ref) and column.target in present:
            yield {"fields": [column.name], "reference": {"resource": column.target, "fields": list(model.tables[str(column.target)].key)}}
