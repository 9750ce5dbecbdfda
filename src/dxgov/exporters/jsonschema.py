"""JSON Schema (2020-12) of records in their plain form, `dxgov.model.serialization`."""

from collections.abc import Mapping
from typing import Any

from dxgov.marks import Example, Minimum
from dxgov.schema import Column, Field, Kind, Model, Table
from dxgov.schema.sentences import docstring

_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string", "minLength": 1},
    Kind.CODE: {},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
}


def json_schema(model: Model) -> dict[str, Any]:
    """A schema whose definitions are the record classes; a document that fits is a record of one of them."""
    names = [table.record.__name__ for table in model.tables.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": model.name,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": {table.record.__name__: _record(table) for table in model.tables.values()},
    }


def _record(table: Table) -> dict[str, Any]:
    required = [field.name for field in table.fields if _required(field)]
    return _object(table.label, table.description, {field.name: _field(field) for field in table.fields}, required)


def _object(title: str, description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "description": description,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _required(field: Field) -> bool:
    return not field.optional if field.value else field.columns[0].required


def _field(field: Field) -> dict[str, Any]:
    if field.value is None:
        return _column(field.columns[0])
    properties = {part.name: _column(part.column) | ({"readOnly": True} if part.derived else {}) for part in field.parts}
    description = docstring(field.value)
    return _object(field.columns[0].label.partition("（")[0], description, properties, [part.name for part in field.parts if part.required])


def _column(column: Column) -> dict[str, Any]:
    about: dict[str, Any] = {"title": column.label, "description": column.description}
    example = column.mark(Example)
    if example:
        about["examples"] = [example.value]
    cell = dict(_TYPES[column.kind])
    if column.codes:
        cell["oneOf"] = [{"const": str(code), "title": code.label, "description": code.meaning} for code in column.codes]
    if column.pattern:
        cell["pattern"] = f"^(?:{column.pattern.regex})$"
    minimum = column.mark(Minimum)
    if minimum:
        cell["minimum"] = minimum.value
    if column.many:
        return about | {"type": "array", "items": cell} | ({"minItems": 1} if column.required else {})
    return about | cell
