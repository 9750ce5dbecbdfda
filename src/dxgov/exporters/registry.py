"""The export formats by name, each with the function that makes its files.

A line names its exporter as text, so that a format and its library are imported only when the format is used. A new format is one
module and one line here: every exporter takes the data set and the folder of the export, and yields files. If the exporter needs a
library, the extra that installs the library has the name of the format.
"""

from collections.abc import Callable, Iterable, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, cast

from attrs import frozen

from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.optional_dependencies import require_extra

if TYPE_CHECKING:
    from dxgov.storage.files import ExportFolder, Files
    from dxgov.tables.collection import Collection

    Exporter = Callable[[Collection, ExportFolder], Files]
    """Yields the files of a format. The folder holds what the export has written so far, and the address it will be published at."""


@frozen
class Format:
    """An export format."""

    exporter: str
    """The exporter as ``module:function``."""
    describes: tuple[str, ...] = ()
    """Package formats whose files the exporter reads from the folder; they are written before it."""


FORMATS: Mapping[str, Format] = {
    "csv": Format("dxgov.exporters.registry:export_csv"),
    "parquet": Format("dxgov.exporters.registry:export_parquet"),
    "wide": Format("dxgov.exporters.wide:export_wide"),
    "xlsx": Format("dxgov.exporters.spreadsheets.xlsx:export_xlsx"),
    "csv-excel": Format("dxgov.exporters.spreadsheets.csv_excel:export_csv_excel"),
    "sqlite": Format("dxgov.exporters.databases.sqlite:export_sqlite"),
    "duckdb": Format("dxgov.exporters.databases.duckdb:export_duckdb"),
    "jsonl": Format("dxgov.exporters.jsonl:export_jsonl"),
    "ical": Format("dxgov.exporters.ical:export_ical"),
    "site": Format("dxgov.exporters.site.website:export_site"),
    "rdf": Format("dxgov.exporters.linked_data.rdf:export_rdf"),
    "dcat": Format("dxgov.exporters.catalogues.dcat:export_dcat", describes=("csv", "parquet")),
    "schemaorg": Format("dxgov.exporters.catalogues.schemaorg:export_schemaorg", describes=("csv", "parquet")),
    "croissant": Format("dxgov.exporters.catalogues.croissant:export_croissant", describes=("parquet",)),
    "csvw": Format("dxgov.exporters.catalogues.csvw:export_csvw", describes=("csv",)),
    "ckan": Format("dxgov.exporters.catalogues.ckan:export_ckan", describes=("csv",)),
    "huggingface": Format("dxgov.exporters.catalogues.huggingface:export_huggingface", describes=("parquet",)),
    "citation": Format("dxgov.exporters.catalogues.citation:export_citation"),
}
"""The formats by name. An export writes each into a folder of that name."""

DEFAULT_FORMATS = ("csv", "parquet")
"""Formats that an export writes unless the caller names others."""


def load_exporter(format: str) -> "Exporter":
    """Return the exporter of a format.

    Raises:
        UnknownNameError: there is no such format.
        NotInstalledError: it needs a library that is not installed.
    """
    if format not in FORMATS:
        raise UnknownNameError(f"there is no format {format!r}{did_you_mean(format, FORMATS)}; expected {join_format_names()}")
    with require_extra(format):
        return cast("Exporter", resolve_name(FORMATS[format].exporter))


def expand_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the formats in the order of writing, with the packages that some of them describe added.

    A format describes the packages that the caller names. Only if the caller names none of them, all that it describes are added.
    """
    requested = tuple(formats)
    described = {format: FORMATS[format].describes if format in FORMATS else () for format in requested}
    added = [package for packages in described.values() if not set(packages) & set(requested) for package in packages]
    return tuple(dict.fromkeys(sorted((*added, *requested), key=lambda format: bool(described.get(format)))))


def join_format_names() -> str:
    """Return the names of all formats as an enumeration, such as ``csv, parquet or wide``."""
    *names, last = FORMATS
    return f"{', '.join(names)} or {last}"


def export_csv(data: "Collection", _folder: "ExportFolder") -> "Files":
    """Yield the files of the CSV package."""
    from dxgov.package.write import build_csv_package

    return build_csv_package(data)


def export_parquet(data: "Collection", _folder: "ExportFolder") -> "Files":
    """Yield the files of the Parquet package."""
    from dxgov.package.write import build_parquet_package

    return build_parquet_package(data)
