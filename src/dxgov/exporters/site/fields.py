"""Rows of a record's page: its fields and their values in one language."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from attrs import evolve, fields_dict, frozen
from attrs import fields as attrs_fields

from dxgov.codes import Code
from dxgov.dates.when import Basis, When
from dxgov.exporters.linked_data.language_tags import LanguageResolver
from dxgov.exporters.site.addresses import as_web_address
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.shapes import classify_doubt, classify_shape, is_uncertain
from dxgov.exporters.site.words import WORDS, TaggedText, code_name, format_date, guess_language
from dxgov.languages import Lang
from dxgov.marks import Dated, Pattern, Ref, Unit
from dxgov.model.record import Record
from dxgov.schema import Column, Field, Kind, Table


@frozen
class FieldValue:
    """One value of a field."""

    content: TaggedText
    link: str | None = None
    """Link target: the address of the record that is referred to, in the folder of the language, or a web address."""
    notes: tuple[TaggedText, ...] = ()
    """Notes in smaller letters: the other language, the meaning of a code, or that of a date."""
    css_classes: str = ""
    """CSS classes: ``code`` for identifiers and addresses, ``date`` and the shape for dates."""


@frozen
class Row:
    """A field with its values, or with rows for the components of its value."""

    name: str
    values: tuple[FieldValue, ...] = ()
    parts: tuple["Row", ...] = ()
    """Rows of the components of a value."""
    is_detail: bool = False
    """True if the row is for those who check the record, such as an id, a digest, or a value that says nothing new."""


_SHARED_NAMES = {attribute.name for attribute in attrs_fields(Record)} - {"note", "note_en"}
"""Names of the fields that all records share, without what a reader should know."""


class RecordFormatter:
    """Formats the records of a table as rows in one language."""

    def __init__(self, network: RecordNetwork, languages: LanguageResolver, table: Table, lang: Lang) -> None:
        self._network = network
        self._languages = languages
        self._table = table
        self._lang = lang
        self._fields = tuple(self._select_fields())

    def _select_fields(self) -> Iterator[tuple[Field, str | None, str]]:
        """Yield the fields that make rows, each with the name of its English twin and its title."""
        names = {field.name for field in self._table.fields}
        for field in self._table.fields:
            twin = f"{field.name}_en" if f"{field.name}_en" in names else None
            is_twin = field.name.endswith("_en") and field.name.removesuffix("_en") in names
            if not field.columns[0].key and not is_twin:
                yield field, twin, field.titles[self._lang]

    @cached_property
    def _heading_columns(self) -> tuple[str, ...]:
        """The columns whose first filled text is the heading of a page."""
        return tuple(column.name for column in self._table.captions if not column.many)

    def format_rows(self, record: Record) -> tuple[Row, ...]:
        """Return the rows of the filled fields, without the heading of the page."""
        heading_name = next((name for name in self._heading_columns if getattr(record, name, None) is not None), None)
        rows: list[Row] = []
        for field, twin, name in self._fields:
            value, twin_value = getattr(record, field.name), getattr(record, twin) if twin else None
            if field.name == heading_name and not field.columns[0].has(Ref):
                continue
            if field.value is None:
                values = tuple(self.format_values(field.columns[0], value, twin, twin_value, record))
                row = Row(name, values) if values else None
            else:
                row = None if value is None else self._format_component_row(field, name, value, record)
            if row is not None:
                rows.append(evolve(row, is_detail=_is_detail(field, record)))
        return tuple(rows)

    def format_heading(self, number: int, record: Record) -> tuple[TaggedText, TaggedText | None]:
        """Return the heading of a record's page, and its other language or None if that is the same."""
        captions = self._network.captions
        other_lang: Lang = "en" if self._lang == "ja" else "ja"
        caption, other_caption = captions[self._lang][number], captions[other_lang][number]
        name = next((name for name in self._heading_columns if getattr(record, name, None) is not None), None)
        column = self._table.column(name) if name else None
        if column is None or column.kind is not Kind.TEXT or column.has(Ref):
            other = TaggedText(other_caption, guess_language(other_caption, other_lang))
            return self.tag_text(caption), None if other_caption == caption else other
        language = self._languages.resolve(column, self._table, record) or guess_language(caption, self._lang)
        has_english = caption != other_caption or getattr(record, f"{name}_en", None) is not None
        languages = {"ja": language, "en": "en" if has_english else language}
        other = TaggedText(other_caption, languages[other_lang])
        return self._tag(caption, languages[self._lang]), None if other_caption == caption else other

    def tag_text(self, text: str) -> TaggedText:
        """Return a text with its language guessed."""
        return self._tag(text, guess_language(text, self._lang))

    def _tag(self, text: str, lang: str | None) -> TaggedText:
        return TaggedText(text, lang if lang != self._lang else None)

    def _format_component_row(self, field: Field, name: str, value: Any, record: Record) -> Row:
        if isinstance(value, When):
            return Row(name, (self._format_date_value(field, value, record),))
        parts = [
            Row(part.titles[self._lang], values)
            for part in field.parts
            if (values := tuple(self.format_values(part.column, getattr(value, part.name), None, None, record)))
        ]
        return Row(name, parts=tuple(parts))

    def _format_date_value(self, field: Field, when: When, record: Record) -> FieldValue:
        """Return a date as printed, with its meaning, the basis of the reading and the EDTF form as notes."""
        text_column = next(part.column for part in field.parts if part.name == "text")
        content = self._tag(when.text, self._languages.resolve(text_column, self._table, record) or guess_language(when.text, self._lang))
        meaning = format_date(when, self._lang)
        notes = [] if meaning == when.text else [TaggedText(meaning)]
        notes += [] if when.basis is Basis.STATED else [TaggedText(code_name(when.basis, self._lang))]
        notes += [TaggedText(when.edtf)] if when.edtf and when.edtf != when.text else []
        doubt_class = classify_doubt(when, self._table, record) if field.has(Dated) else "tentative" if is_uncertain(when) else ""
        return FieldValue(content, notes=tuple(notes), css_classes=f"date {classify_shape(when)} {doubt_class}".rstrip())

    def format_values(self, column: Column, value: Any, twin: str | None, twin_value: Any, record: Record) -> Iterator[FieldValue]:
        """Yield the values of a column; a text with an English twin comes in both languages."""
        if isinstance(value, tuple):
            yield from (self._format_value(column, member, record) for member in value)
        elif twin is not None and isinstance(value, str | None) and isinstance(twin_value, str | None):
            yield from self._pair_languages(column, value, twin_value, record)
        elif value is not None:
            yield self._format_value(column, value, record)

    def _pair_languages(self, column: Column, value: str | None, english: str | None, record: Record) -> Iterator[FieldValue]:
        """Yield a text in the language of the page, with the other language as a note unless the data set is large."""
        language = self._languages.resolve(column, self._table, record)
        texts = [self._tag(text, lang) for text, lang in ((value, language), (english, "en")) if text is not None]
        if self._lang == "en":
            texts.reverse()
        if texts:
            yield FieldValue(texts[0], notes=() if self._network.is_large else tuple(texts[1:]))

    def _format_value(self, column: Column, value: Any, record: Record) -> FieldValue:
        if column.has(Ref):
            number = self._network.numbers_by_id[value]
            return FieldValue(self.tag_text(self._network.captions[self._lang][number]), self._network.page(number))
        if isinstance(value, Code):
            return FieldValue(TaggedText(code_name(value, self._lang)), notes=(TaggedText(value.descriptions[self._lang]),))
        if isinstance(value, bool):
            return FieldValue(TaggedText(WORDS["yes" if value else "no"][self._lang]))
        if not isinstance(value, str):
            unit = column.mark(Unit)
            digits = format(value, "f") if isinstance(value, Decimal) else str(value)
            return FieldValue(TaggedText(f"{digits} {unit.name}" if unit else digits))
        if as_web_address(value):
            return FieldValue(TaggedText(value), as_web_address(value), css_classes="code")
        if column.has(Pattern):
            unit = column.mark(Unit)
            return FieldValue(TaggedText(f"{value} {unit.name}" if unit else value), css_classes="code")
        return FieldValue(self._tag(value, self._languages.resolve(column, self._table, record) or guess_language(value, self._lang)))


def is_editorial(name: str, kind: Kind) -> bool:
    """Return whether a field is one that all records share, or a code for the basis of another: the editors' word on the record."""
    return name in _SHARED_NAMES or (kind is Kind.CODE and name.endswith("_basis"))


def _is_detail(field: Field, record: Record) -> bool:
    """Return whether a field is for those who check the record.

    It is shared by all records, for machines, a number in order, the basis of another field, or holds its default.
    """
    column = field.columns[0]
    value = getattr(record, field.name)
    is_for_machines = column.has(Pattern) and not column.has(Ref) and not (isinstance(value, str) and as_web_address(value))
    is_default = value == fields_dict(type(record))[field.name].default
    return is_editorial(field.name, column.kind) or is_for_machines or is_default or column.kind in {Kind.INTEGER, Kind.BOOLEAN}
