"""The data dictionary: every table, column and code with its meaning, as Markdown."""

from collections.abc import Iterable, Iterator

from dxgov.languages import Lang, LanguageMap
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
from dxgov.schema import Column, Kind, Model, Table
from dxgov.tables.columns import DescribedTable

_WORDS = {
    "title": LanguageMap("データ辞書", "Data dictionary"),
    "intro": LanguageMap(
        "パッケージの表と列の一覧です。太字の列は必須で、先頭の列が識別子です。",
        "Every table of a package, in the order of the data set. Columns in bold are required; the key comes first.",
    ),
    "wide": LanguageMap(
        "形式 `wide` では、参照先の名称などを結合した表でも提供されます。",
        "The format `wide` has it with all that it refers to joined to it.",
    ),
    "facet": LanguageMap(
        "サイト（形式 `site`）では、この表の記録を参照する記録を絞り込めます。",
        "The site offers to find what refers to its records.",
    ),
    "header": LanguageMap("| 列 | 名称 | 型 | 説明 |", "| column | Japanese | type | meaning |"),
    "codes": LanguageMap("| 符号 | 名称 | 説明 |", "| code | Japanese | meaning |"),
    "codes of": LanguageMap("`{}` の符号", "Codes of `{}`"),
    "list": LanguageMap("{}の一覧", "list of {}"),
}

_TYPES = {
    Kind.TEXT: "文字列",
    Kind.CODE: "符号",
    Kind.INTEGER: "整数",
    Kind.NUMBER: "数値",
    Kind.BOOLEAN: "真偽値",
    Kind.DATE: "日付",
}
"""Names of the kinds of columns in Japanese."""


def dictionary(model: Model, lang: Lang = "en") -> str:
    """Return the data dictionary of all tables of a package, link tables last, as Markdown."""
    return "\n".join(_render_lines(model, lang)) + "\n"


def _render_lines(model: Model, lang: Lang) -> Iterator[str]:
    yield f"# {_WORDS['title'][lang]}"
    yield ""
    yield _WORDS["intro"][lang]
    for table in model.stored.values():
        yield ""
        yield f"## `{table.name}` {table.label}"
        yield ""
        yield _join_sentences([table.descriptions, *(_refer_to(iri) for iri in table.terms)], lang)
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


def _render_row(column: Column, lang: Lang) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    meaning = _escape_pipes(_join_sentences([column.descriptions, *_describe_marks(column)], lang))
    return f"| {name} | {column.label} | {_format_type(column, lang)}{f' → {column.target}' if column.target else ''} | {meaning} |"


def _format_type(column: Column, lang: Lang) -> str:
    """Return the type of a column in words."""
    kind = str(column.kind) if lang == "en" else _TYPES[column.kind]
    return _WORDS["list"][lang].format(kind) if column.many else kind


def _join_sentences(sentences: Iterable[LanguageMap], lang: Lang) -> str:
    """Return the sentences in a language as one text; only English has spaces between them."""
    return (" " if lang == "en" else "").join(filter(None, (sentence[lang] for sentence in sentences)))


def _refer_to(iri: str) -> LanguageMap:
    """Return the sentence that names the IRI of a term."""
    return LanguageMap(f"<{iri}> を参照。", f"See <{iri}>.")


def _describe_marks(column: Column) -> Iterator[LanguageMap]:
    """Yield the constraints and facts that the marks of a column state, in words."""
    for mark in column.marks:
        match mark:
            case CheckDigit():
                yield LanguageMap(f"{mark.standard}の検査数字を持つ。", f"Has the check digit of {mark.standard}.")
            case Minimum():
                yield LanguageMap(f"{mark.value}以上。", f"{mark.value} or more.")
            case NotBefore():
                yield LanguageMap(f"`{mark.other}` 以上。", f"Not less than `{mark.other}`.")
            case Together(unless=RequiredUnlessOf() as unless):
                kinds = [f"`{kind}`" for kind in unless.kinds]
                yield LanguageMap(
                    f"`{mark.other}` がある場合に限り値がある。`{unless.reference}` の参照先が {'、'.join(kinds)} の場合は省略できる。",
                    f"Filled exactly where `{mark.other}` is; optional if `{unless.reference}` refers to one that is {' or '.join(kinds)}.",
                )
            case Together():
                yield LanguageMap(f"`{mark.other}` がある場合に限り値がある。", f"Filled exactly where `{mark.other}` is.")
            case RequiredUnless():
                yield LanguageMap(
                    f"`{mark.other}` が `{mark.value}` の場合を除き必須。", f"Required unless `{mark.other}` is `{mark.value}`."
                )
            case RequiredUnlessOf():
                kinds = [f"`{kind}`" for kind in mark.kinds]
                yield LanguageMap(
                    f"`{mark.reference}` の参照先が {'、'.join(kinds)} の場合を除き必須。",
                    f"Required unless `{mark.reference}` refers to a record that is {' or '.join(kinds)}.",
                )
            case NotBeforeOf():
                through = f", and of its `{mark.through}`" if mark.through else ""
                through_ja = f"や、さらにその `{mark.through}`" if mark.through else ""
                yield LanguageMap(
                    f"`{mark.reference}` の参照先{through_ja}の `{mark.field}` より前でない。",
                    f"Not before `{mark.field}` of what `{mark.reference}` refers to{through}.",
                )
            case Differs():
                yield LanguageMap(f"`{mark.other}` とは異なる。", f"Not that of `{mark.other}`.")
            case PatternWhere():
                values = [f"`{value}`" for value in mark.values]
                yield LanguageMap(
                    f"`{mark.other}` が {'、'.join(values)} の場合の書式：{mark.pattern.means_ja}。",
                    f"Where `{mark.other}` is {' or '.join(values)}: {mark.pattern.means}.",
                )
            case Ref(kinds=[_, *_]):
                kinds_text = column.kinds_text
                yield LanguageMap(f"参照先の種別：{kinds_text.ja}。", f"Refers to {kinds_text.en}.")
            case UniqueWithin():
                others = [f"`{other}`" for other in mark.others]
                same = f" with the same {' and '.join(others)}" if others else ""
                same_ja = f"{'、'.join(others)} が同じ" if others else ""
                yield LanguageMap(f"{same_ja}記録の間で重複しない。", f"Does not repeat among records{same}.")
            case Printed():
                yield _describe_printed(mark)
            case Unit():
                yield LanguageMap(f"単位は{mark.name}。", f"In {mark.name}.")
            case Example():
                yield LanguageMap(f"例：`{mark.value}`。", f"Example: `{mark.value}`.")
            case Term():
                yield _refer_to(mark.iri)
            case Language():
                yield LanguageMap(f"言語は `{mark.tag}`。", f"In the language `{mark.tag}`.")
            case Datatype():
                yield LanguageMap(f"データ型は <{mark.iri}>。", f"Of the datatype <{mark.iri}>.")
    if column.pattern:
        yield LanguageMap(f"書式：{column.pattern.means_ja}。", f"Form: {column.pattern.means}.")


def _describe_printed(mark: Printed) -> LanguageMap:
    """Return the sentence that says where a value is printed."""
    place = LanguageMap("典拠の示す行", "in the cited lines")
    if mark.anywhere:
        place = LanguageMap("文書のいずれかの箇所", "anywhere in the document")
    if mark.unless is None:
        return LanguageMap(f"{place.ja}に印字されている。", f"Printed {place.en}.")
    field, value = mark.unless
    return LanguageMap(
        f"`{field}` が `{value}` の場合を除き、{place.ja}に印字されている。", f"Printed {place.en} unless `{field}` is `{value}`."
    )


def _escape_pipes(text: str) -> str:
    return text.replace("|", "\\|")


def _render_codes(column: Column, lang: Lang, name: str | None = None) -> Iterator[str]:
    yield ""
    yield f"### {_WORDS['codes of'][lang].format(name or column.name)}"
    yield ""
    yield _WORDS["codes"][lang]
    yield "|---|---|---|"
    for code in column.codes:
        yield f"| `{code}` | {code.label} | {_escape_pipes(code.descriptions[lang])} |"


def _render_component_codes(model: Model, lang: Lang) -> Iterator[str]:
    """Yield the codes of value components, once each, since many tables share them."""
    code_lists: set[type] = set()
    for table in model.tables.values():
        for field in table.fields:
            for part in field.parts:
                if part.column.codes and type(part.column.codes[0]) not in code_lists:
                    code_lists.add(type(part.column.codes[0]))
                    yield from _render_codes(part.column, lang, f"*_{part.name}")


TABLE_HEADER = ("table", "title", "title_en", "description", "description_en")
COLUMN_HEADER = (
    "table",
    "column",
    "title",
    "title_en",
    "type",
    "required",
    "refers_to",
    "unit",
    "example",
    "term",
    "description",
    "description_en",
)
CODE_HEADER = ("table", "column", "code", "title", "title_en", "description", "description_en")


def table_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each table, under `TABLE_HEADER`."""
    return ((table.name, *_list_texts(table.titles), *_list_texts(table.descriptions)) for table in tables)


def column_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each column, under `COLUMN_HEADER`; a missing value is an empty text."""
    for table in tables:
        for column in table.stored:
            example, unit, term = column.mark(Example), column.mark(Unit), column.mark(Term)
            yield (
                table.name,
                column.name,
                *_list_texts(column.titles),
                _format_type(column, "en"),
                "yes" if column.required else "no",
                column.target or "",
                unit.name if unit else "",
                str(example.value) if example else "",
                term.iri if term else "",
                *_list_texts(column.descriptions),
            )


def code_rows(tables: Iterable[DescribedTable]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each code of each column, under `CODE_HEADER`."""
    for table in tables:
        for column in table.stored:
            for code in column.codes:
                yield table.name, column.name, str(code), *_list_texts(code.titles), *_list_texts(code.descriptions)


def _list_texts(texts: LanguageMap) -> tuple[str, str]:
    """Return the texts for two columns, of which that in English has the suffix ``_en``."""
    return texts.ja, texts.en
