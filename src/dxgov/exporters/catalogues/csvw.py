"""CSV on the Web (W3C, 2015): the CSV files as a group of tables, with types, keys and meanings."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dxgov.exporters.catalogues.catalogue import creators, description_texts, license_address, list_files, tag_texts, title_texts
from dxgov.marks import Datatype, Minimum, Ref
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_DATATYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "decimal",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
}
_DIALECT = {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "trim": False}


def export_csvw(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``csv-metadata.json`` over the files of the CSV package."""
    metadata, period = data.metadata, compute_coverage(data)
    urls = {file.table: folder.url(file.path) for file in list_files(folder, "csv")}
    model = data.model()
    license_urls = [url for license in metadata.licenses if (url := license_address(license))]
    group = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": tag_texts(title_texts(metadata)),
        "dc:description": tag_texts(description_texts(data)),
        "dc:identifier": metadata.name,
        "dc:creator": [creator.name for creator in creators(metadata)],
        "dc:issued": {"@value": metadata.created.isoformat(), "@type": "xsd:date"} if metadata.created else None,
        "dc:temporal": "/".join(day.isoformat() for day in period) if period else None,
        "dc:license": [{"@id": url} for url in license_urls],
        "dc:language": list(metadata.languages),
        "dcat:keyword": list(metadata.keywords),
        "schema:version": metadata.version,
        "dialect": _DIALECT,
        "tables": [_describe_table(model, model.stored[name], urls) for name in urls],
    }
    document = {key: value for key, value in group.items() if value not in (None, [])}
    yield "csv-metadata.json", (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _describe_table(model: Model, table: Table | LinkTable, urls: Mapping[str, str]) -> dict[str, Any]:
    """Return the description of a table.

    Only required references are foreign keys, because CSVW demands a matching row for each cell.
    """
    schema: dict[str, Any] = {"columns": [dict(_describe_column(column)) for column in table.stored], "primaryKey": list(table.key)}
    foreign_keys = [
        {
            "columnReference": column.name,
            "reference": {"resource": urls[column.target], "columnReference": model.tables[column.target].key[0]},
        }
        for column in table.stored
        if column.has(Ref) and column.required and column.target and column.target in urls
    ]
    return {
        "url": urls[table.name],
        "dc:title": tag_texts(table.titles.texts.items()),
        "dc:description": tag_texts(table.descriptions.texts.items()),
        "tableSchema": schema | ({"foreignKeys": foreign_keys} if foreign_keys else {}),
    }


def _describe_column(column: Column) -> Iterator[tuple[str, Any]]:
    yield "name", column.name
    yield "titles", {"und": column.name, **column.titles.texts}  # one of them must equal the header of the CSV file
    yield "dc:description", tag_texts(column.descriptions.texts.items())
    yield "datatype", _describe_datatype(column)
    if column.required:
        yield "required", True
    if column.terms:
        yield "propertyUrl", column.terms[0]


def _describe_datatype(column: Column) -> Any:
    if column.many:
        return "json"
    datatype, minimum = column.mark(Datatype), column.mark(Minimum)
    description: dict[str, Any] = {"base": _DATATYPES[column.kind]}
    if datatype and not datatype.iri.startswith("http://www.w3.org/2001/XMLSchema#"):
        description["@id"] = datatype.iri
    if column.pattern:
        description["format"] = column.pattern.regex
    if column.codes:
        description["format"] = "|".join(str(code) for code in column.codes)
    if column.kind is Kind.BOOLEAN:
        description["format"] = "true|false"
    if minimum:
        description["minimum"] = minimum.value
    return description if len(description) > 1 else description["base"]
