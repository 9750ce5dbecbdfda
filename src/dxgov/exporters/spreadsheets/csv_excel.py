"""CSV files that Excel opens by a double click without changing their texts: for viewing, not a package.

An apostrophe is put before a text that Excel would take for a formula, a number, a date or a boolean, and before a text that begins
with an apostrophe. Removing one leading apostrophe from each cell that has one restores the texts of the CSV package.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.exporters.catalogues.readme import render_readme
from dxgov.exporters.dictionary import COLUMN_HEADER, column_rows
from dxgov.exporters.spreadsheets.excel_limits import MAX_DIGITS, require_rows_and_cells
from dxgov.formats.csv_writer import encode_csv_lines, format_cells, slice_rows
from dxgov.schema import Column, Kind
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.arrow import as_scalar, combine_chunks, fill_null, text_array
from dxgov.tables.collection import Collection
from dxgov.tables.columns import DescribedTable
from dxgov.tables.link_tables import split_lists

_BOM = b"\xef\xbb\xbf"
_APOSTROPHE = "'"

FORMULA_START = "^[=+\\-@\t\r\n＝＋－＠']"
"""Characters that begin a formula, in Japan also in full width; and the apostrophe itself."""

_DIGIT = r"\p{Nd}"
_NUMBER_LIKE = r"^[\s\p{Nd}.,:/()%+\-−，．：／（）％¥￥$€£年月日時分秒元午前後明治大正昭和平成令MTSHRAPEmtshrape]+$"
_MONTHS = "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
_DATE_LIKE = rf"(?i)^[\s\p{{Nd}}.,/-]*({_MONTHS})[\s\p{{Nd}}.,/:-]*$"
_BOOLEAN_LIKE = r"(?i)^\s*(true|false)\s*$"

_README = """\
**For viewing in Excel, and not a data package.** Programs should read the formats `csv` or `parquet`. Corrections belong there too:
Excel changes what it saves.

- The files are UTF-8 with a byte order mark, by which Excel knows Japanese texts. The header has the Japanese name of each column and in
  brackets the name that programs use.
- A text that Excel might take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break), a number, a day or a truth value
  has an apostrophe `'` in front, and so has a text that begins with an apostrophe itself. Numbers of more than 15 digits have it too.
  To get the texts as they are, take away one apostrophe from the beginning of every cell that begins with one.
- Several values in one cell are a JSON array, as in the CSV package. `columns.csv` says what each column is.

**Excelでの閲覧用であり、データパッケージではありません。** プログラムからは `csv` 又は `parquet` の形式を使ってください。
数式・数値・日付と誤認され得る文字列の先頭にはアポストロフィ `'` を1つ付けています（先頭のものを1つ取り除けば元の文字列です）。
見出しは日本語の列名で、角括弧内が機械用の列名です。
"""


def export_csv_excel(data: Collection, _folder: ExportFolder) -> Files:
    """Yield a CSV file for each table with rows, a list of their columns, and a README.

    Raises:
        DataError: a text or a table is longer than Excel can show.
    """
    model = data.model()
    rows_by_table = split_lists(model, {name: records.data for name, records in data.tables.items()})
    tables = {name: (table, rows_by_table[name]) for name, table in model.stored.items() if rows_by_table[name].num_rows}
    require_rows_and_cells(tables, header_rows=1, prefix_length=len(_APOSTROPHE))
    yield "README.md", render_readme(data, _README, [f"{name}.csv: {table.titles.joined}" for name, (table, _) in tables.items()])
    rows = list(zip(*column_rows(table for table, _ in tables.values()), strict=True)) or [()] * len(COLUMN_HEADER)
    yield "columns.csv", _prepend_bom(encode_csv_lines(COLUMN_HEADER, [[escape_texts(text_array(column)) for column in rows]]))
    for name, (table, table_rows) in tables.items():
        yield f"{name}.csv", _render_table(table, table_rows)


def _render_table(table: DescribedTable, rows: pa.Table) -> Iterator[bytes]:
    header = escape_texts(text_array([column.heading for column in table.stored])).to_pylist()
    batches = ([_format_cells(column, combine_chunks(batch[column.name])) for column in table.stored] for batch in slice_rows(rows))
    return _prepend_bom(encode_csv_lines(header, batches))


def _prepend_bom(lines: Iterable[bytes]) -> Iterator[bytes]:
    yield _BOM
    yield from lines


def _format_cells(column: Column, cells: pa.Array) -> pa.Array:
    """Return the cells of a column as texts that Excel keeps."""
    texts = format_cells(column, cells)
    if column.many or column.kind in (Kind.TEXT, Kind.CODE):
        return escape_texts(texts)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        digits = pc.replace_substring_regex(texts, "^-?0*[.]?0*|[.-]", "")
        return _prefix_apostrophe(texts, pc.greater(pc.binary_length(digits), as_scalar(MAX_DIGITS).cast(pa.int32())))
    return texts


def escape_texts(texts: pa.Array) -> pa.Array:
    """Put an apostrophe before the texts that Excel would take for something else."""
    is_number = pc.or_(pc.match_substring_regex(texts, _NUMBER_LIKE), pc.match_substring_regex(texts, _DATE_LIKE))
    is_number = pc.and_(is_number, pc.match_substring_regex(texts, _DIGIT))
    is_formula_or_boolean = pc.or_(pc.match_substring_regex(texts, FORMULA_START), pc.match_substring_regex(texts, _BOOLEAN_LIKE))
    return _prefix_apostrophe(texts, pc.or_(is_number, is_formula_or_boolean))


def _prefix_apostrophe(texts: pa.Array, unsafe: pa.Array) -> pa.Array:
    return pc.if_else(fill_null(unsafe, False), pc.binary_join_element_wise(as_scalar(_APOSTROPHE), texts, as_scalar("")), texts)
