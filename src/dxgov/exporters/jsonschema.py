"""JSON Schema (2020-12) of records in their plain form, `dxgov.model.serialization`."""

from collections.abc import Mapping
from typing import Any

from dxgov.languages import Described, describe_in_languages
from dxgov.marks import Example, Minimum
from dxgov.schema import Column, Field, Kind, Model, Table

_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string", "minLength": 1},
    Kind.CODE: {},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
}


def json_schema(model: Model) -> dict[str, Any]:
    """Return a schema with a definition for each record class; it accepts a record of any of them."""
    names = [table.record.__name__ for table in model.tables.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": model.name,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": {table.record.__name__: _record_schema(table) for table in model.tables.values()},
    }


def _record_schema(table: Table) -> dict[str, Any]:
    required = [field.name for field in table.fields if _is_required(field)]
    return _object_schema(table, {field.name: _field_schema(field) for field in table.fields}, required)


def _object_schema(item: Described, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        **describe_in_languages(item),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _is_required(field: Field) -> bool:
    return not field.optional if field.value else field.columns[0].required


def _field_schema(field: Field) -> dict[str, Any]:
    if field.value is None:
        return _column_schema(field.columns[0])
    properties = {part.name: _column_schema(part.column) | ({"readOnly": True} if part.derived else {}) for part in field.parts}
    return _object_schema(field, properties, [part.name for part in field.parts if part.required])


def _column_schema(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = describe_in_languages(column)
    example = column.mark(Example)
    if example:
        schema["examples"] = [example.value]
    cell_schema = dict(_TYPES[column.kind])
    if column.codes:
        cell_schema["oneOf"] = [{"const": str(code), **describe_in_languages(code)} for code in column.codes]
    if column.pattern:
        cell_schema["pattern"] = f"^(?:{column.pattern.regex})$"
    minimum = column.mark(Minimum)
    if minimum:
        cell_schema["minimum"] = minimum.value
    if column.many:
        return schema | {"type": "array", "items": cell_schema} | ({"minItems": 1} if column.required else {})
    return schema | cell_schema
