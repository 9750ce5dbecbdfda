"""`Collection`: a set of tables of records, and the ways between them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, SupportsIndex

import pyarrow as pa
from attrs import evolve

from dxgov.arguments import checked
from dxgov.errors import DataError, Problem, ProblemCode, UnknownNameError, did_you_mean
from dxgov.metadata import Metadata, Redirect, Redirects
from dxgov.model.record import Record
from dxgov.notebook import table_html
from dxgov.optional_dependencies import pd
from dxgov.schema import Column, Model, Table, model_of
from dxgov.tables.columns import canonical, conformed, empty_table
from dxgov.tables.encoding import to_arrow
from dxgov.tables.records import Lazy, Origin, Records
from dxgov.tables.reference_index import IdSet, RecordIndexes
from dxgov.tables.row_comparison import compare_rows


class Collection:
    """An immutable set of tables, one for each annotation ``name: Annotated[Records[R], Label(...)]`` of a subclass.

    `Dataset` is the one that dxgov brings; a subclass of it adds tables. Two are equal when their tables and metadata are.
    """

    metadata: Metadata

    @checked
    def __init__(self, tables: Mapping[str, pa.Table] | None = None, metadata: Metadata | None = None) -> None:
        """A data set over Arrow tables with the columns that `to_arrow` gives; a table that is not given is empty.

        Raises:
            UnknownNameError: there is no table of such a name.
            ModelError: a table has other columns or types.
        """
        model = self.model()
        given = dict(tables or {})
        for name in given:
            model.table(name)
        about = metadata or Metadata()
        redirects = Redirects(about.redirects)
        records = {name: Records[Any](table, _fitting(table, given.get(name)), redirects=redirects) for name, table in model.tables.items()}
        vars(self).update(records, metadata=about, _tables=records, _redirects=redirects)

    @classmethod
    def reading(cls, tables: Mapping[str, Lazy], metadata: Metadata, origin: Origin | None = None) -> Self:
        """A data set over tables that are read when they are touched, from `origin`."""
        data = cls(metadata=metadata)
        lazy = {name: Records[Any](cls.model().table(name), table, redirects=data._redirects) for name, table in tables.items()}
        records = dict(data.tables) | lazy
        vars(data).update(records, _tables=records, _origin=origin)
        return data

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Pickle a data set in memory as it is, and one that is read as it is touched as the address of its package."""
        return super().__reduce_ex__(protocol) if self.origin is None else (self.origin.open, ())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def origin(self) -> Origin | None:
        """The package that it is read from as it is touched; nothing where it lies in memory."""
        return vars(self).get("_origin")

    @property
    def sound(self) -> bool:
        """Whether it is known that `validate` finds nothing, because all of it was checked as it is; it is not checked for this."""
        return "_sound" in vars(self)

    def known_sound(self) -> Self:
        """The same, once it was checked and nothing is wrong; of what is read later, nothing is known."""
        if all(records.held for records in self._records.values()):
            vars(self)["_sound"] = True
        return self

    @classmethod
    def model(cls) -> Model:
        """The tables and columns that the class defines."""
        return model_of(cls)

    @classmethod
    @checked
    def of(cls, records: Iterable[Record], metadata: Metadata | None = None) -> Self:
        """A data set of records of any of its classes, in any order.

        Whether references lead anywhere and numbers repeat is not looked into here; `dxgov.validate` does.

        Raises:
            DataError: values are not of their fields' types or are missing where required; it carries all such problems.
            ModelError: there is no table for a record's class.
        """
        model = cls.model()
        sorted_out: dict[str, list[Record]] = {}
        for record in records:
            sorted_out.setdefault(model.table_of(type(record)).name, []).append(record)
        tables: dict[str, pa.Table] = {}
        problems: list[Problem] = []
        for name, some in sorted_out.items():
            try:
                tables[name] = to_arrow(model.tables[name], some)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError("the records do not make a data set", problems)
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

    def to_arrow(self) -> dict[str, pa.Table]:
        """All tables as Arrow tables, by name."""
        return {name: records.to_arrow() for name, records in self._records.items()}

    def to_pandas(self) -> dict[str, "pd.DataFrame"]:
        """All tables as DataFrames, by name."""
        return {name: records.to_pandas() for name, records in self._records.items()}

    def __iter__(self) -> Iterator[Record]:
        """All records, table by table."""
        return (record for records in self._records.values() for record in records)

    def __len__(self) -> int:
        return sum(map(len, self._records.values()))

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: object) -> bool:
        return any(item in records for records in self._records.values())

    def __getitem__(self, id: str) -> Any:
        """The record with that id, of whatever table; for an id of an earlier version, the record that stands for it now.

        Raises:
            UnknownNameError: there is none; a `KeyError` whose message suggests an id that is near.
        """
        if not isinstance(id, str):
            raise TypeError(f"found {id!r}, expected the id of a record; records by position are in the tables")
        for records in self._records.values():
            if id in records:
                return records[id]
        searched = id not in self._redirects and len(self) <= 20_000
        known = (each for records in self._records.values() for each in records.ids()) if searched else ()
        raise UnknownNameError(f"there is no record {id!r}{self._redirects.absence(id, did_you_mean(id, known))}")

    def __or__(self, other: Self) -> Self:
        """Both together; a record that is in both counts once. The metadata are those of the left, with the redirects of both.

        Raises:
            DataError: records of the same id differ, or an id is redirected in one and in the other a record or redirected elsewhere.
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
        problems += _redirect_conflicts(self, other)
        if problems:
            raise DataError("the data sets cannot be merged", problems)
        new_ways = tuple(redirect for redirect in other.metadata.redirects if redirect.id not in self._redirects)
        return type(self)(tables, evolve(self.metadata, redirects=(*self.metadata.redirects, *new_ways)))

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
        filled = ", ".join(f"{len(records):,} {name}" for name, records in self._records.items() if len(records))
        return f"<{type(self).__name__} {self.metadata.name}: {filled or 'empty'}>"

    def _repr_html_(self) -> str:
        """The data set as a notebook shows it: what it is, and how many records each table holds."""
        about = self.metadata
        title = " ".join(filter(None, (about.title or about.name, about.version)))
        tables = self.model().tables
        rows = [[name, tables[name].label, f"{len(records):,}"] for name, records in self._records.items() if len(records)]
        return table_html(f"{title} ({len(self):,})", ["table", "表", "records"], rows, most=len(rows))

    # The ways between records

    @checked
    def follow(self, record: Record, field: str) -> Any:
        """What a reference field of a record leads to: a record, ``None`` where it is empty, or a tuple for many.

        For a part of a value, name the column: ``ds.follow(ask, "citation_source_id")``. Where the type should be known to
        a type checker, index the table instead: ``ds.actors[ask.expected_of_id]``.

        Raises:
            UnknownNameError: the class has no such reference, or it leads to a record that is not there.
        """
        table = self.model().table_of(type(record))
        for column, ids in self._outgoing(table, record):
            if column.name == field:
                found = tuple(self._target(column, id) for id in ids)
                return found if column.many else next(iter(found), None)
        names = [column.name for column, _ in self._outgoing(table, record)]
        raise UnknownNameError(f"{type(record).__name__} has no reference {field!r}{did_you_mean(field, names)}")

    @checked
    def references(self, record: Record) -> dict[str, tuple[str, ...]]:
        """The ids that a record refers to, by column; columns that are empty are left out."""
        table = self.model().table_of(type(record))
        return {column.name: ids for column, ids in self._outgoing(table, record) if ids}

    @checked
    def referring(self, record: Record) -> dict[str, Records[Any]]:
        """The records that refer to a record, by table and column: ``{"asks.theme_ids": <12 Ask records: …>}``.

        The first call goes through all columns that refer, and keeps 16 bytes for each reference, so that further ones are quick.
        """
        own, ids = self.model().table_of(type(record)).name, IdSet(self._redirects.names(record.id))
        found = {}
        for table, column in self.model().references():
            if column.target in (own, None):
                records = indexes_of(self).find_by_column(table, column, ids)
                if len(records):
                    found[f"{table.name}.{column.name}"] = records
        return found

    @checked
    def children(self, record: Record) -> tuple[Record, ...]:
        """The records that are parts of a record, as items are of a request; the parts of its parts are not among them."""
        own, ids = self.model().table_of(type(record)).name, IdSet(self._redirects.names(record.id))
        return tuple(child for table in self.model().tables.values() for child in indexes_of(self).find_parts(table, own, ids))

    def _outgoing(self, table: Table, record: Record) -> Iterator[tuple[Column, tuple[str, ...]]]:
        references = {column.name: column for owner, column in self.model().references() if owner is table}
        for field in table.fields:
            value = getattr(record, field.name)
            for attribute, column in [(part.name, part.column) for part in field.parts] or [("", field.columns[0])]:
                if column.name in references:
                    held = getattr(value, attribute, None) if attribute else value
                    yield column, held if isinstance(held, tuple) else (held,) if held is not None else ()

    def _target(self, column: Column, id: str) -> Any:
        return self._records[column.target][id] if column.target else self[id]


def indexes_of(data: Collection) -> RecordIndexes:
    """Return the indexes that a data set keeps of its tables."""
    return vars(data).setdefault("_indexes", RecordIndexes(data._records))  # type: ignore[no-any-return]  # noqa: SLF001


def _fitting(table: Table, data: pa.Table | None) -> pa.Table:
    """The data in the order of their ids, if they are what the table holds."""
    return empty_table(table.columns) if data is None else canonical(table, conformed(table, data))


def _redirect_conflicts(left: Collection, right: Collection) -> Iterator[Problem]:
    """Find ids that are redirected in one of two data sets, and in the other a record or redirected elsewhere."""

    def problem(redirect: Redirect, found: str) -> Problem:
        led = "was given up" if redirect.to is None else f"leads to {redirect.to!r}"
        message = f"{redirect.id!r} {led} in one of the two, and in the other {found}"
        return Problem(ProblemCode.DUPLICATE_KEY, message, field="redirects", value=redirect.id)

    lefts, rights = ({each.id: each for each in reversed(data.metadata.redirects)} for data in (left, right))
    for redirects, others, data in ((lefts, rights, right), (rights, lefts, left)):
        yield from (problem(each, "it is a record") for id, each in redirects.items() if id not in others and id in data)
    for id, redirect in lefts.items():
        other = rights.get(id, redirect)
        if other.to != redirect.to:
            yield problem(redirect, "it was given up" if other.to is None else f"to {other.to!r}")
