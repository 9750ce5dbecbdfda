"""Every fault planted in a CSV file is reported with its place, and nothing else is; layouts of other programs are no faults."""

from collections.abc import Callable
from pathlib import Path

import pytest

import dxgov
from dxgov import ProblemCode
from package_files import edit_bytes, edit_csv, edit_resource, find_file, parse_csv, update_row
from planted_faults import (
    ASK,
    ASK_B,
    PlantedFault,
    add_column,
    change_bytes,
    change_cell,
    change_header,
    change_row_length,
    change_sealed_bytes,
    delete_file,
    move_out,
    spoil_cell,
)
from soundness import DIGEST, MODEL

pytestmark = pytest.mark.slow

Code = ProblemCode


# Cells that only a CSV file can hold

CSV_CELLS = [
    spoil_cell("number in words", "meetings/mtg-lines-1", "ordinal", "first", "found 'first', expected a whole number"),
    spoil_cell("number with a point", "meetings/mtg-lines-1", "ordinal", "1.0", "expected a whole number"),
    spoil_cell("number in full-width digits", "meetings/mtg-lines-1", "ordinal", "１", "expected a whole number"),
    spoil_cell("number beyond 64 bits", "meetings/mtg-lines-1", "ordinal", "9223372036854775808", "at most 64 bits"),
    spoil_cell("number with a plus sign", "meetings/mtg-lines-1", "ordinal", "+1", "expected a whole number"),
    spoil_cell("number with a space", "opinions/opn-lines.1.1", "position", " 1", "expected a whole number"),
    spoil_cell("number with a line break", "opinions/opn-lines.1.1", "position", "1\n", "expected a whole number"),
    spoil_cell("line of a citation", f"asks/{ASK}", "citation_first_line", "xii", "expected a whole number"),
    spoil_cell("truth value", f"asks/{ASK_B}", "interim", "yes", "found 'yes', expected true or false"),
    spoil_cell("truth value as Excel writes it", f"asks/{ASK_B}", "interim", "TRUE", "expected true or false"),
    spoil_cell("day that does not exist", "meetings/mtg-lines-1", "held_start", "2023-02-29", "expected a day such as"),
    spoil_cell("day with slashes", "meetings/mtg-lines-1", "held_end", "2031/04/02", "expected a day such as"),
    spoil_cell("day in an optional date", "actors/kaifu", "founded_start", "1950", "expected a day such as"),
    spoil_cell("decimal in words", "figures/fig-speed", "value", "an eighth", "expected a decimal number"),
    spoil_cell("decimal with a comma", "figures/fig-loss", "value", "-3,400,000,000,000", "expected a decimal number"),
    spoil_cell("decimal of ten places", "figures/fig-speed", "value", "0.1234567891", "9 after the point"),
    spoil_cell("decimal that is too long", "figures/fig-speed", "value", "9" * 30, "at most 29 digits"),
    spoil_cell("decimal that is much too long", "figures/fig-speed", "value", "0.5" + "0" * 60, "9 after the point"),
    spoil_cell("decimal with an exponent", "figures/fig-speed", "value", "1.25e-1", "expected a decimal number"),
    spoil_cell("decimal that is no number", "figures/fig-speed", "value", "NaN", "expected a decimal number"),
    spoil_cell("list without brackets", f"asks/{ASK}", "kinds", "funding", "expected a JSON array of texts"),
    spoil_cell("list cut off", f"asks/{ASK}", "kinds", '["funding"', "expected a JSON array of texts"),
    spoil_cell("list that is an object", "themes/sea-cables", "alt_labels", '{"a": "b"}', "expected a JSON array of texts"),
    spoil_cell("list of numbers", "themes/sea-cables", "alt_labels", "[1, 2]", "expected a JSON array of texts"),
    spoil_cell("list with half a character", "themes/sea-cables", "alt_labels", '["\\ud83d"]', "surrogate", Code.BAD_TEXT),
    spoil_cell("list without an end in sight", "themes/sea-cables", "alt_labels", "[" * 100_000, "expected a JSON array of texts"),
    change_cell(
        "unknown code in a list",
        f"asks/{ASK}",
        "kinds",
        '["funding", "sistem"]',
        Code.UNKNOWN_CODE,
        "did you mean 'system'?",
    ),
    change_cell("empty text in a list", "themes/sea-cables", "alt_labels", '["線", ""]', Code.BAD_TEXT, "empty text", value=""),
    change_cell(
        "control character in a list", "themes/sea-cables", "alt_labels", '["\\u0007線"]', Code.BAD_TEXT, "control", value="\x07線"
    ),
    change_cell("no list", f"asks/{ASK}", "kinds", "", Code.MISSING_VALUE, value="[]"),
    PlantedFault(
        "position of a link",
        lambda package: update_row(package, "ask_themes", {"position": "chief"}, ask_id=ASK),
        Code.WRONG_TYPE,
        "ask_themes",
        "position",
        "chief",
        ASK,
        "expected a whole number",
    ),
]


@pytest.mark.parametrize("case", CSV_CELLS, ids=lambda case: case.name)
def test_a_cell_that_cannot_be_read(case: PlantedFault, copy_package: Callable[..., Path]):
    case.check(copy_package("csv", case.table))


# Files that are not what they should be

CSV_FILES = [
    change_sealed_bytes(
        "size", "themes", lambda file: file + b"\r\n", Code.WRONG_SIZE, "the file was changed after the descriptor was written"
    ),
    change_sealed_bytes(
        "hash", "themes", lambda file: file.replace("人材".encode(), "人財".encode()), Code.WRONG_HASH, "the file was changed"
    ),
    PlantedFault(
        "hash of an unknown kind",
        lambda package: edit_resource(package, "themes", hash="crc32:cafe"),
        Code.WRONG_HASH,
        "themes",
        says="'crc32' is not a hash that can be verified",
    ),
    PlantedFault(
        "hash without a length of its own",
        lambda package: edit_resource(package, "themes", hash="shake_128:cafe"),
        Code.WRONG_HASH,
        "themes",
        says="'shake_128' is not a hash that can be verified",
    ),
    PlantedFault(
        "hash without the name of its kind, which is then MD5",
        lambda package: edit_resource(package, "themes", hash=DIGEST),
        Code.WRONG_HASH,
        "themes",
        says="found md5",
    ),
    change_header(
        "unknown column", "asks", lambda rows: add_column(rows, "colour", "red"), Code.UNKNOWN_COLUMN, "colour", "not a column of asks"
    ),
    change_header(
        "unknown column that is near",
        "asks",
        lambda rows: add_column(rows, "sumary_en", ""),
        Code.UNKNOWN_COLUMN,
        "sumary_en",
        "'summary_en'?",
    ),
    change_header(
        "column with a letter that looks like another",
        "asks",
        lambda rows: add_column(rows, "summ\u0430ry_en", ""),
        Code.UNKNOWN_COLUMN,
        "summ\u0430ry_en",
        "'summary_en', without U+0430 CYRILLIC SMALL LETTER A?",
    ),
    change_header("column without a name", "asks", lambda rows: add_column(rows, "", ""), Code.UNKNOWN_COLUMN, ""),
    change_bytes(
        "more columns than are read",
        "themes",
        lambda file: b",".join(b"c%d" % number for number in range(1_001)) + b"\r\n" + file,
        Code.TOO_LARGE,
        "found 1,001 columns, expected 1,000 at most",
    ),
    change_header("duplicate column", "asks", lambda rows: add_column(rows, "note", "again"), Code.DUPLICATE_COLUMN, "note", "twice"),
    change_header("duplicate id column", "themes", lambda rows: add_column(rows, "id", "x"), Code.DUPLICATE_COLUMN, "id", "twice"),
    change_row_length("row too short", "themes/networks", lambda row: row.pop(), f"expected {len(MODEL.tables['themes'].stored)}"),
    change_row_length(
        "row too long", "themes/networks", lambda row: row.append("more"), f"found {len(MODEL.tables['themes'].stored) + 1} cells"
    ),
    change_row_length("row too short after a cell of two lines", "meetings/mtg-lines-2", lambda row: row.pop(), "expected"),
    change_row_length("row too short after an empty line", "themes/networks", lambda row: row.pop(), "expected", before=[[]]),
    PlantedFault(
        "row too short in a link table",
        lambda package: (edit_csv(package, "ask_themes", lambda rows: rows[1].pop()), 2)[1],
        Code.ROW_LENGTH,
        "ask_themes",
        says="found 2 cells, expected 3",
    ),
    change_bytes(
        "bytes of Latin 1",
        "themes",
        lambda file: file.replace(b"Skills", b"Skill\xe9"),
        Code.UNREADABLE_FILE,
        "line 4 is not UTF-8: found the byte 0xE9",
    ),
    change_bytes(
        "cp932", "themes", lambda file: file.decode().encode("cp932"), Code.UNREADABLE_FILE, "Shift_JIS (cp932), so save it as UTF-8"
    ),
    change_bytes("UTF-16", "themes", lambda file: file.decode().encode("utf-16"), Code.UNREADABLE_FILE, "UTF-16; expected UTF-8"),
    change_bytes(
        "quote never closed", "themes", lambda file: file.replace(b"\r\nskills,", b'\r\n"skills,'), Code.UNREADABLE_FILE, "never closed"
    ),
    change_bytes("empty file", "themes", lambda _: b"", Code.UNREADABLE_FILE, "empty; expected a header row"),
    change_bytes("file of line breaks", "themes", lambda _: b"\r\n\r\n", Code.UNREADABLE_FILE, "empty; expected a header row"),
    PlantedFault(
        "missing file",
        lambda package: delete_file(package, "themes"),
        Code.MISSING_FILE,
        "themes",
        file="data/themes.csv",
        says="not there",
    ),
    PlantedFault(
        "missing file of links", lambda package: delete_file(package, "ask_themes"), Code.MISSING_FILE, "ask_themes", says="not there"
    ),
    PlantedFault(
        "file outside by a link",
        lambda package: move_out(package, "themes"),
        Code.UNSAFE_PATH,
        "themes",
        file="data/themes.csv",
        says="a link that leads out",
    ),
    PlantedFault(
        "file of a misspelt name",
        lambda package: find_file(package, "themes").rename(package / "data" / "thmes.csv") and None,
        Code.MISSING_FILE,
        "themes",
        says="did you mean 'data/thmes.csv'?",
    ),
    PlantedFault(
        "a delimiter that the file does not have",
        lambda package: edit_resource(package, "themes", dialect={"delimiter": ";"}),
        Code.UNREADABLE_FILE,
        "themes",
        says="the cells are separated by ',', expected ';'",
    ),
]


@pytest.mark.parametrize("case", CSV_FILES, ids=lambda case: case.name)
def test_a_fault_of_a_csv_file(case: PlantedFault, copy_package: Callable[..., Path]):
    case.check(copy_package("csv", case.table))


def test_a_header_below_an_empty_line_is_one_fault(copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("csv")
    edit_bytes(package, "themes", lambda content: b"\r\n" + content)
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.table) == (Code.UNREADABLE_FILE, "themes")
    assert "expected the header in row 1" in problem.message


def test_a_header_without_rows_or_line_end_is_an_empty_table(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    edit_bytes(package, "links", lambda content: content.partition(b"\r\n")[0])
    assert dxgov.validate(package).problems == ()
    assert len(dxgov.load(package).links) == 0


@pytest.mark.parametrize("line", [2, 3])
def test_a_stray_quotation_mark_is_found_in_its_line(line: int, copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("csv")
    lines = find_file(package, "themes").read_bytes().split(b"\r\n")
    number = next(number for number, text in enumerate(lines) if number >= line - 1 and b'"' not in text)
    edit_bytes(package, "themes", lambda _: b"\r\n".join([*lines[:number], lines[number].replace(b",", b' 5",', 1), *lines[number + 1 :]]))
    (problem,) = dxgov.validate(package).problems
    assert problem.code == Code.UNREADABLE_FILE
    assert problem.message.startswith(f"line {number + 1}:")


def test_an_empty_line_is_left_out_and_counted(copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("csv")
    whole = dxgov.load(package)
    for line in (2, 4):
        edit_csv(package, "themes", lambda rows, line=line: rows.insert(line, []))
    assert dxgov.load(package) == whole
    put_at = 1 + next(
        number for number, row in enumerate(parse_csv(find_file(package, "themes").read_bytes())) if row[:1] == ["spare-lines"]
    )

    def misspell(rows: list[list[str]]) -> None:
        rows[put_at - 1][rows[0].index("broader_id")] = "sea-cablez"

    edit_csv(package, "themes", misspell)
    (problem,) = dxgov.validate(package)
    assert (problem.row, problem.field, problem.value) == (put_at, "broader_id", "sea-cablez")


def test_what_a_spreadsheet_does_to_a_file_is_no_fault(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    whole = dxgov.load(package)

    def turn(rows: list[list[str]]) -> None:
        rows[1:] = rows[:0:-1]
        for row in rows:
            row.reverse()

    for table in MODEL.stored:
        edit_csv(package, table, turn)
        edit_bytes(package, table, lambda file: b"\xef\xbb\xbf" + file.replace(b"\r\n", b"\n").rstrip())
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == whole
