"""The faults of the trials, each planted alone in a sound package."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
from attrs import frozen

from clients.planting import (
    as_cp932,
    as_text,
    drop,
    edit_each,
    first,
    get_constraint,
    has_type,
    lead_nowhere,
    misdirect,
    move_out,
    on_bytes,
    on_columns,
    on_descriptor,
    on_resource,
    on_rows,
    open_quote,
    put,
    repeat,
    shorten,
    swap,
)
from dxgov import ProblemCode
from package_files import find_file

Code = ProblemCode


@frozen
class Fault:
    """One fault: its id and meaning, the function that plants it, and the formats that can have it."""

    id: str
    meaning: str
    plant: Callable[[Path], object]
    code: ProblemCode | None
    """The problem code of dxgov; None if dxgov accepts it."""
    formats: tuple[str, ...] = ("csv", "parquet")


FAULTS = (
    Fault("integer", "an integer column holds the word `twelve`", put("twelve", has_type("integer")), Code.WRONG_TYPE, ("csv",)),
    Fault("date", "a date column holds 30 February", put("2031-02-30", has_type("date")), Code.WRONG_TYPE, ("csv",)),
    Fault("boolean", "a boolean column holds `yes`", put("yes", has_type("boolean")), Code.WRONG_TYPE, ("csv",)),
    Fault("list", "a column of lists holds `funding`, which is not JSON", put("funding", has_type("array")), Code.WRONG_TYPE, ("csv",)),
    Fault("column-type", "a column of integers is stored as text", as_text, None, ("parquet",)),
    Fault("required", "a required cell is empty", put(None, get_constraint("required")), Code.MISSING_VALUE),
    Fault("minimum", "a number is below its minimum", put(0, get_constraint("minimum")), Code.TOO_SMALL),
    Fault("pattern", "a text lost its first character, as codes lose a zero, and does not fit its pattern", shorten, Code.PATTERN),
    Fault("code-list", "a code is not in its list", put("urgent", get_constraint("enum")), Code.UNKNOWN_CODE),
    Fault("key", "two rows have the same id", repeat(joint=False), Code.DUPLICATE_KEY),
    Fault("joint-key", "two rows of a link table are the same", repeat(joint=True), Code.DUPLICATE_KEY),
    Fault("reference", "an id refers to no row of the other table", misdirect(within=False), Code.UNKNOWN_REFERENCE),
    Fault("own-reference", "an id refers to no row of its own table", misdirect(within=True), Code.UNKNOWN_REFERENCE),
    Fault(
        "extra-column",
        "a file has a column that the descriptor does not list",
        on_columns(
            edit_each(lambda number, row: row.append("x" if number else "extra")),
            lambda data: data.append_column("extra", pa.array(["x"] * len(data))),
        ),
        Code.UNKNOWN_COLUMN,
    ),
    Fault("missing-column", "a file lacks a column that the descriptor lists", drop, Code.MISSING_COLUMN),
    Fault(
        "double-column",
        "a file has a column twice",
        on_rows(edit_each(lambda _, row: row.append(row[1]))),
        Code.DUPLICATE_COLUMN,
        ("csv",),
    ),
    Fault("column-order", "two columns of a file that are declared alike have changed places", swap, None),
    Fault("long-row", "a row has a cell too many", on_rows(lambda rows: rows[1].append("x")), Code.ROW_LENGTH, ("csv",)),
    Fault("short-row", "a row has a cell too few", on_rows(lambda rows: rows[1].pop()), Code.ROW_LENGTH, ("csv",)),
    Fault("quote", "a quotation mark is never closed", on_bytes(open_quote), Code.UNREADABLE_FILE, ("csv",)),
    Fault("encoding", "a file is not UTF-8 but what Japanese Excel saves (cp932)", on_bytes(as_cp932), Code.UNREADABLE_FILE, ("csv",)),
    Fault("cut-file", "a file ends half way", on_bytes(lambda content: content[: len(content) // 2]), Code.UNREADABLE_FILE, ("parquet",)),
    Fault(
        "missing-file", "a file that is listed is not there", lambda package: find_file(package, first(package)).unlink(), Code.MISSING_FILE
    ),
    Fault(
        "hash",
        "a file was changed, and is as long as before",
        on_bytes(lambda content: content.replace("。".encode(), "、".encode(), 1), reseal=False),
        Code.WRONG_HASH,
        ("csv",),
    ),
    Fault(
        "stated-hash",
        "the hash in the descriptor is another file's",
        on_resource(hash=f"sha256:{'0' * 64}"),
        Code.WRONG_HASH,
        ("parquet",),
    ),
    Fault("size", "the size in the descriptor is not the file's", on_resource(bytes=7), Code.WRONG_SIZE, ("csv",)),
    Fault(
        "not-a-package",
        "the descriptor is not JSON",
        lambda package: (package / "datapackage.json").write_text("name: kaifu-lines\n", encoding="utf-8"),
        Code.NOT_A_PACKAGE,
    ),
    Fault(
        "field-type",
        "the descriptor names a type that there is not",
        on_descriptor(lambda listed: listed[0]["schema"]["fields"][0].update(type="strng")),
        Code.CONTRADICTION,
    ),
    Fault("unknown-resource", "a foreign key leads to a resource that is not listed", on_descriptor(lead_nowhere), Code.CONTRADICTION),
    Fault("double-resource", "a resource is listed twice", on_descriptor(lambda listed: listed.append(listed[0])), Code.DUPLICATE_TABLE),
    Fault("no-path", "a resource has neither path nor data", on_descriptor(lambda listed: listed[0].pop("path")), Code.NOT_A_PACKAGE),
    Fault("path-outside", "the file of a resource lies outside the package", move_out, Code.UNSAFE_PATH),
)

BEYOND: Mapping[str, tuple[ProblemCode, ...]] = {
    "No descriptor can state the rule; it is one of the model.": (
        Code.UNKNOWN_TABLE,
        Code.UNEXPECTED_VALUE,
        Code.BAD_TEXT,
        Code.CHECK_DIGIT,
        Code.INVALID_VALUE,
        Code.WRONG_ORDER,
        Code.DUPLICATE_NUMBER,
        Code.REFERENCE_CYCLE,
        Code.REPEATED_CODE,
        Code.PARENT_MISMATCH,
        Code.SAME_VALUE,
        Code.WRONG_KIND,
    ),
    "It is a limit of reading, which every program has of its own.": (Code.TOO_LARGE, Code.MORE_PROBLEMS),
    "It is a limit of Excel, which packages do not have.": (Code.BEYOND_LIMIT,),
    "It is a warning, and no fault.": (Code.UNUSUAL_CHARACTER,),
    "It is found where a draft is published, and packages hold no drafts.": (Code.UNSURE_VALUE,),
    "It is found by `dxgov verify`, with the documents that records cite.": (
        Code.MISSING_DOCUMENT,
        Code.NO_PASSAGE,
        Code.NO_SUCH_LINE,
        Code.WRONG_PASSAGE,
        Code.NOT_PRINTED,
    ),
}
"""The problem codes without a fault, by the reason why no client is tried on them."""
