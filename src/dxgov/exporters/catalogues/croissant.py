"""MLCommons Croissant 1.0: the Parquet files and their columns, for loaders of training data.

References between tables are left out. mlcroissant 1.1 joins along each of them and fails if a table has two references, if they form a
cycle, or if one is null in all rows. The package descriptor has them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dxgov.exporters.catalogues.catalogue import PackageFile, list_files, tag_texts
from dxgov.exporters.catalogues.citation import format_citation
from dxgov.exporters.catalogues.schemaorg import dataset_properties
from dxgov.marks import Term
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_DATA_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "sc:Text",
    Kind.CODE: "sc:Text",
    Kind.INTEGER: "sc:Integer",
    Kind.NUMBER: "sc:Float",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.DATE: "sc:Date",
}

_CROISSANT_TERMS = (
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
    **{term: f"cr:{term}" for term in _CROISSANT_TERMS.split()},
}


def export_croissant(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``croissant.json`` over the Parquet files, whose types leave nothing to guess."""
    files = list(list_files(folder, "parquet"))
    document = {
        "@context": _CONTEXT,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **dataset_properties(data),
        "citeAs": format_citation(data.metadata),
        "distribution": [_file_object(file, folder) for file in files],
        "recordSet": [_record_set(data.model().stored[file.table]) for file in files],
    }
    yield "croissant.json", (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _file_object(file: PackageFile, folder: ExportFolder) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": tag_texts(file.descriptions.texts.items()),
        "contentUrl": folder.url(file.path),
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _record_set(table: Table | LinkTable) -> dict[str, Any]:
    keys = [{"@id": f"{table.name}/{name}"} for name in table.key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "alternateName": tag_texts(table.titles.texts.items()),
        "description": tag_texts(table.descriptions.texts.items()),
        "key": keys[0] if len(keys) == 1 else keys,
        "field": [dict(_field(table, column)) for column in table.stored],
    }


def _field(table: Table | LinkTable, column: Column) -> Iterator[tuple[str, Any]]:
    term = column.mark(Term)
    yield from {"@type": "cr:Field", "@id": f"{table.name}/{column.name}", "name": column.name}.items()
    yield "alternateName", tag_texts(column.titles.texts.items())
    yield "description", tag_texts(column.descriptions.texts.items())
    yield "dataType", _DATA_TYPES[column.kind]
    if column.many:
        yield "repeated", True
    if term:
        yield "equivalentProperty", term.iri
    yield "source", {"fileObject": {"@id": f"{table.name}.parquet"}, "extract": {"column": column.name}}
