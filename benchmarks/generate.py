"""Data sets of any size that look like the bundled one, made column by column from the definition.

Every row starts as a row of the bundled data, drawn at random, so that what belongs together in a row stays together: which cells are
empty, which codes meet, which times follow each other. Then each column is made anew as its marks demand: ids count up, references
lead to rows of the wanted table, numbers do not repeat among the parts of a whole, texts are put together from the clauses of the
bundled texts, dates are forms that `dxgov.dates` writes with the days that they mean, digests are random. The same `rows` and `seed`
give the same data.

``python benchmarks/generate.py FOLDER ROWS [csv|parquet]`` writes a package.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import dxgov
from dxgov import Collection, Dataset, Scope, When, dates
from dxgov.formats.parquet_writer import ROW_GROUP_SIZE, build_parquet_schema
from dxgov.marks import CheckDigit, Differs, Follows, Key, PatternWhere, Ref, Together, UniqueWithin
from dxgov.package.descriptor_writer import build_descriptor, build_parquet_resource, dump_descriptor, format_sha256
from dxgov.package.write import OutputTable, build_package
from dxgov.schema import Column, Field, Kind, Model, Table, model_of
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import write_folder
from dxgov.tables.arrow import (
    as_arrow,
    as_numpy,
    as_scalar,
    combine_chunks,
    factorize_rows,
    fill_null,
    index_array,
    mask_array,
    mask_as_numpy,
    text_array,
)
from dxgov.tables.columns import ARROW_TYPES, arrow_schema, code_array, empty_table
from dxgov.tables.link_tables import split_lists

_FIXED = re.compile(r"\[0-9a-f\]\{([0-9]+)\}")
"""A pattern of so many hexadecimal digits: a digest, which no two rows share."""

_DAYS = 600
"""From how many days the dates are made."""


def dataset(rows: int, *, seed: int = 0, model: type[Collection] = Dataset, tables: Iterable[str] | None = None) -> Collection:
    """A sound data set of about `rows` records, shared out among the tables as in the bundled data.

    A table that the bundled data leave empty is empty. If `tables` are named, so are all others that these can do without.
    """
    return _Maker(rows, seed, model, None if tables is None else needed(model_of(model), tables)).made()


def needed(model: Model, tables: Iterable[str]) -> set[str]:
    """The tables and all that records of theirs must refer to."""
    found: set[str] = set()
    left = list(tables)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [column.target for column in model.tables[name].columns if column.required and column.target]
    return found


def write_package(tables: Mapping[str, pa.Table], folder: Path, format: str, model: type[Collection] = Dataset) -> Path:
    """Write tables of a package, sound or not, with a descriptor that fits the bytes; return the folder."""
    stored, metadata = model_of(model), dxgov.Metadata(name="benchmark")
    if format == "csv":
        files = [OutputTable(stored.stored[name], rows.num_rows, partial(_batches, rows)) for name, rows in tables.items()]
        write_folder(build_package(stored, files, metadata, format), folder)
        return folder
    present = {name: rows for name, rows in tables.items() if rows.num_rows}
    files, resources = {}, []
    for name, rows in present.items():  # dxgov itself writes no column with a fault
        buffer, path = io.BytesIO(), f"data/{name}.parquet"
        table = stored.stored[name]
        about = build_parquet_schema(table, table.stored, rows.num_rows).metadata
        pq.write_table(
            rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema], about)),
            buffer,
            compression="zstd",
            row_group_size=ROW_GROUP_SIZE,
            sorting_columns=[pq.SortingColumn(0)] if in_order(rows.columns[0]) else None,
        )
        files[path] = buffer.getvalue()
        resources.append({**build_parquet_resource(stored, table, present, path), "hash": format_sha256(files[path])})
    write_folder({DESCRIPTOR: dump_descriptor(build_descriptor(metadata, resources)), **files}.items(), folder)
    return folder


def in_order(ids: pa.ChunkedArray) -> bool:
    """Whether rows lie in the order of their ids, as in a file that dxgov writes."""
    found = ids.combine_chunks()
    return bool(pa.types.is_string(found.type) and not found.null_count and pc.all(pc.less(found[:-1], found[1:])).as_py() is not False)


def _batches(rows: pa.Table, size: int) -> Iterator[pa.Table]:
    return (rows.slice(start, size).combine_chunks() for start in range(0, rows.num_rows, size))


def package_tables(data: Collection) -> dict[str, pa.Table]:
    """The tables that a package of the data set has, link tables included."""
    return split_lists(data.model(), {name: records.data for name, records in data.tables.items()})


class _Maker:
    """One data set in the making."""

    def __init__(self, rows: int, seed: int, model: type[Collection], chosen: set[str] | None) -> None:
        self.random = np.random.default_rng(seed)
        self.owner = model
        self.model = model_of(model)
        bundled = dxgov.load().tables
        self.bundled = {name: records.data for name, records in bundled.items() if chosen is None or name in chosen}
        whole = sum(table.num_rows for table in self.bundled.values())
        wanted = self._wanted_kinds()
        self.sizes = {
            name: max(1, len(wanted[name]), round(rows * data.num_rows / whole))
            if (data := self.bundled.get(name)) is not None and data.num_rows
            else 0
            for name in self.model.tables
        }
        self.drawn = {name: self._drawn(name, wanted[name]) for name, size in self.sizes.items() if size}
        """For each table, the rows of the bundled data that its own start as."""
        self.ids = {name: self._ids(table) for name, table in self.model.tables.items()}
        self.all_ids = pa.concat_arrays(list(self.ids.values()))
        self.parts: dict[str, dict[str, Any]] = {}
        """For each table, the rows of which its own are parts, by column; -1 where there is none."""

    def _wanted_kinds(self) -> dict[str, list[tuple[str, ...]]]:
        """For each table the kinds of records that others cannot do without: one of each."""
        found: dict[str, list[tuple[str, ...]]] = {name: [] for name in self.model.tables}
        for name in self.bundled:
            for column in self.model.tables[name].columns if name in self.model.tables else ():
                if column.required and column.kinds and not any({*kinds} <= {*column.kinds} for kinds in found[str(column.target)]):
                    found[str(column.target)].append(column.kinds)
        return found

    def _drawn(self, name: str, wanted: list[tuple[str, ...]]) -> Any:
        """Rows of the bundled data, drawn at random; the first ones are of the kinds that are wanted."""
        template = self.bundled[name]
        drawn = self.random.integers(0, template.num_rows, self.sizes[name])
        for place, kinds in enumerate(wanted):
            column = self.model.tables[name].kind_column(kinds)
            drawn[place] = template[column.name].cast(pa.string()).to_pylist().index(kinds[0])
        return drawn

    def _known(self, column: Column) -> tuple[pa.Array, Any]:
        """The ids that a column may refer to, and where each stands in its table; no places where it may refer to any table."""
        if column.target is None:
            return self.all_ids, None
        ids, kind = self.ids[column.target], self.model.kind_column(column)
        if kind is None or not len(ids):
            return ids, np.arange(len(ids))
        template = self.bundled[column.target][kind.name].cast(pa.string())
        fitting = mask_as_numpy(combine_chunks(pc.is_in(template, value_set=text_array(list(column.kinds)))))
        places = np.flatnonzero(fitting[self.drawn[column.target]])
        return ids.take(index_array(places)), places

    def made(self) -> Collection:
        """The data set."""
        return self.owner({name: self._table(table) for name, table in self.model.tables.items()}, dxgov.Metadata(name="benchmark"))

    def _ids(self, table: Table) -> pa.Array:
        key = table.column(table.key[0]).mark(Key)
        stem = f"{key.prefix if key else ''}{table.singular.replace('_', '-')}-"
        numbered = index_array(np.arange(self.sizes[table.name]) + 10**8).cast(pa.string())
        return pc.binary_join_element_wise(as_scalar(stem), numbered, as_scalar(""))

    def _table(self, table: Table) -> pa.Table:
        size = self.sizes[table.name]
        if not size:
            return empty_table(table.columns)
        template = self.bundled[table.name]
        drawn = template.take(index_array(self.drawn[table.name]))
        cells = {column.name: combine_chunks(drawn[column.name]) for column in table.columns}
        parts = self._parts(table)
        for field in table.fields:
            if field.value is When:
                cells |= self._dates(field, cells)
            else:
                cells |= {each.name: self._cells(table, each, cells[each.name], parts, template) for each in field.columns}
        for column in table.columns:
            within = column.mark(UniqueWithin)
            if within and within.others and not column.inner:
                cells[column.name] = _numbered(column, [cells[name] for name in within.others])
            elif within:
                cells |= _without_repetitions(table, column, within.others, cells)
            differs = column.mark(Differs)
            if differs:
                cells[column.name] = self._other(column, cells[column.name], cells[differs.other])
        return pa.table([cells[column.name] for column in table.columns], schema=arrow_schema(table.columns))

    def _cells(self, table: Table, column: Column, drawn: pa.Array, parts: Mapping[str, Any], template: pa.Table) -> pa.Array:
        """The cells of a column; those `drawn` tell which are empty, and stay as they are where nothing is to be varied."""
        if column.key:
            return self.ids[table.name]
        if column.name in parts:
            return _taken(self.ids[str(column.target)], parts[column.name])
        if column.has(Ref):
            known, places = self._known(column)
            earlier = column.target == table.name and not column.inner
            # Of how many of the known ids a row may have one: of all, or of those that come before its own
            reach = np.searchsorted(places, np.arange(len(drawn))) if earlier else np.full(len(drawn), len(known))
            return self._lists(known, drawn, reach) if column.many else self._references(known, drawn, reach)
        if column.kind is not Kind.TEXT or column.many:
            return drawn
        digest = column.pattern and _FIXED.fullmatch(column.pattern.regex)
        if digest:
            return _where(drawn, self._digits(int(digest[1]), len(drawn)))
        unique = column.mark(UniqueWithin)
        if unique and not unique.others and not column.has(PatternWhere):
            return _counted(column, drawn)
        if column.pattern is None and _is_prose(template[column.name]):
            return _where(drawn, self._prose(combine_chunks(template[column.name]), len(drawn)))
        return drawn

    def _parts(self, table: Table) -> dict[str, Any]:
        """Of which rows those of a table are parts: the children of a row stand together, and about as many are a part of each."""
        if table.name in self.parts:
            return self.parts[table.name]
        size, found = self.sizes[table.name], {}
        for column in reversed(table.parents):
            target = self.model.tables[str(column.target)]
            if column.name in found or target is table or not self.sizes[target.name]:
                continue
            spread = np.minimum(np.arange(size) + self.random.random(size), size - 0.001)
            found[column.name] = np.sort((spread * self.sizes[target.name] / size).astype(np.int64))
            inherited = self._parts(target)
            for farther in table.parents:
                if farther.name in inherited and farther.name not in found:
                    above = inherited[farther.name]
                    found[farther.name] = above[found[column.name]]
        for column in table.parents:  # a part of a row of the same table: the first of those that belong to the same whole
            if column.target == table.name:
                group = next(iter(found.values()), np.arange(size) // 5)
                _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
                above = first[inverse]
                found[column.name] = np.where((above == np.arange(size)) | (self.random.random(size) < 0.3), -1, above)
        self.parts[table.name] = found
        return found

    def _references(self, known: pa.Array, drawn: pa.Array, reach: Any) -> pa.Array:
        at = (self.random.random(len(drawn)) * reach).astype(np.int64)
        return _taken(known, np.where(mask_as_numpy(pc.is_valid(drawn)) & (reach > 0), at, -1))

    def _other(self, column: Column, cells: pa.Array, others: pa.Array) -> pa.Array:
        """The references of a column, the next record for each that is the same as the other one."""
        known, _ = self._known(column)
        same = mask_as_numpy(fill_null(pc.equal(cells, others), False))
        at = as_numpy(fill_null(pc.index_in(cells, value_set=known), -1)).astype(np.int64)
        return _taken(known, np.where(same, (at + 1) % max(len(known), 1), at))

    def _lists(self, known: pa.Array, drawn: pa.ListArray, reach: Any) -> pa.ListArray:
        """Lists as long as those drawn, each of different rows."""
        lengths = as_numpy(pc.list_value_length(drawn)).astype(np.int64)
        lengths = np.minimum(lengths, reach)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        owners = np.repeat(np.arange(len(drawn)), lengths)
        place = np.arange(offsets[-1]) - offsets[owners]
        first = (self.random.random(len(drawn)) * reach).astype(np.int64)
        at = (first[owners] + place * np.maximum(reach[owners] // np.maximum(lengths[owners], 1), 1)) % np.maximum(reach[owners], 1)
        return pa.ListArray.from_arrays(as_arrow(offsets.astype(np.int32), pa.int32()), known.take(index_array(at)))

    def _digits(self, width: int, count: int) -> pa.Array:
        digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[self.random.integers(0, 16, count * width, dtype=np.uint8)]
        offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
        return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(digits)])

    def _prose(self, texts: pa.Array, count: int) -> pa.Array:
        """Texts of as many clauses as the given ones have, and a number that only one of them has."""
        distinct = [text for text in pc.unique(texts).to_pylist() if text]
        clauses = sorted({clause for text in distinct for clause in re.split("[、。,;]", text) if clause.strip()})
        length = max(1, round(sum(len(re.split("[、。,;]", text)) for text in distinct) / len(distinct)))
        pool = text_array([clause.strip() for clause in clauses])
        chosen = [pool.take(index_array(self.random.integers(0, len(pool), count))) for _ in range(length)]
        number = index_array(np.arange(1, count + 1)).cast(pa.string())
        japanese = sum(clause.isascii() for clause in clauses) * 2 < len(clauses)
        joined = pc.binary_join_element_wise(*chosen, as_scalar("、" if japanese else ", "))
        opening, closing = ("（第", "号）") if japanese else (" (No. ", ")")
        return pc.binary_join_element_wise(joined, as_scalar(opening), number, as_scalar(closing), as_scalar(""))

    def _dates(self, field: Field, drawn: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """Dates in all forms where the drawn row has one."""
        pool = _forms()
        if any(floor.mark.field == field.name for table in self.model.tables.values() for floor in self.model.floors(table)):
            first = min(each.end for each in pool if each.end)  # no date of others may lie before these
            pool = tuple(each for each in pool if each.start is None or each.start <= first)
        at = self.random.integers(0, len(pool), len(next(iter(drawn.values()))))
        there = mask_as_numpy(pc.is_valid(drawn[next(part.column.name for part in field.parts if part.required)]))
        at = np.where(there, at, -1)
        return {part.column.name: _of_kind(part.column, [getattr(each, part.name) for each in pool], at) for part in field.parts}


def _of_kind(column: Column, values: list[Any], at: Any) -> pa.Array:
    texts = text_array([None if value is None else str(value) for value in values])
    if column.kind is Kind.CODE:
        whole = code_array(column, texts)
        return pa.DictionaryArray.from_arrays(_taken(whole.indices, at), whole.dictionary)
    return _taken(texts.cast(ARROW_TYPES[column.kind]), at)


def _taken(values: pa.Array, at: Any) -> pa.Array:
    """The values at the places, and nothing at -1."""
    if (at >= 0).all():
        return values.take(index_array(at))
    there = pa.Array.from_buffers(
        pa.int64(), len(at), [mask_array(at >= 0).buffers()[1], pa.py_buffer(np.ascontiguousarray(at, dtype=np.int64))]
    )
    return values.take(there)


def _where(drawn: pa.Array, values: pa.Array) -> pa.Array:
    """The values where the drawn cells are filled."""
    return values if not drawn.null_count else pc.if_else(pc.is_valid(drawn), values, pa.nulls(1, pa.string())[0])


def _counted(column: Column, drawn: pa.Array) -> pa.Array:
    """Texts that end with digits, such as numbers of registers, with other digits in each row."""
    digit = column.mark(CheckDigit)

    def counted(row: int, text: str) -> str:
        stem, digits = re.fullmatch("([^0-9]*)([0-9]+)", text).groups()  # type: ignore[union-attr]  # as the bundled ones do
        number = f"{stem}{10 ** (len(digits) - 1) + row}"
        return digit.correct(number) if digit else number

    return text_array([text and counted(row, text) for row, text in enumerate(drawn.to_pylist())])


def _without_repetitions(table: Table, column: Column, others: Iterable[str], cells: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The cells of a column and of those that go with it, empty where the value stands in an earlier row with the same others."""
    codes = factorize_rows([cells[name] for name in (*others, column.name)])
    rows = np.full(len(codes), -1)
    first = np.unique(codes, return_index=True)[1]
    rows[first] = first
    marks = {each.name: each.mark(Together) or each.mark(Follows) for each in table.columns}
    names = [column.name, *(name for name, mark in marks.items() if mark and mark.other == column.name)]
    return {name: _taken(cells[name], rows) for name in names}


def _is_prose(template: pa.ChunkedArray) -> bool:
    """Whether the texts of a column are written for each record, as a summary is: most differ, and they have some length."""
    filled = [text for text in template.to_pylist() if text]
    return bool(filled) and len(set(filled)) > 0.8 * len(filled) and sum(map(len, filled)) > 8 * len(filled)


def _numbered(column: Column, others: list[pa.Array]) -> pa.Array:
    """1, 2, 3 and so on among the rows that agree in the other columns; as letters where the column wants those."""
    groups = factorize_rows(others)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    place = np.empty(len(groups), dtype=np.int64)
    place[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
    if column.kind is Kind.INTEGER:
        return as_arrow(place + 1, pa.int64())
    counted = index_array(place + 1).cast(pa.string())
    if column.pattern is None or re.fullmatch(column.pattern.regex, "1"):
        return counted
    if place.max(initial=0) > 25:
        raise ValueError(f"{column.name}: {place.max() + 1} records stand together, but letters tell 26 apart; ask for more rows")
    return text_array([chr(ord("a") + number) for number in range(26)]).take(index_array(place))


@cache
def _forms() -> tuple[When, ...]:
    """Dates as documents write them, from exact to vague, over some twenty years."""
    start = date(2005, 4, 1)
    days = [start + timedelta(days=number * 7300 // _DAYS) for number in range(_DAYS)]
    return tuple(islice(_read(days), _DAYS * len(_SHAPES)))


_SHAPES = (
    ("{day}", Scope.EXACT),
    ("{day}", Scope.EXACT),
    ("{day}", Scope.EXACT),
    ("{month}", Scope.WITHIN),
    ("{month}-01/{month}-10", Scope.WITHIN),
    ("{month}-11/{month}-20", Scope.WITHIN),
    ("../{month}", Scope.BY),
    ("{day}/..", Scope.FROM),
    ("{year}", Scope.THROUGHOUT),
    ("{month}~", Scope.WITHIN),
)


def _read(days: list[date]) -> Iterator[When]:
    for shape, scope in _SHAPES:
        for day, calendar in zip(days, cycle(("era", "era", "western")), strict=False):
            edtf = shape.format(day=day.isoformat(), month=day.isoformat()[:7], year=day.year)
            yield dates.read(dates.write(When("x", edtf, scope), calendar=calendar))


def main() -> None:
    """Write a package."""
    folder, rows, *format = sys.argv[1:]
    write_package(package_tables(dataset(int(rows))), Path(folder), *(format or ["csv"]))


if __name__ == "__main__":
    main()
