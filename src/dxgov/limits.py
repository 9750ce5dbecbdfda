"""`Limits`: the maximum sizes of packages, and the timeouts of remote ones."""

from typing import Any

from attrs import Attribute, field, frozen

_MIB, _GIB = 2**20, 2**30


def _validate_positive(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if type(value) is int and value >= 2**63:
        raise ValueError(f"{attribute.name}: found {value}, expected a number of at most 64 bits")
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name}: found {value!r}, expected a whole number of 1 or more")


@frozen(kw_only=True)
class Limits:
    """Limits of reading a package. Contents beyond a limit are not read, and reported as ``too-large``.

    `document`, `pages`, `characters`, `cells`, `nesting`, `files` and `ratio` apply to documents; exceeding one raises a `DocumentError`.
    `connect`, `idle`, `rate`, `transfer` and `tries` apply to remote packages and exports; exceeding one raises an `OSError` that
    names the address and the limit.

    The defaults allow tables of ten million rows. Raise them for larger packages that you trust; lower them for packages from
    strangers if memory is scarce.

    >>> from dxgov import Limits
    >>> Limits(package=2**28).package
    268435456

    Raises:
        ValueError: a limit is not a whole number of 1 or more, or takes more than 64 bits.
    """

    package: int = field(default=8 * _GIB, validator=_validate_positive)
    """Maximum bytes of all files together, uncompressed."""
    file: int = field(default=4 * _GIB, validator=_validate_positive)
    """Maximum bytes of one file: of a CSV file uncompressed, of a Parquet file as stored, and of its decoded columns."""
    descriptor: int = field(default=16 * _MIB, validator=_validate_positive)
    """Maximum bytes of ``datapackage.json``."""
    files: int = field(default=10_000, validator=_validate_positive)
    """Maximum number of files in a descriptor or a zip."""
    ratio: int = field(default=250, validator=_validate_positive)
    """Maximum compression ratio of a file in a zip; small files may exceed it."""
    rows: int = field(default=20_000_000, validator=_validate_positive)
    """Maximum rows of one table."""
    columns: int = field(default=1_000, validator=_validate_positive)
    """Maximum columns of one table."""
    cell: int = field(default=16 * _MIB, validator=_validate_positive)
    """Maximum bytes of one cell."""
    document: int = field(default=256 * _MIB, validator=_validate_positive)
    """Maximum bytes of a document, and of all parts of one that is a zip, such as DOCX, uncompressed."""
    pages: int = field(default=10_000, validator=_validate_positive)
    """Maximum number of pages of a document."""
    characters: int = field(default=50_000_000, validator=_validate_positive)
    """Maximum number of characters of a document's text."""
    cells: int = field(default=1_000_000, validator=_validate_positive)
    """Maximum number of cells in the tables of a document."""
    nesting: int = field(default=250, validator=_validate_positive)
    """Maximum depth of elements in a document."""
    batch: int = field(default=65_536, validator=_validate_positive)
    """Approximate rows per batch. It affects memory, not the report."""
    block: int = field(default=8 * _MIB, validator=_validate_positive)
    """Bytes of CSV text that are parsed at once. It affects memory, not the report; larger blocks overflow the processor's cache."""
    task: int = field(default=131_072, validator=_validate_positive)
    """Approximate rows per task of an executor. Tables of fewer than a sixteenth are read without it. It does not affect the report."""
    memory: int = field(default=64 * _MIB, validator=_validate_positive)
    """Maximum bytes of ids and references in memory while a package is checked; more are spilled to temporary files."""
    problems: int = field(default=100_000, validator=_validate_positive)
    """Maximum number of problems in a report; if there are more, the last one says so."""
    connect: int = field(default=30, validator=_validate_positive)
    """Timeout of a connection to a server, in seconds."""
    idle: int = field(default=60, validator=_validate_positive)
    """Maximum seconds without data from a server."""
    rate: int = field(default=100, validator=_validate_positive)
    """Minimum bytes per second from a web server, on average over `idle` seconds."""
    transfer: int = field(default=3_600, validator=_validate_positive)
    """Maximum seconds for one file, with all retries and the pauses between them."""
    tries: int = field(default=4, validator=_validate_positive)
    """Maximum number of requests to a web server for the same bytes, if it fails temporarily; 1 means no retry."""
