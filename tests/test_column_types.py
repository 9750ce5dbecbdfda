"""Column types of other writers are read if they convert without loss, and are reported once for a column if not."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

import dxgov
from dxgov import ProblemCode
from package_files import edit_parquet
from soundness import MODEL, few_tables, sound

pytestmark = pytest.mark.slow


def without_information(data: pa.Table, type: pa.DataType) -> pa.Table:
    """Give columns that hold nothing another type."""
    for number, name in enumerate(data.column_names):
        column = data[name].combine_chunks()
        if column.null_count == len(column):
            data = data.set_column(number, name, pa.nulls(len(column), type))
        elif pa.types.is_list(column.type) and not len(column.flatten()):
            data = data.set_column(number, name, pa.array([[]] * len(column), pa.list_(type)))
    return data


@pytest.mark.parametrize(
    "type", [pa.null(), pa.binary(), pa.large_binary(), pa.float64(), pa.int32(), pa.bool_(), pa.date32(), pa.timestamp("ns")]
)
def test_columns_without_anything_may_have_any_type(type: pa.DataType, copy_package: Callable[[str], Path]):
    package = copy_package("parquet")
    for table in MODEL.stored:
        edit_parquet(package, table, lambda data: without_information(data, type))
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == sound()
    assert list(dxgov.load(package, lazy=True).asks) == list(sound().asks)


LOSSLESS = [
    ("meetings", "held_start", pa.timestamp("us")),
    ("meetings", "held_start", pa.timestamp("ns", tz="UTC")),
    ("meetings", "held_start", pa.date64()),
    ("meetings", "held_start", pa.string()),
    ("agenda_items", "recorded", pa.int64()),
    ("agenda_items", "recorded", pa.uint8()),
    ("meetings", "ordinal", pa.float64()),
    ("meetings", "ordinal", pa.uint16()),
    ("meetings", "ordinal", pa.large_string()),
    ("meetings", "ordinal", pa.dictionary(pa.int32(), pa.int64())),
    ("figures", "value", pa.decimal256(50, 9)),
    ("themes", "label", pa.string_view()),
    ("themes", "label", pa.dictionary(pa.int8(), pa.large_string())),
    ("themes", "alt_labels", pa.large_list(pa.large_string())),
]


@pytest.mark.parametrize(("table", "column", "type"), LOSSLESS, ids=str)
def test_types_that_convert_without_loss_are_taken(table: str, column: str, type: pa.DataType, copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("parquet")
    edit_parquet(package, table, lambda data: data.set_column(data.column_names.index(column), column, _cast(data[column], type)))
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == few_tables()


def _cast(column: pa.ChunkedArray, type: pa.DataType) -> pa.Array:
    values = column.combine_chunks()
    return values.dictionary_encode().cast(type) if pa.types.is_dictionary(type) else values.cast(type)


OTHERS = [
    ("meetings", "held_start", [20310402, 20310512, None], pa.int32()),  # Arrow would count days from 1970
    ("meetings", "held_start", [1, 2, 3], pa.int64()),
    ("meetings", "held_start", [1.0, 2.0, 3.0], pa.float64()),
    ("meetings", "held_start", [1, 2, 3], pa.time32("s")),
    ("meetings", "held_start", [86_400_001, 0, 0], pa.timestamp("ms")),
    ("meetings", "ordinal", [1, 2, 3], pa.date32()),
    ("meetings", "ordinal", [1, 2, 3], pa.timestamp("s")),
    ("meetings", "ordinal", [1, 2, 3], pa.duration("s")),
    ("meetings", "ordinal", [True, True, False], pa.bool_()),
    ("meetings", "name", [b"\x80", b"a", b"b"], pa.binary()),
    ("agenda_items", "recorded", [0, 1, 2], pa.int64()),
    ("agenda_items", "recorded", [1, 1, 1], pa.date32()),
    ("themes", "alt_labels", [[1], [2], [], []], pa.list_(pa.int64())),
    ("themes", "alt_labels", [[["a"]], [], [], []], pa.list_(pa.list_(pa.string()))),
]


@pytest.mark.parametrize(("table", "column", "values", "type"), OTHERS, ids=str)
def test_other_types_are_told_once_for_a_column(table, column, values, type, copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("parquet")

    def replace_column(data: pa.Table) -> pa.Table:
        return data.set_column(data.column_names.index(column), column, pa.array((values * 2)[: len(data)], type))

    edit_parquet(package, table, replace_column)
    problems = [each for each in dxgov.validate(package) if each.code == ProblemCode.WRONG_TYPE]
    assert [(each.field, each.row) for each in problems] == [(column, None)]
    assert "found the type " in problems[0].message
