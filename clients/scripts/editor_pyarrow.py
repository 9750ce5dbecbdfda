"""pyarrow: CSV as text or with its defaults; Parquet as it comes, or in the oldest form and without what Arrow notes beside it."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from told import save, spell_edits

MULTILINE = pa.csv.ParseOptions(newlines_in_values=True)


def apply_edits(table, edits):
    for id, column, value in edits["change"]:
        values = pc.if_else(pc.equal(table["id"], id), value, table[column])
        table = table.set_column(table.column_names.index(column), column, values)
    table = table.filter(pc.invert(pc.is_in(table[edits["sort"]], pa.array(edits["drop"], pa.string()))))
    if edits["add"]:
        table = pa.concat_tables([table, pa.Table.from_pylist(edits["add"], schema=table.schema)])
    for column in edits["empty"]:
        table = table.set_column(table.column_names.index(column), column, pa.nulls(len(table)))
    return table.sort_by([(edits["sort"], "descending")])


def rewrite(path, edits, way):
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        table = apply_edits(table, edits) if edits else table
        if way == "plain":
            pq.write_table(
                table.replace_schema_metadata(), path, store_schema=False, compression="none", use_dictionary=False, version="1.0"
            )
        else:
            pq.write_table(table, path)
        return
    options = {}
    if way == "text":
        names = path.read_bytes().partition(b"\r\n")[0].decode().split(",")
        types = dict.fromkeys(names, pa.string())
        options["convert_options"] = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    table = pa.csv.read_csv(path, parse_options=MULTILINE, **options)
    table = apply_edits(table, spell_edits(edits, typed=way == "defaults")) if edits else table
    pa.csv.write_csv(table, path)


save("pyarrow", rewrite)
