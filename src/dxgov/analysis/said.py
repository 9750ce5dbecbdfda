"""`Utterance`: asks, statements, opinions, instructions and the like under one set of names, as a view that is computed from their tables.

The mark `Said` in the definition selects the tables. A column of the view takes, from the record itself, the field of its own name or the
one marked `SaidAs`. Where that is empty it takes the field marked `SaidAs` of the records that the record is a part of, the nearest first,
and at last of its document. Dates follow the mark `Dated` in the same order.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import chain
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.dates.when import When
from dxgov.errors import ModelError, UnknownNameError, did_you_mean
from dxgov.marks import Caption, Dated, Key, Label, Ref, Said, SaidAs, Term
from dxgov.model.actors import Actor
from dxgov.model.record import Record
from dxgov.model.requests import AskStrength
from dxgov.model.themes import Theme
from dxgov.model.things import Thing
from dxgov.schema import Column, Field, Kind, Model, Table
from dxgov.tables.arrow import as_arrow, as_numpy, as_scalar, combine_chunks, fill_null
from dxgov.tables.collection import Collection, get_indexes
from dxgov.tables.columns import arrow_schema, code_array, empty_table, null_cells
from dxgov.tables.records import Records
from dxgov.values import Id


@frozen(kw_only=True)
class Utterance(Record):
    """What somebody said: an ask, a statement, an opinion, an instruction or the like, under names that are common to all.

    It has the id, the citation and the notes of its record, which ``ds[utterance.id]`` returns.
    """

    id: Annotated[Id, Key(), Label("発言等ID", "元の記録の識別子。")]
    """Identifies its record, which `ds[id]` returns."""

    table: Annotated[str, Label("表", "元の記録の表の名称。")]
    """The name of the table of its record, such as `asks`."""

    by_ids: Annotated[tuple[Id, ...], Ref("Actor"), Label("発言者等", "要望、発言、指示などをした者。示されていなければ空欄。")] = ()
    """Who says it; empty where the source does not tell."""

    to_ids: Annotated[tuple[Id, ...], Ref("Actor"), Label("宛先", "誰に向けて述べたか。示されていなければ空欄。")] = ()
    """Whom it addresses; empty where the source does not tell."""

    expected_of_ids: Annotated[tuple[Id, ...], Ref("Actor"), Label("実施主体", "誰に実施を求めているか。何も求めていないときは空欄。")] = ()
    """Who is to act; `unspecified` where an ask or an instruction names nobody, and empty where nothing is expected."""

    date: Annotated[When | None, Dated(), Label("日付", "述べた日。その記録の日付、なければ属する会議や要望書などの日付。")] = None
    """When it was said: the date of the record, else that of what it is a part of, else that of its document."""

    due: Annotated[When | None, Label("期限", "求め、約束し、または指示した期限。示されていなければ空欄。")] = None
    """By when something is asked, promised or ordered; empty where that is not said."""

    kinds: Annotated[tuple[str, ...], Label("種類", "主なものから順に、元の記録の種類。種類のない表では空欄。")] = ()
    """The kinds of its record, the chief one first; empty where its table has none or nobody has judged it. A code that several tables
    share stands once in the vocabulary of the view."""

    strength: Annotated[AskStrength | None, Label("強さ", "どの程度強く求めているか。要望や指示でなければ空欄。")] = None
    """How strongly it asks; empty for what is neither an ask nor an instruction."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Label("テーマ", "主なものから順に、関わるテーマ。")] = ()
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[tuple[Id, ...], Ref("Thing"), Label("言及する事物", "名を挙げて触れている法令、システム、計画など。")] = ()
    """The laws, systems, plans and the like that it names."""

    summary: Annotated[str | None, Caption(), Label("要約", "編者による要約。索引のみの出典では空欄のことがある。")] = None
    """What is said, in plain Japanese of the editors; empty only in an index."""

    summary_en: Annotated[str | None, Label("要約（英語）", "編者による英語の要約。索引のみの出典では空欄のことがある。")] = None
    """The same in English."""

    url: Annotated[str | None, Label("URL", "その箇所のURL。なければ文書のURL。"), Term("https://schema.org/url")] = None
    """The address of the passage, else that of its document; empty where neither is known."""


VIEW = "said"
"""The name of the view."""

_Path = tuple[Column, ...]
"""References from a row to the record that a cell is taken from; empty if the row itself has it."""


def find_said_tables(model: Model) -> list[Table]:
    """Return the tables that are marked `Said`."""
    return [table for table in model.tables.values() if table.has(Said)]


def build_said_table(model: Model) -> Table:
    """Derive the table of the view; the codes of its kinds are those of all its tables.

    Raises:
        ModelError: a mark `SaidAs` names a column that the view does not have.
    """
    view = model.build_view(VIEW, Utterance, Label("発言等", "要望、発言、意見、指示などを共通の列で示す一覧。"))
    names = {field.name for field in view.fields}
    for table in model.tables.values():
        for field in table.fields:
            for name in _list_saidas(field):
                if name not in names:
                    raise ModelError(f"{table.record.__name__}.{field.name}: the view has no column {name!r}{did_you_mean(name, names)}")
    return evolve(view, fields=tuple(_merge_codes(model, field) for field in view.fields))


def _merge_codes(model: Model, field: Field) -> Field:
    """Return a text field of the view that several vocabularies feed as a field of the codes of all; other fields as they are."""
    (column, *_) = field.columns
    feeds = chain.from_iterable(_find_feeds(model, table, field) for table in find_said_tables(model))
    codes = {str(code): code for _, feed in reversed([*feeds]) for code in feed.columns[0].codes}
    if column.codes or not codes or field.value:
        return field
    return evolve(field, columns=(evolve(column, kind=Kind.CODE, codes=tuple(codes.values())),))


def _list_saidas(field: Field) -> list[str]:
    return [mark.column for mark in field.marks if isinstance(mark, SaidAs)]


def _find_feeds(model: Model, table: Table, field: Field) -> Iterator[tuple[_Path, Field]]:
    """Yield the fields that feed a field of the view for the records of a table, in the order in which they are tried."""
    if field.has(Dated):
        yield from _find_dates(model, table, (), ())
        return
    yield from _find_fields(model, table, field.name, (), ())
    for document in _list_document_references(table):
        yield from (((document,), feed) for feed in model.tables[str(document.target)].fields if field.name in _list_saidas(feed))


def _find_fields(model: Model, table: Table, name: str, path: _Path, above: tuple[str, ...]) -> Iterator[tuple[_Path, Field]]:
    """Yield the fields that feed a column: of a record itself, then of those that it is a part of, the nearest first.

    `above` holds the tables that the path comes from, to which it does not return.
    """
    yield from ((path, field) for field in table.fields if name in _list_saidas(field) or (not path and field.name == name))
    for column in reversed(table.parents):
        if column.target and column.target not in (*above, table.name):
            yield from _find_fields(model, model.tables[column.target], name, (*path, column), (*above, table.name))


def _find_dates(model: Model, table: Table, path: _Path, above: tuple[str, ...]) -> Iterator[tuple[_Path, Field]]:
    """Yield the dates of records in the order of `dxgov.analysis.tracing.date_of`: their own, of what they are a part of, of documents."""
    dates = [field for field in table.fields if field.has(Dated)]
    yield from ((path, field) for field in dates if field.value is not None)
    references = [field.columns[0] for field in dates if field.value is None]
    for column in (*references, *reversed(table.parents), *_list_document_references(table)):
        if column.target and column.target not in (*above, table.name):
            yield from _find_dates(model, model.tables[column.target], (*path, column), (*above, table.name))


def _list_document_references(table: Table) -> list[Column]:
    """Return the reference to the document that a record cites; none if records cite nothing."""
    return [column for column in table.columns if column.inner and column.has(Ref) and column.target]


def view_said(data: Collection) -> Records[Utterance]:
    """Return all that was said, sorted by date; computed on first use and cached with the data set.

    Lazy tables read only the columns that the view needs.
    """
    return get_indexes(data).get_or_build(VIEW, lambda: _compute_view(data))


def _compute_view(data: Collection) -> Records[Utterance]:
    model = data.model()
    view = build_said_table(model)
    tables = [_TableReader(data, table, view).read() for table in find_said_tables(model)]
    rows = pa.concat_tables([empty_table(view.columns), *tables]).combine_chunks()
    (date,) = (field for field in view.fields if field.has(Dated))
    start, end = (next(part.column.name for part in date.parts if part.name == name) for name in ("start", "end"))
    keys = pa.table([pc.coalesce(rows[start], rows[end]), rows[end], rows[view.key[0]]], names=["first", "last", "id"])
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return Records(view, rows.take(order).combine_chunks(), in_order=False, redirects=data._redirects)  # noqa: SLF001 - it is the package's own


class _TableReader:
    """Reads the rows of one table as rows of the view."""

    def __init__(self, data: Collection, table: Table, view: Table) -> None:
        self._data, self._table, self._view = data, table, view
        self._row_cache: dict[_Path, pa.Array] = {}

    def read(self) -> pa.Table:
        """Return the rows of the view."""
        arrays = list(chain.from_iterable(map(self._read_field, self._view.fields)))
        return pa.table(arrays, schema=arrow_schema(self._view.columns))

    def _read_field(self, field: Field) -> list[pa.Array]:
        """Return the columns of a field of the view: those of the first feed that is filled, row by row."""
        if field.name == "table":
            return [pa.repeat(as_scalar(self._table.name), len(self._data.tables[self._table.name]))]
        feeds = [self._read_feed(path, feed, field) for path, feed in _find_feeds(self._data.model(), self._table, field)]
        if not feeds:
            return [null_cells(column, len(self._data.tables[self._table.name])) for column in field.columns]
        cells = reduce(_fill_gaps, feeds)
        return [_encode(column, array) for column, array in zip(field.columns, cells, strict=True)]

    def _read_feed(self, path: _Path, feed: Field, field: Field) -> list[pa.Array]:
        """Return the columns of a feed for each row, as lists where the view has lists, and codes as texts."""
        arrays = self.take_columns(path, feed.columns)
        return [_as_lists(cells) if field.columns[0].many else _as_texts(cells) for cells in arrays]

    def take_columns(self, path: _Path, columns: Iterable[Column]) -> list[pa.Array]:
        """Return the cells of columns of the records that a path leads to; null where a reference on the path is."""
        return [self._take(path, column) for column in columns]

    def _take(self, path: _Path, column: Column) -> pa.Array:
        """Return the cells of the records that a path leads to; null where a reference on the path is."""
        owner = str(path[-1].target) if path else self._table.name
        cells = combine_chunks(self._data.tables[owner].column(column.name))
        return pc.take(cells, self._find_rows(path)) if path else cells

    def _find_rows(self, path: _Path) -> pa.Array:
        """Return for each row the position of the record that a path leads to."""
        if path not in self._row_cache:
            targets = self._data.tables[str(path[-1].target)]
            ids = combine_chunks(targets.column(targets.key))
            self._row_cache[path] = pc.index_in(self._take(path[:-1], path[-1]), value_set=ids)
        return self._row_cache[path]


def read_days(data: Collection, table: Table) -> tuple[pa.Array, pa.Array]:
    """Return the first and the last day of each record of a table, by the dates that `dxgov.analysis.tracing.date_of` defines.

    A day is null where the date leaves it open, or where there is no date.
    """
    reader = _TableReader(data, table, table)
    empty = pa.nulls(len(data.tables[table.name]), pa.string())
    days = [empty, empty.cast(pa.date32()), empty.cast(pa.date32())]
    for path, field in _find_dates(data.model(), table, (), ()):
        ends = (next(part.column for part in field.parts if part.name == name) for name in ("start", "end"))
        days = _fill_gaps(days, reader.take_columns(path, (field.columns[0], *ends)))
    return days[1], days[2]


def _as_texts(cells: pa.Array) -> pa.Array:
    return cells.cast(pa.string()) if pa.types.is_dictionary(cells.type) else cells


def _as_lists(cells: pa.Array) -> pa.ListArray:
    """Return lists as they are, single values as lists of one, and null cells as empty lists."""
    is_list = pa.types.is_list(cells.type)
    lengths = fill_null(pc.list_value_length(cells), 0) if is_list else pc.is_valid(cells).cast(pa.int32())
    offsets = np.zeros(len(cells) + 1, dtype=np.int32)
    np.cumsum(as_numpy(lengths), out=offsets[1:])
    members = pc.list_flatten(cells) if is_list else _as_texts(cells).drop_null()
    return pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), members)


def _fill_gaps(first: list[pa.Array], second: list[pa.Array]) -> list[pa.Array]:
    """Return the columns of `first`, and in rows where the value of `first` is empty those of `second`."""
    required = first[0]
    filled = pc.greater(pc.list_value_length(required), 0) if pa.types.is_list(required.type) else pc.is_valid(required)
    return [pc.if_else(filled, cells, others) for cells, others in zip(first, second, strict=True)]


def _encode(column: Column, cells: pa.Array) -> pa.Array:
    return code_array(column, cells) if column.codes and not column.many else cells


_PARENTS: Mapping[type[Record], str] = {Theme: "broader_id", Thing: "part_of_id", Actor: "part_of_id"}
"""The reference of a theme, a thing or an actor to the wider one, the whole or the organisation that it belongs to."""


def find_said(data: Collection, about: str | Theme | Thing | None, by: str | Actor | None, to: str | Actor | None) -> Records[Utterance]:
    """Return what was said about a theme or a thing, by an actor, and to an actor; None does not narrow.

    Raises:
        UnknownNameError: there is no such record, or it is of another class.
    """
    said = view_said(data)
    if about is not None:
        subject = get_record("about", data, about, Theme, Thing)
        ids = list_below(data, subject)
        said = said.where(theme_ids=ids) if isinstance(subject, Theme) else said.where(thing_ids=ids)
    if by is not None:
        said = said.where(by_ids=list_below(data, get_record("by", data, by, Actor)))
    if to is not None:
        ids = list_below(data, get_record("to", data, to, Actor))
        said = said.where(id=[*said.where(to_ids=ids).ids(), *said.where(expected_of_ids=ids).ids()])
    return said


def get_record(name: str, data: Collection, record: str | Record, *kinds: type[Record]) -> Record:
    """Return the record of an argument, which is a record or its id.

    Raises:
        UnknownNameError: there is no such record, or it is of none of these classes.
    """
    subject: Record = data[record] if isinstance(record, str) else record
    if not isinstance(subject, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise UnknownNameError(f"{name}: found the {type(subject).__name__} {subject.id!r}, expected the id of one {expected}")
    return subject


def list_below(data: Collection, record: Record) -> list[str]:
    """Return the id of a record and those of all records below it: narrower themes, parts of a thing, units and posts of an actor."""
    records = data.tables[data.model().table_of(type(record)).name]
    parent = next(parent for kind, parent in _PARENTS.items() if isinstance(record, kind))
    level, reached = [record.id], {record.id: None}
    while level:
        level = [id for id in records.where(**{parent: level}).ids() if id not in reached]
        reached |= dict.fromkeys(level)
    return [*reached]
