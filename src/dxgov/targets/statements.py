"""Records as statements: a record is a thing, its columns are properties."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from dxgov.collection import Collection
from dxgov.marks import Datatype, Printed, Ref
from dxgov.model.record import Record
from dxgov.schema import Column, Field, Kind, Table
from dxgov.targets.graph import DCT, SKOS, TYPE, XSD, Iri, Literal, Node, Value, node
from dxgov.targets.names import class_iri, code_iri, english, property_iris, record_iri, scheme_iri

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
    writer = _Writer(data.model().tables[name], _source_languages(data))
    return map(writer.node, data.tables[name])


@frozen
class _Writer:
    """How records of a table become nodes."""

    table: Table
    languages: Mapping[str, str]
    """The language of each source by its id."""

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
            return Literal(value, None if datatype else self._language(column, record), datatype.iri if datatype else None)
        return Literal(_plain(value), type=DATATYPES[column.kind])

    def _language(self, column: Column, record: Record) -> str | None:
        """The language of a text: English for an English twin; of what has one, that of the document where printed, else Japanese."""
        if english(column, self.table):
            return "en"
        if all(each.name != f"{column.name}_en" for each in self.table.columns):
            return None
        printed = column.mark(Printed)
        editorial = printed and printed.unless and getattr(record, printed.unless[0]) == printed.unless[1]
        return self.languages.get(record.citation.source_id) if printed and not editorial else "ja"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _source_languages(data: Collection) -> Mapping[str, str]:
    """The languages of documents, from whatever records tell the language of a thing."""
    found: dict[str, str] = {}
    for name, table in data.model().tables.items():
        field = table.meant(f"{DCT}language")
        if field:
            found |= {each.id: getattr(each, field.name) for each in data.tables[name] if getattr(each, field.name)}
    return found
