"""The model of a data set class: all its tables, and the link tables that spell many-valued references."""

import re
from collections.abc import Callable, Iterator, Mapping

import attrs
from attrs import frozen

from dxgov.codes import Code
from dxgov.errors import ModelError, UnknownNameError, did_you_mean
from dxgov.marks import Label, Minimum, NotBeforeOf, Ref
from dxgov.schema.classes import record_classes, table_of_class
from dxgov.schema.soundness import require_sound
from dxgov.schema.tables import Column, Kind, LinkTable, Table


@frozen(eq=False)
class Floor:
    """A date that does not lie before one of another record, by columns."""

    reference: str
    edtf: str
    """What the date is told by."""
    end: str
    """The last day that the date can mean."""
    target: Table
    start: str
    """The first day that the date of the other record can mean."""
    mark: NotBeforeOf


class Model:
    """The tables of a data set class. Ask `model_of` for it."""

    def __init__(self, owner: type) -> None:
        classes = dict(record_classes(owner))
        names = dict(_names(classes))
        self._owner = owner
        self.name: str = owner.__name__
        self.tables: Mapping[str, Table] = {name: table_of_class(name, record, marks, names) for name, (record, marks) in classes.items()}
        links = [link for table in self.tables.values() for link in _links(table, self.tables)]
        require_sound(owner, self.tables, links)
        self.links: Mapping[str, LinkTable] = {link.name: link for link in links}
        self._by_record = {table.record: table for table in self.tables.values()}

    def __reduce__(self) -> "tuple[Callable[[type], Model], tuple[type]]":
        """Pickle as the class, whose model the other side has or makes."""
        return model_of, (self._owner,)

    @property
    def stored(self) -> Mapping[str, Table | LinkTable]:
        """Every table of a package by name: those of records, then the link tables."""
        return {**self.tables, **self.links}

    def table_of(self, record: type) -> Table:
        """The table that holds records of a class.

        Raises:
            ModelError: the model has no such table.
        """
        try:
            return self._by_record[record]
        except KeyError:
            raise ModelError(f"{self.name} has no table for {record.__name__}") from None

    def table(self, name: str) -> Table:
        """The table of that name.

        Raises:
            UnknownNameError: there is none.
        """
        try:
            return self.tables[name]
        except KeyError:
            raise UnknownNameError(f"there is no table {name!r}{did_you_mean(name, self.tables)}") from None

    def kind_column(self, column: Column) -> Column | None:
        """Return the column of the target of a reference that says of which kind records are; ``None`` where it takes any."""
        return self.tables[str(column.target)].kind_column(column.kinds) if column.kinds else None

    def floors(self, table: Table | LinkTable) -> Iterator[Floor]:
        """Return the dates of records of a table that do not lie before dates of other records."""
        if isinstance(table, LinkTable):
            return
        for field in table.fields:
            mark = field.mark(NotBeforeOf)
            if mark:
                parts = {part.name: part.column.name for part in field.parts}
                target = self.tables[str(table.column(mark.reference).target)]
                other = next(each for each in target.fields if each.name == mark.field)
                start = next(part.column.name for part in other.parts if part.name == "start")
                yield Floor(mark.reference, parts["edtf"], parts["end"], target, start, mark)

    def references(self) -> Iterator[tuple[Table, Column]]:
        """Every column that refers to records."""
        return ((table, column) for table in self.tables.values() for column in table.columns if column.has(Ref))


def _names(classes: Mapping[str, tuple[type, tuple[object, ...]]]) -> Iterator[tuple[str, str]]:
    """The table for each name that a reference may use: that of the class it holds, or else of a class that this one extends."""
    for name, (record, _) in classes.items():
        for ancestor in reversed(record.__mro__):
            if attrs.has(ancestor):
                yield ancestor.__name__, name
    for name, (record, _) in classes.items():
        yield record.__name__, name


_MODELS: dict[type, "Model"] = {}


def model_of(owner: type) -> Model:
    """The model that a data set class defines: a table for each annotation ``name: Annotated[Records[R], Label(...)]``.

    Raises:
        ModelError: a class is not defined as dxgov needs it; the message names class and field.
    """
    if owner not in _MODELS:
        _MODELS[owner] = Model(owner)
    return _MODELS[owner]


def _links(table: Table, tables: Mapping[str, Table]) -> Iterator[LinkTable]:
    spelled: dict[str, list[Column]] = {}
    for column in table.columns:
        if column.through:
            spelled.setdefault(column.through.table, []).append(column)
    for name, columns in spelled.items():
        roles = [column.through.role for column in columns if column.through and column.through.role]
        if len(columns) > 1 and len(set(roles)) < len(columns):
            raise ModelError(f"{table.record.__name__}: the fields that share the link table {name!r} need a role each")
        if len({column.target for column in columns}) > 1 or columns[0].target is None:
            raise ModelError(f"{table.record.__name__}: the fields that share the link table {name!r} must refer to one table")
        target = tables[columns[0].target]
        owner = Column(
            f"{table.singular}_id",
            Kind.TEXT,
            required=True,
            marks=(Ref(table.record.__name__), Label(table.label)),
            target=table.name,
            text=f"The record of `{table.name}` that refers.",
        )
        referred = Column(
            f"{target.singular}_id" if roles else re.sub(r"s$", "", columns[0].name),
            Kind.TEXT,
            required=True,
            marks=(Ref(target.record.__name__, kinds=() if roles else columns[0].kinds), Label(target.label)),
            target=target.name,
            text=f"The record of `{target.name}` that is referred to." if roles else "",
            origin=columns[0].origin,
        )
        position = Column(
            "position",
            Kind.INTEGER,
            required=True,
            marks=(Label("順序"), Minimum(1)),
            text="The place of the reference among those of the same record and field, counted from 1.",
        )
        role = (_role(table, columns),) if roles else ()
        yield LinkTable(name, table, tuple(columns), (owner, *role, referred, position))


def _role(table: Table, columns: list[Column]) -> Column:
    members = [(c.through.role.upper(), (c.through.role, c.label, c.description)) for c in columns if c.through and c.through.role]
    vocabulary = Code(f"{table.record.__name__}Role", members)  # type: ignore[arg-type, call-arg]
    return Column(
        "role",
        Kind.CODE,
        required=True,
        codes=tuple(vocabulary),  # type: ignore[arg-type]
        marks=(Label("役割"),),
        text=f"What the record that is referred to is to the record of `{table.name}`.",
    )
