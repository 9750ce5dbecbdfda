"""`Limits`: the most that is read of a package, and the longest that servers are waited for."""

from typing import Any

from attrs import Attribute, field, frozen

_MIB, _GIB = 2**20, 2**30


def _positive(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if type(value) is int and value >= 2**63:
        raise ValueError(f"{attribute.name}: found {value}, expected a number of at most 64 bits")
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name}: found {value!r}, expected a whole number of 1 or more")


@frozen(kw_only=True)
class Limits:
    """The most that is taken of a package; what is beyond is not read, and told as ``too-large``.

    `connect`, `idle`, `rate`, `transfer` and `tries` hold for packages at addresses, and exports to them; what is beyond raises an
    `OSError` that names the address and the limit.

    The limits that hold unless others are given let tables of ten million rows through. Raise them for larger packages that you
    trust, lower them where packages come from strangers and memory is scarce.

    >>> from dxgov import Limits
    >>> Limits(package=2**28).package
    268435456

    Raises:
        ValueError: a limit is not a whole number of 1 or more, or takes more than 64 bits.
    """

    package: int = field(default=8 * _GIB, validator=_positive)
    """Bytes of all files together, unpacked."""
    file: int = field(default=4 * _GIB, validator=_positive)
    """Bytes of one file: of a CSV file unpacked, of a Parquet file as it lies there, and of its columns once they are decoded."""
    descriptor: int = field(default=16 * _MIB, validator=_positive)
    """Bytes of ``datapackage.json``."""
    files: int = field(default=10_000, validator=_positive)
    """Files that a descriptor lists, or that a zip holds."""
    ratio: int = field(default=250, validator=_positive)
    """How many times its packed size a file of a zip may have; small files may have more."""
    rows: int = field(default=20_000_000, validator=_positive)
    """Rows of one table."""
    columns: int = field(default=1_000, validator=_positive)
    """Columns of one table."""
    cell: int = field(default=16 * _MIB, validator=_positive)
    """Bytes of one cell."""
    batch: int = field(default=65_536, validator=_positive)
    """Rows that are looked at together, about; what is told does not depend on it, memory does."""
    memory: int = field(default=64 * _MIB, validator=_positive)
    """Bytes of ids and references that are held while a package is checked; what is more lies in temporary files meanwhile."""
    problems: int = field(default=100_000, validator=_positive)
    """Problems that are told; where there are more, the last one told says so."""
    connect: int = field(default=30, validator=_positive)
    """Seconds in which a server must take a connection."""
    idle: int = field(default=60, validator=_positive)
    """Seconds for which a server may send nothing."""
    rate: int = field(default=100, validator=_positive)
    """Bytes a second that a web server must send, on average over `idle` seconds."""
    transfer: int = field(default=3_600, validator=_positive)
    """Seconds that a request for one file may be waited for in all, with all tries and the pauses between them."""
    tries: int = field(default=4, validator=_positive)
    """How often a web server is asked for the same bytes where it breaks off or says that it cannot answer now; 1 asks once."""
