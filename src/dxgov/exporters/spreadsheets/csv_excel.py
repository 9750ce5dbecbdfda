"""A copy of the CSV files that Excel opens by a double click without harm: for viewing, and not a package.

A cell that Excel might take for a formula, a number, a day or a truth value although it is a text begins with an apostrophe, and so
does one whose text begins with an apostrophe itself. Taking away one apostrophe from the beginning of each cell that has one gives back
the texts of the CSV package.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.exporters.catalogues.readme import readme
from dxgov.exporters.dictionary import COLUMN_HEADER, column_rows
from dxgov.exporters.spreadsheets.excel_limits import DIGITS, require_rows_and_cells
from dxgov.formats.csv_writer import cell_texts, csv_lines, row_pieces
from dxgov.schema import Column, Kind
from dxgov.storage.files import Files
from dxgov.tables.arrow import filled, literal, one, text_array
from dxgov.tables.collection import Collection
from dxgov.tables.columns import Described
from dxgov.tables.link_tables import split

_BOM = b"\xef\xbb\xbf"
_MARK = "'"

_FORMULA = "^[=+\\-@\t\r\n＝＋－＠']"
"""How a formula begins, in Japan also in full width; and the apostrophe itself."""

_DIGIT = r"\p{Nd}"
_LIKE_A_NUMBER = r"^[\s\p{Nd}.,:/()%+\-−，．：／（）％¥￥$€£年月日時分秒元午前後明治大正昭和平成令MTSHRAPEmtshrape]+$"
_MONTHS = "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
_LIKE_A_DAY = rf"(?i)^[\s\p{{Nd}}.,/-]*({_MONTHS})[\s\p{{Nd}}.,/:-]*$"
_LIKE_A_TRUTH = r"(?i)^\s*(true|false)\s*$"

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


def viewing_copy(data: Collection) -> Files:
    """A CSV file for each table that has rows, a list of their columns, and what the files are.

    Raises:
        DataError: a text or a table is longer than Excel can show.
    """
    model = data.model()
    stored = split(model, {name: records.data for name, records in data.tables.items()})
    tables = {name: (table, stored[name]) for name, table in model.stored.items() if stored[name].num_rows}
    require_rows_and_cells(tables, header=1, longer=len(_MARK))
    yield "README.md", readme(data.metadata, _README, [f"{name}.csv: {table.label}" for name, (table, _) in tables.items()])
    rows = list(zip(*column_rows(table for table, _ in tables.values()), strict=True)) or [()] * len(COLUMN_HEADER)
    yield "columns.csv", _marked(csv_lines(COLUMN_HEADER, [[_defused(text_array(column)) for column in rows]]))
    for name, (table, data_rows) in tables.items():
        yield f"{name}.csv", _lines(table, data_rows)


def _lines(table: Described, rows: pa.Table) -> Iterator[bytes]:
    header = _defused(text_array([column.heading for column in table.stored])).to_pylist()
    pieces = ([_cells(column, one(piece[column.name])) for column in table.stored] for piece in row_pieces(rows))
    return _marked(csv_lines(header, pieces))


def _marked(lines: Iterable[bytes]) -> Iterator[bytes]:
    yield _BOM
    yield from lines


def _cells(column: Column, cells: pa.Array) -> pa.Array:
    """The cells of a column as Excel may have them."""
    texts = cell_texts(column, cells)
    if column.many or column.kind in (Kind.TEXT, Kind.CODE):
        return _defused(texts)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        digits = pc.replace_substring_regex(texts, "^-?0*[.]?0*|[.-]", "")
        return _with_mark(texts, pc.greater(pc.binary_length(digits), literal(DIGITS).cast(pa.int32())))
    return texts


def _defused(texts: pa.Array) -> pa.Array:
    """The texts, with an apostrophe before those that Excel would take for something else."""
    number = pc.or_(pc.match_substring_regex(texts, _LIKE_A_NUMBER), pc.match_substring_regex(texts, _LIKE_A_DAY))
    number = pc.and_(number, pc.match_substring_regex(texts, _DIGIT))
    other = pc.or_(pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _LIKE_A_TRUTH))
    return _with_mark(texts, pc.or_(number, other))


def _with_mark(texts: pa.Array, unsafe: pa.Array) -> pa.Array:
    return pc.if_else(filled(unsafe, False), pc.binary_join_element_wise(literal(_MARK), texts, literal("")), texts)
