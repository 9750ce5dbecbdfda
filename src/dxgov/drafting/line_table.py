"""Lines of documents as an Arrow table, with a column for each field of `Line`."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import pyarrow as pa
from attrs import asdict

from dxgov.documents.lines import Line

_TYPES = {bool: pa.bool_(), int: pa.int32(), float: pa.float64(), str: pa.string()}


def build_line_table(path: str, lines: Sequence[Line]) -> pa.Table:
    """Return the lines of a document, with its path in the first column."""
    schema = pa.schema([("path", pa.string()), *((name, _get_arrow_type(hint)) for name, hint in get_type_hints(Line).items())])
    return pa.Table.from_pylist([{"path": path, **asdict(line)} for line in lines], schema=schema)


def _get_arrow_type(annotation: Any) -> pa.DataType:
    """Return the Arrow type of an annotation: a struct for a class, a list for a tuple."""
    if get_origin(annotation) is UnionType:
        (annotation,) = (member for member in get_args(annotation) if member is not NoneType)
    if get_origin(annotation) is tuple:
        return pa.list_(_get_arrow_type(get_args(annotation)[0]))
    if attrs.has(annotation):
        return pa.struct([(name, _get_arrow_type(hint)) for name, hint in get_type_hints(annotation).items()])
    return _TYPES[annotation]
