"""Records and data sets as plain text for a terminal, in English or Japanese."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal
from unicodedata import east_asian_width

from dxgov.codes import Code
from dxgov.dates import Basis, Reading, When, write
from dxgov.errors import count
from dxgov.marks import Caption, Ref
from dxgov.model.record import Record
from dxgov.schema import Field, Table
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records

Lang = Literal["en", "ja"]

_HEADINGS = {
    "parts": {"en": "Its parts", "ja": "構成要素"},
    "referring": {"en": "Referred to by", "ja": "参照元"},
}
_SHOWN = 10
"""How many records a list shows before it says how many more there are."""


def caption(data: Collection, record: Record, lang: Lang) -> str:
    """What stands for a record in a list: the first of its captions that is filled."""
    for column in data.model().table_of(type(record)).captions:
        value = _in_language(record, column.name, lang)
        if value is not None and column.has(Ref):
            return caption(data, data[str(value)], lang)
        if value is not None:
            return _scalar(value, lang)
    return record.id


def _in_language(record: Record, name: str, lang: Lang) -> Any:
    """A field, or its English twin for readers of English."""
    twin = getattr(record, f"{name}_en", None) if lang == "en" else None
    return twin if twin is not None else getattr(record, name)


def record_text(data: Collection, record: Record, lang: Lang) -> str:
    """A record with what it refers to and what refers to it."""
    table = data.model().table_of(type(record))
    lines = [f"{caption(data, record, lang)}", f"{table.label if lang == 'ja' else table.singular.replace('_', ' ')} {record.id}", ""]
    rows = [(label(field, lang), value) for field in table.fields for value in _field_lines(data, table, record, field, lang)]
    width = max(map(_width, (name for name, _ in rows)))
    previous = None
    for name, value in rows:
        shown = "" if name == previous else name
        lines.append(f"  {shown}{' ' * (width - _width(shown))}  {value}")
        previous = name
    children = data.children(record)
    if children:
        lines += ["", _HEADINGS["parts"][lang]]
        lines += _listed([f"{child.id}  {caption(data, child, lang)}" for child in children[:_SHOWN]], len(children))
    parents = {f"{each.name}.{column.name}" for each in data.model().tables.values() for column in each.parents}
    for place, records in data.referring(record).items():
        if place not in parents:
            lines += ["", f"{_HEADINGS['referring'][lang]} {_place(data, place, lang)}"]
            lines += _listed([f"{each.id}  {caption(data, each, lang)}" for each in records[:_SHOWN]], len(records))
    return "\n".join(lines)


def _listed(lines: list[str], total: int) -> Iterator[str]:
    yield from (f"  {line}" for line in lines)
    if total > len(lines):
        yield f"  … +{total - len(lines):,}"


def _place(data: Collection, place: str, lang: Lang) -> str:
    """A table and column such as ``asks.theme_ids`` in the reader's language."""
    if lang == "en":
        return place
    table = data.model().table(place.partition(".")[0])
    return f"{table.label}・{table.column(place.partition('.')[2]).label}"


def label(field: Field, lang: Lang) -> str:
    """What a field is called."""
    if lang == "en":
        return field.name.removesuffix("_en")
    first = field.columns[0].label
    return first.partition("（")[0] if field.value else first


def _field_lines(data: Collection, table: Table, record: Record, field: Field, lang: Lang) -> Iterator[str]:
    """The lines that a field takes: none where it is empty or its twin in the reader's language is shown instead."""
    names = {each.name for each in table.fields}
    twin = field.name.removesuffix("_en")
    if field.columns[0].key or (lang == "ja" and twin != field.name and twin in names):
        return
    if lang == "en" and getattr(record, f"{field.name}_en", None) is not None and not field.columns[0].has(Caption):
        return
    value = getattr(record, field.name)
    for each in value if isinstance(value, tuple) else (value,):
        if each is not None and field.columns[0].has(Ref) and not field.value:
            yield f"{each}  {caption(data, data[each], lang)}"
        elif each is not None:
            yield _scalar(each, lang)


def in_a_line(text: str) -> str:
    """Return a text with every run of white space, line breaks included, as one space."""
    return " ".join(text.split())


def _scalar(value: Any, lang: Lang) -> str:
    if isinstance(value, Code):
        return value.label if lang == "ja" else str(value)
    if isinstance(value, bool):
        return {"en": "yes" if value else "no", "ja": "はい" if value else "いいえ"}[lang]
    if isinstance(value, When):
        return _date(value, lang)
    return in_a_line(str(value))


def _date(when: When, lang: Lang) -> str:
    """The words as printed and, where they say less than is known, what they mean and how that is known."""
    meaning = write(when, lang)
    basis = {"en": str(when.basis).replace("_", " "), "ja": when.basis.label}[lang] if when.basis is not Basis.STATED else None
    told = [each for each in (meaning if meaning != when.text else None, basis) if each]
    printed = in_a_line(when.text)
    if not told:
        return printed
    return f"{printed}（{'、'.join(told)}）" if lang == "ja" else f"{printed} ({', '.join(told)})"


def readings_text(readings: Iterable[Reading], lang: Lang) -> str:
    """What was read in a text, a line for each date: the words, EDTF and clock times, and the meaning or why there is none."""
    rows = [(in_a_line(each.text), *_read(each, lang)) for each in readings]
    widths = [max((_width(row[place]) for row in rows), default=0) for place in range(2)]
    return "\n".join(
        "  ".join(f"{cell}{' ' * (width - _width(cell))}" for cell, width in zip(row, (*widths, 0), strict=True)).rstrip() for row in rows
    )


def _read(reading: Reading, lang: Lang) -> tuple[str, str]:
    times = "–".join(filter(None, (reading.start_time, reading.end_time)))
    if reading.when is None:
        return times, reading.problem or ""
    return " ".join(filter(None, (reading.when.edtf, times))), write(reading.when, lang)


def _width(text: str) -> int:
    """Columns on a terminal, where a Japanese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def info_text(data: Collection, lang: Lang) -> str:
    """What a data set holds: its title, version and terms, and the records of each table."""
    about = data.metadata
    version = " ".join(filter(None, (about.version, f"({about.created})" if about.created else None)))
    lines = [in_a_line(about.title or about.name), in_a_line(" ".join(filter(None, (about.name, version))))]
    if about.licenses:
        lines.append(in_a_line(", ".join(terms.title or terms.name or str(terms.path) for terms in about.licenses)))
    lines.append("")
    filled: dict[str, Records[Any]] = {name: records for name, records in data.tables.items() if len(records)}
    tables = data.model().tables
    names = {name: tables[name].label if lang == "ja" else name.replace("_", " ") for name in filled}
    width = max(map(_width, names.values()), default=0)
    lines += (f"  {names[name]}{' ' * (width - _width(names[name]))}  {len(records):>7,}" for name, records in filled.items())
    total = f"{len(data):,} 件" if lang == "ja" else count(len(data), "record")
    return "\n".join([*lines, "", f"  {total}"])
