"""DuckDB: everything as text, with its defaults, or loaded into tables with the types and constraints of the descriptor.

It has no foreign keys between two tables that refer to each other, so what they say is asked of the loaded tables.
"""

import duckdb
from sql import TYPES, orphan_queries, quote, statement
from told import files, list_resources, table, tell

LISTS = {"array": "JSON", "any": "VARCHAR[]"}  # as CSV spells them, and as they are in Parquet
TEXT = "all_varchar = true, header = true, hive_partitioning = false"
STRICT = "header = true, auto_detect = false, nullstr = '', delim = ',', quote = '\"', escape = '\"', strict_mode = true"


def read(package, way):
    base = duckdb.connect()
    if way == "constraints":
        return load_with_constraints(base, package)
    tables = {}
    for name, path in files(package).items():
        relation = base.sql(f"FROM read_csv('{path}', {TEXT})" if way == "text" else f"FROM '{path}'")
        tables[name] = table(relation.columns, relation.fetchall())
    return [], tables


def load_with_constraints(base, package):
    """Create and fill every table, then ask for references that lead nowhere."""
    tables, faults = {}, []
    resources = list_resources(package)
    for resource in resources:
        name, path = resource["name"], package / resource["path"]
        base.execute(statement(resource, TYPES | LISTS))
        columns = {field["name"]: "VARCHAR" for field in resource["schema"]["fields"]}
        options = f"{STRICT}, columns = {columns}, hive_partitioning = false" if path.suffix == ".csv" else "hive_partitioning = false"
        base.execute(f"INSERT INTO {quote(name)} BY NAME FROM read_{path.suffix[1:]}('{path}', {options})")
        relation = base.sql(f"FROM {quote(name)}")
        tables[name] = table(relation.columns, relation.fetchall())
    for resource in resources:
        for name, query in orphan_queries(resource):
            faults += [f"{resource['name']}.{name}: {count} rows" for (count,) in base.sql(query).fetchall() if count]
    return faults, tables


tell("duckdb", read)
