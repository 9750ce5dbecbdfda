"""Checks of redirects, which lead from ids that are no longer in use to records, or say that an id was given up."""

from collections.abc import Collection, Iterator, Mapping

from dxgov.errors import Problem, ProblemCode, short_repr, shorten
from dxgov.languages import Message
from dxgov.metadata import Metadata

_FIELD = "redirects"


def list_redirect_ids(metadata: Metadata) -> tuple[str, ...]:
    """Return all ids that redirects lead from or to."""
    return tuple(sorted({id for redirect in metadata.redirects for id in (redirect.id, redirect.to) if id}))


def check_redirects(metadata: Metadata, used_ids: Collection[str], *, incomplete: bool) -> Iterator[Problem]:
    """Yield a problem for each redirect of an id in use, each repeated or unresolved redirect, and each cycle.

    Args:
        metadata: the metadata with the redirects. A redirect may lead to another one.
        used_ids: those ids of the redirects that records have.
        incomplete: whether some rows could not be read. Unresolved redirects are not reported then.
    """
    targets: dict[str, str | None] = {}
    for redirect in metadata.redirects:
        targets.setdefault(redirect.id, redirect.to)
    previous_ids: set[str] = set()
    for redirect in metadata.redirects:
        if redirect.id in used_ids:
            yield Problem(
                ProblemCode.DUPLICATE_KEY,
                Message(
                    "{id} is the id of a record, so nothing can stand for it",
                    "{id}は記録の識別子であるため、転送できない。",
                    id=short_repr(redirect.id),
                ),
                field=_FIELD,
                value=redirect.id,
            )
        if redirect.id in previous_ids:
            message = Message("{id} is redirected twice", "{id}の転送が二度ある。", id=short_repr(redirect.id))
            yield Problem(ProblemCode.DUPLICATE_KEY, message, field=_FIELD, value=redirect.id)
        if redirect.to is not None and redirect.to not in used_ids and redirect.to not in targets and not incomplete:
            yield Problem(
                ProblemCode.UNKNOWN_REFERENCE,
                Message(
                    "{id} leads to {to}, which is no record",
                    "{id}の転送先{to}という記録はない。",
                    id=short_repr(redirect.id),
                    to=short_repr(redirect.to),
                ),
                field=_FIELD,
                value=redirect.to,
            )
        previous_ids.add(redirect.id)
    yield from _find_cycles(targets)


def _find_cycles(targets: Mapping[str, str | None]) -> Iterator[Problem]:
    """Yield a problem for each cycle of redirects, at its first one."""
    visited: set[str] = set()
    for start in targets:
        # Follow the redirects to an id that has none, that an earlier path has visited, or that this path has visited: a cycle.
        path: dict[str, None] = {}
        id: str | None = start
        while id is not None and id in targets and id not in visited and id not in path:
            path[id] = None
            id = targets[id]
        visited |= {*path}
        if id is not None and id in path:
            cycle = [*path][[*path].index(id) :]
            steps = " → ".join(map(shorten, (*cycle[:_MAX_CYCLE_IDS], id)))
            message = Message("{id} leads back to itself: {steps}", "{id}の転送が自分自身に戻る：{steps}", id=short_repr(id), steps=steps)
            yield Problem(ProblemCode.REFERENCE_CYCLE, message, field=_FIELD, value=id)


_MAX_CYCLE_IDS = 20
"""Maximum ids of a cycle in a message."""
