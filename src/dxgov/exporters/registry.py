"""The formats that a data set can be exported to, each with what makes its files.

The list names modules instead of importing them, so that a format costs nothing before it is wanted. A further format is a module with
a function that turns a `Collection` into `Files`, and a line here; where it needs a library, the extra has the name of the format. A
format that describes the files of packages has a line in `DESCRIBES` too, and its function takes what was `Written` before it.
"""

from collections.abc import Callable, Iterable, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, cast

from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.optional_dependencies import needing

if TYPE_CHECKING:
    from dxgov.storage.files import Files, Written
    from dxgov.tables.collection import Collection

    Target = Callable[[Collection, Written], Files]

FORMATS: Mapping[str, str] = {
    "csv": "dxgov.package.write:csv_package",
    "parquet": "dxgov.package.write:parquet_package",
    "wide": "dxgov.exporters.wide:wide_tables",
    "xlsx": "dxgov.exporters.spreadsheets.xlsx:workbook",
    "csv-excel": "dxgov.exporters.spreadsheets.csv_excel:viewing_copy",
    "sqlite": "dxgov.exporters.databases.sqlite:database",
    "duckdb": "dxgov.exporters.databases.duckdb:database",
    "jsonl": "dxgov.exporters.jsonl:json_lines",
    "ical": "dxgov.exporters.ical:feeds",
    "site": "dxgov.exporters.site.website:website",
    "rdf": "dxgov.exporters.linked_data.rdf:linked_data",
    "dcat": "dxgov.exporters.catalogues.dcat:catalogue_entry",
    "schemaorg": "dxgov.exporters.catalogues.schemaorg:markup",
    "croissant": "dxgov.exporters.catalogues.croissant:croissant",
    "csvw": "dxgov.exporters.catalogues.csvw:table_metadata",
    "ckan": "dxgov.exporters.catalogues.ckan:package_create",
    "huggingface": "dxgov.exporters.catalogues.huggingface:repository",
    "citation": "dxgov.exporters.catalogues.citation:citation_file",
}
"""The formats by name; each fills a folder of that name."""

DESCRIBES: Mapping[str, tuple[str, ...]] = {
    "rdf": (),
    "dcat": ("csv", "parquet"),
    "schemaorg": ("csv", "parquet"),
    "croissant": ("parquet",),
    "csvw": ("csv",),
    "ckan": ("csv",),
    "huggingface": ("parquet",),
}
"""The formats that take what was written before them, each with the packages that it describes."""

DEFAULT = ("csv", "parquet")
"""What an export writes unless told otherwise."""


def target(format: str) -> "Target":
    """What turns a data set into the files of a format.

    Raises:
        UnknownNameError: there is no such format.
        NotInstalledError: it needs a library that is not installed.
    """
    if format not in FORMATS:
        raise UnknownNameError(f"there is no format {format!r}{did_you_mean(format, FORMATS)}; expected {named()}")
    with needing(format):
        files = resolve_name(FORMATS[format])
    return cast("Target", files) if format in DESCRIBES else lambda data, _: files(data)


def needed(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats and the packages that they describe, these first; where one of its packages is named, a format describes only that."""
    wanted = tuple(formats)
    packages = [each for format in wanted for each in DESCRIBES.get(format, ()) if not set(DESCRIBES[format]) & set(wanted)]
    return tuple(dict.fromkeys(sorted((*packages, *wanted), key=lambda format: format in DESCRIBES)))


def named() -> str:
    """All formats in a sentence."""
    *others, last = FORMATS
    return f"{', '.join(others)} or {last}"
