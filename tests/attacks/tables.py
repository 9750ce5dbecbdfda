"""Attacks by CSV files."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from attacks.attack import BIG, FULL, MIB, attack, many
from dxgov import ProblemCode as Code
from package_files import edit_bytes, edit_descriptor, find_file, parse_csv


def _csv(package: Path, table: str, pieces: Iterable[bytes]) -> None:
    """Replace the content of a CSV file, without size and hash in the descriptor."""
    with find_file(package, table).open("wb") as file:
        file.writelines(pieces)
    edit_descriptor(
        package, lambda found: [each.pop(key) for each in found["resources"] if each["name"] == table for key in ("bytes", "hash")]
    )


def _header(package: Path, table: str) -> list[bytes]:
    return find_file(package, table).read_bytes().partition(b"\r\n")[0].split(b",")


def _rows(package: Path, table: str, rows: int, **cells: Callable[[int], str] | str) -> None:
    """Write a CSV file of rows with the given columns; the others are as in the first row of the sound package."""
    names, first, *_ = parse_csv(find_file(package, table).read_bytes())
    fixed = ['"' + cell.replace('"', '""') + '"' if cell else "" for cell in first]

    def line(number: int) -> str:
        row = list(fixed)
        for name, cell in cells.items():
            row[names.index(name)] = cell if isinstance(cell, str) else cell(number)
        return ",".join(row)

    def pieces() -> Iterable[bytes]:
        yield ",".join(names).encode() + b"\r\n"
        for start in range(0, rows, 10_000):
            yield "".join(line(number) + "\r\n" for number in range(start, min(start + 10_000, rows))).encode()

    _csv(package, table, pieces())


@attack(Code.TOO_LARGE, says="a row is longer than")
def cell_of_one_gibibyte(package: Path) -> None:
    head = b",".join(_header(package, "themes"))
    _csv(package, "themes", [head, b"\r\n", b"x,", *[b"a" * MIB] * (BIG // MIB), b"," * (len(head.split(b",")) - 2), b"\r\n"])


@attack(Code.TOO_LARGE, says="a row is longer than")
def one_gibibyte_of_line_breaks_in_quotes(package: Path) -> None:
    _csv(package, "themes", [b",".join(_header(package, "themes")), b'\r\nx,"', *[b"\n" * MIB] * (BIG // MIB), b'"\r\n'])


@attack(Code.TOO_LARGE, says="a row is longer than")
def one_gibibyte_of_nul(package: Path) -> None:
    _csv(package, "themes", [b",".join(_header(package, "themes")), b"\r\nx,", *[b"\0" * MIB] * (BIG // MIB), b"\r\n"])


@attack(Code.TOO_LARGE, Code.MISSING_VALUE, Code.UNKNOWN_REFERENCE, says="found a cell of")
def cell_of_40_mib(package: Path) -> None:
    head = _header(package, "themes")
    row = [b"x", b"a" * many(40 * MIB), *[b""] * (len(head) - 2)]
    _csv(package, "themes", [b",".join(head), b"\r\n", b",".join(row), b"\r\n"])


@attack(Code.TOO_LARGE, says="empty lines")
def half_a_gibibyte_of_empty_lines(package: Path) -> None:
    _csv(package, "themes", [b",".join(_header(package, "themes")), *[b"\n" * MIB] * (BIG // MIB // 2)])


@attack(Code.TOO_LARGE, says="empty lines")
def ten_million_empty_lines(package: Path) -> None:
    _csv(package, "themes", [b",".join(_header(package, "themes")), *[b"\r\n" * 1_000_000] * (10 if FULL else 2)])


@attack(Code.UNREADABLE_FILE, says="never closed")
def half_a_gibibyte_of_quotation_marks(package: Path) -> None:
    _csv(package, "themes", [b",".join(_header(package, "themes")), b'\r\n"', *[b'"' * MIB] * (BIG // MIB // 2)])


@attack(Code.BAD_TEXT, Code.MORE_PROBLEMS, says="control character")
def nul_in_a_million_cells(package: Path) -> None:
    _rows(package, "themes", many(1_000_000), id=lambda number: f"t{number}", label="a\0b")


@attack(Code.UNREADABLE_FILE, says="is not UTF-8: found the byte 0xFF")
def bytes_that_are_not_utf_8(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: content[:-2] + b"\xff\r\n")


@attack(Code.UNREADABLE_FILE, says="is not UTF-8: found the byte 0xED")
def surrogates_in_utf_8(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: content[:-2] + b"\xed\xa0\x80\r\n")


@attack(Code.UNREADABLE_FILE, says="cp932")
def cp932_by_mistake(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: content.decode().encode("cp932"))


@attack(Code.UNREADABLE_FILE, says="UTF-16")
def utf_16_without_a_mark(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: content.decode().encode("utf-16-le"))


@attack()
def byte_order_mark(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: b"\xef\xbb\xbf" + content)


@attack(Code.UNKNOWN_COLUMN, Code.MISSING_COLUMN)
def two_byte_order_marks(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: b"\xef\xbb\xbf\xef\xbb\xbf" + content)


@attack(Code.WRONG_SIZE, Code.ROW_LENGTH)
def csv_file_cut_off(package: Path) -> None:
    place = find_file(package, "asks")
    place.write_bytes(place.read_bytes()[:-40])


@attack(Code.UNREADABLE_FILE, says="the file is empty")
def empty_file(package: Path) -> None:
    edit_bytes(package, "themes", lambda _: b"")


@attack(Code.TOO_LARGE, says="10,000 columns")
def ten_thousand_columns(package: Path) -> None:
    _csv(package, "themes", [b",".join(b"c%d" % number for number in range(10_000)), b"\r\n", b"," * 9_999, b"\r\n"])


@attack(Code.TOO_LARGE, says="header")
def header_of_100_mib(package: Path) -> None:
    _csv(package, "themes", [b"id,", *[b"a" * MIB] * 100, b"\r\n"])


@attack(Code.UNKNOWN_COLUMN, Code.MISSING_COLUMN)
def nine_hundred_unknown_columns(package: Path) -> None:
    _csv(package, "themes", [b",".join(b"labe%d" % number for number in range(900)), b"\r\n"])


@attack(Code.DUPLICATE_COLUMN, Code.MISSING_COLUMN)
def nine_hundred_columns_of_one_name(package: Path) -> None:
    _csv(package, "themes", [b",".join([b"id"] * 900), b"\r\n", b",".join([b"x"] * 900), b"\r\n"])


@attack(Code.ROW_LENGTH, Code.MORE_PROBLEMS)
def two_million_ragged_rows(package: Path) -> None:
    _csv(package, "links", [b",".join(_header(package, "links")), b"\r\n", *[b"x,y\r\n" * 100_000] * many(20)])


@attack(Code.WRONG_TYPE, Code.MORE_PROBLEMS)
def two_million_numbers_beyond_64_bits(package: Path) -> None:
    _rows(package, "ask_themes", many(2_000_000), ask_id="a", theme_id="b", position="99999999999999999999999")


@attack(Code.UNKNOWN_CODE, Code.MORE_PROBLEMS)
def a_million_unknown_codes(package: Path) -> None:
    _rows(package, "actors", many(1_000_000), id=lambda number: f"a{number}", name="x", kind=lambda number: f"municipalit{number}")


@attack(Code.UNKNOWN_REFERENCE, Code.MORE_PROBLEMS)
def two_million_references_to_nothing(package: Path) -> None:
    _rows(
        package,
        "ask_themes",
        many(2_000_000),
        ask_id=lambda number: f"req-{number}",
        theme_id=lambda number: f"theme-{number}",
        position="1",
    )


@attack(Code.UNKNOWN_REFERENCE, says="is not a theme")
def reference_of_ten_mib(package: Path) -> None:
    sound = find_file(package, "ask_themes").read_bytes()
    _csv(package, "ask_themes", [sound, b"req-2031-04-lines.01.1.a,", b"ab" * many(5 * MIB), b",9\r\n"])


def _themes(package: Path, number: int, broader: Callable[[int], str]) -> None:
    _rows(package, "themes", number, id=lambda place: f"t{place:07}", broader_id=broader)


@attack(Code.REFERENCE_CYCLE, Code.MORE_PROBLEMS, says="leads back to itself")
def a_million_circles_of_one(package: Path) -> None:
    _themes(package, many(1_000_000), lambda place: f"t{place:07}")


@attack(Code.REFERENCE_CYCLE, Code.UNKNOWN_REFERENCE, says="leads back to itself")
def a_circle_of_a_million(package: Path) -> None:
    _themes(package, many(1_000_000), lambda place: f"t{(place + 1) % many(1_000_000):07}")


@attack(Code.INVALID_VALUE, Code.MORE_PROBLEMS)
def half_a_million_dates_that_are_none(package: Path) -> None:
    _rows(
        package,
        "actors",
        many(500_000),
        id=lambda number: f"a{number:07}",
        founded_text="x",
        founded_edtf=lambda number: f"{number:08}x",
        founded_scope="exact",
        founded_basis="stated",
    )


@attack(Code.INVALID_VALUE, Code.PATTERN, Code.TOO_LARGE, Code.UNKNOWN_REFERENCE, Code.MORE_PROBLEMS)
def texts_that_are_slow_to_match(package: Path) -> None:
    slow = ["?~%" * many(1_000_000), "0000X" * many(1_000_000), "20" + "X" * many(3_000_000), "-" * many(5_000_000) + "!"]
    _rows(
        package,
        "actors",
        len(slow),
        id=lambda number: f"a-{slow[number]}",
        founded_text="x",
        founded_edtf=lambda number: slow[number],
        founded_scope="exact",
        founded_basis="stated",
        local_government_code=lambda number: slow[number],
        wikidata=lambda number: slow[number],
    )


@attack(Code.WRONG_TYPE, says="expected a JSON array of texts")
def lists_nested_a_million_deep(package: Path) -> None:
    content = find_file(package, "themes").read_bytes()
    head = content.partition(b"\r\n")[0].split(b",")
    rows = content.split(b"\r\n")
    deep = rows[1].split(b",")
    deep[head.index(b"alt_labels")] = b"[" * 1_000_000
    assert len(deep) == len(head)
    edit_bytes(package, "themes", lambda _: b"\r\n".join([rows[0], b",".join(deep), *rows[2:]]))


@attack(Code.WRONG_TYPE, says="expected a JSON array of texts")
def lists_of_two_million_small_texts(package: Path) -> None:
    cell = json.dumps(["ab"] * many(2_000_000)).replace('"', '""')
    content = find_file(package, "themes").read_bytes().decode().split("\r\n")
    head = content[0].split(",")

    def row(number: int) -> str:
        cells = content[1].split(",")
        cells[0] = f"t{number}"
        cells[head.index("alt_labels")] = f'"{cell}"' if number < 19 else '"[1]"'
        return ",".join(cells)

    edit_bytes(package, "themes", lambda _: "\r\n".join([*content[:-1], *(row(number) for number in range(20)), ""]).encode())
