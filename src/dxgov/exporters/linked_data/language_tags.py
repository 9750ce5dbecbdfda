"""The language of each text of a data set, as far as the definition and the documents tell it."""

from collections.abc import Mapping

from dxgov.exporters.linked_data.graph import DCT
from dxgov.exporters.linked_data.iris import english
from dxgov.marks import Language, Printed
from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.collection import Collection


class Languages:
    """Tells the language of a text by its column and record."""

    def __init__(self, data: Collection) -> None:
        self._of_source = _source_languages(data)

    def of(self, column: Column, table: Table, record: Record) -> str | None:
        """The language as a BCP 47 tag; nothing where it is not known.

        An English twin is English. What is marked with a language is in that. What is printed is in the language of its document, other
        text that has an English twin is Japanese.
        """
        if english(column, table):
            return "en"
        marked = column.mark(Language)
        if marked:
            return marked.tag
        printed = column.mark(Printed)
        editorial = printed and printed.unless and getattr(record, printed.unless[0], None) == printed.unless[1]
        if printed and not editorial:
            return self._of_source.get(record.citation.source_id)
        return "ja" if any(each.name == f"{column.name}_en" for each in table.columns) else None


def _source_languages(data: Collection) -> Mapping[str, str]:
    """The languages of documents, from whatever records tell the language of a thing."""
    found: dict[str, str] = {}
    for name, table in data.model().tables.items():
        field = table.meant(f"{DCT}language")
        if field:
            found |= {each.id: getattr(each, field.name) for each in data.tables[name] if getattr(each, field.name)}
    return found
