"""Records and data sets as plain text for a terminal, in English or Japanese."""

from collections.abc import Iterable, Iterator
from typing import Any

from dxgov.codes import Code
from dxgov.dates import Basis, Reading, When, write
from dxgov.errors import format_count
from dxgov.languages import Lang
from dxgov.marks import Caption, Ref
from dxgov.model.record import Record
from dxgov.schema import Field, Table
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records
from dxgov.text.lines import Text, TextLine
from dxgov.text.wrapping import measure_columns

_HEADINGS = {
    "parts": {"en": "Its parts", "ja": "構成要素"},
    "referring": {"en": "Referred to by", "ja": "参照元"},
}
_MAX_LISTED = 10
"""Maximum number of records that a list shows before it counts the rest."""


def get_caption(data: Collection, record: Record, lang: Lang) -> str:
    """Return the first filled caption of a record, else its id."""
    for column in data.model().table_of(type(record)).captions:
        value = _get_in_language(record, column.name, lang)
        if value is not None and column.has(Ref):
            return get_caption(data, data[str(value)], lang)
        if value is not None:
            return _format_scalar(value, lang)
    return record.id


def _get_in_language(record: Record, name: str, lang: Lang) -> Any:
    """Return the value of a field, or of its English twin if `lang` is English and the twin is filled."""
    twin = getattr(record, f"{name}_en", None) if lang == "en" else None
    return twin if twin is not None else getattr(record, name)


def format_record(data: Collection, record: Record, lang: Lang) -> Text:
    """Format a record with its fields, its parts, and the records that refer to it."""
    return Text(_format_record(data, record, lang))


def _format_record(data: Collection, record: Record, lang: Lang) -> Iterator[TextLine]:
    table = data.model().table_of(type(record))
    yield TextLine(get_caption(data, record, lang), is_heading=True)
    yield TextLine(table.label if lang == "ja" else table.singular.replace("_", " "), record.id, plain="{text} {id}")
    yield TextLine()
    rows = [
        (get_field_label(field, lang), value, id) for field in table.fields for value, id in _format_field(data, table, record, field, lang)
    ]
    width = max(measure_columns(name) for name, _, _ in rows)
    previous = None
    for name, value, id in rows:
        heading = "" if name == previous else name
        yield TextLine(value, id, 2, f"{heading}{' ' * (width - measure_columns(heading))}  ")
        previous = name
    children = data.children(record)
    if children:
        yield from (TextLine(), TextLine(_HEADINGS["parts"][lang], is_heading=True))
        yield from _list_records(data, children[:_MAX_LISTED], len(children), lang)
    parents = {f"{owner.name}.{column.name}" for owner in data.model().tables.values() for column in owner.parents}
    for reference, records in data.referring(record).items():
        if reference not in parents:
            yield TextLine()
            yield TextLine(f"{_HEADINGS['referring'][lang]} {_format_reference(data, reference, lang)}", is_heading=True)
            yield from _list_records(data, records[:_MAX_LISTED], len(records), lang)


def _list_records(data: Collection, records: Iterable[Record], total: int, lang: Lang) -> Iterator[TextLine]:
    """Yield a line for each of the first records of a list, and the number of the others."""
    lines = [TextLine(get_caption(data, record, lang), record.id, 2) for record in records]
    yield from lines
    if total > len(lines):
        yield TextLine(f"… +{total - len(lines):,}", indent=2)


def _format_reference(data: Collection, reference: str, lang: Lang) -> str:
    """Return a table and column such as ``asks.theme_ids`` in the reader's language."""
    if lang == "en":
        return reference
    table = data.model().table(reference.partition(".")[0])
    return f"{table.label}・{table.column(reference.partition('.')[2]).label}"


def get_field_label(field: Field, lang: Lang) -> str:
    """Return the name of a field in the reader's language."""
    if lang == "en":
        return field.name.removesuffix("_en")
    first = field.columns[0].label
    return first.partition("（")[0] if field.value else first


def _format_field(data: Collection, table: Table, record: Record, field: Field, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the values of a field as texts, each with its id if it is a reference.

    Yields none if the field is empty, or if its twin in the reader's language is shown instead.
    """
    names = {sibling.name for sibling in table.fields}
    twin = field.name.removesuffix("_en")
    if field.columns[0].key or (lang == "ja" and twin != field.name and twin in names):
        return
    if lang == "en" and getattr(record, f"{field.name}_en", None) is not None and not field.columns[0].has(Caption):
        return
    value = getattr(record, field.name)
    for member in value if isinstance(value, tuple) else (value,):
        if member is not None and field.columns[0].has(Ref) and not field.value:
            yield get_caption(data, data[member], lang), member
        elif member is not None:
            yield _format_scalar(member, lang), ""


def collapse_white_space(text: str) -> str:
    """Collapse every run of white space, line breaks included, to one space."""
    return " ".join(text.split())


def _format_scalar(value: Any, lang: Lang) -> str:
    if isinstance(value, Code):
        return value.label if lang == "ja" else str(value)
    if isinstance(value, bool):
        return {"en": "yes" if value else "no", "ja": "はい" if value else "いいえ"}[lang]
    if isinstance(value, When):
        return _format_date(value, lang)
    return collapse_white_space(str(value))


def _format_date(when: When, lang: Lang) -> str:
    """Return a date as printed and, in parentheses, its meaning and basis if they add something."""
    meaning = write(when, lang)
    basis = {"en": str(when.basis).replace("_", " "), "ja": when.basis.label}[lang] if when.basis is not Basis.STATED else None
    notes = [note for note in (meaning if meaning != when.text else None, basis) if note]
    printed = collapse_white_space(when.text)
    if not notes:
        return printed
    return f"{printed}（{'、'.join(notes)}）" if lang == "ja" else f"{printed} ({', '.join(notes)})"


def format_readings(readings: Iterable[Reading], lang: Lang) -> str:
    """Format the dates of a text, one per line: the words, EDTF and clock times, and the meaning or the reason for its lack."""
    rows = [(collapse_white_space(reading.text), *_format_reading(reading, lang)) for reading in readings]
    widths = [max((measure_columns(row[column]) for row in rows), default=0) for column in range(2)]
    lines = (
        "  ".join(f"{cell}{' ' * (width - measure_columns(cell))}" for cell, width in zip(row, (*widths, 0), strict=True)) for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _format_reading(reading: Reading, lang: Lang) -> tuple[str, str]:
    """Return EDTF with clock times, and the meaning or the problem, of a reading."""
    times = "–".join(filter(None, (reading.start_time, reading.end_time)))
    if reading.when is None:
        return times, reading.problem or ""
    return " ".join(filter(None, (reading.when.edtf, times))), write(reading.when, lang)


def format_info(data: Collection, lang: Lang) -> str:
    """Format the contents of a data set: its title, version and licenses, and the number of records of each table."""
    metadata = data.metadata
    version = " ".join(filter(None, (metadata.version, f"({metadata.created})" if metadata.created else None)))
    lines = [collapse_white_space(metadata.get_title(lang)), collapse_white_space(" ".join(filter(None, (metadata.name, version))))]
    if metadata.licenses:
        lines.append(collapse_white_space(", ".join(terms.title or terms.name or str(terms.path) for terms in metadata.licenses)))
    lines.append("")
    nonempty: dict[str, Records[Any]] = {name: records for name, records in data.tables.items() if len(records)}
    tables = data.model().tables
    names = {name: tables[name].label if lang == "ja" else name.replace("_", " ") for name in nonempty}
    width = max(map(measure_columns, names.values()), default=0)
    lines += (f"  {names[name]}{' ' * (width - measure_columns(names[name]))}  {len(records):>7,}" for name, records in nonempty.items())
    total = f"{len(data):,} 件" if lang == "ja" else format_count(len(data), "record")
    coverage = data.coverage().describe(lang)
    return "\n".join([*lines, "", f"  {total}", *(["", coverage] if coverage else [])])
