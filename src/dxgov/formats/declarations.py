"""What a resource declares of its file and of the cells in it: what of that is honoured, and what is refused."""

import string
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import Factory, evolve, field, frozen

from dxgov.errors import ProblemCode, quoted
from dxgov.formats.cell_formats import PLAIN, Form, day_regex
from dxgov.formats.csv_writer import DIALECT
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.schema.table_schema import declared_type


@frozen
class Fault:
    """A property that is not what it has to be, or that asks for what is not done."""

    code: ProblemCode
    property: str
    """The path of the property in its resource, such as ``schema.fields.2.format``."""
    message: str
    column: str | None = None
    """The column whose cells the property is about."""


@frozen
class Dialect:
    """What separates the cells of a CSV file and encloses them: one ASCII character each."""

    delimiter: str = str(DIALECT["delimiter"])
    quote: str = str(DIALECT["quoteChar"])


STANDARD = Dialect()
"""The dialect in which dxgov writes."""


@frozen
class Declaration:
    """What is to be heeded when the file of a resource is read."""

    dialect: Dialect = STANDARD
    forms: Mapping[str, Form] = field(factory=dict)
    """The form of the cells of each column, where it is not that which dxgov writes."""
    refused: frozenset[str] = Factory(frozenset)
    """Columns that have a declaration which is refused; cells that cannot be read because of it are no further faults."""


NOTHING = Declaration()
"""The declaration of a resource that declares nothing but what dxgov writes."""


def file_faults(resource: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what a resource declares of its CSV file that keeps the file from being read."""
    encoding = resource.get("encoding", "utf-8")
    if str(encoding).lower().replace("_", "-") not in _ENCODINGS:
        yield _contradiction("encoding", encoding, "utf-8; save the file as UTF-8")
    if resource.get("compression") not in (None, "", "no"):
        yield _contradiction("compression", resource["compression"], "none; unpack the file")
    dialect = resource.get("dialect", {})
    if not isinstance(dialect, dict):
        yield Fault(ProblemCode.WRONG_TYPE, "dialect", f"found {quoted(dialect)}, expected an object")
        return
    for key, value in dialect.items():
        if key in _CHARACTERS and not (isinstance(value, str) and len(value) == 1 and value in _CHARACTERS[key]):
            yield _contradiction(f"dialect.{key}", value, f"{DIALECT[key]!r} or another character of ASCII that is no letter or digit")
        elif key in _FIXED and value is not None and value not in _FIXED[key]:
            expected = repr(_FIXED[key][0]) if _FIXED[key][0] else "nothing"
            yield _contradiction(f"dialect.{key}", value, f"{expected}; write the file so")
    if dialect.get("delimiter", STANDARD.delimiter) == dialect.get("quoteChar", STANDARD.quote):
        yield _contradiction("dialect.delimiter", dialect.get("delimiter"), "another character than that of `quoteChar`")


_ENCODINGS = ("utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii")
"""Encodings whose files read as UTF-8."""

_CHARACTERS = {"delimiter": string.punctuation + "\t ", "quoteChar": string.punctuation}

_FIXED: Mapping[str, tuple[Any, ...]] = {
    "lineTerminator": (DIALECT["lineTerminator"], "\n", "\r"),
    **{key: (DIALECT[key],) for key in ("doubleQuote", "skipInitialSpace", "header")},
    "headerRows": ([1],),
    "commentRows": ([],),
    "commentChar": ("",),
    "escapeChar": ("",),
}
"""The values that properties of a dialect may have, besides being null. Properties that are in neither do not concern CSV files."""


def read_declaration(resource: Mapping[str, Any], table: Table | LinkTable, format: str) -> tuple[Declaration, list[Fault]]:
    """Return what to heed when the file of a resource is read, and the faults in what it declares of columns."""
    faults: list[Fault] = []
    dialect, schema = (found if isinstance(found := resource.get(key), dict) else {} for key in ("dialect", "schema"))
    null = dialect.get("nullSequence")
    common = _missing(schema, "schema", None, faults)
    listed = schema.get("fields")
    fields = {
        found["name"]: (f"schema.fields.{number}", found)
        for number, found in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(found, dict) and isinstance(found.get("name"), str)
    }
    forms: dict[str, Form] = {}
    for column in table.stored:
        path, found = fields.get(column.name, ("", {}))
        missing = common if found.get("missingValues") is None else _missing(found, path, column.name, faults)
        if format == "csv" and isinstance(null, str) and null:
            missing = (*missing, null)
        written = _written(column, found, path, format, faults)
        if missing or written:
            forms[column.name] = Form(missing, **written)
        faults += _constraint_faults(found, path)
    match = schema.get("fieldsMatch")
    if match is not None and matching(schema) not in _MATCHES:
        faults.append(_contradiction("schema.fieldsMatch", match, f"one of {', '.join(_MATCHES)}"))
    characters = Dialect(dialect.get("delimiter", STANDARD.delimiter), dialect.get("quoteChar", STANDARD.quote))
    refused = frozenset(fault.column for fault in faults if fault.column)
    return Declaration(characters, {name: form for name, form in forms.items() if form != PLAIN}, refused), faults


_MATCHES = ("exact", "equal", "subset", "superset", "partial")


def matching(schema: Mapping[str, Any]) -> Any:
    """Return how fields and columns match; the published profile of version 2.0 has it as a list of one."""
    match = schema.get("fieldsMatch")
    return match[0] if isinstance(match, list) and len(match) == 1 else match


def _missing(found: Mapping[str, Any], path: str, column: str | None, faults: list[Fault]) -> tuple[str, ...]:
    """Return the texts that stand for no value, but for the empty one, which always does."""
    values = found.get("missingValues")
    if values is None:
        return ()
    texts = [value.get("value") if isinstance(value, dict) else value for value in values] if isinstance(values, list) else [None]
    if not all(isinstance(text, str) for text in texts):
        message = f"found {quoted(values)}, expected a list of texts, or of objects with a `value` each"
        faults.append(Fault(ProblemCode.WRONG_TYPE, f"{path}.missingValues", message, column))
        return ()
    return tuple(dict.fromkeys(filter(None, texts)))


def _written(column: Column, found: Mapping[str, Any], path: str, format: str, faults: list[Fault]) -> dict[str, Any]:
    """Return what a field says of the form of its cells; what is refused is added to the faults."""
    own: list[Fault] = []
    form: dict[str, Any] = {}
    type = found.get("type")
    if column.many and type == "list":
        form["separator"] = _text(found, "delimiter", ",", own)
        if found.get("itemType") not in (None, "string"):
            own.append(_contradiction("itemType", found["itemType"], "'string'"))
    elif type not in (None, "any", "array" if column.many else None, declared_type(column, format)):
        message = f"the descriptor declares the type {quoted(type)}, expected {declared_type(column, format)!r}"
        faults.append(Fault(ProblemCode.CONTRADICTION, "", message, column.name))
    elif column.kind is Kind.BOOLEAN:
        form = {"true": _texts(found, "trueValues", "true", own), "false": _texts(found, "falseValues", "false", own)}
        if both := {*form["true"]} & {*form["false"]}:
            own.append(_contradiction("falseValues", min(both), "other values than in `trueValues`"))
    elif column.kind in (Kind.INTEGER, Kind.NUMBER):
        keys = {"groupChar": "group", **({"decimalChar": "decimal"} if column.kind is Kind.NUMBER else {})}
        form = {name: sign for key, name in keys.items() if (sign := _character(found, key, own))}
        if column.kind is Kind.NUMBER and form.get("group") == form.get("decimal", PLAIN.decimal):
            own.append(_contradiction("groupChar", form["group"], "another character than that of `decimalChar`"))
        if found.get("bareNumber") not in (None, True):
            own.append(_contradiction("bareNumber", found["bareNumber"], "True; write numbers without anything around them"))
    elif column.kind is Kind.DATE and (pattern := found.get("format")) not in (None, "default"):
        form["day"] = pattern.removeprefix("fmt:") if isinstance(pattern, str) else pattern
        if day_regex(form["day"]) is None:
            own.append(_contradiction("format", pattern, "a pattern of %Y, %m and %d, or 'default' for days such as 2024-04-22"))
    elif column.kind is Kind.TEXT and not column.many and found.get("format") == "binary":
        message = "found 'binary', expected 'default'; write the text itself"  # sealing does not mend it, for the cells are other texts
        faults.append(Fault(ProblemCode.WRONG_TYPE, f"{path}.format", message, column.name))
    if format == "csv":  # in Parquet these have a meaning for columns of text only, and such a column is refused if it cannot be read
        faults += (evolve(fault, property=f"{path}.{fault.property}", column=column.name) for fault in own)
    return {} if own else form


def _texts(found: Mapping[str, Any], key: str, word: str, faults: list[Fault]) -> tuple[str, ...]:
    """Return the texts for a truth value; where none are declared, those that the standard names."""
    texts = found.get(key)
    if texts is None:
        return (word, word.capitalize(), word.upper(), str(int(word == "true")))
    if isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts):
        return tuple(dict.fromkeys(texts))
    faults.append(_contradiction(key, texts, f"a list of texts such as ['{word}']"))
    return ()


def _text(found: Mapping[str, Any], key: str, default: str, faults: list[Fault]) -> str:
    text = found.get(key, default)
    if isinstance(text, str) and text:
        return text
    faults.append(_contradiction(key, text, "a text"))
    return default


def _character(found: Mapping[str, Any], key: str, faults: list[Fault]) -> str:
    """Return the character that a property names among digits; empty if it names none."""
    value = found.get(key)
    if value in (None, ""):
        return ""
    if isinstance(value, str) and len(value) == 1 and not value.isnumeric() and value != "-":
        return value
    faults.append(_contradiction(key, value, "one character, which is no digit and no sign"))
    return ""


def _constraint_faults(found: Mapping[str, Any], path: str) -> Iterator[Fault]:
    """Yield a fault for each constraint that nothing checks. Those which fields of models can have too are checked as the model says."""
    constraints = found.get("constraints")
    if not isinstance(constraints, dict):
        return
    for key in sorted(constraints.keys() & _UNCHECKED):
        if constraints[key] is not None:
            message = f"found {quoted(constraints[key])}, expected none; the model has no such constraint, and nothing checks it"
            yield Fault(ProblemCode.CONTRADICTION, f"{path}.constraints.{key}", message)


_UNCHECKED = {"maxLength", "maximum", "exclusiveMinimum", "exclusiveMaximum", "jsonSchema"}


def _contradiction(property: str, value: object, expected: str, column: str | None = None) -> Fault:
    return Fault(ProblemCode.CONTRADICTION, property, f"found {quoted(value)}, expected {expected}", column)
