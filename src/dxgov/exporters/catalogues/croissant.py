"""MLCommons Croissant 1.0: the files and their columns, for loaders of training data.

References between tables are not stated. mlcroissant 1.1 takes each for a join, and fails where a table has two of them, where they lead
in a circle, or where one is empty in all rows; the descriptor of the package has them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dxgov.exporters.catalogues.catalogue import File, files
from dxgov.exporters.catalogues.citation import cited_as
from dxgov.exporters.catalogues.schemaorg import about
from dxgov.marks import Term
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "sc:Text",
    Kind.CODE: "sc:Text",
    Kind.INTEGER: "sc:Integer",
    Kind.NUMBER: "sc:Float",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.DATE: "sc:Date",
}

_OWN = (
    "citeAs column extract field fileProperty fileObject fileSet format includes isLiveDataset jsonPath key md5 parentField path "
    "recordSet references regex repeated replace samplingRate separator source subField transform equivalentProperty"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{each: f"cr:{each}" for each in _OWN.split()},
}


def croissant(data: Collection, written: Written) -> Files:
    """``croissant.json`` over the Parquet files, whose types leave nothing to guess."""
    listed = list(files(written, "parquet"))
    found = {
        "@context": _CONTEXT,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **about(data),
        "citeAs": cited_as(data.metadata),
        "distribution": [_file(each, written) for each in listed],
        "recordSet": [_records(data.model().stored[each.table]) for each in listed],
    }
    yield "croissant.json", (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def _file(each: File, written: Written) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": each.name,
        "name": each.name,
        "description": each.description,
        "contentUrl": written.address(each.path),
        "contentSize": f"{each.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": each.sha256,
    }


def _records(table: Table | LinkTable) -> dict[str, Any]:
    keys = [{"@id": f"{table.name}/{name}"} for name in table.key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": keys[0] if len(keys) == 1 else keys,
        "field": [dict(_field(table, column)) for column in table.stored],
    }


def _field(table: Table | LinkTable, column: Column) -> Iterator[tuple[str, Any]]:
    term = column.mark(Term)
    yield from {"@type": "cr:Field", "@id": f"{table.name}/{column.name}", "name": column.name}.items()
    if column.description:
        yield "description", column.description
    yield "dataType", _TYPES[column.kind]
    if column.many:
        yield "repeated", True
    if term:
        yield "equivalentProperty", term.iri
    yield "source", {"fileObject": {"@id": f"{table.name}.parquet"}, "extract": {"column": column.name}}
