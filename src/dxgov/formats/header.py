"""The header of a file: which columns it must have, which it may lack, and which nobody knows."""

from collections import Counter
from collections.abc import Iterator

from dxgov.errors import Problem, ProblemCode, did_you_mean, quoted
from dxgov.formats.resource import Resource
from dxgov.formats.tool_artifacts import INDEXES
from dxgov.marks import Follows
from dxgov.schema import Column, LinkTable, Table


def may_be_absent(column: Column, names: list[str], resource: Resource) -> bool:
    """Whether a file may lack a column, which is then empty: one that is optional and that the descriptor does not declare.

    So packages stay good that were written before the model had the column. What follows from another column goes with it.
    """
    if column.required or column.name in names or (resource.columns is not None and column.name in resource.columns):
        return False
    follows = column.mark(Follows)
    return follows is None or follows.other not in names


def header_problems(table: Table | LinkTable, found: list[str], resource: Resource) -> Iterator[Problem]:
    """Columns that the model does not know, or that a file has twice or lacks; in one problem where it has none that is known."""
    known = {column.name: column for column in table.stored}
    if found and known.keys().isdisjoint(found):
        message = f"no column is one of {table.name}: found {_some(found)}, expected {_some(list(known))}; {_cure(table, found)}"
        yield Problem(ProblemCode.UNKNOWN_COLUMN, message, table.name, file=resource.path)
        return
    missing = [name for name in known if name not in found]
    for number, (name, times) in enumerate(Counter(found).items()):
        if name not in known:
            hint = did_you_mean(name, missing or known) if number < _HINTS else ""
            hint = "; it is the index of a data frame, which pandas leaves out with index=False" if name in INDEXES else hint
            message = f"{quoted(name)} is not a column of {table.name}{hint}"
            yield Problem(ProblemCode.UNKNOWN_COLUMN, message, table.name, field=name, file=resource.path)
        elif times > 1:
            yield Problem(ProblemCode.DUPLICATE_COLUMN, "the file has the column twice", table.name, field=name, file=resource.path)
    for name in missing:
        if not may_be_absent(known[name], found, resource):
            yield Problem(ProblemCode.MISSING_COLUMN, "the file lacks the column", table.name, field=name, file=resource.path)


def _some(names: list[str]) -> str:
    return f"{', '.join(map(quoted, names[:2]))}{', …' if len(names) > 2 else ''}"


def _cure(table: Table | LinkTable, found: list[str]) -> str:
    """What to do with a header of other names: those of the formats for Excel, or none at all."""
    if not {column.label for column in table.stored}.isdisjoint(found):
        return "it is the first row of a sheet of the Excel workbook, so delete that row and keep the second"
    if not {column.heading for column in table.stored}.isdisjoint(name.removeprefix("'") for name in found):
        return "it is the format csv-excel, so keep of each name what is in brackets, and take one ' from each cell that begins with one"
    return "write the names of the columns with the data (header=True in many programs)"


_HINTS = 200
"""For so many columns a near name is looked for."""
