"""The formats that a data set can be exported to, each with what makes its files.

The list names modules instead of importing them, so that a format costs nothing before it is wanted. A further format is a module with
a function that turns a `Collection` into `Files`, and a line here; where it needs a library, the extra has the name of the format.
"""

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, cast

from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.extras import needing

if TYPE_CHECKING:
    from dxgov.collection import Collection
    from dxgov.files import Files

    Target = Callable[[Collection], Files]

FORMATS: Mapping[str, str] = {
    "csv": "dxgov.package.write:csv_package",
    "parquet": "dxgov.package.write:parquet_package",
    "wide": "dxgov.targets.wide:wide_tables",
    "xlsx": "dxgov.targets.xlsx:workbook",
    "csv-excel": "dxgov.targets.csv_excel:viewing_copy",
    "sqlite": "dxgov.targets.sqlite:database",
    "duckdb": "dxgov.targets.duckdb:database",
    "jsonl": "dxgov.targets.jsonl:json_lines",
    "ical": "dxgov.targets.ical:feeds",
}
"""The formats by name; each fills a folder of that name."""

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
        return cast("Target", resolve_name(FORMATS[format]))


def named() -> str:
    """All formats in a sentence."""
    *others, last = FORMATS
    return f"{', '.join(others)} or {last}"
