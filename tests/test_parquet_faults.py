"""Every fault planted in a Parquet file is reported with its place, and nothing else is; types of other programs are no faults."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

import dxgov
from dxgov import ProblemCode
from package_files import edit_parquet, edit_resource
from planted_faults import ASK, PlantedFault, change_bytes, change_cell, change_parquet, delete_file, replace_column
from soundness import MODEL

pytestmark = pytest.mark.slow

Code = ProblemCode


def put_day_number(number: int, package: Path) -> int:
    """Have the first meeting held on a day that the calendar of Python does not reach."""

    def edit(data: pa.Table) -> pa.Table:
        numbers = data["held_start"].combine_chunks().view(pa.int32()).to_pylist()
        return replace_column(data, "held_start", pa.array([number, *numbers[1:]], pa.int32()).view(pa.date32()))

    edit_parquet(package, "meetings", edit)
    return 1


PARQUET_FILES = [
    *(
        PlantedFault(
            f"day {number}",
            partial(put_day_number, number),
            Code.WRONG_TYPE,
            "meetings",
            "held_start",
            value=str(number),
            id="mtg-lines-1",
            says=f"found day {number:,} from 1970-01-01, expected one of the years 1 to 9999",
        )
        for number in (2_932_897, 2**31 - 1, -719_163, -(2**31))
    ),
    change_parquet(
        "texts for numbers",
        "opinions",
        lambda data: replace_column(data, "position", pa.array(["first", "second"])),
        Code.WRONG_TYPE,
        "position",
        "found the type string, expected int64",
    ),
    change_parquet(
        "fractions for whole numbers",
        "opinions",
        lambda data: replace_column(data, "position", pa.array([1.5, 2.5])),
        Code.WRONG_TYPE,
        "position",
        "found the type double, expected int64",
    ),
    change_parquet(
        "numbers for texts",
        "themes",
        lambda data: replace_column(data, "label", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "label",
        "found the type int64, expected string",
    ),
    change_parquet(
        "numbers for codes",
        "asks",
        lambda data: replace_column(data, "strength", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "strength",
        "found the type int64",
    ),
    change_parquet(
        "numbers for ids",
        "themes",
        lambda data: replace_column(data, "id", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "id",
        "found the type int64, expected string",
    ),
    change_parquet(
        "texts for days",
        "meetings",
        lambda data: replace_column(data, "held_start", pa.array(["first", "second", "third", "fourth"])),
        Code.WRONG_TYPE,
        "held_start",
        "found the type string, expected date32",
    ),
    change_parquet(
        "numbers for truth values",
        "agenda_items",
        lambda data: replace_column(data, "recorded", pa.array([0, 1, 2])),
        Code.WRONG_TYPE,
        "recorded",
        "found the type int64, expected bool",
    ),
    change_parquet(
        "text for a list",
        "asks",
        lambda data: replace_column(data, "kinds", pa.array(["funding"] * 4)),
        Code.WRONG_TYPE,
        "kinds",
        "found the type string, expected list",
    ),
    change_parquet(
        "missing column", "themes", lambda data: data.drop_columns("alt_labels"), Code.MISSING_COLUMN, "alt_labels", "lacks the column"
    ),
    change_parquet(
        "unknown column",
        "themes",
        lambda data: data.append_column("alt_label", data["label"]),
        Code.UNKNOWN_COLUMN,
        "alt_label",
        "did you mean 'alt_labels'?",
    ),
    change_bytes("truncated file", "themes", lambda file: file[:-100], Code.UNREADABLE_FILE, "not a Parquet file that can be read"),
    change_bytes("half a file", "themes", lambda file: file[: len(file) // 2], Code.UNREADABLE_FILE, "not a Parquet file that can be read"),
    change_bytes("CSV by the name of Parquet", "themes", lambda _: b"id,label\r\n", Code.UNREADABLE_FILE, "not a Parquet file"),
    change_bytes("empty Parquet file", "themes", lambda _: b"", Code.UNREADABLE_FILE, "not a Parquet file"),
    PlantedFault(
        "Parquet hash",
        lambda package: edit_resource(package, "themes", hash=f"sha256:{'0' * 64}"),
        Code.WRONG_HASH,
        "themes",
        says="the file was changed",
    ),
    PlantedFault("missing Parquet file", lambda package: delete_file(package, "themes"), Code.MISSING_FILE, "themes", says="not there"),
    change_cell(
        "unknown code in a Parquet list",
        f"asks/{ASK}",
        "kinds",
        ["funding", "sistem"],
        Code.UNKNOWN_CODE,
        "did you mean 'system'?",
    ),
    change_cell("list with an empty member", "themes/sea-cables", "alt_labels", ["線", None], Code.BAD_TEXT, "a list with an empty member"),
    change_cell("list that is missing", f"asks/{ASK}", "kinds", None, Code.MISSING_VALUE, value="[]"),
    change_cell("empty text", "themes/skills", "label_en", "", Code.BAD_TEXT, "what is missing is left out"),
]


@pytest.mark.parametrize("case", PARQUET_FILES, ids=lambda case: case.name)
def test_a_fault_of_a_parquet_file(case: PlantedFault, copy_package: Callable[..., Path]):
    case.check(copy_package("parquet", case.table))


def test_types_of_another_writer_are_no_fault(copy_package: Callable[[str], Path]):
    package = copy_package("parquet")
    whole = dxgov.load(package)

    def loosen_types(data: pa.Table) -> pa.Table:
        names = {
            pa.string(): pa.large_string(),
            pa.int64(): pa.int16(),
            pa.date32(): pa.date64(),
            pa.list_(pa.string()): pa.large_list(pa.string()),
        }
        columns = [
            column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column.cast(names.get(column.type, column.type))
            for column in data.columns
        ]
        return pa.table(columns, names=data.column_names)

    for table in MODEL.stored:
        edit_parquet(package, table, loosen_types)
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == whole
