"""References lead to records, do not go in circles, and parts agree with what they are parts of."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import filled, literal, numbers
from dxgov.checks.frames import Frame, true_rows
from dxgov.errors import Problem, ProblemCode, did_you_mean, quoted
from dxgov.marks import Ref
from dxgov.schema import Column, Model, Table


def reference_problems(model: Model, frames: Mapping[str, Frame]) -> Iterator[Problem]:
    """Every reference that leads nowhere, every circle, and every part of two different wholes."""
    for frame in frames.values():
        for column in frame.table.stored:
            if column.has(Ref):
                yield from _dangling(model, frames, frame, column)
                if column.target == frame.table.name and not column.inner:
                    yield from _circles(frame, column)
        if isinstance(frame.table, Table):
            yield from _mismatches(model, frames, frame, frame.table)
    yield from _required(model, frames)


def _ids(model: Model, frames: Mapping[str, Frame], target: str | None) -> pa.Array:
    """The ids of a table, or of all tables."""
    names = [name for name in ([target] if target else model.tables) if name in frames]
    arrays = [frames[name].cells(model.tables[name].key[0]) for name in names]
    return pa.concat_arrays(arrays) if arrays else pa.nulls(0, pa.string())


def _dangling(model: Model, frames: Mapping[str, Frame], frame: Frame, column: Column) -> Iterator[Problem]:
    targets = [column.target] if column.target else list(model.tables)
    if any(name in frames and frames[name].lost for name in targets):
        return
    cells = frame.cells(column.name)
    known = _ids(model, frames, column.target)
    bad = pc.and_(pc.is_valid(cells), pc.invert(pc.is_in(cells, value_set=known, skip_nulls=True)))
    if not pc.any(bad).as_py():
        return
    ids = [id for id in known.to_pylist() if id] if len(known) <= _SEARCHED else []
    singular = model.tables[column.target].singular.replace("_", " ") if column.target else "record"
    article = "an" if singular[0] in "aeiou" else "a"
    said: dict[str, str] = {}
    for row in true_rows(bad):
        value = cells[row].as_py()
        if value not in said:
            hint = did_you_mean(value, ids) if len(said) < _HINTS else ""
            said[value] = f"{quoted(value)} is not {article} {singular}{hint}"
        yield frame.problem(ProblemCode.UNKNOWN_REFERENCE, said[value], row, column.name, value)


_SEARCHED = 20_000
_HINTS = 200
"""Limits of looking for near ids: so many known ones, so many unknown ones."""


def _circles(frame: Frame, column: Column) -> Iterator[Problem]:
    """Rows from which following the column leads back; each circle is told once, at its first row."""
    next_row = filled(
        pc.index_in(frame.cells(column.name), value_set=frame.cells(frame.table.key[0]), skip_nulls=True).cast(pa.int64()), -1
    )
    follow = np.append(numbers(next_row), -1)
    ahead = follow
    for _ in range(len(follow).bit_length()):
        ahead = ahead[ahead]
    looping = ahead >= 0
    for start in np.flatnonzero(looping).tolist():
        row, path = start, []
        while looping[row]:
            looping[row] = False
            path.append(row)
            row = int(follow[row])
        if row in path:
            circle = path[path.index(row) :]
            first = min(circle)
            turned = circle[circle.index(first) :] + circle[: circle.index(first) + 1]
            shown = turned if len(turned) <= _LONGEST else [*turned[: _LONGEST - 1], turned[-1]]
            ids = [str(frame.data[frame.table.key[0]][each].as_py()) for each in shown]
            way = " → ".join(ids if shown is turned else [*ids[:-1], f"… ({len(turned) - len(shown):,} more)", ids[-1]])
            yield frame.problem(ProblemCode.REFERENCE_CYCLE, f"leads back to itself: {way}", first, column.name, ids[1])


_LONGEST = 20
"""So many ids of a circle a message holds."""


def _mismatches(model: Model, frames: Mapping[str, Frame], frame: Frame, table: Table) -> Iterator[Problem]:
    """A record that is a part of two others agrees with the nearer one on what that is a part of.

    A reference that leads nowhere is told elsewhere and says nothing here.
    """
    for nearer in table.parents:
        parent = frames.get(nearer.target or "")
        if parent is None or not isinstance(parent.table, Table):
            continue
        theirs_too = {column.name for column in parent.table.parents} - {nearer.name}
        at = pc.index_in(frame.cells(nearer.name), value_set=parent.cells(parent.table.key[0]), skip_nulls=True)
        for column in (each for each in table.parents if each.name in theirs_too):
            name, known = column.name, _ids(model, frames, column.target)
            theirs, ours = parent.cells(name).take(at), frame.cells(name)
            both_known = pc.and_(*(pc.is_in(ids, value_set=known, skip_nulls=True) for ids in (theirs, ours)))
            for row in true_rows(pc.and_(both_known, pc.not_equal(ours, theirs))):
                message = f"found {quoted(ours[row].as_py())}, but {nearer.name} leads to a record of {quoted(theirs[row].as_py())}"
                yield frame.problem(ProblemCode.PARENT_MISMATCH, message, row, name, ours[row].as_py())


def _required(model: Model, frames: Mapping[str, Frame]) -> Iterator[Problem]:
    """Many-valued references that need at least one have one."""
    for link in model.links.values():
        owner, rows = frames.get(link.owner.name), frames.get(link.name)
        if owner is None or owner.data.num_rows == 0 or owner.lost or (rows is not None and rows.lost):
            continue
        for column in link.spelled:
            if column.required:
                bad = pc.invert(pc.is_in(owner.cells(link.owner.key[0]), value_set=_owners(rows, column)))
                for row in true_rows(bad):
                    message = (
                        f"found nothing, expected at least one row in {link.name}" if owner.file else "found nothing, expected at least one"
                    )
                    yield owner.problem(ProblemCode.MISSING_VALUE, message, row, column.name)


def _owners(frame: Frame | None, column: Column) -> Any:
    """The ids of the records for which the column has at least one value."""
    if frame is None:
        return pa.nulls(0, pa.string())
    owners = frame.cells(frame.table.stored[0].name)
    if column.through and column.through.role:
        owners = owners.filter(filled(pc.equal(frame.texts("role"), literal(column.through.role)), True))
    return owners
