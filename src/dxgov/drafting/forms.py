"""Forms for records as plain values, from which a page makes controls: the tables with their fields, columns and codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict

from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.drafting.decisions import iterate_records
from dxgov.drafting.rows import Row, Tables, format_value, get_caption
from dxgov.marks import Ref
from dxgov.model.record import Review
from dxgov.schema import Column, Field, Model, Table


def build_forms(model: Model, known: Dataset | None) -> Mapping[str, Any]:
    """Return the forms of all tables, and the records of a data set that may be referred to."""
    return {
        "tables": {
            name: {**asdict(table.titles), "fields": [_build_field(model, field) for field in table.fields]}
            for name, table in model.tables.items()
        },
        "known": list(_iterate_known(model, known)) if known is not None else [],
        "reviewed": str(Review.REVIEWED),
    }


def list_records(model: Model, tables: Tables) -> Mapping[str, Any]:
    """Return the records of a draft by id, each with its table, its caption and its cells."""
    return {row[table.key[0]]: _build_record(table, row) | {"cells": row} for table, row in iterate_records(model, tables)}


def _iterate_known(model: Model, known: Dataset) -> Iterator[Mapping[str, Any]]:
    """Yield the records of a data set, with the cells by which references tell what they may refer to."""
    for name, table in model.tables.items():
        kinds = {column for column in table.stored if column.codes and not column.many and not column.inner}
        names = {column.name for column in (*kinds, *table.captions)}
        for record in known.tables[name]:
            row = {column: format_value(getattr(record, column)) for column in names}
            yield {"id": record.id, **_build_record(table, row), "cells": {column.name: row[column.name] for column in kinds}}


def _build_record(table: Table, row: Row) -> dict[str, Any]:
    return {"table": table.name, "caption": get_caption(table, row)}


def _build_field(model: Model, field: Field) -> Mapping[str, Any]:
    """Return a field with its columns, but those that follow from others."""
    columns = [(part.name, part.titles, part.column) for part in field.parts if not part.derived]
    columns = columns or [(field.name, field.titles, field.columns[0])]
    return {
        "name": field.name,
        **asdict(field.titles),
        "meaning_ja": field.descriptions.ja,
        "meaning_en": field.descriptions.en,
        "columns": [{"part": part, **asdict(titles), **_build_column(model, column)} for part, titles, column in columns],
    }


def _build_column(model: Model, column: Column) -> Mapping[str, Any]:
    kind_column = model.tables[column.target].kind_column(column.kinds) if column.target and column.kinds else None
    return {
        "name": column.name,
        "kind": column.kind,
        "many": column.many,
        "codes": [_build_code(code) for code in column.codes],
        "is_reference": column.has(Ref),
        "target": column.target,
        "kinds": column.kinds,
        "kind_column": kind_column.name if kind_column else None,
    }


def _build_code(code: Code) -> Mapping[str, str]:
    return {"value": str(code), **asdict(code.titles)}
