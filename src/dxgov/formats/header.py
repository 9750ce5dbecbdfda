"""Check of a file's header: columns that are missing, duplicate or unknown."""

from collections import Counter
from collections.abc import Iterator

from dxgov.errors import Problem, ProblemCode, did_you_mean, short_repr
from dxgov.formats.resource import Resource
from dxgov.formats.tool_artifacts import PANDAS_INDEX_NAMES
from dxgov.languages import Message
from dxgov.marks import Follows
from dxgov.schema import Column, LinkTable, Table


def may_lack_column(column: Column, names: list[str], resource: Resource) -> bool:
    """Return whether a file may lack a column: an optional one, or one with a default, that the descriptor does not declare.

    All its cells are then empty, or hold the default. So packages stay valid that are older than the column. A column that follows
    from another one may be missing only together with it.
    """
    if (
        (column.required and column.default is None)
        or column.name in names
        or (resource.columns is not None and column.name in resource.columns)
    ):
        return False
    follows = column.mark(Follows)
    return follows is None or follows.other not in names


def check_header(table: Table | LinkTable, header: list[str], resource: Resource) -> Iterator[Problem]:
    """Yield a problem for each unknown, duplicate or missing column; or a single one if the file has no known column."""
    columns = {column.name: column for column in table.stored}
    if header and columns.keys().isdisjoint(header):
        message = Message(
            "no column is one of {table}: found {header}, expected {columns}; {remedy}",
            "表{table}の列が一つもない。見出しは{header}。期待する見出しは{columns}。{remedy}。",
            table=table.name,
            header=_abbreviate(header),
            columns=_abbreviate(list(columns)),
            remedy=_suggest_remedy(table, header),
        )
        yield Problem(ProblemCode.UNKNOWN_COLUMN, message, table.name, file=resource.path)
        return
    missing = [name for name in columns if name not in header]
    for number, (name, count) in enumerate(Counter(header).items()):
        if name not in columns:
            hint = did_you_mean(name, missing or columns) if number < _MAX_HINTS else ""
            hint = _PANDAS_HINT if name in PANDAS_INDEX_NAMES else hint
            message = Message(
                "{name} is not a column of {table}{hint}",
                "{name}は表{table}の列ではない。{hint}",
                name=short_repr(name),
                table=table.name,
                hint=hint,
            )
            yield Problem(ProblemCode.UNKNOWN_COLUMN, message, table.name, field=name, file=resource.path)
        elif count > 1:
            message = Message("the file has the column twice", "同じ列がファイルに二つある。")
            yield Problem(ProblemCode.DUPLICATE_COLUMN, message, table.name, field=name, file=resource.path)
    for name in missing:
        if not may_lack_column(columns[name], header, resource):
            message = Message("the file lacks the column", "ファイルにこの列がない。")
            yield Problem(ProblemCode.MISSING_COLUMN, message, table.name, field=name, file=resource.path)


def _abbreviate(names: list[str]) -> str:
    """Return the first two of some names, for messages."""
    return f"{', '.join(map(short_repr, names[:2]))}{', …' if len(names) > 2 else ''}"


def _suggest_remedy(table: Table | LinkTable, header: list[str]) -> str:
    """Suggest a remedy for a header without known names: it may be that of a format for Excel, or missing."""
    if not {column.label for column in table.stored}.isdisjoint(header):
        return Message(
            "it is the first row of a sheet of the Excel workbook, so delete that row and keep the second",
            "これはExcelブックのシートの1行目なので、その行を削除し、2行目を残す",
        )
    if not {column.heading for column in table.stored}.isdisjoint(name.removeprefix("'") for name in header):
        return Message(
            "it is the format csv-excel, so keep of each name what is in brackets, and take one ' from each cell that begins with one",
            "これはcsv-excelの形式なので、見出しは括弧内の名前だけを残し、'で始まるセルからは先頭の'を一つ除く",
        )
    return Message(
        "write the names of the columns with the data (header=True in many programs)",
        "データとともに列名も書き出す（多くのソフトウェアではheader=True）",
    )


_PANDAS_HINT = Message(
    "; it is the index of a data frame, which pandas leaves out with index=False",
    "これはデータフレームの索引であり、pandasではindex=Falseとすれば書き出されない。",
)
"""What to do about the index of a data frame."""

_MAX_HINTS = 200
"""Maximum number of columns with a suggestion."""
