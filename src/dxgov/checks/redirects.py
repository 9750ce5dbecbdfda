"""Ids that are no longer in use: none of them is a record's, and each leads to a record or is given up."""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import text_array
from dxgov.checks.frames import Frame
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.metadata import Metadata
from dxgov.schema import Model

_FIELD = "redirects"


def redirect_problems(model: Model, frames: Mapping[str, Frame], metadata: Metadata) -> Iterator[Problem]:
    """Every redirect that leads nowhere, or away from an id that a record has."""
    if not metadata.redirects:
        return
    named = text_array(sorted({id for each in metadata.redirects for id in (each.id, each.to) if id}))
    used: set[str] = set()
    for frame in (frames[name] for name in model.tables if name in frames):
        cells = frame.cells(frame.table.key[0])
        used.update(
            pc.filter(named, pc.is_in(named, value_set=cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells)).to_pylist()
        )
    lost = any(frame.lost for frame in frames.values())  # what leads into a table that could not be read may be right
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
