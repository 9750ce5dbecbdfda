"""The intended differences between dxgov and frictionless, as narrow as possible, each with its reason and examples.

A finding of only one of the two that no row covers is a defect of one of them. Every row has an example, so that tests notice rows
that no longer hold. ``docs/generate.py`` prints the table.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import frozen

from dxgov import ProblemCode
from dxgov.marks import PatternWhere, Ref
from dxgov.schema import Column, Kind, Table, model_of
from toys import Workshop
from verdicts import Finding, Verdicts

Code = ProblemCode
Covers = Callable[[Finding, Verdicts], bool]


@frozen
class Example:
    """A copy of a table's first record with some cells changed, an accident of a file, or both; ``{id}`` stands for the copy's own id."""

    table: str
    cells: Mapping[str, Any] = {}
    accident: str = ""
    format: str = "csv"
    to: str = ""
    """The table whose file the accident befalls."""


@frozen
class Difference:
    """A kind of finding that only one of the two has."""

    found_by: str
    what: str
    because: str
    covers: Covers
    examples: tuple[Example, ...]


def _kinds(*kinds: Code) -> Covers:
    """Return a predicate for kinds of faults in cells."""
    return lambda finding, _: finding.kind in kinds and finding.row is not None


def _cell(*kinds: Code, kind: Kind | None = None, format: str = "", also: Callable[[str, Column], bool] = lambda *_: True) -> Covers:
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


def _int_spelled_otherwise(text: str, _: Column) -> bool:
    return not re.fullmatch("-?[0-9]+", text) and _reads(int, text.strip())


def _int_too_long(text: str, _: Column) -> bool:
    return bool(re.fullmatch("-?[0-9]+", text)) and not (_WHOLE.fullmatch(text) and -(2**63) <= int(text) < 2**63)


def _number_spelled_otherwise(text: str, _: Column) -> bool:
    return not _DECIMAL.fullmatch(text) and _reads(Decimal, text.strip())


def _number_too_long(text: str, _: Column) -> bool:
    return bool(_DECIMAL.fullmatch(text)) and not re.fullmatch(r"-?[0-9]{1,29}(\.[0-9]{1,9})?", text)


def _day_spelled_otherwise(text: str, _: Column) -> bool:
    return not _DAY.fullmatch(text) and _reads(lambda day: datetime.strptime(day, "%Y-%m-%d"), text)  # noqa: DTZ007 - what frictionless does


def _line_break_behind(text: str, column: Column) -> bool:
    return text.endswith("\n") and column.pattern is not None and bool(re.fullmatch(column.pattern.regex, text[:-1]))


def _where_another_says(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a text that fits the pattern of its column, but not the one that another field demands."""
    column = found.column(finding)
    fits = column is not None and column.pattern is not None and bool(re.fullmatch(column.pattern.regex, finding.cell or ""))
    return finding.kind == Code.PATTERN and fits and column is not None and column.has(PatternWhere)


def _conditional(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a value that another field demands or forbids."""
    column = found.column(finding)
    return finding.kind == Code.MISSING_VALUE and finding.row is not None and column is not None and not column.required


def _unlinked(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a many-valued reference without a row in its link table."""
    table = found.table(finding)
    columns = table.columns if isinstance(table, Table) else ()
    return finding.kind == Code.MISSING_VALUE and any(each.name == finding.field and each.through for each in columns)


def _in_two_tables(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.DUPLICATE_KEY and any(
        (each.table, each.row) == (finding.table, finding.row) and "is the id of a record of" in each.message for each in found.problems
    )


def _to_anywhere(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return finding.kind == Code.UNKNOWN_REFERENCE and column is not None and column.target is None


def _to_absent_table(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return finding.kind == Code.UNKNOWN_REFERENCE and column is not None and column.target is not None and column.target not in found.listed


def _members(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a list with wrong members; both find a text that is no list at all."""
    column = found.column(finding)
    return column is not None and column.many and finding.row is not None and finding.kind in (Code.UNKNOWN_CODE, Code.WRONG_TYPE)


def _empty_list(finding: Finding, found: Verdicts) -> bool:
    column = found.column(finding)
    return column is not None and column.many and found.format == "parquet" and finding.kind == Code.MISSING_VALUE


def _parquet_hash(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_HASH and found.format == "parquet"


def _other_hash(finding: Finding, found: Verdicts) -> bool:
    said = {each.message for each in found.problems if each.table == finding.table and each.code is Code.WRONG_HASH}
    return finding.kind == Code.WRONG_HASH and not any(word in message for message in said for word in ("sha256", "md5"))


_DESCRIPTOR = {Code.NOT_A_PACKAGE, Code.UNSAFE_PATH, Code.UNKNOWN_TABLE, Code.DUPLICATE_TABLE}
_THEIR_DESCRIPTOR = {"package-error", "resource-error", "field-error"}
_HEADER = {Code.UNKNOWN_COLUMN, Code.MISSING_COLUMN, Code.DUPLICATE_COLUMN}
_FILE = {Code.MISSING_FILE, Code.UNREADABLE_FILE}


def _of_descriptor(finding: Finding, _: Verdicts) -> bool:
    """Return whether the finding is a fault of the descriptor, a table that differs from it, or a foreign key to nothing."""
    return finding.kind in _DESCRIPTOR or (finding.kind == Code.CONTRADICTION and finding.row is None)


def _refused(found: Verdicts) -> bool:
    """Return whether dxgov finds a fault in the descriptor."""
    return any(_of_descriptor(each, found) for each in found.ours)


def _descriptor_in_their_words(finding: Finding, found: Verdicts) -> bool:
    return finding.kind in _THEIR_DESCRIPTOR and _refused(found)


def _declared_otherwise(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding of frictionless follows from a descriptor that does not fit its table."""
    wrong = {each.table for each in found.ours if _of_descriptor(each, found)}
    return finding.table in wrong or bool(_targets(finding.table, found) & wrong)


def _targets(table: str | None, found: Verdicts) -> set[str | None]:
    """Return the tables that a table refers to."""
    stored = found.model.stored.get(table or "")
    return {column.target for column in stored.stored if column.has(Ref)} if stored else set()


def _beyond_reach(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a package, or a table, that frictionless could not open."""
    whole = any(each.table is None for each in found.theirs)
    return whole or any(each.table == finding.table and (each.kind in _FILE or each.kind in _THEIR_DESCRIPTOR) for each in found.theirs)


def _refers_to_unread(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a table that frictionless could not open because of a table that it refers to."""
    unread = {each.table for each in found.ours if each.kind in _FILE} | ({*found.model.stored} - found.listed)
    return (finding.kind in _FILE or finding.kind == "resource-error") and bool(_targets(finding.table, found) & unread)


def _by_order(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a table whose columns are not those of the model in order, or a reference to it."""
    return bool(_HEADER & _their_kinds(finding.table, found)) or any(
        _HEADER & _their_kinds(target, found) for target in _targets(finding.table, found) if finding.kind == Code.UNKNOWN_REFERENCE
    )


def _their_kinds(table: str | None, found: Verdicts) -> set[str]:
    return {each.kind for each in found.theirs if each.table == table}


def _empty_line(finding: Finding, found: Verdicts) -> bool:
    blank = Finding("blank-row", finding.table, finding.row)
    return found.format == "csv" and blank in found.theirs and finding.kind in ("blank-row", Code.MISSING_VALUE)


def _in_empty_row(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a missing value in a row of Parquet that frictionless reports only as empty."""
    blank = Finding("blank-row", finding.table, finding.row)
    return found.format == "parquet" and finding.kind == Code.MISSING_VALUE and blank in found.theirs


def _empty_row(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is an empty row of Parquet, whose required cells dxgov reports."""
    table = found.table(finding)
    needed = [column.name for column in table.stored if column.required] if table else []
    blank = found.format == "parquet" and finding.kind == "blank-row"
    return blank and bool(needed) and all(found.kinds(finding.table, finding.row, name) for name in needed)


def _in_unknown_table(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is in a table that dxgov reports as unknown to the model."""
    said = [each.message for each in found.problems if each.code is Code.UNKNOWN_TABLE]
    return finding.table not in found.model.stored and any(each.startswith(f"'{finding.table}' is not a table") for each in said)


def _left_out(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a row of the wrong length, or a key in one."""
    if Code.ROW_LENGTH not in found.kinds(finding.table):
        return False
    repeated = finding.kind in (Code.DUPLICATE_KEY, Code.DUPLICATE_NUMBER)
    return Code.ROW_LENGTH in found.kinds(finding.table, finding.row) or repeated


def _to_lost(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a reference to a table of which dxgov does not know every id."""
    column = found.column(finding)
    if finding.kind != Code.UNKNOWN_REFERENCE or column is None or column.target is None:
        return False
    key = found.model.tables[column.target].key[0]
    return bool(
        {Code.ROW_LENGTH, *_FILE} & found.kinds(column.target)
        or found.kinds(column.target, field=key) & {Code.MISSING_VALUE, Code.WRONG_TYPE, *_HEADER}
    )


def _size_told(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_HASH and Code.WRONG_SIZE in found.kinds(finding.table)


def _told_as(theirs: Code, ours: Code) -> Covers:
    """Return a predicate for faults that dxgov reports in the same cell as another kind."""
    return lambda finding, found: (
        finding.kind == theirs and finding.row is not None and ours in found.kinds(finding.table, finding.row, finding.field)
    )


def _part_of_key(finding: Finding, found: Verdicts) -> bool:
    """Return whether the finding is a repeated key of a row with a key cell that is empty or unreadable."""
    table = found.table(finding)
    return finding.kind == Code.DUPLICATE_KEY and any(
        {Code.MISSING_VALUE, Code.UNKNOWN_CODE} & found.kinds(finding.table, finding.row, name) for name in (table.key if table else ())
    )


def _open_quote(finding: Finding, found: Verdicts) -> bool:
    said = [each.message for each in found.problems if each.table == finding.table and each.code is Code.UNREADABLE_FILE]
    return finding.kind == Code.UNREADABLE_FILE and any("quotation mark" in message for message in said)


def _of_unreadable(finding: Finding, found: Verdicts) -> bool:
    return bool(_FILE & found.kinds(finding.table))


def _not_a_number(finding: Finding, found: Verdicts) -> bool:
    return found.format == "parquet" and finding.kind == Code.WRONG_TYPE and finding.cell == "nan"


def _no_time(finding: Finding, found: Verdicts) -> bool:
    return found.format == "parquet" and finding.kind.startswith("crash: ValueError: NaTType")


def _column_as_a_whole(finding: Finding, found: Verdicts) -> bool:
    return finding.kind == Code.WRONG_TYPE and finding.cell is None and (found.format == "csv" or finding.row is None)


def _cell_by_cell(finding: Finding, found: Verdicts) -> bool:
    columns = {(each.table, each.field) for each in found.ours if _column_as_a_whole(each, found)}
    return finding.row is not None and (finding.table, finding.field) in columns


def _csv(table: str, **cells: str) -> Example:
    return Example(table, cells)


def _parquet(table: str, **cells: Any) -> Example:
    return Example(table, cells, format="parquet")


def _nothing_in(table: str) -> Example:
    return _parquet(table, **dict.fromkeys(column.name for column in model_of(Workshop).stored[table].stored))


def _readings(field: str, *texts: str) -> tuple[Example, ...]:
    return tuple(_csv("readings", **{field: text}) for text in texts)


def _befallen(accident: str, table: str = "rich_widgets", format: str = "csv") -> Example:
    return Example(table, accident=accident, format=format, to=table)


DXGOV, FRICTIONLESS = "dxgov", "frictionless"

DIFFERENCES = (
    Difference(
        DXGOV,
        "control characters and empty texts",
        "Table Schema has no words for them.",
        _kinds(Code.BAD_TEXT),
        (*_readings("words", "a\x07"), _csv("readings", tags='["\\ud800"]'), _parquet("readings", tags=[""])),
    ),
    Difference(
        DXGOV,
        "a code that a list holds twice",
        "Table Schema has no words for the members of a list.",
        _kinds(Code.REPEATED_CODE),
        (_csv("readings", colours='["blue", "blue"]'),),
    ),
    Difference(
        DXGOV,
        "a reference to a record of a kind that the field does not take",
        "A foreign key asks for existence and no more.",
        _kinds(Code.WRONG_KIND),
        (_csv("actors", part_of_id="kaifu-post"),),
    ),
    Difference(
        DXGOV,
        "two fields that must differ",
        "Table Schema has no words for them.",
        _kinds(Code.SAME_VALUE),
        (_csv("readings", about_id="wid-1"),),
    ),
    Difference(
        DXGOV,
        "a form that a text has only where another field holds some value",
        "A pattern of Table Schema is one of all rows.",
        _where_another_says,
        (_csv("actors", kind="city"),),
    ),
    Difference(
        DXGOV,
        "check digits",
        "Table Schema has no words for them.",
        _kinds(Code.CHECK_DIGIT),
        (_csv("actors", local_government_code="010007"),),
    ),
    Difference(
        DXGOV,
        "dates that are not EDTF, or whose days do not follow from it",
        "Table Schema has no words for them.",
        _kinds(Code.INVALID_VALUE, Code.CONTRADICTION),
        (_csv("rich_widgets", made_edtf="2024-13"), _csv("rich_widgets", made_start="2024-04-21")),
    ),
    Difference(
        DXGOV,
        "rules between the fields of a record, and between its record and others: order, what goes together, numbers that repeat",
        "Table Schema has no words for them.",
        lambda finding, found: (
            finding.kind in (Code.WRONG_ORDER, Code.UNEXPECTED_VALUE, Code.DUPLICATE_NUMBER) or _conditional(finding, found)
        ),
        (
            _csv("rich_widgets", citation_last_line="1", citation_first_line="2"),
            _csv("rich_widgets", citation_sha256=""),
            _csv("rich_widgets", made_text=""),
        ),
    ),
    Difference(
        DXGOV,
        "references that go in circles, and parts of two wholes",
        "Table Schema has no words for them.",
        _kinds(Code.REFERENCE_CYCLE, Code.PARENT_MISMATCH),
        (_csv("actors", part_of_id="{id}"),),
    ),
    Difference(
        DXGOV,
        "an id that a record of another table has",
        "Keys of Table Schema end at their table.",
        _in_two_tables,
        (_csv("actors", id="src-log"),),
    ),
    Difference(
        DXGOV,
        "a record without any of the references that it needs, where a link table holds them",
        "Foreign keys do not ask for a row that refers.",
        _unlinked,
        (_csv("rich_widgets", name="sold by nobody"),),
    ),
    Difference(
        DXGOV,
        "a reference to records of any table that leads nowhere",
        "A foreign key names one table.",
        _to_anywhere,
        (_csv("readings", about_id="nowhere"),),
    ),
    Difference(
        DXGOV,
        "a reference to a table that the package does not have",
        "A foreign key cannot name it, so that the descriptor has none.",
        _to_absent_table,
        (_befallen("a table taken out"),),
    ),
    Difference(
        DXGOV,
        "members of a list: codes, texts",
        "frictionless looks at the members only where `arrayItem` describes them, a word of its own.",
        _members,
        (*_readings("colours", '["green"]', "[1]"), _parquet("readings", colours=["green"])),
    ),
    Difference(
        DXGOV,
        "Parquet: an empty list where one member is needed",
        "Lists of Parquet are of the type `any`, which has no least length.",
        _empty_list,
        (_parquet("readings", tags=[]),),
    ),
    Difference(
        DXGOV,
        "Parquet: a hash that is wrong",
        "frictionless 5.21 does not look at the bytes of a Parquet file.",
        _parquet_hash,
        (_befallen("a hash that is wrong", format="parquet"),),
    ),
    Difference(
        DXGOV,
        "a hash by another algorithm than MD5 and SHA-256",
        "frictionless knows only these, and ignores others with a warning.",
        _other_hash,
        (_befallen("a hash by another algorithm"), _befallen("a hash by no algorithm")),
    ),
    Difference(
        DXGOV,
        "whole numbers written otherwise: ` 1`, `+1`, `1_000`, `１`",
        "frictionless takes what Python takes; databases and other clients do not.",
        _cell(Code.WRONG_TYPE, kind=Kind.INTEGER, format="csv", also=_int_spelled_otherwise),
        _readings("count", " 1", "1\n", "+1", "1_000", "１"),
    ),
    Difference(
        DXGOV,
        "whole numbers of more than 64 bits",
        "No column of Arrow, Parquet or a database holds them.",
        _cell(Code.WRONG_TYPE, kind=Kind.INTEGER, format="csv", also=_int_too_long),
        _readings("count", str(2**63), str(-(2**63) - 1), f"{0:020}"),
    ),
    Difference(
        DXGOV,
        "numbers written otherwise: ` 1`, `+1`, `1_000`, `1e5`, `.5`, `5.`, `NaN`, `INF`, `１`",
        "frictionless takes what Python takes. Table Schema allows exponents, `NaN` and `INF`; dxgov's numbers are exact and finite.",
        _cell(Code.WRONG_TYPE, kind=Kind.NUMBER, format="csv", also=_number_spelled_otherwise),
        _readings("amount", " 1", "+1", "1_000", "1e5", ".5", "5.", "NaN", "INF", "１"),
    ),
    Difference(
        DXGOV,
        "numbers with more than 29 digits before the point, or 9 behind it",
        "Arrow's decimals do not hold them.",
        _cell(Code.WRONG_TYPE, kind=Kind.NUMBER, format="csv", also=_number_too_long),
        _readings("amount", "1" * 30, "0.1234567890"),
    ),
    Difference(
        DXGOV,
        "days without their zeros, or in other digits: `2024-4-1`, `２０２４-04-01`",
        "frictionless takes what Python's `strptime` takes; the default format of Table Schema is `YYYY-MM-DD`.",
        _cell(Code.WRONG_TYPE, kind=Kind.DATE, format="csv", also=_day_spelled_otherwise),
        _readings("day", "2024-4-1", "２０２４-04-01"),
    ),
    Difference(
        DXGOV,
        "a line break behind a text that fits its pattern",
        "frictionless matches with `^…$`, and `$` of Python stands before a last line break too.",
        _cell(Code.PATTERN, also=_line_break_behind),
        (*_readings("sign", "ab\n"), _parquet("readings", sign="ab\n")),
    ),
    Difference(
        DXGOV,
        "Parquet: an empty text",
        "frictionless takes it for a missing value, by `missingValues`; Parquet has missing values of its own.",
        lambda finding, found: found.format == "parquet" and finding.cell == "",
        (_parquet("readings", words=""), _parquet("readings", colour=""), _parquet("readings", widget_id="")),
    ),
    Difference(
        DXGOV,
        "Parquet: missing values in a row without any cell filled",
        "frictionless tells the row alone.",
        _in_empty_row,
        (_nothing_in("readings"),),
    ),
    Difference(
        DXGOV,
        "a fault of the descriptor, or one that declares another type, encoding or dialect, and cells of such a table",
        "frictionless takes what is declared for right, or tells the fault in words of its own.",
        lambda finding, found: _of_descriptor(finding, found) or (_refused(found) and _declared_otherwise(finding, found)),
        (
            _befallen("a path that leads out"),
            _befallen("no resources"),
            _befallen("a table listed twice"),
            _befallen("another encoding declared"),
            _befallen("a field declared as another type", format="parquet"),
        ),
    ),
    Difference(
        DXGOV,
        "a quotation mark that is left open, or not doubled",
        "frictionless reads on, and takes what comes for one cell.",
        _open_quote,
        (_befallen("a quotation mark that is left open"),),
    ),
    Difference(
        DXGOV,
        "Parquet: a file that is missing",
        "frictionless calls it one that cannot be read.",
        lambda finding, found: finding.kind == Code.MISSING_FILE and found.format == "parquet",
        (_befallen("a file that is gone", format="parquet"),),
    ),
    Difference(
        DXGOV,
        "anything in a table that frictionless could not open",
        "It looks no further.",
        _beyond_reach,
        (Example("readings", {"sign": "?"}, "a file that is gone", to="rich_widgets"),),
    ),
    Difference(
        DXGOV,
        "anything in a table whose columns are not those of the descriptor, in that order",
        "dxgov takes columns by name, as a spreadsheet's user does; frictionless by order.",
        _by_order,
        (Example("readings", {"sign": "?"}, "columns in another order", to="readings"),),
    ),
    Difference(
        DXGOV,
        "Parquet: a column of a type that does not convert; CSV: one that a program wrote back in its own way",
        "dxgov tells it once, frictionless cell by cell where it minds.",
        _column_as_a_whole,
        (_befallen("numbers as words", format="parquet"), _befallen("truth values as pandas writes them")),
    ),
    Difference(
        FRICTIONLESS,
        "the cells of such a column",
        "dxgov tells the column.",
        _cell_by_cell,
        (_befallen("numbers as words", format="parquet"), _befallen("truth values as pandas writes them")),
    ),
    Difference(
        FRICTIONLESS,
        "a fault of the descriptor in its own words, and what follows from it",
        "dxgov tells the fault in the descriptor, and does not look at a table by a descriptor that is wrong.",
        lambda finding, found: _descriptor_in_their_words(finding, found) or (_refused(found) and _declared_otherwise(finding, found)),
        (
            _befallen("a table listed twice"),
            _befallen("a path that leads out"),
            _befallen("a header denied"),
            _befallen("an unknown format"),
        ),
    ),
    Difference(
        FRICTIONLESS,
        "anything in a table that the model does not have",
        "dxgov tells the table, and looks no further, as it does not know what should be in it.",
        _in_unknown_table,
        (Example("readings", {"sign": "?"}, "a table under another name", to="readings"),),
    ),
    Difference(
        FRICTIONLESS,
        "a line without any cell filled",
        "Spreadsheets leave them; dxgov leaves them out, and counts them in the numbers of rows.",
        _empty_line,
        (_befallen("an empty line"), _befallen("a line of commas")),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: a row without any cell filled",
        "Only spreadsheets leave such rows; dxgov takes it for a record, and tells each cell that must be filled.",
        _empty_row,
        (_nothing_in("readings"),),
    ),
    Difference(
        FRICTIONLESS,
        "anything in a table whose columns are not those of the descriptor, in that order",
        "dxgov takes columns by name and reads the others as they are; frictionless takes them by order.",
        _by_order,
        (_befallen("columns in another order"), _befallen("a column less")),
    ),
    Difference(
        FRICTIONLESS,
        "the cells of a row of the wrong length, and keys that stand in one",
        "Nobody knows which cell belongs where; dxgov leaves the row out and tells that.",
        _left_out,
        (_befallen("a row that lacks all but its id"), _befallen("a row twice, once too long")),
    ),
    Difference(
        FRICTIONLESS,
        "references to a table with rows, or ids, that cannot be read",
        "The record may stand there.",
        _to_lost,
        (_befallen("an id left out", "sources"), _befallen("a file that is empty", "actors")),
    ),
    Difference(
        FRICTIONLESS,
        "a table that refers to one that cannot be read, or is not listed",
        "dxgov reads it all the same.",
        _refers_to_unread,
        (_befallen("a file that is gone", "sources"), _befallen("a table not listed", "sources")),
    ),
    Difference(
        FRICTIONLESS,
        "anything in a file that dxgov does not read",
        "A quotation mark that is left open shifts every cell behind it; dxgov tells where it stands.",
        _of_unreadable,
        (_befallen("a quotation mark that is left open"), _befallen("a file that is gone", format="parquet")),
    ),
    Difference(
        FRICTIONLESS,
        "the hash of a file of the wrong size",
        "One fault; dxgov tells the size.",
        _size_told,
        (_befallen("a file that was changed"),),
    ),
    Difference(
        FRICTIONLESS,
        "the pattern of a text with a control character",
        "One fault; dxgov tells the character.",
        _told_as(Code.PATTERN, Code.BAD_TEXT),
        _readings("sign", "ab\x07"),
    ),
    Difference(
        FRICTIONLESS,
        "the least value of a number that dxgov does not read",
        "One fault; dxgov tells the type.",
        _told_as(Code.TOO_SMALL, Code.WRONG_TYPE),
        (_csv("rich_widgets", pieces="-1_000"),),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: a missing value where there is an empty text",
        "See above; dxgov tells the empty text, or that it is no code.",
        lambda finding, found: (
            found.format == "parquet"
            and finding.kind == Code.MISSING_VALUE
            and bool({Code.BAD_TEXT, Code.UNKNOWN_CODE} & found.kinds(finding.table, finding.row, finding.field))
        ),
        (_parquet("rich_widgets", name=""),),
    ),
    Difference(
        FRICTIONLESS,
        "a repeated key of a link table one part of which is empty or unknown",
        "One fault; dxgov tells the part.",
        _part_of_key,
        (_befallen("links without their role", "rich_widget_parties"),),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: whole numbers with gaps, from writers that do not leave pandas' metadata",
        "pandas makes floats of them, with `nan` for the gaps, and frictionless reads through pandas.",
        _not_a_number,
        (_befallen("no metadata of pandas", format="parquet"),),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: days with gaps that are written as times",
        "pandas makes `NaT` of the gaps, and frictionless 5.21 ends in an error, told before as its issue 1263.",
        _no_time,
        (_befallen("days as times", format="parquet"),),
    ),
)


def explained(finding: Finding, by: str, found: Verdicts) -> list[Difference]:
    """Return the differences that cover a finding of only one of the two."""
    return [each for each in DIFFERENCES if each.found_by == by and each.covers(finding, found)]
