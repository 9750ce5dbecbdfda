"""Polars: CSV as text or with its defaults; Parquet by itself or with pyarrow."""

import polars as pl
from told import save, spell_edits

CSV = {"text": {"infer_schema": False}, "defaults": {"try_parse_dates": True}}


def apply_edits(frame, edits):
    for id, column, value in edits["change"]:
        frame = frame.with_columns(pl.when(pl.col("id") == id).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))
    frame = frame.filter(~pl.col(edits["sort"]).is_in(edits["drop"]))
    if edits["add"]:
        frame = pl.concat([frame, pl.DataFrame(edits["add"])], how="diagonal_relaxed")
    return frame.with_columns(pl.lit(None).alias(column) for column in edits["empty"]).sort(edits["sort"], descending=True)


def rewrite(path, edits, way):
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        frame = apply_edits(frame, edits) if edits else frame
        frame.write_parquet(path, use_pyarrow=way == "pyarrow")
    else:
        frame = pl.read_csv(path, **CSV[way])
        frame = apply_edits(frame, spell_edits(edits, typed=way == "defaults")) if edits else frame
        frame.write_csv(path)


save("polars", rewrite)
