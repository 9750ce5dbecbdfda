"""Ids that are no longer in use: none of them is a record's, and each leads to a record or is given up."""

from collections.abc import Collection, Iterator, Mapping

from dxgov.errors import Problem, ProblemCode, quoted, shortened
from dxgov.metadata import Metadata

_FIELD = "redirects"


def named(metadata: Metadata) -> tuple[str, ...]:
    """The ids that redirects name."""
    return tuple(sorted({id for each in metadata.redirects for id in (each.id, each.to) if id}))


def redirect_problems(metadata: Metadata, used: Collection[str], *, lost: bool) -> Iterator[Problem]:
    """Every redirect that leads nowhere, in a circle, or away from an id that a record has; `used` are those ids that records have.

    A redirect may lead to another one. Where rows are `lost`, an id may be that of one of them.
    """
    ways: dict[str, str | None] = {}
    for each in metadata.redirects:
        ways.setdefault(each.id, each.to)
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
        if each.to is not None and each.to not in used and each.to not in ways and not lost:
            yield Problem(
                ProblemCode.UNKNOWN_REFERENCE,
                f"{quoted(each.id)} leads to {quoted(each.to)}, which is no record",
                field=_FIELD,
                value=each.to,
            )
        seen.add(each.id)
    yield from _circles(ways)


def _circles(ways: Mapping[str, str | None]) -> Iterator[Problem]:
    """Tell each circle of redirects once, at the first of them."""
    done: set[str] = set()
    for start in ways:
        path: dict[str, None] = {}
        id: str | None = start
        while id is not None and id in ways and id not in done and id not in path:
            path[id] = None
            id = ways[id]
        done |= {*path}
        if id is not None and id in path:
            circle = [*path][[*path].index(id) :]
            message = f"{quoted(id)} leads back to itself: {' → '.join(map(shortened, (*circle[:_LONGEST], id)))}"
            yield Problem(ProblemCode.REFERENCE_CYCLE, message, field=_FIELD, value=id)


_LONGEST = 20
"""So many ids of a circle a message holds."""
