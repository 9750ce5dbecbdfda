"""Ids that are no longer in use: none of them is a record's, and each leads to a record or is given up."""

from collections.abc import Collection, Iterator

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.metadata import Metadata

_FIELD = "redirects"


def named(metadata: Metadata) -> tuple[str, ...]:
    """The ids that redirects name."""
    return tuple(sorted({id for each in metadata.redirects for id in (each.id, each.to) if id}))


def redirect_problems(metadata: Metadata, used: Collection[str], *, lost: bool) -> Iterator[Problem]:
    """Every redirect that leads nowhere, or away from an id that a record has; `used` are those ids that records have.

    Where rows are `lost`, an id may be that of one of them.
    """
    seen: set[str] = set()
    for each in metadata.redirects:
        if each.id in used:
            yield Problem(
                ProblemCode.DUPLICATE_KEY,
                f"{quoted(each.id)} is the id of a record, so nothing can stand for it",
                field=_FIELD,
                value=each.id,
            )
        if each.id in seen:
            yield Problem(ProblemCode.DUPLICATE_KEY, f"{quoted(each.id)} is redirected twice", field=_FIELD, value=each.id)
        if each.to is not None and each.to not in used and not lost:
            yield Problem(
                ProblemCode.UNKNOWN_REFERENCE,
                f"{quoted(each.id)} leads to {quoted(each.to)}, which is no record",
                field=_FIELD,
                value=each.to,
            )
        seen.add(each.id)
