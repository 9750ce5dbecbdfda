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

_DIGEST = re.compile(r"\[0-9a-f\]\{([0-9]+)\}")
"""The pattern of a digest: its group is the number of hexadecimal digits. No two rows share a digest."""

_DAYS = 600
"""Number of days from which dates are made."""


def dataset(rows: int, *, seed: int = 0, model: type[Collection] = Dataset, tables: Iterable[str] | None = None) -> Collection:
    """Return a sound data set of about `rows` records, spread over the tables as in the bundled data.

    Args:
        rows: the records of all tables together.
        seed: the seed of all random choices.
        model: the collection class to build.
        tables: the tables to fill, with those that they need; all that the bundled data fill if None.

    Returns:
        The data set. Tables that the bundled data leave empty are empty.
    """
    return _Maker(rows, seed, model, None if tables is None else find_required_tables(model_of(model), tables)).build()


@cache
def load_bundled() -> Dataset:
    """Return the bundled data set, loaded once."""
    return dxgov.load()


def find_required_tables(model: Model, tables: Iterable[str]) -> set[str]:
    """Return the tables and, transitively, all tables that their required references need."""
    names: set[str] = set()
    queue = list(tables)
    while queue:
        name = queue.pop()
        if name not in names:
            names.add(name)
            queue += [column.target for column in model.tables[name].columns if column.required and column.target]
    return names


def write_package(tables: Mapping[str, pa.Table], folder: Path, format: str, model: type[Collection] = Dataset) -> Path:
    """Write tables of a package, sound or not, with a descriptor that fits the bytes; return the folder."""
    stored, metadata = model_of(model), dxgov.Metadata(name="benchmark")
    if format == "csv":
        files = [OutputTable(stored.stored[name], rows.num_rows, partial(_batches, rows)) for name, rows in tables.items()]
        write_folder(build_package(stored, files, metadata, format), folder)
        return folder
    present = {name: rows for name, rows in tables.items() if rows.num_rows}
    files, resources = {}, []
    for name, rows in present.items():  # dxgov's own writer refuses columns with faults
        buffer, path = io.BytesIO(), f"data/{name}.parquet"
        table = stored.stored[name]
        metadata_bytes = build_parquet_schema(table, table.stored, rows.num_rows).metadata
        pq.write_table(
            rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema], metadata_bytes)),
            buffer,
            compression="zstd",
            row_group_size=ROW_GROUP_SIZE,
            sorting_columns=[pq.SortingColumn(0)] if is_sorted(rows.columns[0]) else None,
        )
        files[path] = buffer.getvalue()
        resources.append({**build_parquet_resource(stored, table, present, path), "hash": format_sha256(files[path])})
    write_folder({DESCRIPTOR: dump_descriptor(build_descriptor(metadata, resources, format)), **files}.items(), folder)
    return folder


def is_sorted(ids: pa.ChunkedArray) -> bool:
    """Return whether rows are sorted by id, as in a file that dxgov writes."""
    values = ids.combine_chunks()
    return bool(pa.types.is_string(values.type) and not values.null_count and pc.all(pc.less(values[:-1], values[1:])).as_py() is not False)


def _batches(rows: pa.Table, size: int) -> Iterator[pa.Table]:
    return (rows.slice(start, size).combine_chunks() for start in range(0, rows.num_rows, size))


def package_tables(data: Collection) -> dict[str, pa.Table]:
    """Return the tables that a package of the data set has, link tables included."""
    return split_lists(data.model(), {name: records.data for name, records in data.tables.items()})


class _Maker:
    """Builder of one data set."""

    def __init__(self, rows: int, seed: int, model: type[Collection], names: set[str] | None) -> None:
        self.random = np.random.default_rng(seed)
        self.owner = model
        self.model = model_of(model)
        bundled = load_bundled().tables
        self.bundled = {name: records.data for name, records in bundled.items() if names is None or name in names}
        total = sum(table.num_rows for table in self.bundled.values())
        required_kinds = self._find_required_kinds()
        self.sizes = {
            name: max(1, len(required_kinds[name]), round(rows * data.num_rows / total))
            if (data := self.bundled.get(name)) is not None and data.num_rows
            else 0
            for name in self.model.tables
        }
        self.template_rows = {name: self._draw_rows(name, required_kinds[name]) for name, size in self.sizes.items() if size}
        """For each table, the positions of the bundled rows that its own rows are copies of."""
        self.ids = {name: self._make_ids(table) for name, table in self.model.tables.items()}
        self.all_ids = pa.concat_arrays(list(self.ids.values()))
        self.parts: dict[str, dict[str, Any]] = {}
        """For each table, the positions of the parents of its rows, by column; -1 for no parent."""

    def _find_required_kinds(self) -> dict[str, list[tuple[str, ...]]]:
        """Return for each table the kinds of records that other tables require; one record of each is made."""
        kinds_by_table: dict[str, list[tuple[str, ...]]] = {name: [] for name in self.model.tables}
        for name in self.bundled:
            for column in self.model.tables[name].columns if name in self.model.tables else ():
                if (
                    column.required
                    and column.kinds
                    and not any({*kinds} <= {*column.kinds} for kinds in kinds_by_table[str(column.target)])
                ):
                    kinds_by_table[str(column.target)].append(column.kinds)
        return kinds_by_table

    def _draw_rows(self, name: str, required_kinds: list[tuple[str, ...]]) -> Any:
        """Return positions of bundled rows, drawn at random; the first rows are of the required kinds."""
        template = self.bundled[name]
        drawn = self.random.integers(0, template.num_rows, self.sizes[name])
        for row, kinds in enumerate(required_kinds):
            column = self.model.tables[name].kind_column(kinds)
            drawn[row] = template[column.name].cast(pa.string()).to_pylist().index(kinds[0])
        return drawn

    def _find_targets(self, column: Column) -> tuple[pa.Array, Any]:
        """Return the ids that a column may refer to, and their positions in the table; None for positions if any table may be meant."""
        if column.target is None:
            return self.all_ids, None
        ids, kind = self.ids[column.target], self.model.kind_column(column)
        if kind is None or not len(ids):
            return ids, np.arange(len(ids))
        template = self.bundled[column.target][kind.name].cast(pa.string())
        fitting = mask_as_numpy(combine_chunks(pc.is_in(template, value_set=text_array(list(column.kinds)))))
        targets = np.flatnonzero(fitting[self.template_rows[column.target]])
        return ids.take(index_array(targets)), targets

    def build(self) -> Collection:
        """Build the data set."""
        return self.owner({name: self._build_table(table) for name, table in self.model.tables.items()}, dxgov.Metadata(name="benchmark"))

    def _make_ids(self, table: Table) -> pa.Array:
        key = table.column(table.key[0]).mark(Key)
        stem = f"{key.prefix if key else ''}{table.singular.replace('_', '-')}-"
        numbers = index_array(np.arange(self.sizes[table.name]) + 10**8).cast(pa.string())
        return pc.binary_join_element_wise(as_scalar(stem), numbers, as_scalar(""))

    def _build_table(self, table: Table) -> pa.Table:
        size = self.sizes[table.name]
        if not size:
            return empty_table(table.columns)
        template = self.bundled[table.name]
        drawn = template.take(index_array(self.template_rows[table.name]))
        cells = {column.name: combine_chunks(drawn[column.name]) for column in table.columns}
        parts = self._assign_parents(table)
        for field in table.fields:
            if field.value is When:
                cells |= self._draw_dates(field, cells)
            else:
                cells |= {column.name: self._build_cells(table, column, cells[column.name], parts, template) for column in field.columns}
        for column in table.columns:
            within = column.mark(UniqueWithin)
            if within and within.others and not column.inner:
                cells[column.name] = _number_within_groups(column, [cells[name] for name in within.others])
            elif within:
                cells |= _clear_repetitions(table, column, within.others, cells)
            differs = column.mark(Differs)
            if differs:
                cells[column.name] = self._change_equal_references(column, cells[column.name], cells[differs.other])
        return pa.table([cells[column.name] for column in table.columns], schema=arrow_schema(table.columns))

    def _build_cells(self, table: Table, column: Column, drawn: pa.Array, parts: Mapping[str, Any], template: pa.Table) -> pa.Array:
        """Return the cells of a column: new ones where `drawn` is filled, or `drawn` itself if nothing is varied."""
        if column.key:
            return self.ids[table.name]
        if column.name in parts:
            return _take_or_null(self.ids[str(column.target)], parts[column.name])
        if column.has(Ref):
            ids, targets = self._find_targets(column)
            earlier = column.target == table.name and not column.inner
            # The number of ids that each row may choose from: all, or those before its own
            reach = np.searchsorted(targets, np.arange(len(drawn))) if earlier else np.full(len(drawn), len(ids))
            return self._draw_lists(ids, drawn, reach) if column.many else self._draw_references(ids, drawn, reach)
        if column.kind is not Kind.TEXT or column.many:
            return drawn
        digest = column.pattern and _DIGEST.fullmatch(column.pattern.regex)
        if digest:
            return _keep_nulls(drawn, self._draw_digests(int(digest[1]), len(drawn)))
        unique = column.mark(UniqueWithin)
        if unique and not unique.others and not column.has(PatternWhere):
            return _number_texts(column, drawn)
        if column.pattern is None and _is_prose(template[column.name]):
            return _keep_nulls(drawn, self._draw_texts(combine_chunks(template[column.name]), len(drawn)))
        return drawn

    def _assign_parents(self, table: Table) -> dict[str, Any]:
        """Return the positions of the parents of a table's rows, by column.

        The children of a row are neighbours, and all rows have about as many.
        """
        if table.name in self.parts:
            return self.parts[table.name]
        size, parents = self.sizes[table.name], {}
        for column in reversed(table.parents):
            target = self.model.tables[str(column.target)]
            if column.name in parents or target is table or not self.sizes[target.name]:
                continue
            spread = np.minimum(np.arange(size) + self.random.random(size), size - 0.001)
            parents[column.name] = np.sort((spread * self.sizes[target.name] / size).astype(np.int64))
            inherited = self._assign_parents(target)
            for ancestor in table.parents:
                if ancestor.name in inherited and ancestor.name not in parents:
                    inherited_rows = inherited[ancestor.name]
                    parents[ancestor.name] = inherited_rows[parents[column.name]]
        for column in table.parents:  # a part of a row of the same table: the first of those that belong to the same whole
            if column.target == table.name:
                group = next(iter(parents.values()), np.arange(size) // 5)
                _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
                inherited_rows = first[inverse]
                parents[column.name] = np.where((inherited_rows == np.arange(size)) | (self.random.random(size) < 0.3), -1, inherited_rows)
        self.parts[table.name] = parents
        return parents

    def _draw_references(self, ids: pa.Array, drawn: pa.Array, reach: Any) -> pa.Array:
        rows = (self.random.random(len(drawn)) * reach).astype(np.int64)
        return _take_or_null(ids, np.where(mask_as_numpy(pc.is_valid(drawn)) & (reach > 0), rows, -1))

    def _change_equal_references(self, column: Column, cells: pa.Array, others: pa.Array) -> pa.Array:
        """Return the references of a column, with the next record for each that equals the one in the other column."""
        ids, _ = self._find_targets(column)
        same = mask_as_numpy(fill_null(pc.equal(cells, others), False))
        rows = as_numpy(fill_null(pc.index_in(cells, value_set=ids), -1)).astype(np.int64)
        return _take_or_null(ids, np.where(same, (rows + 1) % max(len(ids), 1), rows))

    def _draw_lists(self, ids: pa.Array, drawn: pa.ListArray, reach: Any) -> pa.ListArray:
        """Return lists as long as those drawn, each of distinct rows."""
        lengths = as_numpy(pc.list_value_length(drawn)).astype(np.int64)
        lengths = np.minimum(lengths, reach)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        owners = np.repeat(np.arange(len(drawn)), lengths)
        member = np.arange(offsets[-1]) - offsets[owners]
        first = (self.random.random(len(drawn)) * reach).astype(np.int64)
        rows = (first[owners] + member * np.maximum(reach[owners] // np.maximum(lengths[owners], 1), 1)) % np.maximum(reach[owners], 1)
        return pa.ListArray.from_arrays(as_arrow(offsets.astype(np.int32), pa.int32()), ids.take(index_array(rows)))

    def _draw_digests(self, width: int, count: int) -> pa.Array:
        digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[self.random.integers(0, 16, count * width, dtype=np.uint8)]
        offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
        return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(digits)])

    def _draw_texts(self, texts: pa.Array, count: int) -> pa.Array:
        """Return unique texts: as many clauses as `texts` have on average, and a number."""
        distinct = [text for text in pc.unique(texts).to_pylist() if text]
        clauses = sorted({clause for text in distinct for clause in re.split("[、。,;]", text) if clause.strip()})
        length = max(1, round(sum(len(re.split("[、。,;]", text)) for text in distinct) / len(distinct)))
        pool = text_array([clause.strip() for clause in clauses])
        columns = [pool.take(index_array(self.random.integers(0, len(pool), count))) for _ in range(length)]
        number = index_array(np.arange(1, count + 1)).cast(pa.string())
        japanese = sum(clause.isascii() for clause in clauses) * 2 < len(clauses)
        joined = pc.binary_join_element_wise(*columns, as_scalar("、" if japanese else ", "))
        opening, closing = ("（第", "号）") if japanese else (" (No. ", ")")
        return pc.binary_join_element_wise(joined, as_scalar(opening), number, as_scalar(closing), as_scalar(""))

    def _draw_dates(self, field: Field, drawn: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns of a date field: dates of all forms for the rows that have one."""
        pool = _list_dates()
        if any(floor.mark.field == field.name for table in self.model.tables.values() for floor in self.model.floors(table)):
            first = min(when.end for when in pool if when.end)  # no date of others may lie before these
            pool = tuple(when for when in pool if when.start is None or when.start <= first)
        choices = self.random.integers(0, len(pool), len(next(iter(drawn.values()))))
        present = mask_as_numpy(pc.is_valid(drawn[next(part.column.name for part in field.parts if part.required)]))
        choices = np.where(present, choices, -1)
        return {part.column.name: _build_column(part.column, [getattr(when, part.name) for when in pool], choices) for part in field.parts}


def _build_column(column: Column, values: list[Any], rows: Any) -> pa.Array:
    texts = text_array([None if value is None else str(value) for value in values])
    if column.kind is Kind.CODE:
        encoded = code_array(column, texts)
        return pa.DictionaryArray.from_arrays(_take_or_null(encoded.indices, rows), encoded.dictionary)
    return _take_or_null(texts.cast(ARROW_TYPES[column.kind]), rows)


def _take_or_null(values: pa.Array, rows: Any) -> pa.Array:
    """Return the values at some positions; null for -1."""
    if (rows >= 0).all():
        return values.take(index_array(rows))
    indices = pa.Array.from_buffers(
        pa.int64(), len(rows), [mask_array(rows >= 0).buffers()[1], pa.py_buffer(np.ascontiguousarray(rows, dtype=np.int64))]
    )
    return values.take(indices)


def _keep_nulls(drawn: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values, null where the drawn cells are null."""
    return values if not drawn.null_count else pc.if_else(pc.is_valid(drawn), values, pa.nulls(1, pa.string())[0])


def _number_texts(column: Column, drawn: pa.Array) -> pa.Array:
    """Return texts that end with digits, such as register numbers, with other digits in each row."""
    digit = column.mark(CheckDigit)

    def renumber(row: int, text: str) -> str:
        stem, digits = re.fullmatch("(.*?)([0-9]+)", text).groups()  # type: ignore[union-attr]  # as the bundled ones do
        number = f"{stem}{10 ** (len(digits) - 1) + row}"
        return digit.correct(number) if digit else number

    return text_array([text and renumber(row, text) for row, text in enumerate(drawn.to_pylist())])


def _clear_repetitions(table: Table, column: Column, others: Iterable[str], cells: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the cells of a column and of its companions, null if an earlier row has the same value in the same group."""
    codes, first = factorize_rows([cells[name] for name in (*others, column.name)])
    rows = np.full(len(codes), -1)
    rows[first] = first
    marks = {neighbour.name: neighbour.mark(Together) or neighbour.mark(Follows) for neighbour in table.columns}
    names = [column.name, *(name for name, mark in marks.items() if mark and mark.other == column.name)]
    return {name: _take_or_null(cells[name], rows) for name in names}


def _is_prose(template: pa.ChunkedArray) -> bool:
    """Return whether the texts of a column are prose, such as summaries: most are distinct, and the mean length is above 8."""
    texts = [text for text in template.to_pylist() if text]
    return bool(texts) and len(set(texts)) > 0.8 * len(texts) and sum(map(len, texts)) > 8 * len(texts)


def _number_within_groups(column: Column, others: list[pa.Array]) -> pa.Array:
    """Return numbers from 1 on within each group of rows that agree in the other columns; letters if the column has these."""
    groups, _ = factorize_rows(others)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
    if column.kind is Kind.INTEGER:
        return as_arrow(rank + 1, pa.int64())
    numbers = index_array(rank + 1).cast(pa.string())
    if column.pattern is None or re.fullmatch(column.pattern.regex, "1"):
        return numbers
    if rank.max(initial=0) > 25:
        raise ValueError(f"{column.name}: {rank.max() + 1} records stand together, but letters tell 26 apart; ask for more rows")
    return text_array([chr(ord("a") + number) for number in range(26)]).take(index_array(rank))


@cache
def _list_dates() -> tuple[When, ...]:
    """Return dates as documents write them, from exact to vague, over about twenty years."""
    start = date(2005, 4, 1)
    days = [start + timedelta(days=number * 7300 // _DAYS) for number in range(_DAYS)]
    return tuple(islice(_generate_dates(days), _DAYS * len(_SHAPES)))


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


def _generate_dates(days: list[date]) -> Iterator[When]:
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
