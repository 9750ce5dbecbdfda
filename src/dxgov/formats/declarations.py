"""Declarations of a resource about its file and cells: those that dxgov honours, and those that it refuses."""

import string
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import Factory, evolve, field, frozen

from dxgov.errors import ProblemCode, describe_difference, short_repr
from dxgov.formats.cell_formats import CANONICAL_FORMAT, CellFormat, build_date_regex
from dxgov.formats.csv_writer import CSV_DIALECT
from dxgov.languages import Message
from dxgov.marks import EarlierType
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.schema.table_schema import table_schema_type


@frozen
class DeclarationFault:
    """A property with a value that is wrong or not supported."""

    code: ProblemCode
    property: str
    """Path of the property in its resource, such as ``schema.fields.2.format``."""
    message: str
    column: str | None = None
    """Column whose cells the property describes; None if it describes no single column."""


@frozen
class Dialect:
    """Delimiter and quotation mark of a CSV file: one ASCII character each."""

    delimiter: str = str(CSV_DIALECT["delimiter"])
    quote: str = str(CSV_DIALECT["quoteChar"])


STANDARD_DIALECT = Dialect()
"""Dialect that dxgov writes."""


@frozen
class Declaration:
    """Declarations of a resource that the reader of its file honours."""

    dialect: Dialect = STANDARD_DIALECT
    formats: Mapping[str, CellFormat] = field(factory=dict)
    """Formats of the columns that are not in the format that dxgov writes."""
    refused_columns: frozenset[str] = Factory(frozenset)
    """Columns with a refused declaration; cells that cannot be read because of it are no further faults."""


NO_DECLARATION = Declaration()
"""Declaration of a resource in the formats that dxgov writes."""


def find_file_faults(resource: Mapping[str, Any]) -> Iterator[DeclarationFault]:
    """Yield the declarations of a resource that make its CSV file unreadable."""
    encoding = resource.get("encoding", "utf-8")
    if str(encoding).lower().replace("_", "-") not in _ENCODINGS:
        yield _create_fault("encoding", encoding, Message("utf-8; save the file as UTF-8", "utf-8。ファイルをUTF-8で保存し直す"))
    if resource.get("compression") not in (None, "", "no"):
        yield _create_fault("compression", resource["compression"], Message("none; unpack the file", "なし。ファイルを展開する"))
    dialect = resource.get("dialect", {})
    if not isinstance(dialect, dict):
        yield DeclarationFault(ProblemCode.WRONG_TYPE, "dialect", describe_difference(dialect, Message("an object", "オブジェクト")))
        return
    for key, value in dialect.items():
        if key in _ALLOWED_CHARACTERS and not (isinstance(value, str) and len(value) == 1 and value in _ALLOWED_CHARACTERS[key]):
            expected = Message(
                "{default!r} or another character of ASCII that is no letter or digit",
                "{default!r}など、英数字以外のASCII文字1字",
                default=CSV_DIALECT[key],
            )
            yield _create_fault(f"dialect.{key}", value, expected)
        elif key in _ALLOWED_VALUES and value is not None and value not in _ALLOWED_VALUES[key]:
            allowed = repr(_ALLOWED_VALUES[key][0]) if _ALLOWED_VALUES[key][0] else Message("nothing", "なし")
            expected = Message("{allowed}; write the file so", "{allowed}。そのとおりにファイルを書き直す", allowed=allowed)
            yield _create_fault(f"dialect.{key}", value, expected)
    if dialect.get("delimiter", STANDARD_DIALECT.delimiter) == dialect.get("quoteChar", STANDARD_DIALECT.quote):
        yield _create_fault(
            "dialect.delimiter", dialect.get("delimiter"), Message("another character than that of `quoteChar`", "`quoteChar`と異なる文字")
        )


_ENCODINGS = ("utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii")
"""Encodings that are subsets of UTF-8."""

_ALLOWED_CHARACTERS = {"delimiter": string.punctuation + "\t ", "quoteChar": string.punctuation}

_ALLOWED_VALUES: Mapping[str, tuple[Any, ...]] = {
    "lineTerminator": (CSV_DIALECT["lineTerminator"], "\n", "\r"),
    **{key: (CSV_DIALECT[key],) for key in ("doubleQuote", "skipInitialSpace", "header")},
    "headerRows": ([1],),
    "commentRows": ([],),
    "commentChar": ("",),
    "escapeChar": ("",),
}
"""Values that the properties of a dialect may have, besides null. Properties in neither mapping do not concern CSV files."""


def parse_declaration(resource: Mapping[str, Any], table: Table | LinkTable, format: str) -> tuple[Declaration, list[DeclarationFault]]:
    """Read the declarations of a resource.

    Args:
        resource: Resource of the descriptor.
        table: Table that the resource stores.
        format: Format of its file, ``csv`` or ``parquet``.

    Returns:
        The declarations to honour, and the faults of those about columns.
    """
    faults: list[DeclarationFault] = []
    dialect, schema = (entry if isinstance(entry := resource.get(key), dict) else {} for key in ("dialect", "schema"))
    null_sequence = dialect.get("nullSequence")
    default_missing = _parse_missing_values(schema, "schema", None, faults)
    field_list = schema.get("fields")
    fields = {
        entry["name"]: (f"schema.fields.{number}", entry)
        for number, entry in enumerate(field_list if isinstance(field_list, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    }
    formats: dict[str, CellFormat] = {}
    for column in table.stored:
        path, entry = fields.get(column.name, ("", {}))
        missing_values = default_missing if entry.get("missingValues") is None else _parse_missing_values(entry, path, column.name, faults)
        if format == "csv" and isinstance(null_sequence, str) and null_sequence:
            missing_values = (*missing_values, null_sequence)
        properties = _parse_cell_format(column, entry, path, format, faults)
        if missing_values or properties:
            formats[column.name] = CellFormat(missing_values, **properties)
        faults += _find_constraint_faults(entry, path)
    match = schema.get("fieldsMatch")
    if match is not None and get_fields_match(schema) not in _FIELDS_MATCH_VALUES:
        faults.append(
            _create_fault(
                "schema.fieldsMatch", match, Message("one of {values}", "{values}のいずれか", values=", ".join(_FIELDS_MATCH_VALUES))
            )
        )
    characters = Dialect(dialect.get("delimiter", STANDARD_DIALECT.delimiter), dialect.get("quoteChar", STANDARD_DIALECT.quote))
    refused_columns = frozenset(fault.column for fault in faults if fault.column)
    return Declaration(
        characters, {name: cell_format for name, cell_format in formats.items() if cell_format != CANONICAL_FORMAT}, refused_columns
    ), faults


_FIELDS_MATCH_VALUES = ("exact", "equal", "subset", "superset", "partial")


def get_fields_match(schema: Mapping[str, Any]) -> Any:
    """Return how fields and columns must match; the published profile of version 2.0 has it as a list of one."""
    match = schema.get("fieldsMatch")
    return match[0] if isinstance(match, list) and len(match) == 1 else match


def _parse_missing_values(entry: Mapping[str, Any], path: str, column: str | None, faults: list[DeclarationFault]) -> tuple[str, ...]:
    """Return the texts that mean a missing value, without the empty one, which always does."""
    values = entry.get("missingValues")
    if values is None:
        return ()
    texts = [value.get("value") if isinstance(value, dict) else value for value in values] if isinstance(values, list) else [None]
    if not all(isinstance(text, str) for text in texts):
        expected = Message("a list of texts, or of objects with a `value` each", "文字列の一覧、または`value`をもつオブジェクトの一覧")
        message = describe_difference(values, expected)
        faults.append(DeclarationFault(ProblemCode.WRONG_TYPE, f"{path}.missingValues", message, column))
        return ()
    return tuple(dict.fromkeys(filter(None, texts)))


def _parse_cell_format(column: Column, field: Mapping[str, Any], path: str, format: str, faults: list[DeclarationFault]) -> dict[str, Any]:
    """Return the properties of the cell format that a field declares; add those that are refused to `faults`."""
    format_faults: list[DeclarationFault] = []
    properties: dict[str, Any] = {}
    type = field.get("type")
    if column.many and type == "list":
        properties["list_delimiter"] = _parse_text(field, "delimiter", ",", format_faults)
        if field.get("itemType") not in (None, "string"):
            format_faults.append(_create_fault("itemType", field["itemType"], "'string'"))
    elif (earlier := column.mark(EarlierType)) and type == earlier.type:
        properties["earlier_type"] = True
    elif type not in (None, "any", "array" if column.many else None, table_schema_type(column, format)):
        message = Message(
            "the descriptor declares the type {type}, expected {expected!r}",
            "ディスクリプタに宣言された型は{type}。期待する型は{expected!r}。",
            type=short_repr(type),
            expected=table_schema_type(column, format),
        )
        faults.append(DeclarationFault(ProblemCode.CONTRADICTION, "", message, column.name))
    elif column.kind is Kind.BOOLEAN:
        properties = {
            "true_values": _parse_boolean_texts(field, "trueValues", "true", format_faults),
            "false_values": _parse_boolean_texts(field, "falseValues", "false", format_faults),
        }
        if shared := {*properties["true_values"]} & {*properties["false_values"]}:
            format_faults.append(
                _create_fault("falseValues", min(shared), Message("other values than in `trueValues`", "`trueValues`と異なる値"))
            )
    elif column.kind in (Kind.INTEGER, Kind.NUMBER):
        keys = {"groupChar": "group_char", **({"decimalChar": "decimal_char"} if column.kind is Kind.NUMBER else {})}
        properties = {name: sign for key, name in keys.items() if (sign := _parse_character(field, key, format_faults))}
        if column.kind is Kind.NUMBER and properties.get("group_char") == properties.get("decimal_char", CANONICAL_FORMAT.decimal_char):
            format_faults.append(
                _create_fault(
                    "groupChar",
                    properties["group_char"],
                    Message("another character than that of `decimalChar`", "`decimalChar`と異なる文字"),
                )
            )
        if field.get("bareNumber") not in (None, True):
            format_faults.append(
                _create_fault(
                    "bareNumber",
                    field["bareNumber"],
                    Message("True; write numbers without anything around them", "True。数の前後に何も書かない"),
                )
            )
    elif column.kind is Kind.DATE and (pattern := field.get("format")) not in (None, "default"):
        properties["date_pattern"] = pattern.removeprefix("fmt:") if isinstance(pattern, str) else pattern
        if build_date_regex(properties["date_pattern"]) is None:
            format_faults.append(
                _create_fault(
                    "format",
                    pattern,
                    Message(
                        "a pattern of %Y, %m and %d, or 'default' for days such as 2024-04-22",
                        "%Y、%m、%dから成る書式、または'default'（2024-04-22のような日付）",
                    ),
                )
            )
    elif column.kind is Kind.TEXT and not column.many and field.get("format") == "binary":
        message = Message(
            "found 'binary', expected 'default'; write the text itself", "値は'binary'。期待する値は'default'。文字列をそのまま書く。"
        )  # sealing cannot correct it
        faults.append(DeclarationFault(ProblemCode.WRONG_TYPE, f"{path}.format", message, column.name))
    if format == "csv":  # in Parquet these have a meaning for columns of text only, and such a column is refused if it cannot be read
        faults += (evolve(fault, property=f"{path}.{fault.property}", column=column.name) for fault in format_faults)
    return {} if format_faults else properties


def _parse_boolean_texts(field: Mapping[str, Any], key: str, word: str, faults: list[DeclarationFault]) -> tuple[str, ...]:
    """Return the texts of a truth value; if none are declared, those that the standard names."""
    texts = field.get(key)
    if texts is None:
        return (word, word.capitalize(), word.upper(), str(int(word == "true")))
    if isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts):
        return tuple(dict.fromkeys(texts))
    faults.append(_create_fault(key, texts, Message("a list of texts such as ['{word}']", "['{word}']のような文字列の一覧", word=word)))
    return ()


def _parse_text(field: Mapping[str, Any], key: str, default: str, faults: list[DeclarationFault]) -> str:
    """Return a text that a property must have."""
    text = field.get(key, default)
    if isinstance(text, str) and text:
        return text
    faults.append(_create_fault(key, text, Message("a text", "文字列")))
    return default


def _parse_character(field: Mapping[str, Any], key: str, faults: list[DeclarationFault]) -> str:
    """Return the character that a property allows among digits; empty if it names none."""
    value = field.get(key)
    if value in (None, ""):
        return ""
    if isinstance(value, str) and len(value) == 1 and not value.isnumeric() and value != "-":
        return value
    faults.append(_create_fault(key, value, Message("one character, which is no digit and no sign", "数字や符号ではない1字")))
    return ""


def _find_constraint_faults(field: Mapping[str, Any], path: str) -> Iterator[DeclarationFault]:
    """Yield a fault for each constraint that nothing checks. Constraints that the model knows are checked as the model has them."""
    constraints = field.get("constraints")
    if not isinstance(constraints, dict):
        return
    for key in sorted(constraints.keys() & _UNCHECKED):
        if constraints[key] is not None:
            message = Message(
                "found {constraint}, expected none; the model has no such constraint, and nothing checks it",
                "値は{constraint}。モデルにない制約で、検査されないため、書かない。",
                constraint=short_repr(constraints[key]),
            )
            yield DeclarationFault(ProblemCode.CONTRADICTION, f"{path}.constraints.{key}", message)


_UNCHECKED = {"maxLength", "maximum", "exclusiveMinimum", "exclusiveMaximum", "jsonSchema"}


def _create_fault(property: str, value: object, expected: str, column: str | None = None) -> DeclarationFault:
    """Create a fault of a property with another value than expected."""
    return DeclarationFault(ProblemCode.CONTRADICTION, property, describe_difference(value, expected), column)
