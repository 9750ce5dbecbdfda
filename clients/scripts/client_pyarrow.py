"""pyarrow: datasets of one file each; CSV with the defaults or as text."""

import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
from told import arrow, list_resources, tell


def read(package, way):
    tables = {}
    for resource in list_resources(package):
        path = package / resource["path"]
        if path.suffix == ".parquet":
            tables[resource["name"]] = arrow(pa.dataset.dataset(path, partitioning="hive" if way == "hive" else None).to_table())
            continue
        types = {field["name"]: pa.string() for field in resource["schema"]["fields"]} if way == "text" else None
        convert = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=way == "text", null_values=[""] if way == "text" else None)
        parse = pa.csv.ParseOptions(newlines_in_values=way == "text")
        tables[resource["name"]] = arrow(pa.csv.read_csv(path, convert_options=convert, parse_options=parse))
    return [], tables


tell("pyarrow", read)
