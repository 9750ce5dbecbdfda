"""`Resource`: a file that a descriptor lists, and the checks of its size and hash."""

import hashlib

from attrs import frozen

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.formats.declarations import NO_DECLARATION, Declaration
from dxgov.languages import Message


@frozen
class Resource:
    """A file that a descriptor lists, or the files of a partitioned table."""

    table: str
    path: str
    format: str
    bytes: int | None = None
    hash: str | None = None
    columns: frozenset[str] | None = None
    """Columns that the descriptor declares and the file must have; None if it declares none."""
    declaration: Declaration = NO_DECLARATION
    """Declarations that the reader honours."""
    partitions: "tuple[Resource, ...]" = ()
    """Files of a partitioned table; `path` is then that of the first."""
    partition_by: str | None = None
    """Partition column, if the descriptor names one."""
    value: int | str | bool | None = None
    """Of a partition: the value of its rows in the partition column; the year of a date."""
    rows: int | None = None
    """Of a partition: the row count that the descriptor states."""


def create_hasher(resource: Resource) -> "hashlib._Hash | None":
    """Create a hasher for the hash that a descriptor states; return None if it states none that can be computed."""
    algorithm = _get_algorithm(resource)
    return (
        hashlib.new(algorithm, usedforsecurity=False)
        if algorithm in hashlib.algorithms_guaranteed and not _lacks_digest_size(algorithm)
        else None
    )


def _get_algorithm(resource: Resource) -> str:
    """Return the hash algorithm that a descriptor states; empty if it states no hash."""
    algorithm, colon, _ = (resource.hash or "").rpartition(":")
    return (algorithm if colon else "md5").lower().replace("-", "") if resource.hash is not None else ""


def _lacks_digest_size(algorithm: str) -> bool:
    """Return whether the digests of an algorithm have no fixed size."""
    return not hashlib.new(algorithm, usedforsecurity=False).digest_size


def check_file(resource: Resource, size: int, hasher: "hashlib._Hash | None") -> Problem | None:
    """Check the size and the hash of a file; return a problem of the size, or else of the hash, or None."""
    if resource.bytes is not None and resource.bytes != size:
        message = Message(
            "found {size:,} bytes, expected {expected}; {cause}",
            "大きさは{size:,}バイト。ディスクリプタの記載は{expected}。{cause}。",
            size=size,
            expected=_format_number(resource.bytes),
            cause=_explain_change(resource),
        )
        return Problem(ProblemCode.WRONG_SIZE, message, resource.table, file=resource.path)
    if resource.hash is None:
        return None
    if hasher is None:
        message = Message(
            "{algorithm} is not a hash that can be verified",
            "{algorithm}は照合できるハッシュではない。",
            algorithm=short_repr(_get_algorithm(resource)),
        )
        return Problem(ProblemCode.WRONG_HASH, message, resource.table, file=resource.path)
    actual, expected = hasher.hexdigest(), resource.hash.rpartition(":")[2]
    if actual == expected.lower():
        return None
    message = Message(
        "found {algorithm} {actual}…, expected {expected}…; {cause}",
        "{algorithm}は{actual}…。ディスクリプタの記載は{expected}…。{cause}。",
        algorithm=_get_algorithm(resource),
        actual=actual[:12],
        expected=expected[:12],
        cause=_explain_change(resource),
    )
    return Problem(ProblemCode.WRONG_HASH, message, resource.table, file=resource.path)


def _explain_change(resource: Resource) -> str:
    """Return why the size or the hash of a file differs, and what to do if the change is intended."""
    cure = (
        Message("dxgov seal writes it anew", "dxgov sealで書き直す")
        if resource.format == "csv"
        else Message("take `hash` out of the descriptor", "ディスクリプタから`hash`を除く")
    )
    return Message(
        "the file was changed after the descriptor was written; if that is meant, {cure}",
        "ディスクリプタが書かれた後にファイルが変更されている。意図した変更なら、{cure}",
        cure=cure,
    )


def _format_number(number: int) -> str:
    """Return a number for messages."""
    return f"{number:,}" if abs(number) < 10**30 else Message("a number of more than 30 digits", "30桁を超える数")
