"""Columns as pandas DataFrames; the one module that imports pandas."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from dxgov.schema import Column

_TYPES = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def columns_to_pandas(data: pa.Table, columns: Iterable[Column]) -> pd.DataFrame:
    """Convert the columns of a table to a DataFrame; lists become tuples."""
    frame: pd.DataFrame = data.to_pandas(types_mapper=_TYPES.get, date_as_object=False)
    for column in columns:
        if column.many:
            cells = [tuple(cell) for cell in data[column.name].to_pylist()]
            frame[column.name] = pd.Series(cells, frame.index, dtype=object)
    return frame


def rows_to_pandas(rows: Sequence[Sequence[Any]], names: Sequence[str], integer_columns: Sequence[str] = ()) -> pd.DataFrame:
    """Build a DataFrame from rows; columns are strings, those named in `integer_columns` nullable ``Int64``."""
    frame = pd.DataFrame(list(rows), columns=list(names), dtype=object)
    return frame.astype({name: "Int64" if name in integer_columns else "string" for name in names})
