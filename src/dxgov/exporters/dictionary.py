"""The data dictionary: every table, column and code with its meaning, as Markdown."""

from collections.abc import Iterable, Iterator
from typing import Literal

from dxgov.marks import (
    CheckDigit,
    Datatype,
    Differs,
    Example,
    Facet,
    Language,
    Minimum,
    NotBefore,
    NotBeforeOf,
    PatternWhere,
    Printed,
    Ref,
    RequiredUnless,
    RequiredUnlessOf,
    Term,
    Together,
    UniqueWithin,
    Unit,
    Wide,
)
from dxgov.schema import Column, Model, Table
from dxgov.tables.columns import DescribedTable

_WORDS = {
    "title": {"en": "Data dictionary", "ja": "データ辞書"},
    "intro": {
        "en": "Every table of a package, in the order of the data set. Columns in bold are required; the key comes first.",
        "ja": "パッケージの表と列の一覧です。太字の列は必須で、先頭の列が識別子です。説明は英語です。",
    },
    "wide": {
        "en": "The format `wide` has it with all that it refers to joined to it.",
        "ja": "形式 `wide` では、参照先の名称などを結合した表でも提供されます。",
    },
    "facet": {
        "en": "The site offers to find what refers to its records.",
        "ja": "サイト（形式 `site`）では、この表の記録を参照する記録を絞り込めます。",
    },
    "header": {"en": "| column | Japanese | type | meaning |", "ja": "| 列 | 名称 | 型 | 説明 |"},
    "codes": {"en": "| code | Japanese | meaning |", "ja": "| 符号 | 名称 | 説明 |"},
    "codes of": {"en": "Codes of `{}`", "ja": "`{}` の符号"},
    "list": {"en": "list of {}", "ja": "{}の一覧"},
}


def dictionary(model: Model, lang: Literal["en", "ja"] = "en") -> str:
    """Return the data dictionary of all tables of a package, link tables last, as Markdown."""
    return "\n".join(_render_lines(model, lang)) + "\n"


def _render_lines(model: Model, lang: str) -> Iterator[str]:
    yield f"# {_WORDS['title'][lang]}"
    yield ""
    yield _WORDS["intro"][lang]
    for table in model.stored.values():
        yield ""
        yield f"## `{table.name}` {table.label}"
        yield ""
        yield " ".join([table.description, *(f"See <{iri}>." for iri in table.terms)])
        yield ""
        if isinstance(table, Table) and table.has(Wide):
            yield _WORDS["wide"][lang]
            yield ""
        if isinstance(table, Table) and table.has(Facet):
            yield _WORDS["facet"][lang]
            yield ""
        yield _WORDS["header"][lang]
        yield "|---|---|---|---|"
        for column in table.stored:
            yield _render_row(column, lang)
        for column in table.stored:
            if column.codes and not column.inner:
                yield from _render_codes(column, lang)
    yield from _render_component_codes(model, lang)


def _render_row(column: Column, lang: str) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    meaning = _escape_pipes(" ".join([column.description, *_describe_marks(column)]))
    return f"| {name} | {column.label} | {_format_type(column, lang)} | {meaning} |"


def _format_type(column: Column, lang: str) -> str:
    text = str(column.kind)
    if column.many:
        text = _WORDS["list"][lang].format(text)
    return text + (f" → {column.target}" if column.target else "")


def _describe_marks(column: Column) -> Iterator[str]:
    """Yield the constraints and facts that the marks of a column state, in words."""
    for mark in column.marks:
        match mark:
            case CheckDigit():
                yield f"Has the check digit of {mark.standard}."
            case Minimum():
                yield f"{mark.value} or more."
            case NotBefore():
                yield f"Not less than `{mark.other}`."
            case Together():
                yield f"Filled exactly where `{mark.other}` is."
            case RequiredUnless():
                yield f"Required unless `{mark.other}` is `{mark.value}`."
            case RequiredUnlessOf():
                yield f"Required unless `{mark.reference}` refers to a record that is {' or '.join(f'`{kind}`' for kind in mark.kinds)}."
            case NotBeforeOf():
                through = f", and of its `{mark.through}`" if mark.through else ""
                yield f"Not before `{mark.field}` of what `{mark.reference}` refers to{through}."
            case Differs():
                yield f"Not that of `{mark.other}`."
            case PatternWhere():
                yield f"Where `{mark.other}` is {' or '.join(f'`{value}`' for value in mark.values)}: {mark.pattern.means}."
            case Ref(kinds=[_, *_]):
                yield f"Refers to {column.kinds_text}."
            case UniqueWithin():
                same = f" with the same {' and '.join(f'`{other}`' for other in mark.others)}" if mark.others else ""
                yield f"Does not repeat among records{same}."
            case Printed():
                yield f"Printed {'anywhere in the document' if mark.anywhere else 'in the cited lines'}{_format_exception(mark)}."
            case Unit():
                yield f"In {mark.name}."
            case Example():
                yield f"Example: `{mark.value}`."
            case Term():
                yield f"See <{mark.iri}>."
            case Language():
                yield f"In the language `{mark.tag}`."
            case Datatype():
                yield f"Of the datatype <{mark.iri}>."
    if column.pattern:
        yield f"Form: {column.pattern.means}."


def _format_exception(mark: Printed) -> str:
    return f" unless `{mark.unless[0]}` is `{mark.unless[1]}`" if mark.unless else ""


def _escape_pipes(text: str) -> str:
    return text.replace("|", "\\|")


def _render_codes(column: Column, lang: str, name: str | None = None) -> Iterator[str]:
    yield ""
    yield f"### {_WORDS['codes of'][lang].format(name or column.name)}"
    yield ""
    yield _WORDS["codes"][lang]
    yield "|---|---|---|"
    for code in column.codes:
        yield f"| `{code}` | {code.label} | {_escape_pipes(code.meaning)} |"


def _render_component_codes(model: Model, lang: str) -> Iterator[str]:
    """Yield the codes of value components, once each, since many tables share them."""
    code_lists: set[type] = set()
    for table in model.tables.values():
        for field in table.fields:
            for part in field.parts:
                if part.column.codes and type(part.column.codes[0]) not in code_lists:
                    code_lists.add(type(part.column.codes[0]))
                    yield from _render_codes(part.column, lang, f"*_{part.name}")


TABLE_HEADER = ("table", "title", "description")
COLUMN_HEADER = ("table", "column", "title", "type", "required", "refers_to", "unit", "example", "term", "description")
CODE_HEADER = ("table", "column", "code", "title", "meaning")


def table_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each table, under `TABLE_HEADER`."""
    return ((table.name, table.label, table.description) for table in tables)


def column_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each column, under `COLUMN_HEADER`; a missing value is an empty text."""
    for table in tables:
        for column in table.stored:
            example, unit, term = column.mark(Example), column.mark(Unit), column.mark(Term)
            yield (
                table.name,
                column.name,
                column.label,
                _WORDS["list"]["en"].format(column.kind) if column.many else str(column.kind),
                "yes" if column.required else "no",
                column.target or "",
                unit.name if unit else "",
                str(example.value) if example else "",
                term.iri if term else "",
                column.description,
            )


def code_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each code of each column, under `CODE_HEADER`."""
    for table in tables:
        for column in table.stored:
            yield from ((table.name, column.name, str(code), code.label, code.meaning) for code in column.codes)
