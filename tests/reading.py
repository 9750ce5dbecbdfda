"""Helpers for tests of export formats: a data set from the rows of a foreign reader, and the texts of the CSV package."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from dxgov import Collection, Metadata
from dxgov.exporters.registry import load_exporter
from dxgov.package.write import build_csv_package
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.files import ExportFolder, write_folder
from dxgov.tables.columns import arrow_schema
from dxgov.tables.encoding import build_array
from dxgov.tables.link_tables import join_lists

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－1", "'quoted", "''twice", "'=1"]
NUMBERS = ["007", "8000020130001", "1-2", "2-1", "1/2", "(1)", "1E5", "12:30", "１２３", "¥100", "50%", "4月2日", "令和4年2月1日", "R4.2.1"]
WORDS = ["Apr 2024", "2 may", "DEC1", "true", " FALSE ", "March 3, 2024"]
PLAIN = ["4月22日の週", "1回目の会議", "Mayor", "truth", "req-2020-11-24", "a=1", "Q420", "may be", "－"]
ODD = ["a\rb", "a\r\nb", "_x0041_", "_x000D_", " sp ", "a\u2028b\u2029", "𠮷野家", "\ufeffmarked", "\na", "a ", '"', "a,b;c", "髙﨑〜①"]

NASTY = {
    "line breaks": "一行目\r\n二行目\n三行目",
    "a line break at the end": "終わり\n",
    "a lone carriage return": "a\rb\r",
    "quotes": '"quoted", "and", ""empty""',
    "a lone quote": '"',
    "commas": ",,,",
    "leading zeros": "00012",
    "a formula": "=1+1",
    "formulas of other signs": "+1-1@SUM(A1)\t",
    "NA": "NA",
    "null": "null",
    "None": "None",
    "nan": "nan",
    "a truth value": "true",
    "a day": "2031-04-02",
    "spaces around": "  　 spaced  ",
    "a space that does not break": "\xa0a\xa0",
    "emoji": "👩🏽‍🚀🇯🇵",
    "a byte order mark": "\ufeffmarked\ufeff",
    "right to left": "\u202eabc\u2069",
    "no composed characters": "か\u3099",
    "variants of characters": "葛\U000e0100 髙﨑〜①",
    "beyond the basic plane": "𠮷野家",
    "backslashes": '\\N \\" \\',
    "a line separator": "a\u2028b\u2029c",
    "JSON": '["a", "b"]',
    "a very long text": '長い文章、\r\n"続く" ' * 100_000,
}
"""Texts that packages and exports must keep, by what is nasty in them."""

NOTHING_YET = ExportFolder(Path())
"""What has been written before, for formats that do not look at it."""


def files(data: Collection, format: str) -> dict[str, bytes]:
    """Return the files of a format by path."""
    return {
        path: content if isinstance(content, bytes) else b"".join(content) for path, content in load_exporter(format)(data, NOTHING_YET)
    }


def in_folder(data: Collection, format: str, read: Callable[[Path], Any]) -> Any:
    """Return what `read` returns for a folder with the files of a format."""
    with TemporaryDirectory() as folder:
        write_folder(load_exporter(format)(data, NOTHING_YET), Path(folder))
        return read(Path(folder))


def data_set(
    model: type[Collection],
    rows_of: Callable[[Table | LinkTable], Iterable[Sequence[Any]]],
    cell: Callable[[Column, Any], Any],
    metadata: Metadata,
) -> Collection:
    """Return a data set from the rows of each stored table; `cell` converts their cells to Python values."""
    stored = {}
    for name, table in model.model().stored.items():
        columns = list(zip(*rows_of(table), strict=True)) or [()] * len(table.stored)
        arrays = [
            build_array(column, [None if value is None else cell(column, value) for value in cells])
            for column, cells in zip(table.stored, columns, strict=True)
        ]
        stored[name] = pa.table(arrays, schema=arrow_schema(table.stored))
    return model(join_lists(model.model(), stored), metadata)


def csv_tables(data: Collection) -> Mapping[str, list[list[str]]]:
    """Return the rows of every file of the CSV package, header included, by table."""
    csv.field_size_limit(1 << 24)
    package = {path: content if isinstance(content, bytes) else b"".join(content) for path, content in build_csv_package(data)}
    return {Path(path).stem: rows(content) for path, content in package.items() if path.endswith(".csv")}


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))
