"""`Collection`: an immutable set of tables of records, and navigation along their references."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, SupportsIndex

import pyarrow as pa
from attrs import evolve

from dxgov.arguments import check_arguments
from dxgov.errors import DataError, Problem, ProblemCode, UnknownNameError, did_you_mean
from dxgov.languages import Message
from dxgov.metadata import Metadata, Redirect, Redirects
from dxgov.model.record import Record
from dxgov.notebook import render_table
from dxgov.optional_dependencies import pd
from dxgov.schema import Column, Model, Table, model_of
from dxgov.tables.columns import cast_to_schema, empty_table, sort_by_key
from dxgov.tables.coverage import Coverage, count_coverage
from dxgov.tables.encoding import to_arrow
from dxgov.tables.records import LazyRows, Origin, Records
from dxgov.tables.reference_index import IdSet, RecordIndexes
from dxgov.tables.row_comparison import compare_rows


class Collection:
    """An immutable set of tables, one for each annotation ``name: Annotated[Records[R], Label(...)]`` of a subclass.

    `Dataset` is the collection of dxgov's own tables; a subclass of it adds tables. Two collections are equal if their tables
    and metadata are.
    """

    metadata: Metadata

    @check_arguments
    def __init__(self, tables: Mapping[str, pa.Table] | None = None, metadata: Metadata | None = None) -> None:
        """Create a data set from Arrow tables with the columns of `to_arrow`; missing tables are empty.

        Raises:
            UnknownNameError: the model has no table of that name.
            ModelError: a table has other columns or types.
        """
        model = self.model()
        tables = tables or {}
        for name in tables:
            model.table(name)
        metadata = metadata or Metadata()
        redirects = Redirects(metadata.redirects)
        records = {
            name: Records[Any](table, _cast_and_sort(table, tables.get(name)), redirects=redirects) for name, table in model.tables.items()
        }
        vars(self).update(records, metadata=metadata, _tables=records, _redirects=redirects)

    @classmethod
    def reading(cls, tables: Mapping[str, LazyRows], metadata: Metadata, origin: Origin | None = None) -> Self:
        """Create a data set over lazy tables of the package `origin`."""
        data = cls(metadata=metadata)
        lazy = {name: Records[Any](cls.model().table(name), table, redirects=data._redirects) for name, table in tables.items()}
        records = dict(data.tables) | lazy
        vars(data).update(records, _tables=records, _origin=origin)
        return data

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Pickle a data set in memory by its tables, and a lazy one by the address of its package."""
        return super().__reduce_ex__(protocol) if self.origin is None else (self.origin.open, ())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def origin(self) -> Origin | None:
        """The package of a lazy data set; None for a data set in memory."""
        return vars(self).get("_origin")

    @property
    def sound(self) -> bool:
        """True if a complete check of these data has found no problem. The property itself checks nothing."""
        return "_sound" in vars(self)

    def known_sound(self) -> Self:
        """Mark the data set as checked and valid, and return it. Lazy data sets are not marked."""
        if all(records.held for records in self._records.values()):
            vars(self)["_sound"] = True
        return self

    @classmethod
    def model(cls) -> Model:
        """Return the tables and columns that the class defines."""
        return model_of(cls)

    @classmethod
    @check_arguments
    def of(cls, records: Iterable[Record], metadata: Metadata | None = None) -> Self:
        """Create a data set from records of any of its classes, in any order.

        References and the uniqueness of numbers are not checked here; `dxgov.validate` does that.

        Raises:
            DataError: values are not of their fields' types or missing although required; it lists all such problems.
            ModelError: the model has no table for a record's class.
        """
        model = cls.model()
        records_by_table: dict[str, list[Record]] = {}
        for record in records:
            records_by_table.setdefault(model.table_of(type(record)).name, []).append(record)
        tables: dict[str, pa.Table] = {}
        problems: list[Problem] = []
        for name, table_records in records_by_table.items():
            try:
                tables[name] = to_arrow(model.tables[name], table_records)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(Message("the records do not make a data set", "記録の集まりがデータセットにならない"), problems)
        return cls(tables, metadata)

    @property
    def tables(self) -> Mapping[str, Records[Any]]:
        """All tables by name, empty ones included."""
        return dict(self._records)

    @property
    def _redirects(self) -> Redirects:
        return vars(self)["_redirects"]  # type: ignore[no-any-return]

    @property
    def _records(self) -> Mapping[str, Records[Any]]:
        return vars(self)["_tables"]  # type: ignore[no-any-return]

    @check_arguments
    def coverage(self, selection: Iterable[Records[Any]] | None = None) -> Coverage:
        """Count how many records nobody has reviewed, and how many come from sources recorded only as an index.

        `selection` holds records of some tables, such as ``[ds.asks]``; None counts all records. Lazy tables read two columns.
        """
        return count_coverage(self.model(), self._records, self._records.values() if selection is None else selection)

    def to_arrow(self) -> dict[str, pa.Table]:
        """Return all tables as Arrow tables, by name."""
        return {name: records.to_arrow() for name, records in self._records.items()}

    def to_pandas(self) -> dict[str, "pd.DataFrame"]:
        """Return all tables as DataFrames, by name."""
        return {name: records.to_pandas() for name, records in self._records.items()}

    def __iter__(self) -> Iterator[Record]:
        """Iterate over all records, table by table."""
        return (record for records in self._records.values() for record in records)

    def __len__(self) -> int:
        return sum(map(len, self._records.values()))

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: object) -> bool:
        return any(item in records for records in self._records.values())

    def __getitem__(self, id: str) -> Any:
        """Return the record with an id, of any table. Redirected ids of earlier versions work as well.

        Raises:
            UnknownNameError: there is no such record; a `KeyError` whose message suggests a similar id.
        """
        if not isinstance(id, str):
            raise TypeError(f"found {id!r}, expected the id of a record; records by position are in the tables")
        for records in self._records.values():
            if id in records:
                return records[id]
        can_suggest = id not in self._redirects and len(self) <= 20_000
        candidates = (candidate for records in self._records.values() for candidate in records.ids()) if can_suggest else ()
        raise UnknownNameError(f"there is no record {id!r}{self._redirects.explain_missing(id, did_you_mean(id, candidates))}")

    def __or__(self, other: Self) -> Self:
        """Merge two data sets. Equal records count once; the metadata are those of the left, with the redirects of both.

        Raises:
            DataError: records of the same id differ, or an id is redirected in one data set and a record, or redirected
                elsewhere, in the other.
        """
        if type(other) is not type(self):
            return NotImplemented
        tables: dict[str, pa.Table] = {}
        problems: list[Problem] = []
        for name, table in self.model().tables.items():
            left, right = self._records[name].data, other._records[name].data
            new, differing = compare_rows(table, left, right)
            for id in differing:
                message = f"the record {id!r} differs between the two"
                problems.append(Problem(ProblemCode.DUPLICATE_KEY, message, name, field=table.key[0], value=id, id=id))
            tables[name] = pa.concat_tables([left, right.filter(new)])
        problems += _find_redirect_conflicts(self, other)
        if problems:
            raise DataError(Message("the data sets cannot be merged", "データセットを統合できない"), problems)
        new_redirects = tuple(redirect for redirect in other.metadata.redirects if redirect.id not in self._redirects)
        return type(self)(tables, evolve(self.metadata, redirects=(*self.metadata.redirects, *new_redirects)))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.metadata == other.metadata and self._records == other._records

    def __hash__(self) -> int:
        return hash((type(self), self.metadata, *self._records.values()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed; build another with `of` or `|`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed; build another with `of` or `|`")

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(records):,} {name}" for name, records in self._records.items() if len(records))
        coverage = self.coverage().describe() if all(records.held for records in self._records.values()) else ""
        return f"<{type(self).__name__} {self.metadata.name}: {' - '.join(filter(None, (sizes or 'empty', coverage)))}>"

    def _repr_html_(self) -> str:
        """Render the data set for a notebook: its title, version and the number of records of each table."""
        title = " ".join(filter(None, (self.metadata.title or self.metadata.name, self.metadata.version)))
        tables = self.model().tables
        rows = [[name, tables[name].label, f"{len(records):,}"] for name, records in self._records.items() if len(records)]
        coverage = self.coverage()
        caption = " ".join(filter(None, (f"{title} ({len(self):,})", coverage.describe("ja"), coverage.describe("en"))))
        return render_table(caption, ["table", "表", "records"], rows, max_rows=len(rows))

    # Navigation between records

    @check_arguments
    def follow(self, record: Record, field: str) -> Any:
        """Return the target of a reference field: a record, None if the field is empty, or a tuple if it holds many ids.

        For a part of a value, name the column: ``ds.follow(ask, "citation_source_id")``. To keep the type for a type checker,
        index the table instead: ``ds.actors[ask.expected_of_id]``.

        Raises:
            UnknownNameError: the class has no such reference, or the data set has no such record.
        """
        table = self.model().table_of(type(record))
        for column, ids in self._iterate_references(table, record):
            if column.name == field:
                targets = tuple(self._resolve(column, id) for id in ids)
                return targets if column.many else next(iter(targets), None)
        names = [column.name for column, _ in self._iterate_references(table, record)]
        raise UnknownNameError(f"{type(record).__name__} has no reference {field!r}{did_you_mean(field, names)}")

    @check_arguments
    def references(self, record: Record) -> dict[str, tuple[str, ...]]:
        """Return the ids that a record refers to, by column, without empty columns."""
        table = self.model().table_of(type(record))
        return {column.name: ids for column, ids in self._iterate_references(table, record) if ids}

    @check_arguments
    def referring(self, record: Record) -> dict[str, Records[Any]]:
        """Return the records that refer to a record, by table and column: ``{"asks.theme_ids": <12 Ask records: …>}``.

        The first call indexes all reference columns, which takes 16 bytes of memory per reference; further calls are fast.
        """
        target, ids = self.model().table_of(type(record)).name, IdSet(self._redirects.find_aliases(record.id))
        referring = {}
        for table, column in self.model().references():
            if column.target in (target, None):
                records = get_indexes(self).find_by_column(table, column, ids)
                if len(records):
                    referring[f"{table.name}.{column.name}"] = records
        return referring

    @check_arguments
    def children(self, record: Record) -> tuple[Record, ...]:
        """Return the direct parts of a record, such as the items of a request."""
        parent, ids = self.model().table_of(type(record)).name, IdSet(self._redirects.find_aliases(record.id))
        return tuple(child for table in self.model().tables.values() for child in get_indexes(self).find_parts(table, parent, ids))

    def _iterate_references(self, table: Table, record: Record) -> Iterator[tuple[Column, tuple[str, ...]]]:
        """Yield each reference column of a record with the ids that it holds."""
        references = {column.name: column for owner, column in self.model().references() if owner is table}
        for field in table.fields:
            value = getattr(record, field.name)
            for attribute, column in [(part.name, part.column) for part in field.parts] or [("", field.columns[0])]:
                if column.name in references:
                    ids = getattr(value, attribute, None) if attribute else value
                    yield column, ids if isinstance(ids, tuple) else (ids,) if ids is not None else ()

    def _resolve(self, column: Column, id: str) -> Any:
        return self._records[column.target][id] if column.target else self[id]


def get_indexes(data: Collection) -> RecordIndexes:
    """Return the cached indexes of a data set."""
    return vars(data).setdefault("_indexes", RecordIndexes(data._records))  # type: ignore[no-any-return]  # noqa: SLF001


def _cast_and_sort(table: Table, data: pa.Table | None) -> pa.Table:
    """Cast the data to the schema of the table and sort them by id; None gives an empty table."""
    return empty_table(table.columns) if data is None else sort_by_key(table, cast_to_schema(table, data))


def _find_redirect_conflicts(left: Collection, right: Collection) -> Iterator[Problem]:
    """Find ids that are redirected in one data set and a record, or redirected elsewhere, in the other."""

    def build_problem(redirect: Redirect, state: str) -> Problem:
        target = "was given up" if redirect.to is None else f"leads to {redirect.to!r}"
        message = f"{redirect.id!r} {target} in one of the two, and in the other {state}"
        return Problem(ProblemCode.DUPLICATE_KEY, message, field="redirects", value=redirect.id)

    # Of several redirects of one id the first counts.
    lefts, rights = ({redirect.id: redirect for redirect in reversed(data.metadata.redirects)} for data in (left, right))
    for redirects, opposites, data in ((lefts, rights, right), (rights, lefts, left)):
        for id, redirect in redirects.items():
            if id not in opposites and id in data:
                yield build_problem(redirect, "it is a record")
    for id, redirect in lefts.items():
        opposite = rights.get(id, redirect)
        if opposite.to != redirect.to:
            yield build_problem(redirect, "it was given up" if opposite.to is None else f"to {opposite.to!r}")
