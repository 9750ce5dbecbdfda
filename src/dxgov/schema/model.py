"""The model of a data set class: its tables, and the link tables that store many-valued references."""

import re
from collections.abc import Callable, Iterator, Mapping

import attrs
from attrs import frozen

from dxgov.codes import Code
from dxgov.errors import ModelError, UnknownNameError, did_you_mean
from dxgov.marks import Label, Minimum, NotBeforeOf, Ref
from dxgov.schema.classes import build_table, find_record_classes
from dxgov.schema.soundness import require_consistent
from dxgov.schema.tables import Column, Kind, LinkTable, Table


@frozen(eq=False)
class Floor:
    """A rule that a date does not lie before a date of the target record, with the names of the columns it compares."""

    reference: str
    """The column that refers to the target record."""
    edtf: str
    """The column with the EDTF of the date."""
    end: str
    """The column with the last day that the date can mean."""
    target: Table
    """The table of the target record."""
    start: str
    """The column of the target with the first day that its date can mean."""
    mark: NotBeforeOf
    """The mark that defines the rule."""


class Model:
    """The tables of a data set class. Use `model_of` to get the model of a class."""

    def __init__(self, owner: type) -> None:
        classes = dict(find_record_classes(owner))
        self._table_names = names = dict(_map_class_names(classes))
        self._dataset_class = owner
        self.name: str = owner.__name__
        self.tables: Mapping[str, Table] = {name: build_table(name, record, marks, names) for name, (record, marks) in classes.items()}
        links = [link for table in self.tables.values() for link in _build_link_tables(table, self.tables)]
        require_consistent(owner, self.tables, links)
        self.links: Mapping[str, LinkTable] = {link.name: link for link in links}
        self._by_record = {table.record: table for table in self.tables.values()}

    def __reduce__(self) -> "tuple[Callable[[type], Model], tuple[type]]":
        """Pickle as the data set class, from which the receiver builds the model."""
        return model_of, (self._dataset_class,)

    @property
    def stored(self) -> Mapping[str, Table | LinkTable]:
        """All tables of a package by name: the record tables, then the link tables."""
        return {**self.tables, **self.links}

    def table_of(self, record: type) -> Table:
        """Return the table of a record class.

        Raises:
            ModelError: the model has no table for the class.
        """
        try:
            return self._by_record[record]
        except KeyError:
            raise ModelError(f"{self.name} has no table for {record.__name__}") from None

    def build_view(self, name: str, record: type, label: Label) -> Table:
        """Build the table of a view: rows of an attrs class that are computed from the tables, and may refer to them.

        Its many-valued references are lists in their column.
        """
        return build_table(name, record, (label,), self._table_names)

    def table(self, name: str) -> Table:
        """Return the record table with a name.

        Raises:
            UnknownNameError: the model has no such table.
        """
        try:
            return self.tables[name]
        except KeyError:
            raise UnknownNameError(f"there is no table {name!r}{did_you_mean(name, self.tables)}") from None

    def kind_column(self, column: Column) -> Column | None:
        """Return the column of a reference's target that holds the kinds the reference accepts; None if it accepts any."""
        return self.tables[str(column.target)].kind_column(column.kinds) if column.kinds else None

    def floors(self, table: Table | LinkTable) -> Iterator[Floor]:
        """Yield the rules by which dates of a table do not lie before dates of other records."""
        if isinstance(table, LinkTable):
            return
        for field in table.fields:
            mark = field.mark(NotBeforeOf)
            if mark:
                parts = {part.name: part.column.name for part in field.parts}
                target = self.tables[str(table.column(mark.reference).target)]
                target_field = next(candidate for candidate in target.fields if candidate.name == mark.field)
                start = next(part.column.name for part in target_field.parts if part.name == "start")
                yield Floor(mark.reference, parts["edtf"], parts["end"], target, start, mark)

    def references(self) -> Iterator[tuple[Table, Column]]:
        """Yield every reference column with its table."""
        return ((table, column) for table in self.tables.values() for column in table.columns if column.has(Ref))


def _map_class_names(classes: Mapping[str, tuple[type, tuple[object, ...]]]) -> Iterator[tuple[str, str]]:
    """Yield the table for each class name that a reference may use: record classes, and their bases unless these have tables."""
    for name, (record, _) in classes.items():
        for ancestor in reversed(record.__mro__):
            if attrs.has(ancestor):
                yield ancestor.__name__, name
    for name, (record, _) in classes.items():
        yield record.__name__, name


_MODELS: dict[type, "Model"] = {}


def model_of(owner: type) -> Model:
    """Return the model of a data set class, with a table for each annotation ``name: Annotated[Records[R], Label(...)]``.

    Raises:
        ModelError: a definition is invalid; the message names class and field.
    """
    if owner not in _MODELS:
        _MODELS[owner] = Model(owner)
    return _MODELS[owner]


def _build_link_tables(table: Table, tables: Mapping[str, Table]) -> Iterator[LinkTable]:
    """Build the link tables of a table's many-valued references."""
    columns_by_link_table: dict[str, list[Column]] = {}
    for column in table.columns:
        if column.many and column.has(Ref) and column.through is None:
            raise ModelError(f"{table.record.__name__}.{column.name}: a many-valued reference names its link table with the mark Through")
        if column.through:
            columns_by_link_table.setdefault(column.through.table, []).append(column)
    for name, columns in columns_by_link_table.items():
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
            marks=(Ref(table.record.__name__), Label(table.label, f"参照する側の `{table.name}` の記録。")),
            target=table.name,
            text=f"The record of `{table.name}` that refers.",
        )
        target_column = Column(
            f"{target.singular}_id" if roles else re.sub(r"s$", "", columns[0].name),
            Kind.TEXT,
            required=True,
            marks=(
                Ref(target.record.__name__, kinds=() if roles else columns[0].kinds),
                Label(target.label, f"参照される側の `{target.name}` の記録。") if roles else columns[0].mark(Label),
            ),
            target=target.name,
            text=f"The record of `{target.name}` that is referred to." if roles else "",
            origin=columns[0].origin,
        )
        position = Column(
            "position",
            Kind.INTEGER,
            required=True,
            marks=(Label("順序", "同じ記録の同じ項目の参照の中での順序（1から）。"), Minimum(1)),
            text="The place of the reference among those of the same record and field, counted from 1.",
        )
        role = (_build_role_column(table, columns),) if roles else ()
        yield LinkTable(name, table, tuple(columns), (owner, *role, target_column, position))


def _build_role_column(table: Table, columns: list[Column]) -> Column:
    """Build the column that says to which of the many-valued references a row belongs."""
    members = [
        (column.through.role.upper(), (column.through.role, column.label, column.description, column.descriptions.ja))
        for column in columns
        if column.through and column.through.role
    ]
    vocabulary = Code(f"{table.record.__name__}Role", members)  # type: ignore[arg-type, call-arg]
    return Column(
        "role",
        Kind.CODE,
        required=True,
        codes=tuple(vocabulary),  # type: ignore[arg-type]
        marks=(Label("役割", f"参照される側の記録が `{table.name}` の記録に対して持つ役割。"),),
        text=f"What the record that is referred to is to the record of `{table.name}`.",
    )
