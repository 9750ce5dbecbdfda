"""The findings of dxgov and frictionless in a package, in the same terms, to compare the two."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
from attrs import frozen

import dxgov
from dxgov import Collection, Problem, ProblemCode
from dxgov.schema import Column, Kind, LinkTable, Model, Table, model_of

Code = ProblemCode


class Finding(NamedTuple):
    """One fault; rows count as `dxgov.Problem` counts them. What only frictionless knows has frictionless's own name."""

    kind: str
    table: str | None = None
    row: int | None = None
    field: str | None = None
    cell: str | None = None


@frozen
class Verdicts:
    """The findings of both in a package."""

    model: Model
    format: str
    ours: frozenset[Finding]
    theirs: frozenset[Finding]
    listed: frozenset[str]
    """The tables that the package has."""
    problems: tuple[Problem, ...]

    def column(self, finding: Finding) -> Column | None:
        """Return the column of a finding, None if the table has no such column."""
        table = self.model.stored.get(finding.table or "")
        return next((each for each in table.stored if each.name == finding.field), None) if table else None

    def table(self, finding: Finding) -> Table | LinkTable | None:
        return self.model.stored.get(finding.table or "")

    def kinds(self, table: str | None, row: int | None = None, field: str | None = None) -> set[str]:
        """Return the kinds of faults that dxgov finds in a table, or in a row or cell of it."""
        return {
            each.kind
            for each in self.ours
            if each.table == table and (row is None or each.row == row) and (field is None or each.field == field)
        }


def verdicts(package: Path, model: type[Collection]) -> Verdicts:
    """Return the findings of both in a package."""
    format = "parquet" if any(package.rglob("*.parquet")) else "csv"
    known, problems = model_of(model), dxgov.validate(package, model).problems
    listed: frozenset[str] = frozenset()
    try:
        found = frictionless.Package(str(package / "datapackage.json"))
        listed, report = frozenset(each.name for each in found.resources if each.name), found.validate()
    except frictionless.FrictionlessException as error:
        theirs = frozenset(Finding(each.type) for each in error.to_errors())
    except Exception as error:  # noqa: BLE001 - whatever it dies of is what it says of the package
        theirs = frozenset({Finding(f"crash: {type(error).__name__}: {error}")})
    else:
        theirs = frozenset(_theirs(report, known, format))
    return Verdicts(known, format, frozenset(_ours(each) for each in problems), theirs, listed, problems)


def _ours(problem: Problem) -> Finding:
    return Finding(problem.code, problem.table, problem.row, problem.field, _cell(problem.code, problem.value))


def _cell(kind: str, text: Any, column: Column | None = None) -> str | None:
    """Return a cell as both would write it: empty for a missing value, a number without insignificant digits."""
    if kind == Code.MISSING_VALUE or text is None:
        return None
    if kind != Code.TOO_SMALL or column is None or column.kind is not Kind.INTEGER:
        return str(text)
    number = str(text).strip()  # frictionless takes more for white space than int() does
    return str(int(float(number) if "e" in number or "." in number else number))


_CONSTRAINTS = {
    "required": Code.MISSING_VALUE,
    "minLength": Code.MISSING_VALUE,
    "enum": Code.UNKNOWN_CODE,
    "pattern": Code.PATTERN,
    "minimum": Code.TOO_SMALL,
}
_FILES = {
    "hash-count": Code.WRONG_HASH,
    "byte-count": Code.WRONG_SIZE,
    "scheme-error": Code.MISSING_FILE,
    "encoding-error": Code.UNREADABLE_FILE,
    "format-error": Code.UNREADABLE_FILE,
    "source-error": Code.UNREADABLE_FILE,
}
_LABELS = {
    "extra-label": [(Code.UNKNOWN_COLUMN, "label")],
    "missing-label": [(Code.MISSING_COLUMN, "field_name")],
    "incorrect-label": [(Code.UNKNOWN_COLUMN, "label"), (Code.MISSING_COLUMN, "field_name")],
    "duplicate-label": [(Code.DUPLICATE_COLUMN, "label")],
}


def _theirs(report: Any, model: Model, format: str) -> Iterator[Finding]:
    yield from (Finding(error.type) for error in report.errors)
    for task in report.tasks:
        table = model.stored.get(task.name)
        for error in task.errors:
            yield from _of_error(error, task, table, format) if table else [Finding(error.type, task.name)]


def _of_error(error: Any, task: Any, table: Table | LinkTable, format: str) -> Iterator[Finding]:
    """Return an error of frictionless as findings; errors with one meaning are one finding."""
    columns = {each.name: each for each in table.stored}
    row = getattr(error, "row_number", None)
    row = row - (format == "parquet") if row is not None else None

    def cell(kind: str, name: str, text: Any) -> Finding:
        return Finding(kind, table.name, row, name, _cell(kind, text, columns.get(name)))

    if error.type in _FILES:
        yield Finding(_FILES[error.type], table.name)
    elif error.type in _LABELS:
        yield from (Finding(kind, table.name, None, getattr(error, name)) for kind, name in _LABELS[error.type])
    elif error.type in ("missing-cell", "extra-cell"):
        yield Finding(Code.ROW_LENGTH, table.name, row)
    elif error.type == "type-error":
        yield cell(Code.WRONG_TYPE, error.field_name, error.cell)
    elif error.type == "constraint-error" and (named := re.match('constraint "(.*?)"', error.note)):
        yield cell(_CONSTRAINTS.get(named[1], error.note), error.field_name, error.cell)
    elif error.type == "unique-error":
        key = columns[error.field_name].key if error.field_name in columns else False
        yield cell(Code.DUPLICATE_KEY if key else Code.DUPLICATE_NUMBER, error.field_name, error.cell)
    elif error.type == "primary-key" and error.note.startswith("the same as"):
        name = table.key[-1]
        yield cell(Code.DUPLICATE_KEY, name, dict(zip(task.labels, error.cells, strict=False)).get(name))
    elif error.type == "primary-key":
        yield from (cell(Code.MISSING_VALUE, name, None) for name in table.key)
    elif error.type == "foreign-key":
        yield cell(Code.UNKNOWN_REFERENCE, error.field_names[0], error.field_cells[0])
    else:
        yield Finding(error.type, table.name, row)


def differing(found: Verdicts) -> Mapping[str, frozenset[Finding]]:
    """Return the findings that only one of the two has."""
    return {"dxgov": found.ours - found.theirs, "frictionless": found.theirs - found.ours}
