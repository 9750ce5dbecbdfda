"""Table Schema (Data Package v2) of the tables of a package."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

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


FORMATS: Mapping[str, str] = {"csv": "array", "parquet": "any"}
"""The formats of packages, and the type that columns of many values get in each.

In CSV they are JSON text, an ``array``; Parquet has lists of its own, for which Table Schema has no type that clients agree on.
"""


def table_schema(model: Model, table: Table | LinkTable, present: Collection[str], format: str) -> dict[str, Any]:
    """The Table Schema of a table, with foreign keys to the tables that are `present` in the package.

    A reference to a table that is not there has no values, for an empty table is left out of a package.
    """
    schema: dict[str, Any] = {"fields": [_field(column, table, format) for column in table.stored], "missingValues": [""]}
    schema["primaryKey"] = list(table.key)
    unique = [[*others, name] for name, others in _unique(table) if others]
    if unique:
        schema["uniqueKeys"] = unique
    foreign = list(_foreign_keys(model, table, present))
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _unique(table: Table | LinkTable) -> list[tuple[str, tuple[str, ...]]]:
    """Return the columns that do not repeat, each with those within whose values it does not."""
    return [(column.name, mark.others) for column in table.stored if (mark := column.mark(UniqueWithin))]


def declared_type(column: Column, format: str) -> str:
    """The type that a column gets in the Table Schema of a format."""
    return FORMATS[format] if column.many else _TYPES[column.kind]


def _field(column: Column, table: Table | LinkTable, format: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "type": declared_type(column, format), "title": column.label}
    if column.description:
        found["description"] = column.description
    example, unit, term = column.mark(Example), column.mark(Unit), column.mark(Term) or column.mark(Datatype)
    if example:
        found["example"] = str(example.value).lower() if isinstance(example.value, bool) else str(example.value)  # the profile wants text
    if unit:
        found["unit"] = unit.name
    if term:
        found["rdfType"] = term.iri
    if column.codes and not column.many:
        found["categories"] = [{"value": str(code), "label": code.label} for code in column.codes]
    if column.kind is Kind.BOOLEAN and not column.many:
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints = dict(_constraints(column, table, format))
    if constraints:
        found["constraints"] = constraints
    return found


def _constraints(column: Column, table: Table | LinkTable, format: str) -> Iterator[tuple[str, Any]]:
    if column.required:
        yield "required", True
    if (column.name in table.key and len(table.key) == 1) or (column.name, ()) in _unique(table):
        yield "unique", True
    if column.many:
        if column.required and FORMATS[format] == "array":
            yield "minLength", 1
        return
    if column.codes:
        yield "enum", [str(code) for code in column.codes]
    if column.pattern:
        yield "pattern", column.pattern.regex
    minimum = column.mark(Minimum)
    if minimum:
        yield "minimum", minimum.value


def _foreign_keys(model: Model, table: Table | LinkTable, present: Collection[str]) -> Iterator[dict[str, Any]]:
    for column in table.stored:
        if column.has(Ref) and column.target in present:
            yield {"fields": [column.name], "reference": {"resource": column.target, "fields": list(model.tables[str(column.target)].key)}}
