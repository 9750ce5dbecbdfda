"""CSV on the Web (W3C, 2015): the CSV files as a group of tables, with types, keys and meanings."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dxgov.exporters.catalogues.catalogue import coverage, creators, description, files, license_address, title
from dxgov.marks import Datatype, Minimum, Ref
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "decimal",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
}
_DIALECT = {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "trim": False}


def table_metadata(data: Collection, written: Written) -> Files:
    """``csv-metadata.json`` over the files of the CSV package."""
    about, days = data.metadata, coverage(data)
    listed = {each.table: written.address(each.path) for each in files(written, "csv")}
    model = data.model()
    terms = [address for each in about.licenses if (address := license_address(each))]
    found = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": title(about),
        "dc:description": description(data),
        "dc:identifier": about.name,
        "dc:creator": [each.name for each in creators(about)],
        "dc:issued": {"@value": about.created.isoformat(), "@type": "xsd:date"} if about.created else None,
        "dc:temporal": "/".join(day.isoformat() for day in days) if days else None,
        "dc:license": [{"@id": each} for each in terms],
        "dc:language": list(about.languages),
        "dcat:keyword": list(about.keywords),
        "schema:version": about.version,
        "dialect": _DIALECT,
        "tables": [_table(model, model.stored[name], listed) for name in listed],
    }
    filled = {key: value for key, value in found.items() if value not in (None, [])}
    yield "csv-metadata.json", (json.dumps(filled, ensure_ascii=False, indent=2) + "\n").encode()


def _table(model: Model, table: Table | LinkTable, listed: Mapping[str, str]) -> dict[str, Any]:
    """A table; only references that are never empty are foreign keys, for CSVW has a row that matches each of them."""
    schema: dict[str, Any] = {"columns": [dict(_column(column)) for column in table.stored], "primaryKey": list(table.key)}
    foreign = [
        {
            "columnReference": column.name,
            "reference": {"resource": listed[column.target], "columnReference": model.tables[column.target].key[0]},
        }
        for column in table.stored
        if column.has(Ref) and column.required and column.target and column.target in listed
    ]
    return {
        "url": listed[table.name],
        "dc:title": {"@value": table.label, "@language": "ja"},
        "dc:description": {"@value": table.description, "@language": "en"},
        "tableSchema": schema | ({"foreignKeys": foreign} if foreign else {}),
    }


def _column(column: Column) -> Iterator[tuple[str, Any]]:
    yield "name", column.name
    yield "titles", column.name  # what stands in the header
    yield "dc:title", {"@value": column.label, "@language": "ja"}
    if column.description:
        yield "dc:description", {"@value": column.description, "@language": "en"}
    yield "datatype", _datatype(column)
    if column.required:
        yield "required", True
    if column.terms:
        yield "propertyUrl", column.terms[0]


def _datatype(column: Column) -> Any:
    if column.many:
        return "json"
    datatype, minimum = column.mark(Datatype), column.mark(Minimum)
    found: dict[str, Any] = {"base": _TYPES[column.kind]}
    if datatype and not datatype.iri.startswith("http://www.w3.org/2001/XMLSchema#"):
        found["@id"] = datatype.iri
    if column.pattern:
        found["format"] = column.pattern.regex
    if column.codes:
        found["format"] = "|".join(str(code) for code in column.codes)
    if column.kind is Kind.BOOLEAN:
        found["format"] = "true|false"
    if minimum:
        found["minimum"] = minimum.value
    return found if len(found) > 1 else found["base"]
