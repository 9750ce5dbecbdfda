"""`Resource`: a file that a descriptor lists, and the checks of its size and hash."""

import hashlib

from attrs import frozen

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.formats.declarations import NOTHING, Declaration


@frozen
class Resource:
    """A file that a descriptor lists."""

    table: str
    path: str
    format: str
    bytes: int | None = None
    hash: str | None = None
    columns: frozenset[str] | None = None
    """The columns that the descriptor declares, and that the file therefore has; ``None`` where it says nothing of columns."""
    declaration: Declaration = NOTHING
    """What to heed when the file is read."""
    parts: "tuple[Resource, ...]" = ()
    """Where the table lies in several files: each of them; `path` is then the first."""
    by: str | None = None
    """The column that parts the rows, if the descriptor names one."""
    value: int | str | bool | None = None
    """Of a part: what its rows have in that column, of a day the year."""
    rows: int | None = None
    """Of a part: how many rows the descriptor says that it has."""


def hashing(resource: Resource) -> "hashlib._Hash | None":
    """What computes the hash that a descriptor states; nothing where it states none that can be computed."""
    algorithm = _algorithm(resource)
    return (
        hashlib.new(algorithm, usedforsecurity=False)
        if algorithm in hashlib.algorithms_guaranteed and not _without_size(algorithm)
        else None
    )


def _algorithm(resource: Resource) -> str:
    algorithm, colon, _ = (resource.hash or "").rpartition(":")
    return (algorithm if colon else "md5").lower().replace("-", "") if resource.hash is not None else ""


def _without_size(algorithm: str) -> bool:
    return not hashlib.new(algorithm, usedforsecurity=False).digest_size


def file_problem(resource: Resource, size: int, hashed: "hashlib._Hash | None") -> Problem | None:
    """What is wrong with a file as a whole: its size, or else its hash."""
    if resource.bytes is not None and resource.bytes != size:
        message = f"found {size:,} bytes, expected {_number(resource.bytes)}; {_changed(resource)}"
        return Problem(ProblemCode.WRONG_SIZE, message, resource.table, file=resource.path)
    if resource.hash is None:
        return None
    if hashed is None:
        message = f"{quoted(_algorithm(resource))} is not a hash that can be verified"
        return Problem(ProblemCode.WRONG_HASH, message, resource.table, file=resource.path)
    actual, expected = hashed.hexdigest(), resource.hash.rpartition(":")[2]
    if actual == expected.lower():
        return None
    said = f"found {_algorithm(resource)} {actual[:12]}…, expected {expected[:12]}…"
    return Problem(ProblemCode.WRONG_HASH, f"{said}; {_changed(resource)}", resource.table, file=resource.path)


def _changed(resource: Resource) -> str:
    """Return why the size or the hash of a file differs, and what to do if the change is meant."""
    cure = "dxgov seal writes it anew" if resource.format == "csv" else "take `hash` out of the descriptor"
    return f"the file was changed after the descriptor was written; if that is meant, {cure}"


def _number(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**30 else "a number of more than 30 digits"
