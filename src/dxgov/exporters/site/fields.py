"""What a record says, field by field, as its page shows it in one language."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import Basis, When
from dxgov.exporters.linked_data.language_tags import Languages
from dxgov.exporters.site.addresses import page_name, web_address
from dxgov.exporters.site.atlas import Atlas
from dxgov.exporters.site.shapes import doubt, shape, unsure
from dxgov.exporters.site.words import WORDS, Said, code_name, date_words, field_name, guessed, part_name
from dxgov.marks import Dated, Pattern, Ref, Unit
from dxgov.model.record import Record
from dxgov.schema import Column, Field, Kind, Table
from dxgov.text.records import Lang


@frozen
class Value:
    """One value of a field."""

    said: Said
    link: str | None = None
    """The page of the record that it leads to, beside the page that shows it, or an address elsewhere."""
    beside: tuple[Said, ...] = ()
    """What is said of it in smaller letters: the other language, the meaning of a code, what a date means."""
    look: str = ""
    """``code`` for what is written for machines, ``date`` and the shape of a date."""


@frozen
class Row:
    """A field with what it holds."""

    name: str
    values: tuple[Value, ...] = ()
    parts: tuple["Row", ...] = ()
    """The parts of a value that has some."""


class Describer:
    """Turns the records of a table into rows, in one language."""

    def __init__(self, atlas: Atlas, languages: Languages, table: Table, lang: Lang) -> None:
        self._atlas = atlas
        self._languages = languages
        self._table = table
        self._lang = lang
        self._fields = tuple(self._shown())

    def _shown(self) -> Iterator[tuple[Field, str | None, str]]:
        """The fields that make rows, each with its English twin and its name."""
        names = {field.name for field in self._table.fields}
        for field in self._table.fields:
            twin = f"{field.name}_en" if f"{field.name}_en" in names else None
            of_other = field.name.endswith("_en") and field.name.removesuffix("_en") in names
            if not field.columns[0].key and not of_other:
                yield field, twin, field_name(field, self._lang)

    @cached_property
    def _headed(self) -> tuple[str, ...]:
        """The texts that head a page, where they are filled."""
        return tuple(column.name for column in self._table.captions if not column.many)

    def rows(self, record: Record) -> tuple[Row, ...]:
        """The fields that are filled; what heads the page in both languages is not said again."""
        head = next((name for name in self._headed if getattr(record, name, None) is not None), None)
        rows = []
        for field, twin, name in self._fields:
            value, other = getattr(record, field.name), getattr(record, twin) if twin else None
            if field.name == head and not field.columns[0].has(Ref):
                continue
            if field.value is None:
                values = tuple(self.values(field.columns[0], value, twin, other, record))
                rows += [Row(name, values)] if values else []
            elif value is not None:
                rows.append(self._of_value(field, name, value, record))
        return tuple(rows)

    def head(self, number: int, record: Record) -> tuple[Said, Said | None]:
        """What heads the page of a record, and the same in the other language."""
        captions = self._atlas.captions
        other: Lang = "en" if self._lang == "ja" else "ja"
        here, there = captions[self._lang][number], captions[other][number]
        name = next((name for name in self._headed if getattr(record, name, None) is not None), None)
        column = self._table.column(name) if name else None
        if column is None or column.kind is not Kind.TEXT or column.has(Ref):
            return self.said(here), None if there == here else Said(there, guessed(there, other))
        own = self._languages.of(column, self._table, record) or guessed(here, self._lang)
        english = here != there or getattr(record, f"{name}_en", None) is not None
        langs = {"ja": own, "en": "en" if english else own}
        return self._marked(here, langs[self._lang]), None if there == here else Said(there, langs[other])

    def said(self, text: str) -> Said:
        """A text whose language nobody tells."""
        return self._marked(text, guessed(text, self._lang))

    def _marked(self, text: str, lang: str | None) -> Said:
        return Said(text, lang if lang != self._lang else None)

    def _of_value(self, field: Field, name: str, value: Any, record: Record) -> Row:
        if isinstance(value, When):
            return Row(name, (self._date(field, value, record),))
        parts = [
            Row(part_name(field, part, self._lang), values)
            for part in field.parts
            if (values := tuple(self.values(part.column, getattr(value, part.name), None, None, record)))
        ]
        return Row(name, parts=tuple(parts))

    def _date(self, field: Field, when: When, record: Record) -> Value:
        """The words as printed, what they mean, how they apply, and where the reading comes from."""
        printed = next(part.column for part in field.parts if part.name == "text")
        said = self._marked(when.text, self._languages.of(printed, self._table, record) or guessed(when.text, self._lang))
        meaning = date_words(when, self._lang)
        beside = [] if meaning == when.text else [Said(meaning)]
        beside += [] if when.basis is Basis.STATED else [Said(code_name(when.basis, self._lang))]
        beside += [Said(when.edtf)] if when.edtf and when.edtf != when.text else []
        unsettled = doubt(when, self._table, record) if field.has(Dated) else "tentative" if unsure(when) else ""
        return Value(said, beside=tuple(beside), look=f"date {shape(when)} {unsettled}".rstrip())

    def values(self, column: Column, value: Any, twin: str | None, other: Any, record: Record) -> Iterator[Value]:
        """What a column holds, each value alone; with an English twin, a text in both languages."""
        if isinstance(value, tuple):
            yield from (self._value(column, each, record) for each in value)
        elif twin is not None and isinstance(value, str | None) and isinstance(other, str | None):
            yield from self._in_both(column, value, other, record)
        elif value is not None:
            yield self._value(column, value, record)

    def _in_both(self, column: Column, value: str | None, english: str | None, record: Record) -> Iterator[Value]:
        """A text in the language of the page, and beside it in the other."""
        own = self._languages.of(column, self._table, record)
        texts = [self._marked(text, lang) for text, lang in ((value, own), (english, "en")) if text is not None]
        if self._lang == "en":
            texts.reverse()
        if texts:
            yield Value(texts[0], beside=tuple(texts[1:]))

    def _value(self, column: Column, value: Any, record: Record) -> Value:
        if column.has(Ref):
            caption = self._atlas.captions[self._lang][self._atlas.numbers[value]]
            return Value(self.said(caption), f"{page_name(value)}.html")
        if isinstance(value, Code):
            meaning = (Said(value.meaning),) if self._lang == "en" and value.meaning else ()
            return Value(Said(code_name(value, self._lang)), beside=meaning)
        if isinstance(value, bool):
            return Value(Said(WORDS["yes" if value else "no"][self._lang]))
        if not isinstance(value, str):
            unit = column.mark(Unit)
            number = format(value, "f") if isinstance(value, Decimal) else str(value)
            return Value(Said(f"{number} {unit.name}" if unit else number))
        if web_address(value):
            return Value(Said(value), web_address(value), look="code")
        if column.has(Pattern):
            unit = column.mark(Unit)
            return Value(Said(f"{value} {unit.name}" if unit else value), look="code")
        return Value(self._marked(value, self._languages.of(column, self._table, record) or guessed(value, self._lang)))
