"""DuckDB: CSV as text or with its defaults, and Parquet, through a table and out with COPY."""

from pathlib import Path

import duckdb
from sql import quote
from told import save, spell_edits

CSV = {"text": "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"'", "defaults": "header = true"}
WRITE = {".csv": "FORMAT csv, HEADER", ".parquet": "FORMAT parquet, CODEC zstd"}


def edit(base, edits):
    for id, column, value in edits["change"]:
        base.execute(f"UPDATE t SET {quote(column)} = ? WHERE id = ?", [value, id])
    for value in edits["drop"]:
        base.execute(f"DELETE FROM t WHERE {quote(edits['sort'])} = ?", [value])
    for row in edits["add"]:
        names = ", ".join(map(quote, row))
        base.execute(f"INSERT INTO t ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    for column in edits["empty"]:
        base.execute(f"UPDATE t SET {quote(column)} = NULL")


def rewrite(path, edits, way):
    base = duckdb.connect()
    csv = path.suffix == ".csv"
    base.execute(f"CREATE TABLE t AS FROM read_csv('{path}', {CSV[way]})" if csv else f"CREATE TABLE t AS FROM '{path}'")
    if edits:
        edit(base, spell_edits(edits, typed=way == "defaults") if csv else edits)
    order = f"ORDER BY {quote(edits['sort'])} DESC" if edits else ""
    base.execute(f"COPY (FROM t {order}) TO '{path}.new' ({WRITE[path.suffix]})")
    Path(f"{path}.new").replace(path)


save("duckdb", rewrite)
