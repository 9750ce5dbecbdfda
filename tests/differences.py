"""The intended differences between dxgov and frictionless, as narrow as possible, each with its reason and examples.

A finding of only one of the two that no row covers is a defect of one of them. Every row has an example, so that tests notice rows
that no longer hold. ``docs/generate.py`` prints the table.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

import difference_conditions as conditions
from difference_conditions import Covers
from dxgov import ProblemCode
from dxgov.schema import Kind, model_of
from toys import Workshop
from verdicts import Finding, Verdicts

Code = ProblemCode


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
        conditions.is_cell(Code.BAD_TEXT),
        (*_readings("words", "a\x07"), _csv("readings", tags='["\\ud800"]'), _parquet("readings", tags=[""])),
    ),
    Difference(
        DXGOV,
        "a code that a list holds twice",
        "Table Schema has no words for the members of a list.",
        conditions.is_cell(Code.REPEATED_CODE),
        (_csv("readings", colours='["blue", "blue"]'),),
    ),
    Difference(
        DXGOV,
        "a reference to a record of a kind that the field does not take",
        "A foreign key asks for existence and no more.",
        conditions.is_cell(Code.WRONG_KIND),
        (_csv("actors", part_of_id="kaifu-post"),),
    ),
    Difference(
        DXGOV,
        "two fields that must differ",
        "Table Schema has no words for them.",
        conditions.is_cell(Code.SAME_VALUE),
        (_csv("readings", about_id="wid-1"),),
    ),
    Difference(
        DXGOV,
        "a form that a text has only where another field holds some value",
        "A pattern of Table Schema is one of all rows.",
        conditions.where_another_says,
        (_csv("actors", kind="city"),),
    ),
    Difference(
        DXGOV,
        "check digits",
        "Table Schema has no words for them.",
        conditions.is_cell(Code.CHECK_DIGIT),
        (_csv("actors", local_government_code="010007"),),
    ),
    Difference(
        DXGOV,
        "dates that are not EDTF, or whose days do not follow from it",
        "Table Schema has no words for them.",
        conditions.is_cell(Code.INVALID_VALUE, Code.CONTRADICTION),
        (_csv("rich_widgets", made_edtf="2024-13"), _csv("rich_widgets", made_start="2024-04-21")),
    ),
    Difference(
        DXGOV,
        "rules between the fields of a record, and between its record and others: order, what goes together, numbers that repeat",
        "Table Schema has no words for them.",
        lambda finding, found: (
            finding.kind in (Code.WRONG_ORDER, Code.UNEXPECTED_VALUE, Code.DUPLICATE_NUMBER) or conditions.conditional(finding, found)
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
        conditions.is_cell(Code.REFERENCE_CYCLE, Code.PARENT_MISMATCH),
        (_csv("actors", part_of_id="{id}"),),
    ),
    Difference(
        DXGOV,
        "an id that a record of another table has",
        "Keys of Table Schema end at their table.",
        conditions.in_two_tables,
        (_csv("actors", id="src-log"),),
    ),
    Difference(
        DXGOV,
        "a record without any of the references that it needs, where a link table holds them",
        "Foreign keys do not ask for a row that refers.",
        conditions.unlinked,
        (_csv("rich_widgets", name="sold by nobody"),),
    ),
    Difference(
        DXGOV,
        "a reference to records of any table that leads nowhere",
        "A foreign key names one table.",
        conditions.to_anywhere,
        (_csv("readings", about_id="nowhere"),),
    ),
    Difference(
        DXGOV,
        "a reference to a table that the package does not have",
        "A foreign key cannot name it, so that the descriptor has none.",
        conditions.to_absent_table,
        (_befallen("a table taken out"),),
    ),
    Difference(
        DXGOV,
        "members of a list: codes, texts",
        "frictionless looks at the members only where `arrayItem` describes them, a word of its own.",
        conditions.members,
        (*_readings("colours", '["green"]', "[1]"), _parquet("readings", colours=["green"])),
    ),
    Difference(
        DXGOV,
        "Parquet: an empty list where one member is needed",
        "Lists of Parquet are of the type `any`, which has no least length.",
        conditions.empty_list,
        (_parquet("readings", tags=[]),),
    ),
    Difference(
        DXGOV,
        "Parquet: a hash that is wrong",
        "frictionless 5.21 does not look at the bytes of a Parquet file.",
        conditions.parquet_hash,
        (_befallen("a hash that is wrong", format="parquet"),),
    ),
    Difference(
        DXGOV,
        "a hash by another algorithm than MD5 and SHA-256",
        "frictionless knows only these, and ignores others with a warning.",
        conditions.other_hash,
        (_befallen("a hash by another algorithm"), _befallen("a hash by no algorithm")),
    ),
    Difference(
        DXGOV,
        "whole numbers written otherwise: ` 1`, `+1`, `1_000`, `１`",
        "frictionless takes what Python takes; databases and other clients do not.",
        conditions.is_filled_cell(Code.WRONG_TYPE, kind=Kind.INTEGER, format="csv", also=conditions.int_spelled_otherwise),
        _readings("count", " 1", "1\n", "+1", "1_000", "１"),
    ),
    Difference(
        DXGOV,
        "whole numbers of more than 64 bits",
        "No column of Arrow, Parquet or a database holds them.",
        conditions.is_filled_cell(Code.WRONG_TYPE, kind=Kind.INTEGER, format="csv", also=conditions.int_too_long),
        _readings("count", str(2**63), str(-(2**63) - 1), f"{0:020}"),
    ),
    Difference(
        DXGOV,
        "numbers written otherwise: ` 1`, `+1`, `1_000`, `1e5`, `.5`, `5.`, `NaN`, `INF`, `１`",
        "frictionless takes what Python takes. Table Schema allows exponents, `NaN` and `INF`; dxgov's numbers are exact and finite.",
        conditions.is_filled_cell(Code.WRONG_TYPE, kind=Kind.NUMBER, format="csv", also=conditions.number_spelled_otherwise),
        _readings("amount", " 1", "+1", "1_000", "1e5", ".5", "5.", "NaN", "INF", "１"),
    ),
    Difference(
        DXGOV,
        "numbers with more than 29 digits before the point, or 9 behind it",
        "Arrow's decimals do not hold them.",
        conditions.is_filled_cell(Code.WRONG_TYPE, kind=Kind.NUMBER, format="csv", also=conditions.number_too_long),
        _readings("amount", "1" * 30, "0.1234567890"),
    ),
    Difference(
        DXGOV,
        "days without their zeros, or in other digits: `2024-4-1`, `２０２４-04-01`",
        "frictionless takes what Python's `strptime` takes; the default format of Table Schema is `YYYY-MM-DD`.",
        conditions.is_filled_cell(Code.WRONG_TYPE, kind=Kind.DATE, format="csv", also=conditions.day_spelled_otherwise),
        _readings("day", "2024-4-1", "２０２４-04-01"),
    ),
    Difference(
        DXGOV,
        "a line break behind a text that fits its pattern",
        "frictionless matches with `^…$`, and `$` of Python stands before a last line break too.",
        conditions.is_filled_cell(Code.PATTERN, also=conditions.line_break_behind),
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
        conditions.in_empty_row,
        (_nothing_in("readings"),),
    ),
    Difference(
        DXGOV,
        "a fault of the descriptor, or one that declares another type, encoding or dialect, and cells of such a table",
        "frictionless takes what is declared for right, or tells the fault in words of its own.",
        lambda finding, found: (
            conditions.of_descriptor(finding, found) or (conditions.refused(found) and conditions.declared_otherwise(finding, found))
        ),
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
        conditions.open_quote,
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
        conditions.beyond_reach,
        (Example("readings", {"sign": "?"}, "a file that is gone", to="rich_widgets"),),
    ),
    Difference(
        DXGOV,
        "anything in a table whose columns are not those of the descriptor, in that order",
        "dxgov takes columns by name, as a spreadsheet's user does; frictionless by order.",
        conditions.by_order,
        (Example("readings", {"sign": "?"}, "columns in another order", to="readings"),),
    ),
    Difference(
        DXGOV,
        "Parquet: a column of a type that does not convert; CSV: one that a program wrote back in its own way",
        "dxgov tells it once, frictionless cell by cell where it minds.",
        conditions.column_as_a_whole,
        (_befallen("numbers as words", format="parquet"), _befallen("truth values as pandas writes them")),
    ),
    Difference(
        FRICTIONLESS,
        "the cells of such a column",
        "dxgov tells the column.",
        conditions.cell_by_cell,
        (_befallen("numbers as words", format="parquet"), _befallen("truth values as pandas writes them")),
    ),
    Difference(
        FRICTIONLESS,
        "a fault of the descriptor in its own words, and what follows from it",
        "dxgov tells the fault in the descriptor, and does not look at a table by a descriptor that is wrong.",
        lambda finding, found: (
            conditions.descriptor_in_their_words(finding, found)
            or (conditions.refused(found) and conditions.declared_otherwise(finding, found))
        ),
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
        conditions.in_unknown_table,
        (Example("readings", {"sign": "?"}, "a table under another name", to="readings"),),
    ),
    Difference(
        FRICTIONLESS,
        "a line without any cell filled",
        "Spreadsheets leave them; dxgov leaves them out, and counts them in the numbers of rows.",
        conditions.empty_line,
        (_befallen("an empty line"), _befallen("a line of commas")),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: a row without any cell filled",
        "Only spreadsheets leave such rows; dxgov takes it for a record, and tells each cell that must be filled.",
        conditions.empty_row,
        (_nothing_in("readings"),),
    ),
    Difference(
        FRICTIONLESS,
        "anything in a table whose columns are not those of the descriptor, in that order",
        "dxgov takes columns by name and reads the others as they are; frictionless takes them by order.",
        conditions.by_order,
        (_befallen("columns in another order"), _befallen("a column less")),
    ),
    Difference(
        FRICTIONLESS,
        "the cells of a row of the wrong length, and keys that stand in one",
        "Nobody knows which cell belongs where; dxgov leaves the row out and tells that.",
        conditions.left_out,
        (_befallen("a row that lacks all but its id"), _befallen("a row twice, once too long")),
    ),
    Difference(
        FRICTIONLESS,
        "references to a table with rows, or ids, that cannot be read",
        "The record may stand there.",
        conditions.to_lost,
        (_befallen("an id left out", "sources"), _befallen("a file that is empty", "actors")),
    ),
    Difference(
        FRICTIONLESS,
        "a table that refers to one that cannot be read, or is not listed",
        "dxgov reads it all the same.",
        conditions.refers_to_unread,
        (_befallen("a file that is gone", "sources"), _befallen("a table not listed", "sources")),
    ),
    Difference(
        FRICTIONLESS,
        "anything in a file that dxgov does not read",
        "A quotation mark that is left open shifts every cell behind it; dxgov tells where it stands.",
        conditions.of_unreadable,
        (_befallen("a quotation mark that is left open"), _befallen("a file that is gone", format="parquet")),
    ),
    Difference(
        FRICTIONLESS,
        "the hash of a file of the wrong size",
        "One fault; dxgov tells the size.",
        conditions.size_told,
        (_befallen("a file that was changed"),),
    ),
    Difference(
        FRICTIONLESS,
        "the pattern of a text with a control character",
        "One fault; dxgov tells the character.",
        conditions.told_as(Code.PATTERN, Code.BAD_TEXT),
        _readings("sign", "ab\x07"),
    ),
    Difference(
        FRICTIONLESS,
        "the least value of a number that dxgov does not read",
        "One fault; dxgov tells the type.",
        conditions.told_as(Code.TOO_SMALL, Code.WRONG_TYPE),
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
        conditions.part_of_key,
        (_befallen("links without their role", "rich_widget_parties"),),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: whole numbers with gaps, from writers that do not leave pandas' metadata",
        "pandas makes floats of them, with `nan` for the gaps, and frictionless reads through pandas.",
        conditions.not_a_number,
        (_befallen("no metadata of pandas", format="parquet"),),
    ),
    Difference(
        FRICTIONLESS,
        "Parquet: days with gaps that are written as times",
        "pandas makes `NaT` of the gaps, and frictionless 5.21 ends in an error, told before as its issue 1263.",
        conditions.no_time,
        (_befallen("days as times", format="parquet"),),
    ),
)


def explained(finding: Finding, by: str, found: Verdicts) -> list[Difference]:
    """Return the differences that cover a finding of only one of the two."""
    return [each for each in DIFFERENCES if each.found_by == by and each.covers(finding, found)]
