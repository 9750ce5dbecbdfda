"""The checks of a package as one would write them by hand in Polars, for whoever must pay for them to compare.

From the same definition: presence, codes, patterns, control characters, smallest numbers, keys in their table and among all, numbers
within their whole, references, order of numbers, columns that are filled together, dates against what their EDTF means, hashes.
Circles and parts of two wholes are left out. It only counts what is wrong; it does not tell where.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

import dxgov
from dxgov.characters import CONTROL_PATTERN
from dxgov.dates import bounds
from dxgov.marks import Follows, Minimum, NotBefore, Ref, Together, UniqueWithin
from dxgov.schema import Column, Kind, Model, Table

_TYPES = {
    Kind.TEXT: pl.String,
    Kind.CODE: pl.String,
    Kind.INTEGER: pl.Int64,
    Kind.NUMBER: pl.Decimal(38, 9),
    Kind.BOOLEAN: pl.Boolean,
    Kind.DATE: pl.Date,
}


def count_faults(package: Path) -> dict[str, int]:
    """Return how many rows break each rule, without the rules that all rows keep."""
    model = dxgov.Dataset.model()
    frames, result = {}, {}
    for resource in json.loads((package / "datapackage.json").read_text("utf-8"))["resources"]:
        content = (package / resource["path"]).read_bytes()
        if resource["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
            result[f"{resource['name']} hash"] = 1
        columns = {column.name: pl.String if column.many else _TYPES[column.kind] for column in model.stored[resource["name"]].stored}
        csv = resource["format"] == "csv"
        frames[resource["name"]] = pl.read_csv(content, schema=columns) if csv else pl.read_parquet(content)
    for name, frame in frames.items():
        rules = dict(_list_rules(model, name, frame, frames))
        counts = frame.select(**{rule: broken.sum() for rule, broken in rules.items()}).row(0, named=True)
        result |= {f"{name} {rule}": count for rule, count in counts.items() if count}
        result |= {f"{name} {field}": count for field, count in _count_wrong_dates(model.stored[name], frame) if count}
    ids = pl.concat([frames[name]["id"] for name in model.tables if name in frames])
    return result | ({"ids": len(ids) - ids.n_unique()} if ids.n_unique() < len(ids) else {})


def _list_rules(model: Model, name: str, frame: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> Iterator[tuple[str, pl.Expr]]:
    table = model.stored[name]
    if frame.select(table.key).n_unique() < len(frame):
        yield "key", pl.struct(table.key).is_duplicated()
    for column in table.stored:
        cells = pl.col(column.name)
        for rule, broken in _list_column_rules(model, column, cells, frames):
            yield f"{column.name} {rule}", broken


def _list_column_rules(model: Model, column: Column, cells: pl.Expr, frames: dict[str, Any]) -> Iterator[tuple[str, pl.Expr]]:
    if column.required:
        yield "missing", cells.is_null()
    if column.many:
        return
    if column.kind is Kind.CODE:
        yield "code", ~cells.cast(pl.String).is_in([str(code) for code in column.codes])
    if column.kind is Kind.TEXT:
        yield "control", cells.str.contains(CONTROL_PATTERN)
        yield "empty", cells == ""
        if column.pattern:
            yield "pattern", ~cells.str.contains(rf"\A(?:{column.pattern.regex})\z")
    if column.has(Ref):
        targets = [column.target] if column.target else [name for name in model.tables if name in frames]
        yield "reference", ~cells.is_in(pl.concat([frames[name]["id"] for name in targets]).implode())
    for mark in column.marks:
        if isinstance(mark, Minimum):
            yield "minimum", cells < mark.value
        elif isinstance(mark, NotBefore):
            yield "order", cells < pl.col(mark.other)
        elif isinstance(mark, Together):
            empty, other_empty = cells.is_null(), pl.col(mark.other).is_null()
            yield "together", ~empty & other_empty if mark.unless else empty != other_empty
        elif isinstance(mark, UniqueWithin):
            yield "number", pl.struct(*mark.others, column.name).is_duplicated() & cells.is_not_null()


def _count_wrong_dates(table: Any, frame: pl.DataFrame) -> Iterator[tuple[str, int]]:
    """Yield for each date field how many distinct dates have days that do not follow from their EDTF."""
    for field in table.fields if isinstance(table, Table) else ():
        derived = [part for part in field.parts if part.column.has(Follows)]
        if derived:
            edtf, *days = derived[0].column.mark(Follows).other, *(part.column.name for part in derived)  # type: ignore[union-attr]
            yield field.name, sum(tuple(row[1:]) != bounds(row[0]) for row in frame.select(edtf, *days).drop_nulls(edtf).unique().rows())
