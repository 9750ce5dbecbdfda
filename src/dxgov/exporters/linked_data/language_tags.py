"""Language tags of texts, as far as the model and the documents state them."""

from collections.abc import Mapping

from dxgov.exporters.linked_data.graph import DCT
from dxgov.exporters.linked_data.iris import is_english_twin
from dxgov.marks import Language, Printed
from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.collection import Collection


class LanguageResolver:
    """Resolves the language of a text from its column and record."""

    def __init__(self, data: Collection) -> None:
        self._source_languages = _find_source_languages(data)

    def resolve(self, column: Column, table: Table, record: Record) -> str | None:
        """Return the BCP 47 tag of a column's text in a record, or None if it is unknown.

        The English twin of a column is English. A column with the mark `Language` has that language. A printed text has the language of its
        document. Any other text with an English twin is Japanese.
        """
        if is_english_twin(column, table):
            return "en"
        language_mark = column.mark(Language)
        if language_mark:
            return language_mark.tag
        printed = column.mark(Printed)
        is_editorial = printed and printed.unless and getattr(record, printed.unless[0], None) == printed.unless[1]
        if printed and not is_editorial:
            return self._source_languages.get(record.citation.source_id)
        return "ja" if any(other.name == f"{column.name}_en" for other in table.columns) else None


def _find_source_languages(data: Collection) -> Mapping[str, str]:
    """Return the languages of documents by id, from every table with a field for ``dct:language``."""
    languages: dict[str, str] = {}
    for name, table in data.model().tables.items():
        field = table.meant(f"{DCT}language")
        if field:
            languages |= {record.id: getattr(record, field.name) for record in data.tables[name] if getattr(record, field.name)}
    return languages
