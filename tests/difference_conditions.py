"""Conditions of the intended differences: functions that say whether one covers a finding, given the verdicts of both."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dxgov import ProblemCode
from dxgov.marks import PatternWhere, Ref
from dxgov.schema import Column, Kind, Table
from verdicts import Finding, Verdicts

Code = ProblemCode
Covers = Callable[[Finding, Verdicts], bool]


def is_cell(*kinds: Code) -> Covers:
    """Return a predicate for kinds of faults in cells."""
    return lambda finding, _: finding.kind in kinds and finding.row is not None


def is_filled_cell(
    *kinds: Code, kind: Kind | None = None, format: str = "", also: Callable[[str, Column], bool] = lambda *_: True
) -> Covers:
    """Return a predicate for kinds of faults in filled cells, in columns of one kind."""

    def covers(finding: Finding, found: Verdicts) -> bool:
        column = found.column(finding)
        if finding.kind not in kinds or column is None or column.many or finding.cell is None:
            return False
        return kind in (None, column.kind) and format in ("", found.format) and also(finding.cell, column)

    return covers


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except (ValueError, InvalidOperation):
        return False
    return True


_WHOLE = re.compile("-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def int_spelled_otherwise(text: str, _: Column) -> bool:
    return not re.fullmatch("-?[0-9]+", text) and _reads(int, text.strip())


def int_too_long(text: str, _: Column) -> bool:
    return bool(re.fullmatch("-?[0-9]+", text)) and not (_WHOLE.fullmatch(text) and -(2**63) <= int(text) < 2**63)


def number_spelled_otherwise(text: str, _: Column) -> bool:
    return not _DECIMAL.fullmatch(text) and _reads(Decimal, text.strip())


def number_too_long(text: str, _: Column) -> bool:
    return bool(_DECIMAL.fullmatch(text)) and not re.fullmatch(r"-?[0-9]{1,29}(\.[0-9]{1,9})?", text)


def day_spelled_otherwise(text: str, _: Column) -> bool:
    return not _DAY.fullmatch(text) and _reads(lambda day: datetime.strptime(day, "%Y-%m-%d"), text)  # noqa: DTZ007 - what frictionless does


def line_break_behind(text: str, column: Column) -> bool:
    return text.endswith("\n") and column.pattern is not None and bool(re.fullmatch(column.pattern.regex, text[:-1]))


def where_another_says(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a text that fits the pattern of its column, but not the one that another field demands."""
    column = found.column(finding)
    fits = column is not None and column.pattern is not None and bool(re.fullmatch(column.pattern.regex, finding.cell or ""))
    return finding.kind == Code.PATTERN and fits and column is not None and column.has(PatternWhere)


def conditional(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a value that another field demands or forbids."""
    column = found.column(finding)
    return finding.kind == Code.MISSING_VALUE and finding.row is not None and column is not None and not column.required


def unlinked(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a many-valued reference without a row in its link table."""
    table = found.table(finding)
    columns = table.columns if isinstance(table, Table) else ()
    return finding.kind == Code.MISSING_VALUE and any(each.name == finding.field and each.through for each in columns)


def in_two_tables(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.DUPLICATE_KEY and any(
        (each.table, each.row) == (finding.table, finding.row) and "is the id of a record of" in each.message for each in found.problems
    )


def to_anywhere(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return finding.kind == Code.UNKNOWN_REFERENCE and column is not None and column.target is None


def to_absent_table(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return finding.kind == Code.UNKNOWN_REFERENCE and column is not None and column.target is not None and column.target not in found.listed


def members(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a list with wrong members; both find a text that is no list at all."""
    column = found.column(finding)
    return column is not None and column.many and finding.row is not None and finding.kind in (Code.UNKNOWN_CODE, Code.WRONG_TYPE)


def empty_list(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return column is not None and column.many and found.format == "parquet" and finding.kind == Code.MISSING_VALUE


def parquet_hash(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_HASH and found.format == "parquet"


def other_hash(finding: Finding, found: Verdicts) -> bool:
    said = {each.message for each in found.problems if each.table == finding.table and each.code is Code.WRONG_HASH}
    return finding.kind == Code.WRONG_HASH and not any(word in message for message in said for word in ("sha256", "md5"))


_DESCRIPTOR = {Code.NOT_A_PACKAGE, Code.UNSAFE_PATH, Code.UNKNOWN_TABLE, Code.DUPLICATE_TABLE}
_THEIR_DESCRIPTOR = {"package-error", "resource-error", "field-error"}
_HEADER = {Code.UNKNOWN_COLUMN, Code.MISSING_COLUMN, Code.DUPLICATE_COLUMN}
_FILE = {Code.MISSING_FILE, Code.UNREADABLE_FILE}


def of_descriptor(finding: Finding, _: Verdicts) -> bool:
    """Return whether the finding is a fault of the descriptor, a table that differs from it, or a foreign key to nothing."""
    return finding.kind in _DESCRIPTOR or (finding.kind == Code.CONTRADICTION and finding.row is None)


def refused(found: Verdicts) -> bool:
    """Return whether dxgov finds a fault in the descriptor."""
    return any(of_descriptor(each, found) for each in found.ours)


def descriptor_in_their_words(finding: Finding, found: Verdicts) -> bool:
    return finding.kind in _THEIR_DESCRIPTOR and refused(found)


def declared_otherwise(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding of frictionless follows from a descriptor that does not fit its table."""
    wrong = {each.table for each in found.ours if of_descriptor(each, found)}
    return finding.table in wrong or bool(_targets(finding.table, found) & wrong)


def _targets(table: str | None, found: Verdicts) -> set[str | None]:
    """Return the tables that a table refers to."""
    stored = found.model.stored.get(table or "")
    return {column.target for column in stored.stored if column.has(Ref)} if stored else set()


def beyond_reach(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a package, or a table, that frictionless could not open."""
    whole = any(each.table is None for each in found.theirs)
    return whole or any(each.table == finding.table and (each.kind in _FILE or each.kind in _THEIR_DESCRIPTOR) for each in found.theirs)


def refers_to_unread(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a table that frictionless could not open because of a table that it refers to."""
    unread = {each.table for each in found.ours if each.kind in _FILE} | ({*found.model.stored} - found.listed)
    return (finding.kind in _FILE or finding.kind == "resource-error") and bool(_targets(finding.table, found) & unread)


def by_order(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a table whose columns are not those of the model in order, or a reference to it."""
    return bool(_HEADER & _their_kinds(finding.table, found)) or any(
        _HEADER & _their_kinds(target, found) for target in _targets(finding.table, found) if finding.kind == Code.UNKNOWN_REFERENCE
    )


def _their_kinds(table: str | None, found: Verdicts) -> set[str]:
    return {each.kind for each in found.theirs if each.table == table}


def empty_line(finding: Finding, found: Verdicts) -> bool:
    blank = Finding("blank-row", finding.table, finding.row)
    return found.format == "csv" and blank in found.theirs and finding.kind in ("blank-row", Code.MISSING_VALUE)


def in_empty_row(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a missing value in a row of Parquet that frictionless reports only as empty."""
    blank = Finding("blank-row", finding.table, finding.row)
    return found.format == "parquet" and finding.kind == Code.MISSING_VALUE and blank in found.theirs


def empty_row(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is an empty row of Parquet, whose required cells dxgov reports."""
    table = found.table(finding)
    needed = [column.name for column in table.stored if column.required] if table else []
    blank = found.format == "parquet" and finding.kind == "blank-row"
    return blank and bool(needed) and all(found.kinds(finding.table, finding.row, name) for name in needed)


def in_unknown_table(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a table that dxgov reports as unknown to the model."""
    said = [each.message for each in found.problems if each.code is Code.UNKNOWN_TABLE]
    return finding.table not in found.model.stored and any(each.startswith(f"'{finding.table}' is not a table") for each in said)


def left_out(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a row of the wrong length, or a key in one."""
    if Code.ROW_LENGTH not in found.kinds(finding.table):
        return False
    repeated = finding.kind in (Code.DUPLICATE_KEY, Code.DUPLICATE_NUMBER)
    return Code.ROW_LENGTH in found.kinds(finding.table, finding.row) or repeated


def to_lost(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a reference to a table of which dxgov does not know every id."""
    column = found.column(finding)
    if finding.kind != Code.UNKNOWN_REFERENCE or column is None or column.target is None:
        return False
    key = found.model.tables[column.target].key[0]
    return bool(
        {Code.ROW_LENGTH, *_FILE} & found.kinds(column.target)
        or found.kinds(column.target, field=key) & {Code.MISSING_VALUE, Code.WRONG_TYPE, *_HEADER}
    )


def size_told(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_HASH and Code.WRONG_SIZE in found.kinds(finding.table)


def told_as(theirs: Code, ours: Code) -> Covers:
    """Return a predicate for faults that dxgov reports in the same cell as another kind."""
    return lambda finding, found: (
        finding.kind == theirs and finding.row is not None and ours in found.kinds(finding.table, finding.row, finding.field)
    )


def part_of_key(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a repeated key of a row with a key cell that is empty or unreadable."""
    table = found.table(finding)
    return finding.kind == Code.DUPLICATE_KEY and any(
        {Code.MISSING_VALUE, Code.UNKNOWN_CODE} & found.kinds(finding.table, finding.row, name) for name in (table.key if table else ())
    )


def open_quote(finding: Finding, found: Verdicts) -> bool:
    said = [each.message for each in found.problems if each.table == finding.table and each.code is Code.UNREADABLE_FILE]
    return finding.kind == Code.UNREADABLE_FILE and any("quotation mark" in message for message in said)


def of_unreadable(finding: Finding, found: Verdicts) -> bool:
    return bool(_FILE & found.kinds(finding.table))


def not_a_number(finding: Finding, found: Verdicts) -> bool:
    return found.format == "parquet" and finding.kind == Code.WRONG_TYPE and finding.cell == "nan"


def no_time(finding: Finding, found: Verdicts) -> bool:
    return found.format == "parquet" and finding.kind.startswith("crash: ValueError: NaTType")


def column_as_a_whole(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_TYPE and finding.cell is None and (found.format == "csv" or finding.row is None)


def cell_by_cell(finding: Finding, found: Verdicts) -> bool:
    columns = {(each.table, each.field) for each in found.ours if column_as_a_whole(each, found)}
    return finding.row is not None and (finding.table, finding.field) in columns
