"""RDF nodes of records: a record is a subject, its columns are properties."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from dxgov.exporters.linked_data.graph import DCT, SKOS, TYPE, XSD, Iri, Literal, Node, Value, make_node
from dxgov.exporters.linked_data.iris import class_iri, code_iri, property_iris, record_iri, scheme_iri
from dxgov.exporters.linked_data.language_tags import LanguageResolver
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
"""XSD datatypes of the column kinds other than texts."""


def record_nodes(data: Collection) -> Iterator[Node]:
    """Yield a node for each record of the data set."""
    for name in data.model().tables:
        yield from table_nodes(data, name)


def table_nodes(data: Collection, name: str) -> Iterator[Node]:
    """Return an iterator over a node for each record of a table."""
    builder = _NodeBuilder(data.model().tables[name], LanguageResolver(data))
    return map(builder.build, data.tables[name])


@frozen
class _NodeBuilder:
    """Builds the nodes of the records of a table."""

    table: Table
    languages: LanguageResolver

    def build(self, record: Record) -> Node:
        return make_node(record_iri(record.id), self._statements(record))

    def _statements(self, record: Record) -> Iterator[tuple[str, Value | None]]:
        yield TYPE, Iri(class_iri(self.table.record))
        yield from ((TYPE, Iri(iri)) for iri in self.table.terms)
        yield f"{DCT}identifier", Literal(record.id)
        if f"{SKOS}Concept" in self.table.terms:
            yield f"{SKOS}inScheme", Iri(scheme_iri(self.table.name))
        for field in self.table.fields:
            value = getattr(record, field.name)
            if not field.columns[0].key and value is not None:
                if field.value:
                    yield from self._component_statements(field, value, record)
                else:
                    yield from self._column_statements(field.columns[0], value, record)

    def _column_statements(self, column: Column, value: Any, record: Record) -> Iterator[tuple[str, Value | None]]:
        for member in value if isinstance(value, tuple) else (value,):
            if TYPE in column.terms:
                yield from ((TYPE, Iri(iri)) for iri in member.shared)
            for iri in property_iris(column, self.table):
                yield iri, self._cell_object(column, member, record)

    def _component_statements(self, field: Field, value: Any, record: Record) -> Iterator[tuple[str, Value | None]]:
        """Yield the statements of the components of a value, and of the field's own terms.

        The object of the field's terms is the component with a datatype, or else the first that is filled.
        """
        components = [(part, component) for part in field.parts if (component := getattr(value, part.name)) is not None]
        for part, component in components:
            yield from self._column_statements(part.column, component, record)
        main_part, component = next((pair for pair in components if pair[0].column.has(Datatype)), components[0])
        for iri in field.terms:
            yield iri, self._cell_object(main_part.column, component, record)

    def _cell_object(self, column: Column, value: Any, record: Record) -> Value:
        if column.has(Ref):
            return Iri(record_iri(value))
        if column.codes:
            return Iri(code_iri(value))
        datatype = column.mark(Datatype)
        if column.kind is Kind.TEXT:
            if datatype:
                return Literal(value, type=datatype.iri)
            return Literal(value, self.languages.resolve(column, self.table, record))
        return Literal(_lexical_form(value), type=DATATYPES[column.kind])


def _lexical_form(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
