"""Records as statements: a record is a thing, its columns are properties."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from dxgov.exporters.linked_data.graph import DCT, SKOS, TYPE, XSD, Iri, Literal, Node, Value, node
from dxgov.exporters.linked_data.iris import class_iri, code_iri, property_iris, record_iri, scheme_iri
from dxgov.exporters.linked_data.language_tags import Languages
from dxgov.marks import Datatype, Ref
from dxgov.model.record import Record
from dxgov.schema import Column, Field, Kind, Table
from dxgov.tables.collection import Collection

DATATYPES: Mapping[Kind, str] = {
    Kind.INTEGER: f"{XSD}integer",
    Kind.NUMBER: f"{XSD}decimal",
    Kind.BOOLEAN: f"{XSD}boolean",
    Kind.DATE: f"{XSD}date",
}
"""The datatypes of cells that are no texts."""


def records(data: Collection) -> Iterator[Node]:
    """A node for each record."""
    for name in data.model().tables:
        yield from records_of(data, name)


def records_of(data: Collection, name: str) -> Iterator[Node]:
    """A node for each record of a table."""
    writer = _Writer(data.model().tables[name], Languages(data))
    return map(writer.node, data.tables[name])


@frozen
class _Writer:
    """How records of a table become nodes."""

    table: Table
    languages: Languages

    def node(self, record: Record) -> Node:
        return node(record_iri(record.id), self._statements(record))

    def _statements(self, record: Record) -> Iterator[tuple[str, Value | None]]:
        yield TYPE, Iri(class_iri(self.table.record))
        yield from ((TYPE, Iri(iri)) for iri in self.table.terms)
        yield f"{DCT}identifier", Literal(record.id)
        if f"{SKOS}Concept" in self.table.terms:
            yield f"{SKOS}inScheme", Iri(scheme_iri(self.table.name))
        for field in self.table.fields:
            value = getattr(record, field.name)
            if not field.columns[0].key and value is not None:
                yield from self._of_value(field, value, record) if field.value else self._of_column(field.columns[0], value, record)

    def _of_column(self, column: Column, value: Any, record: Record) -> Iterator[tuple[str, Value | None]]:
        for each in value if isinstance(value, tuple) else (value,):
            if TYPE in column.terms:
                yield from ((TYPE, Iri(iri)) for iri in each.shared)
            for iri in property_iris(column, self.table):
                yield iri, self._cell(column, each, record)

    def _of_value(self, field: Field, value: Any, record: Record) -> Iterator[tuple[str, Value | None]]:
        """The parts, and for the field's own terms the part that has a datatype, or else the first that is filled."""
        filled = [(part, held) for part in field.parts if (held := getattr(value, part.name)) is not None]
        for part, held in filled:
            yield from self._of_column(part.column, held, record)
        chief, held = next((each for each in filled if each[0].column.has(Datatype)), filled[0])
        for iri in field.terms:
            yield iri, self._cell(chief.column, held, record)

    def _cell(self, column: Column, value: Any, record: Record) -> Value:
        if column.has(Ref):
            return Iri(record_iri(value))
        if column.codes:
            return Iri(code_iri(value))
        datatype = column.mark(Datatype)
        if column.kind is Kind.TEXT:
            return Literal(value, None if datatype else self.languages.of(column, self.table, record), datatype.iri if datatype else None)
        return Literal(_plain(value), type=DATATYPES[column.kind])


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
